"""The releases that meet in a cluster."""

from __future__ import annotations

import attrs

from .errors import KubeContainersError
from .release import LATEST, Release

__all__ = ["Cluster", "UnsupportedSkew"]


class UnsupportedSkew(KubeContainersError):
    """A kubelet newer than its API server, which Kubernetes does not support."""

    def __init__(self, control_plane: Release, node: Release, hint: str = "a node's release is at most that of the control plane") -> None:
        super().__init__(control_plane, node, hint)
        self.control_plane = control_plane
        self.node = node
        self.hint = hint

    def _sentence(self) -> str:
        return f"the node's release {self.node} is newer than the control plane's, {self.control_plane}"


def _same_as_control_plane(cluster: Cluster) -> Release:
    return cluster.control_plane


@attrs.frozen
class Cluster:
    """The release of the API server and that of the kubelets.

    ``node`` is by default that of the control plane; it may be older, not newer (``UnsupportedSkew``).

    >>> Cluster(Release("1.31")).node
    Release('1.31')
    """

    control_plane: Release = LATEST
    node: Release = attrs.field(default=attrs.Factory(_same_as_control_plane, takes_self=True))

    def __attrs_post_init__(self) -> None:
        """Refuse a skew that Kubernetes does not support."""
        if self.node.minor > self.control_plane.minor:
            raise UnsupportedSkew(self.control_plane, self.node)
