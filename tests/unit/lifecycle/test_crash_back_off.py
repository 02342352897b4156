from __future__ import annotations

from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.backoff import BackOff, restart_back_off
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.objects import ContainerAt, containers
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.crash_back_off import (
    ContainerRun,
    CrashBackOffReason,
    back_off_key,
    crash_back_off,
    plan_restarts,
)
from kubecontainers.lifecycle.events import EventReason, LifecycleEvent
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState

JSON = dict[str, Any]
Reason = CrashBackOffReason

METADATA = {"name": "web", "namespace": "shop", "uid": "8c3a"}
EMPTY = BackOff(restart_back_off())


def pod_with(kind: str = "containers", **container: Any) -> tuple[JSON, ContainerAt]:
    pod: JSON = {"metadata": METADATA, "spec": {kind: [{"name": "app", "image": "app:1", **container}]}}
    [found] = containers(pod)
    return pod, found


POD, APP = pod_with()


def exited(finished_at: float | None) -> RuntimeContainer:
    return RuntimeContainer("app", RuntimeState.EXITED, finished_at=finished_at)


def seconds(plan: Any) -> list[float]:
    return [restart.restarted_at.seconds for restart in plan]


class TestKey:
    @pytest.mark.parametrize(
        ("minor", "fields", "same"),
        [
            ("1.30", {"args": ["-v"]}, False),
            ("1.31", {"args": ["-v"]}, True),
            ("1.33", {"resources": {"limits": {"cpu": "1"}}}, True),
            ("1.34", {"resources": {"limits": {"cpu": "1"}}}, False),
            ("1.34", {"resources": {}}, True),
            ("1.34", {"args": ["-v"]}, True),
            ("1.36", {"image": "app:2"}, False),
            ("1.27", {"image": "app:2"}, False),
            ("1.36", {"name": "other"}, False),
        ],
    )
    def test_of_the_container(self, minor: str, fields: JSON, same: bool) -> None:
        release = Release(minor)
        pod, other = pod_with(**fields)
        assert (back_off_key(POD, APP, release=release) == back_off_key(pod, other, release=release)) is same

    @pytest.mark.parametrize("field", ["name", "namespace", "uid"])
    def test_of_the_pod(self, field: str) -> None:
        other = {**POD, "metadata": {**METADATA, field: "other"}}
        assert back_off_key(other, APP) != back_off_key(POD, APP)

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject, match=r"metadata\.uid"):
            back_off_key({"metadata": {"uid": 1}}, APP)
        with pytest.raises(MalformedObject, match=r"spec\.containers\[0\]\.resources"):
            back_off_key(*pod_with(resources=1))


class TestDecision:
    def test_what_never_exited_does_not_wait(self) -> None:
        statuses = [RuntimeContainer("app", RuntimeState.CREATED), RuntimeContainer("other", RuntimeState.EXITED, finished_at=0)]
        found = crash_back_off(EMPTY, POD, APP, statuses, now=0)
        assert (found.reason, found.back_off, found.waits) == (Reason.NEVER_EXITED, EMPTY, False)

    def test_waiting(self) -> None:
        once = crash_back_off(EMPTY, POD, APP, [exited(0)], now=0)
        assert (once.reason, once.waits, once.message, once.event) == (Reason.FIRST_EXIT, False, "", None)
        found = crash_back_off(once.back_off, POD, APP, [exited(3)], now=12.999)
        assert (found.reason, found.waits, found.back_off) == (Reason.IN_BACK_OFF, True, once.back_off)
        assert (found.delay, found.until) == (Duration.of(10), Duration.of(13))
        assert found.message == "back-off 10s restarting failed container=app pod=web_shop(8c3a)"
        message = "Back-off restarting failed container app in pod web_shop(8c3a)"
        assert found.event == LifecycleEvent(EventType.WARNING, EventReason.BACK_OFF, message, "spec.containers{app}")

    def test_the_kind_is_in_the_field_path(self) -> None:
        pod, found = pod_with("initContainers")
        once = crash_back_off(EMPTY, pod, found, [exited(0)], now=0)
        waiting = crash_back_off(once.back_off, pod, found, [exited(0)], now=0)
        assert waiting.event is not None
        assert waiting.event.field_path == "spec.initContainers{app}"

    def test_the_newest_that_exited_counts(self) -> None:
        once = crash_back_off(EMPTY, POD, APP, [exited(0)], now=0)
        statuses = [RuntimeContainer("app", RuntimeState.CREATED), exited(3), exited(0)]
        assert crash_back_off(once.back_off, POD, APP, statuses, now=12).until == Duration.of(13)

    @pytest.mark.parametrize(
        ("finished", "now", "reason", "delay"),
        [
            (3, 13, Reason.WAIT_OVER, 20),
            (600, 610, Reason.WAIT_OVER, 20),
            (600, 609, Reason.IN_BACK_OFF, 10),
            (600.001, 600.001, Reason.EXPIRED, 10),
            (None, 1, Reason.WAIT_OVER, 20),
        ],
    )
    def test_what_follows(self, finished: float | None, now: float, reason: CrashBackOffReason, delay: float) -> None:
        once = crash_back_off(EMPTY, POD, APP, [exited(0)], now=0)
        found = crash_back_off(once.back_off, POD, APP, [exited(finished)], now=now)
        assert found.reason is reason
        assert found.back_off.get(back_off_key(POD, APP)) == Duration.of(delay)

    def test_no_time(self) -> None:
        with pytest.raises(InvalidDuration):
            crash_back_off(EMPTY, POD, APP, [], now=float("inf"))


class TestPlan:
    def test_ladder(self) -> None:
        plan = plan_restarts(EMPTY, POD, APP, [ContainerRun(1)] * 9)
        waits = [(restart.restarted_at - restart.exited_at).seconds for restart in plan]
        assert waits == [0, 10, 20, 40, 80, 160, 300, 300, 300]
        assert [restart.found.waits for restart in plan] == [False, *[True] * 8]

    def test_looking_late(self) -> None:
        """What waits longer than the kubelet is late does not wait longer for that; what does not starts when the kubelet looks."""
        plan = plan_restarts(EMPTY, POD, APP, [ContainerRun(1, lag=5), ContainerRun(1, lag=5), ContainerRun(1, lag=25)], now=100)
        assert seconds(plan) == [106, 117, 143]
        assert [restart.found.reason for restart in plan] == [Reason.FIRST_EXIT, Reason.IN_BACK_OFF, Reason.WAIT_OVER]

    def test_a_new_image_starts_over_and_the_old_one_is_remembered(self) -> None:
        runs = [ContainerRun(1), ContainerRun(1), ContainerRun(1, new_image="app:2"), ContainerRun(1), ContainerRun(1, new_image="app:1")]
        plan = plan_restarts(EMPTY, POD, APP, runs)
        assert seconds(plan) == [1, 12, 13, 24, 45]

    def test_a_long_run_starts_over(self) -> None:
        plan = plan_restarts(EMPTY, POD, APP, [ContainerRun(1), ContainerRun(600.001), ContainerRun(1)])
        assert seconds(plan) == [1, 601.001, 612.001]

    def test_what_is_remembered(self) -> None:
        back_off = EMPTY.next(back_off_key(POD, APP), now=0)
        assert seconds(plan_restarts(back_off, POD, APP, [ContainerRun(1)])) == [11]
        assert plan_restarts(back_off, POD, APP, []) == ()

    def test_the_key_is_the_release_s(self) -> None:
        pod, found = pod_with(resources={"limits": {"cpu": "1"}})
        back_off = EMPTY.next(back_off_key(POD, APP, release=Release("1.33")), now=0)
        assert seconds(plan_restarts(back_off, pod, found, [ContainerRun(1)], release=Release("1.33"))) == [11]
        assert seconds(plan_restarts(back_off, pod, found, [ContainerRun(1)], release=LATEST)) == [1]

    def test_what_is_remembered_of_others_is_not_copied_for_each_restart(self) -> None:
        """A thousand images make a thousand entries, not half a million."""
        plan = plan_restarts(EMPTY.next("another", now=0), POD, APP, [ContainerRun(1, new_image=f"app:{tag}") for tag in range(1000)])
        assert {len(restart.found.back_off.entries) for restart in plan} == {1}

    @pytest.mark.parametrize("wrong", [-1, float("nan")])
    def test_no_length(self, wrong: float) -> None:
        with pytest.raises(InvalidDuration):
            ContainerRun(wrong)
        with pytest.raises(InvalidDuration):
            ContainerRun(0, lag=wrong)

    def test_at_the_end_of_time(self) -> None:
        longest = Duration((1 << 63) - 1)
        plan = plan_restarts(EMPTY, POD, APP, [ContainerRun(longest)] * 3)
        assert [restart.restarted_at for restart in plan] == [longest] * 3


def test_values_can_be_changed_only_by_making_others() -> None:
    run = ContainerRun(1)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        run.lag = Duration()  # type: ignore[misc]
