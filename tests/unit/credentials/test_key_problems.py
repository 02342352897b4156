"""What is wrong with keys and patterns that Kubernetes takes without a word."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.key_problems import KeyProblem, inspect_key, inspect_match_image

P = KeyProblem


@pytest.mark.parametrize(
    "text",
    [
        "registry.example",
        "registry.example:5000",
        "https://registry.example",
        "http://registry.example/v2/",
        "registry.example/team/",
        "*.registry.example",
        "*:5000",
        "[::1]:5000",
        "https://index.docker.io/v1/",
        "index.docker.io",
        "docker.io",
        "localhost",
    ],
)
def test_keys_that_are_fine(text: str) -> None:
    assert inspect_key(text) == ()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a b", [P.NOT_A_URL]),
        ("registry.example:port", [P.NOT_A_URL]),
        ("oci://registry.example", [P.SCHEME]),
        ("HTTPS://registry.example", [P.SCHEME]),
        ("", [P.NO_REGISTRY]),
        ("/team", [P.NO_REGISTRY]),
        (":5000", [P.NO_REGISTRY]),
        ("[::1]", [P.ADDRESS_WITHOUT_PORT]),
        ("[::1]/team", [P.ADDRESS_WITHOUT_PORT]),
        ("*", [P.LONE_WILDCARD]),
        ("https://*/team/", [P.LONE_WILDCARD]),
        ("registry-1.docker.io", [P.HUB_ALIAS]),
        ("https://hub.docker.com/team", [P.HUB_ALIAS]),
        ("index.docker.io/library", [P.HUB_ALIAS]),
        ("index.docker.io/v1", [P.API_VERSION]),
        ("https://registry.example/v2", [P.API_VERSION]),
        ("registry.example/v2/team/", [P.VERSION_TAKEN_OFF]),
        ("registry.example/v1/team", [P.PREFIX, P.VERSION_TAKEN_OFF]),
        ("https://ci:hunter2@registry.example", [P.USER_INFORMATION]),
        ("https://registry.example:443", [P.DEFAULT_PORT]),
        ("registry.example:443/team", [P.DEFAULT_PORT, P.PREFIX]),
        ("MyRegistry.azurecr.io", [P.CAPITAL_IN_HOST]),
        ("registry.example/app:1.0", [P.TAG]),
        ("registry.example/app@sha256:0", [P.DIGEST]),
        ("registry.example/*", [P.WILDCARD_IN_PATH]),
        ("registry.example/Team", [P.CAPITAL_IN_PATH]),
        ("registry.example/a b", [P.CHARACTER_IN_PATH]),
        ("registry.example/Ä", [P.CHARACTER_IN_PATH]),
        ("registry.example//team", [P.EMPTY_PART]),
        ("https://https://registry.example", [P.EMPTY_PART]),
        ("registry.example/%2541", [P.UNESCAPED_TWICE, P.CAPITAL_IN_PATH]),
        ("registry.example/%25zz", [P.UNESCAPED_TWICE, P.NOT_A_URL]),
        ("registry.example/team", [P.PREFIX]),
        ("*/Team", [P.LONE_WILDCARD, P.CAPITAL_IN_PATH]),
    ],
)
def test_keys_with_something_wrong(text: str, problems: list[KeyProblem]) -> None:
    assert list(inspect_key(text)) == problems


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("*.dkr.ecr.*.amazonaws.com", []),
        ("registry.example:5000/team/", []),
        ("https://gcr.io", [P.SCHEME]),
        ("ftp://gcr.io", [P.SCHEME]),
        ("a b", [P.NOT_A_URL]),
        ("ghcr.io/*", [P.WILDCARD_IN_PATH]),
        ("index.docker.io", [P.HUB_ALIAS]),
        ("index.docker.io/team", [P.HUB_ALIAS]),
        ("", [P.NO_REGISTRY]),
        ("[fe80::1%25-]", [P.ADDRESS_WITHOUT_PORT]),
        ("gcr.io/%2541", [P.CHARACTER_IN_PATH]),
    ],
)
def test_patterns_of_match_images(text: str, problems: list[KeyProblem]) -> None:
    assert list(inspect_match_image(text)) == problems


def test_the_release_decides_what_is_a_url() -> None:
    assert inspect_key("a:1:2", release=Release("1.35")) == ()
    assert inspect_key("a:1:2", release=Release("1.36")) == (P.NOT_A_URL,)
    assert inspect_match_image("a:1:2", release=Release("1.36")) == (P.NOT_A_URL,)


def test_which_problems_leave_a_key_without_use() -> None:
    alive = {problem for problem in KeyProblem if not problem.is_dead}
    expected = {P.VERSION_TAKEN_OFF, P.UNESCAPED_TWICE, P.PREFIX, P.API_VERSION, P.USER_INFORMATION, P.DEFAULT_PORT, P.CAPITAL_IN_HOST}
    assert alive == expected
