"""When pods are ready."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.objects import ContainerKind
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import ContainerStatus, Running, Terminated, Waiting
from kubecontainers.lifecycle.phase import Phase
from kubecontainers.simulation.pod_timeline import PodTimeline, StatusChange
from kubecontainers.simulation.readiness import ReadyTime, ready_at, ready_times
from kubecontainers.simulation.status_object import ListedStatus

SPEC: dict[str, Any] = {
    "initContainers": [{"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}],
    "containers": [{"name": "web"}, {"name": "log"}],
}
RUNS, STARTING = Running(), Waiting()


def listed(name: str, state: Running | Waiting | Terminated, *, started: bool = True) -> ListedStatus:
    kind = ContainerKind.INIT if name in {"setup", "proxy"} else ContainerKind.APP
    return ListedStatus(kind, ContainerStatus(name=name, state=state, started=started))


def pod(*changes: tuple[float, dict[str, Running | Waiting | Terminated]], phase: Phase = Phase.RUNNING, spec: Any = SPEC) -> PodTimeline:
    made = tuple(StatusChange(Duration.of(at), phase, tuple(listed(*entry) for entry in new.items())) for at, new in changes)
    return PodTimeline(name="shop/p", pod={"spec": spec}, created_at=Duration.of(1), changes=made)


def test_all_of_them() -> None:
    slow = pod((2, {"setup": STARTING, "proxy": STARTING, "web": STARTING, "log": STARTING}), (5, {"web": RUNS}), (6, {"log": RUNS}))
    assert ready_at(slow) is None
    # in 1.27 nobody knows of sidecars
    assert ready_at(slow, release=Release("1.27")) == Duration.of(6)
    assert ready_at(pod((5, {"web": RUNS, "proxy": RUNS}), (6, {"log": RUNS}))) == Duration.of(6)


def test_at_the_same_time() -> None:
    assert ready_at(pod((5, {"web": RUNS, "proxy": RUNS}), (6, {"web": STARTING}), (7, {"log": RUNS}))) is None
    again = pod((5, {"web": RUNS, "proxy": RUNS}), (6, {"web": STARTING}), (7, {"log": RUNS}), (9, {"web": RUNS}))
    assert ready_at(again) == Duration.of(9)


@pytest.mark.parametrize(("phase", "ready"), [(Phase.RUNNING, Duration.of(2)), (Phase.SUCCEEDED, None)])
def test_what_is_done_is_not_ready(phase: Phase, ready: Duration | None) -> None:
    assert ready_at(pod((2, {}), phase=phase, spec={})) == ready


def test_what_has_not_started_is_not_ready() -> None:
    found = listed("web", RUNS, started=False)
    waits = PodTimeline(
        name="p", pod={"spec": {"containers": [{"name": "web"}]}}, changes=(StatusChange(Duration(), Phase.RUNNING, (found,)),)
    )
    assert ready_at(waits) is None


def test_times() -> None:
    ready, never = pod((4, {}), spec={}), pod()
    assert ready_times([ready, never], release=LATEST) == (
        ReadyTime("shop/p", Duration.of(1), Duration.of(4)),
        ReadyTime("shop/p", Duration.of(1), None),
    )
    assert [found.took for found in ready_times([ready, never])] == [Duration.of(3), None]
