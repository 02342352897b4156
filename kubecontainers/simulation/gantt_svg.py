"""A timeline as a Gantt chart in SVG: one file that needs nothing else, for light and for dark surroundings.

It has no scripts and no fonts of its own. The same timeline gives the same bytes.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..golang.duration import Duration, DurationLike
from .chart import Axis, Chart, ChartPod, ChartRow, Look, chart_of, printed, short_text
from .pod_timeline import PodTimeline
from .spans import Span
from .svg_style import STYLE

__all__ = ["MAX_ROWS", "gantt_svg"]

MAX_ROWS = 200
"""How many containers are drawn, unless asked for otherwise."""

_MARGIN, _LABELS, _ARROW, _GAP = 16, 150, 8, 10
_HEADING, _ROW, _BAR, _HOOK = 28, 24, 16, 6
_AXIS, _LEGEND, _SWATCH = 28, 22, 14
_LEAST_WIDTH, _LEAST_BAR = 480, 2.0
_PIXELS_A_MARK, _PIXELS_A_LETTER, _PIXELS_A_LARGE_LETTER, _PIXELS_A_BOLD_LETTER = 80, 6.4, 7, 8
_LABEL_LETTERS, _DESCRIBED_PODS = 21, 20

_CLASSES = {
    Look.WAITING: "wait",
    Look.PULLING: "pull",
    Look.CREATING: "create",
    Look.RUNNING: "run",
    Look.TERMINATING: "stop",
    Look.POST_START: "post",
    Look.PRE_STOP: "pre",
}
_HOOKS = frozenset({Look.POST_START, Look.PRE_STOP})
_AGAIN = "starts again"


def gantt_svg(
    pods: Iterable[PodTimeline],
    *,
    width: int = 800,
    until: DurationLike | None = None,
    horizon: DurationLike | None = None,
    max_rows: int = MAX_ROWS,
) -> str:
    """Return the timelines of some pods as the text of an SVG file, ``width`` pixels wide, at least 480, and as high as it takes.

    ``until`` is where the time axis ends, by default a little after the last thing that happened before ``horizon``. Containers beyond
    ``max_rows`` are counted only. Bars have a least width, and those that would lie on one another are drawn as one, so that the picture of
    a year is no larger than that of an hour. Raises ``InvalidDuration``, and ``MalformedObject`` for a pod that is none.
    """
    chart = chart_of(pods, until=until, horizon=horizon, max_rows=max_rows)
    return "".join(f"{line}\n" for line in _lines(chart, max(width, _LEAST_WIDTH)))


@attrs.frozen
class _Plot:
    """The part of the picture that has a time axis: where it begins, how long it is, and where its rows end."""

    axis: Axis
    left: int
    length: int
    bottom: int

    def x(self, at: Duration) -> float:
        return self.left + self.axis.place(at, self.length)


@attrs.define
class _Bar:
    """Spans that are drawn as one."""

    begin: float
    end: float
    spans: list[Span]


def _lines(chart: Chart, width: int) -> Iterator[str]:
    bottom = _MARGIN // 2 + sum(_HEADING + _ROW * len(pod.rows) for pod in chart.pods)
    left = _MARGIN + _LABELS
    plot = _Plot(chart.axis, left, width - left - _MARGIN - _ARROW, bottom)
    legend = _placed_legend(chart, width)
    lines = (legend[-1][2] + 1 if legend else 0) + bool(chart.left_out)
    height = bottom + _AXIS + _LEGEND * lines + _MARGIN // 2
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kc" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        'aria-labelledby="kc-title kc-desc">'
    )
    yield f'<title id="kc-title">{_escaped(_title(chart))}</title>'
    yield f'<desc id="kc-desc">{_escaped(_description(chart))}</desc>'
    yield f"<style>{STYLE}</style>"
    yield f'<rect class="page" width="{width}" height="{height}"/>'
    top = _MARGIN // 2
    for pod in chart.pods:
        yield _heading(pod, width, top)
        top += _HEADING
        yield from _grid(plot, top, _ROW * len(pod.rows))
        for row in pod.rows:
            yield from _row(row, plot, top)
            top += _ROW
    yield from _axis(plot)
    top = bottom + _AXIS
    if chart.left_out:
        yield f'<text class="faint" x="{_MARGIN}" y="{top + 16}">… {_counted(chart.left_out, "more container")}</text>'
        top += _LEGEND
    for text, x, line in legend:
        yield from _legend_entry(text, x, top + line * _LEGEND)
    yield "</svg>"


def _heading(pod: ChartPod, width: int, top: int) -> str:
    room = width - 2 * _MARGIN - _GAP
    name = _cut(pod.name, max(room - len(pod.summary) * _PIXELS_A_LARGE_LETTER, room // 2) // _PIXELS_A_BOLD_LETTER)
    summary = _cut(pod.summary, (room - len(name) * _PIXELS_A_BOLD_LETTER) // _PIXELS_A_LARGE_LETTER)
    told = f'<tspan class="faint" dx="{_GAP}">{_escaped(summary)}</tspan>'
    return f'<text class="pod" x="{_MARGIN}" y="{top + 19}">{_escaped(name)}{told}<title>{_escaped(pod.name)}</title></text>'


def _grid(plot: _Plot, top: int, height: int) -> Iterator[str]:
    """Yield the lines behind the rows of a pod."""
    for at in _marks(plot):
        yield f'<path class="grid" d="M{_number(plot.x(at))} {top}v{height}"/>'


def _axis(plot: _Plot) -> Iterator[str]:
    for at in _marks(plot):
        yield f'<text class="mark" x="{_number(plot.x(at))}" y="{plot.bottom + 18}">{short_text(at)}</text>'


def _marks(plot: _Plot) -> Sequence[Duration]:
    return plot.axis.marks(plot.length // _PIXELS_A_MARK)


# ------------------------------------------------------------------------------------------------------------------------ bars


def _row(row: ChartRow, plot: _Plot, top: int) -> Iterator[str]:
    label = _escaped(_cut(row.label, _LABEL_LETTERS))
    yield f'<text x="{_MARGIN}" y="{top + 16}">{label}<title>{_escaped(row.label)}</title></text>'
    drawn = {look: _bars(row.spans, look, plot) for look in Look}
    top += (_ROW - _BAR) // 2
    for look, bars in drawn.items():
        for bar in bars:
            yield from _bar(bar, look, row, plot, top)
    for x in _starts(drawn[Look.RUNNING], plot):
        yield f'<path class="again" d="M{x} {top - 3}v{_BAR + 6}"/>'
    for look, bars in drawn.items():
        above = [bar for higher in list(Look)[list(Look).index(look) + 1 :] for bar in drawn[higher]]
        for bar in bars:
            yield from _note(bar, look, above, top)


def _bars(spans: Iterable[Span], look: Look, plot: _Plot) -> list[_Bar]:
    """Return the bars of one kind, in the order of time."""
    bars: list[_Bar] = []
    for span in sorted(spans, key=lambda span: span.begin):
        if Look.of(span.kind) is not look or not plot.axis.shows(span):
            continue
        begin = plot.x(span.begin)
        ended = plot.axis.end_of(span)
        end = max(plot.x(plot.axis.end if ended is None else ended), begin + _LEAST_BAR)
        if bars and begin < bars[-1].end - _LEAST_BAR / 2:
            bars[-1].end = max(bars[-1].end, end)
            bars[-1].spans.append(span)
        else:
            bars.append(_Bar(begin, end, [span]))
    return bars


def _bar(bar: _Bar, look: Look, row: ChartRow, plot: _Plot, top: int) -> Iterator[str]:
    kind = _CLASSES[look]
    y, height = (top + _BAR - _HOOK, _HOOK) if look in _HOOKS else (top, _BAR)
    told = f"<title>{_escaped(_told(bar.spans, look, row))}</title>"
    yield f'<rect class="{kind}" x="{_number(bar.begin)}" y="{y}" width="{_number(bar.end - bar.begin)}" height="{height}">{told}</rect>'
    if any(plot.axis.end_of(span) is None for span in bar.spans):
        yield f'<path class="{kind}" d="M{plot.left + plot.length} {y}l{_ARROW} {height // 2}l-{_ARROW} {height // 2}z"/>'


def _starts(bars: Iterable[_Bar], plot: _Plot) -> Iterable[str]:
    """Return where containers were started again, without those that would lie on one another."""
    places = (plot.x(span.begin) for bar in bars for span in bar.spans if span.attempt)
    return {place // _LEAST_BAR: _number(place) for place in places}.values()


def _note(bar: _Bar, look: Look, above: Sequence[_Bar], top: int) -> Iterator[str]:
    """Yield what there is to say of a bar, if that finds room on it and nothing else is drawn there."""
    note = printed(bar.spans[0].note)
    room = int((bar.end - bar.begin - 10) / _PIXELS_A_LETTER)
    free = look not in _HOOKS and len(bar.spans) == 1 and len(note) <= room
    if note and free and not any(other.begin < bar.end and other.end > bar.begin for other in above):
        yield f'<text class="in {_CLASSES[look]}-in" x="{_number(bar.begin + 5)}" y="{top + 12}">{_escaped(note)}</text>'


def _told(spans: Sequence[Span], look: Look, row: ChartRow) -> str:
    """Return the sentence that a pointer over a bar shows."""
    first, last = spans[0], spans[-1]
    end = "…" if last.end is None else short_text(last.end)
    told = f"{row.label} {look.value}: {short_text(first.begin)} - {end}"
    if len(spans) > 1:
        return f"{told}, {len(spans)} times"
    if first.end is not None:
        told = f"{told} ({short_text(first.end - first.begin)})"
    return f"{told}, {printed(first.note)}" if first.note else told


# ---------------------------------------------------------------------------------------------------------------------- legend


def _placed_legend(chart: Chart, width: int) -> list[tuple[str, int, int]]:
    """Return what the legend says, with the place of each entry and its line."""
    placed: list[tuple[str, int, int]] = []
    x, line = _MARGIN, 0
    for text in [look.value for look in chart.looks] + ([_AGAIN] if chart.restarts else []):
        length = _SWATCH + 26 + round(len(text) * _PIXELS_A_LETTER)
        if x > _MARGIN and x + length > width - _MARGIN:
            x, line = _MARGIN, line + 1
        placed.append((text, x, line))
        x += length
    return placed


def _legend_entry(text: str, x: int, top: int) -> Iterator[str]:
    if text == _AGAIN:
        yield f'<path class="again" d="M{x + _SWATCH // 2} {top + 4}v14"/>'
    else:
        look = Look(text)
        y, height = (top + 8, _HOOK) if look in _HOOKS else (top + 5, 12)
        yield f'<rect class="{_CLASSES[look]}" x="{x}" y="{y}" width="{_SWATCH}" height="{height}"/>'
    yield f'<text class="faint" x="{x + _SWATCH + 6}" y="{top + 15}">{text}</text>'


def _title(chart: Chart) -> str:
    return f"Timeline of {chart.pods[0].name}" if len(chart.pods) == 1 else f"Timeline of {_counted(len(chart.pods), 'pod')}"


def _description(chart: Chart) -> str:
    """Return what the picture shows, in words, for those who do not see it."""
    told: list[str] = []
    for pod in chart.pods[:_DESCRIBED_PODS]:
        rows = [f"{row.label} restarted {_counted(row.restarts, 'time')}" for row in pod.rows if row.restarts]
        told.append(f"{pod.name}: {', '.join([pod.summary or 'nothing was reported', *rows])}.")
    if len(chart.pods) > _DESCRIBED_PODS:
        told.append(f"And {_counted(len(chart.pods) - _DESCRIBED_PODS, 'more pod')}.")
    return " ".join(told) or "Nothing happened."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _number(value: float) -> str:
    """Write a number of pixels, with a tenth at most."""
    return f"{value:.1f}".removesuffix(".0")
