from __future__ import annotations

import base64
import json
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.admission.review import Refusal, allowing, encode_patch, read_review, refusing
from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.requests import AdmissionDenied, Operation

JSON = dict[str, Any]
ASKED: JSON = {
    "uid": "705ab4f5",
    "kind": {"group": "", "version": "v1", "kind": "Pod"},
    "resource": {"group": "", "version": "v1", "resource": "pods"},
    "namespace": "shop",
    "operation": "UPDATE",
    "object": {"spec": {}},
    "oldObject": {},
}


def review(**changes: Any) -> JSON:
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": ASKED | changes}


def test_reading() -> None:
    found = read_review(review(subResource="status"))
    request = found.request
    assert (request.operation, request.object, request.old_object) == (Operation.UPDATE, {"spec": {}}, {})
    assert (request.group, request.resource, request.subresource, request.kind, found.namespace) == ("", "pods", "status", "Pod", "shop")
    bare = read_review(review(kind=None, resource=None, object=None, oldObject=None, namespace=None))
    assert (bare.request.object, bare.request.resource, bare.request.kind, bare.namespace) == (None, "", "", "")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "admissionReviewVersions"),
        (review() | {"apiVersion": "admission.k8s.io/v1beta1"}, "admissionReviewVersions: [v1], not 'admission.k8s.io/v1beta1'"),
        (review() | {"kind": "Pod"}, "'Pod'"),
        (review() | {"request": None}, "no request with a uid"),
        (review(uid=""), "no request with a uid"),
        (review(operation="PATCH"), "request.operation"),
    ],
)
def test_refused(given: JSON, said: str) -> None:
    with pytest.raises(AdmissionDenied) as caught:
        read_review(given)
    assert caught.value.code == 400
    assert said in caught.value.message


MALFORMED: list[tuple[Any, str]] = [
    ([], ""),
    (review() | {"kind": 7}, "kind"),
    (review() | {"request": []}, "request"),
    (review(uid=7), "request.uid"),
    (review(object="pod"), "request.object"),
    (review(resource={"resource": 7}), "request.resource.resource"),
]


@pytest.mark.parametrize(("given", "path"), MALFORMED)
def test_malformed(given: Any, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        read_review(given)
    assert caught.value.path == path


def test_allowing() -> None:
    operation: JSON = {"op": "add", "path": "/spec/a", "value": "é"}
    response: Any = allowing(review(), [operation], warnings=["a\nb", "c" * 300], audit_annotations={"Step": "spec.a"})["response"]
    assert json.loads(base64.b64decode(response.pop("patch"))) == [operation]
    assert response == {
        "uid": "705ab4f5",
        "allowed": True,
        "patchType": "JSONPatch",
        "warnings": ["a b", "c" * 256],
        "auditAnnotations": {"Step": "spec.a"},
    }
    assert allowing(review())["response"] == {"uid": "705ab4f5", "allowed": True}


@pytest.mark.parametrize("given", [None, 7, "x", [], {}, {"request": 7}, {"request": {}}, {"request": {"uid": 7}}])
def test_refusing_anything(given: Any) -> None:
    answer = refusing(given, Refusal(403, "Forbidden", "no"))
    assert answer == {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {"uid": "", "allowed": False, "status": {"code": 403, "reason": "Forbidden", "message": "no"}},
    }


def test_the_old_version_is_answered_in_its_own() -> None:
    answer = refusing(review() | {"apiVersion": "admission.k8s.io/v1beta1"}, Refusal(400, "BadRequest", "no"))
    assert answer["apiVersion"] == "admission.k8s.io/v1beta1"


class Speechless(KubeContainersError):
    """An error that cannot say what is wrong."""

    def _sentence(self) -> str:
        raise RuntimeError


def test_refusals() -> None:
    assert Refusal.of(AdmissionDenied(503, "ServiceUnavailable", "later", hint="wait")) == Refusal(
        503, "ServiceUnavailable", "later (wait)"
    )
    assert Refusal.of(MalformedObject("spec", "an object", "a list")).code == 400
    assert Refusal.of(KubeContainersError("x")) == Refusal(500, "InternalError", "the webhook failed: x")
    assert Refusal.of(RuntimeError("secret")) == Refusal(500, "InternalError", "the webhook failed: RuntimeError")
    for denied in (AdmissionDenied(403, "Forbidden", None), AdmissionDenied(403, None, "no"), AdmissionDenied("403", "Forbidden", "no")):  # type: ignore[arg-type]
        assert Refusal.of(denied).code == 500
    assert Refusal.of(Speechless()) == Refusal(500, "InternalError", "the webhook failed: Speechless")
    assert [Refusal(code, "", "").is_failure for code in (400, 403, 500, 503)] == [False, False, True, True]


def test_encoding() -> None:
    assert json.loads(base64.b64decode(encode_patch([{"value": MappingProxyType({"a": (1,), "b": range(2)})}]))) == [
        {"value": {"a": [1], "b": [0, 1]}}
    ]
    for wrong in ({1}, float("nan")):
        with pytest.raises((TypeError, ValueError)):
            encode_patch([{"value": wrong}])


def test_lone_surrogates_go_nowhere() -> None:
    answer: Any = refusing(review(uid="a\ud800"), Refusal(400, "Bad\ud800", "no\udfff"))
    assert answer["response"]["uid"] == "a\ufffd"
    assert answer["response"]["status"] == {"code": 400, "reason": "Bad\ufffd", "message": "no\ufffd"}
