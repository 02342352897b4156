# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import base64
import json
import string
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.docker_registry_arguments import DockerRegistryArguments
from kubecontainers.credentials.docker_registry_secret import DockerRegistrySecret, docker_registry_secret
from kubecontainers.credentials.secret_sources import GivenFiles, InvalidSecretArguments
from kubecontainers.credentials.secret_validation import validate_secret
from kubecontainers.golang.csv import BadCSV, read_record
from kubecontainers.golang.pflag import BadFlag, Flag, parse_flags
from kubecontainers.testing import strategies

unicode_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
octet_texts = st.binary(min_size=1, max_size=6).map(lambda data: data.decode(errors="surrogateescape"))
logins: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"username": unicode_texts, "password": unicode_texts},
    optional={"server": unicode_texts, "email": unicode_texts, "namespace": strategies.labels(), "append_hash": st.booleans()},
)
IN_SHOP: dict[str, Any] = {"namespace": "shop"}
HASHED: dict[str, Any] = {"append_hash": True}
keys = st.text(string.ascii_letters + string.digits + "-._", min_size=1, max_size=5).filter(lambda key: not key.startswith("."))
names = strategies.subdomains(max_size=30)


def document(secret: DockerRegistrySecret) -> bytes:
    return base64.b64decode(secret.get("data", {})[".dockerconfigjson"])


class TestWhatGoesInComesOut:
    """The Secret of a login holds a docker config from which Kubernetes reads user name and password back, for that server."""

    @given(names, logins)
    def test_login(self, name: str, login: dict[str, Any]) -> None:
        (entry,) = json.loads(document(docker_registry_secret(name, **login)))["auths"].values()
        assert (entry["username"], entry["password"]) == (login["username"], login["password"])
        assert entry.get("email", "") == login.get("email", "")

    @given(names, logins.filter(lambda login: ":" not in login["username"]))
    def test_kubernetes_reads_it(self, name: str, login: dict[str, Any]) -> None:
        auths = DockerConfig.parse(document(docker_registry_secret(name, **login)), "config.json").auths
        assert auths is not None
        (credential,) = auths.values()
        assert (credential.username, credential.password.reveal()) == (login["username"], login["password"])

    @given(names, octet_texts, octet_texts)
    def test_any_bytes(self, name: str, username: str, password: str) -> None:
        (entry,) = json.loads(document(docker_registry_secret(name, username=username, password=password)))["auths"].values()
        assert base64.b64decode(entry["auth"]) == f"{username}:{password}".encode(errors="surrogateescape")

    @given(names, st.dictionaries(keys, st.binary(max_size=5), min_size=1), strategies.releases())
    def test_files(self, name: str, contents: dict[str, bytes], release: Release) -> None:
        secret = docker_registry_secret(name, from_files=[f"{key}={key}" for key in contents], files=GivenFiles(contents), release=release)
        assert {key: base64.b64decode(value) for key, value in secret.get("data", {}).items()} == contents


class TestTheAPIServerTakesIt:
    """With a good name and namespace, the Secret of a login breaks no rule."""

    @given(names, logins)
    def test_valid(self, name: str, login: dict[str, Any]) -> None:
        assert validate_secret(docker_registry_secret(name, **(login | IN_SHOP))) == ()


class TestHash:
    """The hash has ten characters without vowels, and is another for another Secret; the namespace is no part of it."""

    @given(names, logins, logins)
    def test_hash(self, name: str, first: dict[str, Any], second: dict[str, Any]) -> None:
        one, two = (docker_registry_secret(name, **(login | HASHED)) for login in (first, second))
        ending = one["metadata"]["name"].removeprefix(name)
        assert len(ending) == 11
        assert set(ending[1:]) <= set("2456789bcdfghkmt")
        assert (one["metadata"]["name"] == two["metadata"]["name"]) is (document(one) == document(two))


class TestArguments:
    """Arguments say what keywords say, in whatever form and order they are written."""

    @given(names, logins, st.data())
    def test_forms(self, name: str, login: dict[str, Any], data: st.DataObject) -> None:
        flags = {"server": "docker-server", "username": "docker-username", "password": "docker-password", "email": "docker-email"}
        written: list[list[str]] = [[name]]
        for argument, value in login.items():
            flag = f"--{flags.get(argument, argument).replace('_', data.draw(st.sampled_from('-_')))}"
            if argument == "append_hash":
                written.append([f"{flag}={str(value).lower()}"])
            else:
                written.append(data.draw(st.sampled_from([[f"{flag}={value}"], [flag, value]])))
        arguments = [part for parts in data.draw(st.permutations(written)) for part in parts]
        assert DockerRegistryArguments.parse(arguments).secret() == docker_registry_secret(name, **login)

    @given(st.lists(unicode_texts.filter(lambda path: "\r" not in path), min_size=1, max_size=4))
    def test_file_sources_in_quotes(self, sources: list[str]) -> None:
        quoted = ",".join('"' + source.replace('"', '""') + '"' for source in sources)
        assert DockerRegistryArguments.parse(["a", f"--from-file={quoted}"]).from_files == tuple(sources)


class TestTotal:
    """Whatever the arguments and files, there is a Secret or an error that does not show the password."""

    words = st.sampled_from(
        ["a", "", "-", "--", "-n", "-nx", "--docker-username=u", "--docker-password=hunter2", "--append-hash", "--append-hash=x", "--x"]
    )

    @given(st.lists(words | strategies.json_texts(), max_size=6), strategies.releases())
    def test_arguments(self, arguments: list[str], release: Release) -> None:
        try:
            secret = DockerRegistryArguments.parse(arguments).secret(files=GivenFiles({"a": "b"}), release=release)
        except InvalidSecretArguments as refused:
            assert "hunter2" not in str(refused)
        else:
            json.dumps(secret)

    @given(
        st.lists(strategies.json_texts() | st.sampled_from(["d", "k=d", "d/a", "=", "a=b=c", "/", "."]), max_size=4), strategies.releases()
    )
    def test_files(self, sources: list[str], release: Release) -> None:
        try:
            docker_registry_secret("a", from_files=sources, files=GivenFiles({"d/a": "x", "b": b"\xff"}), release=release)
        except KubeContainersError as refused:
            assert isinstance(refused, InvalidSecretArguments)

    @given(strategies.json_texts())
    def test_records_and_flags(self, text: str) -> None:
        try:
            assert read_record(text)
        except BadCSV as refused:
            assert refused.args == (refused.problem,)
        try:
            parse_flags([text, f"-{text}", f"--{text}"], [Flag("name", "n"), Flag("all", "a", bare="true")])
        except BadFlag as refused:
            assert refused.args == (refused.problem, refused.flag)
