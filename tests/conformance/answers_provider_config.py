"""Answers about the kubelet's configuration of credential providers."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, Shape, Value, answering

import kubecontainers as kc
from kubecontainers.cli.provider_yaml import decode_provider_yaml
from kubecontainers.credentials.providers.config import CredentialProvider, CredentialProviderConfig, TokenAttributes
from kubecontainers.credentials.providers.document import CACHE_TYPE
from kubecontainers.credentials.providers.files import ProviderFilesProblem, UnusableProviderFiles, load_provider_config
from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem
from kubecontainers.credentials.providers.registration import (
    BinaryKind,
    ProviderNotRegistered,
    RegistrationProblem,
    register_credential_providers,
)
from kubecontainers.credentials.providers.validation import validate_credential_provider_config

CLASSES = {
    ProviderConfigProblem.MALFORMED: "malformed",
    ProviderConfigProblem.MISSING_KIND: "missingKind",
    ProviderConfigProblem.MISSING_VERSION: "missingVersion",
    ProviderConfigProblem.NOT_REGISTERED: "notRegistered",
    ProviderConfigProblem.STRICT: "strict",
    ProviderConfigProblem.WRONG_KIND: "wrongKind",
    ProviderConfigProblem.WRONG_GROUP: "wrongGroup",
    ProviderFilesProblem.MISSING: "missing",
    ProviderFilesProblem.NO_FILES: "noFiles",
    ProviderFilesProblem.DUPLICATE_PROVIDER: "duplicateProvider",
    RegistrationProblem.NO_DIRECTORY: "binDirMissing",
    RegistrationProblem.NO_EXECUTABLE: "executableMissing",
    RegistrationProblem.NOT_RUNNABLE: "executableNotRunnable",
    RegistrationProblem.REGISTERED_TWICE: "duplicateProvider",
}
BINARIES = {"executable": BinaryKind.EXECUTABLE, "file": BinaryKind.FILE, "dir": BinaryKind.DIRECTORY}


def _problem(error: InvalidProviderConfig | UnusableProviderFiles | ProviderNotRegistered) -> str:
    return CLASSES[error.problem]


def credential_provider_config_validate(given: Given, minor: str) -> Value:
    release = kc.Release(minor).with_gates(given.get("featureGates", {}), unknown="ignore")
    try:
        config = CredentialProviderConfig.parse(given["config"], decode_provider_yaml, release=release)
    except InvalidProviderConfig as error:
        return {"error": {"class": _problem(error)}}
    errors = validate_credential_provider_config(config, release=release)
    if errors:
        shown = [{"field": str(error.path), "type": error.type.value} for error in errors]
        return {"error": {"class": "invalid", "errors": sorted(shown, key=lambda error: (error["field"], error["type"]))}}
    return {"ok": {"providers": [_shown(provider, release) for provider in config.providers]}}


def _shown(provider: CredentialProvider, release: kc.Release) -> dict[str, Any]:
    return {
        "name": provider.name,
        "apiVersion": provider.api_version,
        "matchImages": list(provider.match_images),
        "defaultCacheDuration": str(provider.default_cache_duration),
        "args": list(provider.args),
        "env": [{"name": name, "value": value} for name, value in provider.env],
        "tokenAttributes": None if provider.token_attributes is None else _attributes(provider.token_attributes, release),
    }


def _attributes(attributes: TokenAttributes, release: kc.Release) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "serviceAccountTokenAudience": attributes.service_account_token_audience,
        "requireServiceAccount": attributes.require_service_account,
        "requiredServiceAccountAnnotationKeys": list(attributes.required_service_account_annotation_keys),
        "optionalServiceAccountAnnotationKeys": list(attributes.optional_service_account_annotation_keys),
    }
    if CACHE_TYPE in release:
        shown["cacheType"] = attributes.cache_type
    return shown


def credential_provider_config_dir(given: Given, minor: str) -> object:
    found = load_provider_config(given.get("file", given.get("files")), decode_provider_yaml, release=kc.Release(minor))
    return {"providers": [provider.name for provider in found.config.providers], "hash": found.hash}


def credential_provider_register(given: Given, minor: str) -> object:
    there = given.get("binDir")
    binaries = None if there is None else {name: BINARIES[kind] for name, kind in there.items()}
    providers = register_credential_providers(given["config"], binaries, decode_provider_yaml, release=kc.Release(minor))
    return [provider.name for provider in providers]


DECODING: dict[type[Exception], Shape] = {InvalidProviderConfig: lambda error: "undecodableConfig", UnusableProviderFiles: _problem}

ANSWERS: dict[str, Answer] = {
    "credential_provider_config_validate": credential_provider_config_validate,
    "credential_provider_config_dir": answering(credential_provider_config_dir, DECODING),
    "credential_provider_register": answering(
        credential_provider_register, {**DECODING, ProviderNotRegistered: _problem, kc.ValidationFailed: lambda error: "invalidConfig"}
    ),
}
