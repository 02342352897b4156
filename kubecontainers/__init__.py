"""What Kubernetes will do with your containers, computed in Python, exactly.

>>> import kubecontainers as kc
>>> kc.ImageReference.parse("nginx:1.27").name
'docker.io/library/nginx'
"""

from __future__ import annotations

from ._lazy import lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .apimachinery.cluster import Cluster as Cluster
    from .apimachinery.cluster import UnsupportedSkew as UnsupportedSkew
    from .apimachinery.errors import KubeContainersError as KubeContainersError
    from .apimachinery.errors import MalformedObject as MalformedObject
    from .apimachinery.errors import ValidationFailed as ValidationFailed
    from .apimachinery.fields import FieldChange as FieldChange
    from .apimachinery.fields import FieldError as FieldError
    from .apimachinery.fields import FieldErrorType as FieldErrorType
    from .apimachinery.fields import FieldPath as FieldPath
    from .apimachinery.release import LATEST as LATEST
    from .apimachinery.release import PREVIEW as PREVIEW
    from .apimachinery.release import FeatureGateLocked as FeatureGateLocked
    from .apimachinery.release import FeatureGateUnavailable as FeatureGateUnavailable
    from .apimachinery.release import InvalidRelease as InvalidRelease
    from .apimachinery.release import NotInRelease as NotInRelease
    from .apimachinery.release import Release as Release
    from .apimachinery.release import UnsupportedRelease as UnsupportedRelease
    from .apimachinery.requests import AdmissionDenied as AdmissionDenied
    from .apimachinery.requests import AdmissionRequest as AdmissionRequest
    from .apimachinery.requests import Admitted as Admitted
    from .apimachinery.requests import Operation as Operation
    from .explain.report import Report as Report
    from .explain.report import explain as explain
    from .images.always_pull_images import admit_always_pull_images as admit_always_pull_images
    from .images.always_pull_images import validate_always_pull_images as validate_always_pull_images
    from .images.digest import Digest as Digest
    from .images.digest import InvalidDigest as InvalidDigest
    from .images.invalid_reference import InvalidPattern as InvalidPattern
    from .images.invalid_reference import InvalidReference as InvalidReference
    from .images.pull_policy import PullPolicy as PullPolicy
    from .images.pull_policy import default_pull_policies as default_pull_policies
    from .images.pull_policy import default_pull_policy as default_pull_policy
    from .images.pull_policy import pull_action as pull_action
    from .images.pull_spec import pull_spec as pull_spec
    from .images.reference import ImageReference as ImageReference
    from .images.tag import InvalidTag as InvalidTag
    from .images.tag import parse_tag as parse_tag

_NAMES = {
    "AdmissionDenied": "apimachinery.requests",
    "AdmissionRequest": "apimachinery.requests",
    "Admitted": "apimachinery.requests",
    "Cluster": "apimachinery.cluster",
    "Digest": "images.digest",
    "FeatureGateLocked": "apimachinery.release",
    "FeatureGateUnavailable": "apimachinery.release",
    "FieldChange": "apimachinery.fields",
    "FieldError": "apimachinery.fields",
    "FieldErrorType": "apimachinery.fields",
    "FieldPath": "apimachinery.fields",
    "ImageReference": "images.reference",
    "InvalidDigest": "images.digest",
    "InvalidPattern": "images.invalid_reference",
    "InvalidReference": "images.invalid_reference",
    "InvalidRelease": "apimachinery.release",
    "InvalidTag": "images.tag",
    "KubeContainersError": "apimachinery.errors",
    "LATEST": "apimachinery.release",
    "MalformedObject": "apimachinery.errors",
    "NotInRelease": "apimachinery.release",
    "Operation": "apimachinery.requests",
    "PREVIEW": "apimachinery.release",
    "PullPolicy": "images.pull_policy",
    "Release": "apimachinery.release",
    "Report": "explain.report",
    "UnsupportedRelease": "apimachinery.release",
    "UnsupportedSkew": "apimachinery.cluster",
    "ValidationFailed": "apimachinery.errors",
    "admit_always_pull_images": "images.always_pull_images",
    "default_pull_policies": "images.pull_policy",
    "default_pull_policy": "images.pull_policy",
    "explain": "explain.report",
    "parse_tag": "images.tag",
    "pull_action": "images.pull_policy",
    "pull_spec": "images.pull_spec",
    "validate_always_pull_images": "images.always_pull_images",
}

__all__ = list(_NAMES)  # pyright: ignore[reportUnsupportedDunderAll]
__getattr__, __dir__ = lazy_names(__name__, _NAMES)
