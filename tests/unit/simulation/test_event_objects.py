"""Event objects as an API server has them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import attrs

from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.events import EventReason
from kubecontainers.lifecycle.seen_events import events_about
from kubecontainers.lifecycle.waiting import explain_waiting
from kubecontainers.simulation.event_objects import event_objects
from kubecontainers.simulation.pod_timeline import PodTimeline
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate
from kubecontainers.simulation.timeline import Timeline

JSON = dict[str, Any]


def objects(pod: PodTimeline, **options: Any) -> list[JSON]:
    return [dict(event) for event in event_objects(pod, **options)]


def test_an_object(crash_loop: PodTimeline) -> None:
    found = objects(crash_loop)
    assert [(event["reason"], event["count"]) for event in found] == [
        ("Pulling", 1),
        ("Pulled", 1),
        ("Created", 2),
        ("Started", 2),
        ("BackOff", 2),
    ]
    assert found[-1] == {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "web-0.1886725317fff200", "namespace": "shop", "creationTimestamp": "2026-01-01T00:00:05Z"},
        "involvedObject": {
            "kind": "Pod",
            "namespace": "shop",
            "name": "web-0",
            "uid": "uid-web-0",
            "apiVersion": "v1",
            "fieldPath": "spec.containers{web}",
        },
        "reason": "BackOff",
        "message": "Back-off restarting failed container web",
        "source": {"component": "kubelet", "host": "node-a"},
        "firstTimestamp": "2026-01-01T00:00:05Z",
        "lastTimestamp": "2026-01-01T00:00:16Z",
        "count": 2,
        "type": "Warning",
        "eventTime": None,
        "reportingComponent": "kubelet",
        "reportingInstance": "node-a",
    }


def test_names_order_as_events_came_up(crash_loop: PodTimeline) -> None:
    names = [event["metadata"]["name"] for event in objects(crash_loop, epoch=datetime(1970, 1, 1, tzinfo=UTC))]
    assert names[:2] == ["web-0.0", f"web-0.{3 * 10**9:x}"]
    later = [event["metadata"]["name"] for event in objects(crash_loop)]
    assert all(one < other for one, other in itertools.pairwise(later))


def test_moments(crash_loop: PodTimeline) -> None:
    assert [event["reason"] for event in objects(crash_loop, at=3.2)] == ["Pulling", "Pulled"]
    assert [event["reason"] for event in objects(crash_loop, at=15 + 3600)] == ["BackOff"]


def test_until_1_27_the_reporter_has_no_name(crash_loop: PodTimeline) -> None:
    event = objects(crash_loop, release=Release("1.27"))[0]
    assert (event["reportingComponent"], event["reportingInstance"]) == ("", "")


def test_a_pod_of_little(crash_loop: PodTimeline) -> None:
    bare = attrs.evolve(
        crash_loop, pod={}, events=(attrs.evolve(crash_loop.events[0], event=attrs.evolve(crash_loop.events[0].event, field_path="")),)
    )
    [event] = objects(bare)
    assert (event["involvedObject"]["uid"], event["source"]["host"], "fieldPath" in event["involvedObject"]) == ("", "", False)


def test_the_library_reads_them(crash_loop: PodTimeline) -> None:
    timeline = Timeline((crash_loop,))
    seen = events_about(crash_loop.pod, list(timeline.event_objects("web-0")))
    assert [event.known for event in seen][-1] is EventReason.BACK_OFF
    assert len(seen) == 5


def test_why_a_simulated_container_waits() -> None:
    pod = {
        "metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"},
        "spec": {"nodeName": "a", "containers": [{"name": "web", "image": "web:1"}]},
    }
    timeline = simulate([pod], Script.from_json({"images": {"web:1": {"pulls": [{"ms": 90_000}]}}}))
    [waits] = explain_waiting(timeline.pod("web").pod_at(30), list(timeline.event_objects("web", 30)))
    assert waits.step is not None
    assert waits.step.name == "IMAGE"
    assert list(timeline.event_objects("web", Duration())) != []
