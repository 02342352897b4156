"""One sync of a pod: what ``pod_actions`` decides is done, step by step, and each step has its result.

Kubernetes has it in ``SyncPod`` and ``KillPod`` (``pkg/kubelet/kuberuntime/kuberuntime_manager.go``). All of a sync works on what the
runtime reported before it: what is stopped or removed on the way still counts.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

import attrs

from ..apimachinery.backoff import BackOff
from ..apimachinery.events import EventType
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, containers, mapping_at, objects_at, text_at, volumes
from ..apimachinery.release import LATEST, Change, Release
from ..golang.duration import Duration
from .container_start import StartOutcome, start_container
from .crash_back_off import crash_back_off
from .events import SANDBOX_CHANGED, EventReason, LifecycleEvent, container_field_path, failed_message, sandbox_failed_message
from .pod_actions import PodActions, pod_actions
from .pod_identity import pod_full_name, pod_uid
from .pod_runtime import ImageAnswer, PodRuntime, Process
from .reason_cache import StartFailure, StartResult
from .runtime_status import PodSandbox, RuntimeContainer, RuntimeState, SandboxState
from .sidecars import is_sidecar
from .stopping import StoppedContainers, stop_container, stop_pod_containers
from .waiting_reasons import ContainerWaitingReason

__all__ = [
    "IMAGE_VOLUMES_PULLED",
    "SANDBOX_CONFIGURED",
    "PodKillOutcome",
    "PodSyncOutcome",
    "SyncAction",
    "SyncError",
    "SyncResult",
    "kill_pod",
    "sync_pod",
]

SANDBOX_CONFIGURED = Change(until="1.36", summary="a sync has the result ConfigPodSandbox, of which nothing ever came")
IMAGE_VOLUMES_PULLED = Change(
    gate="ImageVolume", since="1.31", summary="image volumes are pulled in every sync, before any container starts"
)


class SyncAction(enum.Enum):
    """The steps of a sync that have results; the values are the kubelet's."""

    KILL_POD_SANDBOX = "KillPodSandbox"
    KILL_CONTAINER = "KillContainer"
    CREATE_POD_SANDBOX = "CreatePodSandbox"
    CONFIG_POD_SANDBOX = "ConfigPodSandbox"
    START_CONTAINER = "StartContainer"


class SyncError(enum.Enum):
    """The classes of errors of a sync that no container waits with; the values are the kubelet's."""

    KILL_CONTAINER = "KillContainerError"
    KILL_POD_SANDBOX = "KillPodSandboxError"
    CREATE_POD_SANDBOX = "CreatePodSandboxError"


@attrs.frozen
class SyncResult:
    """What came of one step of a sync.

    ``target`` is the name of a container, the UID of the pod, or the pod as ``name_namespace(uid)``. ``error`` is the class of the error,
    empty where there is none, ``message`` says more. ``retry_at`` is when a back-off ends that is part of it, ``None`` where there is none.
    """

    action: SyncAction
    target: str
    error: str = ""
    message: str = ""
    retry_at: Duration | None = None

    @property
    def start_result(self) -> StartResult:
        """The result of a start as the cache of reasons takes it."""
        return StartResult(self.target, StartFailure(self.error, self.message) if self.error else None)


@attrs.frozen
class PodSyncOutcome:
    """What came of a sync: the results in order, what the kubelet remembers of crash back-offs, what was decided, and when it was done."""

    results: tuple[SyncResult, ...]
    back_off: BackOff
    actions: PodActions
    done_at: Duration

    @property
    def failed(self) -> bool:
        """Whether some step failed, and with it the sync."""
        return any(result.error for result in self.results)

    @property
    def start_results(self) -> tuple[StartResult, ...]:
        """The results of starts, for the cache of reasons."""
        return tuple(result.start_result for result in self.results if result.action is SyncAction.START_CONTAINER)


@attrs.frozen
class PodKillOutcome:
    """What came of stopping a whole pod: the results in order, and when it was done."""

    results: tuple[SyncResult, ...]
    done_at: Duration

    @property
    def failed(self) -> bool:
        """Whether something could not be stopped; all of it is tried again then."""
        return any(result.error for result in self.results)


def sync_pod(  # noqa: PLR0913  (all that the kubelet knows of a pod)
    runtime: PodRuntime,
    pod: JSONObject,
    statuses: Sequence[RuntimeContainer],
    sandbox: PodSandbox,
    back_off: BackOff,
    *,
    now: Duration,
    release: Release = LATEST,
) -> Process[PodSyncOutcome]:
    """Sync a pod that is not being deleted: a process.

    ``statuses`` are what the runtime reports, the newest first; ``sandbox`` is the newest one, ``back_off`` what the kubelet remembers of
    the restarts of containers, ``release`` its own. Raises ``MalformedObject``.
    """
    sync = _Sync(runtime, pod, tuple(statuses), pod_actions(pod, statuses, sandbox, release=release), back_off, release, now)
    yield from sync.run(sandbox)
    return PodSyncOutcome(tuple(sync.results), sync.back_off, sync.actions, sync.now)


def kill_pod(
    runtime: PodRuntime,
    pod: JSONObject,
    statuses: Iterable[RuntimeContainer],
    *,
    override: int | None = None,
    now: Duration,
    release: Release = LATEST,
) -> Process[PodKillOutcome]:
    """Stop all containers of a pod that run, then its sandboxes: a process.

    ``override`` are the seconds that the pod worker puts in place of the pod's grace period (``effective_grace``). The sandboxes are
    stopped even where a container could not be. Raises ``MalformedObject``, ``NotFound``, ``InvalidDuration``.
    """
    running = {status.name: status.id for status in reversed(tuple(statuses)) if status.state is RuntimeState.RUNNING}
    stopped = yield from stop_pod_containers(runtime, pod, running, override=override, now=now, release=release)
    results = [_killed(name, stopped) for name in sorted(running)]
    answer = runtime.stop_sandboxes(now=stopped.done_at)
    done_at = (yield answer.took) if answer.took else stopped.done_at
    failure = answer.failure
    error, message = ("", "") if failure is None else (SyncError.KILL_POD_SANDBOX.value, failure.text)
    results.append(SyncResult(SyncAction.KILL_POD_SANDBOX, pod_uid(pod), error, message))
    return PodKillOutcome(tuple(results), done_at)


def _killed(name: str, stopped: StoppedContainers) -> SyncResult:
    failure = stopped.failures.get(name)
    if failure is None:
        return SyncResult(SyncAction.KILL_CONTAINER, name)
    return SyncResult(SyncAction.KILL_CONTAINER, name, SyncError.KILL_CONTAINER.value, failure.text)


@attrs.define
class _Sync:
    """One sync: what it is about, and what has come of it so far."""

    runtime: PodRuntime
    pod: JSONObject
    statuses: tuple[RuntimeContainer, ...]
    actions: PodActions
    back_off: BackOff
    release: Release
    now: Duration
    results: list[SyncResult] = attrs.field(factory=list[SyncResult])

    def run(self, sandbox: PodSandbox) -> Process[None]:
        """Go through the steps."""
        found: dict[ContainerKind, list[ContainerAt]] = {kind: [] for kind in ContainerKind}
        for one in containers(self.pod):
            found[one.kind].append(one)
        init = {one.name for one in found[ContainerKind.INIT]}
        if self.actions.create_sandbox and sandbox.state is not SandboxState.NONE:
            self.tell_pod(EventType.NORMAL, EventReason.SANDBOX_CHANGED, SANDBOX_CHANGED)
        if not (yield from self.stop(init)):
            return
        if not self.actions.create_sandbox:
            self.prune(init)
        elif not (yield from self.make_sandbox()):
            return
        if SANDBOX_CONFIGURED in self.release:
            self.results.append(SyncResult(SyncAction.CONFIG_POD_SANDBOX, pod_full_name(self.pod)))
        yield from self.start_all(found)

    def start_all(self, found: dict[ContainerKind, list[ContainerAt]]) -> Process[None]:
        """Start what is to be started; only an init container that is no sidecar and fails ends the sync."""
        broken = yield from self.pull_volumes()
        for start in self.actions.ephemeral_containers_to_start:
            yield from self.start(found[ContainerKind.EPHEMERAL][start.index], broken)
        for start in self.actions.init_containers_to_start:
            one = found[ContainerKind.INIT][start.index]
            if not (yield from self.start(one, broken)) and not is_sidecar(one, release=self.release):
                return
        for start in self.actions.containers_to_start:
            yield from self.start(found[ContainerKind.APP][start.index], broken)

    # ------------------------------------------------------------------------------------------------- what has to go first

    def stop(self, init: set[str]) -> Process[bool]:
        """Stop the pod as a whole, or single containers; return whether the sync goes on."""
        if not self.actions.kill_pod:
            return (yield from self.stop_single())
        killed = yield from kill_pod(self.runtime, self.pod, self.statuses, now=self.now, release=self.release)
        self.results += killed.results
        self.now = killed.done_at
        if killed.failed:
            return False
        if self.actions.create_sandbox:
            for status in self.statuses:
                if status.name in init:
                    self.runtime.remove_container(status.id, now=self.now)
        return True

    def stop_single(self) -> Process[bool]:
        """Stop containers one after the other, each with all of its grace; the first that cannot be stopped ends the sync."""
        for kill in self.actions.containers_to_kill:
            stopped = yield from stop_container(
                self.runtime,
                self.pod,
                kill.name,
                kill.instance.id,
                reason=kill.reason,
                message=kill.message,
                now=self.now,
                release=self.release,
            )
            self.now = stopped.done_at
            self.results.append(_killed(kill.name, stopped))
            if stopped.failures:
                return False
        return True

    def prune(self, init: set[str]) -> None:
        """Remove the dead instances of init containers but the newest of each."""
        seen: set[str] = set()
        for status in self.statuses:
            if status.name in init and status.state in {RuntimeState.EXITED, RuntimeState.UNKNOWN}:
                if status.name in seen:
                    self.runtime.remove_container(status.id, now=self.now)
                seen.add(status.name)

    def make_sandbox(self) -> Process[bool]:
        """Make a sandbox; return whether there is one."""
        answer = self.runtime.run_sandbox(self.actions.attempt, now=self.now)
        yield from self.wait(answer.took)
        name = pod_full_name(self.pod)
        if answer.failure is None:
            self.results.append(SyncResult(SyncAction.CREATE_POD_SANDBOX, name))
            return True
        text = answer.failure.text
        message = f'Failed to create sandbox for pod "{name}": {text}'
        self.results.append(SyncResult(SyncAction.CREATE_POD_SANDBOX, name, SyncError.CREATE_POD_SANDBOX.value, message))
        self.tell_pod(EventType.WARNING, EventReason.FAILED_CREATE_POD_SANDBOX, sandbox_failed_message(text))
        return False

    def pull_volumes(self) -> Process[dict[str, ImageAnswer]]:
        """Pull the image volumes; return what came of those that failed, by the names of the volumes. The events are the pod's."""
        broken: dict[str, ImageAnswer] = {}
        if IMAGE_VOLUMES_PULLED not in self.release:
            return broken
        for path, volume in volumes(self.pod):
            source = mapping_at(volume, "image", path)
            if source is None:
                continue
            reference, policy = (text_at(source, key, path.child("image")) for key in ("reference", "pullPolicy"))
            answer = self.runtime.ensure_image(reference, policy, "", now=self.now)
            for event in answer.first:
                self.runtime.emit(self.now, event)
            yield from self.wait(answer.took)
            for event in answer.last:
                self.runtime.emit(self.now, event)
            if answer.failure is not None:
                broken[text_at(volume, "name", path)] = answer
        return broken

    # --------------------------------------------------------------------------------------------------------- what starts

    def start(self, found: ContainerAt, broken: dict[str, ImageAnswer]) -> Process[bool]:
        """Start a container, unless it is in back-off or a volume of it is missing; return whether it has started."""
        outcome = yield from self.start_outcome(found, broken)
        failure = outcome.failure
        error, message = ("", "") if failure is None else (failure.reason, failure.message)
        self.results.append(SyncResult(SyncAction.START_CONTAINER, found.name, error, message, outcome.retry_at))
        return failure is None

    def start_outcome(self, found: ContainerAt, broken: dict[str, ImageAnswer]) -> Process[StartOutcome]:
        """Ask for the crash back-off, for the volumes, then start."""
        crash = crash_back_off(self.back_off, self.pod, found, self.statuses, now=self.now, release=self.release)
        self.back_off = crash.back_off
        if crash.event is not None:
            self.runtime.emit(self.now, crash.event)
            failure = StartFailure(ContainerWaitingReason.CRASH_LOOP_BACK_OFF.value, crash.message)
            return StartOutcome(self.now, failure, crash.until)
        missing = _last_broken(found, broken)
        if missing is not None and missing.failure is not None:
            path = container_field_path(found.kind, found.name)
            message = failed_message(missing.failure.reason)
            self.runtime.emit(self.now, LifecycleEvent(EventType.WARNING, EventReason.FAILED, message, path))
            return StartOutcome(self.now, missing.failure, missing.retry_at)
        outcome = yield from start_container(self.runtime, self.pod, found, self.statuses, now=self.now, release=self.release)
        self.now = outcome.done_at
        return outcome

    def wait(self, took: Duration) -> Process[None]:
        """Let time pass, if something took any."""
        if took:
            self.now = yield took

    def tell_pod(self, event_type: EventType, reason: EventReason, message: str) -> None:
        """Emit an event about the pod."""
        self.runtime.emit(self.now, LifecycleEvent(event_type, reason, message))


def _last_broken(found: ContainerAt, broken: dict[str, ImageAnswer]) -> ImageAnswer | None:
    """Return what came of the last image volume that a container mounts and that is missing."""
    if not broken:
        return None
    mounts = (text_at(mount, "name", path) for path, mount in objects_at(found.container, "volumeMounts", found.path))
    return next((broken[name] for name in reversed(tuple(mounts)) if name in broken), None)
