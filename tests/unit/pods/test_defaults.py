"""The defaults of a pod, put together, and the look that finds nothing to fill in."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.pods.defaults import default_pod, is_complete

NODE = {"name": "NODE", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}}}
CPUS = {"name": "CPUS", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}}}
TOKEN = {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "shop", "key": "token"}}}
SHOWN = {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}
NUMBERS = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
COMPLETE: dict[str, Any] = {
    "spec": {
        "enableServiceLinks": True,
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 0,
        "hostNetwork": True,
        "volumes": [
            {"name": "tmp", "emptyDir": {}},
            {"name": "access", "projected": {"sources": [{"configMap": {"name": "ca"}}, {"downwardAPI": {"items": [SHOWN]}}]}},
        ],
        "containers": [
            {
                "name": "app",
                "image": "nginx:1.27",
                "imagePullPolicy": "IfNotPresent",
                "env": [{"name": "A", "value": "1"}, NODE, CPUS, TOKEN],
                "resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "1", "memory": "64Mi"}},
                "ports": [{"containerPort": 80, "hostPort": 80, "protocol": "UDP"}],
                "livenessProbe": {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}, **NUMBERS},
                "startupProbe": {"grpc": {"port": 80, "service": ""}, **NUMBERS},
                "lifecycle": {"preStop": {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}}, "postStart": {"exec": {}}},
            },
            {"name": "plain", "image": "nginx", "imagePullPolicy": "Always"},
        ],
    }
}


def test_a_complete_pod_is_left_alone() -> None:
    assert is_complete(COMPLETE)
    assert default_pod(COMPLETE).object is COMPLETE
    assert default_pod(COMPLETE, template=True).object is COMPLETE


def app(pod: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = pod["spec"]["containers"][0]
    return found


def item(pod: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = pod["spec"]["volumes"][1]["projected"]["sources"][1]["downwardAPI"]["items"][0]
    return found


def source(pod: dict[str, Any], position: int) -> dict[str, Any]:
    found: dict[str, Any] = app(pod)["env"][position]["valueFrom"]
    return found


SOURCE = "spec.containers[0].env[{}].valueFrom.{}"
OPEN: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "service links": (lambda pod: pod["spec"].pop("enableServiceLinks"), "spec.enableServiceLinks"),
    "source": (lambda pod: pod["spec"]["volumes"][0].pop("emptyDir"), "spec.volumes[0].emptyDir"),
    "policy": (lambda pod: app(pod).pop("imagePullPolicy"), "spec.containers[0].imagePullPolicy"),
    "empty policy": (lambda pod: app(pod).update(imagePullPolicy=""), "spec.containers[0].imagePullPolicy"),
    "request": (lambda pod: app(pod)["resources"]["requests"].pop("cpu"), "spec.containers[0].resources.requests[cpu]"),
    "requests": (lambda pod: app(pod)["resources"].pop("requests"), "spec.containers[0].resources.requests[cpu]"),
    "version": (lambda pod: source(pod, 1)["fieldRef"].pop("apiVersion"), SOURCE.format(1, "fieldRef.apiVersion")),
    "empty version": (lambda pod: source(pod, 1)["fieldRef"].update(apiVersion=""), SOURCE.format(1, "fieldRef.apiVersion")),
    "divisor": (lambda pod: source(pod, 2)["resourceFieldRef"].pop("divisor"), SOURCE.format(2, "resourceFieldRef.divisor")),
    "optional": (lambda pod: app(pod)["env"][3].update(valueFrom={"fileKeyRef": {}}), SOURCE.format(3, "fileKeyRef.optional")),
    "version in a file": (
        lambda pod: item(pod)["fieldRef"].pop("apiVersion"),
        "spec.volumes[1].projected.sources[1].downwardAPI.items[0].fieldRef.apiVersion",
    ),
    "restart policy": (lambda pod: pod["spec"].update(restartPolicy=""), "spec.restartPolicy"),
    "grace": (lambda pod: pod["spec"].pop("terminationGracePeriodSeconds"), "spec.terminationGracePeriodSeconds"),
    "negative grace": (lambda pod: pod["spec"].update(terminationGracePeriodSeconds=-1), "spec.terminationGracePeriodSeconds"),
    "protocol": (lambda pod: app(pod)["ports"][0].pop("protocol"), "spec.containers[0].ports[0].protocol"),
    "host port": (lambda pod: app(pod)["ports"][0].update(hostPort=0), "spec.containers[0].ports[0].hostPort"),
    "period": (lambda pod: app(pod)["livenessProbe"].update(periodSeconds=0), "spec.containers[0].livenessProbe.periodSeconds"),
    "probed path": (lambda pod: app(pod)["livenessProbe"]["httpGet"].pop("path"), "spec.containers[0].livenessProbe.httpGet.path"),
    "service": (lambda pod: app(pod)["startupProbe"]["grpc"].pop("service"), "spec.containers[0].startupProbe.grpc.service"),
    "scheme": (
        lambda pod: app(pod)["lifecycle"]["preStop"]["httpGet"].pop("scheme"),
        "spec.containers[0].lifecycle.preStop.httpGet.scheme",
    ),
    "policy of an image": (lambda pod: pod["spec"]["volumes"].append({"name": "data", "image": {}}), "spec.volumes[2].image.pullPolicy"),
}


@pytest.mark.parametrize(("leave_open", "path"), OPEN.values(), ids=OPEN)
def test_what_is_left_open_is_filled_in(leave_open: Callable[[dict[str, Any]], Any], path: str) -> None:
    pod = copy.deepcopy(COMPLETE)
    leave_open(pod)
    assert not is_complete(pod)
    assert [str(change.path) for change in default_pod(pod).changes] == [path]


MALFORMED: list[Callable[[dict[str, Any]], Any]] = [
    lambda pod: pod["spec"].update(enableServiceLinks="yes"),
    lambda pod: pod["spec"].update(volumes={}),
    lambda pod: pod["spec"]["volumes"][0].update(emptyDir=1),
    lambda pod: pod["spec"]["volumes"][1].update(projected=[]),
    lambda pod: pod["spec"]["volumes"][1]["projected"].update(sources=5),
    lambda pod: pod["spec"]["volumes"][1]["projected"].update(sources=["a"]),
    lambda pod: pod["spec"]["volumes"][1]["projected"]["sources"][1].update(downwardAPI="x"),
    lambda pod: pod["spec"]["volumes"][1]["projected"]["sources"][1]["downwardAPI"].update(items=["a"]),
    lambda pod: app(pod).update(image=7),
    lambda pod: app(pod).update(resources=[]),
    lambda pod: app(pod)["resources"].update(limits="1"),
    lambda pod: app(pod).update(env={}),
    lambda pod: app(pod).update(env=["A=1"]),
    lambda pod: app(pod)["env"][1].update(valueFrom="x"),
    lambda pod: app(pod)["env"][1]["valueFrom"].update(fieldRef=[]),
    lambda pod: pod["spec"].update(hostNetwork=0),
    lambda pod: pod["spec"].update(restartPolicy=[]),
    lambda pod: pod["spec"].update(terminationGracePeriodSeconds=1 << 63),
    lambda pod: app(pod).update(ports={}),
    lambda pod: app(pod).update(ports=[5]),
    lambda pod: app(pod)["ports"][0].update(protocol=6),
    lambda pod: app(pod)["ports"][0].update(hostPort="80"),
    lambda pod: app(pod)["ports"][0].update(containerPort=1 << 31),
    lambda pod: app(pod).update(lifecycle=[]),
    lambda pod: app(pod)["lifecycle"].update(preStop="x"),
    lambda pod: app(pod)["lifecycle"]["preStop"].update(httpGet=True),
    lambda pod: app(pod).update(livenessProbe=1),
    lambda pod: app(pod)["livenessProbe"].update(periodSeconds=1.0),
    lambda pod: app(pod)["startupProbe"].update(grpc=[]),
    lambda pod: app(pod)["startupProbe"]["grpc"].update(service=1),
]


@pytest.mark.parametrize("damage", MALFORMED)
def test_what_cannot_be_decoded_is_refused(damage: Callable[[dict[str, Any]], Any]) -> None:
    pod = copy.deepcopy(COMPLETE)
    damage(pod)
    assert not is_complete(pod)
    with pytest.raises(MalformedObject):
        default_pod(pod)


NULLS: list[Callable[[dict[str, Any]], Any]] = [
    lambda pod: app(pod).update(resources=None),
    lambda pod: app(pod).update(env=None),
    lambda pod: pod["spec"]["volumes"][1].update(projected={}, downwardAPI={}),
    lambda pod: pod["spec"]["volumes"][1].update(projected={}),
    lambda pod: pod["spec"]["volumes"][1]["projected"]["sources"][1]["downwardAPI"].pop("items"),
    lambda pod: app(pod)["env"].append(None),
    lambda pod: app(pod).update(ports=None, lifecycle=None, livenessProbe=None),
    lambda pod: app(pod)["lifecycle"].update(preStop=None),
    lambda pod: app(pod)["startupProbe"].update(grpc=None),
    lambda pod: pod["spec"].update(hostNetwork=None),
]


@pytest.mark.parametrize("empty", NULLS)
def test_what_is_null_or_empty_needs_nothing(empty: Callable[[dict[str, Any]], Any]) -> None:
    pod = copy.deepcopy(COMPLETE)
    empty(pod)
    assert default_pod(pod).object is pod


def test_other_mappings_are_asked_for_by_the_rules() -> None:
    pod = {"spec": MappingProxyType(COMPLETE["spec"])}
    assert not is_complete(pod)
    assert default_pod(pod).object is pod


def test_templates_get_less() -> None:
    pod = {"spec": {"containers": [{"name": "app", "image": "nginx", "resources": {"limits": {"cpu": 1}}}]}}
    assert [str(change.path) for change in default_pod(pod, template=True, release=Release("1.27")).changes] == [
        "spec.containers[0].imagePullPolicy",
        "spec.restartPolicy",
        "spec.terminationGracePeriodSeconds",
    ]


@pytest.mark.parametrize(("minor", "template", "host_port"), [("1.27", True, 80), ("1.28", True, None), ("1.28", False, 80)])
def test_host_ports(minor: str, template: bool, host_port: int | None) -> None:
    pod = {"spec": {"hostNetwork": True, "containers": [{"name": "app", "image": "nginx", "ports": [{"containerPort": 80}]}]}}
    stored: Any = default_pod(pod, template=template, release=Release(minor)).object
    assert stored["spec"]["containers"][0]["ports"][0].get("hostPort") == host_port
