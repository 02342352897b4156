from __future__ import annotations

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.golang.duration import LARGEST, SMALLEST, Duration
from kubecontainers.lifecycle.times import time_at, time_text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2026-03-01T12:00:00Z", 1772366400),
        ("2026-03-01T14:00:00+02:00", 1772366400),
    ],
)
def test_times_are_counted_from_1970(text: str, seconds: int) -> None:
    assert time_at({"at": text}, "at", ROOT) == Duration.of(seconds)


def test_go_has_a_time_that_is_none() -> None:
    assert [time_at(obj, "at", ROOT) for obj in ({}, {"at": None}, {"at": "0001-01-01T00:00:00Z"})] == [None, None, None]


def test_far_times_stay_at_the_end() -> None:
    early, late = (time_at({"at": text}, "at", ROOT) for text in ("0001-01-01T00:00:01Z", "9999-12-31T00:00:00Z"))
    assert (early, late) == (Duration(SMALLEST), Duration(LARGEST))
    assert time_text(Duration(SMALLEST)) == "1677-09-21T00:12:43Z"
    assert time_text(Duration(LARGEST)) == "2262-04-11T23:47:16Z"


def test_fractions_are_read_and_not_written() -> None:
    time = time_at({"at": "2026-03-01T12:00:00.75Z"}, "at", ROOT)
    assert time is not None
    assert time_text(time) == "2026-03-01T12:00:00Z"
    assert time_text(Duration(-1)) == "1969-12-31T23:59:59Z"


@pytest.mark.parametrize("value", ["", "yesterday", 7])
def test_what_is_no_time(value: object) -> None:
    with pytest.raises(MalformedObject) as caught:
        time_at({"at": value}, "at", ROOT.child("state"))
    assert caught.value.path == "state.at"
