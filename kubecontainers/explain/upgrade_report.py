"""The report on an upgrade: what is said otherwise afterwards, and why."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.objects import JSONObject
from .findings import Severity
from .release_changes import NamedChange
from .report import Workload
from .tree import Node, Span, plain_text

__all__ = ["UpgradeDifference", "UpgradeReport", "UpgradedObject"]


@attrs.frozen
class UpgradeDifference:
    """One thing that is said otherwise after an upgrade.

    ``path`` and ``heading`` are those of the entry, ``label`` the line's or the code of the finding. ``before`` and ``after`` are empty
    where nothing was, or is, said. ``changes`` are behind it: without any of them it would not be; none where nothing was found.
    ``severity`` is that of a finding that is there after.
    """

    path: str
    heading: str
    label: str
    before: str
    after: str
    changes: tuple[NamedChange, ...] = ()
    severity: Severity | None = None

    def to_json(self) -> JSONObject:
        """Return the difference as JSON."""
        return {
            "path": self.path,
            "heading": self.heading,
            "label": self.label,
            "before": self.before or None,
            "after": self.after or None,
            "severity": None if self.severity is None else self.severity.word,
            "changes": [_change_json(named) for named in self.changes],
        }

    def to_node(self, before: str, after: str) -> Node:
        """Return the difference as a tree; ``before`` and ``after`` are the names of the releases."""
        said = ((before, self.before), (after, self.after))
        width = max(len(before), len(after))
        lines = [Node((Span(release.ljust(width), "label"), Span(f"  {text or '(nothing)'}"))) for release, text in said]
        lines += (Node((Span("because", "info"), Span(f"  {_change_text(named)}"))) for named in self.changes)
        return Node((Span(f"{self.heading}: {self.label}", "heading"),), tuple(lines))


def _change_json(named: NamedChange) -> JSONObject:
    change = named.change
    return {"name": named.name, "summary": change.summary, "since": change.since, "until": change.until, "gate": change.gate}


def _change_text(named: NamedChange) -> str:
    change = named.change
    minors = ", ".join(change.minors())
    gate = f", feature gate {change.gate}" if change.gate else ""
    return f"{minors or 'by settings'}{gate}: {change.summary}" + (" (no longer)" if change.until else "")


@attrs.frozen
class UpgradedObject:
    """An object about which something is said otherwise after an upgrade."""

    workload: Workload
    differences: tuple[UpgradeDifference, ...]

    def to_json(self) -> JSONObject:
        """Return the object, with the differences, as JSON."""
        about = {name: value for name, value in self.workload.to_json().items() if name != "entries"}
        return {**about, "differences": [difference.to_json() for difference in self.differences]}


@attrs.frozen
class UpgradeReport:
    """What an upgrade changes: ``objects`` are those with differences, of all ``read``."""

    before: Cluster
    after: Cluster
    read: int
    objects: tuple[UpgradedObject, ...]

    @property
    def differences(self) -> tuple[UpgradeDifference, ...]:
        """The differences of all objects."""
        return tuple(difference for changed in self.objects for difference in changed.differences)

    def to_json(self) -> JSONObject:
        """Return the report as JSON, for programs; keys are only ever added."""
        return {
            "before": _cluster_json(self.before),
            "after": _cluster_json(self.after),
            "objects": self.read,
            "changed": [changed.to_json() for changed in self.objects],
        }

    def to_nodes(self) -> Iterator[Node]:
        """Yield a tree for every object with differences, and one line that sums up."""
        before, after = _cluster_text(self.before), _cluster_text(self.after)
        for changed in self.objects:
            children = tuple(difference.to_node(before, after) for difference in changed.differences)
            yield attrs.evolve(changed.workload.to_node(), children=children)
        yield Node((Span(self.summary(), "label"),))

    def to_text(self) -> str:
        """Return the report in plain text, for people."""
        return plain_text(self.to_nodes())

    def summary(self) -> str:
        """Say in one line what was read and found."""
        counted = [(self.read, "object"), (len(self.objects), "changed object"), (len(self.differences), "difference")]
        read, changed, found = (f"{count} {word}" if count == 1 else f"{count} {word}s" for count, word in counted)
        upgrade = f"Kubernetes {_cluster_text(self.before)} to {_cluster_text(self.after)}"
        return f"{read}, {upgrade}: {changed}, {found}" if self.objects else f"{read}, {upgrade}: nothing changes for them"


def _cluster_json(cluster: Cluster) -> JSONObject:
    return {"controlPlane": str(cluster.control_plane), "node": str(cluster.node)}


def _cluster_text(cluster: Cluster) -> str:
    return str(cluster.control_plane) + ("" if cluster.node == cluster.control_plane else f" (nodes {cluster.node})")
