"""What an upgrade changes for some manifests, and which change of Kubernetes is behind each difference.

The manifests are explained twice, for the releases before and after, and what is said is compared. Then changes are undone in the releases
after: if a difference goes away with one, that one is behind it. Where none alone is, some are together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import Release
from ..pulling.pull_credentials import NodeCredentials
from .entries import Entry
from .findings import Severity
from .holdings import Holdings
from .release_changes import AlteredRelease, NamedChange, changes_between, known_changes
from .report import Report, Sourced, explain_sources, sourced_objects
from .upgrade_report import UpgradeDifference, UpgradedObject, UpgradeReport

__all__ = ["explain_upgrade"]

_Key = tuple[int, str, str, str]
"""Which of the explained objects, which place there, the label of a line or the code of a finding, and the row or the field."""


def explain_upgrade(
    objects: Iterable[JSONObject | Sourced], before: Cluster, after: Cluster, *, node: NodeCredentials | None = None
) -> UpgradeReport:
    """Say what an upgrade from one cluster to another changes for some objects, and why.

    ``objects`` and ``node`` are as in ``explain``. ``before`` and ``after`` may differ in their releases, gates and kubelet settings.

    >>> pod = {"kind": "Pod", "spec": {"containers": [{"name": "app", "image": "nginx:1"}], "hostnameOverride": "web"}}
    >>> report = explain_upgrade([pod], Cluster(Release("1.34")), Cluster(Release("1.35")))
    >>> report.summary()
    '1 object, Kubernetes 1.34 to 1.35: 1 changed object, 3 differences'
    """
    sources = sourced_objects(objects)
    holdings = Holdings.of((sourced.object for sourced in sources), node)
    candidates = _candidates(before, after)
    compared = (_Comparison(sourced, holdings, before, after) for sourced in sources)
    changed = tuple(changed for comparison in compared for changed in comparison.changed(candidates))
    return UpgradeReport(before, after, len(sources), changed)


def _candidates(before: Cluster, after: Cluster) -> tuple[NamedChange, ...]:
    """Return the changes that may be behind a difference."""
    known = known_changes()
    releases = ((before.control_plane, after.control_plane), (before.node, after.node))
    found = {named: None for old, new in releases for named in changes_between(old, new, known)}
    return tuple(found)


# ---------------------------------------------------------------------------------------------------------------- one object


@attrs.frozen
class _Said:
    """A line, a row of its table, or a finding, and the entry that it is in."""

    entry: Entry
    label: str
    text: str
    severity: Severity | None = None


@attrs.frozen
class _Comparison:
    """An object, and what is said about it before and after."""

    sourced: Sourced
    holdings: Holdings
    before: Cluster
    after: Cluster

    def changed(self, candidates: Sequence[NamedChange]) -> Iterator[UpgradedObject]:
        """Yield what is said otherwise, and why; the same object may stand in several of the lists of a report."""
        reports = [explain_sources([self.sourced], cluster, self.holdings) for cluster in (self.before, self.after)]
        old, new = map(_said, reports)
        keys = [key for key in dict.fromkeys([*old, *new]) if _text(old, key) != _text(new, key)]
        causes = _Causes(self, old, keys, candidates).find() if keys else {}
        explained = max((report.explained for report in reports), key=len)  # about some objects there is something to say in one only
        for number, workload in enumerate(explained):
            differences = tuple(_difference(key, old, new, causes[key]) for key in keys if key[0] == number)
            if differences:
                yield UpgradedObject(attrs.evolve(workload, entries=()), differences)

    def said_without(self, undone: Sequence[NamedChange]) -> Mapping[_Key, _Said]:
        """Return what would be said after, if some changes had not happened."""
        control_plane = _without(undone, self.after.control_plane, self.before.control_plane)
        cluster = attrs.evolve(self.after, control_plane=control_plane, node=_without(undone, self.after.node, self.before.node))
        return _said(explain_sources([self.sourced], cluster, self.holdings))


@attrs.frozen
class _Causes:
    """The search for what is behind the differences of one object."""

    comparison: _Comparison
    old: Mapping[_Key, _Said]
    keys: Sequence[_Key]
    candidates: Sequence[NamedChange]

    def find(self) -> dict[_Key, tuple[NamedChange, ...]]:
        """Return for each difference the changes behind it: each that is alone, else as few as it takes together."""
        alone = {named: self._gone([named]) for named in self._relevant(self.candidates)}
        found = {key: tuple(named for named, gone in alone.items() if key in gone) for key in self.keys}
        return {key: changes or self._together(key) for key, changes in found.items()}

    def _relevant(self, candidates: Sequence[NamedChange]) -> Sequence[NamedChange]:
        """Return the candidates that make a difference: a set of them in which none does is passed over as a whole."""
        if not candidates or not self._gone(candidates):
            return ()
        if len(candidates) == 1:
            return candidates
        middle = len(candidates) // 2
        return (*self._relevant(candidates[:middle]), *self._relevant(candidates[middle:]))

    def _together(self, key: _Key) -> tuple[NamedChange, ...]:
        needed = list(self.candidates)
        if key not in self._gone(needed):
            return ()
        for named in self.candidates:
            fewer = [one for one in needed if one != named]
            if key in self._gone(fewer):
                needed = fewer
        return tuple(needed)

    def _gone(self, undone: Sequence[NamedChange]) -> frozenset[_Key]:
        """Return the differences that are none if some changes had not happened."""
        said = self.comparison.said_without(undone)
        return frozenset(key for key in self.keys if _text(said, key) == _text(self.old, key))


def _without(undone: Sequence[NamedChange], after: Release, before: Release) -> AlteredRelease:
    return AlteredRelease.of(after, {named.change: named.change in before for named in undone})


def _difference(key: _Key, old: Mapping[_Key, _Said], new: Mapping[_Key, _Said], changes: tuple[NamedChange, ...]) -> UpgradeDifference:
    said = new.get(key) or old[key]
    severity = said.severity if key in new and (key not in old or old[key].severity != said.severity) else None
    return UpgradeDifference(str(said.entry.path), said.entry.heading, said.label, _text(old, key), _text(new, key), changes, severity)


def _text(said: Mapping[_Key, _Said], key: _Key) -> str:
    found = said.get(key)
    return "" if found is None else found.text


def _said(report: Report) -> dict[_Key, _Said]:
    found: dict[_Key, _Said] = {}
    seen: Counter[_Key] = Counter()
    for number, workload in enumerate(report.explained):
        for entry in workload.entries:
            for (label, place), said in _said_in(entry):
                key = (number, str(entry.path), label, place)
                seen[key] += 1
                found[key if seen[key] == 1 else (*key[:3], f"{place} {seen[key]}")] = said
    return found


def _said_in(entry: Entry) -> Iterator[tuple[tuple[str, str], _Said]]:
    """Yield the lines of an entry, the rows of their tables, each by its first cell, and the findings."""
    for line in entry.lines:
        yield (line.label, ""), _Said(entry, line.label, line.text)
        for first, *others in line.rows:
            name = first.partition("=")[0] if line.label == "environment" else first  # a variable stays one when its value is another
            yield (
                (line.label, f"row {name}"),
                _Said(entry, f"{line.label}, {name}", "  ".join([first, *others] if name != first else others)),
            )
    for finding in entry.findings:
        text = f"{finding.severity.word}: {finding.sentence}"
        yield (finding.code, str(finding.path)), _Said(entry, finding.code, text, finding.severity)
