"""The timeline of a termination as text, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..golang.duration import SECOND, Duration
from ..golang.url import hide_user_information
from .container_termination import ContainerTermination, HookOutcome, StopOutcome, TurnOutcome
from .hooks import ExecAction, HTTPGetAction, LifecycleHandler, SleepAction

__all__ = ["handler_text", "seconds_text", "timeline"]

_START = Duration()
_GAP = "  "

_HOOK_ENDS = {
    HookOutcome.DONE: "preStop is done",
    HookOutcome.FAILED: "preStop failed",
    HookOutcome.CUT_OFF: "preStop ends, unwatched",
    HookOutcome.CANNOT_RUN: "preStop failed: it has nothing that the kubelet runs",
    HookOutcome.SWITCHED_OFF: "preStop is done: sleep hooks are switched off",
}
_STOPS = {
    StopOutcome.EXITED: "exits",
    StopOutcome.KILLED: "KILL",
    StopOutcome.NOT_FOUND: "is gone already",
    StopOutcome.FAILED: "could not be stopped; all of it is tried again later",
}


def timeline(containers: Sequence[ContainerTermination], done_at: Duration) -> str:
    """Return one line for each moment of each container, in the order of time, and a last one that says when all was done."""
    moments = [(at, _shown(stop.name), what) for stop in containers for at, what in _moments(stop)]
    moments.sort(key=lambda moment: moment[0])
    failed = any(stop.failed for stop in containers)
    ending = "not all containers have stopped" if failed else "all containers have stopped"
    times = [seconds_text(at) for at, _, _ in moments] + [seconds_text(done_at)]
    width, names = max(map(len, times)), max((len(name) for _, name, _ in moments), default=0)
    lines = [f"{time:>{width}}{_GAP}{name:<{names}}{_GAP}{what}" for time, (_, name, what) in zip(times, moments, strict=False)]
    return "\n".join([*lines, f"{times[-1]:>{width}}{_GAP}{ending}"])


def _moments(stop: ContainerTermination) -> Iterator[tuple[Duration, str]]:
    """Yield what happens to one container, each with its time."""
    if stop.pre_stop is not None:
        what = f"preStop: {handler_text(stop.pre_stop)}"
        yield _START, what if stop.hook_started_at is not None else f"{what}; it is not run, there is no grace period"
    turn = stop.term_at - stop.waited
    if stop.hook is HookOutcome.CUT_OFF:
        yield turn, "preStop has no more time; it goes on, unwatched"
    if stop.hook_ended_at is not None:
        yield stop.hook_ended_at, _HOOK_ENDS[stop.hook]
    if stop.waited:
        yield turn, "waits for its turn"
    yield stop.term_at, _signal(stop)
    yield stop.returned_at, _STOPS[stop.outcome]


def _signal(stop: ContainerTermination) -> str:
    name = _shown(stop.stop_signal.removeprefix("SIG") or "TERM")
    early = "before its turn, " if stop.turn is TurnOutcome.EXPIRED else ""
    after = f"after {_shown(stop.waited_for)}, " if stop.turn is TurnOutcome.CAME and stop.waited else ""
    return f"{name} ({early}{after}{stop.timeout_seconds} s left)"


def handler_text(handler: LifecycleHandler) -> str:
    """Return what a hook does, on one line, without the password in a URL.

    >>> handler_text(LifecycleHandler(exec=ExecAction(("nginx", "-s", "quit"))))
    'exec nginx -s quit'
    """
    match handler.exec or handler.http_get or handler.sleep or handler.tcp_socket:
        case ExecAction(command=words):
            return " ".join(["exec", *map(_shown, words)])
        case HTTPGetAction(path=path, port=port, host=host):
            where = f"port {_shown(str(port))}" + (f" of {_shown(host)}" if host else "")
            return f"httpGet {_shown(hide_user_information(path) or '/')} on {where}"
        case SleepAction(seconds=seconds):
            return f"sleep {seconds} s"
        case None:
            return "nothing"
        case _:
            return "tcpSocket"


def _shown(text: str) -> str:
    """Return a text so that it stays one word of one line."""
    return text if text and text.isprintable() and " " not in text else repr(text)


def seconds_text(time: Duration) -> str:
    """Return a time in seconds, with as many digits behind the point as it has.

    >>> seconds_text(Duration.parse("1m0.5s"))
    '60.5s'
    """
    whole, rest = divmod(time.nanoseconds, SECOND)
    fraction = str(rest + SECOND)[1:].rstrip("0")
    return f"{whole}.{fraction}s" if fraction else f"{whole}s"
