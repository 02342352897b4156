"""Image volumes that the API server drops without an error, because it does not know them or has them disabled.

Up to 1.30 ``image`` of a volume is a field that decoding does not know. From 1.31 on ``dropImageVolumes`` (``pkg/api/pod/util.go``) takes
the volumes out of a new pod, or template, while the feature gate ImageVolume is off: after the defaults, before validation.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.fields import ROOT, FieldChange, FieldPath
from ..apimachinery.objects import ContainerKind, JSONObject, Pod, list_at, mapping_at, objects_at, root_object, text_at, volumes
from ..apimachinery.release import LATEST, Release
from .uses import IMAGE_VOLUMES, IMAGE_VOLUMES_ENABLED

__all__ = ["ImageVolumeDropReason", "drop_disabled_image_volumes", "drop_unknown_image_volumes"]


class ImageVolumeDropReason(enum.Enum):
    """Why something of an image volume is dropped."""

    UNKNOWN = "the API server does not know image volumes"
    DISABLED = "image volumes are not enabled"
    MOUNT = "the mount names an image volume, and those are not enabled"
    EMPTY = "nothing is left in the list"


_MOUNTING = (ContainerKind.APP, ContainerKind.INIT, ContainerKind.EPHEMERAL)
"""The order in which Kubernetes goes through the mounts."""


def drop_unknown_image_volumes(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take ``image`` out of the volumes of a pod, or template, where the API server's ``release`` does not know it.

    The volume stays, without a source. Raises ``MalformedObject``.

    >>> pod = {"spec": {"volumes": [{"name": "data", "image": {"reference": "data:1"}}]}}
    >>> drop_unknown_image_volumes(pod, release=Release("1.30")).object
    {'spec': {'volumes': [{'name': 'data'}]}}
    """
    if IMAGE_VOLUMES in release:
        return ChangedObject(root_object(pod))
    changes = tuple(
        FieldChange(at.child("image"), volume["image"], None, ImageVolumeDropReason.UNKNOWN)
        for at, volume in volumes(pod)
        if volume.get("image") is not None
    )
    return ChangedObject(with_changes(pod, changes), changes)


def drop_disabled_image_volumes(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take the image volumes out of a pod, or template, and every mount of their names, where they are known but not enabled.

    A mount goes even where another volume has the same name. A list of which nothing is left goes too. ``release`` is the API server's.
    Raises ``MalformedObject``.

    >>> pod = {"spec": {"volumes": [{"name": "data", "image": {}}], "containers": [{"volumeMounts": [{"name": "data"}]}]}}
    >>> drop_disabled_image_volumes(pod, release=Release("1.34")).object
    {'spec': {'containers': [{}]}}
    """
    if IMAGE_VOLUMES not in release or IMAGE_VOLUMES_ENABLED in release:
        return ChangedObject(root_object(pod))
    changes = tuple(_dropped(root_object(pod)))
    return ChangedObject(with_changes(pod, changes), changes)


def _dropped(pod: JSONObject) -> Iterator[FieldChange]:
    at = ROOT.child("spec")
    spec = mapping_at(pod, "spec", ROOT) or {}
    dropped = {path: volume for path, volume in objects_at(spec, "volumes", at) if mapping_at(volume, "image", path) is not None}
    if not dropped:
        return
    yield from _removed(spec, "volumes", at, dropped, ImageVolumeDropReason.DISABLED)
    names = {text_at(volume, "name", path) for path, volume in dropped.items()}
    for kind in _MOUNTING:
        for path, container in objects_at(spec, kind.value, at):
            mounts = objects_at(container, "volumeMounts", path)
            naming = {mount_path: mount for mount_path, mount in mounts if text_at(mount, "name", mount_path) in names}
            yield from _removed(container, "volumeMounts", path, naming, ImageVolumeDropReason.MOUNT)


def _removed(
    parent: JSONObject, key: str, path: FieldPath, entries: dict[FieldPath, JSONObject], reason: ImageVolumeDropReason
) -> Iterator[FieldChange]:
    """Yield the removal of some entries of a list, the last first, and of the list if it is empty then."""
    for at, entry in reversed(entries.items()):
        yield FieldChange(at, entry, None, reason)
    if entries and len(entries) == len(list_at(parent, key, path)):
        yield FieldChange(path.child(key), (), None, ImageVolumeDropReason.EMPTY)
