"""Reading and writing the fields of scripts: times in milliseconds, lists whose last entry repeats, errors as texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import JSONObject, integer_at, objects_at, text_at
from ..golang.duration import MILLISECOND, Duration
from ..lifecycle.pod_runtime import CallFailure

__all__ = [
    "call_failure",
    "filled",
    "listed",
    "milliseconds",
    "named_at",
    "never_at",
    "objects_of",
    "optional_text_at",
    "repeated",
    "time_at",
    "whole_at",
]

T = TypeVar("T")
E = TypeVar("E")

_MILLISECOND = Duration(MILLISECOND)
_RAW, _NOT_FOUND = "raw:", "notfound:"


class _Shown(Protocol):
    def to_json(self) -> JSONObject: ...


def call_failure(text: str, instance: str = "") -> CallFailure:
    """Return the error that a script's text stands for; ``{id}`` in it is the runtime's name for the container.

    >>> [call_failure(text).text for text in ("raw:no space", "notfound:gone", "exec format error")]
    ['no space', 'rpc error: code = NotFound desc = gone', 'rpc error: code = Unknown desc = exec format error']
    """
    named = text.replace("{id}", instance) if instance else text
    if named.startswith(_RAW):
        return CallFailure(named[len(_RAW) :])
    if named.startswith(_NOT_FOUND):
        return CallFailure(named[len(_NOT_FOUND) :], "NotFound")
    return CallFailure(named, "Unknown")


def repeated(entries: Sequence[T], position: int) -> T | None:
    """Return an entry of a list whose last one repeats, ``None`` where the list is empty.

    >>> [repeated("ab", position) for position in range(4)]
    ['a', 'b', 'b', 'b']
    """
    return entries[min(position, len(entries) - 1)] if entries else None


def time_at(obj: JSONObject, key: str, path: FieldPath) -> Duration:
    """Return the time in a field of milliseconds, none where it is absent; less than nothing counts as nothing."""
    return max(_MILLISECOND * integer_at(obj, key, path), Duration())


def never_at(obj: JSONObject, key: str, path: FieldPath, *, absent: Duration | None = None) -> Duration | None:
    """Return the time in a field of milliseconds; ``None`` for a negative one, which says never, and ``absent`` where there is none."""
    if obj.get(key) is None:
        return absent
    count = integer_at(obj, key, path)
    return None if count < 0 else _MILLISECOND * count


def whole_at(obj: JSONObject, key: str, path: FieldPath, *, bits: int = 64) -> int | None:
    """Return the integer in a field, ``None`` where there is none."""
    return None if obj.get(key) is None else integer_at(obj, key, path, bits=bits)


def optional_text_at(obj: JSONObject, key: str, path: FieldPath) -> str | None:
    """Return the text in a field, ``None`` where there is none or an empty one."""
    return text_at(obj, key, path) or None


def named_at(obj: JSONObject, key: str, path: FieldPath, values: dict[str, E], absent: E) -> E:
    """Return which of some named values a field says, ``absent`` where it says nothing. Raises ``MalformedObject`` for another name."""
    name = text_at(obj, key, path)
    if name and name not in values:
        raise MalformedObject(str(path.child(key)), f"one of {', '.join(values)}", "another string")
    return values[name] if name else absent


def listed(obj: JSONObject, key: str, path: FieldPath, read: Callable[[JSONObject, FieldPath], T]) -> tuple[T, ...]:
    """Return the values of the objects in a list."""
    return tuple(read(entry, at) for at, entry in objects_at(obj, key, path))


def objects_of(values: Sequence[_Shown]) -> list[JSONObject]:
    """Return some values as JSON."""
    return [value.to_json() for value in values]


def milliseconds(time: Duration | None) -> int | None:
    """Return a time in whole milliseconds."""
    return None if time is None else time.nanoseconds // MILLISECOND


def filled(**fields: object) -> dict[str, object]:
    """Return the fields that say something: neither ``None`` nor empty, though 0 and false do say something."""
    return {key: value for key, value in fields.items() if value is not None and value not in ("", [], {}, ())}
