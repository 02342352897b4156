"""Simulations as a whole: their arguments, and that they take time only where something happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import Cluster, KubeletConfig
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import DEFAULT_UNTIL, simulate
from kubecontainers.simulation.spans import SpanKind

POD: dict[str, Any] = {"spec": {"containers": [{"name": "app", "image": "app:1"}]}}
CRASHING = Script.from_json({"behaviour": {"app": {"runs": [{"runMs": 1000, "exitCode": 1}]}}})


def test_no_pods() -> None:
    timeline = simulate([])
    assert (timeline.pods, timeline.until) == ((), DEFAULT_UNTIL)


@pytest.mark.parametrize("until", [Duration.of(40), timedelta(seconds=40), 40, 40.0])
def test_until(until: Any) -> None:
    assert [str(call.at) for call in simulate([POD], CRASHING, until=until).calls if call.kind.value == "StartContainer"] == [
        "0s",
        "1s",
        "12s",
        "33s",
    ]


@pytest.mark.parametrize("until", [-1, float("nan"), 10**30, 101 * 365 * 24 * 3600])
def test_until_what_time_cannot_come(until: float) -> None:
    with pytest.raises(InvalidDuration):
        simulate([POD], until=until)


def test_the_kubelets_release_and_configuration_count() -> None:
    cluster = Cluster(Release("1.36"), Release("1.34"))
    assert simulate([POD], cluster=cluster).release == Release("1.34")
    assert simulate([POD], cluster=cluster).events[1].event.message == "Created container: app"
    quick = Cluster(kubelet=KubeletConfig(max_container_restart_period=2))
    starts = [str(call.at) for call in simulate([POD], CRASHING, cluster=quick, until=9).calls if call.kind.value == "StartContainer"]
    assert starts == ["0s", "1s", "4s", "7s"]


def test_a_script_can_configure_the_kubelet() -> None:
    script = {**CRASHING.to_json(), "kubelet": {"crashLoopBackOff": {"maxContainerRestartPeriod": "2s"}}}
    starts = [str(call.at) for call in simulate([POD], script, until=9).calls if call.kind.value == "StartContainer"]
    assert starts == ["0s", "1s", "4s", "7s"]


def test_a_day_of_a_crash_loop_is_some_hundreds_of_restarts() -> None:
    """Delays of 0, 10, 20, 40, 80 and 160 s, then 300 s each; each run takes a second. The work is bounded by what happens."""
    timeline = simulate([POD], CRASHING, until=24 * 3600)
    starts = [call for call in timeline.calls if call.kind.value == "StartContainer"]
    first = 1 + 1 + 11 + 21 + 41 + 81 + 161
    assert len(starts) == 7 + (24 * 3600 - first + 1) // 301
    assert len(timeline.pods[0].syncs) < 7 * len(starts)


def test_pods_are_not_changed() -> None:
    before = repr(POD)
    simulate([POD], Script.from_json({"deleteAtMs": 1000}))
    assert repr(POD) == before


def test_a_hook_that_sleeps_after_the_start() -> None:
    app = {"name": "app", "image": "app:1", "lifecycle": {"postStart": {"sleep": {"seconds": 5}}}}
    [pod] = simulate([{"metadata": {"name": "web"}, "spec": {"containers": [app]}}]).pods
    assert [(str(span.begin), str(span.end)) for span in pod.spans if span.kind is SpanKind.POST_START] == [("0s", "5s")]


def test_an_image_that_cannot_be_inspected() -> None:
    pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}}
    timeline = simulate([pod], Script.from_json({"images": {"app:1": {"inspectError": "i/o timeout"}}}), until=5)
    assert [event.event.reason.value for event in timeline.events][:2] == ["InspectFailed", "Failed"]
