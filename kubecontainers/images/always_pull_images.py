"""The admission plugin AlwaysPullImages (``plugin/pkg/admission/alwayspullimages``), off unless the API server enables it.

Its mutating pass sets every pull policy of a pod to Always; its validating pass refuses a pod in which one is not. Both pass over
what is no request for new images in a pod: other operations, other resources, subresources (``ephemeralcontainers`` among them), and
updates whose images the old pod has already.
"""

from __future__ import annotations

import enum

from ..apimachinery.fields import FieldChange, FieldError, FieldErrorType
from ..apimachinery.objects import ContainerKind, JSONObject, containers, root_object, text_at
from ..apimachinery.plain import PlainCheck, PlainObject, all_entries, plain_spec
from ..apimachinery.release import LATEST, Release
from ..apimachinery.requests import AdmissionDenied, AdmissionRequest, Admitted, Operation
from .pull_policy import PullPolicy, is_no_image
from .uses import pull_policies

__all__ = [
    "AlwaysPullImagesReason",
    "admit_always_pull_images",
    "always_pull_images_handles",
    "validate_always_pull_images",
]


_ALWAYS = PullPolicy.ALWAYS.value


class AlwaysPullImagesReason(enum.Enum):
    """Why the plugin did what it did, or the rule that a pod broke."""

    POLICY_MUST_BE_ALWAYS = "with AlwaysPullImages every pull policy is Always"
    OPERATION = "only CREATE and UPDATE are handled"
    SUBRESOURCE = "subresources are passed over"
    RESOURCE = "only pods are handled"
    NO_NEW_IMAGE = "the update brings no image that the old pod has not"


def always_pull_images_handles(operation: Operation) -> bool:
    """Return whether the plugin is asked about an operation at all.

    >>> always_pull_images_handles(Operation.DELETE)
    False
    """
    return operation is Operation.CREATE or operation is Operation.UPDATE


def admit_always_pull_images(request: AdmissionRequest, *, release: Release = LATEST) -> Admitted:
    """Set the pull policy of every container and image volume of a pod to Always.

    ``release`` is the API server's. Raises ``AdmissionDenied`` (400, BadRequest) if the object is no pod.

    >>> request = AdmissionRequest(Operation.CREATE, {"spec": {"containers": [{"name": "app", "image": "nginx:1.27"}]}})
    >>> [(str(change.path), change.after) for change in admit_always_pull_images(request).changes]
    [('spec.containers[0].imagePullPolicy', 'Always')]
    """
    passed_over = _passed_over(request)
    if passed_over is not None:
        return Admitted(request.object, passed_over)
    pod = _pod(request)
    reason = AlwaysPullImagesReason.POLICY_MUST_BE_ALWAYS
    if _surely_pulls_always(pod):
        return Admitted(pod, reason)
    found = pull_policies(pod, release=release)
    return Admitted(pod, reason, tuple([FieldChange(path, policy or None, _ALWAYS, reason) for path, policy in found if policy != _ALWAYS]))


def validate_always_pull_images(request: AdmissionRequest, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return an error for every container and image volume of a pod whose pull policy is not Always.

    Kubernetes refuses the request with all of them in one answer, 403 Forbidden. ``release`` is the API server's. Raises
    ``AdmissionDenied`` (400, BadRequest) if the object is no pod.
    """
    if _passed_over(request) is not None:
        return ()
    pod = _pod(request)
    if _surely_pulls_always(pod):
        return ()
    rule = AlwaysPullImagesReason.POLICY_MUST_BE_ALWAYS
    return tuple(
        FieldError(path, FieldErrorType.NOT_SUPPORTED, rule, policy, f'supported values: "{_ALWAYS}"')
        for path, policy in pull_policies(pod, release=release)
        if policy != _ALWAYS
    )


def _surely_pulls_always(pod: JSONObject) -> bool:
    spec = plain_spec(pod)
    return spec is not None and all_entries(spec, _CHECKS)


def _is_always(container: PlainObject) -> bool:
    if container.get("imagePullPolicy") != _ALWAYS:
        return False
    return type(container.get("image", "")) is str and type(container.get("name", "")) is str


_CHECKS: tuple[tuple[str, PlainCheck], ...] = (*((kind.value, _is_always) for kind in ContainerKind), ("volumes", is_no_image))


def _passed_over(request: AdmissionRequest) -> AlwaysPullImagesReason | None:
    if not always_pull_images_handles(request.operation):
        return AlwaysPullImagesReason.OPERATION
    if request.subresource:
        return AlwaysPullImagesReason.SUBRESOURCE
    if (request.group, request.resource) != ("", "pods"):
        return AlwaysPullImagesReason.RESOURCE
    if request.old_object is None:
        return None
    pod, old = _pod_or_none(request.object, request), _pod_or_none(request.old_object, request)
    if request.operation is Operation.UPDATE and pod is not None and old is not None and _images(pod) <= _images(old):
        return AlwaysPullImagesReason.NO_NEW_IMAGE
    return None


def _images(pod: JSONObject) -> set[str]:
    """Images of containers only: an update that changes nothing but an image volume is passed over."""
    return {text_at(found.container, "image", found.path) for found in containers(pod)}


def _pod(request: AdmissionRequest) -> JSONObject:
    if request.object is None or request.kind != "Pod":
        raise AdmissionDenied(400, "BadRequest", "Resource was marked with kind Pod but was unable to be converted")
    return root_object(request.object)


def _pod_or_none(obj: JSONObject | None, request: AdmissionRequest) -> JSONObject | None:
    return None if obj is None or request.kind != "Pod" else root_object(obj)
