from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.environment.service_dns import (
    PodResolver,
    ResolverReason,
    ResolverSettings,
    ServiceDNS,
    ServiceKind,
    ServiceRecord,
    pod_dns_name,
    pod_resolver,
    service_dns,
)

NODE = ResolverSettings(("192.168.0.1",), ("corp.example.com", "example.com"), ("timeout:2", "rotate"))
CLUSTER = ("shop.svc.cluster.local", "svc.cluster.local", "cluster.local")


def service(**spec: object) -> dict[str, Any]:
    return {"metadata": {"name": "db", "namespace": "shop"}, "spec": spec}


def resolver(cluster_dns: tuple[str, ...] = ("10.96.0.10",), cluster_domain: str = "cluster.local", **spec: object) -> PodResolver:
    pod = {"metadata": {"namespace": "shop"}, "spec": spec}
    return pod_resolver(pod, cluster_dns=cluster_dns, cluster_domain=cluster_domain, node=NODE)


class TestServices:
    def test_names(self) -> None:
        found = service_dns(service(clusterIP="10.0.0.9"))
        assert found == ServiceDNS("db", "shop", "cluster.local", ServiceKind.CLUSTER_IP)
        assert found.fqdn == "db.shop.svc.cluster.local"
        assert found.names_from("shop") == ("db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local")
        assert found.names_from("web") == found.names_from("shop")[1:]
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301

    @pytest.mark.parametrize(
        ("spec", "kind"),
        [
            ({}, ServiceKind.CLUSTER_IP),
            ({"clusterIP": ""}, ServiceKind.CLUSTER_IP),
            ({"clusterIP": "none"}, ServiceKind.CLUSTER_IP),
            ({"type": "LoadBalancer", "clusterIP": "10.0.0.9"}, ServiceKind.CLUSTER_IP),
            ({"clusterIP": "None"}, ServiceKind.HEADLESS),
            ({"type": "ExternalName"}, ServiceKind.EXTERNAL_NAME),
        ],
    )
    def test_kinds(self, spec: dict[str, Any], kind: ServiceKind) -> None:
        assert service_dns(service(**spec)).kind is kind

    def test_records_of_named_ports(self) -> None:
        ports: list[Any] = [{"name": "http", "port": 80}, {"port": 81}, {"name": "dns", "port": 53, "protocol": "UDP"}, None]
        found = service_dns(service(ports=ports), cluster_domain="corp")
        assert found.records == (ServiceRecord("_http._tcp.db.shop.svc.corp", 80), ServiceRecord("_dns._udp.db.shop.svc.corp", 53))

    def test_external_name(self) -> None:
        found = service_dns(service(type="ExternalName", externalName="db.example.com", ports=[{"name": "pg", "port": 1}]))
        assert (found.external_name, found.records) == ("db.example.com", ())

    @pytest.mark.parametrize(
        "obj",
        [
            {"metadata": []},
            {"metadata": {"name": 1}},
            service(type=1),
            service(clusterIP=1),
            service(type="ExternalName", externalName=1),
            service(ports={}),
            service(ports=[{"port": "80"}]),
            service(ports=[{"name": 1}]),
            service(ports=[{"protocol": 1}]),
        ],
    )
    def test_malformed(self, obj: dict[str, Any]) -> None:
        with pytest.raises(MalformedObject):
            service_dns(obj)


class TestPods:
    def test_both_fields(self) -> None:
        pod = {"metadata": {"name": "a", "namespace": "shop"}, "spec": {"hostname": "db-0", "subdomain": "db", "hostnameOverride": "x"}}
        assert pod_dns_name(pod, cluster_domain="corp") == "db-0.db.shop.svc.corp"

    @pytest.mark.parametrize("spec", [None, {}, {"hostname": "a"}, {"subdomain": "b"}, {"hostname": "", "subdomain": "b"}])
    def test_no_name(self, spec: Any) -> None:
        assert pod_dns_name({"metadata": {"name": "db-0", "namespace": "shop"}, "spec": spec}) is None

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject):
            pod_dns_name({"spec": {"hostname": 1}})


class TestResolver:
    @pytest.mark.parametrize("spec", [{}, {"dnsPolicy": "ClusterFirst"}, {"dnsPolicy": "ClusterFirstWithHostNet", "hostNetwork": True}])
    def test_cluster(self, spec: dict[str, Any]) -> None:
        expected = ResolverSettings(("10.96.0.10",), (*CLUSTER, "corp.example.com", "example.com"), ("ndots:5",))
        assert resolver(**spec) == PodResolver(expected, ResolverReason.CLUSTER)

    @pytest.mark.parametrize(
        ("spec", "reason"),
        [
            ({"dnsPolicy": "Default"}, ResolverReason.NODE),
            ({"hostNetwork": True}, ResolverReason.HOST_NETWORK),
            ({"dnsPolicy": "ClusterFirst", "hostNetwork": True}, ResolverReason.HOST_NETWORK),
        ],
    )
    def test_node(self, spec: dict[str, Any], reason: ResolverReason) -> None:
        assert resolver(**spec) == PodResolver(NODE, reason)

    def test_no_cluster_dns(self) -> None:
        assert resolver(cluster_dns=()) == PodResolver(NODE, ResolverReason.NO_CLUSTER_DNS)

    def test_an_unknown_policy(self) -> None:
        assert resolver(dnsPolicy="clusterFirst", hostNetwork=True) == resolver()

    def test_none(self) -> None:
        assert resolver(dnsPolicy="None") == PodResolver(ResolverSettings(), ResolverReason.NONE)

    def test_no_cluster_domain(self) -> None:
        assert resolver(cluster_domain="").settings.searches == NODE.searches

    def test_duplicates(self) -> None:
        assert resolver(cluster_domain="example.com").settings.searches == (
            "shop.svc.example.com",
            "svc.example.com",
            "example.com",
            "corp.example.com",
        )

    def test_config(self) -> None:
        config = {
            "nameservers": ["1.1.1.1", "192.168.0.1"],
            "searches": ["more", "example.com", "more"],
            "options": [{"name": "timeout", "value": "9"}, {"name": "edns0"}, {"name": "rotate", "value": ""}],
        }
        expected = ResolverSettings(
            ("192.168.0.1", "1.1.1.1"), ("corp.example.com", "example.com", "more"), ("timeout:9", "rotate", "edns0")
        )
        assert resolver(dnsPolicy="Default", dnsConfig=config).settings == expected
        assert resolver(dnsConfig={"options": [{"name": "ndots", "value": "1"}]}).settings.options == ("ndots:1",)
        assert resolver(dnsConfig={}) == resolver(dnsConfig=None) == resolver()

    def test_too_many(self) -> None:
        found = resolver(dnsPolicy="None", dnsConfig={"nameservers": list("abcd"), "searches": [f"s{count}" for count in range(40)]})
        assert found.omitted
        assert found.settings.nameservers == ("a", "b", "c")
        assert found.settings.searches == tuple(f"s{count}" for count in range(32))

    def test_too_long(self) -> None:
        long = [letter * 250 for letter in "abcdefghi"]
        found = resolver(dnsPolicy="None", dnsConfig={"searches": ["x" * 254, *long]})
        assert found.omitted
        assert found.settings.searches == tuple(long[:8])

    @pytest.mark.parametrize(
        "spec",
        [
            {"dnsPolicy": 1},
            {"hostNetwork": 1},
            {"dnsConfig": []},
            {"dnsConfig": {"nameservers": [1]}},
            {"dnsConfig": {"searches": "a"}},
            {"dnsConfig": {"options": [{"name": 1}]}},
        ],
    )
    def test_malformed(self, spec: dict[str, Any]) -> None:
        with pytest.raises(MalformedObject):
            resolver(**spec)
