from __future__ import annotations

import attrs
import pytest

from kubecontainers.apimachinery.fields import FieldError
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.credentials.providers.config import CredentialProvider, CredentialProviderConfig, TokenAttributes
from kubecontainers.credentials.providers.validation import ProviderConfigRule, validate_credential_provider_config

GATE = "KubeletServiceAccountTokenForCredentialProviders"
PLUGIN = "credentialprovider.kubelet.k8s.io/"
ECR = CredentialProvider("ecr", ["*.dkr.ecr.*.amazonaws.com"], 43200, f"{PLUGIN}v1")
ATTRIBUTES = TokenAttributes("registry.example", True, ["example.com/role"], ["example.com/region"], "Token")
WITH_TOKEN = attrs.evolve(ECR, token_attributes=ATTRIBUTES)


def errors(*providers: CredentialProvider, release: Release = LATEST) -> tuple[FieldError, ...]:
    return validate_credential_provider_config(CredentialProviderConfig(providers), release=release)


def rules(*providers: CredentialProvider, release: Release = LATEST) -> list[str]:
    return [error.rule.name for error in errors(*providers, release=release)]


def shown(provider: CredentialProvider, release: Release = LATEST) -> list[str]:
    return [f"{error.path} {error.type.value}" for error in errors(provider, release=release)]


def with_token(release: Release = LATEST, **fields: object) -> list[str]:
    return rules(attrs.evolve(ECR, token_attributes=attrs.evolve(ATTRIBUTES, **fields)), release=release)  # type: ignore[arg-type]


@pytest.mark.parametrize("minor", ["1.27", "1.32", "1.33", "1.34", "1.37"])
def test_valid(minor: str) -> None:
    assert errors(ECR, release=Release(minor)) == ()


def test_no_providers() -> None:
    assert [str(error) for error in errors()] == ["providers: Required: there must be a provider"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", []),
        ("a.exe", []),
        ("...", []),
        ("a/b", ["NAME_SLASH"]),
        ("a b", ["NAME_SPACE"]),
        ("a\tb", []),
        ("a /", ["NAME_SLASH", "NAME_SPACE"]),
        (".", ["NAME_DOT"]),
        ("..", ["NAME_DOTS"]),
    ],
)
def test_names(name: str, expected: list[str]) -> None:
    assert rules(attrs.evolve(ECR, name=name)) == expected


def test_names_twice() -> None:
    assert rules(ECR, ECR, ECR, release=Release("1.32")) == []
    assert rules(ECR, ECR, ECR, release=Release("1.33")) == ["NAME_TWICE", "NAME_TWICE"]
    unnamed = attrs.evolve(ECR, name="")
    assert [str(error) for error in errors(unnamed, unnamed)] == ["providers.name: Duplicate: a name may be used once, in provider 2"]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (f"{PLUGIN}v1", []),
        (f"{PLUGIN}v1beta1", []),
        (f"{PLUGIN}v1alpha1", []),
        ("", ["providers.apiVersion Required"]),
        ("v1", ["providers.apiVersion NotSupported"]),
        (f"{PLUGIN}V1", ["providers.apiVersion NotSupported"]),
    ],
)
def test_versions(version: str, expected: list[str]) -> None:
    assert shown(attrs.evolve(ECR, api_version=version)) == expected


@pytest.mark.parametrize("image", ["", "https://gcr.io", "*", "[::1]", "a.io/*", "a.io:", "*.*.a.io:5000/x"])
def test_patterns(image: str) -> None:
    assert shown(attrs.evolve(ECR, match_images=[image])) == []


@pytest.mark.parametrize("image", ["a:b", "a b", "%", "a.io/%zz", "[", "a\n"])
def test_bad_patterns(image: str) -> None:
    (error,) = errors(attrs.evolve(ECR, match_images=["gcr.io", image]))
    assert (str(error.path), error.type.value, error.value) == ("providers.matchImages", "Invalid", image)


def test_a_password_in_a_pattern_is_not_shown() -> None:
    (error,) = errors(attrs.evolve(ECR, match_images=["ci:hunter2@a b.io"]))
    assert error.value == "***@a b.io"
    assert "hunter2" not in repr(attrs.evolve(ECR, match_images=["ci:hunter2@a.io"]))


def test_patterns_with_more_than_one_colon() -> None:
    provider = attrs.evolve(ECR, match_images=["a:1:2"])
    assert rules(provider, release=Release("1.35")) == []
    assert rules(provider, release=Release("1.36")) == ["MATCH_IMAGE"]


def test_no_patterns() -> None:
    assert shown(attrs.evolve(ECR, match_images=())) == ["providers.matchImages Required"]


def test_durations() -> None:
    assert shown(attrs.evolve(ECR, default_cache_duration=0)) == []
    assert shown(attrs.evolve(ECR, default_cache_duration=None)) == ["providers.defaultCacheDuration Required"]
    assert [str(error) for error in errors(attrs.evolve(ECR, default_cache_duration=-1))] == [
        "providers.defaultCacheDuration: Invalid: '-1s': answers cannot be kept for less than no time, in provider 1, ecr"
    ]


class TestTokenAttributes:
    def test_gate(self) -> None:
        assert rules(WITH_TOKEN, release=Release("1.32")) == []  # the release does not know the field
        assert rules(WITH_TOKEN, release=Release("1.33")) == ["TOKEN_GATE"]
        assert rules(WITH_TOKEN, release=Release("1.33").with_gates({GATE: True})) == []
        assert rules(WITH_TOKEN, release=Release("1.34")) == []
        assert rules(WITH_TOKEN, release=Release("1.34").with_gates({GATE: False})) == ["TOKEN_GATE"]

    def test_both_reasons_to_forbid_it(self) -> None:
        provider = attrs.evolve(WITH_TOKEN, api_version=f"{PLUGIN}v1beta1")
        assert shown(provider, Release("1.33")) == ["providers.tokenAttributes Forbidden"] * 2
        assert shown(provider) == ["providers.tokenAttributes Forbidden"]

    def test_nothing_set(self) -> None:
        assert shown(attrs.evolve(ECR, token_attributes=TokenAttributes())) == [
            "providers.tokenAttributes.serviceAccountTokenAudience Required",
            "providers.tokenAttributes.requireServiceAccount Required",
            "providers.tokenAttributes.cacheType Required",
        ]

    @pytest.mark.parametrize(
        ("cache_type", "expected"), [("Token", []), ("ServiceAccount", []), ("", ["NO_CACHE_TYPE"]), ("token", ["CACHE_TYPE_UNKNOWN"])]
    )
    def test_cache_type(self, cache_type: str, expected: list[str]) -> None:
        assert with_token(cache_type=cache_type) == expected
        assert with_token(Release("1.33").with_gates({GATE: True}), cache_type=cache_type) == []

    def test_keys_required_of_no_service_account(self) -> None:
        assert with_token(require_service_account=False) == ["REQUIRED_KEYS"]
        assert with_token(require_service_account=False, required_service_account_annotation_keys=()) == []

    def test_keys(self) -> None:
        assert with_token(required_service_account_annotation_keys=["A.Example/Role"]) == []  # the case does not matter
        assert with_token(required_service_account_annotation_keys=["a/b/c", "/", "x", "x"]) == [
            "REQUIRED_KEY_NAME",  # a/b/c
            "REQUIRED_KEY_NAME",  # three rules that "/" breaks
            "REQUIRED_KEY_NAME",
            "REQUIRED_KEY_NAME",
            "REQUIRED_KEY_TWICE",
        ]
        assert with_token(optional_service_account_annotation_keys=["", "", "-"]) == [
            "OPTIONAL_KEY_NAME",
            "OPTIONAL_KEY_NAME",
            "OPTIONAL_KEY_NAME",
            "OPTIONAL_KEY_NAME",
            "OPTIONAL_KEY_TWICE",
            "OPTIONAL_KEY_NAME",
        ]

    def test_keys_in_both(self) -> None:
        provider = attrs.evolve(ECR, token_attributes=TokenAttributes("a", True, ["b", "a", "c"], ["a", "d", "b"], "Token"))
        (error,) = errors(provider)
        assert (str(error.path), error.type.value, error.value) == ("providers.tokenAttributes", "Invalid", "a, b")


def test_every_rule_says_which_provider() -> None:
    found = errors(ECR, CredentialProvider("b", api_version="v1", token_attributes=TokenAttributes("", None, ["-"])))
    assert len(found) == 8
    assert all(error.detail.endswith("in provider 2, b") for error in found)
    assert {error.rule for error in found} <= set(ProviderConfigRule)
