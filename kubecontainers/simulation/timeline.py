"""A timeline: what happened on a node, to all of its pods.

All times are durations since the beginning of the simulation, see ``simulate``.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from ..apimachinery.errors import NotFound
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import LATEST, Release
from ..golang.duration import Duration, DurationLike
from .describe import describe_events
from .epoch import EPOCH
from .event_objects import event_objects
from .gantt_svg import gantt_svg
from .gantt_text import gantt_text
from .pod_timeline import PodTimeline, TimedCall, TimedEvent
from .readiness import ready_at
from .watch import WatchEvent, watch_events

__all__ = ["Timeline"]


def _by_name(timeline: Timeline) -> dict[str, PodTimeline]:
    """Return the pods by ``namespace/name``, and by the name alone where that says which."""
    names: dict[str, list[PodTimeline]] = {}
    for pod in timeline.pods:
        names.setdefault(pod.name.partition("/")[2], []).append(pod)
    found = {name: pods[0] for name, pods in names.items() if len(pods) == 1}
    return found | {pod.name: pod for pod in timeline.pods}


@attrs.frozen
class Timeline:
    """What happened on a node.

    ``pods`` are in the order in which they were given. ``until`` is how far the simulation went at most, ``release`` the kubelet's.
    """

    pods: tuple[PodTimeline, ...] = ()
    until: Duration = attrs.field(factory=Duration)
    release: Release = LATEST
    _found: dict[str, PodTimeline] = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_by_name, takes_self=True))

    def pod(self, name: str) -> PodTimeline:
        """Return what happened to one pod: ``namespace/name``, or its name alone where that is enough. Raises ``NotFound``."""
        found = self._found.get(name)
        if found is None:
            raise NotFound("pod", name, "ask by namespace/name for one of several with the same name")
        return found

    def status(self, pod: str, at: DurationLike) -> dict[str, object]:
        """Return ``status`` of a pod at a moment, as the kubelet reported it last. Raises ``NotFound``, ``InvalidDuration``."""
        return self.pod(pod).status(at)

    def describe(self, pod: str, at: DurationLike | None = None) -> str:
        """Return the events of a pod as ``kubectl describe pod`` prints them at a moment, by default when the last thing happened to it.

        Raises ``NotFound``, ``InvalidDuration``.
        """
        return describe_events(self.pod(pod), at=at, horizon=self._horizon, release=self.release)

    def to_text(self, *, width: int = 100, until: DurationLike | None = None, ascii_only: bool = False) -> str:
        """Return a Gantt chart for a terminal, see ``gantt_text``. Raises ``InvalidDuration``."""
        return gantt_text(self.pods, width=width, until=until, horizon=self._horizon, ascii_only=ascii_only)

    def to_svg(self, *, width: int = 800, until: DurationLike | None = None) -> str:
        """Return a Gantt chart as the text of an SVG file, see ``gantt_svg``. Raises ``InvalidDuration``."""
        return gantt_svg(self.pods, width=width, until=until, horizon=self._horizon)

    def watch_events(self, pod: str | None = None, *, epoch: datetime = EPOCH) -> Iterator[WatchEvent]:
        """Yield what a watch of the pods, or of one of them, would deliver; the simulation begins at ``epoch``. See ``watch``.

        Raises ``NotFound``, ``InvalidDuration``.
        """
        pods = self.pods if pod is None else (self.pod(pod),)
        return watch_events(pods, epoch=epoch, release=self.release)

    def event_objects(self, pod: str, at: DurationLike | None = None, *, epoch: datetime = EPOCH) -> Iterator[JSONObject]:
        """Yield the ``v1`` Event objects about a pod that there are at a moment, by default when the last thing happened to it.

        Raises ``NotFound``, ``InvalidDuration``.
        """
        return event_objects(self.pod(pod), at=at, epoch=epoch, release=self.release)

    def ready_at(self, pod: str) -> Duration | None:
        """Return when a pod was ready for the first time, ``None`` where it never was. Raises ``NotFound``."""
        return ready_at(self.pod(pod), release=self.release)

    @property
    def _horizon(self) -> Duration | None:
        """How far views look by default: as far as the simulation went; without a limit for a timeline made by hand that names none."""
        return self.until or None

    @property
    def calls(self) -> tuple[TimedCall, ...]:
        """The calls of the runtime for all pods, in the order of time; of one moment, in the order of the pods."""
        return tuple(heapq.merge(*(pod.calls for pod in self.pods), key=_call_at))

    @property
    def events(self) -> tuple[TimedEvent, ...]:
        """The events of all pods, in the order of time; of one moment, in the order of the pods."""
        return tuple(heapq.merge(*(pod.events for pod in self.pods), key=_event_at))

    @property
    def size(self) -> int:
        """How much happened: the calls, events, reports and syncs of all pods."""
        return sum(len(part) for pod in self.pods for part in _parts(pod))

    def to_json(self) -> dict[str, object]:
        """Return the timeline as JSON, without the pods' manifests."""
        return {"release": str(self.release), "until": str(self.until), "pods": [pod.to_json() for pod in self.pods]}


def _call_at(call: TimedCall) -> int:
    return call.at.nanoseconds


def _event_at(event: TimedEvent) -> int:
    return event.at.nanoseconds


def _parts(pod: PodTimeline) -> Iterable[tuple[object, ...]]:
    return pod.calls, pod.events, pod.changes, pod.syncs
