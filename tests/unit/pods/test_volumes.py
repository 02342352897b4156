from __future__ import annotations

import copy
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldError, FieldErrorType
from kubecontainers.apimachinery.names import NameRule
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.validation import ImageFieldRule
from kubecontainers.pods.volumes import (
    VOLUME_SOURCES,
    VolumeDefaultReason,
    VolumeRule,
    default_volume_sources,
    validate_volume_mounts,
    validate_volumes,
    volume_sources,
)

SPEC = ROOT.child("spec")
Rule, Type = VolumeRule, FieldErrorType


def told(errors: tuple[FieldError, ...]) -> list[tuple[str, FieldErrorType, Any]]:
    return [(str(error.path), error.type, error.rule) for error in errors]


def checked(*volumes: Any, **options: Any) -> list[tuple[str, FieldErrorType, Any]]:
    return told(validate_volumes({"volumes": list(volumes)}, SPEC, **options).errors)


class TestDefault:
    def test_without_a_source(self) -> None:
        pod: dict[str, Any] = {
            "spec": {
                "volumes": [
                    {"name": "a"},
                    {"name": "b", "hostPath": {}},
                    None,
                    {"name": "d", "emptyDir": None, "image": None},
                    {"name": "e", "unknown": {}},
                ]
            }
        }
        before = copy.deepcopy(pod)
        found = default_volume_sources(pod)
        assert found.object == {
            "spec": {
                "volumes": [
                    {"name": "a", "emptyDir": {}},
                    {"name": "b", "hostPath": {}},
                    {"emptyDir": {}},
                    {"name": "d", "emptyDir": {}, "image": None},
                    {"name": "e", "unknown": {}, "emptyDir": {}},
                ]
            }
        }
        assert [(str(change.path), change.before, change.after) for change in found.changes] == [
            (f"spec.volumes[{at}].emptyDir", None, {}) for at in (0, 2, 3, 4)
        ]
        assert {change.reason for change in found.changes} == {VolumeDefaultReason.NO_SOURCE}
        assert pod == before
        assert default_volume_sources(found.object).object is found.object

    @pytest.mark.parametrize("source", VOLUME_SOURCES)
    def test_every_source_is_one(self, source: str) -> None:
        pod: dict[str, Any] = {"spec": {"volumes": [{"name": "a", source: {}}]}}
        assert default_volume_sources(pod).object is pod

    @pytest.mark.parametrize(("minor", "filled_in"), [("1.30", True), ("1.31", False)])
    def test_an_image_is_one_since_1_31(self, minor: str, filled_in: bool) -> None:
        pod: dict[str, Any] = {"spec": {"volumes": [{"name": "a", "image": {}}]}}
        assert bool(default_volume_sources(pod, release=Release(minor)).changes) is filled_in

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject, match=r"spec\.volumes\[0\]\.secret: expected an object, found a string"):
            default_volume_sources({"spec": {"volumes": [{"secret": "x"}]}})


class TestVolumes:
    @pytest.mark.parametrize("source", sorted(set(VOLUME_SOURCES) - {"image"}))
    def test_valid(self, source: str) -> None:
        volume: dict[str, Any] = {"name": "a", source: {}}
        found = validate_volumes({"volumes": [volume]}, SPEC)
        assert (found.errors, found.valid) == ((), {"a": volume})

    def test_names(self) -> None:
        assert checked({"emptyDir": {}}, {"name": "a.b", "emptyDir": {}}, {"name": "A" * 64, "emptyDir": {}}) == [
            ("spec.volumes[0].name", Type.REQUIRED, Rule.NAME_REQUIRED),
            ("spec.volumes[1].name", Type.INVALID, NameRule.DOTS),
            ("spec.volumes[2].name", Type.INVALID, NameRule.TOO_LONG),
            ("spec.volumes[2].name", Type.INVALID, NameRule.FORMAT),
        ]

    def test_duplicates(self) -> None:
        """Only a valid volume takes its name."""
        volume: dict[str, Any] = {"name": "a", "emptyDir": {}}
        assert checked({"name": "a"}, volume, volume, {"name": "a"}) == [
            ("spec.volumes[0]", Type.REQUIRED, Rule.SOURCE_REQUIRED),
            ("spec.volumes[2].name", Type.DUPLICATE, Rule.NAME_DUPLICATE),
            ("spec.volumes[3]", Type.REQUIRED, Rule.SOURCE_REQUIRED),
            ("spec.volumes[3].name", Type.DUPLICATE, Rule.NAME_DUPLICATE),
        ]
        assert len(checked({}, {})) == 4

    def test_sources_are_counted_in_an_order_of_their_own(self) -> None:
        volume: dict[str, Any] = {"name": "a", "image": {}, "downwardAPI": {}, "cephfs": {}, "hostPath": {}, "secret": None}
        assert checked(volume) == [
            ("spec.volumes[0].cephFS", Type.FORBIDDEN, Rule.ONE_SOURCE),
            ("spec.volumes[0].downwarAPI", Type.FORBIDDEN, Rule.ONE_SOURCE),
            ("spec.volumes[0].image", Type.FORBIDDEN, Rule.ONE_SOURCE),
        ]

    def test_images(self) -> None:
        image = {"name": "a", "image": {"pullPolicy": "never"}}
        policy = ("spec.volumes[0].image.pullPolicy", Type.NOT_SUPPORTED, ImageFieldRule.POLICY_UNKNOWN)
        assert checked(image) == [("spec.volumes[0].image.reference", Type.REQUIRED, ImageFieldRule.IMAGE_REQUIRED), policy]
        assert checked(image, template=True) == [policy]
        assert checked(image, release=Release("1.30")) == [("spec.volumes[0]", Type.REQUIRED, Rule.SOURCE_REQUIRED)]

    def test_what_is_known(self) -> None:
        assert "image" not in volume_sources(Release("1.30"))
        assert volume_sources(Release("1.31")) == tuple(VOLUME_SOURCES)

    def test_none(self) -> None:
        assert validate_volumes({}, SPEC).errors == ()


VALID: dict[str, Any] = {"tmp": {"name": "tmp", "emptyDir": {}}, "data": {"name": "data", "image": {}}}


def mounted(*mounts: Any, release: str = "1.36") -> list[tuple[str, FieldErrorType, Any]]:
    at = SPEC.child("containers").index(0)
    errors = told(validate_volume_mounts({"volumeMounts": list(mounts)}, at, VALID, release=Release(release)))
    return [(path.removeprefix("spec.containers[0].volumeMounts"), kind, rule) for path, kind, rule in errors]


class TestMounts:
    def test_valid(self) -> None:
        assert mounted({"name": "tmp", "mountPath": "/a"}, {"name": "tmp", "mountPath": "/a/"}, {"name": "data", "mountPath": "b"}) == []
        assert validate_volume_mounts({}, ROOT, VALID) == ()

    def test_names_and_paths(self) -> None:
        assert mounted({}, {"name": "other", "mountPath": "/a"}, {"name": "tmp", "mountPath": "/a"}, {"name": "tmp"}) == [
            ("[0].name", Type.REQUIRED, Rule.MOUNT_NAME_REQUIRED),
            ("[0].name", Type.NOT_FOUND, Rule.MOUNT_NAME_UNKNOWN),
            ("[0].mountPath", Type.REQUIRED, Rule.MOUNT_PATH_REQUIRED),
            ("[1].name", Type.NOT_FOUND, Rule.MOUNT_NAME_UNKNOWN),
            ("[2].mountPath", Type.INVALID, Rule.MOUNT_PATH_DUPLICATE),
            ("[3].mountPath", Type.REQUIRED, Rule.MOUNT_PATH_REQUIRED),
            ("[3].mountPath", Type.INVALID, Rule.MOUNT_PATH_DUPLICATE),
        ]

    @pytest.mark.parametrize(
        ("sub_paths", "expected"),
        [
            ({"subPath": "a/b"}, []),
            ({"subPath": "..a/b.."}, []),
            ({"subPathExpr": "$(A)/b"}, []),
            ({"subPath": "a", "subPathExpr": "b"}, [("[0].subPathExpr", Rule.SUB_PATH_TWICE)]),
            ({"subPath": "/a"}, [(".subPath", Rule.SUB_PATH_ABSOLUTE)]),
            ({"subPathExpr": "/../.."}, [(".subPathExpr", Rule.SUB_PATH_ABSOLUTE), (".subPathExpr", Rule.SUB_PATH_BACKSTEP)]),
            (
                {"subPath": "..", "subPathExpr": "a/.."},
                [(".subPath", Rule.SUB_PATH_BACKSTEP), ("[0].subPathExpr", Rule.SUB_PATH_TWICE), (".subPathExpr", Rule.SUB_PATH_BACKSTEP)],
            ),
        ],
    )
    def test_sub_paths(self, sub_paths: dict[str, str], expected: list[tuple[str, Any]]) -> None:
        found = mounted({"name": "tmp", "mountPath": "/a", **sub_paths})
        assert found == [(path, Type.INVALID, rule) for path, rule in expected]

    @pytest.mark.parametrize("minor", ["1.30", "1.31", "1.32", "1.33"])
    def test_sub_paths_of_images(self, minor: str) -> None:
        mount = {"name": "data", "mountPath": "/a", "subPath": "a", "subPathExpr": "b"}
        whole = [
            ("[0].subPath", Type.INVALID, ImageFieldRule.SUB_PATH),
            ("[0].subPathExpr", Type.INVALID, ImageFieldRule.SUB_PATH),
        ]
        twice = ("[0].subPathExpr", Type.INVALID, Rule.SUB_PATH_TWICE)
        assert mounted(mount, release=minor) == [*(whole if minor in {"1.31", "1.32"} else []), twice]
