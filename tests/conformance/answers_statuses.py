"""Answers of the room ``lifecycle``: statuses."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, Shape, answering, named

from kubecontainers.apimachinery.release import FeatureGateLocked, FeatureGateUnavailable, Release
from kubecontainers.golang.duration import MILLISECOND, Duration
from kubecontainers.lifecycle.container_state import ContainerState, ContainerStatus, Running, Terminated, Waiting
from kubecontainers.lifecycle.phase import pod_phase
from kubecontainers.lifecycle.reason_cache import ReasonCache, StartFailure, StartResult
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState
from kubecontainers.lifecycle.statuses import pod_status

UNAVAILABLE: dict[type[Exception], Shape] = {
    FeatureGateLocked: named("FeatureGateUnavailable"),
    FeatureGateUnavailable: named("FeatureGateUnavailable"),
}


def release_of(given: Given, minor: str) -> Release:
    return Release(minor).with_gates(given.get("featureGates", {}))


def phase(given: Given, minor: str) -> Any:
    release = release_of(given, minor)
    found = pod_phase(given["pod"], initialized=given["podHasInitialized"], terminal=given["podIsTerminal"], release=release)
    return found.phase.value


def reported(given: Given, number: int) -> RuntimeContainer:
    """An instance in the runtime; every one has an id, as in the reference."""
    return RuntimeContainer(
        given["name"],
        RuntimeState(given["state"]),
        exit_code=given.get("exitCode", 0),
        reason=given.get("reason", ""),
        message=given.get("message", ""),
        restart_count=given.get("restartCount", 0),
        created_at=moment(given, "createdAtMs"),
        started_at=moment(given, "startedAtMs"),
        finished_at=moment(given, "finishedAtMs"),
        id=f"id{number}",
    )


def moment(given: Given, key: str) -> Duration | None:
    return None if given.get(key) is None else Duration(given[key] * MILLISECOND)


def result(given: Given) -> StartResult:
    error = given.get("error")
    return StartResult(given["container"], StartFailure(error, given.get("message", "")) if error else None)


def shown(state: ContainerState | None) -> dict[str, Any]:
    """A state, its times in milliseconds, without what is empty."""
    if state is None:
        return {}
    if isinstance(state, Waiting):
        return {"waiting": filled(reason=state.reason, message=state.message)}
    if isinstance(state, Running):
        return {"running": times(state)}
    return {"terminated": {"exitCode": state.exit_code, **filled(reason=state.reason, message=state.message), **times(state)}}


def filled(**fields: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def times(state: Running | Terminated) -> dict[str, Any]:
    found = {"startedAtMs": state.started_at, "finishedAtMs": getattr(state, "finished_at", None)}
    return {name: time.nanoseconds // MILLISECOND for name, time in found.items() if time is not None}


def entries(statuses: tuple[ContainerStatus, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": status.name,
            "state": shown(status.state),
            "lastState": shown(status.last_state),
            "restartCount": status.restart_count,
        }
        for status in statuses
    ]


def waiting_reason(given: Given, minor: str) -> Any:
    pod = given["pod"]
    if given.get("deleted"):
        pod = {**pod, "metadata": {**pod.get("metadata", {}), "deletionTimestamp": "2026-01-01T00:00:00Z"}}
    runtime = [reported(status, number) for number, status in enumerate(given["statuses"])]
    cache = ReasonCache().update(map(result, given["syncResults"]))
    found = pod_status(pod, runtime, cache, release=release_of(given, minor))
    return {
        "initContainerStatuses": entries(found.containers.init),
        "containerStatuses": entries(found.containers.app),
        "ephemeralContainerStatuses": entries(found.containers.ephemeral),
        "phase": found.phase.phase.value,
    }


ANSWERS: dict[str, Answer] = {
    "pod_phase": answering(phase, UNAVAILABLE),
    "waiting_reason": answering(waiting_reason, UNAVAILABLE),
}
