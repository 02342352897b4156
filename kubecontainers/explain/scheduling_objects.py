"""What is among the objects that decides where pods run: Nodes and RuntimeClasses."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, is_object
from ..runtimeclass.class_source import RuntimeClasses
from ..runtimeclass.cluster_handlers import NodeHandlers, cluster_handlers, node_handlers
from ..runtimeclass.runtime_class import RuntimeClass
from ..scheduling.node_fit import fit_nodes
from .core_objects import coordinate, is_core_object

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = ["SchedulingObjects", "is_runtime_class", "stored_class"]


def is_runtime_class(obj: object) -> TypeIs[JSONObject]:
    """Return whether a JSON value is a RuntimeClass; one without ``apiVersion`` is taken by its kind."""
    return is_object(obj) and obj.get("kind") == "RuntimeClass" and (obj.get("apiVersion") or "node.k8s.io/v1") == "node.k8s.io/v1"


@attrs.frozen(slots=False)
class SchedulingObjects:
    """The Nodes, and the RuntimeClasses; of two that have one name the last counts."""

    nodes: tuple[JSONObject, ...] = attrs.field(default=(), hash=False, repr=False)
    classes: RuntimeClasses = attrs.field(factory=RuntimeClasses)

    @classmethod
    def of(cls, objects: Iterable[object]) -> SchedulingObjects:
        """Return those among some objects; those that Kubernetes could not decode, or that have no name, are passed over."""
        given = list(objects)
        nodes = {coordinate(obj, "name"): obj for obj in given if is_core_object(obj, "Node") and _is_usable_node(obj)}
        return cls(tuple(nodes.values()), RuntimeClasses.of(_classes(given)))

    @functools.cached_property
    def handlers(self) -> FrozenMap[str, NodeHandlers]:
        """The handlers of the nodes, by the nodes' names; worked out once for all pods."""
        return cluster_handlers(self.nodes).nodes

    @functools.cached_property
    def _nodes_by_name(self) -> dict[str, JSONObject]:
        return {coordinate(node, "name"): node for node in self.nodes}

    def nodes_named(self, name: str) -> tuple[JSONObject, ...]:
        """Return the node of a name, if it is there."""
        node = self._nodes_by_name.get(name)
        return () if node is None else (node,)


def stored_class(obj: JSONObject) -> RuntimeClass:
    """Return a RuntimeClass as it is once it is stored: some quantities are written as others. Raises ``MalformedObject``."""
    return RuntimeClass.from_json(RuntimeClass.from_json(obj).to_json())


def _is_usable_node(node: JSONObject) -> bool:
    try:
        fit_nodes({}, [node])
        node_handlers(node)
        return bool(coordinate(node, "name"))
    except MalformedObject:
        return False


def _classes(objects: Sequence[object]) -> Iterable[RuntimeClass]:
    found: dict[str, RuntimeClass] = {}
    for obj in filter(is_runtime_class, objects):
        try:
            read = stored_class(obj)
        except MalformedObject:
            continue
        if read.name:
            found[read.name] = read
    return found.values()
