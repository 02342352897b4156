"""How one container is stopped: what it does with the time that it gets, and why it gets so much.

``termination`` makes these values. All times are durations since the beginning of the kill.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.durations import to_duration
from ..apimachinery.objects import ContainerKind
from ..golang.duration import Duration, DurationLike
from .grace import BaseGrace
from .hooks import LifecycleHandler

__all__ = ["ContainerTermination", "HookOutcome", "StopBehaviour", "StopError", "StopOutcome", "TimeoutReason", "TurnOutcome"]

_START = Duration()


class StopError(enum.Enum):
    """How a runtime can fail to stop a container."""

    NOT_FOUND = "notfound"
    """It does not know the container any more, which counts as stopped."""
    FAILED = "error"
    """Anything else; the kubelet tries the whole kill again later, the preStop hook included."""


def _time_needed(value: DurationLike | None) -> Duration | None:
    return None if value is None else max(to_duration(value), _START)


@attrs.frozen
class StopBehaviour:
    """What a container does when it is stopped; the default is the slowest there is.

    ``hook`` is how long an exec or httpGet preStop hook takes, ``stop`` how long the process goes on after the stop signal: a ``Duration``,
    a ``timedelta`` or seconds, ``None`` for ever. ``hook_fails`` says whether the hook fails in the end; sleeps never fail, and other hooks
    always do. ``stop_error`` is how the runtime fails to stop the container, if it does. ``ends`` is when the process ends by itself, from
    the beginning of the kill on, whatever it is sent; ``None`` for never. Raises ``InvalidDuration``.

    >>> StopBehaviour(hook=55, stop=10)
    StopBehaviour(hook=Duration('55s'), stop=Duration('10s'), hook_fails=False, stop_error=None, ends=None)
    """

    hook: Duration | None = attrs.field(default=None, converter=_time_needed)
    stop: Duration | None = attrs.field(default=None, converter=_time_needed)
    hook_fails: bool = attrs.field(default=False, kw_only=True)
    stop_error: StopError | None = attrs.field(default=None, kw_only=True)
    ends: Duration | None = attrs.field(default=None, converter=_time_needed, kw_only=True)


class HookOutcome(enum.Enum):
    """What became of the preStop hook."""

    ABSENT = "there is none"
    NO_TIME = "it is not run, since there is no grace period"
    DONE = "it ended in time"
    FAILED = "it failed in time, which changes nothing"
    CUT_OFF = "it needs longer than the grace period; it is not stopped, but no longer waited for"
    CANNOT_RUN = "it has nothing that the kubelet runs, so it fails at once"
    SWITCHED_OFF = "sleep hooks are switched off, so it ends at once"


class TurnOutcome(enum.Enum):
    """What became of the wait for other containers."""

    NOBODY = "it waits for no container"
    NO_TIME = "the preStop hook left no time to wait"
    CAME = "the containers it waits for have stopped"
    EXPIRED = "the grace period ended before the containers it waits for"


class TimeoutReason(enum.Enum):
    """Why the runtime is told to wait so long between the stop signal and KILL."""

    LEFT = "it is what is left of the grace period"
    MINIMUM = "less is left than the minimum of 2 s"
    OVERRIDE = "it is what overrides the grace period, whatever the hook took"


class StopOutcome(enum.Enum):
    """How a container ended."""

    EXITED = "the process ended after the stop signal, in time"
    KILLED = "the process did not end in time, and was killed"
    NOT_FOUND = "the runtime did not know the container any more"
    FAILED = "the runtime could not stop the container; all of it is tried again later, the preStop hook included"


@attrs.frozen(kw_only=True)
class ContainerTermination:
    """How one container is stopped, and why so.

    ====================  ====================================================================================================
    ``name``, ``kind``    which container
    ``base``              the grace period that its fields give, and where it comes from
    ``override``          the grace period of whoever kills the pod, ``None`` where there is none
    ``grace_seconds``     the grace period that the preStop hook and the wait for other containers share
    ``pre_stop``          the preStop hook, and ``hook`` what became of it
    ``hook_ended_at``     when it ended, maybe long after the container; ``None`` where it was not run, or never ends
    ``hook_failed``       whether it failed then
    ``hook_seconds``      what it took off the grace period: whole seconds, the rest of a second is not counted
    ``turn``              what became of the wait for other containers; ``waited`` is how long that was, ``waited_seconds`` what it took
                          off the grace period, ``waited_for`` the container that was the last to stop
    ``stop_signal``       the signal of the manifest, empty where the image says which, or it is TERM
    ``term_at``           when the runtime sent the stop signal
    ``timeout_seconds``   what the runtime waits before KILL, and ``timeout_reason`` why
    ``outcome``           how it ended
    ``exited_at``         when the process ended, ``None`` where it did not
    ``returned_at``       when the kubelet was done with it
    ====================  ====================================================================================================
    """

    name: str
    kind: ContainerKind
    base: BaseGrace
    override: int | None
    grace_seconds: int
    pre_stop: LifecycleHandler | None
    hook: HookOutcome
    hook_ended_at: Duration | None
    hook_failed: bool
    hook_seconds: int
    turn: TurnOutcome
    waited_for: str
    waited: Duration
    waited_seconds: int
    stop_signal: str
    term_at: Duration
    timeout_seconds: int
    timeout_reason: TimeoutReason
    outcome: StopOutcome
    exited_at: Duration | None
    returned_at: Duration

    @property
    def hook_started_at(self) -> Duration | None:
        """When the preStop hook started: at once, or ``None`` where it was not run."""
        return None if self.hook in {HookOutcome.ABSENT, HookOutcome.NO_TIME} else _START

    @property
    def forced(self) -> bool:
        """Whether the process was killed."""
        return self.outcome is StopOutcome.KILLED

    @property
    def failed(self) -> bool:
        """Whether the container could not be stopped."""
        return self.outcome is StopOutcome.FAILED

    def to_json(self) -> dict[str, object]:
        """Return the value as JSON: times in Go's text form, enums as the names of their members."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "baseGraceSeconds": self.base.seconds,
            "baseGraceSource": self.base.source.name,
            "overrideSeconds": self.override,
            "graceSeconds": self.grace_seconds,
            "preStop": None if self.pre_stop is None else self.pre_stop.to_json(),
            "hook": self.hook.name,
            "hookStartedAt": _text(self.hook_started_at),
            "hookEndedAt": _text(self.hook_ended_at),
            "hookFailed": self.hook_failed,
            "hookSeconds": self.hook_seconds,
            "turn": self.turn.name,
            "waitedFor": self.waited_for,
            "waited": str(self.waited),
            "waitedSeconds": self.waited_seconds,
            "stopSignal": self.stop_signal,
            "termAt": str(self.term_at),
            "timeoutSeconds": self.timeout_seconds,
            "timeoutReason": self.timeout_reason.name,
            "outcome": self.outcome.name,
            "exitedAt": _text(self.exited_at),
            "returnedAt": str(self.returned_at),
        }


def _text(time: Duration | None) -> str | None:
    return None if time is None else str(time)
