"""What Kubernetes will do with your containers, computed in Python, exactly.

>>> import kubecontainers as kc
>>> kc.ImageReference.parse("nginx:1.27").name
'docker.io/library/nginx'
"""

from __future__ import annotations

from ._lazy import lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .apimachinery.backoff import PULL_BACK_OFF as PULL_BACK_OFF
    from .apimachinery.backoff import BackOff as BackOff
    from .apimachinery.backoff import BackOffPolicy as BackOffPolicy
    from .apimachinery.backoff import PlannedAttempt as PlannedAttempt
    from .apimachinery.backoff import next_attempt as next_attempt
    from .apimachinery.backoff import plan_attempts as plan_attempts
    from .apimachinery.backoff import restart_back_off as restart_back_off
    from .apimachinery.cluster import Cluster as Cluster
    from .apimachinery.cluster import DefaultedKubeletConfig as DefaultedKubeletConfig
    from .apimachinery.cluster import KubeletConfig as KubeletConfig
    from .apimachinery.cluster import UnsupportedSkew as UnsupportedSkew
    from .apimachinery.cluster import default_kubelet_config as default_kubelet_config
    from .apimachinery.durations import InvalidDuration as InvalidDuration
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
    from .golang.duration import Duration as Duration
    from .images.always_pull_images import admit_always_pull_images as admit_always_pull_images
    from .images.always_pull_images import validate_always_pull_images as validate_always_pull_images
    from .images.architecture_names import UnnamedArchitecture as UnnamedArchitecture
    from .images.architecture_names import split_architecture as split_architecture
    from .images.architecture_names import with_architecture as with_architecture
    from .images.digest import Digest as Digest
    from .images.digest import InvalidDigest as InvalidDigest
    from .images.index import ImageIndex as ImageIndex
    from .images.index import InvalidIndex as InvalidIndex
    from .images.invalid_reference import InvalidPattern as InvalidPattern
    from .images.invalid_reference import InvalidReference as InvalidReference
    from .images.kubelet_pull_config import validate_kubelet_config as validate_kubelet_config
    from .images.platform import InvalidPlatform as InvalidPlatform
    from .images.platform import Platform as Platform
    from .images.preflight import Preflight as Preflight
    from .images.preflight import preflight as preflight
    from .images.preloaded_allowlist import AllowlistPattern as AllowlistPattern
    from .images.preloaded_allowlist import InvalidAllowlistPattern as InvalidAllowlistPattern
    from .images.pull_policy import PullPolicy as PullPolicy
    from .images.pull_policy import default_pull_policies as default_pull_policies
    from .images.pull_policy import default_pull_policy as default_pull_policy
    from .images.pull_policy import pull_action as pull_action
    from .images.pull_spec import pull_spec as pull_spec
    from .images.reference import ImageReference as ImageReference
    from .images.select_manifest import Selection as Selection
    from .images.select_manifest import SelectionReason as SelectionReason
    from .images.select_manifest import select_manifest as select_manifest
    from .images.tag import InvalidTag as InvalidTag
    from .images.tag import parse_tag as parse_tag
    from .images.verification import Verification as Verification
    from .images.verification import image_verification as image_verification
    from .pods.create import CreatedPod as CreatedPod
    from .pods.create import create_pod as create_pod
    from .pods.validation import validate_pod as validate_pod

_NAMES = {
    "AdmissionDenied": "apimachinery.requests",
    "AdmissionRequest": "apimachinery.requests",
    "Admitted": "apimachinery.requests",
    "AllowlistPattern": "images.preloaded_allowlist",
    "BackOff": "apimachinery.backoff",
    "BackOffPolicy": "apimachinery.backoff",
    "Cluster": "apimachinery.cluster",
    "CreatedPod": "pods.create",
    "DefaultedKubeletConfig": "apimachinery.cluster",
    "Digest": "images.digest",
    "Duration": "golang.duration",
    "FeatureGateLocked": "apimachinery.release",
    "FeatureGateUnavailable": "apimachinery.release",
    "FieldChange": "apimachinery.fields",
    "FieldError": "apimachinery.fields",
    "FieldErrorType": "apimachinery.fields",
    "FieldPath": "apimachinery.fields",
    "ImageIndex": "images.index",
    "ImageReference": "images.reference",
    "InvalidAllowlistPattern": "images.preloaded_allowlist",
    "InvalidDigest": "images.digest",
    "InvalidDuration": "apimachinery.durations",
    "InvalidIndex": "images.index",
    "InvalidPattern": "images.invalid_reference",
    "InvalidPlatform": "images.platform",
    "InvalidReference": "images.invalid_reference",
    "InvalidRelease": "apimachinery.release",
    "InvalidTag": "images.tag",
    "KubeContainersError": "apimachinery.errors",
    "KubeletConfig": "apimachinery.cluster",
    "LATEST": "apimachinery.release",
    "MalformedObject": "apimachinery.errors",
    "NotInRelease": "apimachinery.release",
    "Operation": "apimachinery.requests",
    "PREVIEW": "apimachinery.release",
    "PULL_BACK_OFF": "apimachinery.backoff",
    "PlannedAttempt": "apimachinery.backoff",
    "Platform": "images.platform",
    "Preflight": "images.preflight",
    "PullPolicy": "images.pull_policy",
    "Release": "apimachinery.release",
    "Report": "explain.report",
    "Selection": "images.select_manifest",
    "SelectionReason": "images.select_manifest",
    "UnnamedArchitecture": "images.architecture_names",
    "UnsupportedRelease": "apimachinery.release",
    "UnsupportedSkew": "apimachinery.cluster",
    "ValidationFailed": "apimachinery.errors",
    "Verification": "images.verification",
    "admit_always_pull_images": "images.always_pull_images",
    "create_pod": "pods.create",
    "default_kubelet_config": "apimachinery.cluster",
    "default_pull_policies": "images.pull_policy",
    "default_pull_policy": "images.pull_policy",
    "explain": "explain.report",
    "image_verification": "images.verification",
    "next_attempt": "apimachinery.backoff",
    "parse_tag": "images.tag",
    "plan_attempts": "apimachinery.backoff",
    "preflight": "images.preflight",
    "pull_action": "images.pull_policy",
    "pull_spec": "images.pull_spec",
    "restart_back_off": "apimachinery.backoff",
    "select_manifest": "images.select_manifest",
    "split_architecture": "images.architecture_names",
    "validate_always_pull_images": "images.always_pull_images",
    "validate_kubelet_config": "images.kubelet_pull_config",
    "validate_pod": "pods.validation",
    "with_architecture": "images.architecture_names",
}

__all__ = list(_NAMES)  # pyright: ignore[reportUnsupportedDunderAll]
__getattr__, __dir__ = lazy_names(__name__, _NAMES)
