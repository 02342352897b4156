"""Patterns of images that a pod may use without credentials (``pkg/kubelet/images/pullmanager/image_pull_policies.go``).

They stand in ``preloadedImagesVerificationAllowlist`` of a kubelet's configuration. A pattern is the name of a repository,
``registry.example/team/app``, or a prefix, ``registry.example/team/*``. Nothing is normalised when an image is compared: ``nginx`` is not
``docker.io/library/nginx``.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.cluster import VERIFICATION_FIELDS
from ..apimachinery.errors import KubeContainersError
from ..apimachinery.release import LATEST, Change, NotInRelease, Release
from ..golang.text import has_surrounding_space, to_text
from .invalid_reference import InvalidReference
from .reference import ImageReference, ReferenceMode

__all__ = ["NAMES_AS_WRITTEN", "AllowlistPattern", "AllowlistProblem", "InvalidAllowlistPattern"]

NAMES_AS_WRITTEN = Change(
    since="1.36",
    summary="a pattern of preloadedImagesVerificationAllowlist may be a short name, and matches an image whatever its tag or digest",
)

WILDCARD = "/*"


class AllowlistProblem(enum.Enum):
    """Which rule refused a pattern."""

    SURROUNDING_SPACE = "it has white space at an end"
    EMPTY = "it is empty"
    MISPLACED_WILDCARD = "a * stands elsewhere than in a final /*"
    NO_REGISTRY = "nothing stands before /*"
    NO_NAME = "it is no name of a repository"
    NOT_NAME_ONLY = "it has a tag or a digest"
    SHORT_NAME = "the name is not written out in full"


_HINTS = {
    AllowlistProblem.SURROUNDING_SPACE: "remove the white space",
    AllowlistProblem.EMPTY: "write the name of a repository, or a prefix such as registry.example/*",
    AllowlistProblem.MISPLACED_WILDCARD: "write a name without *, or a prefix such as registry.example/team/*",
    AllowlistProblem.NO_REGISTRY: "at least a registry is needed: registry.example/*",
}


class InvalidAllowlistPattern(KubeContainersError):
    """A text is no pattern of an allow-list; ``problem`` is the rule that it breaks."""

    def __init__(self, text: str, problem: AllowlistProblem, hint: str = "") -> None:
        super().__init__(text, problem, hint)
        self.text = text
        self.problem = problem
        self.hint = hint

    def _sentence(self) -> str:
        return f"not a pattern of images: {self.text[:200]!r}: {self.problem.value}"


@attrs.frozen
class AllowlistPattern:
    """A pattern, parsed.

    ``text`` is what an image is compared with: a name, or, where ``is_prefix``, the prefix with its slash. ``release`` is that of the
    kubelet.

    >>> pattern = AllowlistPattern.parse("registry.example/team/*")
    >>> pattern.matches("registry.example/team/app:1.0"), pattern.matches("registry.example/teams/app")
    (True, False)
    """

    text: str
    is_prefix: bool
    release: Release = LATEST

    @classmethod
    def parse(cls, text: str, *, release: Release = LATEST) -> AllowlistPattern:
        """Return the pattern that a kubelet of ``release`` reads.

        A prefix is taken as it is; it need not be a name. Raises ``InvalidAllowlistPattern`` with the rule and a hint, and
        ``NotInRelease`` for releases without allow-lists, those before 1.33.

        >>> AllowlistPattern.parse("busybox", release=Release("1.36")).text
        'busybox'
        """
        if VERIFICATION_FIELDS not in release:
            raise NotInRelease("preloadedImagesVerificationAllowlist", release, "it is there since 1.33")
        pattern = to_text(text)
        is_prefix = pattern.endswith(WILDCARD)
        compared = pattern[:-1] if is_prefix else pattern
        problem = _problem(pattern, compared)
        if problem is not None:
            raise InvalidAllowlistPattern(pattern, problem, _HINTS[problem])
        if not is_prefix:
            _check_name(compared, release)
        return cls(compared, is_prefix, release)

    def matches(self, image: str) -> bool:
        """Return whether the pattern matches an image, any text, as it stands in a container.

        Before 1.36 tag and digest take part: a name matches no image that has one.
        """
        compared = _without_tag(to_text(image), self.release)
        return compared.startswith(self.text) if self.is_prefix else compared == self.text


def _problem(pattern: str, compared: str) -> AllowlistProblem | None:
    """Return the first rule that a pattern breaks, apart from those of names."""
    if has_surrounding_space(pattern):
        return AllowlistProblem.SURROUNDING_SPACE
    if not compared:
        return AllowlistProblem.EMPTY
    if "*" in compared:
        return AllowlistProblem.MISPLACED_WILDCARD
    if pattern == WILDCARD:
        return AllowlistProblem.NO_REGISTRY
    return None


def _check_name(name: str, release: Release) -> None:
    """Refuse what is not just a name; before 1.36, one written out in full."""
    mode: ReferenceMode = "parse" if NAMES_AS_WRITTEN in release else "normalized"
    try:
        reference = ImageReference.parse(name, mode=mode, release=release)
    except InvalidReference as error:
        hint = error.hint
    else:
        if reference.name == name:
            return
        problem = AllowlistProblem.SHORT_NAME if reference.is_name_only else AllowlistProblem.NOT_NAME_ONLY
        raise InvalidAllowlistPattern(name, problem, f"write {reference.name}")
    raise InvalidAllowlistPattern(name, AllowlistProblem.NO_NAME, hint)


def _without_tag(image: str, release: Release) -> str:
    if NAMES_AS_WRITTEN not in release:
        return image
    try:
        return ImageReference.parse(image, mode="parse", release=release).name
    except InvalidReference:
        return image
