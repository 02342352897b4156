"""The statuses of a pod's containers, made from what the runtime reports, what was there before, and which starts failed.

Kubernetes does it in ``convertStatusToAPIStatus`` and ``convertToAPIContainerStatuses`` (``pkg/kubelet/kubelet_pods.go``). Of a pod all of
whose containers are being started anew at once (RestartAllContainers) only the counts and last states are kept here as there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, Pod, containers, root_object
from ..apimachinery.release import LATEST, Change, Release
from .container_state import ContainerState, ContainerStatus, Running, Terminated, Waiting, container_statuses_at
from .phase import PodPhase, phase_of
from .reason_cache import ReasonCache
from .restart import is_being_deleted, should_be_restarted
from .runtime_status import RuntimeContainer, RuntimeState
from .sidecars import is_marked_sidecar
from .waiting_reasons import ContainerWaitingReason

__all__ = [
    "CONTAINER_STATUS_UNKNOWN",
    "COUNTS_KEPT",
    "INIT_COMPLETION_ASSUMED",
    "STARTED_KEPT",
    "PodContainerStatuses",
    "PodStatus",
    "container_statuses",
    "is_initialized",
    "pod_status",
]

STARTED_KEPT = Change(
    since="1.35", summary="a running container is started if the status before said so, also after a restart of the kubelet"
)
INIT_COMPLETION_ASSUMED = Change(
    since="1.36", summary="an init container that the runtime no longer knows counts as completed once an app container was created"
)
COUNTS_KEPT = Change(
    gate="RestartAllContainersOnContainerExits",
    since="1.36",
    summary="the restart count of a container never falls, and how it last ended is kept where the runtime has forgotten it",
)

CONTAINER_STATUS_UNKNOWN = "ContainerStatusUnknown"
"""The reason with which a container is terminated that was running and is gone; nobody knows how it ended."""

_KILLED = 137
_MOST_RESTARTS = (1 << 31) - 1
_GONE_WHEN_DELETED = "The container could not be located when the pod was deleted.  The container used to be Running"
_GONE_WHEN_TERMINATED = "The container could not be located when the pod was terminated"
_ASSUMED_COMPLETED = Terminated(
    0,
    "Completed",
    "Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally",
)


@attrs.frozen(kw_only=True)
class PodContainerStatuses:
    """The statuses of the init containers in the pod's order, and of the others by name."""

    init: tuple[ContainerStatus, ...] = ()
    app: tuple[ContainerStatus, ...] = ()
    ephemeral: tuple[ContainerStatus, ...] = ()

    @classmethod
    def from_json(cls, pod: Pod | JSONObject) -> PodContainerStatuses:
        """Return the statuses that stand in ``status`` of a pod, in their order. Raises ``MalformedObject``."""
        return cls(
            init=tuple(container_statuses_at(pod, ContainerKind.INIT)),
            app=tuple(container_statuses_at(pod, ContainerKind.APP)),
            ephemeral=tuple(container_statuses_at(pod, ContainerKind.EPHEMERAL)),
        )

    def to_json(self) -> dict[str, object]:
        """Return these fields of ``status``; of the containers what ``ContainerStatus`` keeps."""
        return {
            "initContainerStatuses": [status.to_json() for status in self.init],
            "containerStatuses": [status.to_json() for status in self.app],
            "ephemeralContainerStatuses": [status.to_json() for status in self.ephemeral],
        }

    def of_kind(self, kind: ContainerKind) -> tuple[ContainerStatus, ...]:
        """Return the statuses of the containers of one kind."""
        if kind is ContainerKind.APP:
            return self.app
        return self.init if kind is ContainerKind.INIT else self.ephemeral


@attrs.frozen
class PodStatus:
    """The statuses of a pod's containers, and the phase that follows from them."""

    containers: PodContainerStatuses
    phase: PodPhase


def pod_status(
    pod: Pod | JSONObject,
    runtime: Iterable[RuntimeContainer],
    cache: ReasonCache | None = None,
    *,
    previous: PodContainerStatuses | None = None,
    terminal: bool = False,
    release: Release = LATEST,
) -> PodStatus:
    """Return the statuses of a pod's containers, as ``container_statuses`` does, and its phase, as ``phase_of`` does.

    All that ``runtime`` has belongs to the current sandbox; where it does not, ask these two. Raises ``MalformedObject``.

    >>> pod = {"spec": {"containers": [{"name": "web"}]}}
    >>> pod_status(pod, [RuntimeContainer("web", RuntimeState.RUNNING)]).phase.phase
    <Phase.RUNNING: 'Running'>
    """
    instances = tuple(runtime)
    statuses = container_statuses(pod, instances, cache, previous=previous, release=release)
    both = (*statuses.app, *statuses.init)
    return PodStatus(statuses, phase_of(pod, both, initialized=is_initialized(pod, instances), terminal=terminal, release=release))


def is_initialized(pod: Pod | JSONObject, runtime: Iterable[RuntimeContainer]) -> bool:
    """Return whether a pod counts as initialized for its phase: the runtime has an instance of an app container, in whatever state.

    ``runtime`` are the instances in the current sandbox. Raises ``MalformedObject``.

    >>> is_initialized({"spec": {"containers": [{"name": "web"}]}}, [RuntimeContainer("web", RuntimeState.CREATED)])
    True
    """
    names = {found.name for found in containers(pod) if found.kind is ContainerKind.APP}
    return any(instance.name in names for instance in runtime)


def container_statuses(
    pod: Pod | JSONObject,
    runtime: Iterable[RuntimeContainer],
    cache: ReasonCache | None = None,
    *,
    previous: PodContainerStatuses | None = None,
    release: Release = LATEST,
) -> PodContainerStatuses:
    """Return the statuses that the kubelet gives a pod's containers.

    ``runtime`` are the instances of containers that the runtime has, the newest first as far as they were created at the same time or it is
    not known when; ``cache`` the starts that failed. ``previous`` are the statuses before, if not those in ``status`` of the pod.
    ``release`` is the kubelet's. Raises ``MalformedObject``.

    >>> from kubecontainers.lifecycle.reason_cache import StartFailure, StartResult
    >>> pod = {"spec": {"containers": [{"name": "web"}]}}
    >>> exited = RuntimeContainer("web", RuntimeState.EXITED, exit_code=1)
    >>> cache = ReasonCache().update([StartResult("web", StartFailure("CrashLoopBackOff"))])
    >>> [web] = container_statuses(pod, [exited], cache).app
    >>> web.state, web.last_state.exit_code
    (Waiting(reason='CrashLoopBackOff', message=''), 1)
    """
    before = PodContainerStatuses.from_json(pod) if previous is None else previous
    found: dict[ContainerKind, list[ContainerAt]] = {kind: [] for kind in ContainerKind}
    for one in containers(pod):
        found[one.kind].append(one)
    conversion = _Conversion(root_object(pod), found, _instances(runtime), cache or ReasonCache(), release)
    init, app, ephemeral = (conversion.of_kind(kind, before) if found[kind] else {} for kind in ContainerKind)
    return PodContainerStatuses(init=tuple(init.values()), app=_sorted(app), ephemeral=_sorted(ephemeral))


def _sorted(statuses: Mapping[str, ContainerStatus]) -> tuple[ContainerStatus, ...]:
    return tuple(statuses[name] for name in sorted(statuses))


def _instances(runtime: Iterable[RuntimeContainer]) -> dict[str, list[RuntimeContainer]]:
    """Return the two newest instances of each container, by name."""
    by_name: dict[str, list[RuntimeContainer]] = {}
    for instance in runtime:
        by_name.setdefault(instance.name, []).append(instance)
    return {name: sorted(instances, key=_age)[:2] for name, instances in by_name.items()}


def _age(instance: RuntimeContainer) -> int:
    return 0 if instance.created_at is None else -instance.created_at.nanoseconds


# --------------------------------------------------------------------------------------------------------------- conversion


@attrs.frozen
class _Conversion:
    """Makes the statuses of one pod."""

    pod: JSONObject
    found: Mapping[ContainerKind, Sequence[ContainerAt]]
    instances: Mapping[str, Sequence[RuntimeContainer]]
    cache: ReasonCache
    release: Release

    def of_kind(self, kind: ContainerKind, before: PodContainerStatuses) -> dict[str, ContainerStatus]:
        """Return the statuses of the containers of one kind, by name, in the pod's order."""
        old = {status.name: status for status in before.of_kind(kind)}
        created = kind is ContainerKind.INIT and any(self._is_created(found.name) for found in self.found[ContainerKind.APP])
        has_init = bool(self.found[ContainerKind.INIT])
        not_tried = ContainerWaitingReason.POD_INITIALIZING if has_init else ContainerWaitingReason.CONTAINER_CREATING
        waiting = Waiting(not_tried.value)
        statuses: dict[str, ContainerStatus] = {}
        for found in self.found[kind]:
            name = found.name
            status = self._reported(name, old.get(name)) if name in self.instances else self._unknown(name, old.get(name), waiting)
            statuses[name] = self._completion(found, status, app_created=created) or self._start_failure(found, status)
        return statuses

    def _unknown(self, name: str, old: ContainerStatus | None, waiting: Waiting) -> ContainerStatus:
        """Return the status of a container of which the runtime has no instance."""
        if old is None:
            return ContainerStatus(name=name, state=waiting)
        if isinstance(old.state, Terminated):
            return old
        count, last = old.restart_count, old.last_state
        if isinstance(old.state, Running) and not isinstance(last, Terminated):
            last = Terminated(_KILLED, CONTAINER_STATUS_UNKNOWN, _GONE_WHEN_DELETED)
            count = count if is_being_deleted(self.pod) else _one_more(count)
        return ContainerStatus(name=name, state=waiting, last_state=last, restart_count=count)

    def _reported(self, name: str, old: ContainerStatus | None) -> ContainerStatus:
        """Return the status of a container of which the runtime has instances: the newest is the state, the one before the last state."""
        newest, *before = self.instances[name]
        status = ContainerStatus(
            name=name,
            state=_state(newest, old),
            last_state=_last_state(newest, old) if COUNTS_KEPT in self.release else None,
            restart_count=self._count(newest, old),
            started=old.started if old and newest.state is RuntimeState.RUNNING and STARTED_KEPT in self.release else None,
            container_id=newest.id,
        )
        return attrs.evolve(status, last_state=_state(before[0], old)) if before else status

    def _count(self, instance: RuntimeContainer, old: ContainerStatus | None) -> int:
        count = instance.restart_count
        if old is None:
            return count
        if _is_lost(instance, old):
            return _one_more(old.restart_count)
        if COUNTS_KEPT not in self.release:
            return count
        if instance.state is RuntimeState.RUNNING and isinstance(old.state, Terminated) and old.restart_count >= count:
            return _one_more(old.restart_count)
        return max(count, old.restart_count)

    def _completion(self, found: ContainerAt, status: ContainerStatus, *, app_created: bool) -> ContainerStatus | None:
        """Return the status of an init container whose failed starts no longer count, since it is done; ``None`` of others."""
        if found.kind is not ContainerKind.INIT:
            return None
        newest = self._newest(found.name)
        if newest is not None:
            done = newest.state is RuntimeState.EXITED and newest.exit_code == 0
            return status if done else None
        lost = app_created and not is_marked_sidecar(found) and isinstance(status.state, Waiting)
        if lost and INIT_COMPLETION_ASSUMED in self.release:
            return attrs.evolve(status, state=_ASSUMED_COMPLETED)
        return None

    def _start_failure(self, found: ContainerAt, status: ContainerStatus) -> ContainerStatus:
        """Return the status as it is after a failed start of the container, if there was one and it is to be started."""
        failure = self.cache.get(found.name)
        newest = self._newest(found.name)
        if failure is None or not should_be_restarted(self.pod, found, newest, release=self.release).restart:
            return status
        last = status.state if isinstance(status.state, Terminated) else status.last_state
        return attrs.evolve(status, state=Waiting(failure.reason, failure.message), last_state=last)

    def _newest(self, name: str) -> RuntimeContainer | None:
        return self.instances[name][0] if name in self.instances else None

    def _is_created(self, name: str) -> bool:
        newest = self._newest(name)
        return newest is not None and newest.state is not RuntimeState.UNKNOWN


def _one_more(count: int) -> int:
    """Return the restart count that follows; after the greatest of 32 bits comes the least, as in Go."""
    return count + 1 if count < _MOST_RESTARTS else -_MOST_RESTARTS - 1


def _state(instance: RuntimeContainer, old: ContainerStatus | None) -> ContainerState:
    """Return the state of an instance; ``old`` is the status of the container before."""
    if instance.state is RuntimeState.RUNNING:
        return Running(instance.started_at)
    if instance.state is RuntimeState.EXITED:
        return Terminated(
            instance.exit_code,
            instance.reason,
            instance.message,
            started_at=instance.started_at,
            finished_at=instance.finished_at,
            container_id=instance.id,
        )
    if old is not None and _is_lost(instance, old):
        return Terminated(_KILLED, CONTAINER_STATUS_UNKNOWN, _GONE_WHEN_TERMINATED)
    return Waiting()


def _is_lost(instance: RuntimeContainer, old: ContainerStatus) -> bool:
    return instance.state is RuntimeState.UNKNOWN and isinstance(old.state, Running)


def _last_state(instance: RuntimeContainer, old: ContainerStatus | None) -> ContainerState | None:
    """Return how the instance before ended, as the status before knows it."""
    if old is None:
        return None
    if isinstance(old.state, Terminated) and old.container_id != instance.id:
        return old.state
    return old.last_state if isinstance(old.last_state, Terminated) else None
