"""How the kubelet stops containers: hook, turn, stop signal, KILL; of one container, or of a whole pod.

Kubernetes has it in ``killContainer`` and ``killContainersWithSyncResult`` (``pkg/kubelet/kuberuntime/kuberuntime_container.go``).

====================  =================================================================================================================
grace period          what overrides it, or else what the fields of the pod say (``grace``)
the preStop hook      runs while there is grace, and is waited for until that ends; whole seconds that it took are taken off
the turn              a sidecar waits for others (``termination_order``) as long as grace is left; whole seconds are taken off again
stop signal, KILL     the runtime gets what is left, at least 2 s, to wait in between
====================  =================================================================================================================

All containers of a pod go through this side by side, from the same moment on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from ..apimachinery.errors import NotFound
from ..apimachinery.events import EventType
from ..apimachinery.objects import ContainerAt, JSONObject, Pod, containers
from ..apimachinery.release import LATEST, Change, Release
from ..golang.duration import SECOND, Duration, wrapping_seconds
from .container_termination import (
    ContainerTermination,
    HookOutcome,
    StopBehaviour,
    StopError,
    StopOutcome,
    TimeoutReason,
    TurnOutcome,
)
from .events import PRE_STOP_HOOK_FAILED, EventReason, LifecycleEvent, container_field_path, implicit_field_path, killing_message
from .grace import MINIMUM_GRACE_SECONDS, KillReason, base_grace, whole_seconds
from .hooks import SLEEP_ACTION, STOP_SIGNALS, ContainerHooks, LifecycleHandler, SleepAction, container_hooks, sleep_duration
from .termination_order import TerminationOrder, running_containers, termination_order
from .termination_plan import PlannedEvent, TerminationPlan

__all__ = ["OVERRIDE_BEFORE_HOOK", "plan_termination"]

OVERRIDE_BEFORE_HOOK = Change(
    since="1.28",
    summary="a grace period that overrides the pod's is shared with the preStop hook and is at least 2 s; before, the hook had the pod's "
    "own, and the process then the other one, whole and even if it was 0",
)
_START = Duration()
_SECOND = Duration(SECOND)
_SLOWEST = StopBehaviour()


@attrs.frozen(kw_only=True)
class _Kill:
    """What the kubelet was told about a kill."""

    pod: JSONObject
    reason: KillReason
    override: int | None
    message: str
    pod_known: bool
    as_given: bool
    release: Release


@attrs.frozen
class _Wait:
    """When the containers that another one waits for have stopped, ``None`` for never, and which was the last of them."""

    at: Duration | None
    name: str


@attrs.frozen
class _Hook:
    """What became of a hook; ``free_at`` is when the kubelet goes on."""

    outcome: HookOutcome
    ended_at: Duration | None = None
    free_at: Duration = _START
    fails: bool = False


@attrs.frozen
class _Stop:
    """What became of the process."""

    outcome: StopOutcome
    exited_at: Duration | None
    returned_at: Duration


def plan_termination(  # noqa: PLR0913  (a kill has as many)
    pod: Pod | JSONObject,
    *,
    running: Iterable[str] | None = None,
    container: str | None = None,
    behaviours: Mapping[str, StopBehaviour] | None = None,
    reason: KillReason = KillReason.UNKNOWN,
    override: int | None = None,
    message: str = "",
    pod_known: bool = True,
    as_given: bool = False,
    release: Release = LATEST,
) -> TerminationPlan:
    """Return what happens when the containers of a pod are stopped, or only the one called ``container``.

    ``running`` names the containers of the pod that run, by default ``running_containers``. One container alone is stopped after a failed
    probe, say; it waits for nobody.

    ``behaviours`` says what containers do; one that is left out is as slow as can be: its exec or httpGet hook never ends, and its process
    does not react to the stop signal. So a plan without behaviours is the worst case: whatever containers do, none ends later, except
    sidecars whose exec or httpGet hook ends in time, which can end up to one second later, since fractions of seconds are not counted.

    ``reason`` and ``message`` are those of the kill; ``override`` are the seconds that the pod worker, or whoever kills, puts in place of
    the pod's grace period (``effective_grace``). ``pod_known`` is false for a pod that the kubelet knows from its containers only, as after
    a restart of both. ``as_given`` takes the pod's grace period as it is, see ``base_grace``. ``release`` is the kubelet's.

    Raises ``MalformedObject``; ``NotFound`` for containers that the pod has not; ``InvalidDuration`` for an override beyond 64 bits.

    >>> hook = {"preStop": {"exec": {"command": ["drain"]}}}
    >>> pod = {"spec": {"terminationGracePeriodSeconds": 60, "containers": [{"name": "app", "lifecycle": hook}]}}
    >>> print(plan_termination(pod, behaviours={"app": StopBehaviour(hook=55, stop=10)}))
     0s  app  preStop: exec drain
    55s  app  preStop is done
    55s  app  TERM (5 s left)
    60s  app  KILL
    60s  all containers have stopped
    """
    kill = _Kill(
        pod=pod,
        reason=reason,
        override=None if override is None else whole_seconds(override),
        message=message,
        pod_known=pod_known,
        as_given=as_given,
        release=release,
    )
    names: tuple[str, ...]
    if container is not None:
        names, order = (container,), TerminationOrder()
    else:
        names = running_containers(pod, release=release) if running is None else tuple(dict.fromkeys(running))
        order = termination_order(pod, names, release=release) if pod_known else TerminationOrder()
    stops = _stop_all(_found(kill, names), kill, order, behaviours or {})
    events = [event for stop in stops for event in _events(stop, kill)]
    events.sort(key=lambda planned: (planned.at, planned.event.field_path))
    return TerminationPlan(tuple(stops), tuple(events))


def _found(kill: _Kill, names: Iterable[str]) -> dict[str, ContainerAt]:
    """Return the containers that are to be stopped, the first of each name."""
    known: dict[str, ContainerAt] = {}
    for one in containers(kill.pod):
        known.setdefault(one.name, one)
    missing = [name for name in names if name not in known]
    if missing:
        raise NotFound("container", missing[0], "the pod has no container of that name")
    return {name: known[name] for name in names}


def _stop_all(
    found: Mapping[str, ContainerAt], kill: _Kill, order: TerminationOrder, behaviours: Mapping[str, StopBehaviour]
) -> list[ContainerTermination]:
    """Stop first those that wait for nobody, then the sidecars from the last to the first, each of which can wait for the one before."""
    sidecars = {name for name, _ in order.sidecars}
    stops = {name: _stop_one(one, kill, behaviours.get(name, _SLOWEST), None) for name, one in found.items() if name not in sidecars}
    apps = _last([_waiting_for(stops[name]) for name in order.apps])
    following: _Wait | None = None
    for name, runs in reversed(order.sidecars):
        if runs:
            wait = _last([wait for wait in (apps, following) if wait is not None])
            stops[name] = _stop_one(found[name], kill, behaviours.get(name, _SLOWEST), wait)
        following = _waiting_for(stops[name]) if runs else None
    return list(stops.values())


def _waiting_for(stop: ContainerTermination) -> _Wait:
    return _Wait(None if stop.failed else stop.returned_at, stop.name)


def _last(waits: list[_Wait]) -> _Wait | None:
    """Return the wait that takes longest, the first of equal ones; ``None`` where there is none."""
    return next((wait for wait in waits if wait.at is None), None) or max(waits, key=lambda wait: wait.at or _START, default=None)


def _stop_one(one: ContainerAt, kill: _Kill, behaviour: StopBehaviour, wait: _Wait | None) -> ContainerTermination:
    reason = kill.reason if kill.pod_known else KillReason.UNKNOWN  # the probes are not among what is known of the container
    base = base_grace(kill.pod, one, reason=reason, as_given=kill.as_given, release=kill.release)
    hooks = container_hooks(one.container, one.path, release=kill.release)
    override_first = kill.override if OVERRIDE_BEFORE_HOOK in kill.release else None
    grace = base.seconds if override_first is None else override_first
    hook = _run_hook(hooks.pre_stop, grace, behaviour, kill.release)
    hook_seconds = _whole(hook.free_at)
    turn, waited = _await_turn(hook.free_at, grace - hook_seconds, wait)
    term_at = hook.free_at + waited
    timeout, timeout_reason = _timeout(grace - hook_seconds - _whole(waited), kill)
    stop = _stop_process(term_at, timeout, behaviour)
    return ContainerTermination(
        name=one.name,
        kind=one.kind,
        base=base,
        override=kill.override,
        grace_seconds=grace,
        pre_stop=hooks.pre_stop,
        hook=hook.outcome,
        hook_ended_at=hook.ended_at,
        hook_failed=hook.fails,
        hook_seconds=hook_seconds,
        turn=turn,
        waited_for="" if wait is None or turn is not TurnOutcome.CAME else wait.name,
        waited=waited,
        waited_seconds=_whole(waited),
        stop_signal=_stop_signal(hooks, kill.release),
        term_at=term_at,
        timeout_seconds=timeout,
        timeout_reason=timeout_reason,
        outcome=stop.outcome,
        exited_at=stop.exited_at,
        returned_at=stop.returned_at,
    )


def _run_hook(handler: LifecycleHandler | None, grace: int, behaviour: StopBehaviour, release: Release) -> _Hook:
    if handler is None:
        return _Hook(HookOutcome.ABSENT)
    if grace <= 0:
        return _Hook(HookOutcome.NO_TIME)
    action = handler.runs(release)
    if action is None:
        return _Hook(HookOutcome.CANNOT_RUN, _START, fails=True)
    takes, fails = behaviour.hook, behaviour.hook_fails
    if isinstance(action, SleepAction):
        if SLEEP_ACTION not in release:
            return _Hook(HookOutcome.SWITCHED_OFF, _START)
        takes, fails = sleep_duration(action, release=release), False
    limit = _timer(grace)
    if takes is None or takes > limit:
        return _Hook(HookOutcome.CUT_OFF, takes, limit, fails)
    return _Hook(HookOutcome.FAILED if fails else HookOutcome.DONE, takes, takes, fails)


def _await_turn(since: Duration, left: int, wait: _Wait | None) -> tuple[TurnOutcome, Duration]:
    """Return what becomes of the wait for other containers, and how long it is."""
    if wait is None:
        return TurnOutcome.NOBODY, _START
    if left <= 0:
        return TurnOutcome.NO_TIME, _START
    limit = _timer(left)
    if wait.at is None or wait.at - since > limit:
        return TurnOutcome.EXPIRED, limit
    return TurnOutcome.CAME, max(wait.at - since, _START)


def _timeout(left: int, kill: _Kill) -> tuple[int, TimeoutReason]:
    """Return what the runtime is told to wait before KILL."""
    if kill.override is not None and OVERRIDE_BEFORE_HOOK not in kill.release:
        return kill.override, TimeoutReason.OVERRIDE
    if left < MINIMUM_GRACE_SECONDS:
        return MINIMUM_GRACE_SECONDS, TimeoutReason.MINIMUM
    return left, TimeoutReason.LEFT


def _stop_process(term_at: Duration, timeout: int, behaviour: StopBehaviour) -> _Stop:
    if behaviour.stop_error is StopError.FAILED:
        return _Stop(StopOutcome.FAILED, None, term_at)
    if behaviour.stop_error is StopError.NOT_FOUND:
        return _Stop(StopOutcome.NOT_FOUND, term_at, term_at)
    limit = _SECOND * max(timeout, 0)
    left = None if behaviour.ends is None else max(behaviour.ends - term_at, _START)
    if left is not None and left < limit and (behaviour.stop is None or left < behaviour.stop):
        return _Stop(StopOutcome.EXITED, term_at + left, term_at + left)
    if timeout < 0 or behaviour.stop is None or behaviour.stop > limit:
        return _Stop(StopOutcome.KILLED, term_at + limit, term_at + limit)
    return _Stop(StopOutcome.EXITED, term_at + behaviour.stop, term_at + behaviour.stop)


def _stop_signal(hooks: ContainerHooks, release: Release) -> str:
    return (hooks.stop_signal or "") if STOP_SIGNALS in release else ""


def _events(stop: ContainerTermination, kill: _Kill) -> list[PlannedEvent]:
    path = container_field_path(stop.kind, stop.name) if kill.pod_known else implicit_field_path(stop.name)
    killing = LifecycleEvent(EventType.NORMAL, EventReason.KILLING, killing_message(stop.name, kill.message), path)
    events = [PlannedEvent(_START, killing)]
    if stop.hook_failed and stop.hook_ended_at is not None:
        failed = LifecycleEvent(EventType.WARNING, EventReason.FAILED_PRE_STOP_HOOK, PRE_STOP_HOOK_FAILED, path)
        events.append(PlannedEvent(stop.hook_ended_at, failed))
    return events


def _timer(seconds: int) -> Duration:
    """Return how long a timer of so many seconds runs; beyond 292 years Go's wraps round, maybe to one that is over at once."""
    return max(wrapping_seconds(seconds), _START)


def _whole(time: Duration) -> int:
    return time.nanoseconds // SECOND
