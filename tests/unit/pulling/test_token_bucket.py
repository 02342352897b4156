from __future__ import annotations

import math
import pickle

import pytest

from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.pulling.token_bucket import TokenBucket, pull_tokens


def taken(bucket: TokenBucket, *times: float | Duration) -> list[bool]:
    """Whether there was a token at each of the times."""
    found: list[bool] = []
    for now in times:
        bucket, allowed = bucket.take(now=now)
        found.append(allowed)
    return found


def test_starts_full() -> None:
    assert taken(TokenBucket(1, 2), 0, 0, 0) == [True, True, False]
    assert taken(TokenBucket(1, 0), 0, 100) == [False, False]
    assert taken(TokenBucket(1, -1), 0, 100) == [False, False]


def test_refill() -> None:
    assert taken(TokenBucket(2, 1), 0, 0.4, 0.5, 0.9, 1.0) == [True, False, True, False, True]
    assert TokenBucket(5, 10, parts=0).tokens(now=1) == 5


def test_never_more_than_the_burst() -> None:
    assert taken(TokenBucket(1, 2), 1000, 1000, 1000) == [True, True, False]
    assert TokenBucket(5, 3).tokens(now=10**9) == 3


def test_a_failed_attempt_costs_nothing() -> None:
    empty = TokenBucket(1, 1).take(now=0)[0]
    assert empty.take(now=0.5) == (empty, False)
    assert taken(empty, 0.5, 0.9, 1) == [False, False, True]


def test_less_than_a_nanosecond_is_not_waited_for() -> None:
    """With three a second, a token is there after 333333333⅓ ns: Go waits whole nanoseconds."""
    empty = TokenBucket(3, 1).take(now=0)[0]
    assert taken(empty, Duration(333_333_332)) == [False]
    assert taken(empty, *map(Duration, (333_333_333, 666_666_666, 999_999_999, 10**9))) == [True, True, False, True]
    assert empty.take(now=Duration(333_333_333))[0].tokens(now=0) == 0


@pytest.mark.parametrize("rate", [0, -5])
def test_no_refill(rate: int) -> None:
    assert taken(TokenBucket(rate, 2), 0, 1, 100) == [True, True, False]


def test_a_clock_that_goes_back() -> None:
    assert taken(TokenBucket(1, 1, filled_at=100), 50, 50.5, 51) == [True, False, True]


def test_no_time() -> None:
    with pytest.raises(InvalidDuration):
        TokenBucket(1, 1).take(now=math.nan)
    with pytest.raises(InvalidDuration):
        TokenBucket(1, 1).tokens(now=math.inf)


def test_pickles() -> None:
    bucket = TokenBucket(5, 10).take(now=3)[0]
    assert pickle.loads(pickle.dumps(bucket)) == bucket  # noqa: S301


class TestOfAKubelet:
    def test_defaults(self) -> None:
        assert pull_tokens() == pull_tokens(KubeletConfig()) == TokenBucket(5, 10)
        assert pull_tokens(now=7, release=Release("1.27")) == TokenBucket(5, 10, filled_at=7)

    def test_configured(self) -> None:
        assert pull_tokens(KubeletConfig(registry_pull_qps=1, registry_burst=2)) == TokenBucket(1, 2)
        assert pull_tokens(KubeletConfig(registry_burst=2)) == TokenBucket(5, 2)

    def test_no_bound(self) -> None:
        assert pull_tokens(KubeletConfig(registry_pull_qps=0, registry_burst=2)) is None
