"""The findings about where pods run."""

from __future__ import annotations

from ..runtimeclass.admission import RuntimeClassDenial, RuntimeClassDenied
from .findings import FindingRule, Severity
from .scheduling_facts import PodScheduling
from .scheduling_words import nodes_text

__all__ = ["DENIAL_FINDINGS", "SCHEDULING_FINDINGS"]

_OVERHEAD_DENIALS = frozenset({RuntimeClassDenial.OVERHEAD_MISMATCH, RuntimeClassDenial.OVERHEAD_NOT_EXPECTED})


def _denied_text(denied: RuntimeClassDenied) -> str:
    details = "; ".join(f"{error.path}: {error.detail}" for error in denied.errors) or denied.message
    answer = f"the API server refuses the pod with {denied.code} {denied.reason}".rstrip()
    return f"{answer}: {details}" + (f"; {denied.hint}" if denied.hint else "")


DENIAL_FINDINGS: tuple[FindingRule[RuntimeClassDenied], ...] = (
    FindingRule(
        "KC401",
        Severity.ERROR,
        "The pod and its RuntimeClass want different values of one label of nodes: the API server refuses the pod.",
        lambda denied: denied.cause is RuntimeClassDenial.SELECTOR_CONFLICT,
        _denied_text,
    ),
    FindingRule(
        "KC402",
        Severity.ERROR,
        "The overhead that the pod sets is not that of its RuntimeClass, or it has none to have one of: the API server refuses the pod.",
        lambda denied: denied.cause in _OVERHEAD_DENIALS,
        _denied_text,
    ),
    FindingRule(
        "KC403",
        Severity.ERROR,
        "The name of the RuntimeClass is empty, or cannot stand in a URL: the API server cannot look it up and refuses the pod.",
        lambda denied: denied.cause is RuntimeClassDenial.LOOKUP_FAILED,
        lambda denied: f"{_denied_text(denied)}; leave out spec.runtimeClassName for the default",
    ),
)
"""Findings about a pod that is not admitted."""


def _class_name(fact: PodScheduling) -> str:
    return fact.class_name or ""


def _handler(fact: PodScheduling) -> str:
    return fact.runtime_class.handler if fact.runtime_class else ""


def _without_handler(fact: PodScheduling) -> list[str]:
    return [node.name for node in fact.takers if node.offers_handler is False]


def _is_offered_nowhere(fact: PodScheduling) -> bool:
    return bool(fact.takers) and len(_without_handler(fact)) == len(fact.takers)


def _waits(fact: PodScheduling) -> str:
    return f"the pod stays Pending there, with FailedCreatePodSandBox, until it offers handler {_handler(fact)!r}"


def _daemon_text(fact: PodScheduling) -> str:
    waited = [node.name for node in fact.nodes if node.is_waited_for]
    missed = [node.name for node in fact.nodes if node.is_missed]
    stays = f"; a pod for {nodes_text(waited)} stays Pending" if waited else ""
    none = f"; {nodes_text(missed)} gets none" if len(missed) == 1 else f"; {nodes_text(missed)} get none" if missed else ""
    return (
        f"the DaemonSet controller looks at the template and does not see what RuntimeClass {_class_name(fact)} adds{stays}{none}; "
        "repeat its nodeSelector and tolerations in the template"
    )


def _adds_scheduling(fact: PodScheduling) -> bool:
    return fact.admitted is not None and bool(fact.admitted.added_selector or fact.admitted.added_tolerations)


def _refusal_text(fact: PodScheduling) -> str:
    first = next(node for node in fact.takers if node.refusals)
    return f"the kubelet of {nodes_text(node.name for node in fact.takers if node.refusals)} refuses the pod: {'; '.join(first.refusals)}"


SCHEDULING_FINDINGS: tuple[FindingRule[PodScheduling], ...] = (
    FindingRule(
        "KC404",
        Severity.INFO,
        "The RuntimeClass is not among the objects read. If it is not in the cluster either, the API server refuses the pod.",
        lambda fact: fact.is_class_missing,
        lambda fact: (
            f"RuntimeClass {_class_name(fact)} is not among these objects; if it is not in the cluster either, the API server refuses "
            "the pod"
        ),
    ),
    FindingRule(
        "KC405",
        Severity.WARNING,
        "The overhead of the RuntimeClass is written into the pod by hand: pods are refused as soon as the class has another.",
        lambda fact: fact.overhead_is_written and fact.admitted is not None,
        lambda fact: (
            f"spec.overhead is written by hand: as soon as RuntimeClass {_class_name(fact)} has another, pods are refused; leave it out"
        ),
    ),
    FindingRule(
        "KC406",
        Severity.WARNING,
        "A DaemonSet's RuntimeClass adds a node selector or tolerations, which its controller does not see: it makes pods for nodes that "
        "do not take them, and none for nodes that would.",
        lambda fact: fact.kind == "DaemonSet" and _adds_scheduling(fact),
        _daemon_text,
    ),
    FindingRule(
        "KC407",
        Severity.WARNING,
        "None of the nodes read can take the pod: it stays Pending, as long as there is no other.",
        lambda fact: bool(fact.nodes) and not fact.takers and not fact.bound_to and fact.kind != "DaemonSet",
        lambda fact: f"{nodes_text(node.name for node in fact.nodes)} cannot take the pod: it stays Pending, as long as there is no other",
    ),
    FindingRule(
        "KC408",
        Severity.ERROR,
        "No node that can take the pod offers the handler of its RuntimeClass: it stays Pending there.",
        _is_offered_nowhere,
        lambda fact: f"{nodes_text(_without_handler(fact))} can take the pod without offering its handler: {_waits(fact)}",
    ),
    FindingRule(
        "KC409",
        Severity.WARNING,
        "Some of the nodes that can take the pod do not offer the handler of its RuntimeClass: where it comes to one, it stays Pending.",
        lambda fact: bool(_without_handler(fact)) and not _is_offered_nowhere(fact),
        lambda fact: f"{nodes_text(_without_handler(fact))} can take the pod without offering its handler: {_waits(fact)}",
    ),
    FindingRule(
        "KC410",
        Severity.WARNING,
        "A node that can take the pod has a handler without what it asks for: user namespaces, or mounts read-only recursively.",
        lambda fact: any(node.refusals for node in fact.takers),
        _refusal_text,
    ),
    FindingRule(
        "KC411",
        Severity.ERROR,
        "The node that the pod names does not have what the pod asks for, or evicts it: its kubelet refuses the pod, which fails.",
        lambda fact: bool(fact.bound_to and fact.nodes) and not fact.takers and fact.kind != "DaemonSet",
        lambda fact: f"node {fact.bound_to} refuses the pod, which fails: {'; '.join(map(str, fact.nodes[0].reasons))}",
    ),
)
"""Findings about a pod: its RuntimeClass, and the nodes that are known."""
