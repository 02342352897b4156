"""What is wrong with a docker config that Kubernetes takes without a word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.config_problems import ConfigProblem, FoundProblem, inspect_docker_config
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.key_problems import KeyProblem

C = ConfigProblem
GOOD: dict[str, Any] = {"username": "ci", "password": "hunter2"}


def found(document: dict[str, Any], release: Release | None = None) -> list[tuple[ConfigProblem | KeyProblem, str | None]]:
    config = DockerConfig.parse(json.dumps(document))
    problems = inspect_docker_config(config) if release is None else inspect_docker_config(config, release=release)
    return [(problem.problem, problem.key) for problem in problems]


def test_a_good_config() -> None:
    assert found({"auths": {"registry.example": GOOD, "https://index.docker.io/v1/": {"auth": "Y2k6aHVudGVyMg=="}}}) == []


@pytest.mark.parametrize("document", [{}, {"auths": None}, {"auths": {}}, {"HttpHeaders": {}}])
def test_no_entries(document: dict[str, Any]) -> None:
    assert found(document) == [(C.NO_ENTRIES, None)]


class TestHelpers:
    @pytest.mark.parametrize("helper", [{"credsStore": "desktop"}, {"credHelpers": {"gcr.io": "gcloud"}}])
    @pytest.mark.parametrize("auths", [{}, {"https://index.docker.io/v1/": {}}, {"a.example": {}, "b.example": {"email": "x"}}])
    def test_a_file_of_docker_desktop(self, helper: dict[str, Any], auths: dict[str, Any]) -> None:
        """One sentence is enough: that its entries are empty follows."""
        assert found({"auths": auths, **helper}) == [(C.HELPERS_ONLY, None)]

    def test_a_helper_beside_credentials(self) -> None:
        assert found({"auths": {"a.example": GOOD, "b.example": {}}, "credsStore": "desktop"}) == [(C.NO_PASSWORD, "b.example")]

    def test_a_helper_and_a_token(self) -> None:
        document = {"auths": {"": {"identitytoken": "t"}}, "credsStore": "desktop"}
        assert found(document) == [(C.HELPERS_ONLY, None), (C.IDENTITY_TOKEN, ""), (KeyProblem.NO_REGISTRY, "")]


class TestEntries:
    @pytest.mark.parametrize("entry", [{}, None, {"username": "ci"}, {"email": "x"}, {"auth": "Y2k6"}])
    def test_no_password(self, entry: Any) -> None:
        assert found({"auths": {"registry.example": entry}}) == [(C.NO_PASSWORD, "registry.example")]

    @pytest.mark.parametrize("key", ["a b", "registry.example/app:1"])
    def test_what_is_never_offered_needs_no_password(self, key: str) -> None:
        [(problem, _)] = found({"auths": {key: {}}})
        assert isinstance(problem, KeyProblem)

    @pytest.mark.parametrize("token", ["identitytoken", "registrytoken"])
    def test_a_token_and_no_password(self, token: str) -> None:
        """As Azure's tools write it."""
        entry = {"auth": "MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwOg==", token: "secret"}
        assert found({"auths": {"shop.azurecr.io": entry}}) == [(C.IDENTITY_TOKEN, "shop.azurecr.io")]
        assert found({"auths": {"shop.azurecr.io": {**GOOD, token: "secret"}}}) == []

    def test_problems_of_keys_come_with_their_key(self) -> None:
        assert found({"auths": {"registry.example/team": GOOD}}) == [(KeyProblem.PREFIX, "registry.example/team")]

    def test_keys_that_come_to_the_same(self) -> None:
        document = {"auths": {"https://index.docker.io/v1/": GOOD, "index.docker.io": GOOD, "a b": GOOD, "a c": GOOD}}
        assert found(document) == [
            (KeyProblem.NOT_A_URL, "a b"),
            (KeyProblem.NOT_A_URL, "a c"),
            (C.SAME_KEY, "index.docker.io"),
        ]

    def test_the_release_counts(self) -> None:
        document = {"auths": {"a:1:2": GOOD}}
        assert found(document, Release("1.35")) == []
        assert found(document, Release("1.36")) == [(KeyProblem.NOT_A_URL, "a:1:2")]


def test_a_config_json_as_dockercfg() -> None:
    config = DockerConfig.parse('{"auths": {"registry.example": {"username": "ci", "password": "hunter2"}}}', "dockercfg")
    assert inspect_docker_config(config) == (FoundProblem(C.OTHER_FORMAT),)


def test_a_registry_that_is_called_auths() -> None:
    assert found({"auths": {"auths": GOOD}}) == []
