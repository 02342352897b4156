"""What a watch of the pods would deliver while they live as a timeline says: for tests of operators, without a cluster.

A pod comes as ``ADDED`` when the kubelet gets to know it, then as ``MODIFIED`` with each status that the kubelet reports, and with
``deletionTimestamp`` and ``deletionGracePeriodSeconds`` when it is deleted. Once its containers are stopped the kubelet deletes it for
good: one ``MODIFIED`` with a grace period of 0, as the API server writes it, then ``DELETED``; a pod with finalizers stays.
Both come at once when a pod is deleted that has finished already, or with a grace period of 0, whatever its kubelet still has to do.

``status.qosClass`` is the API server's. Others than the kubelet, a scheduler say, change nothing here, and there are no conditions.
"""

from __future__ import annotations

import bisect
import enum
import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, list_at, mapping_at
from ..apimachinery.release import LATEST, Release
from ..golang.duration import Duration, wrapping_seconds
from ..lifecycle.container_state import ContainerState, Running, Terminated
from ..lifecycle.deletion import delete_grace
from ..lifecycle.phase import Phase
from ..lifecycle.times import time_text
from ..scheduling.qos import pod_qos
from .epoch import EPOCH, since_1970
from .pod_timeline import PodTimeline, StatusChange
from .status_object import ListedStatus, status_object

__all__ = ["WatchEvent", "WatchEventType", "watch_events"]


class WatchEventType(enum.Enum):
    """What has happened to the object; the values are those of ``type``."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@attrs.frozen
class WatchEvent:
    """One event of a watch: ``at`` is when it comes, since the beginning of the simulation, ``object`` the pod as it is then."""

    at: Duration
    type: WatchEventType
    object: JSONObject = attrs.field(hash=False)

    def to_json(self) -> JSONObject:
        """Return the event as an API server sends it."""
        return {"type": self.type.value, "object": self.object}


def watch_events(pods: Iterable[PodTimeline], *, epoch: datetime = EPOCH, release: Release = LATEST) -> Iterator[WatchEvent]:
    """Yield what a watch of the pods delivers, one by one, in the order of time; of one moment, in the order of the pods.

    ``epoch`` is when the simulation begins, a time without a zone is UTC; ``release`` is the API server's. Each event has the next
    ``resourceVersion``. The objects share what has not changed, so do not change them in place.

    Raises ``InvalidDuration`` for an epoch farther from 1970 than 292 years, and ``MalformedObject`` for a pod that is none.

    >>> pod = PodTimeline(name="shop/web", pod={"metadata": {"name": "web"}}, changes=(StatusChange(Duration.of(5), Phase.RUNNING),))
    >>> [(event.type.value, event.object["status"]["phase"], str(event.at)) for event in watch_events([pod])]
    [('ADDED', 'Pending', '0s'), ('MODIFIED', 'Running', '5s')]
    """
    offset = since_1970(epoch)
    return _numbered(heapq.merge(*(_story(pod, offset, release) for pod in pods), key=_at))


def _numbered(events: Iterator[WatchEvent]) -> Iterator[WatchEvent]:
    for number, event in enumerate(events, 1):
        metadata = {**(mapping_at(event.object, "metadata", ROOT) or {}), "resourceVersion": str(number)}
        yield attrs.evolve(event, object={**event.object, "metadata": metadata})


def _at(event: WatchEvent) -> Duration:
    return event.at


def _story(pod: PodTimeline, offset: Duration, release: Release) -> Iterator[WatchEvent]:
    """Yield what is delivered of one pod."""
    seen = _Seen.of(pod, offset)
    yield seen.event(pod.created_at, WatchEventType.ADDED)
    before, after = _parted(pod)
    for change in before:
        yield seen.report(change)
    if pod.deleted_at is None:
        return
    grace = pod.deletion_grace_seconds or 0
    yield seen.delete(pod.deleted_at, grace, wrapping_seconds(grace))
    held = bool(list_at(seen.metadata, "finalizers", ROOT.child("metadata")))
    if not grace and not held:
        yield seen.event(pod.deleted_at, WatchEventType.DELETED)
        return
    for change in after:
        yield seen.report(change)
    if pod.terminated_at is None or pod.kill_failed:
        return
    asked = {"metadata": {"deletionGracePeriodSeconds": grace}}
    final = delete_grace(asked, grace_period=0, requested_ago=pod.terminated_at - pod.deleted_at, release=release)
    if final.graceful:
        yield seen.delete(pod.terminated_at, 0, final.timestamp)
    if not held:
        yield seen.event(pod.terminated_at, WatchEventType.DELETED)


def _parted(pod: PodTimeline) -> tuple[Sequence[StatusChange], Sequence[StatusChange]]:
    """Return what was reported before the pod was deleted, and what from then on."""
    if pod.deleted_at is None:
        return pod.changes, ()
    first = bisect.bisect_left(pod.changes, pod.deleted_at, key=lambda change: change.at)
    return pod.changes[:first], pod.changes[first:]


@attrs.define
class _Seen:
    """A pod as it was delivered last; times of the API are ``offset`` later than those of the simulation."""

    pod: PodTimeline
    offset: Duration
    metadata: JSONObject
    status: JSONObject
    qos: str
    statuses: dict[str, ListedStatus] = attrs.field(factory=dict[str, ListedStatus])

    @classmethod
    def of(cls, pod: PodTimeline, offset: Duration) -> _Seen:
        """Return the pod as it is stored when it is made."""
        given = mapping_at(pod.pod, "metadata", ROOT) or {}
        metadata = {**given, "creationTimestamp": given.get("creationTimestamp") or time_text(pod.created_at + offset)}
        qos = pod_qos(pod.pod).qos_class.value
        return cls(pod, offset, metadata, {"phase": Phase.PENDING.value, "qosClass": qos}, qos)

    def event(self, at: Duration, what: WatchEventType) -> WatchEvent:
        return WatchEvent(at, what, {**self.pod.pod, "metadata": self.metadata, "status": self.status})

    def report(self, change: StatusChange) -> WatchEvent:
        """Take a status of the kubelet; the first one has all containers, and so their order."""
        for listed in change.changed:
            self.statuses[listed.status.name] = _shifted(listed, self.offset)
        created_at = self.pod.created_at + self.offset
        made = status_object(change.phase, self.statuses.values(), created_at=created_at, address=change.address)
        self.status = {**made, "qosClass": self.qos}
        return self.event(change.at, WatchEventType.MODIFIED)

    def delete(self, at: Duration, grace: int, due: Duration) -> WatchEvent:
        """Mark the pod as deleted, with a grace period, and due some time from now."""
        timestamp = time_text(at + due + self.offset)
        self.metadata = {**self.metadata, "deletionGracePeriodSeconds": grace, "deletionTimestamp": timestamp}
        return self.event(at, WatchEventType.MODIFIED)


def _shifted(listed: ListedStatus, offset: Duration) -> ListedStatus:
    status = listed.status
    moved = attrs.evolve(status, state=_later(status.state, offset), last_state=_later(status.last_state, offset))
    return attrs.evolve(listed, status=moved)


def _later(state: ContainerState | None, offset: Duration) -> ContainerState | None:
    if isinstance(state, Running):
        return attrs.evolve(state, started_at=_moved(state.started_at, offset))
    if isinstance(state, Terminated):
        return attrs.evolve(state, started_at=_moved(state.started_at, offset), finished_at=_moved(state.finished_at, offset))
    return state


def _moved(time: Duration | None, offset: Duration) -> Duration | None:
    return None if time is None else time + offset
