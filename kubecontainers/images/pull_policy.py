"""Pull policies: the default, and what each means on a node.

The API server fills in the default (``SetDefaults_Container`` in ``pkg/apis/core/v1/defaults.go``), once, when it stores the pod or the
template; the kubelet acts on it (``shouldPullImage`` in ``pkg/kubelet/images/image_manager.go``).
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.fields import FieldChange
from ..apimachinery.objects import JSONObject, Pod
from ..apimachinery.plain import PlainObject
from ..apimachinery.release import LATEST, Change, Release
from .invalid_reference import InvalidReference
from .reference import ImageReference
from .tag import LATEST_TAG
from .uses import image_uses
from .verification import Verification, image_verification

__all__ = [
    "PULLS_BY_POLICY_ALONE",
    "DefaultPullPolicy",
    "PullAction",
    "PullActionReason",
    "PullDecision",
    "PullPolicy",
    "PullPolicyReason",
    "default_pull_policies",
    "default_pull_policy",
    "has_pull_policy",
    "is_no_image",
    "pull_action",
]

PULLS_BY_POLICY_ALONE = Change(
    since="1.32", summary="Always no longer asks first whether the image is there, and an unknown pull policy pulls"
)


class PullPolicy(enum.Enum):
    """When the kubelet pulls an image; the values are those of ``imagePullPolicy``."""

    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


class PullPolicyReason(enum.Enum):
    """Why a pull policy is what it is."""

    GIVEN = "the manifest says so"
    NO_TAG = "the image has neither tag nor digest, which means latest"
    LATEST = "the tag is latest"
    LATEST_BESIDE_DIGEST = "the tag is latest; a digest does not change that"
    OTHER_TAG = "the tag is not latest"
    DIGEST = "the image is named by digest"
    UNREADABLE = "the image is no valid reference, so no tag is seen"
    NOT_DEFAULTED = "image volumes are not enabled, so nothing is filled in"


@attrs.frozen
class DefaultPullPolicy:
    """The default pull policy of an image, and why."""

    policy: PullPolicy
    reason: PullPolicyReason


def default_pull_policy(image: str, *, release: Release = LATEST) -> DefaultPullPolicy:
    """Return the policy that the API server gives to an image whose container names none.

    ``image`` is the text of the manifest; one that is no reference gets a default all the same. ``release`` is the API server's.

    >>> default_pull_policy("nginx:latest").policy
    <PullPolicy.ALWAYS: 'Always'>
    >>> default_pull_policy("nginx:1.27").reason
    <PullPolicyReason.OTHER_TAG: 'the tag is not latest'>
    """
    try:
        reference = ImageReference.parse(image, release=release)
    except InvalidReference:
        return DefaultPullPolicy(PullPolicy.IF_NOT_PRESENT, PullPolicyReason.UNREADABLE)
    return _default(reference)


def _default(reference: ImageReference) -> DefaultPullPolicy:
    if reference.is_name_only:
        return DefaultPullPolicy(PullPolicy.ALWAYS, PullPolicyReason.NO_TAG)
    if reference.tag == LATEST_TAG:
        reason = PullPolicyReason.LATEST if reference.digest is None else PullPolicyReason.LATEST_BESIDE_DIGEST
        return DefaultPullPolicy(PullPolicy.ALWAYS, reason)
    reason = PullPolicyReason.DIGEST if reference.tag is None else PullPolicyReason.OTHER_TAG
    return DefaultPullPolicy(PullPolicy.IF_NOT_PRESENT, reason)


def default_pull_policies(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Fill in the pull policy of every container and image volume of a pod, or of a pod template, that names none.

    ``release`` is the API server's. Raises ``MalformedObject``.

    >>> default_pull_policies({"spec": {"containers": [{"name": "app", "image": "nginx"}]}}).object
    {'spec': {'containers': [{'name': 'app', 'image': 'nginx', 'imagePullPolicy': 'Always'}]}}
    """
    changes: list[FieldChange] = []
    for use in image_uses(pod, release=release):
        if not use.policy and use.enabled(release):
            found = default_pull_policy(use.image, release=release)
            changes.append(FieldChange(use.policy_path, None, found.policy.value, found.reason))
    return ChangedObject(with_changes(pod, changes), tuple(changes))


def has_pull_policy(container: PlainObject) -> bool:
    """Return whether a container surely names its pull policy.

    >>> has_pull_policy({"image": "nginx", "imagePullPolicy": "Never"}), has_pull_policy({"image": "nginx"})
    (True, False)
    """
    policy, image = container.get("imagePullPolicy"), container.get("image", "")
    return type(policy) is str and policy != "" and type(image) is str and type(container.get("name", "")) is str


def is_no_image(volume: PlainObject) -> bool:
    """Return whether a volume is surely no image.

    >>> is_no_image({"name": "tmp", "emptyDir": {}})
    True
    """
    return volume.get("image") is None


class PullAction(enum.Enum):
    """What the kubelet does about an image before it starts a container."""

    PULL = "pulls it"
    USE = "uses the one on the node"
    VERIFY = "uses the one on the node if the pod may"
    FAIL = "fails with ErrImageNeverPull"


class PullActionReason(enum.Enum):
    """Why the kubelet does what it does about an image."""

    ALWAYS = "the policy is Always"
    ABSENT = "it is not on the node"
    PRESENT = "it is there, and any pod of the node may use it"
    PRESENT_TO_VERIFY = "if the kubelet pulled it, the pod needs credentials that may pull it"
    PRESENT_ALWAYS_VERIFIED = "the pod needs credentials that may pull it"
    NEVER_AND_ABSENT = "the policy is Never, and it is not on the node"
    UNKNOWN_POLICY = "the kubelet does not know the policy"


@attrs.frozen
class PullDecision:
    """What the kubelet does about an image, and why.

    ``otherwise`` is what it does where it verifies and the pod may not use the image; ``None`` where nothing is verified.
    """

    action: PullAction
    reason: PullActionReason
    otherwise: PullAction | None = None


def pull_action(policy: str, *, present: bool, verification: Verification | None = None, release: Release = LATEST) -> PullDecision:
    """Return what the kubelet does under a pull policy on a node that has the image, or has it not.

    ``policy`` is the text of the stored pod, ``release`` the node's. ``verification`` is what ``image_verification`` says of the image, by
    default that of a kubelet whose configuration says nothing of it.

    >>> pull_action("IfNotPresent", present=False).action
    <PullAction.PULL: 'pulls it'>
    """
    known = {known.value: known for known in PullPolicy}.get(policy)
    if known is None:
        return _unknown_policy(present=present, release=release)
    if known is PullPolicy.ALWAYS:
        return PullDecision(PullAction.PULL, PullActionReason.ALWAYS)
    if present:
        return _present(known, image_verification("", release=release) if verification is None else verification)
    if known is PullPolicy.NEVER:
        return PullDecision(PullAction.FAIL, PullActionReason.NEVER_AND_ABSENT)
    return PullDecision(PullAction.PULL, PullActionReason.ABSENT)


def _present(policy: PullPolicy, verification: Verification) -> PullDecision:
    """Decide on an image that is there, for a policy that does not always pull."""
    if verification is Verification.NONE:
        return PullDecision(PullAction.USE, PullActionReason.PRESENT)
    always = verification is Verification.ALWAYS
    reason = PullActionReason.PRESENT_ALWAYS_VERIFIED if always else PullActionReason.PRESENT_TO_VERIFY
    return PullDecision(PullAction.VERIFY, reason, PullAction.FAIL if policy is PullPolicy.NEVER else PullAction.PULL)


def _unknown_policy(*, present: bool, release: Release) -> PullDecision:
    """Decide on a policy that validation lets no pod have, except a static pod's."""
    if PULLS_BY_POLICY_ALONE in release:
        return PullDecision(PullAction.PULL, PullActionReason.UNKNOWN_POLICY)
    action = PullAction.USE if present else PullAction.FAIL
    return PullDecision(action, PullActionReason.UNKNOWN_POLICY)
