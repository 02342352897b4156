# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import json
import pickle
from collections import Counter
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_termination import (
    ContainerTermination,
    HookOutcome,
    StopBehaviour,
    StopOutcome,
    TimeoutReason,
    TurnOutcome,
)
from kubecontainers.lifecycle.deletion_plan import plan_deletion
from kubecontainers.lifecycle.grace import KillReason
from kubecontainers.lifecycle.hooks import SleepAction
from kubecontainers.lifecycle.termination import OVERRIDE_BEFORE_HOOK, plan_termination
from kubecontainers.lifecycle.termination_order import ORDERED_TERMINATION, running_containers, termination_order
from kubecontainers.lifecycle.termination_plan import TerminationPlan
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]
Behaviours = dict[str, StopBehaviour]

ZERO, SECOND = Duration(), Duration.of(1)
NAMES = [f"app-{number}" for number in range(3)] + [f"init-{number}" for number in range(4)] + ["debug"]

releases = strategies.releases(gates=True)
pods = strategies.stopping_pods(ephemeral_containers=True)
behaviours = st.dictionaries(st.sampled_from(NAMES), strategies.stop_behaviours())
overrides = st.none() | st.integers(-2, 40)
graces = st.integers(-2, 40)
reasons = st.sampled_from(KillReason)


def whole(time: Duration) -> int:
    return int(time.seconds)


def fraction(time: Duration) -> Duration:
    return time - SECOND * whole(time)


def stop_of(plan: TerminationPlan, name: str) -> ContainerTermination:
    return plan.container(name)


class TestOneContainer:
    """The stop signal comes when the hook has ended or the grace has, and never before; KILL comes when the runtime has waited."""

    @given(pods, st.data(), strategies.stop_behaviours(), reasons, overrides, releases)
    def test_times(
        self, pod: JSON, data: st.DataObject, behaviour: StopBehaviour, reason: KillReason, override: int | None, release: Release
    ) -> None:
        name = data.draw(st.sampled_from(running_containers(pod)))
        plan = plan_termination(pod, container=name, behaviours={name: behaviour}, reason=reason, override=override, release=release)
        (stop,) = plan.containers
        grace = max(SECOND * stop.grace_seconds, ZERO)
        if stop.hook_started_at is None:
            assert stop.term_at == ZERO
            assert stop.pre_stop is None or stop.grace_seconds <= 0
        else:
            assert stop.term_at == (grace if stop.hook_ended_at is None else min(stop.hook_ended_at, grace))
        assert (stop.turn, stop.waited) == (TurnOutcome.NOBODY, ZERO)
        assert stop.hook_seconds == whole(stop.term_at)
        assert plan.done_at == stop.returned_at

    @given(pods, behaviours, overrides, st.booleans(), releases)
    def test_the_end(self, pod: JSON, acts: Behaviours, override: int | None, as_given: bool, release: Release) -> None:
        plan = plan_termination(pod, behaviours=acts, override=override, as_given=as_given, release=release)
        for stop in plan.containers:
            act = acts.get(stop.name, StopBehaviour())
            limit = max(SECOND * stop.timeout_seconds, ZERO)
            assert (stop.exited_at is None) is stop.failed is (stop.name in plan.failed)
            assert stop.returned_at == (stop.term_at if stop.exited_at is None else stop.exited_at)
            if stop.forced:
                assert stop.exited_at == stop.term_at + limit
                assert act.stop is None or act.stop > limit or stop.timeout_seconds < 0
            elif stop.outcome is StopOutcome.EXITED:
                assert act.stop is not None
                assert stop.exited_at == stop.term_at + act.stop
                assert act.stop <= limit
        assert plan.done_at == max((stop.returned_at for stop in plan.containers), default=ZERO)


class TestWhatTheRuntimeIsGiven:
    """From 1.28 on it is what is left of the grace, never less than 2 s, and never 2 s more than is really left.

    What is left is counted in whole seconds, twice: the fractions that the hook and the wait took stay with the process. In 1.27 an
    override is handed over as it is.
    """

    @given(pods, behaviours, overrides, releases)
    def test_left(self, pod: JSON, acts: Behaviours, override: int | None, release: Release) -> None:
        for stop in plan_termination(pod, behaviours=acts, override=override, release=release).containers:
            if override is not None and OVERRIDE_BEFORE_HOOK not in release:
                assert (stop.timeout_seconds, stop.timeout_reason) == (override, TimeoutReason.OVERRIDE)
                assert stop.grace_seconds == stop.base.seconds
                continue
            assert stop.grace_seconds == (stop.base.seconds if override is None else override)
            left = stop.grace_seconds - stop.hook_seconds - stop.waited_seconds
            assert stop.timeout_seconds == max(left, 2)
            assert (stop.timeout_reason is TimeoutReason.MINIMUM) is (left < 2)
            uncounted = fraction(stop.term_at - stop.waited) + fraction(stop.waited)
            assert uncounted < 2 * SECOND
            assert stop.term_at + SECOND * left == SECOND * stop.grace_seconds + uncounted

    @given(pods, behaviours, overrides, releases)
    def test_the_whole(self, pod: JSON, acts: Behaviours, override: int | None, release: Release) -> None:
        """So a container ends less than 3 s after its grace, or 2 s where its hook took no fraction of a second or it waits for nobody."""
        for stop in plan_termination(pod, behaviours=acts, override=override, release=release).containers:
            if override is None or OVERRIDE_BEFORE_HOOK in release:
                grace = max(SECOND * stop.grace_seconds, ZERO)
                assert stop.returned_at < grace + 3 * SECOND
                if stop.turn is TurnOutcome.NOBODY or not fraction(stop.term_at - stop.waited):
                    assert stop.returned_at <= grace + 2 * SECOND


class TestLongerGrace:
    """With more grace, however it is given, no container gets its stop signal, is killed or ends earlier; none is killed that was not.

    That holds for grace periods in whole seconds, as all are, of less than 292 years; longer ones wrap round.
    """

    @given(pods, behaviours, graces, graces, st.sampled_from(["termination", "deletion", "override"]), releases)
    def test_never_earlier(self, pod: JSON, acts: Behaviours, first: int, second: int, given_by: str, release: Release) -> None:
        shorter, longer = sorted((first, second))
        before, after = (self.plan(pod, acts, grace, given_by, release) for grace in (shorter, longer))
        for old in before.containers:
            new = stop_of(after, old.name)
            assert new.term_at >= old.term_at
            assert new.timeout_seconds >= old.timeout_seconds or OVERRIDE_BEFORE_HOOK not in release
            assert new.returned_at >= old.returned_at
            assert old.forced or not new.forced
        assert after.done_at >= before.done_at

    def plan(self, pod: JSON, acts: Behaviours, grace: int, given_by: str, release: Release) -> TerminationPlan:
        plain: JSON = {**pod, "metadata": {}}
        if given_by == "override":
            return plan_termination(pod, behaviours=acts, override=grace, release=release)
        if given_by == "deletion":
            return plan_termination({**plain, "metadata": {"deletionGracePeriodSeconds": grace}}, behaviours=acts, release=release)
        with_grace = {**plain, "spec": {**pod["spec"], "terminationGracePeriodSeconds": grace}}
        return plan_termination(with_grace, behaviours=acts, as_given=True, release=release)


class TestWorstCase:
    """Whatever containers do, none ends a second later than in the plan without behaviours.

    Later at all are only those that wait for others after an exec or httpGet hook of theirs, which can end at a fraction of a second.
    """

    @given(pods, behaviours, overrides, releases)
    def test_none_later(self, pod: JSON, acts: Behaviours, override: int | None, release: Release) -> None:
        worst = plan_termination(pod, override=override, release=release)
        for stop in plan_termination(pod, behaviours=acts, override=override, release=release).containers:
            slowest = stop_of(worst, stop.name)
            assert stop.returned_at < slowest.returned_at + SECOND
            action = None if stop.pre_stop is None else stop.pre_stop.runs(release)
            if stop.turn is TurnOutcome.NOBODY or action is None or isinstance(action, SleepAction):
                assert stop.returned_at <= slowest.returned_at


class TestOrder:
    """A sidecar gets its stop signal when all that it waits for have stopped, or when its grace is over; others never wait."""

    @given(pods, behaviours, overrides, releases)
    def test_turns(self, pod: JSON, acts: Behaviours, override: int | None, release: Release) -> None:
        plan = plan_termination(pod, behaviours=acts, override=override, release=release)
        order = termination_order(pod, release=release)
        for stop in plan.containers:
            hook_over = stop.term_at - stop.waited
            left = stop.grace_seconds - stop.hook_seconds
            before = [stop_of(plan, name) for name in order.prerequisites(stop.name)]
            assert (stop.turn is TurnOutcome.NOBODY) is (before == [])
            assert (stop.turn is TurnOutcome.NO_TIME) is (bool(before) and left <= 0)
            if stop.turn is TurnOutcome.CAME:
                assert all(other.returned_at <= stop.term_at and not other.failed for other in before)
                assert stop.term_at == max(hook_over, *(other.returned_at for other in before))
                assert stop_of(plan, stop.waited_for).returned_at == max(other.returned_at for other in before)
            elif stop.turn is TurnOutcome.EXPIRED:
                assert any(other.returned_at > stop.term_at or other.failed for other in before)
                assert stop.waited == SECOND * left
            else:
                assert stop.waited == ZERO

    @given(pods, behaviours, overrides, releases)
    def test_without_order(self, pod: JSON, acts: Behaviours, override: int | None, release: Release) -> None:
        """Who waits for nobody is stopped as if it were alone."""
        for stop in plan_termination(pod, behaviours=acts, override=override, release=release).containers:
            if stop.turn is TurnOutcome.NOBODY:
                alone = plan_termination(pod, container=stop.name, behaviours=acts, override=override, release=release)
                assert alone.containers == (stop,)
            else:
                assert ORDERED_TERMINATION in release

    @given(pods, behaviours, overrides, releases)
    def test_an_unknown_pod(self, pod: JSON, acts: Behaviours, override: int | None, release: Release) -> None:
        plan = plan_termination(pod, behaviours=acts, override=override, pod_known=False, release=release)
        assert {stop.turn for stop in plan.containers} <= {TurnOutcome.NOBODY}
        assert all(planned.event.field_path.startswith("implicitly required container ") for planned in plan.events)


class TestEvents:
    """Each container has one ``Killing``, at once, and one ``FailedPreStopHook`` when its hook fails, if that ever is."""

    @given(pods, behaviours, releases)
    def test_events(self, pod: JSON, acts: Behaviours, release: Release) -> None:
        plan = plan_termination(pod, behaviours=acts, release=release)
        assert sorted(planned.at for planned in plan.events) == [planned.at for planned in plan.events]
        found = Counter(planned.event.reason.value for planned in plan.events)
        failed = [stop for stop in plan.containers if stop.hook_failed and stop.hook_ended_at is not None]
        assert (found["Killing"], found["FailedPreStopHook"]) == (len(plan.containers), len(failed))
        for stop in plan.containers:
            if stop.hook in {HookOutcome.FAILED, HookOutcome.CANNOT_RUN}:
                assert stop.hook_failed
            if stop.hook in {HookOutcome.DONE, HookOutcome.ABSENT, HookOutcome.NO_TIME, HookOutcome.SWITCHED_OFF}:
                assert not stop.hook_failed


class TestAllIsSeen:
    """The strategies lead to everything that can happen."""

    def test_outcomes(self) -> None:
        seen: Counter[object] = Counter()

        @settings(max_examples=500, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(pods, behaviours, overrides, releases)
        def see(pod: JSON, acts: Behaviours, override: int | None, release: Release) -> None:
            for stop in plan_termination(pod, behaviours=acts, override=override, release=release).containers:
                seen.update([stop.hook, stop.turn, stop.timeout_reason, stop.outcome])

        see()
        for outcomes in (HookOutcome, TurnOutcome, TimeoutReason, StopOutcome):
            assert {outcome for outcome in outcomes if seen[outcome] >= 5} == set(outcomes)


class TestAnyObject:
    """Whatever JSON comes in, there is a plan or an error of the family; the pod stays as it was."""

    @given(strategies.json_objects() | strategies.damaged(pods), behaviours, overrides | st.integers(), releases)
    def test_total(self, pod: JSON, acts: Behaviours, override: int | None, release: Release) -> None:
        for plan in (self.asked(pod, acts, override, release), self.deleted(pod, acts, override, release)):
            if plan is not None:
                assert json.loads(json.dumps(plan.to_json())) == plan.to_json()
                assert str(plan)
                assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301
                assert hash(plan) == hash(attrs.evolve(plan))

    def asked(self, pod: JSON, acts: Behaviours, override: int | None, release: Release) -> TerminationPlan | None:
        try:
            return plan_termination(pod, behaviours=acts, override=override, as_given=True, release=release)
        except KubeContainersError as error:
            assert str(error)
            return None

    def deleted(self, pod: JSON, acts: Behaviours, grace: int | None, release: Release) -> TerminationPlan | None:
        try:
            return plan_deletion(pod, grace_period=grace, behaviours=acts, release=release)
        except KubeContainersError as error:
            assert str(error)
            return None

    @given(pods, behaviours)
    def test_left_alone(self, pod: JSON, acts: Behaviours) -> None:
        assert plan_termination(read_only(pod), behaviours=acts) == plan_termination(pod, behaviours=acts)
        assert plan_deletion(read_only(pod), behaviours=acts) == plan_deletion(pod, behaviours=acts)
