"""One sync of a pod (starting, section 4), played through in scripted worlds; what is expected is read from the chapter."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.credentials.credential import ObjectCoordinates
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.pod_runtime import CallAnswer, CallFailure, run_process
from kubecontainers.lifecycle.pod_sync import SyncAction, SyncResult, kill_pod
from kubecontainers.lifecycle.reason_cache import StartFailure, StartResult
from kubecontainers.simulation.once import SyncedOnce, sync_once
from kubecontainers.simulation.pod_world import PodWorld
from kubecontainers.simulation.script import PodScript, Script
from kubecontainers.simulation.simulate import simulated_node

JSON = dict[str, Any]
READY: JSON = {"sandboxes": [{"state": "ready", "attempt": 0}]}
NAME = "web_shop(8c3a)"


def pod_of(*containers: JSON, **spec: Any) -> JSON:
    made = [{"image": "app:1", **container} for container in containers or ({"name": "app"},)]
    return {"metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"}, "spec": {"containers": made, **spec}}


def init(name: str, **more: Any) -> JSON:
    return {"name": name, "image": "app:1", **more}


def synced(pod: JSON, release: Release = LATEST, **script: Any) -> SyncedOnce:
    return sync_once(pod, Script.from_json(script), cluster=Cluster(release))


def results(found: SyncedOnce) -> list[tuple[str, str, str]]:
    return [(result.action.value, result.target, result.error) for result in found.outcome.results]


def calls(found: SyncedOnce) -> list[tuple[str, str, str]]:
    return [(str(call.at), call.kind.value, call.target) for call in found.calls]


class TestSandbox:
    def test_a_new_pod(self) -> None:
        found = synced(pod_of())
        assert results(found) == [("KillPodSandbox", "8c3a", ""), ("CreatePodSandbox", NAME, ""), ("StartContainer", "app", "")]
        assert "SandboxChanged" not in {event.event.reason.value for event in found.events}
        assert results(synced(pod_of(), Release("1.35")))[2] == ("ConfigPodSandbox", NAME, "")

    def test_a_sandbox_that_is_replaced(self) -> None:
        """Containers that run are killed side by side, then the sandbox; init containers go altogether."""
        instances = [
            {"name": name, "state": state, "createdAgoMs": ago} for name, state, ago in (("setup", "exited", 9), ("app", "running", 5))
        ]
        world: JSON = {"behaviour": {"app": {"stopMs": 4000}}, "sandboxes": [{"state": "notReady", "attempt": 2}], "containers": instances}
        found = synced(pod_of(initContainers=[init("setup")]), **world)
        assert calls(found)[:4] == [
            ("0s", "StopContainer", "app#0"),
            ("4s", "StopPodSandbox", "sandbox#2"),
            ("4s", "RemoveContainer", "setup#0"),
            ("4s", "RunPodSandbox", "sandbox#3"),
        ]
        assert results(found)[:3] == [("KillContainer", "app", ""), ("KillPodSandbox", "8c3a", ""), ("CreatePodSandbox", NAME, "")]
        first = found.events[0].event
        assert (first.reason.value, first.message, first.field_path) == (
            "SandboxChanged",
            "Pod sandbox changed, it will be killed and re-created.",
            "",
        )
        assert calls(found)[4] == ("4s", "CreateContainer", "setup#1")  # the instance that was removed still counts

    def test_a_sandbox_that_cannot_be_made_ends_the_sync(self) -> None:
        found = synced(pod_of(), sandboxRuns=[{"ms": 2000, "error": "no network"}])
        last = found.outcome.results[-1]
        text = "rpc error: code = Unknown desc = no network"
        assert (last.error, last.message) == ("CreatePodSandboxError", f'Failed to create sandbox for pod "{NAME}": {text}')
        assert [(str(event.at), event.event.message, event.event.field_path) for event in found.events] == [
            ("2s", f"Failed to create pod sandbox: {text}", "")
        ]
        assert (found.outcome.failed, str(found.outcome.done_at)) == (True, "2s")


class TestKills:
    def test_one_container_by_itself_with_the_grace_of_its_probe(self) -> None:
        probe = {"exec": {"command": ["up"]}, "terminationGracePeriodSeconds": 7}
        instance = {"name": "app", "state": "running", "liveness": "Failure"}
        found = synced(pod_of({"name": "app", "livenessProbe": probe}), containers=[instance], **READY)
        assert results(found) == [("KillContainer", "app", ""), ("StartContainer", "app", "")]
        assert found.calls[0].timeout_seconds == 7
        assert found.events[0].event.message == "Container app failed liveness probe, will be restarted"

    def test_what_cannot_be_stopped_ends_the_sync(self) -> None:
        instance = {"name": "app", "state": "running", "changed": True}
        found = synced(pod_of(), containers=[instance], behaviour={"app": {"stopError": "stuck"}}, **READY)
        [result] = found.outcome.results
        assert (result.error, result.message) == ("KillContainerError", "rpc error: code = Unknown desc = stuck")

    def test_a_pod_that_cannot_be_stopped_loses_its_sandbox_all_the_same(self) -> None:
        instance = {"name": "app", "state": "running"}
        world: JSON = {"containers": [instance], "behaviour": {"app": {"stopError": "stuck"}}, "sandboxes": [{"state": "notReady"}]}
        found = synced(pod_of(), **world)
        assert results(found) == [("KillContainer", "app", "KillContainerError"), ("KillPodSandbox", "8c3a", "")]
        assert [kind for _, kind, _ in calls(found)] == ["StopContainer", "StopPodSandbox"]

    def test_killed_without_a_new_sandbox_the_sync_goes_on(self) -> None:
        """An init container that failed for good: the ephemeral container is started although the sandbox was just stopped."""
        pod = pod_of(initContainers=[init("setup")], ephemeralContainers=[init("shell")], restartPolicy="Never")
        instance = {"name": "setup", "state": "exited", "exitCode": 1}
        found = synced(pod, containers=[instance], **READY)
        assert results(found) == [("KillPodSandbox", "8c3a", ""), ("StartContainer", "shell", "")]

    def test_init_containers_are_pruned(self) -> None:
        """Dead ones but the newest of each; what was only created stays."""
        given = [("exited", 0, 90), ("exited", 1, 80), ("created", 2, 70), ("unknown", 3, 60), ("running", 4, 50)]
        instances = [{"name": "proxy", "state": state, "attempt": attempt, "createdAgoMs": ago} for state, attempt, ago in given]
        found = synced(pod_of(initContainers=[init("proxy", restartPolicy="Always")]), containers=instances, **READY)
        assert [target for _, kind, target in calls(found) if kind == "RemoveContainer"] == ["proxy#1", "proxy#0"]


class TestStarts:
    def test_a_plain_init_container_that_fails_ends_the_sync(self) -> None:
        pod = pod_of(initContainers=[init("setup"), init("later")], ephemeralContainers=[init("shell")])
        found = synced(pod, behaviour={"setup": {"options": [{"error": "no key"}]}}, **READY)
        assert results(found) == [("StartContainer", "shell", ""), ("StartContainer", "setup", "CreateContainerConfigError")]

    def test_a_sidecar_that_fails_is_passed_over(self) -> None:
        sidecars = [init(name, restartPolicy="Always") for name in ("proxy", "logs")]
        gone = [{"name": name, "state": "exited", "createdAgoMs": 9000, "finishedAgoMs": 5000} for name in ("proxy", "logs")]
        running = {"name": "app", "state": "running", "createdAgoMs": 8000}
        found = synced(
            pod_of(initContainers=sidecars), containers=[*gone, running], behaviour={"proxy": {"create": [{"error": "raw:no"}]}}, **READY
        )
        assert results(found) == [("StartContainer", "proxy", "CreateContainerError"), ("StartContainer", "logs", "")]

    def test_other_containers_go_on_without_the_one_that_failed(self) -> None:
        found = synced(pod_of({"name": "a"}, {"name": "b"}), behaviour={"a": {"start": [{"ms": 2000, "error": "raw:no"}]}}, **READY)
        assert results(found) == [("StartContainer", "a", "RunContainerError"), ("StartContainer", "b", "")]
        assert calls(found)[-1] == ("2s", "StartContainer", "b#0")
        assert found.outcome.start_results == (StartResult("a", StartFailure("RunContainerError", "no")), StartResult("b"))

    def test_crash_back_off(self) -> None:
        """Three restarts in a row: 40 s from the exit 15 s ago; nothing is pulled."""
        crashed = {"name": "app", "state": "exited", "exitCode": 1, "createdAgoMs": 16_000, "finishedAgoMs": 15_000}
        found = synced(pod_of(), containers=[crashed], backOff=[{"container": "app", "count": 3, "agoMs": 16_000}], **READY)
        assert found.outcome.results == (
            SyncResult(
                SyncAction.START_CONTAINER,
                "app",
                "CrashLoopBackOff",
                f"back-off 40s restarting failed container=app pod={NAME}",
                Duration.of(25),
            ),
        )
        assert [event.event.reason.value for event in found.events] == ["BackOff"]
        assert found.calls == ()

    def test_the_back_off_moves_on_before_the_start_is_tried(self) -> None:
        crashed = {"name": "app", "state": "exited", "exitCode": 1, "createdAgoMs": 90_000, "finishedAgoMs": 80_000}
        found = synced(pod_of(), containers=[crashed], behaviour={"app": {"create": [{"error": "raw:no"}]}}, **READY)
        assert [str(entry.back_off) for entry in found.outcome.back_off.entries.values()] == ["10s"]


class TestImageVolumes:
    def pod(self) -> JSON:
        mounts = [{"name": name} for name in ("data", "more", "tmp")]
        images = [{"name": name, "image": {"reference": f"{name}:1"}} for name in ("data", "more")]
        return pod_of({"name": "app", "volumeMounts": mounts}, {"name": "other"}, volumes=[*images, {"name": "tmp", "emptyDir": {}}])

    def script(self) -> JSON:
        broken = {f"{name}:1": {"pulls": [{"ms": 1000, "error": f"raw:no {name}"}]} for name in ("data", "more")}
        return {"images": broken, **READY}

    def test_a_failure_fails_the_containers_that_mount_it(self) -> None:
        """The last failing mount wins; the events of the pulls are the pod's, the one of the container its own."""
        found = synced(self.pod(), **self.script())
        assert results(found) == [("StartContainer", "app", "ErrImagePull"), ("StartContainer", "other", "")]
        assert found.outcome.results[0].message == "no more"
        assert found.outcome.results[0].retry_at == Duration.of(12)
        told = [(str(event.at), event.event.reason.value, event.event.field_path) for event in found.events[:5]]
        assert told == [
            ("0s", "Pulling", ""),
            ("1s", "Failed", ""),
            ("1s", "Pulling", ""),
            ("2s", "Failed", ""),
            ("2s", "Failed", "spec.containers{app}"),
        ]

    @pytest.mark.parametrize(("release", "pulls"), [("1.30", 0), ("1.34", 0), ("1.35", 2)])
    def test_from_which_release_on(self, release: str, pulls: int) -> None:
        found = synced(self.pod(), Release(release), **self.script())
        assert sum(call.kind.value == "PullImage" for call in found.calls) == pulls

    def test_in_every_sync(self) -> None:
        running = [{"name": name, "state": "running"} for name in ("app", "other")]
        found = synced(self.pod(), containers=running, **self.script())
        assert found.outcome.results == ()
        assert sum(call.kind.value == "PullImage" for call in found.calls) == 2


class StuckSandboxes(PodWorld):
    """A world whose sandboxes cannot be stopped, and it takes 3 s to say so."""

    def stop_sandboxes(self, /, *, now: Duration) -> CallAnswer:
        return CallAnswer(now + Duration.of(3), CallFailure("stuck", "Unknown"))


def test_a_sandbox_that_cannot_be_stopped() -> None:
    node, _ = simulated_node(None, None)
    world = StuckSandboxes("shop/web", pod_of(), ObjectCoordinates("shop", "web", "8c3a"), PodScript(), node)
    killed, _ = run_process(kill_pod(world, world.pod, (), now=Duration()), Duration())
    assert (killed.failed, str(killed.done_at)) == (True, "3s")
    text = "rpc error: code = Unknown desc = stuck"
    assert killed.results == (SyncResult(SyncAction.KILL_POD_SANDBOX, "8c3a", "KillPodSandboxError", text),)
