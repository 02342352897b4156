"""A timeline as a Gantt chart of letters, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..golang.duration import Duration, DurationLike
from .chart import Axis, Chart, ChartRow, Look, chart_of, short_text
from .pod_timeline import PodTimeline
from .spans import Span

__all__ = ["MAX_ROWS", "gantt_text"]

MAX_ROWS = 40
"""How many containers are drawn, unless asked for otherwise."""

_MOST_LABEL, _LEAST_CELLS, _CELLS_A_MARK = 28, 10, 12
_INDENT = "  "


@attrs.frozen
class _Letters:
    """What a chart is drawn with."""

    of: dict[Look, str] = attrs.field(hash=False)
    again: str
    on: str
    mark: str
    cut: str


_BLOCKS = _Letters(
    {
        Look.WAITING: "·",
        Look.PULLING: "░",
        Look.CREATING: "▒",
        Look.RUNNING: "█",
        Look.TERMINATING: "▓",
        Look.POST_START: "▀",
        Look.PRE_STOP: "▄",
    },
    again="┃",
    on="▶",
    mark="╵",
    cut="…",
)
_ASCII = _Letters(
    {
        Look.WAITING: ".",
        Look.PULLING: "p",
        Look.CREATING: "c",
        Look.RUNNING: "=",
        Look.TERMINATING: "t",
        Look.POST_START: "^",
        Look.PRE_STOP: "v",
    },
    again="|",
    on=">",
    mark="'",
    cut="~",
)


def gantt_text(
    pods: Iterable[PodTimeline],
    *,
    width: int = 100,
    until: DurationLike | None = None,
    horizon: DurationLike | None = None,
    max_rows: int = MAX_ROWS,
    ascii_only: bool = False,
) -> str:
    """Return the timelines of some pods as text, a line for each container.

    A line has at most ``width`` letters where that leaves room for the bars. ``until`` is where the time axis ends, by default a little
    after the last thing that happened before ``horizon``. Containers beyond ``max_rows`` are counted only. With ``ascii_only`` no other
    letters are used, but for those in names. Each time at which a container was started again is marked. Raises ``InvalidDuration``, and
    ``MalformedObject`` for a pod that is none.
    """
    return _drawn(chart_of(pods, until=until, horizon=horizon, max_rows=max_rows), width, _ASCII if ascii_only else _BLOCKS)


def _drawn(chart: Chart, width: int, letters: _Letters) -> str:
    labels = [len(_INDENT + row.label) for pod in chart.pods for row in pod.rows]
    label = min(max(labels, default=0), _MOST_LABEL)
    notes = max((len(_note(row)) for pod in chart.pods for row in pod.rows), default=0)
    cells = max(width - label - notes - 2 * bool(notes) - 2, _LEAST_CELLS)
    return "".join(f"{line.rstrip()}\n" for line in _lines(chart, label, cells, letters))


def _lines(chart: Chart, label: int, cells: int, letters: _Letters) -> Iterator[str]:
    for pod in chart.pods:
        yield f"{pod.name}  {pod.summary}"
        for row in pod.rows:
            name = _cut(_INDENT + row.label, label, letters)
            yield f"{name:<{label}}  {_bars(row.spans, chart.axis, cells, letters)}  {_note(row)}"
    for line in _axis(chart.axis, cells, letters):
        yield f"{'':<{label}}  {line}"
    if chart.left_out:
        yield f"{'...' if letters is _ASCII else '…'} {chart.left_out} more container{'s' * (chart.left_out > 1)}"
    if chart.looks:
        yield _legend(chart, letters)


def _bars(spans: Sequence[Span], axis: Axis, cells: int, letters: _Letters) -> str:
    """Return the bars of a container; whatever took any time gets a letter, if nothing that is drawn later takes it."""
    drawn = [" "] * cells
    shown = [span for span in spans if axis.shows(span)]
    for look in Look:
        for span in shown:
            if Look.of(span.kind) is look:
                _draw(drawn, span, axis, letters)
    for span in shown:
        if span.attempt and Look.of(span.kind) is Look.RUNNING:
            drawn[_cell(axis, span.begin, cells)] = letters.again
    return "".join(drawn)


def _draw(drawn: list[str], span: Span, axis: Axis, letters: _Letters) -> None:
    cells, ended = len(drawn), axis.end_of(span)
    begin = _cell(axis, span.begin, cells)
    end = max(round(axis.place(axis.end if ended is None else ended, cells)), begin + 1)
    drawn[begin:end] = letters.of[Look.of(span.kind)] * (end - begin)
    if ended is None and end > begin + 1:
        drawn[end - 1] = letters.on


def _cell(axis: Axis, at: Duration, cells: int) -> int:
    return min(round(axis.place(at, cells)), cells - 1)


def _axis(axis: Axis, cells: int, letters: _Letters) -> Iterator[str]:
    marks, labels = "", ""
    for at in axis.marks(cells // _CELLS_A_MARK):
        place = _cell(axis, at, cells)
        text = short_text(at)
        if len(labels) < place or not labels:
            marks = marks.ljust(place) + letters.mark
            labels = labels.ljust(place) + text
    yield marks
    yield labels


def _legend(chart: Chart, letters: _Letters) -> str:
    told = [f"{letters.of[look]} {look.value}" for look in chart.looks]
    told += [f"{letters.again} starts again"] if chart.restarts else []
    on = any(chart.axis.end_of(span) is None for pod in chart.pods for row in pod.rows for span in row.spans)
    return "   ".join([*told, f"{letters.on} goes on"] if on else told)


def _note(row: ChartRow) -> str:
    return f"{row.restarts} restart{'s' * (row.restarts > 1)}" if row.restarts else ""


def _cut(text: str, length: int, letters: _Letters) -> str:
    return text if len(text) <= length else text[: length - 1] + letters.cut
