from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.objects import ContainerKind
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import (
    ContainerStatus,
    Running,
    Terminated,
    Waiting,
    container_statuses_at,
    state_from_json,
    state_to_json,
)

ENDED: dict[str, Any] = {
    "exitCode": 137,
    "signal": 9,
    "reason": "OOMKilled",
    "message": "bye",
    "startedAt": "1970-01-01T00:00:10Z",
    "finishedAt": "1970-01-01T00:00:20Z",
    "containerID": "containerd://1",
}


def test_everything_that_an_end_has() -> None:
    ended = Terminated(137, "OOMKilled", "bye", 9, Duration.of(10), Duration.of(20), "containerd://1")
    assert state_from_json({"terminated": ENDED}) == ended
    assert state_to_json(ended) == {"terminated": ENDED}


def test_an_exit_code_is_always_written() -> None:
    assert state_from_json({"terminated": {}}) == Terminated(0)
    assert state_to_json(Terminated(0)) == {"terminated": {"exitCode": 0}}


def test_an_empty_state_is_none() -> None:
    assert state_from_json({}) is None
    assert state_from_json({"running": None, "waiting": None}) is None
    assert state_to_json(None) == {}


def test_an_empty_object_is_a_state() -> None:
    assert state_from_json({"waiting": {}}) == Waiting()
    assert state_from_json({"running": {}}) == Running()
    assert [state_to_json(state) for state in (Waiting(), Running())] == [{"waiting": {}}, {"running": {}}]


def test_of_several_states_one_counts() -> None:
    everything = {"waiting": {"reason": "a"}, "terminated": {"exitCode": 1}, "running": {}}
    assert state_from_json(everything) == Running()
    assert state_from_json({**everything, "running": None}) == Terminated(1)


def test_a_status_is_written_as_it_was_read() -> None:
    obj = {
        "name": "web",
        "state": {"running": {"startedAt": "2026-03-01T12:00:00Z"}},
        "lastState": {"terminated": ENDED},
        "restartCount": 2,
        "started": False,
        "containerID": "containerd://2",
    }
    assert ContainerStatus.from_json({**obj, "image": "nginx", "ready": True}).to_json() == obj


def test_what_is_not_said_is_left_out() -> None:
    assert ContainerStatus(name="web").to_json() == {"name": "web", "state": {}, "lastState": {}, "restartCount": 0}


def test_statuses_are_found_by_kind() -> None:
    pod = {"status": {key: [{"name": key}] for key in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")}}
    names = [status.name for kind in ContainerKind for status in container_statuses_at(pod, kind)]
    assert names == ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"]
    assert list(container_statuses_at({}, ContainerKind.APP)) == []


@pytest.mark.parametrize(
    ("status", "path"),
    [
        ({"name": 7}, "status.containerStatuses[0].name"),
        ({"state": []}, "status.containerStatuses[0].state"),
        ({"state": {"waiting": {"reason": 7}}}, "status.containerStatuses[0].state.waiting.reason"),
        ({"state": {"running": {"startedAt": "now"}}}, "status.containerStatuses[0].state.running.startedAt"),
        ({"lastState": {"terminated": {"exitCode": 1 << 31}}}, "status.containerStatuses[0].lastState.terminated.exitCode"),
        ({"restartCount": 1.0}, "status.containerStatuses[0].restartCount"),
        ({"started": "yes"}, "status.containerStatuses[0].started"),
    ],
)
def test_errors_say_where(status: dict[str, Any], path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        list(container_statuses_at({"status": {"containerStatuses": [status]}}, ContainerKind.APP))
    assert caught.value.path == path


def test_a_status_has_to_be_an_object() -> None:
    with pytest.raises(MalformedObject, match="expected an object"):
        ContainerStatus.from_json([], ROOT)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
