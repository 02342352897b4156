"""Answers of the room ``lifecycle``: restarting."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, Shape, answering, named

from kubecontainers.apimachinery.backoff import BackOff, restart_back_off
from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.objects import containers
from kubecontainers.apimachinery.release import FeatureGateLocked, FeatureGateUnavailable, Release
from kubecontainers.golang.duration import MILLISECOND, Duration
from kubecontainers.lifecycle.container_actions import ContainerKill, ContainerStart
from kubecontainers.lifecycle.crash_back_off import ContainerRun, PlannedRestart, plan_restarts
from kubecontainers.lifecycle.events import LifecycleEvent
from kubecontainers.lifecycle.pod_actions import pod_actions
from kubecontainers.lifecycle.runtime_status import PodSandbox, ProbeResult, RuntimeContainer, RuntimeState, SandboxState

UNAVAILABLE: dict[type[Exception], Shape] = {
    FeatureGateLocked: named("FeatureGateUnavailable"),
    FeatureGateUnavailable: named("FeatureGateUnavailable"),
}


def release_of(given: Given, minor: str) -> Release:
    return Release(minor).with_gates(given.get("featureGates", {}))


def probe_result(status: Given, probe: str) -> ProbeResult | None:
    return ProbeResult(status[probe]) if probe in status else None


def instance(position: int, status: Given) -> RuntimeContainer:
    return RuntimeContainer(
        status["name"],
        RuntimeState(status["state"]),
        exit_code=status.get("exitCode", 0),
        reason=status.get("reason", ""),
        definition_changed=status.get("changed", False),
        liveness=probe_result(status, "liveness"),
        startup=probe_result(status, "startup"),
        id=f"id{position}",
    )


def indexes(starts: tuple[ContainerStart, ...]) -> list[int]:
    return [start.index for start in starts]


def kills(found: tuple[ContainerKill, ...]) -> list[list[str]]:
    return sorted([kill.name, kill.reason.value, kill.message, kill.instance.id] for kill in found)


def actions(given: Given, minor: str) -> dict[str, Any]:
    statuses = [instance(position, status) for position, status in enumerate(given["statuses"])]
    found = pod_actions(given["pod"], statuses, PodSandbox(SandboxState(given["sandbox"])), release=release_of(given, minor))
    return {
        "killPod": found.kill_pod,
        "createSandbox": found.create_sandbox,
        "attempt": found.attempt,
        "initContainersToStart": indexes(found.init_containers_to_start),
        "containersToStart": indexes(found.containers_to_start),
        "ephemeralContainersToStart": indexes(found.ephemeral_containers_to_start),
        "containersToKill": kills(found.containers_to_kill),
    }


def milliseconds(count: int) -> Duration:
    return Duration(count * MILLISECOND)


def in_milliseconds(time: Duration) -> int:
    return time.nanoseconds // MILLISECOND


def run_of(position: int, run: Given) -> ContainerRun:
    image = f"x:{position}" if run.get("changeSpec") else ""
    return ContainerRun(milliseconds(run["runMs"]), lag=milliseconds(run.get("syncLagMs", 0)), new_image=image)


def step(planned: PlannedRestart) -> dict[str, Any]:
    shown = {
        "crashedAtMs": in_milliseconds(planned.exited_at),
        "inBackOff": planned.found.waits,
        "restartedAtMs": in_milliseconds(planned.restarted_at),
    }
    return shown if planned.found.delay is None else {**shown, "backOff": str(planned.found.delay)}


def event(found: LifecycleEvent) -> dict[str, str]:
    return {"type": found.type.value, "reason": found.reason.value, "message": found.message}


def schedule(given: Given, minor: str) -> dict[str, Any]:
    release, kubelet = release_of(given, minor), KubeletConfig(max_container_restart_period=given.get("maxContainerRestartPeriodSeconds"))
    metadata = {"name": "p", "namespace": "default", "uid": "u"}
    pod: dict[str, Any] = {"metadata": metadata, "spec": {"containers": [{"name": "c", "image": "x"}]}}
    [container] = containers(pod)
    runs = [run_of(position, run) for position, run in enumerate(given["runs"])]
    policy = restart_back_off(kubelet, release=release)
    planned = plan_restarts(BackOff(policy), pod, container, runs, release=release)
    events = sorted({restart.found.event for restart in planned if restart.found.event is not None}, key=lambda found: found.message)
    return {
        "initialSeconds": policy.initial.seconds,
        "maxSeconds": policy.maximum.seconds,
        "steps": [step(restart) for restart in planned],
        "distinctEvents": [event(found) for found in events],
    }


ANSWERS: dict[str, Answer] = {
    "crash_backoff_schedule": answering(schedule, UNAVAILABLE),
    "pod_actions": answering(actions, UNAVAILABLE),
}
