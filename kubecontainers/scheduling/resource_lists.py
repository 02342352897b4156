"""Lists of resources, how much there is of each, and how Kubernetes adds and compares them.

Kubernetes keeps the rules beside the sums that need them (``addResourceList``, ``maxResourceList`` and ``applyNonMissing`` in
``k8s.io/component-helpers/resource/helpers.go``, up to 1.31 ``pkg/api/v1/resource/helpers.go``). A quantity that stands alone keeps the
text in which it was written; one that something was added to has the canonical text, even where that something is 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, mapping_at
from ..apimachinery.quantity import Quantity
from ..apimachinery.quantity_text import InvalidQuantity
from ..golang.text import to_text

__all__ = [
    "NO_RESOURCES",
    "ResourceList",
    "max_resource_lists",
    "resource_list",
    "resource_list_at",
    "sum_resource_lists",
    "with_missing_resources",
]

ResourceList = FrozenMap[str, Quantity]
"""How much of each resource, by name, in the order of the names, in which Kubernetes writes it."""

NO_RESOURCES: ResourceList = FrozenMap({})
"""The empty list."""

_ZERO = Quantity.from_json(None)


def resource_list(resources: Mapping[str, object], path: FieldPath = ROOT) -> ResourceList:
    """Return the resource list that a JSON object is.

    Its values are quantities, as text or as numbers; a ``Quantity`` is taken as it is. ``path`` is where the object stands. Raises
    ``MalformedObject`` with the path of the first value that is no quantity: an object that has one is not decoded.

    >>> resource_list({"memory": "64Mi", "cpu": 1})
    FrozenMap({'cpu': Quantity('1'), 'memory': Quantity('64Mi')})
    """
    read = {to_text(name): _quantity(value, path, name) for name, value in resources.items()}
    return _ordered(read)


def resource_list_at(parent: JSONObject, key: str, path: FieldPath) -> ResourceList | None:
    """Return the resource list in the field ``key`` of ``parent``, which stands at ``path``; ``None`` where there is none.

    An empty list is not the same as none. Raises ``MalformedObject``.

    >>> resource_list_at({"limits": {"cpu": "500m"}}, "limits", ROOT), resource_list_at({"limits": None}, "limits", ROOT)
    (FrozenMap({'cpu': Quantity('500m')}), None)
    """
    found = mapping_at(parent, key, path)
    return None if found is None else resource_list(found, path.child(key))


def _quantity(value: object, path: FieldPath, name: str) -> Quantity:
    if isinstance(value, Quantity):
        return value
    try:
        return Quantity.from_json(value) if isinstance(value, str) else Quantity.from_json(value, path=path.key(to_text(name)))
    except InvalidQuantity:
        pass
    raise MalformedObject(str(path.key(to_text(name))), "a quantity", "another text")


def sum_resource_lists(*lists: Mapping[str, Quantity]) -> ResourceList:
    """Return the sum of resource lists: of every resource that is in one of them, all that there is.

    Raises ``QuantityTooLong`` where two quantities are too far apart to be written as one number.

    >>> sum_resource_lists({"cpu": Quantity.parse("0.5")}, {"cpu": Quantity.parse("250m"), "memory": Quantity.parse("0.5")})
    FrozenMap({'cpu': Quantity('750m'), 'memory': Quantity('500m')})
    """
    total: dict[str, Quantity] = {}
    for resources in lists:
        for name, quantity in resources.items():
            before = total.get(name)
            total[name] = quantity if before is None else before + quantity
    return _ordered(total)


def max_resource_lists(*lists: Mapping[str, Quantity]) -> ResourceList:
    """Return the largest quantity of every resource that is in one of the lists; of equal ones, that of the first list.

    >>> max_resource_lists({"cpu": Quantity.parse("1")}, {"cpu": Quantity.parse("1000m"), "memory": Quantity.parse("1Gi")})
    FrozenMap({'cpu': Quantity('1'), 'memory': Quantity('1Gi')})
    """
    largest: dict[str, Quantity] = {}
    for resources in lists:
        for name, quantity in resources.items():
            before = largest.get(name)
            if before is None or quantity > before:
                largest[name] = quantity
    return _ordered(largest)


def with_missing_resources(resources: ResourceList, missing: ResourceList) -> ResourceList:
    """Return the list with the quantities of ``missing`` for the names that it has not, in their canonical text.

    >>> with_missing_resources(resource_list({"cpu": "0"}), resource_list({"cpu": "0.1", "memory": "0.5Gi"}))
    FrozenMap({'cpu': Quantity('0'), 'memory': Quantity('512Mi')})
    """
    added = {name: _ZERO + quantity for name, quantity in missing.items() if name not in resources}
    return _ordered({**resources, **added}) if added else resources


def _ordered(resources: dict[str, Quantity]) -> ResourceList:
    return FrozenMap(dict(sorted(resources.items(), key=lambda entry: entry[0])))
