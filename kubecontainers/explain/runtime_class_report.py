"""What is said about a RuntimeClass itself: what it sets, which of the nodes it selects, and which of them offer its handler."""

from __future__ import annotations

from collections.abc import Iterator

from ..apimachinery.cluster import Cluster
from ..apimachinery.fields import ROOT, FieldError
from ..apimachinery.objects import JSONObject
from ..runtimeclass.nodes import runtime_class_nodes
from ..runtimeclass.runtime_class import RuntimeClass, runtime_class_warnings
from ..runtimeclass.validation import validate_runtime_class
from .entries import Entry, Line
from .findings import Finding, find
from .runtime_class_findings import CLASS_ERROR_FINDINGS, CLASS_FINDINGS, CLASS_LABEL_FINDINGS, ClassFact
from .scheduling_objects import SchedulingObjects, is_runtime_class, stored_class
from .scheduling_words import resources_text

__all__ = ["examine_runtime_class"]

SHOWN_NODES = 10


def examine_runtime_class(obj: object, cluster: Cluster, objects: SchedulingObjects) -> Iterator[Entry]:
    """Yield what is said about a RuntimeClass, nothing for any other object. Raises ``MalformedObject``."""
    if not is_runtime_class(obj):
        return
    found = stored_class(obj)
    fact = _fact(found, cluster, objects)
    yield Entry(ROOT, "runtime class", lines=tuple(_lines(fact)), findings=tuple(_findings(obj, fact, cluster)), facts=_json(fact))


def _fact(found: RuntimeClass, cluster: Cluster, objects: SchedulingObjects) -> ClassFact:
    selected = runtime_class_nodes(found, objects.nodes, release=cluster.control_plane)
    serves = {name: objects.handlers[name].serves(found.handler) for name in selected.names}
    return ClassFact(
        found,
        tuple(fit.node for fit in selected.fits),
        selected.names,
        tuple(name for name, offers in serves.items() if offers),
        tuple(name for name, offers in serves.items() if offers is False),
    )


def _findings(obj: JSONObject, fact: ClassFact, cluster: Cluster) -> Iterator[Finding]:
    errors: tuple[FieldError, ...] = validate_runtime_class(obj, release=cluster.control_plane)
    for error in errors:
        yield from find(CLASS_ERROR_FINDINGS, error, error.path)
    for warning in runtime_class_warnings(obj, release=cluster.control_plane):
        yield from find(CLASS_LABEL_FINDINGS, warning, warning.path)
    yield from find(CLASS_FINDINGS, fact, ROOT.child("scheduling"))


def _lines(fact: ClassFact) -> Iterator[Line]:
    found = fact.runtime_class
    yield Line("handler", found.handler or "(the default)")
    if found.overhead:
        yield Line("overhead", resources_text(found.overhead))
    if found.scheduling is not None:
        for label, value in found.scheduling.node_selector.items():
            yield Line("node selector", f"{label}={value}")
        for toleration in found.scheduling.tolerations:
            yield Line("toleration", str(toleration))
    if fact.nodes:
        yield Line("nodes", f"selects {len(fact.selected)} of {len(fact.nodes)}", tuple(_node_rows(fact)))


def _node_rows(fact: ClassFact) -> Iterator[tuple[str, str]]:
    offering, without = frozenset(fact.offering), frozenset(fact.without)
    for name in fact.selected[:SHOWN_NODES]:
        offers = "offers the handler" if name in offering else "does not offer the handler" if name in without else "reports no handlers"
        yield name, offers
    more = len(fact.selected) - SHOWN_NODES
    if more > 0:
        yield "…", f"{more} more nodes"


def _json(fact: ClassFact) -> JSONObject:
    return {
        "runtimeClass": fact.runtime_class.to_json(),
        "selected": list(fact.selected),
        "offering": list(fact.offering),
        "without": list(fact.without),
    }
