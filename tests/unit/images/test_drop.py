from __future__ import annotations

import copy
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.changes import ChangedObject
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.objects import JSONObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.drop import ImageVolumeDropReason, drop_disabled_image_volumes, drop_unknown_image_volumes

Why = ImageVolumeDropReason


def mounts(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "mountPath": f"/{name}"} for name in names]


POD: dict[str, Any] = {
    "metadata": {"name": "web"},
    "spec": {
        "volumes": [
            {"name": "data", "image": {"reference": "data:1"}},
            {"name": "tmp", "emptyDir": {}},
            {"name": "more", "image": {}},
            {"name": "data", "emptyDir": {}},
            {"name": "none", "image": None},
        ],
        "ephemeralContainers": [{"name": "debug", "volumeMounts": mounts("more")}],
        "initContainers": [{"name": "setup", "volumeMounts": mounts("tmp", "none")}, None],
        "containers": [{"name": "app", "volumeMounts": mounts("more", "tmp", "data", "data", "other")}, {"name": "bare"}],
    },
}
KEPT: dict[str, Any] = {
    "metadata": {"name": "web"},
    "spec": {
        "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "data", "emptyDir": {}}, {"name": "none", "image": None}],
        "ephemeralContainers": [{"name": "debug"}],
        "initContainers": [{"name": "setup", "volumeMounts": mounts("tmp", "none")}, None],
        "containers": [{"name": "app", "volumeMounts": mounts("tmp", "other")}, {"name": "bare"}],
    },
}


def steps(found: ChangedObject) -> list[tuple[str, Any]]:
    assert all(change.after is None for change in found.changes)
    return [(str(change.path), change.reason) for change in found.changes]


class TestDisabled:
    def test_volumes_and_every_mount_that_names_one(self) -> None:
        before = copy.deepcopy(POD)
        found = drop_disabled_image_volumes(POD, release=Release("1.34"))
        assert found.object == KEPT
        assert steps(found) == [
            ("spec.volumes[2]", Why.DISABLED),
            ("spec.volumes[0]", Why.DISABLED),
            ("spec.containers[0].volumeMounts[3]", Why.MOUNT),
            ("spec.containers[0].volumeMounts[2]", Why.MOUNT),
            ("spec.containers[0].volumeMounts[0]", Why.MOUNT),
            ("spec.ephemeralContainers[0].volumeMounts[0]", Why.MOUNT),
            ("spec.ephemeralContainers[0].volumeMounts", Why.EMPTY),
        ]
        assert found.changes[1].before is POD["spec"]["volumes"][0]
        assert before == POD
        assert found.object["metadata"] is POD["metadata"]
        assert drop_disabled_image_volumes(found.object, release=Release("1.34")) == ChangedObject(found.object)

    def test_a_list_that_is_empty_is_gone(self) -> None:
        found = drop_disabled_image_volumes({"spec": {"volumes": [{"image": {}}], "containers": []}}, release=Release("1.31"))
        assert found.object == {"spec": {"containers": []}}
        assert steps(found) == [("spec.volumes[0]", Why.DISABLED), ("spec.volumes", Why.EMPTY)]

    def test_a_volume_without_a_name(self) -> None:
        pod: dict[str, Any] = {"spec": {"volumes": [{"image": {}}, {}], "containers": [{"volumeMounts": [{}, {"name": "a"}, None]}]}}
        found = drop_disabled_image_volumes(pod, release=Release("1.31"))
        assert found.object == {"spec": {"volumes": [{}], "containers": [{"volumeMounts": [{"name": "a"}]}]}}

    def test_any_mapping(self) -> None:
        volume: JSONObject = MappingProxyType({"name": "a", "image": MappingProxyType(dict[str, Any]())})
        pod: JSONObject = MappingProxyType({"spec": MappingProxyType({"volumes": (volume,), "hostname": "b"})})
        assert drop_disabled_image_volumes(pod, release=Release("1.33")).object == {"spec": {"hostname": "b"}}

    @pytest.mark.parametrize(
        ("release", "drops"),
        [
            (Release("1.30"), False),  # unknown, not disabled
            (Release("1.31"), True),
            (Release("1.31").with_gates({"ImageVolume": True}), False),
            (Release("1.34"), True),
            (Release("1.35"), False),
            (Release("1.35").with_gates({"ImageVolume": False}, dependents="disable"), True),
            (Release("1.36"), False),
        ],
    )
    def test_releases(self, release: Release, drops: bool) -> None:
        found = drop_disabled_image_volumes(POD, release=release)
        assert (found.object == KEPT) is drops
        assert (found.object is POD) is not drops

    @pytest.mark.parametrize("pod", [{}, {"spec": None}, {"spec": {"volumes": []}}, {"spec": {"volumes": [{"name": "a"}, None]}}])
    def test_nothing_to_drop(self, pod: dict[str, Any]) -> None:
        assert drop_disabled_image_volumes(pod, release=Release("1.34")) == ChangedObject(pod)

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject, match=r"spec\.volumes\[0\]\.image: expected an object, found a number"):
            drop_disabled_image_volumes({"spec": {"volumes": [{"image": 1}]}}, release=Release("1.34"))
        with pytest.raises(MalformedObject, match=r"^the object: "):
            drop_disabled_image_volumes([], release=Release("1.36"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class TestUnknown:
    def test_the_volume_stays_without_a_source(self) -> None:
        found = drop_unknown_image_volumes(POD, release=Release("1.30"))
        kept: Any = found.object
        assert kept["spec"]["volumes"] == [{"name": "data"}, POD["spec"]["volumes"][1], {"name": "more"}, *POD["spec"]["volumes"][3:]]
        assert kept["spec"]["containers"] is POD["spec"]["containers"]
        assert steps(found) == [("spec.volumes[0].image", Why.UNKNOWN), ("spec.volumes[2].image", Why.UNKNOWN)]
        assert found.changes[0].before == {"reference": "data:1"}

    @pytest.mark.parametrize("image", [5, "x", [], {"reference": 1}])
    def test_whatever_it_is(self, image: object) -> None:
        """What is unknown is not decoded."""
        pod = {"spec": {"volumes": [{"image": image}]}}
        assert drop_unknown_image_volumes(pod, release=Release("1.27")).object == {"spec": {"volumes": [{}]}}

    @pytest.mark.parametrize("minor", ["1.31", "1.34", "1.37"])
    def test_known(self, minor: str) -> None:
        assert drop_unknown_image_volumes(POD, release=Release(minor)) == ChangedObject(POD)
