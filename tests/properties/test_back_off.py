from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.backoff import (
    PULL_BACK_OFF,
    BackOff,
    BackOffEntry,
    BackOffPolicy,
    next_attempt,
    plan_attempts,
    restart_back_off,
)
from kubecontainers.apimachinery.cluster import KubeletConfig, default_kubelet_config
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration, DurationLike
from kubecontainers.testing import strategies
from kubecontainers.testing.kubelet import durations, kubelet_configs

GATES = ("KubeletCrashLoopBackOffMax", "ReduceDefaultCrashLoopBackOffDecay")

spans = st.integers(0, 40).map(Duration)  # so short that a clock can go through every nanosecond
moments = st.integers(-20, 60).map(Duration)
policies = st.builds(BackOffPolicy, spans, spans, st.none() | spans)
keys = st.sampled_from(["one", "other", "third"])
entries = st.dictionaries(keys, st.builds(BackOffEntry, spans, moments), max_size=3)
back_offs = st.builds(BackOff, policies, entries)
real = st.builds(BackOff, st.just(PULL_BACK_OFF))


def with_gates(release: Release, gates: dict[str, bool]) -> Release:
    return release.with_gates(gates, unknown="ignore")


releases = st.builds(with_gates, strategies.releases(), st.dictionaries(st.sampled_from(GATES), st.booleans()))


def failing(back_off: BackOff, key: str, at: list[Duration]) -> BackOff:
    for now in at:
        back_off = back_off.next(key, now=now)
    return back_off


class TestTheWaitDoubles:
    """The first wait is the initial one, each further one is twice as long, up to the maximum; only time starts it over."""

    @given(back_offs, st.lists(st.tuples(keys, moments), max_size=12))
    def test_bounds(self, back_off: BackOff, failures: list[tuple[str, Duration]]) -> None:
        policy = back_off.policy
        for key, now in failures:
            back_off = back_off.next(key, now=now)
            assert back_off.get(key) <= max(policy.initial, policy.maximum)

    @given(policies, st.integers(1, 12), moments)
    def test_ladder(self, policy: BackOffPolicy, failures: int, now: Duration) -> None:
        """Without time in between nothing expires."""
        found = failing(BackOff(policy), "one", [now] * failures).get("one")
        assert found == (policy.initial if failures == 1 else min(policy.initial * 2 ** (failures - 1), policy.maximum))

    @given(back_offs, keys, moments, moments)
    def test_starts_over(self, back_off: BackOff, key: str, now: Duration, event: Duration) -> None:
        after = back_off.next(key, now=now, event=event).entries[key]
        before = back_off.entries.get(key)
        assert after.last_update == now
        if before is None or event - before.last_update > back_off.policy.expires_after:
            assert after.back_off == back_off.policy.initial
        else:
            assert after.back_off == min(2 * before.back_off, back_off.policy.maximum)

    @given(back_offs, keys, moments)
    def test_other_keys_stay(self, back_off: BackOff, key: str, now: Duration) -> None:
        for after in (back_off.next(key, now=now), back_off.reset(key)):
            assert {name: entry for name, entry in after.entries.items() if name != key} == {
                name: entry for name, entry in back_off.entries.items() if name != key
            }
        assert key not in back_off.reset(key).entries

    @given(back_offs, keys, moments)
    def test_nothing_is_changed_in_place(self, back_off: BackOff, key: str, now: Duration) -> None:
        before = BackOff(back_off.policy, FrozenMap(dict(back_off.entries)))
        back_off.next(key, now=now).reset(key).gc(now=now)
        assert back_off == before
        assert hash(back_off) == hash(before)


class TestTheWaitEnds:
    """A wait is over at the first moment that ``next_attempt`` names, not before, and it stays over."""

    @given(back_offs, keys, moments)
    def test_first_moment(self, back_off: BackOff, key: str, now: Duration) -> None:
        clock = now
        while back_off.is_in_back_off_since_update(key, clock):
            clock += Duration(1)
        assert next_attempt(back_off, key, now=now) == clock

    @given(back_offs, keys, moments, spans)
    def test_stays_over(self, back_off: BackOff, key: str, now: Duration, later: Duration) -> None:
        over = next_attempt(back_off, key, now=now)
        assert not back_off.is_in_back_off_since_update(key, over + later)

    @given(back_offs, keys, moments, moments)
    def test_since_an_event(self, back_off: BackOff, key: str, event: Duration, now: Duration) -> None:
        """With the last update as the event both questions are one; for an expired entry both are answered no."""
        entry = back_off.entries.get(key)
        assume(entry is not None)
        assert entry is not None
        update = entry.last_update
        since_update = back_off.is_in_back_off_since_update(key, now)
        if now - update <= back_off.policy.expires_after:
            assert back_off.is_in_back_off_since(key, update, now=now) == since_update
        if event - update > back_off.policy.expires_after:
            assert not back_off.is_in_back_off_since(key, event, now=now)
            assert not back_off.is_in_back_off_since_update(key, event)


class TestCollectingChangesNoAnswer:
    """What ``gc`` drops would have been passed over anyway, from then on."""

    @given(back_offs, keys, moments, spans, spans)
    def test_same_answers(self, back_off: BackOff, key: str, at: Duration, later: Duration, more: Duration) -> None:
        kept, event = back_off.gc(now=at), at + later
        assert kept.is_in_back_off_since_update(key, event) == back_off.is_in_back_off_since_update(key, event)
        assert kept.is_in_back_off_since(key, event, now=event + more) == back_off.is_in_back_off_since(key, event, now=event + more)
        assert kept.next(key, now=event).get(key) == back_off.next(key, now=event).get(key)
        assert next_attempt(kept, key, now=event) == next_attempt(back_off, key, now=event)
        assert kept.gc(now=at) == kept


class TestThePlanIsWhatAClockFinds:
    """A plan is what a kubelet does that looks at every moment: it waits while it must, tries, fails, and waits again."""

    @given(back_offs, keys, moments, spans, st.integers(0, 5).map(Duration))
    def test_every_moment(self, back_off: BackOff, key: str, now: Duration, attempt: Duration, lag: Duration) -> None:
        planned = plan_attempts(back_off, key, now=now, count=6, attempt=attempt, lag=lag)
        clock, looks_at_once = now, not back_off.is_in_back_off_since_update(key, now)
        for step in planned:
            while back_off.is_in_back_off_since_update(key, clock):
                clock += Duration(1)
            clock += Duration() if looks_at_once else lag
            assert step.at == clock
            clock += attempt
            back_off = back_off.next(key, now=clock)
            assert step.back_off == back_off.get(key)
            looks_at_once = False
        assert len(planned) == 6

    @given(real, durations(min_value=0, max_value=10**6), durations(min_value=0, max_value=700), durations(min_value=0, max_value=20))
    def test_of_images(self, back_off: BackOff, now: Duration, attempt: Duration, lag: Duration) -> None:
        planned = plan_attempts(back_off, "uid_nginx", now=now, count=8, attempt=attempt, lag=lag)
        assert planned[0].at == now
        for before, after in itertools.pairwise(planned):
            assert after.at == before.at + attempt + before.back_off + lag
            gone = before.back_off + lag + attempt
            again = gone > PULL_BACK_OFF.expires_after
            assert after.back_off == (Duration.of(10) if again else min(2 * before.back_off, Duration.of(300)))

    @given(back_offs, keys, moments, st.integers(-1, 4), st.integers(0, 4))
    def test_a_longer_plan_begins_like_a_shorter(self, back_off: BackOff, key: str, now: Duration, count: int, more: int) -> None:
        planned = plan_attempts(back_off, key, now=now, count=count)
        assert plan_attempts(back_off, key, now=now, count=count + more)[: max(count, 0)] == planned


class TestTimesInAnyForm:
    """Seconds, ``timedelta`` and ``Duration`` are the same times."""

    @given(st.integers(0, 1000), st.integers(0, 1000))
    def test_same(self, now: int, event: int) -> None:
        makes: list[Callable[[int], DurationLike]] = [int, float, Duration.of, self.delta]
        answers = [
            BackOff(PULL_BACK_OFF).next("one", now=make(now), event=make(event)).is_in_back_off_since("one", make(event), now=make(now))
            for make in makes
        ]
        assert len(set(answers)) == 1

    def delta(self, seconds: int) -> timedelta:
        return timedelta(seconds=seconds)


class TestRestartsFollowTheConfiguration:
    """A kubelet restarts by its own maximum where the feature is on, and its policy does not depend on who fills in the defaults."""

    @given(st.data(), releases)
    def test_policy(self, data: st.DataObject, release: Release) -> None:
        config = data.draw(kubelet_configs(release=release))
        policy = restart_back_off(config, release=release)
        assert policy == restart_back_off(default_kubelet_config(config, release=release).config, release=release)
        assert Duration() < policy.initial <= policy.maximum <= Duration.of(300)
        assert policy.expires_after == Duration.of(600)
        if config.max_container_restart_period is not None:
            assert policy.maximum == config.max_container_restart_period

    @given(releases, durations(min_value=1, max_value=300))
    def test_without_the_feature(self, release: Release, period: Duration) -> None:
        config = KubeletConfig(max_container_restart_period=period)
        if release.minor < 32 or not release.enabled(GATES[0]):
            assert restart_back_off(config, release=release) == restart_back_off(release=release)
