"""Images: what each resolves to, its pull policy and why, and what the kubelet does about it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...apimachinery.cluster import Cluster
from ...apimachinery.objects import PodTemplateAt, list_at, mapping_at
from ...images.plan import ImagePlan, RegistryReason, plan_image
from ...images.pull_policy import PullAction, PullActionReason, PullDecision, PullPolicy, PullPolicyReason
from ...images.tag import LATEST_TAG
from ...images.uses import ImageUse, UseKind, image_uses
from ..findings import FindingRule, Severity, find
from ..report import Entry, Line

__all__ = ["FINDINGS", "ORDER", "ImageFact", "examine"]

ORDER = 10


@attrs.frozen
class ImageFact:
    """What the findings look at: the plan of an image, and whether its pod names pull secrets."""

    plan: ImagePlan
    pull_secrets: bool

    @property
    def stays_on_node(self) -> bool:
        """Whether a node that has the image keeps using it."""
        return self.plan.if_present is not None and self.plan.if_present.action in {PullAction.USE, PullAction.VERIFY}

    @property
    def by_latest(self) -> bool:
        """Whether the image is named by nothing that lasts: the tag latest, or no tag at all."""
        reference = self.plan.reference
        return reference is not None and reference.with_default_tag().tag == LATEST_TAG and reference.digest is None

    @property
    def by_other_tag(self) -> bool:
        """Whether the image is named by a tag alone, and that is not latest."""
        reference = self.plan.reference
        return reference is not None and reference.digest is None and not self.by_latest


FINDINGS: tuple[FindingRule[ImageFact], ...] = (
    FindingRule(
        "KC101",
        Severity.ERROR,
        "The kubelet refuses the image: the container waits with InvalidImageName, for ever.",
        lambda fact: fact.plan.refused is not None and fact.plan.use.image != "",
        lambda fact: f"the kubelet refuses it with InvalidImageName: {fact.plan.refused}",
    ),
    FindingRule(
        "KC102",
        Severity.ERROR,
        "No image is named: the API server refuses the object.",
        lambda fact: fact.plan.use.image == "",
        lambda fact: f"the API server refuses it: {fact.plan.use.image_path} is required",
    ),
    FindingRule(
        "KC103",
        Severity.WARNING,
        "The tag is latest (or absent, which means latest), and a node that has the image never asks for a newer one.",
        lambda fact: fact.by_latest and fact.stays_on_node,
        lambda fact: (
            f"the tag is latest, but with {fact.plan.policy} a node keeps the image it has: nodes come to run different ones; "
            "name a version, or set Always"
        ),
    ),
    FindingRule(
        "KC104",
        Severity.WARNING,
        "The image is named by digest and by the tag latest: the default policy is Always all the same.",
        lambda fact: fact.plan.policy_reason is PullPolicyReason.LATEST_BESIDE_DIGEST,
        "pinned by digest, and still asked of the registry at every start; drop the tag or set IfNotPresent",
    ),
    FindingRule(
        "KC105",
        Severity.INFO,
        "The image names no registry, so which one it comes from is the container runtime's decision.",
        lambda fact: fact.plan.registry_reason is RegistryReason.DEFAULT,
        "no registry is named: which one it comes from is the container runtime's decision, most take docker.io",
    ),
    FindingRule(
        "KC106",
        Severity.WARNING,
        "A private image (the pod names pull secrets) that is on a node may be used by every pod there, without any credentials.",
        lambda fact: fact.pull_secrets and fact.plan.if_present is not None and fact.plan.if_present.reason is PullActionReason.PRESENT,
        "once on a node, any pod of that node may use this private image without credentials; Always prevents it",
    ),
    FindingRule(
        "KC107",
        Severity.INFO,
        "The image is named by a tag alone, which its registry may move; a node that has it never asks again.",
        lambda fact: fact.by_other_tag and fact.stays_on_node,
        "a tag may move, and a node keeps what it has: name the digest where every node must run the same",
    ),
    FindingRule(
        "KC108",
        Severity.INFO,
        "The policy is Never: a node without the image does not start the container.",
        lambda fact: fact.plan.if_absent is not None and fact.plan.if_absent.reason is PullActionReason.NEVER_AND_ABSENT,
        "starts only on nodes that have the image already, elsewhere it waits with ErrImageNeverPull",
    ),
    FindingRule(
        "KC109",
        Severity.ERROR,
        "The pull policy is none that Kubernetes knows: the API server refuses the object. Policies are case-sensitive.",
        lambda fact: fact.plan.policy != "" and fact.plan.policy not in {known.value for known in PullPolicy},
        lambda fact: f"the API server refuses the policy {fact.plan.policy[:50]!r}: write Always, IfNotPresent or Never",
    ),
    FindingRule(
        "KC110",
        Severity.WARNING,
        "What looks like the registry is none, because of a character that no host name has; the whole image is read as a path.",
        lambda fact: fact.plan.registry_reason is RegistryReason.NONE,
        "what stands before the first slash is no registry (a host name has no underscore): all of it is read as a path",
    ),
    FindingRule(
        "KC111",
        Severity.WARNING,
        "The image is mounted as a volume, which the control plane does not have enabled: volume and mounts are dropped without a word.",
        lambda fact: fact.plan.dropped,
        "image volumes are not enabled here: the API server drops the volume and its mounts without an error",
    ),
)
"""Every finding about images."""


def examine(template: PodTemplateAt, cluster: Cluster) -> Iterator[Entry]:
    """Yield an entry for every container and image volume."""
    spec = mapping_at(template.pod, "spec", template.path) or {}
    pull_secrets = bool(list_at(spec, "imagePullSecrets", template.path.child("spec")))
    for use in image_uses(template.pod, path=template.path, release=cluster.control_plane):
        fact = ImageFact(plan_image(use, cluster=cluster), pull_secrets)
        yield Entry(
            use.path,
            _heading(use),
            use.image or "(no image)",
            tuple(_lines(fact.plan)),
            tuple(find(FINDINGS, fact, use.image_path)),
            {"image": fact.plan.to_json()},
        )


def _heading(use: ImageUse) -> str:
    kind = "image volume" if use.kind is UseKind.VOLUME else use.kind.value
    return f"{kind} {use.name}" if use.name else kind


def _lines(plan: ImagePlan) -> Iterator[Line]:
    yield Line("image", _image_text(plan))
    yield Line("pull policy", _policy_text(plan))
    if plan.if_present is not None and plan.if_absent is not None:
        yield Line("on a node with it", _action_text(plan.if_present))
        yield Line("without it", _action_text(plan.if_absent))


def _image_text(plan: ImagePlan) -> str:
    reference = plan.reference
    if reference is None:
        return "refused" if plan.use.image else "none"
    parts = [reference.name]
    if reference.tag is not None:
        parts.append(f"tag {reference.tag}")
    if reference.digest is not None:
        parts.append(f"digest {reference.digest}")
    if reference.is_name_only:
        parts.append(f"tag {LATEST_TAG}, since none is written")
    return "  ".join(parts)


def _policy_text(plan: ImagePlan) -> str:
    if plan.policy_reason is PullPolicyReason.GIVEN:
        return f"{plan.policy}, as written"
    if plan.policy_reason is PullPolicyReason.NOT_DEFAULTED:
        return f"none: {plan.policy_reason.value}"
    return f"{plan.policy}, by default: {plan.policy_reason.value}"


def _action_text(decision: PullDecision) -> str:
    return f"{decision.action.value}: {decision.reason.value}"
