from __future__ import annotations

import copy
import enum
import json
from typing import Any

import jsonpatch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from kubecontainers.admission.json_patch import PatchOperation, json_patch
from kubecontainers.apimachinery.changes import with_changes
from kubecontainers.apimachinery.draft import Draft
from kubecontainers.apimachinery.fields import FieldChange, FieldPath
from kubecontainers.apimachinery.objects import JSONObject
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import plain, read_only

JSON = dict[str, Any]


class Why(enum.Enum):
    TEST = "a test"


NAMES = ("a", "b", "a/b", "c~d", "~1", "", "0")
SCALARS = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x"])
VALUES: Any = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3), max_leaves=12
)
OBJECTS: Any = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4)


@st.composite
def changes(draw: DrawFn) -> FieldChange:
    """A change anywhere, often of something that is not there, or inside of what an earlier one made or took away."""
    part = st.sampled_from(NAMES) | st.integers(-1, 3)
    return FieldChange(FieldPath(tuple(draw(st.lists(part, min_size=1, max_size=4)))), None, draw(VALUES), Why.TEST)


def is_node(value: Any) -> bool:
    return isinstance(value, dict | list)


def keys_of(value: Any) -> list[str | int]:
    return list(value) if isinstance(value, dict) else list(range(len(value)))  # pyright: ignore[reportUnknownArgumentType]


@st.composite
def changes_of(draw: DrawFn, obj: JSON) -> list[FieldChange]:
    """Changes of places that are there at their time."""
    made: list[FieldChange] = []
    for _ in range(draw(st.integers(0, 6))):
        value: Any = with_changes(obj, made)
        parts: list[str | int] = []
        while is_node(value) and value and (not parts or draw(st.integers(0, 3))):
            parts.append(draw(st.sampled_from(keys_of(value))))
            value = value[parts[-1]]
        if parts and isinstance(value, dict) and draw(st.booleans()):
            parts.append(draw(st.sampled_from(NAMES)))
        if parts:
            made.append(FieldChange(FieldPath(tuple(parts)), None, draw(st.none() | VALUES), Why.TEST))
    return made


def patch(obj: JSONObject, made: list[FieldChange], *, at: int = 0) -> tuple[PatchOperation, ...]:
    """The patch of a draft that is changed twice: by those up to a position, and by the rest."""
    draft = Draft(obj)
    draft.change(made[:at])
    draft.change(made[at:])
    return json_patch(draft)


def exact(value: Any) -> str:
    """Text that tells ``true`` from 1, which Python does not."""
    return json.dumps(value, sort_keys=True)


class TestApplied:
    """A patch, applied by another library, gives what the changes give, to the type of every value, and leaves the rest alone."""

    @given(OBJECTS, st.lists(changes(), max_size=6))
    def test_any_changes(self, obj: JSON, made: list[FieldChange]) -> None:
        self.check(obj, made)

    @given(st.data(), OBJECTS)
    def test_changes_of_what_is_there(self, data: st.DataObject, obj: JSON) -> None:
        self.check(obj, data.draw(changes_of(obj)))

    @given(st.data(), strategies.json_objects())
    def test_any_json(self, data: st.DataObject, obj: JSON) -> None:
        self.check(obj, data.draw(changes_of(obj)))

    def check(self, obj: JSON, made: list[FieldChange]) -> None:
        after = plain(with_changes(read_only(obj), made))
        for at in range(len(made) + 1):
            operations: Any = [plain(operation) for operation in patch(read_only(obj), made, at=at)]
            assert exact(jsonpatch.apply_patch(copy.deepcopy(obj), copy.deepcopy(operations))) == exact(after)


class TestFew:
    """There are no more operations than changes, and none below what another operation sets."""

    @given(st.data(), OBJECTS)
    def test_few(self, data: st.DataObject, obj: JSON) -> None:
        made: list[FieldChange] = data.draw(changes_of(obj))
        operations = patch(obj, made)
        assert len(operations) <= len(made)
        set_at = [f"{operation['path']}/" for operation in operations if "value" in operation]
        assert not [path for path in set_at for other in set_at if path != other and path.startswith(other)]

    @given(st.lists(st.integers(0, 9), min_size=1, max_size=9))
    def test_entries_go_from_the_last_on(self, positions: list[int]) -> None:
        obj = {"a": list(range(10))}
        made = [FieldChange(FieldPath(("a", position)), None, None, Why.TEST) for position in positions]
        paths = [int(str(operation["path"]).rpartition("/")[2]) for operation in patch(obj, made)]
        assert paths == sorted(set(paths), reverse=True)
