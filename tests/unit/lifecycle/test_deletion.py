from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.deletion import DeleteGrace, DeleteReason, delete_grace, wanted_grace

JSON = dict[str, Any]
Reason = DeleteReason


def pod(grace: int | None = 60, node: str = "node-1", phase: str = "Running", **metadata: Any) -> JSON:
    spec: JSON = {"nodeName": node} if grace is None else {"nodeName": node, "terminationGracePeriodSeconds": grace}
    return {"metadata": metadata, "spec": spec, "status": {"phase": phase}}


def seconds(number: int) -> Duration:
    return Duration.of(number)


@pytest.mark.parametrize(
    ("made", "period", "expected", "reasons"),
    [
        (pod(), None, 60, (Reason.TERMINATION,)),
        (pod(0), None, 0, (Reason.TERMINATION,)),
        (pod(None), None, 30, (Reason.DEFAULT,)),
        (pod(-5), None, 1, (Reason.TERMINATION, Reason.NEGATIVE)),
        (pod(), 90, 90, (Reason.REQUESTED,)),
        (pod(), 0, 0, (Reason.REQUESTED,)),
        (pod(), -1, 1, (Reason.REQUESTED, Reason.NEGATIVE)),
        (pod(node=""), 90, 0, (Reason.NOT_SCHEDULED,)),
        (pod(phase="Succeeded"), 90, 0, (Reason.FINISHED,)),
        (pod(phase="Failed"), None, 0, (Reason.FINISHED,)),
        (pod(phase="Unknown", deletionGracePeriodSeconds=5), 90, 90, (Reason.REQUESTED,)),
    ],
)
def test_first(made: JSON, period: int | None, expected: int, reasons: tuple[DeleteReason, ...]) -> None:
    found = delete_grace(made, grace_period=period)
    wanted = DeleteGrace(
        graceful=True, pending=False, deletion_seconds=expected, options_seconds=expected, timestamp=seconds(expected), reasons=reasons
    )
    assert found == wanted
    assert found.removed is (expected == 0)


def again(stored: int | None, period: int | None, ago: int, release: Release = LATEST) -> tuple[Any, ...]:
    found = delete_grace(pod(deletionGracePeriodSeconds=stored), grace_period=period, requested_ago=ago, release=release)
    assert not found.graceful or not found.pending
    kind = "graceful" if found.graceful else "pending" if found.pending else "removed"
    assert found.removed is (kind == "removed" or found.deletion_seconds == 0)
    return kind, found.deletion_seconds, found.options_seconds, found.timestamp.seconds, found.reasons


@pytest.mark.parametrize(
    ("stored", "period", "ago", "expected"),
    [
        (60, None, 10, ("pending", 60, 60, 50, (Reason.PENDING,))),
        (60, 60, 10, ("pending", 60, 60, 50, (Reason.PENDING,))),
        (60, 90, 70, ("pending", 60, 90, -10, (Reason.PENDING,))),
        (-5, None, 10, ("pending", 1, 1, -15, (Reason.PENDING,))),
        (-5, -7, 10, ("pending", 1, 1, -15, (Reason.PENDING,))),
        (0, 30, 4, ("removed", 0, 30, -4, (Reason.IMMEDIATE,))),
        (None, None, 4, ("removed", None, None, -4, (Reason.IMMEDIATE,))),
        (None, -2, 4, ("removed", None, 1, -4, (Reason.IMMEDIATE,))),
        (60, 20, 10, ("graceful", 20, 20, 10, (Reason.REQUESTED, Reason.SHORTENED))),
        (60, 20, 20, ("graceful", 20, 20, 0, (Reason.REQUESTED, Reason.SHORTENED))),
        (60, -3, 1, ("graceful", 1, 1, 0, (Reason.REQUESTED, Reason.NEGATIVE, Reason.SHORTENED))),
    ],
)
def test_again(stored: int | None, period: int | None, ago: int, expected: tuple[Any, ...]) -> None:
    assert again(stored, period, ago) == again(stored, period, ago, Release("1.27")) == expected


def test_not_in_the_past_since_1_33() -> None:
    shortened = (Reason.REQUESTED, Reason.SHORTENED)
    assert again(60, 20, 30, Release("1.32")) == ("graceful", 20, 20, -10, shortened)
    assert again(60, 20, 30, Release("1.33")) == ("graceful", 1, 20, 0, (*shortened, Reason.EXPIRED))
    assert again(60, 0, 30, Release("1.32")) == ("graceful", 0, 0, -30, shortened)
    assert again(60, 0, 30, Release("1.33")) == ("graceful", 0, 0, 0, (*shortened, Reason.EXPIRED))


def test_a_timestamp_tells_that_it_is_being_deleted() -> None:
    made = pod(deletionGracePeriodSeconds=60, deletionTimestamp="2026-03-01T12:00:00Z")
    assert delete_grace(made) == delete_grace(made, requested_ago=0)
    assert delete_grace(made).pending


def test_periods_that_nanoseconds_cannot_hold() -> None:
    """They are stored as they are; the timestamp wraps round, as in Go."""
    found = delete_grace(pod(), grace_period=2**62)
    assert (found.deletion_seconds, found.timestamp) == (2**62, Duration())
    assert delete_grace(pod(), grace_period=2**63 - 1).timestamp == seconds(-1)
    with pytest.raises(InvalidDuration):
        delete_grace(pod(), grace_period=2**63)
    with pytest.raises(InvalidDuration):
        wanted_grace(pod(), 10**5000)
    with pytest.raises(InvalidDuration):
        delete_grace(pod(), requested_ago=float("inf"))


@pytest.mark.parametrize(
    ("made", "path"),
    [
        ({"metadata": []}, "metadata"),
        ({"metadata": {"deletionGracePeriodSeconds": "5"}}, "metadata.deletionGracePeriodSeconds"),
        ({"spec": {"terminationGracePeriodSeconds": True}}, "spec.terminationGracePeriodSeconds"),
        ({"spec": {"nodeName": 7}}, "spec.nodeName"),
        ({"spec": {"nodeName": "node-1"}, "status": {"phase": 7}}, "status.phase"),
    ],
)
def test_bad_input(made: JSON, path: str) -> None:
    with pytest.raises(MalformedObject) as raised:
        delete_grace(made)
    assert raised.value.path == path
