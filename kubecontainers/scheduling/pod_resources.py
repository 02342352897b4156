"""All that a pod says of its resources: what its containers ask for, what it asks for as a whole, and what its status reports.

The fields are those of ``k8s.io/api/core/v1``; one that a release does not know yet is passed over, as decoding does there.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import ContainerKind, JSONObject, Pod, mapping_at, objects_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from .resource_lists import NO_RESOURCES, ResourceList, resource_list_at

__all__ = [
    "POD_LEVEL_RESIZE",
    "POD_LEVEL_RESOURCES",
    "RESOURCE_CLAIMS",
    "SIDECARS",
    "ContainerResources",
    "PodResources",
    "PodResourcesStatus",
    "ReportedContainer",
    "Requirements",
    "Side",
    "pod_level_resources",
    "read_pod_resources",
]

SIDECARS = Change(
    since="1.28",
    summary="an init container that always restarts counts beside the app containers, and beside the init containers after it",
)

POD_LEVEL_RESOURCES = Change(
    since="1.32",
    summary="requests and limits of CPU and memory in spec.resources stand in the place of what the containers add up to",
)

POD_LEVEL_RESIZE = Change(
    since="1.35",
    summary="a pod's own status.resources and status.allocatedResources are known, and can count beside its spec.resources",
)

RESOURCE_CLAIMS = Change(
    since="1.36",
    summary="what resource claims take of a node's own resources is known from the pod's status, and can be added to its requests",
)

_SPEC, _STATUS = ROOT.child("spec"), ROOT.child("status")
_RESIZE_PENDING = "PodResizePending"
_INFEASIBLE = "Infeasible"
_ALWAYS = "Always"


class Side(enum.Enum):
    """What is summed; the values are the fields of ``resources``."""

    REQUESTS = "requests"
    LIMITS = "limits"


@attrs.frozen
class Requirements:
    """``resources`` of a container, a pod, or the status of one; a list that is ``None`` is not set, which is not the same as empty."""

    requests: ResourceList | None = None
    limits: ResourceList | None = None

    def of(self, side: Side) -> ResourceList | None:
        """Return the requests or the limits."""
        return self.requests if side is Side.REQUESTS else self.limits


@attrs.frozen
class ContainerResources:
    """What a container asks for; ``restartable`` says that it is a sidecar: an init container that always restarts."""

    kind: ContainerKind
    name: str
    path: FieldPath
    resources: Requirements = Requirements()
    restartable: bool = False


@attrs.frozen
class ReportedContainer:
    """What the status says of a container: the resources that it has, where they are reported, and those that the node has set aside."""

    name: str
    resources: Requirements | None = None
    allocated: ResourceList | None = None


@attrs.frozen
class PodResourcesStatus:
    """What the status of a pod says of its resources.

    ``containers`` and ``init_containers`` are told apart as they are in the status. ``resources`` and ``allocated`` are those of the pod as
    a whole, ``claims`` what its resource claims take of the node's own resources. ``resize_infeasible`` is what ``status.resize`` says,
    ``resize_condition_infeasible`` what the condition that replaced it says: the node can never give what the pod was resized to.
    """

    containers: tuple[ReportedContainer, ...] = ()
    init_containers: tuple[ReportedContainer, ...] = ()
    resources: Requirements | None = None
    allocated: ResourceList | None = None
    claims: tuple[ResourceList, ...] = ()
    resize_infeasible: bool = False
    resize_condition_infeasible: bool = False


@attrs.frozen
class PodResources:
    """What a pod says of its resources.

    ``containers`` are the app containers and, after them, the init containers. ``resources`` are those of the pod as a whole.
    """

    containers: tuple[ContainerResources, ...] = ()
    resources: Requirements | None = None
    overhead: ResourceList | None = None
    status: PodResourcesStatus = PodResourcesStatus()


def read_pod_resources(pod: Pod | JSONObject, *, release: Release = LATEST) -> PodResources:
    """Return what a pod, or a pod template, says of its resources.

    ``release`` is that of the component which reads it. Ephemeral containers have no resources. Raises ``MalformedObject`` where a field
    that the release knows cannot be decoded, wherever it stands.

    >>> app = {"name": "app", "resources": {"requests": {"cpu": "250m"}}}
    >>> read_pod_resources({"spec": {"containers": [app]}}).containers[0].resources.requests
    FrozenMap({'cpu': Quantity('250m')})
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    return PodResources(
        containers=tuple(_containers(spec, release)),
        resources=_requirements(spec, "resources", _SPEC) if POD_LEVEL_RESOURCES in release else None,
        overhead=resource_list_at(spec, "overhead", _SPEC),
        status=_status(mapping_at(pod, "status", ROOT) or {}, release),
    )


def pod_level_resources(pod: PodResources, side: Side) -> ResourceList:
    """Return the requests or limits of a pod as a whole, empty where it has none.

    >>> pod_level_resources(PodResources(), Side.REQUESTS)
    FrozenMap({})
    """
    return (None if pod.resources is None else pod.resources.of(side)) or NO_RESOURCES


def _containers(spec: JSONObject, release: Release) -> Iterator[ContainerResources]:
    for kind in (ContainerKind.APP, ContainerKind.INIT):
        for at, container in objects_at(spec, kind.value, _SPEC):
            always = SIDECARS in release and text_at(container, "restartPolicy", at) == _ALWAYS
            resources = _requirements(container, "resources", at) or Requirements()
            restartable = always and kind is ContainerKind.INIT
            yield ContainerResources(kind, text_at(container, "name", at), at, resources, restartable)


def _requirements(parent: JSONObject, key: str, path: FieldPath) -> Requirements | None:
    found, at = mapping_at(parent, key, path), path.child(key)
    if found is None:
        return None
    return Requirements(resource_list_at(found, "requests", at), resource_list_at(found, "limits", at))


def _status(status: JSONObject, release: Release) -> PodResourcesStatus:
    by_pod = POD_LEVEL_RESIZE in release
    return PodResourcesStatus(
        containers=tuple(_reported(status, "containerStatuses")),
        init_containers=tuple(_reported(status, "initContainerStatuses")),
        resources=_requirements(status, "resources", _STATUS) if by_pod else None,
        allocated=resource_list_at(status, "allocatedResources", _STATUS) if by_pod else None,
        claims=tuple(_claims(status)) if RESOURCE_CLAIMS in release else (),
        resize_infeasible=text_at(status, "resize", _STATUS) == _INFEASIBLE,
        resize_condition_infeasible=_condition_says_infeasible(status),
    )


def _reported(status: JSONObject, key: str) -> Iterator[ReportedContainer]:
    for at, reported in objects_at(status, key, _STATUS):
        resources = _requirements(reported, "resources", at)
        yield ReportedContainer(text_at(reported, "name", at), resources, resource_list_at(reported, "allocatedResources", at))


def _claims(status: JSONObject) -> Iterator[ResourceList]:
    for at, claim in objects_at(status, "nodeAllocatableResourceClaimStatuses", _STATUS):
        resources = resource_list_at(claim, "resources", at)
        if resources is not None:
            yield resources


def _condition_says_infeasible(status: JSONObject) -> bool:
    """Tell whether the first condition about a resize that is still to come says so; others of the type do not count."""
    reasons = [
        text_at(condition, "reason", at)
        for at, condition in objects_at(status, "conditions", _STATUS)
        if text_at(condition, "type", at) == _RESIZE_PENDING
    ]
    return reasons[:1] == [_INFEASIBLE]
