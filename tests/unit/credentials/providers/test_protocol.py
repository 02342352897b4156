from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.release import NotInRelease, Release
from kubecontainers.apimachinery.secret_text import SecretNotPicklable, SecretText
from kubecontainers.credentials.credential import Credential
from kubecontainers.credentials.providers.config import CredentialProvider
from kubecontainers.credentials.providers.protocol import (
    PLUGIN_API_VERSIONS,
    PLUGIN_TIMEOUT,
    CacheKeyType,
    CredentialProviderResponse,
    InvalidProviderResponse,
    PluginCall,
    PluginHost,
    ResponseProblem,
    ServiceAccountDetails,
    UnsupportedPluginVersion,
    plan_plugin_call,
)
from kubecontainers.golang.duration import Duration

V1, V1BETA1, V1ALPHA1 = PLUGIN_API_VERSIONS
OLD, NEW = Release("1.31"), Release("1.32")


def planned(image: str = "a.io/x", **fields: Any) -> PluginCall:
    provider = attrs.evolve(CredentialProvider("plugin", api_version=V1), **fields)
    return plan_plugin_call(provider, image)


class TestRequest:
    def test_exact_bytes(self) -> None:
        expected = b'{"kind":"CredentialProviderRequest","apiVersion":"credentialprovider.kubelet.k8s.io/v1","image":"a.io/x"}\n'
        assert planned().stdin == expected

    @pytest.mark.parametrize(
        ("image", "written"),
        [
            ("a.io/<x>&", '"a.io/\\u003cx\\u003e\\u0026"'),
            ('a.io/"q"', '"a.io/\\"q\\""'),
            ("a.io/\u2028", '"a.io/\\u2028"'),
            ("ä.io/x", '"ä.io/x"'),
            ("\udcff.io", '"\ufffd.io"'),
        ],
    )
    def test_image_as_go_writes_it(self, image: str, written: str) -> None:
        assert planned(image).request.reveal().endswith(f'"image":{written}}}\n')

    def test_service_account(self) -> None:
        details = ServiceAccountDetails("a.b<c", {"b.io/y": "é<", "a.io/x": "1"})
        call = plan_plugin_call(CredentialProvider("plugin", api_version=V1), "a.io/x", service_account=details)
        expected = '"serviceAccountToken":"a.b\\u003cc","serviceAccountAnnotations":{"a.io/x":"1","b.io/y":"é\\u003c"}}\n'  # sorted
        assert call.request.reveal().endswith(expected)

    @pytest.mark.parametrize("details", [ServiceAccountDetails("t"), ServiceAccountDetails(annotations={"a": ""})])
    def test_what_is_empty_is_left_out(self, details: ServiceAccountDetails) -> None:
        call = plan_plugin_call(CredentialProvider("plugin", api_version=V1), "a.io/x", service_account=details)
        assert ("serviceAccountToken" in call.request.reveal()) is bool(details.token)
        assert ("serviceAccountAnnotations" in call.request.reveal()) is bool(details.annotations)

    @pytest.mark.parametrize("version", [V1BETA1, V1ALPHA1])
    def test_older_versions_have_no_token(self, version: str) -> None:
        provider = CredentialProvider("plugin", api_version=version)
        call = plan_plugin_call(provider, "a.io/x", service_account=ServiceAccountDetails("t", {"a": "b"}))
        assert call == plan_plugin_call(provider, "a.io/x")

    def test_older_kubelets_have_no_token(self) -> None:
        provider = CredentialProvider("plugin", api_version=V1)
        for details in (ServiceAccountDetails("t"), ServiceAccountDetails(annotations={"a": "b"})):
            with pytest.raises(NotInRelease):
                plan_plugin_call(provider, "a.io/x", service_account=details, release=Release("1.32"))
        call = plan_plugin_call(provider, "a.io/x", service_account=ServiceAccountDetails(), release=Release("1.27"))
        assert call == planned()

    @pytest.mark.parametrize("version", ["", "v1", "credentialprovider.kubelet.k8s.io/v2", V1.upper()])
    def test_other_versions(self, version: str) -> None:
        with pytest.raises(UnsupportedPluginVersion) as raised:
            planned(api_version=version)
        assert raised.value.api_version == version
        assert str(raised.value) == f"credential provider 'plugin': no version of the protocol: {version!r} (write {V1})"


class TestCommand:
    def test_directory_and_arguments(self) -> None:
        provider = CredentialProvider("ecr", api_version=V1, args=("$HOME", "a b", "", "*"))
        call = plan_plugin_call(provider, "a.io/x", host=PluginHost("/plugins/"))
        assert (call.command, call.args) == ("/plugins/ecr", ("$HOME", "a b", "", "*"))
        assert call.timeout == PLUGIN_TIMEOUT == Duration.parse("1m")

    def test_a_time_out_of_ones_own(self) -> None:
        call = plan_plugin_call(CredentialProvider("ecr", api_version=V1), "a.io/x", host=PluginHost(timeout=0.5))
        assert call.timeout == Duration.parse("500ms")

    def test_environment(self) -> None:
        host = PluginHost(environment={"PATH": "/bin", "HOME": "/root"})
        provider = CredentialProvider("ecr", api_version=V1, env=(("HOME", "/a"), ("NEW", "$PATH"), ("HOME", "/b")))
        call = plan_plugin_call(provider, "a.io/x", host=host)
        assert call.environment == {"PATH": "/bin", "HOME": "/b", "NEW": "$PATH"}

    @pytest.mark.parametrize(
        ("pair", "seen"),
        [
            (("A", "b=c"), ("A", "b=c")),
            (("A=b", "c"), ("A", "b=c")),
            (("=A", "b"), ("=A", "b")),
            (("", "b"), ("", "b")),
            (("", "b=c"), ("=b", "c")),
        ],
    )
    def test_odd_names_are_cut_as_the_system_cuts_them(self, pair: tuple[str, str], seen: tuple[str, str]) -> None:
        assert dict(planned(env=(pair,)).environment) == dict([seen])


def output(**fields: str) -> str:
    """A response, of which fields are replaced or added; values are JSON."""
    whole = {"kind": '"CredentialProviderResponse"', "apiVersion": f'"{V1}"', "cacheKeyType": '"Image"', **fields}
    return "{" + ",".join(f'"{name}":{value}' for name, value in whole.items()) + "}"


def parsed(text: str | bytes | SecretText, release: Release = NEW) -> CredentialProviderResponse:
    return CredentialProviderResponse.parse(text, api_version=V1, release=release)


def problem(text: str | bytes, release: Release = NEW) -> ResponseProblem:
    with pytest.raises(InvalidProviderResponse) as raised:
        parsed(text, release)
    assert raised.value.__context__ is None
    return raised.value.problem


class TestResponse:
    def test_all_fields(self) -> None:
        text = output(cacheDuration='"6h"', auth='{"*.io":{"username":"AWS","password":"fake"},"a.io":null,"b.io":{}}')
        response = parsed(text)
        assert (response.key_type, response.cache_duration) == (CacheKeyType.IMAGE, Duration.parse("6h"))
        assert response.auth == {"*.io": Credential("AWS", "fake"), "a.io": Credential(), "b.io": Credential()}
        assert parsed(text.encode()) == parsed(SecretText(text)) == parsed(f" {text}\r\n\t") == response

    @pytest.mark.parametrize("more", [{}, {"auth": "null"}, {"auth": "{}", "cacheDuration": "null"}])
    def test_nothing(self, more: dict[str, str]) -> None:
        assert parsed(output(**more)) == CredentialProviderResponse("Image")

    @pytest.mark.parametrize("text", ['"image"', '""', "null", '"Host"'])
    def test_unknown_cache_key_types_are_read(self, text: str) -> None:
        response = parsed(output(cacheKeyType=text))
        assert response.key_type is None
        assert response.cache_key_type == text.strip('"').replace("null", "")

    def test_bytes_that_are_not_utf8(self) -> None:
        text = output(auth='{"a.io":{"password":"a%b"}}').encode().replace(b"%", b"\xff")
        assert parsed(text).auth["a.io"].password.reveal() == "a\ufffdb"
        assert parsed(SecretText(text.decode(errors="surrogateescape"))) == parsed(text)

    @pytest.mark.parametrize("release", [OLD, NEW])
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ResponseProblem.NOT_JSON),
            ("kind: CredentialProviderResponse\n", ResponseProblem.NOT_JSON),
            ("---\n{}", ResponseProblem.NOT_JSON),
            ("\ufeff{}", ResponseProblem.NOT_JSON),
            (output() + "trailing", ResponseProblem.NOT_JSON),
            ("[" * 10_001, ResponseProblem.NOT_JSON),
            ("[]", ResponseProblem.NOT_AN_OBJECT),
            ('"s"', ResponseProblem.NOT_AN_OBJECT),
            ("5", ResponseProblem.NOT_AN_OBJECT),
            (output(kind="5"), ResponseProblem.UNREADABLE_KIND),
            (output(KIND="{}"), ResponseProblem.UNREADABLE_KIND),
            (output(apiVersion="false"), ResponseProblem.UNREADABLE_KIND),
            (output(apiVersion='"a/b/c"'), ResponseProblem.UNREADABLE_VERSION),
            ("{}", ResponseProblem.OTHER_VERSION),
            ("null", ResponseProblem.OTHER_VERSION),
            (output(apiVersion='"v1"'), ResponseProblem.OTHER_VERSION),
            (output(apiVersion='"credentialprovider.kubelet.k8s.io/__internal"'), ResponseProblem.OTHER_VERSION),
            (output(kind="null"), ResponseProblem.OTHER_KIND),
            (output(kind='"CredentialProviderRequest"'), ResponseProblem.OTHER_KIND),
            (output(cacheKeyType="5"), ResponseProblem.WRONG_TYPE),
            (output(auth="[]"), ResponseProblem.WRONG_TYPE),
            (output(auth='{"a.io":"x"}'), ResponseProblem.WRONG_TYPE),
            (output(auth='{"a.io":{"username":1}}'), ResponseProblem.WRONG_TYPE),
            (output(cacheDuration="5"), ResponseProblem.WRONG_TYPE),
            (output(cacheDuration='"1d"'), ResponseProblem.BAD_DURATION),
            (output(cacheDuration='""'), ResponseProblem.BAD_DURATION),
        ],
    )
    def test_refused_by_every_release(self, text: str, expected: ResponseProblem, release: Release) -> None:
        assert problem(text, release) is expected

    @pytest.mark.parametrize(
        ("text", "expected", "before"),
        [
            (output(unknown="1"), ResponseProblem.UNKNOWN_FIELD, CredentialProviderResponse("Image")),
            (output(CacheDuration='"5s"'), ResponseProblem.UNKNOWN_FIELD, CredentialProviderResponse("Image")),
            (output().replace("kind", "Kind"), ResponseProblem.UNKNOWN_FIELD, CredentialProviderResponse("Image")),
            (
                output(auth='{"a":{"username":"u","token":"t"}}'),
                ResponseProblem.UNKNOWN_FIELD,
                CredentialProviderResponse("Image", None, {"a": Credential("u")}),
            ),
            (
                output()[:-1] + ',"cacheKeyType":"Global"}',
                ResponseProblem.DUPLICATE_FIELD,
                CredentialProviderResponse("Global"),
            ),
            (output()[:-1] + ',"cacheKeyType":null}', ResponseProblem.DUPLICATE_FIELD, CredentialProviderResponse("Image")),
            (
                output(auth='{"a":{"username":"u","password":"p"},"a":{"password":"q","password":null}}'),
                ResponseProblem.DUPLICATE_FIELD,
                CredentialProviderResponse("Image", None, {"a": Credential("", "q")}),
            ),
            (
                output(auth='{"a":{"password":"q","password":null}}'),
                ResponseProblem.DUPLICATE_FIELD,
                CredentialProviderResponse("Image", None, {"a": Credential("", "q")}),
            ),
            (
                output(auth='{"a":{}}')[:-1] + ',"auth":{"b":{}}}',
                ResponseProblem.DUPLICATE_FIELD,
                CredentialProviderResponse("Image", None, {"a": Credential(), "b": Credential()}),
            ),
            (output(auth='{"a":{}}')[:-1] + ',"auth":null}', ResponseProblem.DUPLICATE_FIELD, CredentialProviderResponse("Image")),
        ],
    )
    def test_strict_since_1_32(self, text: str, expected: ResponseProblem, before: CredentialProviderResponse) -> None:
        assert parsed(text, OLD) == before
        assert problem(text, NEW) is expected

    def test_errors_say_where(self) -> None:
        with pytest.raises(InvalidProviderResponse) as raised:
            parsed(output(auth='{"a.io":{"username":"u","token":"hunter2"}}'))
        error = raised.value
        assert error.field == "auth[…]"
        assert str(error).startswith("not a response of a credential provider: auth[…]: it has a field that is not known")
        assert "hunter2" not in repr(error)
        assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
        with pytest.raises(InvalidProviderResponse, match="it is not one JSON document"):
            parsed("hunter2")

    def test_to_text(self) -> None:
        response = CredentialProviderResponse("Registry", 90, {"a.io": Credential("u", "<p>")})
        assert response.to_json(api_version=V1BETA1) == {
            "kind": "CredentialProviderResponse",
            "apiVersion": V1BETA1,
            "cacheKeyType": "Registry",
            "cacheDuration": "1m30s",
            "auth": {"a.io": {"username": "u", "password": "<p>"}},
        }
        assert parsed(response.to_text()) == response
        assert "cacheDuration" not in CredentialProviderResponse("Image").to_json()


class TestSecrets:
    def test_nothing_is_shown(self) -> None:
        host = PluginHost(environment={"AWS_SECRET": "hunter2"})
        provider = CredentialProvider("ecr", api_version=V1, env=(("KEY", "hunter2"),))
        details = ServiceAccountDetails("hunter2")
        call = plan_plugin_call(provider, "a.io/x", host=host, service_account=details)
        response = CredentialProviderResponse("Image", None, {"a.io": Credential("u", "hunter2")})
        for value in (host, details, call, response):
            assert "hunter2" not in f"{value!r} {value}"
        assert repr(host).count("<1 variables>") == 1
        for value in (details, call, response):
            with pytest.raises(SecretNotPicklable):
                pickle.dumps(value)

    def test_a_password_in_a_pattern(self) -> None:
        response = CredentialProviderResponse("Image", None, {"https://ci:hunter2@a.io": Credential("u")})
        assert "https://***@a.io" in repr(response)
        assert "hunter2" not in repr(response)

    def test_a_request_that_is_not_utf8(self) -> None:
        assert PluginCall("/plugins/ecr", (), {}, "\udcff\ud800").stdin == b"\xff\xef\xbf\xbd"

    def test_values_are_hashable(self) -> None:
        details = ServiceAccountDetails("t", {"a": "b"})
        assert len({details, ServiceAccountDetails("t", {"a": "b"}), ServiceAccountDetails()}) == 2
        assert len({planned(), planned(), planned("b.io")}) == 2
        assert len({CredentialProviderResponse("Image"), CredentialProviderResponse("Image", None, {})}) == 1
