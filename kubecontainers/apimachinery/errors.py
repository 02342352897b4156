"""The error family.

Every error is a ``KubeContainersError``; it carries its data as attributes, compares by them and pickles. Errors of one rule live
beside that rule; here stand the root and those that several rooms raise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .fields import FieldError

__all__ = ["KubeContainersError", "MalformedObject", "NotFound", "ValidationFailed"]


class KubeContainersError(ValueError):
    """The root of all errors of this library.

    A subclass hands all its data, in the order of its constructor, to this one, which compares and pickles by it.
    """

    hint: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KubeContainersError) and type(self) is type(other) and self.args == other.args

    def __hash__(self) -> int:
        return hash((type(self), str(self)))

    def _sentence(self) -> str:
        """Return what is wrong, without the hint."""
        return ", ".join(map(str, self.args))

    def __str__(self) -> str:
        return f"{self._sentence()} ({self.hint})" if self.hint else self._sentence()


class MalformedObject(KubeContainersError):
    """An API object has not the shape that Kubernetes could decode.

    ``path`` is the field path, ``expected`` the JSON type that belongs there, ``found`` the JSON type that stands there. Values are
    left out, since they may be secret.
    """

    def __init__(self, path: str, expected: str, found: str, hint: str = "") -> None:
        super().__init__(path, expected, found, hint)
        self.path = path
        self.expected = expected
        self.found = found
        self.hint = hint

    def _sentence(self) -> str:
        return f"{self.path or 'the object'}: expected {self.expected}, found {self.found}"


class NotFound(KubeContainersError):
    """Something that was asked for by its name is not there; ``what`` says what kind of thing, ``name`` which."""

    def __init__(self, what: str, name: str, hint: str = "") -> None:
        super().__init__(what, name, hint)
        self.what = what
        self.name = name
        self.hint = hint

    def _sentence(self) -> str:
        return f"there is no {self.what} {self.name!r}"


class ValidationFailed(KubeContainersError):
    """An object breaks validation rules; ``errors`` holds every one, in Kubernetes' order."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(errors)
        self.errors = errors

    def _sentence(self) -> str:
        return "; ".join(map(str, self.errors))
