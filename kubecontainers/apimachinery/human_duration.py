"""Lengths of time as ``kubectl`` shows them: two or three digits that count (``k8s.io/apimachinery/pkg/util/duration``)."""

from __future__ import annotations

from ..golang.duration import SECOND, DurationLike
from .durations import to_duration

__all__ = ["human_duration"]

_MINUTE, _HOUR, _DAY = 60, 3600, 24 * 3600
_YEAR = 365 * _DAY

_STEPS = (
    # below this many seconds: the unit that is shown, and the smaller one behind it, where that is shown too
    (2 * _MINUTE, (1, "s"), None),
    (10 * _MINUTE, (_MINUTE, "m"), (1, "s")),
    (3 * _HOUR, (_MINUTE, "m"), None),
    (8 * _HOUR, (_HOUR, "h"), (_MINUTE, "m")),
    (2 * _DAY, (_HOUR, "h"), None),
    (8 * _DAY, (_DAY, "d"), (_HOUR, "h")),
    (2 * _YEAR, (_DAY, "d"), None),
    (8 * _YEAR, (_YEAR, "y"), (_DAY, "d")),
)


def human_duration(value: DurationLike) -> str:
    """Return a length of time as ``kubectl`` writes ages; raises ``InvalidDuration``.

    A second below zero passes for none, since clocks differ a little.

    >>> [human_duration(seconds) for seconds in (-2, -1.5, 119, 120, 605, 3600 * 5 + 60)]
    ['<invalid>', '0s', '119s', '2m', '10m', '5h1m']
    """
    nanoseconds = to_duration(value).nanoseconds
    if nanoseconds <= -2 * SECOND:
        return "<invalid>"
    seconds = max(nanoseconds, 0) // SECOND
    for end, (size, unit), smaller in _STEPS:
        if seconds < end:
            whole, rest = divmod(seconds, size)
            more = rest // smaller[0] if smaller else 0
            return f"{whole}{unit}{more}{smaller[1]}" if smaller and more else f"{whole}{unit}"
    return f"{seconds // _YEAR}y"
