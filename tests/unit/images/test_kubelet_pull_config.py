from __future__ import annotations

import pickle

import attrs
import pytest

from kubecontainers.apimachinery.cluster import KubeletConfig, default_kubelet_config
from kubecontainers.apimachinery.fields import FieldErrorType
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.images.kubelet_pull_config import KubeletConfigRule, validate_kubelet_config

ALLOWLISTED = "NeverVerifyAllowlistedImages"
VERIFIED = {"KubeletEnsureSecretPulledImages": True}
NOT_VERIFIED = {"KubeletEnsureSecretPulledImages": False}
SERIAL = KubeletConfig(serialize_image_pulls=True)


def found(config: KubeletConfig, release: Release) -> list[tuple[str, str, str]]:
    """What is wrong with a configuration that is filled in."""
    filled = default_kubelet_config(config, release=release).config
    return [
        (str(error.path), error.type.value, str(error.rule.value))  # the class, as recorded
        for error in validate_kubelet_config(filled, release=release)
    ]


@pytest.mark.parametrize("minor", ["1.27", "1.31", "1.32", "1.33", "1.35", "1.36", "1.37"])
def test_the_default_is_valid(minor: str) -> None:
    assert found(KubeletConfig(), Release(minor)) == []


@pytest.mark.parametrize("minor", ["1.27", "1.36"])
@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (KubeletConfig(registry_burst=-1), [("registryBurst", "Invalid", "RegistryBurstNegative")]),
        (KubeletConfig(registry_pull_qps=-1), [("registryPullQPS", "Invalid", "RegistryPullQPSNegative")]),
        (KubeletConfig(registry_pull_qps=0), []),
        (KubeletConfig(max_parallel_image_pulls=0), [("maxParallelImagePulls", "Invalid", "MaxParallelImagePullsNotPositive")]),
        (KubeletConfig(max_parallel_image_pulls=-1), [("maxParallelImagePulls", "Invalid", "MaxParallelImagePullsNotPositive")]),
        (KubeletConfig(max_parallel_image_pulls=2), []),
        (attrs.evolve(SERIAL, max_parallel_image_pulls=1), []),
        (
            attrs.evolve(SERIAL, max_parallel_image_pulls=2),
            [("maxParallelImagePulls", "Invalid", "MaxParallelImagePullsRequiresParallel")],
        ),
        (
            KubeletConfig(registry_burst=-1, registry_pull_qps=-1, max_parallel_image_pulls=0, serialize_image_pulls=True),
            [
                ("registryBurst", "Invalid", "RegistryBurstNegative"),
                ("registryPullQPS", "Invalid", "RegistryPullQPSNegative"),
                ("maxParallelImagePulls", "Invalid", "MaxParallelImagePullsNotPositive"),
            ],
        ),
    ],
)
def test_pulls(config: KubeletConfig, expected: list[tuple[str, str, str]], minor: str) -> None:
    assert found(config, Release(minor)) == expected


PERIOD = "crashLoopBackOff.maxContainerRestartPeriod"


class TestRestartPeriod:
    @pytest.mark.parametrize("text", ["1s", "1m", "5m", "300s", "300.000999999s"])
    def test_in_range(self, text: str) -> None:
        assert found(KubeletConfig(max_container_restart_period=Duration.parse(text)), Release("1.35")) == []

    @pytest.mark.parametrize("text", ["0s", "999ms", "999.999999ms", "300.001s", "1h", "-1s"])
    def test_out_of_range(self, text: str) -> None:
        config = KubeletConfig(max_container_restart_period=Duration.parse(text))
        assert found(config, Release("1.35")) == [(PERIOD, "Invalid", "MaxContainerRestartPeriodOutOfRange")]

    @pytest.mark.parametrize(
        ("release", "expected"),
        [
            (Release("1.31"), []),
            (Release("1.32"), [(PERIOD, "Forbidden", "MaxContainerRestartPeriodRequiresGate")]),
            (Release("1.34").with_gates({"KubeletCrashLoopBackOffMax": True}), []),
            (
                Release("1.36").with_gates({"KubeletCrashLoopBackOffMax": False}),
                [(PERIOD, "Forbidden", "MaxContainerRestartPeriodRequiresGate")],
            ),
        ],
    )
    def test_gate(self, release: Release, expected: list[tuple[str, str, str]]) -> None:
        assert found(KubeletConfig(max_container_restart_period=60), release) == expected

    def test_it_is_taken_as_it_is(self) -> None:
        """Not filled in, the period is missing; a release that does not know it passes it over."""
        (error,) = validate_kubelet_config(KubeletConfig(image_pull_credentials_verification_policy="NeverVerify"))
        assert (error.rule, error.type) == (KubeletConfigRule.RESTART_PERIOD_MISSING, FieldErrorType.REQUIRED)
        unknown = KubeletConfig(max_container_restart_period=-1, image_pull_credentials_verification_policy="no")
        assert validate_kubelet_config(unknown, release=Release("1.31")) == ()


POLICY, ALLOWLIST = "imagePullCredentialsVerificationPolicy", "preloadedImagesVerificationAllowlist"


def verifying(policy: str, *patterns: str) -> KubeletConfig:
    return KubeletConfig(image_pull_credentials_verification_policy=policy, preloaded_images_verification_allowlist=patterns)


class TestVerification:
    @pytest.mark.parametrize(
        ("config", "expected"),
        [
            (verifying("NeverVerify"), []),
            (verifying("AlwaysVerify"), []),
            (verifying(ALLOWLISTED), []),
            (verifying(ALLOWLISTED, "quay.io/*", "quay.io/app"), []),
            (verifying("alwaysverify"), [(POLICY, "NotSupported", "VerificationPolicyUnsupported")]),
            (verifying("", "quay.io/*"), [(ALLOWLIST, "Forbidden", "AllowlistNotAllowed")]),
            (verifying("AlwaysVerify", "*"), [(ALLOWLIST, "Forbidden", "AllowlistNotAllowed")]),
            (
                verifying("no", "quay.io/*"),
                [(POLICY, "NotSupported", "VerificationPolicyUnsupported"), (ALLOWLIST, "Forbidden", "AllowlistNotAllowed")],
            ),
            (verifying(ALLOWLISTED, "quay.io/*", "*", "/*"), [(f"{ALLOWLIST}[1]", "Invalid", "AllowlistPatternInvalid")]),
        ],
    )
    @pytest.mark.parametrize("release", [Release("1.33").with_gates(VERIFIED), Release("1.35"), Release("1.36")])
    def test_on(self, config: KubeletConfig, expected: list[tuple[str, str, str]], release: Release) -> None:
        assert found(config, release) == expected

    @pytest.mark.parametrize(
        ("config", "expected"),
        [
            (verifying(""), []),
            (verifying("no"), [(POLICY, "Forbidden", "VerificationPolicyRequiresGate")]),
            (verifying("", "*"), [(ALLOWLIST, "Forbidden", "AllowlistRequiresGate")]),
            (
                verifying(ALLOWLISTED, "quay.io/*"),
                [(POLICY, "Forbidden", "VerificationPolicyRequiresGate"), (ALLOWLIST, "Forbidden", "AllowlistRequiresGate")],
            ),
        ],
    )
    @pytest.mark.parametrize("release", [Release("1.33"), Release("1.36").with_gates(NOT_VERIFIED)])
    def test_off(self, config: KubeletConfig, expected: list[tuple[str, str, str]], release: Release) -> None:
        assert found(config, release) == expected

    def test_before(self) -> None:
        assert found(verifying("no", "*"), Release("1.32")) == []

    def test_short_names(self) -> None:
        config = verifying(ALLOWLISTED, "busybox")
        assert found(config, Release("1.35")) == [(f"{ALLOWLIST}[0]", "Invalid", "AllowlistPatternInvalid")]
        assert found(config, Release("1.36")) == []


def test_errors_speak() -> None:
    config = attrs.evolve(verifying("no", "*"), registry_burst=-3, max_container_restart_period=Duration.parse("1h"))
    errors = validate_kubelet_config(config)
    supported = 'supported values: "NeverVerify", "NeverVerifyPreloadedImages", "NeverVerifyAllowlistedImages", "AlwaysVerify"'
    assert [str(error) for error in errors] == [
        "registryBurst: Invalid: '-3': must not be negative",
        "crashLoopBackOff.maxContainerRestartPeriod: Invalid: '1h0m0s': must be from 1s to 300s",
        f"imagePullCredentialsVerificationPolicy: NotSupported: 'no': {supported}",
        "preloadedImagesVerificationAllowlist: Forbidden: only imagePullCredentialsVerificationPolicy NeverVerifyAllowlistedImages uses it",
    ]
    assert pickle.loads(pickle.dumps(errors)) == errors  # noqa: S301
