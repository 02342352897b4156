from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.quantity import Quantity
from kubecontainers.apimachinery.release import LATEST, PREVIEW, Release
from kubecontainers.scheduling.requests import DEFAULT_OPTIONS, PodRequests, RequestOptions, pod_requests
from kubecontainers.scheduling.resource_lists import ResourceList

JSON = dict[str, Any]


def container(name: str = "app", requests: JSON | None = None, limits: JSON | None = None, **more: Any) -> JSON:
    return {"name": name, "resources": {"requests": requests, "limits": limits}, **more}


def texts(resources: ResourceList) -> dict[str, str]:
    return {name: str(quantity) for name, quantity in resources.items()}


def asked(spec: JSON, *, minor: str = "1.36", status: JSON | None = None, **options: Any) -> PodRequests:
    return pod_requests({"spec": spec, "status": status}, options=RequestOptions(**options), release=Release(minor))


def requested(spec: JSON, **arguments: Any) -> dict[str, str]:
    return texts(asked(spec, **arguments).requests)


def limited(spec: JSON, **arguments: Any) -> dict[str, str]:
    return texts(asked(spec, **arguments).limits)


def test_nothing() -> None:
    assert pod_requests({}) == pod_requests({"spec": {"containers": []}}) == PodRequests(ResourceList({}), ResourceList({}))


def test_sidecars() -> None:
    inits = [container("proxy", {"cpu": "100m"}, restartPolicy="Always"), container("setup", {"cpu": "450m"})]
    spec: JSON = {"containers": [container("app", {"cpu": "500m"})], "initContainers": inits}
    assert requested(spec, minor="1.27") == {"cpu": "500m"}
    assert requested(spec, minor="1.28") == {"cpu": "600m"}
    found = asked(spec)
    assert [(step.name, texts(step.resources)["cpu"]) for step in found.request_steps] == [
        ("app", "500m"),
        ("proxy", "100m"),
        ("setup", "550m"),
    ]
    assert [(share.name, share.restartable) for share in found.request_shares] == [("app", False), ("proxy", True), ("setup", False)]
    assert [texts(step.resources) for step in found.limit_steps] == [{}, {}, {}]


def test_overhead() -> None:
    limits = {"cpu": "0", "memory": "1Gi"}
    spec: JSON = {"containers": [container("app", {"cpu": "+1"}, limits)], "overhead": {"cpu": "0.1", "memory": "16Mi", "a/b": "1"}}
    found = asked(spec)
    assert texts(found.requests) == {"a/b": "1", "cpu": "1100m", "memory": "16Mi"}
    assert texts(found.limits) == {"cpu": "0", "memory": "1040Mi"}
    without = asked(spec, exclude_overhead=True)
    assert (texts(without.requests), texts(without.limits)) == ({"cpu": "+1"}, limits)
    assert asked({**spec, "overhead": {}}) == without


def test_nothing_is_missing() -> None:
    spec: JSON = {"containers": [container("a", {"cpu": "0"}), container("b", None, {"cpu": "9"})], "initContainers": [container("c")]}
    missing = {"cpu": "100m", "memory": "200Mi"}
    found = asked(spec, non_missing_container_requests=missing)
    assert texts(found.requests) == {"cpu": "100m", "memory": "400Mi"}
    assert texts(found.limits) == {"cpu": "9"}
    assert [texts(share.resources)["cpu"] for share in found.request_shares] == ["0", "100m", "100m"]
    assert requested(spec, non_missing_container_requests=missing, minor="1.37", use_status_resources=True) == texts(found.requests)


def test_options() -> None:
    missing = {"cpu": "100m"}
    assert RequestOptions(non_missing_container_requests=missing) == RequestOptions(
        non_missing_container_requests={"cpu": Quantity.parse("100m")}
    )
    assert RequestOptions() == DEFAULT_OPTIONS
    assert len({RequestOptions(), DEFAULT_OPTIONS}) == 1
    assert pickle.loads(pickle.dumps(DEFAULT_OPTIONS)) == DEFAULT_OPTIONS  # noqa: S301
    with pytest.raises(MalformedObject, match=r"nonMissingContainerRequests\[cpu\]: expected a quantity, found another text"):
        RequestOptions(non_missing_container_requests={"cpu": "x"})
    with pytest.raises(MalformedObject, match="nonMissingContainerRequests: expected an object, found a list"):
        RequestOptions(non_missing_container_requests=[])  # type: ignore[arg-type]


POD_LEVEL: JSON = {
    "containers": [container("app", {"cpu": "1", "memory": "1Gi", "a/b": "1"}, {"cpu": "2"})],
    "resources": {"requests": {"cpu": "+3", "hugepages-2Mi": "2Mi", "a/b": "9"}, "limits": {"memory": "4Gi"}},
    "overhead": {"cpu": "1"},
}


@pytest.mark.parametrize(
    ("minor", "skip", "requests", "limits"),
    [
        ("1.31", False, {"a/b": "1", "cpu": "2", "memory": "1Gi"}, {"cpu": "3"}),
        ("1.32", False, {"a/b": "1", "cpu": "4", "memory": "1Gi"}, {"cpu": "3", "memory": "4Gi"}),
        ("1.33", False, {"a/b": "1", "cpu": "4", "hugepages-2Mi": "2Mi", "memory": "1Gi"}, {"cpu": "3", "memory": "4Gi"}),
        ("1.33", True, {"a/b": "1", "cpu": "2", "memory": "1Gi"}, {"cpu": "3"}),
        ("1.37", False, {"a/b": "1", "cpu": "4", "hugepages-2Mi": "2Mi", "memory": "1Gi"}, {"cpu": "3", "memory": "4Gi"}),
    ],
)
def test_the_pod_as_a_whole(minor: str, skip: bool, requests: JSON, limits: JSON) -> None:
    found = asked(POD_LEVEL, minor=minor, skip_pod_level_resources=skip)
    assert (texts(found.requests), texts(found.limits)) == (requests, limits)


def test_when_the_pod_as_a_whole_counts() -> None:
    containers = [container("app", {"cpu": "1"}, {"memory": "1"})]
    only_limits: JSON = {"containers": containers, "resources": {"limits": {"cpu": "2", "memory": "2"}}}
    assert (requested(only_limits), limited(only_limits)) == ({"cpu": "1"}, {"cpu": "2", "memory": "2"})
    unsupported: JSON = {"containers": containers, "resources": {"requests": {"a/b": "1"}, "limits": {"a/b": "1"}}}
    assert (requested(unsupported), limited(unsupported)) == ({"cpu": "1"}, {"memory": "1"})
    pages: JSON = {"containers": containers, "resources": {"requests": {"hugepages-2Mi": "2Mi"}, "limits": {"hugepages-2Mi": "2Mi"}}}
    assert requested(pages, minor="1.32") == {"cpu": "1"}
    assert requested(pages, minor="1.33") == {"cpu": "1", "hugepages-2Mi": "2Mi"}


def test_without_containers() -> None:
    spec = {**POD_LEVEL, "resources": {"requests": {"cpu": "3"}}}
    status: JSON = {"nodeAllocatableResourceClaimStatuses": [{"resources": {"cpu": "5"}}]}
    options: JSON = {"skip_container_level_resources": True, "use_dra_node_allocatable_resource_claim_status": True}
    for minor in ("1.34", "1.36", "1.37"):
        found = asked(spec, minor=minor, status=status, **options)
        assert texts(found.requests) == {"cpu": "4"}
        assert texts(found.limits) == {"cpu": "3"}
        assert found.request_steps == ()
        assert len(found.limit_steps) == 1
    assert asked(spec, minor="1.33", **options) == asked(spec, minor="1.33")


def test_claims() -> None:
    claims = [{"resources": {"cpu": "+2", "memory": "1Gi"}}, {"resources": {"cpu": "1"}}, {}]
    status: JSON = {"nodeAllocatableResourceClaimStatuses": claims}
    spec: JSON = {"containers": [container("app", {"memory": "1Gi"}, {"cpu": "1"})], "resources": {"requests": {"memory": "7Gi"}}}
    option: JSON = {"use_dra_node_allocatable_resource_claim_status": True}
    for minor in ("1.36", "1.37"):
        assert requested(spec, minor=minor, status=status, **option) == {"cpu": "3", "memory": "7Gi"}
        assert requested(spec, minor=minor, status=status) == {"memory": "7Gi"}
        assert limited(spec, minor=minor, status=status, **option) == {"cpu": "1"}
    assert requested(spec, minor="1.35", status=status, **option) == {"memory": "7Gi"}


def reported(name: str, resources: JSON | None, allocated: JSON | None = None) -> JSON:
    return {"name": name, "resources": resources, "allocatedResources": allocated}


def test_a_resize() -> None:
    spec: JSON = {"containers": [container("a", {"cpu": "1"}, {"cpu": "1"}), container("b", {"cpu": "4"}, {"cpu": "4"})]}
    statuses = [reported("a", {"requests": {"cpu": "3"}, "limits": {"cpu": "3"}}), reported("b", {"requests": {"cpu": "1"}}, {"cpu": "2"})]
    status: JSON = {"containerStatuses": statuses}
    assert requested(spec, status=status) == {"cpu": "5"}
    found = asked(spec, status=status, use_status_resources=True)
    assert (texts(found.requests), texts(found.limits)) == ({"cpu": "7"}, {"cpu": "7"})
    assert [texts(share.resources) for share in found.request_shares] == [{"cpu": "3"}, {"cpu": "4"}]
    views = asked(spec, status=status, use_status_resources=True, minor="1.37")
    assert (texts(views.requests), texts(views.limits)) == ({"cpu": "5"}, {"cpu": "7"})
    assert (views.request_shares, views.limit_shares, views.request_steps) == ((), (), ())
    assert len(asked(spec, status=status, minor="1.37").request_steps) == 2


def test_a_resize_of_the_pod_as_a_whole() -> None:
    spec: JSON = {"containers": [container("a", {"cpu": "1"})], "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "2"}}}
    status: JSON = {
        "resources": {"requests": {"cpu": "3", "memory": "1"}, "limits": {"cpu": "4"}},
        "allocatedResources": {"cpu": "5", "a/b": "9"},
    }
    both: JSON = {"use_status_resources": True, "in_place_pod_level_resources_vertical_scaling_enabled": True}
    for minor, options, requests, limits in (
        ("1.34", both, {"cpu": "2"}, {"cpu": "2"}),
        ("1.35", both, {"cpu": "5"}, {"cpu": "4"}),
        ("1.36", {"in_place_pod_level_resources_vertical_scaling_enabled": True}, {"cpu": "2"}, {"cpu": "2"}),
        ("1.36", {"use_status_resources": True}, {"cpu": "2"}, {"cpu": "2"}),
        ("1.37", both, {"a/b": "9", "cpu": "5", "memory": "1"}, {"cpu": "4"}),
        ("1.37", {"use_status_resources": True}, {"cpu": "2"}, {"cpu": "2"}),
    ):
        found = asked(spec, minor=minor, status=status, **options)
        assert (texts(found.requests), texts(found.limits)) == (requests, limits)


@pytest.mark.parametrize("pod", [[], {"spec": []}, {"spec": {"overhead": {"cpu": "x"}}}, {"status": {"containerStatuses": 1}}])
@pytest.mark.parametrize("release", [LATEST, PREVIEW])
def test_what_cannot_be_decoded(pod: Any, release: Release) -> None:
    with pytest.raises(MalformedObject):
        pod_requests(pod, release=release)
