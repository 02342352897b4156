"""Which services' variables a pod gets.

The kubelet decides in ``getServiceEnvVarMap`` (``pkg/kubelet/kubelet_pods.go``): those of its own namespace unless the pod wants none, and
always those of the API server's service, ``kubernetes`` in ``default``.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping

import attrs

from ..apimachinery.objects import JSONObject, Service
from ..golang.text import to_octets
from .service_variables import AddressedService, read_service

__all__ = ["KnownServices", "PodServiceVariables", "ServiceCollision", "pod_service_variables"]

API_SERVER_NAMESPACE = "default"
API_SERVER_NAME = "kubernetes"


POINTER_BYTES = 8


def counted_bytes(text: str) -> int:
    """Return what the kernel counts for an argument or a ``NAME=value``: its bytes, the one that ends it, and a pointer to it."""
    return len(to_octets(text)) + 1 + POINTER_BYTES


@attrs.frozen
class ServiceCollision:
    """A name to which several services give different values.

    ``services`` are all that give it one, as ``namespace/name``, in the order in which they are taken here; the last one's value is kept.
    """

    name: str
    services: tuple[str, ...]


@attrs.frozen(repr=False, slots=False)
class PodServiceVariables(Mapping[str, str]):
    """The variables of the services that a pod sees, by name.

    ``services`` are in the order of their names, byte by byte. Kubernetes takes them in random order, so that a name that several services
    give is any one's; here it is the last one's, and ``collisions`` says so.
    """

    services: tuple[AddressedService, ...] = ()

    @functools.cached_property
    def collisions(self) -> tuple[ServiceCollision, ...]:
        """The names to which several services give different values."""
        given: dict[str, list[tuple[AddressedService, str]]] = {}
        for service in self.services:
            for name, value in dict(service.variables()).items():
                given.setdefault(name, []).append((service, value))
        return tuple(
            ServiceCollision(name, tuple(service.coordinates for service, _ in givers))
            for name, givers in given.items()
            if len({value for _, value in givers}) > 1
        )

    @functools.cached_property
    def _givers(self) -> dict[str, AddressedService]:
        return {name: service for service in self.services for name, _ in service.variables()}

    @functools.cached_property
    def _values(self) -> dict[str, str]:
        return dict(itertools.chain.from_iterable(service.variables() for service in self.services))

    @functools.cached_property
    def bytes_by_name(self) -> dict[str, int]:
        """What the kernel counts for each variable, worked out once for all pods; not to be changed."""
        return {name: counted_bytes(f"{name}={value}") for name, value in self._values.items()}

    @functools.cached_property
    def total_bytes(self) -> int:
        """What the kernel counts for all of them."""
        return sum(self.bytes_by_name.values())

    @functools.cached_property
    def longest_bytes(self) -> int:
        """What the kernel counts for the longest of them, 0 where there is none."""
        return max(self.bytes_by_name.values(), default=0)

    def giver(self, name: str) -> AddressedService:
        """Return the service that gives a variable its value. Raises ``KeyError`` where none does."""
        return self._givers[name]

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"PodServiceVariables({len(self)} of {[service.coordinates for service in self.services]})"


class KnownServices:
    """The services that a kubelet knows, ready for the pods of any namespace.

    They are read once, and the variables of each namespace are put together once, however many pods ask for them. Raises
    ``MalformedObject`` for what is no Service.

    >>> db = {"metadata": {"name": "db", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.2", "ports": [{"port": 5432}]}}
    >>> services = KnownServices([db])
    >>> services.for_pod("shop")["DB_SERVICE_HOST"], len(services.for_pod("shop", enable_service_links=False))
    ('10.0.0.2', 0)
    """

    def __init__(self, services: Iterable[Service | JSONObject]) -> None:
        self._by_namespace: dict[str, list[AddressedService]] = {}
        for service in filter(None, map(read_service, services)):
            self._by_namespace.setdefault(service.namespace, []).append(service)
        self._made: dict[str | None, PodServiceVariables] = {}

    def for_pod(self, namespace: str, *, enable_service_links: bool = True) -> PodServiceVariables:
        """Return the variables that a pod gets; the arguments and errors are those of ``pod_service_variables``."""
        linked = namespace if enable_service_links and namespace in self._by_namespace else None
        if linked not in self._made:
            made = PodServiceVariables(tuple(self._seen_from(linked)))
            len(made)  # a service without ports is found now and each time, not when a variable is looked up
            self._made[linked] = made
        return self._made[linked]

    def address_of(self, namespace: str, name: str) -> str:
        """Return the cluster IP of a service, empty where it has none."""
        addresses = (service.cluster_ip for service in self._by_namespace.get(namespace, ()) if service.name == name)
        return next(addresses, "")

    def _seen_from(self, namespace: str | None) -> list[AddressedService]:
        """Return the services that a pod sees, one a name: of the API server's the first, of others the last.

        A service of the pod's own namespace goes before the API server's of the same name.
        """
        seen: dict[str, AddressedService] = {}
        for service in self._by_namespace.get(API_SERVER_NAMESPACE, ()):
            if service.name == API_SERVER_NAME:
                seen.setdefault(service.name, service)
        for service in () if namespace is None else self._by_namespace[namespace]:
            if (service.namespace, service.name) != (API_SERVER_NAMESPACE, API_SERVER_NAME):
                seen[service.name] = service
        return sorted(seen.values(), key=lambda service: to_octets(service.name))


def pod_service_variables(
    services: Iterable[Service | JSONObject], namespace: str, *, enable_service_links: bool = True
) -> PodServiceVariables:
    """Return the variables that a pod of ``namespace`` gets of the services that its kubelet knows.

    ``services`` are those of all namespaces, in the kubelet's order, which only matters if two have one name. ``enable_service_links`` is
    ``spec.enableServiceLinks`` of the stored pod: without, only those of the API server's service are left. For many pods of one cluster
    ``KnownServices`` does the work once. Raises ``EnvironmentFailed`` for a service that the pod sees and that has a cluster IP and no
    ports, and ``MalformedObject``.

    >>> api = {"metadata": {"name": "kubernetes", "namespace": "default"}, "spec": {"clusterIP": "10.96.0.1", "ports": [{"port": 443}]}}
    >>> pod_service_variables([api], "shop", enable_service_links=False)["KUBERNETES_SERVICE_HOST"]
    '10.96.0.1'
    """
    return KnownServices(services).for_pod(namespace, enable_service_links=enable_service_links)
