from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.cluster import KubeletConfig, default_kubelet_config
from kubecontainers.golang.duration import Duration
from kubecontainers.pulling.queues import QUEUE_PLACES, RequestedPull, plan_pulls
from kubecontainers.pulling.token_bucket import TokenBucket
from kubecontainers.testing.kubelet import durations, kubelet_configs
from kubecontainers.testing.pulling import requested_pulls

UNBOUND = KubeletConfig(registry_pull_qps=0)


class TestAnyPlan:
    """Every request is pulled once, no sooner than it came; the limit is never exceeded, and no place stands empty while one waits."""

    @given(requested_pulls(), kubelet_configs())
    def test_times(self, requests: list[RequestedPull], kubelet: KubeletConfig) -> None:
        plan = plan_pulls(requests, kubelet=kubelet)
        assert sorted(map(repr, requests)) == sorted(repr(pull.request) for pull in plan.pulls)
        for pull in plan.pulls:
            assert pull.request.at <= pull.queued <= pull.started <= pull.finished
            assert pull.finished == pull.started + (Duration() if pull.refused else pull.request.takes)

    @given(requested_pulls(), kubelet_configs())
    def test_limit(self, requests: list[RequestedPull], kubelet: KubeletConfig) -> None:
        config = default_kubelet_config(kubelet).config
        limit = 1 if config.serialize_image_pulls else config.max_parallel_image_pulls
        plan = plan_pulls(requests, kubelet=kubelet)
        assert limit is None or plan.most_in_flight <= limit
        assert plan.most_in_flight >= max((len(plan.in_flight(pull.started)) for pull in plan.pulls), default=0)

    @given(requested_pulls(), kubelet_configs())
    def test_nobody_waits_for_nothing(self, requests: list[RequestedPull], kubelet: KubeletConfig) -> None:
        plan = plan_pulls(requests, kubelet=kubelet)
        finishes = {pull.finished for pull in plan.pulls}
        assert all(pull.started == pull.request.at or pull.started in finishes for pull in plan.pulls)


class TestSerial:
    """The serial puller pulls in the order of arrival; at most ten stand in its channel."""

    @given(requested_pulls())
    def test_order(self, requests: list[RequestedPull]) -> None:
        plan = plan_pulls(requests, kubelet=UNBOUND)
        assert [pull.request for pull in plan.pulls] == sorted(requests, key=lambda request: request.at)
        assert [pull.started for pull in plan.pulls] == sorted(pull.started for pull in plan.pulls)

    @given(requested_pulls(max_size=40))
    def test_channel(self, requests: list[RequestedPull]) -> None:
        plan = plan_pulls(requests, kubelet=UNBOUND)
        for pull in plan.pulls:
            standing = [other for other in plan.pulls if other.queued <= pull.queued < other.started]
            assert len(standing) <= QUEUE_PLACES


class TestMorePlacesNeverDelay:
    """With a higher limit, and no bound by tokens, everything is done no later."""

    @given(requested_pulls(), st.integers(1, 5))
    def test_all_is_done(self, requests: list[RequestedPull], limit: int) -> None:
        def started(places: int) -> list[Duration]:
            kubelet = KubeletConfig(serialize_image_pulls=False, max_parallel_image_pulls=places, registry_pull_qps=0)
            return [pull.started for pull in plan_pulls(requests, kubelet=kubelet).pulls]

        assert all(more <= fewer for more, fewer in zip(started(limit + 1), started(limit), strict=True))


class TestTheBucket:
    """In any span of time there are at most ``burst`` tokens and those of the rate, give or take what Go does not wait for."""

    @given(st.integers(0, 20), st.integers(0, 10), st.lists(durations(min_value=0, max_value=5), max_size=40))
    def test_bound(self, rate: int, burst: int, times: list[Duration]) -> None:
        bucket, taken = TokenBucket(rate, burst), list[Duration]()
        for now in sorted(times):
            there = bucket.tokens(now=now)
            bucket, allowed = bucket.take(now=now)
            assert allowed or there == 0
            assert there == 0 or allowed
            taken += [now] if allowed else []
        for first, begin in enumerate(taken):
            for number, end in enumerate(taken[first:], 1):
                assert (number - burst) * 10**9 <= (end - begin).nanoseconds * rate + rate * number
