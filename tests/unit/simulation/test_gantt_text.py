"""Timelines as letters."""

from __future__ import annotations

import attrs
import pytest

from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.gantt_text import gantt_text
from kubecontainers.simulation.pod_timeline import PodTimeline
from kubecontainers.simulation.spans import Span, SpanKind
from kubecontainers.simulation.timeline import Timeline

WIDE = """\
shop/web-0  Pending 0s, Running 4s
  web  ░░░▒█··········┃······································▶  1 restart
shop/db  Running 2s, deleted 20s, Failed 50s, stopped 50s
  web  ▒▒▀▀▀▀▀▀████████████▄▄▄▄▄▄▄▄▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
  log  ········████████████▓▓
       ╵              ╵              ╵              ╵
       0s             15s            30s            45s
· waits   ░ pulls   ▒ is created   █ runs   ▓ is stopped   ▀ postStart   ▄ preStop   ┃ starts again   ▶ goes on
"""
NARROW = """\
shop/web-0  Pending 0s, Running 4s
  web  ppc=......|.........................>  1 restart
shop/db  Running 2s, deleted 20s, Failed 50s, stopped 50s
  web  c^^^^========vvvvvvttttttttttttttt
       '                   '
       0s                  30s
... 1 more container
. waits   p pulls   c is created   = runs   t is stopped   ^ postStart   v preStop   | starts again   > goes on
"""


def pod(*spans: Span, name: str = "web") -> Timeline:
    return Timeline((PodTimeline(name="shop/p", pod={"spec": {"containers": [{"name": name}]}}, spans=spans),))


def span(kind: SpanKind, begin: float, end: float | None, attempt: int = 0) -> Span:
    return Span("web", kind, Duration.of(begin), None if end is None else Duration.of(end), attempt)


def bars(timeline: Timeline, width: int = 20) -> str:
    return gantt_text(timeline.pods, width=width, ascii_only=True).splitlines()[1].removeprefix("  web  ")


def test_a_chart(timeline: Timeline) -> None:
    assert gantt_text(timeline.pods, width=73) == WIDE


def test_ascii(timeline: Timeline) -> None:
    text = gantt_text(timeline.pods, width=55, max_rows=2, ascii_only=True)
    assert text.isascii()
    assert text == NARROW


def test_nothing() -> None:
    assert gantt_text(()).splitlines()[0].startswith("  ╵")
    assert "… 1 more container" in gantt_text(pod().pods, max_rows=0)


def test_marks_that_would_overlap_are_left_out() -> None:
    hours = 2_000_000
    late = attrs.evolve(pod().pods[0], created_at=Duration.of(3600 * hours))
    lines = gantt_text([late], until=3600 * hours + 20, width=31).splitlines()
    assert [line.split() for line in lines[2:]] == [["╵", "╵"], ["2000000h", "2000000h0m10s"]]


def test_until(timeline: Timeline) -> None:
    short = gantt_text(timeline.pods, until=4, width=60)
    assert "█" not in short.splitlines()[1]  # what begins at the end is not to be seen
    assert "▒" in short.splitlines()[1]


def test_short_times_are_seen() -> None:
    assert bars(pod(span(SpanKind.WAITING, 0, 1000), span(SpanKind.RUNNING, 500, 500.001))) == "......=......"
    # what took no time is not
    assert bars(pod(span(SpanKind.WAITING, 0, 1000), span(SpanKind.CREATING, 500, 500))) == "............."


def test_the_last_moment_has_a_cell() -> None:
    assert bars(pod(span(SpanKind.RUNNING, 0, 999), span(SpanKind.TERMINATING, 999, 1000))) == "============t"


def test_restarts_are_marked() -> None:
    runs = [span(SpanKind.RUNNING, begin, begin + 5, begin // 5) for begin in range(0, 30, 5)]
    timeline = pod(*runs)
    assert bars(timeline, 48) == "=====|====|===|====|====|====  5 restarts"
    assert "┃ starts again" in gantt_text(timeline.pods)
    # hooks that run from the start do not hide the mark
    assert bars(pod(*runs[:2], span(SpanKind.POST_START, 5, 8)), 27) == "=====|^^==  1 restart"


def test_an_instance_that_goes_on_in_one_cell_keeps_its_mark() -> None:
    assert bars(pod(span(SpanKind.WAITING, 0, 1000), span(SpanKind.RUNNING, 1000, None, 1)), 33).startswith("..........")
    assert bars(pod(span(SpanKind.RUNNING, 0, None)), 15) == "=========>"


def test_long_names_are_cut() -> None:
    text = gantt_text(pod(name="a" * 63).pods)
    assert text.splitlines()[1] == f"  {'a' * 25}…"


@pytest.mark.parametrize("width", [-5, 0, 10, 200])
def test_widths(width: int, timeline: Timeline) -> None:
    lines = gantt_text(timeline.pods, width=width).splitlines()
    assert max(len(line) for line in lines[1:6] if line.startswith("  ")) <= max(width, 7 + 10 + 2 + 9)


def test_output_is_bounded(stopped: PodTimeline) -> None:
    many = Timeline(tuple(attrs.evolve(stopped, name=f"shop/db-{number}") for number in range(1000)))
    lines = gantt_text(many.pods).splitlines()
    assert len(lines) == 20 + 40 + 2 + 2
    assert lines[-2] == "… 1960 more containers"
