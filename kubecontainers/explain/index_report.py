"""The report over an image index: what is in it, and what each platform gets and why."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ..apimachinery.objects import JSONObject
from ..images.index import ImageIndex, IndexEntry
from ..images.media_types import ImageFormat, MediaType
from ..images.preflight import Preflight
from ..images.select_manifest import Selection
from .tree import Node, Span

__all__ = ["IndexReport"]

_FORMATS = {ImageFormat.OCI: "OCI index", ImageFormat.DOCKER: "Docker index", None: "index"}
_NOWHERE = "(no platform)"


@attrs.frozen
class IndexReport:
    """What the platforms of a fleet get of an index."""

    found: Preflight

    def to_json(self) -> JSONObject:
        """Return the report as JSON, for programs; keys are only ever added."""
        return {"index": self.found.index.to_json(), **self.found.to_json()}

    def to_nodes(self) -> Iterator[Node]:
        """Yield a tree of the index, and one for every platform."""
        yield _index_node(self.found.index)
        for name, selection in self.found.selections.items():
            yield _selection_node(name, selection)


def _index_node(index: ImageIndex) -> Node:
    form = _FORMATS[MediaType.parse(index.media_type).format]
    count = len(index.manifests)
    heading = Span(f"{form}, {count} {'entry' if count == 1 else 'entries'}", "heading")
    width = max((len(_platform(entry)) for entry in index.manifests), default=0)
    entries = (Node((Span(_platform(entry).ljust(width), "label"), Span(f"  {entry.digest}"))) for entry in index.manifests)
    return Node((heading,), tuple(entries))


def _platform(entry: IndexEntry) -> str:
    return _NOWHERE if entry.platform is None else entry.platform.specifier


def _selection_node(name: str, selection: Selection) -> Node:
    entry = selection.entry
    if entry is None:
        misses = tuple(Node((Span(str(miss)),)) for miss in selection.misses)
        return Node((Span(name, "heading"), Span(" gets nothing", "error"), Span(f": {selection.reason.value}")), misses)
    gets = Span(f" gets {_platform(entry)}  {entry.digest}")
    return Node((Span(name, "heading"), gets), (Node((Span(selection.reason.value),)),))
