from __future__ import annotations

import copy
from typing import Any

import pytest

from kubecontainers.apimachinery.checked import unchecked_fields
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import FieldErrorType
from kubecontainers.apimachinery.names import NameRule
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.validation import ImageFieldRule
from kubecontainers.lifecycle.validation import LifecycleRule
from kubecontainers.pods.validation import CHECKED, ContainerRule, validate_pod
from kubecontainers.pods.volumes import VolumeRule

Type, Rule, Image = FieldErrorType, ContainerRule, ImageFieldRule


def app(name: str = "app", **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": "nginx", "imagePullPolicy": "Always", **fields}


def broken(spec: Any, **options: Any) -> list[tuple[str, FieldErrorType, Any]]:
    pod = {"spec": {"restartPolicy": "Always", **spec}}
    return [(str(error.path).removeprefix("spec."), error.type, error.rule) for error in validate_pod(pod, **options)]


def test_valid() -> None:
    spec: dict[str, Any] = {
        "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "data", "image": {"reference": "data", "pullPolicy": "Never"}}],
        "initContainers": [app("setup", volumeMounts=[{"name": "tmp", "mountPath": "/tmp"}])],  # noqa: S108
        "containers": [app(volumeMounts=[{"name": "data", "mountPath": "/data", "subPath": "a"}]), app("other")],
    }
    assert broken(spec) == []
    assert broken(spec, template=True) == []
    assert unchecked_fields({"spec": spec}, CHECKED) == ()


@pytest.mark.parametrize("pod", [{}, {"spec": None}, {"spec": {"containers": None, "initContainers": []}}])
def test_what_is_required(pod: dict[str, Any]) -> None:
    assert [(str(error.path), error.type, error.rule) for error in validate_pod(pod)] == [
        ("spec.containers", Type.REQUIRED, Rule.REQUIRED),
        ("spec.restartPolicy", Type.REQUIRED, LifecycleRule.RESTART_POLICY_REQUIRED),
    ]


def test_kubernetes_order() -> None:
    """Volumes, app, init and ephemeral containers; the white space of pods after all of these; what a new pod may not have last."""
    mount = {"name": "missing", "mountPath": "/a"}
    spec = {
        "ephemeralContainers": [{"name": "E", "image": " e", "volumeMounts": [mount]}],
        "initContainers": [{"name": "I", "image": "i ", "volumeMounts": [mount]}],
        "containers": [{"name": "A", "image": "", "volumeMounts": [mount]}, app("b", image=" b", imagePullPolicy="never")],
        "volumes": [{"name": "V"}],
    }
    unknown = VolumeRule.MOUNT_NAME_UNKNOWN
    assert broken(spec) == [
        ("volumes[0]", Type.REQUIRED, VolumeRule.SOURCE_REQUIRED),
        ("volumes[0].name", Type.INVALID, NameRule.FORMAT),
        ("containers[0].name", Type.INVALID, NameRule.FORMAT),
        ("containers[0].image", Type.REQUIRED, Image.IMAGE_REQUIRED),
        ("containers[0].volumeMounts[0].name", Type.NOT_FOUND, unknown),
        ("containers[0].imagePullPolicy", Type.REQUIRED, Image.POLICY_REQUIRED),
        ("containers[1].imagePullPolicy", Type.NOT_SUPPORTED, Image.POLICY_UNKNOWN),
        ("initContainers[0].name", Type.INVALID, NameRule.FORMAT),
        ("initContainers[0].volumeMounts[0].name", Type.NOT_FOUND, unknown),
        ("initContainers[0].imagePullPolicy", Type.REQUIRED, Image.POLICY_REQUIRED),
        ("ephemeralContainers[0].name", Type.INVALID, NameRule.FORMAT),
        ("ephemeralContainers[0].volumeMounts[0].name", Type.NOT_FOUND, unknown),
        ("ephemeralContainers[0].imagePullPolicy", Type.REQUIRED, Image.POLICY_REQUIRED),
        ("ephemeralContainers[0].image", Type.INVALID, Image.IMAGE_SPACE),
        ("containers[1].image", Type.INVALID, Image.IMAGE_SPACE),
        ("initContainers[0].image", Type.INVALID, Image.IMAGE_SPACE),
        ("ephemeralContainers", Type.FORBIDDEN, Rule.EPHEMERAL),
    ]


def test_the_order_of_what_a_container_may_do() -> None:
    """After the rest of its container, but for the policy of an init container; the pod's own policy after all containers."""
    hook: dict[str, Any] = {"preStop": {}, "postStart": {}, "stopSignal": "SIGHUP"}
    probe = {"exec": {"command": ["a"]}}
    life: dict[str, Any] = {"lifecycle": hook, "startupProbe": {}, "readinessProbe": {}, "livenessProbe": probe, "restartPolicy": "never"}
    spec: dict[str, Any] = {
        "restartPolicy": "always",
        "hostname": "A",
        "os": {"name": "plan9"},
        "containers": [app("a", **life), app("a")],
        "initContainers": [app("a", **life)],
        "ephemeralContainers": [app("a", **life, targetContainerName="b", volumeMounts=[{"name": "m", "mountPath": "/m", "subPath": "s"}])],
        "volumes": [{"name": "m", "emptyDir": {}}],
    }
    found = broken(spec)
    assert [path for path, _, _ in found] == [
        "containers[0].lifecycle.postStart",
        "containers[0].lifecycle.preStop",
        "containers[0].livenessProbe.successThreshold",
        "containers[0].readinessProbe",
        "containers[0].startupProbe",
        "containers[0].startupProbe.successThreshold",
        "containers[0].restartPolicy",
        "containers[1].name",
        "initContainers[0].restartPolicy",
        "initContainers[0].name",
        "initContainers[0].lifecycle",
        "initContainers[0].livenessProbe",
        "initContainers[0].readinessProbe",
        "initContainers[0].startupProbe",
        "ephemeralContainers[0].name",
        "ephemeralContainers[0].targetContainerName",
        "ephemeralContainers[0].restartPolicy",
        "ephemeralContainers[0].livenessProbe",
        "ephemeralContainers[0].readinessProbe",
        "ephemeralContainers[0].startupProbe",
        "ephemeralContainers[0].lifecycle",
        "ephemeralContainers[0].volumeMounts[0].subPath",
        "restartPolicy",
        "hostname",
        "os",
        "ephemeralContainers",
    ]


def test_a_volume_that_is_not_valid_is_none() -> None:
    spec = {
        "volumes": [{"name": "data", "image": {"reference": "a", "pullPolicy": "never"}}],
        "containers": [app(volumeMounts=[{"name": "data", "mountPath": "/a"}])],
    }
    assert broken(spec) == [
        ("volumes[0].image.pullPolicy", Type.NOT_SUPPORTED, Image.POLICY_UNKNOWN),
        ("containers[0].volumeMounts[0].name", Type.NOT_FOUND, VolumeRule.MOUNT_NAME_UNKNOWN),
    ]


class TestNames:
    def test_duplicates_are_reported_where_the_later_kind_is(self) -> None:
        spec = {"initContainers": [app("a"), app("b"), app("b")], "containers": [app("a"), app("c"), app("c")]}
        assert broken(spec) == [
            ("containers[2].name", Type.DUPLICATE, Rule.NAME_DUPLICATE),
            ("initContainers[0].name", Type.DUPLICATE, Rule.NAME_DUPLICATE),
            ("initContainers[2].name", Type.DUPLICATE, Rule.NAME_DUPLICATE),
        ]

    def test_ephemeral_containers_share_the_names(self) -> None:
        spec = {
            "containers": [app("a")],
            "initContainers": [app("b")],
            "ephemeralContainers": [app("a"), app("b"), app("c"), app("c")],
        }
        duplicates = [path for path, kind, _ in broken(spec) if kind is Type.DUPLICATE]
        assert duplicates == [f"ephemeralContainers[{at}].name" for at in (0, 1, 3)]

    def test_no_names(self) -> None:
        """Kubernetes takes a missing name for one that others may have too, unless both are of init containers."""
        required, duplicate = (Type.REQUIRED, Rule.NAME_REQUIRED), (Type.DUPLICATE, Rule.NAME_DUPLICATE)
        spec = {"containers": [app(""), app("")], "initContainers": [app("")]}
        assert broken(spec) == [
            ("containers[0].name", *required),
            ("containers[1].name", *required),
            ("containers[1].name", *duplicate),
            ("initContainers[0].name", *required),
            ("initContainers[0].name", *duplicate),
        ]
        spec = {"containers": [app()], "initContainers": [app(""), app("")]}
        assert broken(spec) == [("initContainers[0].name", *required), ("initContainers[1].name", *required)]


class TestTemplates:
    def test_blank_images(self) -> None:
        spec = {
            "containers": [app(image=" ")],
            "initContainers": [app("setup", image="")],
            "volumes": [{"name": "a", "image": {"pullPolicy": "Always"}}],
        }
        assert broken(spec, template=True) == [("initContainers[0].image", Type.REQUIRED, Image.IMAGE_REQUIRED)]
        assert [path for path, _, _ in broken(spec)] == ["volumes[0].image.reference", "initContainers[0].image", "containers[0].image"]

    def test_ephemeral_containers(self) -> None:
        spec = {"containers": [app()], "ephemeralContainers": [app("debug", image=" ")]}
        assert broken(spec, template=True) == [
            ("ephemeralContainers[0].image", Type.INVALID, Image.IMAGE_SPACE),
            ("ephemeralContainers", Type.FORBIDDEN, Rule.EPHEMERAL),
        ]


def test_ephemeral_containers() -> None:
    mounts = [{"name": "tmp", "mountPath": "/a", "subPath": "a"}, {"name": "tmp", "mountPath": "/b", "subPathExpr": "b"}]
    spec: dict[str, Any] = {
        "volumes": [{"name": "tmp", "emptyDir": {}}],
        "containers": [app()],
        "initContainers": [app("setup")],
        "ephemeralContainers": [
            app("a", targetContainerName="app", volumeMounts=mounts),
            app("b", targetContainerName="a"),
            app("c", targetContainerName="setup"),
        ],
    }
    assert broken(spec) == [
        ("ephemeralContainers[0].volumeMounts[0].subPath", Type.FORBIDDEN, Rule.EPHEMERAL_SUB_PATH),
        ("ephemeralContainers[0].volumeMounts[1].subPathExpr", Type.FORBIDDEN, Rule.EPHEMERAL_SUB_PATH),
        ("ephemeralContainers[1].targetContainerName", Type.NOT_FOUND, Rule.TARGET_UNKNOWN),
        ("ephemeralContainers", Type.FORBIDDEN, Rule.EPHEMERAL),
    ]


@pytest.mark.parametrize(("minor", "refused"), [("1.30", True), ("1.31", False), ("1.34", False)])
def test_it_takes_the_pod_as_it_stands(minor: str, refused: bool) -> None:
    """Nothing is dropped before: an image volume is looked at wherever the release knows it."""
    volume = {"name": "a", "image": {"reference": "a", "pullPolicy": "Never"}}
    pod = {"spec": {"restartPolicy": "Always", "containers": [app()], "volumes": [volume]}}
    before = copy.deepcopy(pod)
    assert bool(validate_pod(pod, release=Release(minor))) is refused
    assert pod == before


MALFORMED: list[tuple[Any, str]] = [
    ([], "spec"),
    ({"containers": [{"name": 1}]}, "spec.containers[0].name"),
    ({"containers": [{"volumeMounts": [{"subPath": 1}]}]}, "spec.containers[0].volumeMounts[0].subPath"),
    ({"ephemeralContainers": [{"targetContainerName": 1}]}, "spec.ephemeralContainers[0].targetContainerName"),
    ({"volumes": [{"csi": []}]}, "spec.volumes[0].csi"),
    ({"terminationGracePeriodSeconds": "30"}, "spec.terminationGracePeriodSeconds"),
    ({"os": "linux"}, "spec.os"),
]


@pytest.mark.parametrize(("spec", "path"), MALFORMED)
def test_malformed(spec: Any, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        validate_pod({"spec": spec})
    assert caught.value.path == path
