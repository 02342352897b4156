from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.objects import ContainerAt, containers
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.restart import (
    EffectiveRestartPolicy,
    RestartDecision,
    RestartPolicy,
    RestartPolicySource,
    RestartReason,
    RestartRule,
    is_being_deleted,
    pod_restart_policy,
    restart_policy,
    restart_rules,
    restarts_on_failure,
    should_be_restarted,
    should_restart,
)
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState

JSON = dict[str, Any]

ALWAYS, ON_FAILURE, NEVER = RestartPolicy
BEFORE_RULES = Release("1.34")
BEFORE_ALL = Release("1.35")
RULES_OFF = LATEST.with_gates({"ContainerRestartRules": False}, dependents="disable")


def rule(action: str, *codes: int, operator: str = "In") -> JSON:
    return {"action": action, "exitCodes": {"operator": operator, "values": list(codes)}}


def pod_with(policy: object = None, **container: Any) -> tuple[JSON, ContainerAt]:
    pod: JSON = {"spec": {"containers": [{"name": "app", **container}]}}
    if policy is not None:
        pod["spec"]["restartPolicy"] = policy
    [found] = containers(pod)
    return pod, found


class TestPolicies:
    @pytest.mark.parametrize(
        ("policy", "restarts"), [(ALWAYS, [True, True, True]), (ON_FAILURE, [False, True, True]), (NEVER, [False, False, False])]
    )
    def test_exit_codes(self, policy: RestartPolicy, restarts: list[bool]) -> None:
        assert [policy.restarts(code) for code in (0, 1, -1)] == restarts
        pod, app = pod_with(policy.value)
        assert [should_restart(pod, app, code).restart for code in (0, 1, -1)] == restarts

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Never", EffectiveRestartPolicy(NEVER, RestartPolicySource.POD)),
            ("OnFailure", EffectiveRestartPolicy(ON_FAILURE, RestartPolicySource.POD)),
            (None, EffectiveRestartPolicy(ALWAYS, RestartPolicySource.DEFAULT)),
            ("never", EffectiveRestartPolicy(ALWAYS, RestartPolicySource.DEFAULT)),
        ],
    )
    def test_of_the_pod(self, text: str | None, expected: EffectiveRestartPolicy) -> None:
        pod, app = pod_with(text)
        assert pod_restart_policy(pod) == restart_policy(pod, app) == expected
        assert pod_restart_policy({}).source is RestartPolicySource.DEFAULT

    def test_the_container_has_its_own(self) -> None:
        pod, app = pod_with("Always", restartPolicy="Never")
        assert restart_policy(pod, app) == EffectiveRestartPolicy(NEVER, RestartPolicySource.CONTAINER)
        assert should_restart(pod, app, 1) == RestartDecision(False, RestartReason.CONTAINER_POLICY, NEVER)
        for release in (BEFORE_RULES, RULES_OFF):
            assert restart_policy(pod, app, release=release).policy is ALWAYS
            assert should_restart(pod, app, 1, release=release) == RestartDecision(True, RestartReason.POD_POLICY, ALWAYS)

    def test_one_that_is_not_known_is_none(self) -> None:
        pod, app = pod_with("Never", restartPolicy="Sometimes")
        assert restart_policy(pod, app).source is RestartPolicySource.POD

    @pytest.mark.parametrize(
        ("of_pod", "own", "now", "before"),
        [
            ("Never", None, False, False),
            ("OnFailure", None, True, True),
            (None, None, True, True),
            ("Never", "Always", True, False),
            ("Always", "Never", False, True),
            ("Never", "", True, False),
        ],
    )
    def test_failures_without_exit_code(self, of_pod: str | None, own: str | None, now: bool, before: bool) -> None:
        pod, app = pod_with(of_pod, restartPolicy=own)
        assert restarts_on_failure(pod, app) is now
        assert restarts_on_failure(pod, app, release=BEFORE_RULES) is before


class TestRules:
    @pytest.mark.parametrize(
        ("made", "matching"),
        [
            (rule("Restart", 1, 42), [1, 42]),
            (rule("Restart", 1, 42, operator="NotIn"), [0, 2]),
            (rule("Restart"), []),
            (rule("Restart", operator="NotIn"), [0, 1, 2, 42]),
            (rule("Restart", 1, operator="Exists"), []),
            ({"action": "Restart"}, []),
            ({"action": "Restart", "exitCodes": {}}, []),
        ],
    )
    def test_matching(self, made: JSON, matching: list[int]) -> None:
        read = RestartRule.from_json(made)
        assert [code for code in (0, 1, 2, 42) if read.matches(code)] == matching
        assert RestartRule.from_json(read.to_json()) == read

    def test_null_is_zero(self) -> None:
        assert RestartRule.from_json({"exitCodes": {"operator": "In", "values": [None]}}).matches(0)

    def test_the_first_that_matches_decides(self) -> None:
        rules = [rule("Restart", 1), rule("Panic", 2), rule("Restart", 2, 3), rule("RestartAllContainers", 4)]
        pod, job = pod_with("Always", restartPolicy="Never", restartPolicyRules=rules)
        never = RestartDecision(False, RestartReason.CONTAINER_POLICY, NEVER)
        assert [should_restart(pod, job, code) for code in range(5)] == [
            never,
            RestartDecision(True, RestartReason.RULE, rule=0),
            never,
            RestartDecision(True, RestartReason.RULE, rule=2),
            RestartDecision(True, RestartReason.RULE, rule=3, all_containers=True),
        ]
        assert should_restart(pod, job, 4, release=BEFORE_ALL) == never
        assert should_restart(pod, job, 1, release=BEFORE_ALL).rule == 0
        assert should_restart(pod, job, 0, release=BEFORE_RULES).restart

    @pytest.mark.parametrize(("own", "looked_at"), [(None, False), ("", True), ("Sometimes", True), ("Never", True)])
    def test_only_with_a_policy(self, own: str | None, looked_at: bool) -> None:
        pod, job = pod_with("Never", restartPolicy=own, restartPolicyRules=[rule("Restart", 1)])
        assert should_restart(pod, job, 1).restart is looked_at
        assert bool(restart_rules(job)) is looked_at
        assert restart_rules(job, release=RULES_OFF) == ()

    @pytest.mark.parametrize(
        ("rules", "path"),
        [
            ("Restart", ""),
            ([1], "[0]"),
            ([{"action": 1}], "[0].action"),
            ([{}, {"exitCodes": 1}], "[1].exitCodes"),
            ([rule("Restart", 1 << 31)], "[0].exitCodes.values[0]"),
            ([rule("Restart", 1, True)], "[0].exitCodes.values[1]"),
        ],
    )
    def test_malformed(self, rules: object, path: str) -> None:
        pod, job = pod_with(restartPolicy="Never", restartPolicyRules=rules)
        with pytest.raises(MalformedObject) as caught:
            should_restart(pod, job, 0)
        assert caught.value.path == f"spec.containers[0].restartPolicyRules{path}"
        assert should_restart(pod, job, 0, release=BEFORE_RULES).restart


class TestInstances:
    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (None, RestartDecision(True, RestartReason.NEVER_RAN)),
            (RuntimeContainer("app", RuntimeState.RUNNING), RestartDecision(False, RestartReason.RUNNING)),
            (RuntimeContainer("app", RuntimeState.CREATED), RestartDecision(True, RestartReason.CREATED)),
            (RuntimeContainer("app", RuntimeState.UNKNOWN), RestartDecision(True, RestartReason.UNKNOWN)),
            (RuntimeContainer("app", RuntimeState.EXITED), RestartDecision(False, RestartReason.POD_POLICY, ON_FAILURE)),
            (RuntimeContainer("app", RuntimeState.EXITED, exit_code=2), RestartDecision(True, RestartReason.POD_POLICY, ON_FAILURE)),
        ],
    )
    def test_states(self, status: RuntimeContainer | None, expected: RestartDecision) -> None:
        pod, app = pod_with("OnFailure")
        assert should_be_restarted(pod, app, status) == expected
        deleted = {**pod, "metadata": {"deletionTimestamp": "2026-03-01T12:00:00Z"}}
        assert should_be_restarted(deleted, app, status) == RestartDecision(False, RestartReason.DELETED)

    def test_deletion(self) -> None:
        assert not is_being_deleted({"metadata": {"deletionTimestamp": None}})
        assert not is_being_deleted({})
        with pytest.raises(MalformedObject):
            is_being_deleted({"metadata": 1})
