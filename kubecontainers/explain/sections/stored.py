"""The pod as the API server stores it: what is filled in and dropped, why it is refused, and what nothing here has checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from ...apimachinery.fields import FieldError, FieldPath, MapKey
from ...images.drop import ImageVolumeDropReason
from ...pods.validation import ContainerRule
from ..entries import Entry, Line
from ..findings import Finding, FindingRule, Severity, find
from ..lifecycle_findings import PHRASED as PHRASED_OF_LIVES
from ..report import Subject
from .images import PHRASED

__all__ = ["FINDINGS", "ORDER", "examine"]

ORDER = 90

FINDINGS: tuple[FindingRule[FieldError], ...] = (
    FindingRule(
        "KC003",
        Severity.ERROR,
        "The API server refuses the object, or, for a template, its pods: a field breaks a rule.",
        lambda error: error.rule not in PHRASED and error.rule not in PHRASED_OF_LIVES,
        lambda error: f"the API server refuses a pod with this: {error}",
    ),
)
"""Findings about the errors of validation that no other section has words for."""


def examine(subject: Subject) -> Iterator[Entry]:
    """Yield an entry for the pod."""
    created, path = subject.created, subject.template.path
    yield Entry(path, "pod", lines=tuple(_lines(subject)), findings=tuple(_findings(subject)), facts={"stored": created.to_json()})


def _findings(subject: Subject) -> Iterator[Finding]:
    for error in subject.created.errors:
        if error.rule is ContainerRule.EPHEMERAL and subject.is_stored:
            continue
        path = subject.template.path.join(error.path)
        yield from find(FINDINGS, attrs.evolve(error, path=path), path)


def _lines(subject: Subject) -> Iterator[Line]:
    created = subject.created
    filled_in = [change.path for change in created.changes if change.after is not None]
    dropped = [change.path for change in created.changes if change.after is None and change.reason is not ImageVolumeDropReason.EMPTY]
    yield Line("filled in", _counted(filled_in) or "nothing")
    if dropped:
        yield Line("dropped", _counted(dropped))
    if created.unchecked:
        yield Line("not checked", ", ".join(sorted({_field(path) for path in created.unchecked})))


def _counted(paths: Iterable[FieldPath]) -> str:
    """Say which fields, and of each how many where it is more than one."""
    counts = Counter(map(_field, paths))
    return ", ".join(field if counts[field] == 1 else f"{field} ({counts[field]})" for field in sorted(counts))


def _field(path: FieldPath) -> str:
    """Return the field's own name, that of its list or map for an entry."""
    return next(str(part) for part in reversed(path.parts) if isinstance(part, str) and not isinstance(part, MapKey))
