"""The events of a pod as ``kubectl describe pod`` prints them (``DescribeEvents``, ``k8s.io/kubectl/pkg/describe``).

Kubectl sorts the events by when they happened last, in whole seconds, and need not keep the order of those of one second where there are
more than a dozen; here they stay in the order in which they came up. Other components than the kubelet have nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..apimachinery.durations import to_duration
from ..apimachinery.human_duration import human_duration
from ..apimachinery.release import LATEST, Change, Release
from ..golang.duration import SECOND, Duration, DurationLike
from ..golang.tabwriter import align
from ..golang.text import trim_space
from .event_correlator import EVENT_TIME_TO_LIVE, RecordedEvent, recorded_events
from .pod_timeline import PodTimeline
from .story import story_end

__all__ = ["FIELD_PATHS_SHOWN", "describe_events", "event_table"]

FIELD_PATHS_SHOWN = Change(since="1.35", summary="kubectl describe shows which container an event is about, in front of the message")

_HEAD = ("Events:\n  Type\tReason\tAge\tFrom\tMessage", "  ----\t------\t----\t----\t-------")
_COMPONENT = "kubelet"
_ESCAPES = str.maketrans({"\x1b": "^[", "\r": "\\r"})


def describe_events(
    pod: PodTimeline, *, at: DurationLike | None = None, horizon: DurationLike | None = None, release: Release = LATEST
) -> str:
    r"""Return the table of a pod's events as kubectl prints it at a moment.

    By default that is when the last thing happened to the pod, but not after ``horizon``. Events that were not repeated for an hour are
    gone, as they are in a cluster. ``release`` is that of kubelet and kubectl. Raises ``InvalidDuration``.

    >>> describe_events(PodTimeline(name="shop/web", pod={}))
    'Events:  <none>\n'
    """
    now = story_end(pod, None if horizon is None else to_duration(horizon)) if at is None else to_duration(at)
    emitted = [event for event in pod.events if event.at <= now]
    return event_table(recorded_events(emitted, release=release), at=now, release=release)


def event_table(events: Iterable[RecordedEvent], *, at: DurationLike, release: Release = LATEST) -> str:
    """Return the table of Event objects as kubectl prints it at a moment; ``release`` is kubectl's. Raises ``InvalidDuration``."""
    now = to_duration(at)
    kept = [event for event in events if now - event.last_at < EVENT_TIME_TO_LIVE]
    if not kept:
        return align("Events:\t<none>\n")
    kept.sort(key=lambda event: event.last_at.nanoseconds // SECOND)
    lines = (*_HEAD, *(_row(event, now, release) for event in kept))
    return align("".join(f"{line}\n" for line in lines).translate(_ESCAPES))


def _row(event: RecordedEvent, now: Duration, release: Release) -> str:
    message = trim_space(event.message)
    if event.field_path and FIELD_PATHS_SHOWN in release:
        message = f"{event.field_path}: {message}"
    return f"  {event.type.value}\t{event.reason.value}\t{_age(event, now)}\t{_COMPONENT}\t{message}"


def _age(event: RecordedEvent, now: Duration) -> str:
    first, last = (human_duration(now - _stored(at)) for at in (event.first_at, event.last_at))
    return f"{last} (x{event.count} over {first})" if event.count > 1 else first


def _stored(at: Duration) -> Duration:
    """Return a time as an Event object holds it, in whole seconds."""
    return Duration(at.nanoseconds // SECOND * SECOND)
