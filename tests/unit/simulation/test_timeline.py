"""A timeline of a whole node."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.errors import NotFound
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate
from kubecontainers.simulation.timeline import Timeline


def pod(namespace: str, name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}}


@pytest.fixture(scope="module")
def timeline() -> Timeline:
    script = Script.from_json({"pods": {"b": {"createAtMs": 1000}, "db/a": {"createAtMs": 2000}}})
    return simulate([pod("shop", "a"), pod("shop", "b"), pod("db", "a")], script, cluster=Cluster(Release("1.34")), until=60)


def test_by_name(timeline: Timeline) -> None:
    assert [timeline.pod(name).name for name in ("b", "shop/a", "db/a")] == ["shop/b", "shop/a", "db/a"]
    assert timeline.status("b", 1)["phase"] == "Running"
    for name in ("a", "c", "db/b"):
        with pytest.raises(NotFound, match="there is no pod"):
            timeline.pod(name)


def test_calls_and_events_of_all_pods_are_in_the_order_of_time(timeline: Timeline) -> None:
    assert [(str(call.at), call.pod) for call in timeline.calls if call.kind.value == "StartContainer"] == [
        ("0s", "shop/a"),
        ("1s", "shop/b"),
        ("2s", "db/a"),
    ]
    assert [str(event.at) for event in timeline.events] == ["0s"] * 3 + ["1s"] * 3 + ["2s"] * 3


def test_size_and_json(timeline: Timeline) -> None:
    assert timeline.size == sum(len(found.calls) + len(found.events) + len(found.changes) + len(found.syncs) for found in timeline.pods)
    made = timeline.to_json()
    assert (made["release"], made["until"], len(made["pods"])) == ("1.34", "1m0s", 3)  # type: ignore[arg-type]


def test_nothing() -> None:
    assert (Timeline().calls, Timeline().events, Timeline().size, Timeline().until) == ((), (), 0, Duration())
