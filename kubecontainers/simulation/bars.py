"""The spans of one pod's containers, put together at the end from what its world noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..golang.duration import Duration
from ..lifecycle.container_state import Waiting
from .instances import Instance
from .pod_timeline import StatusChange, SyncRecord
from .pod_world import PodWorld
from .spans import Span, SpanKind

__all__ = ["bars"]

_ORDER = {kind: position for position, kind in enumerate(SpanKind)}
_BUSY = frozenset({SpanKind.PULLING, SpanKind.CREATING, SpanKind.RUNNING, SpanKind.TERMINATING})


def bars(
    world: PodWorld, changes: Sequence[StatusChange], syncs: Sequence[SyncRecord], *, since: Duration, until: Duration | None
) -> tuple[Span, ...]:
    """Return what the containers of a pod were doing, by container in the order of the pod's first report, then by time.

    A container waits in all gaps before something that it does, and in the end if its last status says so.
    """
    names = [listed.status.name for change in changes[:1] for listed in change.changed]
    by_name: dict[str, list[Span]] = {name: [] for name in names}
    for span in (*world.spans, *map(_running, world.started)):
        by_name.setdefault(span.container, []).append(span)
    failures = _failures(syncs)
    waiting = _waiting_at_the_end(changes)
    made: list[Span] = []
    for name, spans in by_name.items():
        spans.sort(key=_begin)
        gaps = _gaps(name, spans, failures.get(name, []), since=since, until=until, waits=name in waiting)
        made += sorted((*gaps, *spans), key=_begin)
    return tuple(made)


def _begin(span: Span) -> tuple[int, int]:
    return span.begin.nanoseconds, _ORDER[span.kind]


def _running(instance: Instance) -> Span:
    note = "" if instance.ends_at is None else f"exit code {instance.exit_code}"
    return Span(instance.name, SpanKind.RUNNING, instance.started_at or instance.created_at, instance.ends_at, instance.attempt, note)


def _failures(syncs: Iterable[SyncRecord]) -> dict[str, list[tuple[Duration, str]]]:
    """Return when starts of a container failed, and the class of the error, by its name."""
    found: dict[str, list[tuple[Duration, str]]] = {}
    for sync in syncs:
        for result in sync.results:
            if result.action == "StartContainer" and result.error:
                found.setdefault(result.target, []).append((sync.done_at, result.error))
    return found


def _waiting_at_the_end(changes: Iterable[StatusChange]) -> set[str]:
    last = {listed.status.name: listed.status for change in changes for listed in change.changed}
    return {name for name, status in last.items() if isinstance(status.state, Waiting)}


def _gaps(
    name: str, spans: Sequence[Span], failures: Sequence[tuple[Duration, str]], *, since: Duration, until: Duration | None, waits: bool
) -> list[Span]:
    """Return the times in which a container waits."""
    made: list[Span] = []
    free, attempt, position = since, 0, 0
    for span in spans:
        if span.kind not in _BUSY:
            continue
        position, note = _noted(failures, position, span.begin)
        if span.begin > free:
            made.append(Span(name, SpanKind.WAITING, free, span.begin, span.attempt, note))
        attempt = span.attempt
        if span.end is None:
            return made
        free = max(free, span.end)
    if waits and (until is None or until > free):
        _, note = _noted(failures, position, None)
        made.append(Span(name, SpanKind.WAITING, free, until, attempt, note))
    return made


def _noted(failures: Sequence[tuple[Duration, str]], position: int, before: Duration | None) -> tuple[int, str]:
    """Return the last failure before a moment, and where to look on from."""
    while position < len(failures) and (before is None or failures[position][0] <= before):
        position += 1
    return position, failures[position - 1][1] if position else ""
