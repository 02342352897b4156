"""The views of simulated timelines, from end to end."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.errors import NotFound
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate
from kubecontainers.simulation.timeline import Timeline
from kubecontainers.simulation.watch import WatchEventType

JSON = dict[str, Any]
IMAGE = "registry.example/shop/web:1.4"


def pod(name: str = "web", **spec: Any) -> JSON:
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-of-{name}"}
    containers = [{"name": "app", "image": IMAGE}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"nodeName": "a", "containers": containers} | spec}


def simulated(script: JSON, *pods: JSON, minor: str = "1.36", until: float = 600) -> Timeline:
    return simulate(pods or (pod(),), Script.from_json(script), cluster=Cluster(Release(minor), Release(minor)), until=until)


MISSING_SECRET = {"images": {IMAGE: {"pulls": [{"ms": 1000, "error": "pull access denied"}]}}}
STUBBORN = {"deleteAtMs": 10_000, "behaviour": {"app": {"stopMs": -1}}}


def test_events_of_a_pull_that_fails() -> None:
    timeline = simulated(MISSING_SECRET, until=35)
    assert timeline.describe("web", at=35).replace(IMAGE, "IMAGE") == (
        "Events:\n"
        "  Type     Reason   Age               From     Message\n"
        "  ----     ------   ----              ----     -------\n"
        '  Normal   BackOff  13s               kubelet  spec.containers{app}: Back-off pulling image "IMAGE"\n'
        "  Warning  Failed   13s               kubelet  spec.containers{app}: Error: ImagePullBackOff\n"
        '  Normal   Pulling  3s (x3 over 35s)  kubelet  spec.containers{app}: Pulling image "IMAGE"\n'
        '  Warning  Failed   2s (x3 over 34s)  kubelet  spec.containers{app}: Failed to pull image "IMAGE": rpc error: code = Unknown '
        "desc = pull access denied\n"
        "  Warning  Failed   2s (x3 over 34s)  kubelet  spec.containers{app}: Error: ErrImagePull\n"
    )


def test_what_an_operator_sees_of_it() -> None:
    def waits(obj: Any) -> str:
        return str(obj["status"]["containerStatuses"][0]["state"]["waiting"]["reason"])

    added, *modified = simulated(MISSING_SECRET, until=35).watch_events("web")
    seen = [(event.at.seconds, waits(event.object)) for event in modified]
    assert added.type is WatchEventType.ADDED
    assert seen == [(0, "ContainerCreating"), (11, "ErrImagePull"), (32, "ImagePullBackOff")]


def test_a_slow_termination() -> None:
    last = [(event.at.seconds, event.type.value) for event in simulated(STUBBORN).watch_events()][-4:]
    assert last == [(10, "MODIFIED"), (40, "MODIFIED"), (40, "MODIFIED"), (40, "DELETED")]


def test_a_chart() -> None:
    assert simulated(STUBBORN).to_text(width=47, ascii_only=True) == (
        "shop/web  Pending 0s, Running 0s, deleted 10s, Failed 40s, stopped 40s\n"
        "  app  ==========tttttttttttttttttttttttttttttt\n"
        "       '              '              '\n"
        "       0s             15s            30s\n"
        "= runs   t is stopped\n"
    )


def test_a_picture() -> None:
    timeline = simulated(STUBBORN)
    assert ET.fromstring(timeline.to_svg(width=500)).get("width") == "500"  # noqa: S314  (made here)
    assert timeline.to_svg() == simulated(STUBBORN).to_svg()


def test_ready() -> None:
    slow = {"images": {IMAGE: {"pulls": [{"ms": 90_000}]}}}
    timeline = simulated(slow)
    assert timeline.ready_at("shop/web") == Duration.of(90)
    assert simulated(MISSING_SECRET).ready_at("web") is None
    with pytest.raises(NotFound):
        timeline.ready_at("db")


def test_the_same_script_gives_the_same_views() -> None:
    one, other = simulated(MISSING_SECRET), simulated(MISSING_SECRET)
    assert (one.to_text(), one.to_svg(), one.describe("web")) == (other.to_text(), other.to_svg(), other.describe("web"))
    assert [event.to_json() for event in one.watch_events()] == [event.to_json() for event in other.watch_events()]
