"""Which Event objects become of events: counted, combined, dropped."""

from __future__ import annotations

from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.events import EventReason, LifecycleEvent
from kubecontainers.simulation.event_correlator import COMBINED_PREFIX, RecordedEvent, recorded_events
from kubecontainers.simulation.pod_timeline import TimedEvent


def emitted(
    at: float, message: str = "m", reason: EventReason = EventReason.PULLED, field: str = "", *, warning: bool = False
) -> TimedEvent:
    kind = EventType.WARNING if warning else EventType.NORMAL
    return TimedEvent(Duration.of(at), "shop/web", LifecycleEvent(kind, reason, message, field))


def told(events: tuple[RecordedEvent, ...]) -> list[tuple[str, int, float, float]]:
    return [(event.message, event.count, event.first_at.seconds, event.last_at.seconds) for event in events]


def test_equal_events_are_counted() -> None:
    found = recorded_events([emitted(1), emitted(5), emitted(2, "other"), emitted(3, field="spec.containers{web}")])
    assert told(found) == [("m", 2, 1, 5), ("other", 1, 2, 2), ("m", 1, 3, 3)]


def test_nothing() -> None:
    assert recorded_events([]) == ()


def test_the_tenth_message_is_combined() -> None:
    found = recorded_events([emitted(at, f"m{at}") for at in range(12)])
    assert told(found)[:9] == [(f"m{at}", 1, at, at) for at in range(9)]
    assert told(found)[9:] == [(f"{COMBINED_PREFIX}m11", 3, 9, 11)]


def test_other_reasons_and_types_are_not_similar() -> None:
    many = [emitted(at, f"m{at}") for at in range(9)]
    others = [emitted(9, "x", EventReason.PULLING), emitted(9, "y", warning=True)]
    assert [event.message for event in recorded_events([*many, *others])][9:] == ["x", "y"]


def test_containers_are_combined_with_one_another() -> None:
    found = recorded_events([emitted(at, f"m{at}", field=f"spec.containers{{c{at}}}") for at in range(11)])
    assert (found[-1].field_path, found[-1].count) == ("spec.containers{c10}", 2)


def test_ten_minutes_of_silence_part_them() -> None:
    many = [emitted(at, f"m{at}") for at in range(9)]
    assert recorded_events([*many, emitted(8 + 600, "late")])[-1].message == f"{COMBINED_PREFIX}late"
    late = recorded_events([*many, emitted(8 + 600.001, "late"), emitted(700, "m0")])
    assert (late[-1].message, late[0].count) == ("late", 2)


def test_a_message_that_was_forgotten_is_combined_as_well() -> None:
    found = recorded_events([emitted(at, f"m{at}") for at in range(10)] + [emitted(20, "m8"), emitted(21, "m0")])
    assert (found[8].message, found[8].count) == ("m8", 2)
    assert (found[-1].message, found[-1].count) == (f"{COMBINED_PREFIX}m0", 2)


def test_twenty_five_at_once() -> None:
    spam = [emitted(at, f"m{at % 5}") for at in range(30)]
    found = recorded_events(spam, release=LATEST)
    assert {event.count for event in found} == {5}
    # what was dropped is counted all the same, which the next one tells
    [*_, last] = sorted(recorded_events([*spam, emitted(299.999, "m4"), emitted(300, "m4")]), key=lambda event: event.count)
    assert (last.message, last.count, last.last_at) == ("m4", 8, Duration.of(300))


def test_the_first_can_be_dropped() -> None:
    spam = [emitted(at, "m") for at in range(25)]
    assert len(recorded_events([*spam, emitted(30, "late")])) == 1
    found = recorded_events([*spam, emitted(30, "late"), emitted(310, "later"), emitted(320, "late"), emitted(700, "late")])
    # the order is that in which they came up, not that in which they passed
    assert told(found)[1:] == [("late", 3, 30, 700), ("later", 1, 310, 310)]


def test_warnings_have_tokens_of_their_own_since_1_32() -> None:
    spam = [*(emitted(at, "m") for at in range(25)), emitted(30, "bad", warning=True)]
    assert [event.message for event in recorded_events(spam, release=Release("1.31"))] == ["m"]
    assert [event.message for event in recorded_events(spam, release=Release("1.32"))] == ["m", "bad"]


def test_a_bucket_is_never_more_than_full() -> None:
    late = [emitted(100_000 + at, "m") for at in range(26)]
    [found] = recorded_events([emitted(0, "m"), *late])
    assert found.count == 26
