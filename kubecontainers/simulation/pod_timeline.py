"""What happened to one pod: calls of the runtime, events, statuses, syncs, and what its containers were doing.

All times are durations since the beginning of the simulation.
"""

from __future__ import annotations

import bisect
import enum

import attrs

from ..apimachinery.durations import to_duration
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, mapping_at
from ..golang.duration import Duration, DurationLike, wrapping_seconds
from ..lifecycle.container_state import ContainerStatus
from ..lifecycle.events import LifecycleEvent
from ..lifecycle.phase import Phase
from ..lifecycle.times import time_text
from .spans import Span
from .status_object import ListedStatus, status_object

__all__ = ["CallKind", "PodEnd", "PodTimeline", "StatusChange", "SyncRecord", "TimedCall", "TimedEvent", "TimedResult"]


class CallKind(enum.Enum):
    """What the kubelet asks the runtime for, hooks among it; the values are the names of the calls."""

    RUN_POD_SANDBOX = "RunPodSandbox"
    STOP_POD_SANDBOX = "StopPodSandbox"
    PULL_IMAGE = "PullImage"
    CREATE_CONTAINER = "CreateContainer"
    START_CONTAINER = "StartContainer"
    STOP_CONTAINER = "StopContainer"
    REMOVE_CONTAINER = "RemoveContainer"
    POST_START = "PostStart"
    PRE_STOP = "PreStop"


@attrs.frozen
class TimedCall:
    """A call of the runtime, and when it began.

    ``pod`` is the pod as ``namespace/name``. ``target`` is a container or ``sandbox`` with the number of its instance (``app#0``), or an
    image. ``timeout_seconds`` is what the runtime is told to wait before KILL.
    """

    at: Duration
    pod: str
    kind: CallKind
    target: str
    timeout_seconds: int | None = None

    def to_json(self) -> dict[str, object]:
        """Return the call as JSON."""
        made: dict[str, object] = {"at": str(self.at), "pod": self.pod, "call": self.kind.value, "target": self.target}
        return made if self.timeout_seconds is None else made | {"timeoutSeconds": self.timeout_seconds}


@attrs.frozen
class TimedEvent:
    """An event, the pod it is about as ``namespace/name``, and when the kubelet emitted it."""

    at: Duration
    pod: str
    event: LifecycleEvent

    def to_json(self) -> dict[str, object]:
        """Return the event as JSON; ``fieldPath`` is there only where it is about a container."""
        event = self.event
        made: dict[str, object] = {
            "at": str(self.at),
            "pod": self.pod,
            "type": event.type.value,
            "reason": event.reason.value,
            "message": event.message,
        }
        return made | {"fieldPath": event.field_path} if event.field_path else made


@attrs.frozen
class StatusChange:
    """A status that the kubelet reported: the phase, and the statuses of those containers whose status has changed.

    ``address`` is the pod's then, empty while it has no sandbox.
    """

    at: Duration
    phase: Phase
    changed: tuple[ListedStatus, ...] = ()
    address: str = ""

    def status(self, container: str) -> ContainerStatus | None:
        """Return the new status of a container, ``None`` where it has not changed."""
        return next((listed.status for listed in self.changed if listed.status.name == container), None)

    def to_json(self) -> dict[str, object]:
        """Return the change as JSON."""
        changed = {listed.status.name: listed.status.to_json() for listed in self.changed}
        return {"at": str(self.at), "phase": self.phase.value, "changed": changed}


@attrs.frozen
class TimedResult:
    """What came of one step of a sync: ``error`` is its class, empty where there is none, and ``message`` says more."""

    action: str
    target: str
    error: str = ""
    message: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the result as JSON, without what is empty."""
        made: dict[str, object] = {"action": self.action, "target": self.target}
        return made | {key: value for key, value in (("error", self.error), ("message", self.message)) if value}


@attrs.frozen
class SyncRecord:
    """One sync of a pod: when it began and was done, and what came of its steps."""

    at: Duration
    done_at: Duration
    results: tuple[TimedResult, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether one of the steps failed."""
        return any(result.error for result in self.results)

    def to_json(self) -> dict[str, object]:
        """Return the sync as JSON."""
        return {"at": str(self.at), "doneAt": str(self.done_at), "results": [result.to_json() for result in self.results]}


class PodEnd(enum.Enum):
    """Why the story of a pod ends."""

    STEADY = "steady"
    """Nothing would happen any more, however long one waited."""
    TERMINAL = "terminal"
    """The pod has succeeded or failed, and what was still running of it was stopped."""
    DELETED = "deleted"
    """The pod was deleted, and its containers were stopped."""
    MAX_SYNCS = "maxSyncs"
    """The script allows no more syncs."""
    HORIZON = "horizon"
    """The simulated time was over."""


@attrs.frozen(kw_only=True)
class PodTimeline:
    """What happened to one pod.

    =====================  ==============================================================================================================
    ``name``               ``namespace/name``
    ``pod``                the pod as the API server stores it, with its defaults, without ``status``
    ``created_at``         when the kubelet got to know it
    ``end``, ``phase``     why its story ends, and its last phase
    ``changes``            the statuses that the kubelet reported, each with what changed
    ``calls``, ``events``  in the order of time; hooks that nobody waited for can have events after all else
    ``syncs``              the syncs that had results
    ``spans``              what its containers were doing, by container and time
    ``deleted_at``         when it was deleted, with ``deletion_grace_seconds``; ``None`` where it was not. A pod that had finished is
                           gone then; of any other the kubelet sees it when the sync is over that is under way
    ``terminating_at``,
    ``terminated_at``      when the kubelet began to stop all of it, and when that was done; ``None`` where it did not come to it
    ``kill_failed``        whether the runtime could not stop all of it, the last time
    =====================  ==============================================================================================================
    """

    name: str
    pod: JSONObject = attrs.field(hash=False, repr=False)
    created_at: Duration = attrs.field(factory=Duration)
    end: PodEnd = PodEnd.STEADY
    phase: Phase = Phase.PENDING
    changes: tuple[StatusChange, ...] = ()
    calls: tuple[TimedCall, ...] = ()
    events: tuple[TimedEvent, ...] = ()
    syncs: tuple[SyncRecord, ...] = ()
    spans: tuple[Span, ...] = ()
    deleted_at: Duration | None = None
    deletion_grace_seconds: int | None = None
    terminating_at: Duration | None = None
    terminated_at: Duration | None = None
    kill_failed: bool = False

    def statuses(self, at: DurationLike) -> tuple[ListedStatus, ...]:
        """Return the statuses of the containers as they were reported last at a moment: none before the first report.

        Init containers come in the order of the pod, then app containers and ephemeral ones by name. Raises ``InvalidDuration``.
        """
        found: dict[str, ListedStatus] = {}
        for change in self.changes[: self._reported(at)]:
            for listed in change.changed:
                found[listed.status.name] = listed  # the first report has all of them, so this keeps their order
        return tuple(found.values())

    def phase_at(self, at: DurationLike) -> Phase:
        """Return the phase as it was reported last at a moment, ``Pending`` before the first report. Raises ``InvalidDuration``."""
        count = self._reported(at)
        return self.changes[count - 1].phase if count else Phase.PENDING

    def status(self, at: DurationLike) -> dict[str, object]:
        """Return ``status`` of the pod at a moment, as the kubelet reported it last. Raises ``InvalidDuration``."""
        count = self._reported(at)
        address = self.changes[count - 1].address if count else ""
        return status_object(self.phase_at(at), self.statuses(at), created_at=self.created_at, address=address)

    def pod_at(self, at: DurationLike) -> dict[str, object]:
        """Return the pod at a moment: with its ``status``, and from its deletion on with what that puts into ``metadata``.

        Raises ``InvalidDuration``.
        """
        metadata = {**(mapping_at(self.pod, "metadata", ROOT) or {})}
        if self.deleted_at is not None and self.deleted_at <= to_duration(at):
            grace = self.deletion_grace_seconds or 0
            metadata["deletionGracePeriodSeconds"] = grace
            metadata["deletionTimestamp"] = time_text(self.deleted_at + wrapping_seconds(grace))
        return {**self.pod, "metadata": metadata, "status": self.status(at)}

    def container(self, name: str) -> tuple[Span, ...]:
        """Return what one container was doing, in the order of time."""
        return tuple(span for span in self.spans if span.container == name)

    def to_json(self) -> dict[str, object]:
        """Return all of it as JSON but the pod: times in Go's text form."""
        return {
            "name": self.name,
            "createdAt": str(self.created_at),
            "end": self.end.value,
            "phase": self.phase.value,
            "deletedAt": _text(self.deleted_at),
            "deletionGracePeriodSeconds": self.deletion_grace_seconds,
            "terminatingAt": _text(self.terminating_at),
            "terminatedAt": _text(self.terminated_at),
            "killFailed": self.kill_failed,
            "changes": [change.to_json() for change in self.changes],
            "calls": [call.to_json() for call in self.calls],
            "events": [event.to_json() for event in self.events],
            "syncs": [sync.to_json() for sync in self.syncs],
            "spans": [span.to_json() for span in self.spans],
        }

    def _reported(self, at: DurationLike) -> int:
        """Return how many reports there were up to a moment, and at it."""
        return bisect.bisect_right(self.changes, to_duration(at), key=_at)


def _at(change: StatusChange) -> Duration:
    return change.at


def _text(time: Duration | None) -> str | None:
    return None if time is None else str(time)
