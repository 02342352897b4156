"""Lifecycle: the hooks of each container, and when it is killed at the latest."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...apimachinery.fields import FieldPath
from ...apimachinery.objects import JSONObject
from ...golang.duration import Duration
from ...lifecycle.container_termination import ContainerTermination, TurnOutcome
from ...lifecycle.termination_text import handler_text, seconds_text
from ..entries import Entry, Line
from ..findings import Finding, find
from ..lifecycle_facts import ContainerLife, HookFact, PodLife, examine_life, without_secrets
from ..lifecycle_findings import ADDRESS_FINDINGS, HOOK_FINDINGS, LIFE_ERROR_FINDINGS, ORDER_FINDINGS, STOP_FINDINGS
from ..report import Subject

__all__ = ["ORDER", "examine"]

ORDER = 50

_START = Duration()


def examine(subject: Subject) -> Iterator[Entry]:
    """Yield an entry for every container, and one for the pod."""
    fact, path = examine_life(subject), subject.template.path
    for life in fact.containers:
        at = path.join(life.found.path)
        findings = tuple(_findings(fact, life, at))
        yield Entry(at, "", lines=tuple(_lines(life)), findings=findings, facts={"lifecycle": _json(life)})
    findings = (*_errors(subject), *find(ORDER_FINDINGS, fact, path.child("spec")))
    yield Entry(path, "pod", lines=tuple(_pod_lines(fact)), findings=findings, facts={"termination": _pod_json(fact)})


def _findings(fact: PodLife, life: ContainerLife, path: FieldPath) -> Iterator[Finding]:
    for hook in life.hooks:
        at = path.child("lifecycle", hook.field)
        yield from find(HOOK_FINDINGS, hook, at)
        yield from find(ADDRESS_FINDINGS, hook, at)
    yield from find(STOP_FINDINGS, (fact, life), path)


def _errors(subject: Subject) -> Iterator[Finding]:
    for error in subject.created.errors:
        path = subject.template.path.join(error.path)
        yield from find(LIFE_ERROR_FINDINGS, attrs.evolve(error, path=path), path)


# ---------------------------------------------------------------------------------------------------------------------- lines


def _lines(life: ContainerLife) -> Iterator[Line]:
    for hook in life.hooks:
        yield Line(hook.field, _hook_text(hook))
    if life.stop is not None:
        yield Line("stops", _stop_text(life.stop))


def _hook_text(hook: HookFact) -> str:
    sent = f": {hook.request.method} {hook.request.target}" if hook.request else ""
    if hook.action is not None:
        return f"{handler_text(hook.handler)}{sent}"
    if not hook.written.kinds:
        return "nothing, and so fails at once"
    return f"{handler_text(hook.written)}, which {'the nodes do not know' if hook.loses_sleep else 'no kubelet runs'}"


def _stop_text(stop: ContainerTermination) -> str:
    signal = stop.stop_signal.removeprefix("SIG") or "TERM"
    turn = " after those that it waits for," if stop.turn in {TurnOutcome.CAME, TurnOutcome.EXPIRED} else ""
    when = "at once" if stop.term_at == _START else f"within {seconds_text(stop.term_at)}"
    return f"{signal}{turn} {when}; KILL at {seconds_text(stop.returned_at)}"


def _pod_lines(fact: PodLife) -> Iterator[Line]:
    reasons = "; ".join(reason.value for reason in fact.grace_reasons)
    stops = fact.plan.containers
    if stops:
        rows = fact.plan.to_text().splitlines() if any(stop.pre_stop or stop.turn is not TurnOutcome.NOBODY for stop in stops) else ()
        text = f"{fact.grace_seconds} s to stop: {reasons}; all are gone within {seconds_text(fact.done_at)}"
        yield Line("deletion", text, tuple((row,) for row in rows))


# ----------------------------------------------------------------------------------------------------------------------- JSON


def _json(life: ContainerLife) -> JSONObject:
    return {
        "hooks": [_hook_json(hook) for hook in life.hooks],
        "stopSignal": life.stop_signal,
        "sidecar": life.is_sidecar,
        "killedAt": None if life.stop is None else str(life.stop.returned_at),
    }


def _hook_json(hook: HookFact) -> JSONObject:
    request = hook.request
    return {
        "hook": hook.field,
        "handler": without_secrets(hook.handler).to_json(),
        "runs": hook.action is not None,
        "request": None if request is None else {"method": request.method, "target": request.target, "tls": request.tls},
        "failure": None if hook.failure is None else hook.failure.name,
        "seconds": hook.seconds,
    }


def _pod_json(fact: PodLife) -> JSONObject:
    stops = (
        stop if stop.pre_stop is None else attrs.evolve(stop, pre_stop=without_secrets(stop.pre_stop)) for stop in fact.plan.containers
    )
    worst = attrs.evolve(fact.plan, containers=tuple(stops)).to_json()
    return {"graceSeconds": fact.grace_seconds, "reasons": [reason.name for reason in fact.grace_reasons], "worst": worst}
