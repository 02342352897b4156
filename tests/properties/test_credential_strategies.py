from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import Credential
from kubecontainers.credentials.docker_auth import parse_auth
from kubecontainers.credentials.docker_config import DockerConfig, DockerConfigFormat
from kubecontainers.credentials.keyring import Keyring
from kubecontainers.credentials.pull_secrets import read_pull_secrets
from kubecontainers.credentials.registry_key import RegistryKey
from kubecontainers.credentials.registry_pattern import RegistryPattern
from kubecontainers.testing import credentials, strategies


def accepted(strategy: st.SearchStrategy[Any], accept: Callable[[Any], object]) -> float:
    """The share of a fixed sample that is accepted, or for which the answer is true."""
    answers: list[bool] = []

    @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def sample(value: object) -> None:
        try:
            answers.append(accept(value) is not False)
        except KubeContainersError:
            answers.append(False)

    sample()
    return sum(answers) / len(answers)


@st.composite
def patterns_and_images(draw: DrawFn) -> tuple[str, str]:
    pattern = draw(credentials.registry_patterns())
    return pattern, draw(credentials.matched_images([pattern]))


@st.composite
def keyrings_and_images(draw: DrawFn) -> tuple[Keyring, str]:
    keyring = draw(credentials.keyrings())
    return keyring, draw(credentials.matched_images([entry.key.text for entry in keyring.entries]))


class TestMutationsFallOnBothSides:
    """What mutates valid values gives at least a fifth that is still accepted and a fifth that is not; images match as often as not."""

    @pytest.mark.parametrize("format", ["config.json", "dockercfg"])
    def test_docker_configs(self, format: DockerConfigFormat) -> None:  # noqa: A002
        near = credentials.nearly_valid_docker_config_texts(format=format)
        assert 0.2 <= accepted(near, lambda text: DockerConfig.parse(text, format)) <= 0.8

    def test_auths(self) -> None:
        assert 0.2 <= accepted(credentials.nearly_valid_auth_texts(), parse_auth) <= 0.8

    def test_patterns(self) -> None:
        assert 0.2 <= accepted(credentials.nearly_valid_registry_patterns(), RegistryPattern.parse) <= 0.8
        assert 0.2 <= accepted(credentials.nearly_valid_registry_patterns(), RegistryKey.parse) <= 0.8

    def test_pull_secrets(self) -> None:
        near = credentials.nearly_valid_pull_secrets()
        assert 0.2 <= accepted(near, lambda secret: read_pull_secrets([secret])) <= 0.8
        assert 0.2 <= accepted(near, lambda secret: read_pull_secrets([secret]).used != ()) <= 0.8

    def test_images(self) -> None:
        pairs = patterns_and_images()
        assert 0.2 <= accepted(pairs, lambda pair: RegistryPattern.parse(pair[0]).matches(pair[1])) <= 0.8

    def test_keyrings(self) -> None:
        pairs = keyrings_and_images()
        assert 0.2 <= accepted(pairs, lambda pair: pair[0].lookup_text(pair[1]) != ()) <= 0.8


class TestStrategiesGiveWhatTheySay:
    """What a strategy gives by default is well formed."""

    @given(credentials.docker_config_texts(), credentials.docker_config_texts(format="dockercfg"))
    def test_docker_configs(self, text: str, legacy: str) -> None:
        DockerConfig.parse(text)
        DockerConfig.parse(legacy, "dockercfg")

    @given(credentials.auth_texts())
    def test_auths(self, auth: str) -> None:
        parse_auth(auth)

    @given(st.data(), strategies.releases())
    def test_patterns(self, data: st.DataObject, release: Release) -> None:
        RegistryPattern.parse(data.draw(credentials.registry_patterns()), release=release)
        RegistryKey.parse(data.draw(credentials.registry_keys()), release=release)
        keyring = data.draw(credentials.keyrings(release=release))
        assert keyring.release == release
        assert keyring.skipped == ()

    @given(credentials.pull_secrets())
    def test_pull_secrets(self, secret: dict[str, Any]) -> None:
        assert (secret["apiVersion"], secret["kind"]) == ("v1", "Secret")
        assert len(read_pull_secrets([secret]).used) == 1

    @given(credentials.credentials())
    def test_credentials(self, credential: Credential) -> None:
        assert ":" not in credential.username
        assert not credential.auth

    @given(credentials.keyring_configs(keys=st.just("a.io"), max_size=2))
    def test_arguments(self, configs: list[tuple[DockerConfig, Any]]) -> None:
        assert len(configs) <= 2
        assert all(set(config.entries) <= {"a.io"} for config, _ in configs)

    @given(credentials.matched_images(["*.registry.example"]), credentials.docker_configs(max_size=1))
    def test_parts(self, image: str, config: DockerConfig) -> None:
        assert isinstance(image, str)
        assert len(config.entries) <= 1
