"""What ``kubecontainers env`` says beside an environment: what in it is made up or missing, and what the kubelet would say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, boolean_at, mapping_at
from ..environment.hostname import HostnameSource
from ..environment.variables import EnvironmentVariable, OriginKind
from ..explain.core_objects import coordinate
from ..explain.environment_objects import awaits_address
from ..pods.made import PodNaming
from .env_pod import Composed

__all__ = ["environment_notes"]

API_SERVER_VARIABLE = "KUBERNETES_SERVICE_HOST"
HOSTNAME = "HOSTNAME"

_KNOWN_LATER = {
    "status.podIP": "; give it with --pod-ip",
    "status.podIPs": "; give them with --pod-ip",
    "spec.nodeName": "; give it with --node-name",
    "spec.host": "; give it with --node-name",
    "metadata.uid": "",
}
"""Fields that are only there once the pod is, and what gives them."""


def environment_notes(composed: Composed, services: Sequence[JSONObject]) -> Iterator[str]:
    """Yield what one has to know of an environment to trust it; ``services`` are the Services that it was made of."""
    yield from _made_up_name(composed)
    yield from _known_later(composed)
    yield from (f"event {event.reason}: {event.message}" for event in composed.environment.events)
    yield from _references(composed)
    spec = mapping_at(composed.made.pod, "spec", ROOT) or {}
    yield from _services(composed, services, has_links=bool(boolean_at(spec, "enableServiceLinks", ROOT.child("spec"))))


def _shows(variable: EnvironmentVariable, field: str) -> bool:
    return variable.origin.kind is OriginKind.FIELD and variable.origin.subject == field


def _made_up_name(composed: Composed) -> Iterator[str]:
    if composed.made.naming is not PodNaming.MADE_UP:
        return
    environment = composed.environment
    names = [name for name, variable in environment.own.items() if _shows(variable, "metadata.name")]
    hostname = environment.get(HOSTNAME)
    if hostname and hostname.origin.kind is OriginKind.RUNTIME and composed.hostname.source is HostnameSource.POD_NAME:
        names.insert(0, HOSTNAME)
    if names:
        yield f"{', '.join(names)}: the pod's name is made up, {composed.made.name}; say with --pod-name what it is called"


def _known_later(composed: Composed) -> Iterator[str]:
    for name, variable in composed.environment.own.items():
        for field, advice in _KNOWN_LATER.items():
            if _shows(variable, field) and not variable.value:
                yield f"{name} is empty here, since {field} is only known when the pod runs{advice}"


def _references(composed: Composed) -> Iterator[str]:
    for name, variable in composed.environment.own.items():
        for reference in dict.fromkeys(variable.references):
            if reference.origin is None:
                yield f"{name} refers to $({reference.name}), which nothing sets before it: the reference stays as it is"


def _services(composed: Composed, services: Sequence[JSONObject], *, has_links: bool) -> Iterator[str]:
    """Yield which variables of services a cluster would add, and which values are left to chance."""
    environment, namespace = composed.environment, composed.workload.namespace
    if not services:
        yield f"no Service is among the objects: variables of services are missing, such as {API_SERVER_VARIABLE}"
    elif API_SERVER_VARIABLE not in environment.services:
        yield f"Service default/kubernetes is not among the objects: its variables are missing, such as {API_SERVER_VARIABLE}"
    for service in services if has_links else ():
        if coordinate(service, "namespace") == namespace and awaits_address(service):
            yield f"Service {namespace}/{coordinate(service, 'name')} has no clusterIP yet: its variables are missing"
    for collision in environment.services.collisions:
        if collision.name not in environment.own:
            yield f"services {' and '.join(collision.services)} all set {collision.name}: which value a container gets is chance"
