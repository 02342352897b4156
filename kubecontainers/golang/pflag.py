"""Command-line flags, as the Go library ``pflag`` reads them for kubectl.

``--flag=value`` and ``--flag value``, ``-f=value``, ``-f value`` and ``-fvalue`` are one. Flags and other arguments may be mixed; after
``--`` there are no flags. In a name ``_`` is read as ``-``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

__all__ = ["BadFlag", "Flag", "FlagProblem", "ParsedFlags", "parse_flags"]


class FlagProblem(enum.Enum):
    """Why arguments cannot be read."""

    FLAG_SYNTAX = "this is no flag"
    UNKNOWN_FLAG = "there is no such flag"
    VALUE_MISSING = "the flag needs a value"


class BadFlag(ValueError):
    """Arguments cannot be read; ``problem`` says why, ``flag`` names the flag. Values are left out, since they may be secret."""

    def __init__(self, problem: FlagProblem, flag: str) -> None:
        super().__init__(problem, flag)
        self.problem = problem
        self.flag = flag


class Flag(NamedTuple):
    """A flag: its name, its letter if it has one, and the value that it has where it stands ``bare``, if it can."""

    name: str
    letter: str = ""
    bare: str | None = None


class ParsedFlags:
    """What arguments hold: the values of each flag, in their order; the other arguments, and how many of them stand before ``--``."""

    __slots__ = ("before_dashes", "others", "values")

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}
        self.others: list[str] = []
        self.before_dashes: int | None = None

    def last(self, name: str, default: str = "") -> str:
        """Return the value of a flag that counts once: the last that was given."""
        return self.values.get(name, [default])[-1]


def parse_flags(arguments: Sequence[str], flags: Iterable[Flag]) -> ParsedFlags:
    """Return what arguments hold.

    Raises ``BadFlag`` for the first that is no flag of ``flags``, or has no value.

    >>> parsed = parse_flags(["web", "-nshop", "--size", "3", "--dry"], [Flag("ns", "n"), Flag("size"), Flag("dry", bare="true")])
    >>> parsed.values, parsed.others
    ({'ns': ['shop'], 'size': ['3'], 'dry': ['true']}, ['web'])
    """
    known = list(flags)
    names, letters = {flag.name: flag for flag in known}, {flag.letter: flag for flag in known if flag.letter}
    parsed = ParsedFlags()
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            parsed.before_dashes = len(parsed.others)
            parsed.others += rest
        elif argument.startswith("--"):
            flag, value = _long(argument, names, rest)
            parsed.values.setdefault(flag.name, []).append(value)
        elif argument.startswith("-") and argument != "-":
            for flag, value in _short(argument[1:], letters, rest):
                parsed.values.setdefault(flag.name, []).append(value)
        else:
            parsed.others.append(argument)
    return parsed


def _long(argument: str, names: dict[str, Flag], rest: Iterator[str]) -> tuple[Flag, str]:
    written, equals, value = argument[2:].partition("=")
    if not written or written.startswith("-"):
        raise BadFlag(FlagProblem.FLAG_SYNTAX, "--")
    flag = names.get(written.replace("_", "-"))
    if flag is None:
        raise BadFlag(FlagProblem.UNKNOWN_FLAG, f"--{written}")
    return flag, value if equals else _value(flag, f"--{written}", rest)


def _short(written: str, letters: dict[str, Flag], rest: Iterator[str]) -> Iterator[tuple[Flag, str]]:
    """Yield the flags in one argument: several letters may stand together as long as they need no value."""
    for at, letter in enumerate(written):
        flag = letters.get(letter)
        if flag is None:
            raise BadFlag(FlagProblem.UNKNOWN_FLAG, f"-{letter}")
        if written.startswith("=", at + 1) and len(written) > at + 2:
            yield flag, written[at + 2 :]
            return
        if flag.bare is None:
            yield flag, written[at + 1 :] or _value(flag, f"-{letter}", rest)
            return
        yield flag, flag.bare


def _value(flag: Flag, written: str, rest: Iterator[str]) -> str:
    value = flag.bare if flag.bare is not None else next(rest, None)
    if value is None:
        raise BadFlag(FlagProblem.VALUE_MISSING, written)
    return value
