from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.container_state import ContainerStatus, Running, Terminated
from kubecontainers.lifecycle.phase import Phase, PhaseCounts, PhaseReason, PodPhase, phase_of, pod_phase

JSON = dict[str, Any]

RUNNING: JSON = {"running": {}}
NEVER_RAN: JSON = {"waiting": {"reason": "ContainerCreating"}}
DONE, FAILED = ({"terminated": {"exitCode": code}} for code in (0, 1))


def pod(policy: str = "Always", init: list[JSON] | None = None, **states: JSON) -> JSON:
    """A pod whose containers have these states; those of ``init``, in order, ``i0``, ``i1``, ….

    An entry of ``init`` has the fields of the container and of its status.
    """
    inits = [{"name": f"i{position}", **entry} for position, entry in enumerate(init or [])]
    return {
        "spec": {"restartPolicy": policy, "initContainers": inits, "containers": [{"name": name} for name in states]},
        "status": {
            "initContainerStatuses": [entry for entry in inits if "state" in entry],
            "containerStatuses": [{"name": name, **state} for name, state in states.items() if state],
        },
    }


def decided(given: JSON, minor: str = "1.36", *, initialized: bool = False, terminal: bool = False) -> PhaseReason:
    return pod_phase(given, initialized=initialized, terminal=terminal, release=Release(minor)).reason


CRASHED: JSON = {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": FAILED}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (pod("Never", [{"state": FAILED}], web={"state": NEVER_RAN}), PhaseReason.INIT_FAILED),
        (pod("OnFailure", [{"state": FAILED}], web={"state": NEVER_RAN}), PhaseReason.WAITING),
        (pod("Always", [{"state": RUNNING}], web={"state": NEVER_RAN}), PhaseReason.INITIALIZING),
        (pod("Always", [{}], web={"state": NEVER_RAN}), PhaseReason.INITIALIZING),
        (pod("Always", [{"state": {}}], web={"state": NEVER_RAN}), PhaseReason.INITIALIZING),
        (pod("Always", [{"state": DONE}], web={"state": RUNNING}), PhaseReason.CONTAINERS_RUN),
        (pod("Always", web={"state": NEVER_RAN}, job={"state": RUNNING}), PhaseReason.WAITING),
        (pod("Always", web=CRASHED), PhaseReason.RESTARTING),
        (pod("Never", web=CRASHED), PhaseReason.SOME_FAILED),
        (pod("Never", web={"state": DONE}), PhaseReason.ALL_SUCCEEDED),
        (pod("OnFailure", web={"state": DONE}, job={"state": FAILED}), PhaseReason.RESTARTING),
        (pod("Always", web={"state": RUNNING}, job={}), PhaseReason.NOTHING_KNOWN),
        (pod("Always"), PhaseReason.NO_CONTAINERS),
        ({}, PhaseReason.NO_CONTAINERS),
    ],
)
def test_the_rule_that_decides(given: JSON, reason: PhaseReason) -> None:
    assert decided(given) is reason


def test_what_was_counted() -> None:
    init: list[JSON] = [{"state": DONE}, {"restartPolicy": "Always", "state": RUNNING, "started": True}]
    found = pod_phase(pod("OnFailure", init, web={"state": RUNNING}, job={"state": DONE}), initialized=True)
    counts = PhaseCounts(running=2, stopped=1, succeeded=1, stopped_final=1)
    assert found == PodPhase(Phase.RUNNING, PhaseReason.CONTAINERS_RUN, counts)


@pytest.mark.parametrize(
    ("sidecar", "reason"),
    [
        ({"state": RUNNING}, PhaseReason.SIDECAR_STARTING),
        ({"state": RUNNING, "started": False}, PhaseReason.SIDECAR_STARTING),
        ({"state": RUNNING, "started": True}, PhaseReason.CONTAINERS_RUN),
        ({"state": NEVER_RAN}, PhaseReason.SIDECAR_STARTING),
        ({"state": {}}, PhaseReason.SIDECAR_STARTING),
        ({}, PhaseReason.NOTHING_KNOWN),
        (CRASHED, PhaseReason.CONTAINERS_RUN),
        ({"state": FAILED}, PhaseReason.CONTAINERS_RUN),
    ],
)
def test_sidecars(sidecar: JSON, reason: PhaseReason) -> None:
    assert decided(pod("Never", [{"restartPolicy": "Always", **sidecar}], web={"state": RUNNING})) is reason


def test_sidecars_are_plain_before_1_28() -> None:
    given = pod("Always", [{"restartPolicy": "Always", "state": RUNNING, "started": True}], web={"state": RUNNING})
    assert [decided(given, minor) for minor in ("1.27", "1.28")] == [PhaseReason.INITIALIZING, PhaseReason.CONTAINERS_RUN]


def test_only_1_32_asks_the_gate_about_sidecars() -> None:
    given = pod("Always", [{"restartPolicy": "Always", "state": NEVER_RAN}], web={"state": RUNNING})
    off = [Release(minor).with_gates({"SidecarContainers": False}) for minor in ("1.28", "1.31", "1.32")]
    found = [pod_phase(given, initialized=False, release=release) for release in off]
    assert [phase.reason for phase in found] == [PhaseReason.WAITING, PhaseReason.WAITING, PhaseReason.CONTAINERS_RUN]
    assert found[-1].counts == PhaseCounts(running=1)


def test_app_containers_that_have_run_excuse_plain_init_containers_up_to_1_31() -> None:
    given = pod("Always", [{"state": RUNNING}], web={"state": FAILED})
    reasons = [decided(given, minor) for minor in ("1.27", "1.28", "1.31", "1.32", "1.33")]
    restarting, initializing = PhaseReason.RESTARTING, PhaseReason.INITIALIZING
    assert reasons == [initializing, restarting, restarting, initializing, initializing]


def test_the_runtime_tells_whether_a_pod_is_initialized_since_1_33() -> None:
    given = pod("Always", [{"restartPolicy": "Always", "state": RUNNING}], web={"state": RUNNING})
    assert decided(given, "1.32") is PhaseReason.CONTAINERS_RUN
    assert decided(given, "1.33") is PhaseReason.SIDECAR_STARTING
    assert decided(given, "1.33", initialized=True) is PhaseReason.CONTAINERS_RUN
    waiting = pod("Always", [{"restartPolicy": "Always", "state": RUNNING}], web={"state": NEVER_RAN})
    assert decided(waiting, "1.32", initialized=True) is PhaseReason.SIDECAR_STARTING


def test_containers_have_policies_of_their_own_since_1_35() -> None:
    given = pod("Always", [{"restartPolicy": "Never", "state": FAILED}], web={"state": RUNNING})
    assert [decided(given, minor) for minor in ("1.34", "1.35")] == [PhaseReason.CONTAINERS_RUN, PhaseReason.INIT_FAILED]


def test_a_clean_exit_that_waits_is_no_success() -> None:
    waits = pod("OnFailure", web={"state": {"waiting": {}}, "lastState": DONE})
    assert [decided(waits, minor) for minor in ("1.34", "1.35")] == [PhaseReason.RESTARTING, PhaseReason.SOME_FAILED]


def test_a_restart_of_all_containers() -> None:
    ended = {"state": {"terminated": {"exitCode": 1, "reason": "RestartingAllContainers"}}}
    assert [decided(pod("Never", web=ended), minor) for minor in ("1.35", "1.36")] == [PhaseReason.SOME_FAILED, PhaseReason.RESTARTING]


def test_the_end_of_a_pod() -> None:
    assert decided(pod("Always", web={"state": DONE}), terminal=True) is PhaseReason.ENDED_WELL
    assert decided(pod("Always", web=CRASHED), terminal=True) is PhaseReason.ENDED_BADLY
    assert decided(pod("Always", web={"state": RUNNING}), terminal=True) is PhaseReason.CONTAINERS_RUN


@pytest.mark.parametrize(
    ("source", "reason"), [("api", PhaseReason.ENDED_WELL), ("file", PhaseReason.RESTARTING), ("", PhaseReason.RESTARTING)]
)
def test_static_pods(source: str, reason: PhaseReason) -> None:
    given = pod("Always", web={"state": DONE}) | {"metadata": {"annotations": {"kubernetes.io/config.source": source}}}
    assert decided(given, terminal=True) is reason


def test_ephemeral_containers_do_not_count() -> None:
    given = pod("Never", web={"state": DONE})
    given["spec"]["ephemeralContainers"] = [{"name": "debug"}]
    assert decided(given) is PhaseReason.ALL_SUCCEEDED


def test_of_several_statuses_the_first_counts() -> None:
    twice = [ContainerStatus(name="web", state=Running()), ContainerStatus(name="web", state=Terminated(1))]
    assert phase_of({"spec": {"containers": [{"name": "web"}]}}, twice, initialized=True).phase is Phase.RUNNING


def test_which_phases_are_terminal() -> None:
    assert [phase.value for phase in Phase if phase.is_terminal] == ["Succeeded", "Failed"]


@pytest.mark.parametrize(
    "wrong", [{"spec": []}, {"status": {"containerStatuses": [{"state": 1}]}}, {"metadata": {"annotations": {"a": 1}}}]
)
def test_what_cannot_be_decoded(wrong: JSON) -> None:
    with pytest.raises(MalformedObject):
        pod_phase(pod("Always", web={"state": DONE}) | wrong, initialized=True, terminal=True)
