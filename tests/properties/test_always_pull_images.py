# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import copy
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from kubecontainers.testing import strategies

LISTS = ("initContainers", "containers", "ephemeralContainers")
pods = strategies.pods(ephemeral_containers=True)
requests = strategies.admission_requests(pods_given=pods)
creations = pods.map(lambda pod: AdmissionRequest(Operation.CREATE, pod))


def without_policies(pod: Any) -> Any:
    pod = copy.deepcopy(pod)
    for name in LISTS:
        for container in pod["spec"].get(name, []):
            container.pop("imagePullPolicy", None)
    for volume in pod["spec"].get("volumes", []):
        volume.get("image", {}).pop("pullPolicy", None)
    return pod


def images(pod: Any) -> set[str]:
    return {container["image"] for name in LISTS for container in pod["spec"].get(name, [])}


class TestAdmittedIsValid:
    """What the mutating pass lets through, the validating pass lets through as well."""

    @given(requests, strategies.releases())
    def test_admit_then_validate(self, request: AdmissionRequest, release: Release) -> None:
        admitted = admit_always_pull_images(request, release=release)
        assert validate_always_pull_images(attrs.evolve(request, object=admitted.object), release=release) == ()

    @given(requests, strategies.releases())
    def test_errors_are_the_changes_to_come(self, request: AdmissionRequest, release: Release) -> None:
        errors = validate_always_pull_images(request, release=release)
        changes = admit_always_pull_images(request, release=release).changes
        assert [error.path for error in errors] == [change.path for change in changes]
        assert {error.type for error in errors} <= {FieldErrorType.NOT_SUPPORTED}


class TestAdmissionChangesPoliciesOnly:
    """The mutating pass sets policies to Always, all of them and nothing else, and has nothing to do the second time."""

    @given(creations, strategies.releases())
    def test_policies_only(self, request: AdmissionRequest, release: Release) -> None:
        admitted: Any = admit_always_pull_images(request, release=release)
        assert without_policies(admitted.object) == without_policies(request.object)
        assert {container["imagePullPolicy"] for name in LISTS for container in admitted.object["spec"].get(name, [])} == {"Always"}
        for new, old in zip(admitted.object["spec"].get("volumes", []), (request.object or {})["spec"].get("volumes", []), strict=True):  # type: ignore[attr-defined]
            if release.minor >= 31 and "image" in new:
                assert new["image"]["pullPolicy"] == "Always"
            else:
                assert new is old

    @given(requests, strategies.releases())
    def test_idempotent(self, request: AdmissionRequest, release: Release) -> None:
        once = admit_always_pull_images(request, release=release)
        twice = admit_always_pull_images(attrs.evolve(request, object=once.object), release=release)
        assert twice.object is once.object
        assert twice.changes == ()
        assert twice.reason is once.reason

    @given(requests)
    def test_input_stays(self, request: AdmissionRequest) -> None:
        before = copy.deepcopy(request)
        admitted = admit_always_pull_images(request)
        assert request == before
        if not admitted.changes:
            assert admitted.object is request.object


class TestWhatIsPassedOver:
    """Requests that bring no image to a pod are neither changed nor refused, whatever they hold."""

    @given(requests, st.sampled_from(["status", "ephemeralcontainers", "resize"]))
    def test_subresource(self, request: AdmissionRequest, subresource: str) -> None:
        self.passed(attrs.evolve(request, operation=Operation.UPDATE, subresource=subresource), AlwaysPullImagesReason.SUBRESOURCE)

    @given(creations, st.sampled_from([("", "deployments"), ("apps", "pods"), ("", "podtemplates")]))
    def test_resource(self, request: AdmissionRequest, which: tuple[str, str]) -> None:
        self.passed(attrs.evolve(request, group=which[0], resource=which[1]), AlwaysPullImagesReason.RESOURCE)

    @given(creations, st.sampled_from([Operation.DELETE, Operation.CONNECT]))
    def test_operation(self, request: AdmissionRequest, operation: Operation) -> None:
        assert not always_pull_images_handles(operation)
        self.passed(attrs.evolve(request, operation=operation), AlwaysPullImagesReason.OPERATION)

    @given(strategies.admission_requests(pods_given=pods, operations=(Operation.UPDATE,)))
    def test_no_new_image(self, request: AdmissionRequest) -> None:
        request = attrs.evolve(request, subresource="")
        if images(request.object) <= images(request.old_object):
            self.passed(request, AlwaysPullImagesReason.NO_NEW_IMAGE)
        else:
            assert admit_always_pull_images(request).reason is AlwaysPullImagesReason.POLICY_MUST_BE_ALWAYS

    def passed(self, request: AdmissionRequest, reason: AlwaysPullImagesReason) -> None:
        admitted = admit_always_pull_images(request)
        assert admitted.object is request.object
        assert admitted.changes == ()
        assert admitted.reason is reason
        assert validate_always_pull_images(request) == ()


class TestAnyRequestIsAnswered:
    """Whatever the objects are, the answer is an admission, a denial of what is no pod, or a complaint about the shape."""

    @given(
        st.sampled_from(Operation),
        st.none() | strategies.damaged(pods) | strategies.json_objects(),
        st.none() | strategies.damaged(pods) | strategies.json_objects(),
        st.sampled_from(["Pod", "Pod", "Service"]),
        strategies.releases(),
    )
    def test_total(self, operation: Operation, new: Any, old: Any, kind: str, release: Release) -> None:
        request = AdmissionRequest(operation, new, old, kind=kind)
        try:
            admitted = admit_always_pull_images(request, release=release)
        except AdmissionDenied as denied:
            assert (denied.code, denied.reason) == (400, "BadRequest")
            assert new is None or kind != "Pod"
            with pytest.raises(AdmissionDenied):
                validate_always_pull_images(request, release=release)
        except MalformedObject as malformed:
            with pytest.raises(MalformedObject) as again:
                validate_always_pull_images(request, release=release)
            assert again.value == malformed
        else:
            assert len(validate_always_pull_images(request, release=release)) == len(admitted.changes)
