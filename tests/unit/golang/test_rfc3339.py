from __future__ import annotations

import pytest

from kubecontainers.golang.rfc3339 import parse_rfc3339

DAY = 86_400 * 10**9


def test_it_begins_with_the_year_1() -> None:
    assert parse_rfc3339("0001-01-01T00:00:00Z") == 0
    assert parse_rfc3339("0001-01-02T00:00:00.000000001Z") == DAY + 1
    assert parse_rfc3339("0000-12-31T23:59:59Z") == -(10**9)
    assert parse_rfc3339("0000-02-29T00:00:00Z") is not None  # Go's year 0 is a leap year


def test_the_unix_epoch() -> None:
    assert parse_rfc3339("1970-01-01T00:00:00Z") == 62_135_596_800 * 10**9


@pytest.mark.parametrize(
    "same",
    [
        "2025-01-31T10:00:00+00:00",
        "2025-01-31T12:30:00+02:30",
        "2025-01-30T22:00:00-12:00",
        "2025-01-31T10:00:00.0Z",
        "2025-01-31T10:00:00,0Z",
    ],
)
def test_one_time_in_many_ways(same: str) -> None:
    assert parse_rfc3339(same) == parse_rfc3339("2025-01-31T10:00:00Z") is not None


def test_an_hour_may_have_one_digit() -> None:
    assert parse_rfc3339("2025-01-31T9:00:00Z") == parse_rfc3339("2025-01-31T09:00:00Z")


def test_fractions_end_after_nine_digits() -> None:
    whole = parse_rfc3339("2025-01-31T10:00:00Z")
    assert whole is not None
    assert parse_rfc3339("2025-01-31T10:00:00.5Z") == whole + 500_000_000
    assert parse_rfc3339("2025-01-31T10:00:00.1234567899999Z") == whole + 123_456_789
    assert parse_rfc3339(f"2025-01-31T10:00:00.{'0' * 5000}Z") == whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025-01-31",
        "2025-01-31T10:00:00",
        "2025-01-31t10:00:00Z",
        "2025-01-31 10:00:00Z",
        "2025-01-31T10:00:00Z\n",
        "2025-01-31T10:00:00.Z",
        "2025-13-01T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2025-00-10T00:00:00Z",
        "2025-01-31T24:00:00Z",
        "2025-01-31T10:60:00Z",
        "2025-01-31T10:00:60Z",
        "2025-01-31T10:00:00+25:00",
        "2025-01-31T10:00:00+00:61",
        "2025-01-31T10:00:00+0200",
        "\u0662025-01-31T10:00:00Z",
        "12025-01-31T10:00:00Z",
    ],
)
def test_no_times(text: str) -> None:
    assert parse_rfc3339(text) is None
