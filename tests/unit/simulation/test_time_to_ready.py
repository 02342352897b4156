"""How long it takes until pods are ready."""

from __future__ import annotations

from typing import Any

from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.time_to_ready import time_to_ready

IMAGE = "registry.example/shop/web:1.4"


def pod(name: str = "web") -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"containers": [{"name": "app", "image": IMAGE}]}}


def test_time_to_ready() -> None:
    slow = {"images": {IMAGE: {"pulls": [{"ms": 90_000}]}}, "pods": {"late": {"createAtMs": 95_000}}}
    first, late = time_to_ready([pod(), pod("late")], Script.from_json(slow))
    assert (first.pod, first.ready_at, first.took) == ("shop/web", Duration.of(90), Duration.of(90))
    assert (late.pod, late.created_at, late.took) == ("shop/late", Duration.of(95), Duration())
    assert [found.ready_at for found in time_to_ready([pod()], Script.from_json(slow), until=60)] == [None]
