"""Stopping containers as a process on the clock: what ``termination`` plans, done step by step.

Kubernetes: ``killContainer`` and ``killContainersWithSyncResult`` (``pkg/kubelet/kuberuntime/kuberuntime_container.go``).
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..apimachinery.objects import JSONObject
from ..apimachinery.release import Release
from ..golang.duration import Duration
from .container_termination import ContainerTermination
from .grace import KillReason
from .pod_runtime import CallFailure, PodRuntime, Process
from .termination import plan_termination
from .termination_plan import TerminationPlan

__all__ = ["StoppedContainers", "stop_container", "stop_pod_containers"]


@attrs.frozen
class StoppedContainers:
    """What came of stopping containers: when all of it was done, and the error of each that could not be stopped, by name."""

    done_at: Duration
    failures: Mapping[str, CallFailure]


def stop_container(  # noqa: PLR0913  (a kill has as many)
    runtime: PodRuntime, pod: JSONObject, name: str, instance: str, *, reason: KillReason, message: str, now: Duration, release: Release
) -> Process[StoppedContainers]:
    """Stop one container, which waits for no other; ``message`` is that of the event, empty for the general one.

    Raises ``MalformedObject`` and ``NotFound``.
    """
    behaviours = {name: runtime.stop_behaviour(instance, now=now)}
    plan = plan_termination(pod, container=name, behaviours=behaviours, reason=reason, message=message, as_given=True, release=release)
    return (yield from _carry_out(runtime, plan, {name: instance}, now))


def stop_pod_containers(
    runtime: PodRuntime, pod: JSONObject, instances: Mapping[str, str], *, override: int | None, now: Duration, release: Release
) -> Process[StoppedContainers]:
    """Stop the containers of a pod that run, side by side: ``instances`` by the containers' names.

    ``override`` are the seconds that the pod worker puts in place of the pod's grace period. Raises ``MalformedObject``, ``NotFound`` and
    ``InvalidDuration``.
    """
    behaviours = {name: runtime.stop_behaviour(instance, now=now) for name, instance in instances.items()}
    plan = plan_termination(pod, running=instances, behaviours=behaviours, override=override, as_given=True, release=release)
    return (yield from _carry_out(runtime, plan, instances, now))


def _carry_out(runtime: PodRuntime, plan: TerminationPlan, instances: Mapping[str, str], now: Duration) -> Process[StoppedContainers]:
    begins, failures = now, dict[str, CallFailure]()
    for planned in plan.events:
        runtime.emit(begins + planned.at, planned.event)
    for stop in plan.containers:
        if stop.hook_started_at is not None:
            runtime.pre_stop(instances[stop.name], stop, now=begins)
    for stop in sorted(plan.containers, key=_term_at):
        if begins + stop.term_at > now:
            now = yield begins + stop.term_at - now
        failure = runtime.stop_container(instances[stop.name], stop, now=now)
        if failure is not None and stop.failed:
            failures[stop.name] = failure
    if begins + plan.done_at > now:
        now = yield begins + plan.done_at - now
    return StoppedContainers(now, failures)


def _term_at(stop: ContainerTermination) -> Duration:
    return stop.term_at
