"""The state of a container as a pod's status tells it: ``ContainerState`` and ``ContainerStatus`` of the API (``core/v1``).

A container is in one of three states, or in none that is known. Times are durations since 1970, see ``times``.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import (
    ContainerKind,
    JSONObject,
    Pod,
    boolean_at,
    integer_at,
    mapping_at,
    objects_at,
    root_object,
    text_at,
)
from ..golang.duration import Duration
from .times import time_at, time_text

__all__ = [
    "ContainerState",
    "ContainerStatus",
    "Running",
    "Terminated",
    "Waiting",
    "container_statuses_at",
    "state_from_json",
    "state_to_json",
]

_STATUS = ROOT.child("status")
_INT32 = 32

_LISTS = {
    ContainerKind.INIT: "initContainerStatuses",
    ContainerKind.APP: "containerStatuses",
    ContainerKind.EPHEMERAL: "ephemeralContainerStatuses",
}


@attrs.frozen
class Waiting:
    """The container does not run yet, or not again; ``reason`` says why, and can be empty."""

    reason: str = ""
    message: str = ""

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> Waiting:
        """Return the value of the object in the field ``waiting``. Raises ``MalformedObject``."""
        return cls(text_at(obj, "reason", path), text_at(obj, "message", path))

    def to_json(self) -> dict[str, object]:
        """Return the object of the field ``waiting``."""
        return _filled(reason=self.reason, message=self.message)


@attrs.frozen
class Running:
    """The container runs, since ``started_at`` if that is known."""

    started_at: Duration | None = None

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> Running:
        """Return the value of the object in the field ``running``. Raises ``MalformedObject``."""
        return cls(time_at(obj, "startedAt", path))

    def to_json(self) -> dict[str, object]:
        """Return the object of the field ``running``."""
        return _filled(startedAt=_time(self.started_at))


@attrs.frozen
class Terminated:
    """The container has ended, with ``exit_code``; reasons such as ``Completed`` and ``OOMKilled`` are the runtime's."""

    exit_code: int
    reason: str = ""
    message: str = ""
    signal: int = 0
    started_at: Duration | None = None
    finished_at: Duration | None = None
    container_id: str = ""

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> Terminated:
        """Return the value of the object in the field ``terminated``; without an exit code that is 0. Raises ``MalformedObject``."""
        return cls(
            integer_at(obj, "exitCode", path, bits=_INT32),
            text_at(obj, "reason", path),
            text_at(obj, "message", path),
            integer_at(obj, "signal", path, bits=_INT32),
            time_at(obj, "startedAt", path),
            time_at(obj, "finishedAt", path),
            text_at(obj, "containerID", path),
        )

    def to_json(self) -> dict[str, object]:
        """Return the object of the field ``terminated``."""
        return {
            "exitCode": self.exit_code,
            **_filled(
                signal=self.signal,
                reason=self.reason,
                message=self.message,
                startedAt=_time(self.started_at),
                finishedAt=_time(self.finished_at),
                containerID=self.container_id,
            ),
        }


ContainerState = Waiting | Running | Terminated
"""What is known of a container; ``None`` stands beside it where nothing is."""


def state_from_json(obj: JSONObject, path: FieldPath = ROOT) -> ContainerState | None:
    """Return the state that the object in ``state`` or ``lastState`` is, ``None`` where it is empty.

    Of several, which a kubelet never writes, the first of running, terminated, waiting counts. Raises ``MalformedObject``.

    >>> state_from_json({"waiting": {"reason": "CrashLoopBackOff"}})
    Waiting(reason='CrashLoopBackOff', message='')
    """
    if (running := mapping_at(root_object(obj, path), "running", path)) is not None:
        return Running.from_json(running, path.child("running"))
    if (terminated := mapping_at(obj, "terminated", path)) is not None:
        return Terminated.from_json(terminated, path.child("terminated"))
    if (waiting := mapping_at(obj, "waiting", path)) is not None:
        return Waiting.from_json(waiting, path.child("waiting"))
    return None


def state_to_json(state: ContainerState | None) -> dict[str, object]:
    """Return the object that ``state`` or ``lastState`` holds.

    >>> state_to_json(Terminated(137, "OOMKilled"))
    {'terminated': {'exitCode': 137, 'reason': 'OOMKilled'}}
    """
    if state is None:
        return {}
    return {type(state).__name__.lower(): state.to_json()}


@attrs.frozen(kw_only=True)
class ContainerStatus:
    """What a pod's status says of one container, as far as it is about its life.

    ``last_state`` is how the instance before ended. ``started`` is ``None`` where it is not said; ``container_id`` is the runtime's, empty
    where there is none.
    """

    name: str
    state: ContainerState | None = None
    last_state: ContainerState | None = None
    restart_count: int = 0
    started: bool | None = None
    container_id: str = ""

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> ContainerStatus:
        """Return the value of an entry of ``containerStatuses``, which stands at ``path``. Raises ``MalformedObject``.

        >>> ContainerStatus.from_json({"name": "web", "state": {"running": {}}, "restartCount": 2}).restart_count
        2
        """
        return cls(
            name=text_at(root_object(obj, path), "name", path),
            state=_state_at(obj, "state", path),
            last_state=_state_at(obj, "lastState", path),
            restart_count=integer_at(obj, "restartCount", path, bits=_INT32),
            started=boolean_at(obj, "started", path),
            container_id=text_at(obj, "containerID", path),
        )

    def to_json(self) -> dict[str, object]:
        """Return the entry of ``containerStatuses``, without image and readiness, which are not kept here."""
        made: dict[str, object] = {
            "name": self.name,
            "state": state_to_json(self.state),
            "lastState": state_to_json(self.last_state),
            "restartCount": self.restart_count,
        }
        if self.started is not None:
            made["started"] = self.started
        return made | _filled(containerID=self.container_id)


def container_statuses_at(pod: Pod | JSONObject, kind: ContainerKind) -> Iterator[ContainerStatus]:
    """Yield what ``status`` of a pod says of its containers of one kind. Raises ``MalformedObject``.

    >>> pod = {"status": {"containerStatuses": [{"name": "web", "state": {"waiting": {}}}]}}
    >>> [status.name for status in container_statuses_at(pod, ContainerKind.APP)]
    ['web']
    """
    status = mapping_at(root_object(pod), "status", ROOT) or {}
    for path, entry in objects_at(status, _LISTS[kind], _STATUS):
        yield ContainerStatus.from_json(entry, path)


def _state_at(parent: JSONObject, key: str, path: FieldPath) -> ContainerState | None:
    obj = mapping_at(parent, key, path)
    return None if obj is None else state_from_json(obj, path.child(key))


def _time(time: Duration | None) -> str:
    return "" if time is None else time_text(time)


def _filled(**fields: str | int) -> dict[str, object]:
    """Return the fields that say something; Go leaves out the others."""
    return {name: value for name, value in fields.items() if value}
