"""Where the story of a pod ends: when the last thing happened to it."""

from __future__ import annotations

from collections.abc import Iterator

from ..golang.duration import Duration
from .pod_timeline import PodTimeline

__all__ = ["story_end"]


def story_end(pod: PodTimeline, horizon: Duration | None = None) -> Duration:
    """Return when the last thing happened to a pod: a call, an event, a report, a sync, or the end of what a container was doing.

    ``horizon`` is how far the simulation went: what began before can end later, and is not waited for.

    >>> story_end(PodTimeline(name="shop/web", pod={}, created_at=Duration.of(3)))
    Duration('3s')
    """
    end = max(_moments(pod))
    return end if horizon is None else min(end, horizon)


def _moments(pod: PodTimeline) -> Iterator[Duration]:
    yield pod.created_at
    yield from (call.at for call in pod.calls)
    yield from (event.at for event in pod.events)
    yield from (change.at for change in pod.changes)
    yield from (sync.done_at for sync in pod.syncs)
    yield from (span.begin if span.end is None else span.end for span in pod.spans)
    for moment in (pod.deleted_at, pod.terminating_at, pod.terminated_at):
        if moment is not None:
            yield moment
