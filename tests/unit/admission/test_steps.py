from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from kubecontainers.admission.steps import (
    AdmissionContext,
    AdmissionStep,
    AlwaysPullImages,
    CreationDefaults,
    PassedOver,
    PodDefaultsReason,
    RuntimeClassAdmission,
    ServiceAccountPullSecrets,
    WarnedAdmitted,
    kubernetes_steps,
    passed_over,
    refused_pod,
)
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.requests import AdmissionDenied, AdmissionRequest, Operation
from kubecontainers.images.always_pull_images import AlwaysPullImagesReason
from kubecontainers.runtimeclass.admission import RuntimeClassDenied
from kubecontainers.runtimeclass.class_source import LookupFailure, RuntimeClasses
from kubecontainers.runtimeclass.runtime_class import RuntimeClass
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]
CONTEXT = AdmissionContext()
KATA = {"metadata": {"name": "kata"}, "handler": "kata", "overhead": {"podFixed": {"cpu": "250m"}}}
ACCOUNT = {"metadata": {"name": "default", "namespace": "shop"}, "imagePullSecrets": [{"name": "regcred"}]}


def create(spec: JSON, **metadata: Any) -> AdmissionRequest:
    return AdmissionRequest(Operation.CREATE, read_only({"metadata": metadata, "spec": spec}))


def spec_of(obj: Any) -> JSON:
    return dict(obj["spec"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"operation": Operation.DELETE, "object": None}, PassedOver.OPERATION),
        ({"operation": Operation.CONNECT, "subresource": "exec"}, PassedOver.OPERATION),
        ({"operation": Operation.UPDATE, "subresource": "status"}, PassedOver.SUBRESOURCE),
        ({"resource": "services", "kind": "Service"}, PassedOver.RESOURCE),
        ({"group": "apps"}, PassedOver.RESOURCE),
        ({"object": None}, PassedOver.NO_OBJECT),
        ({}, None),
        ({"operation": Operation.UPDATE}, None),
    ],
)
def test_passed_over(change: JSON, reason: PassedOver | None) -> None:
    request = attrs.evolve(create({"containers": [{"image": "nginx"}]}), **change)
    assert passed_over(request) is reason
    admitted = CreationDefaults().mutate(request, CONTEXT)
    assert (admitted.object is request.object) == (reason is not None)
    assert (admitted.reason is reason) == (reason is not None)


class TestCreationDefaults:
    def test_a_pod(self) -> None:
        admitted = CreationDefaults().mutate(create({"containers": [{"image": "nginx"}], "overhead": {"cpu": "1u"}}), CONTEXT)
        assert [(str(change.path), change.after) for change in admitted.changes] == [
            ("spec.containers[0].imagePullPolicy", "Always"),
            ("spec.restartPolicy", "Always"),
            ("spec.terminationGracePeriodSeconds", 30),
            ("spec.enableServiceLinks", True),
            ("spec.overhead[cpu]", "1m"),
        ]
        assert admitted.reason is PodDefaultsReason.FILLED_IN

    def test_nothing_is_open(self) -> None:
        request = create({"enableServiceLinks": True, "restartPolicy": "Never", "terminationGracePeriodSeconds": 0})
        admitted = CreationDefaults().mutate(request, CONTEXT)
        assert (admitted.object, admitted.reason) == (request.object, PodDefaultsReason.COMPLETE)
        CreationDefaults().validate(request, CONTEXT)

    def test_a_template(self) -> None:
        step = CreationDefaults().for_templates()
        assert step == CreationDefaults(template=True)
        changes = step.mutate(create({}), CONTEXT).changes
        assert [str(change.path) for change in changes] == ["spec.restartPolicy", "spec.terminationGracePeriodSeconds"]

    def test_the_release(self) -> None:
        kept = {"enableServiceLinks": True, "restartPolicy": "Never", "terminationGracePeriodSeconds": 0}
        request = create({**kept, "volumes": [{"name": "data", "image": {"reference": "data:1"}}]})
        for minor, paths in (("1.34", []), ("1.35", ["spec.volumes[0].image.pullPolicy"])):
            admitted = CreationDefaults().mutate(request, AdmissionContext(Release(minor)))
            assert [str(change.path) for change in admitted.changes] == paths


class TestServiceAccount:
    def test_the_namespace_of_the_request(self) -> None:
        step = ServiceAccountPullSecrets(map(read_only, [ACCOUNT]))
        admitted = step.mutate(create({}), AdmissionContext(namespace="shop"))
        assert spec_of(admitted.object) == {"serviceAccountName": "default", "imagePullSecrets": [{"name": "regcred"}]}
        step.validate(create({}), CONTEXT)

    def test_the_namespace_of_the_pod(self) -> None:
        step = ServiceAccountPullSecrets([ACCOUNT, {"metadata": {"name": "other", "namespace": "shop"}}])
        assert step.mutate(create({}, namespace="shop"), CONTEXT).changes
        for request in (create({}), create({"serviceAccountName": "more"}, namespace="shop")):
            with pytest.raises(AdmissionDenied) as caught:
                step.mutate(request, CONTEXT)
            assert caught.value.code == 403

    def test_no_object(self) -> None:
        assert ServiceAccountPullSecrets([ACCOUNT]).mutate(AdmissionRequest(Operation.DELETE), CONTEXT).object is None

    @pytest.mark.parametrize(("account", "path"), [([], "[0]"), ({"metadata": {"namespace": 7}}, "[0].metadata.namespace")])
    def test_a_malformed_account(self, account: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            ServiceAccountPullSecrets([account])
        assert caught.value.path == path


class TestAlwaysPullImages:
    def test_both_passes(self) -> None:
        step, request = AlwaysPullImages(), create({"containers": [{"image": "nginx", "imagePullPolicy": "Never"}]}, name="web")
        admitted = step.mutate(request, CONTEXT)
        assert admitted.reason is AlwaysPullImagesReason.POLICY_MUST_BE_ALWAYS
        step.validate(attrs.evolve(request, object=admitted.object), CONTEXT)
        with pytest.raises(AdmissionDenied) as caught:
            step.validate(request, CONTEXT)
        assert (caught.value.code, caught.value.reason) == (403, "Forbidden")
        assert [str(error.path) for error in caught.value.errors] == ["spec.containers[0].imagePullPolicy"]


class TestRuntimeClass:
    def test_both_passes(self) -> None:
        step, request = RuntimeClassAdmission(map(read_only, [KATA])), create({"runtimeClassName": "kata"})
        admitted = step.mutate(request, CONTEXT)
        assert spec_of(admitted.object)["overhead"] == {"cpu": "250m"}
        step.validate(attrs.evolve(request, object=admitted.object), CONTEXT)
        with pytest.raises(RuntimeClassDenied):
            step.validate(request, CONTEXT)

    def test_a_source(self) -> None:
        classes = RuntimeClasses(cache_failure=LookupFailure.UNAVAILABLE)
        assert RuntimeClassAdmission(classes).classes is classes
        with pytest.raises(RuntimeClassDenied) as caught:
            RuntimeClassAdmission(classes).mutate(create({"runtimeClassName": "kata"}), CONTEXT)
        assert caught.value.code == 503


def test_the_order() -> None:
    assert [step.name for step in kubernetes_steps()] == ["CreationDefaults", "RuntimeClass"]
    steps = kubernetes_steps(service_accounts=[ACCOUNT], runtime_classes=[KATA], always_pull_images=True)
    assert [step.name for step in steps] == ["CreationDefaults", "ServiceAccount", "AlwaysPullImages", "RuntimeClass"]
    assert [step is not None for step in map(_of_template, steps)] == [True, False, True, False]


def _of_template(step: AdmissionStep) -> AdmissionStep | None:
    return step.for_templates()


def test_steps_are_values() -> None:
    steps = kubernetes_steps(service_accounts=[ACCOUNT], runtime_classes=[KATA], always_pull_images=True)
    assert pickle.loads(pickle.dumps(steps)) == steps  # noqa: S301
    assert len(set(steps)) == len(steps)


def test_refusing() -> None:
    for metadata, name in (({"name": "web"}, "web"), ({"generateName": "web-"}, "web-"), ({}, "Unknown")):
        assert refused_pod({"metadata": metadata}, ()).message == f'pods "{name}" is forbidden: '
    with pytest.raises(MalformedObject):
        refused_pod(None, ())


def test_warnings() -> None:
    assert WarnedAdmitted(None, PassedOver.OPERATION).warnings == ()


class Source:
    """RuntimeClasses as an API client hands them over, one of which nobody can decode."""

    def get(self, name: str) -> Any:
        return {"metadata": {"name": name}, "handler": 7 if name == "broken" else "kata"} if name != "live" else None

    def get_live(self, name: str) -> Any:
        return RuntimeClass(name, "kata")


def test_a_class_that_cannot_be_decoded_is_not_the_requests_fault() -> None:
    step = RuntimeClassAdmission(Source())
    assert RuntimeClassAdmission(step.classes).classes is step.classes
    for name in ("kata", "live"):
        admitted: Any = step.mutate(AdmissionRequest(Operation.CREATE, {"spec": {"runtimeClassName": name}}), AdmissionContext())
        assert admitted.runtime_class == RuntimeClass(name, "kata")
    with pytest.raises(AdmissionDenied) as caught:
        step.mutate(AdmissionRequest(Operation.CREATE, {"spec": {"runtimeClassName": "broken"}}), AdmissionContext())
    assert (caught.value.code, "handler: expected a string" in str(caught.value)) == (500, True)
    with pytest.raises(AdmissionDenied) as missing:
        RuntimeClassAdmission({}).mutate(AdmissionRequest(Operation.CREATE, {"spec": {"runtimeClassName": "gone"}}), AdmissionContext())
    assert missing.value.code == 403
