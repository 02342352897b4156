"""What a timeline of a pod tells: of any moment, and as JSON."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.lifecycle.container_state import Running, Terminated, Waiting
from kubecontainers.lifecycle.phase import Phase
from kubecontainers.simulation.pod_timeline import PodTimeline
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate

POD: dict[str, Any] = {
    "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
    "spec": {
        "initContainers": [{"name": "setup", "image": "s:1"}],
        "containers": [{"name": "b", "image": "b:1"}, {"name": "a", "image": "a:1"}],
    },
}


@pytest.fixture(scope="module")
def pod() -> PodTimeline:
    """Set up from 2 to 5 s, deleted at 60 s with 7 s of grace, of which 3 s are needed."""
    script = {
        "createAtMs": 2000,
        "behaviour": {"setup": {"runs": [{"runMs": 3000}]}, "a": {"stopMs": 3000}},
        "deleteAtMs": 60_000,
        "deleteGraceSeconds": 7,
    }
    return simulate([POD], Script.from_json(script)).pods[0]


def test_statuses_at_a_moment(pod: PodTimeline) -> None:
    """Init containers come first, then the others by name; a report holds until the next."""
    assert pod.statuses(1) == ()
    assert [(listed.status.name, listed.image) for listed in pod.statuses(2)] == [("setup", "s:1"), ("a", "a:1"), ("b", "b:1")]
    states = [[type(listed.status.state) for listed in pod.statuses(at)] for at in (2, 4.9, 5, 63)]
    assert states == [
        [Running, Waiting, Waiting],
        [Running, Waiting, Waiting],
        [Terminated, Running, Running],
        [Terminated, Terminated, Terminated],
    ]
    assert pod.changes[0].status("a") is not None
    assert pod.changes[-1].status("setup") is None


def test_phases(pod: PodTimeline) -> None:
    assert [pod.phase_at(at) for at in (0, 2, 5, 62, 63)] == [
        Phase.PENDING,
        Phase.PENDING,
        Phase.RUNNING,
        Phase.RUNNING,
        Phase.SUCCEEDED,
    ]


def test_status(pod: PodTimeline) -> None:
    assert pod.status(1) == {"phase": "Pending", "startTime": "1970-01-01T00:00:02Z"}
    status = pod.status(5)
    assert (status["phase"], status["podIP"]) == ("Running", "10.0.0.5")
    assert [entry["name"] for entry in status["containerStatuses"]] == ["a", "b"]  # type: ignore[attr-defined]
    assert "podIP" not in pod.status(63)


def test_the_whole_pod(pod: PodTimeline) -> None:
    before, after = pod.pod_at(59), pod.pod_at(60)
    assert before["metadata"] == {**POD["metadata"], "uid": "u"}
    assert after["metadata"] == {
        **POD["metadata"],
        "uid": "u",
        "deletionGracePeriodSeconds": 7,
        "deletionTimestamp": "1970-01-01T00:01:07Z",
    }
    assert after["status"] == pod.status(60)


def test_spans_of_one_container(pod: PodTimeline) -> None:
    assert [span.kind.name for span in pod.container("a")] == ["WAITING", "RUNNING", "TERMINATING"]
    assert pod.container("db") == ()


def test_json(pod: PodTimeline) -> None:
    made = json.loads(json.dumps(pod.to_json()))
    assert {name: value for name, value in made.items() if not isinstance(value, list)} == {
        "name": "shop/web",
        "createdAt": "2s",
        "end": "deleted",
        "phase": "Succeeded",
        "deletedAt": "1m0s",
        "deletionGracePeriodSeconds": 7,
        "terminatingAt": "1m0s",
        "terminatedAt": "1m3s",
        "killFailed": False,
    }
    assert made["calls"][-2] == {"at": "1m0s", "pod": "shop/web", "call": "StopContainer", "target": "b#0", "timeoutSeconds": 7}
    assert made["syncs"][0]["results"][1] == {"action": "CreatePodSandbox", "target": "web_shop(u)"}
    assert made["changes"][0]["changed"]["a"]["state"] == {"waiting": {"reason": "PodInitializing"}}


def test_syncs_that_failed() -> None:
    [found] = simulate([POD], Script.from_json({"sandboxRuns": [{"error": "no"}]}), until=5).pods
    assert [sync.failed for sync in found.syncs] == [True]
    assert found.syncs[0].to_json()["results"][1]["error"] == "CreatePodSandboxError"  # type: ignore[index]


def test_values(pod: PodTimeline) -> None:
    assert pickle.loads(pickle.dumps(pod)) == pod  # noqa: S301
    assert isinstance(hash(pod), int)
    with pytest.raises(InvalidDuration):
        pod.status(float("nan"))
