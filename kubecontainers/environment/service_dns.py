"""Names in DNS instead of variables: those of a Service, that of a pod, and how the resolver of a pod completes them.

The names are those of the specification "Kubernetes DNS-Based Service Discovery" (``docs/specification.md`` of ``kubernetes/dns``), which
the cluster's DNS server fulfils; who gives a pod a name is the endpoint slice controller. The resolver is set up by the kubelet
(``pkg/kubelet/network/dns/dns.go``). All this was read, not recorded; no covered release is known to change it.

Left out are the addresses behind the names, the names of endpoints without a hostname (which each DNS server chooses), pods by address,
and reading the ``resolv.conf`` of a node: its settings are given.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, Pod, boolean_at, integer_at, mapping_at, objects_at, root_object, text_at, texts_at
from ..golang.text import to_bytes, to_lower, to_text

__all__ = [
    "PodResolver",
    "ResolverReason",
    "ResolverSettings",
    "ServiceDNS",
    "ServiceKind",
    "ServiceRecord",
    "pod_dns_name",
    "pod_resolver",
    "service_dns",
]

MAX_NAMESERVERS = 3
MAX_SEARCHES = 32
MAX_SEARCH_BYTES = 253
MAX_SEARCH_LINE_BYTES = 2048

_SPEC, _METADATA = ROOT.child("spec"), ROOT.child("metadata")
_CLUSTER_OPTIONS = ("ndots:5",)


# ------------------------------------------------------------------------------------------------------------------ services


class ServiceKind(enum.Enum):
    """What the name of a Service leads to."""

    CLUSTER_IP = "the cluster IP of the Service"
    HEADLESS = "the addresses of the pods behind the Service"
    EXTERNAL_NAME = "another name"


@attrs.frozen
class ServiceRecord:
    """The SRV record of a named port: ``name`` is what one asks for, ``port`` the port of the Service."""

    name: str
    port: int


@attrs.frozen
class ServiceDNS:
    """The names that DNS has for a Service.

    ``kind`` says what its name leads to; that other name is ``external_name``, empty otherwise. ``records`` are the SRV records of its
    named ports, in their order; those of a headless Service lead to its endpoints.
    """

    name: str
    namespace: str
    cluster_domain: str
    kind: ServiceKind
    external_name: str = ""
    records: tuple[ServiceRecord, ...] = ()

    @property
    def fqdn(self) -> str:
        """The whole name, which every pod can use."""
        return f"{self.name}.{self.namespace}.svc.{self.cluster_domain}"

    def names_from(self, namespace: str) -> tuple[str, ...]:
        """Return the names under which a pod of a namespace finds the Service, the shortest first.

        The resolver completes all but the last, so the pod's has to search the cluster's domains, as that of ``ClusterFirst`` does.

        >>> found = service_dns({"metadata": {"name": "db", "namespace": "shop"}})
        >>> found.names_from("web")
        ('db.shop', 'db.shop.svc', 'db.shop.svc.cluster.local')
        """
        short = (self.name,) if to_text(namespace) == self.namespace else ()
        return (*short, f"{self.name}.{self.namespace}", f"{self.name}.{self.namespace}.svc", self.fqdn)


def service_dns(service: JSONObject, *, cluster_domain: str = "cluster.local") -> ServiceDNS:
    """Return the names of a Service.

    ``cluster_domain`` is the zone that the cluster's DNS server answers for. A Service that has no cluster IP yet gets one. Raises
    ``MalformedObject``.

    >>> ports = [{"name": "pg", "port": 5432}]
    >>> found = service_dns({"metadata": {"name": "db", "namespace": "shop"}, "spec": {"clusterIP": "None", "ports": ports}})
    >>> found.kind.name, found.records
    ('HEADLESS', (ServiceRecord(name='_pg._tcp.db.shop.svc.cluster.local', port=5432),))
    """
    metadata, spec = mapping_at(root_object(service), "metadata", ROOT) or {}, mapping_at(service, "spec", ROOT) or {}
    name, namespace = (text_at(metadata, field, _METADATA) for field in ("name", "namespace"))
    found = ServiceDNS(name, namespace, to_text(cluster_domain), _kind(spec))
    if found.kind is ServiceKind.EXTERNAL_NAME:
        return attrs.evolve(found, external_name=text_at(spec, "externalName", _SPEC))
    return attrs.evolve(found, records=tuple(_records(spec, found.fqdn)))


def _kind(spec: JSONObject) -> ServiceKind:
    if text_at(spec, "type", _SPEC) == "ExternalName":
        return ServiceKind.EXTERNAL_NAME
    return ServiceKind.HEADLESS if text_at(spec, "clusterIP", _SPEC) == "None" else ServiceKind.CLUSTER_IP


def _records(spec: JSONObject, fqdn: str) -> Iterator[ServiceRecord]:
    for path, port in objects_at(spec, "ports", _SPEC):
        name, protocol = text_at(port, "name", path), text_at(port, "protocol", path) or "TCP"
        number = integer_at(port, "port", path, bits=32)
        if name:
            yield ServiceRecord(f"_{name}._{to_lower(protocol)}.{fqdn}", number)


# ---------------------------------------------------------------------------------------------------------------------- pods


def pod_dns_name(pod: Pod | JSONObject, *, cluster_domain: str = "cluster.local") -> str | None:
    """Return the name that DNS has for a pod, ``None`` where it has none.

    The pod must say both ``hostname`` and ``subdomain``: its own name does not do, unlike for what it is called inside, and
    ``hostnameOverride`` changes nothing. A headless Service named like the subdomain must select it, in its namespace. ``cluster_domain``
    is as for a Service. Raises ``MalformedObject``.

    >>> pod_dns_name({"metadata": {"name": "db-0", "namespace": "shop"}, "spec": {"hostname": "db-0", "subdomain": "db"}})
    'db-0.db.shop.svc.cluster.local'
    """
    metadata, spec = mapping_at(root_object(pod), "metadata", ROOT) or {}, mapping_at(pod, "spec", ROOT) or {}
    hostname, subdomain = (text_at(spec, field, _SPEC) for field in ("hostname", "subdomain"))
    if not hostname or not subdomain:
        return None
    return f"{hostname}.{subdomain}.{text_at(metadata, 'namespace', _METADATA)}.svc.{to_text(cluster_domain)}"


# ------------------------------------------------------------------------------------------------------------------ resolver


@attrs.frozen
class ResolverSettings:
    """The settings of a ``resolv.conf``: addresses of DNS servers, domains to search, options such as ``ndots:5``."""

    nameservers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


class ResolverReason(enum.Enum):
    """Whose settings the resolver of a pod starts from, and why; ``dnsConfig`` adds to them."""

    CLUSTER = "the pod asks the cluster's DNS servers first"
    NODE = "dnsPolicy Default is the node's settings"
    HOST_NETWORK = "on the host's network ClusterFirst is the node's settings; ClusterFirstWithHostNet is the cluster's"
    NO_CLUSTER_DNS = "the kubelet knows no DNS server of the cluster, so it takes the node's settings"
    NONE = "dnsPolicy None starts from nothing"


@attrs.frozen
class PodResolver:
    """The settings that the kubelet gives the resolver of a pod, and whose they were.

    ``omitted``: servers or domains were left out because there were too many; the kubelet then records an event, ``DNSConfigForming``.
    """

    settings: ResolverSettings
    reason: ResolverReason
    omitted: bool = False


def pod_resolver(
    pod: Pod | JSONObject,
    *,
    cluster_dns: Sequence[str],
    cluster_domain: str = "cluster.local",
    node: ResolverSettings = ResolverSettings(),
) -> PodResolver:
    """Return the settings of a pod's resolver.

    ``cluster_dns`` and ``cluster_domain`` are the kubelet's; with an empty domain none of the cluster is searched. ``node`` are the
    settings in the file that the kubelet's ``resolvConf`` names. A pod without ``dnsPolicy`` has ClusterFirst, as the API server sets it.
    Kubernetes promises no order of options once ``dnsConfig`` is merged; here they keep that of their first mention. Raises
    ``MalformedObject``.

    >>> pod_resolver({"metadata": {"namespace": "shop"}}, cluster_dns=["10.96.0.10"]).settings.searches
    ('shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local')
    """
    metadata, spec = mapping_at(root_object(pod), "metadata", ROOT) or {}, mapping_at(pod, "spec", ROOT) or {}
    reason = _resolver_reason(spec, cluster_dns)
    settings = ResolverSettings() if reason is ResolverReason.NONE else node
    if reason is ResolverReason.CLUSTER:
        searches = _cluster_searches(text_at(metadata, "namespace", _METADATA), to_text(cluster_domain), node.searches)
        settings = ResolverSettings(tuple(cluster_dns), searches, _CLUSTER_OPTIONS)
    config = mapping_at(spec, "dnsConfig", _SPEC)
    if config is not None:
        settings = _merged(settings, config, _SPEC.child("dnsConfig"))
    fitting = attrs.evolve(settings, nameservers=settings.nameservers[:MAX_NAMESERVERS], searches=_fitting_searches(settings.searches))
    return PodResolver(fitting, reason, omitted=fitting != settings)


def _resolver_reason(spec: JSONObject, cluster_dns: Sequence[str]) -> ResolverReason:
    """Return where to start from; a policy that Kubernetes does not know counts as the cluster's."""
    policy, host_network = text_at(spec, "dnsPolicy", _SPEC) or "ClusterFirst", boolean_at(spec, "hostNetwork", _SPEC)
    if policy == "None":
        return ResolverReason.NONE
    if policy == "Default":
        return ResolverReason.NODE
    if policy == "ClusterFirst" and host_network:
        return ResolverReason.HOST_NETWORK
    return ResolverReason.CLUSTER if cluster_dns else ResolverReason.NO_CLUSTER_DNS


def _cluster_searches(namespace: str, domain: str, searches: tuple[str, ...]) -> tuple[str, ...]:
    return _unique((f"{namespace}.svc.{domain}", f"svc.{domain}", domain, *searches)) if domain else searches


def _merged(settings: ResolverSettings, config: JSONObject, path: FieldPath) -> ResolverSettings:
    options = dict(_split(option) for option in settings.options)
    options.update((text_at(option, "name", at), text_at(option, "value", at)) for at, option in objects_at(config, "options", path))
    return ResolverSettings(
        _unique((*settings.nameservers, *texts_at(config, "nameservers", path))),
        _unique((*settings.searches, *texts_at(config, "searches", path))),
        tuple(f"{name}:{value}" if value else name for name, value in options.items()),
    )


def _split(option: str) -> tuple[str, str]:
    name, _, value = option.partition(":")
    return name, value


def _fitting_searches(searches: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out domains until the rest fits: those beyond the number, those too long, then the last ones."""
    fitting = [search for search in searches[:MAX_SEARCHES] if len(to_bytes(search)) <= MAX_SEARCH_BYTES]
    while len(to_bytes(" ".join(fitting))) > MAX_SEARCH_LINE_BYTES:
        fitting.pop()
    return tuple(fitting)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
