# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle
import re
from datetime import timedelta
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from kubecontainers.golang.duration import LARGEST, SMALLEST, BadDuration, Duration
from kubecontainers.golang.strconv import atoi, parse_uint
from kubecontainers.testing import strategies
from kubecontainers.testing.kubelet import durations

UNITS = {"ns": 1, "us": 10**3, "\u00b5s": 10**3, "\u03bcs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
PART = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h)"
WELL_FORMED = re.compile(rf"[-+]?(?:0|(?:{PART})+)")

numbers = st.integers(0, 10**6).map(str) | st.decimals(0, 1000, places=3).map(str) | st.sampled_from(["1.", ".5", "007", "1" + "0" * 30])
parts = st.tuples(numbers, st.sampled_from([*UNITS, *UNITS, "d", "S", "", " s"]))
nearly = st.tuples(
    st.sampled_from(["", "", "-", "+", "--", " "]), st.lists(parts, max_size=3).map(lambda found: "".join(map("".join, found)))
)
texts = nearly.map("".join) | durations().map(str) | strategies.json_texts()
small = durations(min_value=-(10**6), max_value=10**6)


class TestTextIsReadAsInGo:
    """A text is a duration exactly if it is a sign, numbers and units, and 64 bits hold it; it is the sum of its parts."""

    @given(texts)
    @example("0")
    @example("9223372036854775808ns")
    @example("-9223372036854775808ns")
    def test_refused(self, text: str) -> None:
        try:
            found = Duration.parse(text)
        except BadDuration as error:
            assert error.text == text
            assert WELL_FORMED.fullmatch(text) is None or not SMALLEST <= self.length(text) <= LARGEST
            assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
        else:
            assert WELL_FORMED.fullmatch(text)
            assert abs(found.nanoseconds - self.length(text)) < 1 + text.count(".") * 2

    def length(self, text: str) -> Fraction:
        found = re.findall(r"([0-9.]+)([^0-9.]+)", text.lstrip("+-"))
        total = sum((Fraction(number) * UNITS[unit] for number, unit in found), Fraction())
        return -total if text.startswith("-") else total

    @given(durations())
    def test_round_trip(self, duration: Duration) -> None:
        assert Duration.parse(str(duration)) == duration

    @given(st.lists(st.tuples(st.integers(0, 10**5), st.sampled_from(sorted(UNITS))), min_size=1, max_size=5))
    def test_sum_of_parts(self, found: list[tuple[int, str]]) -> None:
        text = "".join(f"{number}{unit}" for number, unit in found)
        assert Duration.parse(text) == Duration(sum(number * UNITS[unit] for number, unit in found))
        assert Duration.parse(f"-{text}") == Duration() - Duration.parse(text)


class TestDurationsAreNumbers:
    """Durations add, multiply and compare as their nanoseconds do, and stay at the end of what 64 bits hold."""

    @given(small, small, st.integers(-1000, 1000))
    def test_exact(self, one: Duration, other: Duration, times: int) -> None:
        assert (one + other).nanoseconds == one.nanoseconds + other.nanoseconds
        assert one - other == one + other * -1
        assert one + other - other == one
        assert (times * one).nanoseconds == times * one.nanoseconds
        assert (one < other) == (one.nanoseconds < other.nanoseconds)
        assert bool(one) == (one != Duration())

    @given(durations(), durations(), st.integers())
    def test_saturated(self, one: Duration, other: Duration, times: int) -> None:
        for found, exact in (
            (one + other, one.nanoseconds + other.nanoseconds),
            (one - other, one.nanoseconds - other.nanoseconds),
            (one * times, one.nanoseconds * times),
        ):
            assert found.nanoseconds == sorted([SMALLEST, exact, LARGEST])[1]


class TestWhatADurationIsMadeOf:
    """Whatever a duration is made of gives the nearest one, or is refused."""

    @given(st.timedeltas(min_value=timedelta(-100_000), max_value=timedelta(100_000)))
    def test_timedelta(self, value: timedelta) -> None:
        assert Duration.of(value).to_timedelta() == value

    @given(st.floats() | st.integers() | st.timedeltas() | durations())
    def test_any(self, value: float | timedelta | Duration) -> None:
        try:
            found = Duration.of(value)
        except BadDuration as error:
            assert str(error)
        else:
            assert Duration.of(found) is found
            if isinstance(value, int | float):
                assert abs(Fraction(value) * 10**9 - found.nanoseconds) <= Fraction(1, 2)

    @given(durations())
    def test_seconds(self, duration: Duration) -> None:
        assert duration.seconds == float(Fraction(duration.nanoseconds, 10**9))
        assert abs(duration.to_timedelta() // timedelta(microseconds=1) * 1000 - duration.nanoseconds) <= 500


class TestWholeNumbersAreReadAsInGo:
    """A text is a whole number exactly if it is ASCII digits, after a sign for ``atoi``, and the bits hold it."""

    @given(st.from_regex(r"[-+]?[0-9_]{1,25}", fullmatch=True) | strategies.json_texts() | st.integers().map(str))
    def test_atoi(self, text: str) -> None:
        number = int(text) if re.fullmatch(r"[-+]?[0-9]+", text, re.ASCII) else None
        assert atoi(text) == (number if number is not None and -(2**63) <= number < 2**63 else None)

    @given(st.from_regex(r"\+?[0-9]{1,25}", fullmatch=True) | strategies.json_texts(), st.sampled_from([8, 16, 32, 64]))
    def test_parse_uint(self, text: str, bits: int) -> None:
        number = int(text) if re.fullmatch(r"[0-9]+", text, re.ASCII) else None
        assert parse_uint(text, bits) == (number if number is not None and number < 2**bits else None)
