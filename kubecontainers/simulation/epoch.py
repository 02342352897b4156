"""When a simulation begins: time is virtual, but the objects of an API have dates."""

from __future__ import annotations

from datetime import UTC, datetime

from ..apimachinery.durations import to_duration
from ..golang.duration import Duration

__all__ = ["EPOCH", "since_1970"]

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""When a simulation begins, unless it is said otherwise."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def since_1970(epoch: datetime) -> Duration:
    """Return how long after 1970 a simulation begins; a time without a zone is UTC.

    Raises ``InvalidDuration`` for one farther from 1970 than 292 years.

    >>> since_1970(datetime(1970, 1, 2))
    Duration('24h0m0s')
    """
    return to_duration((epoch if epoch.tzinfo else epoch.replace(tzinfo=UTC)) - _BEGINNING)
