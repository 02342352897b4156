"""The findings about RuntimeClasses themselves."""

from __future__ import annotations

import attrs

from ..apimachinery.fields import FieldError
from ..runtimeclass.runtime_class import DeprecatedNodeLabel, RuntimeClass
from .findings import FindingRule, Severity
from .scheduling_words import names_text, nodes_text

__all__ = ["CLASS_ERROR_FINDINGS", "CLASS_FINDINGS", "CLASS_LABEL_FINDINGS", "ClassFact"]

CLASS_ERROR_FINDINGS: tuple[FindingRule[FieldError], ...] = (
    FindingRule(
        "KC421",
        Severity.ERROR,
        "The API server refuses the RuntimeClass: a field breaks a rule.",
        lambda _: True,
        lambda error: f"the API server refuses the RuntimeClass: {error}",
    ),
)
"""Findings about the errors of validation of a RuntimeClass."""

CLASS_LABEL_FINDINGS: tuple[FindingRule[DeprecatedNodeLabel], ...] = (
    FindingRule(
        "KC422",
        Severity.WARNING,
        "The node selector of a RuntimeClass has a label that nodes will not have for ever.",
        lambda _: True,
        str,
    ),
)
"""Findings about the warnings of the API server."""


@attrs.frozen
class ClassFact:
    """A RuntimeClass, and the nodes that are known.

    ``selected`` are those that can take a pod of the class that asks for nothing itself; ``offering`` those of them that are known to
    offer its handler, ``without`` those that are known not to.
    """

    runtime_class: RuntimeClass
    nodes: tuple[str, ...]
    selected: tuple[str, ...]
    offering: tuple[str, ...]
    without: tuple[str, ...]


CLASS_FINDINGS: tuple[FindingRule[ClassFact], ...] = (
    FindingRule(
        "KC423",
        Severity.WARNING,
        "A RuntimeClass selects none of the nodes read: its pods stay Pending.",
        lambda fact: bool(fact.nodes) and not fact.selected,
        lambda fact: f"it selects no node of {names_text(fact.nodes)}: its pods stay Pending, as long as there is no other",
    ),
    FindingRule(
        "KC424",
        Severity.ERROR,
        "No node that a RuntimeClass selects offers its handler: its pods stay Pending.",
        lambda fact: bool(fact.without) and len(fact.without) == len(fact.selected),
        lambda fact: f"no node offers handler {fact.runtime_class.handler!r}: not {names_text(fact.without)}, which it selects",
    ),
    FindingRule(
        "KC425",
        Severity.WARNING,
        "Some of the nodes that a RuntimeClass selects do not offer its handler; one without scheduling selects them all.",
        lambda fact: bool(fact.without) and len(fact.without) < len(fact.selected),
        lambda fact: (
            f"it selects {nodes_text(fact.without)} too, without handler {fact.runtime_class.handler!r}; "
            f"{'set' if fact.runtime_class.scheduling is None else 'narrow'} scheduling.nodeSelector"
        ),
    ),
)
"""Findings about a RuntimeClass and the nodes."""
