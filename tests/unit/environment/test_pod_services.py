from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.environment.pod_services import KnownServices, PodServiceVariables, ServiceCollision, pod_service_variables


def service(name: str, namespace: str, ip: str, **port: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"clusterIP": ip, "ports": [{"port": 80, **port}]}}


API = service("kubernetes", "default", "10.96.0.1")
DB = service("db", "shop", "10.0.0.2")
OTHER = service("db", "other", "10.0.0.3")


def hosts(services: list[dict[str, Any]], namespace: str, *, links: bool = True) -> dict[str, str]:
    found = pod_service_variables(services, namespace, enable_service_links=links)
    return {name.removesuffix("_SERVICE_HOST"): ip for name, ip in found.items() if name.endswith("_SERVICE_HOST")}


def test_own_namespace_and_api_server() -> None:
    assert hosts([DB, OTHER, API], "shop") == {"DB": "10.0.0.2", "KUBERNETES": "10.96.0.1"}
    assert hosts([DB, OTHER, API], "shop", links=False) == {"KUBERNETES": "10.96.0.1"}
    assert hosts([DB, OTHER], "empty") == {}


def test_a_service_called_kubernetes_goes_before_the_api_server() -> None:
    own = service("kubernetes", "shop", "10.0.0.9")
    assert hosts([own, API], "shop") == hosts([API, own], "shop") == {"KUBERNETES": "10.0.0.9"}
    assert hosts([API, own], "shop", links=False) == {"KUBERNETES": "10.96.0.1"}


def test_of_two_of_one_name_the_last_counts_but_of_the_api_server_the_first() -> None:
    again = [service("kubernetes", "default", "10.96.0.2"), service("db", "default", "10.0.0.4"), service("db", "default", "10.0.0.5")]
    assert hosts([API, *again], "default") == {"KUBERNETES": "10.96.0.1", "DB": "10.0.0.5"}


def test_order_is_that_of_the_names() -> None:
    found = pod_service_variables([service(name, "shop", "10.0.0.1") for name in ("b", "é", "a-b", "a")], "shop")
    assert [one.name for one in found.services] == ["a", "a-b", "b", "é"]
    assert next(iter(found)) == "A_SERVICE_HOST"


def test_collisions_are_told_and_the_last_name_wins() -> None:
    found = pod_service_variables([service("a-port-80-tcp", "shop", "10.0.0.2"), service("a", "shop", "10.0.0.1")], "shop")
    assert found.collisions == (ServiceCollision("A_PORT_80_TCP_PORT", ("shop/a", "shop/a-port-80-tcp")),)
    assert found["A_PORT_80_TCP_PORT"] == "tcp://10.0.0.2:80"
    assert found.giver("A_PORT_80_TCP_PORT").name == "a-port-80-tcp"
    assert found.giver("A_PORT_80_TCP_ADDR").name == "a"


def test_the_same_value_twice_is_no_collision() -> None:
    twice = {"metadata": {"name": "a", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 80}, {"port": 80}]}}
    assert pod_service_variables([twice], "shop").collisions == ()


def test_every_service_of_a_collision_is_named_once() -> None:
    """X_PORT_80_TCP_PORT is what X says of its port, X_PORT_80_TCP and X_PORT_80 of theirs."""
    services = [service("x", "shop", "10.0.0.1"), service("x-port-80-tcp", "shop", "10.0.0.2"), service("x-port", "shop", "10.0.0.3")]
    services[2]["spec"]["ports"] = [{"port": 80, "name": "tcp-port"}, {"port": 80}]
    found = {collision.name: collision.services for collision in pod_service_variables(services, "shop").collisions}
    assert found == {"X_PORT_80_TCP_PORT": ("shop/x", "shop/x-port-80-tcp")}


def test_the_service_whose_value_is_kept_is_among_those_that_collide() -> None:
    """Even where it gives the value that the first one gives."""
    names = ("a", "a-service-port", "a-service-port-service-port")
    ports = ("service-port-service-port-service-host", "service-port-service-host", "service-host")
    services = [service(name, "shop", "10.0.0.1") for name in names]
    for one, name, port in zip(services, ports, (80, 81, 80), strict=True):
        one["spec"]["ports"] = [{"name": name, "port": port}]
    found = pod_service_variables(services, "shop")
    assert found.collisions == (ServiceCollision("A" + "_SERVICE_PORT" * 3 + "_SERVICE_HOST", tuple(f"shop/{name}" for name in names)),)
    assert found[found.collisions[0].name] == "80"


def test_without_ports_only_the_pods_that_see_it_fail() -> None:
    bad = {"metadata": {"name": "a", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.1"}}
    known = KnownServices([bad, API])
    assert known.for_pod("shop", enable_service_links=False)
    for _ in range(2):
        with pytest.raises(EnvironmentFailed) as caught:
            known.for_pod("shop")
        assert caught.value.reason is EnvironmentFailure.SERVICE_WITHOUT_PORTS


def test_what_cannot_be_decoded() -> None:
    with pytest.raises(MalformedObject):
        KnownServices([{"spec": []}])


def test_the_variables_of_a_namespace_are_put_together_once() -> None:
    known = KnownServices([DB, OTHER, API])
    assert known.for_pod("shop") is known.for_pod("shop")
    assert known.for_pod("empty") is known.for_pod("nowhere") is known.for_pod("shop", enable_service_links=False)


def test_mapping() -> None:
    found = pod_service_variables([DB], "shop")
    assert len(found) == len(list(found)) == 7
    assert "DB_PORT" in found
    assert "DB" not in found
    assert found.get("DB") is None
    with pytest.raises(KeyError):
        found.giver("DB")
    assert repr(found) == "PodServiceVariables(7 of ['shop/db'])"
    assert PodServiceVariables() == pod_service_variables([], "shop")
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert hash(found) == hash(pod_service_variables([DB, OTHER], "shop"))


def test_addresses_by_name() -> None:
    known = KnownServices([DB, API])
    assert (known.address_of("shop", "db"), known.address_of("shop", "kubernetes"), known.address_of("x", "db")) == ("10.0.0.2", "", "")


def test_what_the_kernel_counts() -> None:
    found = pod_service_variables([DB], "shop")
    lengths = [len(f"{name}={value}") + 9 for name, value in found.items()]
    assert (found.total_bytes, found.longest_bytes) == (sum(lengths), max(lengths))
    assert (PodServiceVariables().total_bytes, PodServiceVariables().longest_bytes) == (0, 0)
