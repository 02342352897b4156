from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.cli.provider_yaml import decode_provider_yaml
from kubecontainers.credentials.providers.config import CredentialProvider, CredentialProviderConfig, DecodedYAML, TokenAttributes
from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem
from kubecontainers.golang.duration import Duration

LENIENT, STRICT = Release("1.31"), Release("1.32")
V1 = "kubelet.config.k8s.io/v1"
HEAD = f"kind: CredentialProviderConfig\napiVersion: {V1}\n"

ECR = """\
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: ecr-credential-provider
    matchImages:
      - "*.dkr.ecr.*.amazonaws.com"
    defaultCacheDuration: 12h
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    args: [get-credentials]
    env:
      - name: AWS_PROFILE
        value: registry
    tokenAttributes:
      serviceAccountTokenAudience: registry.example
      cacheType: Token
      requireServiceAccount: true
      requiredServiceAccountAnnotationKeys: [example.com/role]
      optionalServiceAccountAnnotationKeys: [example.com/region]
"""

ECR_CONFIG = CredentialProviderConfig(
    [
        CredentialProvider(
            "ecr-credential-provider",
            ["*.dkr.ecr.*.amazonaws.com"],
            Duration.parse("12h"),
            "credentialprovider.kubelet.k8s.io/v1",
            ["get-credentials"],
            [("AWS_PROFILE", "registry")],
            TokenAttributes("registry.example", True, ["example.com/role"], ["example.com/region"], "Token"),
        )
    ]
)


def parse(text: str | bytes, release: Release = STRICT) -> CredentialProviderConfig:
    return CredentialProviderConfig.parse(text, decode_provider_yaml, release=release)


def refused(text: str | bytes, release: Release = STRICT) -> InvalidProviderConfig:
    with pytest.raises(InvalidProviderConfig) as caught:
        parse(text, release)
    assert caught.value.__context__ is None
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value  # noqa: S301
    return caught.value


class TestValues:
    def test_yaml(self) -> None:
        assert parse(ECR, Release("1.34")) == ECR_CONFIG
        assert parse(ECR.encode(), Release("1.34")) == ECR_CONFIG

    def test_to_json(self) -> None:
        obj = ECR_CONFIG.to_json()
        assert CredentialProviderConfig.from_json(obj) == ECR_CONFIG
        assert obj["providers"] == [
            {
                "name": "ecr-credential-provider",
                "matchImages": ["*.dkr.ecr.*.amazonaws.com"],
                "defaultCacheDuration": "12h0m0s",
                "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
                "args": ["get-credentials"],
                "env": [{"name": "AWS_PROFILE", "value": "registry"}],
                "tokenAttributes": {
                    "serviceAccountTokenAudience": "registry.example",
                    "cacheType": "Token",
                    "requireServiceAccount": True,
                    "requiredServiceAccountAnnotationKeys": ["example.com/role"],
                    "optionalServiceAccountAnnotationKeys": ["example.com/region"],
                },
            }
        ]

    def test_what_is_not_set_is_not_written(self) -> None:
        config = CredentialProviderConfig([CredentialProvider(token_attributes=TokenAttributes())])
        assert config.to_json()["providers"] == [{"tokenAttributes": {}}]
        assert CredentialProviderConfig.from_json(config.to_json()) == config

    def test_hashable_and_picklable(self) -> None:
        assert hash(pickle.loads(pickle.dumps(ECR_CONFIG))) == hash(ECR_CONFIG)  # noqa: S301

    def test_variables_are_not_shown(self) -> None:
        assert "registry')" not in repr(ECR_CONFIG)
        assert "<1 variables>" in repr(ECR_CONFIG)

    def test_a_text_is_no_list(self) -> None:
        with pytest.raises(MalformedObject):
            CredentialProvider("ecr", "*.io")


class TestParse:
    def test_what_begins_with_a_brace_is_json(self) -> None:
        assert parse(' \n{"kind": "CredentialProviderConfig", "apiVersion": "kubelet.config.k8s.io/v1"}').providers == ()
        error = refused("{kind: CredentialProviderConfig, apiVersion: kubelet.config.k8s.io/v1}")  # good YAML
        assert error.problem is ProviderConfigProblem.MALFORMED
        assert "at character 2" in str(error)
        assert "read as JSON" in error.hint

    def test_only_the_first_document_counts(self) -> None:
        assert parse(f"---\n{HEAD}---\nkind: [").providers == ()
        assert refused(f"---\n---\n{HEAD}").problem is ProviderConfigProblem.MISSING_KIND
        assert refused("---\n---\n[").problem is ProviderConfigProblem.MISSING_KIND

    @pytest.mark.parametrize("text", ["x: [", "\tkind: x", "kind: \x00", b"\xff\xfe\x00", "[]", "text", '"text"', "1", "true"])
    def test_malformed(self, text: str | bytes) -> None:
        assert refused(text).problem is ProviderConfigProblem.MALFORMED

    @pytest.mark.parametrize("text", ["", "---\n", "null", "~", "# nothing", "{}", "apiVersion: a/b", "kind:\napiVersion: a/b", "kind: ''"])
    def test_missing_kind(self, text: str) -> None:
        assert refused(text).problem is ProviderConfigProblem.MISSING_KIND

    def test_json_that_does_not_end(self) -> None:
        assert refused('{"kind":' + '{"a":' * 20_000).problem is ProviderConfigProblem.MALFORMED

    def test_a_decoder_of_your_own(self) -> None:
        def decode(text: bytes) -> DecodedYAML:
            assert text == b"\xef\xbf\xbdanything"
            return DecodedYAML(ECR_CONFIG.to_json(), (7,))

        assert CredentialProviderConfig.parse("\ud800anything", decode, release=LENIENT).providers[0].token_attributes is None
        with pytest.raises(InvalidProviderConfig, match="line 7") as caught:
            CredentialProviderConfig.parse("\ud800anything", decode)
        assert caught.value.problem is ProviderConfigProblem.STRICT
        assert caught.value.fields == ()

    def test_letters_that_are_booleans(self) -> None:
        for letter in "yYnN":
            assert refused(f"{HEAD}providers: [{{name: {letter}}}]").fields == ("providers[0].name",)


class TestFromJson:
    @pytest.mark.parametrize("obj", [[], "text", 1, True])
    def test_no_object(self, obj: Any) -> None:
        with pytest.raises(InvalidProviderConfig) as caught:
            CredentialProviderConfig.from_json(obj)
        assert caught.value.problem is ProviderConfigProblem.MALFORMED

    def test_keys_that_are_no_text(self) -> None:
        obj: dict[Any, Any] = {"kind": "CredentialProviderConfig", "apiVersion": V1, 10**5000: 2, None: 3}
        assert CredentialProviderConfig.from_json(obj, release=LENIENT) == CredentialProviderConfig()
        with pytest.raises(InvalidProviderConfig, match=r"unknown field \(a number\); unknown field \(null\)"):
            CredentialProviderConfig.from_json(obj)
