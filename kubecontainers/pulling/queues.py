"""In which order, and how many at a time, a kubelet pulls images (``pkg/kubelet/images/puller.go`` and ``helpers.go``).

Serially, one worker takes the requests as they come: ten wait in its channel, who comes later blocks until a place is free, also in the
order of coming. In parallel every request starts at once, or when one of ``maxParallelImagePulls`` places is free; who gets it is chance in
Kubernetes, and here who came first. Either way a pull that finds no token when it starts fails at once.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable

import attrs

from ..apimachinery.cluster import KubeletConfig, default_kubelet_config
from ..apimachinery.durations import to_duration
from ..apimachinery.release import LATEST, Release
from ..golang.duration import Duration, DurationLike
from .image_runtime import elapsed
from .token_bucket import TokenBucket, pull_tokens

__all__ = ["QUEUE_PLACES", "PlannedPull", "PullPlan", "PullQueue", "RequestedPull", "plan_pulls"]

QUEUE_PLACES = 10
"""How many requests wait in the channel of the serial puller, beside the one that is being pulled."""


@attrs.frozen
class RequestedPull:
    """A pull that some pod asks for at a time, and how long it takes once it has started.

    Both are ``Duration``, ``timedelta`` or seconds; times are durations since any moment. Raises ``InvalidDuration``.
    """

    image: str
    at: Duration = attrs.field(default=Duration(), converter=to_duration)
    takes: Duration = attrs.field(default=Duration(), converter=elapsed)


@attrs.frozen
class PlannedPull:
    """When a pull starts and finishes.

    ``queued`` is when it gets its place in the queue; until then the pod that asked is blocked. ``refused``: there was no token for it, so
    that it fails with ``pull QPS exceeded`` as soon as it starts.
    """

    request: RequestedPull
    queued: Duration
    started: Duration
    finished: Duration
    refused: bool = False

    @property
    def waited(self) -> Duration:
        """How long the pod waited for the pull to start."""
        return self.started - self.request.at


@attrs.frozen
class PullPlan:
    """Pulls, in the order in which they were asked for."""

    pulls: tuple[PlannedPull, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """The images in the order in which their pulls start."""
        return tuple(pull.request.image for pull in sorted(self.pulls, key=_start))

    @property
    def most_in_flight(self) -> int:
        """The most pulls that are under way at the same time."""
        changes = sorted(
            change for pull in self.pulls if not pull.refused for change in ((pull.started.nanoseconds, 1), (pull.finished.nanoseconds, -1))
        )
        most = now = 0
        for _, change in changes:
            now += change
            most = max(most, now)
        return most

    def in_flight(self, at: DurationLike) -> tuple[PlannedPull, ...]:
        """Return the pulls that are under way at a moment: started, and not yet finished. Raises ``InvalidDuration``."""
        moment = to_duration(at)
        return tuple(pull for pull in self.pulls if pull.started <= moment < pull.finished)


def plan_pulls(requests: Iterable[RequestedPull], *, kubelet: KubeletConfig | None = None, release: Release = LATEST) -> PullPlan:
    """Return when a kubelet pulls what is requested; of requests of one time, those given first come first.

    ``kubelet`` is its configuration, filled in or not: ``serializeImagePulls``, ``maxParallelImagePulls``, ``registryPullQPS`` and
    ``registryBurst``. Its bucket of tokens is full at the first request. ``release`` is the kubelet's.

    >>> plan = plan_pulls([RequestedPull("big", at=0, takes=300), RequestedPull("small", at=1, takes=2)])
    >>> [(pull.request.image, str(pull.waited), str(pull.finished)) for pull in plan.pulls]
    [('big', '0s', '5m0s'), ('small', '4m59s', '5m2s')]
    """
    ordered = sorted(requests, key=_requested)
    queue = PullQueue.start(kubelet, now=ordered[0].at if ordered else 0, release=release)
    return PullPlan(tuple(queue.place(request) for request in ordered))


@attrs.define
class PullQueue:
    """The pulls of a kubelet, each placed as it is asked for; for those who do not know all of them beforehand.

    ``limit`` is how many it pulls at a time, below 1 or ``None`` for any number; ``places`` how many requests wait in the channel of the
    serial puller; ``bucket`` bounds the pulls a second.

    >>> queue = PullQueue.start()
    >>> [str(queue.place(RequestedPull("nginx", at=0, takes=30)).finished) for _ in range(2)]
    ['30s', '1m0s']
    """

    limit: int | None = None
    places: int | None = None
    bucket: TokenBucket | None = None
    _finishes: list[int] = attrs.field(factory=list[int], init=False)
    _started: deque[Duration] = attrs.field(factory=deque[Duration], init=False)

    @classmethod
    def start(cls, kubelet: KubeletConfig | None = None, *, now: DurationLike = 0, release: Release = LATEST) -> PullQueue:
        """Return the queue of a kubelet of ``release`` that starts at ``now``; ``kubelet`` is its configuration, filled in or not."""
        config = default_kubelet_config(KubeletConfig() if kubelet is None else kubelet, release=release).config
        bucket = pull_tokens(config, now=now, release=release)
        if config.serialize_image_pulls:
            return cls(1, QUEUE_PLACES, bucket)
        return cls(config.max_parallel_image_pulls, None, bucket)

    def place(self, request: RequestedPull) -> PlannedPull:
        """Give a request the next place that is free. Requests have to come in the order of their times."""
        queued = request.at
        if self.places is not None and len(self._started) >= self.places:
            queued = max(queued, self._started.popleft())
        waits = self.limit is not None and 1 <= self.limit <= len(self._finishes)
        start = max(queued, Duration(heapq.heappop(self._finishes))) if waits else queued
        allowed = True
        if self.bucket is not None:
            self.bucket, allowed = self.bucket.take(now=start)
        finish = start + request.takes if allowed else start
        if self.limit is not None:
            heapq.heappush(self._finishes, finish.nanoseconds)
        if self.places is not None:
            self._started.append(start)
        return PlannedPull(request, queued, start, finish, not allowed)


def _requested(request: RequestedPull) -> int:
    return request.at.nanoseconds


def _start(pull: PlannedPull) -> int:
    return pull.started.nanoseconds
