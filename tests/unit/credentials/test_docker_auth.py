from __future__ import annotations

import base64

import pytest

from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.credentials.docker_auth import encode_auth, parse_auth
from kubecontainers.credentials.invalid_docker_config import DockerConfigProblem, InvalidDockerConfig


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("auth", "username", "password"),
    [
        ("Y2k6aHVudGVyMg==", "ci", "hunter2"),
        ("Y2k6aHVudGVyMg", "ci", "hunter2"),
        ("Y2k6aHVudGVyMg==\n", "ci", "hunter2"),  # as `base64` without -w0 leaves it
        ("Y2k6\r\naHVudGVyMg=\n=\r\n", "ci", "hunter2"),
        ("Og==", "", ""),
        ("Og", "", ""),
        (encoded(b"ci:a:b:"), "ci", "a:b:"),
        (encoded(b":hunter2"), "", "hunter2"),
        (encoded(b"ci:hunter2\0\0"), "ci", "hunter2\0\0"),  # docker's own reader would drop them
        (encoded(b"c\xe9:\xff"), "c\udce9", "\udcff"),
        (encoded("é:ß".encode()), "é", "ß"),
    ],
)
def test_parse(auth: str, username: str, password: str) -> None:
    for given in (auth, auth.encode(), SecretText(auth)):
        found = parse_auth(given)
        assert (found.username, found.password.reveal()) == (username, password)
        assert (found.email, found.auth.reveal()) == ("", "")


@pytest.mark.parametrize(
    ("auth", "problem"),
    [
        ("", DockerConfigProblem.AUTH_WITHOUT_COLON),
        (encoded(b"hunter2"), DockerConfigProblem.AUTH_WITHOUT_COLON),
        ("ci:hunter2", DockerConfigProblem.AUTH_NOT_BASE64),  # in the clear
        ("Y2k6aHVudGVyMg=", DockerConfigProblem.AUTH_NOT_BASE64),
        ("Y2k6aHVudGVyMg== ", DockerConfigProblem.AUTH_NOT_BASE64),
        (" Y2k6aHVudGVyMg==", DockerConfigProblem.AUTH_NOT_BASE64),
        ("Y2k6aHVudGVyMg==\t", DockerConfigProblem.AUTH_NOT_BASE64),
        ("Y2k6\u2028aHVudGVyMg==", DockerConfigProblem.AUTH_NOT_BASE64),
        ("Y2k6_-__", DockerConfigProblem.AUTH_NOT_BASE64),
        ("Y2k6aHVudGVyMg==Y2k6", DockerConfigProblem.AUTH_NOT_BASE64),
        ("\ud800", DockerConfigProblem.AUTH_NOT_BASE64),
    ],
)
def test_no_auth(auth: str, problem: DockerConfigProblem) -> None:
    with pytest.raises(InvalidDockerConfig) as caught:
        parse_auth(auth, path="auths.auth")
    error = caught.value
    assert (error.problem, error.path) == (problem, "auths.auth")
    assert "Y2k6" not in repr(error) + str(error)
    assert error.hint


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(InvalidDockerConfig):
        parse_auth(b"Y2k6\xff")


@pytest.mark.parametrize(
    ("username", "password", "auth"),
    [
        ("ci", "hunter2", "Y2k6aHVudGVyMg=="),
        ("", "", "Og=="),
        ("c\udce9", "\udcff", encoded(b"c\xe9:\xff")),
        ("a:b", "c", encoded(b"a:b:c")),
    ],
)
def test_encode(username: str, password: str, auth: str) -> None:
    assert encode_auth(username, password).reveal() == encode_auth(username, SecretText(password)).reveal() == auth
