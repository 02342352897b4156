"""Stopping as a process: everything at its time (lifecycle, sections 5 and 6)."""

from __future__ import annotations

from typing import Any

import attrs

from kubecontainers.apimachinery.release import LATEST
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_termination import ContainerTermination, StopBehaviour, StopError
from kubecontainers.lifecycle.grace import KillReason
from kubecontainers.lifecycle.pod_runtime import CallFailure, run_process
from kubecontainers.lifecycle.stopping import stop_container, stop_pod_containers
from kubecontainers.simulation.placed_pod import placed_pods
from kubecontainers.simulation.pod_world import PodWorld
from kubecontainers.simulation.simulate import simulated_node

JSON = dict[str, Any]
HOOK = {"preStop": {"exec": {"command": ["drain"]}}}
POD: JSON = {
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "terminationGracePeriodSeconds": 30,
        "initContainers": [{"name": "proxy", "image": "p:1", "restartPolicy": "Always"}],
        "containers": [{"name": "app", "image": "a:1", "lifecycle": HOOK}],
    },
}


@attrs.define(eq=False)
class Recorder(PodWorld):
    """A world that notes what it is asked for, and stops everything as a test says."""

    behaviours: dict[str, StopBehaviour] = attrs.field(factory=dict[str, StopBehaviour])
    done: list[tuple[str, str]] = attrs.field(factory=list[tuple[str, str]])

    def stop_behaviour(self, instance: str, /, *, now: Duration) -> StopBehaviour:
        return self.behaviours[instance]

    def pre_stop(self, instance: str, _planned: ContainerTermination, /, *, now: Duration) -> None:
        self.done.append((str(now), f"preStop {instance}"))

    def stop_container(self, instance: str, _planned: ContainerTermination, /, *, now: Duration) -> CallFailure | None:
        self.done.append((str(now), f"stop {instance}"))
        error = self.behaviours[instance].stop_error
        return None if error is None else CallFailure(error.value, "NotFound" if error is StopError.NOT_FOUND else "Unknown")


def recorder(**behaviours: StopBehaviour) -> Recorder:
    node, cluster = simulated_node(None, None)
    [placed] = placed_pods([POD], node, cluster)
    world = placed.world
    return Recorder(world.name, world.pod, world.coordinates, world.script, world.node, behaviours=behaviours)


def test_one_container_at_its_times() -> None:
    world = recorder(one=StopBehaviour(hook=5, stop=2))
    process = stop_container(
        world, world.pod, "app", "one", reason=KillReason.LIVENESS_PROBE, message="failed", now=Duration.of(10), release=LATEST
    )
    stopped, now = run_process(process, Duration.of(10))
    assert world.done == [("10s", "preStop one"), ("15s", "stop one")]
    assert (str(stopped.done_at), str(now), stopped.failures) == ("17s", "17s", {})
    assert [(str(event.at), event.event.message) for event in world.events] == [("10s", "failed")]


def test_a_sidecar_waits_for_its_turn() -> None:
    world = recorder(one=StopBehaviour(hook=5, stop=2), two=StopBehaviour(hook=0, stop=1))
    process = stop_pod_containers(world, world.pod, {"proxy": "two", "app": "one"}, override=None, now=Duration(), release=LATEST)
    stopped, _ = run_process(process, Duration())
    assert world.done == [("0s", "preStop one"), ("5s", "stop one"), ("7s", "stop two")]
    assert str(stopped.done_at) == "8s"


def test_what_cannot_be_stopped() -> None:
    """NotFound counts as stopped."""
    failing = StopBehaviour(hook=0, stop=0, stop_error=StopError.FAILED)
    world = recorder(one=failing, two=attrs.evolve(failing, stop_error=StopError.NOT_FOUND))
    process = stop_pod_containers(world, world.pod, {"proxy": "two", "app": "one"}, override=1, now=Duration(), release=LATEST)
    stopped, _ = run_process(process, Duration())
    assert stopped.failures == {"app": CallFailure("error", "Unknown")}


def test_a_hook_that_is_cut_off_fails_later() -> None:
    """The event of its failure has the time at which the hook ends by itself."""
    world = recorder(one=StopBehaviour(hook=60, stop=0, hook_fails=True))
    process = stop_container(world, world.pod, "app", "one", reason=KillReason.UNKNOWN, message="", now=Duration(), release=LATEST)
    stopped, _ = run_process(process, Duration())
    assert str(stopped.done_at) == "30s"
    assert [(str(event.at), event.event.reason.value) for event in world.events] == [("0s", "Killing"), ("1m0s", "FailedPreStopHook")]
