"""Several runtimes in one cluster: which nodes offer which handler, and which RuntimeClass no node can serve.

What a node reports in ``status.runtimeHandlers`` is its runtime's own word and is preferred; where it reports nothing, the configuration
that is given for it counts. Only handlers are looked at here: whether a pod may go to a node is a matter of scheduling.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, Node, mapping_at, root_object, text_at
from .handler_features import reported_handlers
from .handlers import OfferedHandlers

__all__ = [
    "ClassHandlers",
    "ClassVerdict",
    "ClusterHandlers",
    "HandlerSource",
    "NodeHandlers",
    "cluster_handlers",
    "node_handlers",
]


class HandlerSource(enum.Enum):
    """Where it is known from what a node offers."""

    STATUS = "status.runtimeHandlers of the node"
    CONFIGURATION = "the configuration of its runtime"
    UNKNOWN = "nowhere"


@attrs.frozen
class NodeHandlers:
    """The handlers of one node.

    ``names`` are those that it offers, the default under ``""`` as well. Where both its status and its configuration are known,
    ``only_reported`` and ``only_configured`` are what the one has and the other lacks: the runtime has not been started anew since a
    change, or reads other files.
    """

    node: str
    names: frozenset[str]
    source: HandlerSource
    only_reported: tuple[str, ...] = ()
    only_configured: tuple[str, ...] = ()

    @property
    def offered(self) -> frozenset[str] | None:
        """The handlers that it offers, ``None`` where that is not known: what ``sandbox_failure`` takes."""
        return None if self.source is HandlerSource.UNKNOWN else self.names

    def serves(self, handler: str) -> bool | None:
        """Return whether the node offers a handler; ``None`` where it is not known."""
        return None if self.source is HandlerSource.UNKNOWN else handler in self.names


def node_handlers(node: Node | JSONObject, configured: OfferedHandlers | None = None) -> NodeHandlers:
    """Return the handlers of a node, as it reports them, or else as it is configured.

    Raises ``MalformedObject``.

    >>> node_handlers({"metadata": {"name": "worker-1"}, "status": {"runtimeHandlers": [{"name": ""}, {"name": "runc"}]}}).serves("kata")
    False
    """
    name = _name(node)
    reported = reported_handlers(node)
    if reported is None:
        return _configured_handlers(name, configured)
    if configured is None:
        return NodeHandlers(name, frozenset(reported), HandlerSource.STATUS)
    stated, written = frozenset(reported), frozenset(configured.offered)
    return NodeHandlers(name, stated, HandlerSource.STATUS, tuple(sorted(stated - written)), tuple(sorted(written - stated)))


def _name(obj: Node | JSONObject) -> str:
    return text_at(mapping_at(root_object(obj), "metadata", ROOT) or {}, "name", ROOT.child("metadata"))


def _configured_handlers(name: str, configured: OfferedHandlers | None) -> NodeHandlers:
    if configured is None:
        return NodeHandlers(name, frozenset(), HandlerSource.UNKNOWN)
    return NodeHandlers(name, frozenset(configured.offered), HandlerSource.CONFIGURATION)


class ClassVerdict(enum.Enum):
    """Whether any node can serve a RuntimeClass."""

    SERVED = "a node offers the handler"
    UNKNOWN = "no node is known to offer the handler, and of some it is not known what they offer"
    UNSERVED = "no node offers the handler"


@attrs.frozen
class ClassHandlers:
    """A RuntimeClass, and the nodes that offer its handler; of those that are ``unknown`` nobody can tell."""

    name: str
    handler: str
    verdict: ClassVerdict
    nodes: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@attrs.frozen
class ClusterHandlers:
    """The handlers of nodes, by the nodes' names."""

    nodes: FrozenMap[str, NodeHandlers]

    @property
    def handlers(self) -> FrozenMap[str, tuple[str, ...]]:
        """Every handler that some node is known to offer, by name, with the nodes that do; the default under ``""``."""
        found: dict[str, list[str]] = {}
        for name, node in sorted(self.nodes.items()):
            for handler in node.names:
                found.setdefault(handler, []).append(name)
        return FrozenMap({handler: tuple(found[handler]) for handler in sorted(found)})

    @property
    def unknown(self) -> tuple[str, ...]:
        """The nodes of which it is not known what they offer."""
        return tuple(sorted(name for name, node in self.nodes.items() if node.source is HandlerSource.UNKNOWN))

    def nodes_offering(self, handler: str) -> tuple[str, ...]:
        """Return the nodes that are known to offer a handler, ``""`` for the default."""
        return tuple(sorted(name for name, node in self.nodes.items() if handler in node.names))

    def classes(self, runtime_classes: Iterable[JSONObject]) -> tuple[ClassHandlers, ...]:
        """Return for each RuntimeClass, in the order given, which nodes offer its handler.

        Raises ``MalformedObject``.
        """
        offering, unknown = self.handlers, self.unknown
        return tuple(_class_handlers(obj, offering, unknown) for obj in runtime_classes)


def _class_handlers(obj: JSONObject, offering: Mapping[str, tuple[str, ...]], unknown: tuple[str, ...]) -> ClassHandlers:
    name = _name(obj)
    handler = text_at(obj, "handler", ROOT)
    nodes = offering.get(handler, ())
    verdict = ClassVerdict.UNKNOWN if unknown else ClassVerdict.UNSERVED
    return ClassHandlers(name, handler, ClassVerdict.SERVED if nodes else verdict, nodes, unknown)


def cluster_handlers(
    nodes: Iterable[Node | JSONObject] = (), *, configured: Mapping[str, OfferedHandlers] | None = None
) -> ClusterHandlers:
    """Return the handlers of the nodes of a cluster.

    ``nodes`` are Node objects, ``configured`` holds what the files of nodes make, by the names of the nodes; a node may be in one of them
    alone. Raises ``MalformedObject``.

    >>> nodes = [
    ...     {"metadata": {"name": "worker-1"}, "status": {"runtimeHandlers": [{"name": ""}, {"name": "runc"}, {"name": "kata"}]}},
    ...     {"metadata": {"name": "worker-2"}, "status": {"runtimeHandlers": [{"name": ""}, {"name": "runc"}]}},
    ... ]
    >>> classes = [{"metadata": {"name": "vm"}, "handler": "kata"}, {"metadata": {"name": "gpu"}, "handler": "nvidia"}]
    >>> [(found.name, found.verdict.name, found.nodes) for found in cluster_handlers(nodes).classes(classes)]
    [('vm', 'SERVED', ('worker-1',)), ('gpu', 'UNSERVED', ())]
    """
    files = dict(configured or {})
    found: dict[str, NodeHandlers] = {}
    for node in nodes:
        name = _name(node)
        found[name] = node_handlers(node, files.get(name))
    return ClusterHandlers(FrozenMap({name: _configured_handlers(name, offered) for name, offered in files.items()} | found))
