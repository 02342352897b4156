"""What holds of the views of every timeline: its charts, its events, its watch."""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.objects import containers
from kubecontainers.golang.duration import Duration
from kubecontainers.golang.tabwriter import align
from kubecontainers.simulation.event_correlator import recorded_events
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate
from kubecontainers.simulation.timeline import Timeline
from kubecontainers.simulation.watch import WatchEvent, WatchEventType
from kubecontainers.testing import strategies

JSON = dict[str, Any]

SVG = "{http://www.w3.org/2000/svg}"


def timelines() -> st.SearchStrategy[Timeline]:
    def simulated(pods: list[JSON], script: JSON, cluster: Cluster) -> Timeline:
        return simulate(pods, Script.from_json(script), cluster=cluster, until=120)

    return st.builds(simulated, strategies.simulated_pods(), strategies.scripts(), strategies.releases().map(Cluster))


class TestWatch:
    """Every pod is added first, modified then, and deleted last, if at all; versions count up, and time never runs backwards."""

    @given(timelines())
    def test_order(self, timeline: Timeline) -> None:
        events = list(timeline.watch_events())
        versions = [int(metadata(event)["resourceVersion"]) for event in events]
        assert versions == list(range(1, len(events) + 1))
        assert all(one.at <= other.at for one, other in itertools.pairwise(events))
        stories: dict[str, list[WatchEvent]] = defaultdict(list)
        for event in events:
            stories[f"{metadata(event)['namespace']}/{metadata(event)['name']}"].append(event)
        assert set(stories) == {pod.name for pod in timeline.pods}
        for story in stories.values():
            kinds = [event.type for event in story]
            assert kinds[0] is WatchEventType.ADDED
            assert kinds.count(WatchEventType.ADDED) == 1
            assert WatchEventType.DELETED not in kinds[:-1]
            deleted = ["deletionTimestamp" in metadata(event) for event in story]
            assert deleted == sorted(deleted)  # once deleted, always so

    @given(timelines())
    def test_status(self, timeline: Timeline) -> None:
        """The last object of a pod has the status that the timeline has at its end, and on an epoch of 1970 the same times."""
        last = {metadata(event)["name"]: event for event in timeline.watch_events(epoch=datetime(1970, 1, 1, tzinfo=UTC))}
        for pod in timeline.pods:
            found = json.loads(json.dumps(last[pod.name.partition("/")[2]].object["status"]))
            if pod.changes:
                del found["qosClass"]
                assert found == json.loads(json.dumps(pod.status(pod.changes[-1].at)))


def metadata(event: WatchEvent) -> JSON:
    found: Any = event.object["metadata"]
    return dict(found)


class TestRecordedEvents:
    """No event is counted twice, none appears that was not emitted, and without a flood of them all are there."""

    @given(timelines())
    def test_counts(self, timeline: Timeline) -> None:
        for pod in timeline.pods:
            found = recorded_events(pod.events, release=timeline.release)
            total = sum(event.count for event in found)
            assert total <= len(pod.events)
            if len(pod.events) <= 25:
                assert total == len(pod.events)
            assert all(event.first_at <= event.last_at for event in found)
            emitted = {event.at for event in pod.events}
            assert all(event.first_at in emitted and event.last_at in emitted for event in found)


class TestDescribe:
    """Every line of the table has its cells in the columns of the head."""

    @given(timelines(), st.sampled_from([None, 0, 12.5, 130, 4000]))
    def test_columns(self, timeline: Timeline, at: float | None) -> None:
        for pod in timeline.pods:
            table = timeline.describe(pod.name, at).splitlines()
            if table != ["Events:  <none>"]:
                starts = [found.start() for found in re.finditer(r"\S+", table[1])]
                assert all(line[start - 1] == " " and line[start] != " " for line in table[1:] for start in starts)


class TestText:
    """A chart has a line for each container, none wider than asked for, and the plain one has no other letters than ASCII."""

    @given(timelines(), st.integers(60, 150), st.booleans())
    def test_lines(self, timeline: Timeline, width: int, plain: bool) -> None:
        text = timeline.to_text(width=width, ascii_only=plain)
        rows = [line for line in text.splitlines() if line.startswith("  ")][:-2]
        assert len(rows) == sum(1 for pod in timeline.pods for _ in containers(pod.pod))
        assert all(len(row) <= width for row in rows)
        assert not plain or text.isascii()


class TestSVG:
    """A picture is well-formed, and everything in it lies within it."""

    @given(timelines(), st.integers(-1, 1500))
    def test_places(self, timeline: Timeline, width: int) -> None:
        root = ET.fromstring(timeline.to_svg(width=width))  # noqa: S314  (made here)
        right, bottom = int(root.get("width", "")), int(root.get("height", ""))
        for rect in root.iter(f"{SVG}rect"):
            x, y = float(rect.get("x", "0")), float(rect.get("y", "0"))
            assert 0 <= x <= x + float(rect.get("width", "")) <= right
            assert 0 <= y <= y + float(rect.get("height", "")) <= bottom
        for text in root.iter(f"{SVG}text"):
            assert 0 <= float(text.get("x", "")) <= right
            assert 0 <= float(text.get("y", "")) <= bottom


class TestAlign:
    """Cells are padded and nothing else: without blanks, text and table are the same, and so is their number of lines."""

    @given(st.text(alphabet="ab\t\n\v\f", max_size=60))
    def test_only_blanks_are_added(self, text: str) -> None:
        found = align(text)
        assert found.replace(" ", "") == text.translate({ord("\t"): None, ord("\v"): None, ord("\f"): "\n"})

    @given(st.lists(st.lists(st.text(alphabet="abc", max_size=5), min_size=3, max_size=3), min_size=1, max_size=6))
    def test_columns(self, rows: list[list[str]]) -> None:
        lines = align("\n".join("\t".join(row) for row in rows)).split("\n")
        second = max(len(row[0]) for row in rows) + 2
        third = second + max(len(row[1]) for row in rows) + 2
        assert [(line[:second].rstrip(), line[second:third].rstrip(), line[third:]) for line in lines] == [tuple(row) for row in rows]


def test_views_of_nothing() -> None:
    assert list(Timeline().watch_events()) == []
    assert Timeline(until=Duration.of(5)).to_svg() == Timeline(until=Duration.of(5)).to_svg()
