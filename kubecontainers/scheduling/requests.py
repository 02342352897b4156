"""What a pod requests, and what limits it: the numbers that the scheduler, quotas and the kubelet count with.

First what the containers need together (``container_sums``), then what the pod asks for as a whole, which replaces that, then the overhead
of its sandbox, which is added. Kubernetes keeps the rules in ``PodRequests`` and ``PodLimits``
(``k8s.io/component-helpers/resource/helpers.go``, up to 1.31 ``pkg/api/v1/resource/helpers.go``).
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, Pod, root_object
from ..apimachinery.release import LATEST, Change, Release
from .container_sums import ContainerShare, ContainerStep, container_steps, sum_containers
from .pod_resources import PodResources, Side, pod_level_resources, read_pod_resources
from .resize import RESIZE_VIEWS, resized_containers, resized_pod
from .resize_views import reported_pod_total, resize_views, viewed_containers
from .resource_lists import (
    NO_RESOURCES,
    ResourceList,
    max_resource_lists,
    resource_list,
    sum_resource_lists,
    with_missing_resources,
)
from .resource_names import HUGE_PAGES_PREFIX

__all__ = [
    "CONTAINER_LEVEL_SKIPPED",
    "DEFAULT_OPTIONS",
    "POD_LEVEL_HUGE_PAGES",
    "PodRequests",
    "RequestOptions",
    "pod_requests",
]

POD_LEVEL_HUGE_PAGES = Change(since="1.33", summary="huge pages in spec.resources stand in the place of what the containers add up to, too")

CONTAINER_LEVEL_SKIPPED = Change(since="1.34", summary="the option skip_container_level_resources leaves out what the containers request")

_POD_LEVEL_NAMES = frozenset({"cpu", "memory"})


def _to_resource_list(resources: Mapping[str, object]) -> ResourceList:
    path = ROOT.child("nonMissingContainerRequests")
    return resource_list(root_object(resources, path), path)


@attrs.frozen(kw_only=True)
class RequestOptions:
    """How the resources of a pod are summed: the ``PodResourcesOptions`` of Kubernetes, whose names these are.

    ``use_status_resources``: count what the status reports of containers that are being resized in place; before 1.32 the option was
    called InPlacePodVerticalScalingEnabled. ``in_place_pod_level_resources_vertical_scaling_enabled``: with it, count what the status
    reports of the pod as a whole, too (since 1.35). ``exclude_overhead``: leave out ``spec.overhead``.
    ``non_missing_container_requests``: what each container requests of a resource that its requests do not name.
    ``skip_pod_level_resources``: leave out ``spec.resources`` (since 1.32). ``skip_container_level_resources``: leave out what the
    containers request, but not their limits (since 1.34). ``use_dra_node_allocatable_resource_claim_status``: add to the requests what
    resource claims take of the node's own resources (since 1.36). An option that a release does not know has no effect there.
    """

    use_status_resources: bool = False
    exclude_overhead: bool = False
    non_missing_container_requests: ResourceList = attrs.field(default=NO_RESOURCES, converter=_to_resource_list)
    skip_pod_level_resources: bool = False
    skip_container_level_resources: bool = False
    in_place_pod_level_resources_vertical_scaling_enabled: bool = False
    use_dra_node_allocatable_resource_claim_status: bool = False


DEFAULT_OPTIONS = RequestOptions()
"""The options as they are where none is set."""


@attrs.frozen
class PodRequests:
    """What a pod requests, and what limits it, each in the order of the names of the resources.

    ``request_shares`` and ``limit_shares`` are what counted for each container, the app containers first; steps show how they add up.
    There are none where the containers are left out, nor since 1.37 where their status counts: several sums are compared then.
    """

    requests: ResourceList
    limits: ResourceList
    request_shares: tuple[ContainerShare, ...] = ()
    limit_shares: tuple[ContainerShare, ...] = ()

    @property
    def request_steps(self) -> tuple[ContainerStep, ...]:
        """What is requested for each container in turn, as Kubernetes hands it to a ``ContainerFn`` up to 1.36; made anew each time."""
        return container_steps(self.request_shares)

    @property
    def limit_steps(self) -> tuple[ContainerStep, ...]:
        """What limits each container in turn, as Kubernetes hands it to a ``ContainerFn`` up to 1.36; made anew each time."""
        return container_steps(self.limit_shares)


def pod_requests(pod: Pod | JSONObject, *, options: RequestOptions = DEFAULT_OPTIONS, release: Release = LATEST) -> PodRequests:
    """Return what a pod, or a pod template, requests and what limits it.

    ``release`` is that of the component which counts: the scheduler, a quota, the kubelet. Nothing is filled in before: the API server
    copies a limit to a request that is missing when it stores a pod. Feature gates do not matter here; fields that are disabled have been
    dropped from a stored pod. What 1.37 does was read in v0.37.0-beta.0, and may change.

    Raises ``MalformedObject`` where the pod could not be decoded, and ``QuantityTooLong`` where quantities are too far apart to be added.

    >>> app = {"name": "app", "resources": {"requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}}}
    >>> found = pod_requests({"spec": {"containers": [app, app], "overhead": {"cpu": "10m", "memory": "1Mi"}}})
    >>> found.requests, found.limits
    (FrozenMap({'cpu': Quantity('510m'), 'memory': Quantity('129Mi')}), FrozenMap({'memory': Quantity('129Mi')}))
    """
    found = read_pod_resources(pod, release=release)
    request_shares, requested = _requested_by_containers(found, options, release)
    limit_shares, limited = _of_containers(found, Side.LIMITS, options, release)
    requests = _with_pod_level(requested, found, Side.REQUESTS, options, release)
    limits = _with_pod_level(limited, found, Side.LIMITS, options, release)
    if found.overhead is not None and not options.exclude_overhead:
        requests = sum_resource_lists(requests, found.overhead)
        limits = _with_overhead_on_limits(limits, found.overhead)
    return PodRequests(requests, limits, request_shares, limit_shares)


_Summed = tuple[tuple[ContainerShare, ...], ResourceList]
"""What counted for each container, where that is known, and the sum."""


def _requested_by_containers(pod: PodResources, options: RequestOptions, release: Release) -> _Summed:
    if options.skip_container_level_resources and CONTAINER_LEVEL_SKIPPED in release:
        return (), NO_RESOURCES
    shares, total = _of_containers(pod, Side.REQUESTS, options, release)
    if options.use_dra_node_allocatable_resource_claim_status:
        total = sum_resource_lists(total, *pod.status.claims)
    return shares, total


def _of_containers(pod: PodResources, side: Side, options: RequestOptions, release: Release) -> _Summed:
    if options.use_status_resources and RESIZE_VIEWS in release:
        return (), _largest_view(pod, side, options, release)
    counting = resized_containers(pod, side, release=release) if options.use_status_resources else _asked(pod, side)
    shares = _shares(pod, side, counting, options)
    return shares, sum_containers(shares)


def _largest_view(pod: PodResources, side: Side, options: RequestOptions, release: Release) -> ResourceList:
    totals: list[ResourceList] = []
    for view in resize_views(pod, side, release=release):
        by_pod = options.in_place_pod_level_resources_vertical_scaling_enabled
        total = reported_pod_total(pod, side, view) if by_pod else None
        if total is None:
            total = sum_containers(_shares(pod, side, viewed_containers(pod, side, view, release=release), options))
        totals.append(total)
    return max_resource_lists(*totals)


def _asked(pod: PodResources, side: Side) -> tuple[ResourceList, ...]:
    return tuple(container.resources.of(side) or NO_RESOURCES for container in pod.containers)


def _shares(pod: PodResources, side: Side, counting: tuple[ResourceList, ...], options: RequestOptions) -> tuple[ContainerShare, ...]:
    """Return the shares of the containers, for each of which a list counts, filled up to what is never missing from requests."""
    missing = options.non_missing_container_requests if side is Side.REQUESTS else NO_RESOURCES
    return tuple(
        ContainerShare(container.kind, container.name, with_missing_resources(resources, missing), container.restartable)
        for container, resources in zip(pod.containers, counting, strict=True)
    )


def _with_pod_level(total: ResourceList, pod: PodResources, side: Side, options: RequestOptions, release: Release) -> ResourceList:
    """Return the sum of the containers with the supported resources of the pod as a whole in their place, if it has any."""
    if options.skip_pod_level_resources or not _is_pod_level_set(pod, side, release):
        return total
    in_place = options.use_status_resources and options.in_place_pod_level_resources_vertical_scaling_enabled
    counting = resized_pod(pod, side, release=release) if in_place else pod_level_resources(pod, side)
    supported = {name: quantity for name, quantity in counting.items() if _is_supported(name, release)}
    return resource_list({**total, **supported})


def _is_pod_level_set(pod: PodResources, side: Side, release: Release) -> bool:
    """Tell whether the pod asks for something supported as a whole: for limits, requests count as well."""
    sides = (Side.REQUESTS,) if side is Side.REQUESTS else tuple(Side)
    return any(_is_supported(name, release) for one in sides for name in pod_level_resources(pod, one))


def _is_supported(name: str, release: Release) -> bool:
    return name in _POD_LEVEL_NAMES or (name.startswith(HUGE_PAGES_PREFIX) and POD_LEVEL_HUGE_PAGES in release)


def _with_overhead_on_limits(limits: ResourceList, overhead: ResourceList) -> ResourceList:
    """Return the limits with the overhead added to those that there are; one of 0 is none."""
    return sum_resource_lists(limits, {name: quantity for name, quantity in overhead.items() if limits.get(name)})
