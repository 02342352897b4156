"""A kubelet on a virtual clock: pods and a script in, a timeline out. Nothing sleeps, and nothing is left to chance.

It adds no rule of its own. What one sync does is ``lifecycle.pod_sync``; when a pod is synced, ``pod_worker``. Pods are independent of one
another but for what their node has once: the queue of pulls, and the images. Nodes have nothing in common, so each is simulated by itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from ..apimachinery.cluster import Cluster, default_kubelet_config
from ..apimachinery.durations import InvalidDuration, to_duration
from ..apimachinery.errors import ValidationFailed
from ..apimachinery.objects import JSONObject, Pod
from ..golang.duration import Duration, DurationLike
from ..images.kubelet_pull_config import validate_kubelet_config
from ..lifecycle.pod_runtime import Process
from .node import Node
from .placed_pod import placed_pods
from .pod_worker import PodWorker
from .script import KubeletRestart, Script
from .timeline import Timeline

__all__ = ["DEFAULT_UNTIL", "simulate", "simulated_node"]

DEFAULT_UNTIL = Duration.of(3600)
"""How far a simulation goes, unless it is told otherwise."""

LONGEST = Duration.of(100 * 365 * 24 * 3600)
"""How far it can go: beyond 292 years the clock would stand still."""


def simulate(
    pods: Iterable[Pod | JSONObject],
    script: Script | JSONObject | None = None,
    *,
    cluster: Cluster | None = None,
    until: DurationLike = DEFAULT_UNTIL,
) -> Timeline:
    """Return what happens to the pods of one node, by the second of a virtual clock that begins at 0.

    ``pods`` are as manifests have them; they get their defaults, and what they say of their status is not looked at. ``script`` is the
    world, a ``Script`` or its JSON: by default all images are there, and all goes well. ``cluster`` has the releases and the kubelet's
    configuration; ``until`` is a ``Duration``, ``timedelta`` or seconds: what would begin later is left out. The same pods, script and
    cluster give the same timeline.

    Raises ``MalformedObject``; ``DuplicatePod``; ``NotFound`` for what the script says of containers that a pod has not;
    ``ValidationFailed`` for a configuration that no kubelet starts with; ``InvalidDuration``.

    >>> pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "nginx:1.27"}]}}
    >>> timeline = simulate([pod], {"images": {"nginx:1.27": {"pulls": [{"ms": 90000}]}}})
    >>> [(str(event.at), event.event.reason.value) for event in timeline.events]
    [('0s', 'Pulling'), ('1m30s', 'Pulled'), ('1m30s', 'Created'), ('1m30s', 'Started')]
    """
    end = to_duration(until)
    if not Duration() <= end <= LONGEST:
        raise InvalidDuration(str(end), "less than nothing, or more than 100 years")
    node, some = simulated_node(script, cluster)
    workers = [PodWorker(placed, end) for placed in placed_pods(pods, node, some)]
    _Clock(workers, node, end).run()
    return Timeline(tuple(worker.timeline() for worker in workers), end, node.release)


def simulated_node(script: Script | JSONObject | None, cluster: Cluster | None) -> tuple[Node, Cluster]:
    """Return the node of a script at the beginning, and the cluster it belongs to. Raises ``ValidationFailed``, ``MalformedObject``."""
    world = script if isinstance(script, Script) else Script.from_json({} if script is None else script)
    some = Cluster() if cluster is None else cluster
    given = some.kubelet if world.kubelet is None else world.kubelet
    config = default_kubelet_config(given, release=some.node).config
    errors = validate_kubelet_config(config, release=some.node)
    if errors:
        raise ValidationFailed(errors)
    return Node(world, config, some.node), some


class _Clock:
    """Lets the workers go on, one after the other, in the order of the times that they wait for."""

    def __init__(self, workers: list[PodWorker], node: Node, until: Duration) -> None:
        self._workers = workers
        self._node = node
        self._order = 0
        self._waiting: list[tuple[int, int, Process[None], bool]] = []
        self._restarts = sorted((restart for restart in node.script.restarts if restart.at <= until), key=_restarted_at)

    def run(self) -> None:
        for worker in self._workers:
            self._begin(worker.run(worker.created_at), worker.created_at)
        for restart in self._restarts:
            self._run_before(restart.at)
            self._waiting.clear()
            self._node.restart(restart.at)
            back = restart.at + restart.down
            for worker in self._workers:
                if worker.restart(restart.at, back):
                    begins = max(back, worker.created_at)
                    self._begin(worker.run(begins), begins)
        self._run_before(None)

    def _begin(self, process: Process[None], at: Duration) -> None:
        self._push(process, at, begun=False)

    def _push(self, process: Process[None], at: Duration, *, begun: bool) -> None:
        self._order += 1
        heapq.heappush(self._waiting, (at.nanoseconds, self._order, process, begun))

    def _run_before(self, end: Duration | None) -> None:
        """Go on up to a moment, at which nothing happens yet."""
        waiting = self._waiting
        while waiting and (end is None or waiting[0][0] < end.nanoseconds):
            nanoseconds, _, process, begun = heapq.heappop(waiting)
            now = Duration(nanoseconds)
            try:
                waits = process.send(now) if begun else next(process)
            except StopIteration:
                continue
            self._push(process, now + waits, begun=True)


def _restarted_at(restart: KubeletRestart) -> Duration:
    return restart.at
