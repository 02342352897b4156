"""A full node for an hour of virtual time: pods that pull, run hooks, crash, come back and are deleted."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate

from .table import Row

PODS, FEW = 10_000, 1_000
HOUR = 3600
HOOKS = {"postStart": {"exec": {"command": ["warm-up"]}}, "preStop": {"exec": {"command": ["drain"]}}}
SCRIPT: dict[str, Any] = {
    "kubelet": {"serializeImagePulls": False, "maxParallelImagePulls": 20, "registryPullQPS": 0},
    "images": {f"registry.example/app:{number}": {"pulls": [{"ms": 4000}], "sizeBytes": 50_000_000} for number in range(50)}
    | {"registry.example/broken:1": {"pulls": [{"ms": 300, "error": "unauthorized"}]}},
    "behaviour": {
        "app": {"postStart": [{"ms": 700}], "preStop": [{"ms": 3000}], "stopMs": 2000, "runs": [{"runMs": 900_000, "exitCode": 1}]},
        "job": {"runs": [{"runMs": 30_000, "exitCode": 0}]},
    },
}


def pod(number: int) -> dict[str, Any]:
    """Return one of the pods: of a hundred one cannot be pulled, every fifth is a job, all others crash every quarter of an hour."""
    name, image = f"pod-{number}", f"registry.example/app:{number % 50}"
    containers: list[dict[str, Any]] = [{"name": "app", "image": image, "lifecycle": HOOKS}]
    policy = "Always"
    if number % 100 == 7:
        containers.append({"name": "broken", "image": "registry.example/broken:1"})
    elif number % 5 == 0:
        containers, policy = [{"name": "job", "image": image}], "OnFailure"
    return {"metadata": {"name": name, "namespace": "shop", "uid": name}, "spec": {"containers": containers, "restartPolicy": policy}}


def script(pods: int) -> Script:
    """Return what happens to so many pods: they come one after the other in the first half hour, and a third is deleted again."""
    step = HOUR * 1000 // 2 // pods
    own = {
        f"pod-{number}": {"createAtMs": number * step} | ({"deleteAtMs": number * step + 1_200_000} if number % 3 == 0 else {})
        for number in range(pods)
    }
    return Script.from_json(SCRIPT | {"pods": own})


def rows() -> list[Row]:
    """Measure an hour of a node with many pods, how much memory a timeline takes, and a day of one pod that crashes."""
    return [_day(), *_hour(), *(_memory(count) for count in (FEW // 2, FEW))]


def _day() -> Row:
    crashing = Script.from_json(SCRIPT | {"behaviour": {"app": {"runs": [{"runMs": 1000, "exitCode": 1}]}}})
    start = time.perf_counter()
    day = simulate([pod(1)], crashing, until=24 * HOUR)
    taken = time.perf_counter() - start
    [one] = day.pods
    return Row(f"a day of one pod that crashes, {len(one.syncs):,} syncs", f"{taken * 1e3:.0f} ms", "", "", "milliseconds")


def _hour() -> list[Row]:
    pods, world = [pod(number) for number in range(PODS)], script(PODS)
    start = time.perf_counter()
    timeline = simulate(pods, world, until=HOUR)
    taken = time.perf_counter() - start
    events = len(timeline.events)
    return [
        Row(f"an hour of a node with {PODS:,} pods", f"{taken:.1f} s", "", "", "under 60 s"),
        Row(f"the same, {events:,} events", f"{events / taken:,.0f} a second", "", "", ""),
    ]


def _memory(count: int) -> Row:
    pods, world = [pod(number) for number in range(count)], script(count)
    tracemalloc.start()
    kept = simulate(pods, world, until=HOUR)
    now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    events = len(kept.events)
    what = f"memory of {count:,} pods, {events:,} events: kept, and at the most"
    return Row(what, f"{now / 1e6:.1f} MB, {most / 1e6:.1f} MB", f"{now / events:,.0f} bytes an event", "", "as the events")
