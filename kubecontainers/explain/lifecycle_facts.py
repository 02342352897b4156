"""What is known of a container's hooks, and of how a pod stops at the latest."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, boolean_at, containers, pod_spec
from ..apimachinery.release import Release
from ..golang.duration import SECOND, Duration
from ..golang.url import hide_user_information
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

__all__ = ["POST_START", "PRE_STOP", "ContainerLife", "HookFact", "PodLife", "examine_life", "without_secrets"]

POST_START, PRE_STOP = "postStart", "preStop"

_HIDDEN = "***"
"""What stands for a value that may be secret."""

_SOME_POD_IP = "10.0.0.5"
"""An address like any that a pod may have, which is known when it runs."""

_TIME = re.compile(r"([0-9]{1,9})([smhd]?)", re.ASCII)
_SLEEP = re.compile(r"\s*(?:/usr)?(?:/bin/)?sleep[ \t]+([0-9]{1,9})([smhd]?)[ \t]*($|;|\n|&&|\|\|)", re.ASCII)
"""A command of a shell that sleeps, and what follows it; a single ``&`` puts it into the background, where nobody waits for it."""

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})


@attrs.frozen
class HookFact:
    """A hook as the nodes decode it.

    ``field`` is ``postStart`` or ``preStop``; ``written`` is the same hook as the API server stores it, which may know more than the nodes.
    ``request`` is what an httpGet hook sends, ``failure`` why it sends nothing. ``seconds`` is how long it takes, at least, where that can
    be told: a sleep, or a command that begins with some. ``grace_seconds`` is what the container has to stop, ``None`` where that plays no
    part. ``others_wait`` says whether a container is started after this one, ``on_host_network`` whether the pod has the node's addresses.
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
    on_host_network: bool = False

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
    def asks_the_node(self) -> bool:
        """Whether a request is for the loopback address, which is the node's: the kubelet sends it."""
        action = self.action
        return isinstance(action, HTTPGetAction) and self.request is not None and not self.on_host_network and _is_loopback(action.host)

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
    """A pod's containers, and how long it takes to stop after it is deleted: ``grace_seconds`` and why, and the plan for the worst case.

    ``unknown_sidecars`` are those of the API server's sidecars that are none to the nodes.
    """

    containers: tuple[ContainerLife, ...]
    grace_seconds: int
    grace_reasons: tuple[DeleteReason, ...]
    plan: TerminationPlan
    node: Release
    unknown_sidecars: tuple[str, ...] = ()

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
    last = max((position for position, one in enumerate(found) if one.kind is not ContainerKind.EPHEMERAL), default=0)
    lives = tuple(_life(one, stops.get(one.name), subject, others_wait=position < last) for position, one in enumerate(found))
    known = subject.cluster.control_plane
    unknown = tuple(one.name for one in found if is_sidecar(one, release=known) and not is_sidecar(one, release=node))
    return PodLife(lives, seconds, reasons, plan, node, unknown)


def _unsendable(found: list[ContainerAt], node: Release) -> Iterator[tuple[str, StopBehaviour]]:
    """Yield what is known to happen at once in the worst case too: requests that cannot be made."""
    for one in found:
        handler = container_hooks(one.container, one.path, release=node).pre_stop
        if handler is not None and _request(handler, one.container, node)[1] is not None:
            yield one.name, StopBehaviour(hook=0, hook_fails=True)


def _life(one: ContainerAt, stop: ContainerTermination | None, subject: Subject, *, others_wait: bool) -> ContainerLife:
    node, control_plane = subject.cluster.node, subject.cluster.control_plane
    hooks = container_hooks(one.container, one.path, release=node)
    written = container_hooks(one.container, one.path, release=control_plane)
    spec, at = pod_spec(subject.created.object)
    facts = tuple(
        attrs.evolve(hook, others_wait=others_wait, on_host_network=boolean_at(spec, "hostNetwork", at) is True)
        for hook in _hooks(one, hooks, written, stop, node)
    )
    return ContainerLife(one, facts, hooks.stop_signal, stop, is_sidecar(one, release=node))


def _hooks(
    one: ContainerAt, hooks: ContainerHooks, written: ContainerHooks, stop: ContainerTermination | None, node: Release
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
    """Return how many seconds a hook takes at least, as far as it can be told without running it."""
    action = handler.runs(node)
    if isinstance(action, SleepAction):
        return sleep_duration(action, release=node).nanoseconds // SECOND
    if not isinstance(action, ExecAction) or not action.command:
        return None
    program, *words = action.command
    name = program.rpartition("/")[2]
    if name == "sleep":
        slept = _TIME.fullmatch(words[0]) if len(words) == 1 else None
        return None if slept is None else int(slept[1]) * _UNITS[slept[2]]
    return _slept(_script(words)) if name in _SHELLS else None


def _script(words: list[str]) -> str:
    """Return what a shell is told to run with ``-c``, alone or among other letters; empty where it is not."""
    for option, word in itertools.pairwise(words):
        if not option.startswith("-"):
            return ""
        if option.endswith("c") and not option.startswith("--"):
            return word
    return ""


def _slept(script: str) -> int | None:
    """Return how long a script sleeps before it does anything else."""
    seconds, at = None, 0
    while slept := _SLEEP.match(script, at):
        seconds, at = (seconds or 0) + int(slept[1]) * _UNITS[slept[2]], slept.end()
        if slept[3] in {"", "||"}:
            break
    return seconds


def without_secrets(handler: LifecycleHandler) -> LifecycleHandler:
    """Return a handler to show: without the values of headers, and without the user in a path."""
    action = handler.http_get
    if action is None:
        return handler
    headers = tuple(attrs.evolve(header, value=_HIDDEN) for header in action.headers)
    return attrs.evolve(handler, http_get=attrs.evolve(action, path=hide_user_information(action.path), headers=headers))


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")
