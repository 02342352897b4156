"""What one sync of a pod does with single containers: which it starts, which it kills, and why.

Kubernetes keeps both as parts of ``podActions`` (``pkg/kubelet/kuberuntime/kuberuntime_manager.go``).
"""

from __future__ import annotations

import enum

import attrs

from .grace import KillReason
from .restart import RestartDecision, RestartReason
from .runtime_status import RuntimeContainer, RuntimeState

__all__ = ["ContainerKill", "ContainerStart", "KillCause", "StartReason", "kill_unknown", "restarted"]


class StartReason(enum.Enum):
    """Why a container is started."""

    NEW_SANDBOX = "the pod gets a new sandbox"
    FIRST_INIT = "no init container has been started, and it is the first"
    NEXT_INIT = "the init container before it is done, or is a sidecar that has started"
    NEVER_RAN = "the runtime knows no instance of it"
    LOST_SIDECAR = "it is a sidecar of a pod that was further than that, and the runtime no longer knows it"
    CREATED = "it was created and never started"
    SIDECAR_EXITED = "it is a sidecar that exited"
    INIT_FAILED = "it is an init container that failed, and may be tried again"
    EXITED = "it exited, and a rule or a restart policy starts it again"
    UNKNOWN = "the runtime does not know its state; it is killed first"
    DEFINITION_CHANGED = "its definition changed; it is killed first"
    LIVENESS_FAILED = "its liveness probe failed; it is killed first"
    STARTUP_FAILED = "its startup probe failed; it is killed first"


@attrs.frozen
class ContainerStart:
    """A container that is started: its ``index`` in its list, its name, and why.

    ``restart`` is the decision by policies and rules, where one was asked for: for app containers, and for init containers that failed.
    """

    index: int
    name: str
    reason: StartReason
    restart: RestartDecision | None = None


class KillCause(enum.Enum):
    """Why a running container, or one that may be running, is killed by itself."""

    DEFINITION_CHANGED = "its definition changed"
    LIVENESS_FAILED = "its liveness probe failed"
    STARTUP_FAILED = "its startup probe failed"
    UNKNOWN = "the runtime does not know its state, and it is to be started again"

    @property
    def kill_reason(self) -> KillReason:
        """Kubernetes' own reason for the kill, on which the grace period depends."""
        return _KILL_REASONS[self]

    @property
    def start_reason(self) -> StartReason:
        """Why a container that is killed for this is started again."""
        return StartReason[self.name]


_KILL_REASONS = {
    KillCause.DEFINITION_CHANGED: KillReason.DEFINITION_CHANGED,
    KillCause.LIVENESS_FAILED: KillReason.LIVENESS_PROBE,
    KillCause.STARTUP_FAILED: KillReason.STARTUP_PROBE,
    KillCause.UNKNOWN: KillReason.UNKNOWN,
}


@attrs.frozen
class ContainerKill:
    """An instance of a container that is killed, why, and the message of the event ``Killing``."""

    instance: RuntimeContainer
    cause: KillCause
    message: str

    @property
    def name(self) -> str:
        """The container's name."""
        return self.instance.name

    @property
    def reason(self) -> KillReason:
        """Kubernetes' own reason for the kill."""
        return self.cause.kill_reason


_START_REASONS = {
    RestartReason.NEVER_RAN: StartReason.NEVER_RAN,
    RestartReason.CREATED: StartReason.CREATED,
    RestartReason.UNKNOWN: StartReason.UNKNOWN,
}


def restarted(index: int, name: str, decision: RestartDecision) -> ContainerStart:
    """Return the start of a container that a decision asks for."""
    return ContainerStart(index, name, _START_REASONS.get(decision.reason, StartReason.EXITED), decision)


def kill_unknown(instance: RuntimeContainer, kind: str) -> ContainerKill:
    """Return the kill of an instance whose state the runtime does not know, and which is to be started again.

    ``kind`` begins the message: ``Container``, ``Init container``.
    """
    message = f'{kind} is in "{RuntimeState.UNKNOWN.value}" state, try killing it before restart'
    return ContainerKill(instance, KillCause.UNKNOWN, message)
