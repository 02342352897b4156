"""Which images a kubelet asks a credential provider about (``isImageAllowed`` in ``pkg/credentialprovider/plugin/plugin.go``).

What is compared is the image's repository, normalised, without tag and digest: ``docker.io/library/nginx``. A provider is asked where any
pattern of its ``matchImages`` matches; what cannot be compared does not match.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...apimachinery.release import LATEST, Release
from ..registry_pattern import InvalidRegistryPattern, RegistryPattern

__all__ = ["select_match_image"]


def select_match_image(match_images: Iterable[str], image: str | bytes, *, release: Release = LATEST) -> RegistryPattern | None:
    """Return the first pattern of a provider's ``matchImages`` that matches an image; ``None``: the provider is not asked.

    ``image`` is taken as it is, so give a normalised repository. Patterns that do not parse are passed over.

    >>> select_match_image(["*.registry.example", "quay.io/team"], "quay.io/team/app")
    RegistryPattern('quay.io/team')
    """
    for text in match_images:
        try:
            pattern = RegistryPattern.parse(text, release=release)
        except InvalidRegistryPattern:
            continue
        if pattern.matches(image):
            return pattern
    return None
