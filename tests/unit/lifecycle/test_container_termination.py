from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_termination import StopBehaviour, StopError
from kubecontainers.lifecycle.termination import plan_termination

POD: dict[str, Any] = {
    "spec": {
        "initContainers": [{"name": "proxy", "restartPolicy": "Always", "lifecycle": {"preStop": {"exec": {"command": ["drain"]}}}}],
        "containers": [{"name": "app"}],
    }
}


def test_behaviours() -> None:
    assert StopBehaviour() == StopBehaviour(None, None, hook_fails=False, stop_error=None, ends=None)
    assert StopBehaviour(1.5, timedelta(seconds=2)) == StopBehaviour(Duration.of(1.5), 2)
    assert StopBehaviour(-1, -1, ends=-1) == StopBehaviour(0, 0, ends=0)
    for wrong in (float("nan"), "5s", 10**30):
        with pytest.raises(InvalidDuration):
            StopBehaviour(stop=wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_json() -> None:
    plan = plan_termination(POD, override=20, behaviours={"app": StopBehaviour(stop=2), "proxy": StopBehaviour(hook=0.5, stop=1)})
    made = plan.container("proxy").to_json()
    assert json.loads(json.dumps(made)) == made
    assert made == {
        "name": "proxy",
        "kind": "initContainers",
        "baseGraceSeconds": 30,
        "baseGraceSource": "DEFAULT",
        "overrideSeconds": 20,
        "graceSeconds": 20,
        "preStop": {"exec": {"command": ["drain"]}},
        "hook": "DONE",
        "hookStartedAt": "0s",
        "hookEndedAt": "500ms",
        "hookFailed": False,
        "hookSeconds": 0,
        "turn": "CAME",
        "waitedFor": "app",
        "waited": "1.5s",
        "waitedSeconds": 1,
        "stopSignal": "",
        "termAt": "2s",
        "timeoutSeconds": 19,
        "timeoutReason": "LEFT",
        "outcome": "EXITED",
        "exitedAt": "3s",
        "returnedAt": "3s",
    }
    failed = plan_termination(POD, container="app", behaviours={"app": StopBehaviour(stop_error=StopError.FAILED)}).container("app")
    shown = failed.to_json()
    assert [shown[key] for key in ("preStop", "hookStartedAt", "hookEndedAt", "exitedAt")] == [None] * 4
