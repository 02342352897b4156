"""What a Gantt chart shows, before anything is drawn: its rows, its time axis, and where that has marks."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..apimachinery.durations import to_duration
from ..apimachinery.objects import ContainerKind, containers
from ..golang.duration import HOUR, LARGEST, MILLISECOND, MINUTE, SECOND, Duration, DurationLike
from .pod_timeline import PodTimeline
from .spans import Span, SpanKind
from .story import story_end

__all__ = ["Axis", "Chart", "ChartPod", "ChartRow", "Look", "chart_of", "printed", "short_text"]

_STEPS = (
    *(size * digit for size in (1, 1000, MILLISECOND) for digit in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(size * count for size in (SECOND, MINUTE) for count in (1, 2, 5, 10, 15, 30)),
    *(HOUR * hours for hours in (1, 2, 3, 6, 12, 24, 48, 168, 720, 4320, 8760, 43800, 438000)),
)
"""How far the marks of an axis can be apart, in nanoseconds; no axis is so long that the last is too short for ten of them."""

_LEAST_AXIS = Duration(SECOND)
_PLAIN = {ContainerKind.APP: "", ContainerKind.INIT: "init ", ContainerKind.EPHEMERAL: "ephemeral "}


class Look(enum.Enum):
    """The kinds of bars, in the order in which they are drawn over one another; the values are what a legend calls them."""

    WAITING = "waits"
    PULLING = "pulls"
    CREATING = "is created"
    RUNNING = "runs"
    TERMINATING = "is stopped"
    POST_START = "postStart"
    PRE_STOP = "preStop"

    @classmethod
    def of(cls, kind: SpanKind) -> Look:
        """Return how what a container does is drawn."""
        return cls[kind.name]


@attrs.frozen
class Axis:
    """The time from ``begin`` to ``end``, which is later."""

    begin: Duration
    end: Duration

    def place(self, at: Duration, length: int) -> float:
        """Return where a moment is on an axis of some length; what lies outside is put at its end."""
        inside = min(max(at, self.begin), self.end)
        return (inside - self.begin).nanoseconds * length / (self.end - self.begin).nanoseconds

    def shows(self, span: Span) -> bool:
        """Return whether there is something of a span to be seen: it took some time, and did not begin too late."""
        return span.begin != span.end and self.begin <= span.begin < self.end

    def end_of(self, span: Span) -> Duration | None:
        """Return when a span ended, ``None`` where it went on beyond the axis."""
        return None if span.end is None or span.end > self.end else span.end

    def marks(self, most: int) -> tuple[Duration, ...]:
        """Return the round moments to mark, not many more than ``most``."""
        length = (self.end - self.begin).nanoseconds
        step = next((step for step in _STEPS if length <= step * max(most, 1)), _STEPS[-1])
        first = -(-self.begin.nanoseconds // step)
        return tuple(Duration(step * number) for number in range(first, self.end.nanoseconds // step + 1))


@attrs.frozen
class ChartRow:
    """A container: its ``label``, what it was doing, and how often it was started again."""

    label: str
    spans: tuple[Span, ...]
    restarts: int


@attrs.frozen
class ChartPod:
    """A pod with the rows of its containers; ``summary`` tells its phases and their times."""

    name: str
    summary: str
    rows: tuple[ChartRow, ...]


@attrs.frozen
class Chart:
    """A chart; ``left_out`` is the number of containers that have no row in it."""

    axis: Axis
    pods: tuple[ChartPod, ...]
    left_out: int = 0

    @property
    def looks(self) -> tuple[Look, ...]:
        """Which kinds of bars there are in it."""
        found = {Look.of(span.kind) for pod in self.pods for row in pod.rows for span in row.spans}
        return tuple(look for look in Look if look in found)

    @property
    def restarts(self) -> int:
        """How often containers were started again, altogether."""
        return sum(row.restarts for pod in self.pods for row in pod.rows)


def chart_of(
    pods: Iterable[PodTimeline], *, until: DurationLike | None = None, horizon: DurationLike | None = None, max_rows: int
) -> Chart:
    """Return the chart of some pods, with at most ``max_rows`` containers.

    It ends with the last thing that happened to one of the pods shown before ``horizon``, and a little later where one of their containers
    still does something then; or at ``until``. Raises ``InvalidDuration``, and ``MalformedObject`` for a pod that is none.
    """
    shown: list[tuple[PodTimeline, tuple[ChartRow, ...]]] = []
    left = max(max_rows, 0)
    left_out = 0
    for pod in pods:
        rows = tuple(_rows(pod))
        left_out += len(rows[left:])
        if rows[:left]:
            shown.append((pod, rows[:left]))
        left -= len(rows[:left])
    axis = _axis([pod for pod, _ in shown], _duration(until), _duration(horizon))
    return Chart(axis, tuple(ChartPod(printed(pod.name), _summary(pod), rows) for pod, rows in shown), left_out)


def short_text(at: Duration) -> str:
    """Return a time as Go writes it, without zeros behind its unit, and in whole milliseconds from a millisecond on.

    >>> [short_text(Duration.of(seconds)) for seconds in (0, 90, 120, 3600, 3660, 1.23456)]
    ['0s', '1m30s', '2m', '1h', '1h1m', '1.235s']
    """
    if at.nanoseconds >= MILLISECOND:
        at = Duration(MILLISECOND) * (round(at.nanoseconds, -6) // MILLISECOND)
    text = str(at)
    for zero, kept in (("m0s", "m"), ("h0m", "h")):
        text = text.removesuffix(zero) + kept if text.endswith(zero) else text
    return text


def _rows(pod: PodTimeline) -> Iterator[ChartRow]:
    """Yield the containers in the order of the pod."""
    by_name: dict[str, list[Span]] = {}
    for span in pod.spans:
        by_name.setdefault(span.container, []).append(span)
    for found in containers(pod.pod):
        name = found.name
        spans = tuple(by_name.get(name, ()))
        yield ChartRow(printed(f"{_PLAIN[found.kind]}{name}"), spans, _restarts(spans))


def _restarts(spans: Sequence[Span]) -> int:
    """Return how many instances there were but for the first; what waits, or pulls, is none yet."""
    return max((span.attempt for span in spans if span.kind not in {SpanKind.WAITING, SpanKind.PULLING}), default=0)


def _axis(pods: Sequence[PodTimeline], until: Duration | None, horizon: Duration | None) -> Axis:
    begin = min((pod.created_at for pod in pods), default=Duration())
    begin = min(begin, Duration(LARGEST) - _LEAST_AXIS)
    end = until
    if end is None:
        end = max((story_end(pod, horizon) for pod in pods), default=begin)
        if any(span.end is None or span.end > end for pod in pods for span in pod.spans):
            more = end + Duration((end - begin).nanoseconds // 10)
            end = more if horizon is None else min(more, horizon)
    return Axis(begin, end if end > begin else begin + _LEAST_AXIS)


def _summary(pod: PodTimeline) -> str:
    told: list[tuple[Duration, str]] = []
    last = None
    for change in pod.changes:
        if change.phase is not last:
            told.append((change.at, change.phase.value))
            last = change.phase
    told += [(at, what) for at, what in ((pod.deleted_at, "deleted"), (pod.terminated_at, "stopped")) if at is not None]
    told.sort(key=lambda moment: moment[0])
    return ", ".join(f"{what} {short_text(at)}" for at, what in told)


def _duration(value: DurationLike | None) -> Duration | None:
    return None if value is None else to_duration(value)


def printed(text: str) -> str:
    """Return a name without what cannot be seen, or would steer a terminal or spoil an XML document."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
