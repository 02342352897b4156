from __future__ import annotations

import math
import pickle
from datetime import timedelta
from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.cluster import (
    Cluster,
    CredentialsVerificationPolicy,
    KubeletConfig,
    KubeletConfigReason,
    UnsupportedSkew,
    default_kubelet_config,
)
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.golang.duration import Duration


def test_default() -> None:
    assert Cluster() == Cluster(LATEST, LATEST)
    assert Cluster(Release("1.30")).node == Release("1.30")


def test_node_takes_the_gates_of_the_control_plane_unless_given() -> None:
    gated = Release("1.34").with_gates({"ImageVolume": True})
    assert Cluster(gated).node is gated
    assert Cluster(gated, Release("1.34")).node == Release("1.34")


@pytest.mark.parametrize("node", ["1.27", "1.33", "1.34"])
def test_older_or_equal(node: str) -> None:
    assert Cluster(Release("1.34"), Release(node)).node == Release(node)


@pytest.mark.parametrize("node", ["1.35", "1.37"])
def test_newer(node: str) -> None:
    with pytest.raises(UnsupportedSkew) as caught:
        Cluster(Release("1.34"), Release(node))
    assert caught.value == UnsupportedSkew(Release("1.34"), Release(node))
    assert node in str(caught.value)


def test_value() -> None:
    cluster = Cluster(Release("1.34"), Release("1.31"))
    assert pickle.loads(pickle.dumps(cluster)) == cluster  # noqa: S301
    assert hash(cluster) == hash(Cluster(Release("1.34"), Release("1.31")))
    assert cluster != Cluster(Release("1.34"))
    with pytest.raises(AttributeError):
        cluster.node = Release("1.30")  # type: ignore[misc]
    with pytest.raises(UnsupportedSkew):
        attrs.evolve(cluster, control_plane=Release("1.30"))


def test_kubelet() -> None:
    assert Cluster().kubelet == KubeletConfig()
    cluster = Cluster(kubelet=KubeletConfig(registry_burst=3))
    assert pickle.loads(pickle.dumps(cluster)) == cluster  # noqa: S301
    assert cluster != Cluster()
    assert hash(cluster) != hash(Cluster())


# --------------------------------------------------------------------------------------------------- kubelet configuration

WHOLE: dict[str, Any] = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    "serializeImagePulls": False,
    "maxParallelImagePulls": 4,
    "registryPullQPS": 0,
    "registryBurst": 3,
    "imagePullCredentialsVerificationPolicy": "NeverVerifyAllowlistedImages",
    "preloadedImagesVerificationAllowlist": ["quay.io/*"],
    "crashLoopBackOff": {"maxContainerRestartPeriod": "1m30s"},
}
PARSED = KubeletConfig(
    serialize_image_pulls=False,
    max_parallel_image_pulls=4,
    registry_pull_qps=0,
    registry_burst=3,
    image_pull_credentials_verification_policy="NeverVerifyAllowlistedImages",
    preloaded_images_verification_allowlist=("quay.io/*",),
    max_container_restart_period=Duration.of(90),
)


class TestKubeletConfig:
    def test_json(self) -> None:
        assert KubeletConfig.from_json(WHOLE) == PARSED
        assert PARSED.to_json() == WHOLE

    def test_nothing_set(self) -> None:
        empty = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}
        assert KubeletConfig.from_json({}) == KubeletConfig.from_json(empty) == KubeletConfig()
        assert KubeletConfig().to_json() == empty

    @pytest.mark.parametrize("name", [*WHOLE])
    def test_null_is_absent(self, name: str) -> None:
        without = {key: value for key, value in WHOLE.items() if key != name}
        assert KubeletConfig.from_json({**WHOLE, name: None}) == KubeletConfig.from_json(without)

    def test_zero_of_a_pointer_is_set(self) -> None:
        config = KubeletConfig.from_json({"maxParallelImagePulls": 0, "crashLoopBackOff": {"maxContainerRestartPeriod": "0s"}})
        assert (config.max_parallel_image_pulls, config.max_container_restart_period) == (0, Duration())
        assert KubeletConfig.from_json(config.to_json()) == config

    def test_other_fields_are_passed_over(self) -> None:
        assert KubeletConfig.from_json({"maxPods": "many", "crashLoopBackOff": {"other": 1}}) == KubeletConfig()

    def test_forms(self) -> None:
        lists: Any = ["a"]
        config = KubeletConfig(preloaded_images_verification_allowlist=lists, max_container_restart_period=timedelta(minutes=1))
        assert config.preloaded_images_verification_allowlist == ("a",)
        assert config == KubeletConfig(preloaded_images_verification_allowlist=("a",), max_container_restart_period=60)
        assert hash(config) == hash(attrs.evolve(config))
        assert KubeletConfig.from_json({"preloadedImagesVerificationAllowlist": [None, "a\ud800"]}) == KubeletConfig(
            preloaded_images_verification_allowlist=("", "a\ufffd")
        )

    def test_no_duration(self) -> None:
        with pytest.raises(InvalidDuration):
            KubeletConfig(max_container_restart_period=math.nan)

    @pytest.mark.parametrize(
        ("obj", "path"),
        [
            ([], ""),
            ({"kind": "Pod"}, "kind"),
            ({"kind": 1}, "kind"),
            ({"apiVersion": "kubelet.config.k8s.io/v1"}, "apiVersion"),
            ({"serializeImagePulls": "true"}, "serializeImagePulls"),
            ({"serializeImagePulls": 1}, "serializeImagePulls"),
            ({"maxParallelImagePulls": 1.0}, "maxParallelImagePulls"),
            ({"maxParallelImagePulls": True}, "maxParallelImagePulls"),
            ({"maxParallelImagePulls": 2**31}, "maxParallelImagePulls"),
            ({"registryPullQPS": -(2**31) - 1}, "registryPullQPS"),
            ({"registryPullQPS": "5"}, "registryPullQPS"),
            ({"registryBurst": 10**5000}, "registryBurst"),
            ({"imagePullCredentialsVerificationPolicy": 1}, "imagePullCredentialsVerificationPolicy"),
            ({"preloadedImagesVerificationAllowlist": "a"}, "preloadedImagesVerificationAllowlist"),
            ({"preloadedImagesVerificationAllowlist": ["a", 1]}, "preloadedImagesVerificationAllowlist[1]"),
            ({"crashLoopBackOff": "60s"}, "crashLoopBackOff"),
            ({"crashLoopBackOff": {"maxContainerRestartPeriod": 60}}, "crashLoopBackOff.maxContainerRestartPeriod"),
            ({"crashLoopBackOff": {"maxContainerRestartPeriod": "60"}}, "crashLoopBackOff.maxContainerRestartPeriod"),
            ({"crashLoopBackOff": {"maxContainerRestartPeriod": ""}}, "crashLoopBackOff.maxContainerRestartPeriod"),
            ({"crashLoopBackOff": {"maxContainerRestartPeriod": "9" * 5000}}, "crashLoopBackOff.maxContainerRestartPeriod"),
        ],
    )
    def test_malformed(self, obj: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            KubeletConfig.from_json(obj)
        assert caught.value.path == path
        assert pickle.loads(pickle.dumps(caught.value)) == caught.value  # noqa: S301
        assert caught.value.__context__ is None


class TestDefaults:
    @pytest.mark.parametrize(
        ("config", "minor", "expected"),
        [
            (
                KubeletConfig(),
                "1.27",
                [
                    ("registryPullQPS", None, 5, "NO_PULL_QPS"),
                    ("registryBurst", None, 10, "NO_PULL_BURST"),
                    ("serializeImagePulls", None, True, "FEW_PARALLEL_PULLS"),
                ],
            ),
            (
                KubeletConfig(registry_pull_qps=0, registry_burst=1, max_parallel_image_pulls=2),
                "1.34",
                [("serializeImagePulls", None, False, "PARALLEL_PULLS")],
            ),
            (
                KubeletConfig(registry_pull_qps=0, registry_burst=1, max_parallel_image_pulls=1),
                "1.36",
                [
                    ("serializeImagePulls", None, True, "FEW_PARALLEL_PULLS"),
                    ("crashLoopBackOff.maxContainerRestartPeriod", None, "5m0s", "NO_RESTART_PERIOD"),
                    ("imagePullCredentialsVerificationPolicy", None, "NeverVerifyPreloadedImages", "NO_VERIFICATION_POLICY"),
                ],
            ),
            (PARSED, "1.36", []),
            (PARSED, "1.33", []),
            (
                PARSED,
                "1.32",
                [
                    ("imagePullCredentialsVerificationPolicy", "NeverVerifyAllowlistedImages", None, "UNKNOWN_FIELD"),
                    ("preloadedImagesVerificationAllowlist", ["quay.io/*"], None, "UNKNOWN_FIELD"),
                ],
            ),
            (
                PARSED,
                "1.31",
                [
                    ("crashLoopBackOff.maxContainerRestartPeriod", "1m30s", None, "UNKNOWN_FIELD"),
                    ("imagePullCredentialsVerificationPolicy", "NeverVerifyAllowlistedImages", None, "UNKNOWN_FIELD"),
                    ("preloadedImagesVerificationAllowlist", ["quay.io/*"], None, "UNKNOWN_FIELD"),
                ],
            ),
        ],
    )
    def test_changes(self, config: KubeletConfig, minor: str, expected: list[tuple[str, object, object, str]]) -> None:
        defaulted = default_kubelet_config(config, release=Release(minor))
        assert [(str(change.path), change.before, change.after, change.reason.name) for change in defaulted.changes] == expected
        assert all(isinstance(change.reason, KubeletConfigReason) for change in defaulted.changes)
        if not expected:
            assert defaulted.config == config

    def test_config(self) -> None:
        assert default_kubelet_config(KubeletConfig()).config == KubeletConfig(
            serialize_image_pulls=True,
            registry_pull_qps=5,
            registry_burst=10,
            image_pull_credentials_verification_policy=CredentialsVerificationPolicy.NEVER_FOR_PRELOADED.value,
            max_container_restart_period=300,
        )
        assert default_kubelet_config(PARSED, release=Release("1.27")).config == KubeletConfig(
            serialize_image_pulls=False, max_parallel_image_pulls=4, registry_pull_qps=0, registry_burst=3
        )

    def test_gates(self) -> None:
        release = Release("1.33").with_gates({"KubeletEnsureSecretPulledImages": True})
        config = default_kubelet_config(KubeletConfig(), release=release).config
        assert config.image_pull_credentials_verification_policy == "NeverVerifyPreloadedImages"
        assert config.max_container_restart_period is None

    def test_value(self) -> None:
        defaulted = default_kubelet_config(PARSED, release=Release("1.31"))
        assert pickle.loads(pickle.dumps(defaulted)) == defaulted  # noqa: S301
        assert hash(defaulted) == hash(default_kubelet_config(PARSED, release=Release("1.31")))

    def test_what_json_cannot_hold(self) -> None:
        with pytest.raises(MalformedObject):
            default_kubelet_config(KubeletConfig(registry_burst=2**40))


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, pytest.param(10**5000, id="long")])
def test_a_setting_has_32_bits(number: int) -> None:
    with pytest.raises(MalformedObject, match="an integer of 32 bits"):
        KubeletConfig(max_parallel_image_pulls=number)
    with pytest.raises(MalformedObject, match="an integer of 32 bits"):
        KubeletConfig(registry_pull_qps=number)
    with pytest.raises(MalformedObject, match="an integer of 32 bits"):
        KubeletConfig(registry_burst=number)


def test_an_allowlist_is_a_list() -> None:
    with pytest.raises(MalformedObject, match="expected a list, found a string"):
        KubeletConfig(preloaded_images_verification_allowlist="x.io/*")


def test_only_what_is_set_is_shown() -> None:
    assert repr(KubeletConfig()) == "KubeletConfig()"
    assert repr(KubeletConfig(registry_burst=3)) == "KubeletConfig(registry_burst=3)"
