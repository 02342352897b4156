from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldChange, FieldErrorType
from kubecontainers.scheduling.overhead import (
    CHECKED,
    OverheadDefaultReason,
    ResourceQuantityRule,
    default_overhead,
    has_coarse_overhead,
    validate_overhead,
    validate_resource_list,
)
from kubecontainers.scheduling.resource_lists import resource_list
from kubecontainers.scheduling.resource_names import ResourceNameRule

JSON = dict[str, Any]

SPEC = ROOT.child("spec")


def found(overhead: JSON) -> list[tuple[str, str]]:
    errors = validate_overhead({"overhead": overhead}, SPEC)
    assert all(error.detail == error.rule.value for error in errors)
    return [(str(error.path), error.rule.name) for error in errors]


def at(name: str) -> str:
    return f"spec.overhead.limits[{name}]"


@pytest.mark.parametrize(
    "overhead",
    [
        {},
        {"cpu": "250m", "memory": "120Mi"},
        {"cpu": 0},
        {"memory": "1.5"},
        {"example.com/a": "2000m"},
        {"cpu": 1, "hugepages-2Mi": "4Mi"},
        {"memory": 0, "hugepages-2Mi": "0"},
        {"cpu": 1, "hugepages-1k": "2k", "hugepages-1": "0.5"},
        {"kubernetes.io/a": "0.5"},
    ],
)
def test_valid(overhead: JSON) -> None:
    assert found(overhead) == []


@pytest.mark.parametrize(
    ("overhead", "errors"),
    [
        ({"cpu": "-1n"}, [(at("cpu"), "NEGATIVE")]),
        ({"example.com/a": "0.5"}, [(at("example.com/a"), "NOT_WHOLE")]),
        ({"example.com/a": "-0.5"}, [(at("example.com/a"), "NEGATIVE"), (at("example.com/a"), "NOT_WHOLE")]),
        ({"example.com/a": "3Ei"}, [(at("example.com/a"), "NOT_WHOLE")]),
        ({"pods": "0.5"}, [(at("pods"), "NOT_OF_CONTAINERS"), (at("pods"), "NOT_WHOLE")]),
        ({"cpu": 1, "hugepages-2Mi": "3Mi"}, [(at("hugepages-2Mi"), "NOT_PAGES")]),
        ({"cpu": 1, "hugepages-2Mi": "0.5"}, [(at("hugepages-2Mi"), "NOT_PAGES")]),
        ({"cpu": 1, "hugepages-0": "0"}, [(at("hugepages-0"), "NOT_PAGES")]),
        ({"cpu": 1, "hugepages-x": "1"}, [(at("hugepages-x"), "NOT_PAGES")]),
        ({"cpu": 1, "hugepages-1500m": "3"}, [(at("hugepages-1500m"), "NOT_PAGES")]),
        ({"cpu": 1, "hugepages-1e80": "1e80"}, [(at("hugepages-1e80"), "NOT_PAGES")]),
        ({"hugepages-2Mi": "2Mi", "a/b": 1}, [("spec.overhead", "ONLY_HUGE_PAGES")]),
    ],
)
def test_invalid(overhead: JSON, errors: list[tuple[str, str]]) -> None:
    assert found(overhead) == errors


def test_errors_say_what_they_are() -> None:
    errors = validate_resource_list(resource_list({"hugepages-2Mi": "+1", "gpu": "1"}), ROOT.child("overhead"))
    assert [(str(error.path), error.type, error.rule, error.value) for error in errors] == [
        ("overhead.limits[gpu]", FieldErrorType.INVALID, ResourceNameRule.NOT_STANDARD, "gpu"),
        ("overhead.limits[gpu]", FieldErrorType.INVALID, ResourceNameRule.NOT_OF_CONTAINERS, "gpu"),
        ("overhead.limits[hugepages-2Mi]", FieldErrorType.INVALID, ResourceQuantityRule.NOT_PAGES, "+1"),
        ("overhead", FieldErrorType.FORBIDDEN, ResourceQuantityRule.ONLY_HUGE_PAGES, ""),
    ]


def test_no_overhead() -> None:
    assert validate_overhead({}, SPEC) == ()
    assert CHECKED.spec == {"overhead"}
    with pytest.raises(MalformedObject, match=r"spec\.overhead\[cpu\]: expected a quantity, found another text"):
        validate_overhead({"overhead": {"cpu": "x"}}, SPEC)


def test_the_default_rounds_up() -> None:
    pod: JSON = {"spec": {"overhead": {"cpu": "1u", "memory": "0.5Gi", "a/b": "1.0000", "c/d": "-1100u"}, "nodeName": "a"}}
    changed = default_overhead(pod)
    reason = OverheadDefaultReason.FINER_THAN_MILLI
    path = SPEC.child("overhead")
    assert changed.changes == (FieldChange(path.key("c/d"), "-1100u", "-2m", reason), FieldChange(path.key("cpu"), "1u", "1m", reason))
    overhead = {"cpu": "1m", "memory": "0.5Gi", "a/b": "1.0000", "c/d": "-2m"}
    assert changed.object == {"spec": {"overhead": overhead, "nodeName": "a"}}
    assert pod["spec"]["overhead"]["cpu"] == "1u"
    assert default_overhead(changed.object).changes == ()


@pytest.mark.parametrize(
    ("overhead", "coarse"),
    [
        (None, True),
        ({}, True),
        ({"cpu": "250m", "memory": "120Mi", "a/b": "3"}, True),
        ({"cpu": "1u"}, False),
        ({"cpu": "0.5"}, False),
        ({"cpu": 1}, False),
        ({"cpu": None}, False),
        ({"memory": "1234567890123456"}, False),
        ([], False),
        ("1", False),
    ],
)
def test_coarse_at_a_look(overhead: Any, coarse: bool) -> None:
    assert has_coarse_overhead({"overhead": overhead}) is coarse


@pytest.mark.parametrize("pod", [{}, {"spec": {}}, {"spec": {"overhead": {}}}, {"spec": {"overhead": {"cpu": "1m"}}}])
def test_nothing_to_round(pod: JSON) -> None:
    changed = default_overhead(pod)
    assert changed.object is pod
    assert changed.changes == ()
