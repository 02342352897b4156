"""How long it takes until pods are ready: the question behind many a test of an operator."""

from __future__ import annotations

from collections.abc import Iterable

from ..apimachinery.cluster import Cluster
from ..apimachinery.objects import JSONObject, Pod
from ..golang.duration import DurationLike
from .readiness import ReadyTime, ready_times
from .script import Script
from .simulate import DEFAULT_UNTIL, simulate

__all__ = ["time_to_ready"]


def time_to_ready(
    pods: Iterable[Pod | JSONObject],
    script: Script | JSONObject | None = None,
    *,
    cluster: Cluster | None = None,
    until: DurationLike = DEFAULT_UNTIL,
) -> tuple[ReadyTime, ...]:
    """Return when each pod is ready for the first time, in the order of the pods.

    The arguments and the errors are those of ``simulate``.

    >>> pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "nginx:1.27"}]}}
    >>> [found] = time_to_ready([pod], {"images": {"nginx:1.27": {"pulls": [{"ms": 90000}]}}})
    >>> found.took
    Duration('1m30s')
    """
    timeline = simulate(pods, script, cluster=cluster, until=until)
    return ready_times(timeline.pods, release=timeline.release)
