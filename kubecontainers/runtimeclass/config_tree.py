"""Tables that remember which file each of their values came from, and how containerd 2 merges them.

containerd merges with ``dario.cat/mergo`` (``mergeConfig`` in ``cmd/containerd/server/config/config.go``). Within a table of a plugin,
which to it is a map of anything, whatever the later file says counts: ``false``, ``0``, empty texts and empty lists as well, and lists
are not joined. Only tables on both sides are merged, key by key.
"""

from __future__ import annotations

import attrs

from .toml_config import Table, freeze, is_table

__all__ = ["Leaf", "Override", "Tree", "first_file", "merge_trees", "subtree", "tree_of"]


@attrs.frozen
class Leaf:
    """A value that is no table, and the file that says it."""

    value: object
    file: str


@attrs.define(eq=False)
class Tree:
    """A table, and the files that have part in it, in the order of reading; ``merge_trees`` changes it."""

    entries: dict[str, Tree | Leaf] = attrs.field(factory=dict[str, "Tree | Leaf"])
    files: dict[str, None] = attrs.field(factory=dict[str, None])

    def value(self) -> dict[str, object]:
        """Return the plain table, frozen inside."""
        return {key: freeze(entry.value() if isinstance(entry, Tree) else entry.value) for key, entry in self.entries.items()}


@attrs.frozen
class Override:
    """A value at ``path`` that ``file`` set and ``by`` set anew."""

    path: tuple[str, ...]
    file: str
    by: str


def tree_of(table: Table, file: str) -> Tree:
    """Return a table all of which comes from one file; it may be nested as deeply as ``read_toml`` allows."""
    entries = {key: tree_of(value, file) if is_table(value) else Leaf(value, file) for key, value in table.items()}
    return Tree(entries, {file: None})


def subtree(tree: Tree | Leaf | None, *path: str) -> Tree | None:
    """Return the table at ``path`` below a table; ``None`` where there is none."""
    for key in path:
        tree = tree.entries.get(key) if isinstance(tree, Tree) else None
    return tree if isinstance(tree, Tree) else None


def merge_trees(into: Tree, later: Tree, path: tuple[str, ...] = ()) -> list[Override]:
    """Merge a later table, which is not changed, into an earlier one, and return what that overrides."""
    overrides: list[Override] = []
    into.files |= later.files
    for key, value in later.entries.items():
        earlier, at = into.entries.get(key), (*path, key)
        if isinstance(earlier, Tree) and isinstance(value, Tree):
            overrides += merge_trees(earlier, value, at)
            continue
        if earlier is not None and (isinstance(earlier, Tree) or isinstance(value, Tree) or earlier.value != value.value):
            overrides.append(Override(at, first_file(earlier), first_file(value)))
        into.entries[key] = _copied(value)
    return overrides


def _copied(node: Tree | Leaf) -> Tree | Leaf:
    if isinstance(node, Leaf):
        return node
    return Tree({key: _copied(entry) for key, entry in node.entries.items()}, dict(node.files))


def first_file(node: Tree | Leaf) -> str:
    """Return the first file that names a table or sets a value; empty for a table that no file names."""
    return next(iter(node.files), "") if isinstance(node, Tree) else node.file
