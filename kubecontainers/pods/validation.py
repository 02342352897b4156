"""Validation of a new pod, or of a template, as far as this library covers it.

The rules are the concept rooms'; here they are asked in Kubernetes' order (``ValidatePodCreate``, ``ValidatePodTemplateSpec`` and
``ValidatePodSpec`` in ``pkg/apis/core/validation/validation.go``): volumes, then containers, init containers and ephemeral containers,
then what holds for the whole, then what holds for pods alone.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping

import attrs

from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import ROOT, FieldError, FieldErrorType, FieldPath
from ..apimachinery.names import EnvNameMode
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, Pod, mapping_at, objects_at, root_object, text_at
from ..apimachinery.release import LATEST, Release
from ..environment import defaults as environment_defaults
from ..environment import hostname_validation as hostnames
from ..environment import validation as environment
from ..environment.env_names import env_name_mode
from ..images import validation as images
from ..lifecycle import validation as lifecycle
from ..lifecycle.validation import PodLifecycle
from . import volumes
from .names import validate_name

__all__ = ["CHECKED", "ContainerRule", "validate_pod"]

CHECKED = (
    images.CHECKED
    | volumes.CHECKED
    | environment.CHECKED
    | environment_defaults.CHECKED
    | hostnames.CHECKED
    | lifecycle.CHECKED
    | CheckedFields(container=frozenset({"name", "targetContainerName"}))
)
"""The fields that are checked, by the rules here and in the concept rooms."""

_Placed = tuple[FieldPath, JSONObject]


class ContainerRule(enum.Enum):
    """A rule that a container can break, or the list of them; the values say what would be right."""

    REQUIRED = "a pod must have a container"
    NAME_REQUIRED = "a container must have a name"
    NAME_DUPLICATE = "no two containers of a pod have one name"
    TARGET_UNKNOWN = "the pod must have a container, or init container, of this name"
    EPHEMERAL_SUB_PATH = "an ephemeral container can only mount a volume as a whole"
    EPHEMERAL = "only a pod that is there already can be given ephemeral containers"


def validate_pod(pod: Pod | JSONObject, *, template: bool = False, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the errors that a new pod gets as it stands, in Kubernetes' order; nothing is filled in or dropped before.

    ``template``: it is the template of a workload, whose images may be blank, and whose image volumes may name none. ``release`` is the
    API server's. ``CHECKED`` names the fields that are looked at. Raises ``MalformedObject``.

    >>> pod = {"spec": {"containers": [{"name": "app", "image": "nginx ", "imagePullPolicy": "always"}], "restartPolicy": "Never"}}
    >>> [(str(error.path), error.type.value) for error in validate_pod(pod)]
    [('spec.containers[0].imagePullPolicy', 'NotSupported'), ('spec.containers[0].image', 'Invalid')]
    """
    spec, path = mapping_at(root_object(pod), "spec", ROOT) or {}, ROOT.child("spec")
    apps, inits, ephemerals = (
        tuple(objects_at(spec, kind.value, path)) for kind in (ContainerKind.APP, ContainerKind.INIT, ContainerKind.EPHEMERAL)
    )
    checked = volumes.validate_volumes(spec, path, template=template, release=release)
    errors = [*checked.errors]
    if not apps:
        errors.append(_error(path.child(ContainerKind.APP.value), FieldErrorType.REQUIRED, ContainerRule.REQUIRED))
    life = PodLifecycle.from_spec(spec, path, release=release)
    common = _Common(checked.valid, env_name_mode(pod, release=release), life, release)
    errors += _containers(apps, inits, common)
    errors += _ephemeral_containers(ephemerals, (*apps, *inits), common)
    errors += environment.validate_env_file_volumes(spec, path, release=release)
    errors += lifecycle.validate_restart_policy(spec, path)
    errors += hostnames.validate_hostname_override(spec, path, release=release)
    errors += hostnames.validate_hostname_and_subdomain(spec, path)
    errors += lifecycle.validate_os(spec, path)
    if not template:
        errors += (error for found in (*apps, *inits) for error in _space(*found))
    if ephemerals:
        errors.append(_error(path.child(ContainerKind.EPHEMERAL.value), FieldErrorType.FORBIDDEN, ContainerRule.EPHEMERAL))
    return tuple(errors)


@attrs.frozen
class _Common:
    """What every container is checked with.

    These are the valid volumes by name, the rule for names of variables, how long the pod has to stop and on which operating system, and
    the API server's release.
    """

    volumes: Mapping[str, JSONObject] = attrs.field(hash=False)
    names: EnvNameMode
    lifecycle: PodLifecycle
    release: Release

    def errors(self, at: FieldPath, container: JSONObject) -> Iterator[FieldError]:
        """Check what holds for every kind of container (``validateContainerCommon``)."""
        yield from validate_name(_name(at, container), at.child("name"), ContainerRule.NAME_REQUIRED)
        yield from images.validate_image(text_at(container, "image", at), at.child("image"))
        yield from environment.validate_env(container, at, names=self.names, release=self.release)
        yield from environment.validate_env_from(container, at, names=self.names, release=self.release)
        yield from volumes.validate_volume_mounts(container, at, self.volumes, release=self.release)
        yield from images.validate_pull_policy(text_at(container, "imagePullPolicy", at), at.child("imagePullPolicy"))


def _containers(apps: Iterable[_Placed], inits: Iterable[_Placed], common: _Common) -> Iterator[FieldError]:
    """Check app and init containers.

    A name that both have is the init container's fault. Two init containers without a name are no duplicates, two app containers are.
    """
    names: set[str] = set()
    for at, container in apps:
        yield from common.errors(at, container)
        yield from _duplicate(at, container, names)
        names.add(_name(at, container))
        found = ContainerAt(ContainerKind.APP, at, container)
        yield from common.lifecycle.errors(found)
        yield from common.lifecycle.restart_policy_errors(found)
    for at, container in inits:
        yield from common.errors(at, container)
        found = ContainerAt(ContainerKind.INIT, at, container)
        yield from common.lifecycle.restart_policy_errors(found)
        yield from _duplicate(at, container, names)
        if name := _name(at, container):
            names.add(name)
        yield from common.lifecycle.errors(found)


def _ephemeral_containers(containers: Iterable[_Placed], others: Iterable[_Placed], common: _Common) -> Iterator[FieldError]:
    """Check ephemeral containers; no white space may stand around their images in templates either."""
    targets = {_name(at, container) for at, container in others}
    names = set(targets)
    for at, container in containers:
        yield from common.errors(at, container)
        yield from _space(at, container)
        yield from _duplicate(at, container, names)
        names.add(_name(at, container))
        target = text_at(container, "targetContainerName", at)
        if target and target not in targets:
            yield _error(at.child("targetContainerName"), FieldErrorType.NOT_FOUND, ContainerRule.TARGET_UNKNOWN, target)
        yield from common.lifecycle.errors(ContainerAt(ContainerKind.EPHEMERAL, at, container))
        for mount_at, mount in objects_at(container, "volumeMounts", at):
            for field in ("subPath", "subPathExpr"):
                if text_at(mount, field, mount_at):
                    yield _error(mount_at.child(field), FieldErrorType.FORBIDDEN, ContainerRule.EPHEMERAL_SUB_PATH)


def _space(at: FieldPath, container: JSONObject) -> tuple[FieldError, ...]:
    return images.validate_image_space(text_at(container, "image", at), at.child("image"))


def _duplicate(at: FieldPath, container: JSONObject, names: set[str]) -> Iterator[FieldError]:
    name = _name(at, container)
    if name in names:
        yield _error(at.child("name"), FieldErrorType.DUPLICATE, ContainerRule.NAME_DUPLICATE, name)


def _name(at: FieldPath, container: JSONObject) -> str:
    return text_at(container, "name", at)


def _error(path: FieldPath, kind: FieldErrorType, rule: ContainerRule, value: str = "") -> FieldError:
    return FieldError(path, kind, rule, value, rule.value)
