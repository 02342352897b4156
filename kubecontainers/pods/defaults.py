"""What the API server fills in as it decodes a pod: the defaults of the concept rooms, put together.

Kubernetes generates the walk (``SetObjectDefaults_Pod`` in ``pkg/apis/core/v1/zz_generated.defaults.go``). A pod that an API server hands
to a webhook has all of it already, so that is looked for first: beside its defaults each room has checks which see, on plain dicts and
lists and without any path, that there is surely nothing to fill in (``apimachinery.plain``).
"""

from __future__ import annotations

from typing import Protocol

from ..apimachinery.changes import ChangedObject
from ..apimachinery.fields import FieldChange
from ..apimachinery.objects import ContainerKind, JSONObject, Pod, root_object
from ..apimachinery.plain import PlainCheck, PlainObject, all_entries, plain_spec
from ..apimachinery.release import LATEST, Release
from ..environment.defaults import (
    default_service_links,
    default_value_sources,
    has_complete_items,
    has_complete_sources,
    says_service_links,
)
from ..images.pull_policy import default_pull_policies, has_pull_policy, is_no_image
from ..lifecycle.defaults import (
    default_host_ports,
    default_lifecycle,
    default_template_host_ports,
    has_complete_lifecycle,
    has_host_ports,
    raise_negative_grace,
    says_how_it_ends,
)
from ..scheduling.overhead import default_overhead, has_coarse_overhead
from .requests import default_requests, has_requests
from .volumes import default_volume_sources, has_source

__all__ = ["default_pod", "fill_in", "is_complete"]


class _Rule(Protocol):
    def __call__(self, pod: JSONObject, *, release: Release) -> ChangedObject: ...


_OF_BOTH: tuple[_Rule, ...] = (default_volume_sources, default_pull_policies, default_value_sources, default_lifecycle)
_OF_TEMPLATES: tuple[_Rule, ...] = (*_OF_BOTH, default_template_host_ports, default_overhead)
_OF_PODS: tuple[_Rule, ...] = (
    *_OF_BOTH,
    default_requests,
    default_service_links,
    default_host_ports,
    raise_negative_grace,
    default_overhead,
)
"""The rules; those only for pods a template's get when they are made."""

# A rule that has no check among these would be passed over.
_SPEC_CHECKS: tuple[PlainCheck, ...] = (says_service_links, says_how_it_ends, has_host_ports, has_coarse_overhead)


def _is_complete_volume(volume: PlainObject) -> bool:
    return is_no_image(volume) and has_complete_items(volume) and has_source(volume)


def _is_complete_container(container: PlainObject) -> bool:
    return has_pull_policy(container) and has_complete_sources(container) and has_requests(container) and has_complete_lifecycle(container)


_CHECKS: tuple[tuple[str, PlainCheck], ...] = (
    ("volumes", _is_complete_volume),
    *((kind.value, _is_complete_container) for kind in ContainerKind),
)


def default_pod(pod: Pod | JSONObject, *, release: Release = LATEST, template: bool = False) -> ChangedObject:
    """Fill in the defaults of a pod, or ``template``, that are covered; ``create_pod`` says which are not.

    ``release`` is the API server's. Raises ``MalformedObject``.

    >>> for change in default_pod({"spec": {"containers": [{"name": "app", "image": "nginx"}]}}).changes:
    ...     print(change.path, change.after)
    spec.containers[0].imagePullPolicy Always
    spec.restartPolicy Always
    spec.terminationGracePeriodSeconds 30
    spec.enableServiceLinks True
    """
    changed: JSONObject = root_object(pod)
    return ChangedObject(changed) if is_complete(changed) else fill_in(changed, release=release, template=template)


def fill_in(pod: JSONObject, *, release: Release = LATEST, template: bool = False) -> ChangedObject:
    """Do what ``default_pod`` does, without looking first whether there is anything to do."""
    changed: JSONObject = pod
    changes: list[FieldChange] = []
    for rule in _OF_TEMPLATES if template else _OF_PODS:
        found = rule(changed, release=release)
        changed = found.object
        changes += found.changes
    return ChangedObject(changed, tuple(changes))


def is_complete(pod: JSONObject) -> bool:
    """Return whether a pod surely has all its defaults, in every release; ``False`` where only the rules can say.

    >>> is_complete({"spec": {"enableServiceLinks": True, "restartPolicy": "Never", "terminationGracePeriodSeconds": 5}})
    True
    """
    spec = plain_spec(pod)
    if spec is None:
        return False
    for check in _SPEC_CHECKS:
        if not check(spec):
            return False
    return all_entries(spec, _CHECKS)
