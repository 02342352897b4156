"""Why a container waits: from what a user sees of a pod, its status and its events, to the step that failed and what was done before.

The reason of a container that waits says much (``waiting_reasons``), except while its start was never tried: then the conditions and the
events of the pod tell (``start_evidence``). Kubernetes documents neither together; the steps are those of the kubelet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, Pod, containers, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Release
from .container_state import ContainerStatus, Running, Terminated, Waiting
from .events import EventReason, container_field_path
from .exits import ExitCause, ExitExplanation, explain_exit
from .grace import KillReason
from .phase import Phase
from .restart import is_being_deleted
from .seen_events import EventObjects, SeenEvent, events_about
from .shown_text import shown
from .sidecars import is_sidecar
from .start_evidence import MOST_LOOKED_AT, Evidence, PodEvidence, failed_step, pod_evidence
from .statuses import PodContainerStatuses
from .waiting_reasons import ContainerWaitingReason, Retry, StartStep, steps_before, waiting_reason

__all__ = ["MOST_EVENTS", "WaitingExplanation", "explain_waiting"]

MOST_EVENTS = 10
"""How many events an explanation names, the newest."""

_STATUS = ROOT.child("status")
_NOT_TOLD = frozenset({ContainerWaitingReason.CONTAINER_CREATING, ContainerWaitingReason.POD_INITIALIZING})
_CONTAINER_STEPS = frozenset(StartStep) - frozenset(steps_before(StartStep.IMAGE))
"""The steps that each container takes by itself."""
_OF_IMAGES = frozenset(
    {
        EventReason.FAILED_TO_RETRIEVE_IMAGE_PULL_SECRET,
        EventReason.PULLING,
        EventReason.PULLED,
        EventReason.FAILED,
        EventReason.INSPECT_FAILED,
        EventReason.ERR_IMAGE_NEVER_PULL,
        EventReason.BACK_OFF,
    }
)
"""What is said of images; of pull secrets and of volumes that are images it is said about the pod."""
_TERMINAL = frozenset(phase.value for phase in Phase if phase.is_terminal)
_NO_STATUS = "the status of the pod says nothing of the container: no kubelet has reported it yet"
_ENDED = "the pod has ended, and its status says nothing of the container"
_ASK_POD = "see the reason and the message in the status of the pod"
_NEVER_RAN = "the container was created, its process cannot be started, and that is tried again after a wait"
_ASK = "no event at hand says more; they are kept for an hour: kubectl describe pod"

_ADVICE = {
    StartStep.SCHEDULE: "see what the scheduler says of each node: requests, taints, selectors, volumes, scheduling gates",
    StartStep.PREPARE: "see whether what is mounted exists: ConfigMaps, Secrets, claims; and whether the node is well",
    StartStep.SANDBOX: "look at the network plugin and the runtime on the node",
    StartStep.INITIALIZE: "see why the container before it is not done",
    StartStep.IMAGE: "a large image takes its time; other containers of the pod wait meanwhile",
    StartStep.POST_START: "a postStart hook has no time limit, holds up the whole pod, and keeps its status as it was",
}


@attrs.frozen(kw_only=True)
class WaitingExplanation:
    """Why one container waits.

    =======================  =================================================================================================
    ``container``, ``kind``  which one
    ``reason``, ``message``  what its status says, or where it says nothing, the message of ``cause``; cut where they are long
    ``known``                which reason of Kubernetes' own that is, ``None`` where it is another or there is no status
    ``step``                 the step that failed, or the first that is not known to be done
    ``done``                 the steps that are done
    ``retry``                when it is tried again
    ``blocked_by``           the container that comes first, empty where there is none
    ``summary``, ``advice``  what happened, and what to do, in words
    ``cause``                the event that tells most, ``None`` where none does
    ``events``               the newest about the container, and about the pod while it comes to that, the oldest first
    ``last_exit``            how the instance before ended, ``None`` where there was none
    ``restart_count``        how often it was restarted
    =======================  =================================================================================================
    """

    container: str
    kind: ContainerKind
    reason: str
    known: ContainerWaitingReason | None
    step: StartStep
    done: tuple[StartStep, ...]
    retry: Retry
    summary: str
    advice: str
    message: str = ""
    blocked_by: str = ""
    cause: SeenEvent | None = None
    events: tuple[SeenEvent, ...] = ()
    last_exit: ExitExplanation | None = None
    restart_count: int = 0

    def __str__(self) -> str:
        named = f"{self.container} ({self.reason})" if self.reason else self.container
        blocked = f", {self.blocked_by}" if self.blocked_by else ""
        return f"{named}: {self.summary}; at: {self.step.value}{blocked}"


def explain_waiting(pod: Pod | JSONObject, events: EventObjects = (), *, release: Release = LATEST) -> tuple[WaitingExplanation, ...]:
    """Return why each container of a pod waits: init containers, app containers, ephemeral ones, each in the pod's order.

    ``pod`` is what ``kubectl get pod NAME -o json`` prints; ``events`` are ``v1`` Event objects, or the List that ``kubectl get events -o
    json`` prints, of which those about the pod are picked. ``release`` is the kubelet's. Containers that run or have ended do not wait.

    Raises ``MalformedObject``.

    >>> status = {"name": "web", "state": {"waiting": {"reason": "CreateContainerConfigError", "message": 'configmap "web" not found'}}}
    >>> [web] = explain_waiting({"spec": {"containers": [{"name": "web"}]}, "status": {"containerStatuses": [status]}})
    >>> web.step.value
    'the kubelet puts together the environment, the mounts and the user'
    >>> StartStep.IMAGE in web.done, web.retry.name
    (True, 'NEXT_SYNC')
    """
    return tuple(_Explainer(root_object(pod), events_about(pod, events), release).explanations())


@attrs.frozen
class _Container:
    """A container with what its status says of it."""

    name: str
    kind: ContainerKind
    status: ContainerStatus | None
    at: ContainerAt | None

    @property
    def waits(self) -> bool:
        return self.status is None or self.status.state is None or isinstance(self.status.state, Waiting)

    @property
    def waiting(self) -> Waiting | None:
        return self.status.state if self.status is not None and isinstance(self.status.state, Waiting) else None

    @property
    def last_exit(self) -> ExitExplanation | None:
        ended = None if self.status is None else self.status.last_state
        return explain_exit(ended) if isinstance(ended, Terminated) else None

    def is_done(self, release: Release) -> bool:
        """Return whether the containers after this init container need not wait for it."""
        state = None if self.status is None else self.status.state
        if self.at is not None and is_sidecar(self.at, release=release):
            return isinstance(state, Running) and self.status is not None and self.status.started is not False
        return isinstance(state, Terminated) and state.exit_code == 0


def _containers(pod: JSONObject) -> Iterator[_Container]:
    """Yield the containers of the spec, and those of which only the status knows, by kind."""
    statuses = PodContainerStatuses.from_json(pod)
    of_pod = tuple(containers(pod))
    for kind in ContainerKind:
        left: dict[str, ContainerStatus] = {}
        for status in statuses.of_kind(kind):
            left.setdefault(status.name, status)
        for found in of_pod:
            if found.kind is kind:
                yield _Container(found.name, kind, left.pop(found.name, None), found)
        yield from (_Container(name, kind, status, None) for name, status in left.items())


@attrs.frozen
class _Before:
    """What the containers before one let it wait for: the first init container that is not done, and the first that is being started."""

    init: str = ""
    busy: str = ""


@attrs.frozen
class _Told:
    """What is told of a container: the events about it, those about images of the whole pod, and how far the pod has come."""

    own: Sequence[SeenEvent]
    images: Sequence[SeenEvent]
    pod: PodEvidence

    def about(self, step: StartStep) -> tuple[SeenEvent, ...]:
        """Return the newest events that are to do with a step, the oldest first."""
        of_pod = self.images if step is StartStep.IMAGE else () if step in _CONTAINER_STEPS else self.pod.events
        return tuple(sorted([*of_pod, *self.own], key=lambda event: event.order)[-MOST_EVENTS:])


@attrs.frozen
class _Explainer:
    """Explains the containers of one pod."""

    pod: JSONObject
    events: Sequence[SeenEvent]
    release: Release

    def explanations(self) -> Iterator[WaitingExplanation]:
        found = tuple(_containers(self.pod))
        by_path: dict[str, deque[SeenEvent]] = {}
        for event in self.events:
            by_path.setdefault(event.field_path, deque(maxlen=MOST_LOOKED_AT)).append(event)
        shared = pod_evidence(self.pod, (entry.status for entry in found if entry.status), self.events, release=self.release)
        images = tuple(event for event in by_path.get("", ()) if event.known in _OF_IMAGES)
        before = _Before()
        for entry in found:
            if entry.waits:
                own = tuple(by_path.get(container_field_path(entry.kind, entry.name), ()))
                made = self._explained(entry, _Told(own, images, shared), before)
                if made.retry is Retry.UNDER_WAY and made.step in _CONTAINER_STEPS and made.cause:
                    before = attrs.evolve(before, busy=before.busy or entry.name)
                yield made
            if entry.kind is ContainerKind.INIT and not entry.is_done(self.release):
                before = attrs.evolve(before, init=before.init or entry.name)

    def _explained(self, entry: _Container, told: _Told, before: _Before) -> WaitingExplanation:
        waiting, last_exit = entry.waiting, entry.last_exit
        known = None if waiting is None else waiting_reason(waiting.reason, release=self.release)
        evidence = _evidence(entry, known, told, before)
        summary, advice = _words(known, waiting, evidence, last_exit, self.release)
        message = (waiting.message if waiting else "") or evidence.message or self._pod_message()
        if entry.status is None and self._has_ended():
            summary, advice, message = _ENDED, _ASK_POD, self._pod_message() or evidence.message
        return WaitingExplanation(
            container=entry.name,
            kind=entry.kind,
            reason=shown(waiting.reason) if waiting else "",
            known=known,
            step=evidence.step,
            done=steps_before(evidence.step),
            retry=self._retry(evidence, has_ended=last_exit is not None),
            summary=summary,
            advice=advice,
            message=shown(message),
            blocked_by=evidence.blocked_by,
            cause=evidence.cause,
            events=told.about(evidence.step),
            last_exit=last_exit,
            restart_count=entry.status.restart_count if entry.status else 0,
        )

    def _retry(self, evidence: Evidence, *, has_ended: bool) -> Retry:
        if is_being_deleted(self.pod) or self._has_ended():
            return Retry.NEVER
        # Whatever fails of a container that has ended once is tried again only after the back-off of its restarts.
        after_exit = has_ended and evidence.retry is Retry.NEXT_SYNC and evidence.step in _CONTAINER_STEPS
        return Retry.RESTART_BACK_OFF if after_exit else evidence.retry

    def _has_ended(self) -> bool:
        status = mapping_at(self.pod, "status", ROOT) or {}
        return text_at(status, "phase", _STATUS) in _TERMINAL

    def _pod_message(self) -> str:
        status = mapping_at(self.pod, "status", ROOT) or {}
        return text_at(status, "message", _STATUS)


def _evidence(entry: _Container, known: ContainerWaitingReason | None, told: _Told, before: _Before) -> Evidence:
    """Return how far the start of a container has come, by its reason where that says so, else by what is told."""
    if known is not None and known not in _NOT_TOLD:
        evidence = failed_step(known, told.own)
        if evidence.step is StartStep.IMAGE and evidence.cause is None:
            return failed_step(known, told.images)
        return attrs.evolve(evidence, step=StartStep.START) if _never_ran(known, entry.last_exit) else evidence
    blocked_by = "" if entry.kind is ContainerKind.EPHEMERAL else before.init
    reported = entry.waiting is not None
    evidence = told.pod.of_container(told.own, reported=reported, blocked_by=blocked_by, busy=before.busy)
    if known is None and reported and not evidence.is_told:
        return attrs.evolve(evidence, retry=Retry.UNKNOWN)
    return evidence


def _never_ran(known: ContainerWaitingReason, last_exit: ExitExplanation | None) -> bool:
    """Return whether a container that comes back after a wait ended without having run."""
    crashed = known is ContainerWaitingReason.CRASH_LOOP_BACK_OFF
    return crashed and last_exit is not None and last_exit.cause is ExitCause.CANNOT_RUN


def _words(
    known: ContainerWaitingReason | None,
    waiting: Waiting | None,
    evidence: Evidence,
    last_exit: ExitExplanation | None,
    release: Release,
) -> tuple[str, str]:
    """Return what happened, and what to do."""
    if known is None or known in _NOT_TOLD:
        return _summary(known, waiting, evidence, release), _ADVICE.get(evidence.step, _ASK) if evidence.is_told else _ASK
    if known is not ContainerWaitingReason.CRASH_LOOP_BACK_OFF or last_exit is None:
        return known.meaning.summary, known.meaning.advice
    if last_exit.cause in {ExitCause.KILLED, ExitCause.STOPPED} and _is_hook_s(evidence.cause):
        return known.meaning.summary, ContainerWaitingReason.POST_START_HOOK_ERROR.meaning.advice
    return _NEVER_RAN if _never_ran(known, last_exit) else known.meaning.summary, last_exit.cause.advice


def _is_hook_s(kill: SeenEvent | None) -> bool:
    """Return whether an event is that of a container which is killed because its postStart hook failed."""
    return kill is not None and kill.known is EventReason.KILLING and kill.message == KillReason.FAILED_POST_START_HOOK.value


def _summary(known: ContainerWaitingReason | None, waiting: Waiting | None, evidence: Evidence, release: Release) -> str:
    if known is None and waiting is not None:
        return f"the reason is none that Kubernetes {release} gives: the runtime, or another program, has set it"
    if evidence.blocked_by:
        return "another container comes first"
    if evidence.cause is not None and evidence.cause.known is not None:
        return evidence.cause.known.meaning
    return _NO_STATUS if known is None else known.meaning.summary
