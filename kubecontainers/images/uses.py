"""The images that a pod uses: its containers' and those it mounts as volumes."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import ContainerKind, JSONObject, Pod, mapping_at, objects_with, pod_spec, spec_objects, text_at
from ..apimachinery.release import LATEST, Change, Release

__all__ = ["IMAGE_VOLUMES", "IMAGE_VOLUMES_ENABLED", "ImageUse", "UseKind", "image_uses", "pull_policies", "used_images"]

IMAGE_VOLUMES = Change(since="1.31", summary="the API knows volumes that are images")
IMAGE_VOLUMES_ENABLED = Change(
    since="1.31", gate="ImageVolume", summary="image volumes are kept and get a default pull policy; otherwise they are dropped silently"
)


class UseKind(enum.Enum):
    """What uses an image."""

    INIT_CONTAINER = "init container"
    CONTAINER = "container"
    EPHEMERAL_CONTAINER = "ephemeral container"
    VOLUME = "volume"


@attrs.frozen
class ImageUse:
    """One place in a pod that names an image.

    ``path`` is that of the container or of the volume's ``image``; ``image`` and ``policy`` are as written, empty where absent;
    ``policy_path`` is the field that holds the policy.
    """

    kind: UseKind
    name: str
    path: FieldPath
    image: str
    policy: str

    def enabled(self, release: Release) -> bool:
        """Whether an API server of ``release`` keeps it and fills in its policy: an image volume may be dropped, a container never is."""
        return self.kind is not UseKind.VOLUME or IMAGE_VOLUMES_ENABLED in release

    @property
    def image_path(self) -> FieldPath:
        """The field that holds the image."""
        return self.path.child("reference" if self.kind is UseKind.VOLUME else "image")

    @property
    def policy_path(self) -> FieldPath:
        """The field that holds the pull policy."""
        return self.path.child("pullPolicy" if self.kind is UseKind.VOLUME else "imagePullPolicy")


_CONTAINERS = (
    (ContainerKind.INIT.value, UseKind.INIT_CONTAINER),
    (ContainerKind.APP.value, UseKind.CONTAINER),
    (ContainerKind.EPHEMERAL.value, UseKind.EPHEMERAL_CONTAINER),
)


def image_uses(pod: Pod | JSONObject, *, path: FieldPath = ROOT, release: Release = LATEST) -> Iterator[ImageUse]:
    """Yield every use of an image in a pod: init, app and ephemeral containers, then volumes.

    ``path`` is where the pod stands in its object, ``release`` that of the API server. Raises ``MalformedObject``.

    >>> [(use.name, str(use.policy_path)) for use in image_uses({"spec": {"containers": [{"name": "app", "image": "nginx"}]}})]
    [('app', 'spec.containers[0].imagePullPolicy')]
    """
    spec, spec_at = pod_spec(pod, path)
    for key, kind in _CONTAINERS:
        for at, container in spec_objects(spec, key, spec_at):
            image, policy = text_at(container, "image", at), text_at(container, "imagePullPolicy", at)
            yield ImageUse(kind, text_at(container, "name", at), at, image, policy)
    for volume_at, volume in _image_volumes(spec, spec_at, release):
        source, at = mapping_at(volume, "image", volume_at) or {}, volume_at.child("image")
        image, policy = text_at(source, "reference", at), text_at(source, "pullPolicy", at)
        yield ImageUse(UseKind.VOLUME, text_at(volume, "name", volume_at), at, image, policy)


def used_images(pod: Pod | JSONObject, *, release: Release = LATEST) -> list[tuple[FieldPath, str]]:
    """Return the image, empty where absent, of every use of one in a pod, each after its field; where ``image_uses`` says too much.

    >>> [(str(path), image) for path, image in used_images({"spec": {"containers": [{"image": "nginx"}]}})]
    [('spec.containers[0].image', 'nginx')]
    """
    return _fields(pod, release, "image", "reference")


def pull_policies(pod: Pod | JSONObject, *, release: Release = LATEST) -> list[tuple[FieldPath, str]]:
    """Return the pull policy, empty where absent, of every use of an image in a pod, each after its field.

    >>> [(str(path), policy) for path, policy in pull_policies({"spec": {"containers": [{"imagePullPolicy": "Never"}]}})]
    [('spec.containers[0].imagePullPolicy', 'Never')]
    """
    return _fields(pod, release, "imagePullPolicy", "pullPolicy")


def _fields(pod: Pod | JSONObject, release: Release, of_container: str, of_volume: str) -> list[tuple[FieldPath, str]]:
    spec, spec_at = pod_spec(pod)
    found: list[tuple[FieldPath, str]] = []
    for key, _ in _CONTAINERS:
        if spec.get(key) is None:
            continue
        for at, container in spec_objects(spec, key, spec_at):
            texts = container.get("image", ""), container.get("imagePullPolicy", ""), container.get("name", "")
            if not (type(texts[0]) is type(texts[1]) is type(texts[2]) is str):
                _decode(container, at)
            found.append((at.child(of_container), text_at(container, of_container, at)))
    for volume_at, volume in _image_volumes(spec, spec_at, release):
        source, at = mapping_at(volume, "image", volume_at) or {}, volume_at.child("image")
        for field, parent, parent_at in (("reference", source, at), ("pullPolicy", source, at), ("name", volume, volume_at)):
            text_at(parent, field, parent_at)
        found.append((at.child(of_volume), text_at(source, of_volume, at)))
    return found


def _decode(container: JSONObject, path: FieldPath) -> None:
    """Refuse a container that an API server could not decode, also where the field that is wrong is not the one that was asked for."""
    for field in ("image", "imagePullPolicy", "name"):
        text_at(container, field, path)


def _image_volumes(spec: JSONObject, path: FieldPath, release: Release) -> Iterator[tuple[FieldPath, JSONObject]]:
    return objects_with(spec, "volumes", "image", path) if IMAGE_VOLUMES in release else iter(())
