"""The table of events, as kubectl prints it."""

from __future__ import annotations

import attrs
import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.events import EventReason, LifecycleEvent
from kubecontainers.simulation.describe import describe_events, event_table
from kubecontainers.simulation.event_correlator import RecordedEvent
from kubecontainers.simulation.pod_timeline import PodTimeline, TimedEvent

LATEST_TABLE = """\
Events:
  Type     Reason   Age               From     Message
  ----     ------   ----              ----     -------
  Normal   Pulling  16s               kubelet  spec.containers{web}: Pulling image "shop/web:1.4"
  Normal   Pulled   13s               kubelet  spec.containers{web}: Successfully pulled image "shop/web:1.4" in 3s
  Normal   Created  1s (x2 over 13s)  kubelet  spec.containers{web}: Container created
  Normal   Started  1s (x2 over 12s)  kubelet  spec.containers{web}: Container started
  Warning  BackOff  0s (x2 over 11s)  kubelet  spec.containers{web}: Back-off restarting failed container web
"""
EARLIER_TABLE = """\
Events:
  Type     Reason   Age   From     Message
  ----     ------   ----  ----     -------
  Normal   Pulling  5s    kubelet  Pulling image "shop/web:1.4"
  Normal   Pulled   2s    kubelet  Successfully pulled image "shop/web:1.4" in 3s
  Normal   Created  2s    kubelet  Container created
  Normal   Started  1s    kubelet  Container started
  Warning  BackOff  0s    kubelet  Back-off restarting failed container web
"""


def recorded(message: str, at: float = 0, count: int = 1, first: float | None = None) -> RecordedEvent:
    times = Duration.of(at if first is None else first), Duration.of(at)
    return RecordedEvent(EventType.NORMAL, EventReason.PULLED, message, "", *times, count)


def test_at_the_end(crash_loop: PodTimeline) -> None:
    assert describe_events(crash_loop) == LATEST_TABLE


def test_before_the_end(crash_loop: PodTimeline) -> None:
    assert describe_events(crash_loop, at=5.9, release=Release("1.34")) == EARLIER_TABLE


def test_nothing_yet(crash_loop: PodTimeline) -> None:
    assert describe_events(crash_loop, at=-1) == "Events:  <none>\n"


def test_events_are_kept_for_an_hour(crash_loop: PodTimeline) -> None:
    later = describe_events(crash_loop, at=15 + 3600)
    assert [line.split()[1] for line in later.splitlines()[3:]] == ["BackOff"]
    assert "59m (x2 over 60m)" in later


def test_sorted_by_whole_seconds() -> None:
    table = event_table([recorded("b", 1.9, 2, 0), recorded("a", 1.1), recorded("first", 0.9)], at=2)
    assert [line.split()[-1] for line in table.splitlines()[3:]] == ["first", "b", "a"]
    assert "1s (x2 over 2s)" in table


def test_what_is_not_shown_as_it_is() -> None:
    table = event_table([recorded(" \x1b[31mr\red\u00a0"), recorded("a\tb\nc")], at=0)
    assert table.splitlines()[3:] == ["  Normal  Pulled  0s    kubelet  ^[[31mr\\red", "  Normal  Pulled  0s    kubelet  a  b", "c"]


def test_a_line_break_parts_the_columns() -> None:
    table = event_table([recorded("a\nb", 0), recorded("c", 1, 10)], at=1)
    assert table.splitlines()[3:] == ["  Normal  Pulled  1s    kubelet  a", "b", "  Normal  Pulled  0s (x10 over 0s)  kubelet  c"]


def test_no_moment(crash_loop: PodTimeline) -> None:
    with pytest.raises(InvalidDuration):
        describe_events(crash_loop, at=float("inf"))


def test_events_without_a_container(crash_loop: PodTimeline) -> None:
    changed = LifecycleEvent(EventType.NORMAL, EventReason.SANDBOX_CHANGED, "Pod sandbox changed.")
    pod = attrs.evolve(crash_loop, events=(TimedEvent(Duration.of(3), "shop/web-0", changed),))
    assert describe_events(pod).splitlines()[-1] == "  Normal  SandboxChanged  13s   kubelet  Pod sandbox changed."
