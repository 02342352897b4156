from __future__ import annotations

import pytest

from kubecontainers.apimachinery.cluster import Cluster, KubeletConfig
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.plan import plan_image
from kubecontainers.images.pull_policy import PullAction, PullActionReason, pull_action
from kubecontainers.images.uses import image_uses
from kubecontainers.images.verification import Verification, image_verification

ALLOWLISTED = "NeverVerifyAllowlistedImages"


def config(policy: str, *allowlist: str) -> KubeletConfig:
    return KubeletConfig(image_pull_credentials_verification_policy=policy, preloaded_images_verification_allowlist=allowlist)


@pytest.mark.parametrize(
    ("kubelet", "expected"),
    [
        (None, Verification.IF_PULLED),
        (config(""), Verification.IF_PULLED),
        (config("NeverVerifyPreloadedImages"), Verification.IF_PULLED),
        (config("NeverVerify"), Verification.NONE),
        (config("AlwaysVerify"), Verification.ALWAYS),
        (config(ALLOWLISTED), Verification.ALWAYS),
        (config(ALLOWLISTED, "x.io/*"), Verification.NONE),
        (config(ALLOWLISTED, "*", "y.io/*", "x.io/app"), Verification.NONE),
        (config(ALLOWLISTED, "y.io/*"), Verification.ALWAYS),
        (config("Bogus"), Verification.IF_PULLED),
    ],
)
def test_policies(kubelet: KubeletConfig | None, expected: Verification) -> None:
    assert image_verification("x.io/app:1", kubelet) is expected
    assert image_verification("x.io/app:1", kubelet, release=Release("1.34")) is Verification.NONE


def test_tags_and_the_allowlist_before_1_36() -> None:
    release = Release("1.35")
    assert image_verification("x.io/app:1", config(ALLOWLISTED, "x.io/app"), release=release) is Verification.ALWAYS
    assert image_verification("x.io/app", config(ALLOWLISTED, "x.io/app"), release=release) is Verification.NONE


@pytest.mark.parametrize(
    ("verification", "action", "reason"),
    [
        (None, PullAction.VERIFY, PullActionReason.PRESENT_TO_VERIFY),
        (Verification.IF_PULLED, PullAction.VERIFY, PullActionReason.PRESENT_TO_VERIFY),
        (Verification.ALWAYS, PullAction.VERIFY, PullActionReason.PRESENT_ALWAYS_VERIFIED),
        (Verification.NONE, PullAction.USE, PullActionReason.PRESENT),
    ],
)
def test_pull_action(verification: Verification | None, action: PullAction, reason: PullActionReason) -> None:
    found = pull_action("IfNotPresent", present=True, verification=verification)
    assert (found.action, found.reason) == (action, reason)
    assert found.otherwise is (None if action is PullAction.USE else PullAction.PULL)
    assert pull_action("IfNotPresent", present=False, verification=verification).action is PullAction.PULL


@pytest.mark.parametrize(("policy", "open_to_node"), [("NeverVerify", True), ("AlwaysVerify", False), ("", False)])
def test_the_plan_follows_the_configuration_of_the_cluster(policy: str, open_to_node: bool) -> None:
    [use] = image_uses({"spec": {"containers": [{"name": "app", "image": "x.io/app:1"}]}})
    assert plan_image(use, cluster=Cluster(kubelet=config(policy))).open_to_node is open_to_node
