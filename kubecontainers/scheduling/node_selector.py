"""Requirements on the labels and fields of a node, and the terms that hold them.

Kubernetes keeps the rule in ``k8s.io/apimachinery/pkg/labels`` (``NewRequirement``, ``Requirement.Matches``) and, for terms, in
``k8s.io/component-helpers/scheduling/corev1/nodeaffinity``. Whoever evaluates a term reads all of its requirements first: one that cannot
be read makes the whole term unusable, whatever the others say.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from ..apimachinery.fields import ROOT, FieldError, FieldErrorType, FieldPath
from ..apimachinery.names import validate_label_value, validate_qualified_name
from ..apimachinery.objects import JSONObject, objects_at, root_object, text_at, texts_at
from ..golang.strconv import atoi

__all__ = ["NodeSelectorRequirement", "NodeSelectorTerm", "SelectorOperator", "SelectorRule", "term_errors"]

MAX_SHOWN = 10


class SelectorOperator(enum.Enum):
    """How a requirement looks at a value."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"
    GREATER = "Gt"
    LESS = "Lt"


class SelectorRule(enum.Enum):
    """A rule that a requirement can break; the values say what would be right."""

    OPERATOR = "the operator must be In, NotIn, Exists, DoesNotExist, Gt or Lt; they are case-sensitive"
    FIELD_OPERATOR = "the operator for a field must be In or NotIn; they are case-sensitive"
    KEY = "the key must be one that a label can have"
    VALUES_REQUIRED = "In and NotIn need a value"
    NO_VALUES = "Exists and DoesNotExist take no values"
    ONE_VALUE = "Gt and Lt take one value"
    FIELD_ONE_VALUE = "a field is compared with one value"
    INTEGER = "Gt and Lt compare with a whole number of 64 bits"
    VALUE = "the value must be one that a label can have"


_OPERATORS = {operator.value: operator for operator in SelectorOperator}
_MEMBERSHIP = frozenset({SelectorOperator.IN, SelectorOperator.NOT_IN})
_PRESENCE = frozenset({SelectorOperator.EXISTS, SelectorOperator.DOES_NOT_EXIST})
_ORDER = frozenset({SelectorOperator.GREATER, SelectorOperator.LESS})


@attrs.frozen(str=False)
class NodeSelectorRequirement:
    """What a node is required to have: a label, or a field, by its ``key``, an operator and values. ``str()`` says it in words.

    >>> str(NodeSelectorRequirement("disktype", "In", ("ssd", "nvme")))
    'disktype: ssd or nvme'
    """

    key: str
    operator: str
    values: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> NodeSelectorRequirement:
        """Return the requirement of an entry of ``matchExpressions`` or ``matchFields``, which stands at ``path``.

        Raises ``MalformedObject``. Whether it can be used says ``term_errors``.

        >>> NodeSelectorRequirement.from_json({"key": "cores", "operator": "Gt", "values": ["8"]})
        NodeSelectorRequirement(key='cores', operator='Gt', values=('8',))
        """
        root = root_object(obj, path)
        return cls(text_at(root, "key", path), text_at(root, "operator", path), texts_at(root, "values", path))

    def to_json(self) -> JSONObject:
        """Return the entry of ``matchExpressions`` or ``matchFields``."""
        fields: dict[str, object] = {"key": self.key, "operator": self.operator}
        return {**fields, "values": list(self.values)} if self.values else fields

    def matches(self, value: str | None) -> bool:
        """Return whether a label of this value, ``None`` where the node has none of this key, is what is required.

        ``NotIn`` and ``DoesNotExist`` want no label at all; a label that is no number is neither more nor less than one. Nothing is what
        a requirement with another operator wants.

        >>> NodeSelectorRequirement("disktype", "NotIn", ("hdd",)).matches(None)
        True
        """
        match _OPERATORS.get(self.operator):
            case SelectorOperator.IN:
                return value in self.values
            case SelectorOperator.NOT_IN:
                return value not in self.values
            case SelectorOperator.EXISTS:
                return value is not None
            case SelectorOperator.DOES_NOT_EXIST:
                return value is None
            case SelectorOperator.GREATER | SelectorOperator.LESS:
                return value is not None and self._is_beyond(value)
            case _:
                return False

    def _is_beyond(self, value: str) -> bool:
        number, limit = atoi(value), atoi(self.values[0]) if len(self.values) == 1 else None
        if number is None or limit is None:
            return False
        return number > limit if self.operator == SelectorOperator.GREATER.value else number < limit

    @property
    def wanted(self) -> str:
        """What is wanted of the value, in words."""
        shown = [value or "''" for value in self.values[:MAX_SHOWN]] + ["…"] * (len(self.values) > MAX_SHOWN)
        values = " or ".join(shown)
        match _OPERATORS.get(self.operator):
            case SelectorOperator.IN:
                return values
            case SelectorOperator.NOT_IN:
                return f"anything but {values}"
            case SelectorOperator.EXISTS:
                return "any value"
            case SelectorOperator.DOES_NOT_EXIST:
                return "none"
            case SelectorOperator.GREATER:
                return f"more than {values}"
            case SelectorOperator.LESS:
                return f"less than {values}"
            case _:
                return f"{self.operator!r} {values}"

    def __str__(self) -> str:
        return f"{self.key}: {self.wanted}"


@attrs.frozen
class NodeSelectorTerm:
    """Requirements on labels and on fields, all of which a node has to meet; a term without any matches no node."""

    match_expressions: tuple[NodeSelectorRequirement, ...] = ()
    match_fields: tuple[NodeSelectorRequirement, ...] = ()

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> NodeSelectorTerm:
        """Return the term of an entry of ``nodeSelectorTerms``, which stands at ``path``. Raises ``MalformedObject``.

        >>> term = NodeSelectorTerm.from_json({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]})
        >>> term.empty, term.match_fields[0].key
        (False, 'metadata.name')
        """
        root = root_object(obj, path)
        return cls(_requirements(root, "matchExpressions", path), _requirements(root, "matchFields", path))

    def to_json(self) -> JSONObject:
        """Return the entry of ``nodeSelectorTerms``."""
        lists = {"matchExpressions": self.match_expressions, "matchFields": self.match_fields}
        return {name: [requirement.to_json() for requirement in found] for name, found in lists.items() if found}

    @property
    def empty(self) -> bool:
        """Whether the term requires nothing, and so counts for nothing."""
        return not self.match_expressions and not self.match_fields


def term_errors(term: NodeSelectorTerm, path: FieldPath) -> tuple[FieldError, ...]:
    """Return why a term, which stands at ``path``, cannot be used; empty where it can.

    This is what the scheduler says; the API server, when it validates a pod, is stricter.

    >>> term = NodeSelectorTerm((NodeSelectorRequirement("cores", "Gt", ("many",)),))
    >>> [(str(error.path), error.rule.name) for error in term_errors(term, ROOT)]
    [('matchExpressions[0].values[0]', 'INTEGER')]
    """
    expressions, fields = path.child("matchExpressions"), path.child("matchFields")
    return tuple(
        error
        for errors in (
            *(_label_errors(found, expressions.index(position)) for position, found in enumerate(term.match_expressions)),
            *(_field_errors(found, fields.index(position)) for position, found in enumerate(term.match_fields)),
        )
        for error in errors
    )


def _requirements(parent: JSONObject, key: str, path: FieldPath) -> tuple[NodeSelectorRequirement, ...]:
    return tuple(NodeSelectorRequirement.from_json(entry, path=at) for at, entry in objects_at(parent, key, path))


def _label_errors(requirement: NodeSelectorRequirement, path: FieldPath) -> Iterator[FieldError]:
    operator, values = _OPERATORS.get(requirement.operator), path.child("values")
    if operator is None:
        yield _not_supported(path, SelectorRule.OPERATOR, requirement.operator)
        return
    if validate_qualified_name(requirement.key):
        yield _invalid(path.child("key"), SelectorRule.KEY, requirement.key)
    if operator in _MEMBERSHIP and not requirement.values:
        yield _invalid(values, SelectorRule.VALUES_REQUIRED)
    if operator in _PRESENCE and requirement.values:
        yield _invalid(values, SelectorRule.NO_VALUES)
    if operator in _ORDER:
        if len(requirement.values) != 1:
            yield _invalid(values, SelectorRule.ONE_VALUE)
        yield from _each(requirement, values, SelectorRule.INTEGER, [atoi(value) is None for value in requirement.values])
    yield from _each(requirement, values, SelectorRule.VALUE, [bool(validate_label_value(value)) for value in requirement.values])


def _each(requirement: NodeSelectorRequirement, path: FieldPath, rule: SelectorRule, broken: list[bool]) -> Iterator[FieldError]:
    """Yield an error for each value that breaks the rule."""
    return (_invalid(path.index(position), rule, requirement.values[position]) for position, breaks in enumerate(broken) if breaks)


def _field_errors(requirement: NodeSelectorRequirement, path: FieldPath) -> Iterator[FieldError]:
    if _OPERATORS.get(requirement.operator) not in _MEMBERSHIP:
        yield _not_supported(path, SelectorRule.FIELD_OPERATOR, requirement.operator)
    elif len(requirement.values) != 1:
        yield _invalid(path.child("values"), SelectorRule.FIELD_ONE_VALUE)


def _invalid(path: FieldPath, rule: SelectorRule, value: str = "") -> FieldError:
    return FieldError(path, FieldErrorType.INVALID, rule, value, rule.value)


def _not_supported(path: FieldPath, rule: SelectorRule, value: str) -> FieldError:
    return FieldError(path.child("operator"), FieldErrorType.NOT_SUPPORTED, rule, value, rule.value)
