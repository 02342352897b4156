"""What the API server fills in around a container's life: hooks and probes, ports, how a pod is stopped and started again.

The defaults are ``SetDefaults_PodSpec``, ``SetDefaults_Pod``, ``SetDefaults_Probe`` and ``SetDefaults_HTTPGetAction`` in
``pkg/apis/core/v1/defaults.go``, with those that are generated beside it; a negative grace period is set right as a pod is converted
(``Convert_v1_Pod_To_core_Pod``).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.fields import FieldChange, FieldPath
from ..apimachinery.objects import (
    ContainerKind,
    JSONObject,
    Pod,
    boolean_at,
    containers,
    integer_at,
    mapping_at,
    objects_at,
    pod_spec,
    spec_objects,
    text_at,
)
from ..apimachinery.plain import PlainObject, PlainValue, all_entries
from ..apimachinery.release import LATEST, Change, Release
from .grace import DEFAULT_GRACE_SECONDS

__all__ = [
    "HOST_PORTS_OF_TEMPLATES",
    "LifecycleDefaultReason",
    "default_host_ports",
    "default_lifecycle",
    "default_template_host_ports",
    "has_complete_lifecycle",
    "has_host_ports",
    "raise_negative_grace",
    "says_how_it_ends",
]

HOST_PORTS_OF_TEMPLATES = Change(
    since="1.27",
    until="1.28",
    summary="the template of pods on the host's network has its host ports filled in; since then only the pods have",
)

LEAST_GRACE_SECONDS = 1
"""What a negative grace period becomes."""


class LifecycleDefaultReason(enum.Enum):
    """Why a field about a container's life is filled in."""

    PATH = "a request is for the root"
    SCHEME = "a request is made over HTTP"
    TIMEOUT = "a probe waits for one second"
    PERIOD = "a probe runs every ten seconds"
    SUCCESSES = "one success is enough for a probe"
    FAILURES = "a probe has to fail three times"
    SERVICE = "a gRPC probe asks for the server as a whole"
    PROTOCOL = "a port is one of TCP"
    HOST_PORT = "on the host's network a port is the host's"
    RESTART_POLICY = "a pod restarts its containers"
    GRACE = "a pod has 30 seconds to stop"
    NEGATIVE_GRACE = "a negative grace period is one second"


_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
_PROBE_NUMBERS = (
    ("timeoutSeconds", 1, LifecycleDefaultReason.TIMEOUT),
    ("periodSeconds", 10, LifecycleDefaultReason.PERIOD),
    ("successThreshold", 1, LifecycleDefaultReason.SUCCESSES),
    ("failureThreshold", 3, LifecycleDefaultReason.FAILURES),
)
_NUMBER_BITS = 32
_ON_HOST_NETWORK = (ContainerKind.APP.value, ContainerKind.INIT.value)
_GRACE = "terminationGracePeriodSeconds"


def default_lifecycle(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:  # noqa: ARG001  (as every default)
    """Fill in what a pod, or template, leaves open of its hooks, probes and ports, its restart policy and its grace period.

    Raises ``MalformedObject``.

    >>> hook = {"preStop": {"httpGet": {"port": 80}}}
    >>> found = default_lifecycle({"spec": {"containers": [{"name": "app", "lifecycle": hook}], "restartPolicy": "Never"}})
    >>> for change in found.changes:
    ...     print(change.path, change.after)
    spec.containers[0].lifecycle.preStop.httpGet.path /
    spec.containers[0].lifecycle.preStop.httpGet.scheme HTTP
    spec.terminationGracePeriodSeconds 30
    """
    changes = tuple(_changes(pod))
    return ChangedObject(with_changes(pod, changes), changes)


def default_host_ports(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:  # noqa: ARG001  (as every default)
    """Give the ports of a pod on the host's network the same ports there; for templates ask ``default_template_host_ports``.

    Only those of app and init containers. Raises ``MalformedObject``.

    >>> default_host_ports({"spec": {"hostNetwork": True, "containers": [{"ports": [{"containerPort": 80}]}]}}).object
    {'spec': {'hostNetwork': True, 'containers': [{'ports': [{'containerPort': 80, 'hostPort': 80}]}]}}
    """
    changes = tuple(_host_ports(pod))
    return ChangedObject(with_changes(pod, changes), changes)


def default_template_host_ports(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Do for a template what ``default_host_ports`` does for a pod, where an API server of ``release`` does it.

    Raises ``MalformedObject``.
    """
    changes = tuple(_host_ports(pod)) if HOST_PORTS_OF_TEMPLATES in release else ()
    return ChangedObject(with_changes(pod, changes), changes)


def raise_negative_grace(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:  # noqa: ARG001  (as every default)
    """Make one second of a negative grace period of a pod; that of a template stays as it is. Raises ``MalformedObject``.

    >>> raise_negative_grace({"spec": {"terminationGracePeriodSeconds": -1}}).object
    {'spec': {'terminationGracePeriodSeconds': 1}}
    """
    spec, at = pod_spec(pod)
    grace = integer_at(spec, _GRACE, at)
    changes = (FieldChange(at.child(_GRACE), grace, LEAST_GRACE_SECONDS, LifecycleDefaultReason.NEGATIVE_GRACE),) if grace < 0 else ()
    return ChangedObject(with_changes(pod, changes), changes)


def _changes(pod: Pod | JSONObject) -> Iterator[FieldChange]:
    for found in containers(pod):
        yield from _of_container(found.container, found.path)
    spec, at = pod_spec(pod)
    if not text_at(spec, "restartPolicy", at):
        yield FieldChange(at.child("restartPolicy"), spec.get("restartPolicy"), "Always", LifecycleDefaultReason.RESTART_POLICY)
    integer_at(spec, _GRACE, at)
    if spec.get(_GRACE) is None:
        yield FieldChange(at.child(_GRACE), None, DEFAULT_GRACE_SECONDS, LifecycleDefaultReason.GRACE)


def _of_container(container: JSONObject, path: FieldPath) -> Iterator[FieldChange]:
    if container.get("ports") is not None:
        for at, port in objects_at(container, "ports", path):
            if not text_at(port, "protocol", at):
                yield FieldChange(at.child("protocol"), port.get("protocol"), "TCP", LifecycleDefaultReason.PROTOCOL)
    for field in _PROBES:
        if (probe := mapping_at(container, field, path)) is not None:
            yield from _of_probe(probe, path.child(field))
    if (lifecycle := mapping_at(container, "lifecycle", path)) is not None:
        at = path.child("lifecycle")
        for field in _HOOKS:
            if (hook := mapping_at(lifecycle, field, at)) is not None:
                yield from _of_request(hook, at.child(field))


def _of_probe(probe: JSONObject, path: FieldPath) -> Iterator[FieldChange]:
    for field, default, reason in _PROBE_NUMBERS:
        if integer_at(probe, field, path, bits=_NUMBER_BITS) == 0:
            yield FieldChange(path.child(field), probe.get(field), default, reason)
    yield from _of_request(probe, path)
    grpc = mapping_at(probe, "grpc", path)
    if grpc is not None and not text_at(grpc, "service", path.child("grpc")) and grpc.get("service") is None:
        yield FieldChange(path.child("grpc", "service"), None, "", LifecycleDefaultReason.SERVICE)


def _of_request(handler: JSONObject, path: FieldPath) -> Iterator[FieldChange]:
    action, at = mapping_at(handler, "httpGet", path), path.child("httpGet")
    if action is None:
        return
    for field, default, reason in (("path", "/", LifecycleDefaultReason.PATH), ("scheme", "HTTP", LifecycleDefaultReason.SCHEME)):
        if not text_at(action, field, at):
            yield FieldChange(at.child(field), action.get(field), default, reason)


def _host_ports(pod: Pod | JSONObject) -> Iterator[FieldChange]:
    spec, path = pod_spec(pod)
    if not boolean_at(spec, "hostNetwork", path):
        return
    for key in _ON_HOST_NETWORK:
        for container_at, container in spec_objects(spec, key, path):
            for at, port in objects_at(container, "ports", container_at):
                number = integer_at(port, "containerPort", at, bits=_NUMBER_BITS)
                if integer_at(port, "hostPort", at, bits=_NUMBER_BITS) == 0 and number != 0:
                    yield FieldChange(at.child("hostPort"), port.get("hostPort"), number, LifecycleDefaultReason.HOST_PORT)


# --------------------------------------------------------------------------------------------------- what is surely filled in


def has_complete_lifecycle(container: PlainObject) -> bool:
    """Return whether hooks, probes and ports of a container surely leave nothing open.

    >>> has_complete_lifecycle({"name": "app"}), has_complete_lifecycle({"ports": [{"containerPort": 80}]})
    (True, False)
    """
    ports, lifecycle = container.get("ports"), container.get("lifecycle")
    if ports is not None and not _have_protocols(ports):
        return False
    if lifecycle is not None and not _has_complete_hooks(lifecycle):
        return False
    for field in _PROBES:
        probe = container.get(field)
        if probe is not None and not _is_complete_probe(probe):
            return False
    return True


def _have_protocols(ports: PlainValue) -> bool:
    if type(ports) is not list:
        return False
    for port in ports:
        protocol = port.get("protocol") if type(port) is dict else None
        if type(protocol) is not str or protocol == "":
            return False
    return True


def _has_complete_hooks(lifecycle: PlainValue) -> bool:
    if type(lifecycle) is not dict:
        return False
    for field in _HOOKS:
        hook = lifecycle.get(field)
        if hook is not None and (type(hook) is not dict or not _has_complete_request(hook)):
            return False
    return True


def says_how_it_ends(spec: PlainObject) -> bool:
    """Return whether the spec of a pod surely has a restart policy and a grace period that is not negative.

    >>> says_how_it_ends({"restartPolicy": "Never", "terminationGracePeriodSeconds": 0}), says_how_it_ends({"restartPolicy": "Never"})
    (True, False)
    """
    grace, policy = spec.get(_GRACE), spec.get("restartPolicy")
    return type(grace) is int and 0 <= grace < 1 << 63 and type(policy) is str and policy != ""


def has_host_ports(spec: PlainObject) -> bool:
    """Return whether a pod surely has all host ports: it is not on the host's network, or its ports say theirs.

    >>> has_host_ports({}), has_host_ports({"hostNetwork": True, "containers": [{"ports": [{"containerPort": 80}]}]})
    (True, False)
    """
    on_host_network = spec.get("hostNetwork")
    if on_host_network is None or on_host_network is False:
        return True
    return on_host_network is True and all_entries(spec, _HOST_PORT_CHECKS)


def _has_all_host_ports(container: PlainObject) -> bool:
    ports = container.get("ports")
    if ports is None:
        return True
    if type(ports) is not list:
        return False
    for port in ports:
        if type(port) is not dict or not _has_number(port, "hostPort") or not _has_number(port, "containerPort"):
            return False
    return True


_HOST_PORT_CHECKS = tuple((key, _has_all_host_ports) for key in _ON_HOST_NETWORK)


def _has_number(value: PlainObject, field: str) -> bool:
    number = value.get(field)
    return type(number) is int and number != 0 and -_NUMBER_LIMIT <= number < _NUMBER_LIMIT


_NUMBERS = tuple(field for field, _, _ in _PROBE_NUMBERS)
_NUMBER_LIMIT = 1 << _NUMBER_BITS - 1


def _has_complete_request(handler: PlainObject) -> bool:
    action = handler.get("httpGet")
    if action is None:
        return True
    if type(action) is not dict:
        return False
    path, scheme = action.get("path"), action.get("scheme")
    return type(path) is str and path != "" and type(scheme) is str and scheme != ""


def _is_complete_probe(probe: PlainValue) -> bool:
    if type(probe) is not dict or not _has_complete_request(probe):
        return False
    for field in _NUMBERS:
        number = probe.get(field)
        if type(number) is not int or not 0 < number < _NUMBER_LIMIT:
            return False
    grpc = probe.get("grpc")
    return grpc is None or (type(grpc) is dict and type(grpc.get("service")) is str)
