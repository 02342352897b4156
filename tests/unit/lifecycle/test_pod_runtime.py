"""Processes on the clock, and the errors of calls."""

from __future__ import annotations

from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.pod_runtime import CallFailure, Process, run_process


def clock(*waits: int) -> Process[list[Duration]]:
    times: list[Duration] = []
    for wait in waits:
        now = yield Duration.of(wait)
        times.append(now)
    return times


def test_a_process_that_does_not_wait() -> None:
    assert run_process(clock(), Duration.of(4)) == ([], Duration.of(4))


def test_a_process_is_sent_what_time_it_is() -> None:
    times, now = run_process(clock(1, 2, 3), Duration.of(10))
    assert [time.seconds for time in times] == [11, 13, 16]
    assert now == Duration.of(16)


def test_an_error_that_is_no_status_is_shown_as_it_is() -> None:
    assert CallFailure("no space").text == "no space"
    assert CallFailure("gone", "NotFound").text == "rpc error: code = NotFound desc = gone"
