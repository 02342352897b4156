"""Lists of objects, and what explaining makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.release import Release
from kubecontainers.explain.object_lists import MAX_NESTED_LISTS, is_object_list, list_items, listed_objects
from kubecontainers.explain.report import Sourced, explain
from kubecontainers.explain.upgrade import explain_upgrade

POD: dict[str, Any] = {"kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "nginx:1"}]}}


@pytest.mark.parametrize(
    ("value", "is_list"),
    [
        ({"kind": "List"}, True),
        ({"kind": "PodList", "apiVersion": "v1", "items": None}, True),
        ({"kind": "PodList", "apiVersion": "v1"}, False),
        ({"kind": "PodList", "items": []}, False),
        ({"kind": "PodList", "apiVersion": "v1", "items": "x"}, False),
        ({"kind": 5}, False),
        ({}, False),
    ],
)
def test_what_a_list_is(value: dict[str, Any], is_list: bool) -> None:
    assert is_object_list(value) is is_list


def test_items() -> None:
    assert list(list_items({"kind": "List", "items": [{"kind": "Pod"}, "x", {}]})) == [{"kind": "Pod"}, "x", {}]
    assert list(list_items({"kind": "List"})) == []


def test_lists_nested_too_deep_stay() -> None:
    deep: Any = {"kind": "Pod"}
    for _ in range(MAX_NESTED_LISTS + 1):
        deep = {"kind": "List", "items": [deep]}
    assert list(listed_objects(deep)) == [{"kind": "List", "items": [{"kind": "Pod"}]}]


def test_a_list_is_explained_by_its_items() -> None:
    given = {"kind": "List", "items": [POD, {"kind": "PodList", "apiVersion": "v1", "items": [POD]}]}
    report = explain([Sourced(given, "shop.yaml", 2)])
    assert (report.objects, [(workload.source, workload.document) for workload in report.workloads]) == (2, [("shop.yaml", 2)] * 2)
    assert explain([given]).findings == report.findings


def test_an_upgrade_of_a_list() -> None:
    pod = {"kind": "Pod", "spec": POD["spec"] | {"hostnameOverride": "web"}}
    before, after = Cluster(Release("1.34")), Cluster(Release("1.35"))
    assert explain_upgrade([{"kind": "List", "items": [pod]}], before, after).objects == explain_upgrade([pod], before, after).objects
