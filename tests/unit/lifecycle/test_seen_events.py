from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.events import EventReason
from kubecontainers.lifecycle.seen_events import SeenEvent, events_about

JSON = dict[str, Any]
POD: JSON = {"metadata": {"name": "shop", "namespace": "default", "uid": "u"}}


def event(message: str = "", *, at: str | None = None, **involved: str) -> JSON:
    return {"reason": "Pulled", "message": message, "involvedObject": {"kind": "Pod", **involved}, "lastTimestamp": at}


def test_everything_that_is_read() -> None:
    obj = event("Container image present", at="1970-01-01T00:00:10Z", fieldPath="spec.containers{web}") | {"type": "Normal"}
    found = SeenEvent.from_json(obj)
    assert found == SeenEvent("Normal", "Pulled", "Container image present", "spec.containers{web}", Duration.of(10))
    assert found.known is EventReason.PULLED
    assert str(found) == "Pulled: Container image present"


def test_other_reasons_are_not_known() -> None:
    assert SeenEvent.from_json({"reason": "NodeNotReady"}).known is None


@pytest.mark.parametrize(
    ("times", "at"),
    [
        ({"series": {"lastObservedTime": "1970-01-01T00:00:04.000000Z"}, "eventTime": "1970-01-01T00:00:01.5Z"}, "4s"),
        ({"lastTimestamp": "1970-01-01T00:00:03Z", "firstTimestamp": "1970-01-01T00:00:02Z"}, "3s"),
        ({"lastTimestamp": None, "eventTime": "1970-01-01T00:00:01.5Z"}, "1.5s"),
        ({"firstTimestamp": "1970-01-01T00:00:02Z"}, "2s"),
    ],
)
def test_when_it_happened_last(times: JSON, at: str) -> None:
    assert SeenEvent.from_json(times).at == Duration.parse(at)


def test_the_oldest_come_first_those_without_a_time_before() -> None:
    given = [event("c", at="2026-03-01T12:00:01Z"), event("b", at="2026-03-01T12:00:00Z"), event("a")]
    assert [found.message for found in events_about({}, given)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("involved", "is_about"),
    [
        ({"uid": "u", "name": "other"}, True),
        ({"uid": "v", "name": "shop"}, False),
        ({"name": "shop"}, True),
        ({"name": "other"}, False),
        ({"name": "shop", "namespace": "kube-system"}, False),
        ({"kind": "Node", "name": "shop"}, False),
        ({"kind": ""}, True),
    ],
)
def test_which_events_are_about_a_pod(involved: dict[str, str], is_about: bool) -> None:
    obj = {"involvedObject": {"kind": "Pod", **involved}}
    assert bool(events_about(POD, [obj])) is is_about


def test_events_about_a_static_pod_bear_the_uid_that_its_mirror_pod_names() -> None:
    mirror: JSON = {"metadata": POD["metadata"] | {"annotations": {"kubernetes.io/config.mirror": "hash"}}}
    assert [found.message for found in events_about(mirror, [event("static", uid="hash"), event("another", uid="u")])] == ["static"]


def test_a_pod_of_which_nothing_is_known_takes_every_event() -> None:
    assert len(events_about({}, [event(uid="u"), event(name="a", namespace="b")])) == 2


def test_a_list_object_is_taken_too() -> None:
    assert len(events_about(POD, {"kind": "List", "items": [event(uid="u"), event(uid="v")]})) == 1


@pytest.mark.parametrize(
    ("events", "path"),
    [
        (7, "events"),
        (["x"], "events[0]"),
        ({"items": 7}, "items"),
        ([{"involvedObject": 7}], "events[0].involvedObject"),
        ([{"lastTimestamp": "now"}], "events[0].lastTimestamp"),
        ([{"series": {"lastObservedTime": 7}}], "events[0].series.lastObservedTime"),
    ],
)
def test_errors_say_where(events: Any, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        events_about(POD, events)
    assert caught.value.path == path
