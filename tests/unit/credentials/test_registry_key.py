from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.registry_key import RegistryKey, is_default_registry_image
from kubecontainers.credentials.registry_pattern import InvalidRegistryPattern


@pytest.mark.parametrize(
    ("text", "index_key"),
    [
        ("registry.example", "registry.example"),
        ("registry.example/", "registry.example"),
        ("https://registry.example", "registry.example"),
        ("http://registry.example:5000/team", "registry.example:5000/team"),
        ("HTTPS://registry.example", "HTTPS://registry.example"),  # in small letters only; this is a host of one label
        ("https://https://a.io", "https://a.io"),  # once
        ("https://index.docker.io/v1/", "index.docker.io"),
        ("https://index.docker.io/v2/", "index.docker.io"),
        ("https://index.docker.io/v1", "index.docker.io/v1"),  # useless, as it lacks the slash
        ("a.io/v1/foo", "a.io/foo"),
        ("a.io/v2/v1/foo", "a.io/v1/foo"),
        ("a.io/v1//", "a.io//"),
        ("a.io/v3/foo", "a.io/v3/foo"),
        ("a.io/foo/v1/", "a.io/foo/v1/"),
        ("ci:hunter2@a.io/b?c#d", "a.io/b"),
        ("a.io/%41", "a.io/A"),
        ("*.a.io:5000/*", "*.a.io:5000/*"),
        ("[::1]:5000", "[::1]:5000"),
        ("", ""),
        ("https://", ""),
        ("\ud800.io", "\ufffd.io"),
        ("%ff.io", "\udcff.io"),
    ],
)
def test_index_keys(text: str, index_key: str) -> None:
    key = RegistryKey.parse(text)
    assert (key.text, key.index_key) == (text.replace("ci:hunter2@", "***@"), index_key)
    assert key.pattern is not None


@pytest.mark.parametrize(
    ("text", "lost"),
    [("a.io/v1/foo", True), ("a.io/v2/foo/", True), ("a.io/v1//", True), ("a.io/v1/", False), ("a.io/v1", False), ("a.io/foo", False)],
)
def test_a_version_that_is_lost(text: str, lost: bool) -> None:
    assert RegistryKey.parse(text).lost_version is lost


def test_a_version_in_front_of_a_path_is_taken_off_every_registry() -> None:
    pattern = RegistryKey.parse("a.io/v2/foo").pattern
    assert pattern is not None
    assert pattern.matches("a.io/foo/x")
    assert not pattern.matches("a.io/v2/foo/x")


@pytest.mark.parametrize(
    ("text", "index_key", "path"),
    [
        ("a.io/%2541", "a.io/%41", "/A"),
        ("a.io/a%3Fb", "a.io/a?b", "/a"),
        ("a.io/a%23b", "a.io/a#b", "/a"),
        ("a.io/%252541", "a.io/%2541", "/%41"),
    ],
)
def test_what_is_escaped_is_unescaped_twice(text: str, index_key: str, path: str) -> None:
    key = RegistryKey.parse(text)
    assert key.index_key == index_key
    assert key.pattern is not None
    assert key.pattern.url.path == path


@pytest.mark.parametrize(("text", "index_key"), [("a.io/%25zz", "a.io/%zz"), ("a%25b.io", "a%b.io"), ("a.io/%0a", "a.io/\n")])
def test_keys_that_are_no_urls_once_they_are_unescaped(text: str, index_key: str) -> None:
    assert RegistryKey.parse(text) == RegistryKey(text, index_key, None)


@pytest.mark.parametrize("text", ["a b", "nginx:latest", "https:// a.io", "a.io/%zz", "\n"])
def test_keys_that_are_skipped(text: str) -> None:
    with pytest.raises(InvalidRegistryPattern):
        RegistryKey.parse(text)


def test_release() -> None:
    assert RegistryKey.parse("a:1:2", release=Release("1.35")).index_key == "a:1:2"
    with pytest.raises(InvalidRegistryPattern):
        RegistryKey.parse("a:1:2", release=Release("1.36"))


def test_order_is_that_of_the_bytes() -> None:
    keys = ["a.io", "a.io/b", "*.io", "b.*", "é.io", "%ff.io", "\U0001f600.io", "\uffee.io", "A.io"]
    found = sorted((RegistryKey.parse(key) for key in keys), key=lambda key: key.order, reverse=True)
    assert [key.text for key in found] == ["%ff.io", "\U0001f600.io", "\uffee.io", "é.io", "b.*", "a.io/b", "a.io", "A.io", "*.io"]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nginx", True),
        ("nginx:latest", True),  # no slash at all
        ("a.b", True),
        ("localhost", True),
        ("library/nginx", True),
        ("localhost/app", True),
        ("docker.io/library/nginx", True),
        ("index.docker.io/team/app", True),
        ("docker.io", True),
        ("é/app", True),
        (b"\xff/app", True),
        ("", False),
        ("/app", False),
        ("registry-1.docker.io/library/nginx", False),
        ("docker.io:443/library/nginx", False),
        ("DOCKER.IO/library/nginx", False),
        ("localhost:5000/app", False),
        ("a.b/c", False),
        (b"\xff.io/app", False),
    ],
)
def test_default_registry_images(image: str | bytes, expected: bool) -> None:
    assert is_default_registry_image(image) is expected
