from __future__ import annotations

import pytest

from kubecontainers.lifecycle.container_actions import ContainerKill, KillCause, StartReason, kill_unknown, restarted
from kubecontainers.lifecycle.grace import KillReason
from kubecontainers.lifecycle.restart import RestartDecision, RestartReason
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState

LOST = RuntimeContainer("app", RuntimeState.UNKNOWN, id="a1")


@pytest.mark.parametrize(
    ("cause", "reason", "start"),
    [
        (KillCause.DEFINITION_CHANGED, KillReason.DEFINITION_CHANGED, StartReason.DEFINITION_CHANGED),
        (KillCause.LIVENESS_FAILED, KillReason.LIVENESS_PROBE, StartReason.LIVENESS_FAILED),
        (KillCause.STARTUP_FAILED, KillReason.STARTUP_PROBE, StartReason.STARTUP_FAILED),
        (KillCause.UNKNOWN, KillReason.UNKNOWN, StartReason.UNKNOWN),
    ],
)
def test_every_cause_has_its_reasons(cause: KillCause, reason: KillReason, start: StartReason) -> None:
    assert (cause.kill_reason, cause.start_reason) == (reason, start)
    kill = ContainerKill(LOST, cause, "")
    assert (kill.name, kill.reason) == ("app", reason)


def test_an_unknown_state() -> None:
    kill = kill_unknown(LOST, "Init container")
    assert (kill.instance.id, kill.cause) == ("a1", KillCause.UNKNOWN)
    assert kill.message == 'Init container is in "unknown" state, try killing it before restart'


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (RestartReason.NEVER_RAN, StartReason.NEVER_RAN),
        (RestartReason.CREATED, StartReason.CREATED),
        (RestartReason.UNKNOWN, StartReason.UNKNOWN),
        (RestartReason.RULE, StartReason.EXITED),
        (RestartReason.POD_POLICY, StartReason.EXITED),
        (RestartReason.CONTAINER_POLICY, StartReason.EXITED),
    ],
)
def test_starts_by_a_decision(reason: RestartReason, expected: StartReason) -> None:
    decision = RestartDecision(restart=True, reason=reason)
    start = restarted(2, "app", decision)
    assert (start.index, start.name, start.reason, start.restart) == (2, "app", expected, decision)
