"""What the API server checks in a RuntimeClass.

Kubernetes keeps the rules in ``pkg/apis/node/validation/validation.go``. All errors come at once, in its order. An overhead is validated
as if it were the limits of a container, and so its errors stand at ``overhead.limits``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ..apimachinery.fields import ROOT, FieldError, FieldErrorType
from ..apimachinery.metadata import validate_labels, validate_object_meta, validate_object_meta_update
from ..apimachinery.names import NameRule, validate_dns1123_label
from ..apimachinery.objects import JSONObject, mapping_at, root_object
from ..apimachinery.release import LATEST, Change, Release
from ..scheduling.overhead import validate_resource_list
from ..scheduling.toleration_validation import validate_tolerations
from ..scheduling.tolerations import Toleration
from .runtime_class import RuntimeClass, RuntimeClassScheduling

__all__ = [
    "DOUBLED_TOLERATIONS_PATH",
    "EMPTY_HANDLER_REQUIRED",
    "RuntimeClassRule",
    "validate_runtime_class",
    "validate_runtime_class_update",
]

DOUBLED_TOLERATIONS_PATH = Change(
    until="1.35", summary="the errors of a RuntimeClass's tolerations stand at scheduling.tolerations.tolerations[i]"
)
EMPTY_HANDLER_REQUIRED = Change(since="1.36", summary="an empty handler of a RuntimeClass is Required, no longer Invalid")

_METADATA, _HANDLER, _OVERHEAD, _SCHEDULING = (ROOT.child(field) for field in ("metadata", "handler", "overhead", "scheduling"))
_SELECTOR, _TOLERATIONS = _SCHEDULING.child("nodeSelector"), _SCHEDULING.child("tolerations")


class RuntimeClassRule(enum.Enum):
    """A rule that a RuntimeClass can break, apart from those of metadata, labels, resources and tolerations."""

    HANDLER_REQUIRED = "the handler must not be empty"
    HANDLER_TOO_LONG = "the handler may have at most 63 bytes"
    HANDLER_FORMAT = "the handler may have lower-case letters, digits and, inside, '-'"
    HANDLER_DOTS = "the handler may have no dots"
    HANDLER_IMMUTABLE = "the handler cannot change; make another RuntimeClass"
    TOLERATION_TWICE = "a toleration must not stand twice; other seconds do not make it another"


_HANDLER_RULES = {
    NameRule.TOO_LONG: RuntimeClassRule.HANDLER_TOO_LONG,
    NameRule.FORMAT: RuntimeClassRule.HANDLER_FORMAT,
    NameRule.DOTS: RuntimeClassRule.HANDLER_DOTS,
}


def validate_runtime_class(obj: JSONObject, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the rules that a RuntimeClass breaks that is to be created, in Kubernetes' order.

    No name is generated. ``release`` is the API server's. Raises ``MalformedObject`` for what could not be decoded.

    >>> [str(error) for error in validate_runtime_class({"metadata": {"name": "kata"}, "handler": "kata.qemu"})]
    ["handler: Invalid: 'kata.qemu': the handler may have no dots"]
    """
    found = RuntimeClass.from_json(obj)
    return (
        *validate_object_meta(_metadata(obj), _METADATA, namespaced=False),
        *_handler(found.handler, release),
        *(() if found.overhead is None else validate_resource_list(found.overhead, _OVERHEAD)),
        *(() if found.scheduling is None else _scheduling(found.scheduling, release)),
    )


def validate_runtime_class_update(old: JSONObject, new: JSONObject, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the rules that an update of a RuntimeClass from ``old`` to ``new`` breaks, in Kubernetes' order.

    The whole of ``new`` is validated first, and what is wrong with its labels, annotations and owners is told twice. Overhead and
    scheduling may change; pods that exist keep theirs. ``release`` is the API server's. Raises ``MalformedObject``.

    >>> old = {"metadata": {"name": "kata", "resourceVersion": "7"}, "handler": "kata"}
    >>> [str(error) for error in validate_runtime_class_update(old, old | {"handler": "runsc"})]
    ["handler: Invalid: 'runsc': the handler cannot change; make another RuntimeClass"]
    """
    errors = [*validate_runtime_class(new, release=release)]
    before, after = RuntimeClass.from_json(old), RuntimeClass.from_json(new)
    errors += validate_object_meta_update(_metadata(new), _metadata(old), _METADATA)
    if before.handler != after.handler:
        errors.append(_handler_error(RuntimeClassRule.HANDLER_IMMUTABLE, after.handler))
    return tuple(errors)


def _metadata(obj: JSONObject) -> JSONObject:
    return mapping_at(root_object(obj), "metadata", ROOT) or {}


def _handler(handler: str, release: Release) -> Iterator[FieldError]:
    if not handler and EMPTY_HANDLER_REQUIRED in release:
        yield _handler_error(RuntimeClassRule.HANDLER_REQUIRED, handler, FieldErrorType.REQUIRED)
        return
    for rule in validate_dns1123_label(handler):
        yield _handler_error(_HANDLER_RULES[rule], handler)


def _handler_error(rule: RuntimeClassRule, handler: str, kind: FieldErrorType = FieldErrorType.INVALID) -> FieldError:
    return FieldError(_HANDLER, kind, rule, handler, rule.value)


def _scheduling(scheduling: RuntimeClassScheduling, release: Release) -> Iterator[FieldError]:
    yield from validate_labels(dict(scheduling.node_selector), _SELECTOR)
    path = _TOLERATIONS.child("tolerations") if DOUBLED_TOLERATIONS_PATH in release else _TOLERATIONS
    # Whatever the release and its gates know of comparing, a RuntimeClass does not.
    yield from validate_tolerations(scheduling.tolerations, path, comparison_operators=False, release=release)
    yield from _twice(scheduling.tolerations)


def _twice(tolerations: tuple[Toleration, ...]) -> Iterator[FieldError]:
    seen: set[tuple[str, str, str, str]] = set()
    for position, toleration in enumerate(tolerations):
        place = toleration.key, toleration.operator, toleration.value, toleration.effect
        if place in seen:
            rule = RuntimeClassRule.TOLERATION_TWICE
            yield FieldError(_TOLERATIONS.index(position), FieldErrorType.DUPLICATE, rule, str(toleration), rule.value)
        seen.add(place)
