"""Answers of the room ``lifecycle``: stopping."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, Shape, answering, named

from kubecontainers.apimachinery.errors import NotFound
from kubecontainers.apimachinery.release import FeatureGateLocked, FeatureGateUnavailable, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_termination import ContainerTermination, StopBehaviour, StopError
from kubecontainers.lifecycle.deletion import delete_grace
from kubecontainers.lifecycle.grace import KillReason
from kubecontainers.lifecycle.pod_worker import effective_grace
from kubecontainers.lifecycle.termination import plan_termination
from kubecontainers.lifecycle.termination_plan import PlannedEvent

MILLISECOND, SECOND = 10**6, 10**9
NEVER = -1


def milliseconds(time: Duration) -> int:
    return time.nanoseconds // MILLISECOND


def needed(given: int) -> Duration | None:
    return None if given == NEVER else Duration(given * MILLISECOND)


def behaviours(given: Given) -> dict[str, StopBehaviour]:
    found: dict[str, StopBehaviour] = {}
    for name, behaviour in given["behaviour"].items():
        error = behaviour.get("stopError")
        found[name] = StopBehaviour(
            hook=needed(behaviour["hookMs"]),
            stop=needed(behaviour["stopMs"]),
            hook_fails=behaviour.get("hookFails", False),
            stop_error=None if error is None else StopError(error),
        )
    return found


def shown_stop(stop: ContainerTermination) -> dict[str, Any]:
    started = {} if stop.hook_started_at is None else {"hookStartedAtMs": milliseconds(stop.hook_started_at)}
    return started | {
        "stopCalledAtMs": milliseconds(stop.term_at),
        "stopTimeoutSeconds": stop.timeout_seconds,
        "exitedAtMs": NEVER if stop.exited_at is None else milliseconds(stop.exited_at),
        "forced": stop.forced,
    }


def shown_event(planned: PlannedEvent) -> dict[str, Any]:
    event = planned.event
    return {
        "atMs": milliseconds(planned.at),
        "type": event.type.value,
        "reason": event.reason.value,
        "message": event.message,
        "fieldPath": event.field_path,
    }


def one_container(given: Given, minor: str) -> dict[str, Any]:
    known = given.get("podKnown", True)
    plan = plan_termination(
        given["pod"],
        container=given["container"],
        behaviours=behaviours(given),
        reason=KillReason(given["reason"]),
        override=given.get("gracePeriodOverride"),
        message=given.get("message", ""),
        pod_known=known,
        as_given=True,
        release=Release(minor),
    )
    stop = plan.container(given["container"])
    base = {"specGraceSeconds": stop.base.seconds} if known else {}
    ending = {"returnedAtMs": milliseconds(stop.returned_at), "failed": stop.failed, "events": list(map(shown_event, plan.events))}
    return base | shown_stop(stop) | ending


def whole_pod(given: Given, minor: str) -> dict[str, Any]:
    plan = plan_termination(
        given["pod"],
        running=given["running"],
        behaviours=behaviours(given),
        override=given.get("gracePeriodOverride"),
        as_given=True,
        release=Release(minor).with_gates(given.get("featureGates", {})),
    )
    return {
        "containers": {stop.name: shown_stop(stop) for stop in plan.containers},
        "failed": list(plan.failed),
        "doneAtMs": milliseconds(plan.done_at),
        "events": list(map(shown_event, plan.events)),
    }


def pod_delete(given: Given, minor: str) -> dict[str, Any]:
    since, period = given.get("sinceDeletionRequestSeconds"), given.get("gracePeriodSeconds")
    found = delete_grace(given["pod"], grace_period=period, requested_ago=since, release=Release(minor))
    return {
        "graceful": found.graceful,
        "pending": found.pending,
        "deletionGracePeriodSeconds": found.deletion_seconds,
        "optionsGracePeriodSeconds": found.options_seconds,
        "deletionTimestampOffsetSeconds": found.timestamp.nanoseconds // SECOND,
    }


def pod_worker(given: Given, minor: str) -> dict[str, Any]:
    found = effective_grace(
        given["currentGracePeriodSeconds"],
        deletion=given.get("deletionGracePeriodSeconds"),
        override=given.get("killPodOverrideSeconds"),
        termination=given.get("terminationGracePeriodSeconds"),
        release=Release(minor),
    )
    return {"gracePeriodSeconds": found.seconds, "changed": found.changed}


NO_CONTAINER: dict[type[Exception], Shape] = {NotFound: named("NoSuchContainer")}
NO_GATE: dict[type[Exception], Shape] = {
    FeatureGateLocked: named("FeatureGateUnavailable"),
    FeatureGateUnavailable: named("FeatureGateUnavailable"),
}

ANSWERS: dict[str, Answer] = {
    "termination_grace": answering(one_container, NO_CONTAINER),
    "sidecar_termination_order": answering(whole_pod, NO_GATE),
    "pod_delete_grace": answering(pod_delete),
    "kubelet_effective_grace": answering(pod_worker),
}
