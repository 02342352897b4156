"""Answers about calling credential providers: which are asked, what they are told, what is remembered of their answers."""

from __future__ import annotations

import base64
import json
from typing import Any

import attrs
from answering import Answer, Given, Value, answering

import kubecontainers as kc
from kubecontainers.credentials.credential import Credential
from kubecontainers.credentials.providers.cache import ProviderCache
from kubecontainers.credentials.providers.config import CredentialProvider, TokenAttributes
from kubecontainers.credentials.providers.execution import PluginEnding, PluginFailed, PluginFailure, PluginResult, call_plugin
from kubecontainers.credentials.providers.matching import select_match_image
from kubecontainers.credentials.providers.plugin_provider import PluginProvider, ProvidedCredentials, ServiceAccountTokenRequest
from kubecontainers.credentials.providers.protocol import PluginCall, PluginHost, ServiceAccountDetails

VERSION = "credentialprovider.kubelet.k8s.io/v1"


def octets(value: str | dict[str, str]) -> str | bytes:
    """A byte string of a record."""
    return value if isinstance(value, str) else base64.b64decode(value["base64"])


def auth(credentials: Any) -> dict[str, Value]:
    return {pattern: shown(credential) for pattern, credential in credentials.items()}


def shown(credential: Credential) -> Value:
    return {"username": credential.username, "password": credential.password.reveal()}


@attrs.define
class Plugin:
    """Stands in for the process: answers as it is told, and notes what it was called with."""

    result: PluginResult
    call: PluginCall | None = None

    def run(self, call: PluginCall) -> PluginResult:
        self.call = call
        return self.result


def credential_provider_match(given: Given, minor: str) -> bool:
    return select_match_image(given["matchImages"], given["image"], release=kc.Release(minor)) is not None


# ----------------------------------------------------------------------------------------------------------------------- exec

FAILURES = {
    PluginFailure.UNSUPPORTED_API_VERSION: "unsupportedApiVersion",
    PluginFailure.EXEC: "exec",
    PluginFailure.TIMEOUT: "timeout",
    PluginFailure.UNREADABLE_RESPONSE: "unreadableResponse",
    PluginFailure.API_VERSION_MISMATCH: "apiVersionMismatch",
    PluginFailure.INVALID_RESPONSE: "invalidResponse",
}


def credential_provider_exec(given: Given, minor: str) -> Value:
    told = given["plugin"]
    ending = PluginEnding.TIMED_OUT if told.get("hang") else PluginEnding.EXITED
    plugin = Plugin(PluginResult(octets(told["stdout"]), told.get("stderr", ""), told.get("exitCode", 0), ending))
    env: list[tuple[str, str]] = [(pair["name"], pair["value"]) for pair in given["env"]]
    provider = CredentialProvider("plugin", api_version=given["apiVersion"], args=given["args"], env=env)
    details = ServiceAccountDetails(given.get("serviceAccountToken", ""), given.get("serviceAccountAnnotations", {}))
    host = PluginHost("/plugins", given.get("systemEnv", {}))
    try:
        response = call_plugin(provider, given["image"], plugin, host=host, service_account=details, release=kc.Release(minor))
    except PluginFailed as error:
        return {"error": {"class": FAILURES[error.failure], **seen(plugin, given)}}
    duration = response.cache_duration
    answer = {
        "cacheKeyType": response.cache_key_type,
        "cacheDuration": None if duration is None else str(duration),
        "auth": auth(response.auth),
    }
    return {"ok": {"response": answer, **seen(plugin, given)}}


def seen(plugin: Plugin, given: Given) -> Value:
    """What the plugin was called with, if it was."""
    if plugin.call is None:
        return {}
    observed = {name: plugin.call.environment.get(name) for name in given.get("observeEnv", [])}
    return {"request": plugin.call.stdin.decode(), "args": list(plugin.call.args), "env": observed}


# ---------------------------------------------------------------------------------------------------------------------- cache


@attrs.define
class ServiceAccounts:
    """The one ServiceAccount of a step, and its token."""

    step: Given

    def get(self, namespace: str, name: str) -> Value | None:
        found = self.step.get("serviceAccount")
        return None if found is None else {"metadata": found}

    def request_token(self, request: ServiceAccountTokenRequest) -> str | None:
        return None if self.step.get("tokenError") else self.step["token"]


def credential_provider_cache_key(given: Given, minor: str) -> Value:
    release = kc.Release(minor).with_gates(given.get("featureGates", {}), unknown="ignore")
    config = configured(given["provider"])
    cache, now, steps = ProviderCache(), kc.Duration(), list[Value]()
    for step in given["steps"]:
        now += kc.Duration.of(step.get("advanceSeconds", 0))
        plugin = Plugin(result(step.get("response")))
        provider = PluginProvider(config, plugin, service_accounts=ServiceAccounts(step), release=release)
        provided = provider.provide(step["image"], now=now, cache=cache, pod=pod(step.get("pod", {})))
        cache = provided.cache
        steps.append({**outcome(provided), **(told(provided, plugin) if config.token_attributes else {})})
    return {"steps": steps, "cacheKeysBase64": sorted(base64.b64encode(key).decode() for key in cache.entries)}


def configured(provider: Given) -> CredentialProvider:
    duration = kc.Duration.parse(provider["defaultCacheDuration"])
    config = CredentialProvider("plugin", provider["matchImages"], duration, VERSION)
    if "tokenAttributes" not in provider:
        return config
    given = provider["tokenAttributes"]
    attributes = TokenAttributes(
        given["serviceAccountTokenAudience"],
        given["requireServiceAccount"],
        given.get("requiredServiceAccountAnnotationKeys", []),
        given.get("optionalServiceAccountAnnotationKeys", []),
        given["cacheType"],
    )
    return attrs.evolve(config, token_attributes=attributes)


def pod(given: Given) -> Value:
    return {
        "metadata": {name: value for name, value in given.items() if name != "serviceAccountName"},
        "spec": {"serviceAccountName": given.get("serviceAccountName")},
    }


def result(response: Given | None) -> PluginResult:
    if response is None:
        return PluginResult(exit_code=1)
    return PluginResult(json.dumps({"kind": "CredentialProviderResponse", "apiVersion": VERSION, **response}))


def outcome(provided: ProvidedCredentials) -> Value:
    return {"executed": provided.executed, "auth": auth(provided.credentials)}


def told(provided: ProvidedCredentials, plugin: Plugin) -> Value:
    """Whose token it was, and what the plugin saw of it."""
    known = provided.source.service_account
    shown: Value = {"serviceAccount": None if known is None else attrs.asdict(known)}
    if plugin.call is not None:
        request = json.loads(plugin.call.stdin)
        shown["token"] = request.get("serviceAccountToken", "")
        shown["annotations"] = request.get("serviceAccountAnnotations", {})
    return shown


ANSWERS: dict[str, Answer] = {
    "credential_provider_match": answering(credential_provider_match),
    "credential_provider_exec": credential_provider_exec,
    "credential_provider_cache_key": answering(credential_provider_cache_key),
}
