"""The findings about environments."""

from __future__ import annotations

import re

import attrs

from ..environment.container_expansion import InvalidSubPath
from ..environment.hostname import InvalidHostname, PodHostname
from ..environment.pod_services import ServiceCollision
from ..environment.size import MAX_STRING_BYTES
from ..environment.variables import EnvironmentEvent, EnvironmentVariable, OriginKind
from .environment_facts import ContainerEnvironment, FailureFact, ReferenceFact
from .findings import FindingRule, Severity

__all__ = [
    "COLLISION_FINDINGS",
    "EVENT_FINDINGS",
    "FAILURE_FINDINGS",
    "HOSTNAME_FINDINGS",
    "INVALID_HOSTNAME_FINDINGS",
    "REFERENCE_FINDINGS",
    "RESOURCE_FINDINGS",
    "SIZE_FINDINGS",
    "SUB_PATH_FINDINGS",
    "TORN_FINDINGS",
    "VARIABLE_FINDINGS",
    "ResourceFact",
    "VariableFact",
]

_SHELL_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_KIB = 1024

FAILURE_FINDINGS: tuple[FindingRule[FailureFact], ...] = (
    FindingRule(
        "KC301",
        Severity.ERROR,
        "A variable asks for something that is not there, such as a key that a ConfigMap has not: the container waits with "
        "CreateContainerConfigError.",
        lambda fact: fact.is_certain,
        lambda fact: f"the container waits with CreateContainerConfigError: {_failure_text(fact)}",
    ),
    FindingRule(
        "KC302",
        Severity.ERROR,
        "A ConfigMap or Secret is in another namespace than the pod, where the pod does not find it.",
        lambda fact: bool(fact.kind and fact.namespaces),
        lambda fact: (
            f"{fact.kind} {fact.name} is in namespace {', '.join(fact.namespaces)}, not in the pod's: the container waits with "
            "CreateContainerConfigError"
        ),
    ),
    FindingRule(
        "KC303",
        Severity.INFO,
        "A ConfigMap or Secret is not among the objects read. If it is not in the cluster either, the container does not start.",
        lambda fact: bool(fact.kind) and fact.is_given and not fact.namespaces,
        lambda fact: (
            f"{fact.kind} {fact.name} is not among these objects; if it is not in the cluster either, the container waits with "
            "CreateContainerConfigError"
        ),
    ),
)
"""Findings about entries that have no value."""

REFERENCE_FINDINGS: tuple[FindingRule[ReferenceFact], ...] = (
    FindingRule(
        "KC304",
        Severity.WARNING,
        "A value refers to a variable that a later entry of env sets: the reference stays as it is, since the order counts.",
        lambda fact: fact.is_later,
        lambda fact: f"{fact.variable} refers to $({fact.name}), which is set further down: it stays as it is; move {fact.name} up",
    ),
    FindingRule(
        "KC305",
        Severity.WARNING,
        "A value refers to a variable that nothing sets: the reference stays as it is.",
        lambda fact: not fact.is_later and not fact.sources,
        lambda fact: f"{fact.variable} refers to $({fact.name}), which nothing here sets: it stays as it is{_close_text(fact)}",
    ),
    FindingRule(
        "KC306",
        Severity.INFO,
        "A value refers to a variable that only a ConfigMap or Secret can set which is not among the objects read.",
        lambda fact: not fact.is_later and bool(fact.sources),
        lambda fact: f"{fact.variable} refers to $({fact.name}): it stays as it is, unless it comes from {' or '.join(fact.sources)}",
    ),
)
"""Findings about references that stay as they are."""


@attrs.frozen
class VariableFact:
    """A variable of ``env`` or ``envFrom``."""

    variable: EnvironmentVariable

    @property
    def service(self) -> str:
        """The service one of whose variables it hides, empty where there is none."""
        return next((hidden.origin.subject for hidden in self.variable.hides if hidden.origin.kind is OriginKind.SERVICE), "")

    @property
    def lost(self) -> tuple[EnvironmentVariable, ...]:
        """The earlier values in ``env`` of which nothing is left: no later one refers to them."""
        if any(reference.name == self.variable.name for reference in self.variable.references):
            return ()
        return tuple(hidden for hidden in self.variable.hides if hidden.origin.kind is OriginKind.VALUE)

    @property
    def services_needed(self) -> tuple[str, ...]:
        """The services whose variables its value refers to."""
        origins = (reference.origin for reference in self.variable.references)
        return tuple(dict.fromkeys(origin.subject for origin in origins if origin is not None and origin.kind is OriginKind.SERVICE))


VARIABLE_FINDINGS: tuple[FindingRule[VariableFact], ...] = (
    FindingRule(
        "KC307",
        Severity.INFO,
        "A variable of the container has the name of a service's variable and hides it.",
        lambda fact: bool(fact.service),
        lambda fact: f"{fact.variable.name} hides the variable that service {fact.service} gives under this name",
    ),
    FindingRule(
        "KC308",
        Severity.WARNING,
        "A variable is set more than once in env: the last counts, and nothing refers to the others.",
        lambda fact: bool(fact.lost),
        lambda fact: f"{fact.variable.name} is set {len(fact.lost) + 1} times: only the last counts",
    ),
    FindingRule(
        "KC309",
        Severity.INFO,
        "A value refers to a variable of a service, which is only there if the service was before the container.",
        lambda fact: bool(fact.services_needed),
        lambda fact: (
            f"{fact.variable.name} refers to variables of service {', '.join(fact.services_needed)}: they are there only if it was created "
            "before the container; its DNS name would do at any time"
        ),
    ),
    FindingRule(
        "KC310",
        Severity.INFO,
        "A variable has a name that no shell can read, such as one with a dash or a dot.",
        lambda fact: not _SHELL_NAME.fullmatch(fact.variable.name),
        lambda fact: f"no shell reads a variable called {fact.variable.name}",
    ),
)
"""Findings about single variables."""

EVENT_FINDINGS: tuple[FindingRule[EnvironmentEvent], ...] = (
    FindingRule(
        "KC311",
        Severity.WARNING,
        "The nodes leave out keys of envFrom that are no valid names of variables; from 1.30 on they do not.",
        lambda _: True,
        lambda event: f"the nodes leave out {', '.join(event.keys)} of {event.origin}, which are no valid names; from 1.30 on they do not",
    ),
)
"""Findings about names that are left out."""

COLLISION_FINDINGS: tuple[FindingRule[ServiceCollision], ...] = (
    FindingRule(
        "KC312",
        Severity.WARNING,
        "Several services give one variable different values: which one a container gets is chance, and may change at a restart.",
        lambda _: True,
        lambda collision: f"services {' and '.join(collision.services)} all set {collision.name}: which value a container gets is chance",
    ),
)
"""Findings about services."""

SIZE_FINDINGS: tuple[FindingRule[ContainerEnvironment], ...] = (
    FindingRule(
        "KC313",
        Severity.ERROR,
        "A variable is longer than the 128 KiB that the kernel allows: no program starts with it.",
        lambda fact: bool(fact.size.too_long),
        lambda fact: f"no program starts: {', '.join(fact.size.too_long)} is longer than {MAX_STRING_BYTES // _KIB} KiB",
    ),
    FindingRule(
        "KC314",
        Severity.ERROR,
        "All variables and arguments together are more than the kernel allows, 2 MiB as a rule: no program starts with them.",
        lambda fact: fact.size.total > fact.size.max_total_bytes,
        lambda fact: f"no program starts: variables and arguments take {_size_text(fact)}{_advice(fact)}",
    ),
    FindingRule(
        "KC315",
        Severity.WARNING,
        "The variables of services take more than half of what the kernel allows for all variables and arguments.",
        lambda fact: fact.size.total <= fact.size.max_total_bytes < 2 * fact.size.services,
        lambda fact: (
            f"variables of services take {fact.size.services // _KIB} KiB of the {fact.size.max_total_bytes // _KIB} KiB that the kernel "
            "allows: set enableServiceLinks: false"
        ),
    ),
)
"""Findings about the size of an environment."""


@attrs.frozen
class ResourceFact:
    """A variable that shows a limit or request: ``written`` is what the manifest sets, empty where it sets nothing."""

    variable: str
    resource: str
    written: str
    shown: str
    is_rounded: bool


RESOURCE_FINDINGS: tuple[FindingRule[ResourceFact], ...] = (
    FindingRule(
        "KC316",
        Severity.WARNING,
        "A variable shows a resource rounded up, such as a CPU limit of 250m as 1; a divisor keeps it exact.",
        lambda fact: fact.is_rounded,
        lambda fact: f"{fact.variable} shows {fact.resource} of {fact.written} rounded up to {fact.shown}; set a smaller divisor",
    ),
    FindingRule(
        "KC317",
        Severity.INFO,
        "A variable shows a limit that the container does not set: it is what the node, or the pod as a whole, has.",
        lambda fact: not fact.written and fact.resource.startswith("limits."),
        lambda fact: f"{fact.variable} shows {fact.resource}, which the container does not set: it is what the node, or the whole pod, has",
    ),
)
"""Findings about variables that show resources."""

TORN_FINDINGS: tuple[FindingRule[str], ...] = (
    FindingRule(
        "KC321",
        Severity.WARNING,
        "A letter that is not ASCII stands behind a $: nodes before 1.34 tear it apart.",
        lambda _: True,
        lambda field: f"{field} has a letter behind a $ that the nodes tear apart; from 1.34 on they keep it",
    ),
)
"""Findings about texts that the nodes' release changes where it need not."""

SUB_PATH_FINDINGS: tuple[FindingRule[InvalidSubPath], ...] = (
    FindingRule(
        "KC318",
        Severity.ERROR,
        "A subPathExpr refers to a variable that is missing or empty, or leads out of its volume: the container does not start.",
        lambda _: True,
        lambda problem: f"the container waits with CreateContainerConfigError: subPathExpr: {problem}",
    ),
)
"""Findings about paths of mounts."""

INVALID_HOSTNAME_FINDINGS: tuple[FindingRule[InvalidHostname], ...] = (
    FindingRule(
        "KC319",
        Severity.ERROR,
        "The kubelet refuses the hostname: the pod stays in ContainerCreating. The API server may have taken it.",
        lambda _: True,
        lambda problem: f"the pod stays in ContainerCreating: {problem}",
    ),
)
"""Findings about hostnames that the kubelet refuses."""

HOSTNAME_FINDINGS: tuple[FindingRule[PodHostname], ...] = (
    FindingRule(
        "KC320",
        Severity.WARNING,
        "The hostname is cut, since it has more than the 63 bytes of a DNS label.",
        lambda hostname: hostname.truncated,
        lambda hostname: f"{hostname.source.value} is cut to 63 bytes: the hostname is {hostname.hostname}",
    ),
)
"""Findings about hostnames."""


def _failure_text(fact: FailureFact) -> str:
    failure = fact.failure
    return failure.message or f"{failure.reason.value}: {failure.subject!r}"


def _close_text(fact: ReferenceFact) -> str:
    return f"; {fact.close} is meant, perhaps" if fact.close else ""


def _size_text(fact: ContainerEnvironment) -> str:
    return f"{fact.size.total // _KIB} KiB, the kernel allows {fact.size.max_total_bytes // _KIB} KiB"


def _advice(fact: ContainerEnvironment) -> str:
    size = fact.size
    if size.passed_at is None:
        return ""
    position = fact.environment.services.services.index(size.passed_at) + 1
    count = len(fact.environment.services.services)
    return (
        f", {size.services // _KIB} KiB of it for services: service {position} of {count} by name, {size.passed_at.name}, is one too many; "
        "set enableServiceLinks: false"
    )
