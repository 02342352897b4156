"""What Kubernetes will do with one image of a pod: the rules of this room, put together."""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.objects import JSONObject
from .invalid_reference import InvalidReference
from .pull_policy import PullDecision, PullPolicyReason, default_pull_policy, pull_action
from .pull_spec import pull_spec
from .reference import DEFAULT_REGISTRY_NAMES, ImageReference
from .uses import IMAGE_VOLUMES, IMAGE_VOLUMES_ENABLED, ImageUse, UseKind
from .validation import validate_image_use
from .verification import Verification, image_verification

__all__ = ["ImagePlan", "RefusedBy", "RegistryReason", "UnusedReason", "plan_image"]


class RegistryReason(enum.Enum):
    """Where the registry of an image comes from."""

    WRITTEN = "written in the image"
    DEFAULT = "the image names none, so the runtime's default, which is docker.io for most"
    NONE = "what stands before the first slash cannot be a registry, so all of the image is a path"


class RefusedBy(enum.Enum):
    """Which component refuses an image."""

    API_SERVER = "the API server, which wants an image, without white space around it"
    KUBELET = "the kubelet, with InvalidImageName"


class UnusedReason(enum.Enum):
    """Why an image volume comes to nothing, whatever it names."""

    UNKNOWN = "the API server does not know image volumes: the volume becomes an empty directory"
    DROPPED = "image volumes are not enabled: the API server drops the volume and its mounts without an error"
    NODE = "image volumes are not enabled on the node: the kubelet does not pull for them"


@attrs.frozen
class ImagePlan:
    """What Kubernetes does with one use of an image.

    Of an image volume that comes to nothing only ``use``, ``policy`` and ``unused``, the reason, are told. ``reference`` is how the kubelet
    reads the image; ``refused`` is why it does not, ``refused_by`` who refuses first. ``policy`` is the stored pull policy, empty where
    nothing fills it in. ``if_present`` and ``if_absent`` say what the kubelet does on a node that has the image, and on one that has not.
    ``open_to_node`` tells that the node lets any of its pods use an image once it has it.
    """

    use: ImageUse
    policy: str
    policy_reason: PullPolicyReason
    unused: UnusedReason | None = None
    reference: ImageReference | None = None
    refused: InvalidReference | None = None
    refused_by: RefusedBy | None = None
    registry_reason: RegistryReason | None = None
    pull_spec: str | None = None
    if_present: PullDecision | None = None
    if_absent: PullDecision | None = None
    open_to_node: bool = False

    def to_json(self) -> JSONObject:
        """Return the plan as JSON; reasons are the names of their enums' members."""
        reference = self.reference
        return {
            "image": self.use.image,
            "pullPolicy": self.policy,
            "pullPolicyReason": self.policy_reason.name,
            "unused": None if self.unused is None else self.unused.name,
            "reference": None if reference is None else _reference_json(reference),
            "refused": None if self.refused is None else str(self.refused),
            "refusedBy": None if self.refused_by is None else self.refused_by.name,
            "registryReason": None if self.registry_reason is None else self.registry_reason.name,
            "pullSpec": self.pull_spec,
            "ifPresent": _decision_json(self.if_present),
            "ifAbsent": _decision_json(self.if_absent),
            "openToNode": self.open_to_node,
        }


def plan_image(use: ImageUse, *, cluster: Cluster | None = None) -> ImagePlan:
    """Return what Kubernetes will do with one use of an image.

    The API server's release fills in the pull policy; the kubelet's, and its configuration, read the image and act on the policy.

    >>> from kubecontainers.images.uses import image_uses
    >>> [use] = image_uses({"spec": {"containers": [{"name": "app", "image": "nginx"}]}})
    >>> plan_image(use).pull_spec, plan_image(use).policy
    ('nginx:latest', 'Always')
    """
    cluster = Cluster() if cluster is None else cluster
    policy, reason = _policy(use, cluster)
    unused = _unused(use, cluster)
    if unused is not None:
        return ImagePlan(use, policy, reason, unused)
    try:
        reference = ImageReference.parse(use.image, release=cluster.node)
    except InvalidReference as error:
        refused_by = RefusedBy.API_SERVER if validate_image_use(use) else RefusedBy.KUBELET
        return ImagePlan(use, policy, reason, refused=error, refused_by=refused_by)
    verification = image_verification(use.image, cluster.kubelet, release=cluster.node)
    return ImagePlan(
        use,
        policy,
        reason,
        reference=reference,
        registry_reason=_registry_reason(reference, use.image),
        pull_spec=pull_spec(use.image, release=cluster.node),
        if_present=pull_action(policy, present=True, verification=verification, release=cluster.node),
        if_absent=pull_action(policy, present=False, verification=verification, release=cluster.node),
        open_to_node=verification is Verification.NONE,
    )


def _unused(use: ImageUse, cluster: Cluster) -> UnusedReason | None:
    if use.kind is not UseKind.VOLUME:
        return None
    if IMAGE_VOLUMES not in cluster.control_plane:
        return UnusedReason.UNKNOWN
    if IMAGE_VOLUMES_ENABLED not in cluster.control_plane:
        return UnusedReason.DROPPED
    return None if IMAGE_VOLUMES_ENABLED in cluster.node else UnusedReason.NODE


def _policy(use: ImageUse, cluster: Cluster) -> tuple[str, PullPolicyReason]:
    if use.policy:
        return use.policy, PullPolicyReason.GIVEN
    if not use.enabled(cluster.control_plane):
        return "", PullPolicyReason.NOT_DEFAULTED
    default = default_pull_policy(use.image, release=cluster.control_plane)
    return default.policy.value, default.reason


def _registry_reason(reference: ImageReference, image: str) -> RegistryReason:
    if reference.registry is None:
        return RegistryReason.NONE
    first = image.partition("/")[0]
    written = "/" in image and (first == reference.registry or first in DEFAULT_REGISTRY_NAMES)
    return RegistryReason.WRITTEN if written else RegistryReason.DEFAULT


def _reference_json(reference: ImageReference) -> JSONObject:
    return {
        "registry": reference.registry,
        "repository": reference.repository,
        "tag": reference.tag,
        "digest": reference.digest,
        "familiar": reference.familiar,
    }


def _decision_json(decision: PullDecision | None) -> JSONObject | None:
    if decision is None:
        return None
    otherwise = None if decision.otherwise is None else decision.otherwise.name
    return {"action": decision.action.name, "reason": decision.reason.name, "otherwise": otherwise}
