from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.hostname import (
    HOSTNAME_OVERRIDE,
    HostnameSource,
    InvalidHostname,
    InvalidHostnameReason,
    PodHostname,
    hostname_override,
    pod_hostname,
)

Source, Reason = HostnameSource, InvalidHostnameReason


def pod(name: str = "web-0", **spec: object) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def refused(given: dict[str, Any]) -> InvalidHostname:
    with pytest.raises(InvalidHostname) as caught:
        pod_hostname(given)
    error = caught.value
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
    assert error.hint
    assert str(error.path) in str(error)
    return error


class TestShortName:
    def test_the_pods_own_name(self) -> None:
        assert pod_hostname(pod()) == PodHostname("web-0", "", "web-0", Source.POD_NAME)

    def test_hostname(self) -> None:
        assert pod_hostname(pod(hostname="db")) == PodHostname("db", "", "db", Source.HOSTNAME)

    def test_an_empty_hostname_is_none(self) -> None:
        assert pod_hostname(pod(hostname="", subdomain="")) == pod_hostname(pod())

    @pytest.mark.parametrize("name", ["Not A Name", "-", "a.", "", "é"])
    def test_the_pods_name_is_not_checked(self, name: str) -> None:
        assert pod_hostname(pod(name)).hostname == name

    @pytest.mark.parametrize(
        ("name", "hostname"),
        [
            ("a" * 63, "a" * 63),
            ("a" * 62 + "-", "a" * 62 + "-"),
            ("a" * 64, "a" * 63),
            ("a" * 62 + "-a", "a" * 62),
            ("a" * 60 + ".-.b", "a" * 60),
            ("é" * 31 + "a", "é" * 31 + "a"),
            ("é" * 32, "é" * 31 + "\ufffd"),
            ("a" * 61 + "🙂", "a" * 61 + "\ufffd\ufffd"),
        ],
    )
    def test_cut(self, name: str, hostname: str) -> None:
        found = pod_hostname(pod(name))
        assert (found.hostname, found.truncated) == (hostname, hostname != name)

    @pytest.mark.parametrize("name", ["-" * 64, ".-" * 100 + "a"])
    def test_nothing_left(self, name: str) -> None:
        error = refused(pod(name))
        assert (error.reason, error.path, error.value) == (Reason.EMPTY, ROOT.child("metadata", "name"), name)

    @pytest.mark.parametrize("hostname", ["a.b", "A", "-a", "a-", "a\n", "é", "a" * 64, "\ud800"])
    def test_no_label(self, hostname: str) -> None:
        error = refused(pod(hostname=hostname, subdomain="A"))
        assert (error.reason, str(error.path), error.value) == (Reason.HOSTNAME, "spec.hostname", hostname.replace("\ud800", "\ufffd"))

    def test_a_long_value_is_shown_in_part(self) -> None:
        assert "…" in str(refused(pod(hostname="a" * 10_000)))
        assert len(str(refused(pod(hostname="a" * 10_000)))) < 400


class TestDomain:
    def test_subdomain(self) -> None:
        found = pod_hostname(pod(subdomain="web"), cluster_domain="corp.example.com")
        assert (found.domain, found.kernel_hostname) == ("web.shop.svc.corp.example.com", "web-0")
        assert found.fqdn == "web-0.web.shop.svc.corp.example.com"

    def test_no_subdomain(self) -> None:
        assert pod_hostname(pod()).fqdn == "web-0"

    def test_no_cluster_domain_and_no_namespace(self) -> None:
        assert pod_hostname({"spec": {"hostname": "a", "subdomain": "b"}}, cluster_domain="").domain == "b..svc."

    @pytest.mark.parametrize("subdomain", ["a.b", "A", "a" * 64])
    def test_no_label(self, subdomain: str) -> None:
        error = refused(pod(subdomain=subdomain))
        assert (error.reason, str(error.path), error.value) == (Reason.SUBDOMAIN, "spec.subdomain", subdomain)


class TestKernel:
    def test_the_full_name(self) -> None:
        found = pod_hostname(pod(subdomain="web", setHostnameAsFQDN=True))
        assert (found.hostname, found.kernel_hostname) == ("web-0", "web-0.web.shop.svc.cluster.local")

    def test_without_a_subdomain_it_has_no_effect(self) -> None:
        assert pod_hostname(pod(setHostnameAsFQDN=True)).kernel_hostname == "web-0"

    def test_host_network(self) -> None:
        found = pod_hostname(pod(hostname="h" * 63, subdomain="web", setHostnameAsFQDN=True, hostNetwork=True))
        assert (found.hostname, found.kernel_hostname) == ("h" * 63, None)

    def test_64_bytes_fit(self) -> None:
        rest = ".web.shop.svc.cluster.local"
        name = "a" * (64 - len(rest))
        assert pod_hostname(pod(name, subdomain="web", setHostnameAsFQDN=True)).kernel_hostname == name + rest
        error = refused(pod(name + "a", subdomain="web", setHostnameAsFQDN=True))
        assert (error.reason, str(error.path)) == (Reason.FQDN_TOO_LONG, "spec.setHostnameAsFQDN")
        assert error.value == f"{name}a{rest}"
        assert "65 bytes" in error.hint


class TestOverride:
    def test_it_replaces_hostname_and_subdomain(self) -> None:
        found = pod_hostname(pod(hostnameOverride="db.example.com", hostname="A", subdomain="A", setHostnameAsFQDN=True))
        assert found == PodHostname("db.example.com", "", "db.example.com", Source.OVERRIDE)

    def test_64_bytes_are_cut(self) -> None:
        found = pod_hostname(pod(hostnameOverride="a" * 61 + ".bc"))
        assert (found.hostname, found.truncated) == ("a" * 61 + ".b", True)
        assert pod_hostname(pod(hostnameOverride="a" * 62 + ".b")).hostname == "a" * 62

    @pytest.mark.parametrize("override", ["", "A", "a..b", "a" * 254, "a\n"])
    def test_no_subdomain(self, override: str) -> None:
        error = refused(pod(hostnameOverride=override))
        assert (error.reason, str(error.path), error.value) == (Reason.OVERRIDE, "spec.hostnameOverride", override)

    @pytest.mark.parametrize(
        ("release", "used"),
        [
            (Release("1.33"), False),
            (Release("1.34"), False),
            (Release("1.34").with_gates({"HostnameOverride": True}), True),
            (Release("1.35"), True),
            (Release("1.35").with_gates({"HostnameOverride": False}), False),
            (Release("1.37"), True),
        ],
    )
    def test_releases(self, release: Release, used: bool) -> None:
        found = pod_hostname(pod(hostnameOverride="db"), release=release)
        assert (found.source is Source.OVERRIDE) is used
        assert (HOSTNAME_OVERRIDE in release) is used

    def test_change(self) -> None:
        assert HOSTNAME_OVERRIDE.minors() == ("1.35",)

    def test_reading(self) -> None:
        at = ROOT.child("spec")
        assert hostname_override({"hostnameOverride": None}, at) is None
        assert hostname_override({"hostnameOverride": "a\ud800"}, at) == "a\ufffd"


@pytest.mark.parametrize(
    "given",
    [
        {"metadata": 1},
        {"spec": []},
        {"metadata": {"name": 1}},
        {"spec": {"hostname": 1}},
        {"spec": {"subdomain": {}}},
        {"spec": {"hostnameOverride": 1}},
        {"spec": {"hostNetwork": "true"}},
        {"spec": {"setHostnameAsFQDN": 1}},
        {"metadata": {"namespace": 1}, "spec": {"subdomain": "a"}},
    ],
)
def test_malformed(given: dict[str, Any]) -> None:
    with pytest.raises(MalformedObject):
        pod_hostname(given)


def test_no_object() -> None:
    with pytest.raises(KubeContainersError):
        pod_hostname([])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_an_empty_pod() -> None:
    found = pod_hostname({})
    assert pickle.loads(pickle.dumps(found)) == found == PodHostname("", "", "", Source.POD_NAME)  # noqa: S301
