"""The credentials for one image: the order of secrets, the node's file and credential providers, and what brings none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import Credential, FileSource, ObjectCoordinates, ProviderSource, SecretSource
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.pod_pull_secrets import MissingSecretReason
from kubecontainers.credentials.providers.plugin_provider import ProviderOutcome
from kubecontainers.credentials.pull_secrets import InvalidPullSecret, PassedSecretReason, read_pull_secrets
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.pulling.pull_credentials import FixedProvider, NodeCredentials, PullCredentials, look_up_credentials, pull_credentials

BEFORE, SINCE = Release("1.32"), Release("1.33")
IMAGE = "quay.io/team/app:1.0"
HUB = "https://index.docker.io/v1/"


def secret(name: str, document: Any, **fields: Any) -> dict[str, Any]:
    text = document if isinstance(document, str) else json.dumps({"auths": document})
    given: dict[str, Any] = {
        "metadata": {"name": name, "namespace": "shop"},
        "type": "kubernetes.io/dockerconfigjson",
        "stringData": {".dockerconfigjson": text},
    }
    return given | fields


def entry(username: str) -> dict[str, str]:
    return {"username": username, "password": "hunter2"}


def config(**keys: str) -> DockerConfig:
    """A config from user names to their keys."""
    return DockerConfig({key: Credential(username, "hunter2") for username, key in keys.items()})


def provider(name: str, release: Release, **keys: str) -> FixedProvider:
    return FixedProvider(name, ["*.io"], config(**keys).auths, release)


def users(found: PullCredentials) -> list[str]:
    return [match.credential.username for match in found.offered]


class TestOrder:
    @pytest.mark.parametrize("release", [BEFORE, SINCE])
    def test_pull_secrets_come_before_all_else(self, release: Release) -> None:
        node = NodeCredentials(config(file="quay.io/team"), "config.json", (provider("a", release, plugin="quay.io/team/app"),))
        found = pull_credentials(IMAGE, secrets=[secret("a", {"quay.io": entry("pod")})], node=node, release=release)
        assert users(found)[0] == "pod"
        assert found.offered[0].source == SecretSource(ObjectCoordinates("shop", "a"))

    @pytest.mark.parametrize(
        ("release", "expected"),
        [(BEFORE, ["longest", "longer", "file", "short"]), (SINCE, ["longer", "file", "longest", "short"])],
    )
    def test_the_node_has_one_keyring_or_two(self, release: Release, expected: list[str]) -> None:
        """Up to 1.32 the longer key of a plugin goes before the file's."""
        plugin = provider("a", release, longest="quay.io/team/app", short="quay.io")
        node = NodeCredentials(config(longer="quay.io/team", file="quay.io/t"), "config.json", (plugin,))
        assert users(pull_credentials(IMAGE, node=node, release=release)) == expected

    @pytest.mark.parametrize(
        ("release", "expected"),
        [(BEFORE, ["dash", "file", "a", "b"]), (SINCE, ["file", "b", "a", "dash"])],
    )
    def test_equal_keys(self, release: Release, expected: list[str]) -> None:
        """Up to 1.32 providers went by name, and the node's file went among them as .dockercfg; since then by their place."""
        providers = (
            provider("b", release, b="quay.io"),
            provider("a", release, a="quay.io"),
            provider("-x", release, dash="quay.io"),
        )
        node = NodeCredentials(config(file="quay.io"), "config.json", providers)
        found = pull_credentials(IMAGE, node=node, release=release)
        assert users(found) == expected
        sources = {match.credential.username: match.source for match in found.offered}
        assert (sources["file"], sources["a"]) == (FileSource("config.json"), ProviderSource("a"))

    def test_names_are_compared_by_bytes(self) -> None:
        """Above the Basic Multilingual Plane, bytes and UTF-16 differ; a lone surrogate is read as U+FFFD."""
        names = ["\U0001f600", "\uffee", "\ud800"]
        providers = tuple(provider(name, BEFORE, **{f"u{number}": "quay.io"}) for number, name in enumerate(names))
        assert users(pull_credentials(IMAGE, node=NodeCredentials(providers=providers), release=BEFORE)) == ["u1", "u2", "u0"]


class TestDockerHub:
    @pytest.mark.parametrize(("release", "expected"), [(BEFORE, ["plugin"]), (SINCE, ["hub", "plugin"])])
    def test_a_match_of_a_plugin_hides_the_key_of_the_file(self, release: Release, expected: list[str]) -> None:
        node = NodeCredentials(config(hub=HUB), "config.json", (provider("a", release, plugin="docker.io"),))
        assert users(pull_credentials("nginx", node=node, release=release)) == expected

    @pytest.mark.parametrize(("release", "expected"), [(BEFORE, ["file"]), (SINCE, ["file", "hub"])])
    def test_a_match_of_the_file_hides_the_key_of_a_plugin(self, release: Release, expected: list[str]) -> None:
        node = NodeCredentials(config(file="docker.io"), "config.json", (provider("a", release, hub=HUB),))
        found = pull_credentials("nginx", node=node, release=release)
        assert users(found) == expected
        assert [match.by_default for match in found.offered] == [False, True][: len(expected)]

    @pytest.mark.parametrize("release", [BEFORE, SINCE])
    def test_pull_secrets_decide_for_themselves(self, release: Release) -> None:
        node = NodeCredentials(config(file="docker.io"))
        found = pull_credentials("nginx", secrets=[secret("a", {HUB: entry("hub")})], node=node, release=release)
        assert users(found) == ["hub", "file"]


POD: dict[str, Any] = {
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"imagePullSecrets": [{"name": "b"}, {"name": "gone"}, {"name": "tls"}]},
}
SECRETS = [secret("a", {"quay.io": entry("a")}), secret("b", {"quay.io": entry("b")}), secret("tls", {}, type="kubernetes.io/tls")]


class TestSecrets:
    def test_a_pod_takes_those_that_it_names(self) -> None:
        found = pull_credentials(IMAGE, secrets=SECRETS, pod=POD)
        assert users(found) == ["b"]
        assert [(missing.name, missing.reason) for missing in found.missing] == [("gone", MissingSecretReason.NOT_FOUND)]
        assert [(passed.secret.name, passed.reason) for passed in found.passed] == [("tls", PassedSecretReason.WRONG_TYPE)]

    def test_without_a_pod_all_are_taken(self) -> None:
        found = pull_credentials(IMAGE, secrets=iter(SECRETS))
        assert users(found) == ["a", "b"]
        assert found.missing == ()

    def test_one_that_cannot_be_read_fails_the_pull(self) -> None:
        with pytest.raises(InvalidPullSecret) as caught:
            pull_credentials(IMAGE, secrets=[*SECRETS, secret("bad", '{"auths": []}')])
        assert caught.value.secret.name == "bad"

    def test_the_image_is_read_first(self) -> None:
        with pytest.raises(InvalidReference):
            pull_credentials("A B", secrets=[secret("bad", '{"auths": []}')])

    def test_the_image_is_read_as_the_release_reads_it(self) -> None:
        assert pull_credentials("UPPER/x", release=Release("1.29")).repository == "UPPER/x"
        with pytest.raises(InvalidReference):
            pull_credentials("UPPER/x", release=Release("1.28"))

    def test_they_can_be_read_once_for_many_images(self) -> None:
        read = read_pull_secrets(SECRETS)
        assert users(look_up_credentials(IMAGE, read)) == ["a", "b"]
        assert look_up_credentials("gcr.io/app", read).is_anonymous


class TestResult:
    def test_nothing_is_offered(self) -> None:
        found = pull_credentials("nginx:1.27")
        assert found.is_anonymous
        assert (found.image, found.repository, found.offered, found.keys) == ("nginx:1.27", "docker.io/library/nginx", (), ())

    def test_keys_say_why(self) -> None:
        node = NodeCredentials(config(a="quay.io/team", b="quay.io:5000"))
        found = pull_credentials(IMAGE, node=node)
        assert not found.is_anonymous
        assert [(key.key, key.offered, str(key.match)) for key in found.keys] == [
            ("quay.io:5000", False, "the ports differ: '5000' against ''"),
            ("quay.io/team", True, "port, path and every label match"),
        ]

    def test_passwords_stay_out_of_the_repr(self) -> None:
        node = NodeCredentials(config(file="quay.io"), "", (provider("a", SINCE, plugin="quay.io"),))
        found = pull_credentials(IMAGE, secrets=[secret("a", {"quay.io": entry("pod")})], node=node)
        assert len(found.offered) == 3
        assert "hunter2" not in repr(found)
        assert "hunter2" not in repr(node)


class TestFixedProvider:
    def test_outcomes(self) -> None:
        answers = FixedProvider("yes", ["quay.io"], {"quay.io": Credential("ci", "hunter2")})
        fails = FixedProvider("no", ["quay.io"], None)
        found = pull_credentials(IMAGE, node=NodeCredentials(providers=(fails, answers)))
        assert [(one.source.name, one.outcome, one.executed) for one in found.providers] == [
            ("no", ProviderOutcome.PLUGIN_FAILED, True),
            ("yes", ProviderOutcome.ANSWERED, True),
        ]
        assert users(found) == ["ci"]

    def test_it_is_asked_only_for_its_images(self) -> None:
        """What it would give does not count then, whatever its key."""
        found = pull_credentials(IMAGE, node=NodeCredentials(providers=(FixedProvider("a", ["gcr.io"], config(a="quay.io").auths),)))
        assert found.providers[0].outcome is ProviderOutcome.IMAGE_NOT_MATCHED
        assert not found.providers[0].executed
        assert found.is_anonymous

    def test_what_it_gives_has_to_match_as_well(self) -> None:
        found = pull_credentials(IMAGE, node=NodeCredentials(providers=(provider("a", SINCE, a="quay.io/other"),)))
        assert found.providers[0].outcome is ProviderOutcome.ANSWERED
        assert found.is_anonymous

    def test_its_patterns_follow_the_release(self) -> None:
        odd = "a:1:2"
        old = FixedProvider("a", [odd], {}, Release("1.35"))
        assert old(f"{odd}/app").outcome is ProviderOutcome.ANSWERED
        assert FixedProvider("a", [odd], {})(f"{odd}/app").outcome is ProviderOutcome.IMAGE_NOT_MATCHED

    def test_one_pattern_is_a_list_as_well(self) -> None:
        with pytest.raises(MalformedObject):
            FixedProvider("a", "quay.io", {})

    def test_it_is_a_value(self) -> None:
        first, second = (FixedProvider("a", ["quay.io"], {"quay.io": Credential("ci", "hunter2")}) for _ in range(2))
        assert first == second
        assert hash(first) == hash(second)
        assert "hunter2" not in repr(first)
        assert "hunter2" not in repr(FixedProvider("a", ["ci:hunter2@quay.io"], {"ci:hunter2@quay.io": Credential()}))
        assert "credentials=None" in repr(FixedProvider("a", ["quay.io"], None))
