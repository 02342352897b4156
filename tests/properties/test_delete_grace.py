from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.deletion import TIMESTAMP_NOT_IN_THE_PAST, DeleteGrace, DeleteReason, delete_grace
from kubecontainers.testing import strategies

JSON = dict[str, Any]
Reason = DeleteReason

ZERO, SECOND = Duration(), Duration.of(1)

releases = strategies.releases()
periods = st.none() | st.integers(-2, 60)
times = st.integers(0, 100_000).map(lambda number: Duration(number * 10**6))


@st.composite
def deleted_pods(draw: st.DrawFn) -> JSON:
    """Pods with and without a node, in all phases, with and without a grace period that a deletion gave them."""
    pod = draw(strategies.stopping_pods())
    if draw(st.integers(0, 3)):
        pod["spec"]["nodeName"] = "node-1"
    if draw(st.booleans()):
        pod["metadata"]["deletionGracePeriodSeconds"] = draw(st.sampled_from([5, 30, 60]))
    pod["status"] = {"phase": draw(st.sampled_from(["Pending", "Running", "Running", "Succeeded", "Failed"]))}
    return pod


pods = deleted_pods()


def positive(seconds: int) -> int:
    return 1 if seconds < 0 else seconds


class TestFirstDelete:
    """The first DELETE gives a pod that runs what is asked for, or else its own grace period; any other pod goes at once."""

    @given(pods, periods, releases)
    def test_first(self, pod: JSON, period: int | None, release: Release) -> None:
        found = delete_grace(pod, grace_period=period, release=release)
        own = pod["spec"].get("terminationGracePeriodSeconds", 30)
        runs = "nodeName" in pod["spec"] and pod["status"]["phase"] in {"Pending", "Running"}
        seconds = positive(own if period is None else period) if runs else 0
        assert (found.graceful, found.pending) == (True, False)
        assert found.deletion_seconds == found.options_seconds == seconds
        assert found.timestamp == SECOND * seconds
        assert found.removed is (seconds == 0)
        assert (Reason.NOT_SCHEDULED in found.reasons or Reason.FINISHED in found.reasons) is not runs


class TestRepeatedDelete:
    """A pod that is being deleted can only be given less time; then what is due is brought forward by the difference, and no more."""

    @given(pods, periods, times, releases)
    def test_again(self, pod: JSON, period: int | None, ago: Duration, release: Release) -> None:
        found = delete_grace(pod, grace_period=period, requested_ago=ago, release=release)
        stored = pod["metadata"].get("deletionGracePeriodSeconds")
        due = SECOND * (stored or 0) - ago
        assert not (found.graceful and found.pending)
        if not stored:
            assert (found.graceful, found.pending, found.removed) == (False, False, True)
            assert found.reasons == (Reason.IMMEDIATE,)
        elif period is None or positive(period) >= positive(stored):
            assert (found.pending, found.timestamp, found.deletion_seconds) == (True, due, positive(stored))
            assert found.options_seconds == positive(stored if period is None else period)
        else:
            assert found.graceful
            assert found.options_seconds == positive(period)
            assert found.deletion_seconds is not None
            assert found.deletion_seconds <= positive(period)
            brought_forward = due - SECOND * (positive(stored) - positive(period))
            assert found.timestamp in {brought_forward, ZERO}
            assert (found.timestamp != brought_forward) is (TIMESTAMP_NOT_IN_THE_PAST in release and brought_forward < ZERO)

    @given(pods, st.integers(-2, 60), st.integers(-2, 60), times, releases)
    def test_a_shorter_one_is_never_due_later(self, pod: JSON, one: int, other: int, ago: Duration, release: Release) -> None:
        """It is not, unless the pod was due in the past already: from 1.33 on it is due now then."""
        shorter, longer = sorted((one, other), key=positive)
        before, after = (delete_grace(pod, grace_period=period, requested_ago=ago, release=release) for period in (longer, shorter))
        assert after.timestamp <= max(before.timestamp, ZERO)

    def test_all_is_seen(self) -> None:
        kinds: list[tuple[bool, bool]] = []

        @settings(max_examples=400, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(pods.filter(lambda pod: pod["metadata"].get("deletionGracePeriodSeconds")), st.integers(-2, 60), times)
        def see(pod: JSON, period: int, ago: Duration) -> None:
            found = delete_grace(pod, grace_period=period, requested_ago=ago)
            kinds.append((found.graceful, found.pending))

        see()
        assert min(kinds.count((True, False)), kinds.count((False, True))) >= len(kinds) / 5


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family."""

    @given(strategies.json_objects() | strategies.damaged(pods), periods | st.integers(), st.none() | times, releases)
    def test_total(self, pod: JSON, period: int | None, ago: Duration | None, release: Release) -> None:
        try:
            found = delete_grace(pod, grace_period=period, requested_ago=ago, release=release)
        except KubeContainersError as error:
            assert str(error)  # noqa: PT017
        else:
            assert isinstance(found, DeleteGrace)
            assert found.reasons
