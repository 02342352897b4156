"""The status of a pod as an object."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.objects import ContainerKind
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import ContainerState, ContainerStatus, Running, Terminated, Waiting
from kubecontainers.lifecycle.phase import Phase
from kubecontainers.simulation.status_object import ListedStatus, is_ready, status_object


def listed(kind: ContainerKind, state: ContainerState, *, started: bool = True) -> ListedStatus:
    return ListedStatus(kind, ContainerStatus(name="app", state=state, started=started), "app:1")


@pytest.mark.parametrize(
    ("kind", "state", "started", "ready"),
    [
        (ContainerKind.APP, Running(), True, True),
        (ContainerKind.APP, Running(), False, False),
        (ContainerKind.APP, Terminated(0), False, False),
        (ContainerKind.INIT, Terminated(0), False, True),
        (ContainerKind.INIT, Terminated(1), False, False),
        (ContainerKind.INIT, Waiting(), False, False),
        (ContainerKind.INIT, Running(), True, True),
    ],
)
def test_ready(kind: ContainerKind, state: ContainerState, *, started: bool, ready: bool) -> None:
    assert is_ready(listed(kind, state, started=started)) is ready


def test_object() -> None:
    statuses = [listed(kind, Running(Duration.of(5))) for kind in ContainerKind]
    made = status_object(Phase.RUNNING, statuses, created_at=Duration.of(1), address="10.0.0.5")
    entry = {
        "name": "app",
        "state": {"running": {"startedAt": "1970-01-01T00:00:05Z"}},
        "lastState": {},
        "restartCount": 0,
        "started": True,
        "image": "app:1",
        "ready": True,
    }
    assert made == {
        "phase": "Running",
        "startTime": "1970-01-01T00:00:01Z",
        "podIP": "10.0.0.5",
        "podIPs": [{"ip": "10.0.0.5"}],
        "initContainerStatuses": [entry],
        "containerStatuses": [entry],
        "ephemeralContainerStatuses": [entry],
    }
