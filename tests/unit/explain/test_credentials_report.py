"""The report over the credentials for one image."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.credentials.config_problems import inspect_docker_config
from kubecontainers.credentials.credential import Credential, FileSource, ObjectCoordinates, SecretSource
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.invalid_docker_config import DockerConfigProblem, InvalidDockerConfig
from kubecontainers.credentials.providers.config import CredentialProvider
from kubecontainers.credentials.pull_secrets import InvalidPullSecret
from kubecontainers.explain.credentials_report import CredentialsReport, ExaminedSource
from kubecontainers.explain.tree import plain_text
from kubecontainers.golang.duration import Duration
from kubecontainers.pulling.pull_credentials import FixedProvider, NodeCredentials, pull_credentials

FILE = FileSource("config.json")
IMAGE = "registry.example/team/app:1.0"
INVALID = InvalidDockerConfig(DockerConfigProblem.AUTH_NOT_BASE64, 'auths["a.io"].auth')


def config(*keys: str) -> DockerConfig:
    return DockerConfig({key: Credential(f"user{number}", "hunter2") for number, key in enumerate(keys)})


def provider(name: str, *patterns: str, **fields: Any) -> CredentialProvider:
    given: dict[str, Any] = {"api_version": "credentialprovider.kubelet.k8s.io/v1", **fields}
    return CredentialProvider(name, patterns, Duration(), **given)


def report(
    *keys: str, image: str = IMAGE, providers: tuple[CredentialProvider, ...] = (), secrets: Any = (), release: Release = LATEST
) -> CredentialsReport:
    file = config(*keys)
    found = pull_credentials(image, node=NodeCredentials(file, FILE.path), secrets=secrets, release=release)
    sources = (ExaminedSource(FILE, inspect_docker_config(file, release=release)),) if keys else ()
    return CredentialsReport(image, found.repository, found, sources, providers, release=release)


def spoilt() -> CredentialsReport:
    """One of two secrets cannot be read."""
    good, bad = (SecretSource(ObjectCoordinates("shop", name)) for name in ("good", "bad"))
    sources = (ExaminedSource(good, inspect_docker_config(config("a.io/*"))), ExaminedSource(bad, invalid=INVALID))
    return CredentialsReport(IMAGE, "registry.example/team/app", None, sources, spoilt=InvalidPullSecret(bad.coordinates, INVALID))


def text(shown: CredentialsReport) -> str:
    return plain_text(shown.to_nodes())


class TestText:
    def test_what_is_tried_and_why(self) -> None:
        keys = ("registry.example/team/app:1.0", "registry.example/team/", "*.example", "", "a b")
        assert text(report(*keys)) == (
            "registry.example/team/app:1.0   looked up as registry.example/team/app\n"
            "├─ 1  user1 of file config.json, by its key registry.example/team/\n"
            "├─ 2  user2 of file config.json, by its key *.example\n"
            "└─ KC207 info  2 credentials match: a pull is tried with one after the other until one succeeds\n"
            "file config.json\n"
            "├─ registry.example/team/app:1.0  no: "
            "the image's path does not begin with the pattern's: '/team/app:1.0' against '/team/app'\n"
            "│  └─ KC221 warning  registry.example/team/app:1.0: it has a tag, and images are compared without; leave the tag out\n"
            "├─ registry.example/team/  yes: port, path and every label match\n"
            "├─ *.example  yes: port, path and every label match\n"
            "├─ (empty)  no: the hosts have differently many labels: '' against 'registry.example'\n"
            "│  └─ KC221 warning  (empty): it names no registry, so it matches nothing\n"
            "└─ a b  no: the key is no URL\n"
            "   └─ KC221 warning  a b: it is no URL, so it matches nothing; write a registry, and a path if need be\n"
        )

    def test_nothing_matches(self) -> None:
        assert text(report("quay.io")).splitlines()[1] == "└─ no credentials match: it is pulled without"

    def test_the_key_of_docker_hub(self) -> None:
        shown = text(report("https://index.docker.io/v1/", image="nginx"))
        assert "https://index.docker.io/v1/  yes: no other key matches, and this is the key of Docker Hub\n" in shown

    def test_what_is_wrong_with_the_whole(self) -> None:
        empty = DockerConfig.parse('{"credsStore": "desktop"}')
        shown = CredentialsReport("a.io/x", "a.io/x", pull_credentials("a.io/x"), (ExaminedSource(FILE, inspect_docker_config(empty)),))
        assert "file config.json\n└─ KC225 warning  its credentials are kept by a credential helper" in text(shown)

    def test_a_config_that_cannot_be_read(self) -> None:
        shown = CredentialsReport("a.io/x", "a.io/x", pull_credentials("a.io/x"), (ExaminedSource(FILE, invalid=INVALID),))
        assert "file config.json\n└─ KC229 error  none of its entries counts: not a docker config" in text(shown)
        assert text(shown).count("KC229") == 1

    def test_a_secret_that_cannot_be_read_fails_the_pull(self) -> None:
        """What is wrong with the keys of the others is told all the same."""
        shown = text(spoilt())
        assert shown.splitlines()[1].startswith("└─ KC201 error  every pull of the pod fails: secret shop/bad: ")
        assert "secret shop/good\n└─ KC221 warning  a.io/*: " in shown
        assert "secret shop/bad\n└─ KC229 error" in shown
        assert "matches" not in shown.splitlines()[1]

    def test_a_secret_that_brings_nothing(self) -> None:
        shown = report(secrets=[{"metadata": {"name": "tls"}, "type": "kubernetes.io/tls"}])
        assert [finding.code for finding in shown.findings] == ["KC204"]


class TestProviders:
    def test_which_are_asked(self) -> None:
        shown = text(report(providers=(provider("one", "https://registry.example", "", "registry.example"), provider("two", "gcr.io"))))
        assert shown == (
            "registry.example/team/app:1.0   looked up as registry.example/team/app\n"
            "└─ no credentials match: it is pulled without, unless the plugin of one gives some\n"
            "credential provider one   is asked\n"
            "├─ https://registry.example  no: the hosts have differently many labels: 'https' against 'registry.example'\n"
            "│  └─ KC221 warning  https://registry.example: this scheme is not taken off here, so it matches nothing; leave it out\n"
            "├─ (empty)  no: the hosts have differently many labels: '' against 'registry.example'\n"
            "│  └─ KC221 warning  (empty): it names no registry, so it matches nothing\n"
            "└─ registry.example  yes: port, path and every label match\n"
            "credential provider two   is not asked\n"
            "└─ gcr.io  no: a label of the host does not match: 'gcr' against 'registry'\n"
        )

    def test_with_which_no_kubelet_starts(self) -> None:
        shown = report(providers=(provider("a/b", "a b", "registry.example"),))
        assert [(finding.code, str(finding.path)) for finding in shown.findings] == [
            ("KC231", "providers.name"),
            ("KC231", "providers.matchImages"),
        ]
        assert "a b  no: a character cannot stand in a host\n" in text(shown)

    def test_the_release_counts(self) -> None:
        twice = (provider("one", "a:1:2"),) * 2
        assert report(providers=twice, release=Release("1.32")).findings == ()
        assert [finding.code for finding in report(providers=twice).findings] == ["KC231", "KC231", "KC231"]


class TestJSON:
    def test_it_says_what_the_text_says(self) -> None:
        shown = report("registry.example:5000", "a b", "registry.example", providers=(provider("one", "gcr.io"),), release=Release("1.34"))
        found = json.loads(json.dumps(shown.to_json()))
        file = {"kind": "file", "path": "config.json"}
        assert found["node"] == "1.34"
        assert (found["image"], found["repository"]) == (IMAGE, "registry.example/team/app")
        assert found["offered"] == [{"username": "user2", "source": file, "key": "registry.example", "byDefault": False}]
        ports = {"expected": "5000", "found": "", "label": None}
        match = {"expected": "", "found": "", "label": None}
        [not_a_url] = found["keys"][2].pop("findings")
        assert found["keys"] == [
            {"key": "registry.example:5000", "source": file, "offered": False, "reason": "PORT", **ports, "findings": []},
            {"key": "registry.example", "source": file, "offered": True, "reason": "MATCH", **match, "findings": []},
            {"key": "a b", "source": file, "offered": False, "reason": "NOT_A_URL"},
        ]
        assert not_a_url["code"] == "KC221"
        assert found["sources"] == [{"source": file, "findings": []}]
        said = "no: a label of the host does not match: 'gcr' against 'registry'"
        assert found["providers"] == [{"name": "one", "asked": False, "patterns": [{"pattern": "gcr.io", "said": said, "findings": []}]}]
        assert found["findings"] == []

    def test_a_secret_that_cannot_be_read(self) -> None:
        found = json.loads(json.dumps(spoilt().to_json()))
        assert (found["offered"], found["keys"]) == ([], [])
        assert [finding["code"] for finding in found["findings"]] == ["KC201"]
        assert [[finding["code"] for finding in source["findings"]] for source in found["sources"]] == [["KC221"], ["KC229"]]
        assert found["sources"][0]["source"] == {"kind": "secret", "namespace": "shop", "name": "good"}

    def test_credentials_of_a_provider(self) -> None:
        fixed = FixedProvider("ecr", ["registry.example"], {"registry.example": Credential("AWS", "hunter2")})
        found = pull_credentials(IMAGE, node=NodeCredentials(providers=(fixed,)))
        [offered] = json.loads(json.dumps(CredentialsReport(IMAGE, found.repository, found).to_json()))["offered"]
        assert offered["source"] == {"kind": "provider", "name": "ecr"}


class TestMiss:
    def test_nothing_is_known_that_would_be_tried(self) -> None:
        assert report("quay.io").is_miss
        assert report(providers=(provider("one", "registry.example"),)).is_miss
        assert spoilt().is_miss

    def test_something_is(self) -> None:
        assert not report("registry.example").is_miss


def test_what_is_said_about_one_key() -> None:
    examined = ExaminedSource(FILE, inspect_docker_config(config("a.io/*", "b.io/x:1")))
    assert [finding.sentence[:4] for finding in examined.findings] == ["a.io", "b.io"]
    assert [finding.sentence[:4] for finding in examined.findings_about("b.io/x:1")] == ["b.io"]
    assert examined.findings_about(None) == ()
    assert ExaminedSource(FILE, invalid=INVALID).findings_about("a.io") == ()


@pytest.mark.parametrize("shown", [report("registry.example", "a.io"), spoilt()])
def test_passwords_are_nowhere(shown: CredentialsReport) -> None:
    assert "hunter2" not in text(shown) + json.dumps(shown.to_json()) + repr(shown)
