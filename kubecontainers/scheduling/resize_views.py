"""The sums of a pod that is being resized in place, as 1.37 makes them: of what it asks for, of what is set aside, of what runs.

Each of these views is summed over all containers, and the largest sum counts. Kubernetes keeps the rule in
``k8s.io/component-helpers/resource/helpers.go`` (``aggregateContainerResourcesByFn``). It was read in v0.37.0-beta.0 and compared with
answers of that; the release may bring another.
"""

from __future__ import annotations

import enum

from ..apimachinery.release import LATEST, Release
from .pod_resources import ContainerResources, PodResources, ReportedContainer, Side
from .resize import is_resize_infeasible
from .resource_lists import NO_RESOURCES, ResourceList

__all__ = ["ResizeView", "reported_pod_total", "resize_views", "viewed_containers"]


class ResizeView(enum.Enum):
    """One way to look at a pod that is being resized."""

    SPEC = "what the containers ask for"
    ACTUATED = "what the containers run with"
    ALLOCATED = "what the node has set aside for the containers"


def resize_views(pod: PodResources, side: Side, *, release: Release = LATEST) -> tuple[ResizeView, ...]:
    """Return the views that count: limits are not set aside, and what can never be given does not count.

    >>> [view.name for view in resize_views(PodResources(), Side.REQUESTS)]
    ['SPEC', 'ACTUATED', 'ALLOCATED']
    """
    asked = () if is_resize_infeasible(pod.status, release=release) else (ResizeView.SPEC,)
    set_aside = (ResizeView.ALLOCATED,) if side is Side.REQUESTS else ()
    return (*asked, ResizeView.ACTUATED, *set_aside)


def viewed_containers(pod: PodResources, side: Side, view: ResizeView, *, release: Release = LATEST) -> tuple[ResourceList, ...]:
    """Return the requests or limits of each container in one view, in the order of ``pod.containers``.

    Where the status says nothing of a container, what the container asks for stands in, if that counts at all. Where the status names a
    container twice, the first entry counts, and an app container's before an init container's.

    >>> from kubecontainers.scheduling.pod_resources import read_pod_resources
    >>> spec = {"containers": [{"name": "app", "resources": {"requests": {"cpu": "1"}}}]}
    >>> status = {"containerStatuses": [{"name": "app", "allocatedResources": {"cpu": "2"}}]}
    >>> pod = read_pod_resources({"spec": spec, "status": status})
    >>> viewed_containers(pod, Side.REQUESTS, ResizeView.SPEC), viewed_containers(pod, Side.REQUESTS, ResizeView.ALLOCATED)
    ((FrozenMap({'cpu': Quantity('1')}),), (FrozenMap({'cpu': Quantity('2')}),))
    """
    reported = {found.name: found for found in reversed((*pod.status.containers, *pod.status.init_containers))}
    infeasible = is_resize_infeasible(pod.status, release=release)

    def viewed(container: ContainerResources) -> ResourceList:
        asked = container.resources.of(side)
        if view is ResizeView.SPEC:
            return asked or NO_RESOURCES
        found = reported.get(container.name)
        known = None if found is None else _known(found, side, view)
        return (None if infeasible else asked) or NO_RESOURCES if known is None else known

    return tuple(map(viewed, pod.containers))


def _known(reported: ReportedContainer, side: Side, view: ResizeView) -> ResourceList | None:
    if view is ResizeView.ACTUATED and reported.resources is not None:
        running = reported.resources.of(side)
        if running is not None:
            return running
    return reported.allocated if side is Side.REQUESTS else None


def reported_pod_total(pod: PodResources, side: Side, view: ResizeView) -> ResourceList | None:
    """Return the sum that the status of a pod reports of itself for a view; ``None`` where the containers have to be summed.

    >>> from kubecontainers.scheduling.pod_resources import read_pod_resources
    >>> pod = read_pod_resources({"status": {"resources": {"requests": {"cpu": "2"}}, "allocatedResources": {"cpu": "3"}}})
    >>> reported_pod_total(pod, Side.REQUESTS, ResizeView.ACTUATED), reported_pod_total(pod, Side.REQUESTS, ResizeView.SPEC)
    (FrozenMap({'cpu': Quantity('2')}), None)
    """
    status = pod.status
    if view is ResizeView.SPEC or status.resources is None:
        return None
    if side is Side.LIMITS:
        return status.resources.limits
    if status.resources.requests is None or status.allocated is None:  # these count together or not at all
        return None
    return status.resources.requests if view is ResizeView.ACTUATED else status.allocated
