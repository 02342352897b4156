"""What counts for a pod that is being resized in place: what it asks for, what the node has set aside, what it runs with.

Kubernetes keeps the rule in ``k8s.io/component-helpers/resource/helpers.go`` (``determineContainerReqs``, ``determineContainerLimits``),
up to 1.31 in ``pkg/api/v1/resource/helpers.go``. Until a resize is done, the largest of these counts; what the node can never give does
not count. Since 1.37 the pod is summed in another way: see ``resize_views``.
"""

from __future__ import annotations

from ..apimachinery.objects import ContainerKind
from ..apimachinery.quantity import Quantity
from ..apimachinery.release import LATEST, Change, Release
from .pod_resources import ContainerResources, PodResources, PodResourcesStatus, ReportedContainer, Side, pod_level_resources
from .resource_lists import NO_RESOURCES, ResourceList, max_resource_lists

__all__ = ["REPORTED_RESOURCES", "RESIZE_CONDITION", "RESIZE_VIEWS", "is_resize_infeasible", "resized_containers", "resized_pod"]

REPORTED_RESOURCES = Change(
    since="1.32",
    summary="of a container that is resized, the resources that its status reports count, limits too, and no longer allocatedResources",
)

RESIZE_CONDITION = Change(
    since="1.33",
    summary="allocatedResources count beside the reported resources, sidecars can be resized, and the condition PodResizePending says "
    "whether a resize is infeasible, no longer status.resize",
)

RESIZE_VIEWS = Change(
    since="1.37",
    summary="while a pod is resized, its containers are summed as asked for, as set aside and as running, and the largest sum counts; "
    "that is no longer the sum of what is largest for each container",
)

_ZERO = Quantity.from_json(None)


def is_resize_infeasible(status: PodResourcesStatus, *, release: Release = LATEST) -> bool:
    """Return whether the node can never give what the pod asks for, so that what it asks for does not count.

    >>> is_resize_infeasible(PodResourcesStatus(resize_condition_infeasible=True))
    True
    """
    return status.resize_condition_infeasible if RESIZE_CONDITION in release else status.resize_infeasible


def resized_containers(pod: PodResources, side: Side, *, release: Release = LATEST) -> tuple[ResourceList, ...]:
    """Return the requests or limits that count for each container of a pod up to 1.36, in the order of ``pod.containers``.

    An init container that is no sidecar cannot be resized. Where the status names a container twice, the last entry counts.

    >>> from kubecontainers.scheduling.pod_resources import read_pod_resources
    >>> spec = {"containers": [{"name": "app", "resources": {"requests": {"cpu": "1"}}}]}
    >>> status = {"containerStatuses": [{"name": "app", "resources": {"requests": {"cpu": "2"}}}]}
    >>> resized_containers(read_pod_resources({"spec": spec, "status": status}), Side.REQUESTS)
    (FrozenMap({'cpu': Quantity('2')}),)
    """
    status = pod.status
    known = (*status.containers, *status.init_containers) if RESIZE_CONDITION in release else status.containers
    reported = {found.name: found for found in known}
    infeasible = is_resize_infeasible(status, release=release)

    def counting(container: ContainerResources) -> ResourceList:
        spec = container.resources.of(side) or NO_RESOURCES
        found = reported.get(container.name) if _can_be_resized(container, release) else None
        beside = None if found is None else _beside_spec(found, side, release)
        if beside is None:
            return spec
        asked = () if infeasible else (spec,)
        # Of equal quantities, the first is taken.
        return max_resource_lists(*asked, *beside) if RESIZE_CONDITION in release else max_resource_lists(*beside, *asked)

    return tuple(map(counting, pod.containers))


def _can_be_resized(container: ContainerResources, release: Release) -> bool:
    return container.kind is ContainerKind.APP or (container.restartable and RESIZE_CONDITION in release)


def _beside_spec(reported: ReportedContainer, side: Side, release: Release) -> tuple[ResourceList, ...] | None:
    """Return the lists of a container's status that count; ``None`` where the spec counts, whether the resize is feasible or not."""
    if REPORTED_RESOURCES not in release:
        return (reported.allocated or NO_RESOURCES,) if side is Side.REQUESTS else None
    if reported.resources is None:
        return None
    found = reported.resources.of(side) or NO_RESOURCES
    allocated = side is Side.REQUESTS and RESIZE_CONDITION in release
    return (found, reported.allocated or NO_RESOURCES) if allocated else (found,)


def resized_pod(pod: PodResources, side: Side, *, release: Release = LATEST) -> ResourceList:
    """Return the requests or limits that count for a pod as a whole, where it has any and its status counts.

    Up to 1.36 they have the names that the pod asks for, and 0 is left where that does not count and nothing else is known. Since 1.37
    they have those of its status as well, so that what the status says of a resource replaces the sum of the containers.

    >>> from kubecontainers.scheduling.pod_resources import read_pod_resources
    >>> status = {"resources": {"requests": {"cpu": "2"}}, "allocatedResources": {"cpu": "3", "memory": "1Gi"}}
    >>> pod = read_pod_resources({"spec": {"resources": {"requests": {"cpu": "1"}}}, "status": status})
    >>> resized_pod(pod, Side.REQUESTS)
    FrozenMap({'cpu': Quantity('3')})
    """
    spec, status = pod_level_resources(pod, side), pod.status
    if status.resources is None:
        return spec
    reported = status.resources.of(side)
    if reported is None and side is Side.LIMITS and RESIZE_VIEWS not in release:
        return spec
    asked = NO_RESOURCES if is_resize_infeasible(status, release=release) else spec
    allocated = status.allocated if side is Side.REQUESTS else None
    largest = max_resource_lists(asked, reported or NO_RESOURCES, allocated or NO_RESOURCES)
    return largest if RESIZE_VIEWS in release else ResourceList({name: largest.get(name, _ZERO) for name in spec})
