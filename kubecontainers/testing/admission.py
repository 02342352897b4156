"""Strategies of AdmissionReviews, as an API server sends them to a webhook; offered in ``strategies``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.objects import is_object
from ..apimachinery.requests import AdmissionRequest, Operation
from .arbitrary import damaged, json_values
from .objects import admission_requests

__all__ = ["admission_reviews", "nearly_valid_admission_reviews"]

JSON = dict[str, Any]

_OPTIONS = {Operation.CREATE: "CreateOptions", Operation.UPDATE: "UpdateOptions", Operation.DELETE: "DeleteOptions"}
_WRONG: tuple[JSON, ...] = (
    {"apiVersion": "admission.k8s.io/v1beta1"},
    {"apiVersion": "v1"},
    {"kind": "Pod"},
    {"kind": None},
    {"request": None},
    {"request": []},
    {"response": {"uid": "1", "allowed": True}},  # which no API server sends, and no webhook minds
)
_WRONG_REQUESTS: tuple[JSON, ...] = (
    {"uid": ""},
    {"uid": 7},
    {"operation": "create"},
    {"operation": None},
    {"object": []},
    {"resource": "pods"},
    {"kind": 7},
    {"namespace": None},
    {"dryRun": True},
)


@st.composite
def admission_reviews(draw: DrawFn, *, requests: SearchStrategy[AdmissionRequest] | None = None) -> JSON:
    """AdmissionReviews of ``admission.k8s.io/v1``, by default of any operation on pods.

    ``requests`` gives what is asked; the namespace is that of its object.

    >>> from hypothesis import given
    >>> @given(admission_reviews())
    ... def test_my_webhook_answers(review):
    ...     assert review["request"]["uid"]
    """
    request = draw(admission_requests() if requests is None else requests)
    resource = {"group": request.group, "version": "v1", "resource": request.resource}
    kind = {"group": request.group, "version": "v1", "kind": request.kind}
    holder: Any = request.object or request.old_object or {}
    asked: JSON = {
        "uid": str(draw(st.uuids())),
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "namespace": holder.get("metadata", {}).get("namespace", "shop"),
        "operation": request.operation.value,
        "userInfo": {"username": "kubernetes-admin", "groups": ["system:authenticated"]},
        "object": request.object,
        "oldObject": request.old_object,
        "dryRun": draw(st.booleans()),
        "options": {"kind": _OPTIONS.get(request.operation, "PodExecOptions")},
    }
    if request.subresource:
        asked |= {"subResource": request.subresource, "requestSubResource": request.subresource}
    return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": asked}


@st.composite
def nearly_valid_admission_reviews(draw: DrawFn, *, requests: SearchStrategy[AdmissionRequest] | None = None) -> JSON:
    """AdmissionReviews in which one thing may be wrong: in the review, in its request, or anywhere in the objects; some are still good.

    ``requests`` is as in ``admission_reviews``.

    >>> from hypothesis import given
    >>> @given(nearly_valid_admission_reviews())
    ... def test_my_webhook_survives(review):
    ...     ...
    """
    good = admission_reviews(requests=requests)
    review: JSON = draw(st.one_of(good, good, damaged(good)))
    asked: object = review.get("request")
    whole: JSON = dict(asked) if is_object(asked) else {}
    some = st.sampled_from(_WRONG_REQUESTS) | st.builds(_field, st.sampled_from(sorted(whole) or ["uid"]), json_values(max_leaves=5))
    edits: list[SearchStrategy[JSON]] = [
        st.just({}),
        st.just({}),
        st.sampled_from(_WRONG),
        some.map(lambda edit: {"request": whole | edit}),
    ]
    edit: JSON = draw(st.one_of(edits))
    return review | edit


def _field(name: str, value: Any) -> JSON:
    return {name: value}
