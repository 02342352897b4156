"""Names of resources: those that a container can have, those that are counted in whole numbers, and huge pages.

Kubernetes keeps the rules in ``validateContainerResourceName`` (``pkg/apis/core/validation/validation.go``) and in
``pkg/apis/core/helper/helpers.go`` (``IsStandardResourceName``, ``IsExtendedResourceName``, ``HugePageSizeFromResourceName``). They are
the same from 1.27 on.
"""

from __future__ import annotations

import enum

from ..apimachinery.names import NameRule, validate_qualified_name
from ..apimachinery.quantity import Quantity
from ..apimachinery.quantity_text import InvalidQuantity

__all__ = ["HUGE_PAGES_PREFIX", "ResourceNameRule", "huge_page_size", "is_integer_resource", "validate_resource_name"]

HUGE_PAGES_PREFIX = "hugepages-"
"""What the names of huge pages begin with; the size of a page follows."""

_REQUESTS = "requests."
_NATIVE = "kubernetes.io/"

_OF_CONTAINERS = frozenset({"cpu", "memory", "ephemeral-storage"})
_COUNTS = frozenset(
    {
        "configmaps",
        "persistentvolumeclaims",
        "pods",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "services",
        "services.loadbalancers",
        "services.nodeports",
    }
)
_STORAGE = frozenset({"storage", "requests.storage"})
_OF_QUOTAS = frozenset(f"{side}.{name}" for side in ("requests", "limits") for name in _OF_CONTAINERS)
_STANDARD = _OF_CONTAINERS | _COUNTS | _STORAGE | _OF_QUOTAS


class ResourceNameRule(enum.Enum):
    """A rule that the name of a resource can break; the values say what would be right."""

    PARTS = "it may have one '/'"
    PREFIX_EMPTY = "there must be something before the '/'"
    PREFIX_TOO_LONG = "before the '/' there may be at most 253 characters"
    PREFIX_FORMAT = "before the '/' there must be a DNS name"
    NAME_EMPTY = "it must have a name"
    NAME_TOO_LONG = "the name may have at most 63 characters"
    NAME_FORMAT = "the name may have letters, digits and, inside, '-', '_' and '.'"
    NOT_STANDARD = "it must be a standard resource, or have a prefix: example.com/name"
    NOT_OF_CONTAINERS = "it must be cpu, memory, ephemeral-storage or huge pages, or have a prefix: example.com/name"
    NOT_EXTENDED = "a name with a prefix may not begin with 'requests.', and must leave room for that before it"


_QUALIFIED = {
    NameRule.PARTS: ResourceNameRule.PARTS,
    NameRule.PREFIX_EMPTY: ResourceNameRule.PREFIX_EMPTY,
    NameRule.PREFIX_TOO_LONG: ResourceNameRule.PREFIX_TOO_LONG,
    NameRule.PREFIX_FORMAT: ResourceNameRule.PREFIX_FORMAT,
    NameRule.NAME_EMPTY: ResourceNameRule.NAME_EMPTY,
    NameRule.NAME_TOO_LONG: ResourceNameRule.NAME_TOO_LONG,
    NameRule.NAME_FORMAT: ResourceNameRule.NAME_FORMAT,
}


def validate_resource_name(name: str) -> tuple[ResourceNameRule, ...]:
    """Return the rules for the name of a container's resource that ``name`` breaks, in Kubernetes' order; none where it is valid.

    >>> validate_resource_name("nvidia.com/gpu"), [rule.name for rule in validate_resource_name("gpu")]
    ((), ['NOT_STANDARD', 'NOT_OF_CONTAINERS'])
    """
    broken = tuple(_QUALIFIED[rule] for rule in validate_qualified_name(name))
    if "/" in name:
        return broken if _NATIVE in name or _is_extended(name) else (*broken, ResourceNameRule.NOT_EXTENDED)
    pages = name.startswith(HUGE_PAGES_PREFIX)
    if not broken and not pages and name not in _STANDARD and not name.startswith(_REQUESTS + HUGE_PAGES_PREFIX):
        broken = (ResourceNameRule.NOT_STANDARD,)
    return broken if pages or name in _OF_CONTAINERS else (*broken, ResourceNameRule.NOT_OF_CONTAINERS)


def is_integer_resource(name: str) -> bool:
    """Return whether there are only whole numbers of a resource: of objects that are counted, and of what is not Kubernetes' own.

    >>> is_integer_resource("nvidia.com/gpu"), is_integer_resource("pods"), is_integer_resource("cpu")
    (True, True, False)
    """
    return name in _COUNTS or _is_extended(name)


def _is_extended(name: str) -> bool:
    """Tell whether this is a resource that is not Kubernetes' own, and that a quota can name with ``requests.`` before it."""
    native = "/" not in name or _NATIVE in name
    return not native and not name.startswith(_REQUESTS) and not validate_qualified_name(_REQUESTS + name)


def huge_page_size(name: str) -> Quantity | None:
    """Return the size of a page from the name of a resource; ``None`` where it names no huge pages, or no size.

    >>> huge_page_size("hugepages-2Mi"), huge_page_size("hugepages-large"), huge_page_size("memory")
    (Quantity('2Mi'), None, None)
    """
    if not name.startswith(HUGE_PAGES_PREFIX):
        return None
    try:
        return Quantity.parse(name.removeprefix(HUGE_PAGES_PREFIX))
    except InvalidQuantity:
        return None
