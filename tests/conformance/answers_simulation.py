"""Answers of starting a container, of one sync, and of a pod's life: each record is a scenario."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from answering import Answer, Given, Shape, answering, named

from kubecontainers.apimachinery.cluster import Cluster, KubeletConfig
from kubecontainers.apimachinery.errors import NotFound
from kubecontainers.apimachinery.release import FeatureGateLocked, FeatureGateUnavailable, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import ContainerState, ContainerStatus, Running, Terminated
from kubecontainers.lifecycle.pod_sync import SyncAction, SyncResult
from kubecontainers.simulation.once import start_once, sync_once
from kubecontainers.simulation.pod_timeline import PodTimeline, StatusChange, SyncRecord, TimedCall, TimedEvent, TimedResult
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate

MILLISECOND = 10**6
PARALLEL = KubeletConfig(serialize_image_pulls=False, registry_pull_qps=0)
RACING_CALLS = {"StopContainer", "PreStop", "RemoveContainer"}
RACING_EVENTS = {"Killing", "FailedPreStopHook"}

Shown = dict[str, Any]


def cluster_of(given: Given, minor: str) -> Cluster:
    return Cluster(Release(minor).with_gates(given.get("featureGates", {})), kubelet=PARALLEL)


def milliseconds(time: Duration) -> int:
    return time.nanoseconds // MILLISECOND


def in_order(found: Iterable[Shown], kind: str, racing: set[str], key: str) -> list[Shown]:
    """Sort each run of what happened side by side in one moment, which has no order of its own."""

    def group(entry: Shown) -> tuple[int, bool]:
        return entry["atMs"], entry[kind] in racing

    shown: list[Shown] = []
    for (_, races), entries in itertools.groupby(found, key=group):
        run = list(entries)
        shown += sorted(run, key=lambda entry: str(entry[key])) if races else run
    return shown


def shown_call(call: TimedCall) -> Shown:
    made = {"atMs": milliseconds(call.at), "call": call.kind.value, "target": call.target}
    return made if call.timeout_seconds is None else {**made, "timeoutSeconds": call.timeout_seconds}


def shown_event(timed: TimedEvent) -> Shown:
    event = timed.event
    made = {"atMs": milliseconds(timed.at), "type": event.type.value, "reason": event.reason.value, "message": event.message}
    return {**made, "fieldPath": event.field_path} if event.field_path else made


def calls_and_events(calls: Iterable[TimedCall], events: Iterable[TimedEvent]) -> Shown:
    return {
        "calls": in_order(map(shown_call, calls), "call", RACING_CALLS, "target"),
        "events": in_order(map(shown_event, events), "reason", RACING_EVENTS, "fieldPath"),
    }


def shown_result(result: SyncResult | TimedResult) -> Shown:
    action = result.action if isinstance(result.action, str) else result.action.value
    target = "sandbox" if action == SyncAction.CONFIG_POD_SANDBOX.value else result.target
    made = {"action": action, "target": target}
    return {**made, "error": result.error, "message": result.message} if result.error else made


def start(given: Given, minor: str) -> Shown:
    found = start_once(given["pod"], given["container"], Script.from_json(given), cluster=cluster_of(given, minor))
    made = {"result": None} if found.failure is None else {"result": found.failure.reason, "message": found.failure.message}
    return {**made, "returnedAtMs": milliseconds(found.done_at), **calls_and_events(found.calls, found.events)}


def sync(given: Given, minor: str) -> Shown:
    found = sync_once(given["pod"], Script.from_json(given), cluster=cluster_of(given, minor))
    return {
        "results": list(map(shown_result, found.outcome.results)),
        "failed": found.outcome.failed,
        "returnedAtMs": milliseconds(found.outcome.done_at),
        **calls_and_events(found.calls, found.events),
    }


# ------------------------------------------------------------------------------------------------------------- a pod's life


def filled(**fields: Any) -> Shown:
    return {key: value for key, value in fields.items() if value not in {"", None}}


def at(time: Duration | None) -> int | None:
    return None if time is None else milliseconds(time)


def shown_state(state: ContainerState | None) -> Shown:
    if isinstance(state, Running):
        return {"running": filled(startedAtMs=at(state.started_at))}
    if isinstance(state, Terminated):
        times = filled(startedAtMs=at(state.started_at), finishedAtMs=at(state.finished_at))
        return {"terminated": {"exitCode": state.exit_code, **filled(reason=state.reason, message=state.message), **times}}
    return {} if state is None else {"waiting": filled(reason=state.reason, message=state.message)}


def shown_status(status: ContainerStatus) -> Shown:
    last = {} if status.last_state is None else {"lastState": shown_state(status.last_state)}
    return {**shown_state(status.state), **last, "restartCount": status.restart_count}


def shown_changes(changes: Iterable[StatusChange]) -> list[Shown]:
    """Show what of the reports a record has: whether a container has started is not in it."""
    known: dict[str, Shown] = {}
    phase, shown = "", list[Shown]()
    for change in changes:
        statuses = {listed.status.name: shown_status(listed.status) for listed in change.changed}
        changed = {name: status for name, status in statuses.items() if known.get(name) != status}
        if changed or change.phase.value != phase:
            shown.append({"atMs": milliseconds(change.at), "phase": change.phase.value, "changed": changed})
        known |= changed
        phase = change.phase.value
    return shown


def shown_sync(found: SyncRecord) -> Shown:
    results = list(map(shown_result, found.results))
    return {"atMs": milliseconds(found.at), "doneAtMs": milliseconds(found.done_at), "results": results}


def life(given: Given, minor: str) -> Shown:
    [pod] = simulate([given["pod"]], Script.from_json(given), cluster=cluster_of(given, minor)).pods
    return {
        "end": pod.end.value,
        "phase": pod.phase.value,
        "timeline": shown_changes(pod.changes),
        "syncs": list(map(shown_sync, pod.syncs)),
        **shown_end(pod),
        **calls_and_events(pod.calls, pod.events),
    }


def shown_end(pod: PodTimeline) -> Shown:
    ending = {} if pod.terminating_at is None else {"terminatingAtMs": milliseconds(pod.terminating_at), "killFailed": pod.kill_failed}
    return ending if pod.terminated_at is None else {**ending, "terminatedAtMs": milliseconds(pod.terminated_at)}


ERRORS: dict[type[Exception], Shape] = {
    NotFound: named("NoSuchContainer"),
    FeatureGateLocked: named("FeatureGateUnavailable"),
    FeatureGateUnavailable: named("FeatureGateUnavailable"),
}

ANSWERS: dict[str, Answer] = {
    "container_start": answering(start, ERRORS),
    "sync_pod": answering(sync, ERRORS),
    "pod_life": answering(life, ERRORS),
}
