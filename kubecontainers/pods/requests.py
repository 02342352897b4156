"""Requests that a pod does not write because its limits say them.

The API server fills them in for pods, and not for templates (``SetDefaults_Pod`` in ``pkg/apis/core/v1/defaults.go``): of every app and
init container, a request for each resource that has a limit and no request. What pods as a whole request is not covered.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.fields import FieldChange
from ..apimachinery.objects import ContainerKind, JSONObject, Pod, mapping_at, pod_spec, spec_objects
from ..apimachinery.plain import PlainObject
from ..apimachinery.release import LATEST, Release

__all__ = ["RequestDefaultReason", "default_requests", "has_requests"]


class RequestDefaultReason(enum.Enum):
    """Why a request is filled in."""

    LIMIT = "a container requests what it is limited to"


_NONE: PlainObject = {}
_LIMITED = (ContainerKind.INIT.value, ContainerKind.APP.value)


def default_requests(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:  # noqa: ARG001  (as every default)
    """Fill in the requests of a pod's containers where there is only a limit.

    Raises ``MalformedObject``.

    >>> pod = {"spec": {"containers": [{"name": "app", "resources": {"limits": {"cpu": "1"}}}]}}
    >>> default_requests(pod).object
    {'spec': {'containers': [{'name': 'app', 'resources': {'limits': {'cpu': '1'}, 'requests': {'cpu': '1'}}}]}}
    """
    changes = tuple(_missing(pod))
    return ChangedObject(with_changes(pod, changes), changes)


def has_requests(container: PlainObject) -> bool:
    """Return whether a container surely requests all that it limits, whatever its kind.

    >>> has_requests({"resources": {"limits": {"cpu": 1}, "requests": {"cpu": 1}}}), has_requests({"resources": {"limits": {"cpu": 1}}})
    (True, False)
    """
    resources = container.get("resources")
    if resources is None:
        return True
    if type(resources) is not dict:
        return False
    limits = resources.get("limits", _NONE)
    if type(limits) is not dict:
        return False
    requests = resources.get("requests", _NONE)
    return type(requests) is dict and limits.keys() <= requests.keys()


def _missing(pod: Pod | JSONObject) -> Iterator[FieldChange]:
    spec, path = pod_spec(pod)
    for kind in _LIMITED:
        for container_at, container in spec_objects(spec, kind, path):
            resources = mapping_at(container, "resources", container_at)
            if not resources:
                continue
            at = container_at.child("resources")
            limits, requests = mapping_at(resources, "limits", at) or {}, mapping_at(resources, "requests", at) or {}
            for name, limit in limits.items():
                if name not in requests and limit is not None:
                    yield FieldChange(at.child("requests").key(name), None, limit, RequestDefaultReason.LIMIT)
