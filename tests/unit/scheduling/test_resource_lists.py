from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.quantity import Quantity, QuantityTooLong
from kubecontainers.scheduling.resource_lists import (
    NO_RESOURCES,
    ResourceList,
    max_resource_lists,
    resource_list,
    resource_list_at,
    sum_resource_lists,
    with_missing_resources,
)


def texts(resources: ResourceList) -> dict[str, str]:
    return {name: str(quantity) for name, quantity in resources.items()}


def of(**quantities: str) -> ResourceList:
    return resource_list(quantities)


def test_what_is_read() -> None:
    found = resource_list({"memory": " 1.50Gi", "b\ud800": None, "cpu": 2, "a": 0.5, "z": Quantity.parse("1e3")})
    assert texts(found) == {"a": "500m", "b\ufffd": "0", "cpu": "2", "memory": "1536Mi", "z": "1e3"}
    assert list(found) == ["a", "b\ufffd", "cpu", "memory", "z"]
    assert resource_list({}) == NO_RESOURCES


@pytest.mark.parametrize(
    ("value", "found"), [("1 Gi", "another text"), ("", "another text"), (True, "a boolean"), ([], "a list"), ({}, "an object")]
)
def test_what_is_no_quantity(value: object, found: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        resource_list_at({"limits": {"cpu": "1", "gpu": value}}, "limits", ROOT.child("resources"))
    assert (caught.value.path, caught.value.expected, caught.value.found) == ("resources.limits[gpu]", "a quantity", found)
    assert caught.value.__context__ is None


def test_none_is_not_empty() -> None:
    assert resource_list_at({}, "limits", ROOT) is None
    assert resource_list_at({"limits": None}, "limits", ROOT) is None
    assert resource_list_at({"limits": {}}, "limits", ROOT) == NO_RESOURCES
    with pytest.raises(MalformedObject, match=r"resources\.limits: expected an object, found a list"):
        resource_list_at({"limits": []}, "limits", ROOT.child("resources"))


@pytest.mark.parametrize(
    ("lists", "total"),
    [
        ([], {}),
        ([of(cpu="+0.5")], {"cpu": "500m"}),
        ([of(cpu="1500m"), of(memory="1024Mi")], {"cpu": "1500m", "memory": "1Gi"}),
        ([of(cpu="+1000m"), of(cpu="0")], {"cpu": "1"}),
        ([of(cpu="0"), of(cpu="1e3")], {"cpu": "1e3"}),
        ([of(memory="1Gi"), of(memory="1M"), of(memory="-1M")], {"memory": "1Gi"}),
        ([of(memory="1M"), of(memory="1Ki")], {"memory": "1001024"}),
    ],
)
def test_sums(lists: list[ResourceList], total: dict[str, Any]) -> None:
    assert texts(sum_resource_lists(*lists)) == total


def test_a_lone_quantity_keeps_its_text() -> None:
    assert texts(sum_resource_lists(of(cpu="+1"))) == {"cpu": "+1"}
    assert texts(sum_resource_lists(of(cpu="+1"), of(cpu="0"))) == {"cpu": "1"}
    assert texts(max_resource_lists(of(cpu="1"), of(cpu="+1"))) == {"cpu": "1"}
    assert texts(max_resource_lists(of(cpu="+1"), of(cpu="1"))) == {"cpu": "+1"}
    assert texts(max_resource_lists(of(cpu="1"), of(cpu="+2", a="1"))) == {"a": "1", "cpu": "+2"}


def test_too_far_apart() -> None:
    with pytest.raises(QuantityTooLong):
        sum_resource_lists(of(cpu="1e2000000000"), of(cpu="1"))


def test_what_is_missing() -> None:
    cpu = of(cpu="0")
    assert with_missing_resources(cpu, of(cpu="1")) is cpu
    assert texts(with_missing_resources(cpu, of(cpu="1", memory="+1Gi", a="-1"))) == {"a": "-1", "cpu": "0", "memory": "1Gi"}
