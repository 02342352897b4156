"""The quality of service class of a pod: who is stopped first when a node runs out of memory.

Kubernetes computes it in ``ComputePodQOS`` (``pkg/apis/core/helper/qos/qos.go``) when a pod is created, and stores it in
``status.qosClass``. Only CPU and memory count, only quantities above zero, and never the overhead.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, Pod
from ..apimachinery.release import LATEST, Change, Release
from .pod_resources import Requirements, read_pod_resources
from .resource_lists import NO_RESOURCES, ResourceList, sum_resource_lists

__all__ = ["QOS_OF_THE_POD", "PodQOS", "QOSClass", "QOSReason", "pod_qos"]

QOS_OF_THE_POD = Change(
    since="1.32",
    gate="PodLevelResources",
    summary="where spec.resources is set, it alone decides the class of a pod, whatever its containers ask for",
)

_SPEC = ROOT.child("spec")

_COUNTED = ("cpu", "memory")


class QOSClass(enum.Enum):
    """The classes, from the one that is stopped last; the values are those of ``status.qosClass``."""

    GUARANTEED = "Guaranteed"
    BURSTABLE = "Burstable"
    BEST_EFFORT = "BestEffort"


class QOSReason(enum.Enum):
    """Why a pod has its class."""

    NOTHING_SET = "neither requests nor limits of CPU or memory are set"
    ALL_EQUAL = "limits of CPU and memory are set everywhere, and the requests are equal to them"
    LIMIT_MISSING = "a limit is missing"
    REQUEST_MISSING = "a resource is limited, and not requested"
    REQUEST_UNEQUAL = "what is requested is not what it is limited to"


@attrs.frozen
class PodQOS:
    """The class of a pod, and why.

    ``resource`` is the one that kept the pod from being guaranteed, empty where there is none. ``container`` and ``path`` are the name of
    the container that did, the first of several, and where it stands; requests are compared as sums, for the pod as a whole, which is
    the path ``spec``.
    """

    qos_class: QOSClass
    reason: QOSReason
    resource: str = ""
    container: str = ""
    path: FieldPath = _SPEC


@attrs.frozen
class _Holder:
    """Something that has resources: a container, or the pod as a whole."""

    name: str
    path: FieldPath
    resources: Requirements


def pod_qos(pod: Pod | JSONObject, *, release: Release = LATEST) -> PodQOS:
    """Return the quality of service class that a new pod gets, or the pods of a template.

    ``release`` is the API server's. App and init containers count. What ``status.qosClass`` says of a stored pod is not looked at, and
    nothing is filled in before: the API server copies limits to requests that are missing when it stores a pod.

    Raises ``MalformedObject`` where the pod could not be decoded, and ``QuantityTooLong`` where quantities are too far apart to be added.

    >>> def found(**resources):
    ...     pod = {"spec": {"containers": [{"name": "app", "resources": resources}]}}
    ...     return pod_qos(pod)
    >>> found(requests={"cpu": "1"}).qos_class, found(limits={"cpu": 1}, requests={"cpu": 1}).resource
    (<QOSClass.BURSTABLE: 'Burstable'>, 'memory')
    >>> found(requests={"cpu": "1", "memory": "1Gi"}, limits={"cpu": "1000m", "memory": "1024Mi"}).qos_class
    <QOSClass.GUARANTEED: 'Guaranteed'>
    """
    read = read_pod_resources(pod, release=release)
    if QOS_OF_THE_POD in release and read.resources is not None:
        holders = [_Holder("", _SPEC, read.resources)]
    else:
        holders = [_Holder(found.name, found.path, found.resources) for found in read.containers]
    requests = _sum(holder.resources.requests for holder in holders)
    limits = _sum(holder.resources.limits for holder in holders)
    if not requests and not limits:
        return PodQOS(QOSClass.BEST_EFFORT, QOSReason.NOTHING_SET)
    return _missing_limit(holders) or _unequal(requests, limits) or PodQOS(QOSClass.GUARANTEED, QOSReason.ALL_EQUAL)


def _sum(lists: Iterable[ResourceList | None]) -> ResourceList:
    return sum_resource_lists(*map(_counted, lists))


def _counted(resources: ResourceList | None) -> ResourceList:
    """Return what counts of a list."""
    if resources is None:
        return NO_RESOURCES
    return ResourceList({name: quantity for name in _COUNTED if (quantity := resources.get(name)) is not None and quantity.sign > 0})


def _missing_limit(holders: Sequence[_Holder]) -> PodQOS | None:
    for holder in holders:
        limits = _counted(holder.resources.limits)
        for name in _COUNTED:
            if name not in limits:
                return PodQOS(QOSClass.BURSTABLE, QOSReason.LIMIT_MISSING, name, holder.name, holder.path)
    return None


def _unequal(requests: ResourceList, limits: ResourceList) -> PodQOS | None:
    for name in _COUNTED:
        if name not in requests:
            return PodQOS(QOSClass.BURSTABLE, QOSReason.REQUEST_MISSING, name)
        if requests[name] != limits[name]:
            return PodQOS(QOSClass.BURSTABLE, QOSReason.REQUEST_UNEQUAL, name)
    return None
