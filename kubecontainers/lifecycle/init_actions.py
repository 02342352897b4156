"""What one sync does with the init containers of a pod, sidecars among them.

Kubernetes decides it in ``computeInitContainerActions`` (``pkg/kubelet/kuberuntime/kuberuntime_container.go``): from the last init
container to the first, since the last one that the runtime knows shows how far the pod is. Which pods still go by the rules of the time
before sidecars says ``has_legacy_init``; those rules are ``legacy_init_actions``.
"""

from __future__ import annotations

import attrs

from ..apimachinery.objects import mapping_at
from ..apimachinery.release import Change
from .container_actions import ContainerKill, ContainerStart, KillCause, StartReason, kill_unknown
from .observed_pod import ListedContainer, ObservedPod, init_failed
from .restart import CONTAINER_RESTART_RULES
from .runtime_status import ProbeResult, RuntimeContainer, RuntimeState
from .sidecars import SIDECARS

__all__ = [
    "CHANGED_SIDECARS_RESTARTED",
    "CREATED_INIT_STARTED_AGAIN",
    "EXITED_PROVES_NOTHING",
    "LEGACY_SIDECARS",
    "LEGACY_WITHOUT_SIDECARS",
    "InitActions",
    "has_legacy_init",
    "init_actions",
    "next_init",
]

LEGACY_WITHOUT_SIDECARS = Change(
    since="1.29",
    until="1.33",
    summary="a pod without sidecars goes by the rules of before sidecars: only a running app container proves that it is initialised",
)
LEGACY_SIDECARS = Change(
    gate="LegacySidecarContainers", since="1.33", summary="a pod without sidecars goes by the rules of before sidecars once more"
)
EXITED_PROVES_NOTHING = Change(
    since="1.29", summary="app containers that exited do not prove that the pod is initialised: its init containers run again"
)
CREATED_INIT_STARTED_AGAIN = Change(since="1.29", summary="an init container that was created and never started is started again")
CHANGED_SIDECARS_RESTARTED = Change(since="1.32", summary="a sidecar whose definition changed is killed and started again")


@attrs.frozen
class InitActions:
    """What is done with init containers.

    ``initialized``: the app containers may be looked at in the same sync. ``failed`` is the name of the init container that failed and is
    not tried again, for which the whole pod is killed.
    """

    initialized: bool = False
    starts: tuple[ContainerStart, ...] = ()
    kills: tuple[ContainerKill, ...] = ()
    failed: str | None = None


def has_legacy_init(observed: ObservedPod) -> bool:
    """Return whether the init containers of a pod go by the rules of before sidecars."""
    if SIDECARS not in observed.release:
        return True
    legacy = LEGACY_WITHOUT_SIDECARS in observed.release or LEGACY_SIDECARS in observed.release
    return legacy and not any(listed.sidecar for listed in observed.init)


def init_actions(observed: ObservedPod) -> InitActions:
    """Return what one sync does with the init containers of a pod that has a sandbox, and whether it is initialised."""
    initialized = not observed.init or _main_proves_initialized(observed)
    reached = initialized  # whether the pod is known to have come further than the init container that is looked at
    starts: list[ContainerStart] = []
    kills: list[ContainerKill] = []
    for listed in reversed(observed.init):
        if listed.newest is None:
            if reached and listed.sidecar:
                starts.append(ContainerStart(listed.index, listed.name, StartReason.LOST_SIDECAR))
        elif listed.sidecar or not reached:
            found = (
                _sidecar(observed, listed, listed.newest, reached=reached) if listed.sidecar else _plain(observed, listed, listed.newest)
            )
            if found.failed is not None:
                return found
            initialized = initialized or found.initialized
            starts += found.starts
            kills += found.kills
            reached = True
    if not reached:
        first = observed.init[0]
        starts.append(ContainerStart(first.index, first.name, StartReason.FIRST_INIT))
    return InitActions(initialized, tuple(sorted(starts, key=lambda start: start.index)), tuple(kills))


def _main_proves_initialized(observed: ObservedPod) -> bool:
    """Return whether some app container shows that all init containers were done before."""
    proving = {RuntimeState.CREATED, RuntimeState.RUNNING}
    if EXITED_PROVES_NOTHING not in observed.release:
        proving.add(RuntimeState.EXITED)
    return any(listed.state in proving for listed in observed.main)


def _plain(observed: ObservedPod, listed: ListedContainer, newest: RuntimeContainer) -> InitActions:
    """Return what is done with the last init container that the runtime knows, where it is no sidecar."""
    if newest.state is RuntimeState.RUNNING:
        return InitActions()
    if newest.state is RuntimeState.CREATED:
        return _created(observed, listed)
    if newest.state is RuntimeState.UNKNOWN:
        again = observed.restarts_on_failure(listed)
        return _killed(listed, kill_unknown(newest, "Init container")) if again else InitActions(failed=listed.name)
    return _exited(observed, listed) if init_failed(newest) else next_init(observed, listed)


def _exited(observed: ObservedPod, listed: ListedContainer) -> InitActions:
    """Return what is done with an init container that failed."""
    decision = observed.should_be_restarted(listed) if CONTAINER_RESTART_RULES in observed.release else None
    again = observed.restarts_on_failure(listed) if decision is None else decision.restart
    if not again:
        return InitActions(failed=listed.name)
    return InitActions(starts=(ContainerStart(listed.index, listed.name, StartReason.INIT_FAILED, decision),))


def _sidecar(observed: ObservedPod, listed: ListedContainer, newest: RuntimeContainer, *, reached: bool) -> InitActions:
    """Return what is done with a sidecar; ``reached``: the pod has come further before."""
    if newest.state is RuntimeState.RUNNING:
        return _running_sidecar(observed, listed, newest, reached=reached)
    if newest.state is RuntimeState.CREATED:
        return _created(observed, listed)
    if newest.state is RuntimeState.UNKNOWN:
        return _killed(listed, kill_unknown(newest, "Init container"))
    return InitActions(starts=(ContainerStart(listed.index, listed.name, StartReason.SIDECAR_EXITED),))


def _running_sidecar(observed: ObservedPod, listed: ListedContainer, newest: RuntimeContainer, *, reached: bool) -> InitActions:
    if mapping_at(listed.found.container, "startupProbe", listed.found.path) is not None and newest.startup is not ProbeResult.SUCCESS:
        failed = newest.startup is ProbeResult.FAILURE
        return _failed_sidecar(listed, newest, KillCause.STARTUP_FAILED, "failed startup probe") if failed else InitActions()
    further = InitActions() if reached else next_init(observed, listed)
    killed = InitActions()
    if newest.definition_changed and CHANGED_SIDECARS_RESTARTED in observed.release:
        killed = _failed_sidecar(listed, newest, KillCause.DEFINITION_CHANGED, "definition changed")
    elif mapping_at(listed.found.container, "livenessProbe", listed.found.path) is not None and newest.liveness is ProbeResult.FAILURE:
        killed = _failed_sidecar(listed, newest, KillCause.LIVENESS_FAILED, "failed liveness probe")
    return InitActions(further.initialized, (*further.starts, *killed.starts), killed.kills)


def _failed_sidecar(listed: ListedContainer, newest: RuntimeContainer, cause: KillCause, what: str) -> InitActions:
    return _killed(listed, ContainerKill(newest, cause, f"Init container {listed.name} {what}"))


def _killed(listed: ListedContainer, kill: ContainerKill) -> InitActions:
    """Return a kill with the start that follows it."""
    return InitActions(starts=(ContainerStart(listed.index, listed.name, kill.cause.start_reason),), kills=(kill,))


def _created(observed: ObservedPod, listed: ListedContainer) -> InitActions:
    if CREATED_INIT_STARTED_AGAIN not in observed.release:
        return InitActions()
    return InitActions(starts=(ContainerStart(listed.index, listed.name, StartReason.CREATED),))


def next_init(observed: ObservedPod, listed: ListedContainer) -> InitActions:
    """Return the start of the next init container; after the last, the pod is initialised."""
    if listed.index + 1 == len(observed.init):
        return InitActions(initialized=True)
    following = observed.init[listed.index + 1]
    return InitActions(starts=(ContainerStart(following.index, following.name, StartReason.NEXT_INIT),))
