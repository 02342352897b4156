"""In which order the containers of a pod are stopped: a sidecar waits for the app containers, and for the sidecar after it.

Kubernetes has it in ``pkg/kubelet/kuberuntime/kuberuntime_termination_order.go``. Only the stop signal waits; the preStop hooks of all
containers start at once.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..apimachinery.objects import ContainerKind, JSONObject, Pod, containers
from ..apimachinery.release import LATEST, Change, Release
from .container_state import Running, container_statuses_at
from .sidecars import is_sidecar

__all__ = ["ORDERED_TERMINATION", "TerminationOrder", "running_containers", "termination_order"]

ORDERED_TERMINATION = Change(
    gate="SidecarContainers",
    since="1.29",
    summary="sidecars are sent the stop signal after the app containers have stopped, the last one first; before, all were at once",
)


@attrs.frozen
class TerminationOrder:
    """Who waits for whom, of the containers that run.

    ``apps`` are the app containers that run. ``sidecars`` are all sidecars in the order of their start, each with whether it runs: one that
    does not run still stands between its neighbours, so these do not wait for each other.
    """

    apps: tuple[str, ...] = ()
    sidecars: tuple[tuple[str, bool], ...] = ()

    def prerequisites(self, name: str) -> tuple[str, ...]:
        """Return what must have stopped before a container gets its stop signal; only running sidecars wait.

        >>> order = TerminationOrder(("app",), (("proxy", True), ("logs", True)))
        >>> order.prerequisites("proxy"), order.prerequisites("logs"), order.prerequisites("app")
        (('app', 'logs'), ('app',), ())
        """
        for position, (sidecar, runs) in enumerate(self.sidecars):
            if sidecar == name and runs:
                following = self.sidecars[position + 1 : position + 2]
                return (*self.apps, *(later for later, running in following if running))
        return ()


def termination_order(pod: Pod | JSONObject, running: Iterable[str] | None = None, *, release: Release = LATEST) -> TerminationOrder:
    """Return who waits for whom when a whole pod is stopped.

    ``running`` are the names of the containers that run, by default ``running_containers``. ``release`` is the kubelet's; where it stops
    all containers at once, nobody waits. Raises ``MalformedObject``.

    >>> pod = {"spec": {"initContainers": [{"name": "proxy", "restartPolicy": "Always"}], "containers": [{"name": "app"}]}}
    >>> termination_order(pod).prerequisites("proxy")
    ('app',)
    """
    if ORDERED_TERMINATION not in release:
        return TerminationOrder()
    run = set(running_containers(pod, release=release) if running is None else running)
    found = list(containers(pod))
    apps = dict.fromkeys(one.name for one in found if one.kind is ContainerKind.APP)
    sidecars = dict.fromkeys(one.name for one in found if is_sidecar(one, release=release))
    return TerminationOrder(
        tuple(name for name in apps if name in run and name not in sidecars), tuple((name, name in run) for name in sidecars)
    )


def running_containers(pod: Pod | JSONObject, *, release: Release = LATEST) -> tuple[str, ...]:
    """Return the names of the containers of a pod that run, in the order of the manifest.

    Its status says so. Of a pod without one, the app containers, the sidecars and the ephemeral containers are taken to run, since its
    other init containers are over by then. ``release`` is the kubelet's. Raises ``MalformedObject``.

    >>> running_containers({"spec": {"initContainers": [{"name": "setup"}], "containers": [{"name": "app"}]}})
    ('app',)
    """
    found = list(containers(pod))
    statuses = [status for kind in ContainerKind for status in container_statuses_at(pod, kind)]
    if statuses:
        run = {status.name for status in statuses if isinstance(status.state, Running)}
    else:
        run = {one.name for one in found if one.kind is not ContainerKind.INIT or is_sidecar(one, release=release)}
    return tuple(dict.fromkeys(one.name for one in found if one.name in run))
