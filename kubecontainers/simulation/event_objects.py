"""The ``v1`` Event objects that a kubelet's events leave at the API server, as ``kubectl get events -o json`` has them.

Their fields are those that client-go fills in (``tools/record/event.go``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..apimachinery.durations import to_duration
from ..apimachinery.fields import ROOT, SPEC
from ..apimachinery.objects import JSONObject, mapping_at, text_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.duration import Duration, DurationLike
from ..lifecycle.times import time_text
from .epoch import EPOCH, since_1970
from .event_correlator import EVENT_TIME_TO_LIVE, RecordedEvent, recorded_events
from .pod_timeline import PodTimeline
from .story import story_end

__all__ = ["REPORTER_NAMED", "event_objects"]

REPORTER_NAMED = Change(since="1.28", summary="events of the kubelet name it in reportingComponent and reportingInstance too")

_METADATA = ROOT.child("metadata")
_COMPONENT = "kubelet"


def event_objects(
    pod: PodTimeline, *, at: DurationLike | None = None, epoch: datetime = EPOCH, release: Release = LATEST
) -> Iterator[JSONObject]:
    """Yield the Event objects about a pod that there are at a moment, by default when the last thing happened to the pod.

    The simulation begins at ``epoch``; ``release`` is the kubelet's. Events that were not repeated for an hour are gone. Raises
    ``InvalidDuration``, and ``MalformedObject`` for a pod that is none.
    """
    now, offset = story_end(pod) if at is None else to_duration(at), since_1970(epoch)
    for event in recorded_events((event for event in pod.events if event.at <= now), release=release):
        if now - event.last_at < EVENT_TIME_TO_LIVE:
            yield _object(event, pod, offset, release)


def _object(event: RecordedEvent, pod: PodTimeline, offset: Duration, release: Release) -> JSONObject:
    namespace, _, name = pod.name.partition("/")
    metadata = mapping_at(pod.pod, "metadata", ROOT) or {}
    host = text_at(mapping_at(pod.pod, "spec", ROOT) or {}, "nodeName", SPEC)
    first, last = event.first_at + offset, event.last_at + offset
    involved = {"kind": "Pod", "namespace": namespace, "name": name, "uid": text_at(metadata, "uid", _METADATA), "apiVersion": "v1"}
    named = REPORTER_NAMED in release
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"{name}.{first.nanoseconds:x}", "namespace": namespace, "creationTimestamp": time_text(first)},
        "involvedObject": involved | ({"fieldPath": event.field_path} if event.field_path else {}),
        "reason": event.reason.value,
        "message": event.message,
        "source": {"component": _COMPONENT, "host": host},
        "firstTimestamp": time_text(first),
        "lastTimestamp": time_text(last),
        "count": event.count,
        "type": event.type.value,
        "eventTime": None,
        "reportingComponent": _COMPONENT if named else "",
        "reportingInstance": host if named else "",
    }
