"""When pods are ready: as soon as all their containers are, sidecars among them (``pkg/kubelet/status/generate.go``).

Readiness gates are nobody's here, so they are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..apimachinery.objects import ContainerKind, containers
from ..apimachinery.release import LATEST, Release
from ..golang.duration import Duration
from ..lifecycle.phase import Phase
from ..lifecycle.sidecars import is_sidecar
from .pod_timeline import PodTimeline
from .status_object import is_ready

__all__ = ["ReadyTime", "ready_at", "ready_times"]


@attrs.frozen
class ReadyTime:
    """When a pod, by its ``namespace/name``, was ready for the first time, since the beginning; ``None`` where it never was."""

    pod: str
    created_at: Duration
    ready_at: Duration | None

    @property
    def took(self) -> Duration | None:
        """How long that took, from when the kubelet got to know the pod."""
        return None if self.ready_at is None else self.ready_at - self.created_at


def ready_at(pod: PodTimeline, *, release: Release = LATEST) -> Duration | None:
    """Return when a pod was ready for the first time, as the kubelet reports it; ``None`` where it never was.

    A pod that is done is not ready. ``release`` is the kubelet's. Raises ``MalformedObject``.
    """
    wanted = {found.name for found in containers(pod.pod) if found.kind is ContainerKind.APP or is_sidecar(found, release=release)}
    ready: set[str] = set()
    for change in pod.changes:
        for listed in change.changed:
            (ready.add if is_ready(listed) else ready.discard)(listed.status.name)
        if wanted <= ready and change.phase is not Phase.SUCCEEDED:
            return change.at
    return None


def ready_times(pods: Iterable[PodTimeline], *, release: Release = LATEST) -> tuple[ReadyTime, ...]:
    """Return when each of some pods was ready. Raises ``MalformedObject``."""
    return tuple(ReadyTime(pod.name, pod.created_at, ready_at(pod, release=release)) for pod in pods)
