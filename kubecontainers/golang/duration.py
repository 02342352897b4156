"""Durations, as Go's ``time.Duration`` counts and writes them: whole nanoseconds in 64 bits.

====================  =====================================================
read                  ``1h30m``, ``-1.5h``, ``300ms``, ``.5s``, ``0``
written               ``1h30m0s``, ``-1h30m0s``, ``300ms``, ``500ms``, ``0s``
====================  =====================================================

The units are ``h``, ``m``, ``s``, ``ms``, ``us`` (also ``µs``, with either letter that looks so) and ``ns``; a day is none.
"""

from __future__ import annotations

import math
import re
from datetime import timedelta

import attrs

__all__ = ["BadDuration", "Duration", "DurationLike", "wrapping_seconds"]

MICROSECOND = 1000
MILLISECOND = 1000 * MICROSECOND
SECOND = 1000 * MILLISECOND
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
"""In nanoseconds, as those above."""

LARGEST = (1 << 63) - 1
SMALLEST = -(1 << 63)

_UNITS = {
    "ns": 1,
    "us": MICROSECOND,
    "\u00b5s": MICROSECOND,  # micro sign
    "\u03bcs": MICROSECOND,  # small Greek mu
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
_MOST = 1 << 63  # what parsing lets a sum reach; only behind a minus sign is that a duration
_WRAP = 1 << 64
_DIGITS_OF_MOST = 19
_TOO_LONG = "more than 64 bits of nanoseconds, which is about 292 years"
_SHOWN = 100

# A number and its unit, or what stands there instead: this matches anywhere before the end, so that parts follow one another without gaps.
_PART = re.compile(r"(?=.)(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]*))?(?P<unit>[^.0-9]*)", re.ASCII | re.DOTALL)


class BadDuration(ValueError):
    """A text or a number is no duration.

    ``text`` is what was given, as text; ``problem`` says what is wrong with it.
    """

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(text, problem)
        self.text = text
        self.problem = problem

    def __str__(self) -> str:
        return f"not a duration: {self.text[:_SHOWN]!r}: {self.problem}"


def _in_range(nanoseconds: int) -> int:
    if SMALLEST <= nanoseconds <= LARGEST:
        return nanoseconds
    raise BadDuration(_number(nanoseconds), _TOO_LONG)


def _number(value: int) -> str:
    """Write a number; thousands of digits, which Python would refuse, are only measured."""
    bits = value.bit_length()
    return str(value) if bits <= _SHOWN else f"a number of {bits} bits"


@attrs.frozen(repr=False, str=False)
class Duration:
    """A length of time, ``nanoseconds`` long; it can be negative.

    Durations are ordered, false when they are zero, and add and multiply exactly. What would leave the 64 bits, 292 years either way, stays
    at their end, as Go's own difference of two times does. Raises ``BadDuration`` for ``nanoseconds`` out of that range.

    >>> Duration.parse("1m") + Duration.of(20)
    Duration('1m20s')
    """

    nanoseconds: int = attrs.field(default=0, converter=_in_range)

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Return what Go's ``time.ParseDuration`` reads.

        One number with its unit, or several; fractions are fine, what is shorter than a nanosecond is cut off. Raises ``BadDuration``, also
        for a number without a unit, unless it is ``0``.

        >>> Duration.parse("1h0.5m").seconds
        3630.0
        """
        signed = text[:1] in {"-", "+"}
        rest = text[1:] if signed else text
        if rest == "0":
            return cls(0)
        total = _sum_of_parts(rest, text)
        if text[:1] == "-":
            return cls(-total)
        if total == _MOST:
            raise BadDuration(text, _TOO_LONG)
        return cls(total)

    @classmethod
    def of(cls, value: DurationLike) -> Duration:
        """Return the duration that a ``Duration``, a ``timedelta`` or a number of seconds is.

        A ``float`` is rounded to the nearest nanosecond. Raises ``BadDuration`` for NaN, an infinity, and what 64 bits cannot hold.

        >>> Duration.of(0.1)
        Duration('100ms')
        """
        if isinstance(value, Duration):
            return value
        if isinstance(value, timedelta):
            return cls(value // timedelta(microseconds=1) * MICROSECOND)
        if isinstance(value, int):
            return cls(value * SECOND)
        if not isinstance(value, float):  # pyright: ignore[reportUnnecessaryIsInstance]  (settings come out of YAML)
            raise BadDuration(
                str(value)[:_SHOWN], "neither a duration nor a number of seconds; text such as 1m30s is read by Duration.parse"
            )
        if not math.isfinite(value):
            raise BadDuration(str(value), "not a finite number of seconds")
        numerator, denominator = value.as_integer_ratio()
        return cls(_rounded(numerator * SECOND, denominator))

    @property
    def seconds(self) -> float:
        """The duration in seconds, as near as a ``float`` comes."""
        return self.nanoseconds / SECOND

    def to_timedelta(self) -> timedelta:
        """Return the duration as a ``timedelta``, rounded to the nearest microsecond, the even one of two.

        >>> Duration.parse("1.5s").to_timedelta()
        datetime.timedelta(seconds=1, microseconds=500000)
        """
        return timedelta(microseconds=_rounded(self.nanoseconds, MICROSECOND))

    def __add__(self, other: Duration) -> Duration:
        return _saturated(self.nanoseconds + other.nanoseconds)

    def __sub__(self, other: Duration) -> Duration:
        return _saturated(self.nanoseconds - other.nanoseconds)

    def __mul__(self, times: int) -> Duration:
        return _saturated(self.nanoseconds * times)

    __rmul__ = __mul__

    # What attrs would make compares tuples, which takes several times as long; simulations compare all the time.
    def __lt__(self, other: Duration) -> bool:
        return self.nanoseconds < other.nanoseconds

    def __le__(self, other: Duration) -> bool:
        return self.nanoseconds <= other.nanoseconds

    def __gt__(self, other: Duration) -> bool:
        return self.nanoseconds > other.nanoseconds

    def __ge__(self, other: Duration) -> bool:
        return self.nanoseconds >= other.nanoseconds

    def __bool__(self) -> bool:
        return self.nanoseconds != 0

    def __str__(self) -> str:
        """Return Go's ``Duration.String()``."""
        size = abs(self.nanoseconds)
        sign = "-" if self.nanoseconds < 0 else ""
        if size == 0:
            return "0s"
        for name, unit in (("ns", 1), ("\u00b5s", MICROSECOND), ("ms", MILLISECOND)):
            if size < unit * 1000:
                return f"{sign}{_decimal(size, unit)}{name}"
        minutes, rest = divmod(size, MINUTE)
        hours, minutes = divmod(minutes, 60)
        seconds = f"{_decimal(rest, SECOND)}s"
        if hours:
            return f"{sign}{hours}h{minutes}m{seconds}"
        return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"

    def __repr__(self) -> str:
        return f"Duration({str(self)!r})"


DurationLike = Duration | timedelta | int | float
"""What callers may give for a duration: ``Duration``, ``timedelta``, or seconds."""


def wrapping_seconds(seconds: int) -> Duration:
    """Return what Go's ``time.Duration(seconds) * time.Second`` is: where 64 bits of nanoseconds cannot hold it, it wraps round.

    >>> wrapping_seconds(90), wrapping_seconds(2**63 - 1)
    (Duration('1m30s'), Duration('-1s'))
    """
    return Duration((seconds * SECOND + _MOST) % _WRAP - _MOST)


def _sum_of_parts(rest: str, text: str) -> int:
    """Return the nanoseconds of an unsigned duration, at most 2^63."""
    if not rest:
        raise BadDuration(text, "empty")
    total = 0
    for part in _PART.finditer(rest):
        total = (total + _part(part, text)) % _WRAP  # as in Go: twice 2^63 makes 0, and nobody notices
        if total > _MOST:
            raise BadDuration(text, _TOO_LONG)
    return total


def _part(part: re.Match[str], text: str) -> int:
    whole, fraction, name = part["whole"], part["fraction"], part["unit"]
    if not whole and not fraction:
        raise BadDuration(text, "a number is missing")
    significant = whole.lstrip("0")
    if len(significant) > _DIGITS_OF_MOST:
        raise BadDuration(text, _TOO_LONG)
    if not name:
        raise BadDuration(text, "a unit is missing, such as s for seconds")
    unit = _UNITS.get(name)
    if unit is None:
        raise BadDuration(text, f"{name[:_SHOWN]!r} is no unit: use h, m, s, ms, us or ns")
    nanoseconds = int(significant or "0") * unit + _fraction(fraction or "", unit)
    if nanoseconds > _MOST:
        raise BadDuration(text, _TOO_LONG)
    return nanoseconds


def _fraction(digits: str, unit: int) -> int:
    """Return what stands behind the decimal point, in floating point as Go has it; digits that 2^63 cannot hold are passed over."""
    value, scale = 0, 1.0
    for digit in digits:
        longer = value * 10 + ord(digit) - ord("0")
        if longer > _MOST:
            break
        value = longer
        scale *= 10
    return int(value * (unit / scale)) if value else 0


def _saturated(nanoseconds: int) -> Duration:
    return Duration(min(max(nanoseconds, SMALLEST), LARGEST))


def _rounded(numerator: int, denominator: int) -> int:
    """Divide, and round to the nearest whole number, the even one of two."""
    quotient, rest = divmod(numerator, denominator)
    return quotient + (2 * rest > denominator or (2 * rest == denominator and quotient % 2 == 1))


def _decimal(value: int, unit: int) -> str:
    """Write value / unit, without zeros at the end of the fraction."""
    whole, rest = divmod(value, unit)
    fraction = str(rest + unit)[1:].rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)
