"""Strategies of what pods and Services are called, and of how pods look names up; offered in ``strategies``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .arbitrary import json_texts
from .texts import labels, subdomains

__all__ = ["dns_services", "host_aliases", "hostname_pods", "nearly_valid_hostname_pods", "resolver_pods"]

JSON = dict[str, Any]

MAX_OVERRIDE_BYTES = 64


@st.composite
def hostname_pods(draw: DrawFn, *, names: SearchStrategy[str] | None = None) -> JSON:
    """Pods that say what they want to be called, in every way that an API server takes; they have no containers.

    ``names`` are those of the pods.

    >>> from hypothesis import find
    >>> find(hostname_pods(names=st.just("web")), lambda pod: True)
    {'metadata': {'name': 'web', 'namespace': '0'}, 'spec': {}}
    """
    texts: JSON = draw(st.fixed_dictionaries({}, optional={"hostname": labels(), "subdomain": labels(max_size=30)}))
    override = st.fixed_dictionaries({"hostnameOverride": subdomains(max_size=MAX_OVERRIDE_BYTES)})
    flags = st.fixed_dictionaries({}, optional={"setHostnameAsFQDN": st.booleans(), "hostNetwork": st.booleans()})
    chosen: JSON = draw(flags | override)
    metadata = {"name": draw(subdomains() if names is None else names), "namespace": draw(labels(max_size=30))}
    return {"metadata": metadata, "spec": texts | chosen}


@st.composite
def nearly_valid_hostname_pods(draw: DrawFn) -> JSON:
    """Pods that say what they want to be called, many of them with something wrong in it.

    >>> from hypothesis import given
    >>> @given(nearly_valid_hostname_pods())
    ... def test_my_webhook_refuses_what_the_kubelet_would(pod):
    ...     ...
    """
    pod = draw(hostname_pods())
    return pod | {"spec": pod["spec"] | draw(_wrong_fields())} if draw(st.booleans()) else pod


def host_aliases() -> SearchStrategy[list[JSON]]:
    """Entries of ``hostAliases``: addresses and the names that they are to have, sometimes none.

    >>> from hypothesis import find
    >>> find(host_aliases(), lambda aliases: len(aliases) > 0)
    [{'ip': '0.0.0.0'}]
    """
    addresses = (st.ip_addresses(v=4) | st.ip_addresses(v=6)).map(str)
    names = st.lists(subdomains(max_size=40), min_size=1, max_size=3)
    return st.lists(st.fixed_dictionaries({"ip": addresses}, optional={"hostnames": names}), max_size=3)


@st.composite
def dns_services(draw: DrawFn) -> JSON:
    """Services of every kind that DNS knows, with ports that may have a name.

    >>> from hypothesis import find
    >>> find(dns_services(), lambda service: service["spec"].get("clusterIP") == "None")["metadata"]
    {'name': '0', 'namespace': '0'}
    """
    port: JSON = {"port": st.integers(1, 65535)}
    optional: JSON = {"name": labels(max_size=15), "protocol": st.sampled_from(["TCP", "UDP", "SCTP"])}
    kinds: list[JSON] = [{}, {"clusterIP": "None"}, {"clusterIP": "10.0.0.9"}, {"type": "ExternalName", "externalName": "db.example.com"}]
    ports: list[JSON] = draw(st.lists(_objects(port, optional), max_size=3))
    return {"metadata": {"name": draw(labels()), "namespace": draw(labels())}, "spec": draw(st.sampled_from(kinds)) | {"ports": ports}}


@st.composite
def resolver_pods(draw: DrawFn) -> JSON:
    """Pods with any ``dnsPolicy``, often with a ``dnsConfig``, which may ask for more than fits; they have no containers.

    >>> from hypothesis import find
    >>> find(resolver_pods(), lambda pod: pod["spec"].get("dnsPolicy") == "None")["spec"]
    {'dnsPolicy': 'None'}
    """
    option = st.fixed_dictionaries({"name": st.sampled_from(["ndots", "timeout", "edns0"])}, optional={"value": st.integers(0, 9).map(str)})
    searches = st.lists(subdomains(max_size=40), max_size=3) | st.lists(subdomains(), min_size=10, max_size=34)
    config = st.fixed_dictionaries(
        {},
        optional={
            "nameservers": st.lists(st.ip_addresses(v=4).map(str), max_size=4),
            "searches": searches,
            "options": st.lists(option, max_size=3),
        },
    )
    policies = st.sampled_from(["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"])
    fields: JSON = {"dnsPolicy": policies, "dnsConfig": config, "hostNetwork": st.booleans()}
    return {"metadata": {"namespace": draw(labels())}, "spec": draw(st.fixed_dictionaries({}, optional=fields))}


def _wrong_fields() -> SearchStrategy[JSON]:
    """Texts that are no name in the fields that hold one, and fields that exclude each other."""
    texts = st.sampled_from(["-", "-a", "a-", "A", "a\n", "a..b", "é", "a_b", "a" * 64, "a" * 65, "a" * 254]) | json_texts()
    field = st.sampled_from(["hostname", "subdomain", "hostnameOverride"])
    named = st.builds(_field, field, texts)
    excluded = st.builds(_field, st.sampled_from(["setHostnameAsFQDN", "hostNetwork"]), st.just(value=True))
    return named | st.builds(_both, excluded, st.builds(_field, st.just("hostnameOverride"), subdomains(max_size=MAX_OVERRIDE_BYTES)))


def _objects(fields: JSON, optional: JSON) -> SearchStrategy[JSON]:
    return st.fixed_dictionaries(fields, optional=optional)


def _field(name: str, value: object) -> JSON:
    return {name: value}


def _both(first: JSON, second: JSON) -> JSON:
    return first | second
