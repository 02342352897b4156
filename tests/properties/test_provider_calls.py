# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.objects import JSONObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import ProviderSource
from kubecontainers.credentials.providers.cache import ProviderCache
from kubecontainers.credentials.providers.config import CredentialProvider, TokenAttributes
from kubecontainers.credentials.providers.execution import PluginEnding, PluginResult
from kubecontainers.credentials.providers.matching import select_match_image
from kubecontainers.credentials.providers.plugin_provider import PluginProvider, ProviderOutcome, ServiceAccountTokenRequest
from kubecontainers.credentials.providers.protocol import PLUGIN_API_VERSIONS, CredentialProviderResponse
from kubecontainers.golang.duration import Duration
from kubecontainers.testing import strategies
from kubecontainers.testing.provider_calls import image_repositories, plugin_responses
from kubecontainers.testing.stand_in_plugin import StandInPlugin

GATES = {"KubeletServiceAccountTokenForCredentialProviders": True}
PATTERNS = st.lists(st.sampled_from(["*.*", "*", "docker.io", "quay.io/team", "*.*:5000", "a b"]) | strategies.registries(), max_size=3)


@attrs.frozen
class Accounts:
    """One ServiceAccount, whatever it is called, and one token."""

    service_account: JSONObject | None
    token: str | None

    def get(self, namespace: str, name: str) -> JSONObject | None:
        return self.service_account

    def request_token(self, request: ServiceAccountTokenRequest) -> str | None:
        return self.token


chosen = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.text(max_size=3))
service_accounts = chosen.map(lambda annotations: {"metadata": {"uid": "u", "annotations": annotations}})
keys = st.lists(st.sampled_from(["a", "b"]), max_size=2)
attributes = st.builds(
    TokenAttributes, st.sampled_from(["", "aud"]), st.booleans(), keys, keys, st.sampled_from(["ServiceAccount", "Token"])
)
providers = st.builds(
    CredentialProvider,
    st.just("plugin"),
    PATTERNS,
    st.none() | st.integers(0, 100),
    st.sampled_from([*PLUGIN_API_VERSIONS, "v1"]),
    token_attributes=st.none() | attributes,
)
results = st.builds(PluginResult, st.text(max_size=10), st.text(max_size=3), st.integers(0, 1), st.sampled_from(list(PluginEnding)))
plugins = st.builds(StandInPlugin, plugin_responses() | results)
accounts = st.none() | st.builds(Accounts, st.none() | service_accounts, st.none() | st.text(max_size=4))
pods = strategies.pods().map(lambda pod: {**pod, "spec": {**pod["spec"], "serviceAccountName": "web"}}) | strategies.pods() | st.none()
kubelets = strategies.releases().map(lambda release: release.with_gates(GATES, unknown="ignore"))
NOT_RUN = {
    ProviderOutcome.CACHED,
    ProviderOutcome.IMAGE_NOT_MATCHED,
    ProviderOutcome.NO_SERVICE_ACCOUNT,
    ProviderOutcome.SERVICE_ACCOUNT_UNREADABLE,
    ProviderOutcome.ANNOTATION_MISSING,
    ProviderOutcome.NO_TOKEN,
    ProviderOutcome.KEY_TOO_LONG,
}


class TestOnePull:
    """Whatever is configured and whatever the plugin does, a pull gets credentials or the reason why not, and they agree."""

    @given(providers, plugins, accounts, kubelets, image_repositories(), pods)
    def test_outcome(
        self,
        config: CredentialProvider,
        plugin: StandInPlugin,
        accounts: Accounts | None,
        release: Release,
        image: str,
        pod: dict[str, Any] | None,
    ) -> None:
        provided = PluginProvider(config, plugin, service_accounts=accounts, release=release).provide(image, now=0, pod=pod)
        assert provided.executed == bool(plugin.calls)
        assert not (provided.executed and provided.outcome in NOT_RUN)
        assert (provided.failure is not None) == (provided.outcome is ProviderOutcome.PLUGIN_FAILED)
        assert bool(provided.missing) == (provided.outcome is ProviderOutcome.ANNOTATION_MISSING)
        if provided.outcome is not ProviderOutcome.ANSWERED:
            assert (dict(provided.credentials), provided.cache, provided.source) == ({}, ProviderCache(), ProviderSource("plugin"))
        not_asked = select_match_image(config.match_images, image, release=release) is None
        assert not_asked == (provided.outcome is ProviderOutcome.IMAGE_NOT_MATCHED)

    @given(plugin_responses(), image_repositories(), strategies.durations(min_value=0, max_value=200_000), strategies.releases())
    def test_again(self, response: CredentialProviderResponse, image: str, later: Duration, release: Release) -> None:
        """The second pull of an image gives the same credentials; only time makes the plugin run again."""
        config = CredentialProvider("plugin", ("*", "*.*", "*.*.*"), 60, PLUGIN_API_VERSIONS[0])
        provider = PluginProvider(config, StandInPlugin(response), release=release)
        first = provider.provide(image, now=0)
        second = provider.provide(image, now=later, cache=first.cache)
        assert second.credentials == first.credentials
        duration = Duration.of(60) if response.cache_duration is None else response.cache_duration
        if first.executed:
            assert second.executed == (not duration or later > duration)

    @given(strategies.json_objects() | strategies.damaged(strategies.pods()), strategies.json_objects())
    def test_any_objects(self, pod: dict[str, Any], service_account: dict[str, Any]) -> None:
        config = CredentialProvider("plugin", ("a.io",), 60, PLUGIN_API_VERSIONS[0], token_attributes=TokenAttributes("aud"))
        provider = PluginProvider(config, StandInPlugin(), service_accounts=Accounts(service_account, "token"))
        try:
            provided = provider.provide("a.io/x", now=0, pod=pod)
        except MalformedObject as error:
            assert error.path.split(".")[0] in {"", "metadata", "spec"}
        else:
            assert provided.outcome is ProviderOutcome.PLUGIN_FAILED
