"""What one sync does with the init containers of a pod by the rules of before sidecars: one after the other, each to its end.

Kubernetes had it as ``findNextInitContainerToRun`` (``pkg/kubelet/kuberuntime/kuberuntime_container.go``). Which pods go by it in which
release says ``init_actions.has_legacy_init``.
"""

from __future__ import annotations

from .container_actions import ContainerStart, StartReason, kill_unknown
from .init_actions import InitActions, next_init
from .observed_pod import ListedContainer, ObservedPod, init_failed
from .runtime_status import RuntimeContainer, RuntimeState

__all__ = ["legacy_init_actions"]


def legacy_init_actions(observed: ObservedPod) -> InitActions:
    """Return what one sync does with the init containers of a pod that has a sandbox, and whether it is initialised."""
    if not observed.init or any(listed.state is RuntimeState.RUNNING for listed in observed.main):
        return InitActions(initialized=True)
    known = [(listed, listed.newest) for listed in reversed(observed.init) if listed.newest is not None]
    for listed, newest in known:
        if init_failed(newest):
            return _failed(observed, listed, newest)
    for listed, newest in known:
        if newest.state is RuntimeState.RUNNING:
            return InitActions()
        if newest.state is RuntimeState.EXITED:
            return next_init(observed, listed)
    first = observed.init[0]
    return InitActions(starts=(ContainerStart(first.index, first.name, StartReason.FIRST_INIT),))


def _failed(observed: ObservedPod, listed: ListedContainer, newest: RuntimeContainer) -> InitActions:
    """Return what is done with the last init container that failed."""
    if not observed.restarts_on_failure(listed):
        return InitActions(failed=listed.name)
    if newest.state is RuntimeState.UNKNOWN:
        kill = kill_unknown(newest, "Init container")
        return InitActions(starts=(ContainerStart(listed.index, listed.name, kill.cause.start_reason),), kills=(kill,))
    return InitActions(starts=(ContainerStart(listed.index, listed.name, StartReason.INIT_FAILED),))
