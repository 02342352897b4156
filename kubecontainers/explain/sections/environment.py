"""Environments: what each container sees, where it comes from, and what will not be as meant."""

from __future__ import annotations

from collections.abc import Iterator

from ...apimachinery.fields import FieldPath
from ...apimachinery.objects import ContainerAt, JSONObject, containers, mapping_at, objects_at, text_at, texts_at
from ...apimachinery.quantity import Quantity, QuantityTooLong
from ...environment.container_expansion import InvalidSubPath, expand_sub_path
from ...environment.expansion import expand
from ...environment.hostname import InvalidHostname, PodHostname, pod_hostname
from ...environment.pod_services import PodServiceVariables
from ...environment.variables import EnvironmentVariable, OriginKind
from ..entries import Entry, Line
from ..environment_facts import ContainerEnvironment, FailureFact, examine_container
from ..environment_findings import (
    COLLISION_FINDINGS,
    EVENT_FINDINGS,
    FAILURE_FINDINGS,
    HOSTNAME_FINDINGS,
    INVALID_HOSTNAME_FINDINGS,
    REFERENCE_FINDINGS,
    RESOURCE_FINDINGS,
    SIZE_FINDINGS,
    SUB_PATH_FINDINGS,
    TORN_FINDINGS,
    VARIABLE_FINDINGS,
    ResourceFact,
    VariableFact,
)
from ..findings import Finding, find
from ..placements import Placement, placements
from ..report import Subject

__all__ = ["ORDER", "examine"]

ORDER = 30

SHOWN_CHARACTERS = 60
SHOWN_SERVICES = 8

_UNKNOWN = "(known when the pod runs)"
_HIDDEN = "***"


def examine(subject: Subject) -> Iterator[Entry]:
    """Yield an entry for every container, and one for the pod."""
    created = subject.created.object
    namespace = text_at(mapping_at(subject.admitted.pod, "metadata", subject.template.path) or {}, "namespace", subject.template.path)
    pair = placements(subject.object, created, namespace, subject.holdings.environment)
    for found in containers(created):
        fact = examine_container(found, subject, pair)
        lines = tuple(_lines(fact, subject))
        yield Entry(fact.path, "", lines=lines, findings=tuple(_findings(fact)), facts={"environment": _json(fact)})
    yield _pod(subject, pair)


# ---------------------------------------------------------------------------------------------------------------------- lines


def _lines(fact: ContainerEnvironment, subject: Subject) -> Iterator[Line]:
    services, has_services = fact.environment.services, subject.holdings.environment.has_services
    rows = (*_own_rows(fact), *_service_rows(fact, services))
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
        hides = "".join(f", hides {_hidden_text(hidden)}" for hidden in variable.hides)
        yield f"{variable.name}={_shown(fact, variable)}", f"{variable.origin}{hides}"
    for name, failure in fact.missing():
        yield f"{name}=?", _missing_text(failure)


def _hidden_text(hidden: EnvironmentVariable) -> str:
    return "an earlier value" if hidden.origin.kind is OriginKind.VALUE else str(hidden.origin)


def _missing_text(fact: FailureFact) -> str:
    failure = fact.failure
    if fact.kind:
        return f"{fact.kind} {failure.subject}, not among these objects"
    if fact.is_known_later:
        return f"file in volume {failure.subject}, known when the pod runs"
    key = f", key {failure.key}" if failure.key else ""
    return f"{failure.reason.value}: {failure.subject}{key}"


def _shown(fact: ContainerEnvironment, variable: EnvironmentVariable) -> str:
    if variable.is_secret:
        return _HIDDEN
    if variable.name in fact.later:
        return _UNKNOWN
    value = variable.reveal()
    return value if len(value) <= SHOWN_CHARACTERS else f"{value[:SHOWN_CHARACTERS]}…"


def _service_rows(fact: ContainerEnvironment, services: PodServiceVariables) -> Iterator[tuple[str, str]]:
    for service in services.services[:SHOWN_SERVICES]:
        names = [name for name, _ in service.variables() if name not in fact.environment.own]
        if names:
            yield f"{names[0]}={services[names[0]]}", f"service {service.coordinates}, and {len(set(names)) - 1} more of it"
    more = len(services.services) - SHOWN_SERVICES
    if more > 0:
        yield "…", f"{more} more services"


def _json(fact: ContainerEnvironment) -> JSONObject:
    return {
        "variables": [_variable_json(fact, variable) for variable in fact.environment.own.values()],
        "missing": [
            {"name": name, "reason": failure.failure.reason.name, "subject": failure.failure.subject} for name, failure in fact.missing()
        ],
        "services": [service.coordinates for service in fact.environment.services.services],
        "bytes": fact.size.total,
    }


def _variable_json(fact: ContainerEnvironment, variable: EnvironmentVariable) -> JSONObject:
    is_known = not variable.is_secret and variable.name not in fact.later
    return {
        "name": variable.name,
        **({"value": variable.value} if is_known else {}),
        "origin": variable.origin.to_json(),
        "hides": [hidden.origin.to_json() for hidden in variable.hides],
        "unresolved": list(variable.unresolved),
    }


# ------------------------------------------------------------------------------------------------------------------- findings


def _findings(fact: ContainerEnvironment) -> Iterator[Finding]:
    for failure in fact.failures:
        yield from find(FAILURE_FINDINGS, failure, fact.at(failure.failure.path))
    for reference in fact.references():
        yield from find(REFERENCE_FINDINGS, reference, reference.path)
    for variable in fact.environment.own.values():
        yield from find(VARIABLE_FINDINGS, VariableFact(variable), fact.at(variable.origin.path))
    for event in fact.environment.events:
        yield from find(EVENT_FINDINGS, event, fact.at(event.origin.path))
    for path, resource in _resources(fact):
        yield from find(RESOURCE_FINDINGS, resource, path)
    for path, problem in _sub_paths(fact):
        yield from find(SUB_PATH_FINDINGS, problem, path)
    for path in _torn(fact):
        yield from find(TORN_FINDINGS, str(path), path)
    yield from find(SIZE_FINDINGS, fact, fact.path.child("env"))


def _resources(fact: ContainerEnvironment) -> Iterator[tuple[FieldPath, ResourceFact]]:
    """Yield the variables that show what the container itself sets, or could set."""
    for at, entry in objects_at(fact.found.container, "env", fact.found.path):
        selector = mapping_at(mapping_at(entry, "valueFrom", at) or {}, "resourceFieldRef", at.child("valueFrom")) or {}
        variable = fact.environment.own.get(text_at(entry, "name", at))
        if selector and not selector.get("containerName") and variable is not None and variable.origin.path == at:
            yield fact.at(at), _resource(fact.found, selector, variable)


def _resource(found: ContainerAt, selector: JSONObject, variable: EnvironmentVariable) -> ResourceFact:
    kind, _, name = variable.origin.subject.partition(".")
    held = mapping_at(found.container, "resources", found.path) or {}
    written = Quantity.from_json((mapping_at(held, kind, found.path.child("resources")) or {}).get(name))
    divisor = Quantity.from_json(selector.get("divisor")) or Quantity.parse("1")
    shown = variable.reveal()
    try:
        is_rounded = bool(written) and Quantity.parse(shown).to_fraction() * divisor.to_fraction() > written.to_fraction()
    except QuantityTooLong:  # which nobody sets
        is_rounded = False
    return ResourceFact(variable.name, variable.origin.subject, str(written) if written else "", shown, is_rounded)


def _sub_paths(fact: ContainerEnvironment) -> Iterator[tuple[FieldPath, InvalidSubPath]]:
    """Yield what is wrong with the paths of mounts, as far as it does not depend on what is known later."""
    for at, mount in objects_at(fact.found.container, "volumeMounts", fact.found.path):
        try:
            expand_sub_path(text_at(mount, "subPathExpr", at), fact.environment)
        except InvalidSubPath as problem:
            names = tuple(name for name in problem.names if name not in fact.later)
            if names or not problem.names:
                yield fact.at(at).child("subPathExpr"), InvalidSubPath(problem.problem, names)


def _torn(fact: ContainerEnvironment) -> Iterator[FieldPath]:
    """Yield the texts that the nodes' release expands otherwise than the newest does."""
    container, path, release = fact.found.container, fact.found.path, fact.environment.release
    texts = [(at.child("value"), text_at(entry, "value", at)) for at, entry in objects_at(container, "env", path)]
    for field in ("command", "args"):
        texts += ((path.child(field).index(position), text) for position, text in enumerate(texts_at(container, field, path)))
    for at, text in texts:
        if expand(text, release=release) != expand(text):
            yield fact.at(at)


# ------------------------------------------------------------------------------------------------------------------- the pod


def _pod(subject: Subject, pair: tuple[Placement, Placement]) -> Entry:
    placement = pair[0]
    path = subject.template.path
    findings: list[Finding] = []
    lines: list[Line] = []
    try:
        hostname = pod_hostname(placement.pod, release=subject.cluster.node)
    except InvalidHostname as problem:
        findings += find(INVALID_HOSTNAME_FINDINGS, problem, path.join(problem.path))
    else:
        findings += find(HOSTNAME_FINDINGS, hostname, path.child("spec"))
        lines += _hostname_lines(hostname, is_known=hostname == pod_hostname(pair[1].pod, release=subject.cluster.node))
    spec = mapping_at(placement.pod, "spec", path) or {}
    namespace = text_at(mapping_at(placement.pod, "metadata", path) or {}, "namespace", path)
    services = placement.sources.service_variables(namespace, enable_service_links=spec.get("enableServiceLinks") is True)
    for collision in services.collisions:
        findings += find(COLLISION_FINDINGS, collision, path.child("spec"))
    return Entry(path, "pod", lines=tuple(lines), findings=tuple(findings))


def _hostname_lines(hostname: PodHostname, *, is_known: bool) -> Iterator[Line]:
    if is_known and hostname.kernel_hostname is not None:
        in_full = f", in full {hostname.fqdn}" if hostname.domain else ""
        yield Line("hostname", f"{hostname.kernel_hostname}{in_full}")
