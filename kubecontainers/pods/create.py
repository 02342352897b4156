"""A new pod on its way through the API server: decoded, defaulted, disabled fields dropped, validated.

The steps of the concept rooms are put together here, in Kubernetes' order (``Strategy.PrepareForCreate`` and ``Validate`` in
``pkg/registry/core/pod/strategy.go`` after decoding). Admission, which stands between defaulting and dropping, is not part of it.
"""

from __future__ import annotations

import functools
from typing import Protocol

import attrs

from ..apimachinery.changes import ChangedObject
from ..apimachinery.checked import unchecked_fields
from ..apimachinery.errors import ValidationFailed
from ..apimachinery.fields import FieldChange, FieldError, FieldPath
from ..apimachinery.objects import JSONObject, Pod, root_object
from ..apimachinery.release import LATEST, Release
from ..environment.drop import drop_disabled_file_key_refs, drop_unknown_file_key_refs
from ..environment.hostname_validation import drop_disabled_hostname_override, drop_unknown_hostname_override
from ..images.drop import drop_disabled_image_volumes, drop_unknown_image_volumes
from ..lifecycle.drop import drop_disabled_lifecycle_fields, drop_unknown_lifecycle_fields
from .defaults import default_pod
from .validation import CHECKED, validate_pod

__all__ = ["CreatedPod", "create_pod", "drop_disabled_fields", "drop_unknown_fields"]


class _Step(Protocol):
    """What a concept room does to a pod before it is validated."""

    def __call__(self, pod: JSONObject, *, release: Release) -> ChangedObject: ...


_DROP_UNKNOWN: tuple[_Step, ...] = (
    drop_unknown_image_volumes,
    drop_unknown_file_key_refs,
    drop_unknown_hostname_override,
    drop_unknown_lifecycle_fields,
)
_DROP_DISABLED: tuple[_Step, ...] = (
    drop_disabled_hostname_override,
    drop_disabled_file_key_refs,
    drop_disabled_image_volumes,
    drop_disabled_lifecycle_fields,
)


@attrs.frozen
class CreatedPod:
    """A pod as it would be stored, and why it may not be.

    ``object`` is the pod with its defaults, without what is dropped: the very one that was given where nothing changed. ``changes`` are
    the fields filled in and dropped, in the order in which that happens. ``errors`` are in Kubernetes' order, with the positions of
    ``object``. ``unchecked`` are the fields of ``object`` that no rule here looks at: there may be more errors in them.
    """

    object: JSONObject = attrs.field(hash=False)
    changes: tuple[FieldChange, ...]
    errors: tuple[FieldError, ...]
    unchecked: tuple[FieldPath, ...]

    def stored(self) -> JSONObject:
        """Return the pod that is stored. Raises ``ValidationFailed`` with all errors if it is refused."""
        if self.errors:
            raise ValidationFailed(self.errors)
        return self.object

    def to_json(self) -> JSONObject:
        """Return what happened as JSON, for reports; reasons and rules are the names of their enums' members.

        Values of the manifest stay out, as they may be secret: the pod itself, and what was dropped.
        """
        return {
            "changes": [{"path": str(change.path), "after": change.after, "reason": change.reason.name} for change in self.changes],
            "errors": [{"path": str(error.path), "type": error.type.value, "rule": error.rule.name} for error in self.errors],
            "unchecked": [str(path) for path in self.unchecked],
        }


def create_pod(pod: Pod | JSONObject, *, release: Release = LATEST, template: bool = False) -> CreatedPod:
    """Return what an API server makes of a new pod.

    ``release`` is the API server's. ``template``: it is the template of a workload, for which fewer rules hold.

    Covered are images, image volumes and their pull policies; names, sources and mounts of volumes; names of containers; variables and
    where they come from; hooks, probes and stop signals of containers, how they are restarted, and how long they have to stop; the
    operating system; protocols of ports and, on the host's network, host ports; what a pod's host is called; the overhead, which is
    rounded; and, of a pod and not of a template, ``enableServiceLinks`` and requests where there are only limits. Not filled in yet is
    whatever else the API server sets: ``dnsPolicy``, ``schedulerName``, ``securityContext``, ``terminationMessagePath`` and
    ``terminationMessagePolicy``, fields of volume sources, what the pod as a whole requests, the service account with its token volume,
    tolerations, priority, ``metadata`` and ``status``. Fields that Kubernetes does not know, ``null`` and empty fields stay as they are
    written.

    Raises ``MalformedObject`` where the API server could not decode what is read here.

    >>> created = create_pod({"spec": {"containers": [{"name": "app", "image": "nginx", "tty": True}], "volumes": [{"name": "tmp"}]}})
    >>> [(str(change.path), change.after) for change in created.changes[:3]]
    [('spec.volumes[0].emptyDir', {}), ('spec.containers[0].imagePullPolicy', 'Always'), ('spec.restartPolicy', 'Always')]
    >>> created.errors, [str(path) for path in created.unchecked]
    ((), ['spec.containers[0].tty'])
    """
    default = functools.partial(default_pod, template=template)
    found = _steps(pod, (*_DROP_UNKNOWN, default, *_DROP_DISABLED), release)
    errors = validate_pod(found.object, template=template, release=release)
    return CreatedPod(found.object, found.changes, errors, unchecked_fields(found.object, CHECKED))


def drop_unknown_fields(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take out what decoding by an API server of ``release`` does not know.

    So far that is image volumes up to 1.30, env files and ``hostnameOverride`` up to 1.33, and what
    ``drop_unknown_lifecycle_fields`` names. Raises ``MalformedObject``.

    >>> pod = {"spec": {"volumes": [{"name": "data", "image": {}}]}}
    >>> [change.reason.value for change in drop_unknown_fields(pod, release=Release("1.30")).changes]
    ['the API server does not know image volumes']
    """
    return _steps(pod, _DROP_UNKNOWN, release)


def drop_disabled_fields(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take out what an API server of ``release`` knows and has disabled (``DropDisabledPodFields``).

    So far that is image volumes, env files, ``hostnameOverride``, and what ``drop_disabled_lifecycle_fields`` names. Raises
    ``MalformedObject``.

    >>> pod = {"spec": {"volumes": [{"name": "data", "image": {}}, {"name": "tmp"}]}}
    >>> drop_disabled_fields(pod, release=Release("1.34")).object
    {'spec': {'volumes': [{'name': 'tmp'}]}}
    """
    return _steps(pod, _DROP_DISABLED, release)


def _steps(pod: Pod | JSONObject, steps: tuple[_Step, ...], release: Release) -> ChangedObject:
    """Take some steps, each on what the one before has made."""
    changed: JSONObject = root_object(pod)
    changes: list[FieldChange] = []
    for step in steps:
        found = step(changed, release=release)
        changed = found.object
        changes += found.changes
    return ChangedObject(changed, tuple(changes))
