"""Validation of tolerations, of a pod or of a RuntimeClass.

Kubernetes keeps it in ``ValidateTolerations`` (``pkg/apis/core/validation/validation.go``). Where a value does not fit its operator, the
error stands at the operator. That a toleration must not stand twice is a rule of RuntimeClass alone.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath
from ..apimachinery.names import NameRule, validate_label_value, validate_qualified_name
from ..apimachinery.release import LATEST, Release
from ..golang.strconv import atoi
from .tolerations import (
    COMPARISON_OPERATORS,
    COMPARISON_OPERATORS_KNOWN,
    TaintEffect,
    Toleration,
    TolerationOperator,
    is_decimal_integer,
)

__all__ = ["CHECKED", "TolerationRule", "validate_tolerations"]

CHECKED = CheckedFields(spec=frozenset({"tolerations"}))
"""The fields of a pod that these rules check."""

_EFFECTS = frozenset(effect.value for effect in TaintEffect)


class TolerationRule(enum.Enum):
    """A rule that a toleration can break; the values say what would be right."""

    KEY_PARTS = "the key may have one '/'"
    KEY_PREFIX_EMPTY = "there must be something before the key's '/'"
    KEY_PREFIX_TOO_LONG = "before the key's '/' there may be at most 253 bytes"
    KEY_PREFIX_FORMAT = "before the key's '/' there must be a DNS name"
    KEY_NAME_EMPTY = "the key must have a name"
    KEY_NAME_TOO_LONG = "the key's name may have at most 63 bytes"
    KEY_NAME_FORMAT = "the key's name may have letters, digits and, inside, '-', '_' and '.'"
    KEY_REQUIRED = "without a key the operator must be Exists"
    SECONDS = "tolerationSeconds needs the effect NoExecute"
    VALUE = "the value must be one that a label can have"
    VALUE_WITH_EXISTS = "with Exists there must be no value"
    VALUE_DECIMAL = "the value must be a whole number, written without '+' and leading zeros"
    VALUE_INTEGER = "the value must be a whole number of 64 bits"
    OPERATOR = "the operator must be Equal, Exists or, where they are enabled, Lt or Gt; they are case-sensitive"
    EFFECT = "the effect must be NoSchedule, PreferNoSchedule or NoExecute; they are case-sensitive"


_KEY_RULES = {
    NameRule.PARTS: TolerationRule.KEY_PARTS,
    NameRule.PREFIX_EMPTY: TolerationRule.KEY_PREFIX_EMPTY,
    NameRule.PREFIX_TOO_LONG: TolerationRule.KEY_PREFIX_TOO_LONG,
    NameRule.PREFIX_FORMAT: TolerationRule.KEY_PREFIX_FORMAT,
    NameRule.NAME_EMPTY: TolerationRule.KEY_NAME_EMPTY,
    NameRule.NAME_TOO_LONG: TolerationRule.KEY_NAME_TOO_LONG,
    NameRule.NAME_FORMAT: TolerationRule.KEY_NAME_FORMAT,
}


def validate_tolerations(
    tolerations: Iterable[Toleration],
    path: FieldPath,
    *,
    comparison_operators: bool | None = None,
    release: Release = LATEST,
) -> tuple[FieldError, ...]:
    """Return the errors of a list of tolerations, which stands at ``path``, in Kubernetes' order.

    ``comparison_operators``: whether ``Lt`` and ``Gt`` may be used, as far as the release knows them. By default the feature gate
    decides, as for a new pod; an update of a pod that has them may use them, a RuntimeClass never may. ``release`` is the API server's.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> tolerations = [Toleration("gpu", "exists"), Toleration(value="true")]
    >>> [(str(error.path), error.rule.name) for error in validate_tolerations(tolerations, ROOT.child("tolerations"))]
    [('tolerations[0].operator', 'OPERATOR'), ('tolerations[1].operator', 'KEY_REQUIRED')]
    """
    enabled = COMPARISON_OPERATORS in release if comparison_operators is None else comparison_operators
    compares = enabled and COMPARISON_OPERATORS_KNOWN in release
    return tuple(
        error for position, toleration in enumerate(tolerations) for error in _errors(toleration, path.index(position), compares=compares)
    )


def _errors(toleration: Toleration, path: FieldPath, *, compares: bool) -> Iterator[FieldError]:
    key, operator, effect = toleration.key, path.child("operator"), path.child("effect")
    if key:
        yield from (_invalid(path.child("key"), _KEY_RULES[rule], key) for rule in validate_qualified_name(key))
    elif toleration.operator != TolerationOperator.EXISTS.value:
        yield _invalid(operator, TolerationRule.KEY_REQUIRED, toleration.operator)
    if toleration.toleration_seconds is not None and toleration.effect != TaintEffect.NO_EXECUTE.value:
        yield _invalid(effect, TolerationRule.SECONDS, toleration.effect)
    yield from _value_errors(toleration, path, compares=compares)
    if toleration.effect and toleration.effect not in _EFFECTS:
        yield _not_supported(effect, TolerationRule.EFFECT, toleration.effect)


def _value_errors(toleration: Toleration, path: FieldPath, *, compares: bool) -> Iterator[FieldError]:
    value, operator = toleration.value, path.child("operator")
    match toleration.operator:
        case "" | TolerationOperator.EQUAL.value:
            if validate_label_value(value):  # however many rules it breaks
                yield _invalid(operator, TolerationRule.VALUE, value)
        case TolerationOperator.EXISTS.value:
            if value:
                yield _invalid(operator, TolerationRule.VALUE_WITH_EXISTS, value)
        case TolerationOperator.LESS.value | TolerationOperator.GREATER.value if compares:
            if not is_decimal_integer(value):
                yield _invalid(path.child("value"), TolerationRule.VALUE_DECIMAL, value)
            if atoi(value) is None:
                yield _invalid(path.child("value"), TolerationRule.VALUE_INTEGER, value)
        case unknown:
            yield _not_supported(operator, TolerationRule.OPERATOR, unknown)


def _invalid(path: FieldPath, rule: TolerationRule, value: str) -> FieldError:
    return FieldError(path, FieldErrorType.INVALID, rule, value, rule.value)


def _not_supported(path: FieldPath, rule: TolerationRule, value: str) -> FieldError:
    return FieldError(path, FieldErrorType.NOT_SUPPORTED, rule, value, rule.value)
