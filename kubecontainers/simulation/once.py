"""One step of a kubelet by itself: a single start of a container, or a single sync of a pod, in the world of a script."""

from __future__ import annotations

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.errors import NotFound
from ..apimachinery.objects import JSONObject, Pod
from ..golang.duration import Duration
from ..lifecycle.container_start import start_container
from ..lifecycle.pod_runtime import run_process
from ..lifecycle.pod_sync import PodSyncOutcome, sync_pod
from ..lifecycle.reason_cache import StartFailure
from .placed_pod import PlacedPod, placed_pods
from .pod_timeline import TimedCall, TimedEvent
from .pod_world import in_time
from .script import Script
from .simulate import simulated_node

__all__ = ["StartedOnce", "SyncedOnce", "start_once", "sync_once"]


@attrs.frozen
class StartedOnce:
    """What came of one start: why it failed, if it did, when it was over, and what was called and emitted, in the order of time."""

    failure: StartFailure | None
    done_at: Duration
    calls: tuple[TimedCall, ...]
    events: tuple[TimedEvent, ...]


@attrs.frozen
class SyncedOnce:
    """What came of one sync, and what was called and emitted, in the order of time."""

    outcome: PodSyncOutcome
    calls: tuple[TimedCall, ...]
    events: tuple[TimedEvent, ...]


def start_once(
    pod: Pod | JSONObject, container: str, script: Script | JSONObject | None = None, *, cluster: Cluster | None = None
) -> StartedOnce:
    """Return what comes of starting one container, once, at the time 0; a crash back-off is not asked for.

    ``script`` is the world, ``cluster`` the releases, as with ``simulate``. Raises ``NotFound`` for a container that the pod has not,
    ``MalformedObject``, and ``ValidationFailed`` for a kubelet configuration that no kubelet starts with.

    >>> pod = {"spec": {"containers": [{"name": "app", "image": "nginx:1.27", "imagePullPolicy": "Never"}]}}
    >>> start_once(pod, "app", {"images": {"nginx:1.27": {"present": False}}}).failure.reason
    'ErrImageNeverPull'
    """
    placed = _placed(pod, script, cluster)
    world, node = placed.world, placed.world.node
    if container not in placed.found:
        raise NotFound("container", container, "the pod has no container of that name")
    now = Duration()
    start = start_container(world, world.pod, placed.found[container], world.instances.reported(now), now=now, release=node.release)
    outcome, _ = run_process(start, now)
    return StartedOnce(outcome.failure, outcome.done_at, in_time(world.calls), in_time(world.events))


def sync_once(pod: Pod | JSONObject, script: Script | JSONObject | None = None, *, cluster: Cluster | None = None) -> SyncedOnce:
    """Return what comes of one sync of a pod at the time 0; arguments and errors are as those of ``start_once``.

    >>> pod = {"spec": {"containers": [{"name": "app", "image": "nginx:1.27"}]}}
    >>> [result.action.value for result in sync_once(pod).outcome.results]
    ['KillPodSandbox', 'CreatePodSandbox', 'StartContainer']
    """
    placed = _placed(pod, script, cluster)
    world, node = placed.world, placed.world.node
    now = Duration()
    statuses = world.instances.reported(now)
    sync = sync_pod(world, world.pod, statuses, world.sandbox, placed.crashes, now=now, release=node.release)
    outcome, _ = run_process(sync, now)
    return SyncedOnce(outcome, in_time(world.calls), in_time(world.events))


def _placed(pod: Pod | JSONObject, script: Script | JSONObject | None, cluster: Cluster | None) -> PlacedPod:
    node, some = simulated_node(script, cluster)
    return next(iter(placed_pods([pod], node, some)))
