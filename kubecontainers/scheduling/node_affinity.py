"""Which nodes a pod asks for: its node selector, and the affinity that it requires.

Kubernetes keeps the rule in ``k8s.io/component-helpers/scheduling/corev1/nodeaffinity`` (``GetRequiredNodeAffinity``). A node has to have
every label of the selector and to match one term of the affinity. What is only preferred plays no role.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterator, Mapping

import attrs

from ..apimachinery.fields import ROOT, FieldError, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, Pod, mapping_at, objects_at, root_object, text_map_at
from .node_selector import NodeSelectorRequirement, NodeSelectorTerm, SelectorOperator, term_errors

__all__ = ["AffinityMatch", "AffinityMiss", "AffinityMissReason", "AffinityOutcome", "RequiredNodeAffinity", "required_node_affinity"]

_SPEC = ROOT.child("spec")
_SELECTOR = _SPEC.child("nodeSelector")
_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
_TERMS = _SPEC.child(*_REQUIRED, "nodeSelectorTerms")

_NAME_FIELD = "metadata.name"


class AffinityOutcome(enum.Enum):
    """Whether a node is one that a pod asks for."""

    MATCH = "match"
    NO_MATCH = "noMatch"
    ERROR = "error"
    """No term matches, and one cannot be read; the scheduler takes it as no match and says so."""


class AffinityMissReason(enum.Enum):
    """Why a node is not one that a pod asks for."""

    SELECTOR = "the node selector wants another label"
    EXPRESSION = "the node affinity wants another label"
    FIELD = "the node affinity wants another field"
    INVALID_TERM = "a term of the node affinity cannot be used"
    NO_TERMS = "the node affinity has no term that requires anything, so it matches no node"


@attrs.frozen(str=False)
class AffinityMiss:
    """One thing that a pod asks for and a node has not.

    ``path`` is where the pod asks for it: an entry of ``nodeSelector``, the first requirement of a term that fails, a term with
    ``errors``, the list of terms. ``found`` is the node's value, ``None`` where it has none. ``str()`` says it in words.
    """

    reason: AffinityMissReason
    path: FieldPath
    requirement: NodeSelectorRequirement | None = None
    found: str | None = None
    errors: tuple[FieldError, ...] = ()

    def __str__(self) -> str:
        if self.requirement is None:
            return "; ".join([self.reason.value, *map(str, self.errors)])
        kind = "field" if self.reason is AffinityMissReason.FIELD else "label"
        owner = "selector" if self.reason is AffinityMissReason.SELECTOR else "affinity"
        name = f"{kind} {self.requirement.key}"
        found = f"there is no {name}" if self.found is None else f"{name} is {self.found or 'empty'}"
        return f"{found}, the {owner} wants {self.requirement.wanted}"


@attrs.frozen
class AffinityMatch:
    """Whether a node is one that a pod asks for; ``misses`` says why not, and is empty where it is.

    Of the node selector every entry that fails is there. Only where none does are the terms looked at: each is there then.
    """

    outcome: AffinityOutcome
    misses: tuple[AffinityMiss, ...] = ()


@attrs.frozen(slots=False)
class RequiredNodeAffinity:
    """What a pod requires of its node: labels with their values, and terms one of which has to match.

    ``terms`` is ``None`` where the pod requires no affinity. It matches no node where it is there and holds no term that requires anything.

    >>> affinity = RequiredNodeAffinity({"disktype": "ssd"})
    >>> [str(miss) for miss in affinity.match({"disktype": "hdd"}).misses]
    ['label disktype is hdd, the selector wants ssd']
    """

    node_selector: FrozenMap[str, str] = attrs.field(converter=FrozenMap[str, str], factory=lambda: FrozenMap[str, str]({}))
    terms: tuple[NodeSelectorTerm, ...] | None = None

    @functools.cached_property
    def errors(self) -> tuple[tuple[FieldError, ...], ...]:
        """Why each term cannot be used, empty for those that can."""
        return tuple(term_errors(term, _TERMS.index(position)) for position, term in enumerate(self.terms or ()))

    def match(self, labels: Mapping[str, str], name: str = "") -> AffinityMatch:
        """Return whether a node with these labels, and of this name, is one that is asked for.

        Fields are not looked at where the node has no name.
        """
        missed = tuple(self._missed_labels(labels))
        if missed:
            return AffinityMatch(AffinityOutcome.NO_MATCH, missed)
        return AffinityMatch(AffinityOutcome.MATCH) if self.terms is None else self._match_terms(self.terms, labels, name)

    def _missed_labels(self, labels: Mapping[str, str]) -> Iterator[AffinityMiss]:
        for key, value in self.node_selector.items():
            if labels.get(key) != value:
                wanted = NodeSelectorRequirement(key, SelectorOperator.IN.value, (value,))
                yield AffinityMiss(AffinityMissReason.SELECTOR, _SELECTOR.key(key), wanted, labels.get(key))

    def _match_terms(self, terms: tuple[NodeSelectorTerm, ...], labels: Mapping[str, str], name: str) -> AffinityMatch:
        misses: list[AffinityMiss] = []
        for position, (term, errors) in enumerate(zip(terms, self.errors, strict=True)):
            at = _TERMS.index(position)
            if errors:
                misses.append(AffinityMiss(AffinityMissReason.INVALID_TERM, at, errors=errors))
            elif not term.empty:
                miss = _first_miss(term, at, labels, name)
                if miss is None:
                    return AffinityMatch(AffinityOutcome.MATCH)
                misses.append(miss)
        outcome = AffinityOutcome.ERROR if any(self.errors) else AffinityOutcome.NO_MATCH
        return AffinityMatch(outcome, tuple(misses) or (AffinityMiss(AffinityMissReason.NO_TERMS, _TERMS),))


def required_node_affinity(pod: Pod | JSONObject) -> RequiredNodeAffinity:
    """Return what a pod requires of its node. Raises ``MalformedObject``.

    >>> pod = {"spec": {"nodeSelector": {"disktype": "ssd"}}}
    >>> required_node_affinity(pod)
    RequiredNodeAffinity(node_selector=FrozenMap({'disktype': 'ssd'}), terms=None)
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    selector = text_map_at(spec, "nodeSelector", _SPEC)
    found: JSONObject | None = spec
    path = _SPEC
    for name in _REQUIRED:
        found = None if found is None else mapping_at(found, name, path)
        path = path.child(name)
    if found is None:
        return RequiredNodeAffinity(FrozenMap(selector))
    terms = tuple(NodeSelectorTerm.from_json(term, path=at) for at, term in objects_at(found, "nodeSelectorTerms", path))
    return RequiredNodeAffinity(FrozenMap(selector), terms)


def _first_miss(term: NodeSelectorTerm, path: FieldPath, labels: Mapping[str, str], name: str) -> AffinityMiss | None:
    """Return the first requirement of a term that the node does not meet."""
    for position, expression in enumerate(term.match_expressions):
        found = labels.get(expression.key)
        if not expression.matches(found):
            at = path.child("matchExpressions").index(position)
            return AffinityMiss(AffinityMissReason.EXPRESSION, at, expression, found)
    for position, field in enumerate(term.match_fields if name else ()):
        # There is one field; any other reads as empty text, which is not the same as none.
        value = name if field.key == _NAME_FIELD else ""
        if not field.matches(value):
            return AffinityMiss(AffinityMissReason.FIELD, path.child("matchFields").index(position), field, value)
    return None
