# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.credentials.credential import Credential
from kubecontainers.credentials.providers.config import CredentialProvider
from kubecontainers.credentials.providers.execution import PluginEnding, PluginFailed, PluginResult, call_plugin
from kubecontainers.credentials.providers.protocol import (
    PLUGIN_API_VERSIONS,
    CredentialProviderResponse,
    InvalidProviderResponse,
    PluginHost,
    ServiceAccountDetails,
    plan_plugin_call,
)
from kubecontainers.golang.json import quote
from kubecontainers.golang.text import to_text
from kubecontainers.testing import strategies
from kubecontainers.testing.provider_calls import nearly_valid_plugin_outputs, plugin_responses, service_account_details
from kubecontainers.testing.stand_in_plugin import StandInPlugin

V1 = PLUGIN_API_VERSIONS[0]
LENIENT, STRICT = Release("1.31"), Release("1.32")
versions = st.sampled_from(PLUGIN_API_VERSIONS)
outputs = nearly_valid_plugin_outputs() | strategies.json_texts() | strategies.json_values().map(json.dumps)


def read(text: str | bytes, release: Release) -> CredentialProviderResponse | None:
    try:
        return CredentialProviderResponse.parse(text, api_version=V1, release=release)
    except InvalidProviderResponse as error:
        assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
        assert (error.__context__, error.__cause__) == (None, None)
        assert str(error)
        return None


class TestRequestIsOneLineOfJson:
    """A plugin that reads its standard input as one line of JSON gets image, token and annotations as they were given."""

    @given(strategies.json_texts(), service_account_details(), versions)
    def test_round_trip(self, image: str, details: ServiceAccountDetails, version: str) -> None:
        call = plan_plugin_call(CredentialProvider("plugin", api_version=version), image, service_account=details)
        assert call.stdin.endswith(b"}\n")
        assert call.stdin.count(b"\n") == 1
        assert not set(b"<>&") & set(call.stdin)
        expected: dict[str, Any] = {"kind": "CredentialProviderRequest", "apiVersion": version, "image": to_text(image)}
        if version == V1 and details.token:
            expected["serviceAccountToken"] = details.token.reveal()
        if version == V1 and details.annotations:
            expected["serviceAccountAnnotations"] = dict(details.annotations)
        request = json.loads(call.stdin)
        assert request == expected
        assert list(request) == list(expected)
        names = list(request.get("serviceAccountAnnotations", {}))
        assert names == sorted(names, key=str.encode)

    @given(st.dictionaries(strategies.labels(), st.text()), st.lists(st.tuples(strategies.labels(), st.text())))
    def test_environment(self, system: dict[str, str], pairs: list[tuple[str, str]]) -> None:
        call = plan_plugin_call(CredentialProvider("plugin", api_version=V1, env=pairs), "a", host=PluginHost("", system))
        assert call.environment == {**system, **dict(pairs)}


class TestResponseIsRead:
    """What a plugin means arrives, in every release and version; what a strict kubelet takes means the same to a lenient one."""

    @given(plugin_responses(), versions, strategies.releases())
    def test_round_trip(self, response: CredentialProviderResponse, version: str, release: Release) -> None:
        text = response.to_text(api_version=version)
        assert CredentialProviderResponse.parse(text, api_version=version, release=release) == response
        assert CredentialProviderResponse.parse(text.reveal().encode(), api_version=version, release=release) == response

    @given(outputs)
    def test_strict_is_narrower(self, text: str) -> None:
        strict, lenient = read(text, STRICT), read(text, LENIENT)
        if strict is not None:
            assert lenient == strict
            assert read(to_text(text).encode(), STRICT) == strict

    @given(st.binary(max_size=60))
    def test_anything(self, data: bytes) -> None:
        assert read(data, STRICT) is None

    @pytest.mark.parametrize("release", [LENIENT, STRICT])
    def test_nearly_valid(self, release: Release) -> None:
        answers: list[bool] = []

        @settings(max_examples=400, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_plugin_outputs())
        def sample(text: str) -> None:
            answers.append(read(text, release) is not None)

        sample()
        assert len(answers) > 100
        assert 0.2 <= sum(answers) / len(answers) <= 0.8


MARK = "s3cr3t"
secrets = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=8).map(lambda text: MARK + text)
tails = st.sampled_from(["", "x", "}", ', "more": 1}', ', "cacheDuration": 1}'])


class TestSecretsStayHidden:
    """Neither a token nor what a plugin writes to its standard output shows in a value, an error or a pickle of it."""

    @given(secrets, secrets, tails, st.sampled_from(list(PluginEnding)), st.integers(0, 1))
    def test_nowhere(self, token: str, password: str, tail: str, ending: PluginEnding, exit_code: int) -> None:
        response = CredentialProviderResponse("Image", None, {"a.io": Credential("u", password)})
        stdout = response.to_text().reveal()[: -1 if tail.startswith(",") else None] + tail
        stderr = f"given {token}, given {quote(token)}"
        plugin = StandInPlugin(PluginResult(stdout, stderr, exit_code, ending))
        details = ServiceAccountDetails(token)
        shown = [repr(details), repr(plugin), repr(response), str(response)]
        try:
            shown.append(repr(call_plugin(CredentialProvider("plugin", api_version=V1), "a.io/x", plugin, service_account=details)))
        except PluginFailed as error:
            assert (error.__context__, error.__cause__) == (None, None)
            shown += [str(error), repr(error.args), repr(pickle.dumps(error)), repr(vars(error))]
        shown.append(repr(plugin.calls))
        assert not [text for text in shown if MARK in text]

    @given(st.binary())
    def test_bytes_are_kept(self, data: bytes) -> None:
        result = PluginResult(data, data)
        assert result.stdout.reveal().encode("utf-8", "surrogateescape") == data
        assert result == PluginResult(SecretText(data.decode("utf-8", "surrogateescape")), result.stderr)
