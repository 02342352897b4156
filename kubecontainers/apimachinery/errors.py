"""The error family.

Every error is a ``KubeContainersError``; it carries its data as attributes, compares by them and pickles. Errors of one rule live
beside that rule; here stand the root and those that several rooms raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from typing_extensions import override

if TYPE_CHECKING:
    from .fields import FieldError

__all__ = ["KubeContainersError", "MalformedObject", "ValidationFailed"]


class KubeContainersError(ValueError):
    """The root of all errors of this library.

    A subclass is an ``attrs`` class: its fields, in order, are the arguments of its constructor.
    """

    hint: str = ""

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, KubeContainersError) and type(self) is type(other) and self.args == other.args

    @override
    def __hash__(self) -> int:
        return hash((type(self), str(self)))

    def sentence(self) -> str:
        """Return what is wrong, without the hint."""
        return ", ".join(map(str, self.args))

    @override
    def __str__(self) -> str:
        return f"{self.sentence()} ({self.hint})" if self.hint else self.sentence()


@attrs.define(eq=False, str=False, slots=False)
class MalformedObject(KubeContainersError):
    """An API object has not the shape that Kubernetes could decode.

    ``path`` is the field path, ``expected`` the JSON type that belongs there, ``found`` the JSON type that stands there. Values are
    left out, since they may be secret.
    """

    path: str
    expected: str
    found: str
    hint: str = ""

    @override
    def sentence(self) -> str:
        return f"{self.path or 'the object'}: expected {self.expected}, found {self.found}"


@attrs.define(eq=False, str=False, slots=False)
class ValidationFailed(KubeContainersError):
    """An object breaks validation rules; ``errors`` holds every one, in Kubernetes' order."""

    errors: tuple[FieldError, ...]

    @override
    def sentence(self) -> str:
        return "; ".join(map(str, self.errors))
