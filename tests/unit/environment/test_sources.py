from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.secret_text import SecretNotPicklable
from kubecontainers.environment.addresses import PodAddresses
from kubecontainers.environment.pod_services import KnownServices, PodServiceVariables
from kubecontainers.environment.sources import EnvironmentSources, InMemorySources, SourceUnavailable, path_in_volume


def test_nothing_is_there() -> None:
    sources: EnvironmentSources = InMemorySources()
    assert sources.has_api_server
    assert sources.services_synced
    assert sources.config_map("shop", "a") is None
    assert sources.secret("shop", "a") is None
    assert sources.volume_files("a") is None
    assert sources.addresses({}) == PodAddresses()
    assert sources.service_variables("shop", enable_service_links=True) == PodServiceVariables()


def test_objects_are_found_by_namespace_and_name() -> None:
    first, second = {"metadata": {"name": "a"}, "data": {"K": "1"}}, {"metadata": {"name": "a"}, "data": {"K": "2"}}
    other = {"metadata": {"name": "a", "namespace": "shop"}}
    sources = InMemorySources(config_maps=[first, second, other], secrets=[other])
    assert sources.config_map("", "a") is second
    assert sources.config_map("shop", "a") is sources.secret("shop", "a") is other
    assert sources.secret("default", "a") is None


def test_services() -> None:
    db = {"metadata": {"name": "db", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 1}]}}
    known = KnownServices([db])
    assert InMemorySources(services=known).services is known
    for sources in (InMemorySources(services=known), InMemorySources(services=[db])):
        assert "DB_PORT" in sources.service_variables("shop", enable_service_links=True)
        assert not sources.service_variables("shop", enable_service_links=False)
    assert not InMemorySources(services=None, services_fail=True).service_variables("shop", enable_service_links=True)


def test_what_cannot_be_fetched() -> None:
    held = [{"metadata": {"name": "a", "namespace": "shop"}}]
    sources = InMemorySources(
        config_maps=held, secrets=held, services_fail=True, failing_config_maps={"shop/a"}, failing_secrets={"shop/a"}
    )
    asked: list[tuple[Callable[[], object], str]] = [
        (lambda: sources.config_map("shop", "a"), "ConfigMap shop/a"),
        (lambda: sources.secret("shop", "a"), "Secret shop/a"),
        (lambda: sources.service_variables("shop", enable_service_links=True), "the list of services"),
    ]
    for ask, what in asked:
        with pytest.raises(SourceUnavailable) as caught:
            ask()
        assert caught.value.what == what
        assert str(caught.value) == f"{what} cannot be fetched"
    assert str(SourceUnavailable("it", "the API server is down")) == "it cannot be fetched: the API server is down"


def test_addresses_are_those_given_or_those_of_the_status() -> None:
    pod = {"status": {"podIP": "10.1.0.1", "podIPs": [{"ip": "10.1.0.1"}, {"ip": "fd00::1"}]}}
    node: dict[str, Any] = {"status": {"addresses": []}}
    sources = InMemorySources(node=node, node_ips=["fd00::9"])
    assert sources.addresses(pod) == PodAddresses("10.1.0.1", ("10.1.0.1", "fd00::1"), ("fd00::9",), node)
    assert InMemorySources(pod_ip="10.2.0.1").addresses(pod) == PodAddresses("10.2.0.1")
    assert InMemorySources(pod_ips=["10.2.0.1"]).addresses(pod) == PodAddresses("", ("10.2.0.1",))


@pytest.mark.parametrize(
    ("path", "place"),
    [("a", "a"), ("/a", "a"), ("a//b/./c", "a/b/c"), ("../a", "a"), ("a/../../b", "b"), ("a/..", ""), ("", "")],
)
def test_paths_stay_in_their_volume(path: str, place: str) -> None:
    assert path_in_volume(path) == place


def test_files() -> None:
    files = InMemorySources(files={"config": {"/app.env": "A='é'", "b/../raw": b"\xff"}, "empty": {}})
    assert files.volume_files("config") == {"app.env": "A='é'".encode(), "raw": b"\xff"}
    assert files.volume_files("empty") == {}


def test_secrets_are_not_shown() -> None:
    held = [{"metadata": {"name": "a"}, "stringData": {"password": "hunter2"}}]
    assert "hunter2" not in repr(InMemorySources(secrets=held, files={"v": {"f": "A='hunter2'"}}))


@pytest.mark.parametrize("held", [[{"metadata": []}], [7], [{"metadata": {"name": 7}}]])
def test_what_has_no_readable_name(held: list[Any]) -> None:
    with pytest.raises(MalformedObject):
        InMemorySources(config_maps=held)


def test_a_mapping_by_coordinates_is_taken_as_it_is() -> None:
    held = {("shop", "a"): {"data": {"K": "1"}}}
    sources = InMemorySources(config_maps=held)
    held.clear()
    assert sources.config_map("shop", "a") == {"data": {"K": "1"}}
    one: Any = {"metadata": {"name": "a"}}
    with pytest.raises(MalformedObject):
        InMemorySources(config_maps=one)


def test_a_single_name_may_fail() -> None:
    sources = InMemorySources(failing_secrets="shop/a")
    assert sources.secret("shop", "") is None
    with pytest.raises(SourceUnavailable):
        sources.secret("shop", "a")


def test_what_holds_secrets_is_not_pickled() -> None:
    with pytest.raises(SecretNotPicklable):
        pickle.dumps(InMemorySources())
