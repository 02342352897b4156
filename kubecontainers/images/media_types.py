"""Media types of images: OCI's and Docker's, and what stands behind each.

Both families describe the same things with other words: OCI's types begin with ``application/vnd.oci.``, Docker's with
``application/vnd.docker.``. Runtimes take either, an index of one may even list manifests of the other.
"""

from __future__ import annotations

import enum

import attrs

__all__ = ["DOCKER_MANIFEST", "DOCKER_MANIFEST_LIST", "OCI_INDEX", "OCI_MANIFEST", "ImageFormat", "MediaKind", "MediaType"]

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class ImageFormat(enum.Enum):
    """Whose format it is; the values are how its media types begin."""

    OCI = "application/vnd.oci."
    DOCKER = "application/vnd.docker."


class MediaKind(enum.Enum):
    """What stands behind a media type."""

    INDEX = "an index: a list of manifests, one for each platform"
    MANIFEST = "a manifest: one image of one platform"
    CONFIG = "the configuration of an image"
    LAYER = "a layer of an image"
    SCHEMA_1 = "a manifest of Docker's schema 1, which containerd 2 no longer reads"
    OTHER = "nothing that an image is made of"


_LAYERS = (
    "application/vnd.oci.image.layer.",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
)
"""How media types of layers begin; what follows says how a layer is compressed, or encrypted."""

_KINDS = {
    OCI_INDEX: MediaKind.INDEX,
    DOCKER_MANIFEST_LIST: MediaKind.INDEX,
    OCI_MANIFEST: MediaKind.MANIFEST,
    DOCKER_MANIFEST: MediaKind.MANIFEST,
    "application/vnd.oci.image.config.v1+json": MediaKind.CONFIG,
    "application/vnd.docker.container.image.v1+json": MediaKind.CONFIG,
    "application/vnd.docker.distribution.manifest.v1+json": MediaKind.SCHEMA_1,
    "application/vnd.docker.distribution.manifest.v1+prettyjws": MediaKind.SCHEMA_1,
}


@attrs.frozen(str=False)
class MediaType:
    """A media type, taken apart: ``format`` is ``None`` where it is neither OCI's nor Docker's."""

    text: str
    format: ImageFormat | None
    kind: MediaKind

    @classmethod
    def parse(cls, text: str) -> MediaType:
        """Return what a ``mediaType`` says. Any text is one.

        >>> found = MediaType.parse("application/vnd.oci.image.index.v1+json")
        >>> found.format, found.kind.name
        (<ImageFormat.OCI: 'application/vnd.oci.'>, 'INDEX')
        """
        form = next((form for form in ImageFormat if text.startswith(form.value)), None)
        return cls(text, form, MediaKind.LAYER if text.startswith(_LAYERS) else _KINDS.get(text, MediaKind.OTHER))

    @classmethod
    def parse_header(cls, text: str) -> MediaType:
        """Return what a ``Content-Type`` says, whose parameters do not matter; in a document they would.

        >>> MediaType.parse_header("application/vnd.oci.image.index.v1+json; charset=utf-8").kind.name
        'INDEX'
        """
        return cls.parse(text.partition(";")[0])

    def __str__(self) -> str:
        return self.text
