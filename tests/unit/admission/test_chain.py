from __future__ import annotations

import base64
import gc
import json
import pickle
import tracemalloc
from pathlib import Path
from typing import Any, ClassVar

import attrs
import jsonpatch
import pytest

from kubecontainers.admission.chain import AdmissionChain, AdmittedChain
from kubecontainers.admission.pinning import MappingResolver, PinImages
from kubecontainers.admission.steps import (
    AdmissionContext,
    AlwaysPullImages,
    CreationDefaults,
    PodDefaultsReason,
    RuntimeClassAdmission,
    WarnedAdmitted,
    kubernetes_steps,
)
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import FieldChange, FieldPath
from kubecontainers.apimachinery.requests import AdmissionDenied, AdmissionRequest, Admitted, Operation
from kubecontainers.images.reference import ImageReference
from kubecontainers.runtimeclass.class_source import LookupFailure, RuntimeClasses
from kubecontainers.testing.read_only import plain, read_only

JSON = dict[str, Any]
SAMPLE = json.loads((Path(__file__).parents[2] / "benchmarks" / "review_sample.json").read_text(encoding="utf-8"))
DIGEST = "sha256:" + "1" * 64
PIN = PinImages(MappingResolver({container["image"]: DIGEST for container in SAMPLE["request"]["object"]["spec"]["containers"]}))
KATA: JSON = {
    "metadata": {"name": "kata"},
    "handler": "kata",
    "overhead": {"podFixed": {"cpu": "250m"}},
    "scheduling": {"nodeSelector": {"example.com/sandbox": "kata"}, "tolerations": [{"key": "kata", "operator": "Exists"}]},
}
ACCOUNT = {"metadata": {"name": "web", "namespace": "shop"}, "imagePullSecrets": [{"name": "regcred"}]}
STEPS = (*kubernetes_steps(service_accounts=[ACCOUNT], runtime_classes=[KATA], always_pull_images=True), PIN)
CHAIN = AdmissionChain(STEPS)
KEPT: JSON = {"restartPolicy": "Always", "terminationGracePeriodSeconds": 30}
TEMPLATE: JSON = {"spec": {**KEPT, "containers": [{"name": "app", "image": "nginx:1.27"}]}}
DEPLOYMENT: JSON = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 1, "template": TEMPLATE}}
OF_A_TEMPLATE = AdmissionChain([*STEPS[:-1], PinImages(MappingResolver({"nginx:1.27": DIGEST}))], templates=True)


def review(obj: Any, operation: str = "CREATE", kind: str = "Pod", **changes: Any) -> JSON:
    asked = {"uid": "1", "operation": operation, "object": obj, "namespace": "shop"}
    asked |= {"kind": {"kind": kind}, "resource": {"resource": f"{kind.lower()}s"}}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": asked | changes}


def deployment(**changes: Any) -> AdmissionRequest:
    return AdmissionRequest(Operation.CREATE, read_only(DEPLOYMENT | changes), resource="deployments", group="apps", kind="Deployment")


def patched(obj: Any, admitted: AdmittedChain) -> Any:
    operations: Any = [plain(operation) for operation in admitted.patch]
    return jsonpatch.apply_patch(plain(obj), operations)


class TestAPod:
    def test_the_whole_chain(self) -> None:
        pod = SAMPLE["request"]["object"]
        admitted = CHAIN.admit(AdmissionRequest(Operation.CREATE, read_only(pod)), namespace="shop")
        assert patched(pod, admitted) == plain(admitted.object)
        containers = [f"/spec/containers/{position}/{field}" for position in range(3) for field in ("imagePullPolicy", "image")]
        assert sorted((operation["op"], operation["path"]) for operation in admitted.patch) == sorted(
            [
                ("add", "/spec/imagePullSecrets"),
                ("add", "/spec/overhead"),
                ("add", "/spec/nodeSelector/example.com~1sandbox"),
                ("replace", "/spec/tolerations"),
                *(("replace", path) for path in containers),
            ]
        )
        assert list(dict.fromkeys(found.step for found in admitted.changes)) == [
            "ServiceAccount",
            "AlwaysPullImages",
            "RuntimeClass",
            "PinImages",
        ]
        assert set(admitted.reasons) == {step.name for step in STEPS}
        assert admitted.audit_annotations["kubecontainers/RuntimeClass"] == (
            "spec.overhead, spec.nodeSelector[example.com/sandbox], spec.tolerations"
        )

    def test_again(self) -> None:
        once = CHAIN.admit(AdmissionRequest(Operation.CREATE, SAMPLE["request"]["object"]), namespace="shop")
        twice = CHAIN.admit(AdmissionRequest(Operation.CREATE, once.object), namespace="shop")
        assert twice.object is once.object
        assert (twice.patch, twice.changes, dict(twice.audit_annotations)) == ((), (), {})

    def test_several_steps_at_one_field(self) -> None:
        chain = AdmissionChain([CreationDefaults(), AlwaysPullImages()])
        containers = [{"image": "nginx:1.27"}, {"image": "nginx:1.27", "imagePullPolicy": "Always"}]
        spec = {"enableServiceLinks": True, **KEPT, "containers": containers}
        admitted = chain.admit(AdmissionRequest(Operation.CREATE, {"spec": spec}))
        assert admitted.patch == ({"op": "add", "path": "/spec/containers/0/imagePullPolicy", "value": "Always"},)
        assert [found.change.after for found in admitted.changes] == ["IfNotPresent", "Always"]

    def test_what_a_later_step_spoils_is_refused(self) -> None:
        chain = AdmissionChain([AlwaysPullImages(), Spoiling()])
        with pytest.raises(AdmissionDenied) as caught:
            chain.admit(AdmissionRequest(Operation.CREATE, TEMPLATE))
        assert caught.value.code == 403

    def test_nothing_to_do(self) -> None:
        for request in (AdmissionRequest(Operation.DELETE, None, TEMPLATE), AdmissionRequest(Operation.CREATE, TEMPLATE, kind="Service")):
            chain = AdmissionChain([CreationDefaults(), PIN])
            admitted = chain.admit(request)
            assert admitted.object is request.object
            assert (admitted.patch, admitted.warnings) == ((), ())

    def test_warnings(self) -> None:
        admitted = AdmissionChain([PIN]).admit(AdmissionRequest(Operation.CREATE, TEMPLATE))
        assert admitted.warnings == ("spec.containers[0].image: 'nginx:1.27': the resolver knows no such image",)

    def test_warnings_of_a_step_that_lists_them(self) -> None:
        admitted = AdmissionChain([WarningInAList(), WarningInAList()]).admit(AdmissionRequest(Operation.CREATE, TEMPLATE))
        assert admitted.warnings == ("careful", "careful")

    def test_many_audited_fields(self) -> None:
        pod = {"spec": {"containers": [{"image": "a:1"}] * 25}}
        admitted = AdmissionChain([AlwaysPullImages()], audit_domain="example.com").admit(AdmissionRequest(Operation.CREATE, pod))
        text = admitted.audit_annotations["example.com/AlwaysPullImages"]
        assert text.endswith("spec.containers[19].imagePullPolicy and 5 more")

    def test_it_is_a_value(self) -> None:
        assert pickle.loads(pickle.dumps(CHAIN)) == CHAIN  # noqa: S301
        admitted = CHAIN.admit(AdmissionRequest(Operation.CREATE, SAMPLE["request"]["object"]), namespace="shop")
        assert pickle.loads(pickle.dumps(admitted)) == admitted  # noqa: S301
        hash(admitted)


class SomeStep:
    """What steps of somebody else have in common here."""

    def for_templates(self) -> None:
        return None

    def validate(self, request: AdmissionRequest, context: AdmissionContext) -> None:
        return None


class WarningInAList(SomeStep):
    """A step that has its warnings in a list."""

    name: ClassVar[str] = "Warning"

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        warnings: Any = ["careful"]
        return WarnedAdmitted(request.object, PodDefaultsReason.COMPLETE, warnings=warnings)


class Spoiling(SomeStep):
    """A step that undoes what was done."""

    name: ClassVar[str] = "Spoiling"

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        given = request.object or {}
        policy = FieldPath(("spec", "containers", 0, "imagePullPolicy"))
        return Admitted(given, PodDefaultsReason.FILLED_IN, (FieldChange(policy, "Always", "Never", PodDefaultsReason.FILLED_IN),))


class TestAWorkload:
    def test_only_where_asked(self) -> None:
        request = deployment()
        assert AdmissionChain(OF_A_TEMPLATE.steps).admit(request).object is request.object

    def test_a_template(self) -> None:
        admitted = OF_A_TEMPLATE.admit(deployment())
        at = "/spec/template/spec/containers/0"
        assert admitted.patch == (
            {"op": "add", "path": f"{at}/imagePullPolicy", "value": "Always"},
            {"op": "replace", "path": f"{at}/image", "value": f"nginx:1.27@{DIGEST}"},
        )
        assert patched(DEPLOYMENT, admitted) == plain(admitted.object)
        assert [found.step for found in admitted.changes] == ["CreationDefaults", "AlwaysPullImages", "PinImages"]
        assert "spec.template.spec.containers[0].image" in admitted.audit_annotations["kubecontainers/PinImages"]
        assert OF_A_TEMPLATE.admit(attrs.evolve(deployment(), object=admitted.object)).patch == ()

    def test_a_cron_job(self) -> None:
        job = {"spec": {"template": TEMPLATE}}
        request = AdmissionRequest(
            Operation.CREATE, {"kind": "CronJob", "spec": {"jobTemplate": job}}, resource="cronjobs", group="batch", kind="CronJob"
        )
        paths = {str(operation["path"]) for operation in OF_A_TEMPLATE.admit(request).patch}
        assert all(path.startswith("/spec/jobTemplate/spec/template/spec/containers/0/") for path in paths)

    def test_an_update(self) -> None:
        request = attrs.evolve(deployment(), operation=Operation.UPDATE, old_object=DEPLOYMENT)
        assert [found.step for found in OF_A_TEMPLATE.admit(request).changes] == ["CreationDefaults"]
        assert OF_A_TEMPLATE.admit(attrs.evolve(request, old_object=None)).patch
        assert OF_A_TEMPLATE.admit(attrs.evolve(request, old_object={"kind": "Service"})).patch

    @pytest.mark.parametrize("change", [{"subresource": "scale"}, {"operation": Operation.DELETE}, {"object": None}])
    def test_passed_over(self, change: JSON) -> None:
        request = attrs.evolve(deployment(), **change)
        assert OF_A_TEMPLATE.admit(request).object is request.object

    @pytest.mark.parametrize("kind", ["Service", "Pod"])
    def test_what_has_no_template(self, kind: str) -> None:
        request = attrs.evolve(deployment(kind=kind), kind="Service")
        assert OF_A_TEMPLATE.admit(request).patch == ()

    def test_a_denial_says_where(self) -> None:
        chain = AdmissionChain([PinImages(MappingResolver({}), unresolved="deny")], templates=True)
        with pytest.raises(AdmissionDenied) as caught:
            chain.admit(deployment())
        assert [str(error.path) for error in caught.value.errors] == ["spec.template.spec.containers[0].image"]
        assert caught.value.message.startswith("spec.template: pods ")
        assert caught.value.__context__ is None

    @pytest.mark.parametrize(
        ("template", "path"), [({"spec": {"containers": [7]}}, "spec.template.spec.containers[0]"), ([], "spec.template")]
    )
    def test_malformed(self, template: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            OF_A_TEMPLATE.admit(deployment(spec={"template": template}))
        assert caught.value.path == path

    def test_malformed_as_a_whole(self) -> None:
        chain = AdmissionChain([Complaining()], templates=True)
        with pytest.raises(MalformedObject) as caught:
            chain.admit(deployment())
        assert caught.value.path == "spec.template"


@attrs.frozen
class Complaining:
    """A step that likes no object."""

    name: ClassVar[str] = "Complaining"

    def for_templates(self) -> Complaining:
        return self

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        raise MalformedObject("", "something else", "this")

    def validate(self, request: AdmissionRequest, context: AdmissionContext) -> None:
        raise NotImplementedError


class Broken:
    """A resolver with a mistake in it."""

    def resolve(self, reference: ImageReference, /) -> str | None:
        raise KeyError("hunter2")


class TestReview:
    def test_the_sample(self) -> None:
        answer: Any = CHAIN.review(SAMPLE)
        assert json.loads(json.dumps(answer)) == answer
        response = answer["response"]
        assert (response["uid"], response["allowed"], response["patchType"]) == (SAMPLE["request"]["uid"], True, "JSONPatch")
        applied = jsonpatch.apply_patch(SAMPLE["request"]["object"], json.loads(base64.b64decode(response["patch"])))
        assert applied == CHAIN.admit(AdmissionRequest(Operation.CREATE, SAMPLE["request"]["object"]), namespace="shop").object
        assert response["auditAnnotations"]["ServiceAccount"] == "spec.imagePullSecrets"

    def test_untouched(self) -> None:
        for operation, kind in (("DELETE", "Pod"), ("CONNECT", "PodExecOptions"), ("CREATE", "Service")):
            answer = CHAIN.review(review({"spec": {}}, operation, kind, dryRun=True))
            assert answer["response"] == {"uid": "1", "allowed": True}

    def test_refused(self) -> None:
        answer: Any = CHAIN.review(
            review({"metadata": {"name": "web"}, "spec": {"runtimeClassName": "gvisor", "serviceAccountName": "web"}})
        )
        assert (answer["response"]["uid"], answer["response"]["allowed"]) == ("1", False)
        status = answer["response"]["status"]
        assert (status["code"], status["reason"]) == (403, "Forbidden")
        assert "there is no such RuntimeClass: 'gvisor'" in status["message"]

    def test_a_pod_that_cannot_be_decoded(self) -> None:
        answer: Any = CHAIN.review(review({"spec": []}))
        assert answer["response"]["status"] == {"code": 400, "reason": "BadRequest", "message": "spec: expected an object, found a list"}

    @pytest.mark.parametrize("given", [None, [], "x", {}, {"request": {"uid": "1"}}])
    def test_no_review(self, given: Any) -> None:
        answer: Any = CHAIN.review(given, fail_open=True)
        assert (answer["response"]["allowed"], answer["response"]["status"]["code"]) == (False, 400)

    @pytest.mark.parametrize(
        ("step", "code"),
        [(RuntimeClassAdmission(RuntimeClasses(cache_failure=LookupFailure.UNAVAILABLE)), 503), (PinImages(Broken()), 500)],
    )
    def test_failing_closed_and_open(self, step: Any, code: int) -> None:
        chain, given = AdmissionChain([step]), review({"spec": {"runtimeClassName": "kata", "containers": [{"image": "nginx"}]}})
        closed: Any = chain.review(given)
        assert (closed["response"]["allowed"], closed["response"]["status"]["code"]) == (False, code)
        assert "hunter2" not in json.dumps(closed)
        opened: Any = chain.review(given, fail_open=True)
        assert (opened["response"]["allowed"], "patch" in opened["response"]) == (True, False)
        assert opened["response"]["warnings"][0].startswith("not checked: ")

    def test_a_failure_can_be_logged(self) -> None:
        chain, given = AdmissionChain([PinImages(Broken())]), review({"spec": {"containers": [{"image": "nginx"}]}})
        seen: list[Exception] = []

        def broken(error: Exception) -> None:
            seen.append(error)
            raise RuntimeError("the log is full")

        assert chain.review(given, on_failure=broken) == chain.review(given)
        assert [type(error) for error in seen] == [KeyError]
        assert chain.review(None, on_failure=broken)["response"] != chain.review(given)["response"]
        assert len(seen) == 1

    def test_deep_json(self) -> None:
        deep: Any = "1"
        for _ in range(100_000):
            deep = {"a": deep}
        limits = {"limits": {"cpu": deep}}
        answer: Any = AdmissionChain([CreationDefaults()]).review(review({"spec": {"containers": [{"resources": limits}]}}))
        assert answer["response"]["status"]["code"] == 500

    def test_memory_stays_flat(self) -> None:
        for _ in range(20):
            CHAIN.review(SAMPLE)
        tracemalloc.start()
        try:
            CHAIN.review(SAMPLE)
            gc.collect()
            before, _ = tracemalloc.get_traced_memory()
            for _ in range(100):
                CHAIN.review(SAMPLE)
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert after - before < 10_000
