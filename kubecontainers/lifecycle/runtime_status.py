"""What the container runtime reports of a pod's containers, as the kubelet keeps it.

Kubernetes has it as ``Status`` in ``pkg/kubelet/container/runtime.go``. A container that was restarted is there several times, once for
each instance. To the report belong two things that the kubelet itself knows of an instance: what its probes said last, and whether the
pod's definition of the container has changed since.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from ..apimachinery.durations import to_duration
from ..golang.duration import Duration

__all__ = ["NO_SANDBOX", "PodSandbox", "ProbeResult", "RuntimeContainer", "RuntimeState", "SandboxState", "newest_by_name"]


class RuntimeState(enum.Enum):
    """The state of an instance of a container in the runtime; the values are the kubelet's."""

    CREATED = "created"
    RUNNING = "running"
    EXITED = "exited"
    UNKNOWN = "unknown"


class ProbeResult(enum.Enum):
    """What a probe said last; the values are the kubelet's."""

    SUCCESS = "Success"
    FAILURE = "Failure"
    UNKNOWN = "Unknown"


@attrs.frozen
class RuntimeContainer:
    """One instance of a container in the runtime.

    ======================  ==============================================================================================================
    ``name``                the container's name in the pod
    ``state``               one of ``RuntimeState``
    ``exit_code``           of an instance that exited
    ``reason``              why it ended, in the runtime's words: ``Completed``, ``Error``, ``OOMKilled``
    ``message``             how it ended, in the runtime's words
    ``restart_count``       how many instances there were before
    ``created_at``          ``Duration``, ``timedelta`` or seconds since a moment of your choice, ``None`` where it has not come to it
    ``started_at``          the same
    ``finished_at``         the same
    ``liveness``            what the liveness probe said last, ``None`` where it has not run yet
    ``startup``             what the startup probe said last
    ``definition_changed``  whether the pod's definition of the container is no longer the one that it was created from
    ``id``                  the runtime's name for the instance
    ======================  ==============================================================================================================

    Raises ``InvalidDuration`` for a time that is none.

    >>> RuntimeContainer("app", RuntimeState.EXITED, exit_code=1, finished_at=90).finished_at
    Duration('1m30s')
    """

    name: str
    state: RuntimeState
    exit_code: int = attrs.field(default=0, kw_only=True)
    reason: str = attrs.field(default="", kw_only=True)
    message: str = attrs.field(default="", kw_only=True)
    restart_count: int = attrs.field(default=0, kw_only=True)
    created_at: Duration | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(to_duration))
    started_at: Duration | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(to_duration))
    finished_at: Duration | None = attrs.field(default=None, kw_only=True, converter=attrs.converters.optional(to_duration))
    liveness: ProbeResult | None = attrs.field(default=None, kw_only=True)
    startup: ProbeResult | None = attrs.field(default=None, kw_only=True)
    definition_changed: bool = attrs.field(default=False, kw_only=True)
    id: str = attrs.field(default="", kw_only=True)


def newest_by_name(statuses: Iterable[RuntimeContainer]) -> dict[str, RuntimeContainer]:
    """Return the newest instance of each container; ``statuses`` are the newest first, as far as they have the same name.

    >>> statuses = [RuntimeContainer("app", RuntimeState.RUNNING), RuntimeContainer("app", RuntimeState.EXITED)]
    >>> newest_by_name(statuses)["app"].state
    <RuntimeState.RUNNING: 'running'>
    """
    newest: dict[str, RuntimeContainer] = {}
    for status in statuses:
        newest.setdefault(status.name, status)
    return newest


class SandboxState(enum.Enum):
    """Whether a pod has a sandbox, the surroundings that its containers share, and whether they can run in it."""

    NONE = "none"
    READY = "ready"
    NOT_READY = "notReady"


@attrs.frozen
class PodSandbox:
    """The newest sandbox of a pod; ``attempt`` is how many there were before it."""

    state: SandboxState
    attempt: int = 0


NO_SANDBOX = PodSandbox(SandboxState.NONE)
"""What a new pod has."""
