"""Where the values of variables come from: what a kubelet can ask for when it composes an environment.

``EnvironmentSources`` is what has to be answered, ``InMemorySources`` answers from plain API objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn, Protocol, cast

import attrs

from ..apimachinery.errors import KubeContainersError, MalformedObject
from ..apimachinery.fields import ROOT
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import ConfigMap, JSONObject, Node, Pod, Secret, Service, mapping_at, objects_at, root_object, text_at
from ..apimachinery.secret_text import SecretNotPicklable
from ..golang.text import to_bytes
from .addresses import PodAddresses
from .pod_services import KnownServices, PodServiceVariables

__all__ = ["EnvironmentSources", "InMemorySources", "SourceUnavailable", "path_in_volume"]


class SourceUnavailable(KubeContainersError):
    """Something cannot be fetched, though it may be there; ``what`` says what, ``problem`` why."""

    def __init__(self, what: str, problem: str = "") -> None:
        super().__init__(what, problem)
        self.what = what
        self.problem = problem

    def _sentence(self) -> str:
        return f"{self.what} cannot be fetched{f': {self.problem}' if self.problem else ''}"


class EnvironmentSources(Protocol):
    """What a kubelet can ask for. Those that have to fetch something raise ``SourceUnavailable`` where they cannot."""

    @property
    def has_api_server(self) -> bool:
        """Whether the kubelet has an API server; without, there are neither ConfigMaps nor Secrets."""
        ...

    @property
    def services_synced(self) -> bool:
        """Whether the services have been read at least once."""
        ...

    def service_variables(self, namespace: str, *, enable_service_links: bool) -> PodServiceVariables:
        """Return the variables of services for pods of a namespace."""
        ...

    def config_map(self, namespace: str, name: str) -> ConfigMap | JSONObject | None:
        """Return a ConfigMap, ``None`` where there is none of this name."""
        ...

    def secret(self, namespace: str, name: str) -> Secret | JSONObject | None:
        """Return a Secret, ``None`` where there is none of this name."""
        ...

    def addresses(self, pod: Pod | JSONObject) -> PodAddresses:
        """Return the addresses of a pod and of its node, as far as they are known."""
        ...

    def volume_files(self, volume: str) -> Mapping[str, bytes] | None:
        """Return the files of a mounted volume by their path in it, without ``/`` in front; ``None`` where it is not mounted."""
        ...


def path_in_volume(path: str) -> str:
    """Return a path as it is looked up below the root of a volume, which ``..`` cannot leave.

    >>> path_in_volume("/config/../../app.env")
    'app.env'
    """
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _files(volumes: Mapping[str, Mapping[str, bytes | str]]) -> dict[str, dict[str, bytes]]:
    return {
        volume: {path_in_volume(path): to_bytes(content) if isinstance(content, str) else content for path, content in files.items()}
        for volume, files in volumes.items()
    }


_Known = Mapping[tuple[str, str], JSONObject]


def _by_coordinates(objects: Iterable[JSONObject] | _Known) -> _Known:
    if not isinstance(objects, Mapping):
        return FrozenMap({_coordinates(obj): obj for obj in objects})
    if not all(isinstance(key, tuple) for key in objects):
        raise MalformedObject("", "a list of objects, or a mapping of them by namespace and name", "an object")
    return FrozenMap(cast("_Known", objects))


def _names(names: Iterable[str]) -> frozenset[str]:
    return frozenset((names,) if isinstance(names, str) else names)


def _no_services() -> KnownServices:
    return KnownServices(())


def _known(services: Iterable[Service | JSONObject] | KnownServices | None) -> KnownServices | None:
    return services if services is None or isinstance(services, KnownServices) else KnownServices(services)


@attrs.frozen(kw_only=True, eq=False)
class InMemorySources:
    """Plain API objects as the sources of environments.

    =======================  =========================================================================================================
    ``config_maps``          ConfigMaps, of two of one name the later counts; or a mapping of them by ``(namespace, name)``
    ``secrets``              likewise Secrets, as the API server gives them or with ``stringData``
    ``services``             the services of all namespaces, in the kubelet's order, or a ``KnownServices``; ``None``: a kubelet that has
                             no list of services at all
    ``node``                 the Node object, ``None`` where it is not known
    ``pod_ip``, ``pod_ips``  the addresses of the pod, by default those in its ``status``
    ``node_ips``             the kubelet's own addresses, ``--node-ip``
    ``files``                files by the name of their volume and their path in it
    ``services_synced``      whether services have been read
    ``has_api_server``       whether there are ConfigMaps and Secrets at all
    ``services_fail``        listing services fails
    ``failing_config_maps``  ``namespace/name`` of ConfigMaps whose fetching fails; likewise ``failing_secrets``
    =======================  =========================================================================================================

    An object that names no namespace is in none, as a pod is that names none. Whatever is wrong in a ConfigMap or Secret is said when it
    is asked for. Since it holds Secrets, it refuses to be pickled. Raises ``MalformedObject`` for objects without readable names.

    >>> sources = InMemorySources(config_maps=[{"metadata": {"name": "app", "namespace": "shop"}, "data": {"LEVEL": "info"}}])
    >>> sources.config_map("shop", "app")["data"], sources.config_map("shop", "other")
    ({'LEVEL': 'info'}, None)
    """

    config_maps: _Known = attrs.field(factory=dict[tuple[str, str], JSONObject], converter=_by_coordinates)
    secrets: _Known = attrs.field(factory=dict[tuple[str, str], JSONObject], converter=_by_coordinates, repr=False)
    services: KnownServices | None = attrs.field(factory=_no_services, converter=_known)
    node: Node | JSONObject | None = None
    pod_ip: str = ""
    pod_ips: Sequence[str] = ()
    node_ips: Sequence[str] = ()
    files: Mapping[str, Mapping[str, bytes]] = attrs.field(default=FrozenMap({}), converter=_files, repr=False)
    services_synced: bool = True
    has_api_server: bool = True
    services_fail: bool = False
    failing_config_maps: frozenset[str] = attrs.field(default=frozenset(), converter=_names)
    failing_secrets: frozenset[str] = attrs.field(default=frozenset(), converter=_names)

    def __reduce__(self) -> NoReturn:
        raise SecretNotPicklable

    def service_variables(self, namespace: str, *, enable_service_links: bool) -> PodServiceVariables:
        """Return the variables of services, put together once a namespace."""
        if self.services is None:
            return PodServiceVariables()
        if self.services_fail:
            raise SourceUnavailable("the list of services")
        return self.services.for_pod(namespace, enable_service_links=enable_service_links)

    def config_map(self, namespace: str, name: str) -> JSONObject | None:
        """Return a ConfigMap."""
        if f"{namespace}/{name}" in self.failing_config_maps:
            raise SourceUnavailable(f"ConfigMap {namespace}/{name}")
        return self.config_maps.get((namespace, name))

    def secret(self, namespace: str, name: str) -> JSONObject | None:
        """Return a Secret."""
        if f"{namespace}/{name}" in self.failing_secrets:
            raise SourceUnavailable(f"Secret {namespace}/{name}")
        return self.secrets.get((namespace, name))

    def addresses(self, pod: Pod | JSONObject) -> PodAddresses:
        """Return the addresses that are given, the pod's from its status where they are not."""
        if self.pod_ip or self.pod_ips:
            return PodAddresses(self.pod_ip, tuple(self.pod_ips), tuple(self.node_ips), self.node)
        status, at = mapping_at(root_object(pod), "status", ROOT) or {}, ROOT.child("status")
        pod_ips = tuple(text_at(entry, "ip", path) for path, entry in objects_at(status, "podIPs", at))
        return PodAddresses(text_at(status, "podIP", at), pod_ips, tuple(self.node_ips), self.node)

    def volume_files(self, volume: str) -> Mapping[str, bytes] | None:
        """Return the files of a volume that ``files`` names."""
        return self.files.get(volume)


def _coordinates(obj: JSONObject) -> tuple[str, str]:
    metadata, path = mapping_at(root_object(obj), "metadata", ROOT) or {}, ROOT.child("metadata")
    return text_at(metadata, "namespace", path), text_at(metadata, "name", path)
