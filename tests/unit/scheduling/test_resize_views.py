from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.release import PREVIEW
from kubecontainers.scheduling.pod_resources import PodResources, Side, read_pod_resources
from kubecontainers.scheduling.resize_views import ResizeView, reported_pod_total, resize_views, viewed_containers
from kubecontainers.scheduling.resource_lists import ResourceList, resource_list

JSON = dict[str, Any]

V = ResizeView
INFEASIBLE: JSON = {"conditions": [{"type": "PodResizePending", "reason": "Infeasible"}]}
REPORTED = {"resources": {"requests": {"cpu": "3"}, "limits": {"cpu": "4"}}, "allocatedResources": {"cpu": "5"}}


def read(status: JSON, key: str = "containers") -> PodResources:
    asked = {"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}
    return read_pod_resources({"spec": {key: [{"name": "app", "resources": asked}]}, "status": status}, release=PREVIEW)


def texts(resources: ResourceList | None) -> dict[str, str] | None:
    return None if resources is None else {name: str(quantity) for name, quantity in resources.items()}


def test_which_views_count() -> None:
    feasible, infeasible = read({}), read(INFEASIBLE)
    assert resize_views(feasible, Side.REQUESTS, release=PREVIEW) == (V.SPEC, V.ACTUATED, V.ALLOCATED)
    assert resize_views(infeasible, Side.REQUESTS, release=PREVIEW) == (V.ACTUATED, V.ALLOCATED)
    assert resize_views(feasible, Side.LIMITS, release=PREVIEW) == (V.SPEC, V.ACTUATED)
    assert resize_views(infeasible, Side.LIMITS, release=PREVIEW) == (V.ACTUATED,)


@pytest.mark.parametrize("key", ["containers", "initContainers"])
@pytest.mark.parametrize(
    ("fields", "side", "view", "feasible", "infeasible"),
    [
        (REPORTED, Side.REQUESTS, V.SPEC, "1", "1"),
        (REPORTED, Side.REQUESTS, V.ACTUATED, "3", "3"),
        (REPORTED, Side.REQUESTS, V.ALLOCATED, "5", "5"),
        (REPORTED, Side.LIMITS, V.SPEC, "2", "2"),
        (REPORTED, Side.LIMITS, V.ACTUATED, "4", "4"),
        ({"resources": {}, "allocatedResources": {"cpu": "5"}}, Side.REQUESTS, V.ACTUATED, "5", "5"),
        ({"resources": {}, "allocatedResources": {"cpu": "5"}}, Side.LIMITS, V.ACTUATED, "2", None),
        ({"resources": {"requests": {}}, "allocatedResources": {"cpu": "5"}}, Side.REQUESTS, V.ACTUATED, None, None),
        ({"resources": {"requests": {"cpu": "3"}}}, Side.REQUESTS, V.ALLOCATED, "1", None),
        ({}, Side.REQUESTS, V.ACTUATED, "1", None),
        ({}, Side.LIMITS, V.ACTUATED, "2", None),
    ],
)
def test_containers(key: str, fields: JSON, side: Side, view: V, feasible: str | None, infeasible: str | None) -> None:
    for more, cpu in (({}, feasible), (INFEASIBLE, infeasible)):
        status: JSON = {"initContainerStatuses": [{"name": "app", **fields}], **more}
        [got] = viewed_containers(read(status, key), side, view, release=PREVIEW)
        assert texts(got) == ({} if cpu is None else {"cpu": cpu})


def test_no_status() -> None:
    assert viewed_containers(read({}), Side.REQUESTS, V.ACTUATED, release=PREVIEW) == (resource_list({"cpu": "1"}),)


def test_the_first_of_a_name_counts() -> None:
    def of(cpu: str) -> JSON:
        return {"name": "app", "allocatedResources": {"cpu": cpu}}

    status: JSON = {"initContainerStatuses": [of("7")], "containerStatuses": [of("5"), of("8")]}
    [got] = viewed_containers(read(status), Side.REQUESTS, V.ALLOCATED, release=PREVIEW)
    assert texts(got) == {"cpu": "5"}


@pytest.mark.parametrize(
    ("status", "requests", "limits"),
    [
        ({}, {}, None),
        ({"allocatedResources": {"cpu": "5"}}, {}, None),
        ({"resources": {"requests": {"cpu": "3"}}}, {}, None),
        ({"resources": {"limits": {"cpu": "4"}}, "allocatedResources": {"cpu": "5"}}, {}, "4"),
        (REPORTED, {V.ACTUATED: "3", V.ALLOCATED: "5"}, "4"),
    ],
)
def test_the_pod_as_a_whole(status: JSON, requests: dict[V, str], limits: str | None) -> None:
    pod = read(status)
    for view in V:
        cpu = requests.get(view)
        assert texts(reported_pod_total(pod, Side.REQUESTS, view)) == (None if cpu is None else {"cpu": cpu})
    assert texts(reported_pod_total(pod, Side.LIMITS, V.ACTUATED)) == (None if limits is None else {"cpu": limits})
    assert reported_pod_total(pod, Side.LIMITS, V.SPEC) is None
