"""The findings about hooks, and about how containers stop."""

from __future__ import annotations

from ..apimachinery.fields import FieldError
from ..apimachinery.objects import ContainerKind
from ..golang.url import hide_user_information
from ..lifecycle.container_termination import HookOutcome, TimeoutReason
from ..lifecycle.drop import CONTAINER_RESTART_POLICY_KNOWN
from ..lifecycle.grace import MINIMUM_GRACE_SECONDS
from ..lifecycle.handler_validation import HandlerRule
from ..lifecycle.hooks import HTTPGetAction, SleepAction
from ..lifecycle.termination import OVERRIDE_BEFORE_HOOK
from ..lifecycle.termination_order import ORDERED_TERMINATION
from ..lifecycle.validation import LifecycleRule
from .findings import FindingRule, Severity
from .lifecycle_facts import ContainerLife, HookFact, PodLife
from .scheduling_words import names_text

__all__ = ["ADDRESS_FINDINGS", "HOOK_FINDINGS", "LIFE_ERROR_FINDINGS", "ORDER_FINDINGS", "PHRASED", "STOP_FINDINGS"]

_WRONG_KIND = frozenset({LifecycleRule.NOT_FOR_INIT, LifecycleRule.NOT_FOR_EPHEMERAL})
_SLEEPS = frozenset({HandlerRule.SLEEP_TOO_LONG, HandlerRule.SLEEP_TOO_SHORT, HandlerRule.SLEEP_NEGATIVE})

PHRASED = _WRONG_KIND | _SLEEPS
"""Rules of validation that have a finding of their own here."""


LIFE_ERROR_FINDINGS: tuple[FindingRule[FieldError], ...] = (
    FindingRule(
        "KC501",
        Severity.ERROR,
        "A hook or a probe stands in a container of a kind that may have none: the API server refuses the object, or, for a template, its "
        "pods.",
        lambda error: error.rule in _WRONG_KIND,
        lambda error: f"the API server refuses a pod with this: {error}",
    ),
    FindingRule(
        "KC502",
        Severity.ERROR,
        "A hook sleeps for longer than the pod has to stop, or for too short a time: the API server refuses the object, or, for a "
        "template, its pods.",
        lambda error: error.rule in _SLEEPS,
        lambda error: f"the API server refuses a pod with this: {error}",
    ),
)
"""Findings about errors of validation."""


def _is_unsent(fact: HookFact) -> bool:
    return fact.failure is not None


def _then(fact: HookFact) -> str:
    """Say what comes of a hook that fails."""
    if fact.is_post_start:
        return "the container is killed as soon as it has started, again and again"
    return "it fails with FailedPreStopHook, and the container is stopped without it"


def _path_text(fact: HookFact) -> str:
    action = fact.action
    return f"{hide_user_information(action.path)[:60]!r}" if isinstance(action, HTTPGetAction) else ""


def _loses_part(fact: HookFact) -> bool:
    """Return whether a path says more than the kubelet sends: a host, which it overwrites, or a fragment."""
    action = fact.action
    if not isinstance(action, HTTPGetAction) or fact.request is None:
        return False
    path = action.path
    return path.startswith("//") or "://" in path.partition("?")[0] or "#" in path


def _eats_grace(fact: HookFact) -> bool:
    """Return whether a hook leaves the process the least there is; before 1.28 it does not share its time with the process."""
    if not fact.seconds or fact.grace_seconds is None or OVERRIDE_BEFORE_HOOK not in fact.node:
        return False
    return fact.seconds > fact.grace_seconds - MINIMUM_GRACE_SECONDS


def _eaten_text(fact: HookFact) -> str:
    least = "" if isinstance(fact.action, SleepAction) else "at least "
    took = f"preStop takes {least}{fact.seconds} s of the {fact.grace_seconds} s that the container has to stop"
    cut = " and is no longer waited for after that" if (fact.seconds or 0) > (fact.grace_seconds or 0) else ""
    return f"{took}{cut}: the process itself gets {MINIMUM_GRACE_SECONDS} s; raise terminationGracePeriodSeconds"


def _races(fact: HookFact) -> bool:
    action = fact.action
    return fact.is_post_start and isinstance(action, HTTPGetAction) and not action.host and fact.request is not None


HOOK_FINDINGS: tuple[FindingRule[HookFact], ...] = (
    FindingRule(
        "KC503",
        Severity.ERROR,
        "The port of a hook is no number that a port can have, and no port of the container has its name; or its parts make no request. "
        "After postStart the container is killed; preStop is as good as none.",
        _is_unsent,
        lambda fact: f"{fact.field} sends nothing: {fact.failure.value if fact.failure else ''}; {_then(fact)}",
    ),
    FindingRule(
        "KC504",
        Severity.ERROR,
        "A postStart hook is a tcpSocket, which no kubelet runs: the container is killed as soon as it has started, again and again.",
        lambda fact: fact.is_tcp and fact.is_post_start,
        lambda fact: f"no kubelet runs a tcpSocket hook: {_then(fact)}",
    ),
    FindingRule(
        "KC505",
        Severity.WARNING,
        "A preStop hook is a tcpSocket, which no kubelet runs: the container is stopped as if it had none.",
        lambda fact: fact.is_tcp and not fact.is_post_start,
        lambda fact: f"no kubelet runs a tcpSocket hook: {_then(fact)}",
    ),
    FindingRule(
        "KC506",
        Severity.WARNING,
        "A hook sleeps, which the nodes do not know, or have switched off: postStart fails or does nothing, preStop gives no time.",
        lambda fact: fact.loses_sleep,
        lambda fact: f"the nodes do not sleep in hooks: {_then(fact) if fact.action is None else f'{fact.field} ends at once'}",
    ),
    FindingRule(
        "KC507",
        Severity.WARNING,
        "A preStop hook takes so much of the grace period that the process itself gets the least there is, 2 s, before it is killed.",
        _eats_grace,
        _eaten_text,
    ),
    FindingRule(
        "KC508",
        Severity.WARNING,
        "A postStart hook asks the container's own server, which may not listen yet: the hook is not tried again, and the container is "
        "killed.",
        _races,
        "postStart may ask before the server listens: it is not tried again, and the container is killed; use a startup probe",
    ),
    FindingRule(
        "KC509",
        Severity.INFO,
        "A hook is an HTTP request: any answer counts as success, also 404 and 500.",
        lambda fact: fact.request is not None,
        lambda fact: f"whatever {fact.field} is answered counts as success, also 404 and 500",
    ),
    FindingRule(
        "KC510",
        Severity.WARNING,
        "The path of a hook has a host or a fragment, of which the kubelet sends nothing.",
        _loses_part,
        lambda fact: f"of the path {_path_text(fact)} only {fact.request.target if fact.request else ''} is asked for, at {_where(fact)}",
    ),
    FindingRule(
        "KC511",
        Severity.INFO,
        "A postStart hook has no time limit, and the containers after it are not started before it has ended.",
        lambda fact: fact.is_post_start and fact.others_wait and fact.seconds is None and fact.action is not None and not _is_unsent(fact),
        "postStart has no time limit, and the containers after this one wait for it",
    ),
)
"""Findings about a hook."""


def _no_time_text(fact: tuple[PodLife, ContainerLife]) -> str:
    stop = fact[1].stop
    waits = "does not run preStop" if stop is None or stop.hook is HookOutcome.NO_TIME else f"waits {stop.grace_seconds} s for preStop"
    return f"terminationGracePeriodSeconds is 0: the kubelet {waits}, and {stop.timeout_seconds if stop else 0} s for the process"


def _where(fact: HookFact) -> str:
    return "the pod's own address" if isinstance(fact.action, HTTPGetAction) and not fact.action.host else "the host of the hook"


STOP_FINDINGS: tuple[FindingRule[tuple[PodLife, ContainerLife]], ...] = (
    FindingRule(
        "KC512",
        Severity.WARNING,
        "The pod has no time to stop, so that a preStop hook is waited for one second at the most.",
        lambda fact: fact[0].grace_seconds == 0 and any(not hook.is_post_start for hook in fact[1].hooks) and fact[1].stop is not None,
        _no_time_text,
    ),
    FindingRule(
        "KC513",
        Severity.INFO,
        "A sidecar's preStop hook starts together with those of the app containers, though its stop signal comes after they have stopped.",
        lambda fact: fact[1].is_sidecar and any(not hook.is_post_start for hook in fact[1].hooks) and ORDERED_TERMINATION in fact[0].node,
        "preStop of a sidecar does not wait for the app containers: only its stop signal does",
    ),
)
"""Findings about how a container of a pod stops."""


def _sidecars(fact: PodLife) -> list[str]:
    return [life.found.name for life in fact.containers if life.is_sidecar]


def _without_sidecars(fact: PodLife) -> str:
    """Say what a node makes of a pod whose sidecars it has not enabled, or does not know."""
    if CONTAINER_RESTART_POLICY_KNOWN in fact.node:
        return "they refuse the pod, InitContainerRestartPolicyForbidden"
    return "they start no container after one that does not end"


def _starving(fact: PodLife) -> list[str]:
    """Return the app containers whose hook alone takes so long that sidecars get the least there is."""
    return [
        life.found.name
        for life in fact.containers
        if life.found.kind is ContainerKind.APP
        and any(_eats_grace(hook) for hook in life.hooks)
        and life.stop is not None
        and life.stop.timeout_reason is TimeoutReason.MINIMUM
    ]


ORDER_FINDINGS: tuple[FindingRule[PodLife], ...] = (
    FindingRule(
        "KC514",
        Severity.WARNING,
        "The pod has sidecars, which the nodes stop together with the app containers: before 1.29 nothing waits for them.",
        lambda fact: bool(_sidecars(fact)) and ORDERED_TERMINATION not in fact.node,
        lambda fact: f"the nodes stop {names_text(_sidecars(fact))} together with the app containers, not after them",
    ),
    FindingRule(
        "KC515",
        Severity.WARNING,
        "An app container takes the whole grace period, so that the sidecars get the least there is, 2 s, each at about the same time.",
        lambda fact: bool(_sidecars(fact) and _starving(fact)) and ORDERED_TERMINATION in fact.node,
        lambda fact: (
            f"preStop of {names_text(_starving(fact))} takes all of the grace period: only {MINIMUM_GRACE_SECONDS} s are left to stop "
            f"{names_text(_sidecars(fact))}"
        ),
    ),
    FindingRule(
        "KC516",
        Severity.ERROR,
        "The pod has sidecars, which the nodes do not know, or have switched off: 1.28 refuses the pod, and earlier nodes start no "
        "container before the one in front of it has ended.",
        lambda fact: bool(fact.unknown_sidecars),
        lambda fact: f"the nodes know no sidecars such as {names_text(fact.unknown_sidecars)}: {_without_sidecars(fact)}",
    ),
)
"""Findings about the pod as a whole."""

ADDRESS_FINDINGS: tuple[FindingRule[HookFact], ...] = (
    FindingRule(
        "KC517",
        Severity.WARNING,
        "A hook asks localhost, or another loopback address, which is the node's and not the pod's: the kubelet sends the request.",
        lambda fact: fact.asks_the_node,
        lambda fact: f"the kubelet sends the request of {fact.field}, so its host is the node; leave host out to ask the pod",
    ),
)
"""Findings about whom a hook asks."""
