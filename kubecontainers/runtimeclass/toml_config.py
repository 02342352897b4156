"""TOML, the language of containerd's and CRI-O's configuration: how one file of it is read, and what is wrong with one.

Python's own ``tomllib`` reads it. It allows more than the Go readers in one place, integers of more than 64 bits, and less in another:
tables within tables a hundred levels deep; both are refused here.
"""

from __future__ import annotations

import enum
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import is_list, is_object
from ..golang.text import to_text

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = [
    "FieldKind",
    "InvalidRuntimeConfig",
    "RuntimeConfigProblem",
    "Table",
    "freeze",
    "is_kind",
    "is_table",
    "read_toml",
    "table_at",
    "texts_at",
    "wrong_type",
]

Table = Mapping[str, object]
"""A TOML table."""

MAX_DEPTH = 100
MAX_DOTS_IN_LINE = 1000
"""``tomllib`` takes quadratic time for the parts of one dotted key; no line of a real file has so many dots."""

MAX_INTEGER_BITS = 64

_POSITION = re.compile(r" \(at (?:line ([0-9]{1,10}), column [0-9]{1,10}|end of document)\)\Z", re.ASCII)


class RuntimeConfigProblem(enum.Enum):
    """Why a runtime refuses its configuration and does not start."""

    NOT_UTF8 = "it is not UTF-8"
    NOT_TOML = "it is not TOML"
    TOO_DEEP = "it is nested too deeply"
    WRONG_TYPE = "a value has the wrong type"
    MISSING = "there is no such file"
    UNREADABLE = "it cannot be read"
    BAD_PATTERN = "a pattern of imports is malformed"
    CONFIG_VERSION = "the version of the configuration is not supported"
    PLUGIN_NAME = "a plugin is not named by its full URI"


_HINTS = {
    RuntimeConfigProblem.MISSING: "a path without a star must exist; a pattern such as conf.d/*.toml may match nothing",
    RuntimeConfigProblem.PLUGIN_NAME: "from version 2 on, write io.containerd.grpc.v1.cri for cri",
}


class InvalidRuntimeConfig(KubeContainersError):
    """A file of configuration with which containerd or CRI-O does not start.

    ``file`` is its path, ``line`` counted from 1 and 0 where it is not known, ``detail`` names what is meant without what stands there.
    """

    def __init__(self, problem: RuntimeConfigProblem, file: str, line: int = 0, detail: str = "", hint: str | None = None) -> None:
        hint = _HINTS.get(problem, "") if hint is None else hint
        super().__init__(problem, file, line, detail, hint)
        self.problem = problem
        self.file = file
        self.line = line
        self.detail = detail
        self.hint = hint

    def _sentence(self) -> str:
        line = f":{self.line}" if self.line else ""
        detail = f": {self.detail[:200]}" if self.detail else ""
        return f"{self.file[:200]}{line}: {self.problem.value}{detail}"


class FieldKind(enum.Enum):
    """What type a value of a configuration has to have."""

    TEXT = "a string"
    BOOLEAN = "a boolean"
    INTEGER = "an integer"
    TEXTS = "a list of strings"
    TABLE = "a table"
    TEXT_TABLE = "a table of strings"


def read_toml(content: str | bytes, file: str) -> dict[str, object]:
    """Return the table of a TOML document.

    ``content`` is that of the file at the path ``file``, which only errors name. Raises ``InvalidRuntimeConfig``.

    >>> read_toml("version = 2", "/etc/containerd/config.toml")
    {'version': 2}
    """
    try:
        text = to_text(content) if isinstance(content, str) else content.decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
    else:
        table = _parsed(text, file)
        _check(table, file)
        return table
    raise InvalidRuntimeConfig(RuntimeConfigProblem.NOT_UTF8, file, line)


def _parsed(text: str, file: str) -> dict[str, object]:
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if line.count(".") > MAX_DOTS_IN_LINE:
            raise InvalidRuntimeConfig(RuntimeConfigProblem.TOO_DEEP, file, number, f"a line has more than {MAX_DOTS_IN_LINE} dots")
    problem, number, detail = RuntimeConfigProblem.NOT_TOML, 0, ""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        detail = _POSITION.sub("", str(error))
        position = _POSITION.search(str(error))
        number = int(position[1] or len(lines)) if position else 0
    except RecursionError:
        problem = RuntimeConfigProblem.TOO_DEEP
    except ValueError:  # Python reads no integer of thousands of digits
        detail = "an integer has too many digits"
    raise InvalidRuntimeConfig(problem, file, number, detail)


def _check(table: Table, file: str) -> None:
    """Refuse what is too deep for the functions that walk it, and integers that Go cannot hold."""
    level: list[object] = [table]
    for _ in range(MAX_DEPTH):
        if any(isinstance(value, int) and not -(1 << MAX_INTEGER_BITS - 1) <= value < 1 << MAX_INTEGER_BITS - 1 for value in level):
            detail = f"an integer has more than {MAX_INTEGER_BITS} bits"
            raise InvalidRuntimeConfig(RuntimeConfigProblem.NOT_TOML, file, detail=detail)
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise InvalidRuntimeConfig(RuntimeConfigProblem.TOO_DEEP, file)


def _inside(value: object) -> Iterator[object]:
    if is_object(value):
        yield from value.values()
    elif is_list(value):
        yield from value


def is_table(value: object) -> TypeIs[Table]:
    """Return whether a value is a table."""
    return is_object(value)


def is_kind(value: object, kind: FieldKind) -> bool:
    """Return whether a value has the type that it has to have.

    >>> is_kind(True, FieldKind.INTEGER)
    False
    """
    match kind:
        case FieldKind.TEXT:
            return isinstance(value, str)
        case FieldKind.BOOLEAN:
            return isinstance(value, bool)
        case FieldKind.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case FieldKind.TEXTS:
            return is_list(value) and all(isinstance(entry, str) for entry in value)
        case FieldKind.TABLE:
            return is_table(value)
        case _:
            return is_table(value) and all(isinstance(entry, str) for entry in value.values())


def table_at(table: Table, key: str, file: str, path: str = "") -> Table:
    """Return the table in a field of one that stands at ``path``, an empty one where there is none; raises ``InvalidRuntimeConfig``."""
    value = table.get(key, {})
    if is_table(value):
        return value
    raise wrong_type(file, f"{path}{key}", FieldKind.TABLE)


def texts_at(table: Table, key: str, file: str) -> tuple[str, ...]:
    """Return the texts of the list in a field, none where there is none; raises ``InvalidRuntimeConfig``."""
    value = table.get(key, ())
    if is_list(value):
        texts = tuple(entry for entry in value if isinstance(entry, str))
        if len(texts) == len(value):
            return texts
    raise wrong_type(file, key, FieldKind.TEXTS)


def wrong_type(file: str, field: str, kind: FieldKind) -> InvalidRuntimeConfig:
    """Return the error for a field that has to be of another type."""
    return InvalidRuntimeConfig(RuntimeConfigProblem.WRONG_TYPE, file, detail=f"{field} has to be {kind.value}")


def freeze(value: object) -> object:
    """Return a TOML value as one that cannot change: tables as ``FrozenMap``, lists as tuples.

    >>> freeze({"a": [1, {"b": 2}]})
    FrozenMap({'a': (1, FrozenMap({'b': 2}))})
    """
    if is_table(value):
        return FrozenMap({key: freeze(entry) for key, entry in value.items()})
    return tuple(freeze(entry) for entry in value) if is_list(value) else value
