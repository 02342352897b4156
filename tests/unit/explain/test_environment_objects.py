"""The objects that environments are made of, among those that are read."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.explain.environment_objects import EnvironmentObjects
from kubecontainers.explain.placements import placements

JSON = dict[str, Any]


def named(kind: str, name: str = "a", **fields: Any) -> JSON:
    return {"kind": kind, "metadata": {"name": name}, **fields}


def test_each_kind_is_kept() -> None:
    service = named("Service", spec={"clusterIP": "10.0.0.1", "ports": [{"port": 80}]})
    objects = EnvironmentObjects.of([named("ConfigMap", data={"K": "1"}), named("Secret"), service, named("Node"), named("Pod"), 7, None])
    sources = objects.sources(objects.nodes[0], pod_ips=["10.1.0.1"], files={"v": {"f": b""}})
    assert sources.config_map("default", "a") == {
        "kind": "ConfigMap",
        "metadata": {"name": "a", "namespace": "default"},
        "data": {"K": "1"},
    }
    assert sources.secret("default", "a") is not None
    assert "A_PORT" in sources.service_variables("default", enable_service_links=True)
    assert sources.addresses({}).node == named("Node")
    assert sources.volume_files("v") == {"f": b""}
    assert objects.has_services
    assert (objects.has("ConfigMap"), objects.has("Secret"), EnvironmentObjects().has("Secret")) == (True, True, False)
    assert (objects.namespaces("Secret", "a"), objects.namespaces("Secret", "b")) == (("default",), ())


@pytest.mark.parametrize(
    "broken",
    [
        named("ConfigMap", data=[]),
        named("ConfigMap", ""),
        {"kind": "ConfigMap", "metadata": {"name": "a", "namespace": 7}},
        named("Secret", data={"K": "?"}),
        named("Service", spec={"ports": 7}),
        named("Node", status=[]),
        named("ConfigMap", apiVersion="example.com/v1"),
    ],
)
def test_what_cannot_be_decoded_is_passed_over(broken: JSON) -> None:
    objects = EnvironmentObjects.of([broken])
    assert [*objects.known.config_maps, *objects.known.secrets, *objects.nodes] == []
    assert not objects.has_services


def test_only_services_that_wait_for_an_address_get_one() -> None:
    ports = [{"port": 80}]
    waiting, placed = named("Service", "a", spec={"ports": ports}), named("Service", "b", spec={"ports": ports, "clusterIP": "10.0.0.1"})
    objects = EnvironmentObjects.of([waiting, placed])
    hosts = [
        {name: objects.with_addresses(number).known.service_variables("default", enable_service_links=True)[name] for name in names}
        for number in (0, 1)
        for names in (["A_SERVICE_HOST", "B_SERVICE_HOST"],)
    ]
    assert hosts[0]["B_SERVICE_HOST"] == hosts[1]["B_SERVICE_HOST"] == "10.0.0.1"
    assert hosts[0]["A_SERVICE_HOST"] != hosts[1]["A_SERVICE_HOST"]
    assert "A_SERVICE_HOST" not in objects.known.service_variables("default", enable_service_links=True)


def test_placements_differ_in_what_is_made_up_and_nothing_else() -> None:
    template: JSON = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}
    obj: JSON = {"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": template}}
    first, second = (placement.pod for placement in placements(obj, template, "shop", EnvironmentObjects()))
    for made in (first, second):
        metadata: Any = made["metadata"]
        spec: Any = made["spec"]
        assert (metadata["namespace"], metadata["labels"]) == ("shop", {"a": "b"})
        assert (spec["serviceAccountName"], spec["enableServiceLinks"]) == ("default", True)
    assert first["metadata"] != second["metadata"]
    assert first["spec"] != second["spec"]
    assert template == {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}


def test_what_a_pod_says_of_itself_stays() -> None:
    pod: JSON = {
        "kind": "Pod",
        "metadata": {"name": "web", "uid": "u", "namespace": "shop"},
        "spec": {"nodeName": "n", "serviceAccountName": "s", "enableServiceLinks": False},
        "status": {"podIPs": [{"ip": "10.1.0.1"}]},
    }
    nodes = [named("Node", name, status={"addresses": []}) for name in ("n", "m")]
    objects = EnvironmentObjects.of(nodes)
    first, second = placements(pod, pod, "shop", objects)
    assert first.pod == second.pod == pod
    assert first.sources.addresses({}) == second.sources.addresses({})
    assert first.sources.addresses({}).node == nodes[0]


def test_pods_of_a_stateful_set_differ_in_their_names() -> None:
    obj: JSON = {"kind": "StatefulSet", "metadata": {"name": "db"}, "spec": {"serviceName": "db"}}
    first, second = (placement.pod for placement in placements(obj, {"spec": {}}, "shop", EnvironmentObjects()))
    names = [made["spec"]["hostname"] for made in (first, second)]  # type: ignore[index]
    assert names[0] == "db-0"
    assert names[0] != names[1]
