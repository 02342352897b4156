# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import json
import pickle
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Change, Release
from kubecontainers.cli.provider_yaml import decode_provider_yaml
from kubecontainers.credentials.providers.config import CredentialProviderConfig
from kubecontainers.credentials.providers.document import CACHE_TYPE, STRICT_DECODING, TOKEN_ATTRIBUTES
from kubecontainers.credentials.providers.files import (
    CONFIG_DIRECTORY,
    UnusableProviderFiles,
    merge_provider_configs,
    select_provider_config_files,
)
from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem
from kubecontainers.credentials.providers.registration import (
    CONFIGURATION_ORDER,
    EXECUTABLE_CHECKED,
    BinaryKind,
    register_credential_providers,
)
from kubecontainers.credentials.providers.validation import (
    TOKEN_ATTRIBUTES_ALLOWED,
    UNIQUE_NAMES,
    ProviderConfigRule,
    validate_credential_provider_config,
)
from kubecontainers.credentials.registry_pattern import ONE_COLON
from kubecontainers.testing import strategies
from kubecontainers.testing.providers import credential_provider_configs, nearly_valid_credential_provider_configs

GATE = "KubeletServiceAccountTokenForCredentialProviders"


def with_gates(release: Release, gates: dict[str, bool]) -> Release:
    return release.with_gates(gates, unknown="ignore")


releases: SearchStrategy[Release] = st.builds(with_gates, strategies.releases(), st.dictionaries(st.just(GATE), st.booleans()))
any_configs: SearchStrategy[CredentialProviderConfig] = releases.flatmap(
    lambda release: nearly_valid_credential_provider_configs(release=release)
)


def as_dict(config: CredentialProviderConfig) -> dict[str, Any]:
    return config.to_json()


documents = any_configs.map(as_dict) | strategies.damaged(any_configs.map(as_dict))


def parse(text: str | bytes, release: Release) -> CredentialProviderConfig:
    return CredentialProviderConfig.parse(text, decode_provider_yaml, release=release)


def problem(document: object, release: Release) -> ProviderConfigProblem | None:
    """Why a document is not decoded, from Python, from JSON and from YAML alike."""
    text = json.dumps(document)
    found: set[ProviderConfigProblem | None] = set()
    for written in (text, f"# YAML\n{text}"):
        try:
            parse(written, release)
        except InvalidProviderConfig as error:
            found.add(error.problem)
        else:
            found.add(None)
    (only,) = found
    return only


class TestStrategies:
    """Valid configurations are valid, and of the nearly valid ones at least a fifth is and a fifth is not."""

    @given(st.data(), releases)
    def test_valid(self, data: st.DataObject, release: Release) -> None:
        config = data.draw(credential_provider_configs(release=release))
        assert validate_credential_provider_config(config, release=release) == ()

    def test_nearly_valid(self) -> None:
        broken: set[object] = set()
        for release in (Release("1.31"), Release("1.33").with_gates({GATE: True}), Release("1.33"), Release("1.36")):
            answers = self.answers(release)
            assert len(answers) > 100
            assert 0.2 <= answers.count(()) / len(answers) <= 0.8
            broken.update(rule for rules in answers for rule in rules)
        # Strategies for a release whose gate is off draw no token attributes.
        assert broken == set(ProviderConfigRule) - {ProviderConfigRule.TOKEN_GATE}

    def answers(self, release: Release) -> list[tuple[object, ...]]:
        answers: list[tuple[object, ...]] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_credential_provider_configs(release=release))
        def sample(config: CredentialProviderConfig) -> None:
            answers.append(tuple(error.rule for error in validate_credential_provider_config(config, release=release)))

        sample()
        return answers


class TestJsonKeepsEverything:
    """A configuration is the same after a way through JSON, as text and as YAML too, in a release that has all of its fields."""

    @given(any_configs, strategies.releases(first="1.34"))
    def test_round_trip(self, config: CredentialProviderConfig, release: Release) -> None:
        obj = config.to_json()
        assert CredentialProviderConfig.from_json(obj, release=release) == config
        assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301
        assert parse(json.dumps(obj), release) == config
        assert parse("# JSON is YAML too\n" + json.dumps(obj, ensure_ascii=False), release) == config


class TestStrictDecodingOnlyRefuses:
    """What is decoded strictly is decoded leniently too, to the same, as far as the release has the fields."""

    @given(documents)
    def test_subset(self, document: dict[str, Any]) -> None:
        lenient, strict = Release("1.31"), Release("1.32")
        try:
            config = CredentialProviderConfig.from_json(document, release=strict)
        except InvalidProviderConfig as error:
            if error.problem is ProviderConfigProblem.STRICT:
                assert error.fields
            else:
                assert problem(document, lenient) is error.problem
        else:
            assert CredentialProviderConfig.from_json(document, release=lenient) == config


class TestUpgrades:
    """With what a kubelet starts, a later one starts too, unless one of the named changes lies between."""

    NAMED: tuple[Change, ...] = (STRICT_DECODING, TOKEN_ATTRIBUTES, CACHE_TYPE, UNIQUE_NAMES, ONE_COLON)

    @given(documents, strategies.releases(), strategies.releases())
    def test_later(self, document: dict[str, Any], one: Release, other: Release) -> None:
        before, after = sorted((one, other), key=lambda release: release.minor)
        if self.starts(document, before) and not self.starts(document, after):
            assert any(change in after and change not in before for change in self.NAMED)

    def starts(self, document: dict[str, Any], release: Release) -> bool:
        try:
            config = CredentialProviderConfig.from_json(document, release=release)
        except InvalidProviderConfig:
            return False
        return validate_credential_provider_config(config, release=release) == ()


class TestTotal:
    """Any text and any JSON is decoded or refused with a reason; whatever is decoded can be validated."""

    @given(st.text() | st.binary() | strategies.json_texts(), releases)
    def test_text(self, text: str | bytes, release: Release) -> None:
        self.decoded_or_refused(text, release)

    @given(documents | strategies.json_objects(), releases)
    def test_documents(self, document: dict[str, Any], release: Release) -> None:
        self.decoded_or_refused(json.dumps(document), release)
        try:
            assert isinstance(CredentialProviderConfig.from_json(document, release=release), CredentialProviderConfig)
        except InvalidProviderConfig as error:
            assert str(error)

    @given(documents, st.lists(st.tuples(st.integers(0, 400), st.sampled_from("{}[]:,\"'\\ \n-#&*!|>%@`ny\0é")), max_size=3), releases)
    def test_damaged_text(self, document: dict[str, Any], edits: list[tuple[int, str]], release: Release) -> None:
        text = json.dumps(document, indent=1)
        for position, char in edits:
            text = text[: position % (len(text) + 1)] + char + text[position % (len(text) + 1) :]
        self.decoded_or_refused(text, release)
        self.decoded_or_refused(f"--- {text}", release)

    def decoded_or_refused(self, text: str | bytes, release: Release) -> None:
        try:
            config = parse(text, release)
        except InvalidProviderConfig as error:
            assert error.__context__ is None
            assert str(error)
            return
        for broken in validate_credential_provider_config(config, release=release):
            assert broken.path.parts[0] == "providers"
            assert str(broken)


class TestFieldsOfARelease:
    """What a release does not know is not in its configurations."""

    @given(documents, releases)
    def test_unknown(self, document: dict[str, Any], release: Release) -> None:
        try:
            config = CredentialProviderConfig.from_json(document, release=release)
        except InvalidProviderConfig:
            return
        for provider in config.providers:
            assert provider.token_attributes is None or TOKEN_ATTRIBUTES in release
            assert provider.token_attributes is None or not provider.token_attributes.cache_type or CACHE_TYPE in release

    @given(any_configs, strategies.releases())
    def test_gate_off(self, config: CredentialProviderConfig, release: Release) -> None:
        off = release.with_gates({GATE: False}, unknown="ignore")
        assert TOKEN_ATTRIBUTES_ALLOWED not in off or TOKEN_ATTRIBUTES not in off
        used = any(provider.token_attributes for provider in config.providers)
        rules = {error.rule for error in validate_credential_provider_config(config, release=off)}
        assert (ProviderConfigRule.TOKEN_GATE in rules) is (used and TOKEN_ATTRIBUTES in off)


file_names = st.sampled_from(["a.yaml", "b.yml", "B.json", ".yaml", "é.yaml", "10.yml", "9.yml", "README", "c.YAML", "a.yaml~"])
files = st.dictionaries(file_names, st.none() | any_configs, max_size=4)


class TestDirectories:
    """Files are read in the order of their names, whatever order they come in, and joined; what is no configuration counts for nothing."""

    @given(files, st.randoms(use_true_random=False), strategies.releases(first="1.34"))
    def test_joined(self, given_files: dict[str, CredentialProviderConfig | None], random: Any, release: Release) -> None:
        contents = {name: None if config is None else json.dumps(config.to_json()) for name, config in given_files.items()}
        shuffled = random.sample(sorted(contents.items()), len(contents))
        try:
            found = merge_provider_configs(dict(shuffled), decode_provider_yaml, release=release)
        except UnusableProviderFiles as error:
            assert error.name or not select_provider_config_files(name for name, config in given_files.items() if config)
            return
        read = [given_files[name] for name in found.files]
        assert found.config.providers == tuple(provider for config in read if config for provider in config.providers)
        assert found == merge_provider_configs(contents, decode_provider_yaml, release=release)
        assert len({provider.name for provider in found.config.providers}) == len(found.config.providers)
        assert CONFIG_DIRECTORY in release


class TestRegistration:
    """Of a valid configuration all plugins are registered if they may be executed, and otherwise none before 1.30 are looked at closely."""

    @given(st.data(), releases, st.sampled_from(BinaryKind))
    def test_all(self, data: st.DataObject, release: Release, kind: BinaryKind) -> None:
        config = data.draw(credential_provider_configs(release=release))
        binaries = {provider.name: kind for provider in config.providers}
        text = json.dumps(config.to_json())
        try:
            found = register_credential_providers(text, binaries, decode_provider_yaml, release=release)
        except KubeContainersError:
            assert kind is not BinaryKind.EXECUTABLE
            assert EXECUTABLE_CHECKED in release
            return
        assert sorted(found, key=lambda provider: provider.name) == sorted(config.providers, key=lambda provider: provider.name)
        if CONFIGURATION_ORDER in release:
            assert found == config.providers
