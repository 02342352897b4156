from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import NotFound
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_termination import StopBehaviour, StopError
from kubecontainers.lifecycle.termination import plan_termination
from kubecontainers.lifecycle.termination_plan import TerminationPlan

POD: dict[str, Any] = {
    "spec": {
        "containers": [
            {"name": "web", "lifecycle": {"preStop": {"exec": {"command": ["drain"]}}}},
            {"name": "app", "lifecycle": {"preStop": {"tcpSocket": {"port": 80}}}},
        ]
    }
}
PLAN = plan_termination(POD, behaviours={"web": StopBehaviour(40, 1, hook_fails=True), "app": StopBehaviour(stop_error=StopError.FAILED)})


def test_events() -> None:
    """By time, then by field path, then as they are emitted; a hook that nobody waits for can still fail after the end."""
    assert [(str(planned.at), planned.event.reason.value, planned.event.field_path) for planned in PLAN.events] == [
        ("0s", "Killing", "spec.containers{app}"),
        ("0s", "FailedPreStopHook", "spec.containers{app}"),
        ("0s", "Killing", "spec.containers{web}"),
        ("40s", "FailedPreStopHook", "spec.containers{web}"),
    ]
    assert PLAN.done_at == Duration.of(31)
    assert PLAN.failed == ("app",)


def test_one_container() -> None:
    assert PLAN.container("web") is PLAN.containers[0]
    with pytest.raises(NotFound, match="there is no container 'proxy'"):
        PLAN.container("proxy")


def test_json() -> None:
    made = PLAN.to_json()
    assert json.loads(json.dumps(made)) == made
    assert made["containers"] == [stop.to_json() for stop in PLAN.containers]
    assert (made["doneAt"], made["failed"]) == ("31s", ["app"])
    assert PLAN.events[-1].to_json() == {
        "at": "40s",
        "type": "Warning",
        "reason": "FailedPreStopHook",
        "message": "PreStopHook failed",
        "fieldPath": "spec.containers{web}",
    }


def test_value() -> None:
    assert pickle.loads(pickle.dumps(PLAN)) == PLAN  # noqa: S301
    assert hash(PLAN) == hash(TerminationPlan(PLAN.containers, PLAN.events))
    assert str(PLAN) == PLAN.to_text()
    nothing = TerminationPlan((), ())
    assert (nothing.done_at, nothing.failed) == (Duration(), ())
