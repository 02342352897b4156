"""Which Event objects become of the events that a kubelet emits: equal ones are counted, similar ones combined, too many dropped.

Kubernetes has the rule in client-go, ``tools/record/events_cache.go`` (``EventCorrelator``), with the numbers that stand there by default:

* An event that is equal to one before is no new object: its ``count`` and ``lastTimestamp`` change.
* Of events that differ in their message only, the tenth message within ten minutes (of silence: each event prolongs them) and those that
  follow become one object, whose message begins with ``(combined from similar events):``.
* For each pod there are 25 events at once, and one more every five minutes. What comes beyond is dropped, but counted: the next one of its
  kind that passes tells the number.

Which of ten messages is forgotten again when they are combined is left to chance there; here it is the oldest. Not followed is that the
cache behind all this holds 4096 events of a node.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..apimachinery.events import EventType
from ..apimachinery.release import LATEST, Change, Release
from ..golang.duration import MINUTE, Duration
from ..lifecycle.events import EventReason
from .pod_timeline import TimedEvent

__all__ = ["COMBINED_PREFIX", "EVENT_TIME_TO_LIVE", "WARNINGS_COUNTED_APART", "RecordedEvent", "recorded_events"]

WARNINGS_COUNTED_APART = Change(
    since="1.32", summary="Normal and Warning events of a pod are bounded apart, so that many of the one kind do not keep the other away"
)

COMBINED_PREFIX = "(combined from similar events): "
EVENT_TIME_TO_LIVE = Duration(60 * MINUTE)
"""How long an API server keeps an event after it was written last, unless ``--event-ttl`` says otherwise."""

_MAX_MESSAGES, _SIMILAR_FOR = 10, Duration(10 * MINUTE)
_BURST, _REFILL = 25, Duration(5 * MINUTE)


@attrs.frozen
class RecordedEvent:
    """An Event object about a pod: how often, when first and when last the kubelet emitted it."""

    type: EventType
    reason: EventReason
    message: str
    field_path: str
    first_at: Duration
    last_at: Duration
    count: int = 1


_Kind = tuple[EventType, EventReason]
_Key = tuple[EventType, EventReason, str | None, str]
"""What makes events equal: type, reason, message and field path; without a message, a combined one."""


@attrs.define
class _Similar:
    """The messages of one reason that were seen lately, the oldest first."""

    messages: dict[str, None]
    last_at: Duration


@attrs.define
class _Correlator:
    """What a kubelet remembers of its events about one pod."""

    release: Release
    similar: dict[_Kind, _Similar] = attrs.field(factory=dict[_Kind, _Similar])
    seen: dict[_Key, tuple[int, Duration]] = attrs.field(factory=dict[_Key, tuple[int, Duration]])
    tokens: dict[EventType | None, tuple[Duration, Duration]] = attrs.field(factory=dict[EventType | None, tuple[Duration, Duration]])

    def key(self, emitted: TimedEvent) -> _Key:
        """Return what the event is taken for."""
        event = emitted.event
        found = self.similar.get((event.type, event.reason))
        if found is None or emitted.at - found.last_at > _SIMILAR_FOR:
            found = self.similar[event.type, event.reason] = _Similar({}, emitted.at)
        found.messages[event.message] = None
        found.last_at = emitted.at
        if len(found.messages) < _MAX_MESSAGES:
            return (event.type, event.reason, event.message, event.field_path)
        del found.messages[next(iter(found.messages))]
        return (event.type, event.reason, None, "")

    def count(self, key: _Key, at: Duration) -> tuple[int, Duration]:
        """Return how often the event was emitted, and when first."""
        count, first_at = self.seen.get(key, (0, at))
        self.seen[key] = count + 1, first_at
        return count + 1, first_at

    def passes(self, emitted: TimedEvent) -> bool:
        """Take a token; ``False`` where there is none. What is in a bucket is kept as the time that it takes to fill that."""
        kind = emitted.event.type if WARNINGS_COUNTED_APART in self.release else None
        full = _REFILL * _BURST
        held, filled_at = self.tokens.get(kind, (full, emitted.at))
        held = min(held + (emitted.at - filled_at), full)
        passed = held >= _REFILL
        self.tokens[kind] = held - _REFILL if passed else held, emitted.at
        return passed


def recorded_events(events: Iterable[TimedEvent], *, release: Release = LATEST) -> tuple[RecordedEvent, ...]:
    """Return the Event objects that a kubelet's events about one pod leave behind, in the order in which they were first emitted.

    They are read in the order of their times. ``release`` is the kubelet's.

    >>> from kubecontainers.lifecycle.events import LifecycleEvent
    >>> pulling = LifecycleEvent(EventType.NORMAL, EventReason.PULLING, 'Pulling image "web"')
    >>> [event] = recorded_events([TimedEvent(Duration.of(at), "shop/web", pulling) for at in (0, 10, 30)])
    >>> event.count, event.first_at, event.last_at
    (3, Duration('0s'), Duration('30s'))
    """
    correlator = _Correlator(release)
    stored: dict[_Key, RecordedEvent | None] = {}
    for emitted in sorted(events, key=lambda emitted: emitted.at):
        event, key = emitted.event, correlator.key(emitted)
        count, first_at = correlator.count(key, emitted.at)
        stored.setdefault(key, None)  # an object is named, and so ordered, by when its event was first emitted, even if that was dropped
        if correlator.passes(emitted):
            message = event.message if key[2] is not None else COMBINED_PREFIX + event.message
            stored[key] = RecordedEvent(event.type, event.reason, message, event.field_path, first_at, emitted.at, count)
    return tuple(found for found in stored.values() if found is not None)
