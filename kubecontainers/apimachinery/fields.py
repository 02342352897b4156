"""Field paths and field errors.

Kubernetes keeps them in ``k8s.io/apimachinery/pkg/util/validation/field``; paths print as it prints them.
"""

from __future__ import annotations

import enum

import attrs

__all__ = ["ROOT", "SPEC", "FieldChange", "FieldError", "FieldErrorType", "FieldPath", "MapKey"]


class MapKey(str):
    """A key of a map, which a path shows in brackets; names of fields stand after a dot."""

    __slots__ = ()


@attrs.frozen(repr=False, str=False)
class FieldPath:
    """Where a field stands in an object.

    ``parts`` are names (``str``), list indices (``int``) and keys of maps (``MapKey``), from the outermost.

    >>> str(ROOT.child("spec", "containers").index(0).child("image"))
    'spec.containers[0].image'
    """

    parts: tuple[str | int, ...] = ()

    def child(self, *names: str) -> FieldPath:
        """Return the path of a field inside this one, each name a level."""
        path = _new(FieldPath)
        _set_parts(path, self.parts + names)
        return path

    def index(self, position: int) -> FieldPath:
        """Return the path of an entry of this list."""
        path = _new(FieldPath)
        _set_parts(path, (*self.parts, position))
        return path

    def key(self, key: str) -> FieldPath:
        """Return the path of an entry of this map.

        >>> str(ROOT.child("data").key("config.json"))
        'data[config.json]'
        """
        path = _new(FieldPath)
        _set_parts(path, (*self.parts, MapKey(key)))
        return path

    def join(self, path: FieldPath) -> FieldPath:
        """Return the place below this one that ``path`` names from here.

        >>> str(ROOT.child("spec", "template").join(ROOT.child("spec", "volumes").index(0)))
        'spec.template.spec.volumes[0]'
        """
        return FieldPath(self.parts + path.parts)

    def __str__(self) -> str:
        text = "".join([f".{part}" if type(part) is str else f"[{part}]" for part in self.parts])
        return text.removeprefix(".")

    def __repr__(self) -> str:
        return f"FieldPath({str(self)!r})"


# Walks make thousands of paths, and the ``__init__`` of a frozen class takes twice as long as this.
_new = object.__new__
_set_parts = FieldPath.parts.__set__  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


ROOT = FieldPath()
"""The path of the object itself."""

SPEC = ROOT.child("spec")
"""The path of the spec of an object."""


class FieldErrorType(enum.Enum):
    """What kind of rule a field breaks; the values are Kubernetes' own."""

    REQUIRED = "Required"
    INVALID = "Invalid"
    NOT_SUPPORTED = "NotSupported"
    FORBIDDEN = "Forbidden"
    DUPLICATE = "Duplicate"
    NOT_FOUND = "NotFound"
    TOO_LONG = "TooLong"
    TOO_MANY = "TooMany"


@attrs.frozen(str=False)
class FieldError:
    """One field of an object that breaks one rule.

    ``rule`` is a member of an enum of the room that checks it; ``value`` is the value as text, empty where there is none to show.
    """

    path: FieldPath
    type: FieldErrorType
    rule: enum.Enum
    value: str = ""
    detail: str = ""

    def __str__(self) -> str:
        value = f": {self.value!r}" if self.value else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.path}: {self.type.value}{value}{detail}"


@attrs.frozen
class FieldChange:
    """One field that a rule filled in, overwrote or removed.

    ``before`` is ``None`` where the field was absent, ``after`` where it is gone: a key of an object, or an entry of a list, after which
    later entries move up. ``reason`` is a member of the rule's own enum.
    """

    path: FieldPath
    before: object = attrs.field(hash=False)
    after: object = attrs.field(hash=False)
    reason: enum.Enum
