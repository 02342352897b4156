"""Requests and limits that a variable can show: the downward API (``resourceFieldRef``).

The values are taken in ``pkg/api/v1/resource/helpers.go``, after ``pkg/kubelet/kubelet_resources.go`` has put the node's allocatable
resources in the place of limits that are not set.
"""

from __future__ import annotations

import math

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, Node, Pod, containers, mapping_at, root_object, text_at
from ..apimachinery.quantity import Quantity
from ..apimachinery.quantity_text import InvalidQuantity
from ..apimachinery.release import LATEST, Change, Release
from .failures import EnvironmentFailed, EnvironmentFailure

__all__ = ["POD_LEVEL_LIMITS", "downward_resource"]

POD_LEVEL_LIMITS = Change(
    since="1.34",
    gate="PodLevelResources",
    summary="a CPU or memory limit that a container does not set is shown as the pod's own, no longer as what the node can allocate",
)

_DEFAULTED = ("cpu", "memory", "ephemeral-storage")
"""The limits that are never shown as unset."""

_HUGE_PAGES = "hugepages-"
_POD_LEVEL = ("cpu", "memory")

_FIRST, _LAST = -(1 << 63), (1 << 63) - 1

_ZERO = Quantity.parse("0")
_ONE = Quantity.parse("1")


@attrs.frozen
class _Resource:
    """What a variable shows: ``limits`` or ``requests``, and the name of the resource."""

    kind: str
    name: str

    @classmethod
    def split(cls, resource: str) -> _Resource | None:
        """Return the parts, ``None`` where no variable can show the resource."""
        kind, _, name = resource.partition(".")
        known = kind in {"limits", "requests"} and (name in _DEFAULTED or name.startswith(_HUGE_PAGES))
        return cls(kind, name) if known else None

    @property
    def is_defaulted(self) -> bool:
        """Whether something else is shown where it is not set."""
        return self.kind == "limits" and self.name in _DEFAULTED


def downward_resource(
    pod: Pod | JSONObject,
    container: str | ContainerAt,
    selector: JSONObject,
    *,
    node: Node | JSONObject | None = None,
    path: FieldPath = ROOT,
    release: Release = LATEST,
) -> str:
    """Return the value that the kubelet gives to a variable with ``resourceFieldRef``.

    ``container`` is the container that has the variable, what ``containers`` yields for it or its name; ``selector`` is the reference with
    ``resource``, ``containerName`` and ``divisor``, and ``path`` where it stands. ``node``, the Node object, is needed always. ``release``
    is the node's.

    A limit that is not set is the node's; one of an init container that ``containerName`` names is 0. The result is rounded up, and, since
    Kubernetes divides floating-point numbers, exact up to 2^53. Beyond 64 bits, where its answer depends on the node's processor, this one
    is the largest or smallest number of 64 bits, and 0 for 0 divided by 0, as on arm64.

    Raises ``EnvironmentFailed``, and ``MalformedObject`` where the pod or the node could not be decoded.

    >>> pod = {"spec": {"containers": [{"name": "app", "resources": {"limits": {"cpu": "250m", "memory": "64Mi"}}}]}}
    >>> node = {"status": {"allocatable": {"cpu": "4", "memory": "8Gi"}}}
    >>> for divisor in ("1", "1m"):
    ...     print(downward_resource(pod, "app", {"resource": "limits.cpu", "divisor": divisor}, node=node))
    1
    250
    """
    resource, other = text_at(root_object(selector), "resource", path), text_at(selector, "containerName", path)
    if node is None:
        raise EnvironmentFailed(EnvironmentFailure.NODE_NOT_FOUND, path, resource)
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    found = _find(pod, other, (ContainerKind.APP, ContainerKind.INIT)) if other else _own(pod, container)
    if found is None:
        raise EnvironmentFailed(EnvironmentFailure.CONTAINER_NOT_FOUND, path, other or str(container))
    asked = _Resource.split(resource)
    if asked is None:
        raise EnvironmentFailed(EnvironmentFailure.RESOURCE_UNSUPPORTED, path, resource, "write limits.cpu, requests.memory or the like")
    quantity = _entry(found.container, "resources", asked.kind, asked.name, found.path) or _ZERO
    is_defaulted = asked.is_defaulted and (found.kind is ContainerKind.APP or not other)
    if is_defaulted and quantity.is_zero:
        quantity = _default_limit(spec, root_object(node), asked.name, release) or quantity
    return str(_divided(asked.name, quantity, _quantity(selector.get("divisor"), path.child("divisor"))))


def _own(pod: JSONObject, container: str | ContainerAt) -> ContainerAt | None:
    if isinstance(container, ContainerAt):
        return container
    return _find(pod, container, (ContainerKind.APP, ContainerKind.INIT, ContainerKind.EPHEMERAL))


def _find(pod: JSONObject, name: str, kinds: tuple[ContainerKind, ...]) -> ContainerAt | None:
    """Return the first container of a name, of the first of some kinds that has one."""
    listed = [found for found in containers(pod) if found.name == name]
    return next((found for kind in kinds for found in listed if found.kind is kind), None)


def _default_limit(spec: JSONObject, node: JSONObject, name: str, release: Release) -> Quantity | None:
    """Return what stands in for a limit that is not set, ``None`` where the node has nothing to say."""
    allocatable = _entry(node, "status", "allocatable", name, ROOT)
    if allocatable is None:
        return None
    if POD_LEVEL_LIMITS in release and name in _POD_LEVEL:
        of_pod = _entry(spec, "resources", "limits", name, ROOT.child("spec"))
        return allocatable if of_pod is None or of_pod.is_zero else of_pod
    return allocatable


def _entry(parent: JSONObject, outer: str, inner: str, name: str, at: FieldPath) -> Quantity | None:
    """Return the quantity of this name in a map two levels down, ``None`` where there is none."""
    held = mapping_at(parent, outer, at) or {}
    quantities = mapping_at(held, inner, at.child(outer)) or {}
    return _quantity(quantities[name], at.child(outer, inner).key(name)) if name in quantities else None


def _quantity(value: object, path: FieldPath) -> Quantity:
    try:
        return Quantity.from_json(value, path=path)
    except InvalidQuantity:
        pass
    raise MalformedObject(str(path), "a quantity", "another text")


def _divided(name: str, quantity: Quantity, divisor: Quantity) -> int:
    divisor = _ONE if divisor.is_zero else divisor
    if name == "cpu":
        return _ceiling(quantity.milli_value(), divisor.milli_value())
    return _ceiling(quantity.value(), divisor.value())


def _ceiling(dividend: int, divisor: int) -> int:
    """Return the quotient of two numbers of 64 bits, rounded up, as 64 bits hold it."""
    if not divisor:  # the divisor was too large: validation lets none pass
        return 0 if not dividend else _LAST if dividend > 0 else _FIRST
    return min(max(math.ceil(float(dividend) / float(divisor)), _FIRST), _LAST)
