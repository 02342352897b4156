"""Strategies of tolerations, taints, node selectors, and of pods and nodes that may go together; offered in ``strategies``.

Keys, values and names come from few, so that what is drawn apart often meets.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..scheduling.node_selector import SelectorOperator
from ..scheduling.tolerations import TaintEffect
from .arbitrary import json_texts

__all__ = [
    "nearly_valid_node_selector_terms",
    "nearly_valid_tolerations",
    "node_selector_pods",
    "node_selector_terms",
    "nodes",
    "taints",
    "tolerations",
]

JSON = dict[str, Any]

_TAINT_KEYS = ("gpu", "arm", "example.com/dedicated", "node.kubernetes.io/unschedulable")
_TAINT_VALUES = ("", "true", "5", "40")
_EFFECTS = tuple(effect.value for effect in TaintEffect)
_NODE_NAMES = ("node-a", "node-b")
_LABELS: dict[str, tuple[str, ...]] = {
    "kubernetes.io/os": ("linux", "windows"),
    "disktype": ("ssd", "hdd"),
    "cores": ("4", "16", "many"),
    "example.com/gpu": ("", "true"),
}
_WRONG_TEXTS = ("-", "a b", "/a", "a/b/c", "é", "exists", "a\n", "a" * 64, "007", "9223372036854775808")


@st.composite
def tolerations(draw: DrawFn, *, keys: SearchStrategy[str] | None = None, comparison_operators: bool = False) -> JSON:
    """Entries of ``tolerations`` that an API server takes.

    ``keys`` are the keys, as far as there is one. ``comparison_operators``: some compare a number.

    >>> from hypothesis import find
    >>> find(tolerations(keys=st.just("gpu")), lambda toleration: toleration.get("effect") == "NoExecute")
    {'key': 'gpu', 'operator': 'Exists', 'effect': 'NoExecute'}
    """
    operators = ["Exists", "", "Equal", *(["Lt", "Gt"] if comparison_operators else [])]
    operator = draw(st.sampled_from(operators))
    made: JSON = {"key": draw(st.sampled_from(_TAINT_KEYS) if keys is None else keys)}
    if operator:
        made["operator"] = operator
    if operator in {"Lt", "Gt"}:
        made["value"] = str(draw(st.integers(-1, 60)))
    elif operator != "Exists":
        made["value"] = draw(st.sampled_from(_TAINT_VALUES))
    elif draw(st.integers(0, 9)) == 9:  # noqa: PLR2004  (every key)
        del made["key"]
    effect = draw(st.sampled_from(["", *_EFFECTS]))
    if effect:
        made["effect"] = effect
    seconds = draw(st.none() | st.integers(0, 3)) if effect == TaintEffect.NO_EXECUTE.value else None
    return made if seconds is None else {**made, "tolerationSeconds": seconds}


@st.composite
def nearly_valid_tolerations(draw: DrawFn) -> JSON:
    """Entries of ``tolerations``, many of them with something wrong in them; some compare numbers.

    >>> from hypothesis import given
    >>> @given(nearly_valid_tolerations())
    ... def test_my_webhook_refuses_what_the_server_would(toleration):
    ...     ...
    """
    made = draw(tolerations(comparison_operators=True))
    if draw(st.integers(0, 2)) == 0:
        return made
    texts = st.sampled_from(_WRONG_TEXTS) | json_texts()
    field = st.sampled_from(["key", "operator", "value", "effect"])
    replaced = st.dictionaries(field, texts, min_size=1, max_size=2)
    known: JSON = {
        "operator": st.sampled_from(["Exists", "Equal", "Lt", "Gt"]),
        "value": st.sampled_from(_TAINT_VALUES),
        "effect": st.sampled_from(_EFFECTS),
        "tolerationSeconds": st.integers(-1, 3),
    }
    return made | draw(replaced | st.fixed_dictionaries({}, optional=known))


def taints() -> SearchStrategy[JSON]:
    """Entries of ``taints`` of a node.

    >>> from hypothesis import find
    >>> find(taints(), lambda taint: taint["effect"] == "NoExecute")["key"]
    'gpu'
    """
    fields: JSON = {"key": st.sampled_from(_TAINT_KEYS), "effect": st.sampled_from(_EFFECTS)}
    return _objects(fields, {"value": st.sampled_from(_TAINT_VALUES)})


@st.composite
def nodes(draw: DrawFn, *, names: SearchStrategy[str] | None = None) -> JSON:
    """Nodes with labels and, sometimes, taints and a cordon. ``names`` are those of the nodes.

    >>> from hypothesis import find
    >>> find(nodes(), lambda node: node["spec"].get("unschedulable", False))["metadata"]["name"]
    'node-a'
    """
    chosen = {key: st.sampled_from(values) for key, values in _LABELS.items()}
    metadata = {
        "name": draw(st.sampled_from(_NODE_NAMES) if names is None else names),
        "labels": draw(st.fixed_dictionaries({}, optional=chosen)),
    }
    spec: JSON = {"taints": st.lists(taints(), max_size=2), "unschedulable": st.booleans()}
    return {"metadata": metadata, "spec": draw(_objects({}) | _objects({}, spec))}


def node_selector_terms() -> SearchStrategy[JSON]:
    """Entries of ``nodeSelectorTerms`` that the scheduler can use, some of them empty.

    >>> from hypothesis import find
    >>> find(node_selector_terms(), lambda term: "matchFields" in term)["matchFields"][0]["key"]
    'metadata.name'
    """
    field = _objects(
        {
            "key": st.just("metadata.name"),
            "operator": st.sampled_from(["In", "NotIn"]),
            "values": st.lists(st.sampled_from(_NODE_NAMES), min_size=1, max_size=1),
        }
    )
    return _objects({}, {"matchExpressions": st.lists(_requirements(), max_size=2), "matchFields": st.lists(field, min_size=1, max_size=2)})


@st.composite
def nearly_valid_node_selector_terms(draw: DrawFn) -> JSON:
    """Entries of ``nodeSelectorTerms``, many of them with a requirement that the scheduler cannot use.

    >>> from hypothesis import given
    >>> @given(nearly_valid_node_selector_terms())
    ... def test_my_scheduler_survives(term):
    ...     ...
    """
    term = draw(node_selector_terms())
    if draw(st.booleans()):
        return term
    texts = st.sampled_from(_WRONG_TEXTS) | json_texts()
    operators = st.sampled_from([operator.value for operator in SelectorOperator])
    wrong: JSON = {"key": texts, "operator": operators | texts, "values": st.lists(st.sampled_from(("4", "ssd")) | texts, max_size=2)}
    damage: JSON = draw(st.fixed_dictionaries({}, optional=wrong))
    place = draw(st.sampled_from(["matchExpressions", "matchFields"]))
    return term | {place: [*term.get(place, []), draw(_requirements()) | damage]}


@st.composite
def node_selector_pods(draw: DrawFn, *, terms: SearchStrategy[JSON] | None = None) -> JSON:
    """Pods that ask for nodes in every way, and tolerate some taints; they have no containers.

    ``terms`` are those of the required node affinity.

    >>> from hypothesis import find
    >>> find(node_selector_pods(), lambda pod: "disktype" in pod["spec"].get("nodeSelector", ()))["spec"]["nodeSelector"]
    {'disktype': 'ssd'}
    """
    selector = st.fixed_dictionaries({}, optional={key: st.sampled_from(_LABELS[key]) for key in ("disktype", "kubernetes.io/os")})
    selection = _objects({"nodeSelectorTerms": st.lists(node_selector_terms() if terms is None else terms, max_size=3)})
    affinity = selection.map(lambda made: {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": made}})
    fields: JSON = {"nodeSelector": selector, "affinity": affinity, "tolerations": st.lists(tolerations(), max_size=4)}
    return {"spec": draw(st.fixed_dictionaries({}, optional=fields))}


@st.composite
def _requirements(draw: DrawFn) -> JSON:
    """Draw a requirement on a label that the scheduler can use."""
    key = draw(st.sampled_from(sorted(_LABELS)))
    operator = draw(st.sampled_from(list(SelectorOperator)))
    made: JSON = {"key": key, "operator": operator.value}
    if operator in {SelectorOperator.EXISTS, SelectorOperator.DOES_NOT_EXIST}:
        return made
    if operator in {SelectorOperator.GREATER, SelectorOperator.LESS}:
        return made | {"values": [draw(st.sampled_from(["4", "8", "007"]))]}
    return made | {"values": draw(st.lists(st.sampled_from(_LABELS[key]), min_size=1, max_size=2))}


def _objects(fields: JSON, optional: JSON | None = None) -> SearchStrategy[JSON]:
    return st.fixed_dictionaries(fields, optional=optional or {})
