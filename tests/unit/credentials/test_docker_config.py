from __future__ import annotations

import json
import pickle

import pytest

from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.secret_text import SecretNotPicklable, SecretText
from kubecontainers.credentials.credential import Credential
from kubecontainers.credentials.docker_config import DockerConfig, DockerConfigFormat, IgnoredField
from kubecontainers.credentials.invalid_docker_config import DockerConfigProblem, InvalidDockerConfig, UnknownDockerConfigFormat
from kubecontainers.golang.json import MAX_DEPTH

AUTH = "Y2k6aHVudGVyMg=="
CI = Credential("ci", "hunter2")


def entries(text: str | bytes, format: DockerConfigFormat = "config.json") -> dict[str, Credential] | None:  # noqa: A002
    found = DockerConfig.parse(text, format).auths
    return None if found is None else dict(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", None),
        ("{}", None),
        (' {"auths": null} ', None),
        ('{"auths": {}}', {}),
        ('{"auths": {"a": null}}', {"a": Credential()}),
        ('{"auths": {"a": {}}}', {"a": Credential()}),
        ('{"auths": {"a": {"username": "ci", "password": "hunter2"}}}', {"a": CI}),
        (f'{{"auths": {{"a": {{"auth": "{AUTH}"}}}}}}', {"a": CI}),
        (b'{"auths": {"a": {"username": "\xff"}}}', {"a": Credential("\ufffd")}),
        ('{"auths": {"\\ud800": {"username": "\\udc00"}}}', {"\ufffd": Credential("\ufffd")}),
    ],
)
def test_entries(text: str | bytes, expected: dict[str, Credential] | None) -> None:
    assert entries(text) == expected


def test_names_match_whatever_their_case() -> None:
    document = '{"AUTHS": {"a": {"UserName": "ci", "PAS\u017fword": "hunter2", "EMAIL": "e"}}, "httpheader\u017f": {"A": "b"}}'
    assert entries(document) == {"a": Credential("ci", "hunter2", "e")}


def test_keys_are_case_sensitive() -> None:
    assert entries('{"auths": {"A.io": {"username": "1"}, "a.io": {"username": "2"}}}') == {
        "A.io": Credential("1"),
        "a.io": Credential("2"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"auths": {"a": {"username": "1"}}, "Auths": {"b": {}}}', {"a": Credential("1"), "b": Credential()}),  # two maps are merged
        (
            '{"auths": {"a": {"username": "1"}}, "auths": {"a": {"password": "2"}}}',
            {"a": Credential("", "2")},
        ),  # the last entry, whole
        ('{"auths": {"a": {"username": "1"}, "a": {"password": "2"}}}', {"a": Credential("", "2")}),
        ('{"auths": {"a": {"username": "1", "username": "2", "Username": null}}}', {"a": Credential("2")}),  # the last that is not null
        ('{"auths": {"a": {}}, "auths": null}', None),
        ('{"auths": null, "auths": {"a": {}}}', {"a": Credential()}),
    ],
)
def test_names_that_stand_twice(text: str, expected: dict[str, Credential] | None) -> None:
    assert entries(text) == expected


@pytest.mark.parametrize(
    "entry",
    [
        {"auth": AUTH, "username": "other", "password": "other", "email": "e"},
        {"username": "other", "email": "e", "auth": AUTH},
    ],
)
def test_auth_goes_before_username_and_password(entry: dict[str, str]) -> None:
    assert entries(json.dumps({"auths": {"a": entry}})) == {"a": Credential("ci", "hunter2", "e")}


def test_an_empty_auth_counts_as_none() -> None:
    assert entries('{"auths": {"a": {"username": "ci", "password": "hunter2", "auth": ""}}}') == {"a": CI}


def test_an_identity_token_is_not_used() -> None:
    """As Azure's registry has it: the user is known and the password stays empty."""
    user = "00000000-0000-0000-0000-000000000000"
    auth = "MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwOg=="
    config = DockerConfig.parse(json.dumps({"auths": {"shop.azurecr.io": {"auth": auth, "identitytoken": "ey", "registrytoken": ""}}}))
    assert dict(config.entries) == {"shop.azurecr.io": Credential(user)}
    assert config.ignored == (IgnoredField("identitytoken", "shop.azurecr.io"),)


def test_helpers_are_not_asked() -> None:
    """A file that docker wrote on a developer's machine is read, and has no credentials."""
    config = DockerConfig.parse(
        '{"auths": {"quay.io": {}}, "credsStore": "desktop", "CredHelpers": {"quay.io": "ecr-login"}, "psFormat": 1}'
    )
    assert dict(config.entries) == {"quay.io": Credential()}
    assert config.ignored == (IgnoredField("credsStore"), IgnoredField("credHelpers"))
    assert DockerConfig.parse('{"credsStore": "", "credHelpers": null}') == DockerConfig()


def test_unknown_members_may_be_anything() -> None:
    assert entries('{"auth": 1, "x": [[]], "credsStore": 7, "auths": {"a": {"serveraddress": 1, "x": [], "identitytoken": {}}}}') == {
        "a": Credential()
    }


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("[]", "", "expected an object, found a list"),
        ('"x"', "", "expected an object, found a string"),
        ("7", "", "expected an object, found a number"),
        ("true", "", "expected an object, found a boolean"),
        ('{"auths": []}', "auths", "expected an object, found a list"),
        ('{"auths": {"a.io": "x"}}', 'auths["a.io"]', "expected an object, found a string"),
        ('{"auths": {"a.io": {"username": 7}}}', 'auths["a.io"].username', "expected a string, found a number"),
        ('{"auths": {"a.io": {"PASSWORD": {}}}}', 'auths["a.io"].password', "expected a string, found an object"),
        ('{"auths": {"a.io": {"email": false}}}', 'auths["a.io"].email', "expected a string, found a boolean"),
        ('{"auths": {"a.io": {"auth": ["x"]}}}', 'auths["a.io"].auth', "expected a string, found a list"),
        ('{"auths": {"a.io": {}}, "HttpHeaders": 1}', "HttpHeaders", "expected an object, found a number"),
        ('{"HttpHeaders": {"User-Agent": null, "X-Meta": 1}}', 'HttpHeaders["X-Meta"]', "expected a string, found a number"),
        ('{"auths": {"' + "k" * 300 + '": 1}}', 'auths["' + "k" * 200 + '"]', "expected an object, found a number"),
    ],
)
def test_wrong_types_spoil_the_document(text: str, path: str, found: str) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        DockerConfig.parse(text)
    assert caught.value.args == (DockerConfigProblem.WRONG_TYPE, path, found)


@pytest.mark.parametrize(
    "text", ["", " ", "{} x", "\ufeff{}", "{'auths': {}}", '{"auths": {},}', '{"a": "\n"}', '// no\n{"auths": {}}', '{"a": 01}', b"\xff"]
)
def test_syntax(text: str | bytes) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        DockerConfig.parse(text)
    error = caught.value
    assert error.problem is DockerConfigProblem.SYNTAX
    assert ", at character " in error.detail
    assert error.__context__ is None


def test_depth_counts_inside_what_is_ignored() -> None:
    inner = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert entries(f'{{"x": {inner}}}') is None
    with pytest.raises(InvalidDockerConfig):
        DockerConfig.parse(f'{{"x": [{inner}]}}')


def test_one_bad_auth_spoils_the_good_entries() -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        DockerConfig.parse(f'{{"auths": {{"a.io": {{"auth": "{AUTH}"}}, "b.io": {{"auth": "hunter 2"}}}}}}')
    assert caught.value.args == (DockerConfigProblem.AUTH_NOT_BASE64, 'auths["b.io"].auth', "")
    with pytest.raises(InvalidDockerConfig) as caught:
        DockerConfig.parse('{"a.io": {"auth": "aHVu"}}', "dockercfg")
    assert caught.value.args == (DockerConfigProblem.AUTH_WITHOUT_COLON, '["a.io"].auth', "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", None),
        ("{}", {}),
        (f'{{"a.io": {{"auth": "{AUTH}"}}, "b.io": null}}', {"a.io": CI, "b.io": Credential()}),
        (f'{{"auths": {{"a.io": {{"auth": "{AUTH}"}}}}}}', {"auths": Credential()}),  # a config.json, read as the older format
    ],
)
def test_dockercfg(text: str, expected: dict[str, Credential] | None) -> None:
    assert entries(text, "dockercfg") == expected


def test_a_config_json_with_a_store_is_no_dockercfg() -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        DockerConfig.parse('{"auths": {}, "credsStore": "desktop"}', "dockercfg")
    assert caught.value.path == '["credsStore"]'


def test_documents_that_are_wrapped() -> None:
    assert DockerConfig.parse(SecretText('{"auths": {}}')) == DockerConfig({})


def test_value() -> None:
    config = DockerConfig({"a.io": CI})
    assert config == DockerConfig.parse(f'{{"auths": {{"a.io": {{"auth": "{AUTH}"}}}}}}')
    assert hash(config) == hash(DockerConfig({"a.io": CI}))
    assert isinstance(config.auths, FrozenMap)
    assert "hunter2" not in repr(config)
    assert DockerConfig().entries == {}
    with pytest.raises(SecretNotPicklable):
        pickle.dumps(config)


def test_written() -> None:
    config = DockerConfig({"b.io": Credential("u", "a<b", "e"), "a.io": CI, "": Credential()})
    b, a = {"username": "u", "password": "a<b", "email": "e", "auth": "dTphPGI="}, {"username": "ci", "password": "hunter2", "auth": AUTH}
    assert config.to_json() == {"auths": {"b.io": b, "a.io": a, "": {"auth": "Og=="}}}
    assert config.to_json("dockercfg") == {"b.io": b, "a.io": a, "": {"auth": "Og=="}}
    assert config.to_text("dockercfg").reveal() == (
        '{"":{"auth":"Og=="},"a.io":{"username":"ci","password":"hunter2","auth":"Y2k6aHVudGVyMg=="},'
        '"b.io":{"username":"u","password":"a\\u003cb","email":"e","auth":"dTphPGI="}}'
    )
    assert DockerConfig().to_text().reveal() == '{"auths":{}}'


def test_bytes_in_a_password_survive_writing() -> None:
    config = DockerConfig({"a.io": Credential("c\udce9", "\udcff\0")})
    text = config.to_text().reveal()
    assert '"password":"\\ufffd\\u0000"' in text
    assert DockerConfig.parse(text) == config


def test_there_is_no_other_format() -> None:
    with pytest.raises(UnknownDockerConfigFormat, match=r"'\.dockercfg' \(the formats are config\.json and dockercfg\)"):
        DockerConfig.parse("{}", ".dockercfg")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
