"""Which manifest of an index a node gets.

Kubernetes passes no platform: the container runtime chooses by that of its node. This is containerd's choice (``core/images/image.go``):
entries that match, or that have no platform, are sorted by how good they are, those without a platform last; the first is taken, and
nothing else is tried.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import attrs

from ..apimachinery.objects import JSONObject
from .index import ImageIndex, IndexEntry
from .media_types import MediaKind
from .platform import Platform
from .platform_match import Mismatch, PlatformMatcher, Rank, node_matcher

__all__ = ["Miss", "Selection", "SelectionReason", "matching_positions", "select_manifest"]


class SelectionReason(enum.Enum):
    """Why an entry was selected, or none."""

    OWN = "it is for the node's own platform"
    COMPATIBLE = "it is for another architecture or level that the node runs as well"
    NO_PLATFORM = "the entry names no platform: the image's configuration decides, and no other entry is tried"
    CONFIG = "the entry names no platform, and its image's configuration matches"
    NO_MATCH = "no entry matches the platform"
    CONFIG_DIFFERS = "only an entry without a platform is left, and its image's configuration is for another platform"
    NOT_AN_IMAGE = "the entry is neither a manifest nor an index, which the runtime refuses"


_FAILURES = frozenset({SelectionReason.NO_MATCH, SelectionReason.CONFIG_DIFFERS, SelectionReason.NOT_AN_IMAGE})


@attrs.frozen
class Miss:
    """An entry that does not match: where it stands in the index, and its first field that fails."""

    position: int
    entry: IndexEntry
    mismatch: Mismatch

    def __str__(self) -> str:
        return f"manifests[{self.position}] ({self.entry.platform}): {self.mismatch}"


@attrs.frozen
class Selection:
    """What a node gets of an index.

    ``position`` is that of the entry that the runtime takes up, ``None`` where there is none; ``reason`` says why, and whether it comes to
    anything.
    """

    index: ImageIndex = attrs.field(repr=False)
    matcher: PlatformMatcher
    position: int | None
    reason: SelectionReason

    @property
    def entry(self) -> IndexEntry | None:
        """The entry that the node gets, ``None`` where it gets none: the pull then fails with "no match for platform in manifest"."""
        return None if self.position is None or self.reason in _FAILURES else self.index.manifests[self.position]

    @property
    def misses(self) -> tuple[Miss, ...]:
        """Every entry that does not match, with the first field that fails."""
        return tuple(self._misses())

    def _misses(self) -> Iterator[Miss]:
        for position, entry in enumerate(self.index.manifests):
            mismatch = None if entry.platform is None else self.matcher.mismatch(entry.platform)
            if mismatch is not None:
                yield Miss(position, entry, mismatch)

    def to_json(self) -> JSONObject:
        """Return the selection as JSON."""
        entry = self.entry
        return {
            "position": None if entry is None else self.position,
            "digest": None if entry is None else entry.digest,
            "platform": None if entry is None or entry.platform is None else str(entry.platform),
            "reason": self.reason.name,
            "misses": [
                {
                    "position": miss.position,
                    "field": miss.mismatch.field.value,
                    "wanted": miss.mismatch.wanted,
                    "found": miss.mismatch.found,
                }
                for miss in self._misses()
            ],
        }


def select_manifest(index: ImageIndex, node: Platform | PlatformMatcher, *, configs: Mapping[str, Platform] | None = None) -> Selection:
    """Return which manifest of an index a node gets, and why.

    ``node`` is the node's platform, or a matcher of one's own. ``configs`` gives, for entries without a platform, the platform in the
    configuration of the image of that digest.

    >>> manifest = {"mediaType": "application/vnd.oci.image.manifest.v1+json"}
    >>> index = ImageIndex.from_json({"manifests": [
    ...     {**manifest, "digest": "sha256:1", "platform": {"os": "linux", "architecture": "amd64"}},
    ...     {**manifest, "digest": "sha256:2", "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
    ... ]})
    >>> select_manifest(index, Platform.parse("linux/arm64")).entry.digest
    'sha256:2'
    >>> for miss in select_manifest(index, Platform.parse("linux/s390x")).misses:
    ...     print(miss)
    manifests[0] (linux/amd64): architecture is amd64, wanted is s390x
    manifests[1] (linux/arm64/v8): architecture is arm64, wanted is s390x
    """
    matcher = node_matcher(node) if isinstance(node, Platform) else node
    best = min(_candidates(index, matcher), default=None)
    if best is None:
        return Selection(index, matcher, None, SelectionReason.NO_MATCH)
    return Selection(index, matcher, best.position, _reason(index.manifests[best.position], best.rank, matcher, configs or {}))


def matching_positions(index: ImageIndex, matcher: PlatformMatcher) -> tuple[int, ...]:
    """Return the positions of all entries that match or have no platform, in the order in which the runtime prefers them."""
    return tuple(candidate.position for candidate in sorted(_candidates(index, matcher)))


class _Candidate(NamedTuple):
    """An entry that comes into question; the least is the best, of equals the first."""

    without_platform: bool
    rank: Rank
    position: int


def _candidates(index: ImageIndex, matcher: PlatformMatcher) -> Iterator[_Candidate]:
    for position, entry in enumerate(index.manifests):
        rank = () if entry.platform is None else matcher.rank(entry.platform)
        if rank is not None:
            yield _Candidate(entry.platform is None, rank, position)


def _reason(entry: IndexEntry, rank: Rank, matcher: PlatformMatcher, configs: Mapping[str, Platform]) -> SelectionReason:
    if entry.kind not in {MediaKind.MANIFEST, MediaKind.INDEX}:
        return SelectionReason.NOT_AN_IMAGE
    if entry.platform is not None:
        return SelectionReason.COMPATIBLE if any(rank[:1]) else SelectionReason.OWN
    config = configs.get(entry.digest) if entry.kind is not MediaKind.INDEX else None
    if config is None:
        return SelectionReason.NO_PLATFORM
    return SelectionReason.CONFIG if matcher.matches(config) else SelectionReason.CONFIG_DIFFERS
