"""Image indexes: the list of one image's manifests, one for each platform.

OCI calls it an image index (``application/vnd.oci.image.index.v1+json``), Docker a manifest list; one reader reads both, as containerd does
(``core/images/image.go``). What is no index is refused with what it is.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, integer_at, mapping_at, objects_at, root_object, text_at, text_map_at
from ..golang.text import from_bytes, to_bytes, to_text
from .media_types import OCI_INDEX, MediaKind, MediaType
from .platform import Platform

__all__ = ["MAX_INDEX_BYTES", "ImageIndex", "IndexEntry", "IndexProblem", "InvalidIndex"]

MAX_INDEX_BYTES = 4 * 1048 * 1048
"""How many bytes containerd takes of a manifest or an index from a registry (1048 is its own number)."""


class IndexProblem(enum.Enum):
    """Why something is no image index."""

    JSON = "it is no JSON, or holds a number too long to read"
    TOO_LARGE = "it is larger than what containerd takes from a registry"
    TOO_DEEP = "it is nested too deeply"
    MANIFEST = "it is the manifest of one image, not an index"
    SCHEMA_1 = "it is a manifest of Docker's schema 1, which containerd 2 no longer reads"
    MEDIA_TYPE = "its media type is not that of an index"
    UNKNOWN = "it has neither the media type nor the manifests of an index"


_HINTS = {
    IndexProblem.JSON: "give the document as the registry sends it, such as docker manifest inspect prints",
    IndexProblem.TOO_LARGE: f"the limit is {MAX_INDEX_BYTES:,} bytes",
    IndexProblem.TOO_DEEP: "an index needs four levels",
    IndexProblem.MANIFEST: "every node gets this one image, whatever its platform: there is nothing to choose",
    IndexProblem.SCHEMA_1: "push the image again with a current tool",
    IndexProblem.MEDIA_TYPE: f"an OCI index is {OCI_INDEX}",
    IndexProblem.UNKNOWN: "an index has a list of manifests",
}


class InvalidIndex(KubeContainersError):
    """A document is no image index; ``found`` is what stands in it instead, empty where there is nothing to show."""

    def __init__(self, problem: IndexProblem, found: str = "", hint: str = "") -> None:
        hint = hint or _HINTS[problem]
        super().__init__(problem, found, hint)
        self.problem = problem
        self.found = found
        self.hint = hint

    def _sentence(self) -> str:
        return f"not an image index: {self.problem.value}" + (f": {self.found[:200]}" if self.found else "")


@attrs.frozen
class IndexEntry:
    """One manifest of an index.

    ``digest`` is as written; ``size`` is in bytes. ``platform`` is ``None`` where the entry has none; the image's configuration tells it.
    """

    media_type: str
    digest: str
    size: int = 0
    platform: Platform | None = None
    annotations: FrozenMap[str, str] = attrs.field(factory=lambda: FrozenMap[str, str]({}))
    artifact_type: str = ""

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> IndexEntry:
        """Return the entry that an OCI descriptor is. Raises ``MalformedObject``."""
        root = root_object(obj, path)
        platform = mapping_at(root, "platform", path)
        return cls(
            text_at(root, "mediaType", path),
            text_at(root, "digest", path),
            integer_at(root, "size", path),
            None if platform is None else Platform.from_json(platform, path=path.child("platform")),
            FrozenMap(text_map_at(root, "annotations", path)),
            text_at(root, "artifactType", path),
        )

    def to_json(self) -> JSONObject:
        """Return the descriptor, without the fields that are empty."""
        fields: dict[str, object] = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        if self.platform is not None:
            fields["platform"] = self.platform.to_json()
        if self.annotations:
            fields["annotations"] = dict(self.annotations)
        if self.artifact_type:
            fields["artifactType"] = self.artifact_type
        return fields

    @property
    def kind(self) -> MediaKind:
        """What the entry is: a manifest, as a rule; an index where indexes are nested."""
        return MediaType.parse(self.media_type).kind


def _entries(entries: Iterable[IndexEntry]) -> tuple[IndexEntry, ...]:
    return tuple(entries)


@attrs.frozen
class ImageIndex:
    """The manifests of one image, in the order in which they are listed.

    >>> index = ImageIndex.parse(
    ...     '{"manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:…", "size": 480,'
    ...     ' "platform": {"os": "linux", "architecture": "arm64"}}]}'
    ... )
    >>> [str(entry.platform) for entry in index.manifests]
    ['linux/arm64']
    """

    manifests: tuple[IndexEntry, ...] = attrs.field(converter=_entries)
    media_type: str = OCI_INDEX
    annotations: FrozenMap[str, str] = attrs.field(factory=lambda: FrozenMap[str, str]({}))

    @classmethod
    def parse(cls, document: str | bytes, *, media_type: str = "") -> ImageIndex:
        """Return the index in a JSON document.

        ``media_type`` is that of the answer or the descriptor which brought the document, if it is known; it counts more than the one
        inside. Raises ``InvalidIndex`` for what is no index, or is larger than containerd takes (``MAX_INDEX_BYTES``), and
        ``MalformedObject`` for fields of a wrong type.
        """
        if len(document if isinstance(document, bytes) else to_bytes(document)) > MAX_INDEX_BYTES:
            raise InvalidIndex(IndexProblem.TOO_LARGE)
        text = from_bytes(document) if isinstance(document, bytes) else document
        return cls.from_json(root_object(_decoded(text)), media_type=media_type)

    @classmethod
    def from_json(cls, obj: JSONObject, *, media_type: str = "") -> ImageIndex:
        """Return the index that a decoded document is; arguments and errors are those of ``parse``."""
        root = root_object(obj)
        written = text_at(root, "mediaType", ROOT)
        given = MediaType.parse_header(to_text(media_type))
        _check_is_index(root, given, MediaType.parse(written))
        manifests = [IndexEntry.from_json(entry, path=path) for path, entry in objects_at(root, "manifests", ROOT)]
        return cls(manifests, given.text or written or OCI_INDEX, FrozenMap(text_map_at(root, "annotations", ROOT)))

    def to_json(self) -> JSONObject:
        """Return the index as JSON."""
        fields: dict[str, object] = {
            "schemaVersion": 2,
            "mediaType": self.media_type,
            "manifests": [entry.to_json() for entry in self.manifests],
        }
        if self.annotations:
            fields["annotations"] = dict(self.annotations)
        return fields


def _decoded(text: str) -> object:
    """Decode JSON as Go does: no NaN, and what Python cannot hold is an error of ours."""
    try:
        decoded: object = json.loads(text, parse_constant=_refused)
    except RecursionError:
        problem = IndexProblem.TOO_DEEP
    except ValueError:  # no JSON, or numbers beyond what Python reads
        problem = IndexProblem.JSON
    else:
        return decoded
    raise InvalidIndex(problem)


def _refused(constant: str) -> object:
    raise ValueError(constant)


def _check_is_index(document: JSONObject, given: MediaType, written: MediaType) -> None:
    """Refuse what is something else, or pretends to be two things at once.

    A field counts even where it is null, as in containerd.
    """
    if "fsLayers" in document or MediaKind.SCHEMA_1 in {given.kind, written.kind}:
        raise InvalidIndex(IndexProblem.SCHEMA_1)
    manifest_fields = [name for name in ("config", "layers") if name in document]
    manifest_types = [found.text for found in (given, written) if found.kind is MediaKind.MANIFEST]
    if manifest_fields or manifest_types:
        raise InvalidIndex(IndexProblem.MANIFEST, " and ".join(manifest_fields or manifest_types))
    decisive = given if given.text else written
    if decisive.text and decisive.kind is not MediaKind.INDEX:
        raise InvalidIndex(IndexProblem.MEDIA_TYPE, decisive.text)
    if not decisive.text and "manifests" not in document:
        raise InvalidIndex(IndexProblem.UNKNOWN)
