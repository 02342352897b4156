"""The variables by which a pod sees the services that were there before it.

Kubernetes keeps the names and values in ``pkg/kubelet/envvars/envvars.go`` (FromServices): the address and ports of a Service, and the same
once more in the style of Docker's links, as ``REDIS_PORT=tcp://10.0.0.1:6379``. Which services a pod sees is a matter of ``pod_services``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, Service, integer_at, mapping_at, objects_at, root_object, text_at
from ..golang.text import to_lower, to_upper
from .failures import EnvironmentFailed, EnvironmentFailure

__all__ = ["AddressedService", "read_service", "service_env_entries", "service_variables"]

NO_CLUSTER_IP = frozenset({"", "None"})
"""Case counts: ``none`` is taken for an address."""

DEFAULT_PROTOCOL = "TCP"

_METADATA, _SPEC = ROOT.child("metadata"), ROOT.child("spec")

Port = tuple[str, str, str]
"""Name, number in decimal, and protocol; name and protocol are empty where they are not given."""


@attrs.frozen
class AddressedService:
    """What is read of a Service that has a cluster IP; ``ports`` are name, number and protocol of each."""

    namespace: str
    name: str
    cluster_ip: str
    ports: tuple[Port, ...]

    @property
    def coordinates(self) -> str:
        """Namespace and name."""
        return f"{self.namespace}/{self.name}"

    def variables(self) -> list[tuple[str, str]]:
        """Return its variables, as ``service_variables`` does."""
        found: list[tuple[str, str]] = []
        _add_variables(found, (self.namespace, self.name, self.cluster_ip, self.ports))
        return found


def service_variables(services: Iterable[Service | JSONObject]) -> tuple[tuple[str, str], ...]:
    """Return the variables of some services: names and values in Kubernetes' order, those that come twice twice.

    ``services`` are API objects in the kubelet's order; those without a cluster IP are passed over, whatever their type. Raises
    ``EnvironmentFailed`` for one that has a cluster IP and no ports, over which the kubelet panics, and ``MalformedObject``.

    >>> redis = {"metadata": {"name": "redis"}, "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 6379}]}}
    >>> for name, value in service_variables([redis]):
    ...     print(f"{name}={value}")
    REDIS_SERVICE_HOST=10.0.0.1
    REDIS_SERVICE_PORT=6379
    REDIS_PORT=tcp://10.0.0.1:6379
    REDIS_PORT_6379_TCP=tcp://10.0.0.1:6379
    REDIS_PORT_6379_TCP_PROTO=tcp
    REDIS_PORT_6379_TCP_PORT=6379
    REDIS_PORT_6379_TCP_ADDR=10.0.0.1
    """
    found: list[tuple[str, str]] = []
    for service in services:
        addressed = _read_common(service) or _read(service)
        if addressed[2] not in NO_CLUSTER_IP:
            _add_variables(found, addressed)
    return tuple(found)


def read_service(service: Service | JSONObject) -> AddressedService | None:
    """Return what is read of a Service; ``None`` for one without a cluster IP. Raises ``MalformedObject``.

    >>> read_service({"metadata": {"name": "db"}, "spec": {"clusterIP": "None"}}) is None
    True
    """
    addressed = _read_common(service) or _read(service)
    return None if addressed[2] in NO_CLUSTER_IP else AddressedService(*addressed)


def service_env_entries(variables: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return variables as entries of a container's ``env``, for tools that make explicit what the kubelet would add.

    Every ``$`` is doubled, so that nothing in a value is taken for a reference. Of a name that comes twice the last counts, as it does in
    the kubelet. API servers up to 1.31 refuse the names of a Service whose own name begins with a digit.

    >>> service_env_entries([("REDIS_SERVICE_HOST", "10.0.0.1")])
    [{'name': 'REDIS_SERVICE_HOST', 'value': '10.0.0.1'}]
    """
    return [{"name": name, "value": value.replace("$", "$$")} for name, value in dict(variables).items()]


# -------------------------------------------------------------------------------------------------------------------- reading

_Addressed = tuple[str, str, str, tuple[Port, ...]]
"""The fields of an ``AddressedService``, of any Service: the third, the cluster IP, may be one of ``NO_CLUSTER_IP``."""


def _read_common(service: Service | JSONObject) -> _Addressed | None:
    """Read a Service of the usual shape, in plain dicts and ASCII, without asking for each field by its path; ``None`` for any other.

    A namespace may have thousands of services, and every pod of it is given all of their variables.
    """
    if service.__class__ is not dict:
        return None
    metadata: Any = service.get("metadata")
    spec: Any = service.get("spec")
    if not metadata.__class__ is spec.__class__ is dict:
        return None
    namespace, name, ip, ports = metadata.get("namespace", ""), metadata.get("name"), spec.get("clusterIP", ""), spec.get("ports")
    if not (namespace.__class__ is name.__class__ is ip.__class__ is str and ports.__class__ is list):
        return None
    if not (namespace.isascii() and name.isascii() and ip.isascii()):
        return None
    read: list[Port] = []
    for port in ports:
        if port.__class__ is not dict:
            return None
        port_name, number, protocol = port.get("name", ""), port.get("port"), port.get("protocol", "")
        if not (port_name.__class__ is protocol.__class__ is str and number.__class__ is int and 0 <= number < 1 << 31):
            return None
        if not (port_name.isascii() and protocol.isascii()):
            return None
        read.append((port_name, str(number), protocol))
    return namespace, name, ip, tuple(read)


def _read(service: Service | JSONObject) -> _Addressed:
    """Read any Service."""
    metadata, spec = mapping_at(root_object(service), "metadata", ROOT) or {}, mapping_at(service, "spec", ROOT) or {}
    ip = text_at(spec, "clusterIP", _SPEC)
    ports = tuple(_port(port, at) for at, port in objects_at(spec, "ports", _SPEC))
    namespace, name = text_at(metadata, "namespace", _METADATA), text_at(metadata, "name", _METADATA)
    return namespace, name, ip, ports


def _port(port: JSONObject, at: FieldPath) -> Port:
    return text_at(port, "name", at), str(integer_at(port, "port", at, bits=32)), text_at(port, "protocol", at)


# ------------------------------------------------------------------------------------------------------------------ variables


def _add_variables(found: list[tuple[str, str]], service: _Addressed) -> None:
    namespace, name, ip, ports = service
    if not ports:
        raise EnvironmentFailed(EnvironmentFailure.SERVICE_WITHOUT_PORTS, subject=f"{namespace}/{name}")
    prefix, host = _mangled(name), f"[{ip}]" if ":" in ip else ip
    found += ((f"{prefix}_SERVICE_HOST", ip), (f"{prefix}_SERVICE_PORT", ports[0][1]))
    for port_name, number, _ in ports:
        if port_name:
            found.append((f"{prefix}_SERVICE_PORT_{_mangled_port(port_name)}", number))
    url = ""
    for _, number, protocol in ports:
        upper, lower = _cases(protocol)
        link, is_first = f"{prefix}_PORT_{number}_{upper}", not url
        url = f"{lower}://{host}:{number}"
        if is_first:
            found.append((f"{prefix}_PORT", url))
        found += ((link, url), (f"{link}_PROTO", lower), (f"{link}_PORT", number), (f"{link}_ADDR", ip))


def _mangled(name: str) -> str:
    """Return a name as it stands in variables; dots, and digits in front, stay."""
    return to_upper(name.replace("-", "_"))


_cached_mangled = functools.lru_cache(maxsize=1024)(_mangled)
_CACHED_CHARACTERS = 63


def _mangled_port(name: str) -> str:
    """Return the same for the name of a port, which many services have in common."""
    return _cached_mangled(name) if len(name) <= _CACHED_CHARACTERS else _mangled(name)


@functools.lru_cache(maxsize=64)
def _cases(protocol: str) -> tuple[str, str]:
    """Return a protocol in capitals and in small letters."""
    return to_upper(protocol or DEFAULT_PROTOCOL), to_lower(protocol or DEFAULT_PROTOCOL)
