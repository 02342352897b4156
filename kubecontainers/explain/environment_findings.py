"""The findings about environments."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from ..environment.container_expansion import InvalidSubPath
from ..environment.failures import EnvironmentFailure
from ..environment.hostname import InvalidHostname, PodHostname
from ..environment.pod_services import ServiceCollision
from ..environment.service_variables import AddressedService
from ..environment.size import MAX_STRING_BYTES, EnvironmentSize
from ..environment.variables import EnvironmentEvent, EnvironmentVariable, OriginKind
from .environment_facts import FailureFact
from .findings import FindingRule, Severity
from .variable_trace import ReferenceFact

__all__ = [
    "COLLISION_FINDINGS",
    "EVENT_FINDINGS",
    "FAILURE_FINDINGS",
    "HOSTNAME_FINDINGS",
    "IMAGE_REFERENCE_FINDINGS",
    "INVALID_HOSTNAME_FINDINGS",
    "NAME_FINDINGS",
    "OLD_NODE_FINDINGS",
    "REFERENCE_FINDINGS",
    "RESOURCE_FINDINGS",
    "SERVICE_FINDINGS",
    "SIZE_FINDINGS",
    "SUB_PATH_FINDINGS",
    "TOO_LARGE_FINDINGS",
    "TORN_FINDINGS",
    "VARIABLE_FINDINGS",
    "ResourceFact",
    "SizeFact",
    "VariableFact",
]

_VARIABLE = re.compile("[A-Z_][A-Z0-9_]*", re.ASCII)
_DEFAULTED = frozenset({"limits.cpu", "limits.memory", "limits.ephemeral-storage"})
_SHOWN_CHARACTERS = 60
_EVERYWHERE = frozenset({"kube-root-ca.crt"})
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
        lambda fact: bool(fact.kind) and fact.is_given and not fact.namespaces and fact.name not in _EVERYWHERE,
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
        lambda fact: fact.is_later and not fact.sources,
        lambda fact: f"{fact.where} refers to $({fact.name}), which is set further down: it stays as it is; move {fact.name} up",
    ),
    FindingRule(
        "KC305",
        Severity.WARNING,
        "A text refers to a variable that nothing sets: the reference stays as it is.",
        lambda fact: _is_unset(fact) and (bool(fact.close) or _is_variable(fact.name)),
        lambda fact: f"{fact.where} refers to $({fact.name}), which nothing here sets: it stays as it is{_close_text(fact)}",
    ),
    FindingRule(
        "KC306",
        Severity.INFO,
        "A value refers to a variable that only an object can set which is not among those read.",
        lambda fact: bool(fact.sources),
        lambda fact: f"{fact.where} refers to $({fact.name}): it stays as it is, unless it comes from {_sources_text(fact)}",
    ),
)
"""Findings about references that stay as they are."""

IMAGE_REFERENCE_FINDINGS: tuple[FindingRule[ReferenceFact], ...] = (
    FindingRule(
        "KC322",
        Severity.WARNING,
        "A value refers to a variable of the image or the container runtime, such as PATH: the kubelet does not know those.",
        lambda fact: fact.is_of_image and not fact.sources,
        lambda fact: f"{fact.where} refers to $({fact.name}): the kubelet does not know variables of the image, so it stays as it is",
    ),
    FindingRule(
        "KC323",
        Severity.INFO,
        "A text has a reference to what is called like no variable, as shells have them: it stays as it is.",
        lambda fact: _is_unset(fact) and not fact.close and not _is_variable(fact.name),
        lambda fact: f"$({fact.name}) in {fact.where} stays as it is, for a shell to read",
    ),
)
"""Findings about references that are meant for others than the kubelet."""


@attrs.frozen
class VariableFact:
    """A variable of ``env`` or ``envFrom``; ``lost`` counts the earlier values in ``env`` that nothing refers to."""

    variable: EnvironmentVariable
    lost: int = 0

    @property
    def service(self) -> str:
        """The service one of whose variables it hides, empty where there is none."""
        return next((hidden.origin.subject for hidden in self.variable.hides if hidden.origin.kind is OriginKind.SERVICE), "")

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
        "A variable is set more than once in env, and nothing refers to an earlier value of it.",
        lambda fact: fact.lost > 0,
        lambda fact: f"{fact.variable.name} is set again further down, and nothing refers to {_values_text(fact.lost)}",
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
)
"""Findings about single variables."""

NAME_FINDINGS: tuple[FindingRule[tuple[str, ...]], ...] = (
    FindingRule(
        "KC310",
        Severity.INFO,
        "Variables have names that no shell can read, such as those with a dash or a dot.",
        bool,
        lambda names: f"no shell reads variables called {_listed(names)}",
    ),
)
"""Findings about the names that one entry of ``env`` or ``envFrom`` gives."""

EVENT_FINDINGS: tuple[FindingRule[EnvironmentEvent], ...] = (
    FindingRule(
        "KC311",
        Severity.WARNING,
        "The nodes leave out keys of envFrom that are no valid names of variables; from 1.30 on they do not.",
        lambda _: True,
        lambda event: f"the nodes leave out {_listed(event.keys)} of {event.origin}, which are no valid names; from 1.30 on they do not",
    ),
)
"""Findings about names that are left out."""


@attrs.frozen
class SizeFact:
    """The size of an environment, and the services that it is given."""

    size: EnvironmentSize
    services: tuple[AddressedService, ...]


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

SIZE_FINDINGS: tuple[FindingRule[SizeFact], ...] = (
    FindingRule(
        "KC313",
        Severity.ERROR,
        "A variable or an argument is longer than the 128 KiB that the kernel allows: no program starts with it.",
        lambda fact: bool(fact.size.too_long or fact.size.too_long_arguments),
        lambda fact: f"no program starts: {_too_long_text(fact)} is longer than {MAX_STRING_BYTES // _KIB} KiB",
    ),
    FindingRule(
        "KC314",
        Severity.ERROR,
        "All variables and arguments together are more than the kernel allows, 2 MiB as a rule: no program starts with them.",
        lambda fact: fact.size.total_bytes > fact.size.max_total_bytes,
        lambda fact: f"no program starts: variables and arguments take {_size_text(fact)}{_advice(fact)}",
    ),
    FindingRule(
        "KC315",
        Severity.WARNING,
        "The variables of services take more than half of what the kernel allows for all variables and arguments.",
        lambda fact: fact.size.total_bytes <= fact.size.max_total_bytes < 2 * fact.size.service_bytes,
        lambda fact: (
            f"variables of services take {fact.size.service_bytes // _KIB} KiB of the {fact.size.max_total_bytes // _KIB} KiB that the "
            "kernel allows: set enableServiceLinks: false"
        ),
    ),
)
"""Findings about the size of an environment."""

TOO_LARGE_FINDINGS: tuple[FindingRule[None], ...] = (
    FindingRule(
        "KC324",
        Severity.ERROR,
        "References to references make texts of more than 16 MiB: no program starts with them.",
        lambda _: True,
        "no program starts: references to references make texts of more than 16 MiB",
    ),
)
"""Findings about texts that grow without end."""


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
        "A variable shows a resource rounded up, such as a CPU limit of 250m as 1; a smaller divisor keeps it exact.",
        lambda fact: fact.is_rounded,
        lambda fact: f"{fact.variable} shows {fact.resource} of {fact.written} rounded up to {fact.shown}; set a smaller divisor",
    ),
    FindingRule(
        "KC317",
        Severity.INFO,
        "A variable shows a limit that the container does not set: it is what the node, or the pod as a whole, has.",
        lambda fact: not fact.written and fact.resource in _DEFAULTED,
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

OLD_NODE_FINDINGS: tuple[FindingRule[str], ...] = (
    FindingRule(
        "KC325",
        Severity.WARNING,
        "A variable comes out of an env file, which the nodes do not read: it is set to nothing, without a word.",
        lambda _: True,
        lambda name: f"the nodes do not read env files: {name} is set to nothing",
    ),
)
"""Findings about what nodes do not know."""

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


SERVICE_FINDINGS: tuple[FindingRule[FailureFact], ...] = (
    FindingRule(
        "KC326",
        Severity.ERROR,
        "A Service that the pod sees has a cluster IP and no ports: the API server takes none such, and a kubelet panics over it.",
        lambda fact: fact.failure.reason is EnvironmentFailure.SERVICE_WITHOUT_PORTS,
        lambda fact: f"service {fact.failure.subject} has a cluster IP and no ports: the API server takes no such service",
    ),
)
"""Findings about services that no cluster has."""


def _failure_text(fact: FailureFact) -> str:
    failure = fact.failure
    return failure.message or f"{failure.reason.value}: {failure.subject!r}"


def _is_unset(fact: ReferenceFact) -> bool:
    return not (fact.is_later or fact.is_of_image or fact.sources)


def _is_variable(name: str) -> bool:
    return _VARIABLE.fullmatch(name) is not None


def _close_text(fact: ReferenceFact) -> str:
    return f"; {fact.close} is meant, perhaps" if fact.close else ""


def _listed(names: Sequence[str], most: int = 5) -> str:
    more = len(names) - most
    shown = ", ".join(name[:_SHOWN_CHARACTERS] for name in names[:most])
    return f"{shown} and {more} more" if more > 0 else shown


def _sources_text(fact: ReferenceFact) -> str:
    return _listed(fact.sources, 3)


def _values_text(count: int) -> str:
    return "the earlier value" if count == 1 else f"{count} earlier values"


def _too_long_text(fact: SizeFact) -> str:
    return _listed([*fact.size.too_long, *(f"argument {position}" for position in fact.size.too_long_arguments)])


def _size_text(fact: SizeFact) -> str:
    return f"{fact.size.total_bytes // _KIB} KiB, the kernel allows {fact.size.max_total_bytes // _KIB} KiB"


def _advice(fact: SizeFact) -> str:
    size = fact.size
    if size.passed_at is None:
        return ""
    position, count = fact.services.index(size.passed_at) + 1, len(fact.services)
    return (
        f", {size.service_bytes // _KIB} KiB of it for services: service {position} of {count} by name, {size.passed_at.name}, is one too "
        "many; set enableServiceLinks: false"
    )
