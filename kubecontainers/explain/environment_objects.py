"""What is among the objects that environments are made of: ConfigMaps, Secrets, Services and Nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT
from ..apimachinery.object_data import config_map_data, secret_data
from ..apimachinery.objects import JSONObject, mapping_at
from ..environment.addresses import node_host_ips
from ..environment.pod_services import KnownServices
from ..environment.service_dns import ServiceKind, service_dns
from ..environment.service_variables import read_service
from ..environment.sources import InMemorySources
from .core_objects import DEFAULT_NAMESPACE, coordinate, is_core_object, placed

__all__ = ["READERS", "EnvironmentObjects", "awaits_address"]


def _read_service(service: JSONObject) -> None:
    """Read all that is asked of a Service: its variables, and whether it may have any."""
    read_service(service)
    service_dns(service)


READERS: Mapping[str, Callable[[JSONObject], object]] = {
    "ConfigMap": config_map_data,
    "Secret": secret_data,
    "Service": _read_service,
    "Node": node_host_ips,
}
"""Each kind with what reads it; what that cannot read is passed over."""


@attrs.frozen
class EnvironmentObjects:
    """The objects, in the namespace ``default`` where they name none.

    ``known`` has them as the sources of environments; ``has_services`` says whether there are any Services among them. ``made_up`` are the
    Services twice, with a made-up address, another each time, for those that have none yet. ``nodes`` are the Nodes.
    """

    known: InMemorySources = attrs.field(factory=InMemorySources)
    made_up: tuple[KnownServices, KnownServices] | None = None
    has_services: bool = False
    nodes: tuple[JSONObject, ...] = attrs.field(default=(), hash=False)
    _namespaces: Mapping[tuple[str, str], tuple[str, ...]] = attrs.field(
        init=False, eq=False, repr=False, default=attrs.Factory(lambda self: _namespaces_by_name(self.known), takes_self=True)
    )

    @classmethod
    def of(cls, objects: Iterable[object]) -> EnvironmentObjects:
        """Return those among some objects; those that Kubernetes could not decode, or that have no name, are passed over."""
        found: dict[str, list[JSONObject]] = {kind: [] for kind in READERS}
        for obj in objects:
            for kind, read in READERS.items():
                if is_core_object(obj, kind) and _is_usable(obj, read):
                    found[kind].append(obj if kind == "Node" else placed(obj, DEFAULT_NAMESPACE))
        known = InMemorySources(config_maps=found["ConfigMap"], secrets=found["Secret"], services=found["Service"])
        return cls(known, _made_up(found["Service"]), bool(found["Service"]), tuple(found["Node"]))

    def namespaces(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the namespaces that have a ConfigMap, or a Secret, of a name."""
        return self._namespaces.get((kind, name), ())

    def has(self, kind: str) -> bool:
        """Return whether there is any ConfigMap, or any Secret."""
        return bool(self.known.config_maps if kind == "ConfigMap" else self.known.secrets)

    def sources(
        self, node: JSONObject | None = None, *, pod_ips: Sequence[str] = (), files: Mapping[str, Mapping[str, bytes]] | None = None
    ) -> InMemorySources:
        """Return the sources of environments of a pod on ``node``, with these addresses and these files in its volumes."""
        return attrs.evolve(self.known, node=node, pod_ips=pod_ips, files=files or {})

    def with_addresses(self, number: int) -> EnvironmentObjects:
        """Return the same with the first, or the second, of the made-up addresses; ``number`` is 0 or 1."""
        return self if self.made_up is None else attrs.evolve(self, known=attrs.evolve(self.known, services=self.made_up[number]))


def awaits_address(service: JSONObject) -> bool:
    """Return whether a Service will have a cluster IP, and has none in its manifest."""
    return service_dns(service).kind is ServiceKind.CLUSTER_IP and read_service(service) is None


def _made_up(services: Sequence[JSONObject]) -> tuple[KnownServices, KnownServices] | None:
    if not any(map(awaits_address, services)):
        return None
    first, second = (KnownServices(_addressed(services, block)) for block in ("198.18", "198.19"))
    return first, second


def _addressed(services: Sequence[JSONObject], block: str) -> Iterator[JSONObject]:
    """Yield the Services with an address of a block that is set aside for tests, where one will be given to them."""
    for number, service in enumerate(services):
        if awaits_address(service):
            spec = mapping_at(service, "spec", ROOT) or {}
            yield {**service, "spec": {**spec, "clusterIP": f"{block}.{number >> 8 & 255}.{number & 255}"}}
        else:
            yield service


def _namespaces_by_name(known: InMemorySources) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for kind, objects in (("ConfigMap", known.config_maps), ("Secret", known.secrets)):
        for namespace, name in sorted(objects):
            found.setdefault((kind, name), []).append(namespace)
    return {key: tuple(namespaces) for key, namespaces in found.items()}


def _is_usable(obj: JSONObject, read: Callable[[JSONObject], object]) -> bool:
    try:
        read(obj)
        coordinate(obj, "namespace")
        return bool(coordinate(obj, "name"))
    except MalformedObject:
        return False
