from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.container_actions import StartReason
from kubecontainers.lifecycle.init_actions import InitActions
from kubecontainers.lifecycle.legacy_init_actions import legacy_init_actions
from kubecontainers.lifecycle.observed_pod import observed_pod
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState

CREATED, RUNNING, EXITED, UNKNOWN = RuntimeState


def found(count: int, *statuses: RuntimeContainer, policy: str = "Always") -> InitActions:
    inits = [{"name": f"i{position}"} for position in range(count)]
    pod: dict[str, Any] = {"spec": {"restartPolicy": policy, "initContainers": inits, "containers": [{"name": "app"}]}}
    return legacy_init_actions(observed_pod(pod, statuses, Release("1.27")))


def exited(name: str, code: int = 0) -> RuntimeContainer:
    return RuntimeContainer(name, EXITED, exit_code=code)


def starts(actions: InitActions) -> list[tuple[str, StartReason]]:
    assert not actions.initialized
    assert actions.failed is None
    return [(start.name, start.reason) for start in actions.starts]


def test_no_init_containers() -> None:
    assert found(0) == InitActions(initialized=True)


@pytest.mark.parametrize("state", list(RuntimeState))
def test_only_a_running_app_container_proves_that_it_is_initialised(state: RuntimeState) -> None:
    assert found(1, RuntimeContainer("app", state)).initialized is (state is RUNNING)


def test_one_after_the_other() -> None:
    assert starts(found(2)) == [("i0", StartReason.FIRST_INIT)]
    assert starts(found(2, exited("i0"))) == [("i1", StartReason.NEXT_INIT)]
    assert starts(found(2, RuntimeContainer("i1", RUNNING), exited("i0"))) == []
    assert found(2, exited("i1"), exited("i0")) == InitActions(initialized=True)


def test_merely_created_ones_are_passed_over() -> None:
    assert starts(found(2, RuntimeContainer("i0", CREATED))) == [("i0", StartReason.FIRST_INIT)]
    assert starts(found(2, RuntimeContainer("i1", CREATED), exited("i0"))) == [("i1", StartReason.NEXT_INIT)]


def test_the_last_that_failed_is_tried_again() -> None:
    assert starts(found(3, exited("i0", 1), exited("i1", 1), RuntimeContainer("i2", RUNNING))) == [("i1", StartReason.INIT_FAILED)]
    assert found(2, exited("i0", 1), policy="Never") == InitActions(failed="i0")


def test_unknown() -> None:
    actions = found(2, RuntimeContainer("i1", UNKNOWN), exited("i0"))
    assert starts(actions) == [("i1", StartReason.UNKNOWN)]
    assert [kill.message for kill in actions.kills] == ['Init container is in "unknown" state, try killing it before restart']
    assert found(2, RuntimeContainer("i1", UNKNOWN), policy="Never") == InitActions(failed="i1")
