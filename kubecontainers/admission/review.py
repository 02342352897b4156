"""AdmissionReview: what an API server asks a webhook, and what the webhook answers (``k8s.io/api/admission/v1``).

The answer bears the uid of the question, or the API server takes it for none: then the webhook has failed, and the webhook's
``failurePolicy`` says what becomes of the request. The API server puts the webhook's name in front of the keys of audit annotations, so
they have none here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import cast

import attrs

from ..apimachinery.errors import KubeContainersError, MalformedObject
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import is_list, is_object, mapping_at, root_object, text_at
from ..apimachinery.requests import AdmissionDenied, AdmissionRequest, Operation
from ..golang.text import to_text
from .json_patch import PatchOperation

__all__ = ["REVIEW_VERSION", "Refusal", "ReviewRequest", "allowing", "encode_patch", "read_review", "refusing"]

REVIEW_VERSION = "admission.k8s.io/v1"
"""The version that is answered; every covered release sends it to a webhook that is registered for it."""

_OLD_VERSION = "admission.k8s.io/v1beta1"
_KIND = "AdmissionReview"
_REQUEST = ROOT.child("request")
_OPERATIONS = {operation.value: operation for operation in Operation}

MAX_WARNING_CHARACTERS = 256  # the API server cuts longer ones where there are many


@attrs.frozen
class ReviewRequest:
    """The request in a review, and its namespace, empty where it has none."""

    request: AdmissionRequest
    namespace: str


@attrs.frozen
class Refusal:
    """Why a request is refused: the HTTP code, Kubernetes' reason, and a sentence."""

    code: int
    reason: str
    message: str

    @classmethod
    def of(cls, error: Exception) -> Refusal:
        """Return the refusal that an error stands for.

        A denial has its own; an object or a review that cannot be decoded is 400, BadRequest; anything else is 500, InternalError.

        >>> Refusal.of(AdmissionDenied(403, "Forbidden", "not here"))
        Refusal(code=403, reason='Forbidden', message='not here')
        """
        message = _sentence(error)
        if isinstance(error, AdmissionDenied) and _is_answer(error, message):
            return cls(error.code, error.reason, message)
        if isinstance(error, MalformedObject):
            return cls(400, "BadRequest", message)
        return cls(500, "InternalError", f"the webhook failed: {message or type(error).__name__}")

    @property
    def is_failure(self) -> bool:
        """Whether nothing is wrong with the request: whoever had to decide on it could not."""
        return self.code >= 500  # noqa: PLR2004  (server errors)


def _sentence(error: Exception) -> str:
    """Return what an error of this library's family says; others may hold anything, secrets too."""
    try:
        return str(error) if isinstance(error, KubeContainersError) else ""
    except Exception:  # a step may be the caller's, and so may its errors
        return ""


def _is_answer(denied: AdmissionDenied, message: str) -> bool:
    """Return whether a denial can be answered as it is; a step may be the caller's."""
    code, reason = cast("object", denied.code), cast("object", denied.reason)
    return isinstance(code, int) and isinstance(reason, str) and bool(message)


def read_review(review: object) -> ReviewRequest:
    """Return the request of an AdmissionReview.

    Raises ``AdmissionDenied`` (400, BadRequest) for another version or kind, and for an unknown operation; ``MalformedObject`` for what
    cannot be decoded.

    >>> resource = {"group": "", "version": "v1", "resource": "pods"}
    >>> asked = {"uid": "1", "operation": "DELETE", "resource": resource, "kind": {"kind": "Pod"}, "namespace": "shop"}
    >>> read_review({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": asked}).request.operation.name
    'DELETE'
    """
    root = root_object(review)
    version, kind = text_at(root, "apiVersion", ROOT), text_at(root, "kind", ROOT)
    if (version, kind) != (REVIEW_VERSION, _KIND):
        hint = f": register the webhook with admissionReviewVersions: [v1], not {version[:60]!r} {kind[:60]!r}"
        raise AdmissionDenied(400, "BadRequest", f"expected an {_KIND} of {REVIEW_VERSION}{hint}")
    asked = mapping_at(root, "request", ROOT)
    if asked is None or not text_at(asked, "uid", _REQUEST):
        raise AdmissionDenied(400, "BadRequest", "the review has no request with a uid")
    operation = _OPERATIONS.get(text_at(asked, "operation", _REQUEST))
    if operation is None:
        raise AdmissionDenied(400, "BadRequest", "request.operation: expected CREATE, UPDATE, DELETE or CONNECT")
    resource, kind_of = (mapping_at(asked, field, _REQUEST) or {} for field in ("resource", "kind"))
    request = AdmissionRequest(
        operation,
        mapping_at(asked, "object", _REQUEST),
        mapping_at(asked, "oldObject", _REQUEST),
        resource=text_at(resource, "resource", _REQUEST.child("resource")),
        group=text_at(resource, "group", _REQUEST.child("resource")),
        subresource=text_at(asked, "subResource", _REQUEST),
        kind=text_at(kind_of, "kind", _REQUEST.child("kind")),
    )
    return ReviewRequest(request, text_at(asked, "namespace", _REQUEST))


def allowing(
    review: object,
    patch: Iterable[PatchOperation] = (),
    *,
    warnings: Iterable[str] = (),
    audit_annotations: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Return the answer that lets the request of a review through, changed by ``patch``. What is empty is left out.

    ``audit_annotations`` have keys without a prefix. Raises ``ValueError`` and the like where the patch is no JSON.

    >>> allowing({"request": {"uid": "1"}})
    {'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'response': {'uid': '1', 'allowed': True}}
    """
    response: dict[str, object] = {"uid": _uid(review), "allowed": True}
    operations = list(patch)
    if operations:
        response |= {"patchType": "JSONPatch", "patch": encode_patch(operations)}
    shown = [_shown(warning) for warning in warnings]
    if shown:
        response["warnings"] = shown
    if audit_annotations:
        response["auditAnnotations"] = dict(audit_annotations)
    return _answer(review, response)


def refusing(review: object, refusal: Refusal) -> dict[str, object]:
    """Return the answer that refuses the request of a review, whatever that is; the uid is empty where it cannot be read.

    >>> refusing([], Refusal(400, "BadRequest", "what?"))["response"]
    {'uid': '', 'allowed': False, 'status': {'code': 400, 'reason': 'BadRequest', 'message': 'what?'}}
    """
    status = {"code": refusal.code, "reason": to_text(refusal.reason), "message": to_text(refusal.message)}
    return _answer(review, {"uid": _uid(review), "allowed": False, "status": status})


def encode_patch(operations: Iterable[PatchOperation]) -> str:
    """Return a patch as it stands in an answer: JSON, in base64. Raises ``ValueError`` and the like where it is none.

    >>> encode_patch([{"op": "remove", "path": "/spec/overhead"}])
    'W3sib3AiOiJyZW1vdmUiLCJwYXRoIjoiL3NwZWMvb3ZlcmhlYWQifV0='
    """
    return base64.b64encode(_ENCODER.encode(list(operations)).encode("ascii")).decode("ascii")


def _plain(value: object) -> object:
    """Return a mapping or a sequence of any kind as one that the encoder knows."""
    if is_object(value):
        return dict(value)
    if is_list(value):
        return list(value)
    raise TypeError(f"no JSON: a {type(value).__name__}")


_ENCODER = json.JSONEncoder(default=_plain, allow_nan=False, separators=(",", ":"))


def _answer(review: object, response: dict[str, object]) -> dict[str, object]:
    """Return a review with a response, of the old version where that was asked, so that its API server reads it."""
    old = is_object(review) and review.get("apiVersion") == _OLD_VERSION
    return {"apiVersion": _OLD_VERSION if old else REVIEW_VERSION, "kind": _KIND, "response": response}


def _uid(review: object) -> str:
    asked = review.get("request") if is_object(review) else None
    uid = asked.get("uid") if is_object(asked) else None
    return to_text(uid) if isinstance(uid, str) else ""


def _shown(warning: str) -> str:
    """Return a warning as it can stand in a header of HTTP."""
    text = warning if warning.isprintable() else "".join(char if char.isprintable() else " " for char in warning)
    return text[:MAX_WARNING_CHARACTERS]
