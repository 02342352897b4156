"""What is said about objects that bring credentials: pull secrets, and configurations of credential providers."""

from __future__ import annotations

from collections.abc import Iterator

from ..apimachinery.cluster import Cluster
from ..apimachinery.fields import ROOT, FieldError, FieldPath
from ..apimachinery.object_data import DATA_PATH, secret_data
from ..apimachinery.objects import JSONObject, is_object, mapping_at, text_at
from ..credentials.config_problems import FoundProblem, inspect_docker_config
from ..credentials.docker_config import DockerConfig
from ..credentials.invalid_docker_config import InvalidDockerConfig
from ..credentials.key_problems import KeyProblem, inspect_match_image
from ..credentials.providers.config import CredentialProvider, CredentialProviderConfig
from ..credentials.providers.invalid_config import InvalidProviderConfig
from ..credentials.providers.validation import validate_credential_provider_config
from ..credentials.secret_types import DOCKER_CONFIGS
from ..credentials.secret_validation import validate_secret
from .core_objects import DEFAULT_NAMESPACE, is_core_object, placed
from .entries import Entry, Line
from .findings import Finding, FindingRule, Severity, find
from .holdings import read_secret_name, read_service_account_name
from .key_findings import DOCUMENT_FINDINGS, NO_KEY, find_problems

__all__ = ["PROVIDER_FINDINGS", "SECRET_FINDINGS", "examine_credentials"]

SECRET_FINDINGS: tuple[FindingRule[FieldError], ...] = (
    FindingRule(
        "KC230",
        Severity.ERROR,
        "The API server refuses the pull secret: a field breaks a rule.",
        lambda _: True,
        lambda error: f"the API server refuses the secret: {error}",
    ),
)
"""Findings about the errors of validation of a pull secret."""

PROVIDER_FINDINGS: tuple[FindingRule[FieldError | InvalidProviderConfig], ...] = (
    FindingRule(
        "KC231",
        Severity.ERROR,
        "A kubelet does not start with the configuration of credential providers: it cannot be decoded, or a field breaks a rule.",
        lambda _: True,
        lambda error: f"no kubelet starts with this: {error}",
    ),
)
"""Findings about a configuration of credential providers."""


def examine_credentials(obj: object, cluster: Cluster) -> Iterator[Entry]:
    """Yield what is said about a pull secret or a configuration of credential providers; nothing for any other object.

    Raises ``MalformedObject``, for a ServiceAccount and any other secret too.
    """
    if is_core_object(obj, "Secret"):
        read_secret_name(obj)
        if text_at(obj, "type", ROOT) in DOCKER_CONFIGS:
            yield _secret(obj, cluster)
    elif is_core_object(obj, "ServiceAccount"):
        read_service_account_name(obj)
    elif is_object(obj) and obj.get("kind") == "CredentialProviderConfig":
        yield from _providers(obj, cluster)


def _secret(secret: JSONObject, cluster: Cluster) -> Entry:
    key, format_ = DOCKER_CONFIGS[text_at(secret, "type", ROOT)]
    path = DATA_PATH.key(key)
    lines: tuple[Line, ...] = ()
    findings: list[Finding] = []
    document = (secret_data(secret) or {}).get(key)
    if document:
        try:
            config = DockerConfig.parse(document, format_)
        except InvalidDockerConfig as error:
            findings += find(DOCUMENT_FINDINGS, error, path)
        else:
            findings += find_problems(inspect_docker_config(config, release=cluster.node), path)
            lines = tuple(
                Line("key", f"{name or NO_KEY}, of {entry.username or '(no user name)'}") for name, entry in config.entries.items()
            )
    for broken in validate_secret(_named(placed(secret, DEFAULT_NAMESPACE))):
        findings += find(SECRET_FINDINGS, broken, broken.path)
    return Entry(path, "docker config", lines=lines, findings=tuple(findings))


def _named(secret: JSONObject) -> JSONObject:
    """Return a secret with a name such as the API server makes of ``generateName``, if that is what it has."""
    metadata, path = mapping_at(secret, "metadata", ROOT) or {}, ROOT.child("metadata")
    prefix = text_at(metadata, "generateName", path)
    if not prefix or text_at(metadata, "name", path):
        return secret
    return {**secret, "metadata": {**metadata, "name": f"{prefix}x7k2q"}}


def _providers(obj: JSONObject, cluster: Cluster) -> Iterator[Entry]:
    try:
        config = CredentialProviderConfig.from_json(obj, release=cluster.node)
    except InvalidProviderConfig as error:
        yield Entry(ROOT, "configuration", findings=tuple(find(PROVIDER_FINDINGS, error, ROOT)))
        return
    for position, provider in enumerate(config.providers):
        yield _provider(provider, ROOT.child("providers").index(position), cluster)
    broken = validate_credential_provider_config(config, release=cluster.node)
    findings = (finding for rule in broken for finding in find(PROVIDER_FINDINGS, rule, rule.path))
    yield Entry(ROOT, "configuration", findings=tuple(findings))


def _kept(provider: CredentialProvider) -> str:
    duration = provider.default_cache_duration
    return f"for {duration}" if duration else "not at all"


def _provider(provider: CredentialProvider, path: FieldPath, cluster: Cluster) -> Entry:
    problems = [
        FoundProblem(problem, pattern)
        for pattern in provider.match_images
        for problem in inspect_match_image(pattern, release=cluster.node)
        if problem is not KeyProblem.NOT_A_URL  # which no kubelet starts with
    ]
    lines = (
        Line("images", ", ".join(provider.match_images) or "none"),
        Line("answers kept", f"{_kept(provider)}, unless they say otherwise"),
    )
    return Entry(
        path, f"credential provider {provider.name}", lines=lines, findings=tuple(find_problems(problems, path.child("matchImages")))
    )
