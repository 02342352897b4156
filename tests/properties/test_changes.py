from __future__ import annotations

import contextlib
import copy
import enum
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.changes import with_changes
from kubecontainers.apimachinery.fields import FieldChange, FieldPath
from kubecontainers.testing import strategies


class Reason(enum.Enum):
    """Why anything changed."""

    TEST = "test"


Edit = tuple[tuple[str | int, ...], Any]
parts = st.sampled_from(["spec", "containers", "name", "new", 0, 1, 5])
objects = strategies.pods(images=st.just("nginx")) | strategies.json_objects()
edits = st.lists(
    st.tuples(
        st.tuples(st.sampled_from(["spec", "metadata", "new"])) | st.lists(parts, min_size=1, max_size=5).map(tuple),
        strategies.json_values(max_leaves=3),
    ),
    max_size=4,
)


def changes(found: list[Edit]) -> list[FieldChange]:
    return [FieldChange(FieldPath(path), None, after, Reason.TEST) for path, after in found]


def changed_by_hand(obj: dict[str, Any], found: list[Edit]) -> Any:
    """One change after the other, in place, on a copy."""
    whole: dict[str, Any] = {"": copy.deepcopy(obj)}
    for path, after in found:
        set_by_hand(whole, ("", *path), copy.deepcopy(after))
    return whole[""]


def set_by_hand(at: dict[str, Any] | list[Any], path: tuple[str | int, ...], after: object) -> None:
    key, rest = path[0], path[1:]
    if after is None:
        remove_by_hand(at, path)
        return
    if isinstance(at, list):
        if not isinstance(key, int) or key >= len(at):
            return  # no such entry
        if not rest:
            at[key] = after
            return
        if not isinstance(at[key], dict | list):
            at[key] = {}
        set_by_hand(at[key], rest, after)
        return
    if not rest:
        at[str(key)] = after
        return
    if not isinstance(at.get(str(key)), dict | list):
        at[str(key)] = {}
    set_by_hand(at[str(key)], rest, after)


def remove_by_hand(at: Any, path: tuple[str | int, ...]) -> None:
    for part in path[:-1]:
        try:
            at = at[key_in(at, part)]
        except (KeyError, IndexError, TypeError):
            return  # no such place
    with contextlib.suppress(KeyError, IndexError, TypeError):
        del at[key_in(at, path[-1])]


def key_in(at: Any, part: str | int) -> Any:
    return str(part) if isinstance(at, dict) else part


class TestChangesAreSetOneAfterTheOther:
    """An object with changes is what setting and removing the fields in turn makes of it; a way to a field is made of objects."""

    @given(objects, edits)
    @example({}, [(("a",), {"x": 1}), (("a", "b"), 2)])
    @example({}, [(("a", "b"), 2), (("a",), {"x": 1})])
    @example({}, [(("a", "b"), 2), (("a",), {"x": 1}), (("a", "c"), 3)])
    @example({"a": [1]}, [(("a", 0), [2]), (("a", 0, 0), 3)])
    @example({"a": [1, 2, 3]}, [(("a", 2), None), (("a", 0), None)])
    @example({"a": [1, 2, 3]}, [(("a", 0), None), (("a", 0), 4), (("a", 2), None)])
    @example({}, [(("a", "b"), None), (("a",), {"b": 1}), (("a", "b"), None)])
    def test_as_by_hand(self, obj: dict[str, Any], found: list[Edit]) -> None:
        assert with_changes(obj, changes(found)) == changed_by_hand(obj, found)

    @given(objects, edits)
    def test_input_stays(self, obj: dict[str, Any], found: list[Edit]) -> None:
        before, values = copy.deepcopy(obj), copy.deepcopy(found)
        with_changes(obj, changes(found))
        assert obj == before
        assert found == values

    @given(objects)
    def test_no_change_no_copy(self, obj: dict[str, Any]) -> None:
        assert with_changes(obj, []) is obj
        assert with_changes(obj, iter(())) is obj

    @given(objects, edits)
    def test_the_rest_is_shared(self, obj: dict[str, Any], found: list[Edit]) -> None:
        new = with_changes(obj, changes(found))
        touched = {path[0] for path, _ in found}
        for key, value in obj.items():
            if key not in touched:
                assert new[key] is value
