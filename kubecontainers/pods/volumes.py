"""Volumes and mounts of a pod: the default and the rules that belong to no single kind of volume.

The API server fills in ``SetDefaults_Volume`` (``pkg/apis/core/v1/defaults.go``) and checks ``ValidateVolumes`` and
``ValidateVolumeMounts`` (``pkg/apis/core/validation/validation.go``). A volume in which anything is wrong is none for the mounts.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

import attrs

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import FieldChange, FieldError, FieldErrorType, FieldPath
from ..apimachinery.objects import JSONObject, Pod, mapping_at, objects_at, text_at, volumes
from ..apimachinery.plain import PlainObject
from ..apimachinery.release import LATEST, Release
from ..images.uses import IMAGE_VOLUMES
from ..images.validation import validate_image_volume_mount, validate_image_volume_source
from .names import validate_name

__all__ = [
    "CHECKED",
    "VOLUME_SOURCES",
    "ValidatedVolumes",
    "VolumeDefaultReason",
    "VolumeRule",
    "default_volume_sources",
    "has_source",
    "validate_volume_mounts",
    "validate_volumes",
    "volume_sources",
]

CHECKED = CheckedFields(
    container=frozenset({"volumeMounts.name", "volumeMounts.mountPath", "volumeMounts.subPath", "volumeMounts.subPathExpr"}),
    volume=frozenset({"name", "emptyDir.medium"}),
)
"""The fields that these rules check; of an empty directory's medium there is no rule."""

# fmt: off
VOLUME_SOURCES = (
    "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs",
    "flocker", "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap",
    "azureFile", "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO",
    "csi", "ephemeral", "image",
)
# fmt: on
"""The sources that a volume may have, in the order in which Kubernetes counts them."""

_SOURCES = frozenset(VOLUME_SOURCES)
_OLD_VOLUME_SOURCES = tuple(name for name in VOLUME_SOURCES if name != "image")

_SPELLED_OTHERWISE = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
"""Sources that have another name in the path of an error."""


class VolumeDefaultReason(enum.Enum):
    """Why a volume gets a source."""

    NO_SOURCE = "a volume without a source is an empty directory"


class VolumeRule(enum.Enum):
    """A rule that a volume or a mount can break; the values say what would be right."""

    SOURCE_REQUIRED = "a volume must have a source"
    ONE_SOURCE = "a volume has one source"
    NAME_REQUIRED = "a volume must have a name"
    NAME_DUPLICATE = "no two volumes have one name"
    MOUNT_NAME_REQUIRED = "a mount must name a volume"
    MOUNT_NAME_UNKNOWN = "the pod must have a valid volume of this name"
    MOUNT_PATH_REQUIRED = "a mount must say where"
    MOUNT_PATH_DUPLICATE = "no two mounts of a container have one path"
    SUB_PATH_ABSOLUTE = "it must be a relative path"
    SUB_PATH_BACKSTEP = "no part of it may be '..'"
    SUB_PATH_TWICE = "subPath and subPathExpr exclude each other"


@attrs.frozen
class ValidatedVolumes:
    """The errors of some volumes, and the volumes that have none, by name."""

    errors: tuple[FieldError, ...]
    valid: Mapping[str, JSONObject] = attrs.field(hash=False)


def volume_sources(release: Release = LATEST) -> tuple[str, ...]:
    """Return the fields of a volume that are its source, those that an API server of ``release`` knows."""
    return VOLUME_SOURCES if IMAGE_VOLUMES in release else _OLD_VOLUME_SOURCES


def default_volume_sources(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Make an empty directory of every volume of a pod, or template, that has no source.

    ``release`` is the API server's. Raises ``MalformedObject``.

    >>> default_volume_sources({"spec": {"volumes": [{"name": "tmp"}]}}).object
    {'spec': {'volumes': [{'name': 'tmp', 'emptyDir': {}}]}}
    """
    known = frozenset(volume_sources(release))
    changes = tuple(
        FieldChange(at.child("emptyDir"), None, {}, VolumeDefaultReason.NO_SOURCE)
        for at, volume in volumes(pod)
        if all(mapping_at(volume, name, at) is None for name in volume if name in known)
    )
    return ChangedObject(with_changes(pod, changes), changes)


def has_source(volume: PlainObject) -> bool:
    """Return whether a volume surely has a source.

    >>> has_source({"name": "tmp", "emptyDir": {}}), has_source({"name": "tmp"})
    (True, False)
    """
    found = False
    for name, value in volume.items():
        if name in _SOURCES:
            if type(value) is not dict:
                return False
            found = True
    return found


def validate_volumes(spec: JSONObject, path: FieldPath, *, template: bool = False, release: Release = LATEST) -> ValidatedVolumes:
    """Check the volumes of a pod's ``spec``, which stands at ``path``.

    ``template``: it is that of a pod template. ``release`` is the API server's. What is inside a source is checked of image volumes only.
    Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> [str(error) for error in validate_volumes({"volumes": [{"name": "a.b", "emptyDir": {}}]}, ROOT.child("spec")).errors]
    ["spec.volumes[0].name: Invalid: 'a.b': it may have no dots"]
    """
    sources = volume_sources(release)
    errors: list[FieldError] = []
    valid: dict[str, JSONObject] = {}
    for at, volume in objects_at(spec, "volumes", path):
        name, name_path = text_at(volume, "name", at), at.child("name")
        found = [*_source_errors(volume, at, sources, template=template), *validate_name(name, name_path, VolumeRule.NAME_REQUIRED)]
        if name in valid:
            found.append(_error(name_path, FieldErrorType.DUPLICATE, VolumeRule.NAME_DUPLICATE, name))
        if not found:
            valid[name] = volume
        errors += found
    return ValidatedVolumes(tuple(errors), valid)


def _source_errors(volume: JSONObject, path: FieldPath, sources: tuple[str, ...], *, template: bool) -> Iterator[FieldError]:
    """Only the first source is looked into; each further one is one too many."""
    read = ((name, mapping_at(volume, name, path)) for name in sources)
    given = [(name, source) for name, source in read if source is not None]
    if not given:
        yield _error(path, FieldErrorType.REQUIRED, VolumeRule.SOURCE_REQUIRED)
        return
    (first, source), *others = given
    if first == "image":
        yield from validate_image_volume_source(source, path.child("image"), template=template)
    for name, _ in others:
        yield _error(path.child(_SPELLED_OTHERWISE.get(name, name)), FieldErrorType.FORBIDDEN, VolumeRule.ONE_SOURCE)


def validate_volume_mounts(
    container: JSONObject, path: FieldPath, valid: Mapping[str, JSONObject], *, release: Release = LATEST
) -> tuple[FieldError, ...]:
    """Return the errors of the mounts of a container, which stands at ``path``.

    ``valid`` holds the valid volumes of the pod by name. ``release`` is the API server's. Raises ``MalformedObject``.
    """
    errors: list[FieldError] = []
    places: set[str] = set()
    for at, mount in objects_at(container, "volumeMounts", path):
        name, place = text_at(mount, "name", at), text_at(mount, "mountPath", at)
        if not name:
            errors.append(_error(at.child("name"), FieldErrorType.REQUIRED, VolumeRule.MOUNT_NAME_REQUIRED))
        if name not in valid:
            errors.append(_error(at.child("name"), FieldErrorType.NOT_FOUND, VolumeRule.MOUNT_NAME_UNKNOWN, name))
        if not place:
            errors.append(_error(at.child("mountPath"), FieldErrorType.REQUIRED, VolumeRule.MOUNT_PATH_REQUIRED))
        if place in places:
            errors.append(_error(at.child("mountPath"), FieldErrorType.INVALID, VolumeRule.MOUNT_PATH_DUPLICATE, place))
        places.add(place)
        if name in valid and valid[name].get("image") is not None:
            errors += validate_image_volume_mount(mount, at, release=release)
        errors += _sub_path_errors(mount, at, path.child("volumeMounts"))
    return tuple(errors)


def _sub_path_errors(mount: JSONObject, at: FieldPath, mounts: FieldPath) -> Iterator[FieldError]:
    """Kubernetes reports a sub-path that leads elsewhere at the list, without the mount's position."""
    sub_path, expression = text_at(mount, "subPath", at), text_at(mount, "subPathExpr", at)
    yield from _descending_errors(sub_path, mounts.child("subPath"))
    if sub_path and expression:
        yield _error(at.child("subPathExpr"), FieldErrorType.INVALID, VolumeRule.SUB_PATH_TWICE, expression)
    yield from _descending_errors(expression, mounts.child("subPathExpr"))


def _descending_errors(place: str, path: FieldPath) -> Iterator[FieldError]:
    if place.startswith("/"):
        yield _error(path, FieldErrorType.INVALID, VolumeRule.SUB_PATH_ABSOLUTE, place)
    if ".." in place.split("/"):
        yield _error(path, FieldErrorType.INVALID, VolumeRule.SUB_PATH_BACKSTEP, place)


def _error(path: FieldPath, kind: FieldErrorType, rule: VolumeRule, value: str = "") -> FieldError:
    return FieldError(path, kind, rule, value, rule.value)
