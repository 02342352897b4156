from __future__ import annotations

import pytest

from kubecontainers.scheduling.resource_names import (
    ResourceNameRule,
    huge_page_size,
    is_integer_resource,
    validate_resource_name,
)

R = ResourceNameRule
PREFIX = "a" * 244


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("cpu", ()),
        ("ephemeral-storage", ()),
        ("hugepages-2Mi", ()),
        ("hugepages-", (R.NAME_FORMAT,)),
        ("nvidia.com/gpu", ()),
        ("kubernetes.io/anything", ()),
        ("requests.kubernetes.io/anything", ()),
        (f"{PREFIX}/x", ()),
        ("pods", (R.NOT_OF_CONTAINERS,)),
        ("storage", (R.NOT_OF_CONTAINERS,)),
        ("requests.storage", (R.NOT_OF_CONTAINERS,)),
        ("limits.cpu", (R.NOT_OF_CONTAINERS,)),
        ("requests.hugepages-2Mi", (R.NOT_OF_CONTAINERS,)),
        ("limits.storage", (R.NOT_STANDARD, R.NOT_OF_CONTAINERS)),
        ("gpu", (R.NOT_STANDARD, R.NOT_OF_CONTAINERS)),
        ("CPU", (R.NOT_STANDARD, R.NOT_OF_CONTAINERS)),
        ("", (R.NAME_EMPTY, R.NAME_FORMAT, R.NOT_OF_CONTAINERS)),
        ("cpu\n", (R.NAME_FORMAT, R.NOT_OF_CONTAINERS)),
        ("c" * 64, (R.NAME_TOO_LONG, R.NOT_OF_CONTAINERS)),
        ("requests.example.com/gpu", (R.NOT_EXTENDED,)),
        (f"{PREFIX}a/x", (R.NOT_EXTENDED,)),
        (f"{PREFIX}aaaaaaaaaa/x", (R.PREFIX_TOO_LONG, R.NOT_EXTENDED)),
        ("a/b/c", (R.PARTS, R.NOT_EXTENDED)),
        ("/gpu", (R.PREFIX_EMPTY, R.NOT_EXTENDED)),
        ("A/gpu", (R.PREFIX_FORMAT, R.NOT_EXTENDED)),
        ("a/kubernetes.io/c", (R.PARTS,)),
    ],
)
def test_names(name: str, broken: tuple[ResourceNameRule, ...]) -> None:
    assert validate_resource_name(name) == broken


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("pods", True),
        ("services.nodeports", True),
        ("a/b", True),
        ("cpu", False),
        ("storage", False),
        ("kubernetes.io/x", False),
        ("gpu", False),
    ],
)
def test_whole_numbers(name: str, whole: bool) -> None:
    assert is_integer_resource(name) is whole


@pytest.mark.parametrize(("name", "size"), [("hugepages-1Gi", "1Gi"), ("hugepages-", None), ("hugepages-1 Gi", None), ("cpu", None)])
def test_sizes_of_pages(name: str, size: str | None) -> None:
    found = huge_page_size(name)
    assert (None if found is None else str(found)) == size
