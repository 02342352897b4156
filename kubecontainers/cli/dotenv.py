r"""Environments in dotenv files.

There is no standard of such files. What is written here means the same to python-dotenv and to ``docker compose`` (``compose-go``); the
few values on which the two do not agree are written for ``docker compose``::

    PORT=8080                       plain, where no reader could take it for something else
    MOTD='it costs $5'              in single quotes nothing is replaced; a newline stands as it is
    QUOTE="it's \"this\"\r\n"       in double quotes some letters stand for others, and $ for a variable's value
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import attrs

from ..environment.variables import EnvironmentVariable
from ..explain.tree import printable
from .env_formats import shown_value

__all__ = ["Dotenv", "dotenv_file", "dotenv_value"]

_NAME = re.compile("[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
_PLAIN = re.compile("[A-Za-z0-9_@%+:,./=-]+", re.ASCII)
_REPLACED = re.compile(r"\$[A-Za-z_{$]")
"""Where ``docker compose`` replaces something between double quotes."""

_ALWAYS_REPLACED = re.compile(r"\$\{[^}:]*(?::-[^}]*)?\}")
"""What python-dotenv replaces, whatever the quotes are."""

_HALF_ESCAPE = re.compile(r"\\(?=[\\'])|\\\Z")
"""A backslash that some take for the beginning of an escape between single quotes, and some do not."""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\r": "\\r", "\n": "\\n"}


@attrs.frozen
class Dotenv:
    """A dotenv file.

    ``hidden`` are the variables whose values are secret and not in it, ``left_out`` those that no such file can hold, ``disputed`` those
    that not every reader takes as they are meant.
    """

    content: bytes
    hidden: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()


def dotenv_value(value: str) -> str:
    r"""Return a value as it is written in a dotenv file.

    >>> for value in ("8080", "it costs $5", "it's", "C:\\", "$HOME isn't /"):
    ...     print(dotenv_value(value))
    8080
    'it costs $5'
    "it's"
    "C:\\"
    '$HOME isn\'t /'
    """
    if _PLAIN.fullmatch(value):
        return value
    fits_single = "\r" not in value and not _HALF_ESCAPE.search(value)
    if fits_single and "'" not in value:
        return f"'{value}'"
    if fits_single and _REPLACED.search(value):
        return "'" + value.replace("'", "\\'") + "'"
    escaped = "".join(_ESCAPES.get(char, char) for char in value)
    return '"' + (escaped.replace("$", "\\$") if _REPLACED.search(value) else escaped) + '"'


def dotenv_file(
    variables: Iterable[EnvironmentVariable], *, show_secrets: bool, comment: Callable[[EnvironmentVariable], str] | None = None
) -> Dotenv:
    """Return a dotenv file of variables; ``comment`` gives what is to stand above each."""
    lines: list[str] = []
    hidden: list[str] = []
    left_out: list[str] = []
    disputed: list[str] = []
    for variable in variables:
        value = shown_value(variable, show_secrets=show_secrets)
        if not _NAME.fullmatch(variable.name) or not _is_unicode(value):
            left_out.append(variable.name)
            continue
        if variable.is_secret and not show_secrets:
            hidden.append(variable.name)
        if _is_disputed(value):
            disputed.append(variable.name)
        if comment is not None:
            lines.append(f"# {printable(comment(variable))}")
        lines.append(f"{variable.name}={dotenv_value(value)}")
    return Dotenv("".join(f"{line}\n" for line in lines).encode(), tuple(hidden), tuple(left_out), tuple(disputed))


def _is_disputed(value: str) -> bool:
    is_escaped = dotenv_value(value).startswith('"') and _REPLACED.search(value)
    return bool(is_escaped or _ALWAYS_REPLACED.search(value))


def _is_unicode(value: str) -> bool:
    """Return whether a value is text; no reader takes a file that holds anything else."""
    return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)
