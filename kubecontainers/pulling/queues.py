"""In which order, and how many at a time, a kubelet pulls images (``pkg/kubelet/images/puller.go`` and ``helpers.go``).

Serially, one worker takes the requests as they come: ten wait in its channel, who comes later blocks until a place is free, also in the
order of coming. In parallel every request starts at once, or when one of ``maxParallelImagePulls`` places is free; who gets it is chance in
Kubernetes, and here who came first. Either way a pull that finds no token when it starts fails at once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..apimachinery.cluster import KubeletConfig, default_kubelet_config
from ..apimachinery.durations import to_duration
from ..apimachinery.release import LATEST, Release
from ..golang.duration import Duration, DurationLike
from .image_runtime import elapsed
from .token_bucket import TokenBucket, pull_tokens

__all__ = ["QUEUE_PLACES", "PlannedPull", "PullPlan", "RequestedPull", "plan_pulls"]

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
    config = default_kubelet_config(KubeletConfig() if kubelet is None else kubelet, release=release).config
    ordered = sorted(requests, key=_requested)
    limit = 1 if config.serialize_image_pulls else config.max_parallel_image_pulls
    starts = ordered[0].at if ordered else Duration()
    bucket = pull_tokens(config, now=starts, release=release)
    places = QUEUE_PLACES if config.serialize_image_pulls else None
    return PullPlan(tuple(_planned(ordered, limit, places, bucket)))


def _requested(request: RequestedPull) -> int:
    return request.at.nanoseconds


def _start(pull: PlannedPull) -> int:
    return pull.started.nanoseconds


def _planned(requests: Sequence[RequestedPull], limit: int | None, places: int | None, bucket: TokenBucket | None) -> Iterator[PlannedPull]:
    """Give each request, in their order, the next place that is free; ``limit`` below 1 is none."""
    finishes: list[int] = []
    started: list[Duration] = []
    for number, request in enumerate(requests):
        full = places is not None and number >= places
        queued = max(request.at, started[number - places]) if full and places is not None else request.at
        waits = limit is not None and 1 <= limit <= len(finishes)
        start = max(queued, Duration(heapq.heappop(finishes))) if waits else queued
        allowed = True
        if bucket is not None:
            bucket, allowed = bucket.take(now=start)
        finish = start + request.takes if allowed else start
        heapq.heappush(finishes, finish.nanoseconds)
        started.append(start)
        yield PlannedPull(request, queued, start, finish, not allowed)
