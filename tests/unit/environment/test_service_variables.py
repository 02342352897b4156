from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.environment.composition import compose_environment
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.environment.service_variables import AddressedService, read_service, service_env_entries, service_variables
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.testing.read_only import read_only

Service = dict[str, Any]


def service(name: str, *ports: Any, ip: str = "10.0.0.1", namespace: str = "shop") -> Service:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"clusterIP": ip, "ports": list(ports)}}


def test_named_ports_and_links_in_order() -> None:
    found = service_variables([service("web-1", {"port": 80, "name": "http"}, {"port": 53, "protocol": "UDP", "name": "dns-tcp"})])
    assert found == (
        ("WEB_1_SERVICE_HOST", "10.0.0.1"),
        ("WEB_1_SERVICE_PORT", "80"),
        ("WEB_1_SERVICE_PORT_HTTP", "80"),
        ("WEB_1_SERVICE_PORT_DNS_TCP", "53"),
        ("WEB_1_PORT", "tcp://10.0.0.1:80"),
        ("WEB_1_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("WEB_1_PORT_80_TCP_PROTO", "tcp"),
        ("WEB_1_PORT_80_TCP_PORT", "80"),
        ("WEB_1_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("WEB_1_PORT_53_UDP", "udp://10.0.0.1:53"),
        ("WEB_1_PORT_53_UDP_PROTO", "udp"),
        ("WEB_1_PORT_53_UDP_PORT", "53"),
        ("WEB_1_PORT_53_UDP_ADDR", "10.0.0.1"),
    )


def test_ipv6_stands_in_brackets_in_urls_only() -> None:
    found = dict(service_variables([service("db", {"port": 5432}, ip="fd00::1")]))
    assert found["DB_PORT"] == found["DB_PORT_5432_TCP"] == "tcp://[fd00::1]:5432"
    assert found["DB_SERVICE_HOST"] == found["DB_PORT_5432_TCP_ADDR"] == "fd00::1"


@pytest.mark.parametrize("ip", ["", "None"])
def test_without_cluster_ip_there_are_none(ip: str) -> None:
    headless = service("db", ip=ip)
    assert service_variables([headless, read_only(headless)]) == ()
    assert read_service(headless) is None


def test_any_other_text_is_an_address() -> None:
    external = {"metadata": {"name": "db"}, "spec": {"type": "ExternalName", "clusterIP": "none", "ports": [{"port": 1}]}}
    assert service_variables([external])[0] == ("DB_SERVICE_HOST", "none")


def test_what_is_given_twice_comes_twice() -> None:
    found = service_variables([service("a", {"port": 1}, {"port": 1}), service("a", {"port": 2}, ip="10.0.0.2")])
    assert [value for name, value in found if name == "A_SERVICE_HOST"] == ["10.0.0.1", "10.0.0.2"]
    assert sum(name == "A_PORT_1_TCP" for name, _ in found) == 2


@pytest.mark.parametrize("ports", [[], None])
def test_the_kubelet_panics_over_a_service_without_ports(ports: Any) -> None:
    with pytest.raises(EnvironmentFailed) as caught:
        service_variables([{"metadata": {"name": "a", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.1", "ports": ports}}])
    assert (caught.value.reason, caught.value.subject) == (EnvironmentFailure.SERVICE_WITHOUT_PORTS, "shop/a")


@pytest.mark.parametrize(
    ("name", "mangled"), [("my-svc", "MY_SVC"), ("9svc", "9SVC"), ("a.b", "A.B"), ("straße", "STRAßE"), ("ﬁ", "ﬁ"), ("a\ud800", "A\ufffd")]
)
def test_names_are_mangled(name: str, mangled: str) -> None:
    assert service_variables([service(name, {"port": 1, "name": name})])[2] == (f"{mangled}_SERVICE_PORT_{mangled}", "1")


@pytest.mark.parametrize(
    "made",
    [
        service("web", {"port": 80, "name": "http", "protocol": "SCTP"}, {"port": -1}),
        service("web", {"port": 80, "name": None, "protocol": None}, namespace="é"),
        service("é-b", {"port": 0, "protocol": "ﬆ"}),
        service("web", {"name": "é"}, ip="10.0.0.é"),
        service("web", {"name": "é", "port": 1}),
        service("web", None),
        {"metadata": None, "spec": {"clusterIP": "1.1.1.1", "ports": [{"port": 1}]}},
        {"metadata": {"name": "a", "namespace": None}, "spec": {"clusterIP": "1.1.1.1", "ports": ({"port": 1},)}},
        {},
    ],
)
def test_the_usual_shape_and_any_other_are_read_alike(made: Service) -> None:
    assert service_variables([made]) == service_variables([read_only(made)])
    assert read_service(made) == read_service(read_only(made))


@pytest.mark.parametrize(
    ("made", "path"),
    [
        ({"metadata": []}, "metadata"),
        ({"metadata": {"name": 7}}, "metadata.name"),
        ({"spec": {"clusterIP": 7}}, "spec.clusterIP"),
        ({"spec": {"ports": {}}}, "spec.ports"),
        (service("a", 7), "spec.ports[0]"),
        (service("a", {"port": "80"}), "spec.ports[0].port"),
        (service("a", {"port": True}), "spec.ports[0].port"),
        (service("a", {"port": 1 << 31}), "spec.ports[0].port"),
        (service("a", {"port": 1, "name": 7}), "spec.ports[0].name"),
        (service("a", {"port": 1, "protocol": []}), "spec.ports[0].protocol"),
    ],
)
def test_what_cannot_be_decoded(made: Service, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        service_variables([made])
    assert caught.value.path == path


@pytest.mark.parametrize("made", [None, 7, "db", []])
def test_what_is_no_object(made: Any) -> None:
    for read in (lambda: service_variables([made]), lambda: read_service(made)):
        with pytest.raises(MalformedObject):
            read()


def test_addressed_service() -> None:
    found = read_service(service("db", {"port": 5432, "name": "pg"}))
    assert found is not None
    assert found == AddressedService("shop", "db", "10.0.0.1", (("pg", "5432", ""),))
    assert found.coordinates == "shop/db"
    assert tuple(found.variables()) == service_variables([service("db", {"port": 5432, "name": "pg"})])


def test_entries_make_explicit_what_the_kubelet_would_add() -> None:
    services = [service("web", {"port": 80}), service("web", {"port": 81}), service("odd", {"port": 1}, ip="$(A) $$ $")]
    entries = service_env_entries(service_variables(services))
    pod = {"spec": {"enableServiceLinks": False, "containers": [{"name": "app", "env": [{"name": "A", "value": "a"}, *entries]}]}}
    composed = compose_environment(pod, "app", InMemorySources()).reveal()
    assert composed == {"A": "a", **dict(service_variables(services))}


def test_port_names_of_any_length() -> None:
    name = "a-" * 100
    assert service_variables([service("web", {"port": 1, "name": name})])[2][0] == f"WEB_SERVICE_PORT_{'A_' * 100}"
