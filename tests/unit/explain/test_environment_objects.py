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


def test_placements_differ_in_what_is_made_up_and_nothing_else() -> None:
    pod: JSON = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}
    first, second = (placement.pod for placement in placements(pod, "shop", EnvironmentObjects()))
    for made in (first, second):
        metadata: Any = made["metadata"]
        spec: Any = made["spec"]
        assert (metadata["namespace"], metadata["labels"], spec["serviceAccountName"], spec["enableServiceLinks"]) == (
            "shop",
            {"a": "b"},
            "default",
            True,
        )
    assert first["metadata"] != second["metadata"]
    assert first["spec"] != second["spec"]
    assert pod == {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}}


def test_what_a_pod_says_of_itself_stays() -> None:
    pod: JSON = {
        "metadata": {"name": "web", "uid": "u", "namespace": "other"},
        "spec": {"nodeName": "n", "serviceAccountName": "s", "enableServiceLinks": False},
        "status": {"podIPs": [{"ip": "10.1.0.1"}]},
    }
    objects = EnvironmentObjects.of([named("Node", "n"), named("Node", "m")])
    first, second = placements(pod, "shop", objects)
    assert first.pod == second.pod == pod
    assert first.sources.addresses({}) == second.sources.addresses({})
    assert first.sources.addresses({}).node == named("Node", "n")
