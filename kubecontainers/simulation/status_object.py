"""The ``status`` of a pod as the kubelet reports it, put together from what is kept of it on a timeline.

Not reported are conditions. A container is ready while it runs and has started, since readiness probes are taken to succeed at once; an
init container that is no sidecar is ready once it has succeeded.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..apimachinery.objects import ContainerKind
from ..golang.duration import Duration
from ..lifecycle.container_state import ContainerStatus, Running, Terminated
from ..lifecycle.phase import Phase
from ..lifecycle.times import time_text

__all__ = ["ListedStatus", "is_ready", "status_object"]

_LISTS = {
    ContainerKind.INIT: "initContainerStatuses",
    ContainerKind.APP: "containerStatuses",
    ContainerKind.EPHEMERAL: "ephemeralContainerStatuses",
}


@attrs.frozen
class ListedStatus:
    """The status of a container, which list it stands in, and the image that its container names."""

    kind: ContainerKind
    status: ContainerStatus
    image: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the entry of the list, with ``image`` and ``ready``."""
        return {**self.status.to_json(), "image": self.image, "ready": is_ready(self)}


def is_ready(listed: ListedStatus) -> bool:
    """Return whether a container is ready."""
    state = listed.status.state
    if isinstance(state, Running):
        return listed.status.started is True
    return listed.kind is ContainerKind.INIT and isinstance(state, Terminated) and state.exit_code == 0


def status_object(phase: Phase, statuses: Iterable[ListedStatus], *, created_at: Duration, address: str = "") -> dict[str, object]:
    """Return ``status`` of a pod; ``address`` is the pod's, empty while it has none.

    >>> status_object(Phase.PENDING, [], created_at=Duration.of(90))
    {'phase': 'Pending', 'startTime': '1970-01-01T00:01:30Z'}
    """
    made: dict[str, object] = {"phase": phase.value, "startTime": time_text(created_at)}
    if address:
        made |= {"podIP": address, "podIPs": [{"ip": address}]}
    lists: dict[str, list[dict[str, object]]] = {}
    for listed in statuses:
        lists.setdefault(_LISTS[listed.kind], []).append(listed.to_json())
    return made | lists
