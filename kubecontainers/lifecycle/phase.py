"""The phase of a pod, as the kubelet computes it from the states of its containers.

Kubernetes has the rule in ``getPhase`` (``pkg/kubelet/kubelet_pods.go``). Each container is counted first, then the first rule that
applies decides. Ephemeral containers do not count.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, Pod, containers, mapping_at, root_object, text_map_at
from ..apimachinery.release import LATEST, Change, Release
from .container_state import ContainerState, ContainerStatus, Running, Terminated, Waiting, container_statuses_at
from .restart import CONTAINER_RESTART_RULES, RESTART_ALL_CONTAINERS, RestartPolicy, pod_restart_policy, should_restart
from .sidecars import SIDECARS, is_marked_sidecar

__all__ = [
    "INITIALIZED_TOLD_BY_RUNTIME",
    "PENDING_COUNTED_APART",
    "RESTARTING_ALL_CONTAINERS",
    "SIDECARS_COUNTED",
    "Phase",
    "PhaseCounts",
    "PhaseReason",
    "PodPhase",
    "phase_of",
    "pod_phase",
]

SIDECARS_COUNTED = Change(
    since="1.28", summary="an init container with the restartPolicy Always counts for the phase as an app container does while it runs"
)
PENDING_COUNTED_APART = Change(
    since="1.32", summary="a plain init container that is not done keeps a pod Pending even where app containers have run"
)
INITIALIZED_TOLD_BY_RUNTIME = Change(
    since="1.33", summary="whether a pod is initialized is what the runtime knows of its app containers, no longer their statuses"
)

RESTARTING_ALL_CONTAINERS = "RestartingAllContainers"
"""The reason with which containers are terminated that are started again with all others of their pod."""

_CONFIG_SOURCE, _API = "kubernetes.io/config.source", "api"
_METADATA = ROOT.child("metadata")


class Phase(enum.Enum):
    """The phases that a kubelet reports; the values are those of ``status.phase``."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"

    @property
    def is_terminal(self) -> bool:
        """Whether the phase is one that a pod never leaves; the kubelet keeps it then, whatever its containers do."""
        return self in {Phase.SUCCEEDED, Phase.FAILED}


class PhaseReason(enum.Enum):
    """The rule that decided."""

    INIT_FAILED = "an init container has failed and is not started again"
    INITIALIZING = "an init container is not done"
    SIDECAR_STARTING = "a sidecar has not started, and no app container has either"
    WAITING = "a container waits that has not run yet"
    CONTAINERS_RUN = "a container runs, and there is none of which nothing is known"
    ENDED_WELL = "the pod has ended, and every container succeeded"
    ENDED_BADLY = "the pod has ended, and not every container succeeded"
    RESTARTING = "nothing runs, and a container is started again"
    ALL_SUCCEEDED = "every container succeeded, and none is started again"
    SOME_FAILED = "no container is started again, and not every one succeeded"
    NOTHING_KNOWN = "there is a container of which nothing is known"
    NO_CONTAINERS = "there is no container that counts"


@attrs.frozen(kw_only=True)
class PhaseCounts:
    """How many containers there are of each sort; one can be of several.

    =====================  ========================================================================================================
    ``pending_init``       plain init containers that are not done
    ``failed_init``        plain init containers that ended with something else than 0, last
    ``failed_init_final``  those of them that are not started again
    ``pending_sidecars``   sidecars that have not started
    ``running``            app containers and sidecars that run
    ``waiting``            app containers and sidecars that wait and have not run before
    ``stopped``            app containers that have ended, or wait and have run before
    ``succeeded``          app containers that have ended with 0; one that waits is none of them
    ``stopped_final``      stopped app containers that are not started again
    ``unknown``            app containers and sidecars of which nothing is known
    =====================  ========================================================================================================
    """

    pending_init: int = 0
    failed_init: int = 0
    failed_init_final: int = 0
    pending_sidecars: int = 0
    running: int = 0
    waiting: int = 0
    stopped: int = 0
    succeeded: int = 0
    stopped_final: int = 0
    unknown: int = 0


@attrs.frozen
class PodPhase:
    """The phase of a pod, the rule that decided, and what it decided on."""

    phase: Phase
    reason: PhaseReason
    counts: PhaseCounts


def pod_phase(pod: Pod | JSONObject, *, initialized: bool, terminal: bool = False, release: Release = LATEST) -> PodPhase:
    """Return the phase that the kubelet computes for a pod with the container statuses that stand in its ``status``.

    ``initialized``: whether the runtime knows an app container in the current sandbox; before 1.33 the statuses tell. ``terminal``: whether
    the pod has ended for good, which is so once all that runs of a deleted, evicted or finished pod is stopped. ``release`` is the
    kubelet's. What ``status.phase`` says is not looked at, though the kubelet keeps a phase that is ``Succeeded`` or ``Failed``.

    Raises ``MalformedObject``.

    >>> pod = {
    ...     "spec": {"restartPolicy": "Never", "containers": [{"name": "job"}]},
    ...     "status": {"containerStatuses": [{"name": "job", "state": {"terminated": {"exitCode": 3}}}]},
    ... }
    >>> found = pod_phase(pod, initialized=True)
    >>> found.phase, found.reason.value
    (<Phase.FAILED: 'Failed'>, 'no container is started again, and not every one succeeded')
    """
    statuses = (status for kind in (ContainerKind.APP, ContainerKind.INIT) for status in container_statuses_at(pod, kind))
    return phase_of(pod, statuses, initialized=initialized, terminal=terminal, release=release)


def phase_of(
    pod: Pod | JSONObject,
    statuses: Iterable[ContainerStatus],
    *,
    initialized: bool,
    terminal: bool = False,
    release: Release = LATEST,
) -> PodPhase:
    """Return the phase of a pod whose containers have the ``statuses``: those of app containers, then those of init containers.

    All else is as with ``pod_phase``. Of several statuses with one name the first counts. Raises ``MalformedObject``.

    >>> phase_of({"spec": {"containers": [{"name": "web"}]}}, [], initialized=False).reason.value
    'there is a container of which nothing is known'
    """
    by_name: dict[str, ContainerStatus] = {}
    for status in statuses:
        by_name.setdefault(status.name, status)
    tally = _Tally(root_object(pod), by_name, release)
    counts = tally.count()
    if INITIALIZED_TOLD_BY_RUNTIME not in release:
        initialized = SIDECARS_COUNTED in release and tally.an_app_container_has_run
    phase, reason = _decide(pod, counts, terminal=terminal, initialized=initialized, release=release)
    return PodPhase(phase, reason, counts)


# ----------------------------------------------------------------------------------------------------------------- decision


def _decide(
    pod: Pod | JSONObject, counts: PhaseCounts, *, initialized: bool, terminal: bool, release: Release
) -> tuple[Phase, PhaseReason]:
    if counts.failed_init_final:
        return Phase.FAILED, PhaseReason.INIT_FAILED
    excused = initialized and PENDING_COUNTED_APART not in release  # app containers that have run excuse plain init containers as well
    if counts.pending_init and not excused:
        return Phase.PENDING, PhaseReason.INITIALIZING
    if counts.pending_sidecars and not initialized:
        return Phase.PENDING, PhaseReason.SIDECAR_STARTING
    if counts.waiting:
        return Phase.PENDING, PhaseReason.WAITING
    if counts.unknown:
        return Phase.PENDING, PhaseReason.NOTHING_KNOWN
    if counts.running:
        return Phase.RUNNING, PhaseReason.CONTAINERS_RUN
    if not counts.stopped:
        return Phase.PENDING, PhaseReason.NO_CONTAINERS
    return _all_stopped(pod, counts, terminal=terminal, release=release)


def _all_stopped(pod: Pod | JSONObject, counts: PhaseCounts, *, terminal: bool, release: Release) -> tuple[Phase, PhaseReason]:
    """Decide for a pod of which nothing runs, and all app containers have run."""
    succeeded = counts.stopped == counts.succeeded
    if terminal and not _is_static(pod):
        return (Phase.SUCCEEDED, PhaseReason.ENDED_WELL) if succeeded else (Phase.FAILED, PhaseReason.ENDED_BADLY)
    if CONTAINER_RESTART_RULES in release:
        restarting = counts.stopped != counts.stopped_final
    else:
        policy = pod_restart_policy(pod).policy
        restarting = policy is RestartPolicy.ALWAYS or (policy is RestartPolicy.ON_FAILURE and not succeeded)
    if restarting:
        return Phase.RUNNING, PhaseReason.RESTARTING
    return (Phase.SUCCEEDED, PhaseReason.ALL_SUCCEEDED) if succeeded else (Phase.FAILED, PhaseReason.SOME_FAILED)


def _is_static(pod: Pod | JSONObject) -> bool:
    metadata = mapping_at(root_object(pod), "metadata", ROOT) or {}
    return text_map_at(metadata, "annotations", _METADATA).get(_CONFIG_SOURCE, _API) != _API


# ----------------------------------------------------------------------------------------------------------------- counting


@attrs.define
class _Tally:
    """Counts the containers of one pod."""

    pod: JSONObject
    statuses: dict[str, ContainerStatus]
    release: Release
    an_app_container_has_run: bool = False

    def count(self) -> PhaseCounts:
        sums: dict[str, int] = {}
        for found in containers(self.pod):
            for counted in self._sorts(found):
                sums[counted] = sums.get(counted, 0) + 1
        return PhaseCounts(**sums)

    def _sorts(self, found: ContainerAt) -> Iterator[str]:
        """Yield the counters that a container adds one to."""
        status = self.statuses.get(found.name)
        if found.kind is ContainerKind.APP:
            self.an_app_container_has_run |= status is not None and isinstance(status.state, Running | Terminated)
            return self._app(found, status)
        if found.kind is ContainerKind.EPHEMERAL:
            return iter(())
        if SIDECARS_COUNTED not in self.release or not is_marked_sidecar(found):
            return self._plain_init(found, status)
        if PENDING_COUNTED_APART in self.release and SIDECARS not in self.release:
            return iter(())
        return _sidecar(status)

    def _plain_init(self, found: ContainerAt, status: ContainerStatus | None) -> Iterator[str]:
        ended = _ended(status)
        if ended is None:
            yield "pending_init"
        elif ended.exit_code:
            yield "failed_init"
            if not self._restarts(found, ended):
                yield "failed_init_final"

    def _app(self, found: ContainerAt, status: ContainerStatus | None) -> Iterator[str]:
        state, ended = _state(status), _ended(status)
        if ended is not None:
            yield "stopped"
            if isinstance(state, Terminated) and not ended.exit_code:
                yield "succeeded"
            if not self._restarts(found, ended):
                yield "stopped_final"
        else:
            yield _without_end(state)

    def _restarts(self, found: ContainerAt, ended: Terminated) -> bool:
        again = RESTART_ALL_CONTAINERS in self.release and ended.reason == RESTARTING_ALL_CONTAINERS
        return again or should_restart(self.pod, found, ended.exit_code, release=self.release).restart


def _sidecar(status: ContainerStatus | None) -> Iterator[str]:
    """Yield the counters of a sidecar; how one ended never counts."""
    state = _state(status)
    if _ended(status) is not None:
        return
    if status is not None and not (isinstance(state, Running) and status.started):
        yield "pending_sidecars"
    yield _without_end(state)


def _without_end(state: ContainerState | None) -> str:
    """Return the counter of a container that runs, or has never run."""
    if isinstance(state, Running):
        return "running"
    return "waiting" if isinstance(state, Waiting) else "unknown"


def _state(status: ContainerStatus | None) -> ContainerState | None:
    return None if status is None else status.state


def _ended(status: ContainerStatus | None) -> Terminated | None:
    """Return how a container has ended that does not run: now, or, while it waits, the last time."""
    if status is None:
        return None
    if isinstance(status.state, Waiting):
        return status.last_state if isinstance(status.last_state, Terminated) else None
    return status.state if isinstance(status.state, Terminated) else None
