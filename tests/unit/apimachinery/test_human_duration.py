"""Ages as kubectl writes them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.human_duration import human_duration


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-2), "<invalid>"),
        (timedelta(seconds=-1.999), "0s"),
        (timedelta(0), "0s"),
        (timedelta(seconds=0.999), "0s"),
        (timedelta(seconds=119.9), "119s"),
        (timedelta(minutes=2), "2m"),
        (timedelta(minutes=9, seconds=59), "9m59s"),
        (timedelta(minutes=10, seconds=59), "10m"),
        (timedelta(minutes=179), "179m"),
        (timedelta(hours=3), "3h"),
        (timedelta(hours=7, minutes=59), "7h59m"),
        (timedelta(hours=8, minutes=59), "8h"),
        (timedelta(hours=47), "47h"),
        (timedelta(days=2), "2d"),
        (timedelta(days=7, hours=23), "7d23h"),
        (timedelta(days=8, hours=23), "8d"),
        (timedelta(days=729), "729d"),
        (timedelta(days=730), "2y"),
        (timedelta(days=365 * 7 + 364), "7y364d"),
        (timedelta(days=365 * 8 + 364), "8y"),
        (timedelta(days=365 * 200), "200y"),
    ],
)
def test_steps(age: timedelta, text: str) -> None:
    assert human_duration(age) == text


def test_what_is_no_duration() -> None:
    with pytest.raises(InvalidDuration):
        human_duration(float("nan"))
