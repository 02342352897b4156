from __future__ import annotations

import math
import pickle
from datetime import UTC, datetime, timedelta

import pytest

from kubecontainers.apimachinery.backoff import (
    FAST_FIRST_RESTARTS,
    FIXED_RESTART_EXPIRY,
    PULL_BACK_OFF,
    BackOff,
    BackOffEntry,
    BackOffPolicy,
    PlannedAttempt,
    next_attempt,
    plan_attempts,
    restart_back_off,
)
from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration

KEY = "uid_nginx"
EMPTY = BackOff(PULL_BACK_OFF)
FAILED = EMPTY.next(KEY, now=100)
LONG = Duration.of(10**9)


def seconds(value: float) -> Duration:
    return Duration.of(value)


def times(plan: tuple[PlannedAttempt, ...]) -> list[float]:
    return [step.at.seconds for step in plan]


class TestPolicy:
    def test_pulls(self) -> None:
        assert (PULL_BACK_OFF.initial, PULL_BACK_OFF.maximum) == (seconds(10), seconds(300))
        assert PULL_BACK_OFF.expires_after == seconds(600)

    def test_any_form_of_time(self) -> None:
        assert BackOffPolicy(timedelta(seconds=10), 300.0, seconds(600)) == BackOffPolicy(10, 300, 600)

    def test_expiry(self) -> None:
        assert BackOffPolicy(1, 2, 0).expires_after == Duration()
        assert BackOffPolicy(1, 2).expires_after == seconds(4)

    @pytest.mark.parametrize("value", [math.nan, math.inf, 10**12])
    def test_no_duration(self, value: float) -> None:
        with pytest.raises(InvalidDuration):
            BackOffPolicy(value, 1)
        with pytest.raises(InvalidDuration):
            BackOffPolicy(1, 1, value)

    def test_the_longest(self) -> None:
        """What the arithmetic cannot hold stays at its end, and so under the maximum."""
        policy = BackOffPolicy(LONG * 9, LONG * 9)
        assert policy.after(policy.initial) == policy.maximum


class TestNext:
    def test_ladder(self) -> None:
        back_off, waits = EMPTY, list[float]()
        for failure in range(8):
            back_off = back_off.next(KEY, now=failure * 300)
            waits.append(back_off.get(KEY).seconds)
        assert waits == [10, 20, 40, 80, 160, 300, 300, 300]

    def test_initial_is_not_capped(self) -> None:
        first = BackOff(BackOffPolicy(60, 1)).next(KEY, now=0)
        assert first.get(KEY) == seconds(60)
        assert first.next(KEY, now=0).get(KEY) == seconds(1)

    @pytest.mark.parametrize(("elapsed", "wait"), [(600, 20), (600.000000001, 10), (0, 20), (-1, 20)])
    def test_expiry_is_strict(self, elapsed: float, wait: float) -> None:
        assert FAILED.next(KEY, now=seconds(100) + seconds(elapsed)).get(KEY) == seconds(wait)

    @pytest.mark.parametrize(("elapsed", "wait"), [(5, 20), (5.001, 10)])
    def test_custom_expiry(self, elapsed: float, wait: float) -> None:
        back_off = BackOff(BackOffPolicy(10, 300, 5)).next(KEY, now=0)
        assert back_off.next(KEY, now=elapsed).get(KEY) == seconds(wait)

    def test_event_decides_and_now_is_kept(self) -> None:
        back_off = FAILED.next(KEY, now=900, event=700)
        assert back_off.entries[KEY] == BackOffEntry(20, 900)
        assert FAILED.next(KEY, now=200, event=701).entries[KEY] == BackOffEntry(10, 200)

    def test_keys_are_apart(self) -> None:
        back_off = FAILED.next("other", now=100)
        assert back_off.get("other") == back_off.get(KEY) == seconds(10)
        assert set(FAILED.entries) == {KEY}


class TestQuestions:
    @pytest.mark.parametrize(("event", "expected"), [(90, True), (100, True), (109.999999999, True), (110, False), (111, False)])
    def test_since_update(self, event: float, expected: bool) -> None:
        assert FAILED.is_in_back_off_since_update(KEY, event) is expected

    @pytest.mark.parametrize(
        ("event", "now", "expected"),
        [(100, 109, True), (100, 110, False), (105, 114, True), (105, 115, False), (700, 705, True), (701, 705, False), (50, 61, False)],
    )
    def test_since(self, event: float, now: float, expected: bool) -> None:
        assert FAILED.is_in_back_off_since(KEY, event, now=now) is expected

    def test_without_entry(self) -> None:
        assert not EMPTY.is_in_back_off_since_update(KEY, 0)
        assert not EMPTY.is_in_back_off_since(KEY, 0, now=0)
        assert EMPTY.get(KEY) == Duration()

    @pytest.mark.parametrize(("event", "expired"), [(0, False), (700, False), (700.000000001, True)])
    def test_is_expired(self, event: float, expired: bool) -> None:
        assert FAILED.is_expired(KEY, event) is expired
        assert not EMPTY.is_expired(KEY, event)

    def test_get_does_not_ask_whether_it_expired(self) -> None:
        assert FAILED.get(KEY) == seconds(10)


class TestForgetting:
    def test_reset(self) -> None:
        assert FAILED.reset(KEY) == EMPTY
        assert FAILED.reset("other") == FAILED

    @pytest.mark.parametrize(("now", "kept"), [(0, True), (700, True), (700.001, False)])
    def test_gc(self, now: float, kept: bool) -> None:
        assert (KEY in FAILED.gc(now=now).entries) is kept

    def test_gc_by_custom_expiry(self) -> None:
        back_off = BackOff(BackOffPolicy(10, 300, 1)).next(KEY, now=0)
        assert back_off.gc(now=1) == back_off
        assert not back_off.gc(now=2).entries


class TestNextAttempt:
    @pytest.mark.parametrize(("now", "expected"), [(0, 110), (105, 110), (110, 110), (111, 111), (9000, 9000)])
    def test_live_state(self, now: float, expected: float) -> None:
        assert next_attempt(FAILED, KEY, now=now) == seconds(expected)

    def test_no_entry(self) -> None:
        assert next_attempt(FAILED, "other", now=5) == seconds(5)

    def test_a_short_expiry_ends_the_wait(self) -> None:
        back_off = BackOff(BackOffPolicy(10, 300, 1)).next(KEY, now=0)
        over = next_attempt(back_off, KEY, now=0)
        assert over == seconds(1) + Duration(1)
        assert not back_off.is_in_back_off_since_update(KEY, over)
        assert back_off.is_in_back_off_since_update(KEY, over - Duration(1))


class TestPlan:
    def test_as_soon_as_allowed(self) -> None:
        plan = plan_attempts(EMPTY, KEY, now=0, count=8)
        assert times(plan) == [0, 10, 30, 70, 150, 310, 610, 910]
        assert [step.back_off.seconds for step in plan] == [10, 20, 40, 80, 160, 300, 300, 300]

    def test_attempts_take_time(self) -> None:
        assert times(plan_attempts(EMPTY, KEY, now=0, count=4, attempt=5)) == [0, 15, 40, 85]

    def test_the_kubelet_looks_late(self) -> None:
        assert times(plan_attempts(EMPTY, KEY, now=0, count=4, lag=2)) == [0, 12, 34, 76]

    def test_waits_first_if_it_must(self) -> None:
        assert times(plan_attempts(FAILED, KEY, now=105, count=2)) == [110, 130]
        assert times(plan_attempts(FAILED, KEY, now=105, count=2, lag=3)) == [113, 136]
        assert times(plan_attempts(FAILED, KEY, now=110, count=2, lag=3)) == [110, 133]

    def test_long_attempts_start_over(self) -> None:
        plan = plan_attempts(EMPTY, KEY, now=0, count=4, attempt=timedelta(minutes=11))
        assert {step.back_off for step in plan} == {seconds(10)}

    def test_starts_over_once_it_waits_too_long(self) -> None:
        """400 s for an attempt and 300 s of waiting are more than 600 s; 400 s and 160 s are not."""
        plan = plan_attempts(EMPTY, KEY, now=0, count=8, attempt=400)
        assert [step.back_off.seconds for step in plan] == [10, 20, 40, 80, 160, 300, 10, 20]

    @pytest.mark.parametrize("count", [0, -1])
    def test_nothing_asked(self, count: int) -> None:
        assert plan_attempts(EMPTY, KEY, now=0, count=count) == ()

    def test_with_datetimes(self) -> None:
        start = datetime(2026, 1, 1, tzinfo=UTC)
        failed = EMPTY.next(KEY, now=start + timedelta(seconds=3) - start)
        assert start + next_attempt(failed, KEY, now=4).to_timedelta() == datetime(2026, 1, 1, 0, 0, 13, tzinfo=UTC)


CONFIGURABLE, FAST = "KubeletCrashLoopBackOffMax", "ReduceDefaultCrashLoopBackOffDecay"


class TestRestarts:
    @pytest.mark.parametrize(
        ("minor", "gates", "period", "initial", "maximum"),
        [
            ("1.27", {}, None, 10, 300),
            ("1.31", {}, 60, 10, 300),
            ("1.32", {}, 60, 10, 300),
            ("1.32", {CONFIGURABLE: True}, 60, 10, 60),
            ("1.32", {CONFIGURABLE: True}, None, 10, 300),
            ("1.32", {CONFIGURABLE: True}, 5, 5, 5),
            ("1.33", {FAST: True}, None, 1, 60),
            ("1.33", {FAST: True}, 5, 1, 60),
            ("1.34", {FAST: True, CONFIGURABLE: True}, None, 1, 300),
            ("1.34", {FAST: True, CONFIGURABLE: True}, 20, 1, 20),
            ("1.35", {}, None, 10, 300),
            ("1.35", {}, 60, 10, 60),
            ("1.35", {FAST: True}, None, 1, 300),
            ("1.35", {FAST: True, CONFIGURABLE: False}, None, 1, 60),
            ("1.36", {CONFIGURABLE: False}, 60, 10, 300),
        ],
    )
    def test_parameters(self, minor: str, gates: dict[str, bool], period: float | None, initial: float, maximum: float) -> None:
        release = Release(minor).with_gates(gates)
        policy = restart_back_off(KubeletConfig(max_container_restart_period=period), release=release)
        assert (policy.initial, policy.maximum) == (seconds(initial), seconds(maximum))
        assert policy.expires_after == seconds(600)

    def test_no_configuration(self) -> None:
        assert restart_back_off() == restart_back_off(KubeletConfig()) == BackOffPolicy(10, 300, 600)

    def test_changes(self) -> None:
        assert FIXED_RESTART_EXPIRY.minors() == ("1.32",)
        assert FAST_FIRST_RESTARTS.minors() == ()


def test_values() -> None:
    assert pickle.loads(pickle.dumps(FAILED)) == FAILED  # noqa: S301
    assert hash(FAILED) == hash(EMPTY.next(KEY, now=100))
    assert FAILED != EMPTY
    assert BackOff(PULL_BACK_OFF, {KEY: BackOffEntry(10, 100)}) == FAILED
    plan = plan_attempts(EMPTY, KEY, now=0, count=2)
    assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301
    with pytest.raises(AttributeError):
        FAILED.policy = PULL_BACK_OFF  # type: ignore[misc]


@pytest.mark.parametrize("now", [math.nan, -math.inf, 10**11])
def test_no_time(now: float) -> None:
    for ask in (
        lambda: EMPTY.next(KEY, now=now),
        lambda: FAILED.is_in_back_off_since_update(KEY, now),
        lambda: FAILED.is_in_back_off_since(KEY, 0, now=now),
        lambda: FAILED.gc(now=now),
        lambda: next_attempt(FAILED, KEY, now=now),
        lambda: plan_attempts(FAILED, KEY, now=0, count=1, lag=now),
    ):
        with pytest.raises(InvalidDuration):
            ask()
