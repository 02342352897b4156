"""What is known of a container's hooks, and of how a pod stops at the latest."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, containers
from ..apimachinery.release import Release
from ..golang.duration import Duration
from ..lifecycle.container_termination import ContainerTermination, StopBehaviour
from ..lifecycle.deletion import DeleteReason, wanted_grace
from ..lifecycle.deletion_plan import plan_deletion
from ..lifecycle.hook_failures import HookFailure, HookRequestFailed
from ..lifecycle.hook_request import HookRequest, hook_request
from ..lifecycle.hooks import ContainerHooks, ExecAction, HTTPGetAction, LifecycleHandler, SleepAction, container_hooks, sleep_duration
from ..lifecycle.sidecars import is_sidecar
from ..lifecycle.termination_plan import TerminationPlan
from .core_objects import in_template
from .report import Subject

__all__ = ["POST_START", "PRE_STOP", "ContainerLife", "HookFact", "PodLife", "examine_life"]

POST_START, PRE_STOP = "postStart", "preStop"

_SOME_POD_IP = "10.0.0.5"
"""An address like any that a pod may have, which is known when it runs."""

_SLEEP = re.compile(r"\s*sleep\s+([0-9]{1,9})s?\s*(?:$|[;&])", re.ASCII)
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})


@attrs.frozen
class HookFact:
    """A hook as the nodes decode it.

    ``field`` is ``postStart`` or ``preStop``; ``written`` is the same hook as the API server stores it, which may know more than the nodes.
    ``request`` is what an httpGet hook sends, ``failure`` why it sends nothing. ``seconds`` is how long it takes where that can be told: a
    sleep, or a command that is one. ``grace_seconds`` is what the container has to stop, ``None`` where that plays no part.
    """

    field: str
    handler: LifecycleHandler
    written: LifecycleHandler
    node: Release
    kind: ContainerKind
    request: HookRequest | None = None
    failure: HookFailure | None = None
    seconds: int | None = None
    grace_seconds: int | None = None
    others_wait: bool = False

    @property
    def action(self) -> ExecAction | HTTPGetAction | SleepAction | None:
        """What the kubelet runs, ``None`` where that is nothing."""
        return self.handler.runs(self.node)

    @property
    def is_tcp(self) -> bool:
        """Whether it is a connection, which no kubelet makes."""
        return self.action is None and self.written.tcp_socket is not None

    @property
    def loses_sleep(self) -> bool:
        """Whether it is a sleep that the nodes do not know, or do not do."""
        sleep = self.written.sleep
        if sleep is None or self.written.exec is not None or self.written.http_get is not None:
            return False
        return self.action is None or (sleep.seconds > 0 and not sleep_duration(sleep, release=self.node))

    @property
    def is_post_start(self) -> bool:
        """Whether it runs after the start; the other one runs before the stop."""
        return self.field == POST_START


@attrs.frozen
class ContainerLife:
    """A container, its hooks, and how it is stopped at the latest: ``None`` where it is over by then."""

    found: ContainerAt
    hooks: tuple[HookFact, ...]
    stop_signal: str | None
    stop: ContainerTermination | None
    is_sidecar: bool


@attrs.frozen
class PodLife:
    """A pod's containers, and how long it takes to stop after it is deleted: ``grace_seconds`` and why, and the plan for the worst case."""

    containers: tuple[ContainerLife, ...]
    grace_seconds: int
    grace_reasons: tuple[DeleteReason, ...]
    plan: TerminationPlan
    node: Release

    @property
    def done_at(self) -> Duration:
        """When all have stopped, at the latest."""
        return self.plan.done_at


def examine_life(subject: Subject) -> PodLife:
    """Return what is known of the lives of a pod's containers. Raises ``MalformedObject``."""
    try:
        return _examine(subject)
    except MalformedObject as error:
        malformed = in_template(error, subject.template)
    raise malformed


def _examine(subject: Subject) -> PodLife:
    pod, node = subject.created.object, subject.cluster.node
    seconds, reasons = wanted_grace(subject.template.pod)
    found = list(containers(pod))
    plan = plan_deletion(pod, behaviours=dict(_unsendable(found, node)), release=node)
    stops = {stop.name: stop for stop in plan.containers}
    lives = tuple(_life(one, stops.get(one.name), subject, others_wait=_others_wait(one, found)) for one in found)
    return PodLife(lives, seconds, reasons, plan, node)


def _unsendable(found: list[ContainerAt], node: Release) -> Iterator[tuple[str, StopBehaviour]]:
    """Yield what is known to happen at once in the worst case too: requests that cannot be made."""
    for one in found:
        handler = container_hooks(one.container, one.path, release=node).pre_stop
        if handler is not None and _request(handler, one.container, node)[1] is not None:
            yield one.name, StopBehaviour(hook=0, hook_fails=True)


def _others_wait(one: ContainerAt, found: list[ContainerAt]) -> bool:
    """Return whether a container is started after this one, and so waits for its postStart hook."""
    return found[-1] is not one and any(other.kind is not ContainerKind.EPHEMERAL for other in found[found.index(one) + 1 :])


def _life(one: ContainerAt, stop: ContainerTermination | None, subject: Subject, *, others_wait: bool) -> ContainerLife:
    node, control_plane = subject.cluster.node, subject.cluster.control_plane
    hooks = container_hooks(one.container, one.path, release=node)
    written = container_hooks(one.container, one.path, release=control_plane)
    facts = tuple(_hooks(one, hooks, written, stop, node, others_wait=others_wait))
    return ContainerLife(one, facts, hooks.stop_signal, stop, is_sidecar(one, release=node))


def _hooks(
    one: ContainerAt,
    hooks: ContainerHooks,
    written: ContainerHooks,
    stop: ContainerTermination | None,
    node: Release,
    *,
    others_wait: bool,
) -> Iterator[HookFact]:
    grace = None if stop is None else stop.grace_seconds
    for field, handler, as_written in (
        (POST_START, hooks.post_start, written.post_start),
        (PRE_STOP, hooks.pre_stop, written.pre_stop),
    ):
        if handler is None:
            continue
        request, failure = _request(handler, one.container, node)
        yield HookFact(
            field,
            handler,
            handler if as_written is None else as_written,
            node,
            one.kind,
            request,
            failure,
            _seconds(handler, node),
            grace if field == PRE_STOP else None,
            others_wait,
        )


def _request(handler: LifecycleHandler, container: JSONObject, node: Release) -> tuple[HookRequest | None, HookFailure | None]:
    action = handler.runs(node)
    if not isinstance(action, HTTPGetAction):
        return None, None
    try:
        return hook_request(action, container=container, pod_ips=[_SOME_POD_IP], release=node), None
    except HookRequestFailed as error:
        return None, error.reason


def _seconds(handler: LifecycleHandler, node: Release) -> int | None:
    """Return how many seconds a hook takes, as far as it can be told without running it."""
    action = handler.runs(node)
    if isinstance(action, SleepAction):
        return sleep_duration(action, release=node).nanoseconds // 1_000_000_000
    if not isinstance(action, ExecAction) or not action.command:
        return None
    program, *words = action.command
    name = program.rpartition("/")[2]
    text = " ".join([name, *words]) if name == "sleep" else words[1] if name in _SHELLS and len(words) > 1 and words[0] == "-c" else ""
    slept = _SLEEP.match(text)
    return int(slept[1]) if slept else None
