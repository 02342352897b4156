"""Points in time, as Go's ``time.Parse(time.RFC3339, …)`` reads them; API objects hold their times so."""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["parse_rfc3339"]

_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"T(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?"
    r"(?:Z|(?P<sign>[-+])(?P<zone_hour>[0-9]{2}):(?P<zone_minute>[0-9]{2}))"
)
_NANOSECONDS = 10**9
_DIGITS = 9
_MOST_ZONE_HOURS, _MOST_ZONE_MINUTES = 24, 60

# The calendar repeats itself after so many years; Python's begins with the year 1, Go's with 0.
_CYCLE_YEARS, _CYCLE_DAYS = 400, 146_097


def parse_rfc3339(text: str) -> int | None:
    """Return a point in time in nanoseconds since the beginning of the year 1 in UTC, ``None`` where Go gives an error.

    Digits after the ninth of a fraction are passed over.

    >>> parse_rfc3339("0001-01-01T00:00:00Z"), parse_rfc3339("2025-02-30T00:00:00Z")
    (0, None)
    >>> parse_rfc3339("2025-02-28T12:00:00+02:00") == parse_rfc3339("2025-02-28T10:00:00.000Z")
    True
    """
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    days = _days(int(found["year"]), int(found["month"]), int(found["day"]))
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"])
    zone_hours, zone_minutes = int(found["zone_hour"] or 0), int(found["zone_minute"] or 0)
    in_range = hour < 24 and minute < 60 and second < 60  # noqa: PLR2004  (hours of a day, minutes, seconds)
    if days is None or not in_range or zone_hours > _MOST_ZONE_HOURS or zone_minutes > _MOST_ZONE_MINUTES:
        return None
    zone = (zone_hours * 60 + zone_minutes) * (-1 if found["sign"] == "-" else 1)
    seconds = ((days * 24 + hour) * 60 + minute - zone) * 60 + second
    return seconds * _NANOSECONDS + int((found["fraction"] or "")[:_DIGITS].ljust(_DIGITS, "0"))


def _days(year: int, month: int, day: int) -> int | None:
    """Return the days from the first of the year 1 to a day, ``None`` where there is no such day."""
    try:
        return dt.date(_CYCLE_YEARS + year % _CYCLE_YEARS, month, day).toordinal() + (year // _CYCLE_YEARS - 1) * _CYCLE_DAYS - 1
    except ValueError:
        return None
