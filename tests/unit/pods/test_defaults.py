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
COMPLETE: dict[str, Any] = {
    "spec": {
        "enableServiceLinks": True,
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
        "spec.containers[0].imagePullPolicy"
    ]
