"""Which fields of a pod are checked, and which are not.

A room that holds rules declares as ``CheckedFields`` what they check, so that a result can name what no rule has looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from .fields import ROOT, FieldPath
from .objects import ContainerKind, JSONObject, Pod, is_list, is_object, root_object

__all__ = ["CheckedFields", "unchecked_fields"]


@attrs.frozen
class CheckedFields:
    """The fields that some rules check, each with all that stands below it.

    The names are those in ``spec``, in a container, in a volume; a dot leads into an object or into the entries of a list:
    ``volumeMounts.name``. ``first | second`` is what either checks.
    """

    spec: frozenset[str] = frozenset()
    container: frozenset[str] = frozenset()
    volume: frozenset[str] = frozenset()

    def __or__(self, other: CheckedFields) -> CheckedFields:
        return CheckedFields(self.spec | other.spec, self.container | other.container, self.volume | other.volume)


def unchecked_fields(pod: Pod | JSONObject, checked: CheckedFields) -> tuple[FieldPath, ...]:
    """Return the fields that a pod has and no rule checks, the outermost of each; ``null`` is no field.

    ``apiVersion`` and ``kind`` only say which rules hold. Raises ``MalformedObject`` if the root is no object.

    >>> pod = {"spec": {"nodeName": "a", "containers": [{"name": "app", "resources": {"limits": {"cpu": 1}}}]}}
    >>> [str(path) for path in unchecked_fields(pod, CheckedFields(container=frozenset({"name"})))]
    ['spec.nodeName', 'spec.containers[0].resources']
    """
    spec, container = _tree(checked.spec), _tree(checked.container)
    spec.below.update({kind.value: container for kind in ContainerKind}, volumes=_tree(checked.volume))
    tree = _Tree({"apiVersion": _Tree(whole=True), "kind": _Tree(whole=True), "spec": spec})
    return tuple(_unchecked(root_object(pod), tree, ROOT))


@attrs.define
class _Tree:
    """What is checked of a field: the ``whole``, or something in the fields ``below``."""

    below: dict[str, _Tree] = attrs.field(factory=dict[str, "_Tree"])
    whole: bool = False


def _tree(names: frozenset[str]) -> _Tree:
    tree = _Tree()
    for name in names:
        at = tree
        for part in name.split("."):
            at = at.below.setdefault(part, _Tree())
        at.whole = True
    return tree


def _unchecked(value: object, tree: _Tree, path: FieldPath) -> Iterator[FieldPath]:
    if is_list(value):
        for position, entry in enumerate(value):
            yield from _unchecked(entry, tree, path.index(position))
    elif is_object(value):
        for name, field in value.items():
            below = tree.below.get(name)
            if below is None and field is not None:
                yield path.child(name)
            elif below is not None and not below.whole:
                yield from _unchecked(field, below, path.child(name))
