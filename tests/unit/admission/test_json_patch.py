from __future__ import annotations

import enum
from typing import Any

import pytest

from kubecontainers.admission.json_patch import json_patch, json_pointer
from kubecontainers.apimachinery.draft import Draft
from kubecontainers.apimachinery.fields import FieldChange, FieldPath, MapKey

JSON = dict[str, Any]


class Why(enum.Enum):
    TEST = "a test"


def change(*parts: str | int, to: Any) -> FieldChange:
    return FieldChange(FieldPath(parts), None, to, Why.TEST)


def patch(obj: Any, *changes: FieldChange) -> list[tuple[Any, ...]]:
    draft = Draft(obj)
    draft.change(changes)
    return [tuple(operation.values()) for operation in json_patch(draft)]


def test_the_pointer() -> None:
    assert json_pointer(()) == ""
    assert json_pointer(("a", 0, MapKey("b/c~d"), "~1", "")) == "/a/0/b~1c~0d/~01/"


@pytest.mark.parametrize(
    ("obj", "made", "expected"),
    [
        ({}, change("a", to=1), [("add", "/a", 1)]),
        ({"a": None}, change("a", to=1), [("replace", "/a", 1)]),
        ({"a": 1}, change("a", to=2), [("replace", "/a", 2)]),
        ({"a": 1}, change("a", to=None), [("remove", "/a")]),
        ({"a": None}, change("a", to=None), [("remove", "/a")]),
        ({}, change("a", to=None), []),
        ({"a": {"b/c~": 1}}, change("a", MapKey("b/c~"), to=2), [("replace", "/a/b~1c~0", 2)]),
        ({"a": [1, 2]}, change("a", 1, to=3), [("replace", "/a/1", 3)]),
        ({"a": [1, 2]}, change("a", 1, to=2), []),
        ({"a": [1, 2]}, change("a", 2, to=3), []),
        ({"a": [1, 2]}, change("a", -1, to=3), []),
        ({"a": [1, 2]}, change("a", "b", to=3), []),
        ({"a": [1, 2]}, change("a", 5, to=None), []),
        ({"a": [1, 2]}, change("a", 0, to=None), [("remove", "/a/0")]),
        ({"a": [{"b": 1}]}, change("a", 0, "b", to=2), [("replace", "/a/0/b", 2)]),
        ({"a": [None]}, change("a", 0, "b", to=2), [("replace", "/a/0", {"b": 2})]),
        ({"a": {"0": 1}}, change("a", 0, to=2), [("replace", "/a/0", 2)]),
        ({"a": 1}, FieldChange(FieldPath(), None, {"b": 1}, Why.TEST), [("replace", "", {"b": 1})]),
    ],
)
def test_one_change(obj: JSON, made: FieldChange, expected: list[Any]) -> None:
    assert patch(obj, made) == expected


def test_parents_are_made_only_where_they_are_not_there() -> None:
    made = change("metadata", "annotations", "a/b", to="x"), change("metadata", "annotations", "c", to="y")
    assert patch({}, *made) == [("add", "/metadata", {"annotations": {"a/b": "x", "c": "y"}})]
    assert patch({"metadata": {}}, *made) == [("add", "/metadata/annotations", {"a/b": "x", "c": "y"})]
    assert patch({"metadata": None}, *made) == [("replace", "/metadata", {"annotations": {"a/b": "x", "c": "y"}})]
    assert patch({"metadata": {"annotations": {}}}, *made) == [
        ("add", "/metadata/annotations/a~1b", "x"),
        ("add", "/metadata/annotations/c", "y"),
    ]


def test_several_changes_of_one_field_are_one() -> None:
    assert patch({"a": 1}, change("a", to=2), change("a", to=3)) == [("replace", "/a", 3)]
    assert patch({"a": 1}, change("a", to=2), change("a", to=1)) == []
    assert patch({"a": 1}, change("a", to=None), change("a", to=2)) == [("replace", "/a", 2)]
    assert patch({}, change("a", to=2), change("a", to=None)) == []
    assert patch({"a": {"b": 1}}, change("a", "b", to=2), change("a", to=[])) == [("replace", "/a", [])]
    assert patch({"a": {"b": 1}}, change("a", to={}), change("a", "c", to=2)) == [("replace", "/a", {"c": 2})]
    assert patch({"a": {"b": {"c": 1}}}, change("a", to=None), change("a", "b", "c", to=2)) == [("replace", "/a", {"b": {"c": 2}})]
    assert patch({"a": 1}, FieldChange(FieldPath(), None, {}, Why.TEST), change("b", to=1)) == [("replace", "", {"b": 1})]


def test_zero_has_a_sign() -> None:
    assert patch({"a": 0.0}, change("a", to=-0.0)) == [("replace", "/a", -0.0)]
    assert patch({"a": 0.0}, change("a", to=0.0), change("a", to=float("0"))) == []


def test_true_is_a_position_as_in_python() -> None:
    assert patch({"a": [1, {"b": 1}]}, change("a", True, to=2), change("a", True, "c", to=3)) == [("replace", "/a/1", {"c": 3})]


def test_true_is_not_one() -> None:
    assert patch({"a": 1}, change("a", to=True)) == [("replace", "/a", True)]
    assert patch({"a": [1]}, change("a", to=[1])) == [("replace", "/a", [1])]  # lists are not compared


def test_entries_are_removed_from_the_last_on() -> None:
    obj = {"a": [{"n": number} for number in range(5)]}
    assert patch(obj, change("a", 3, to=None), change("a", 1, to=None), change("a", 0, to=None)) == [
        ("remove", "/a/3"),
        ("remove", "/a/1"),
        ("remove", "/a/0"),
    ]
    assert patch(obj, change("a", 0, to=None), change("a", 0, to=None)) == [("remove", "/a/1"), ("remove", "/a/0")]


def test_positions_after_a_removal() -> None:
    obj = {"a": [{"n": number} for number in range(4)]}
    made = change("a", 1, "n", to=9), change("a", 2, "n", to=8), change("a", 1, to=None), change("a", 1, "m", to=7), change("a", 3, to=6)
    assert patch(obj, *made) == [("replace", "/a/2/n", 8), ("add", "/a/2/m", 7), ("remove", "/a/1")]


def test_values_are_not_copied() -> None:
    value = [{"name": "regcred"}]
    made = change("spec", "imagePullSecrets", to=value)
    draft = Draft({"spec": {}})
    draft.change([made])
    [operation] = json_patch(draft)
    assert operation["value"] is value
