# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import json
import pickle
from typing import Any, Literal, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kubecontainers.credentials.docker_auth import encode_auth, parse_auth
from kubecontainers.credentials.docker_config import DockerConfig, DockerConfigFormat
from kubecontainers.credentials.invalid_docker_config import DockerConfigProblem, InvalidDockerConfig
from kubecontainers.golang.text import from_octets, to_octets
from kubecontainers.testing import strategies
from kubecontainers.testing.credentials import (
    auth_texts,
    docker_config_texts,
    docker_configs,
    nearly_valid_auth_texts,
    nearly_valid_docker_config_texts,
    registry_keys,
)

FORMATS: tuple[DockerConfigFormat, ...] = get_args(DockerConfigFormat)
formats = st.sampled_from(FORMATS)
documents = st.one_of(
    nearly_valid_docker_config_texts(),
    nearly_valid_docker_config_texts(format="dockercfg"),
    strategies.json_texts(),
    strategies.json_values().map(json.dumps),
)


def parsed(text: str | bytes, format: DockerConfigFormat) -> DockerConfig | InvalidDockerConfig:  # noqa: A002
    try:
        return DockerConfig.parse(text, format)
    except InvalidDockerConfig as error:
        return error


class TestWhatIsWrittenIsReadAgain:
    """A config comes back from its text, entries in the order of their keys' bytes."""

    @given(docker_configs(), formats)
    def test_round_trip(self, config: DockerConfig, format: DockerConfigFormat) -> None:  # noqa: A002
        text = config.to_text(format)
        assert DockerConfig.parse(text, format) == config
        assert json.loads(text.reveal()) == config.to_json(format)
        keys = [to_octets(key) for key in DockerConfig.parse(text, format).entries]
        assert keys == sorted(keys)

    @given(docker_config_texts(), formats)
    def test_once_more(self, text: str, format: DockerConfigFormat) -> None:  # noqa: A002
        """What was read and is written keeps its entries, but for a colon in a user name, which ends it then, as in Kubernetes."""
        config = DockerConfig.parse(text)
        again = DockerConfig.parse(config.to_text(format), format)
        assert again.ignored == ()
        assert set(again.entries) == set(config.entries)
        for key, credential in config.entries.items():
            found = again.entries[key]
            assert f"{found.username}:{found.password.reveal()}" == f"{credential.username}:{credential.password.reveal()}"
            assert found.email == credential.email
            assert found == credential or ":" in credential.username

    @given(st.binary(max_size=12).filter(lambda data: b":" not in data), st.binary(max_size=12))
    def test_auth(self, username: bytes, password: bytes) -> None:
        auth = encode_auth(from_octets(username), from_octets(password))
        for text in (auth.reveal(), auth.reveal().rstrip("="), auth.reveal() + "\r\n"):
            found = parse_auth(text)
            assert (to_octets(found.username), to_octets(found.password.reveal())) == (username, password)


class TestLaterNamesCount:
    """Of maps that stand there twice all entries count, of an entry that does the last one, whole."""

    @given(docker_config_texts(format="dockercfg"), docker_config_texts(format="dockercfg"))
    def test_maps(self, first: str, second: str) -> None:
        one, two = (DockerConfig.parse(text, "dockercfg").auths for text in (first, second))
        found = DockerConfig.parse(f'{{"auths": {first}, "Auths": {second}}}').auths
        assert found == (None if two is None else {**(one or {}), **two})

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), docker_config_texts(format="dockercfg"))
    def test_entries(self, key: str, text: str) -> None:
        config = DockerConfig.parse(text, "dockercfg")
        assume(config.entries)
        name = json.dumps(next(iter(config.entries)))
        before = f'{{{name}: {{"username": {json.dumps(key)}, "email": "e"}}, {text[1:]}'
        assert DockerConfig.parse(before, "dockercfg").auths == config.auths

    @given(docker_config_texts(), strategies.json_texts(), strategies.json_values(max_leaves=4))
    def test_other_members_do_not_matter(self, text: str, name: str, value: Any) -> None:
        assume(text.startswith('{"'))
        config = DockerConfig.parse(text)
        member = f"{json.dumps('x-' + name)}: {json.dumps(value)}"
        assert DockerConfig.parse(f"{{{member}, {text[1:]}") == config
        assert DockerConfig.parse(f"{text[:-1]}, {member}}}") == config


class TestAnythingIsAnswered:
    """Any text and any bytes are a config, or no config for one stated reason, which shows nothing of the document."""

    @given(documents, formats)
    def test_text(self, text: str, format: DockerConfigFormat) -> None:  # noqa: A002
        found = parsed(text, format)
        if isinstance(found, InvalidDockerConfig):
            assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
            assert found.__context__ is None
            assert str(found).startswith("not a docker config")
        else:
            assert isinstance(json.loads(text), dict | None)
            assert hash(found) == hash(DockerConfig.parse(text, format))
        octets = text.encode("utf-8", "surrogatepass")
        assume("\\u" not in text)
        assume(not any("\ud800" <= char <= "\udfff" for char in text))
        assert parsed(octets, format) == found

    @given(st.binary(max_size=40) | documents.map(to_octets), formats)
    def test_bytes(self, data: bytes, format: DockerConfigFormat) -> None:  # noqa: A002
        parsed(data, format)

    @given(nearly_valid_auth_texts() | strategies.json_texts())
    def test_auth(self, auth: str) -> None:
        """An ``auth`` alone is as good as in a document, of which it is the only thing that can be wrong."""
        text = json.dumps({"auths": {"a.io": {"auth": auth, "email": "e"}}})
        found = parsed(text, "config.json")
        try:
            credential = parse_auth(auth, path='auths["a.io"].auth')
        except InvalidDockerConfig as error:
            assert found == (error if auth else DockerConfig.parse('{"auths": {"a.io": {"email": "e"}}}'))
            return
        assert isinstance(found, DockerConfig)
        assert (found.entries["a.io"].username, found.entries["a.io"].password) == (credential.username, credential.password)

    @given(docker_config_texts(), registry_keys(), st.sampled_from([7, [], {}, True, "x"]))
    def test_one_wrong_entry_spoils_all(self, text: str, key: str, wrong: Any) -> None:
        entry = wrong if not isinstance(wrong, dict) else {"auth": "?"}
        found = parsed(f'{{"auths": {{{json.dumps(key)}: {json.dumps(entry)}}}, "x": {text}}}', "config.json")
        assert isinstance(found, InvalidDockerConfig)
        assert found.problem in {DockerConfigProblem.WRONG_TYPE, DockerConfigProblem.AUTH_NOT_BASE64}

    @given(auth_texts())
    def test_every_auth_is_one(self, auth: str) -> None:
        parse_auth(auth)


@pytest.mark.parametrize("format", FORMATS)
def test_formats(format: Literal["config.json", "dockercfg"]) -> None:  # noqa: A002
    assert DockerConfig.parse("null", format) == DockerConfig()
