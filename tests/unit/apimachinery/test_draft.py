"""Drafts; what single changes make is looked at with ``with_changes``, and patches with ``json_patch``."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.draft import Draft, ListPlace, ObjectPlace
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldChange, FieldPath, MapKey


class Reason(enum.Enum):
    """A reason of this test."""

    TEST = "test"


def change(*parts: str | int, to: object) -> FieldChange:
    return FieldChange(FieldPath(parts), None, to, Reason.TEST)


def test_nothing() -> None:
    obj = {"a": 1}
    draft = Draft(obj)
    assert draft.change([]) is obj
    assert draft.after is obj
    assert draft.root is None


def test_what_was_returned_stays() -> None:
    """Whoever got the object after some changes has it for good: later ones are made on copies."""
    given: dict[str, Any] = {"spec": {"containers": [{"name": "a"}, {"name": "b"}], "volumes": []}}
    draft = Draft(given)
    first: Any = draft.change([change("spec", "containers", 0, "image", to="x")])
    second: Any = draft.change([change("spec", "containers", 0, "image", to="y"), change("spec", "containers", 1, "image", to="z")])
    third: Any = draft.change([change("spec", "containers", 0, to=None), change("metadata", "labels", MapKey("team"), to="shop")])
    assert given == {"spec": {"containers": [{"name": "a"}, {"name": "b"}], "volumes": []}}
    assert first["spec"]["containers"] == [{"name": "a", "image": "x"}, {"name": "b"}]
    assert second["spec"]["containers"] == [{"name": "a", "image": "y"}, {"name": "b", "image": "z"}]
    assert third == {"spec": {"containers": [{"name": "b", "image": "z"}], "volumes": []}, "metadata": {"labels": {"team": "shop"}}}
    assert third["spec"]["containers"][0] is second["spec"]["containers"][1]
    assert third["spec"]["volumes"] is given["spec"]["volumes"]
    assert draft.after is third


def test_what_is_set_is_shared_until_it_changes() -> None:
    value: dict[str, Any] = {"a": {"b": 1}}
    draft = Draft(MappingProxyType({}))
    first: Any = draft.change([change("x", to=value)])
    assert first["x"] is value
    assert draft.change([change("x", "a", "b", to=2)]) == {"x": {"a": {"b": 2}}}
    assert value == {"a": {"b": 1}}


def test_after_a_removal_positions_are_new_ones() -> None:
    draft = Draft({"a": [{"at": 0}, {"at": 1}, {"at": 2}]})
    draft.change([change("a", 2, "n", to=2), change("a", 0, to=None)])
    now = draft.change([change("a", 1, "m", to=1), change("a", 5, "m", to=1)])
    assert now == {"a": [{"at": 1}, {"at": 2, "n": 2, "m": 1}]}


def test_a_number_as_a_key() -> None:
    """A path that was made for a list finds the field of that name in an object."""
    draft = Draft({"a": {"0": {"b": 1}}})
    assert draft.change([change("a", 0, "b", to=2), change("a", 0, "c", to=3), change("a", 1, to=4)]) == {
        "a": {"0": {"b": 2, "c": 3}, "1": 4}
    }


def test_places() -> None:
    given: dict[str, Any] = {"a": {"b": 1}, "c": [{}]}
    draft = Draft(given)
    draft.change([change("a", "b", to=2), change("c", 0, "d", "e", to=3)])
    assert draft.root is not None
    assert not draft.root.whole
    a, c = draft.root.parts["a"], draft.root.parts["c"]
    assert a is not None
    assert a.parts == {"b": None}
    assert isinstance(c, ListPlace)
    entry = c.parts[0]
    assert isinstance(entry, ObjectPlace)
    made = entry.parts["d"]
    assert made is not None
    assert (entry.whole, made.whole, made.now) == (False, True, {"e": 3})


@pytest.mark.parametrize("after", [None, [1], "text"])
def test_it_stays_an_object(after: object) -> None:
    draft = Draft({"a": 1})
    with pytest.raises(MalformedObject):
        draft.change([FieldChange(ROOT, None, after, Reason.TEST)])
    assert draft.after == {"a": 1}


def test_another_object_altogether() -> None:
    other = {"b": {"c": 1}}
    draft = Draft({"a": 1})
    assert draft.change([FieldChange(ROOT, None, other, Reason.TEST), change("b", "c", to=2)]) == {"b": {"c": 2}}
    assert other == {"b": {"c": 1}}
