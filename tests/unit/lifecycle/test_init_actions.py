"""What is done with init containers since there are sidecars. ``i`` is a plain init container, ``s`` a sidecar, ``p`` one with probes."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.container_actions import KillCause, StartReason
from kubecontainers.lifecycle.grace import KillReason
from kubecontainers.lifecycle.init_actions import InitActions, has_legacy_init, init_actions
from kubecontainers.lifecycle.observed_pod import observed_pod
from kubecontainers.lifecycle.restart import RestartReason
from kubecontainers.lifecycle.runtime_status import ProbeResult, RuntimeContainer, RuntimeState

JSON = dict[str, Any]

CREATED, RUNNING, EXITED, UNKNOWN = RuntimeState
SIDECARS_1_28 = Release("1.28").with_gates({"SidecarContainers": True})
FORMS: dict[str, JSON] = {
    "i": {},
    "s": {"restartPolicy": "Always"},
    "p": {"restartPolicy": "Always", "startupProbe": {}, "livenessProbe": {}},
}


def pod(forms: str, policy: str = "Always", **metadata: str) -> JSON:
    inits = [{"name": f"{form}{position}", **FORMS[form]} for position, form in enumerate(forms)]
    return {"metadata": metadata, "spec": {"restartPolicy": policy, "initContainers": inits, "containers": [{"name": "app"}]}}


def exited(name: str, code: int = 0, reason: str = "") -> RuntimeContainer:
    return RuntimeContainer(name, EXITED, exit_code=code, reason=reason)


def found(made: JSON, *statuses: RuntimeContainer, release: Release = LATEST) -> InitActions:
    return init_actions(observed_pod(made, statuses, release))


def starts(actions: InitActions) -> list[tuple[str, StartReason]]:
    return [(start.name, start.reason) for start in actions.starts]


class TestProgress:
    def test_no_init_containers(self) -> None:
        assert found(pod("")) == InitActions(initialized=True)

    def test_the_first(self) -> None:
        assert starts(found(pod("isi"))) == [("i0", StartReason.FIRST_INIT)]

    def test_one_after_the_other(self) -> None:
        assert starts(found(pod("iii"), exited("i0"))) == [("i1", StartReason.NEXT_INIT)]
        assert found(pod("ii"), exited("i0"), exited("i1")) == InitActions(initialized=True)

    @pytest.mark.parametrize("state", [CREATED, RUNNING, EXITED, UNKNOWN])
    def test_which_app_containers_prove_that_it_is_initialised(self, state: RuntimeState) -> None:
        app = RuntimeContainer("app", state)
        assert found(pod("i"), app).initialized is (state in {CREATED, RUNNING})
        assert found(pod("i"), app, release=SIDECARS_1_28).initialized is (state is not UNKNOWN)

    def test_plain_ones_do_not_run_again(self) -> None:
        assert found(pod("ii"), RuntimeContainer("app", RUNNING), exited("i1", 1)) == InitActions(initialized=True)


class TestPlain:
    def test_running_is_waited_for(self) -> None:
        assert found(pod("ii"), RuntimeContainer("i0", RUNNING)) == InitActions()

    def test_created(self) -> None:
        assert starts(found(pod("ii"), RuntimeContainer("i0", CREATED))) == [("i0", StartReason.CREATED)]
        assert found(pod("ii"), RuntimeContainer("i0", CREATED), release=SIDECARS_1_28) == InitActions()

    @pytest.mark.parametrize(("code", "reason"), [(1, ""), (0, "OOMKilled")])
    def test_failed(self, code: int, reason: str) -> None:
        for release in (Release("1.33"), LATEST):
            again = found(pod("ii"), exited("i0", code, reason), release=release)
            assert starts(again) == [("i0", StartReason.INIT_FAILED)]
            assert found(pod("ii", "Never"), exited("i0", code, reason), release=release) == InitActions(failed="i0")

    def test_with_rules_an_exit_code_decides(self) -> None:
        killed = exited("i0", 0, "OOMKilled")
        assert starts(found(pod("i", "OnFailure"), killed, release=Release("1.34"))) == [("i0", StartReason.INIT_FAILED)]
        assert found(pod("i", "OnFailure"), killed).failed == "i0"
        [start] = found(pod("i", "OnFailure"), exited("i0", 1)).starts
        assert start.restart is not None
        assert start.restart.reason is RestartReason.POD_POLICY

    def test_while_the_pod_is_being_deleted(self) -> None:
        deleted = pod("i", deletionTimestamp="2026-03-01T12:00:00Z")
        assert found(deleted, exited("i0", 1)).failed == "i0"
        assert starts(found(deleted, exited("i0", 1), release=Release("1.34"))) == [("i0", StartReason.INIT_FAILED)]

    def test_unknown(self) -> None:
        lost = RuntimeContainer("i0", UNKNOWN)
        actions = found(pod("i"), lost)
        assert starts(actions) == [("i0", StartReason.UNKNOWN)]
        [kill] = actions.kills
        assert (kill.instance, kill.cause, kill.reason) == (lost, KillCause.UNKNOWN, KillReason.UNKNOWN)
        assert kill.message == 'Init container is in "unknown" state, try killing it before restart'
        assert found(pod("i", "Never"), lost) == InitActions(failed="i0")


class TestSidecars:
    def test_running_ones_let_the_next_start(self) -> None:
        assert starts(found(pod("si"), RuntimeContainer("s0", RUNNING))) == [("i1", StartReason.NEXT_INIT)]
        assert found(pod("is"), exited("i0"), RuntimeContainer("s1", RUNNING)) == InitActions(initialized=True)

    @pytest.mark.parametrize("policy", ["Always", "Never"])
    def test_they_come_back_for_ever(self, policy: str) -> None:
        made = pod("sss", policy)
        statuses = (RuntimeContainer("app", RUNNING), exited("s0"), RuntimeContainer("s1", CREATED))
        expected = [("s0", StartReason.SIDECAR_EXITED), ("s1", StartReason.CREATED), ("s2", StartReason.LOST_SIDECAR)]
        assert starts(found(made, *statuses)) == expected

    def test_unknown(self) -> None:
        actions = found(pod("s", "Never"), RuntimeContainer("s0", UNKNOWN))
        assert starts(actions) == [("s0", StartReason.UNKNOWN)]
        assert [kill.message for kill in actions.kills] == ['Init container is in "unknown" state, try killing it before restart']

    @pytest.mark.parametrize("result", [None, ProbeResult.UNKNOWN])
    def test_a_startup_probe_is_waited_for(self, result: ProbeResult | None) -> None:
        waiting = RuntimeContainer("p0", RUNNING, startup=result, liveness=ProbeResult.FAILURE, definition_changed=True)
        assert found(pod("pi"), waiting) == InitActions()

    def test_a_startup_probe_failed(self) -> None:
        actions = found(pod("pi"), RuntimeContainer("p0", RUNNING, startup=ProbeResult.FAILURE))
        assert starts(actions) == [("p0", StartReason.STARTUP_FAILED)]
        assert [(kill.reason, kill.message) for kill in actions.kills] == [
            (KillReason.STARTUP_PROBE, "Init container p0 failed startup probe")
        ]

    def test_a_liveness_probe_failed(self) -> None:
        sick = RuntimeContainer("p0", RUNNING, startup=ProbeResult.SUCCESS, liveness=ProbeResult.FAILURE)
        actions = found(pod("pi"), sick)
        assert starts(actions) == [("p0", StartReason.LIVENESS_FAILED), ("i1", StartReason.NEXT_INIT)]
        assert [(kill.reason, kill.message) for kill in actions.kills] == [
            (KillReason.LIVENESS_PROBE, "Init container p0 failed liveness probe")
        ]
        assert found(pod("p"), sick, RuntimeContainer("app", RUNNING)).initialized

    def test_results_count_only_where_there_is_a_probe(self) -> None:
        odd = RuntimeContainer("s0", RUNNING, startup=ProbeResult.FAILURE, liveness=ProbeResult.FAILURE)
        assert found(pod("s"), odd) == InitActions(initialized=True)

    def test_a_changed_definition(self) -> None:
        changed = RuntimeContainer("p0", RUNNING, startup=ProbeResult.SUCCESS, liveness=ProbeResult.FAILURE, definition_changed=True)
        actions = found(pod("p"), changed)
        assert actions.initialized
        assert starts(actions) == [("p0", StartReason.DEFINITION_CHANGED)]
        assert [(kill.reason.value, kill.message) for kill in actions.kills] == [("", "Init container p0 definition changed")]
        assert starts(found(pod("p"), changed, release=Release("1.31"))) == [("p0", StartReason.LIVENESS_FAILED)]

    def test_only_plain_ones_behind_them_have_been_passed(self) -> None:
        statuses = (exited("i0", 1), RuntimeContainer("s1", RUNNING), RuntimeContainer("i2", RUNNING))
        assert found(pod("isi"), *statuses) == InitActions()


@pytest.mark.parametrize(
    ("release", "plain", "with_sidecar"),
    [
        (Release("1.27"), True, True),
        (Release("1.28"), True, True),
        (SIDECARS_1_28, False, False),
        (Release("1.29"), True, False),
        (Release("1.32"), True, False),
        (Release("1.32").with_gates({"SidecarContainers": False}), True, True),
        (Release("1.33"), False, False),
        (Release("1.33").with_gates({"LegacySidecarContainers": True}), True, False),
        (LATEST, False, False),
    ],
)
def test_who_goes_by_the_old_rules(release: Release, plain: bool, with_sidecar: bool) -> None:
    assert [has_legacy_init(observed_pod(pod(forms), (), release)) for forms in ("i", "is")] == [plain, with_sidecar]
