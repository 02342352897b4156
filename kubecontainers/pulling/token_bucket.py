"""The bucket of tokens that bounds pulls (``NewTokenBucketRateLimiter`` of client-go over ``golang.org/x/time/rate``).

It starts full. Each pull takes a token; one that finds none fails at once with ``pull QPS exceeded``, it does not wait.
"""

from __future__ import annotations

import attrs

from ..apimachinery.cluster import KubeletConfig, default_kubelet_config
from ..apimachinery.durations import to_duration
from ..apimachinery.release import LATEST, Release
from ..golang.duration import SECOND, Duration, DurationLike

__all__ = ["TokenBucket", "pull_tokens"]

_TOKEN = SECOND
"""A token is counted in as many parts as a second has nanoseconds, so that what is added in a nanosecond is a whole number of them."""


def _full(bucket: TokenBucket) -> int:
    return bucket.burst * _TOKEN


@attrs.frozen
class TokenBucket:
    """A bucket of ``burst`` tokens, into which ``rate`` a second are put until it is full again; at rate 0 none ever.

    ``parts`` is what is in it, in billionths of a token, by default ``burst`` tokens; ``filled_at`` is when this was so, a duration since
    any moment.

    >>> bucket = TokenBucket(rate=1, burst=2)
    >>> bucket, allowed = bucket.take(now=0)
    >>> bucket, allowed = bucket.take(now=0)
    >>> allowed, bucket.tokens(now=0.5), bucket.tokens(now=1)
    (True, 0, 1)
    """

    rate: int
    burst: int
    filled_at: Duration = attrs.field(default=Duration(), converter=to_duration)
    parts: int = attrs.field(default=attrs.Factory(_full, takes_self=True))

    def tokens(self, *, now: DurationLike) -> int:
        """Return how many whole tokens are in the bucket at ``now``."""
        return max(self._parts(to_duration(now)), 0) // _TOKEN

    def take(self, *, now: DurationLike) -> tuple[TokenBucket, bool]:
        """Return the bucket without the token that a pull at ``now`` takes, and whether there was one. Raises ``InvalidDuration``."""
        at = to_duration(now)
        parts = self._parts(at)
        missing = _TOKEN - parts
        # Go waits whole nanoseconds, so what is missing less than one is not waited for.
        if self.burst < 1 or missing >= max(self.rate, 1):
            return self, False
        return attrs.evolve(self, filled_at=at, parts=parts - _TOKEN), True

    def _parts(self, at: Duration) -> int:
        elapsed = max((at - self.filled_at).nanoseconds, 0)
        return min(self.parts + elapsed * max(self.rate, 0), _full(self))


def pull_tokens(kubelet: KubeletConfig | None = None, *, now: DurationLike = 0, release: Release = LATEST) -> TokenBucket | None:
    """Return the bucket of a kubelet that starts at ``now``: ``registryBurst`` tokens, ``registryPullQPS`` a second; ``None`` for no bound.

    ``kubelet`` is its configuration, filled in or not; ``release`` is its own.

    >>> pull_tokens().tokens(now=0)
    10
    """
    config = default_kubelet_config(KubeletConfig() if kubelet is None else kubelet, release=release).config
    if not config.registry_pull_qps:
        return None
    return TokenBucket(config.registry_pull_qps, config.registry_burst, to_duration(now))
