from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.errors import MalformedObject, NotFound
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.container_termination import HookOutcome, StopBehaviour
from kubecontainers.lifecycle.deletion_plan import plan_deletion
from kubecontainers.lifecycle.grace import GraceSource
from kubecontainers.lifecycle.termination import plan_termination

JSON = dict[str, Any]


def pod(grace: int | None = None) -> JSON:
    spec: JSON = {"containers": [{"name": "app", "lifecycle": {"preStop": {"exec": {"command": ["drain"]}}}}]}
    return {"spec": spec if grace is None else {**spec, "terminationGracePeriodSeconds": grace}}


@pytest.mark.parametrize(
    ("grace", "period", "given", "done"),
    [(None, None, 30, 32), (60, None, 60, 62), (60, 5, 5, 7), (60, 90, 90, 92), (60, -1, 1, 3), (-1, None, 1, 3), (0, None, 1, 3)],
)
def test_what_is_given(grace: int | None, period: int | None, given: int, done: int) -> None:
    plan = plan_deletion(pod(grace), grace_period=period)
    stop = plan.container("app")
    assert (stop.override, stop.grace_seconds, plan.done_at.seconds) == (given, given, done)
    assert stop.base.source is GraceSource.DELETION


def test_force() -> None:
    """``--grace-period=0`` is 1 s for the hook, then 2 s. Until 1.29 it was taken for none, and the pod got its own grace period."""
    found = {minor: plan_deletion(pod(60), grace_period=0, release=Release(minor)).container("app") for minor in ("1.27", "1.29", "1.30")}
    assert {minor: (stop.override, stop.timeout_seconds, stop.returned_at.seconds) for minor, stop in found.items()} == {
        "1.27": (60, 60, 60),
        "1.29": (60, 2, 62),
        "1.30": (1, 2, 3),
    }
    assert found["1.27"].hook is HookOutcome.NO_TIME


def test_a_plain_deletion_is_the_termination_of_the_pod() -> None:
    behaviours = {"app": StopBehaviour(10.5, 3)}
    deleted, stopped = plan_deletion(pod(60), behaviours=behaviours), plan_termination(pod(60), behaviours=behaviours)
    assert str(deleted) == str(stopped)
    assert deleted.events == stopped.events


def test_bad_input() -> None:
    with pytest.raises(MalformedObject):
        plan_deletion({"metadata": []})
    with pytest.raises(NotFound):
        plan_deletion(pod(), running=["web"])
    with pytest.raises(InvalidDuration):
        plan_deletion(pod(), grace_period=2**63)
