from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.objects import containers
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.environment.downward_resources import downward_resource
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure

JSON = dict[str, Any]

NODE: JSON = {"status": {"allocatable": {"cpu": "3920m", "memory": "8Gi", "ephemeral-storage": "100Gi", "hugepages-2Mi": "1Gi"}}}
POD_LEVEL: JSON = {"limits": {"cpu": "2", "memory": "0"}}
PATH = ROOT.child("spec", "containers").index(0).child("env").index(0).child("valueFrom", "resourceFieldRef")


def pod(limits: JSON | None = None, requests: JSON | None = None, **spec: Any) -> JSON:
    setup = {"name": "setup", "resources": {"limits": {"cpu": "0"}}}
    return {
        "spec": {
            "containers": [{"name": "app", "resources": {"limits": limits or {}, "requests": requests or {}}}],
            "initContainers": [setup],
            **spec,
        }
    }


def shown(made: JSON, resource: str, *, container: str = "app", release: Release = LATEST, **selector: Any) -> str:
    return downward_resource(made, container, {"resource": resource, **selector}, node=NODE, path=PATH, release=release)


@pytest.mark.parametrize(
    ("given", "resource", "divisor", "value"),
    [
        ({"cpu": "250m"}, "limits.cpu", None, "1"),
        ({"cpu": "250m"}, "limits.cpu", "1m", "250"),
        ({"cpu": "250m"}, "limits.cpu", "0", "1"),
        ({"memory": "64Mi"}, "limits.memory", "1Mi", "64"),
        ({"memory": "1m"}, "limits.memory", None, "1"),
        ({"memory": "65Mi"}, "limits.memory", "1Gi", "1"),
        ({"memory": "3"}, "limits.memory", "500m", "3"),
        ({"memory": "-1500"}, "limits.memory", "1k", "-1"),
        ({"ephemeral-storage": 1}, "limits.ephemeral-storage", None, "1"),
        ({"hugepages-2Mi": "4Mi"}, "limits.hugepages-2Mi", "1Mi", "4"),
        ({"hugepages-": "4"}, "limits.hugepages-", None, "4"),
    ],
)
def test_values(given: JSON, resource: str, divisor: object, value: str) -> None:
    assert shown(pod(given), resource, divisor=divisor) == value
    assert shown(pod(requests=given), resource.replace("limits", "requests"), divisor=divisor) == value


def test_what_is_not_set() -> None:
    assert shown(pod(), "limits.cpu", divisor="1m") == "3920"
    assert shown(pod({"cpu": "0"}), "limits.cpu") == "4"
    assert shown(pod(), "limits.ephemeral-storage", divisor="1Gi") == "100"
    for resource in ("requests.cpu", "limits.hugepages-2Mi", "requests.memory"):
        assert shown(pod(), resource) == "0"
    assert downward_resource(pod(), "app", {"resource": "limits.cpu"}, node={}) == "0"


def test_limits_of_the_pod_as_a_whole() -> None:
    made = pod(resources=POD_LEVEL)
    assert shown(made, "limits.cpu", release=Release("1.33").with_gates({"PodLevelResources": True})) == "4"
    assert shown(made, "limits.cpu") == "2"
    assert shown(made, "limits.memory", divisor="1Gi") == "8"
    assert shown(made, "limits.ephemeral-storage", divisor="1Gi") == "100"
    assert downward_resource(made, "app", {"resource": "limits.cpu"}, node={"status": {"allocatable": {"memory": "1"}}}) == "0"


def test_an_init_container_is_defaulted_only_as_the_own_one() -> None:
    assert shown(pod(), "limits.cpu", container="setup") == "4"
    assert shown(pod(), "limits.cpu", containerName="setup") == "0"
    assert shown(pod(), "limits.cpu", container="setup", containerName="setup") == "0"
    assert shown(pod(), "limits.cpu", container="setup", containerName="app") == "4"


@pytest.mark.parametrize(
    ("selector", "reason", "subject"),
    [
        ({"resource": "limits.gpu"}, EnvironmentFailure.RESOURCE_UNSUPPORTED, "limits.gpu"),
        ({"resource": "cpu"}, EnvironmentFailure.RESOURCE_UNSUPPORTED, "cpu"),
        ({"resource": "limits.cpu.x"}, EnvironmentFailure.RESOURCE_UNSUPPORTED, "limits.cpu.x"),
        ({}, EnvironmentFailure.RESOURCE_UNSUPPORTED, ""),
        ({"resource": "limits.gpu", "containerName": "other"}, EnvironmentFailure.CONTAINER_NOT_FOUND, "other"),
    ],
)
def test_failures(selector: JSON, reason: EnvironmentFailure, subject: str) -> None:
    with pytest.raises(EnvironmentFailed) as caught:
        downward_resource(pod(), "app", selector, node=NODE, path=PATH)
    assert (caught.value.reason, caught.value.subject, caught.value.path) == (reason, subject, PATH)


def test_the_node_is_needed_first() -> None:
    with pytest.raises(EnvironmentFailed) as caught:
        downward_resource(pod(), "other", {"resource": "requests.cpu"})
    assert caught.value.reason is EnvironmentFailure.NODE_NOT_FOUND


@pytest.mark.parametrize(
    ("memory", "divisor", "value"),
    [("8Ei", None, "9223372036854775807"), ("-9E", "1", "-9000000000000000000"), ("9007199254740993", None, "9007199254740992")],
)
def test_large_numbers(memory: str, divisor: object, value: str) -> None:
    assert shown(pod({"memory": memory}), "limits.memory", divisor=divisor) == value


@pytest.mark.parametrize(("cpu", "value"), [("1", "9223372036854775807"), ("-1", "-9223372036854775808"), ("1E", "0")])
def test_a_divisor_that_wraps_to_nothing(cpu: str, value: str) -> None:
    assert shown(pod({"cpu": cpu}), "limits.cpu", divisor="1E") == value


@pytest.mark.parametrize("wrong", ["1 Gi", True, [], {}])
def test_what_is_no_quantity(wrong: object) -> None:
    for made, selector, node, path in (
        (pod({"cpu": wrong}), {}, NODE, "spec.containers[0].resources.limits[cpu]"),
        (pod(), {"divisor": wrong}, NODE, f"{PATH}.divisor"),
        (pod(), {}, {"status": {"allocatable": {"cpu": wrong}}}, "status.allocatable[cpu]"),
        (pod(resources={"limits": {"cpu": wrong}}), {}, NODE, "spec.resources.limits[cpu]"),
    ):
        with pytest.raises(MalformedObject) as caught:
            downward_resource(made, "app", {"resource": "limits.cpu", **selector}, node=node, path=PATH)
        assert (caught.value.path, caught.value.expected) == (path, "a quantity")


@pytest.mark.parametrize("node", [[], 7, "x"])
def test_what_is_no_node(node: Any) -> None:
    with pytest.raises(MalformedObject):
        downward_resource(pod(), "app", {"resource": "limits.cpu"}, node=node)


def test_the_own_container_is_of_any_kind() -> None:
    made = pod(ephemeralContainers=[{"name": "debug"}])
    assert shown(made, "limits.cpu", container="debug") == "4"
    with pytest.raises(EnvironmentFailed):
        shown(made, "limits.cpu", containerName="debug")
    [debug] = [found for found in containers(made) if found.name == "debug"]
    assert downward_resource(made, debug, {"resource": "limits.cpu"}, node=NODE) == "4"
    with pytest.raises(EnvironmentFailed) as caught:
        downward_resource(made, debug, {"resource": "limits.cpu", "containerName": "x"}, node=NODE)
    assert caught.value.subject == "x"
