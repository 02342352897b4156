"""Before an image goes to a fleet: which of its nodes an index serves, and which entries no node gets."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject
from .index import ImageIndex
from .platform import Platform
from .select_manifest import Selection, SelectionReason, select_manifest

__all__ = ["Preflight", "preflight"]


@attrs.frozen
class Preflight:
    """What every node of a fleet gets of an index; ``selections`` are by the names of the nodes, in their order."""

    index: ImageIndex = attrs.field(repr=False)
    selections: FrozenMap[str, Selection]

    @property
    def unserved(self) -> tuple[str, ...]:
        """The nodes that get nothing: a pod with the image does not start there."""
        return tuple(name for name, selection in self.selections.items() if selection.entry is None)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The nodes that get an entry without a platform, so that the image's configuration decides."""
        return tuple(name for name, selection in self.selections.items() if selection.reason is SelectionReason.NO_PLATFORM)

    @property
    def unused(self) -> tuple[int, ...]:
        """The positions of the entries that no node gets."""
        used = {selection.position for selection in self.selections.values() if selection.entry is not None}
        return tuple(position for position in range(len(self.index.manifests)) if position not in used)

    def to_json(self) -> JSONObject:
        """Return what every node gets, as JSON."""
        return {
            "nodes": {name: selection.to_json() for name, selection in self.selections.items()},
            "unserved": list(self.unserved),
            "undecided": list(self.undecided),
            "unused": list(self.unused),
        }


def preflight(index: ImageIndex, fleet: Mapping[str, Platform], *, configs: Mapping[str, Platform] | None = None) -> Preflight:
    """Return what every node of a fleet gets of an index.

    ``fleet`` gives the nodes' platforms by name; nodes of one platform are looked at once. ``configs`` is as for ``select_manifest``.

    >>> from kubecontainers.images.media_types import OCI_MANIFEST
    >>> index = ImageIndex.from_json({"manifests": [
    ...     {"mediaType": OCI_MANIFEST, "digest": "sha256:1", "platform": {"os": "linux", "architecture": "amd64"}},
    ...     {"mediaType": OCI_MANIFEST, "digest": "sha256:2", "platform": {"os": "linux", "architecture": "riscv64"}},
    ... ]})
    >>> found = preflight(index, {"a": Platform("linux", "amd64"), "b": Platform("linux", "arm64")})
    >>> found.unserved, found.unused
    (('b',), (1,))
    """
    known: dict[Platform, Selection] = {}
    for platform in fleet.values():
        if platform not in known:
            known[platform] = select_manifest(index, platform, configs=configs)
    return Preflight(index, FrozenMap({name: known[platform] for name, platform in fleet.items()}))
