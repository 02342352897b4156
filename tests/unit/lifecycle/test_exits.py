from __future__ import annotations

import pytest

from kubecontainers.lifecycle.container_state import Terminated
from kubecontainers.lifecycle.exits import ExitCause, ExitExplanation, explain_exit


@pytest.mark.parametrize(
    ("terminated", "cause", "signal"),
    [
        (Terminated(0, "Completed"), ExitCause.COMPLETED, ""),
        (Terminated(137, "OOMKilled"), ExitCause.OUT_OF_MEMORY, "SIGKILL"),
        (Terminated(0, "OOMKilled"), ExitCause.OUT_OF_MEMORY, ""),
        (Terminated(137, "Error"), ExitCause.KILLED, "SIGKILL"),
        (Terminated(143, "Error"), ExitCause.STOPPED, "SIGTERM"),
        (Terminated(139, "Error"), ExitCause.SIGNALLED, "SIGSEGV"),
        (Terminated(192, "Error"), ExitCause.SIGNALLED, "signal 64"),
        (Terminated(193, "Error"), ExitCause.FAILED, ""),
        (Terminated(128, "Error"), ExitCause.FAILED, ""),
        (Terminated(1, "Error", signal=9), ExitCause.KILLED, "SIGKILL"),
        (Terminated(1, "Error", signal=-1), ExitCause.FAILED, ""),
        (Terminated(127, "Error"), ExitCause.NOT_FOUND, ""),
        (Terminated(126, "Error"), ExitCause.NOT_EXECUTABLE, ""),
        (Terminated(128, "StartError"), ExitCause.CANNOT_RUN, ""),
        (Terminated(127, "ContainerCannotRun"), ExitCause.CANNOT_RUN, ""),
        (Terminated(137, "ContainerStatusUnknown"), ExitCause.LOST, ""),
        (Terminated(255, "Unknown"), ExitCause.LOST, ""),
        (Terminated(255, "Error"), ExitCause.FAILED, ""),
        (Terminated(137, "RestartingAllContainers"), ExitCause.RESTARTED_WITH_ALL, ""),
        (Terminated(3, "Error"), ExitCause.FAILED, ""),
        (Terminated(-1, "Error"), ExitCause.FAILED, ""),
    ],
)
def test_causes(terminated: Terminated, cause: ExitCause, signal: str) -> None:
    found = explain_exit(terminated)
    assert (found.cause, found.signal) == (cause, signal)
    assert found.exit_code == terminated.exit_code


def test_what_the_container_left_is_told() -> None:
    assert explain_exit(Terminated(3, "Error", "no database")) == ExitExplanation(ExitCause.FAILED, 3, "", "Error", "no database")


def test_every_cause_has_its_advice() -> None:
    assert all(cause.advice for cause in ExitCause)


def test_in_words() -> None:
    assert str(explain_exit(Terminated(0))) == "it ended well (exit code 0)"
