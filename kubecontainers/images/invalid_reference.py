"""The errors of texts that are no image reference, or no pattern of them."""

from __future__ import annotations

import enum

from ..apimachinery.errors import KubeContainersError

__all__ = ["InvalidPattern", "InvalidReference", "ReferencePart", "ReferenceProblem", "UnknownReferenceMode"]


class ReferenceProblem(enum.Enum):
    """Which rule refused a reference; the values are the names of the Go errors, or ours where Go has no name."""

    FORMAT = "ErrReferenceInvalidFormat"
    NAME_EMPTY = "ErrNameEmpty"
    NAME_TOO_LONG = "ErrNameTooLong"
    NAME_NOT_CANONICAL = "ErrNameNotCanonical"
    UPPERCASE = "ErrNameContainsUppercase"
    MUST_BE_LOWERCASE = "NameMustBeLowercase"
    IDENTIFIER = "IdentifierNotAllowed"
    NO_NAME = "NoName"
    DIGEST_FORMAT = "ErrDigestInvalidFormat"
    DIGEST_LENGTH = "ErrDigestInvalidLength"
    DIGEST_UNSUPPORTED = "ErrDigestUnsupported"


class ReferencePart(enum.Enum):
    """A part of a reference."""

    WHOLE = "reference"
    SCHEME = "scheme"
    REGISTRY = "registry"
    PORT = "port"
    REPOSITORY = "repository"
    TAG = "tag"
    DIGEST = "digest"


class InvalidReference(KubeContainersError):
    """A text is no image reference.

    ``problem`` is the rule that Kubernetes names, ``part`` the part of the text that breaks it, ``position`` where: the
    first character that cannot stand in a registry or repository, the start of a port, tag or digest, the end where something is missing.
    """

    def __init__(
        self, text: str, problem: ReferenceProblem, part: ReferencePart = ReferencePart.WHOLE, position: int = 0, hint: str = ""
    ) -> None:
        super().__init__(text, problem, part, position, hint)
        self.text = text
        self.problem = problem
        self.part = part
        self.position = position
        self.hint = hint

    def _sentence(self) -> str:
        shown = self.text if len(self.text) <= MAX_SHOWN else self.text[:MAX_SHOWN] + "…"
        return f"not an image reference: {shown!r}: {self.part.value} at position {self.position}: {self.problem.value}"


MAX_SHOWN = 200


class InvalidPattern(KubeContainersError):
    """A shell pattern is malformed."""

    def __init__(self, text: str, problem: str, hint: str = "") -> None:
        super().__init__(text, problem, hint)
        self.text = text
        self.problem = problem
        self.hint = hint

    def _sentence(self) -> str:
        return f"not a pattern: {self.text[:200]!r}: {self.problem}"


class UnknownReferenceMode(KubeContainersError):
    """A mode of parsing that does not exist."""

    def __init__(self, mode: str, hint: str = "") -> None:
        super().__init__(mode, hint)
        self.mode = mode
        self.hint = hint

    def _sentence(self) -> str:
        return f"no mode of parsing references: {self.mode!r}"
