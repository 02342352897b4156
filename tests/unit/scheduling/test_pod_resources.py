from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.objects import ContainerKind
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.scheduling.pod_resources import (
    PodResources,
    ReportedContainer,
    Requirements,
    Side,
    pod_level_resources,
    read_pod_resources,
)
from kubecontainers.scheduling.resource_lists import NO_RESOURCES, resource_list

JSON = dict[str, Any]

CPU: JSON = {"cpu": "1"}
ONE = resource_list(CPU)


def test_nothing() -> None:
    for pod in ({}, {"spec": None, "status": None}, {"spec": {"containers": None, "resources": None}, "status": {}}):
        assert read_pod_resources(pod) == PodResources()


def test_containers() -> None:
    app: JSON = {"name": "app", "resources": {"requests": CPU, "limits": {}}, "restartPolicy": "Always"}
    inits: list[JSON] = [{"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}, {"name": "once", "restartPolicy": "OnFailure"}]
    pod: JSON = {"spec": {"initContainers": inits, "containers": [app], "ephemeralContainers": [{"resources": 1}]}}
    found = read_pod_resources(pod).containers
    assert [(one.kind, one.name, str(one.path), one.restartable) for one in found] == [
        (ContainerKind.APP, "app", "spec.containers[0]", False),
        (ContainerKind.INIT, "setup", "spec.initContainers[0]", False),
        (ContainerKind.INIT, "proxy", "spec.initContainers[1]", True),
        (ContainerKind.INIT, "once", "spec.initContainers[2]", False),
    ]
    assert found[0].resources == Requirements(ONE, NO_RESOURCES)
    assert found[1].resources == Requirements()
    assert not any(one.restartable for one in read_pod_resources(pod, release=Release("1.27")).containers)


def test_the_pod_as_a_whole() -> None:
    pod: JSON = {"spec": {"resources": {"limits": CPU}, "overhead": CPU}}
    found = read_pod_resources(pod)
    assert found.resources == Requirements(None, ONE)
    assert found.overhead == ONE
    assert (pod_level_resources(found, Side.REQUESTS), pod_level_resources(found, Side.LIMITS)) == (NO_RESOURCES, ONE)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    before = read_pod_resources(pod, release=Release("1.31"))
    assert before.resources is None
    assert pod_level_resources(before, Side.LIMITS) == NO_RESOURCES


STATUS: JSON = {
    "containerStatuses": [{"name": "app", "resources": {"requests": CPU}, "allocatedResources": {}}],
    "initContainerStatuses": [{"name": "setup"}],
    "resources": {},
    "allocatedResources": CPU,
    "nodeAllocatableResourceClaimStatuses": [{"resources": CPU}, {}],
    "resize": "Infeasible",
}


def test_the_status() -> None:
    found = read_pod_resources({"status": STATUS}).status
    assert found.containers == (ReportedContainer("app", Requirements(ONE), NO_RESOURCES),)
    assert found.init_containers == (ReportedContainer("setup"),)
    assert (found.resources, found.allocated, found.claims) == (Requirements(), ONE, (ONE,))
    assert found.resize_infeasible
    before = read_pod_resources({"status": STATUS}, release=Release("1.35")).status
    assert (before.resources, before.allocated, before.claims) == (Requirements(), ONE, ())
    long_before = read_pod_resources({"status": STATUS}, release=Release("1.34")).status
    assert (long_before.resources, long_before.allocated) == (None, None)


@pytest.mark.parametrize(
    ("conditions", "infeasible"),
    [
        (None, False),
        ([{"type": "PodResizePending", "reason": "Infeasible"}], True),
        ([{"type": "Ready", "reason": "Infeasible"}], False),
        ([{"type": "PodResizePending"}, {"type": "PodResizePending", "reason": "Infeasible"}], False),
        ([{"type": "Ready"}, {"type": "PodResizePending", "reason": "Infeasible"}, {"type": "PodResizePending"}], True),
    ],
)
def test_the_first_condition_counts(conditions: Any, infeasible: bool) -> None:
    found = read_pod_resources({"status": {"conditions": conditions}}).status
    assert found.resize_condition_infeasible is infeasible
    assert not found.resize_infeasible


BAD: JSON = {"cpu": "1 "}  # a space around a text is passed over
WORSE: JSON = {"cpu": "one"}


@pytest.mark.parametrize(
    ("pod", "path", "since"),
    [
        ({"spec": {"containers": [{"resources": {"limits": WORSE}}]}}, "spec.containers[0].resources.limits[cpu]", "1.27"),
        ({"spec": {"initContainers": [{"resources": {"requests": WORSE}}]}}, "spec.initContainers[0].resources.requests[cpu]", "1.27"),
        ({"spec": {"initContainers": [{"restartPolicy": 1}]}}, "spec.initContainers[0].restartPolicy", "1.28"),
        ({"spec": {"overhead": WORSE}}, "spec.overhead[cpu]", "1.27"),
        ({"spec": {"resources": {"limits": WORSE}}}, "spec.resources.limits[cpu]", "1.32"),
        (
            {"status": {"containerStatuses": [{"resources": {"limits": WORSE}}]}},
            "status.containerStatuses[0].resources.limits[cpu]",
            "1.27",
        ),
        (
            {"status": {"initContainerStatuses": [{"allocatedResources": WORSE}]}},
            "status.initContainerStatuses[0].allocatedResources[cpu]",
            "1.27",
        ),
        ({"status": {"resources": {"requests": WORSE}}}, "status.resources.requests[cpu]", "1.35"),
        ({"status": {"allocatedResources": WORSE}}, "status.allocatedResources[cpu]", "1.35"),
        (
            {"status": {"nodeAllocatableResourceClaimStatuses": [{"resources": WORSE}]}},
            "status.nodeAllocatableResourceClaimStatuses[0].resources[cpu]",
            "1.36",
        ),
        ({"status": {"resize": 1}}, "status.resize", "1.27"),
        ({"status": {"conditions": {}}}, "status.conditions", "1.27"),
    ],
)
def test_what_cannot_be_decoded(pod: JSON, path: str, since: str) -> None:
    for release in (Release(since), LATEST):
        with pytest.raises(MalformedObject) as caught:
            read_pod_resources(pod, release=release)
        assert caught.value.path == path
    before = Release(since).minor - 1
    if before >= Release("1.27").minor:
        read_pod_resources(pod, release=Release(before))  # a field that is not known yet is passed over


def test_white_space() -> None:
    assert read_pod_resources({"spec": {"overhead": BAD}}).overhead == ONE
