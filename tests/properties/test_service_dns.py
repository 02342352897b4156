from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.environment.hostname import InvalidHostname, pod_hostname
from kubecontainers.environment.service_dns import ResolverReason, ResolverSettings, pod_dns_name, pod_resolver, service_dns
from kubecontainers.testing import strategies
from kubecontainers.testing.hostnames import dns_services, hostname_pods, resolver_pods
from kubecontainers.testing.read_only import read_only

domains = strategies.subdomains(max_size=60)
nodes = st.builds(
    ResolverSettings,
    st.lists(st.ip_addresses(v=4).map(str), max_size=4).map(tuple),
    st.lists(strategies.subdomains(max_size=40), max_size=4).map(tuple),
    st.lists(st.sampled_from(["ndots:1", "rotate", "timeout:2"]), max_size=3).map(tuple),
)
cluster_dns = st.lists(st.ip_addresses(v=4).map(str), max_size=2)


class TestNamesAreFound:
    """Each name that a Service has for a pod is completed to its whole name by the search list of that pod, at the first that could."""

    @given(dns_services(), strategies.labels(), domains)
    def test_completed(self, service: dict[str, Any], namespace: str, domain: str) -> None:
        found = service_dns(service, cluster_domain=domain)
        for home in (namespace, found.namespace):
            searches = pod_resolver({"metadata": {"namespace": home}}, cluster_dns=["10.96.0.10"], cluster_domain=domain).settings.searches
            *short, whole = found.names_from(home)
            assert whole == found.fqdn
            assert sorted(short, key=len) == short
            assert all(found.fqdn in {f"{name}.{search}" for search in searches} for name in short)
            assert (found.name in short) is (home == found.namespace)

    @given(dns_services(), domains)
    def test_records(self, service: dict[str, Any], domain: str) -> None:
        found = service_dns(service, cluster_domain=domain)
        assert all(record.name.startswith("_") and record.name.endswith(f".{found.fqdn}") for record in found.records)
        assert len(found.records) <= sum("name" in port for port in service["spec"]["ports"])


class TestPodsAreCalledInDNSAsInside:
    """A pod that DNS has a name for calls itself so, unless it overrides that; the Service named like its subdomain is what follows."""

    @given(hostname_pods(), domains)
    def test_same(self, pod: dict[str, Any], domain: str) -> None:
        name = pod_dns_name(pod, cluster_domain=domain)
        assert (name is None) is not ("hostname" in pod["spec"] and "subdomain" in pod["spec"])
        if name is None or "hostnameOverride" in pod["spec"]:
            return
        with suppress(InvalidHostname):
            assert pod_hostname(pod, cluster_domain=domain).fqdn == name
        service = {"metadata": {"name": pod["spec"]["subdomain"], "namespace": pod["metadata"]["namespace"]}}
        assert name == f"{pod['spec']['hostname']}.{service_dns(service, cluster_domain=domain).fqdn}"


class TestResolverFits:
    """Whatever a pod and its node ask for, the settings are within what resolvers take, and say so where they were more."""

    @given(resolver_pods(), cluster_dns, st.just("") | domains, nodes)
    def test_limits(self, pod: dict[str, Any], servers: list[str], domain: str, node: ResolverSettings) -> None:
        found = pod_resolver(pod, cluster_dns=servers, cluster_domain=domain, node=node)
        settings = found.settings
        assert len(settings.nameservers) <= 3
        assert len(settings.searches) <= 32
        assert all(len(search) <= 253 for search in settings.searches)
        assert len(" ".join(settings.searches)) <= 2048
        if "dnsConfig" in pod["spec"]:
            assert all(len(set(values)) == len(values) for values in (settings.nameservers, settings.searches, settings.options))
        assert found.omitted or all(search in settings.searches for search in pod["spec"].get("dnsConfig", {}).get("searches", []))

    @given(resolver_pods(), cluster_dns, domains, nodes)
    def test_again(self, pod: dict[str, Any], servers: list[str], domain: str, node: ResolverSettings) -> None:
        """On a node with those settings, a pod with the policy Default gets them whole: nothing more is left out."""
        found = pod_resolver(pod, cluster_dns=servers, cluster_domain=domain, node=node)
        again = pod_resolver({"spec": {"dnsPolicy": "Default"}}, cluster_dns=servers, node=found.settings)
        assert (again.settings, again.omitted) == (found.settings, False)

    @given(resolver_pods(), cluster_dns, nodes)
    def test_reasons(self, pod: dict[str, Any], servers: list[str], node: ResolverSettings) -> None:
        bare = {"metadata": pod["metadata"], "spec": {key: value for key, value in pod["spec"].items() if key != "dnsConfig"}}
        found = pod_resolver(bare, cluster_dns=servers, node=node)
        assert found.reason is pod_resolver(pod, cluster_dns=servers, node=node).reason
        if found.reason is ResolverReason.NONE:
            assert found.settings == ResolverSettings()
        elif found.reason is ResolverReason.CLUSTER:
            assert found.settings.options == ("ndots:5",)
        else:
            assert found.settings.options == node.options


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family, and the object stays as it was."""

    @given(strategies.json_objects() | strategies.damaged(dns_services() | resolver_pods() | hostname_pods()), strategies.json_texts())
    def test_total(self, obj: dict[str, Any], text: str) -> None:
        with suppress(KubeContainersError):
            assert service_dns(read_only(obj), cluster_domain=text) == service_dns(obj, cluster_domain=text)
            assert service_dns(obj).names_from(text)
        with suppress(KubeContainersError):
            assert pod_dns_name(read_only(obj), cluster_domain=text) == pod_dns_name(obj, cluster_domain=text)
        with suppress(KubeContainersError):
            settings = ResolverSettings((text,), (text,), (text,))
            first = pod_resolver(read_only(obj), cluster_dns=[text], cluster_domain=text, node=settings)
            assert first == pod_resolver(obj, cluster_dns=[text], cluster_domain=text, node=settings)
