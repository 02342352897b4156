from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import CREDENTIALS_VERIFIED
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.pull_policy import (
    PULLS_BY_POLICY_ALONE,
    DefaultPullPolicy,
    PullAction,
    PullActionReason,
    PullDecision,
    PullPolicy,
    PullPolicyReason,
    default_pull_policies,
    default_pull_policy,
    pull_action,
)

ALWAYS, IF_NOT_PRESENT = PullPolicy.ALWAYS, PullPolicy.IF_NOT_PRESENT
Why = PullPolicyReason
SHA = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "policy", "reason"),
    [
        ("app", ALWAYS, Why.NO_TAG),
        ("quay.io/shop/app", ALWAYS, Why.NO_TAG),
        ("localhost:5000/app", ALWAYS, Why.NO_TAG),
        ("reg_istry.k8s.io/x", ALWAYS, Why.NO_TAG),
        ("app:latest", ALWAYS, Why.LATEST),
        (f"app:latest@{SHA}", ALWAYS, Why.LATEST_BESIDE_DIGEST),
        ("app:v1", IF_NOT_PRESENT, Why.OTHER_TAG),
        ("app:Latest", IF_NOT_PRESENT, Why.OTHER_TAG),
        ("localhost:5000", IF_NOT_PRESENT, Why.OTHER_TAG),
        (f"app:v1@{SHA}", IF_NOT_PRESENT, Why.OTHER_TAG),
        (f"app@{SHA}", IF_NOT_PRESENT, Why.DIGEST),
        (SHA, IF_NOT_PRESENT, Why.OTHER_TAG),
        ("", IF_NOT_PRESENT, Why.UNREADABLE),
        ("UPPER", IF_NOT_PRESENT, Why.UNREADABLE),
        ("bad image", IF_NOT_PRESENT, Why.UNREADABLE),
        ("app\n", IF_NOT_PRESENT, Why.UNREADABLE),
        ("app@sha256:short", IF_NOT_PRESENT, Why.UNREADABLE),
        (f"app@md5:{'0' * 32}", IF_NOT_PRESENT, Why.UNREADABLE),
        ("0" * 64, IF_NOT_PRESENT, Why.UNREADABLE),
        ("\ud800", IF_NOT_PRESENT, Why.UNREADABLE),
    ],
)
def test_default(image: str, policy: PullPolicy, reason: PullPolicyReason) -> None:
    found = default_pull_policy(image)
    assert found == DefaultPullPolicy(policy, reason)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


@pytest.mark.parametrize(
    ("image", "changes_at"),
    [("Foo/bar", 29), ("[::1]/bar", 29), ("[::1]:5000/bar", 29), (f"quay.io/{'a' * 248}", 32), (f"quay.io/{'a' * 255}", 32)],
)
def test_default_by_release(image: str, changes_at: int) -> None:
    for minor in range(27, 38):
        expected = Why.NO_TAG if minor >= changes_at else Why.UNREADABLE
        assert default_pull_policy(image, release=Release(f"1.{minor}")).reason is expected
    assert default_pull_policy(f"quay.io/{'a' * 247}", release=Release("1.31")).policy is ALWAYS


POD: dict[str, Any] = {
    "metadata": {"name": "web"},
    "spec": {
        "initContainers": [{"name": "setup", "image": "alpine:3"}],
        "containers": [
            {"name": "app", "image": "nginx"},
            {"name": "kept", "image": "nginx", "imagePullPolicy": "Never"},
            {"name": "odd", "image": "nginx", "imagePullPolicy": "Sometimes"},
            {"name": "empty", "image": "nginx:1", "imagePullPolicy": ""},
            {"name": "null", "image": "nginx", "imagePullPolicy": None},
            {"name": "bare"},
        ],
        "ephemeralContainers": [{"name": "debug", "image": "busybox:latest"}],
        "volumes": [
            {"name": "data", "image": {"reference": "data"}},
            {"name": "kept", "image": {"reference": "data", "pullPolicy": "Never"}},
            {"name": "bare", "image": {}},
            {"name": "tmp"},
        ],
    },
}


def policies(pod: Any) -> dict[str, list[Any]]:
    found = {
        name: [container.get("imagePullPolicy") for container in pod["spec"][name]]
        for name in ("initContainers", "containers", "ephemeralContainers")
    }
    return found | {"volumes": [volume.get("image", {}).get("pullPolicy") for volume in pod["spec"]["volumes"]]}


@pytest.mark.parametrize(
    ("release", "of_volumes"),
    [
        (Release("1.30"), [None, "Never", None, None]),
        (Release("1.31"), [None, "Never", None, None]),
        (Release("1.31").with_gates({"ImageVolume": True}), ["Always", "Never", "IfNotPresent", None]),
        (Release("1.34"), [None, "Never", None, None]),
        (Release("1.35"), ["Always", "Never", "IfNotPresent", None]),
        (Release("1.35").with_gates({"ImageVolume": False}), [None, "Never", None, None]),
        (Release("1.36"), ["Always", "Never", "IfNotPresent", None]),
    ],
)
def test_defaults_of_a_pod(release: Release, of_volumes: list[str | None]) -> None:
    assert policies(default_pull_policies(POD, release=release).object) == {
        "initContainers": ["IfNotPresent"],
        "containers": ["Always", "Never", "Sometimes", "IfNotPresent", "Always", "IfNotPresent"],
        "ephemeralContainers": ["Always"],
        "volumes": of_volumes,
    }


def test_changes_in_order_with_reasons() -> None:
    assert [(str(change.path), change.before, change.after, change.reason) for change in default_pull_policies(POD).changes] == [
        ("spec.initContainers[0].imagePullPolicy", None, "IfNotPresent", Why.OTHER_TAG),
        ("spec.containers[0].imagePullPolicy", None, "Always", Why.NO_TAG),
        ("spec.containers[3].imagePullPolicy", None, "IfNotPresent", Why.OTHER_TAG),
        ("spec.containers[4].imagePullPolicy", None, "Always", Why.NO_TAG),
        ("spec.containers[5].imagePullPolicy", None, "IfNotPresent", Why.UNREADABLE),
        ("spec.ephemeralContainers[0].imagePullPolicy", None, "Always", Why.LATEST),
        ("spec.volumes[0].image.pullPolicy", None, "Always", Why.NO_TAG),
        ("spec.volumes[2].image.pullPolicy", None, "IfNotPresent", Why.UNREADABLE),
    ]


def test_null_container() -> None:
    found: Any = default_pull_policies({"spec": {"containers": [None]}}).object
    assert found == {"spec": {"containers": [{"imagePullPolicy": "IfNotPresent"}]}}


@pytest.mark.parametrize("pod", [{}, {"spec": None}, {"spec": {"containers": []}}])
def test_nothing_to_default(pod: dict[str, Any]) -> None:
    found = default_pull_policies(pod)
    assert found.object is pod
    assert found.changes == ()


def test_malformed() -> None:
    with pytest.raises(MalformedObject, match=r"spec\.containers\[0\]\.image: expected a string, found a number"):
        default_pull_policies({"spec": {"containers": [{"image": 1}]}})


Do, Because = PullAction, PullActionReason


@pytest.mark.parametrize(
    ("policy", "present", "by_minor"),
    [
        ("Always", True, {27: (Do.PULL, Because.ALWAYS)}),
        ("Always", False, {27: (Do.PULL, Because.ALWAYS)}),
        ("IfNotPresent", False, {27: (Do.PULL, Because.ABSENT)}),
        ("IfNotPresent", True, {27: (Do.USE, Because.PRESENT), 35: (Do.VERIFY, Because.PRESENT_TO_VERIFY, Do.PULL)}),
        ("Never", True, {27: (Do.USE, Because.PRESENT), 35: (Do.VERIFY, Because.PRESENT_TO_VERIFY, Do.FAIL)}),
        ("Never", False, {27: (Do.FAIL, Because.NEVER_AND_ABSENT)}),
        ("", True, {27: (Do.USE, Because.UNKNOWN_POLICY), 32: (Do.PULL, Because.UNKNOWN_POLICY)}),
        ("", False, {27: (Do.FAIL, Because.UNKNOWN_POLICY), 32: (Do.PULL, Because.UNKNOWN_POLICY)}),
        ("always", False, {27: (Do.FAIL, Because.UNKNOWN_POLICY), 32: (Do.PULL, Because.UNKNOWN_POLICY)}),
    ],
)
def test_pull_action(policy: str, present: bool, by_minor: dict[int, Any]) -> None:
    expected = by_minor[27]
    for minor in range(27, 38):
        expected = by_minor.get(minor, expected)
        assert pull_action(policy, present=present, release=Release(f"1.{minor}")) == PullDecision(*expected)


def test_pull_action_by_gate() -> None:
    gate = "KubeletEnsureSecretPulledImages"
    assert pull_action("Never", present=True, release=Release("1.33").with_gates({gate: True})).action is Do.VERIFY
    assert pull_action("Never", present=True, release=Release("1.35").with_gates({gate: False})).action is Do.USE
    assert CREDENTIALS_VERIFIED.minors() == ("1.35",)
    assert PULLS_BY_POLICY_ALONE.minors() == ("1.32",)
