from __future__ import annotations

import base64
import json
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.credentials.credential import Credential, ObjectCoordinates, SecretSource
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.invalid_docker_config import DockerConfigProblem
from kubecontainers.credentials.keyring import Keyring, KeyringUnion
from kubecontainers.credentials.pull_secrets import (
    InvalidPullSecret,
    PassedSecret,
    PassedSecretReason,
    pull_secret_keyring,
    read_pull_secret,
    read_pull_secrets,
    secret_coordinates,
)

AUTH = "Y2k6aHVudGVyMg=="
CONFIG: dict[str, Any] = {"auths": {"quay.io": {"auth": AUTH}}}


def secret(document: object = CONFIG, name: str = "registry", kind: str = "dockerconfigjson") -> dict[str, Any]:
    text = document if isinstance(document, str) else json.dumps(document)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"namespace": "shop", "name": name, "uid": "7"},
        "type": f"kubernetes.io/{kind}",
        "data": {f".{kind}": base64.b64encode(text.encode()).decode()},
    }


REGISTRY = ObjectCoordinates("shop", "registry", "7")


def test_a_secret() -> None:
    found = read_pull_secrets([secret()])
    assert (found.used, found.passed) == ((REGISTRY,), ())
    match = found.keyring.lookup("quay.io/shop/web")[0]
    assert (match.credential, match.source) == (Credential("ci", "hunter2"), SecretSource(REGISTRY))


def test_the_older_type() -> None:
    found = read_pull_secrets([secret({"quay.io": {"auth": AUTH}}, kind="dockercfg")])
    assert [match.credential.username for match in found.keyring.lookup("quay.io/a")] == ["ci"]


def test_types_are_two_words_although_the_documentation_once_printed_one() -> None:
    found = read_pull_secrets([{**secret(), "type": "kubernetes.io/dockercfgkubernetes.io/dockerconfigjson"}])
    assert found.passed[0].reason is PassedSecretReason.WRONG_TYPE


@pytest.mark.parametrize(
    ("changes", "reason", "expected"),
    [
        ({"type": "Opaque"}, PassedSecretReason.WRONG_TYPE, "kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg"),
        ({"type": None}, PassedSecretReason.WRONG_TYPE, "kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg"),
        ({"type": "kubernetes.io/dockercfg"}, PassedSecretReason.NO_CONFIG, ".dockercfg"),
        ({"data": None}, PassedSecretReason.NO_CONFIG, ".dockerconfigjson"),
        ({"data": {"config.json": "e30="}}, PassedSecretReason.NO_CONFIG, ".dockerconfigjson"),  # made from a file, without naming the key
        ({"data": {".dockerconfigjson": ""}}, PassedSecretReason.NO_CONFIG, ".dockerconfigjson"),
        ({"data": {".dockerconfigjson": None}}, PassedSecretReason.NO_CONFIG, ".dockerconfigjson"),
        ({"stringData": {".dockerconfigjson": ""}}, PassedSecretReason.NO_CONFIG, ".dockerconfigjson"),
    ],
)
def test_passed_over(changes: dict[str, Any], reason: PassedSecretReason, expected: str) -> None:
    found = read_pull_secrets([{**secret(), **changes}])
    assert found.passed == (PassedSecret(REGISTRY, reason, expected),)
    assert found.used == ()
    assert found.keyring.entries == ()


def test_text_goes_before_data() -> None:
    given = {**secret(), "stringData": {".dockerconfigjson": '{"auths": {"a.io": {}}}'}}
    assert read_pull_secrets([given]).keyring.index_keys == ("a.io",)


def test_line_ends_in_base64() -> None:
    given = secret()
    data = given["data"][".dockerconfigjson"]
    given["data"][".dockerconfigjson"] = f"{data[:7]}\r\n{data[7:]}\n"
    assert read_pull_secrets([given]).keyring.index_keys == ("quay.io",)


@pytest.mark.parametrize("text", ["null", "{}", '{"auths": {}}', '{"credsStore": "desktop"}', '{"credHelpers": {"quay.io": "ecr-login"}}'])
def test_a_config_without_entries_counts_as_used(text: str) -> None:
    """A file that only names credential helpers is taken everywhere, and pulls without credentials."""
    found = read_pull_secrets([secret(text)])
    assert (found.used, found.passed, found.keyring.entries) == ((REGISTRY,), (), ())


@pytest.mark.parametrize(
    ("text", "problem", "path"),
    [
        ("hunter2", DockerConfigProblem.SYNTAX, ""),
        ('{"auths": "hunter2"}', DockerConfigProblem.WRONG_TYPE, "auths"),
        ('{"auths": {"a.io": {"auth": "aHVudGVyMg=="}}}', DockerConfigProblem.AUTH_WITHOUT_COLON, 'auths["a.io"].auth'),
        ('{"auths": {"a.io": {"auth": "hunter 2"}}}', DockerConfigProblem.AUTH_NOT_BASE64, 'auths["a.io"].auth'),
    ],
)
def test_one_that_cannot_be_read_spoils_all(text: str, problem: DockerConfigProblem, path: str) -> None:
    """The API server takes such a secret; the pull fails, whatever the other secrets and the node have."""
    node = Keyring().with_config(DockerConfig({"quay.io": Credential("node")}))
    with pytest.raises(InvalidPullSecret) as caught:
        pull_secret_keyring([secret(), secret(text, "broken")], node)
    error = caught.value
    assert (error.secret, error.problem.problem, error.problem.path) == (ObjectCoordinates("shop", "broken", "7"), problem, path)
    assert str(error).startswith("secret shop/broken: not a docker config")
    assert "hunter" not in str(error) + repr(error)
    assert error.__context__ is None
    assert error.problem.__context__ is None
    assert error.problem.__traceback__ is None  # its frames would hold the document
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ([], ""),
        ({"metadata": "x"}, "metadata"),
        ({"metadata": {"name": 7}}, "metadata.name"),
        ({"type": 7}, "type"),
        ({**secret(), "data": []}, "data"),
        ({**secret(), "data": {".dockerconfigjson": 7}}, "data[.dockerconfigjson]"),
        ({**secret(), "data": {".dockerconfigjson": "hunter 2"}}, "data[.dockerconfigjson]"),
        ({**secret(), "data": {".dockerconfigjson": "e30"}}, "data[.dockerconfigjson]"),
        ({**secret(), "stringData": {".dockerconfigjson": 7}}, "stringData..dockerconfigjson"),
    ],
)
def test_no_secret(given: Any, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        read_pull_secrets([given])
    assert caught.value.path == path
    with pytest.raises(MalformedObject):
        read_pull_secret(given)
    assert "hunter" not in str(caught.value)
    assert caught.value.__context__ is None


def test_order() -> None:
    """All secrets make one keyring: the index key goes first, the place of the secret decides only between equal ones."""
    one = secret({"auths": {"*.io": {"username": "1"}, "quay.io": {"username": "2"}}}, "one")
    two = secret({"auths": {"quay.io/shop": {"username": "3"}, "quay.io": {"username": "4"}}}, "two")
    found = read_pull_secrets([one, {**secret(), "type": "Opaque"}, two, one])
    assert [match.credential.username for match in found.keyring.lookup("quay.io/shop/web")] == ["3", "2", "4", "2", "1", "1"]
    assert [str(used) for used in found.used] == ["shop/one", "shop/two", "shop/one"]  # named twice, used twice
    assert [str(passed.secret) for passed in found.passed] == ["shop/registry"]


def test_the_keyring_of_a_pod() -> None:
    node = Keyring().with_config(DockerConfig({"quay.io": Credential("node")}))
    assert pull_secret_keyring([], node) == KeyringUnion((node,))
    assert pull_secret_keyring([{"type": "Opaque"}], node) == KeyringUnion((node,))
    assert pull_secret_keyring([]) == KeyringUnion()
    both = pull_secret_keyring([secret()], node)
    assert [match.credential.username for match in both.lookup("quay.io/a")] == ["ci", "node"]
    assert pull_secret_keyring([secret()], node | node).members[1:] == (node, node)


def test_an_empty_secret_before_the_node() -> None:
    """It counts as used and so stands before the node's keyring, where it answers nothing."""
    node = Keyring().with_config(DockerConfig({"quay.io": Credential("node")}))
    found = pull_secret_keyring([secret("{}")], node)
    assert len(found.members) == 2
    assert [match.credential.username for match in found.lookup("quay.io/a")] == ["node"]


def test_secret_coordinates() -> None:
    assert secret_coordinates(secret()) == REGISTRY
    assert secret_coordinates({}) == ObjectCoordinates()
