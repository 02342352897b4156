"""URLs and references, as Go's ``net/url`` has them."""

from __future__ import annotations

import pytest

from kubecontainers.golang.url import BadURL
from kubecontainers.golang.url_reference import URLReference, UserInformation, parse_url_reference


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("*", "*"),
        ("/", "/"),
        ("/a?", "/a?"),
        ("/a??", "/a??"),
        ("?a=b", "?a=b"),
        ("/a?b c\u00fc", "/a?b c\u00fc"),
        ("#a%20b", "#a%20b"),
        ("/a#", "/a"),
        ("/#b c", "/#b%20c"),
        ("/#!(*)'", "/#!(*)'"),
        ("/#!(*)' ", "/#!(*)%27%20"),
        ("/a b", "/a%20b"),
        ("/caf\u00e9", "/caf%C3%A9"),
        ("/[a];!'()*", "/[a];!'()*"),
        ("/[a];!'()* ", "/%5Ba%5D;%21%27%28%29%2A%20"),
        ("/%41%2f", "/%41%2f"),
        ("/%41%2f b", "/A/%20b"),
        ("//host/p", "//host/p"),
        ("//host", "//host"),
        ("///p", "///p"),
        ("////p", "////p"),
        ("HTTP://X/", "http://X/"),
        ("http:", "http:"),
        ("http:x?y", "http:x?y"),
        ("http:/x", "http:/x"),
        ("http:///x", "http:///x"),
        ("http://", "http:"),
        ("mailto:x@y", "mailto:x@y"),
        ("1a/b:c", "1a/b:c"),
        ("a/b:c", "a/b:c"),
        ("//u:p@h:99/p?q#f", "//u:p@h:99/p?q#f"),
        ("//u%3a%40:p%2f@h/", "//u%3A%40:p%2F@h/"),
        ("//@h/", "//@h/"),
        ("//:@h/", "//:@h/"),
        ("//h\u00fc:80/", "//h%C3%BC:80/"),
        ("//[fe80::1%25eth0]:80/", "//[fe80::1%25eth0]:80/"),
    ],
)
def test_read_and_written(text: str, written: str) -> None:
    assert str(parse_url_reference(text)) == written
    assert parse_url_reference(written) == parse_url_reference(written)
    assert str(parse_url_reference(written)) == written


@pytest.mark.parametrize(
    "text",
    [":x", "a b:c", "1a:b", "/a%4", "/%zz", "/a\x00", "/a\x7f", "/a?\n", "#%zz", "//h:bad/", "//[::1/", "//a b/", "//%zz/", "//u\u00fc@h/"],
)
def test_no_url(text: str) -> None:
    with pytest.raises(BadURL):
        parse_url_reference(text)


def test_a_fragment_may_hold_anything() -> None:
    assert parse_url_reference("/#\x00\x7f").fragment == "%00%7F"


def test_parts() -> None:
    found = parse_url_reference("https://ci%40a:s%3acret@shop.example:8443/a%20b?c#d")
    assert (found.scheme, found.hostname, found.port, found.path, found.query, found.fragment) == (
        "https",
        "shop.example",
        "8443",
        "/a%20b",
        "c",
        "d",
    )
    assert found.user == UserInformation("ci@a", "s:cret")
    assert "s:cret" not in repr(found)
    assert parse_url_reference("//ci@h").user == UserInformation("ci")


def test_several_colons() -> None:
    assert parse_url_reference("http://a:b:80/", several_colons=True).host == "a:b:80"
    assert parse_url_reference("//a:b:80/").host == "a:b:80"
    assert parse_url_reference("ftp://a:b:80/").host == "a:b:80"
    for scheme in ("http", "HTTPS"):
        with pytest.raises(BadURL):
            parse_url_reference(f"{scheme}://a:b:80/")


@pytest.mark.parametrize(
    ("text", "hostname", "port"),
    [("//h", "h", ""), ("//h:", "h", ""), ("//h:80", "h", "80"), ("//[::1]:80", "::1", "80"), ("//[::1]", "::1", ""), ("/", "", "")],
)
def test_hosts(text: str, hostname: str, port: str) -> None:
    found = parse_url_reference(text)
    assert (found.hostname, found.port) == (hostname, port)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("http://h", "/"),
        ("http://h?", "/?"),
        ("http://h/a?b#c", "/a?b"),
        ("http:x?y", "x?y"),
        ("http:", "/"),
        ("*", "*"),
    ],
)
def test_request_targets(text: str, target: str) -> None:
    assert parse_url_reference(text).request_target == target


def test_an_opaque_target_that_looks_like_a_host() -> None:
    assert URLReference("http", opaque="//h/x").request_target == "http://h/x"


def test_a_path_of_any_text() -> None:
    assert str(URLReference.of_path("/%zz?a#b\x00\u00fc")) == "/%25zz%3Fa%23b%00%C3%BC"
    assert str(URLReference.of_path("a:b")) == "./a:b"
    assert str(URLReference("http", host="h", path="a")) == "http://h/a"


BASE = "http://u:p@h:80/a/b/c?d#e"


@pytest.mark.parametrize(
    ("reference", "joined"),
    [
        ("", "http://u:p@h:80/a/b/c?d#e"),
        ("#f", "http://u:p@h:80/a/b/c?d#f"),
        ("?g", "http://u:p@h:80/a/b/c?g"),
        ("?", "http://u:p@h:80/a/b/c?"),
        ("g", "http://u:p@h:80/a/b/g"),
        ("./g", "http://u:p@h:80/a/b/g"),
        ("../g", "http://u:p@h:80/a/g"),
        ("../../../g", "http://u:p@h:80/g"),
        (".", "http://u:p@h:80/a/b/"),
        ("..", "http://u:p@h:80/a/"),
        ("g/./", "http://u:p@h:80/a/b/g/"),
        ("/g", "http://u:p@h:80/g"),
        ("/", "http://u:p@h:80/"),
        ("/.", "http://u:p@h:80/"),
        ("/x//y", "http://u:p@h:80/x//y"),
        ("//i/j/../k", "http://i/k"),
        ("//i", "http://i"),
        ("https://i:8443/j", "https://i:8443/j"),
        ("mailto:x@y", "mailto:x@y"),
        ("http:x", "http:x"),
    ],
)
def test_joining(reference: str, joined: str) -> None:
    assert str(parse_url_reference(BASE).join(parse_url_reference(reference))) == joined


def test_joining_to_other_bases() -> None:
    assert str(parse_url_reference("mailto:x").join(parse_url_reference("#y"))) == "mailto:x#y"
    assert str(parse_url_reference("//h").join(parse_url_reference("x"))) == "//h/x"
    assert str(parse_url_reference("//h/a?").join(parse_url_reference(""))) == "//h/a"
    assert str(parse_url_reference("http://h").join(URLReference(opaque="x"))) == "http:x"
    assert str(parse_url_reference("./a").join(parse_url_reference("b"))) == "/b"
    assert str(parse_url_reference("//h/a").join(parse_url_reference("./../b"))) == "//h/b"
