"""What the kubelet hands to the container runtime for an image (``applyDefaultImageTag`` in ``pkg/kubelet/images``)."""

from __future__ import annotations

from ..apimachinery.release import LATEST, Release
from .reference import ImageReference
from .tag import LATEST_TAG

__all__ = ["pull_spec"]


def pull_spec(image: str, *, release: Release = LATEST) -> str:
    """Return the text that the runtime is asked to pull: the image as written, tagged ``latest`` if it has neither tag nor digest.

    It is not normalised: what ``nginx`` means is the runtime's business. ``release`` is the node's. Raises ``InvalidReference``, where the
    kubelet answers ``InvalidImageName``.

    >>> pull_spec("nginx"), pull_spec("nginx:1.27")
    ('nginx:latest', 'nginx:1.27')
    """
    reference = ImageReference.parse(image, release=release)
    return f"{image}:{LATEST_TAG}" if reference.is_name_only else image
