"""Scheduling: what a RuntimeClass makes of the pod, what it requests, and which nodes can take it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...apimachinery.fields import FieldPath
from ...apimachinery.objects import JSONObject
from ...apimachinery.quantity import Quantity
from ...runtimeclass.admission import RuntimeClassAdmitted
from ...scheduling.qos import PodQOS
from ..entries import Entry, Line
from ..findings import Finding, find
from ..report import Subject
from ..scheduling_facts import NodeFact, PodScheduling, examine_scheduling
from ..scheduling_findings import DENIAL_FINDINGS, SCHEDULING_FINDINGS
from ..scheduling_words import resources_text

__all__ = ["ORDER", "examine"]

ORDER = 40

SHOWN_NODES = 10


def examine(subject: Subject) -> Iterator[Entry]:
    """Yield an entry for the pod."""
    fact, path = examine_scheduling(subject), subject.template.path
    yield Entry(
        path, "pod", lines=tuple(_lines(fact)), findings=tuple(_findings(fact, path.child("spec"))), facts={"scheduling": _json(fact)}
    )


def _findings(fact: PodScheduling, path: FieldPath) -> Iterator[Finding]:
    if fact.denied is not None:
        yield from find(DENIAL_FINDINGS, fact.denied, path)
    yield from find(SCHEDULING_FINDINGS, fact, path)


# ---------------------------------------------------------------------------------------------------------------------- lines


def _lines(fact: PodScheduling) -> Iterator[Line]:
    if fact.class_name is not None:
        rows = () if fact.admitted is None else tuple(_added_rows(fact.admitted))
        yield Line("runtime class", _class_text(fact), rows)
    if fact.requests is not None and fact.requests.requests:
        yield Line("requests", f"{resources_text(fact.requests.requests)}{_overhead_text(fact)}")
    if fact.requests is not None and fact.requests.limits:
        yield Line("limits", resources_text(fact.requests.limits))
    if fact.qos is not None:
        yield Line("qos class", _qos_text(fact.qos))
    if fact.nodes:
        yield Line("nodes", _nodes_text(fact), tuple(_node_rows(fact)))


def _class_text(fact: PodScheduling) -> str:
    if fact.denied is not None:
        return f"{fact.class_name}, refused"
    if fact.runtime_class is None:
        return f"{fact.class_name}, not among these objects"
    return f"{fact.class_name}, handler {fact.runtime_class.handler or '(the default)'}"


def _added_rows(admitted: RuntimeClassAdmitted) -> Iterator[tuple[str, str]]:
    for label, value in admitted.added_selector.items():
        yield f"node selector {label}={value}", "added"
    for toleration in admitted.added_tolerations:
        yield f"toleration {toleration}", "added"
    for dropped in admitted.dropped_tolerations:
        yield f"toleration {dropped.toleration}", f"dropped: {dropped.reason.value}"
    for change in admitted.changes:
        if str(change.path) == "spec.overhead" and change.after is not None and admitted.runtime_class is not None:
            yield f"overhead {resources_text(admitted.runtime_class.overhead or {})}", "added"


def _overhead_text(fact: PodScheduling) -> str:
    overhead = None if fact.runtime_class is None or fact.admitted is None else fact.runtime_class.overhead
    return f"; of it overhead {resources_text(overhead)}" if overhead else ""


def _qos_text(qos: PodQOS) -> str:
    details = ", ".join(filter(None, (qos.resource, f"container {qos.container}" if qos.container else "")))
    return f"{qos.qos_class.value}: {qos.reason.value}" + (f" ({details})" if details else "")


def _nodes_text(fact: PodScheduling) -> str:
    if fact.bound_to:
        return f"bound to {fact.bound_to}"
    return f"{len(fact.takers)} of {len(fact.nodes)} can take it"


def _node_rows(fact: PodScheduling) -> Iterator[tuple[str, str]]:
    for node in fact.nodes[:SHOWN_NODES]:
        yield node.name, _node_text(node)
    more = len(fact.nodes) - SHOWN_NODES
    if more > 0:
        yield "…", f"{more} more nodes"


def _node_text(node: NodeFact) -> str:
    if node.takes_pod:
        handler = ", without the handler" if node.offers_handler is False else ", which refuses it" if node.refusals else ""
        return f"{'yes' if node.is_named else 'can take it'}{handler}"
    is_for_nobody = node.is_missed or (node.is_named and node.seen_by_controller is not None)
    who = "gets no pod: " if is_for_nobody else "the kubelet refuses it: " if node.is_named else ""
    return who + "; ".join(map(str, node.reasons))


# ----------------------------------------------------------------------------------------------------------------------- JSON


def _json(fact: PodScheduling) -> JSONObject:
    return {
        "runtimeClass": None if fact.class_name is None else _class_json(fact),
        "requests": _resources_json(None if fact.requests is None else fact.requests.requests),
        "limits": _resources_json(None if fact.requests is None else fact.requests.limits),
        "qosClass": None if fact.qos is None else fact.qos.qos_class.value,
        "qosReason": None if fact.qos is None else fact.qos.reason.name,
        "nodes": [_node_json(node) for node in fact.nodes],
    }


def _resources_json(resources: Mapping[str, Quantity] | None) -> JSONObject | None:
    return None if resources is None else {name: quantity.to_json() for name, quantity in resources.items()}


def _class_json(fact: PodScheduling) -> JSONObject:
    admitted = fact.admitted
    return {
        "name": fact.class_name,
        "handler": None if fact.runtime_class is None else fact.runtime_class.handler,
        "denied": None
        if fact.denied is None
        else {"code": fact.denied.code, "reason": fact.denied.reason, "cause": fact.denied.cause.name},
        "changes": []
        if admitted is None
        else [
            {"path": str(change.path), "before": change.before, "after": change.after, "reason": change.reason.name}
            for change in admitted.changes
        ],
    }


def _node_json(node: NodeFact) -> JSONObject:
    return {
        "name": node.name,
        "takes": node.takes_pod,
        "reasons": list(map(str, node.reasons)),
        "offersHandler": node.offers_handler,
        "refusals": list(node.refusals),
    }
