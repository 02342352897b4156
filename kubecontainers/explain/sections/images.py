"""Images: what each resolves to, its pull policy and why, and what the kubelet does about it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...apimachinery.fields import FieldPath
from ...images.plan import ImagePlan, RefusedBy, RegistryReason, UnusedReason, plan_image
from ...images.pull_policy import PullAction, PullActionReason, PullDecision, PullPolicyReason
from ...images.tag import LATEST_TAG
from ...images.uses import ImageUse, UseKind, image_uses
from ...images.validation import ImageFieldRule
from ..entries import Entry, Line
from ..findings import FindingRule, Severity, find
from ..report import Subject

__all__ = ["FINDINGS", "ORDER", "PHRASED", "UNUSED_FINDINGS", "ImageFact", "examine"]

ORDER = 10

PHRASED = frozenset({ImageFieldRule.IMAGE_REQUIRED, ImageFieldRule.IMAGE_SPACE, ImageFieldRule.POLICY_UNKNOWN})
"""The rules of the API server that have a finding of their own here."""


@attrs.frozen
class ImageFact:
    """What the findings look at: the plan of an image, the rules that it breaks, and whether its pod names pull secrets."""

    plan: ImagePlan
    broken: frozenset[ImageFieldRule]
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
        lambda fact: fact.plan.refused_by is RefusedBy.KUBELET,
        lambda fact: f"the kubelet refuses it with InvalidImageName: {fact.plan.refused}",
    ),
    FindingRule(
        "KC102",
        Severity.ERROR,
        "No image is named: the API server refuses the object, or, for an image volume of a template, its pods.",
        lambda fact: ImageFieldRule.IMAGE_REQUIRED in fact.broken,
        lambda fact: f"the API server refuses a pod with this: {fact.plan.use.image_path} is required",
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
        lambda fact: fact.plan.unused is None and fact.plan.policy_reason is PullPolicyReason.LATEST_BESIDE_DIGEST,
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
        "A private image (the pod names pull secrets) that is on a node may be used by every other pod there, without any credentials.",
        lambda fact: fact.pull_secrets and fact.plan.open_to_node,
        "once on a node, other pods there may use this private image without credentials; "
        "the admission plugin AlwaysPullImages, or nodes of 1.35, prevent it",
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
        lambda fact: (
            "starts only on nodes that have the image already"
            + (", and only if the pod may use it" if fact.stays_on_node and not fact.plan.open_to_node else "")
            + "; elsewhere it waits with ErrImageNeverPull"
        ),
    ),
    FindingRule(
        "KC109",
        Severity.ERROR,
        "The pull policy is none that Kubernetes knows: the API server refuses the object. Policies are case-sensitive.",
        lambda fact: ImageFieldRule.POLICY_UNKNOWN in fact.broken,
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
        Severity.ERROR,
        "White space stands around the image: the API server refuses a pod with it. A template with it is stored, and makes no pods.",
        lambda fact: ImageFieldRule.IMAGE_SPACE in fact.broken,
        "the API server refuses a pod with white space around its image",
    ),
)
"""Findings about images."""

UNUSED_FINDINGS: tuple[FindingRule[ImageFact], ...] = (
    FindingRule(
        "KC112",
        Severity.WARNING,
        "The image is mounted as a volume, which the control plane does not have enabled: volume and mounts are dropped without a word.",
        lambda fact: fact.plan.unused is UnusedReason.DROPPED,
        UnusedReason.DROPPED.value,
    ),
    FindingRule(
        "KC113",
        Severity.WARNING,
        "The image is mounted as a volume, which the control plane does not know: the volume becomes an empty directory.",
        lambda fact: fact.plan.unused is UnusedReason.UNKNOWN,
        UnusedReason.UNKNOWN.value,
    ),
    FindingRule(
        "KC114",
        Severity.ERROR,
        "The image is mounted as a volume, which the nodes do not have enabled.",
        lambda fact: fact.plan.unused is UnusedReason.NODE,
        UnusedReason.NODE.value,
    ),
)
"""Findings about image volumes that come to nothing; what they name does not matter then."""


def examine(subject: Subject) -> Iterator[Entry]:
    """Yield an entry for every container and image volume."""
    template = subject.template
    pull_secrets = bool(subject.admitted.pull_secrets)
    broken = _broken(subject)
    for use in image_uses(template.pod, path=template.path):
        rules = frozenset((*broken.get(use.image_path, ()), *broken.get(use.policy_path, ())))
        fact = ImageFact(plan_image(use, cluster=subject.cluster), rules, pull_secrets)
        yield Entry(
            use.path,
            _heading(use),
            use.image or "(no image)",
            tuple(_lines(fact.plan)),
            tuple(find((*FINDINGS, *UNUSED_FINDINGS), fact, use.image_path)),
            {"image": fact.plan.to_json()},
        )


def _broken(subject: Subject) -> dict[FieldPath, list[ImageFieldRule]]:
    """Return the rules that image fields break, by field; where image volumes are left, positions are those of the template."""
    broken: dict[FieldPath, list[ImageFieldRule]] = {}
    for error in subject.created.errors:
        if isinstance(error.rule, ImageFieldRule):
            broken.setdefault(subject.template.path.join(error.path), []).append(error.rule)
    return broken


def _heading(use: ImageUse) -> str:
    kind = "image volume" if use.kind is UseKind.VOLUME else use.kind.value
    return f"{kind} {use.name}" if use.name else kind


def _lines(plan: ImagePlan) -> Iterator[Line]:
    if plan.unused is not None:
        yield Line("image", f"not used: {plan.unused.value}")
        return
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
    return f"{plan.policy}, by default: {plan.policy_reason.value}"


def _action_text(decision: PullDecision) -> str:
    otherwise = "" if decision.otherwise is None else f", else {decision.otherwise.value}"
    return f"{decision.action.value}{otherwise}: {decision.reason.value}"
