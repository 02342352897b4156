"""The names of a pod's parts, containers and volumes: DNS-1123 labels (``ValidateDNS1123Label``)."""

from __future__ import annotations

import enum

from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath
from ..apimachinery.names import NameRule, validate_dns1123_label

__all__ = ["validate_name"]

_DETAILS = {
    NameRule.TOO_LONG: "it may have at most 63 characters",
    NameRule.FORMAT: "it may have lower-case letters, digits and, inside, dashes",
    NameRule.DOTS: "it may have no dots",
}


def validate_name(name: str, path: FieldPath, required: enum.Enum) -> tuple[FieldError, ...]:
    """Return the errors of the name that stands at ``path``; ``required`` is the rule that an empty one breaks.

    A name may break two rules at once, which are two errors. Each is a ``NameRule``.
    """
    if not name:
        return (FieldError(path, FieldErrorType.REQUIRED, required, detail=str(required.value)),)
    return tuple(FieldError(path, FieldErrorType.INVALID, broken, name, _DETAILS[broken]) for broken in validate_dns1123_label(name))
