from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.secret_text import SecretNotPicklable, SecretText
from kubecontainers.credentials.docker_registry_arguments import (
    DockerRegistryArguments,
    boolean_flag,
    choice_flag,
    parse_docker_registry_flags,
)
from kubecontainers.credentials.docker_registry_secret import docker_registry_secret
from kubecontainers.credentials.secret_sources import GivenFiles, InvalidSecretArguments, SecretArgumentsProblem
from kubecontainers.golang.pflag import Flag

parse = DockerRegistryArguments.parse
Problem = SecretArgumentsProblem


def problem(*arguments: str) -> tuple[SecretArgumentsProblem, str]:
    with pytest.raises(InvalidSecretArguments) as caught:
        parse(arguments)
    assert caught.value.__context__ is None
    return caught.value.problem, caught.value.subject


def test_all_of_them() -> None:
    arguments = ["--docker-username=u", "regcred", "--docker-password", "-p", "--docker-server=a.io", "--docker_email=e", "-n", "shop"]
    assert parse([*arguments, "--append-hash", "--from-file=a,b", "--from-file", "c"]) == DockerRegistryArguments(
        "regcred", "a.io", "u", SecretText("-p"), "e", "shop", append_hash=True, from_files=("a", "b", "c")
    )


def test_defaults() -> None:
    assert parse(["regcred"]) == DockerRegistryArguments("regcred")
    assert parse(["regcred"]).server == "https://index.docker.io/v1/"


def test_the_last_value_counts() -> None:
    assert parse(["r", "--docker-server=a", "--docker-server="]).server == ""
    assert parse(["r", "--append-hash", "--append-hash=0"]).append_hash is False


@pytest.mark.parametrize(
    ("value", "sources"),
    [("", ()), ("a", ("a",)), ("a,", ("a", "")), ('"a,b",k=c', ("a,b", "k=c")), ("a=b=c", ("a=b=c",))],
)
def test_file_sources(value: str, sources: tuple[str, ...]) -> None:
    assert parse(["r", f"--from-file={value}"]).from_files == sources


class TestName:
    def test_exactly_one(self) -> None:
        assert problem() == problem("a", "b") == problem("--append-hash", "a", "false") == (Problem.NAME_REQUIRED, "")

    def test_what_follows_two_dashes_does_not_count(self) -> None:
        assert parse(["a", "--", "b", "--docker-username=u"]) == DockerRegistryArguments("a")
        assert problem("--", "a") == (Problem.NAME_REQUIRED, "")

    def test_an_empty_one_is_refused_with_the_secret(self) -> None:
        with pytest.raises(InvalidSecretArguments) as caught:
            parse([""]).secret()
        assert caught.value.problem is Problem.NAME_REQUIRED


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "found"),
        [
            (["r", "--docker-passwort=hunter2"], (Problem.UNKNOWN_FLAG, "--docker-passwort")),
            (["r", "-phunter2"], (Problem.UNKNOWN_FLAG, "-p")),
            (["r", "--docker-password"], (Problem.VALUE_MISSING, "--docker-password")),
            (["r", "---x"], (Problem.FLAG_SYNTAX, "--")),
            (["r", "--append-hash=yes"], (Problem.NOT_BOOLEAN, "--append-hash")),
            (["r", "--append-hash=yes", "--append-hash"], (Problem.NOT_BOOLEAN, "--append-hash")),
            (["r", '--from-file="a'], (Problem.NOT_CSV, "--from-file")),
            (["r", "--from-file=\n"], (Problem.NOT_CSV, "--from-file")),
            (["--append-hash=yes"], (Problem.NOT_BOOLEAN, "--append-hash")),  # flags come before the name
        ],
    )
    def test_flags(self, arguments: list[str], found: tuple[SecretArgumentsProblem, str]) -> None:
        assert problem(*arguments) == found

    def test_choices(self) -> None:
        parsed = parse_docker_registry_flags(["r", "-oxml"], [Flag("output", "o")])
        with pytest.raises(InvalidSecretArguments, match="--output: there is no such choice"):
            choice_flag(parsed, "output", ("json", "yaml"), "json")
        assert choice_flag(parsed, "format", ("json", "yaml"), "json") == "json"
        assert boolean_flag(parsed, "help") is False


class TestSecret:
    def test_it_is_that_of_the_function(self) -> None:
        arguments = parse(["r", "--docker-username=u", "--docker-password=p", "-nshop", "--append-hash", "--docker-email=e"])
        login: dict[str, Any] = {"username": "u", "password": "p", "email": "e"}
        assert arguments.secret() == docker_registry_secret("r", **login, namespace="shop", append_hash=True)

    def test_files_and_release(self) -> None:
        arguments, files = parse(["r", "--from-file=config.json"]), GivenFiles({"config.json": "{}"})
        assert list(arguments.secret(files=files).get("data", {})) == [".dockerconfigjson"]
        assert list(arguments.secret(files=files, release=Release("1.30")).get("data", {})) == ["config.json"]

    def test_the_password_is_not_shown(self) -> None:
        arguments = parse(["r", "--docker-password=hunter2"])
        assert "hunter2" not in repr(arguments)
        with pytest.raises(SecretNotPicklable):
            pickle.dumps(arguments)
