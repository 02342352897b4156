from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.container_actions import ContainerStart, StartReason
from kubecontainers.lifecycle.pod_actions import PodActions, PodKillReason, pod_actions
from kubecontainers.lifecycle.restart import RestartReason
from kubecontainers.lifecycle.runtime_status import (
    NO_SANDBOX,
    PodSandbox,
    ProbeResult,
    RuntimeContainer,
    RuntimeState,
    SandboxState,
)

JSON = dict[str, Any]

CREATED, RUNNING, EXITED, UNKNOWN = RuntimeState
READY = PodSandbox(SandboxState.READY, 3)
NOT_READY = PodSandbox(SandboxState.NOT_READY, 3)
BEFORE_RULES = Release("1.34")


def pod(*mains: str, policy: str = "Always", metadata: JSON | None = None, **lists: list[JSON]) -> JSON:
    return {"metadata": metadata, "spec": {"restartPolicy": policy, "containers": [{"name": name} for name in mains], **lists}}


def exited(name: str, code: int = 0) -> RuntimeContainer:
    return RuntimeContainer(name, EXITED, exit_code=code)


def running(name: str, **fields: Any) -> RuntimeContainer:
    return RuntimeContainer(name, RUNNING, **fields)


def names(starts: tuple[ContainerStart, ...]) -> list[str]:
    return [start.name for start in starts]


class TestAppContainers:
    def test_nothing_to_do(self) -> None:
        assert pod_actions(pod("a"), [running("a")], READY) == PodActions(attempt=3)

    def test_reasons(self) -> None:
        statuses = [RuntimeContainer("b", CREATED), exited("c"), running("d")]
        found = pod_actions(pod("a", "b", "c", "d"), statuses, READY)
        expected = [("a", StartReason.NEVER_RAN), ("b", StartReason.CREATED), ("c", StartReason.EXITED)]
        assert [(start.name, start.reason) for start in found.containers_to_start] == expected
        assert [start.index for start in found.containers_to_start] == [0, 1, 2]
        assert found.containers_to_start[2].restart is not None
        assert found.containers_to_start[2].restart.reason is RestartReason.POD_POLICY
        assert not found.kill_pod

    def test_unknown_is_killed_first(self) -> None:
        found = pod_actions(pod("a"), [RuntimeContainer("a", UNKNOWN)], READY)
        assert [start.reason for start in found.containers_to_start] == [StartReason.UNKNOWN]
        message = 'Container is in "unknown" state, try killing it before restart'
        assert [(kill.reason.value, kill.message) for kill in found.containers_to_kill] == [("Unknown", message)]

    @pytest.mark.parametrize(
        ("fields", "reason", "message"),
        [
            ({"liveness": ProbeResult.FAILURE, "startup": ProbeResult.FAILURE}, "LivenessProbe", "Container a failed liveness probe"),
            ({"liveness": ProbeResult.UNKNOWN, "startup": ProbeResult.FAILURE}, "StartupProbe", "Container a failed startup probe"),
        ],
    )
    def test_probes(self, fields: JSON, reason: str, message: str) -> None:
        statuses = [running("a", **fields), running("b")]
        found = pod_actions(pod("a", "b"), statuses, READY)
        assert names(found.containers_to_start) == ["a"]
        assert [(kill.reason.value, kill.message) for kill in found.containers_to_kill] == [(reason, f"{message}, will be restarted")]
        never = pod_actions(pod("a", "b", policy="Never"), statuses, READY)
        assert never.containers_to_start == ()
        assert [(kill.reason.value, kill.message) for kill in never.containers_to_kill] == [(reason, message)]
        assert not never.kill_pod

    def test_probes_ask_the_policy_of_the_container_and_no_rule(self) -> None:
        made = pod("a", "b")
        rule: JSON = {"action": "Restart", "exitCodes": {"operator": "NotIn", "values": []}}
        made["spec"]["containers"][0] |= {"restartPolicy": "Never", "restartPolicyRules": [rule]}
        statuses = [running("a", liveness=ProbeResult.FAILURE), running("b")]
        assert names(pod_actions(made, statuses, READY).containers_to_start) == []
        assert names(pod_actions(made, statuses, READY, release=BEFORE_RULES).containers_to_start) == ["a"]

    def test_a_change_restarts_whatever_the_policy(self) -> None:
        changed = running("a", definition_changed=True, liveness=ProbeResult.FAILURE)
        found = pod_actions(pod("a", policy="Never"), [changed], READY)
        assert [start.reason for start in found.containers_to_start] == [StartReason.DEFINITION_CHANGED]
        assert [(kill.reason.value, kill.message) for kill in found.containers_to_kill] == [
            ("", "Container a definition changed, will be restarted")
        ]

    def test_while_the_pod_is_being_deleted(self) -> None:
        deleted = pod("a", "b", "c", metadata={"deletionTimestamp": "2026-03-01T12:00:00Z"})
        statuses = [exited("a", 1), running("b"), running("c", liveness=ProbeResult.FAILURE)]
        found = pod_actions(deleted, statuses, READY)
        assert names(found.containers_to_start) == ["c"]  # what is killed for itself would be started again

    def test_nothing_left(self) -> None:
        """Sidecars are not started again then, but what was to be killed still is."""
        sidecars: list[JSON] = [{"name": "s", "restartPolicy": "Always"}, {"name": "t", "restartPolicy": "Always"}]
        made = pod("a", policy="Never", initContainers=sidecars)
        statuses = [running("a", liveness=ProbeResult.FAILURE), exited("s"), RuntimeContainer("t", UNKNOWN)]
        found = pod_actions(made, statuses, READY)
        assert found.pod_kill is PodKillReason.NOTHING_LEFT
        assert (found.init_containers_to_start, found.containers_to_start) == ((), ())
        assert [kill.name for kill in found.containers_to_kill] == ["t", "a"]
        kept = pod_actions(made, [running("a"), *statuses[1:]], READY)
        assert (kept.pod_kill, names(kept.init_containers_to_start)) == (None, ["s", "t"])

    def test_a_pod_without_containers_is_killed(self) -> None:
        assert pod_actions({}, [], READY) == PodActions(3, PodKillReason.NOTHING_LEFT)


class TestBefore:
    def test_ephemeral_containers_start_once_and_at_any_time(self) -> None:
        made = pod("a", initContainers=[{"name": "i"}], ephemeralContainers=[{"name": "e"}, {"name": "f"}])
        found = pod_actions(made, [running("i"), exited("e", 1)], READY)
        assert found == PodActions(3, ephemeral_containers_to_start=(ContainerStart(1, "f", StartReason.NEVER_RAN),))

    def test_an_init_container_failed(self) -> None:
        made = pod("a", policy="Never", initContainers=[{"name": "i"}], ephemeralContainers=[{"name": "e"}])
        found = pod_actions(made, [exited("i", 1)], READY)
        assert (found.pod_kill, found.failed_init) == (PodKillReason.INIT_FAILED, "i")
        assert names(found.ephemeral_containers_to_start) == ["e"]
        assert (found.init_containers_to_start, found.containers_to_start, found.containers_to_kill) == ((), (), ())

    def test_an_init_container_is_killed_and_started(self) -> None:
        found = pod_actions(pod("a", initContainers=[{"name": "i"}]), [RuntimeContainer("i", UNKNOWN)], READY)
        assert names(found.init_containers_to_start) == ["i"]
        assert [kill.name for kill in found.containers_to_kill] == ["i"]

    def test_the_rules_of_before_sidecars(self) -> None:
        made = pod("a", initContainers=[{"name": "i"}])
        statuses = [RuntimeContainer("a", CREATED)]
        assert names(pod_actions(made, statuses, READY).containers_to_start) == ["a"]
        assert names(pod_actions(made, statuses, READY, release=Release("1.32")).init_containers_to_start) == ["i"]


class TestWithoutSandbox:
    def test_a_new_pod(self) -> None:
        found = pod_actions(pod("a", "b"), [], NO_SANDBOX)
        assert (found.pod_kill, found.create_sandbox, found.attempt) == (PodKillReason.NO_SANDBOX, True, 0)
        assert [(start.name, start.reason) for start in found.containers_to_start] == [
            ("a", StartReason.NEW_SANDBOX),
            ("b", StartReason.NEW_SANDBOX),
        ]

    def test_the_first_init_container_alone(self) -> None:
        made = pod("a", initContainers=[{"name": "i"}, {"name": "j"}], ephemeralContainers=[{"name": "e"}])
        found = pod_actions(made, [], NOT_READY)
        assert (found.pod_kill, found.create_sandbox, found.attempt) == (PodKillReason.SANDBOX_NOT_READY, True, 4)
        assert names(found.init_containers_to_start) == ["i"]
        assert (found.containers_to_start, found.ephemeral_containers_to_start) == ((), ())

    def test_never(self) -> None:
        made = pod("a", policy="Never")
        assert pod_actions(made, [exited("a")], NOT_READY) == PodActions(4, PodKillReason.NEVER_RESTARTED)
        assert pod_actions(made, [], NOT_READY).create_sandbox
        assert pod_actions(made, [exited("a")], NO_SANDBOX).create_sandbox

    def test_what_has_succeeded_is_not_started(self) -> None:
        made = pod("a", "b", "c", policy="OnFailure")
        statuses = [exited("a"), exited("b", 1), running("c")]
        assert names(pod_actions(made, statuses, NOT_READY).containers_to_start) == ["b", "c"]
        assert names(
            pod_actions({**made, "spec": {**made["spec"], "restartPolicy": "Always"}}, statuses, NOT_READY).containers_to_start
        ) == [
            "a",
            "b",
            "c",
        ]

    @pytest.mark.parametrize("state", [CREATED, UNKNOWN])
    def test_what_did_not_exit_once_counted_as_succeeded(self, state: RuntimeState) -> None:
        made, statuses = pod("a", "b", policy="OnFailure"), [RuntimeContainer("a", state)]
        assert names(pod_actions(made, statuses, NOT_READY).containers_to_start) == ["a", "b"]
        assert names(pod_actions(made, statuses, NOT_READY, release=Release("1.31")).containers_to_start) == ["b"]

    def test_the_policy_of_the_container(self) -> None:
        made = pod("a", "b", policy="Always")
        made["spec"]["containers"][0]["restartPolicy"] = "OnFailure"
        assert names(pod_actions(made, [exited("a")], NOT_READY).containers_to_start) == ["b"]
        assert names(pod_actions(made, [exited("a")], NOT_READY, release=BEFORE_RULES).containers_to_start) == ["a", "b"]

    @pytest.mark.parametrize("minor", ["1.27", "1.36"])
    def test_all_is_done(self, minor: str) -> None:
        made = pod("a", policy="OnFailure")
        assert pod_actions(made, [exited("a")], NOT_READY, release=Release(minor)) == PodActions(4, PodKillReason.ALL_DONE)

    def test_all_is_done_but_the_init_containers(self) -> None:
        """Before sidecars, only their own end counted, or a running app container."""
        made = pod("a", policy="OnFailure", initContainers=[{"name": "i"}])
        statuses = [exited("a")]
        assert pod_actions(made, statuses, NOT_READY).pod_kill is PodKillReason.ALL_DONE
        assert names(pod_actions(made, statuses, NOT_READY, release=Release("1.32")).init_containers_to_start) == ["i"]
        ended = [*statuses, exited("i")]
        assert pod_actions(made, ended, NOT_READY, release=Release("1.32")).pod_kill is PodKillReason.ALL_DONE

    def test_nothing_that_could_have_run(self) -> None:
        assert pod_actions({}, [], NO_SANDBOX, release=LATEST).create_sandbox
        assert not pod_actions({}, [], NO_SANDBOX, release=Release("1.32")).create_sandbox


def test_malformed() -> None:
    with pytest.raises(MalformedObject, match=r"spec\.restartPolicy"):
        pod_actions({"spec": {"restartPolicy": 1}}, [], NO_SANDBOX)
