from __future__ import annotations

from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import FieldErrorType
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.requests import AdmissionDenied, AdmissionRequest, Operation
from kubecontainers.images.always_pull_images import (
    AlwaysPullImagesReason,
    admit_always_pull_images,
    always_pull_images_handles,
    validate_always_pull_images,
)

Why = AlwaysPullImagesReason
CREATE, UPDATE = Operation.CREATE, Operation.UPDATE


def pod(*images: str, policy: str = "Never", **spec: object) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": image, "image": image, "imagePullPolicy": policy} for image in images], **spec}}


FULL = pod(
    "nginx",
    volumes=[{"name": "data", "image": {"reference": "data"}}, {"name": "tmp"}],
    ephemeralContainers=[{"name": "debug", "image": "busybox"}],
    initContainers=[
        {"name": "setup", "image": "alpine", "imagePullPolicy": "Always"},
        {"name": "second", "image": "x", "imagePullPolicy": ""},
    ],
)


def test_handles() -> None:
    assert [always_pull_images_handles(operation) for operation in (CREATE, UPDATE, Operation.DELETE, Operation.CONNECT)] == [
        True,
        True,
        False,
        False,
    ]


def test_admit_sets_every_policy_in_order() -> None:
    admitted = admit_always_pull_images(AdmissionRequest(CREATE, FULL))
    assert [(str(change.path), change.before, change.after) for change in admitted.changes] == [
        ("spec.initContainers[1].imagePullPolicy", None, "Always"),
        ("spec.containers[0].imagePullPolicy", "Never", "Always"),
        ("spec.ephemeralContainers[0].imagePullPolicy", None, "Always"),
        ("spec.volumes[0].image.pullPolicy", None, "Always"),
    ]
    assert {change.reason for change in admitted.changes} == {admitted.reason} == {Why.POLICY_MUST_BE_ALWAYS}
    found: Any = admitted.object
    assert found["spec"]["volumes"] == [{"name": "data", "image": {"reference": "data", "pullPolicy": "Always"}}, {"name": "tmp"}]
    assert found["spec"]["initContainers"][0] is FULL["spec"]["initContainers"][0]


def test_validate_reports_every_policy_in_order() -> None:
    errors = validate_always_pull_images(AdmissionRequest(CREATE, FULL))
    assert [(str(error.path), error.value) for error in errors] == [
        ("spec.initContainers[1].imagePullPolicy", ""),
        ("spec.containers[0].imagePullPolicy", "Never"),
        ("spec.ephemeralContainers[0].imagePullPolicy", ""),
        ("spec.volumes[0].image.pullPolicy", ""),
    ]
    assert {(error.type, error.rule) for error in errors} == {(FieldErrorType.NOT_SUPPORTED, Why.POLICY_MUST_BE_ALWAYS)}
    assert str(errors[1]) == "spec.containers[0].imagePullPolicy: NotSupported: 'Never': supported values: \"Always\""


@pytest.mark.parametrize(
    ("release", "volumes"),
    [
        (Release("1.30"), False),
        (Release("1.31"), True),  # whether the gate ImageVolume is on does not matter
        (Release("1.36"), True),
    ],
)
def test_image_volumes_since_1_31(release: Release, volumes: bool) -> None:
    request = AdmissionRequest(CREATE, FULL)
    paths = [str(change.path) for change in admit_always_pull_images(request, release=release).changes]
    assert ("spec.volumes[0].image.pullPolicy" in paths) is volumes
    assert [str(error.path) for error in validate_always_pull_images(request, release=release)] == paths


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (AdmissionRequest(Operation.DELETE, None, FULL), Why.OPERATION),
        (AdmissionRequest(Operation.CONNECT, FULL, subresource="exec"), Why.OPERATION),
        (AdmissionRequest(CREATE, FULL, subresource="status"), Why.SUBRESOURCE),
        (AdmissionRequest(UPDATE, FULL, FULL, subresource="ephemeralcontainers"), Why.SUBRESOURCE),
        (AdmissionRequest(CREATE, FULL, resource="deployments", group="apps", kind="Deployment"), Why.RESOURCE),
        (AdmissionRequest(CREATE, FULL, group="metrics.k8s.io"), Why.RESOURCE),
        (AdmissionRequest(CREATE, FULL, resource="services"), Why.RESOURCE),
        (AdmissionRequest(CREATE, None, resource="services"), Why.RESOURCE),
        (AdmissionRequest(UPDATE, FULL, FULL), Why.NO_NEW_IMAGE),
    ],
)
def test_passed_over(request_: AdmissionRequest, reason: AlwaysPullImagesReason) -> None:
    admitted = admit_always_pull_images(request_)
    assert admitted.object is request_.object
    assert (admitted.reason, admitted.changes) == (reason, ())
    assert validate_always_pull_images(request_) == ()


@pytest.mark.parametrize(
    ("new", "old", "passed"),
    [
        (pod("a"), pod("a", "b"), True),  # removed
        (pod("b", "a"), pod("a", "b"), True),  # reordered
        (pod("a", "a"), pod("a"), True),
        (pod("a", "c"), pod("a", "b"), False),
        (pod("a"), pod("a:latest"), False),  # the texts are compared
        (pod("a", initContainers=[{"image": "b"}]), pod("b", "a"), True),  # moved from list to list
        (pod("a", ephemeralContainers=[{"image": "b"}]), pod("a"), False),
        (pod("a", volumes=[{"image": {"reference": "new"}}]), pod("a"), True),  # image volumes do not count
        (pod("a"), pod("a", volumes=[{"image": {"reference": "a"}}]), True),
        (pod("a"), pod(volumes=[{"image": {"reference": "a"}}]), False),
        (pod(), pod(), True),
        (pod("a"), None, False),
    ],
)
def test_update(new: dict[str, Any], old: dict[str, Any] | None, passed: bool) -> None:
    request = AdmissionRequest(UPDATE, new, old)
    assert (admit_always_pull_images(request).reason is Why.NO_NEW_IMAGE) is passed
    assert (validate_always_pull_images(request) == ()) is passed
    assert admit_always_pull_images(attrs.evolve(request, operation=CREATE)).reason is Why.POLICY_MUST_BE_ALWAYS


def test_images_are_compared_as_they_arrive_from_json() -> None:
    """A lone surrogate arrives in the API server as U+FFFD, so these images are one."""
    request = AdmissionRequest(UPDATE, pod("a\ud800"), pod("a\udfff"))
    assert admit_always_pull_images(request).reason is Why.NO_NEW_IMAGE


@pytest.mark.parametrize(
    "request_",
    [
        AdmissionRequest(CREATE, None),
        AdmissionRequest(UPDATE, None, FULL),
        AdmissionRequest(CREATE, {"spec": {}}, kind="Service"),
        AdmissionRequest(UPDATE, {"spec": {}}, {"spec": {}}, kind="Service"),
    ],
)
def test_no_pod(request_: AdmissionRequest) -> None:
    for ask in (admit_always_pull_images, validate_always_pull_images):
        with pytest.raises(AdmissionDenied) as caught:
            ask(request_)
        assert (caught.value.code, caught.value.reason) == (400, "BadRequest")


def test_malformed() -> None:
    for ask in (admit_always_pull_images, validate_always_pull_images):
        with pytest.raises(MalformedObject) as caught:
            ask(AdmissionRequest(CREATE, {"spec": {"containers": [{"image": 7}]}}))
        assert caught.value.path == "spec.containers[0].image"


@pytest.mark.parametrize(
    ("volume", "path"),
    [
        ({"name": 7, "image": {"reference": 8}}, "spec.volumes[0].image.reference"),
        ({"name": 7, "image": {"pullPolicy": 8}}, "spec.volumes[0].image.pullPolicy"),
        ({"name": 7, "image": {}}, "spec.volumes[0].name"),
    ],
)
def test_malformed_image_volumes(volume: Any, path: str) -> None:
    for ask in (admit_always_pull_images, validate_always_pull_images):
        with pytest.raises(MalformedObject) as caught:
            ask(AdmissionRequest(CREATE, {"spec": {"volumes": [volume]}}))
        assert caught.value.path == path


@pytest.mark.parametrize("root", [[], "x", 5])
def test_an_object_that_is_none(root: Any) -> None:
    for ask in (admit_always_pull_images, validate_always_pull_images):
        with pytest.raises(MalformedObject):
            ask(AdmissionRequest(Operation.CREATE, root))
        with pytest.raises(MalformedObject):
            ask(AdmissionRequest(Operation.CREATE, {"spec": {}}, root))
