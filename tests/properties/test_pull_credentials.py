from __future__ import annotations

import base64
import contextlib
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.cli.main import main
from kubecontainers.credentials.config_problems import inspect_docker_config
from kubecontainers.credentials.credential import FileSource, ProviderSource, SecretSource
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.invalid_docker_config import InvalidDockerConfig
from kubecontainers.credentials.key_problems import KeyProblem, inspect_key, inspect_match_image
from kubecontainers.credentials.keyring import Keyring, KeyringMatch, repository_name
from kubecontainers.credentials.pull_secrets import InvalidPullSecret, read_pull_secrets
from kubecontainers.credentials.registry_key import RegistryKey
from kubecontainers.credentials.registry_pattern import InvalidRegistryPattern, RegistryPattern
from kubecontainers.explain.credentials_report import CredentialsReport, ExaminedSource
from kubecontainers.explain.report import explain
from kubecontainers.explain.tree import plain_text
from kubecontainers.pulling.pull_credentials import (
    SEPARATE_NODE_KEYRINGS,
    FixedProvider,
    NodeCredentials,
    PullCredentials,
    pull_credentials,
)
from kubecontainers.testing import strategies
from kubecontainers.testing.credentials import (
    credentials,
    nearly_valid_pull_secrets,
    nearly_valid_registry_patterns,
    pull_secrets,
    registry_keys,
)
from kubecontainers.testing.providers import credential_provider_configs, nearly_valid_credential_provider_configs
from kubecontainers.testing.secrets import service_accounts

KEYS = (
    "a.io",
    "a.io/team",
    "a.io/team/app",
    "*.io",
    "*.io/te",
    "a*.*",
    "a.io:5000",
    "docker.io",
    "docker.io/library",
    "https://index.docker.io/v1/",
    "https://index.docker.io/v1/",
    "a.io/app:1",
    "a b",
    "",
    "*",
)
keys = st.one_of(st.sampled_from(KEYS), st.sampled_from(KEYS), st.sampled_from(KEYS), registry_keys())
configs = st.builds(DockerConfig, st.dictionaries(keys, credentials(), min_size=1, max_size=5))
images = st.one_of(
    st.sampled_from(["a.io/team/app:1", "docker.io/library/nginx", "a.io/team/app@sha256:" + "0" * 64]),
    st.sampled_from(["a.io/team/app:1", "a.io/team/app", "a.io/x", "a.io/teams", "a.io:5000/team"]),
    st.sampled_from(["nginx", "docker.io/team/app", "index.docker.io/library/nginx:1", "localhost/app", "b.io/app"]),
    strategies.references(),
)


@st.composite
def secrets(draw: DrawFn, *, of: st.SearchStrategy[DockerConfig] = configs) -> dict[str, Any]:
    config = draw(of)
    metadata = {"name": draw(st.sampled_from("abc")), "namespace": draw(st.sampled_from(["shop", "default"]))}
    data = {".dockerconfigjson": config.to_text().reveal()}
    return {"kind": "Secret", "metadata": metadata, "type": "kubernetes.io/dockerconfigjson", "stringData": data}


@attrs.frozen
class Pull:
    """An image, and all that may bring credentials for it."""

    image: str
    secrets: list[dict[str, Any]]
    config: DockerConfig | None
    providers: list[DockerConfig]
    release: Release

    def credentials(self) -> PullCredentials:
        providers = tuple(
            FixedProvider(f"p{9 - number}", ["*.*", "*"], config.entries, self.release) for number, config in enumerate(self.providers)
        )
        node = NodeCredentials(self.config, "config.json", providers)
        return pull_credentials(self.image, secrets=self.secrets, node=node, release=self.release)


pulls = st.builds(
    Pull,
    images,
    st.lists(secrets(), max_size=3),
    st.none() | configs,
    st.lists(configs, max_size=3),
    strategies.releases(),
).filter(lambda pull: _is_reference(pull.image, pull.release))


def _is_reference(image: str, release: Release) -> bool:
    try:
        repository_name(image, release=release)
    except KubeContainersError:
        return False
    return True


ORDER = (SecretSource, FileSource, ProviderSource)


def places(found: PullCredentials) -> list[int]:
    """Where the sources of what is offered stand in the order of sources."""
    return [ORDER.index(type(match.source)) for match in found.offered]


def lookup(config: DockerConfig | None, pull: Pull) -> tuple[KeyringMatch, ...]:
    """What a keyring of one config alone offers."""
    found = Keyring.of([(config or DockerConfig(), FileSource("config.json"))], release=pull.release)
    return found.lookup(pull.image)


class TestOrder:
    """Pull secrets come first. From 1.33 on the node's file comes next, and then all credential providers; each of the three is a keyring
    of its own. Up to 1.32 file and providers were one keyring."""

    @given(pulls)
    def test_the_sources_stand_in_groups(self, pull: Pull) -> None:
        found = places(pull.credentials())
        event(f"{len(set(found))} kinds of source")
        secrets_first = [place > 0 for place in found]
        assert secrets_first == sorted(secrets_first)
        if SEPARATE_NODE_KEYRINGS in pull.release:
            assert found == sorted(found)

    @given(pulls)
    def test_only_pull_secrets(self, pull: Pull) -> None:
        alone = attrs.evolve(pull, config=None, providers=[])
        own = read_pull_secrets(pull.secrets, release=pull.release).keyring.lookup(pull.image)
        assert alone.credentials().offered == own
        assert pull.credentials().offered[: len(own)] == own

    @given(pulls)
    def test_the_file_is_a_keyring_of_its_own(self, pull: Pull) -> None:
        found = tuple(match for match in pull.credentials().offered if isinstance(match.source, FileSource))
        alone = lookup(pull.config, pull)
        if SEPARATE_NODE_KEYRINGS in pull.release or not pull.providers:
            assert found == alone
        else:  # a match of a provider hides the key of Docker Hub
            assert found in {alone, ()}
            assert found == alone or all(match.by_default for match in alone)

    @given(pulls)
    def test_the_node_had_one_keyring(self, pull: Pull) -> None:
        old = attrs.evolve(pull, secrets=[], release=Release("1.32"))
        if not _is_reference(old.image, old.release):
            return
        found = old.credentials().offered
        order = [match.key.order for match in found]
        assert order == sorted(order, reverse=True)
        assert len({match.by_default for match in found}) <= 1

    @given(pulls)
    def test_nothing_is_made_up(self, pull: Pull) -> None:
        found = pull.credentials()
        given = [config.entries for config in (pull.config, *pull.providers) if config is not None]
        given += (DockerConfig.parse(secret["stringData"][".dockerconfigjson"]).entries for secret in pull.secrets)
        for match in found.offered:
            assert any(match.key.text in entries for entries in given)
        assert found.is_anonymous is (not found.offered)
        assert sum(key.offered for key in found.keys) == len(found.offered)


class TestMoreSecrets:
    """A secret that has nothing for an image changes nothing; one that has only the key of Docker Hub is asked where nothing matches."""

    @given(pulls, secrets(), st.integers(0, 3))
    def test_one_that_does_not_match(self, pull: Pull, secret: dict[str, Any], at: int) -> None:
        before = attrs.evolve(pull, config=None, providers=[])
        after = attrs.evolve(before, secrets=[*pull.secrets[:at], secret, *pull.secrets[at:]])
        alone = attrs.evolve(before, secrets=[secret]).credentials().offered
        old, new = before.credentials().offered, after.credentials().offered
        if not alone:
            event("nothing of its own")
            assert new == old
        elif alone[0].by_default:
            event("the key of Docker Hub")
            matched = bool(old) and not old[0].by_default
            assert new == old if matched else len(new) == len(old) + len(alone)
        else:
            event("a match")
            hidden = bool(old) and old[0].by_default
            assert len(new) == len(alone) + (0 if hidden else len(old))


_PARTS = ("", "/", ":1", "/app:1", "@sha256:0", "/*", "/A", "//x", "/%2F", "/é", "/%41", "/%2541", "/v1", "oci://", "[::1]", "*")
odd_keys = st.tuples(st.sampled_from(["", "", *_PARTS]), keys, st.sampled_from(_PARTS)).map("".join)


class TestKeysThatMatchNothing:
    """What is said to match nothing matches no image, but for registries whose name is one label, and those of Docker Hub by odd names."""

    APPROXIMATE = (KeyProblem.LONE_WILDCARD, KeyProblem.HUB_ALIAS)

    @given(odd_keys | nearly_valid_registry_patterns() | keys, images, strategies.releases())
    def test_they_do_not(self, text: str, image: str, release: Release) -> None:
        if not _is_reference(image, release):
            return
        repository = repository_name(image, release=release)
        dead = [problem for problem in inspect_key(text, release=release) if problem.is_dead and problem not in self.APPROXIMATE]
        if dead:
            assert not Keyring.of([(DockerConfig({text: _CREDENTIAL}), FileSource())], release=release).lookup_text(repository)
        dead = [problem for problem in inspect_match_image(text, release=release) if problem.is_dead and problem not in self.APPROXIMATE]
        event("dead" if dead else "alive")
        if dead:
            assert not _matches(text, repository, release)

    @given(nearly_valid_registry_patterns() | registry_keys() | strategies.json_texts(), strategies.releases())
    def test_there_is_always_an_answer(self, text: str, release: Release) -> None:
        try:
            RegistryKey.parse(text, release=release)
        except InvalidRegistryPattern:
            assert set(inspect_key(text, release=release)) <= {KeyProblem.NOT_A_URL, KeyProblem.SCHEME}
        assert isinstance(inspect_match_image(text, release=release), tuple)


_CREDENTIAL = DockerConfig.parse('{"auths": {"a": {"username": "ci", "password": "hunter2"}}}').entries["a"]


def _matches(text: str, repository: str, release: Release) -> bool:
    try:
        return RegistryPattern.parse(text, release=release).matches(repository)
    except InvalidRegistryPattern:
        return False


# ------------------------------------------------------------------------------------------------------------------- reports


def of_kind(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Any objects that say they are of a kind, mostly without a version."""
    versions: list[dict[str, Any]] = [{}, {}, {"apiVersion": "v1"}, {"apiVersion": "kubelet.config.k8s.io/v1"}, {"apiVersion": []}]
    fields = ["type", "data", "stringData", "metadata", "imagePullSecrets", "providers", "spec"]
    more = st.dictionaries(st.sampled_from(fields), strategies.json_values(max_leaves=6), max_size=4)
    types = [{}, {"type": "kubernetes.io/dockerconfigjson"}, {"type": "kubernetes.io/dockercfg"}]

    def put_together(*parts: dict[str, Any]) -> dict[str, Any]:
        return {key: value for part in parts for key, value in part.items()} | {"kind": kind}

    return st.builds(put_together, strategies.json_objects(max_leaves=6), more, st.sampled_from(versions), st.sampled_from(types))


@st.composite
def pods(draw: DrawFn) -> dict[str, Any]:
    """Pods that name pull secrets, of which some are there."""
    pod = draw(strategies.pods(images=images))
    names = st.lists(st.sampled_from([{"name": "a"}, {"name": "b"}, {"name": ""}, {}, None, {"name": "x"}]), max_size=3)
    pod["metadata"]["namespace"] = "shop"
    return pod | {"spec": pod["spec"] | {"imagePullSecrets": draw(names)}}


def provider_config(config: Any) -> dict[str, Any]:
    head = {"apiVersion": "kubelet.config.k8s.io/v1", "kind": "CredentialProviderConfig"}
    return {**head, **json.loads(json.dumps(config.to_json()))}


accounts = service_accounts(namespaces=st.sampled_from(["shop", ""])).map(lambda account: {"kind": "ServiceAccount", **account})
provider_configs = credential_provider_configs().map(provider_config) | nearly_valid_credential_provider_configs().map(provider_config)
good = st.one_of(secrets(), pull_secrets(), nearly_valid_pull_secrets(), accounts, pods(), pods(), provider_configs)
objects = st.one_of(
    good,
    strategies.damaged(good),
    *(of_kind(kind) for kind in ("Secret", "ServiceAccount", "Pod", "CredentialProviderConfig")),
)
clusters = st.builds(Cluster, strategies.releases())


class TestExplainAnswers:
    """Whatever objects of Kubernetes' kinds come in, there is a report, and it can be shown."""

    @given(st.lists(objects, max_size=5), clusters, st.none() | st.builds(NodeCredentials, st.none() | configs))
    def test_there_is_a_report(self, given: list[dict[str, Any]], cluster: Cluster, node: NodeCredentials | None) -> None:
        report = explain(given, cluster=cluster, node=node)
        for code in {finding.code for finding in report.findings if finding.code[:3] in {"KC0", "KC2"}}:
            event(code)
        assert report.objects == len(given)
        assert report.to_text()
        assert json.dumps(report.to_json())
        assert repr(report)
        assert hash(report) == hash(explain(given, cluster=cluster, node=node))

    @given(st.lists(objects, max_size=3), clusters)
    def test_other_objects_do_no_harm_to_what_is_said_of_one(self, given: list[dict[str, Any]], cluster: Cluster) -> None:
        """What a credential holder is said to be does not depend on what else is there."""
        together = explain(given, cluster=cluster).credentials
        alone = [found for obj in given for found in explain([obj], cluster=cluster).credentials]
        assert list(together) == alone


# -------------------------------------------------------------------------------------------------------------------- secrets

PASSWORD = "canary-Password-7"  # noqa: S105
AUTH = base64.b64encode(f"ci:{PASSWORD}".encode()).decode()
NEEDLES = (PASSWORD, AUTH, base64.b64encode(PASSWORD.encode()).decode().rstrip("="))


@st.composite
def documents(draw: DrawFn) -> Any:
    """Docker configs full of passwords, in all the right places and in some wrong ones."""
    entry = st.sampled_from(
        [
            {"username": "ci", "password": PASSWORD},
            {"auth": AUTH, "identitytoken": PASSWORD},
            {"username": "ci", "identitytoken": PASSWORD},
            {"auth": PASSWORD},
            {"auth": f"{AUTH}="},
            {"password": [PASSWORD]},
            {"username": "ci", "password": PASSWORD, "email": 7},
            PASSWORD,
        ]
    )
    written = draw(st.lists(st.tuples(keys, st.one_of(entry, st.just({"username": "ci", "password": PASSWORD}))), min_size=1, max_size=3))
    auths: dict[str, Any] = dict(written)
    others: list[dict[str, Any]] = [{}, {}, {"credsStore": PASSWORD}, {"HttpHeaders": {"X": PASSWORD}}, {"HttpHeaders": PASSWORD}]
    more = draw(st.sampled_from(others))
    return draw(st.sampled_from([{"auths": auths, **more}, {"auths": auths}, auths, {"auths": PASSWORD}]))


@st.composite
def secrets_with_passwords(draw: DrawFn) -> dict[str, Any]:
    text = json.dumps(draw(documents()))[: draw(st.sampled_from([None, None, -1, -3]))]
    kind = draw(st.sampled_from(["dockerconfigjson", "dockerconfigjson", "dockercfg"]))
    encoded = base64.b64encode(text.encode()).decode()
    fields: list[dict[str, Any]] = [
        {"stringData": {f".{kind}": text}},
        {"data": {f".{kind}": encoded}},
        {"data": {f".{kind}": text}},
        {"data": {f".{kind}": [text]}},
        {"data": text},
        {"stringData": text},
        {"data": {f".{kind}": encoded, PASSWORD.lower(): "?"}},
    ]
    metadata = {"name": draw(st.sampled_from("ab")), "namespace": "shop"}
    return {"kind": "Secret", "metadata": metadata, "type": f"kubernetes.io/{kind}", **draw(st.sampled_from(fields))}


def assert_hidden(*shown: str) -> None:
    for text in shown:
        assert not any(needle in text for needle in NEEDLES)


class TestSecretsStayHidden:
    """No report on credentials shows a password, an ``auth``, or a token, whether it stands where it belongs or not."""

    @given(st.lists(secrets_with_passwords() | pods(), max_size=3), pods())
    def test_the_report_over_manifests(self, given: list[dict[str, Any]], pod: dict[str, Any]) -> None:
        report = explain([pod, *given])
        assert_hidden(report.to_text(), json.dumps(report.to_json()), repr(report))

    @given(images, documents(), st.sampled_from(["config.json", "dockercfg"]))
    def test_the_report_over_one_image(self, image: str, document: Any, form: Any) -> None:
        source, config = FileSource("config.json"), None
        try:
            config = DockerConfig.parse(json.dumps(document), form)
            examined = ExaminedSource(source, inspect_docker_config(config))
        except InvalidDockerConfig as error:
            event("unreadable")
            examined = ExaminedSource(source, invalid=error)
        found = pull_credentials(image, node=NodeCredentials(config, source.path))
        report = CredentialsReport(image, found.repository, found, (examined,))
        assert_hidden(plain_text(report.to_nodes()), json.dumps(report.to_json()), repr(report), repr(found), repr(found.keys))

    @given(images, st.lists(secrets_with_passwords(), max_size=2))
    def test_what_is_offered(self, image: str, given: list[dict[str, Any]]) -> None:
        try:
            found = repr(pull_credentials(image, secrets=given))
        except InvalidPullSecret as error:
            found = repr(error)
        except KubeContainersError as error:
            found = f"{error!r} {error}"
        assert_hidden(found)

    @pytest.mark.parametrize("form", ["text", "json"])
    @given(image=images, document=documents(), secret=secrets_with_passwords(), cut=st.booleans())
    def test_the_command(self, form: str, image: str, document: Any, secret: dict[str, Any], cut: bool) -> None:
        with tempfile.TemporaryDirectory() as directory:
            config, manifest = Path(directory) / "config.json", Path(directory) / "secret.json"
            config.write_text(json.dumps(document), encoding="utf-8")
            manifest.write_text(json.dumps(secret)[: -1 if cut else None], encoding="utf-8")
            command = ["credentials", f"--config={config}", f"--secret={manifest}", f"--format={form}", "--", image]
            for arguments in (command, ["explain", str(manifest), str(config), f"--format={form}"]):
                out, err = io.StringIO(), io.StringIO()
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    code = main(arguments)
                event(f"{arguments[0]} {code}")
                assert_hidden(out.getvalue(), err.getvalue())
