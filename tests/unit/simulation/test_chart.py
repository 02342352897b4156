"""What a chart shows: its rows, its axis, and where that has marks."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from kubecontainers.golang.duration import LARGEST, Duration
from kubecontainers.simulation.chart import Axis, Chart, Look, chart_of, printed, short_text
from kubecontainers.simulation.pod_timeline import PodTimeline
from kubecontainers.simulation.timeline import Timeline

JSON = dict[str, Any]


def seconds(value: float) -> Duration:
    return Duration.of(value)


def chart(timeline: Timeline, **options: Any) -> Chart:
    return chart_of(timeline.pods, **({"max_rows": 10} | options))


def test_rows_and_looks(timeline: Timeline) -> None:
    found = chart(timeline)
    assert [(pod.name, [row.label for row in pod.rows]) for pod in found.pods] == [("shop/web-0", ["web"]), ("shop/db", ["web", "log"])]
    assert found.looks == tuple(Look)
    assert (found.restarts, found.left_out) == (1, 0)
    assert [pod.summary for pod in found.pods] == ["Pending 0s, Running 4s", "Running 2s, deleted 20s, Failed 50s, stopped 50s"]


def test_kinds_of_containers() -> None:
    spec = {"containers": [{"name": "web"}], "initContainers": [{"name": "a\x1b"}], "ephemeralContainers": [{"name": "debug"}]}
    [pod] = chart(Timeline((PodTimeline(name="shop/p", pod={"spec": spec}),))).pods
    assert [row.label for row in pod.rows] == ["init a\ufffd", "web", "ephemeral debug"]
    assert pod.summary == ""


def test_restarts_are_instances(crash_loop: PodTimeline) -> None:
    # the third instance is only waited for
    [row] = chart(Timeline((crash_loop,))).pods[0].rows
    assert (row.restarts, row.spans[-1].attempt) == (1, 2)


@pytest.mark.parametrize(("rows", "pods", "left_out"), [(-1, 0, 3), (0, 0, 3), (1, 1, 2), (2, 2, 1), (3, 2, 0)])
def test_only_so_many_rows(rows: int, pods: int, left_out: int, timeline: Timeline) -> None:
    found = chart(timeline, max_rows=rows)
    assert (len(found.pods), found.left_out) == (pods, left_out)
    assert sum(len(pod.rows) for pod in found.pods) == min(max(rows, 0), 3)


def test_the_axis(crash_loop: PodTimeline, stopped: PodTimeline) -> None:
    assert chart(Timeline((stopped,))).axis == Axis(seconds(0), seconds(50))
    # a tenth longer where something goes on
    assert chart(Timeline((crash_loop,))).axis == Axis(seconds(0), seconds(16.5 + 1.65))
    assert chart(Timeline((crash_loop,)), until=10).axis == Axis(seconds(0), seconds(10))
    assert chart(Timeline((attrs.evolve(crash_loop, created_at=seconds(1)),)), until=-5).axis == Axis(seconds(1), seconds(2))
    assert chart(Timeline()).axis == Axis(seconds(0), seconds(1))
    never = PodTimeline(name="shop/p", pod={"spec": {"containers": [{"name": "web"}]}}, created_at=Duration(LARGEST))
    assert chart(Timeline((never,))).axis == Axis(Duration(LARGEST) - seconds(1), Duration(LARGEST))


def test_how_far_the_simulation_went(crash_loop: PodTimeline, stopped: PodTimeline) -> None:
    assert [chart(Timeline((crash_loop,)), horizon=at).axis.end.seconds for at in (100, 17, 16)] == [18.15, 17, 16]
    whole, cut = (chart(Timeline((stopped,)), horizon=seconds(at)) for at in (50, 40))
    assert (whole.axis.end, cut.axis.end) == (seconds(50), seconds(40))
    [_, run, *_] = cut.pods[0].rows[0].spans
    assert (whole.axis.end_of(run), cut.axis.end_of(run)) == (seconds(50), None)
    assert (
        Timeline((stopped,), seconds(40)).to_svg().count('class="stop" d='),
        Timeline((stopped,)).to_svg().count('class="stop" d='),
    ) == (1, 0)
    assert "goes on" in Timeline((stopped,), seconds(40)).to_text()
    assert "goes on" not in Timeline((stopped,)).to_text()


def test_places() -> None:
    axis = Axis(seconds(10), seconds(20))
    assert [axis.place(seconds(at), 100) for at in (5, 10, 12.5, 20, 30)] == [0, 0, 25, 100, 100]


@pytest.mark.parametrize(
    ("begin", "end", "most", "marks"),
    [
        (0, 50, 5, ["0s", "10s", "20s", "30s", "40s", "50s"]),
        (0, 55, 5, ["0s", "15s", "30s", "45s"]),
        (7, 12, 5, ["7s", "8s", "9s", "10s", "11s", "12s"]),
        (7.2, 12, 5, ["8s", "9s", "10s", "11s", "12s"]),
        (0, 0.003, 3, ["0s", "1ms", "2ms", "3ms"]),
        (0, 3600, 6, ["0s", "10m", "20m", "30m", "40m", "50m", "1h"]),
        (0, 86400, 4, ["0s", "6h", "12h", "18h", "24h"]),
        (0, 10, 0, ["0s", "10s"]),
    ],
)
def test_marks(begin: float, end: float, most: int, marks: list[str]) -> None:
    assert [short_text(mark) for mark in Axis(seconds(begin), seconds(end)).marks(most)] == marks


def test_the_longest_axis() -> None:
    assert len(Axis(Duration(), Duration(LARGEST)).marks(10)) == 6
    assert len(Axis(Duration(), Duration(LARGEST)).marks(1)) == 6  # no step is longer


def test_times() -> None:
    assert short_text(Duration(LARGEST)) == str(Duration(LARGEST))  # not rounded beyond what there is
    assert short_text(Duration(1_500)) == "1.5\u00b5s"
    assert [short_text(seconds(at)) for at in (600, 36000, 36060, 3601, -60)] == ["10m", "10h", "10h1m", "1h0m1s", "-1m"]


def test_printed() -> None:
    assert printed("web\n\u202e\ud800\u00fc") == "web\ufffd\ufffd\ufffd\u00fc"
