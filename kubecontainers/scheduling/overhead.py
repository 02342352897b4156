"""The overhead of a pod, which is what its sandbox takes apart from its containers: its default, and its validation.

The overhead of a RuntimeClass is validated alike: both as the limits of a container, so that is what the paths of errors say. Kubernetes
keeps this in ``validateOverhead``, ``ValidateContainerResourceName`` and ``ValidateResourceQuantityValue``
(``pkg/apis/core/validation/validation.go``), and the default in ``SetDefaults_ResourceList`` (``pkg/apis/core/v1/defaults.go``). It is the
same from 1.27 on.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import ROOT, FieldChange, FieldError, FieldErrorType, FieldPath
from ..apimachinery.objects import JSONObject, Pod, mapping_at, root_object
from ..apimachinery.plain import PlainObject
from ..apimachinery.quantity import Quantity
from ..apimachinery.release import LATEST, Release
from .resource_lists import NO_RESOURCES, resource_list_at
from .resource_names import HUGE_PAGES_PREFIX, ResourceNameRule, huge_page_size, is_integer_resource, validate_resource_name

__all__ = [
    "CHECKED",
    "OverheadDefaultReason",
    "ResourceQuantityRule",
    "default_overhead",
    "has_coarse_overhead",
    "validate_overhead",
    "validate_resource_list",
]

CHECKED = CheckedFields(spec=frozenset({"overhead"}))
"""The field that these rules check."""

_WHOLE = 1000
"""As many thousandths as make a whole."""


class OverheadDefaultReason(enum.Enum):
    """Why a quantity of an overhead is changed."""

    FINER_THAN_MILLI = "the quantities of a pod are rounded up to thousandths"


class ResourceQuantityRule(enum.Enum):
    """A rule that the quantity of a resource, or a list of resources, can break; the values say what would be right."""

    NEGATIVE = "it must not be negative"
    NOT_WHOLE = "it must be a whole number"
    NOT_PAGES = "it must be a multiple of the size of a page, which must be a whole number of bytes"
    ONLY_HUGE_PAGES = "huge pages need cpu or memory beside them"


def default_overhead(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:  # noqa: ARG001  (as every default)
    """Return a pod, or a pod template, with the quantities of its overhead rounded up to thousandths, as the API server stores them.

    Those of a RuntimeClass are not rounded. The rule is the same in every ``release``. Raises ``MalformedObject``.

    >>> default_overhead({"spec": {"overhead": {"cpu": "1u", "memory": "0.5Gi"}}}).object
    {'spec': {'overhead': {'cpu': '1m', 'memory': '0.5Gi'}}}
    """
    spec, at = mapping_at(root_object(pod), "spec", ROOT) or {}, ROOT.child("spec")
    changes: list[FieldChange] = []
    for name, quantity in (resource_list_at(spec, "overhead", at) or NO_RESOURCES).items():
        rounded, exact = quantity.round_up_milli()
        if not exact:
            path = at.child("overhead").key(name)
            changes.append(FieldChange(path, quantity.to_json(), rounded.to_json(), OverheadDefaultReason.FINER_THAN_MILLI))
    return ChangedObject(with_changes(pod, changes), tuple(changes))


def has_coarse_overhead(spec: PlainObject) -> bool:
    """Return whether the overhead in the spec of a pod surely is in whole thousandths, or there is none.

    >>> has_coarse_overhead({"overhead": {"cpu": "250m", "memory": "120Mi"}}), has_coarse_overhead({"overhead": {"cpu": "0.25"}})
    (True, False)
    """
    overhead = spec.get("overhead")
    if overhead is None:
        return True
    if type(overhead) is not dict:
        return False
    return all(type(quantity) is str and _COARSE.fullmatch(quantity) is not None for quantity in overhead.values())


_COARSE = re.compile("[0-9]{1,15}(?:m|[kMG]|[KMG]i)?", re.ASCII)


def validate_overhead(spec: JSONObject, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the errors of ``overhead`` in the ``spec`` of a pod, which stands at ``path``.

    The quantities count as they are written; what the API server validates is rounded already. Raises ``MalformedObject``.

    >>> [str(error) for error in validate_overhead({"overhead": {"cpu": "-1"}}, ROOT.child("spec"))]
    ["spec.overhead.limits[cpu]: Invalid: '-1': it must not be negative"]
    """
    overhead = resource_list_at(root_object(spec), "overhead", path)
    return () if overhead is None else validate_resource_list(overhead, path.child("overhead"))


def validate_resource_list(resources: Mapping[str, Quantity], path: FieldPath) -> tuple[FieldError, ...]:
    """Return the errors of resources that are validated as the limits of what stands at ``path``: an overhead, of a pod or of a class.

    The resources are taken in the order of the list; Kubernetes has none. Each error of a resource carries a ``ResourceNameRule`` or a
    ``ResourceQuantityRule``. A quantity is compared as 64 bits hold it, so that ``3Ei`` of what is counted is no whole number.

    >>> from kubecontainers.scheduling.resource_lists import resource_list
    >>> found = validate_resource_list(resource_list({"gpu": "1", "hugepages-2Mi": "3Mi"}), ROOT.child("overhead"))
    >>> for error in found:
    ...     print(error.path, error.type.value, error.rule.name)
    overhead.limits[gpu] Invalid NOT_STANDARD
    overhead.limits[gpu] Invalid NOT_OF_CONTAINERS
    overhead.limits[hugepages-2Mi] Invalid NOT_PAGES
    overhead Forbidden ONLY_HUGE_PAGES
    """
    errors: list[FieldError] = []
    for name, quantity in resources.items():
        at = path.child("limits").key(name)
        errors += (_invalid(at, rule, name) for rule in validate_resource_name(name))
        errors += (_invalid(at, rule, quantity.to_json()) for rule in _broken(name, quantity))
    pages = any(name.startswith(HUGE_PAGES_PREFIX) for name in resources)
    if pages and "cpu" not in resources and "memory" not in resources:
        rule = ResourceQuantityRule.ONLY_HUGE_PAGES
        errors.append(FieldError(path, FieldErrorType.FORBIDDEN, rule, detail=rule.value))
    return tuple(errors)


def _invalid(path: FieldPath, rule: ResourceNameRule | ResourceQuantityRule, value: str) -> FieldError:
    return FieldError(path, FieldErrorType.INVALID, rule, value, rule.value)


def _broken(name: str, quantity: Quantity) -> Iterator[ResourceQuantityRule]:
    if quantity.sign < 0:
        yield ResourceQuantityRule.NEGATIVE
    if is_integer_resource(name) and quantity.milli_value() % _WHOLE:
        yield ResourceQuantityRule.NOT_WHOLE
    if name.startswith(HUGE_PAGES_PREFIX) and not _is_whole_pages(name, quantity):
        yield ResourceQuantityRule.NOT_PAGES


def _is_whole_pages(name: str, quantity: Quantity) -> bool:
    size = huge_page_size(name)
    if size is None or size.sign <= 0 or size.milli_value() % _WHOLE:
        return False
    page = size.value()  # 0 where 64 bits hold nothing of it: there Kubernetes fails without an answer
    return page != 0 and quantity.value() % page == 0
