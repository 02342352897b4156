from __future__ import annotations

import json
import pickle
from collections.abc import Mapping

import pytest

from kubecontainers.apimachinery.errors import ValidationFailed
from kubecontainers.apimachinery.release import Release
from kubecontainers.cli.provider_yaml import decode_provider_yaml
from kubecontainers.credentials.providers.config import CredentialProvider, CredentialProviderConfig
from kubecontainers.credentials.providers.files import ProviderFilesProblem, UnusableProviderFiles
from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig
from kubecontainers.credentials.providers.registration import (
    BinaryKind,
    ProviderNotRegistered,
    RegistrationProblem,
    register_credential_providers,
)

THERE, FILE, DIRECTORY = BinaryKind.EXECUTABLE, BinaryKind.FILE, BinaryKind.DIRECTORY
PLUGIN = "credentialprovider.kubelet.k8s.io/v1"


def text(*names: str) -> str:
    return json.dumps(CredentialProviderConfig([CredentialProvider(name, ["*.io"], 60, PLUGIN) for name in names]).to_json())


def register(config: str, binaries: Mapping[str, BinaryKind] | None, release: str) -> list[str]:
    return [found.name for found in register_credential_providers(config, binaries, decode_provider_yaml, release=Release(release))]


def failed(config: str, binaries: Mapping[str, BinaryKind] | None, release: str) -> ProviderNotRegistered:
    with pytest.raises(ProviderNotRegistered) as caught:
        register(config, binaries, release)
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value  # noqa: S301
    assert caught.value.hint in str(caught.value)
    return caught.value


def test_order() -> None:
    config, binaries = text("ecr", "a.exe", "Z"), {"ecr": THERE, "a.exe": THERE, "Z": THERE, "spare": FILE}
    assert register(config, binaries, "1.32") == ["Z", "a.exe", "ecr"]
    assert register(config, binaries, "1.33") == ["ecr", "a.exe", "Z"]


def test_the_directory_comes_first() -> None:
    assert failed("kind: [", None, "1.36").problem is RegistrationProblem.NO_DIRECTORY
    with pytest.raises(InvalidProviderConfig):
        register("kind: [", {}, "1.36")


def test_invalid() -> None:
    with pytest.raises(ValidationFailed, match=r"providers: Required"):
        register('{"kind": "CredentialProviderConfig", "apiVersion": "kubelet.config.k8s.io/v1"}', {}, "1.36")


def test_missing() -> None:
    error = failed(text("ecr", "gcr"), {"ecr": THERE}, "1.27")
    assert (error.problem, error.name) == (RegistrationProblem.NO_EXECUTABLE, "gcr")
    assert str(error).startswith("credential provider 'gcr' not registered: the directory of plugins has no such file")


@pytest.mark.parametrize("kind", [FILE, DIRECTORY])
def test_not_runnable(kind: BinaryKind) -> None:
    assert register(text("ecr"), {"ecr": kind}, "1.29") == ["ecr"]
    assert failed(text("ecr"), {"ecr": kind}, "1.30").problem is RegistrationProblem.NOT_RUNNABLE


def test_an_empty_name_is_the_directory() -> None:
    config = '{"kind": "CredentialProviderConfig", "apiVersion": "kubelet.config.k8s.io/v1", "providers": [%s]}'
    unnamed = f'{{"matchImages": ["*"], "defaultCacheDuration": "0", "apiVersion": "{PLUGIN}"}}'
    assert register(config % unnamed, {}, "1.29") == [""]
    assert failed(config % unnamed, {}, "1.30").problem is RegistrationProblem.NOT_RUNNABLE


def test_first_failure() -> None:
    """Each provider is dealt with wholly before the next."""
    binaries = {"a": THERE, "b": FILE}
    assert failed(text("a", "b", "c"), binaries, "1.30").name == "b"
    assert failed(text("a", "c", "b"), binaries, "1.30").name == "c"
    assert failed(text("a", "a", "c"), binaries, "1.32").problem is RegistrationProblem.REGISTERED_TWICE
    assert failed(text("a", "c", "a"), binaries, "1.32").problem is RegistrationProblem.NO_EXECUTABLE


def test_a_name_twice() -> None:
    config, binaries = text("a", "a"), {"a": THERE}
    assert failed(config, binaries, "1.32").problem is RegistrationProblem.REGISTERED_TWICE
    with pytest.raises(ValidationFailed, match=r"providers\.name: Duplicate"):
        register(config, binaries, "1.33")
    with pytest.raises(UnusableProviderFiles) as caught:
        register(config, binaries, "1.34")
    assert caught.value.problem is ProviderFilesProblem.DUPLICATE_PROVIDER


@pytest.mark.parametrize(("name", "last"), [(".dockercfg", "1.32"), ("azure", "1.29"), ("google-dockercfg", "1.30")])
def test_names_that_the_kubelet_uses_itself(name: str, last: str) -> None:
    config, binaries = text(name), {name: THERE}
    assert failed(config, binaries, last).problem is RegistrationProblem.REGISTERED_TWICE
    assert register(config, binaries, f"1.{Release(last).minor + 1}") == [name]
