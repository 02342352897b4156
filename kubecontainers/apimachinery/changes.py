"""Changing an object without touching it: what changes is rebuilt along its path, the rest is shared."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from .errors import MalformedObject
from .fields import FieldChange
from .objects import JSONObject, is_list, is_object, json_type

__all__ = ["ChangedObject", "with_changes"]


@attrs.frozen
class ChangedObject:
    """An object after a rule, the very one that was given where nothing changed; ``changes`` are the fields, in the order of changing."""

    object: JSONObject = attrs.field(hash=False)
    changes: tuple[FieldChange, ...] = ()


def with_changes(obj: JSONObject, changes: Iterable[FieldChange]) -> JSONObject:
    """Return the object with the fields of ``changes`` set, one after the other, to what they become; the very object where there are none.

    A field that becomes ``None`` is removed. A later entry of its list moves up then, so several entries of one list are removed from the
    last to the first. Only the objects and lists on the way to a change are new; everything else is shared with ``obj``. What is missing
    on the way to a field that is set is made; an entry that a list has not, and a field to remove that is not there, are passed over.
    Raises ``MalformedObject`` if the root is to become something else than an object.
    """
    root: list[object] = [obj]
    copies: dict[int, _Node] = {}
    for change in changes:
        _change(root, change.path.parts, change.after, copies)
    changed = root[0]
    if is_object(changed):
        return changed
    raise _not_an_object(changed)


_Node = dict[str, object] | list[object]


def _change(root: list[object], parts: tuple[str | int, ...], after: object, copies: dict[int, _Node]) -> None:
    """Set or remove one field of the object in ``root``; ``copies`` holds, by identity, what is a copy already."""
    if not parts:
        if after is None:
            raise _not_an_object(None)
        root[0] = after
    elif after is not None:
        _put(_copied_way(root, parts, copies), parts[-1], after)
    elif _is_there(root[0], parts):
        holder = _copied_way(root, parts, copies)
        if isinstance(holder, dict):
            del holder[str(parts[-1])]
        else:
            del holder[int(parts[-1])]


def _is_there(value: object, parts: tuple[str | int, ...]) -> bool:
    for part in parts:
        if is_object(value) and str(part) in value:
            value = value[str(part)]
        elif is_list(value) and isinstance(part, int) and 0 <= part < len(value):
            value = value[part]
        else:
            return False
    return True


def _copied_way(root: list[object], parts: tuple[str | int, ...], copies: dict[int, _Node]) -> _Node:
    """Return the object or list that holds the field, a copy that may be changed, as are all above it."""
    holder: _Node = root
    key: str | int = 0
    for part in parts:
        value = holder.get(key) if type(holder) is dict and type(key) is str else _get(holder, key)
        node = copies.get(id(value))
        if node is None:
            node = dict(value) if is_object(value) else list(value) if is_list(value) else {}
            copies[id(node)] = node
            _put(holder, key, node)
        holder = node
        key = part
    return holder


def _get(node: _Node, part: str | int) -> object:
    if isinstance(node, dict):
        return node.get(str(part))
    return node[part] if isinstance(part, int) and 0 <= part < len(node) else None


def _put(node: _Node, part: str | int, value: object) -> None:
    if isinstance(node, dict):
        node[part if type(part) is str else str(part)] = value
    elif isinstance(part, int) and 0 <= part < len(node):
        node[part] = value


def _not_an_object(found: object) -> MalformedObject:
    return MalformedObject("", "an object", json_type(found))
