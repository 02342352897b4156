"""JSON Patch (RFC 6902), made of the changes that rules name; objects are never compared.

A webhook answers with a patch of what it wants changed (``patch`` and ``patchType`` of ``k8s.io/api/admission/v1``). Changes come in the
order in which they were made, some of them inside what others made: all that happens to one field is one operation here, and what is new
is added with everything in it. Positions in a patch are those at the time of the operation, so entries are removed from the last on, after
all that changes in others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..apimachinery.fields import FieldChange
from ..apimachinery.objects import JSONObject, is_list, is_object

__all__ = ["PatchOperation", "json_patch", "json_pointer"]

PatchOperation = JSONObject
"""One operation: ``op`` (``add``, ``replace`` or ``remove``), ``path``, and ``value`` where there is one."""


def json_pointer(parts: Iterable[str | int]) -> str:
    """Return the JSON Pointer (RFC 6901) of a place, ``parts`` as in ``FieldPath``.

    >>> json_pointer(("metadata", "annotations", "example.com/a~b", 0))
    '/metadata/annotations/example.com~1a~0b/0'
    """
    return "".join([f"/{_escaped(part)}" if isinstance(part, str) else f"/{part}" for part in parts])


def json_patch(before: JSONObject, changes: Iterable[FieldChange], after: JSONObject) -> tuple[PatchOperation, ...]:
    """Return the operations that make ``after`` of ``before``, as few as the changed fields are.

    ``after`` is what ``with_changes`` makes of ``before`` by the ``changes``, in their order; the values of operations are parts of it,
    not copies. A field that is in the end what it was needs no operation. Never raises for such arguments.

    >>> from kubecontainers.apimachinery.changes import with_changes
    >>> from kubecontainers.images.pull_policy import default_pull_policies
    >>> pod = {"spec": {"containers": [{"name": "app", "image": "nginx"}]}}
    >>> found = default_pull_policies(pod)
    >>> json_patch(pod, found.changes, found.object)
    ({'op': 'add', 'path': '/spec/containers/0/imagePullPolicy', 'value': 'Always'},)
    """
    root = _Place()
    for change in changes:
        _note(root, before, change)
    if root.whole:
        return ({"op": "replace", "path": "", "value": after},)
    operations: list[PatchOperation] = []
    _collect(root, before, after, "", operations)
    return tuple(operations)


class _Place:
    """A place at or below which something changes: as a whole, or in parts of it.

    ``parts`` are by key, or by the position in the list as it was; ``left`` holds such positions for the entries of a list that are still
    there, once one of them was removed.
    """

    __slots__ = ("left", "parts", "whole")

    def __init__(self) -> None:
        self.whole = False
        self.parts: dict[str | int, _Place] = {}
        self.left: list[int] | None = None


def _note(root: _Place, before: object, change: FieldChange) -> None:
    """Note at which place a change happens; one inside what is new or replaced anyway is no more to note."""
    place, value, parts = root, before, change.path.parts
    key: str | int
    for depth, part in enumerate(parts):
        if place.whole:
            return
        if is_object(value):
            key = part if type(part) is str else str(part)
            value = value.get(key)
        elif is_list(value):
            left = range(len(value)) if place.left is None else place.left
            if not isinstance(part, int) or not 0 <= part < len(left):
                return
            key = left[part]
            if change.after is None and depth == len(parts) - 1:
                place.left = [*left] if place.left is None else place.left
                del place.left[part]
                place.parts.pop(key, None)
                return
            value = value[key]
        else:  # nothing to go into: what is made here is made as a whole
            break
        inner = place.parts.get(key)
        if inner is None:
            inner = place.parts[key] = _Place()
        place = inner
    place.whole = True


def _collect(place: _Place, before: object, after: object, path: str, operations: list[PatchOperation]) -> None:
    """Add the operations at a place, which is there both before and after."""
    if place.whole:
        if not _same(before, after):
            operations.append({"op": "replace", "path": path, "value": after})
    elif is_object(before) and is_object(after):
        for key, part in place.parts.items():
            name = str(key)
            at = f"{path}/{_escaped(name)}"
            if name not in after:
                if name in before:
                    operations.append({"op": "remove", "path": at})
            elif name in before:
                _collect(part, before[name], after[name], at, operations)
            else:
                operations.append({"op": "add", "path": at, "value": after[name]})
    elif is_list(before) and is_list(after):  # pragma: no branch  (parts are noted of nothing else)
        _collect_of_list(place, before, after, path, operations)


def _collect_of_list(place: _Place, before: Sequence[object], after: Sequence[object], path: str, operations: list[PatchOperation]) -> None:
    left = place.left
    now = None if left is None else {position: current for current, position in enumerate(left)}
    for key, part in place.parts.items():
        position = int(key)
        _collect(part, before[position], after[position if now is None else now[position]], f"{path}/{position}", operations)
    if left is not None:
        gone = set(range(len(before))).difference(left)
        operations += ({"op": "remove", "path": f"{path}/{position}"} for position in sorted(gone, reverse=True))


def _same(before: object, after: object) -> bool:
    """Return whether a value is what it was; of objects and lists only the very same one counts."""
    return before is after or (type(before) is type(after) and not isinstance(before, Mapping | list | tuple) and before == after)


def _escaped(name: str) -> str:
    return name if name.isalnum() else name.replace("~", "~0").replace("/", "~1")
