from __future__ import annotations

import base64
import copy
import json
from typing import Any

import attrs
import jsonpatch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from kubecontainers.admission.chain import AdmissionChain, AdmittedChain
from kubecontainers.admission.pinning import MappingResolver, PinImages, PinnedAdmitted
from kubecontainers.admission.steps import AdmissionContext, kubernetes_steps
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.requests import AdmissionDenied, AdmissionRequest, Operation
from kubecontainers.images.pull_policy import default_pull_policy
from kubecontainers.testing import strategies
from kubecontainers.testing.admission import admission_reviews, nearly_valid_admission_reviews
from kubecontainers.testing.read_only import plain, read_only
from kubecontainers.testing.runtime_classes import runtime_class_pods, runtime_classes

JSON = dict[str, Any]
DIGEST = "sha256:" + "1" * 64
IMAGES = ("nginx", "nginx:1.27", "redis:latest", f"redis:7@{DIGEST}", "quay.io/shop/web:3", "Nginx", "unknown:1")
PIN = PinImages(MappingResolver(dict.fromkeys(("nginx", "nginx:1.27", "redis", "quay.io/shop/web:3"), DIGEST)))
# Quantities finer than thousandths are rounded in pods and not in classes: such pods Kubernetes refuses, see runtimeclass.md.
OVERHEADS: Any = st.sampled_from([{}, {"cpu": "250m"}, {"cpu": "250m", "memory": "120Mi"}])

releases = strategies.releases()


@st.composite
def chains(draw: DrawFn) -> AdmissionChain:
    """Chains of all steps, with ServiceAccounts and RuntimeClasses that pods may name."""
    accounts = [
        {"metadata": {"name": name, "namespace": "shop"}, "imagePullSecrets": draw(st.sampled_from([[], [{"name": "regcred"}], [None]]))}
        for name in ("default", "web")
    ]
    classes = [draw(runtime_classes(names=st.just(name), overheads=OVERHEADS)) for name in ("kata", "gvisor")]
    always = draw(st.booleans())
    steps = kubernetes_steps(service_accounts=accounts, runtime_classes=classes, always_pull_images=always)
    return AdmissionChain([*steps, PIN], release=draw(releases), templates=draw(st.booleans()))


@st.composite
def full_pods(draw: DrawFn) -> JSON:
    """Pods with images, perhaps a RuntimeClass, and whatever else pods have."""
    some = draw(strategies.pods(images=st.sampled_from(IMAGES)))
    more = draw(runtime_class_pods())["spec"]
    more.pop("overhead", None)
    secrets = draw(st.sampled_from([{}, {"serviceAccountName": "web"}, {"imagePullSecrets": [{"name": "own"}]}, {"imagePullSecrets": []}]))
    return some | {"spec": some["spec"] | more | secrets}


@st.composite
def requests(draw: DrawFn) -> AdmissionRequest:
    """Requests for pods, of any operation, and for workloads."""
    if draw(st.integers(0, 3)):
        return draw(strategies.admission_requests(pods_given=full_pods()))
    obj = draw(strategies.workloads(images=st.sampled_from(IMAGES)))
    group = str(obj["apiVersion"]).rpartition("/")[0]
    return AdmissionRequest(Operation.CREATE, obj, resource=f"{obj['kind'].lower()}s", group=group, kind=obj["kind"])


def admitted(chain: AdmissionChain, request: AdmissionRequest) -> AdmittedChain | None:
    try:
        return chain.admit(request, namespace="shop")
    except AdmissionDenied:
        return None


class TestPatch:
    """The patch, applied by another library, gives exactly the admitted object; the object that was given is left alone."""

    @given(chains(), requests())
    def test_it_gives_the_object(self, chain: AdmissionChain, request: AdmissionRequest) -> None:
        locked = attrs.evolve(request, object=None if request.object is None else read_only(request.object))
        found = admitted(chain, locked)
        if found is None or found.object is None:
            return
        operations: Any = [plain(operation) for operation in found.patch]
        assert jsonpatch.apply_patch(copy.deepcopy(request.object), operations) == plain(found.object)
        assert bool(found.patch) == (found.object is not locked.object)
        assert len(found.patch) <= len({str(made.change.path) for made in found.changes})
        assert {key.rpartition("/")[2] for key in found.audit_annotations} == {made.step for made in found.changes}


class TestOnce:
    """What was admitted is admitted again, and no patch is needed."""

    @given(chains(), requests())
    def test_idempotent(self, chain: AdmissionChain, request: AdmissionRequest) -> None:
        found = admitted(chain, request)
        if found is None:
            return
        again = chain.admit(attrs.evolve(request, object=found.object), namespace="shop")
        assert (again.patch, again.changes) == ((), ())
        assert again.object is found.object


class TestPins:
    """No pull policy is another because an image was pinned, neither the stored nor the default one."""

    @given(strategies.pods(images=st.sampled_from(IMAGES)), releases)
    def test_policies_stay(self, pod: JSON, release: Release) -> None:
        found = PIN.mutate(AdmissionRequest(Operation.CREATE, read_only(pod)), AdmissionContext(release))
        assert isinstance(found, PinnedAdmitted)
        for image in found.images:
            before, after = (default_pull_policy(text, release=release).policy for text in (image.image, image.pinned))
            assert before is after
        assert all(made.path.parts[-1] in {"image", "reference"} for made in found.changes)


def checked(answer: Any) -> JSON:
    """The response of an answer, which has to be one that an API server takes."""
    assert json.loads(json.dumps(answer)) == answer
    assert answer["kind"] == "AdmissionReview"
    assert answer["apiVersion"] in {"admission.k8s.io/v1", "admission.k8s.io/v1beta1"}
    response: JSON = answer["response"]
    assert isinstance(response["uid"], str)
    assert response["allowed"] is ("status" not in response)
    assert ("patch" in response) == ("patchType" in response)
    if "patch" in response:
        assert json.loads(base64.b64decode(response["patch"]))
    if not response["allowed"]:
        assert response["status"]["code"] >= 400
    assert all(warning.isprintable() and len(warning) <= 256 for warning in response.get("warnings", []))
    return response


class TestTotal:
    """Whatever arrives is answered; the uid is that of the question, and the question is left alone."""

    @given(chains(), strategies.json_values(), st.booleans())
    def test_any_json(self, chain: AdmissionChain, given_: Any, fail_open: bool) -> None:
        checked(chain.review(given_, fail_open=fail_open))

    @given(chains(), nearly_valid_admission_reviews(requests=requests()), st.booleans())
    def test_damaged_reviews(self, chain: AdmissionChain, review: JSON, fail_open: bool) -> None:
        before = copy.deepcopy(review)
        response = checked(chain.review(review, fail_open=fail_open))
        assert review == before
        assert not response["allowed"] or response["uid"] == review["request"]["uid"].encode("utf-16", "surrogatepass").decode(
            "utf-16", "replace"
        )

    @given(chains(), admission_reviews(requests=requests()))
    def test_good_reviews(self, chain: AdmissionChain, review: JSON) -> None:
        response = checked(chain.review(review))
        assert response["uid"] == review["request"]["uid"]
        assert response["allowed"] or response["status"]["code"] == 403


def test_both_sides() -> None:
    """At least a fifth of the reviews are let through, and at least a fifth are not."""
    chain = AdmissionChain([*kubernetes_steps(always_pull_images=True), PIN])
    found: list[bool] = []

    @settings(max_examples=200, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(nearly_valid_admission_reviews())
    def count(review: JSON) -> None:
        found.append(bool(checked(chain.review(review))["allowed"]))

    count()
    assert 0.2 * len(found) <= sum(found) <= 0.8 * len(found)
