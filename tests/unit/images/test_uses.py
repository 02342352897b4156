from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.uses import IMAGE_VOLUMES, IMAGE_VOLUMES_ENABLED, UseKind, image_uses

POD: dict[str, Any] = {
    "spec": {
        "volumes": [
            {"name": "data", "image": {"reference": "quay.io/data:1", "pullPolicy": "Never"}},
            {"name": "tmp", "emptyDir": {}},
            {"name": "none", "image": None},
            {"name": "bare", "image": {}},
        ],
        "ephemeralContainers": [{"name": "debug", "image": "busybox"}],
        "containers": [{"name": "app", "image": "nginx", "imagePullPolicy": "Always"}, None],
        "initContainers": [{"name": "setup", "image": "alpine:3"}],
    }
}


def test_every_use() -> None:
    assert [(use.kind, use.name, str(use.path), use.image, use.policy) for use in image_uses(POD)] == [
        (UseKind.INIT_CONTAINER, "setup", "spec.initContainers[0]", "alpine:3", ""),
        (UseKind.CONTAINER, "app", "spec.containers[0]", "nginx", "Always"),
        (UseKind.CONTAINER, "", "spec.containers[1]", "", ""),
        (UseKind.EPHEMERAL_CONTAINER, "debug", "spec.ephemeralContainers[0]", "busybox", ""),
        (UseKind.VOLUME, "data", "spec.volumes[0].image", "quay.io/data:1", "Never"),
        (UseKind.VOLUME, "bare", "spec.volumes[3].image", "", ""),
    ]


def test_paths() -> None:
    found = list(image_uses(POD, path=ROOT.child("spec", "template")))
    assert str(found[1].image_path) == "spec.template.spec.containers[0].image"
    assert str(found[1].policy_path) == "spec.template.spec.containers[0].imagePullPolicy"
    assert str(found[4].image_path) == "spec.template.spec.volumes[0].image.reference"
    assert str(found[4].policy_path) == "spec.template.spec.volumes[0].image.pullPolicy"


@pytest.mark.parametrize(("minor", "known"), [("1.27", False), ("1.30", False), ("1.31", True), ("1.37", True)])
def test_volumes_since_1_31(minor: str, known: bool) -> None:
    kinds = {use.kind for use in image_uses(POD, release=Release(minor))}
    assert (UseKind.VOLUME in kinds) is known
    assert IMAGE_VOLUMES.minors() == ("1.31",)


def test_enabled() -> None:
    *found, volume, _ = image_uses(POD)
    assert IMAGE_VOLUMES_ENABLED.minors() == ("1.35",)
    for minor, enabled in (("1.31", False), ("1.34", False), ("1.35", True), ("1.37", True)):
        assert volume.enabled(Release(minor)) is enabled
        assert all(use.enabled(Release(minor)) for use in found)
    assert volume.enabled(Release("1.31").with_gates({"ImageVolume": True}))
    assert not volume.enabled(Release("1.35").with_gates({"ImageVolume": False}, dependents="disable"))


def test_values() -> None:
    found = tuple(image_uses(POD))
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert len(set(found)) == len(found)


MALFORMED: list[tuple[dict[str, Any], str]] = [
    ({"containers": [{"image": 1}]}, "spec.containers[0].image"),
    ({"containers": [{"imagePullPolicy": []}]}, "spec.containers[0].imagePullPolicy"),
    ({"containers": [{"name": {}}]}, "spec.containers[0].name"),
    ({"volumes": [{"image": "nginx"}]}, "spec.volumes[0].image"),
    ({"volumes": [{"image": {"reference": 1}}]}, "spec.volumes[0].image.reference"),
    ({"volumes": [{"image": {"pullPolicy": 1}}]}, "spec.volumes[0].image.pullPolicy"),
    ({"volumes": [{"name": 1, "image": {}}]}, "spec.volumes[0].name"),
]


@pytest.mark.parametrize(("spec", "path"), MALFORMED)
def test_malformed(spec: dict[str, Any], path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        list(image_uses({"spec": spec}))
    assert caught.value.path == path
