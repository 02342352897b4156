from __future__ import annotations

import math
import pickle
from datetime import timedelta

import pytest

from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.pulling.queues import PullPlan, PullQueue, RequestedPull, plan_pulls

UNBOUND = KubeletConfig(registry_pull_qps=0)
PARALLEL = KubeletConfig(serialize_image_pulls=False, registry_pull_qps=0)
TWO = KubeletConfig(max_parallel_image_pulls=2, registry_pull_qps=0)


def pulls(*times: tuple[float, float]) -> list[RequestedPull]:
    return [RequestedPull(f"img-{number}", at, takes) for number, (at, takes) in enumerate(times)]


def spans(plan: PullPlan) -> list[tuple[float, float]]:
    return [(pull.started.seconds, pull.finished.seconds) for pull in plan.pulls]


class TestSerial:
    def test_one_after_the_other(self) -> None:
        plan = plan_pulls(pulls((0, 300), (1, 2), (1, 3), (400, 1)))
        assert spans(plan) == [(0, 300), (300, 302), (302, 305), (400, 401)]
        assert [pull.waited.seconds for pull in plan.pulls] == [0, 299, 301, 0]
        assert (plan.most_in_flight, plan.order) == (1, ("img-0", "img-1", "img-2", "img-3"))

    def test_the_same_image_is_pulled_twice(self) -> None:
        plan = plan_pulls([RequestedPull("nginx", 0, 5), RequestedPull("nginx", 0, 5)])
        assert spans(plan) == [(0, 5), (5, 10)]

    def test_sorted_by_time(self) -> None:
        assert plan_pulls(pulls((5, 1), (0, 1), (5, 1))).order == ("img-1", "img-0", "img-2")

    def test_places_in_the_queue(self) -> None:
        """One is being pulled, ten wait in the channel; the twelfth blocks until the second is taken out."""
        plan = plan_pulls(pulls(*[(0, 10)] * 14), kubelet=UNBOUND)
        assert [pull.queued.seconds for pull in plan.pulls] == [0] * 11 + [10, 20, 30]
        assert [pull.started.seconds for pull in plan.pulls] == [10 * number for number in range(14)]

    def test_max_parallel_is_no_matter(self) -> None:
        kubelet = KubeletConfig(serialize_image_pulls=True, max_parallel_image_pulls=4, registry_pull_qps=0)
        assert plan_pulls(pulls((0, 1), (0, 1)), kubelet=kubelet).most_in_flight == 1


class TestParallel:
    @pytest.mark.parametrize("limit", [None, 0, -1])
    def test_no_limit(self, limit: int | None) -> None:
        kubelet = KubeletConfig(serialize_image_pulls=False, max_parallel_image_pulls=limit, registry_pull_qps=0)
        plan = plan_pulls(pulls(*[(0, 5)] * 30), kubelet=kubelet)
        assert plan.most_in_flight == 30
        assert {(pull.queued, pull.started) for pull in plan.pulls} == {(Duration(), Duration())}

    def test_limit(self) -> None:
        plan = plan_pulls(pulls((0, 10), (0, 3), (0, 4), (1, 1), (20, 1)), kubelet=TWO)
        assert spans(plan) == [(0, 10), (0, 3), (3, 7), (7, 8), (20, 21)]
        assert plan.most_in_flight == 2


class TestTokens:
    def test_beyond_the_burst_pulls_fail_at_once(self) -> None:
        kubelet = KubeletConfig(serialize_image_pulls=False, registry_pull_qps=1, registry_burst=2)
        plan = plan_pulls(pulls((0, 5), (0, 5), (0, 5), (1, 5)), kubelet=kubelet)
        assert [pull.refused for pull in plan.pulls] == [False, False, True, False]
        assert spans(plan) == [(0, 5), (0, 5), (0, 0), (1, 6)]
        assert plan.most_in_flight == 3

    def test_taken_when_the_pull_starts(self) -> None:
        """Twelve at once, ten tokens: serially the last two find what was put in while they waited."""
        assert not any(pull.refused for pull in plan_pulls(pulls(*[(0, 1)] * 12)).pulls)
        at_once = plan_pulls(pulls(*[(0, 1)] * 12), kubelet=KubeletConfig(serialize_image_pulls=False))
        assert [pull.refused for pull in at_once.pulls] == [False] * 10 + [True] * 2

    def test_a_refused_pull_leaves_its_place_at_once(self) -> None:
        kubelet = KubeletConfig(registry_pull_qps=1, registry_burst=1)
        plan = plan_pulls(pulls((0, 0.5), (0, 10), (0, 1), (2, 1)), kubelet=kubelet)
        assert spans(plan) == [(0, 0.5), (0.5, 0.5), (0.5, 0.5), (2, 3)]

    def test_full_at_the_first_request(self) -> None:
        kubelet = KubeletConfig(registry_pull_qps=1, registry_burst=1)
        plan = plan_pulls(pulls((-100, 0), (-99, 0), (-98.5, 0)), kubelet=kubelet)
        assert [pull.refused for pull in plan.pulls] == [False, False, True]


class TestPlan:
    def test_nothing(self) -> None:
        assert plan_pulls([]) == PullPlan()
        assert (PullPlan().order, PullPlan().most_in_flight, PullPlan().in_flight(0)) == ((), 0, ())

    def test_in_flight(self) -> None:
        plan = plan_pulls(pulls((0, 10), (0, 5)), kubelet=PARALLEL)
        assert [len(plan.in_flight(at)) for at in (-1, 0, 4.999, 5, 9, 10)] == [0, 2, 2, 1, 1, 0]

    def test_times_in_any_form(self) -> None:
        request = RequestedPull("nginx", timedelta(seconds=1), 2.5)
        assert request == RequestedPull("nginx", Duration.of(1), Duration.of(2.5))

    def test_no_times(self) -> None:
        with pytest.raises(InvalidDuration):
            RequestedPull("nginx", math.nan)
        with pytest.raises(InvalidDuration):
            RequestedPull("nginx", 0, -1)
        with pytest.raises(InvalidDuration):
            PullPlan().in_flight(math.inf)

    def test_every_release(self) -> None:
        assert plan_pulls(pulls((0, 1)), release=Release("1.27")) == plan_pulls(pulls((0, 1)))

    def test_pickles(self) -> None:
        plan = plan_pulls(pulls((0, 1), (0, 1)))
        assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301


class TestPlacing:
    """Requests placed one by one get what a plan of all of them gives."""

    @pytest.mark.parametrize(
        "kubelet",
        [
            KubeletConfig(),
            KubeletConfig(serialize_image_pulls=False, registry_pull_qps=1, registry_burst=2),
            KubeletConfig(serialize_image_pulls=False, max_parallel_image_pulls=3),
        ],
    )
    def test_as_planned(self, kubelet: KubeletConfig) -> None:
        requests = [RequestedPull("app", at=at // 4, takes=at % 5) for at in range(30)]
        queue = PullQueue.start(kubelet)
        assert tuple(map(queue.place, requests)) == plan_pulls(requests, kubelet=kubelet).pulls
