"""When a simulation begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.epoch import EPOCH, since_1970

DAY = Duration.of(timedelta(days=1))


def test_zones() -> None:
    assert since_1970(datetime(1970, 1, 2, tzinfo=UTC)) == DAY
    assert since_1970(datetime(1970, 1, 2)) == DAY
    assert since_1970(datetime(1970, 1, 2, 5, tzinfo=timezone(timedelta(hours=5)))) == DAY
    assert since_1970(datetime(1969, 12, 31, tzinfo=UTC)) == Duration() - DAY


def test_the_usual_one() -> None:
    assert since_1970(EPOCH).seconds == EPOCH.timestamp()


@pytest.mark.parametrize("year", [1, 9999])
def test_too_far(year: int) -> None:
    with pytest.raises(InvalidDuration):
        since_1970(datetime(year, 1, 1, tzinfo=UTC))
