"""Timelines made by hand, for the tests of what shows them."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.objects import ContainerKind
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import ContainerStatus, Running, Terminated, Waiting
from kubecontainers.lifecycle.events import EventReason, LifecycleEvent
from kubecontainers.lifecycle.phase import Phase
from kubecontainers.simulation.pod_timeline import PodEnd, PodTimeline, StatusChange, TimedEvent
from kubecontainers.simulation.spans import Span, SpanKind
from kubecontainers.simulation.status_object import ListedStatus
from kubecontainers.simulation.timeline import Timeline

JSON = dict[str, Any]
IMAGE = "shop/web:1.4"


def seconds(value: float) -> Duration:
    return Duration.of(value)


def span(container: str, kind: SpanKind, begin: float, end: float | None, attempt: int = 0, note: str = "") -> Span:
    return Span(container, kind, seconds(begin), None if end is None else seconds(end), attempt, note)


def normal(at: float, reason: EventReason, message: str, container: str = "web") -> TimedEvent:
    field = container and f"spec.containers{{{container}}}"
    return TimedEvent(seconds(at), "shop/web-0", LifecycleEvent(EventType.NORMAL, reason, message, field))


def warning(at: float, reason: EventReason, message: str, container: str = "web") -> TimedEvent:
    field = container and f"spec.containers{{{container}}}"
    return TimedEvent(seconds(at), "shop/web-0", LifecycleEvent(EventType.WARNING, reason, message, field))


def pod(name: str = "web-0", *names: str, **metadata: Any) -> JSON:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-{name}"} | metadata,
        "spec": {"nodeName": "node-a", "containers": [{"name": each, "image": IMAGE} for each in names or ("web",)]},
    }


def listed(state: Waiting | Running | Terminated, restarts: int = 0, last: Terminated | None = None) -> ListedStatus:
    started = isinstance(state, Running)
    return ListedStatus(
        ContainerKind.APP, ContainerStatus(name="web", state=state, last_state=last, restart_count=restarts, started=started), IMAGE
    )


@pytest.fixture
def crash_loop() -> PodTimeline:
    """A container that ends with 1 after a second, twice, and is in its back-off when the story is over."""
    ended = Terminated(1, "Error", started_at=seconds(4), finished_at=seconds(5), container_id="c1")
    return PodTimeline(
        name="shop/web-0",
        pod=pod(),
        end=PodEnd.HORIZON,
        phase=Phase.RUNNING,
        changes=(
            StatusChange(seconds(0), Phase.PENDING, (listed(Waiting("ContainerCreating")),)),
            StatusChange(seconds(4), Phase.RUNNING, (listed(Running(seconds(4))),), "10.0.0.5"),
            StatusChange(seconds(5), Phase.RUNNING, (listed(ended),), "10.0.0.5"),
            StatusChange(seconds(15), Phase.RUNNING, (listed(Waiting("CrashLoopBackOff", "back-off 10s …"), 1, ended),), "10.0.0.5"),
        ),
        events=(
            normal(0, EventReason.PULLING, f'Pulling image "{IMAGE}"'),
            normal(3, EventReason.PULLED, f'Successfully pulled image "{IMAGE}" in 3s'),
            normal(3.5, EventReason.CREATED, "Container created"),
            normal(4, EventReason.STARTED, "Container started"),
            warning(5, EventReason.BACK_OFF, "Back-off restarting failed container web"),
            normal(15, EventReason.CREATED, "Container created"),
            normal(15, EventReason.STARTED, "Container started"),
            warning(16.5, EventReason.BACK_OFF, "Back-off restarting failed container web"),
        ),
        spans=(
            span("web", SpanKind.PULLING, 0, 3, note=IMAGE),
            span("web", SpanKind.CREATING, 3, 4),
            span("web", SpanKind.RUNNING, 4, 5, note="exit code 1"),
            span("web", SpanKind.WAITING, 5, 15, 1, "CrashLoopBackOff"),
            span("web", SpanKind.RUNNING, 15, 16, 1, "exit code 1"),
            span("web", SpanKind.WAITING, 16, None, 2, "CrashLoopBackOff"),
        ),
    )


@pytest.fixture
def stopped() -> PodTimeline:
    """A pod with two containers and a hook, deleted after 20 s; one of the two does not heed the signal."""
    done = StatusChange(
        seconds(50), Phase.FAILED, (listed(Terminated(137, "Error", started_at=seconds(2), finished_at=seconds(50))),), "10.0.0.6"
    )
    return PodTimeline(
        name="shop/db",
        pod=pod("db", "web", "log"),
        end=PodEnd.DELETED,
        phase=Phase.FAILED,
        changes=(StatusChange(seconds(2), Phase.RUNNING, (listed(Running(seconds(2))),), "10.0.0.6"), done),
        spans=(
            span("web", SpanKind.CREATING, 0, 2),
            span("web", SpanKind.RUNNING, 2, 50),
            span("web", SpanKind.POST_START, 2, 8),
            span("web", SpanKind.TERMINATING, 20, 50),
            span("web", SpanKind.PRE_STOP, 20, 28),
            span("log", SpanKind.WAITING, 0, 8),
            span("log", SpanKind.RUNNING, 8, 22),
            span("log", SpanKind.TERMINATING, 20, 22),
        ),
        deleted_at=seconds(20),
        deletion_grace_seconds=30,
        terminating_at=seconds(20),
        terminated_at=seconds(50),
    )


@pytest.fixture
def timeline(crash_loop: PodTimeline, stopped: PodTimeline) -> Timeline:
    return Timeline((crash_loop, stopped), seconds(3600))
