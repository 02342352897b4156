from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.backoff import BackOff, BackOffPolicy, restart_back_off
from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.objects import JSONObject, containers
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.golang.text import to_text
from kubecontainers.lifecycle.container_hash import hash_of
from kubecontainers.lifecycle.crash_back_off import (
    ContainerRun,
    CrashBackOffReason,
    back_off_key,
    crash_back_off,
    plan_restarts,
)
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

Reason = CrashBackOffReason
JSON = dict[str, Any]

POD: JSON = {"metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}}
[APP] = containers(POD)

releases = strategies.releases(gates=True)
periods = st.none() | strategies.durations(min_value=1, max_value=300)
runs = st.lists(strategies.container_runs(), max_size=15)
steady_runs = st.lists(strategies.container_runs(changes=False), max_size=15)
short_runs = st.lists(st.builds(ContainerRun, strategies.durations(min_value=0, max_value=200)), max_size=10)


def policy_of(period: Duration | None, release: Release) -> BackOffPolicy:
    return restart_back_off(KubeletConfig(max_container_restart_period=period), release=release)


class TestDelays:
    """Delays never shrink until the back-off starts over, and are never longer than the maximum."""

    @given(steady_runs, periods, releases)
    def test_delays(self, steady: list[ContainerRun], period: Duration | None, release: Release) -> None:
        policy = policy_of(period, release)
        last = Duration()
        for restart in plan_restarts(BackOff(policy), POD, APP, steady, release=release):
            found = restart.found
            if found.reason in {Reason.FIRST_EXIT, Reason.EXPIRED}:
                last = Duration()
            elif found.delay is not None:
                assert max(last, policy.initial) <= found.delay <= policy.maximum
                last = found.delay

    @given(short_runs, periods, releases)
    def test_doubling(self, short: list[ContainerRun], period: Duration | None, release: Release) -> None:
        """Runs that are short of every expiry wait 0, initial, twice that, and so on to the maximum."""
        policy = policy_of(period, release)
        plan = plan_restarts(BackOff(policy), POD, APP, [ContainerRun(run.run * 0) for run in short], release=release)
        expected = [Duration(), *(min(policy.initial * (1 << step), policy.maximum) for step in range(len(plan)))]
        assert [restart.restarted_at - restart.exited_at for restart in plan] == expected[: len(plan)]


class TestPlan:
    """A container starts when the kubelet looks, or when its wait is over: never before its exit, and not a moment before it may."""

    @given(runs, strategies.durations(min_value=0, max_value=1000), releases)
    def test_times(self, made: list[ContainerRun], now: Duration, release: Release) -> None:
        begins = now
        for run, restart in zip(
            made, plan_restarts(BackOff(policy_of(None, release)), POD, APP, made, now=now, release=release), strict=True
        ):
            assert restart.exited_at == begins + run.run
            found = restart.found
            if found.delay is None:
                assert restart.restarted_at == restart.exited_at + run.lag
                assert (found.waits, found.until, found.message, found.event) == (False, None, "", None)
            else:
                assert restart.restarted_at == found.until == restart.exited_at + found.delay
                assert found.delay > run.lag
                assert found.event is not None
                assert found.message.startswith(f"back-off {found.delay} restarting failed container=app ")
            begins = restart.restarted_at

    @given(runs, runs, releases)
    def test_in_two_parts(self, first: list[ContainerRun], second: list[ContainerRun], release: Release) -> None:
        """What the kubelet remembers, and the pod as it is then, is all that counts."""
        back_off = BackOff(policy_of(None, release))
        whole = plan_restarts(back_off, POD, APP, first + second, release=release)
        began = plan_restarts(back_off, POD, APP, first, release=release)
        if not began:
            return
        image, now = "app:1", began[-1].restarted_at
        entries = {key: entry for restart in began for key, entry in restart.found.back_off.entries.items()}
        remembered = BackOff(back_off.policy, FrozenMap(entries))
        for run in first:
            image = run.new_image or image
        [container] = containers({**POD, "spec": {"containers": [{"name": "app", "image": image}]}})
        if began[-1].found.waits:
            exited = (RuntimeContainer("app", RuntimeState.EXITED, finished_at=began[-1].exited_at),)
            remembered = crash_back_off(remembered, POD, container, exited, now=now, release=release).back_off
        assert began + plan_restarts(remembered, POD, container, second, now=now, release=release) == whole


class TestTotal:
    """Whatever JSON a pod is, its containers have a key, or there is an error of this library; what comes in stays as it is."""

    @given(strategies.damaged(strategies.restart_pods()) | strategies.json_objects(), releases)
    def test_any_json(self, pod: JSONObject, release: Release) -> None:
        given_pod = read_only(pod)
        exited = RuntimeContainer("app-0", RuntimeState.EXITED, finished_at=1)
        back_off = BackOff(policy_of(None, release))
        try:
            for found in containers(given_pod):
                assert back_off_key(given_pod, found, release=release) == back_off_key(pod, found, release=release)
                once = crash_back_off(back_off, given_pod, found, [exited], now=1, release=release)
                crash_back_off(once.back_off, given_pod, found, [exited], now=1, release=release)
        except KubeContainersError:
            pass

    @given(strategies.json_objects())
    def test_what_says_the_same_has_the_same_hash(self, obj: JSONObject) -> None:
        whole = {to_text(key): value for key, value in obj.items()}  # of two names that Go reads as one, the last counts
        backwards = {key: whole[key] for key in reversed(list(whole))}
        assert hash_of(whole) == hash_of(read_only(whole)) == hash_of(backwards) == hash_of({**whole, "absent": None})
        assert hash_of(whole) != hash_of({**whole, "absent": 0})
