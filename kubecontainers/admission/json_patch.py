"""JSON Patch (RFC 6902), made of the changes that rules name; objects are never compared.

A webhook answers with a patch of what it wants changed (``patch`` and ``patchType`` of ``k8s.io/api/admission/v1``). Changes come in the
order in which they were made, some of them inside what others made: all that happens to one field is one operation here, and what is new
is added with everything in it. Positions in a patch are those at the time of the operation, so entries are removed from the last on, after
all that changes in others.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..apimachinery.draft import Draft, ListPlace, Place
from ..apimachinery.objects import JSONObject

__all__ = ["PatchOperation", "json_patch", "json_pointer"]

PatchOperation = JSONObject
"""One operation: ``op`` (``add``, ``replace`` or ``remove``), ``path``, and ``value`` where there is one."""


def json_pointer(parts: Iterable[str | int]) -> str:
    """Return the JSON Pointer (RFC 6901) of a place, ``parts`` as in ``FieldPath``.

    >>> json_pointer(("metadata", "annotations", "example.com/a~b", 0))
    '/metadata/annotations/example.com~1a~0b/0'
    """
    return "".join([f"/{_escaped(part)}" if isinstance(part, str) else f"/{part}" for part in parts])


def json_patch(draft: Draft) -> tuple[PatchOperation, ...]:
    """Return the operations that make what a draft is by now of what it was, as few as the changed fields are.

    The values of operations are parts of the draft's object, not copies. A field that is in the end what it was needs no operation.

    >>> from kubecontainers.images.pull_policy import default_pull_policies
    >>> pod = {"spec": {"containers": [{"name": "app", "image": "nginx"}]}}
    >>> draft = Draft(pod)
    >>> changed = draft.change(default_pull_policies(pod).changes)
    >>> json_patch(draft)
    ({'op': 'add', 'path': '/spec/containers/0/imagePullPolicy', 'value': 'Always'},)
    """
    if draft.root is None:
        return ()
    if draft.root.whole:
        return ({"op": "replace", "path": "", "value": draft.after},)
    operations: list[PatchOperation] = []
    _collect(draft.root, "", operations)
    return tuple(operations)


def _collect(place: Place, path: str, operations: list[PatchOperation]) -> None:
    """Add the operations at a place that stays what it is, an object or a list."""
    if isinstance(place, ListPlace):
        _collect_of_list(place, path, operations)
        return
    before, now = place.before, place.now
    for name, part in place.parts.items():
        at = f"{path}/{name if name.isalnum() else _escaped(name)}"
        if part is not None and not part.whole:
            _collect(part, at, operations)
        elif name not in now:
            if name in before:
                operations.append({"op": "remove", "path": at})
        elif name not in before:
            operations.append({"op": "add", "path": at, "value": now[name]})
        elif not _same(before[name], now[name]):
            operations.append({"op": "replace", "path": at, "value": now[name]})


def _collect_of_list(place: ListPlace, path: str, operations: list[PatchOperation]) -> None:
    left = place.left
    positions = None if left is None else {position: current for current, position in enumerate(left)}
    for position, part in place.kept.items():
        if part is not None and not part.whole:
            _collect(part, f"{path}/{position}", operations)
            continue
        after = place.now[position if positions is None else positions[position]]
        if not _same(place.before[position], after):
            operations.append({"op": "replace", "path": f"{path}/{position}", "value": after})
    if left is not None:
        gone = set(range(len(place.before))).difference(left)
        operations += ({"op": "remove", "path": f"{path}/{position}"} for position in sorted(gone, reverse=True))


def _same(before: object, after: object) -> bool:
    """Return whether a value is what it was; of objects and lists only the very same one counts."""
    if before is after:
        return True
    same = type(before) is type(after) and isinstance(before, _SCALARS) and before == after
    return same and (before != 0 or str(before) == str(after))  # 0.0 is not -0.0


_SCALARS = (str, int, float)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
