from __future__ import annotations

from datetime import timedelta

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState, newest_by_name


def test_times_in_any_form() -> None:
    made = RuntimeContainer("app", RuntimeState.EXITED, created_at=1, started_at=timedelta(seconds=2), finished_at=Duration.of(3))
    assert [made.created_at, made.started_at, made.finished_at] == [Duration.of(seconds) for seconds in (1, 2, 3)]
    assert RuntimeContainer("app", RuntimeState.CREATED).finished_at is None
    with pytest.raises(InvalidDuration):
        RuntimeContainer("app", RuntimeState.EXITED, finished_at=float("nan"))


def test_the_first_of_a_name_is_the_newest() -> None:
    statuses = [RuntimeContainer(name, RuntimeState.EXITED, exit_code=code) for name, code in (("a", 1), ("b", 2), ("a", 3))]
    assert {name: instance.exit_code for name, instance in newest_by_name(iter(statuses)).items()} == {"a": 1, "b": 2}
