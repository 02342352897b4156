"""Images named for one architecture, ``kube-proxy-arm64:v1.31.0``.

Kubernetes publishes its own images twice: as an index, ``name:tag``, and once for each architecture, ``name-$(ARCH):tag``. It is a
convention of those who publish; no code of Kubernetes reads it.
"""

from __future__ import annotations

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.release import LATEST, Release
from .platform import ARCHITECTURES
from .reference import ImageReference

__all__ = ["ArchitectureName", "UnnamedArchitecture", "split_architecture", "with_architecture"]


class UnnamedArchitecture(KubeContainersError):
    """An image cannot be named for an architecture: what is asked is none, or the image is named by digest alone."""

    def __init__(self, image: str, architecture: str, hint: str = "") -> None:
        super().__init__(image, architecture, hint)
        self.image = image
        self.architecture = architecture
        self.hint = hint

    def _sentence(self) -> str:
        return f"{self.image[:200]!r} has no name for the architecture {self.architecture[:50]!r}"


@attrs.frozen
class ArchitectureName:
    """The image that is an index, and the architecture that was in the name, ``None`` where none was."""

    image: ImageReference
    architecture: str | None


def with_architecture(image: ImageReference, architecture: str, *, release: Release = LATEST) -> ImageReference:
    """Return the image of one architecture, by its name.

    ``architecture`` is a name that Go uses, such as ``arm64``. The tag is kept. A digest is that of the index and is left out; an image
    that has nothing but a digest cannot be named so. ``release`` is that of whoever reads the name.

    Raises ``UnnamedArchitecture``, and ``InvalidReference`` where the longer name is none.

    >>> str(with_architecture(ImageReference.parse("registry.k8s.io/kube-proxy:v1.31.0"), "arm64"))
    'registry.k8s.io/kube-proxy-arm64:v1.31.0'
    """
    if architecture not in ARCHITECTURES:
        raise UnnamedArchitecture(str(image), architecture, "name it as Go does: amd64, arm64, arm, ppc64le, s390x …")
    _check_has_more_than_digest(image, architecture, "the digest is that of the index")
    return ImageReference.build(f"{image.name}-{architecture}", tag=image.tag, release=release)


def split_architecture(image: ImageReference, *, release: Release = LATEST) -> ArchitectureName:
    """Return the image without the architecture at the end of its name, and the architecture.

    Whether ``web-arm`` is the image ``web`` for arm, or has that name for another reason, the name does not tell. The tag is kept. A digest
    is that of the one image and is left out; from nothing but a digest the index cannot be named.

    Raises ``UnnamedArchitecture``, and ``InvalidReference`` where ``release`` cannot read the image itself.

    >>> found = split_architecture(ImageReference.parse("registry.k8s.io/pause-s390x:3.9"))
    >>> str(found.image), found.architecture
    ('registry.k8s.io/pause:3.9', 's390x')
    """
    name, _, architecture = image.name.rpartition("-")
    if architecture not in ARCHITECTURES or not name or name.endswith("-"):
        return ArchitectureName(image, None)
    _check_has_more_than_digest(image, architecture, "the digest is that of the one image")
    return ArchitectureName(ImageReference.build(name, tag=image.tag, release=release), architecture)


def _check_has_more_than_digest(image: ImageReference, architecture: str, why: str) -> None:
    if image.digest is not None and image.tag is None:
        raise UnnamedArchitecture(str(image), architecture, f"{why}; name the image by tag")
