from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.changes import with_changes
from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldChange, FieldPath


class Reason(Enum):
    """A reason of this test."""

    TEST = "test"


def change(*parts: str | int, to: object) -> FieldChange:
    return FieldChange(FieldPath(parts), None, to, Reason.TEST)


class TestWithChanges:
    def test_nothing(self) -> None:
        obj = {"a": 1}
        assert with_changes(obj, []) is obj

    def test_copies_only_the_way(self) -> None:
        obj: dict[str, Any] = {"spec": {"containers": [{"name": "a", "env": []}, {"name": "b"}], "volumes": []}, "metadata": {}}
        new: Any = with_changes(obj, [change("spec", "containers", 0, "image", to="nginx")])
        assert new == {
            "spec": {"containers": [{"name": "a", "env": [], "image": "nginx"}, {"name": "b"}], "volumes": []},
            "metadata": {},
        }
        assert new["metadata"] is obj["metadata"]
        assert new["spec"]["volumes"] is obj["spec"]["volumes"]
        assert new["spec"]["containers"][1] is obj["spec"]["containers"][1]
        assert new["spec"]["containers"][0]["env"] is obj["spec"]["containers"][0]["env"]
        assert "image" not in obj["spec"]["containers"][0]

    def test_makes_the_way(self) -> None:
        assert with_changes({}, [change("spec", "template", "name", to="x")]) == {"spec": {"template": {"name": "x"}}}
        assert with_changes({"spec": None}, [change("spec", "name", to="x")]) == {"spec": {"name": "x"}}
        assert with_changes({"a": [None]}, [change("a", 0, "name", to="x")]) == {"a": [{"name": "x"}]}

    def test_makes_the_way_through_maps(self) -> None:
        path = ROOT.child("labels").key("a").child("b")
        made = with_changes({}, [FieldChange(path, None, 1, Reason.TEST)])
        assert made == {"labels": {"a": {"b": 1}}}
        labels: Any = made["labels"]
        assert [type(key) for key in labels] == [str]

    def test_last_one_wins(self) -> None:
        assert with_changes({}, [change("a", to=1), change("a", to=2)]) == {"a": 2}

    def test_field_inside_a_field_that_was_set_before(self) -> None:
        assert with_changes({}, [change("a", to={"x": 1}), change("a", "b", to=2)]) == {"a": {"x": 1, "b": 2}}
        assert with_changes({}, [change("a", "b", to=2), change("a", to={"x": 1})]) == {"a": {"x": 1}}
        assert with_changes({}, [change("a", "b", to=2), change("a", to={"x": 1}), change("a", "c", to=3)]) == {"a": {"x": 1, "c": 3}}

    def test_several_in_one_list(self) -> None:
        obj: dict[str, Any] = {"a": [{}, {}, {}]}
        assert with_changes(obj, [change("a", 0, "n", to=1), change("a", 2, "n", to=2)]) == {"a": [{"n": 1}, {}, {"n": 2}]}
        assert obj == {"a": [{}, {}, {}]}

    def test_entry_itself(self) -> None:
        assert with_changes({"a": [1, 2]}, [change("a", 1, to=3)]) == {"a": [1, 3]}

    def test_no_such_entry(self) -> None:
        assert with_changes({"a": [1]}, [change("a", 5, to=2)]) == {"a": [1]}

    def test_removing(self) -> None:
        obj: dict[str, Any] = {"a": {"b": 1, "c": 2}, "d": {}}
        new = with_changes(obj, [change("a", "b", to=None)])
        assert new == {"a": {"c": 2}, "d": {}}
        assert new["d"] is obj["d"]
        assert obj == {"a": {"b": 1, "c": 2}, "d": {}}
        assert with_changes({"a": None}, [change("a", to=None)]) == {}

    def test_removing_entries(self) -> None:
        """As with ``remove`` of JSON Patch, later entries move up."""
        obj: dict[str, Any] = {"a": [{"at": 0}, {"at": 1}, {"at": 2}, {"at": 3}]}
        new: Any = with_changes(obj, [change("a", 3, to=None), change("a", 1, to=None)])
        assert new == {"a": [{"at": 0}, {"at": 2}]}
        assert new["a"][1] is obj["a"][2]
        assert len(obj["a"]) == 4
        assert with_changes(obj, [change("a", 0, to=None), change("a", 0, "new", to=1)])["a"] == [{"at": 1, "new": 1}, *obj["a"][2:]]
        held = MappingProxyType({"a": (1, 2)})
        assert with_changes(held, [change("a", 0, to=None)]) == {"a": [2]}

    @pytest.mark.parametrize("parts", [("b",), ("b", "c"), ("a", 1), ("a", -1), ("a", "x"), ("a", 0, "x"), ("a", 0, 0)])
    def test_removing_what_is_not_there(self, parts: tuple[str | int, ...]) -> None:
        obj = {"a": [1]}
        assert with_changes(obj, [change(*parts, to=None)]) is obj

    def test_the_object_itself_cannot_be_removed(self) -> None:
        with pytest.raises(MalformedObject) as caught:
            with_changes({}, [FieldChange(ROOT, {}, None, Reason.TEST)])
        assert caught.value == MalformedObject("", "an object", "null")

    def test_any_mapping_and_any_sequence(self) -> None:
        obj = MappingProxyType({"a": (MappingProxyType({"b": 1}), MappingProxyType({"b": 2}))})
        new: Any = with_changes(obj, [change("a", 0, "b", to=3)])
        assert new == {"a": [{"b": 3}, {"b": 2}]}
        assert new["a"][1] is obj["a"][1]

    def test_the_object_itself(self) -> None:
        """The root is a path like any other: the object becomes what it is set to."""
        assert with_changes({"a": 1}, [FieldChange(ROOT, {"a": 1}, {"b": 2}, Reason.TEST)]) == {"b": 2}

    def test_the_object_itself_stays_an_object(self) -> None:
        with pytest.raises(MalformedObject) as caught:
            with_changes({}, [FieldChange(ROOT, None, [1], Reason.TEST)])
        assert caught.value == MalformedObject("", "an object", "a list")

    @pytest.mark.parametrize("index", [-1, -5])
    def test_no_entry_from_the_end(self, index: int) -> None:
        """A negative index is no index of JSON."""
        assert with_changes({"a": [1]}, [change("a", index, to=2)]) == {"a": [1]}
        assert with_changes({"a": [{"b": 1}]}, [change("a", index, "b", to=2)]) == {"a": [{"b": 1}]}

    def test_values_that_are_set_are_not_changed_either(self) -> None:
        after: dict[str, Any] = {"x": {"y": 1}}
        assert with_changes({}, [change("a", to=after), change("a", "x", "y", to=2)]) == {"a": {"x": {"y": 2}}}
        assert after == {"x": {"y": 1}}

    def test_changes_that_are_made_on_the_way(self) -> None:
        """Changes may come from a generator; a value that did not exist at the start is not taken for a copy."""
        made: list[dict[str, Any]] = []

        def on_the_way() -> Iterator[FieldChange]:
            yield change("a", "b", to=1)
            yield change("a", to=None)  # the copy that held "b" is removed, and its place in memory might be used again
            for at in range(100):
                made.append({"x": at})
                yield change("c", str(at), to=made[at])
                yield change("c", str(at), "y", to=2)

        with_changes({"a": {}}, on_the_way())
        assert made == [{"x": at} for at in range(100)]

    def test_deep(self) -> None:
        parts = ("a",) * 5000
        try:
            value: Any = with_changes({}, [change(*parts, to=1)])
        except KubeContainersError:
            return
        for part in parts:
            value = value[part]
        assert value == 1
