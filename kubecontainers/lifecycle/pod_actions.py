"""What one sync of a pod decides: whether the pod is killed, whether it gets a new sandbox, which containers are started and killed.

Kubernetes decides it in ``computePodActions`` (``pkg/kubelet/kuberuntime/kuberuntime_manager.go``). In the same sync the kubelet then
does it: kills first, then the sandbox, then ephemeral, init and app containers, each of which may still have to wait (``crash_back_off``).
Resizing a pod in place is not looked at, nor that a rule may restart all containers.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from ..apimachinery.objects import JSONObject, Pod
from ..apimachinery.release import LATEST, Change, Release
from .container_actions import ContainerKill, ContainerStart, KillCause, StartReason, kill_unknown, restarted
from .init_actions import InitActions, has_legacy_init, init_actions
from .legacy_init_actions import legacy_init_actions
from .observed_pod import ListedContainer, ObservedPod, observed_pod
from .restart import RestartPolicy, pod_restart_policy, restart_policy
from .runtime_status import PodSandbox, ProbeResult, RuntimeContainer, RuntimeState, SandboxState

__all__ = ["ONLY_EXITED_SUCCEEDED", "PodActions", "PodKillReason", "pod_actions"]

ONLY_EXITED_SUCCEEDED = Change(
    since="1.32",
    summary="under OnFailure, what was created or is in an unknown state no longer counts as succeeded when a pod gets a new sandbox",
)


class PodKillReason(enum.Enum):
    """Why all containers of a pod are killed, with its sandbox."""

    NO_SANDBOX = "the pod has no sandbox yet"
    SANDBOX_NOT_READY = "the sandbox of the pod is not ready"
    NEVER_RESTARTED = "the sandbox of the pod is not ready, and its restart policy, Never, forbids another one"
    ALL_DONE = "the pod has no sandbox that is ready, and no container that would be started in a new one"
    INIT_FAILED = "an init container failed, and is not tried again"
    NOTHING_LEFT = "no app container is kept, and none is to be started"


@attrs.frozen
class PodActions:
    """What one sync of a pod decides.

    =================================  ==========================================================================================
    ``pod_kill``                       why the whole pod is killed, ``None`` if it is not
    ``create_sandbox``                 whether a sandbox is made
    ``attempt``                        how many sandboxes there were before that one, or before the present one
    ``init_containers_to_start``       in the order of the pod; the first plain one that cannot be started ends the sync
    ``containers_to_start``            app containers, in the order of the pod
    ``ephemeral_containers_to_start``  in the order of the pod
    ``containers_to_kill``             single instances; where the whole pod is killed there may be some too
    ``failed_init``                    the name of the init container for which the pod is killed
    =================================  ==========================================================================================
    """

    attempt: int = 0
    pod_kill: PodKillReason | None = None
    create_sandbox: bool = False
    init_containers_to_start: tuple[ContainerStart, ...] = ()
    containers_to_start: tuple[ContainerStart, ...] = ()
    ephemeral_containers_to_start: tuple[ContainerStart, ...] = ()
    containers_to_kill: tuple[ContainerKill, ...] = ()
    failed_init: str | None = None

    @property
    def kill_pod(self) -> bool:
        """Whether the whole pod is killed, first of all."""
        return self.pod_kill is not None


def pod_actions(
    pod: Pod | JSONObject, statuses: Iterable[RuntimeContainer], sandbox: PodSandbox, *, release: Release = LATEST
) -> PodActions:
    """Return what one sync of a pod decides.

    ``statuses`` are what the runtime reports of the pod's containers, the newest first of those with the same name; ``sandbox`` is the
    newest one of the pod, ``release`` the kubelet's. Raises ``MalformedObject``.

    >>> from kubecontainers.lifecycle.runtime_status import NO_SANDBOX
    >>> pod = {"spec": {"initContainers": [{"name": "setup"}], "containers": [{"name": "app"}]}}
    >>> [(start.name, start.reason.name) for start in pod_actions(pod, [], NO_SANDBOX).init_containers_to_start]
    [('setup', 'NEW_SANDBOX')]
    """
    observed = observed_pod(pod, statuses, release)
    if sandbox.state is not SandboxState.READY:
        return _without_sandbox(observed, sandbox)
    ephemeral = tuple(
        ContainerStart(listed.index, listed.name, StartReason.NEVER_RAN) for listed in observed.ephemeral if listed.newest is None
    )
    actions = PodActions(sandbox.attempt, ephemeral_containers_to_start=ephemeral)
    init = legacy_init_actions(observed) if has_legacy_init(observed) else init_actions(observed)
    if init.failed is not None:
        return attrs.evolve(actions, pod_kill=PodKillReason.INIT_FAILED, failed_init=init.failed)
    if not init.initialized:
        return attrs.evolve(actions, init_containers_to_start=init.starts, containers_to_kill=init.kills)
    return _with_main(observed, actions, init)


# ------------------------------------------------------------------------------------------------------------ app containers


def _with_main(observed: ObservedPod, actions: PodActions, init: InitActions) -> PodActions:
    """Add what is done with the app containers of a pod that is initialised."""
    starts: list[ContainerStart] = []
    kills = {kill.name: kill for kill in init.kills}
    kept = False
    for listed in observed.main:
        newest = listed.newest if listed.state is RuntimeState.RUNNING else None
        start, kill = _not_running(observed, listed) if newest is None else _running(observed, listed, newest)
        if start is not None:
            starts.append(start)
        if kill is not None:
            kills[listed.name] = kill
        kept = kept or (newest is not None and kill is None)
    actions = attrs.evolve(actions, containers_to_start=tuple(starts), containers_to_kill=tuple(kills.values()))
    if kept or starts:
        return attrs.evolve(actions, init_containers_to_start=init.starts)
    return attrs.evolve(actions, pod_kill=PodKillReason.NOTHING_LEFT)  # sidecars are not started again: they would keep the pod alive


_Action = tuple[ContainerStart | None, ContainerKill | None]


def _not_running(observed: ObservedPod, listed: ListedContainer) -> _Action:
    decision = observed.should_be_restarted(listed)
    if not decision.restart:
        return None, None
    newest = listed.newest
    start = restarted(listed.index, listed.name, decision)
    if newest is None or newest.state is not RuntimeState.UNKNOWN:
        return start, None
    return start, kill_unknown(newest, "Container")


def _running(observed: ObservedPod, listed: ListedContainer, newest: RuntimeContainer) -> _Action:
    found = _kill_cause(newest)
    if found is None:
        return None, None
    cause, message = found
    again = cause is KillCause.DEFINITION_CHANGED or observed.restarts_on_failure(listed)
    ending = ", will be restarted" if again else ""
    kill = ContainerKill(newest, cause, f"Container {listed.name} {message}{ending}")
    return ContainerStart(listed.index, listed.name, cause.start_reason) if again else None, kill


def _kill_cause(newest: RuntimeContainer) -> tuple[KillCause, str] | None:
    """Return why a running app container is killed, and what the message says of it."""
    if newest.definition_changed:
        return KillCause.DEFINITION_CHANGED, "definition changed"
    if newest.liveness is ProbeResult.FAILURE:
        return KillCause.LIVENESS_FAILED, "failed liveness probe"
    if newest.startup is ProbeResult.FAILURE:
        return KillCause.STARTUP_FAILED, "failed startup probe"
    return None


# ----------------------------------------------------------------------------------------------------------- without sandbox


def _without_sandbox(observed: ObservedPod, sandbox: PodSandbox) -> PodActions:
    """Return what is done with a pod whose sandbox is missing or not ready: it begins anew, if there is anything to do."""
    none = sandbox.state is SandboxState.NONE
    attempt = 0 if none else sandbox.attempt + 1
    never = pod_restart_policy(observed.pod).policy is RestartPolicy.NEVER
    if never and attempt != 0 and observed.statuses:
        return PodActions(attempt, PodKillReason.NEVER_RESTARTED)
    startable = tuple(listed for listed in observed.main if not _stays_done(observed, listed))
    if not startable and _was_initialized(observed):
        return PodActions(attempt, PodKillReason.ALL_DONE)
    reason = PodKillReason.NO_SANDBOX if none else PodKillReason.SANDBOX_NOT_READY
    if observed.init:
        return PodActions(attempt, reason, create_sandbox=True, init_containers_to_start=_started_anew(observed.init[:1]))
    return PodActions(attempt, reason, create_sandbox=True, containers_to_start=_started_anew(startable))


def _started_anew(listed: tuple[ListedContainer, ...]) -> tuple[ContainerStart, ...]:
    return tuple(ContainerStart(container.index, container.name, StartReason.NEW_SANDBOX) for container in listed)


def _stays_done(observed: ObservedPod, listed: ListedContainer) -> bool:
    """Return whether an app container has succeeded, and is to run only until then."""
    newest = listed.newest
    if newest is None or newest.exit_code != 0 or newest.state is RuntimeState.RUNNING:
        return False
    if newest.state is not RuntimeState.EXITED and ONLY_EXITED_SUCCEEDED in observed.release:
        return False
    return restart_policy(observed.pod, listed.found, release=observed.release).policy is RestartPolicy.ON_FAILURE


def _was_initialized(observed: ObservedPod) -> bool:
    if has_legacy_init(observed):
        return legacy_init_actions(observed).initialized
    started = {RuntimeState.CREATED, RuntimeState.RUNNING, RuntimeState.EXITED}
    return any(listed.state in started for listed in observed.main)
