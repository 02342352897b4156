from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.credentials.docker_registry_secret import docker_registry_secret
from kubecontainers.credentials.secret_sources import GivenFiles, InvalidSecretArguments, SecretArgumentsProblem
from kubecontainers.credentials.secret_validation import validate_secret

LOGIN: dict[str, Any] = {"username": "u", "password": "p"}
FILES = GivenFiles({"config.json": '{"auths": {}}', "b.json": "b", "empty/sub/file": "x"})


def document(**arguments: Any) -> str:
    secret = docker_registry_secret("regcred", **LOGIN | arguments)
    return base64.b64decode(secret.get("data", {})[".dockerconfigjson"]).decode()


class TestDocument:
    def test_byte_for_byte(self) -> None:
        assert document() == '{"auths":{"https://index.docker.io/v1/":{"username":"u","password":"p","auth":"dTpw"}}}'
        assert (
            document(server="<x>", email="e&\u2028")
            == '{"auths":{"\\u003cx\\u003e":{"username":"u","password":"p","email":"e\\u0026\\u2028","auth":"dTpw"}}}'
        )

    def test_the_server_is_written_as_it_is(self) -> None:
        for server in ("gcr.io", "http://a.io/v2/", "a b", "*.io", " "):
            assert list(json.loads(document(server=server))["auths"]) == [server]

    def test_a_password_may_be_wrapped(self) -> None:
        assert document(password=SecretText("p")) == document()

    def test_bytes_that_are_not_utf8(self) -> None:
        """The texts show them as U+FFFD; auth has them as they are."""
        (entry,) = json.loads(document(username="a\udcff", password=SecretText("\udcfe")))["auths"].values()
        assert (entry["username"], entry["password"]) == ("a\ufffd", "\ufffd")
        assert base64.b64decode(entry["auth"]) == b"a\xff:\xfe"

    def test_other_surrogates(self) -> None:
        (entry,) = json.loads(document(password="\ud800"))["auths"].values()  # noqa: S106
        assert base64.b64decode(entry["auth"]) == "u:\ufffd".encode()


class TestSecret:
    def test_whole(self) -> None:
        secret = docker_registry_secret("regcred", **LOGIN, namespace="shop")
        assert list(secret) == ["kind", "apiVersion", "metadata", "data", "type"]
        assert secret["metadata"] == {"name": "regcred", "namespace": "shop"}
        assert validate_secret(secret) == ()

    def test_no_namespace(self) -> None:
        assert docker_registry_secret("r", **LOGIN)["metadata"] == {"name": "r"}

    def test_a_hash_behind_the_name(self) -> None:
        """As kubectl 1.37 made it."""
        secret = docker_registry_secret("r", **LOGIN, append_hash=True)
        assert secret["metadata"] == {"name": "r-mmbmthh8k5"}

    def test_the_name_is_not_checked(self) -> None:
        assert docker_registry_secret("A b\ud800", **LOGIN)["metadata"]["name"] == "A b\ufffd"


class TestFiles:
    def test_they_go_before_flags(self) -> None:
        secret = docker_registry_secret("r", username="u", from_files=["config.json"], files=FILES)
        assert secret.get("data") == {".dockerconfigjson": base64.b64encode(b'{"auths": {}}').decode()}

    def test_keys_are_sorted(self) -> None:
        secret = docker_registry_secret("r", from_files=["b=b.json", "a=b.json", "B=b.json"], files=FILES)
        assert list(secret.get("data", {})) == ["B", "a", "b"]

    def test_before_1_31_a_key_is_the_name_of_its_file(self) -> None:
        secret = docker_registry_secret("r", from_files=["config.json"], files=FILES, release=Release("1.30"))
        assert list(secret.get("data", {})) == ["config.json"]

    def test_a_directory_without_files(self) -> None:
        secret = docker_registry_secret("r", from_files=["empty"], files=FILES, append_hash=True, release=Release("1.30"))
        assert list(secret) == ["kind", "apiVersion", "metadata", "type"]


class TestErrors:
    @pytest.mark.parametrize("missing", [{"username": ""}, {"password": ""}, {"password": SecretText("")}, {"server": ""}])
    def test_missing_arguments(self, missing: dict[str, Any]) -> None:
        with pytest.raises(InvalidSecretArguments) as caught:
            docker_registry_secret("r", **(dict[str, Any](LOGIN, password="hunter2") | missing))  # noqa: S106
        assert caught.value.problem is SecretArgumentsProblem.MISSING_ARGUMENTS
        assert "hunter2" not in repr(caught.value) + str(caught.value)

    def test_the_name_comes_first(self) -> None:
        with pytest.raises(InvalidSecretArguments) as caught:
            docker_registry_secret("", from_files=["nowhere"], files=FILES)
        assert caught.value.problem is SecretArgumentsProblem.NAME_REQUIRED

    def test_nobody_to_read_files(self) -> None:
        with pytest.raises(InvalidSecretArguments, match=r"files=LocalFiles\(\)") as caught:
            docker_registry_secret("r", from_files=["config.json"])
        assert caught.value.problem is SecretArgumentsProblem.FILE_NOT_READABLE
