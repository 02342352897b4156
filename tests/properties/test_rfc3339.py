from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.golang.rfc3339 import parse_rfc3339
from kubecontainers.testing import strategies

ZONES = st.integers(-1439, 1439).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
TIMES = st.datetimes(min_value=dt.datetime(2, 1, 1), max_value=dt.datetime(9998, 12, 31), timezones=ZONES)
BEGIN = dt.datetime(1, 1, 1, tzinfo=dt.UTC)


class TestPythonAgrees:
    """Every time that Python writes in this form is read as the time that it is."""

    @given(TIMES)
    def test_microseconds(self, time: dt.datetime) -> None:
        nanoseconds = parse_rfc3339(time.isoformat())
        assert nanoseconds is not None
        assert nanoseconds // 1000 == (time - BEGIN) // dt.timedelta(microseconds=1)

    @given(TIMES, TIMES)
    def test_order(self, one: dt.datetime, other: dt.datetime) -> None:
        first, second = parse_rfc3339(one.isoformat()), parse_rfc3339(other.isoformat())
        assert first is not None
        assert second is not None
        assert (first < second) is (one < other)


class TestTotal:
    """Any text is a time or is none."""

    @given(
        strategies.json_texts()
        | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
    )
    def test_any(self, text: str) -> None:
        assert isinstance(parse_rfc3339(text), int | None)
