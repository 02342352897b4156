"""A scripted runtime: what it answers, and what it notes."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_termination import StopBehaviour, StopError
from kubecontainers.lifecycle.grace import KillReason
from kubecontainers.lifecycle.pod_runtime import CallFailure, run_process
from kubecontainers.lifecycle.runtime_status import RuntimeState, SandboxState
from kubecontainers.lifecycle.stopping import stop_container
from kubecontainers.lifecycle.waiting_reasons import StartStep
from kubecontainers.simulation.placed_pod import PlacedPod, placed_pods
from kubecontainers.simulation.pod_world import PodWorld
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulated_node

JSON = dict[str, Any]


def seconds(count: float) -> Duration:
    return Duration.of(count)


def placed(lifecycle: JSON | None = None, **script: Any) -> PlacedPod:
    container: JSON = {"name": "app", "image": "app:1", "lifecycle": lifecycle or {}}
    pod: JSON = {"metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"}, "spec": {"containers": [container]}}
    node, cluster = simulated_node(Script.from_json(script), None)
    return next(placed_pods([pod], node, cluster))


def running(behaviour: JSON, lifecycle: JSON | None = None) -> tuple[PodWorld, str]:
    pod = placed(lifecycle, behaviour={"app": behaviour})
    created = pod.world.create_container(pod.found["app"], 0, now=Duration())
    pod.world.start_container(created.id, now=Duration())
    return pod.world, created.id


def stopped(world: PodWorld, instance: str, at: float) -> Duration:
    found, _ = run_process(
        stop_container(
            world, world.pod, "app", instance, reason=KillReason.UNKNOWN, message="", now=seconds(at), release=world.node.release
        ),
        seconds(at),
    )
    return found.done_at


def ended(world: PodWorld) -> tuple[Duration | None, int, str]:
    [app] = world.instances.reported(seconds(10_000))
    return app.finished_at, app.exit_code, app.reason


class TestSandboxes:
    def test_made_and_stopped(self) -> None:
        world = placed(sandboxRuns=[{"ms": 500, "error": "{id} has no network"}, {}]).world
        first, second = world.run_sandbox(0, now=Duration()), world.run_sandbox(0, now=seconds(1))
        assert (first.took, first.failure) == (seconds(0.5), CallFailure("container-id-1 has no network", "Unknown"))
        assert (second.failure, world.sandbox.state, world.address) == (None, SandboxState.READY, "10.0.0.5")
        world.stop_sandboxes(now=seconds(2))
        assert (world.sandbox.state, world.address) == (SandboxState.NOT_READY, "")

    def test_all_are_stopped_the_newest_first(self) -> None:
        world = placed(sandboxes=[{"state": "notReady", "attempt": 0}, {"attempt": 1}]).world
        world.stop_sandboxes(now=Duration())
        assert [call.target for call in world.calls] == ["sandbox#1", "sandbox#0"]


class TestContainers:
    def test_ids_count_through_all_that_was_tried(self) -> None:
        pod = placed(behaviour={"app": {"create": [{"error": "raw:{id} exists"}, {}]}}, sandboxes=[{}])
        failed, made = (pod.world.create_container(pod.found["app"], 0, now=Duration()) for _ in range(2))
        assert failed.answer.failure == CallFailure("container-id-2 exists")
        assert made.id == "container-id-3"

    def test_errors_of_the_kubelet_are_taken_as_they_are(self) -> None:
        world = placed(behaviour={"app": {"options": [{"error": "raw:{id}"}, {}]}}).world
        assert [world.prepare(StartStep.CONFIGURE, "app") for _ in range(3)] == ["raw:{id}", None, None]
        assert world.prepare(StartStep.PRE_START, "app") is None

    def test_calls_take_their_time(self) -> None:
        pod = placed(behaviour={"app": {"create": [{"ms": 1000}], "start": [{"ms": 2000}], "runs": [{"runMs": 5000}]}})
        created = pod.world.create_container(pod.found["app"], 0, now=Duration())
        pod.world.start_container(created.id, now=seconds(1))
        states = [[one.state for one in pod.world.instances.reported(seconds(at))] for at in (0, 1, 3, 8)]
        assert states == [[], [RuntimeState.CREATED], [RuntimeState.RUNNING], [RuntimeState.EXITED]]

    def test_a_start_that_fails_uses_no_run(self) -> None:
        pod = placed(behaviour={"app": {"start": [{"error": "no"}, {}], "runs": [{"runMs": 1}, {}]}})
        for attempt in range(2):
            created = pod.world.create_container(pod.found["app"], attempt, now=Duration())
            pod.world.start_container(created.id, now=Duration())
        newest, before = pod.world.instances.reported(seconds(1))
        assert (newest.state, before.state) == (RuntimeState.EXITED, RuntimeState.CREATED)


class TestStops:
    """Starting, scripted node: after stopMs, or at the time-out with 137; its own end, if that comes earlier."""

    @pytest.mark.parametrize(
        ("behaviour", "expected"),
        [
            ({"stopMs": 2000, "stopExitCode": 143}, (seconds(7), 143, "Error")),
            ({"stopMs": -1}, (seconds(35), 137, "Error")),
            ({"stopMs": 4000, "runs": [{"runMs": 6000}]}, (seconds(6), 0, "Completed")),
            ({"stopMs": 1000, "stopExitCode": 3, "runs": [{"runMs": 6000}]}, (seconds(6), 3, "Error")),
            ({"runs": [{"runMs": 3000, "exitCode": 9, "reason": "OOMKilled"}]}, (seconds(3), 9, "OOMKilled")),
            ({"stopError": "stuck"}, (None, 0, "")),
            ({"stopError": "notfound:gone"}, (None, 0, "")),
        ],
    )
    def test_how_it_ends(self, behaviour: JSON, expected: tuple[Duration | None, int, str]) -> None:
        world, instance = running(behaviour)
        stopped(world, instance, 5)
        assert ended(world) == expected

    def test_errors_are_used_up(self) -> None:
        world, instance = running({"stopError": ["stuck", ""], "stopMs": 1000})
        assert (stopped(world, instance, 5), ended(world)[0]) == (seconds(5), None)
        assert (stopped(world, instance, 8), ended(world)[0]) == (seconds(9), seconds(9))

    def test_hooks_are_used_up_where_they_run(self) -> None:
        hook = {"preStop": {"exec": {"command": ["drain"]}}}
        world, instance = running({"preStop": [{"ms": 1000, "exitCode": 1}, {"ms": 2000}]}, hook)
        first = world.stop_behaviour(instance, now=seconds(5))
        assert first == StopBehaviour(1, 0, hook_fails=True)
        stopped(world, instance, 5)
        assert world.stop_behaviour(instance, now=seconds(5)).hook == seconds(2)

    def test_a_sleep_uses_up_nothing(self) -> None:
        world, instance = running({"preStop": [{"ms": 1000}, {"ms": 2000}]}, {"preStop": {"sleep": {"seconds": 4}}})
        stopped(world, instance, 5)
        assert world.stop_behaviour(instance, now=seconds(5)).hook == seconds(1)

    def test_the_errors_of_a_runtime(self) -> None:
        kinds = [
            running({"stopError": text})[0].stop_behaviour("container-id-1", now=Duration()).stop_error for text in ("x", "notfound:x")
        ]
        assert kinds == [StopError.FAILED, StopError.NOT_FOUND]


def test_a_restart_forgets_what_was_to_come() -> None:
    hook = {"preStop": {"exec": {"command": ["drain"]}}}
    world, instance = running({"preStop": [{"ms": 60_000, "exitCode": 1}]}, hook)
    stopped(world, instance, 5)
    world.restart(seconds(20))
    assert [str(event.at) for event in world.events] == ["5s"]
    assert [str(call.at) for call in world.calls] == ["0s", "0s", "5s"]
