"""Validation of the image fields of a pod (``pkg/apis/core/validation/validation.go``).

The API server never parses an image: it wants one, and a known pull policy. There is a rule for each field, so that whoever validates
a whole pod can ask in Kubernetes' order.
"""

from __future__ import annotations

import enum

from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath
from ..apimachinery.objects import JSONObject, VolumeMount, text_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.text import has_surrounding_space
from .pull_policy import PullPolicy
from .uses import ImageUse, UseKind

__all__ = [
    "CHECKED",
    "SUB_PATHS_REFUSED",
    "ImageFieldRule",
    "validate_image",
    "validate_image_space",
    "validate_image_use",
    "validate_image_volume_mount",
    "validate_image_volume_source",
    "validate_pull_policy",
]

SUB_PATHS_REFUSED = Change(since="1.31", until="1.33", summary="no part of an image volume may be mounted alone, by subPath or subPathExpr")

CHECKED = CheckedFields(
    container=frozenset({"image", "imagePullPolicy"}),
    volume=frozenset({"image.reference", "image.pullPolicy"}),
)
"""The fields that these rules check."""

_POLICIES = {policy.value for policy in PullPolicy}
_SUPPORTED = f"write one of {', '.join(sorted(_POLICIES))}, which are case-sensitive"


class ImageFieldRule(enum.Enum):
    """A rule that an image field can break; the values say what would be right."""

    IMAGE_REQUIRED = "an image must be named"
    IMAGE_SPACE = "no white space may stand around an image"
    POLICY_REQUIRED = "a pull policy must be named"
    POLICY_UNKNOWN = "the pull policy must be one that Kubernetes knows"
    SUB_PATH = "an image volume can only be mounted as a whole"


def validate_image(image: str, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the error of an image that is empty. ``path`` is the field that holds it, here as below.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> [str(error) for error in validate_image("", ROOT.child("spec", "containers").index(0).child("image"))]
    ['spec.containers[0].image: Required: an image must be named']
    """
    return () if image else (_error(path, FieldErrorType.REQUIRED, ImageFieldRule.IMAGE_REQUIRED),)


def validate_image_space(image: str, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the error of an image with white space, in Go's sense, around it.

    Pods obey this, and ephemeral containers wherever they stand; templates of pods do not, so ``" "`` is an image there. The reference
    of an image volume never does.
    """
    return (_error(path, FieldErrorType.INVALID, ImageFieldRule.IMAGE_SPACE, image),) if has_surrounding_space(image) else ()


def validate_pull_policy(policy: str, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the error of a pull policy that is empty, which defaulting leaves none, or that Kubernetes does not know."""
    if not policy:
        return (_error(path, FieldErrorType.REQUIRED, ImageFieldRule.POLICY_REQUIRED),)
    if policy not in _POLICIES:
        return (FieldError(path, FieldErrorType.NOT_SUPPORTED, ImageFieldRule.POLICY_UNKNOWN, policy, _SUPPORTED),)
    return ()


def validate_image_volume_source(source: JSONObject, path: FieldPath, *, template: bool = False) -> tuple[FieldError, ...]:
    """Return the errors of ``image`` of a volume, which stands at ``path``.

    ``template``: it is that of a pod template, which may leave the reference to whoever makes the pods. Raises ``MalformedObject``.
    """
    reference = text_at(source, "reference", path)
    missing = () if template else validate_image(reference, path.child("reference"))
    return missing + validate_pull_policy(text_at(source, "pullPolicy", path), path.child("pullPolicy"))


def validate_image_volume_mount(mount: VolumeMount | JSONObject, path: FieldPath, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the errors of an entry of ``volumeMounts`` that mounts an image volume.

    ``release`` is the API server's. Raises ``MalformedObject``.
    """
    if SUB_PATHS_REFUSED not in release:
        return ()
    written = ((name, text_at(mount, name, path)) for name in ("subPath", "subPathExpr"))
    return tuple(_error(path.child(name), FieldErrorType.INVALID, ImageFieldRule.SUB_PATH, value) for name, value in written if value)


def validate_image_use(use: ImageUse) -> tuple[FieldError, ...]:
    """Return the errors of the image of one use in a pod.

    >>> from kubecontainers.images.uses import image_uses
    >>> [use] = image_uses({"spec": {"containers": [{"name": "app", "image": " nginx"}]}})
    >>> [error.rule for error in validate_image_use(use)]
    [<ImageFieldRule.IMAGE_SPACE: 'no white space may stand around an image'>]
    """
    missing = validate_image(use.image, use.image_path)
    return missing if use.kind is UseKind.VOLUME else missing + validate_image_space(use.image, use.image_path)


def _error(path: FieldPath, kind: FieldErrorType, rule: ImageFieldRule, value: str = "") -> FieldError:
    return FieldError(path, kind, rule, value, rule.value)
