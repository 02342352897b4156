from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.release import LATEST, NotInRelease, Release
from kubecontainers.apimachinery.secret_text import SecretNotPicklable, SecretText
from kubecontainers.credentials.credential import Credential
from kubecontainers.credentials.providers.config import CredentialProvider
from kubecontainers.credentials.providers.execution import PluginEnding, PluginFailed, PluginFailure, PluginResult, call_plugin
from kubecontainers.credentials.providers.protocol import (
    PLUGIN_API_VERSIONS,
    CredentialProviderResponse,
    PluginHost,
    ResponseProblem,
    ServiceAccountDetails,
)
from kubecontainers.testing.stand_in_plugin import StandInPlugin

V1 = PLUGIN_API_VERSIONS[0]
PROVIDER = CredentialProvider("ecr", ("*.ecr.example",), api_version=V1, args=("get",))


def failed(result: PluginResult, *, token: str = "", release: Release = LATEST) -> PluginFailed:
    with pytest.raises(PluginFailed) as raised:
        call_plugin(PROVIDER, "a.io/x", StandInPlugin(result), service_account=ServiceAccountDetails(token), release=release)
    assert raised.value.__context__ is None
    return raised.value


def test_the_answer() -> None:
    plugin = StandInPlugin(CredentialProviderResponse("Image", 60, {"a.io": Credential("ci", "hunter2")}))
    response = call_plugin(PROVIDER, "a.io/x", plugin, host=PluginHost("/plugins", {"PATH": "/bin"}))
    assert response.auth["a.io"].password.reveal() == "hunter2"
    (call,) = plugin.calls
    assert (call.command, call.args, dict(call.environment)) == ("/plugins/ecr", ("get",), {"PATH": "/bin"})


@pytest.mark.parametrize("version", PLUGIN_API_VERSIONS)
def test_every_version(version: str) -> None:
    provider = CredentialProvider("ecr", api_version=version)
    assert call_plugin(provider, "a.io/x", StandInPlugin(CredentialProviderResponse("Global"))).cache_key_type == "Global"


def test_standard_error_of_a_plugin_that_succeeds_is_ignored() -> None:
    text = CredentialProviderResponse("Image").to_text()
    assert call_plugin(PROVIDER, "a.io/x", StandInPlugin(PluginResult(text, "only a warning"))).auth == {}


class TestFailures:
    def test_no_version_of_the_protocol(self) -> None:
        plugin = StandInPlugin()
        with pytest.raises(PluginFailed) as raised:
            call_plugin(CredentialProvider("ecr", api_version="v1"), "a.io/x", plugin)
        assert raised.value.failure is PluginFailure.UNSUPPORTED_API_VERSION
        assert plugin.calls == []
        assert str(raised.value).endswith("no version of the protocol (write credentialprovider.kubelet.k8s.io/v1)")

    def test_exit_code(self) -> None:
        error = failed(PluginResult(CredentialProviderResponse("Image").to_text(), "boom\n", 3))
        assert (error.failure, error.reason, error.exit_code, error.detail) == (PluginFailure.EXEC, PluginEnding.EXITED, 3, "boom\n")
        assert str(error) == r"credential provider 'ecr': the plugin failed: exit code 3: 'boom\n'"

    def test_signal(self) -> None:
        assert str(failed(PluginResult(exit_code=-9))) == "credential provider 'ecr': the plugin failed: signal 9"

    def test_not_started(self) -> None:
        error = failed(PluginResult(ending=PluginEnding.NOT_STARTED, problem="Permission denied"))
        assert (error.failure, error.exit_code) == (PluginFailure.EXEC, None)
        assert str(error) == "credential provider 'ecr': the plugin failed: it could not be started: 'Permission denied'"

    def test_too_much_output(self) -> None:
        error = failed(PluginResult("x" * 100, ending=PluginEnding.TOO_MUCH_OUTPUT))
        assert (error.failure, error.reason) == (PluginFailure.EXEC, PluginEnding.TOO_MUCH_OUTPUT)

    def test_timeout(self) -> None:
        error = failed(PluginResult(CredentialProviderResponse("Image").to_text(), "waiting", -9, PluginEnding.TIMED_OUT))
        assert (error.failure, error.detail) == (PluginFailure.TIMEOUT, "waiting")
        assert str(error) == "credential provider 'ecr': the plugin took too long: it was not done in time: 'waiting'"

    @pytest.mark.parametrize(
        ("stdout", "failure", "reason"),
        [
            ("", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_JSON),
            ("[]", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_AN_OBJECT),
            ('{"kind":1}', PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.UNREADABLE_KIND),
            ('{"apiVersion":"a/b/c"}', PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.UNREADABLE_VERSION),
            ("{}", PluginFailure.API_VERSION_MISMATCH, ResponseProblem.OTHER_VERSION),
            (f'{{"apiVersion":"{V1}"}}', PluginFailure.INVALID_RESPONSE, ResponseProblem.OTHER_KIND),
        ],
    )
    def test_responses(self, stdout: str, failure: PluginFailure, reason: ResponseProblem) -> None:
        error = failed(PluginResult(stdout, "a warning"))
        assert (error.failure, error.reason, error.detail) == (failure, reason, "")
        assert reason.value in str(error)

    def test_what_a_release_lacks(self) -> None:
        with pytest.raises(NotInRelease):
            call_plugin(PROVIDER, "a.io/x", StandInPlugin(), service_account=ServiceAccountDetails("t"), release=Release("1.30"))

    def test_they_compare_and_pickle(self) -> None:
        error = failed(PluginResult("", "boom", 1))
        again = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert again == error
        assert str(again) == str(error)
        assert error != failed(PluginResult("", "boom", 2))


class TestSecrets:
    def test_standard_error_is_kept_since_1_28(self) -> None:
        assert failed(PluginResult("", "boom", 1), release=Release("1.27")).detail == ""
        assert failed(PluginResult("", "boom", 1), release=Release("1.28")).detail == "boom"

    def test_the_token_is_taken_out(self) -> None:
        stderr = 'got {"token":"a\\u003cb"} which is a<b'
        assert failed(PluginResult("", stderr, 1), token="a<b").detail == 'got {"token":"***"} which is ***'  # noqa: S106

    def test_long_and_odd_texts(self) -> None:
        error = failed(PluginResult("", b"\xff" + b"x" * 5000, 1))
        assert error.detail.startswith("\ufffdx")
        assert len(str(error)) < 700

    def test_standard_output_is_nowhere(self) -> None:
        result = PluginResult('{"hunter2":', "", 1)
        assert "hunter2" not in f"{result!r}{failed(result)!r}{failed(PluginResult(result.stdout))!r}"
        with pytest.raises(SecretNotPicklable):
            pickle.dumps(result)

    def test_output_may_be_text_or_bytes(self) -> None:
        assert PluginResult("a", b"\xff") == PluginResult(b"a", SecretText("\udcff"))
        assert len({PluginResult("a"), PluginResult(b"a")}) == 1
