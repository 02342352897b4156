"""Events as an API server gives them: ``v1`` Event objects, and which of them are about a pod."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, Pod, is_object, mapping_at, objects_at, root_object, text_at
from ..golang.duration import SMALLEST, Duration
from .events import EventReason
from .shown_text import shown
from .times import time_at

__all__ = ["EventObjects", "SeenEvent", "events_about"]

EventObjects = Sequence[JSONObject] | JSONObject
"""A list of ``v1`` Event objects, or the List object that ``kubectl get events -o json`` prints."""

_REASONS = {reason.value: reason for reason in EventReason}
_METADATA, _INVOLVED = ROOT.child("metadata"), "involvedObject"
_MIRROR = "kubernetes.io/config.mirror"
"""The annotation of a mirror pod, by which an API server shows a static pod; its value is the UID that the kubelet gave that one."""


@attrs.frozen
class SeenEvent:
    """An event that was seen; a long message is cut.

    ``field_path`` says which container it is about. ``at`` is when it happened last, since 1970, ``None`` where that is not said.
    """

    type: str
    reason: str
    message: str
    field_path: str = ""
    at: Duration | None = None

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> SeenEvent:
        """Return the value of a ``v1`` Event, which stands at ``path``. Raises ``MalformedObject``.

        >>> SeenEvent.from_json({"type": "Normal", "reason": "Pulling", "involvedObject": {"fieldPath": "spec.containers{web}"}}).known
        <EventReason.PULLING: 'Pulling'>
        """
        involved = mapping_at(root_object(obj, path), _INVOLVED, path) or {}
        return cls(
            shown(text_at(obj, "type", path)),
            shown(text_at(obj, "reason", path)),
            shown(text_at(obj, "message", path)),
            text_at(involved, "fieldPath", path.child(_INVOLVED)),
            _last_time(obj, path),
        )

    @property
    def known(self) -> EventReason | None:
        """Which of the reasons it is that are known here, ``None`` where it is another."""
        return _REASONS.get(self.reason)

    @property
    def order(self) -> int:
        """By what events are brought into order: those without a time come first."""
        return SMALLEST if self.at is None else self.at.nanoseconds

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"


def _last_time(obj: JSONObject, path: FieldPath) -> Duration | None:
    series = mapping_at(obj, "series", path) or {}
    found = [time_at(series, "lastObservedTime", path.child("series"))]
    found += [time_at(obj, key, path) for key in ("lastTimestamp", "eventTime", "firstTimestamp")]
    return next((time for time in found if time is not None), None)


def events_about(pod: Pod | JSONObject, events: EventObjects) -> tuple[SeenEvent, ...]:
    """Return those events that are about a pod or its containers, the oldest first.

    They are told by the pod's UID, of a mirror pod by that of its static pod, or, where that is not said on both sides, by name and
    namespace. Raises ``MalformedObject``.

    >>> about_web, about_db = ({"reason": "Pulled", "involvedObject": {"kind": "Pod", "name": name}} for name in ("web", "db"))
    >>> len(events_about({"metadata": {"name": "web"}}, [about_web, about_db]))
    1
    """
    metadata = mapping_at(root_object(pod), "metadata", ROOT) or {}
    own = {key: text_at(metadata, key, _METADATA) for key in ("uid", "name", "namespace")}
    annotations = mapping_at(metadata, "annotations", _METADATA) or {}
    own["uid"] = text_at(annotations, _MIRROR, _METADATA.child("annotations")) or own["uid"]
    found = [SeenEvent.from_json(obj, path) for path, obj in _objects(events) if _is_about(own, obj, path)]
    return tuple(sorted(found, key=lambda event: event.order))


def _objects(events: EventObjects) -> Iterator[tuple[FieldPath, JSONObject]]:
    return objects_at(events, "items", ROOT) if is_object(events) else objects_at({"events": events}, "events", ROOT)


def _is_about(own: dict[str, str], obj: JSONObject, path: FieldPath) -> bool:
    involved, at = mapping_at(obj, _INVOLVED, path) or {}, path.child(_INVOLVED)
    theirs = {key: text_at(involved, key, at) for key in own}
    if text_at(involved, "kind", at) not in {"", "Pod"}:
        return False
    if own["uid"] and theirs["uid"]:
        return own["uid"] == theirs["uid"]
    return all(own[key] == theirs[key] for key in ("name", "namespace") if own[key] and theirs[key])
