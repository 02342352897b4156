"""Which kubelet configurations a kubelet refuses, as far as they are about pulling images and restarting containers.

Kubernetes keeps the rules in ``pkg/kubelet/apis/config/validation/validation.go``. A kubelet whose configuration breaks one does not start.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ..apimachinery.cluster import (
    ALLOWLIST_PATH,
    CRASH_LOOP_FIELD,
    CREDENTIALS_VERIFIED,
    MAX_PARALLEL_PATH,
    PULL_BURST_PATH,
    PULL_QPS_PATH,
    RESTART_PERIOD_CONFIGURABLE,
    RESTART_PERIOD_PATH,
    VERIFICATION_FIELDS,
    VERIFICATION_POLICY_PATH,
    CredentialsVerificationPolicy,
    KubeletConfig,
)
from ..apimachinery.fields import FieldError, FieldErrorType
from ..apimachinery.release import LATEST, Release
from ..golang.duration import Duration
from .preloaded_allowlist import AllowlistPattern, InvalidAllowlistPattern

__all__ = ["KubeletConfigRule", "validate_kubelet_config"]

SHORTEST_RESTART_PERIOD = Duration.of(1)
LONGEST_RESTART_PERIOD = Duration.of(300)
_MILLISECOND = Duration.of(0.001)


class KubeletConfigRule(enum.Enum):
    """The rules, in the order in which Kubernetes checks them."""

    PULL_BURST = "RegistryBurstNegative"
    PULL_QPS = "RegistryPullQPSNegative"
    PARALLEL_PULLS = "MaxParallelImagePullsNotPositive"
    PARALLEL_AND_SERIAL = "MaxParallelImagePullsRequiresParallel"
    RESTART_PERIOD_MISSING = "MaxContainerRestartPeriodRequired"
    RESTART_PERIOD_RANGE = "MaxContainerRestartPeriodOutOfRange"
    RESTART_PERIOD_GATE = "MaxContainerRestartPeriodRequiresGate"
    VERIFICATION_POLICY = "VerificationPolicyUnsupported"
    ALLOWLIST_UNUSED = "AllowlistNotAllowed"
    ALLOWLIST_PATTERN = "AllowlistPatternInvalid"
    VERIFICATION_POLICY_GATE = "VerificationPolicyRequiresGate"
    ALLOWLIST_GATE = "AllowlistRequiresGate"


def validate_kubelet_config(config: KubeletConfig, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the rules that a configuration breaks, in Kubernetes' order; the configuration is taken as it is.

    A kubelet fills its configuration in first, see ``default_kubelet_config``. ``release`` is the kubelet's; fields that it does not know
    are passed over. Of bad patterns only the first is named.

    >>> [str(error) for error in validate_kubelet_config(KubeletConfig(registry_burst=-1), release=Release("1.31"))]
    ["registryBurst: Invalid: '-1': must not be negative"]
    """
    return (*_pulls(config), *_restart_period(config, release), *_verification(config, release))


def _pulls(config: KubeletConfig) -> Iterator[FieldError]:
    invalid = FieldErrorType.INVALID
    if config.registry_burst < 0:
        yield FieldError(PULL_BURST_PATH, invalid, KubeletConfigRule.PULL_BURST, str(config.registry_burst), "must not be negative")
    if config.registry_pull_qps is not None and config.registry_pull_qps < 0:
        yield FieldError(PULL_QPS_PATH, invalid, KubeletConfigRule.PULL_QPS, str(config.registry_pull_qps), "must not be negative")
    if config.max_parallel_image_pulls is None:
        return
    value = str(config.max_parallel_image_pulls)
    if config.max_parallel_image_pulls < 1:
        yield FieldError(MAX_PARALLEL_PATH, invalid, KubeletConfigRule.PARALLEL_PULLS, value, "must be positive")
    if config.serialize_image_pulls and config.max_parallel_image_pulls > 1:
        detail = "must not be larger than 1 unless serializeImagePulls is false"
        yield FieldError(MAX_PARALLEL_PATH, invalid, KubeletConfigRule.PARALLEL_AND_SERIAL, value, detail)


def _restart_period(config: KubeletConfig, release: Release) -> Iterator[FieldError]:
    if CRASH_LOOP_FIELD not in release:
        return
    period = config.max_container_restart_period
    if RESTART_PERIOD_CONFIGURABLE not in release:
        if period is not None:
            detail = "needs the feature gate KubeletCrashLoopBackOffMax"
            yield FieldError(RESTART_PERIOD_PATH, FieldErrorType.FORBIDDEN, KubeletConfigRule.RESTART_PERIOD_GATE, detail=detail)
    elif period is None:
        yield FieldError(RESTART_PERIOD_PATH, FieldErrorType.REQUIRED, KubeletConfigRule.RESTART_PERIOD_MISSING)
    # Whole milliseconds are compared, so 300.0009 s will do.
    elif not SHORTEST_RESTART_PERIOD <= period < LONGEST_RESTART_PERIOD + _MILLISECOND:
        detail = "must be from 1s to 300s"
        yield FieldError(RESTART_PERIOD_PATH, FieldErrorType.INVALID, KubeletConfigRule.RESTART_PERIOD_RANGE, str(period), detail)


def _verification(config: KubeletConfig, release: Release) -> Iterator[FieldError]:
    if VERIFICATION_FIELDS not in release:
        return
    policy, allowlist = config.image_pull_credentials_verification_policy, config.preloaded_images_verification_allowlist
    if CREDENTIALS_VERIFIED not in release:
        detail = "needs the feature gate KubeletEnsureSecretPulledImages"
        if policy:
            rule = KubeletConfigRule.VERIFICATION_POLICY_GATE
            yield FieldError(VERIFICATION_POLICY_PATH, FieldErrorType.FORBIDDEN, rule, policy, detail)
        if allowlist:
            yield FieldError(ALLOWLIST_PATH, FieldErrorType.FORBIDDEN, KubeletConfigRule.ALLOWLIST_GATE, detail=detail)
        return
    if policy not in _POLICIES:
        detail = "supported values: " + ", ".join(f'"{known}"' for known in _POLICIES)
        yield FieldError(VERIFICATION_POLICY_PATH, FieldErrorType.NOT_SUPPORTED, KubeletConfigRule.VERIFICATION_POLICY, policy, detail)
    if allowlist and policy != CredentialsVerificationPolicy.NEVER_FOR_ALLOWLISTED.value:
        detail = "only imagePullCredentialsVerificationPolicy NeverVerifyAllowlistedImages uses it"
        yield FieldError(ALLOWLIST_PATH, FieldErrorType.FORBIDDEN, KubeletConfigRule.ALLOWLIST_UNUSED, detail=detail)
    else:
        yield from _first_bad_pattern(allowlist, release)


_POLICIES = [policy.value for policy in CredentialsVerificationPolicy]


def _first_bad_pattern(allowlist: tuple[str, ...], release: Release) -> Iterator[FieldError]:
    for position, pattern in enumerate(allowlist):
        try:
            AllowlistPattern.parse(pattern, release=release)
        except InvalidAllowlistPattern as error:
            rule, path = KubeletConfigRule.ALLOWLIST_PATTERN, ALLOWLIST_PATH.index(position)
            yield FieldError(path, FieldErrorType.INVALID, rule, pattern, error.problem.value)
            return
