"""Pods as they come to a node, with what is there already."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject, NotFound
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.runtime_status import ProbeResult, RuntimeState
from kubecontainers.simulation.placed_pod import DuplicatePod, PlacedPod, placed_pods
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulated_node

JSON = dict[str, Any]
POD: JSON = {"spec": {"containers": [{"name": "app", "image": "app:1"}]}}


def placed(*pods: Any, **script: Any) -> list[PlacedPod]:
    node, cluster = simulated_node(Script.from_json(script), None)
    return list(placed_pods(pods or [POD], node, cluster))


def test_pods_get_their_defaults_and_names() -> None:
    [pod] = placed()
    assert pod.world.pod["metadata"] == {"name": "p", "namespace": "default", "uid": "u"}
    assert pod.world.pod["spec"]["terminationGracePeriodSeconds"] == 30  # type: ignore[index]
    assert POD == {"spec": {"containers": [{"name": "app", "image": "app:1"}]}}


def test_only_what_is_missing_is_named() -> None:
    first, second = placed({**POD, "metadata": {"name": "a", "namespace": "b", "uid": "c", "labels": {}}}, POD)
    assert (first.world.name, str(first.world.coordinates.uid)) == ("b/a", "c")
    assert (second.world.name, second.world.coordinates.uid) == ("default/p-2", "u-2")


def test_existing_containers() -> None:
    """The newest by its creation counts, in whatever order they are given."""
    given = [
        {"name": "app", "state": "running", "attempt": 1, "createdAgoMs": 5000, "startup": "Success"},
        {"name": "app", "state": "exited", "exitCode": 1, "createdAgoMs": 9000, "finishedAgoMs": 6000},
    ]
    [pod] = placed(containers=given)
    newest, before = pod.world.instances.reported(Duration())
    assert (newest.state, newest.restart_count, newest.startup) == (RuntimeState.RUNNING, 1, ProbeResult.SUCCESS)
    assert (before.reason, before.finished_at, before.id) == ("Error", Duration.of(-6), "container-id-1")


def test_back_offs() -> None:
    [pod] = placed(backOff=[{"container": "app", "count": 3, "agoMs": 4000}, {"image": "app:1", "count": 99, "agoMs": 2000}])
    [crash], [pull] = pod.crashes.entries.values(), pod.world.images.back_off.entries.values()
    assert (crash.back_off, crash.last_update) == (Duration.of(40), Duration.of(-4))
    assert (pull.back_off, pull.last_update) == (Duration.of(300), Duration.of(-2))


@pytest.mark.parametrize("script", [{"containers": [{"name": "db"}]}, {"backOff": [{"container": "db"}]}])
def test_a_container_that_the_pod_has_not(script: JSON) -> None:
    with pytest.raises(NotFound, match="no container 'db'"):
        placed(**script)


def test_bad_pods() -> None:
    with pytest.raises(MalformedObject):
        placed(5)
    with pytest.raises(DuplicatePod) as caught:
        placed({**POD, "metadata": {"name": "a"}}, {**POD, "metadata": {"name": "a"}})
    assert (caught.value.name, caught.value) == ("default/a", DuplicatePod("default/a"))
