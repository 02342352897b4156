"""A pod with what the runtime reports of its containers: what the decisions of one sync read."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, Pod, containers, root_object
from ..apimachinery.release import Release
from .restart import RestartDecision, restarts_on_failure, should_be_restarted
from .runtime_status import RuntimeContainer, RuntimeState, newest_by_name
from .sidecars import is_sidecar

__all__ = ["ListedContainer", "ObservedPod", "init_failed", "observed_pod"]

_OOM_KILLED = "OOMKilled"


@attrs.frozen
class ListedContainer:
    """A container of a pod, its index in its list, and its newest instance, ``None`` where the runtime knows none."""

    index: int
    name: str
    found: ContainerAt
    sidecar: bool
    newest: RuntimeContainer | None

    @property
    def state(self) -> RuntimeState | None:
        """The state of the newest instance."""
        return None if self.newest is None else self.newest.state


@attrs.frozen
class ObservedPod:
    """A pod, the release of its kubelet, its containers by their lists, and all that the runtime reports."""

    pod: JSONObject
    release: Release
    statuses: tuple[RuntimeContainer, ...]
    init: tuple[ListedContainer, ...]
    main: tuple[ListedContainer, ...]
    ephemeral: tuple[ListedContainer, ...]

    def should_be_restarted(self, listed: ListedContainer) -> RestartDecision:
        """Return whether a container is to be started (again)."""
        return should_be_restarted(self.pod, listed.found, listed.newest, release=self.release)

    def restarts_on_failure(self, listed: ListedContainer) -> bool:
        """Return whether a container is started again after a failure that has no exit code."""
        return restarts_on_failure(self.pod, listed.found, release=self.release)


def observed_pod(pod: Pod | JSONObject, statuses: Iterable[RuntimeContainer], release: Release) -> ObservedPod:
    """Return a pod with what the runtime reports of it, the newest first of each name. Raises ``MalformedObject``."""
    known = tuple(statuses)
    newest = newest_by_name(known)
    lists: dict[ContainerKind, list[ListedContainer]] = {kind: [] for kind in ContainerKind}
    for found in containers(pod):
        entries, name = lists[found.kind], found.name
        entries.append(ListedContainer(len(entries), name, found, is_sidecar(found, release=release), newest.get(name)))
    init, main, ephemeral = (tuple(lists[kind]) for kind in (ContainerKind.INIT, ContainerKind.APP, ContainerKind.EPHEMERAL))
    return ObservedPod(root_object(pod), release, known, init, main, ephemeral)


def init_failed(instance: RuntimeContainer) -> bool:
    """Return whether an instance of an init container counts as failed; one that ran out of memory does with any exit code."""
    if instance.reason == _OOM_KILLED or instance.state is RuntimeState.UNKNOWN:
        return True
    return instance.state is RuntimeState.EXITED and instance.exit_code != 0
