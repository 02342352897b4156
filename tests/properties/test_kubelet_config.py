# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.changes import with_changes
from kubecontainers.apimachinery.cluster import (
    CRASH_LOOP_FIELD,
    CREDENTIALS_VERIFIED,
    RESTART_PERIOD_CONFIGURABLE,
    VERIFICATION_FIELDS,
    KubeletConfig,
    KubeletConfigReason,
    default_kubelet_config,
)
from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.fields import FieldError
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.kubelet_pull_config import KubeletConfigRule, validate_kubelet_config
from kubecontainers.testing import strategies
from kubecontainers.testing.kubelet import kubelet_configs, nearly_valid_kubelet_configs

GATES = ("KubeletCrashLoopBackOffMax", "KubeletEnsureSecretPulledImages")


def with_gates(release: Release, gates: dict[str, bool]) -> Release:
    return release.with_gates(gates, unknown="ignore")


releases = st.builds(with_gates, strategies.releases(), st.dictionaries(st.sampled_from(GATES), st.booleans()))
int32 = st.integers(-(2**31), 2**31 - 1)
any_configs = releases.flatmap(lambda release: nearly_valid_kubelet_configs(release=release))


def broken(config: KubeletConfig, release: Release) -> tuple[FieldError, ...]:
    """The rules that a kubelet finds broken."""
    return validate_kubelet_config(default_kubelet_config(config, release=release).config, release=release)


def as_dict(config: KubeletConfig) -> dict[str, Any]:
    return dict(config.to_json())


class TestStrategies:
    """Valid configurations are valid, and of the nearly valid ones at least a fifth is and a fifth is not."""

    @given(st.data(), releases)
    def test_valid(self, data: st.DataObject, release: Release) -> None:
        assert broken(data.draw(kubelet_configs(release=release)), release) == ()

    def test_nearly_valid(self) -> None:
        for release in (Release("1.31"), Release("1.32"), Release("1.34"), Release("1.36")):
            assert 0.2 <= self.accepted(release) <= 0.8

    def accepted(self, release: Release) -> float:
        answers: list[bool] = []

        @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_kubelet_configs(release=release))
        def sample(config: KubeletConfig) -> None:
            answers.append(broken(config, release) == ())

        sample()
        assert len(answers) > 100
        return sum(answers) / len(answers)

    def rules_broken(self, release: Release) -> set[object]:
        found: set[object] = set()

        @settings(max_examples=600, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_kubelet_configs(release=release))
        def sample(config: KubeletConfig) -> None:
            found.update(error.rule for error in broken(config, release))

        sample()
        return found

    def test_every_rule_is_broken_by_some(self) -> None:
        found: set[object] = set()
        for release in (Release("1.32"), Release("1.34"), Release("1.36")):
            found |= self.rules_broken(release)
        # A kubelet fills in the period before it checks, so nothing that it starts with can lack it.
        assert found == set(KubeletConfigRule) - {KubeletConfigRule.RESTART_PERIOD_MISSING}


class TestJsonKeepsEverything:
    """A configuration is the same after a way through JSON; anything else is refused as a malformed object."""

    @given(any_configs)
    def test_round_trip(self, config: KubeletConfig) -> None:
        assert KubeletConfig.from_json(config.to_json()) == config
        assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301
        assert hash(KubeletConfig.from_json(config.to_json())) == hash(config)

    @given(strategies.json_objects() | strategies.damaged(any_configs.map(as_dict)))
    def test_anything(self, obj: dict[str, Any]) -> None:
        try:
            config = KubeletConfig.from_json(obj)
        except MalformedObject as error:
            assert error.path.split(".")[0].split("[")[0] in obj
        else:
            assert KubeletConfig.from_json(config.to_json()) == config


class TestDefaultsFillGaps:
    """Filling in touches only what is not set or not known, says so, and is done after one time."""

    @given(any_configs, releases)
    def test_once(self, config: KubeletConfig, release: Release) -> None:
        defaulted = default_kubelet_config(config, release=release)
        again = default_kubelet_config(defaulted.config, release=release)
        assert (again.config, again.changes) == (defaulted.config, ())
        assert KubeletConfig.from_json(with_changes(config.to_json(), defaulted.changes)) == defaulted.config

    @given(any_configs, releases)
    def test_only_gaps(self, config: KubeletConfig, release: Release) -> None:
        given_fields, found = config.to_json(), default_kubelet_config(config, release=release)
        fields = found.config.to_json()
        for change in found.changes:
            assert (change.before is None) is (change.reason is not KubeletConfigReason.UNKNOWN_FIELD)
            assert (change.after is None) is (change.reason is KubeletConfigReason.UNKNOWN_FIELD)
        changed = {change.path.parts[0] for change in found.changes}
        assert {name: value for name, value in fields.items() if name not in changed} == {
            name: value for name, value in given_fields.items() if name not in changed
        }

    @given(any_configs, releases)
    def test_what_a_kubelet_always_has(self, config: KubeletConfig, release: Release) -> None:
        found = default_kubelet_config(config, release=release).config
        assert found.serialize_image_pulls is not None
        assert found.registry_pull_qps is not None
        assert found.registry_burst != 0
        assert (found.max_container_restart_period is not None) >= (RESTART_PERIOD_CONFIGURABLE in release)
        assert (found.image_pull_credentials_verification_policy != "") >= (CREDENTIALS_VERIFIED in release)
        assert CRASH_LOOP_FIELD in release or found.max_container_restart_period is None
        assert VERIFICATION_FIELDS in release or not found.preloaded_images_verification_allowlist


class TestValidationIsTotalAndOrdered:
    """Whatever a configuration holds, the rules it breaks are named, in Kubernetes' order, each once and at a field."""

    @given(st.builds(KubeletConfig.from_json, any_configs.map(as_dict)), releases)
    def test_order(self, config: KubeletConfig, release: Release) -> None:
        rules = [error.rule for error in validate_kubelet_config(config, release=release)]
        order = list(KubeletConfigRule)
        assert rules == sorted(set(rules), key=lambda rule: order.index(KubeletConfigRule(rule.value)))

    @given(
        st.builds(
            KubeletConfig,
            st.none() | st.booleans(),
            st.none() | int32,
            st.none() | int32,
            int32,
            strategies.json_texts(),
            st.lists(strategies.json_texts() | strategies.hostile_references(), max_size=3),
        ),
        releases,
    )
    def test_anything(self, config: KubeletConfig, release: Release) -> None:
        for error in validate_kubelet_config(config, release=release):
            assert error.path.parts[0] in {
                "crashLoopBackOff",
                "imagePullCredentialsVerificationPolicy",
                "maxParallelImagePulls",
                "preloadedImagesVerificationAllowlist",
                "registryBurst",
                "registryPullQPS",
            }
            assert str(error)
        try:
            default_kubelet_config(config, release=release)
        except KubeContainersError as error:
            assert isinstance(error, MalformedObject)
