from __future__ import annotations

import hashlib
import pickle

import pytest

from kubecontainers.apimachinery.release import LATEST, NotInRelease, Release
from kubecontainers.cli.provider_yaml import decode_provider_yaml
from kubecontainers.credentials.providers.files import (
    MergedProviderConfig,
    ProviderFiles,
    ProviderFilesProblem,
    UnusableProviderFiles,
    load_provider_config,
    merge_provider_configs,
    select_provider_config_files,
)
from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem

BEFORE, SINCE = Release("1.33"), Release("1.34")


def document(*names: str) -> str:
    providers = "".join(f"- name: {name}\n" for name in names) or "  []\n"
    return f"kind: CredentialProviderConfig\napiVersion: kubelet.config.k8s.io/v1\nproviders:\n{providers}"


def load(files: ProviderFiles | None, release: Release = LATEST) -> MergedProviderConfig:
    return load_provider_config(files, decode_provider_yaml, release=release)


def names(found: MergedProviderConfig) -> list[str]:
    return [provider.name for provider in found.config.providers]


def unusable(files: ProviderFiles | None, release: Release = LATEST) -> UnusableProviderFiles:
    with pytest.raises(UnusableProviderFiles) as caught:
        load(files, release)
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value  # noqa: S301
    return caught.value


def test_which_files_in_which_order() -> None:
    given = ["é.yaml", "b.YAML", "9-c.yaml", "10-a.yml", ".yaml", "a.yaml~", "Z.json", "a.b.yml", "yaml", "a.conf", "\udce9.yaml"]
    assert select_provider_config_files(given) == (".yaml", "10-a.yml", "9-c.yaml", "Z.json", "a.b.yml", "é.yaml", "\udce9.yaml")


def test_a_directory() -> None:
    files: dict[str, str | bytes | None] = {
        "b.yaml": document("ecr"),
        "a.json": b'{"kind": "CredentialProviderConfig", "apiVersion": "kubelet.config.k8s.io/v1"}',
    }
    found = load({**files, "README": document("x"), "c.yaml": None, "Z.yml": document("gcr", "acr").encode()})
    assert names(found) == ["gcr", "acr", "ecr"]
    assert found.files == ("Z.yml", "a.json", "b.yaml")


def test_hash() -> None:
    one, two = document("a").encode(), document("b").encode()
    digest = hashlib.sha256(len(one).to_bytes(8, "big") + one + len(two).to_bytes(8, "big") + two)
    assert load({"1.yaml": one, "2.yaml": two}).hash == f"sha256:{digest.hexdigest()}"
    assert load({"1.yaml": one}).hash == load(one).hash == load(one.decode()).hash


def test_one_file() -> None:
    assert load(document("a", "b"), BEFORE) == MergedProviderConfig(load(document("a", "b"), BEFORE).config)
    assert load(document("a", "b"), BEFORE).hash == ""
    assert names(load(document("a", "b"), SINCE)) == ["a", "b"]
    assert load(document("a", "b"), SINCE).files == ()


def test_nothing_there() -> None:
    assert unusable(None).problem is ProviderFilesProblem.MISSING
    assert unusable(None, BEFORE).problem is ProviderFilesProblem.MISSING


@pytest.mark.parametrize("files", [{}, {"a.YAML": document("a")}, {"a.yaml": None}])
def test_no_files(files: dict[str, str | bytes | None]) -> None:
    error = unusable(files)
    assert error.problem is ProviderFilesProblem.NO_FILES
    assert "ends in .json, .yaml or .yml (the ending must be in lower case" in str(error)


def test_a_name_twice() -> None:
    error = unusable({"1.yaml": document("a", "b"), "2.yaml": document("c", "b")})
    assert (error.problem, error.name) == (ProviderFilesProblem.DUPLICATE_PROVIDER, "b")
    assert "'b': a provider stands there twice, in 1.yaml and in 2.yaml" in str(error)
    assert unusable(document("a", "a")).name == "a"
    assert names(load(document("a", "a"), BEFORE)) == ["a", "a"]


def test_all_are_decoded_first() -> None:
    files = {"1.yaml": document("a", "a"), "2.yaml": "kind: [", "3.yaml": ""}
    with pytest.raises(InvalidProviderConfig) as caught:
        merge_provider_configs(files, decode_provider_yaml)
    error = caught.value
    assert (error.problem, error.file) == (ProviderConfigProblem.MALFORMED, "2.yaml")
    assert str(error).startswith("2.yaml: not a CredentialProviderConfig: line ")
    assert error.__context__ is None


def test_no_directory_before() -> None:
    with pytest.raises(NotInRelease):
        load({"a.yaml": document("a")}, BEFORE)
