"""Where the story of a pod ends."""

from __future__ import annotations

import attrs

from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.pod_timeline import PodTimeline, SyncRecord
from kubecontainers.simulation.spans import Span, SpanKind
from kubecontainers.simulation.story import story_end


def seconds(value: float) -> Duration:
    return Duration.of(value)


def test_the_end_of_a_story(crash_loop: PodTimeline, stopped: PodTimeline) -> None:
    assert (story_end(crash_loop), story_end(stopped)) == (seconds(16.5), seconds(50))
    assert (story_end(stopped, seconds(40)), story_end(stopped, seconds(60))) == (seconds(40), seconds(50))
    alone = PodTimeline(name="shop/p", pod={})
    assert story_end(attrs.evolve(alone, syncs=(SyncRecord(seconds(1), seconds(3)),))) == seconds(3)
    assert story_end(attrs.evolve(alone, spans=(Span("web", SpanKind.RUNNING, seconds(5)),))) == seconds(5)
