from __future__ import annotations

import json
from typing import Any

import pytest

from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.credentials.providers.document import API_VERSION, KIND, read_provider_document
from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem
from kubecontainers.golang.json import decode

LENIENT, STRICT = Release("1.31"), Release("1.32")
BOTH = pytest.mark.parametrize("release", [LENIENT, STRICT])


def read(document: object, release: Release = STRICT) -> dict[str, Any]:
    return dict(read_provider_document(document, release=release))


def read_json(members: str, release: Release = LENIENT) -> Any:
    """Return the providers in JSON text, where a name may stand twice."""
    return read(decode(f'{{"kind": "{KIND}", "apiVersion": "{API_VERSION}", {members}}}'), release).get("providers")


def config(**fields: object) -> dict[str, object]:
    return {"kind": KIND, "apiVersion": API_VERSION, **fields}


def provider(**fields: object) -> dict[str, object]:
    return config(providers=[fields])


def refused(document: object, release: Release = STRICT) -> InvalidProviderConfig:
    with pytest.raises(InvalidProviderConfig) as caught:
        read(document, release)
    return caught.value


class TestType:
    """The order of looking: slashes, kind, version, whether it is registered, types, strictness, whether it is the right kind."""

    @BOTH
    @pytest.mark.parametrize(
        ("api_version", "kind", "problem"),
        [
            ("a/b/c", KIND, ProviderConfigProblem.WRONG_GROUP),
            ("a/b/c", "", ProviderConfigProblem.WRONG_GROUP),
            (API_VERSION, "", ProviderConfigProblem.MISSING_KIND),
            ("", "", ProviderConfigProblem.MISSING_KIND),
            ("", KIND, ProviderConfigProblem.MISSING_VERSION),
            ("/", KIND, ProviderConfigProblem.MISSING_VERSION),
            ("kubelet.config.k8s.io/", KIND, ProviderConfigProblem.MISSING_VERSION),
            ("v1", KIND, ProviderConfigProblem.NOT_REGISTERED),
            ("/v1", KIND, ProviderConfigProblem.NOT_REGISTERED),
            ("kubelet.config.k8s.io/v2", KIND, ProviderConfigProblem.NOT_REGISTERED),
            (API_VERSION, "credentialproviderconfig", ProviderConfigProblem.NOT_REGISTERED),
            (API_VERSION, "KubeletConfiguration", ProviderConfigProblem.NOT_REGISTERED),
            ("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", ProviderConfigProblem.WRONG_KIND),
            ("kubelet.config.k8s.io/v1beta1", "SerializedNodeConfigSource", ProviderConfigProblem.WRONG_KIND),
            ("credentialprovider.kubelet.k8s.io/v1", "CredentialProviderRequest", ProviderConfigProblem.WRONG_KIND),
            ("credentialprovider.kubelet.k8s.io/v1alpha1", "CredentialProviderResponse", ProviderConfigProblem.WRONG_KIND),
            ("credentialprovider.kubelet.k8s.io/v1", KIND, ProviderConfigProblem.NOT_REGISTERED),
        ],
    )
    def test_refused(self, api_version: str, kind: str, problem: ProviderConfigProblem, release: Release) -> None:
        error = refused({"kind": kind, "apiVersion": api_version, "image": "x"}, release)
        assert error.problem is problem
        assert error.hint

    @BOTH
    @pytest.mark.parametrize("version", ["v1", "v1beta1", "v1alpha1", "__internal"])
    def test_versions(self, version: str, release: Release) -> None:
        api_version = f"kubelet.config.k8s.io/{version}"
        assert read({"kind": KIND, "apiVersion": api_version}, release) == {"kind": KIND, "apiVersion": api_version}

    def test_pull_records(self) -> None:
        alpha = {"kind": "ImagePulledRecord", "apiVersion": "kubelet.config.k8s.io/v1alpha1"}
        beta = {"kind": "ImagePullIntent", "apiVersion": "kubelet.config.k8s.io/v1beta1"}
        found = [(refused(alpha, release).problem, refused(beta, release).problem) for release in map(Release, ("1.32", "1.33", "1.35"))]
        unknown, known = ProviderConfigProblem.NOT_REGISTERED, ProviderConfigProblem.WRONG_KIND
        assert found == [(unknown, unknown), (known, unknown), (known, known)]

    def test_providers_of_another_kind(self) -> None:
        document: dict[str, Any] = {"kind": "KubeletConfiguration", "apiVersion": "kubelet.config.k8s.io/v1beta1", "providers": []}
        assert refused(document, LENIENT).problem is ProviderConfigProblem.WRONG_KIND
        assert refused(document, STRICT).problem is ProviderConfigProblem.STRICT

    @BOTH
    @pytest.mark.parametrize(
        "document", [{"kind": 5, "apiVersion": API_VERSION}, {"KIND": [], "apiVersion": API_VERSION}, {"apiVersion": 1}]
    )
    def test_no_text(self, document: object, release: Release) -> None:
        assert refused(document, release).problem is ProviderConfigProblem.MALFORMED

    def test_case_of_kind(self) -> None:
        document = {"Kind": KIND, "apiVersion": API_VERSION}
        assert read(document, LENIENT) == {"apiVersion": API_VERSION}
        error = refused(document, STRICT)
        assert (error.problem, error.fields) == (ProviderConfigProblem.STRICT, ("Kind",))
        assert "unknown field Kind, write kind" in str(error)

    def test_of_two_cases_the_last_counts(self) -> None:
        assert refused({"kind": "Other", "Kind": KIND, "apiVersion": API_VERSION}, LENIENT).problem is ProviderConfigProblem.NOT_REGISTERED
        assert read({"kind": None, "Kind": KIND, "apiVersion": API_VERSION}, LENIENT) == {"kind": "", "apiVersion": API_VERSION}
        in_json = decode(f'{{"kind": "Other", "Kind": "{KIND}", "apiVersion": "{API_VERSION}"}}')
        assert read(in_json, LENIENT)["kind"] == "Other"


class TestTypesOfFields:
    @BOTH
    @pytest.mark.parametrize(
        ("document", "field"),
        [
            (config(providers={}), "providers"),
            (config(providers="x"), "providers"),
            (config(providers=[["x"]]), "providers[0]"),
            (config(providers=["x"]), "providers[0]"),
            (provider(name=5), "providers[0].name"),
            (provider(name=True), "providers[0].name"),
            (provider(matchImages="x"), "providers[0].matchImages"),
            (provider(matchImages=[1]), "providers[0].matchImages[0]"),
            (provider(defaultCacheDuration=5), "providers[0].defaultCacheDuration"),
            (provider(defaultCacheDuration=""), "providers[0].defaultCacheDuration"),
            (provider(defaultCacheDuration="1d"), "providers[0].defaultCacheDuration"),
            (provider(defaultCacheDuration="2562048h"), "providers[0].defaultCacheDuration"),
            (provider(apiVersion=1.5), "providers[0].apiVersion"),
            (provider(args={}), "providers[0].args"),
            (provider(args=["a", False]), "providers[0].args[1]"),
            (provider(env={}), "providers[0].env"),
            (provider(env=["A=b"]), "providers[0].env[0]"),
            (provider(env=[{"name": "A", "value": 1}]), "providers[0].env[0].value"),
        ],
    )
    def test_wrong(self, document: object, field: str, release: Release) -> None:
        for written in (document, decode(json.dumps(document))):
            error = refused(written, release)
            assert (error.problem, error.fields) == (ProviderConfigProblem.MALFORMED, (field,))
            assert field in str(error)

    def test_types_come_before_strictness(self) -> None:
        assert refused(config(more=1, providers={})).problem is ProviderConfigProblem.MALFORMED

    @pytest.mark.parametrize("attributes", [1, "x", [], {"requireServiceAccount": "yes"}, {"cacheType": 1}])
    def test_token_attributes(self, attributes: object) -> None:
        document = provider(tokenAttributes=attributes)
        assert refused(document, LATEST).problem is ProviderConfigProblem.MALFORMED
        assert refused(document, STRICT).problem is ProviderConfigProblem.STRICT
        assert read(document, LENIENT)["providers"] == [{}]

    @BOTH
    def test_null_is_absent(self, release: Release) -> None:
        fields = {"name": None, "matchImages": None, "defaultCacheDuration": None, "args": [None], "env": [None, {"name": None}]}
        found = read(config(providers=[fields, None]), release)["providers"]
        assert found == [
            {"name": "", "matchImages": None, "defaultCacheDuration": None, "args": [""], "env": [{}, {"name": ""}]},
            {},
        ]
        assert read(config(providers=None), release)["providers"] is None
        assert read(provider(tokenAttributes=None), LATEST)["providers"] == [{"tokenAttributes": None}]

    def test_lone_surrogates(self) -> None:
        assert read(provider(name="a\ud800"))["providers"] == [{"name": "a\ufffd"}]


class TestStrictness:
    @pytest.mark.parametrize(
        ("document", "fields"),
        [
            (config(metadata={}), ("metadata",)),
            (config(Providers=[]), ("Providers",)),
            (provider(unknown=1, Name="x"), ("providers[0].Name", "providers[0].unknown")),
            (provider(env=[{"name": "A", "Value": 1}]), ("providers[0].env[0].Value",)),
            (provider(tokenAttributes={}), ("providers[0].tokenAttributes",)),
        ],
    )
    def test_unknown_fields(self, document: object, fields: tuple[str, ...]) -> None:
        assert read(document, LENIENT)
        error = refused(document)
        assert (error.problem, error.fields) == (ProviderConfigProblem.STRICT, fields)

    def test_many_unknown_fields(self) -> None:
        error = refused(config(**{f"field{number:04}": 1 for number in range(1000)}))
        assert len(error.fields) == 1000
        assert len(str(error)) < 500

    def test_cache_type_came_later(self) -> None:
        document = provider(tokenAttributes={"cacheType": "Token"})
        assert refused(document, Release("1.33")).fields == ("providers[0].tokenAttributes.cacheType",)
        assert read(document, Release("1.34"))["providers"] == [{"tokenAttributes": {"cacheType": "Token"}}]

    @pytest.mark.parametrize("version", ["v1beta1", "v1alpha1"])
    def test_only_v1_has_token_attributes(self, version: str) -> None:
        document = {**provider(tokenAttributes={}), "apiVersion": f"kubelet.config.k8s.io/{version}"}
        assert refused(document, LATEST).fields == ("providers[0].tokenAttributes",)

    def test_internal_fields_have_names_of_go(self) -> None:
        internal = {"kind": KIND, "apiVersion": "kubelet.config.k8s.io/__internal"}
        assert refused({**internal, "providers": []}).fields == ("providers",)
        found = read({**internal, "Providers": [{"Name": "a", "APIVersion": "b", "TokenAttributes": {"CacheType": "Token"}}]}, LATEST)
        assert found["providers"] == [{"name": "a", "apiVersion": "b", "tokenAttributes": {"cacheType": "Token"}}]


class TestRepeatedFieldsInJson:
    """Strictly they are refused. Otherwise Go reads the second value into the first."""

    def test_strict(self) -> None:
        with pytest.raises(InvalidProviderConfig) as caught:
            read_json('"providers": [{"name": "a", "name": "b"}], "providers": []', STRICT)
        assert (caught.value.problem, caught.value.fields) == (ProviderConfigProblem.STRICT, ("providers[0].name", "providers"))

    @pytest.mark.parametrize(
        ("members", "expected"),
        [
            ('"providers": [{"name": "a", "name": "b"}]', [{"name": "b"}]),
            ('"providers": [{"name": "a", "name": null}]', [{"name": "a"}]),
            ('"providers": [{"defaultCacheDuration": "1m", "defaultCacheDuration": null}]', [{"defaultCacheDuration": None}]),
            ('"providers": [{"args": ["a", "b"], "args": ["c"]}]', [{"args": ["c"]}]),
            ('"providers": [{"args": ["a", "b"], "args": [null, null, null]}]', [{"args": ["a", "b", ""]}]),
            ('"providers": [{"args": ["a", "b"], "args": ["c"], "args": [null, null]}]', [{"args": ["c", "b"]}]),
            ('"providers": [{"args": ["a", "b"], "args": [], "args": [null]}]', [{"args": [""]}]),
            ('"providers": [{"args": ["a"], "args": null, "args": [null]}]', [{"args": [""]}]),
            ('"providers": [{"name": "a", "args": ["x"]}], "providers": [{"name": "b"}]', [{"name": "b", "args": ["x"]}]),
            ('"providers": [{"name": "a"}], "providers": [null]', [{"name": "a"}]),
        ],
    )
    def test_lenient(self, members: str, expected: object) -> None:
        assert read_json(members) == expected
