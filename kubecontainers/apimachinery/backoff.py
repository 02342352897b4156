"""Back-off: waiting twice as long after each failure (``k8s.io/client-go/util/flowcontrol/backoff.go``).

The kubelet keeps one for image pulls and one for restarts of containers, each with an entry per key: how long to wait, and since when.
An entry that has not been touched for long enough expires, and the next failure begins at the bottom again.

Time is an argument: durations since any moment, the same for all calls, as ``Duration``, ``timedelta`` or seconds. Who holds ``datetime``
values subtracts a fixed one from each: ``back_off.next(key, now=event_time - start)``.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..golang.duration import Duration, DurationLike
from .cluster import DEFAULT_MAX_RESTART_PERIOD, RESTART_PERIOD_CONFIGURABLE, KubeletConfig
from .durations import to_duration
from .frozenmap import FrozenMap
from .release import LATEST, Change, Release

__all__ = [
    "FAST_FIRST_RESTARTS",
    "FIXED_RESTART_EXPIRY",
    "PULL_BACK_OFF",
    "BackOff",
    "BackOffEntry",
    "BackOffPolicy",
    "PlannedAttempt",
    "next_attempt",
    "plan_attempts",
    "restart_back_off",
]

FIXED_RESTART_EXPIRY = Change(
    since="1.32", summary="the back-off of restarts starts over after 600 s, however long it may become; before, after twice that"
)
FAST_FIRST_RESTARTS = Change(
    gate="ReduceDefaultCrashLoopBackOffDecay", since="1.33", summary="the back-off of restarts begins at 1 s and goes up to 60 s"
)

_NANOSECOND = Duration(1)


@attrs.frozen
class BackOffPolicy:
    """How a back-off grows: from ``initial``, doubling, up to ``maximum``; and after how long an entry expires.

    ``expiry`` is twice the maximum where it is ``None``. All are ``Duration``, ``timedelta`` or seconds. ``initial`` is waited even where
    it is longer than ``maximum``. Raises ``InvalidDuration``.

    >>> BackOffPolicy(10, 300).expires_after
    Duration('10m0s')
    """

    initial: Duration = attrs.field(converter=to_duration)
    maximum: Duration = attrs.field(converter=to_duration)
    expiry: Duration | None = attrs.field(default=None, converter=attrs.converters.optional(to_duration))

    @property
    def expires_after(self) -> Duration:
        """An entry expires once it has not been touched for longer than this."""
        return self.maximum * 2 if self.expiry is None else self.expiry

    def after(self, back_off: Duration) -> Duration:
        """Return the back-off that follows ``back_off``."""
        return min(back_off * 2, self.maximum)


@attrs.frozen
class BackOffEntry:
    """How long to wait (``back_off``), and when the entry was last touched (``last_update``)."""

    back_off: Duration = attrs.field(converter=to_duration)
    last_update: Duration = attrs.field(converter=to_duration)


def _frozen(entries: Mapping[str, BackOffEntry]) -> FrozenMap[str, BackOffEntry]:
    return FrozenMap(entries)


@attrs.frozen
class BackOff:
    """The entries of a back-off, by key. What changes them returns a new one.

    The kubelet's key for a pull is the pod's UID and the image, ``f"{uid}_{image}"``. Every method that takes a time raises
    ``InvalidDuration`` for one that is none.

    >>> back_off = BackOff(PULL_BACK_OFF).next("nginx", now=0)
    >>> back_off.is_in_back_off_since_update("nginx", 9), back_off.is_in_back_off_since_update("nginx", 10)
    (True, False)
    """

    policy: BackOffPolicy
    entries: FrozenMap[str, BackOffEntry] = attrs.field(factory=lambda: FrozenMap[str, BackOffEntry]({}), converter=_frozen)

    def next(self, key: str, *, now: DurationLike, event: DurationLike | None = None) -> BackOff:
        """Return the back-off after a failure, which happened at ``event``, by default ``now``.

        ``event`` decides whether the entry has expired; it is ``now`` that is kept as the time of the last update.
        """
        touched = to_duration(now)
        entry = self._live(key, touched if event is None else to_duration(event))
        back_off = self.policy.initial if entry is None else self.policy.after(entry.back_off)
        return self._with(self.entries | {key: BackOffEntry(back_off, touched)})

    def is_in_back_off_since_update(self, key: str, event: DurationLike) -> bool:
        """Return whether ``event`` falls into the wait, which begins at the last update; at its very end it does not."""
        at = to_duration(event)
        entry = self._live(key, at)
        return entry is not None and at - entry.last_update < entry.back_off

    def is_in_back_off_since(self, key: str, event: DurationLike, *, now: DurationLike) -> bool:
        """Return whether ``now`` falls into the wait, which begins at ``event``; at its very end it does not."""
        at = to_duration(event)
        entry = self._live(key, at)
        return entry is not None and to_duration(now) - at < entry.back_off

    def get(self, key: str) -> Duration:
        """Return how long the wait of a key is, expired or not; zero for one without an entry."""
        entry = self.entries.get(key)
        return Duration() if entry is None else entry.back_off

    def is_expired(self, key: str, event: DurationLike) -> bool:
        """Return whether the entry of a key has expired at ``event``, so that the wait starts over; false where there is none."""
        entry = self.entries.get(key)
        return entry is not None and self._expired(entry, to_duration(event))

    def reset(self, key: str) -> BackOff:
        """Return the back-off without the entry of a key."""
        return self._with({name: entry for name, entry in self.entries.items() if name != key})

    def gc(self, *, now: DurationLike) -> BackOff:
        """Return the back-off without the entries that have expired at ``now``."""
        at = to_duration(now)
        return self._with({name: entry for name, entry in self.entries.items() if not self._expired(entry, at)})

    def _live(self, key: str, event: Duration) -> BackOffEntry | None:
        entry = self.entries.get(key)
        return None if entry is None or self._expired(entry, event) else entry

    def _expired(self, entry: BackOffEntry, event: Duration) -> bool:
        return event - entry.last_update > self.policy.expires_after

    def _with(self, entries: Mapping[str, BackOffEntry]) -> BackOff:
        return attrs.evolve(self, entries=entries)


PULL_BACK_OFF = BackOffPolicy(10, 300)
"""The policy of image pulls, the same in every release; it cannot be configured."""

_RESTART = BackOffPolicy(10, DEFAULT_MAX_RESTART_PERIOD)
_FAST_RESTART = BackOffPolicy(1, 60)
_RESTART_EXPIRY = Duration.of(600)


def restart_back_off(kubelet: KubeletConfig | None = None, *, release: Release = LATEST) -> BackOffPolicy:
    """Return the policy by which a kubelet restarts containers (``newCrashLoopBackOff`` in ``pkg/kubelet/kubelet.go``).

    ``kubelet`` is its configuration, filled in or not; ``release`` is its own.

    >>> restart_back_off(KubeletConfig(max_container_restart_period=5)).initial
    Duration('5s')
    """
    policy = _FAST_RESTART if FAST_FIRST_RESTARTS in release else _RESTART
    if RESTART_PERIOD_CONFIGURABLE in release:
        configured = None if kubelet is None else kubelet.max_container_restart_period
        # The default counts as configured: with both gates on, the maximum is 300 s again, not 60 s.
        maximum = DEFAULT_MAX_RESTART_PERIOD if configured is None else configured
        policy = BackOffPolicy(min(policy.initial, maximum), maximum)
    return attrs.evolve(policy, expiry=_RESTART_EXPIRY) if FIXED_RESTART_EXPIRY in release else policy


# -------------------------------------------------------------------------------------------------------------------- plans


@attrs.frozen
class PlannedAttempt:
    """One attempt: when it begins, and how long the wait is after it failed."""

    at: Duration
    back_off: Duration


def next_attempt(back_off: BackOff, key: str, *, now: DurationLike) -> Duration:
    """Return when the next attempt may begin: ``now``, or when the wait is over.

    >>> next_attempt(BackOff(PULL_BACK_OFF).next("nginx", now=0), "nginx", now=3)
    Duration('10s')
    """
    at = to_duration(now)
    if not back_off.is_in_back_off_since_update(key, at):
        return at
    entry = back_off.entries[key]
    # An expiry shorter than the wait ends it too, just after the moment it names.
    return entry.last_update + min(entry.back_off, back_off.policy.expires_after + _NANOSECOND)


def plan_attempts(
    back_off: BackOff, key: str, *, now: DurationLike, count: int, attempt: DurationLike = 0, lag: DurationLike = 0
) -> tuple[PlannedAttempt, ...]:
    """Return the next ``count`` attempts, each of which fails, as the kubelet makes them at an image.

    ``attempt`` is how long each takes: a wait begins when it has failed. ``lag`` is how much later than allowed the kubelet looks again;
    it looks at ``now`` first. An attempt that takes so long that the entry has expired starts the back-off over.

    >>> plan = plan_attempts(BackOff(PULL_BACK_OFF), "nginx", now=0, count=8)
    >>> [attempt.at.seconds for attempt in plan]
    [0.0, 10.0, 30.0, 70.0, 150.0, 310.0, 610.0, 910.0]
    """
    took, late = to_duration(attempt), to_duration(lag)
    looks = to_duration(now)
    begins = next_attempt(back_off, key, now=looks)
    begins = begins if begins == looks else begins + late
    planned: list[PlannedAttempt] = []
    for _ in range(count):
        failed = begins + took
        back_off = back_off.next(key, now=failed)
        planned.append(PlannedAttempt(begins, back_off.get(key)))
        begins = next_attempt(back_off, key, now=failed) + late
    return tuple(planned)
