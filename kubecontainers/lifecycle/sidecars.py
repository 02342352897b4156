"""Sidecars: init containers that always restart, and so run beside the app containers for the pod's whole life.

Kubernetes asks ``IsRestartableInitContainer`` (``pkg/api/v1/pod/util.go`` and ``pkg/kubelet/types``), mostly behind a feature gate.
"""

from __future__ import annotations

from ..apimachinery.objects import ContainerAt, ContainerKind, text_at
from ..apimachinery.release import LATEST, Change, Release

__all__ = ["SIDECARS", "is_marked_sidecar", "is_sidecar"]

SIDECARS = Change(
    gate="SidecarContainers",
    since="1.28",
    summary="an init container whose restartPolicy is Always is a sidecar: it is started before the app containers and stopped after them",
)

_ALWAYS = "Always"


def is_sidecar(found: ContainerAt, *, release: Release = LATEST) -> bool:
    """Return whether a container is a sidecar where ``release`` is the component's that asks.

    Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.objects import containers
    >>> pod = {"spec": {"initContainers": [{"name": "proxy", "restartPolicy": "Always"}, {"name": "setup"}]}}
    >>> [is_sidecar(found) for found in containers(pod)], [is_sidecar(found, release=Release("1.27")) for found in containers(pod)]
    ([True, False], [False, False])
    """
    return found.kind is ContainerKind.INIT and SIDECARS in release and is_marked_sidecar(found)


def is_marked_sidecar(found: ContainerAt) -> bool:
    """Return whether an init container says that it is a sidecar, be there any in a release or not. Raises ``MalformedObject``."""
    return text_at(found.container, "restartPolicy", found.path) == _ALWAYS
