from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.pod_resources import PodResources, Side, read_pod_resources
from kubecontainers.scheduling.resize import is_resize_infeasible, resized_containers, resized_pod

JSON = dict[str, Any]

INFEASIBLE: JSON = {"resize": "Infeasible", "conditions": [{"type": "PodResizePending", "reason": "Infeasible"}]}


def read(status: JSON, release: Release, **spec: Any) -> PodResources:
    asked = {"requests": {"cpu": "2", "memory": "+1Gi"}, "limits": {"cpu": "4"}}
    containers = {
        "containers": [{"name": "app", "resources": asked}],
        "initContainers": [{"name": "proxy", "restartPolicy": "Always", "resources": asked}, {"name": "setup", "resources": asked}],
    }
    return read_pod_resources({"spec": {**containers, **spec}, "status": status}, release=release)


def reported(**fields: JSON) -> JSON:
    names = {"containerStatuses": ["app"], "initContainerStatuses": ["proxy", "setup"]}
    return {key: [{"name": name, **fields} for name in found] for key, found in names.items()}


def found(status: JSON, side: Side, minor: str) -> list[dict[str, str]]:
    release = Release(minor)
    lists = resized_containers(read(status, release), side, release=release)
    return [{name: str(quantity) for name, quantity in resources.items()} for resources in lists]


SPEC = {"cpu": "2", "memory": "+1Gi"}
SMALLER = reported(
    resources={"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "5", "memory": "9"}}, allocatedResources={"cpu": "3"}
)
UP = {"cpu": "3", "memory": "+1Gi"}


@pytest.mark.parametrize(
    ("minor", "status", "requests", "limits"),
    [
        ("1.31", {}, [SPEC] * 3, [{"cpu": "4"}] * 3),
        ("1.36", {}, [SPEC] * 3, [{"cpu": "4"}] * 3),
        ("1.31", SMALLER, [UP, SPEC, SPEC], [{"cpu": "4"}] * 3),
        ("1.31", SMALLER | INFEASIBLE, [{"cpu": "3"}, SPEC, SPEC], [{"cpu": "4"}] * 3),
        ("1.31", reported() | INFEASIBLE, [{}, SPEC, SPEC], [{"cpu": "4"}] * 3),
        # Equal quantities: the one that was not the spec's was taken, now it is the spec's.
        ("1.31", reported(allocatedResources={"memory": "1Gi"}), [{"cpu": "2", "memory": "1Gi"}, SPEC, SPEC], [{"cpu": "4"}] * 3),
        ("1.32", SMALLER, [{"cpu": "2", "memory": "1Gi"}, SPEC, SPEC], [{"cpu": "5", "memory": "9"}, {"cpu": "4"}, {"cpu": "4"}]),
        (
            "1.32",
            SMALLER | {"resize": "Infeasible"},
            [{"cpu": "1", "memory": "1Gi"}, SPEC, SPEC],
            [{"cpu": "5", "memory": "9"}, {"cpu": "4"}, {"cpu": "4"}],
        ),
        ("1.32", reported(allocatedResources={"cpu": "3"}) | INFEASIBLE, [SPEC] * 3, [{"cpu": "4"}] * 3),
        ("1.32", reported(resources={}) | INFEASIBLE, [{}, SPEC, SPEC], [{}, {"cpu": "4"}, {"cpu": "4"}]),
        ("1.33", SMALLER, [UP, UP, SPEC], [{"cpu": "5", "memory": "9"}, {"cpu": "5", "memory": "9"}, {"cpu": "4"}]),
        ("1.33", SMALLER | {"resize": "Infeasible"}, [UP, UP, SPEC], [{"cpu": "5", "memory": "9"}] * 2 + [{"cpu": "4"}]),
        ("1.33", SMALLER | INFEASIBLE, [{"cpu": "3", "memory": "1Gi"}] * 2 + [SPEC], [{"cpu": "5", "memory": "9"}] * 2 + [{"cpu": "4"}]),
        ("1.33", reported(allocatedResources={"cpu": "3"}) | INFEASIBLE, [SPEC] * 3, [{"cpu": "4"}] * 3),
    ],
)
def test_containers(minor: str, status: JSON, requests: list[dict[str, str]], limits: list[dict[str, str]]) -> None:
    assert found(status, Side.REQUESTS, minor) == requests
    assert found(status, Side.LIMITS, minor) == limits


def test_the_last_of_a_name_counts() -> None:
    def of(cpu: str) -> JSON:
        return {"name": "app", "resources": {}, "allocatedResources": {"cpu": cpu}}

    status: JSON = {"containerStatuses": [of("8"), of("5")], "initContainerStatuses": [of("7")]}
    assert found(status, Side.REQUESTS, "1.31")[0]["cpu"] == "5"
    assert found(status, Side.REQUESTS, "1.33")[0]["cpu"] == "7"


def test_who_says_infeasible() -> None:
    by_field = read_pod_resources({"status": {"resize": "Infeasible"}}).status
    by_condition = read_pod_resources({"status": {"conditions": INFEASIBLE["conditions"]}}).status
    for minor, field, condition in (("1.32", True, False), ("1.33", False, True), ("1.37", False, True)):
        assert is_resize_infeasible(by_field, release=Release(minor)) is field
        assert is_resize_infeasible(by_condition, release=Release(minor)) is condition


OF_PODS: list[tuple[JSON, JSON, JSON, JSON, JSON]] = [
    ({}, {"cpu": "1"}, {"cpu": "2"}, {"cpu": "1"}, {"cpu": "2"}),
    ({"allocatedResources": {"cpu": "9"}}, {"cpu": "1"}, {"cpu": "2"}, {"cpu": "1"}, {"cpu": "2"}),
    ({"resources": {}}, {"cpu": "1"}, {"cpu": "2"}, {"cpu": "1"}, {"cpu": "2"}),
    ({"resources": {}} | INFEASIBLE, {"cpu": "0"}, {"cpu": "2"}, {}, {}),
    (
        {"resources": {"requests": {"cpu": "3"}, "limits": {"memory": "4"}}, "allocatedResources": {"memory": "5"}},
        {"cpu": "3"},
        {"cpu": "2"},
        {"cpu": "3", "memory": "5"},
        {"cpu": "2", "memory": "4"},
    ),
    ({"resources": {"limits": {"memory": "4"}}} | INFEASIBLE, {"cpu": "0"}, {"cpu": "0"}, {}, {"memory": "4"}),
]


@pytest.mark.parametrize(("status", "requests", "limits", "requests_next", "limits_next"), OF_PODS)
def test_the_pod_as_a_whole(status: JSON, requests: JSON, limits: JSON, requests_next: JSON, limits_next: JSON) -> None:
    for minor, expected in (("1.36", (requests, limits)), ("1.37", (requests_next, limits_next))):
        release = Release(minor)
        pod = read(status, release, resources={"requests": {"cpu": "1"}, "limits": {"cpu": "2"}})
        got = (resized_pod(pod, side, release=release) for side in Side)
        assert tuple({name: str(quantity) for name, quantity in resources.items()} for resources in got) == expected
