"""Environments: what each container sees, where it comes from, and what will not be as meant."""

from __future__ import annotations

from collections.abc import Iterator

from ...apimachinery.objects import JSONObject, containers, mapping_at, text_at
from ...environment.hostname import InvalidHostname, PodHostname, pod_hostname
from ...environment.pod_services import PodServiceVariables
from ...environment.variables import EnvironmentVariable, Origin, OriginKind
from ...golang.text import to_text
from ..entries import Entry, Line
from ..environment_facts import ContainerEnvironment, FailureFact, examine_container
from ..environment_findings import COLLISION_FINDINGS, HOSTNAME_FINDINGS, INVALID_HOSTNAME_FINDINGS
from ..environment_problems import environment_findings
from ..findings import Finding, find
from ..placements import Placement, placements
from ..report import Subject

__all__ = ["ORDER", "examine"]

ORDER = 30

SHOWN_CHARACTERS = 60
SHOWN_SERVICES = 8
SHOWN_HIDDEN = 3

_UNKNOWN = "(known when the pod runs)"
_HIDDEN = "***"


def examine(subject: Subject) -> Iterator[Entry]:
    """Yield an entry for every container, and one for the pod."""
    created = subject.created.object
    namespace = text_at(mapping_at(subject.admitted.pod, "metadata", subject.template.path) or {}, "namespace", subject.template.path)
    pair = placements(subject.object, created, namespace, subject.holdings.environment)
    services = PodServiceVariables()
    for found in containers(created):
        fact = examine_container(found, subject, pair)
        services = fact.environment.services
        lines = tuple(_lines(fact, subject, pair))
        yield Entry(fact.path, "", lines=lines, findings=tuple(environment_findings(fact)), facts={"environment": _json(fact)})
    yield _pod(subject, pair, services)


# ---------------------------------------------------------------------------------------------------------------------- lines


def _lines(fact: ContainerEnvironment, subject: Subject, pair: tuple[Placement, Placement]) -> Iterator[Line]:
    has_services = subject.holdings.environment.has_services
    rows = (*_own_rows(fact), *_service_rows(fact, pair[1]))
    if rows or has_services:
        yield Line("environment", _summary(fact, has_services=has_services), rows)


def _summary(fact: ContainerEnvironment, *, has_services: bool) -> str:
    own = len(fact.environment.own) + sum(1 for _ in fact.missing())
    counted = "no variables of its own" if not own else "1 variable" if own == 1 else f"{own} variables"
    if not has_services:
        return f"{counted}, besides those of services"
    return f"{counted}, and {len(fact.environment) - len(fact.environment.own)} of services"


def _own_rows(fact: ContainerEnvironment) -> Iterator[tuple[str, str]]:
    for variable in fact.environment.own.values():
        hides = "".join(f", hides {_hidden_text(hidden)}" for hidden in variable.hides[:SHOWN_HIDDEN])
        yield f"{_cut(variable.name)}={_shown(fact, variable)}", f"{_origin_text(variable.origin)}{hides}"
    for name, failure in fact.missing():
        yield f"{_cut(name)}=?", _missing_text(failure)


def _cut(text: str) -> str:
    """Return a text that may be any length, and hold bytes that are no text, as a report shows it."""
    shown = to_text(text[:SHOWN_CHARACTERS])
    return shown if len(text) <= SHOWN_CHARACTERS else f"{shown}…"


def _origin_text(origin: Origin) -> str:
    return _cut(str(origin))


def _hidden_text(hidden: EnvironmentVariable) -> str:
    return "an earlier value" if hidden.origin.kind is OriginKind.VALUE else _origin_text(hidden.origin)


def _missing_text(fact: FailureFact) -> str:
    failure = fact.failure
    if fact.kind:
        return f"{fact.kind} {_cut(failure.subject)}, not among these objects"
    if fact.is_known_later:
        return f"file in volume {_cut(failure.subject)}, known when the pod runs"
    key = f", key {_cut(failure.key)}" if failure.key else ""
    return f"{failure.reason.value}: {_cut(failure.subject)}{key}"


def _shown(fact: ContainerEnvironment, variable: EnvironmentVariable) -> str:
    if variable.is_secret:
        return _HIDDEN
    return _UNKNOWN if variable.name in fact.trace.later else _cut(variable.reveal())


def _service_rows(fact: ContainerEnvironment, other: Placement) -> Iterator[tuple[str, str]]:
    services = fact.environment.services
    for service in services.services[:SHOWN_SERVICES]:
        names = [name for name, _ in service.variables() if name not in fact.environment.own]
        if names:
            is_known = service.cluster_ip == other.address_of(service)
            shown = _cut(services[names[0]]) if is_known else _UNKNOWN
            yield f"{_cut(names[0])}={shown}", f"service {_cut(service.coordinates)}, and {len(set(names)) - 1} more of it"
    more = len(services.services) - SHOWN_SERVICES
    if more > 0:
        yield "…", f"{more} more services"


def _json(fact: ContainerEnvironment) -> JSONObject:
    return {
        "variables": [_variable_json(fact, variable) for variable in fact.environment.own.values()],
        "missing": [
            {"name": to_text(name), "reason": missing.failure.reason.name, "subject": missing.failure.subject}
            for name, missing in fact.missing()
        ],
        "serviceVariables": len(fact.environment) - len(fact.environment.own),
        "bytes": None if fact.size is None else fact.size.total_bytes,
    }


def _variable_json(fact: ContainerEnvironment, variable: EnvironmentVariable) -> JSONObject:
    is_known = not variable.is_secret and variable.name not in fact.trace.later
    return {
        "name": to_text(variable.name),
        **({"value": to_text(variable.reveal())} if is_known else {}),
        "origin": _origin_json(fact, variable.origin),
        "hides": [_origin_json(fact, hidden.origin) for hidden in variable.hides],
        "unresolved": list(variable.unresolved),
    }


def _origin_json(fact: ContainerEnvironment, origin: Origin) -> JSONObject:
    return {**origin.to_json(), **({"path": str(fact.at(origin.path))} if origin.path.parts else {})}


# ------------------------------------------------------------------------------------------------------------------- the pod


def _pod(subject: Subject, pair: tuple[Placement, Placement], services: PodServiceVariables) -> Entry:
    path = subject.template.path
    findings = [finding for collision in services.collisions for finding in find(COLLISION_FINDINGS, collision, path.child("spec"))]
    try:
        hostname = pod_hostname(pair[0].pod, release=subject.cluster.node)
    except InvalidHostname as problem:
        hostname = None
        findings += _refused_hostname(subject, problem)
    lines: tuple[Line, ...] = ()
    if hostname is not None:
        findings += find(HOSTNAME_FINDINGS, hostname, path.child("spec"))
        lines = tuple(_hostname_lines(hostname, pair[1], subject))
    facts = {"services": [service.coordinates for service in services.services]}
    return Entry(path, "pod", lines=lines, findings=tuple(findings), facts=facts)


def _refused_hostname(subject: Subject, problem: InvalidHostname) -> Iterator[Finding]:
    """Yield what the kubelet says of a hostname, unless the API server refuses it before."""
    if all(error.path != problem.path for error in subject.created.errors):
        yield from find(INVALID_HOSTNAME_FINDINGS, problem, subject.template.path.join(problem.path))


def _hostname_lines(hostname: PodHostname, other: Placement, subject: Subject) -> Iterator[Line]:
    if hostname.kernel_hostname is not None and hostname == pod_hostname(other.pod, release=subject.cluster.node):
        in_full = f", in full {hostname.fqdn}" if hostname.domain else ""
        yield Line("hostname", f"{hostname.kernel_hostname}{in_full}")
