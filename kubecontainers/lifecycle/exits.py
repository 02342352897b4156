"""How a container ended: what its exit code and the reason in its status say.

Reasons come from the runtime (``Completed``, ``Error``, ``OOMKilled``, ``ContainerCannotRun``, ``StartError``, ``Unknown``), a few from the
kubelet (``pkg/kubelet/kubelet_pods.go``). Exit codes above 128 are, by the convention of shells and runtimes, 128 and the number of a
signal.
"""

from __future__ import annotations

import enum

import attrs

from .container_state import Terminated
from .phase import RESTARTING_ALL_CONTAINERS
from .shown_text import shown
from .statuses import CONTAINER_STATUS_UNKNOWN

__all__ = ["ExitCause", "ExitExplanation", "explain_exit"]


class ExitCause(enum.Enum):
    """Why a container ended, as far as can be said."""

    COMPLETED = "it ended well"
    OUT_OF_MEMORY = "the kernel ended a process of it, because the container had reached its memory limit, or the node had no more"
    KILLED = "it got SIGKILL: it had not stopped when its grace was over, or somebody else killed it"
    STOPPED = "it got SIGTERM, as when a container is stopped, and did not handle it"
    SIGNALLED = "a signal ended it, which the process caused itself or somebody sent"
    NOT_FOUND = "the command was not found"
    NOT_EXECUTABLE = "the command could not be executed"
    CANNOT_RUN = "the runtime could not run it"
    LOST = "it was running and is gone, and nobody knows how it ended"
    RESTARTED_WITH_ALL = "all containers of the pod were started anew"
    FAILED = "it ended by itself with an error of its own"

    @property
    def advice(self) -> str:
        """What to look at."""
        return _ADVICE[self]


_LOGS = "read the logs of that instance: kubectl logs --previous"
_ADVICE = {
    ExitCause.COMPLETED: "a container that is to go on must not end; one that is to end wants the restartPolicy OnFailure or Never",
    ExitCause.OUT_OF_MEMORY: "raise the memory limit, or let the program use less; look also at how much memory the node has left",
    ExitCause.KILLED: "see whether it handles SIGTERM within terminationGracePeriodSeconds, and whether a liveness probe failed",
    ExitCause.STOPPED: "see what stopped it: a probe, a changed definition, the deletion of the pod, or a process of its own",
    ExitCause.SIGNALLED: _LOGS,
    ExitCause.NOT_FOUND: "see whether command names something that is in the image, and what a script in it calls",
    ExitCause.NOT_EXECUTABLE: "see whether the file is executable, and made for the architecture of the node",
    ExitCause.CANNOT_RUN: "read what the runtime says of how it ended; often the command is not in the image, or is not executable",
    ExitCause.LOST: "see whether the node, the runtime or the kubelet was restarted",
    ExitCause.RESTARTED_WITH_ALL: "see which container has the restart rule that was met",
    ExitCause.FAILED: _LOGS,
}

_BY_REASON = {
    "OOMKilled": ExitCause.OUT_OF_MEMORY,
    "ContainerCannotRun": ExitCause.CANNOT_RUN,
    "StartError": ExitCause.CANNOT_RUN,
    CONTAINER_STATUS_UNKNOWN: ExitCause.LOST,
    "Unknown": ExitCause.LOST,  # of containerd, with the exit code 255, for what was running before the node or itself was restarted
    RESTARTING_ALL_CONTAINERS: ExitCause.RESTARTED_WITH_ALL,
}
_BY_CODE = {0: ExitCause.COMPLETED, 126: ExitCause.NOT_EXECUTABLE, 127: ExitCause.NOT_FOUND}
_BY_SIGNAL = {9: ExitCause.KILLED, 15: ExitCause.STOPPED}

_SIGNALLED = 128
_LAST_SIGNAL = 64
_SIGNALS = {
    1: "SIGHUP",
    2: "SIGINT",
    3: "SIGQUIT",
    4: "SIGILL",
    5: "SIGTRAP",
    6: "SIGABRT",
    7: "SIGBUS",
    8: "SIGFPE",
    9: "SIGKILL",
    10: "SIGUSR1",
    11: "SIGSEGV",
    12: "SIGUSR2",
    13: "SIGPIPE",
    14: "SIGALRM",
    15: "SIGTERM",
    24: "SIGXCPU",
    25: "SIGXFSZ",
    31: "SIGSYS",
}
"""The signals of Linux that end a process, by number."""


@attrs.frozen
class ExitExplanation:
    """How a container ended.

    ``signal`` is the name of the signal, or its number, empty where there was none; a lost container has none, though its exit code is
    137. ``message`` is what the container or the runtime left, cut where it is long.
    """

    cause: ExitCause
    exit_code: int
    signal: str = ""
    reason: str = ""
    message: str = ""

    def __str__(self) -> str:
        named = ", ".join(filter(None, (f"exit code {self.exit_code}", self.signal, self.reason)))
        return f"{self.cause.value} ({named})"


def explain_exit(terminated: Terminated) -> ExitExplanation:
    """Return what is known of the end of a container, from the ``terminated`` of its ``state`` or ``lastState``.

    >>> print(explain_exit(Terminated.from_json({"exitCode": 143, "reason": "Error"})))
    it got SIGTERM, as when a container is stopped, and did not handle it (exit code 143, SIGTERM, Error)
    """
    number = _signal(terminated)
    cause = _BY_REASON.get(terminated.reason) or _BY_CODE.get(terminated.exit_code)
    if cause is None:
        cause = _BY_SIGNAL.get(number, ExitCause.SIGNALLED) if number else ExitCause.FAILED
    signal = _SIGNALS.get(number, f"signal {number}") if number and cause not in {ExitCause.LOST, ExitCause.RESTARTED_WITH_ALL} else ""
    return ExitExplanation(cause, terminated.exit_code, signal, shown(terminated.reason), shown(terminated.message))


def _signal(terminated: Terminated) -> int:
    """Return the number of the signal that ended a container, 0 where it was none."""
    if terminated.signal > 0:
        return terminated.signal
    number = terminated.exit_code - _SIGNALLED
    return number if 0 < number <= _LAST_SIGNAL else 0
