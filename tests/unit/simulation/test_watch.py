"""What a watch delivers of pods."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.errors import NotFound
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import Terminated
from kubecontainers.simulation.epoch import EPOCH
from kubecontainers.simulation.pod_timeline import PodTimeline
from kubecontainers.simulation.timeline import Timeline
from kubecontainers.simulation.watch import WatchEvent, watch_events

JSON = dict[str, Any]


def watched(*pods: PodTimeline, minor: str = "1.36", **options: Any) -> list[WatchEvent]:
    return list(watch_events(pods, release=Release(minor), **options))


def kinds(events: list[WatchEvent]) -> list[str]:
    return [event.type.value for event in events]


def obj(event: WatchEvent) -> JSON:
    return json.loads(json.dumps(event.object))  # type: ignore[no-any-return]


def marks(events: list[WatchEvent]) -> list[tuple[float, str, int | None, str | None]]:
    def told(event: WatchEvent) -> tuple[float, str, int | None, str | None]:
        metadata = obj(event)["metadata"]
        due = metadata.get("deletionTimestamp")
        return event.at.seconds, event.type.value, metadata.get("deletionGracePeriodSeconds"), due and due[17:19]

    return [told(event) for event in events]


def test_a_life(crash_loop: PodTimeline) -> None:
    added, *modified = watched(crash_loop)
    assert kinds([added, *modified]) == ["ADDED", *["MODIFIED"] * 4]
    assert obj(added)["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert obj(added)["metadata"] == {
        "name": "web-0",
        "namespace": "shop",
        "uid": "uid-web-0",
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "resourceVersion": "1",
    }
    assert [obj(event)["metadata"]["resourceVersion"] for event in modified] == ["2", "3", "4", "5"]
    assert obj(modified[-1])["status"] == {
        "phase": "Running",
        "startTime": "2026-01-01T00:00:00Z",
        "podIP": "10.0.0.5",
        "podIPs": [{"ip": "10.0.0.5"}],
        "qosClass": "BestEffort",
        "containerStatuses": [
            {
                "name": "web",
                "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s …"}},
                "lastState": {
                    "terminated": {
                        "exitCode": 1,
                        "reason": "Error",
                        "startedAt": "2026-01-01T00:00:04Z",
                        "finishedAt": "2026-01-01T00:00:05Z",
                        "containerID": "c1",
                    }
                },
                "restartCount": 1,
                "started": False,
                "image": "shop/web:1.4",
                "ready": False,
            }
        ],
    }


def test_on_the_wire(crash_loop: PodTimeline) -> None:
    event = watched(crash_loop)[0]
    assert event.to_json() == {"type": "ADDED", "object": event.object}
    assert (event.object["apiVersion"], event.object["kind"]) == ("v1", "Pod")


def test_nothing_is_changed_in_place(crash_loop: PodTimeline) -> None:
    before = json.dumps(crash_loop.pod)
    events = watched(crash_loop)
    assert [obj(event)["status"]["phase"] for event in events] == ["Pending", "Pending", "Running", "Running", "Running"]
    assert json.dumps(crash_loop.pod) == before
    assert events[0].object["spec"] is crash_loop.pod["spec"]


def test_a_deletion(stopped: PodTimeline) -> None:
    assert marks(watched(stopped)) == [
        (0, "ADDED", None, None),
        (2, "MODIFIED", None, None),
        (20, "MODIFIED", 30, "50"),
        (50, "MODIFIED", 30, "50"),
        (50, "MODIFIED", 0, "50"),
        (50, "DELETED", 0, "50"),
    ]


def test_until_1_32_the_last_deletion_is_due_in_the_past(stopped: PodTimeline) -> None:
    assert marks(watched(stopped, minor="1.32"))[-1] == (50, "DELETED", 0, "20")


def test_what_is_reported_at_the_moment_of_the_deletion(stopped: PodTimeline) -> None:
    at_once = attrs.evolve(stopped, changes=(attrs.evolve(stopped.changes[0], at=Duration.of(20)), stopped.changes[1]))
    assert [mark[2] for mark in marks(watched(at_once))] == [None, 30, 30, 30, 0, 0]


def test_a_pod_that_is_not_stopped_stays(stopped: PodTimeline) -> None:
    assert kinds(watched(attrs.evolve(stopped, kill_failed=True)))[-1] == "MODIFIED"
    assert kinds(watched(attrs.evolve(stopped, terminated_at=None)))[-1] == "MODIFIED"


def test_a_pod_with_finalizers_stays(stopped: PodTimeline) -> None:
    kept = {**stopped.pod, "metadata": {"name": "db", "finalizers": ["example.com/billing"]}}
    assert marks(watched(attrs.evolve(stopped, pod=kept)))[-1] == (50, "MODIFIED", 0, "50")


def test_a_grace_period_longer_than_any_clock(stopped: PodTimeline) -> None:
    """It wraps round in the timestamp, as in Go."""
    assert marks(watched(attrs.evolve(stopped, deletion_grace_seconds=2**63 - 1)))[-3][2] == 2**63 - 1


@pytest.mark.parametrize("grace", [0, None])
def test_a_pod_that_is_not_given_any_time_goes_at_once(grace: int | None, stopped: PodTimeline) -> None:
    """What the kubelet still stops then, and reports, nobody gets to see, but where finalizers keep the pod."""
    hurried = attrs.evolve(stopped, deletion_grace_seconds=grace)
    assert marks(watched(hurried))[2:] == [(20, "MODIFIED", 0, "20"), (20, "DELETED", 0, "20")]
    kept = {**stopped.pod, "metadata": {"name": "db", "finalizers": ["example.com/billing"]}}
    assert marks(watched(attrs.evolve(hurried, pod=kept)))[2:] == [(20, "MODIFIED", 0, "20"), (50, "MODIFIED", 0, "20")]


def test_several_pods(crash_loop: PodTimeline, stopped: PodTimeline) -> None:
    events = watched(crash_loop, stopped)
    assert [int(obj(event)["metadata"]["resourceVersion"]) for event in events] == list(range(1, 12))
    assert all(one.at <= other.at for one, other in itertools.pairwise(events))
    alone = Timeline((crash_loop, stopped)).watch_events("db")
    assert [obj(event)["status"] for event in alone] == [obj(event)["status"] for event in events if obj(event)["metadata"]["name"] == "db"]
    with pytest.raises(NotFound):
        Timeline((crash_loop,)).watch_events("db")


def test_epochs(crash_loop: PodTimeline) -> None:
    def begins(epoch: datetime) -> str:
        return str(obj(watched(crash_loop, epoch=epoch)[1])["status"]["startTime"])

    assert begins(datetime(2020, 2, 29, 12)) == "2020-02-29T12:00:00Z"
    assert begins(datetime(2020, 2, 29, 12, tzinfo=timezone(timedelta(hours=2)))) == "2020-02-29T10:00:00Z"
    assert begins(EPOCH) == "2026-01-01T00:00:00Z"
    with pytest.raises(InvalidDuration):
        begins(datetime(9999, 1, 1, tzinfo=UTC))


def test_a_time_of_creation_that_the_pod_has(crash_loop: PodTimeline) -> None:
    made = {**crash_loop.pod, "metadata": {"name": "web-0", "creationTimestamp": "2025-12-31T23:59:59Z"}}
    assert obj(watched(attrs.evolve(crash_loop, pod=made))[0])["metadata"]["creationTimestamp"] == "2025-12-31T23:59:59Z"
    unset = {**crash_loop.pod, "metadata": {"name": "web-0", "creationTimestamp": None}}
    assert obj(watched(attrs.evolve(crash_loop, pod=unset))[0])["metadata"]["creationTimestamp"] == "2026-01-01T00:00:00Z"


def test_a_pod_of_nothing() -> None:
    [event] = watched(PodTimeline(name="default/p", pod={}, created_at=Duration.of(7)))
    assert obj(event)["metadata"] == {"creationTimestamp": "2026-01-01T00:00:07Z", "resourceVersion": "1"}


def test_states_without_times(stopped: PodTimeline) -> None:
    listed = stopped.changes[1].changed[0]
    state = Terminated(137, "Error")
    bare = attrs.evolve(listed, status=attrs.evolve(listed.status, state=None, last_state=state))
    changes = (stopped.changes[0], attrs.evolve(stopped.changes[1], changed=(bare,)))
    status = obj(watched(attrs.evolve(stopped, changes=changes))[3])["status"]["containerStatuses"][0]
    assert (status["state"], status["lastState"]) == ({}, {"terminated": {"exitCode": 137, "reason": "Error"}})
