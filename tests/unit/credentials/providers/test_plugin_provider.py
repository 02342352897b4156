from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.secret_text import SecretNotPicklable, SecretText
from kubecontainers.credentials.credential import Credential, ObjectCoordinates, ProviderSource
from kubecontainers.credentials.providers.cache import ProviderCache
from kubecontainers.credentials.providers.config import CredentialProvider, TokenAttributes
from kubecontainers.credentials.providers.execution import PluginFailure, PluginResult
from kubecontainers.credentials.providers.plugin_provider import (
    PluginProvider,
    ProvidedCredentials,
    ProviderOutcome,
    ServiceAccountTokenRequest,
)
from kubecontainers.credentials.providers.protocol import PLUGIN_API_VERSIONS, CredentialProviderResponse
from kubecontainers.golang.json import decode, plain
from kubecontainers.testing.stand_in_plugin import StandInPlugin

GATE = "KubeletServiceAccountTokenForCredentialProviders"
ANSWER = CredentialProviderResponse("Image", 60, {"a.io": Credential("ci", "hunter2")})
CONFIG = CredentialProvider("ecr", ("a.io", "*.a.io"), 10, PLUGIN_API_VERSIONS[0])
POD: dict[str, Any] = {
    "metadata": {"namespace": "shop", "name": "web-0", "uid": "p1"},
    "spec": {"serviceAccountName": "web"},
}
STATIC_POD: dict[str, Any] = {"metadata": POD["metadata"], "spec": {}}


@attrs.define
class Accounts:
    """The ServiceAccounts of a test, by name, and their tokens."""

    annotations: dict[str, str] = attrs.field(factory=dict[str, str])
    token: SecretText | str | None = "secret-token"  # noqa: S105
    readable: bool = True
    requests: list[ServiceAccountTokenRequest] = attrs.field(factory=list[ServiceAccountTokenRequest])

    def get(self, namespace: str, name: str) -> dict[str, Any] | None:
        assert (namespace, name) == ("shop", "web")
        return {"metadata": {"uid": "s1", "annotations": self.annotations}} if self.readable else None

    def request_token(self, request: ServiceAccountTokenRequest) -> SecretText | str | None:
        self.requests.append(request)
        return self.token


def with_token(**attributes: Any) -> CredentialProvider:
    chosen: dict[str, Any] = {"require_service_account": True, "cache_type": "ServiceAccount", **attributes}
    return attrs.evolve(CONFIG, token_attributes=TokenAttributes("audience", **chosen))


def told(plugin: StandInPlugin, call: int = -1) -> dict[str, Any]:
    """The request that the plugin saw."""
    request: Any = plain(decode(plugin.calls[call].request.reveal()))
    return dict(request)


class TestWithoutTokens:
    def test_an_image_that_is_not_its_business(self) -> None:
        plugin = StandInPlugin(ANSWER)
        provided = PluginProvider(CONFIG, plugin).provide("b.io/x", now=0)
        assert provided == ProvidedCredentials(ProviderOutcome.IMAGE_NOT_MATCHED, ProviderCache(), ProviderSource("ecr"))
        assert plugin.calls == []

    def test_answer_then_cache(self) -> None:
        plugin = StandInPlugin(ANSWER)
        provider = PluginProvider(CONFIG, plugin)
        first = provider.provide("a.io/x", now=100, cache=ProviderCache(100))
        assert (first.outcome, first.executed, first.credentials) == (ProviderOutcome.ANSWERED, True, ANSWER.auth)
        second = provider.provide("a.io/x", now=160, cache=first.cache)
        assert (second.outcome, second.executed, second.credentials) == (ProviderOutcome.CACHED, False, ANSWER.auth)
        third = provider.provide("a.io/x", now=161, cache=second.cache)
        assert third.outcome is ProviderOutcome.ANSWERED
        assert len(plugin.calls) == 2

    def test_no_pod_is_read(self) -> None:
        pod: dict[str, Any] = {"metadata": "odd", "spec": 5}
        assert PluginProvider(CONFIG, StandInPlugin(ANSWER)).provide("a.io/x", now=0, pod=pod).outcome is ProviderOutcome.ANSWERED

    def test_default_duration(self) -> None:
        answer = CredentialProviderResponse("Registry")
        provided = PluginProvider(CONFIG, StandInPlugin(answer)).provide("a.io/x", now=0)
        assert PluginProvider(CONFIG, StandInPlugin()).provide("a.io/y", now=10, cache=provided.cache).outcome is ProviderOutcome.CACHED
        unset = attrs.evolve(CONFIG, default_cache_duration=None)
        assert PluginProvider(unset, StandInPlugin(answer)).provide("a.io/x", now=0).cache == ProviderCache()

    def test_the_plugin_fails(self) -> None:
        provided = PluginProvider(CONFIG, StandInPlugin(PluginResult("", "boom", 1))).provide("a.io/x", now=0)
        assert (provided.outcome, provided.executed, dict(provided.credentials)) == (ProviderOutcome.PLUGIN_FAILED, True, {})
        assert provided.failure is not None
        assert provided.failure.detail == "boom"

    def test_the_plugin_cannot_be_called(self) -> None:
        provided = PluginProvider(attrs.evolve(CONFIG, api_version="v1"), StandInPlugin()).provide("a.io/x", now=0)
        assert not provided.executed
        assert provided.failure is not None
        assert provided.failure.failure is PluginFailure.UNSUPPORTED_API_VERSION

    def test_an_unknown_cache_key_type(self) -> None:
        plugin = StandInPlugin(CredentialProviderResponse("image", 60, ANSWER.auth))
        provided = PluginProvider(CONFIG, plugin).provide("a.io/x", now=0)
        assert (provided.outcome, provided.executed) == (ProviderOutcome.UNKNOWN_CACHE_KEY_TYPE, True)
        assert (dict(provided.credentials), provided.cache) == ({}, ProviderCache())

    def test_a_key_that_is_too_long(self) -> None:
        image = "a.io/" + "x" * 65536
        plugin = StandInPlugin(ANSWER)
        provided = PluginProvider(CONFIG, plugin).provide(image, now=1000)
        assert (provided.outcome, provided.cache.last_purge.seconds) == (ProviderOutcome.KEY_TOO_LONG, 1000)
        assert plugin.calls == []
        before = PluginProvider(CONFIG, plugin, release=Release("1.32")).provide(image, now=0)
        assert before.outcome is ProviderOutcome.ANSWERED


class TestTokens:
    def test_what_the_plugin_is_told(self) -> None:
        accounts = Accounts({"a/role": "reader", "a/extra": "", "b/other": "x"})
        config = with_token(
            required_service_account_annotation_keys=["a/role"], optional_service_account_annotation_keys=["a/extra", "a/no"]
        )
        plugin = StandInPlugin(ANSWER)
        provided = PluginProvider(config, plugin, service_accounts=accounts).provide("a.io/x", now=0, pod=POD)
        assert told(plugin)["serviceAccountToken"] == "secret-token"
        assert told(plugin)["serviceAccountAnnotations"] == {"a/extra": "", "a/role": "reader"}
        web = ObjectCoordinates("shop", "web", "s1")
        assert accounts.requests == [ServiceAccountTokenRequest(web, "audience", ObjectCoordinates("shop", "web-0", "p1"))]
        assert provided.source == ProviderSource("ecr", web)

    def test_token_request(self) -> None:
        request = ServiceAccountTokenRequest(ObjectCoordinates("shop", "web"), "aud", ObjectCoordinates("shop", "web-0", "p1"))
        assert request.to_json() == {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "spec": {"audiences": ["aud"], "boundObjectRef": {"apiVersion": "v1", "kind": "Pod", "name": "web-0", "uid": "p1"}},
        }

    def test_the_service_account_is_known_since_1_34(self) -> None:
        release = Release("1.33").with_gates({GATE: True})
        provider = PluginProvider(with_token(), StandInPlugin(ANSWER), service_accounts=Accounts(), release=release)
        assert provider.provide("a.io/x", now=0, pod=POD).source == ProviderSource("ecr")

    @pytest.mark.parametrize("release", [Release("1.33"), Release("1.36").with_gates({GATE: False}), Release("1.30")])
    def test_without_the_gate(self, release: Release) -> None:
        plugin = StandInPlugin(ANSWER)
        provided = PluginProvider(with_token(), plugin, release=release).provide("a.io/x", now=0, pod=POD)
        assert provided.outcome is ProviderOutcome.ANSWERED
        assert "serviceAccountToken" not in told(plugin)

    def test_without_an_audience(self) -> None:
        config = attrs.evolve(CONFIG, token_attributes=TokenAttributes(require_service_account=True))
        assert PluginProvider(config, StandInPlugin(ANSWER)).provide("a.io/x", now=0).outcome is ProviderOutcome.ANSWERED

    @pytest.mark.parametrize("pod", [None, {}, STATIC_POD])
    def test_a_pod_without_service_account(self, pod: dict[str, Any] | None) -> None:
        plugin = StandInPlugin(ANSWER)
        required = PluginProvider(with_token(), plugin, service_accounts=Accounts())
        assert required.provide("a.io/x", now=0, pod=pod).outcome is ProviderOutcome.NO_SERVICE_ACCOUNT
        optional = PluginProvider(with_token(require_service_account=False), plugin, service_accounts=Accounts())
        provided = optional.provide("a.io/x", now=0, pod=pod)
        assert (provided.outcome, provided.source) == (ProviderOutcome.ANSWERED, ProviderSource("ecr"))
        assert "serviceAccountToken" not in told(plugin)
        assert len(plugin.calls) == 1

    @pytest.mark.parametrize(
        ("accounts", "outcome", "missing"),
        [
            (None, ProviderOutcome.SERVICE_ACCOUNT_UNREADABLE, ""),
            (Accounts(readable=False), ProviderOutcome.SERVICE_ACCOUNT_UNREADABLE, ""),
            (Accounts({"b": ""}), ProviderOutcome.ANNOTATION_MISSING, "a"),
            (Accounts({"a": ""}), ProviderOutcome.ANNOTATION_MISSING, "b"),
            (Accounts({"a": "", "b": ""}, token=None), ProviderOutcome.NO_TOKEN, ""),
            (Accounts({"a": "x" * 65536, "b": ""}), ProviderOutcome.KEY_TOO_LONG, ""),
        ],
    )
    def test_no_call(self, accounts: Accounts | None, outcome: ProviderOutcome, missing: str) -> None:
        """Also where the cache has an answer: everything before the look-up is done on every pull."""
        config = with_token(required_service_account_annotation_keys=["a", "b"])
        good = PluginProvider(config, StandInPlugin(ANSWER), service_accounts=Accounts({"a": "", "b": ""}))
        cache = good.provide("a.io/x", now=0, pod=POD).cache
        assert good.provide("a.io/x", now=1, pod=POD, cache=cache).outcome is ProviderOutcome.CACHED
        plugin = StandInPlugin(ANSWER)
        provided = PluginProvider(config, plugin, service_accounts=accounts).provide("a.io/x", now=1, pod=POD, cache=cache)
        assert (provided.outcome, provided.missing, provided.executed) == (outcome, missing, False)
        assert (dict(provided.credentials), provided.source, provided.cache) == ({}, ProviderSource("ecr"), cache)
        assert plugin.calls == []

    def test_annotations_that_are_too_long_together(self) -> None:
        accounts = Accounts({"a": "x" * 40_000, "b": "x" * 40_000})
        config = with_token(required_service_account_annotation_keys=["a", "b"])
        provided = PluginProvider(config, StandInPlugin(ANSWER), service_accounts=accounts).provide("a.io/x", now=0, pod=POD)
        assert provided.outcome is ProviderOutcome.KEY_TOO_LONG

    def test_malformed_objects(self) -> None:
        class Odd(Accounts):
            def get(self, namespace: str, name: str) -> dict[str, Any] | None:
                return {"metadata": {"annotations": {"a": 1}}}

        odd: list[tuple[Accounts, dict[str, Any]]] = [(Odd(), POD), (Accounts(), {"spec": []}), (Accounts(), {"metadata": {"name": 5}})]
        for accounts, pod in odd:
            with pytest.raises(MalformedObject):
                PluginProvider(with_token(), StandInPlugin(), service_accounts=accounts).provide("a.io/x", now=0, pod=pod)


class TestWhoseCache:
    def pulls(self, config: CredentialProvider, *accounts: Accounts) -> list[ProviderOutcome]:
        cache, outcomes = ProviderCache(), list[ProviderOutcome]()
        for found in accounts:
            provider = PluginProvider(config, StandInPlugin(ANSWER), service_accounts=found)
            provided = provider.provide("a.io/x", now=0, pod=POD, cache=cache)
            cache = provided.cache
            outcomes.append(provided.outcome)
        return outcomes

    def test_by_service_account(self) -> None:
        found = self.pulls(with_token(), Accounts(token="a"), Accounts(token="b"))  # noqa: S106
        assert found == [ProviderOutcome.ANSWERED, ProviderOutcome.CACHED]

    def test_by_token(self) -> None:
        config = with_token(cache_type="Token")
        found = self.pulls(config, Accounts(token="a"), Accounts(token="b"), Accounts(token=SecretText("a")))  # noqa: S106
        assert found == [ProviderOutcome.ANSWERED, ProviderOutcome.ANSWERED, ProviderOutcome.CACHED]

    def test_by_annotations(self) -> None:
        config = with_token(optional_service_account_annotation_keys=["a"])
        found = self.pulls(config, Accounts(), Accounts({"a": "x"}), Accounts({"b": "x"}))
        assert found == [ProviderOutcome.ANSWERED, ProviderOutcome.ANSWERED, ProviderOutcome.CACHED]


class TestEchoedToken:
    ECHO = CredentialProviderResponse("Image", 60, {"a.io": Credential("ci", "hunter2"), "b.io": Credential("ci", "secret-token")})

    def provided(self, config: CredentialProvider, *, token: str = "secret-token", release: str = "1.36") -> ProvidedCredentials:  # noqa: S107
        kubelet = Release(release).with_gates({GATE: True})
        provider = PluginProvider(config, StandInPlugin(self.ECHO), service_accounts=Accounts(token=token), release=kubelet)
        return provider.provide("a.io/x", now=0, pod=POD)

    def test_it_is_dropped(self) -> None:
        provided = self.provided(with_token())
        assert (provided.outcome, provided.executed, dict(provided.credentials)) == (ProviderOutcome.TOKEN_ECHOED, True, {})
        assert (provided.cache, provided.source) == (ProviderCache(), ProviderSource("ecr"))

    def test_with_cache_type_token_it_is_fine(self) -> None:
        assert self.provided(with_token(cache_type="Token")).credentials == self.ECHO.auth

    def test_before_1_34_it_was_fine(self) -> None:
        assert self.provided(with_token(), release="1.33").outcome is ProviderOutcome.ANSWERED

    def test_an_empty_token_is_no_echo(self) -> None:
        plugin = StandInPlugin(CredentialProviderResponse("Image", 60, {"a.io": Credential("anonymous")}))
        provider = PluginProvider(with_token(), plugin, service_accounts=Accounts(token=""))
        assert provider.provide("a.io/x", now=0, pod=POD).outcome is ProviderOutcome.ANSWERED

    def test_another_token_is_no_echo(self) -> None:
        assert self.provided(with_token(), token="other").outcome is ProviderOutcome.ANSWERED  # noqa: S106


def test_secrets() -> None:
    provider = PluginProvider(with_token(), StandInPlugin(ANSWER), service_accounts=Accounts())
    provided = provider.provide("a.io/x", now=0, pod=POD)
    assert not {word for word in ("hunter2", "secret-token") if word in f"{provided!r}{provided}"}
    with pytest.raises(SecretNotPicklable):
        pickle.dumps(provided)
    failed = PluginProvider(with_token(), StandInPlugin(PluginResult("", "secret-token", 1)), service_accounts=Accounts())
    assert "secret-token" not in repr(failed.provide("a.io/x", now=0, pod=POD))


def test_a_password_in_a_pattern() -> None:
    answer = CredentialProviderResponse("Image", 60, {"ci:hunter2@a.io": Credential("ci")})
    provided = PluginProvider(CONFIG, StandInPlugin(answer)).provide("a.io/x", now=0)
    for value in (provided, provided.cache, provided.cache.lookup("a.io/x", now=0)):
        assert "***@a.io" in repr(value)
        assert "hunter2" not in repr(value)
