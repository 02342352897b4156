"""How far the start of a container has come, where its status does not say: from the conditions and the events of its pod.

While a start was never tried, the kubelet shows ``ContainerCreating`` or ``PodInitializing`` only; a pod whose sandbox cannot be made, or
whose volumes cannot be mounted, waits so for ever. What an event says is in ``pkg/kubelet`` and ``pkg/scheduler``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, mapping_at, objects_at, text_at
from ..apimachinery.release import Release
from .container_state import ContainerStatus, Running, Waiting
from .events import EventReason
from .seen_events import SeenEvent
from .waiting_reasons import ContainerWaitingReason, Retry, StartStep, waiting_reason

__all__ = ["MOST_LOOKED_AT", "Evidence", "PodEvidence", "failed_step", "pod_evidence"]

MOST_LOOKED_AT = 100
"""How many events about the pod, and about each container, are looked at, the newest."""

_SPEC, _STATUS = ROOT.child("spec"), ROOT.child("status")
_SCHEDULED, _SANDBOX_READY = "PodScheduled", "PodReadyToStartContainers"
_ERROR, _PULL_FAILED = "Error: ", "Failed to pull image "

_ORDER = {step: position for position, step in enumerate(StartStep)}

_TELLING = {
    EventReason.FAILED_SCHEDULING: (StartStep.SCHEDULE, Retry.SCHEDULER),
    EventReason.SCHEDULED: (StartStep.PREPARE, Retry.UNDER_WAY),
    EventReason.NETWORK_NOT_READY: (StartStep.PREPARE, Retry.NEXT_SYNC),
    EventReason.FAILED_MOUNT: (StartStep.PREPARE, Retry.VOLUME_BACK_OFF),
    EventReason.FAILED_MAP_VOLUME: (StartStep.PREPARE, Retry.VOLUME_BACK_OFF),
    EventReason.FAILED_ATTACH_VOLUME: (StartStep.PREPARE, Retry.VOLUME_BACK_OFF),
    EventReason.FAILED_PREPARE_DYNAMIC_RESOURCES: (StartStep.PREPARE, Retry.NEXT_SYNC),
    EventReason.FAILED_CREATE_POD_CONTAINER: (StartStep.PREPARE, Retry.NEXT_SYNC),
    EventReason.FAILED_CREATE_POD_SANDBOX: (StartStep.SANDBOX, Retry.NEXT_SYNC),
    EventReason.FAILED_POD_SANDBOX_STATUS: (StartStep.SANDBOX, Retry.NEXT_SYNC),
    EventReason.SANDBOX_CHANGED: (StartStep.SANDBOX, Retry.UNDER_WAY),
    EventReason.PULLING: (StartStep.IMAGE, Retry.UNDER_WAY),
    EventReason.INSPECT_FAILED: (StartStep.IMAGE, Retry.NEXT_SYNC),
    EventReason.ERR_IMAGE_NEVER_PULL: (StartStep.IMAGE, Retry.NEXT_SYNC),
    EventReason.PULLED: (StartStep.CONFIGURE, Retry.UNDER_WAY),
    EventReason.CREATED: (StartStep.START, Retry.UNDER_WAY),
    EventReason.STARTED: (StartStep.POST_START, Retry.UNDER_WAY),
    EventReason.FAILED_POST_START_HOOK: (StartStep.POST_START, Retry.RESTART_BACK_OFF),
}
"""Which step an event leads to, and when that is tried again if it has failed."""


_REPEATED = {f"{_ERROR}{reason.value}": reason for reason in ContainerWaitingReason if reason.value}
"""The messages of ``Failed`` that only say which reason the status has too."""


@attrs.frozen
class Evidence:
    """How far a start has come: the step that failed or is not known to be done, and what says so."""

    step: StartStep
    retry: Retry
    cause: SeenEvent | None = None
    message: str = ""
    blocked_by: str = ""

    @property
    def is_told(self) -> bool:
        """Whether an event, a condition or another container says so, and not only that nothing is known."""
        return self.cause is not None or self.message != "" or self.blocked_by != ""


def failed_step(reason: ContainerWaitingReason, own: Sequence[SeenEvent]) -> Evidence:
    """Return what a reason says that names the step; ``own`` are the events about the container, the oldest first."""
    meaning = reason.meaning
    for wanted in meaning.events:
        found = next((event for event in reversed(own) if event.known is wanted and event.message not in _REPEATED), None)
        if found is not None:
            return Evidence(meaning.step, meaning.retry, found)
    return Evidence(meaning.step, meaning.retry)


@attrs.frozen
class PodEvidence:
    """How far the start of a pod has come.

    ``events`` are those about the pod as a whole that tell it. ``at`` is the first step that is not known to be done, ``message`` what the
    scheduler says of a pod that it gives no node.
    """

    at: StartStep
    message: str
    events: tuple[SeenEvent, ...]

    def of_container(self, own: Sequence[SeenEvent], *, reported: bool, blocked_by: str = "", busy: str = "") -> Evidence:
        """Return how far the start of a container has come.

        ``own`` are the events about it. ``reported`` says whether a kubelet has reported it, which it does only of pods that have their
        node. ``blocked_by`` is the init container that comes first, ``busy`` another container that is being started.
        """
        at = StartStep.PREPARE if reported and self.at is StartStep.SCHEDULE else self.at
        if at is StartStep.INITIALIZE and blocked_by:
            return Evidence(at, Retry.TURN, blocked_by=blocked_by)
        told = [(event, *found) for event in (*self.events, *own) if (found := _told(event)) and _ORDER[found[0]] >= _ORDER[at]]
        if told:
            cause, step, retry = _most_telling(sorted(told, key=lambda entry: (entry[0].order, _ORDER[entry[1]])))
            return Evidence(step, retry, cause, cause.message)
        if at is StartStep.INITIALIZE:
            return Evidence(StartStep.IMAGE, Retry.TURN if busy else Retry.UNDER_WAY, blocked_by=busy)
        return Evidence(at, Retry.SCHEDULER if self.message else Retry.UNDER_WAY, message=self.message)


def pod_evidence(pod: JSONObject, statuses: Iterable[ContainerStatus], events: Sequence[SeenEvent], *, release: Release) -> PodEvidence:
    """Return how far the start of a pod has come; ``statuses`` are those of its containers. Raises ``MalformedObject``."""
    spec, status = mapping_at(pod, "spec", ROOT) or {}, mapping_at(pod, "status", ROOT) or {}
    conditions = {text_at(entry, "type", path): (path, entry) for path, entry in objects_at(status, "conditions", _STATUS)}
    telling = [event for event in events if _told(event)]
    whole = tuple(event for event in telling if not event.field_path)[-MOST_LOOKED_AT:]
    ready = conditions.get(_SANDBOX_READY)
    in_sandbox = any(_is_in_sandbox(entry, release, ended=ready is None) for entry in statuses)
    if in_sandbox or _is_true(ready) or _tells_of_container(telling):
        return PodEvidence(StartStep.INITIALIZE, "", whole)
    if text_at(spec, "nodeName", _SPEC) or _is_true(conditions.get(_SCHEDULED)):
        return PodEvidence(StartStep.PREPARE, "", whole)
    path, scheduled = conditions.get(_SCHEDULED, (_STATUS, {}))
    return PodEvidence(StartStep.SCHEDULE, text_at(scheduled, "message", path), whole)


def _most_telling(told: Sequence[tuple[SeenEvent, StartStep, Retry]]) -> tuple[SeenEvent, StartStep, Retry]:
    """Return the latest of some events with the step that each leads to; they are the oldest first.

    One about the pod that only says that a step begins, as ``SandboxChanged`` does before each try, takes back no failure of that step.
    """
    latest, step, _ = told[-1]
    if not latest.field_path:
        for entry in reversed(told):
            if entry[1] is not step:
                break
            if entry[2] is not Retry.UNDER_WAY:
                return entry
    return told[-1]


def _told(event: SeenEvent) -> tuple[StartStep, Retry] | None:
    """Return the step that an event leads to, ``None`` where it leads to none."""
    if event.known is not EventReason.FAILED:
        return None if event.known is None else _TELLING.get(event.known)
    if event.message.startswith(_PULL_FAILED):
        return StartStep.IMAGE, Retry.PULL_BACK_OFF
    reason = _REPEATED.get(event.message)
    return None if reason is None else (reason.meaning.step, reason.meaning.retry)


def _tells_of_container(telling: Sequence[SeenEvent]) -> bool:
    """Return whether what was heard last is about a container, which is started in a sandbox only."""
    latest = max(telling, key=lambda event: (event.order, event.field_path != ""), default=None)
    return latest is not None and latest.field_path != ""


def _is_in_sandbox(status: ContainerStatus, release: Release, *, ended: bool) -> bool:
    """Return whether a container shows that there is a sandbox; ``ended``: whether one that has ended does."""
    if isinstance(status.state, Waiting):
        reason = waiting_reason(status.state.reason, release=release)
        return reason is not None and _ORDER[reason.meaning.step] >= _ORDER[StartStep.INITIALIZE]
    return isinstance(status.state, Running) or (ended and status.state is not None)


def _is_true(condition: tuple[FieldPath, JSONObject] | None) -> bool:
    return condition is not None and text_at(condition[1], "status", condition[0]) == "True"
