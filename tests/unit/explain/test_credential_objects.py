"""What a report says about pull secrets and configurations of credential providers."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

import kubecontainers as kc
from kubecontainers.explain.credential_objects import examine_credentials
from kubecontainers.explain.entries import Entry, Line
from kubecontainers.explain.report import Workload, explain

GOOD = {"auths": {"registry.example": {"auth": "Y2k6aHVudGVyMg=="}}}


def secret(document: Any = None, kind: str = "dockerconfigjson", **fields: Any) -> dict[str, Any]:
    text = document if isinstance(document, str) else json.dumps(GOOD if document is None else document)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "registry", "namespace": "shop"},
        "type": f"kubernetes.io/{kind}",
        "data": {f".{kind}": base64.b64encode(text.encode()).decode()},
        **fields,
    }


def explained(obj: dict[str, Any], cluster: kc.Cluster | None = None) -> Workload:
    [found] = explain([obj], cluster=cluster).credentials
    return found


def codes(obj: dict[str, Any], cluster: kc.Cluster | None = None) -> list[str]:
    return [finding.code for finding in explained(obj, cluster).findings]


class TestSecrets:
    def test_a_good_one(self) -> None:
        found = explained(secret())
        assert (found.kind, found.namespace, found.name) == ("Secret", "shop", "registry")
        [entry] = found.entries
        assert (str(entry.path), entry.lines, entry.findings) == ("data[.dockerconfigjson]", (Line("key", "registry.example, of ci"),), ())

    def test_the_older_type(self) -> None:
        found = explained(secret(GOOD["auths"], "dockercfg"))
        assert str(found.entries[0].path) == "data[.dockercfg]"
        assert found.findings == ()

    def test_a_new_config_of_the_older_type(self) -> None:
        assert codes(secret(GOOD, "dockercfg")) == ["KC225"]

    def test_names_that_are_not_there(self) -> None:
        [entry] = explained(secret({"auths": {"": {}}})).entries
        assert entry.lines == (Line("key", "(empty), of (no user name)"),)

    @pytest.mark.parametrize(
        ("document", "expected"),
        [
            ({"auths": {"registry.example/app:1": {"auth": "Y2k6aHVudGVyMg=="}}}, ["KC221"]),
            ({"auths": {"index.docker.io/v1": {"auth": "Y2k6aHVudGVyMg=="}}}, ["KC222"]),
            ({"auths": {"registry.example/v1/team/": {"auth": "Y2k6aHVudGVyMg=="}}}, ["KC223"]),
            ({"auths": {"registry.example/team": {"auth": "Y2k6aHVudGVyMg=="}}}, ["KC224"]),
            ({"auths": {"registry.example": {}}, "credsStore": "desktop"}, ["KC225"]),
            ({"auths": {"registry.example": {}}}, ["KC226"]),
            ({"auths": {}}, ["KC227"]),
            ({"auths": {"a.io": {"auth": "Yzpk"}, "https://a.io": {"auth": "Yzpk"}}}, ["KC228"]),
            ({"auths": {"registry.example": {"auth": "hunter2"}}}, ["KC229"]),
            ({"auths": []}, ["KC229"]),
            ("{", ["KC229", "KC230"]),
            ("[]", ["KC229", "KC230"]),
        ],
    )
    def test_what_is_wrong_with_their_configs(self, document: Any, expected: list[str]) -> None:
        assert codes(secret(document)) == expected

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"data": {}}, "data[.dockerconfigjson]"),
            ({"data": None}, "data[.dockerconfigjson]"),
            ({"data": {".dockerconfigjson": ""}}, "data[.dockerconfigjson]"),
            ({"metadata": {"name": "A"}}, "metadata.name"),
            ({"metadata": {}}, "metadata.name"),
        ],
    )
    def test_what_the_api_server_refuses(self, fields: dict[str, Any], where: str) -> None:
        [finding] = explained(secret(**fields)).findings
        assert (finding.code, str(finding.path)) == ("KC230", where)
        assert finding.sentence.startswith("the API server refuses the secret: ")

    @pytest.mark.parametrize("metadata", [{"generateName": "registry-"}, {"name": "registry"}, {"name": "registry", "generateName": "x"}])
    def test_a_namespace_and_a_name_may_be_filled_in(self, metadata: dict[str, Any]) -> None:
        assert codes(secret(metadata=metadata)) == []

    def test_string_data_counts(self) -> None:
        assert codes(secret("{", stringData={".dockerconfigjson": json.dumps(GOOD)})) == []

    def test_the_release_of_the_nodes_counts(self) -> None:
        document = {"auths": {"a:1:2": {"auth": "Yzpk"}}}
        assert codes(secret(document), kc.Cluster(kc.Release("1.36"), kc.Release("1.35"))) == []
        assert codes(secret(document), kc.Cluster(kc.Release("1.36"))) == ["KC221"]

    @pytest.mark.parametrize("other", [{"type": "Opaque"}, {"type": None}, {"apiVersion": "example.com/v1"}, {"kind": "Service"}])
    def test_nothing_is_said_of_others(self, other: dict[str, Any]) -> None:
        assert explain([secret("{") | other]).credentials == ()

    @pytest.mark.parametrize(
        ("broken", "where"),
        [
            (secret(type=7), "type"),
            (secret(data={"a": "?"}, type="Opaque"), "data[a]"),
            (secret(metadata=[]), "metadata"),
            ({"kind": "ServiceAccount", "imagePullSecrets": ["a"]}, "imagePullSecrets[0]"),
            ({"kind": "ServiceAccount", "metadata": {"namespace": 7}}, "metadata.namespace"),
        ],
    )
    def test_what_cannot_be_decoded(self, broken: dict[str, Any], where: str) -> None:
        [finding] = explained(broken).findings
        assert finding.code == "KC001"
        assert f": {where}: expected" in finding.sentence

    def test_nothing_is_said_of_a_service_account(self) -> None:
        assert explain([{"kind": "ServiceAccount", "metadata": {"name": "default"}}]).credentials == ()

    @pytest.mark.parametrize("value", [None, 7, "Secret", []])
    def test_what_is_no_object(self, value: Any) -> None:
        assert list(examine_credentials(value, kc.Cluster())) == []


class TestProviders:
    def config(self, *providers: dict[str, Any], **fields: Any) -> dict[str, Any]:
        head = {"apiVersion": "kubelet.config.k8s.io/v1", "kind": "CredentialProviderConfig"}
        return {**head, "providers": list(providers), **fields}

    def provider(self, *patterns: str, **fields: Any) -> dict[str, Any]:
        version = "credentialprovider.kubelet.k8s.io/v1"
        return {"name": "ecr", "apiVersion": version, "matchImages": list(patterns), "defaultCacheDuration": "12h", **fields}

    def entries(self, obj: dict[str, Any]) -> tuple[Entry, ...]:
        return explained(obj).entries

    def test_a_good_one(self) -> None:
        provider, config = self.entries(self.config(self.provider("*.dkr.ecr.*.amazonaws.com", "registry.example")))
        assert (str(provider.path), provider.heading) == ("providers[0]", "credential provider ecr")
        assert provider.lines == (
            Line("images", "*.dkr.ecr.*.amazonaws.com, registry.example"),
            Line("answers kept", "for 12h0m0s, unless they say otherwise"),
        )
        assert (provider.findings, config.findings) == ((), ())

    @pytest.mark.parametrize("duration", ["0s", None])
    def test_answers_that_are_not_kept(self, duration: str | None) -> None:
        provider, _ = self.entries(self.config(self.provider("gcr.io", defaultCacheDuration=duration)))
        assert provider.lines[1].text == "not at all, unless they say otherwise"

    def test_patterns_that_match_nothing(self) -> None:
        provider, config = self.entries(self.config(self.provider("https://gcr.io", "ghcr.io/*", "gcr.io")))
        assert [finding.sentence.partition(":")[0] for finding in provider.findings] == ["https", "ghcr.io/*"]
        assert {finding.code for finding in provider.findings} == {"KC221"}
        assert str(provider.findings[0].path) == "providers[0].matchImages"
        assert config.findings == ()

    def test_a_pattern_that_is_refused_is_told_once(self) -> None:
        provider, config = self.entries(self.config(self.provider("a b")))
        assert provider.findings == ()
        [finding] = config.findings
        assert finding.code == "KC231"

    def test_rules_that_are_broken(self) -> None:
        provider, config = self.entries(self.config(self.provider(name="a/b", apiVersion="")))
        assert provider.lines[0].text == "none"
        assert [(finding.code, str(finding.path)) for finding in config.findings] == [
            ("KC231", "providers.name"),
            ("KC231", "providers.apiVersion"),
            ("KC231", "providers.matchImages"),
        ]
        assert config.findings[0].sentence.startswith("no kubelet starts with this: providers.name: ")

    @pytest.mark.parametrize(("release", "expected"), [("1.31", []), ("1.32", ["KC231"])])
    def test_the_nodes_decode_it(self, release: str, expected: list[str]) -> None:
        obj = self.config(self.provider("gcr.io", unknown=1))
        assert codes(obj, kc.Cluster(kc.Release("1.33"), kc.Release(release))) == expected

    def test_what_cannot_be_decoded(self) -> None:
        [entry] = self.entries(self.config(providers={}))
        assert (entry.heading, [finding.code for finding in entry.findings]) == ("configuration", ["KC231"])


def test_passwords_are_nowhere() -> None:
    report = explain(
        [secret({"auths": {"a.io": {"username": "ci", "password": "hunter2"}}}), secret({"auths": {"a.io": {"auth": "hunter2"}}})]
    )
    shown = report.to_text() + json.dumps(report.to_json()) + repr(report)
    assert "a.io" in shown
    assert "hunter2" not in shown
