from __future__ import annotations

import copy
import pickle

import pytest

from kubecontainers.apimachinery.frozenmap import FrozenMap


def test_mapping() -> None:
    found = FrozenMap({"a": 1, "b": 2})
    assert found["a"] == 1
    assert list(found) == ["a", "b"]
    assert len(found) == 2
    assert dict(found) == {"a": 1, "b": 2}
    assert found.get("c") is None
    assert repr(found) == "FrozenMap({'a': 1, 'b': 2})"
    with pytest.raises(KeyError):
        found["c"]


def test_compares_with_any_mapping_and_hashes_by_content() -> None:
    assert FrozenMap({"a": 1, "b": 2}) == {"b": 2, "a": 1}
    assert FrozenMap({"a": 1}) != {"a": 2}
    assert hash(FrozenMap({"a": 1, "b": 2})) == hash(FrozenMap({"b": 2, "a": 1}))
    assert len({FrozenMap({"a": 1}), FrozenMap({"a": 1}), FrozenMap[str, int]({})}) == 2


def test_entries_of_one_over_those_of_another() -> None:
    found = FrozenMap({"a": 1, "b": 2})
    more = found | {"c": None, "a": 3}
    assert list(more.items()) == [("a", 3), ("b", 2), ("c", None)]
    assert hash(more) == hash(FrozenMap(more))
    assert list(found.items()) == [("a", 1), ("b", 2)]
    assert found | FrozenMap({"b": 5}) == {"a": 1, "b": 5}


def test_does_not_change() -> None:
    source = {"a": 1}
    found = FrozenMap(source)
    source["a"] = 2
    assert found == {"a": 1}
    with pytest.raises(TypeError):
        found["a"] = 2  # type: ignore[index]
    with pytest.raises(AttributeError):
        found.other = 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_travels(protocol: int) -> None:
    found = FrozenMap({"a": 1})
    hash(found)
    again: FrozenMap[str, int] = pickle.loads(pickle.dumps(found, protocol))  # noqa: S301
    assert type(again) is FrozenMap
    assert again == found
    assert hash(again) == hash(found)
    assert copy.deepcopy(found) == found
