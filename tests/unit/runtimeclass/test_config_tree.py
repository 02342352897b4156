from __future__ import annotations

from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.runtimeclass.config_tree import Leaf, Override, Tree, first_file, merge_trees, subtree, tree_of


def merged(*tables: dict[str, object]) -> tuple[Tree, list[Override]]:
    found, overrides = Tree(), list[Override]()
    for number, table in enumerate(tables, 1):
        overrides += merge_trees(found, tree_of(table, str(number)))
    return found, overrides


def test_tables_are_merged_by_key() -> None:
    found, overrides = merged({"a": {"b": 1}}, {"a": {"c": 2}, "d": {}})
    assert found.value() == {"a": FrozenMap({"b": 1, "c": 2}), "d": FrozenMap({})}
    assert overrides == []
    assert list(found.files) == ["1", "2"]
    assert list((subtree(found, "a") or Tree()).files) == ["1", "2"]
    assert list((subtree(found, "d") or Tree()).files) == ["2"]


def test_whatever_comes_later_counts() -> None:
    """Empty values too, and lists are not joined."""
    found, overrides = merged({"a": True, "b": "x", "c": [1, 2], "e": 1}, {"a": False, "b": "", "c": [], "e": 1})
    assert found.value() == {"a": False, "b": "", "c": (), "e": 1}
    assert overrides == [Override((key,), "1", "2") for key in "abc"]
    assert found.entries["e"] == Leaf(1, "2")


def test_a_table_and_a_value() -> None:
    found, overrides = merged({"a": {"b": 1}, "c": 1}, {"a": 1, "c": {"d": 1}})
    assert found.value() == {"a": 1, "c": FrozenMap({"d": 1})}
    assert overrides == [Override(("a",), "1", "2"), Override(("c",), "1", "2")]


def test_nothing_is_shared() -> None:
    later = tree_of({"a": {"b": 1}}, "1")
    found = Tree()
    merge_trees(found, later)
    merge_trees(found, tree_of({"a": {"b": 2}}, "2"))
    assert later.value() == {"a": FrozenMap({"b": 1})}


def test_subtree() -> None:
    tree = tree_of({"a": {"b": {}}, "c": 1}, "1")
    assert subtree(tree, "a", "b") is not None
    assert subtree(tree, "a", "x") is subtree(tree, "c") is subtree(tree, "c", "d") is subtree(None, "a") is None


def test_first_file() -> None:
    assert [first_file(Tree()), first_file(tree_of({}, "1")), first_file(Leaf(1, "2"))] == ["", "1", "2"]
