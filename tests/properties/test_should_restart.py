from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.objects import ContainerAt, JSONObject, containers
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.restart import (
    CONTAINER_RESTART_RULES,
    RestartPolicy,
    RestartReason,
    RestartRule,
    restart_rules,
    restarts_on_failure,
    should_be_restarted,
    should_restart,
)
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

releases = strategies.releases(gates=True)
pods = strategies.restart_pods()
exit_codes = st.sampled_from([0, 1, 42, 137]) | st.integers(-(1 << 31), (1 << 31) - 1)


def listed(pod: JSON) -> tuple[ContainerAt, ...]:
    return tuple(containers(pod))


def with_policy(pod: JSON, policy: RestartPolicy) -> JSON:
    return {**pod, "spec": {**pod["spec"], "restartPolicy": policy.value}}


class TestPolicies:
    """Of containers without their own policy the pod's decides alone, and the policies are ordered: Always, OnFailure, Never."""

    @given(pods, st.sampled_from(RestartPolicy), exit_codes, releases)
    def test_the_pod_s_alone(self, pod: JSON, policy: RestartPolicy, exit_code: int, release: Release) -> None:
        made = with_policy(pod, policy)
        for found in listed(made):
            decision = should_restart(made, found, exit_code, release=release)
            if "restartPolicy" not in found.container or CONTAINER_RESTART_RULES not in release:
                assert (decision.reason, decision.restart) == (RestartReason.POD_POLICY, policy.restarts(exit_code))
                assert restarts_on_failure(made, found, release=release) is policy.restarts(1)

    @given(pods, exit_codes, releases)
    def test_order(self, pod: JSON, exit_code: int, release: Release) -> None:
        for found in listed(pod):
            always, on_failure, never = (
                should_restart(with_policy(pod, policy), found, exit_code, release=release).restart for policy in RestartPolicy
            )
            assert never <= on_failure <= always


class TestRules:
    """The first rule that matches decides, and nothing before it; without rules a failure decides like any exit code but 0."""

    @given(pods, exit_codes, releases)
    def test_first(self, pod: JSON, exit_code: int, release: Release) -> None:
        for found in listed(pod):
            decision = should_restart(pod, found, exit_code, release=release)
            matching = [position for position, rule in enumerate(restart_rules(found, release=release)) if rule.matches(exit_code)]
            if decision.reason is RestartReason.RULE:
                assert decision.rule == matching[0]
                assert decision.restart
            elif not matching and exit_code:
                assert decision.restart is restarts_on_failure(pod, found, release=release)

    @given(strategies.restart_rules(), exit_codes)
    def test_opposites(self, made: JSON, exit_code: int) -> None:
        codes = made["exitCodes"]
        other = {**made, "exitCodes": {**codes, "operator": "In" if codes["operator"] == "NotIn" else "NotIn"}}
        assert RestartRule.from_json(made).matches(exit_code) is not RestartRule.from_json(other).matches(exit_code)

    @given(strategies.restart_rules())
    def test_round_trip(self, made: JSON) -> None:
        assert RestartRule.from_json(made).to_json() == made


class TestInstances:
    """Nothing restarts while the pod is being deleted; otherwise what exited restarts by its exit code, and what runs does not."""

    @given(pods, st.sampled_from(RuntimeState), exit_codes, releases)
    def test_states(self, pod: JSON, state: RuntimeState, exit_code: int, release: Release) -> None:
        for found in listed(pod):
            status = RuntimeContainer(found.name, state, exit_code=exit_code)
            decision = should_be_restarted(pod, found, status, release=release)
            if "deletionTimestamp" in pod["metadata"]:
                assert decision.reason is RestartReason.DELETED
            elif state is RuntimeState.EXITED:
                assert decision == should_restart(pod, found, exit_code, release=release)
            else:
                assert decision.restart is (state is not RuntimeState.RUNNING)


class TestTotal:
    """Whatever JSON comes in, there is a decision, or an error of this library; what comes in stays as it is."""

    @given(strategies.damaged(pods) | strategies.json_objects(), exit_codes, releases)
    def test_any_json(self, pod: JSONObject, exit_code: int, release: Release) -> None:
        given_pod = read_only(pod)
        try:
            for found in containers(given_pod):
                status = RuntimeContainer("app", RuntimeState.EXITED, exit_code=exit_code)
                should_be_restarted(given_pod, found, status, release=release)
                restarts_on_failure(given_pod, found, release=release)
        except KubeContainersError:
            pass

    @given(strategies.damaged(strategies.restart_rules()) | strategies.json_objects(), exit_codes)
    def test_any_rule(self, rule: JSONObject, exit_code: int) -> None:
        with suppress(KubeContainersError):
            RestartRule.from_json(rule).matches(exit_code)
