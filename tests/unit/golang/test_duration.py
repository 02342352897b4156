from __future__ import annotations

import copy
import math
import pickle
from datetime import timedelta
from typing import Any

import pytest

from kubecontainers.golang.duration import LARGEST, SMALLEST, BadDuration, Duration, wrapping_seconds

SECOND = 10**9
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        ("-0", 0),
        ("+0", 0),
        ("0s", 0),
        ("5s", 5 * SECOND),
        ("30s", 30 * SECOND),
        ("1478s", 1478 * SECOND),
        ("-5s", -5 * SECOND),
        ("+5s", 5 * SECOND),
        ("5.0s", 5 * SECOND),
        ("5.6s", 5_600_000_000),
        ("5.s", 5 * SECOND),
        (".5s", SECOND // 2),
        ("-.5s", -SECOND // 2),
        ("1.0040s", 1_004_000_000),
        ("100.00100s", 100_001_000_000),
        ("10ns", 10),
        ("11us", 11_000),
        ("12\u00b5s", 12_000),
        ("12\u03bcs", 12_000),
        ("13ms", 13_000_000),
        ("15m", 15 * MINUTE),
        ("16h", 16 * HOUR),
        ("3h30m", 3 * HOUR + 30 * MINUTE),
        ("10.5s4m", 4 * MINUTE + 10_500_000_000),
        ("-2m3.4s", -(2 * MINUTE + 3_400_000_000)),
        ("1h2m3s4ms5us6ns", HOUR + 2 * MINUTE + 3 * SECOND + 4_005_006),
        ("1h1h", 2 * HOUR),
        ("007s", 7 * SECOND),
        ("0" * 6000 + "7s", 7 * SECOND),
        ("0.100000000000000000000h", 6 * MINUTE),
        ("0.3333333333333333333h", 20 * MINUTE),
        ("0.9223372036854775807h", 3_320_413_933_267),
        ("0.830103483285477580700h", 49 * MINUTE + 48_372_539_827),
        ("0.9999999999s", 999_999_999),  # cut off, not rounded
        ("0." + "9" * 6000 + "ns", 1),  # but all that 2^63 holds of it is 1 in floating point
        ("0." + "0" * 6000 + "1h", 0),
        ("1.9ns", 1),
        ("9223372036854775807ns", LARGEST),
        ("-9223372036854775807ns", -LARGEST),
        ("-9223372036854775808ns", SMALLEST),
        ("-9223372036854775.808us", SMALLEST),
        ("-2562047h47m16.854775808s", SMALLEST),
        ("9223372036854775808ns9223372036854775808ns", 0),  # the sum wraps around
    ],
)
def test_parse(text: str, nanoseconds: int) -> None:
    assert Duration.parse(text) == Duration(nanoseconds)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("-", "empty"),
        ("+", "empty"),
        ("3", "unit is missing"),
        ("00", "unit is missing"),
        ("1h30", "unit is missing"),
        ("1.", "unit is missing"),
        ("1..5s", "unit is missing"),
        ("s", "number is missing"),
        (".", "number is missing"),
        ("-.", "number is missing"),
        (".s", "number is missing"),
        ("--1s", "number is missing"),
        (" 1s", "number is missing"),
        ("\ud800", "number is missing"),
        ("1s ", "'s ' is no unit"),
        ("1s\n", "no unit"),
        ("1h 1m", "no unit"),
        ("1d", "'d' is no unit"),
        ("1S", "no unit"),
        ("1_000s", "'_' is no unit"),
        ("1e3s", "'e' is no unit"),
        ("\u0661s", "number is missing"),
        ("1\u0661s", "no unit"),
        ("1" + "x" * 6000, "no unit"),
        ("9223372036854775808ns", "64 bits"),
        ("-9223372036854775809ns", "64 bits"),
        ("9223372036854775.808us", "64 bits"),
        ("-9223372036854775.809us", "64 bits"),
        ("9223372036854ms775us808ns", "64 bits"),
        ("-9223372036854775808ns1ns", "64 bits"),
        ("3000000h", "64 bits"),
        ("9" * 6000 + "s", "64 bits"),
        ("9" * 6000, "64 bits"),
    ],
)
def test_bad_text(text: str, problem: str) -> None:
    with pytest.raises(BadDuration) as caught:
        Duration.parse(text)
    assert caught.value.text == text
    assert problem in caught.value.problem
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (999, "999ns"),
        (1100, "1.1\u00b5s"),
        (1000, "1\u00b5s"),
        (2_200_000, "2.2ms"),
        (100_000_000, "100ms"),
        (999_999_999, "999.999999ms"),
        (SECOND, "1s"),
        (3_300_000_000, "3.3s"),
        (80 * SECOND, "1m20s"),
        (MINUTE, "1m0s"),
        (5 * MINUTE, "5m0s"),
        (4 * MINUTE + 5 * SECOND + 1, "4m5.000000001s"),
        (HOUR, "1h0m0s"),
        (5 * HOUR + 6 * MINUTE + 7 * SECOND + 1_000_000, "5h6m7.001s"),
        (100 * HOUR, "100h0m0s"),
        (-1, "-1ns"),
        (-90 * SECOND, "-1m30s"),
        (LARGEST, "2562047h47m16.854775807s"),
        (SMALLEST, "-2562047h47m16.854775808s"),
    ],
)
def test_text(nanoseconds: int, text: str) -> None:
    assert str(Duration(nanoseconds)) == text
    assert Duration.parse(text) == Duration(nanoseconds)
    assert repr(Duration(nanoseconds)) == f"Duration({text!r})"


@pytest.mark.parametrize(
    ("value", "nanoseconds"),
    [
        (Duration(7), 7),
        (timedelta(microseconds=1), 1000),
        (timedelta(microseconds=-1), -1000),
        (timedelta(days=1, seconds=2), 24 * HOUR + 2 * SECOND),
        (10, 10 * SECOND),
        (-10, -10 * SECOND),
        (0.1, 100_000_000),
        (1.5, 1_500_000_000),
        (-0.3, -300_000_000),
        (2.0**-31, 0),  # 0.47 ns
        (0.5e-9 + 1e-12, 1),
        (5e-324, 0),
        (0.000244140625, 244_141),  # 2^-12 s is 244140.625 ns
        (2.0**-10, 976_562),  # 976562.5 ns, the even one
        (3 * 2.0**-10, 2_929_688),  # 2929687.5 ns
        (9e9, 9 * 10**18),
    ],
)
def test_of(value: Duration | timedelta | float, nanoseconds: int) -> None:
    assert Duration.of(value) == Duration(nanoseconds)


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, 1e300, 10**10, -(10**10), pytest.param(10**6000, id="huge"), timedelta.max, timedelta.min]
)
def test_of_what_is_none(value: float | timedelta) -> None:
    with pytest.raises(BadDuration) as caught:
        Duration.of(value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("nanoseconds", [LARGEST + 1, SMALLEST - 1, pytest.param(10**6000, id="huge")])
def test_out_of_range(nanoseconds: int) -> None:
    with pytest.raises(BadDuration):
        Duration(nanoseconds)


def test_arithmetic() -> None:
    second, minute = Duration(SECOND), Duration(MINUTE)
    assert minute + second == Duration(61 * SECOND)
    assert second - minute == Duration(-59 * SECOND)
    assert minute * 2 == 2 * minute == Duration(2 * MINUTE)
    assert second < minute <= Duration(MINUTE)
    assert max(second, minute) is minute
    assert second
    assert not second - second
    assert Duration() == Duration(0)


def test_arithmetic_stays_in_64_bits() -> None:
    assert Duration(LARGEST) + Duration(1) == Duration(LARGEST)
    assert Duration(SMALLEST) - Duration(1) == Duration(SMALLEST)
    assert Duration(LARGEST) * 2 == Duration(SMALLEST) * -2 == Duration(LARGEST)


def test_other_forms() -> None:
    assert Duration.parse("1.25s").seconds == 1.25
    assert Duration.parse("-1.25s").to_timedelta() == timedelta(seconds=-1.25)
    assert Duration(1500).to_timedelta() == timedelta(microseconds=2)
    assert Duration(2500).to_timedelta() == timedelta(microseconds=2)
    assert Duration(LARGEST).to_timedelta().days == 106751


def test_value() -> None:
    duration = Duration.parse("1m20s")
    assert pickle.loads(pickle.dumps(duration)) == duration  # noqa: S301
    assert copy.deepcopy(duration) == duration
    assert hash(duration) == hash(Duration.of(80))
    other: object = 80 * SECOND
    assert duration != other
    with pytest.raises(AttributeError):
        duration.nanoseconds = 1  # type: ignore[misc]


def test_wrapping_seconds() -> None:
    """As in Go, where a ``Duration`` is an int64: ``time.Duration(n) * time.Second``."""
    most = LARGEST // SECOND
    assert wrapping_seconds(most) == Duration(most * SECOND)
    assert wrapping_seconds(most + 1) == Duration((most + 1) * SECOND - 2 * (LARGEST + 1))
    assert [wrapping_seconds(number) for number in (2**62, 2**63 - 1, -(2**63), 0)] == [
        Duration(number * SECOND) for number in (0, -1, 0, 0)
    ]


def test_error() -> None:
    with pytest.raises(BadDuration) as caught:
        Duration.parse("10")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (again.text, again.problem) == (caught.value.text, caught.value.problem)
    assert str(again) == str(caught.value) == "not a duration: '10': a unit is missing, such as s for seconds"


@pytest.mark.parametrize("value", ["10s", None, []])
def test_neither_duration_nor_number(value: Any) -> None:
    with pytest.raises(BadDuration, match=r"is read by Duration\.parse"):
        Duration.of(value)
