"""What Kubernetes will do with one image of a pod: the rules of this room, put together."""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.objects import JSONObject
from .invalid_reference import InvalidReference
from .pull_policy import PullDecision, PullPolicyReason, default_pull_policy, pull_action
from .pull_spec import pull_spec
from .reference import DEFAULT_REGISTRY, ImageReference
from .uses import ImageUse

__all__ = ["ImagePlan", "RegistryReason", "plan_image"]


class RegistryReason(enum.Enum):
    """Where the registry of an image comes from."""

    WRITTEN = "written in the image"
    DEFAULT = "the image names none, so the runtime's default, which is docker.io for most"
    NONE = "what stands before the first slash cannot be a registry, so all of the image is a path"


@attrs.frozen
class ImagePlan:
    """What Kubernetes does with one use of an image.

    ``reference`` is how the kubelet reads the image, ``refused`` why it does not. ``policy`` is the stored pull policy, empty where nothing
    fills it in. ``if_present`` and ``if_absent`` say what the kubelet does on a node that has the image, and on one that has not; both are
    ``None`` for an image that it refuses and for an image volume that the API server drops (``dropped``).
    """

    use: ImageUse
    reference: ImageReference | None
    refused: InvalidReference | None
    registry_reason: RegistryReason | None
    pull_spec: str | None
    policy: str
    policy_reason: PullPolicyReason
    dropped: bool
    if_present: PullDecision | None
    if_absent: PullDecision | None

    def to_json(self) -> JSONObject:
        """Return the plan as JSON; reasons are the names of their enums' members."""
        reference = self.reference
        return {
            "image": self.use.image,
            "reference": None if reference is None else _reference_json(reference),
            "refused": None if self.refused is None else str(self.refused),
            "registryReason": None if self.registry_reason is None else self.registry_reason.name,
            "pullSpec": self.pull_spec,
            "pullPolicy": self.policy,
            "pullPolicyReason": self.policy_reason.name,
            "dropped": self.dropped,
            "ifPresent": _decision_json(self.if_present),
            "ifAbsent": _decision_json(self.if_absent),
        }


def plan_image(use: ImageUse, *, cluster: Cluster | None = None) -> ImagePlan:
    """Return what Kubernetes will do with one use of an image.

    The API server's release fills in the pull policy; the kubelet's reads the image and acts on the policy.

    >>> from kubecontainers.images.uses import image_uses
    >>> [use] = image_uses({"spec": {"containers": [{"name": "app", "image": "nginx"}]}})
    >>> plan_image(use).pull_spec, plan_image(use).policy
    ('nginx:latest', 'Always')
    """
    cluster = Cluster() if cluster is None else cluster
    dropped = not use.enabled(cluster.control_plane)
    policy, reason = _policy(use, cluster)
    try:
        reference = ImageReference.parse(use.image, release=cluster.node)
    except InvalidReference as error:
        return ImagePlan(use, None, error, None, None, policy, reason, dropped, None, None)
    return ImagePlan(
        use,
        reference,
        None,
        _registry_reason(reference, use.image),
        pull_spec(use.image, release=cluster.node),
        policy,
        reason,
        dropped,
        None if dropped else pull_action(policy, present=True, release=cluster.node),
        None if dropped else pull_action(policy, present=False, release=cluster.node),
    )


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
    first, slash, _ = image.partition("/")
    written = slash and (reference.registry != DEFAULT_REGISTRY or first.endswith(DEFAULT_REGISTRY))
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
    return None if decision is None else {"action": decision.action.name, "reason": decision.reason.name}
