from __future__ import annotations

import pytest

from kubecontainers.golang.text import from_octets
from kubecontainers.golang.url import BadURL, SchemelessURL, hide_user_information, parse_schemeless_url


@pytest.mark.parametrize(
    ("text", "host", "path"),
    [
        ("", "", ""),
        ("registry.example", "registry.example", ""),
        ("registry.example/", "registry.example", "/"),
        ("registry.example:5000/team/app", "registry.example:5000", "/team/app"),
        ("registry.example:", "registry.example:", ""),
        (":5000", ":5000", ""),
        ("*.registry.example", "*.registry.example", ""),
        ("Registry.Example/Team", "Registry.Example", "/Team"),  # case is kept
        ("a.io//b/../c", "a.io", "//b/../c"),  # no cleaning
        ("/a", "", "/a"),
        ("https://a.io", "https:", "//a.io"),
        ("a.io:0", "a.io:0", ""),
        ("a.io:99999999", "a.io:99999999", ""),
        ("a.io/b:c@d", "a.io", "/b:c@d"),
        ("a.io/b c", "a.io", "/b c"),
        ("a.io/%41%2f%25", "a.io", "/A/%"),
        ("a.io/%2541", "a.io", "/%41"),  # once
        ("a.io/%c3%a9", "a.io", "/é"),
        ("a.io/%c3", "a.io", "/\udcc3"),
        ("a.io/é", "a.io", "/é"),
        ("a.io/[^", "a.io", "/[^"),
        ("a.io/b@c d", "a.io", "/b@c d"),
        ("a.io?x=%zz/b", "a.io", ""),  # a query is not looked into
        ("a.io/b?c/d", "a.io", "/b"),
        ("a.io#b/c", "a.io", ""),
        ("a.io/b#%41", "a.io", "/b"),
        ("a.io/b#", "a.io", "/b"),
        ("a.io#a b\n\x7f", "a.io", ""),  # control characters may stand in a fragment
        ("ci@a.io/b", "a.io", "/b"),
        ("ci:pw@a.io", "a.io", ""),
        ("a@b@a.io", "a.io", ""),
        ("@a.io", "a.io", ""),
        ("-._:~!$&'()*+,;=%41@a.io", "a.io", ""),
        ("é.io", "é.io", ""),
        ("%c3%a9.io", "é.io", ""),
        ("%ff.io", "\udcff.io", ""),
        ("a%25b.io", "a%b.io", ""),
        ("a!$&'()*+,;=_~<>\"b", "a!$&'()*+,;=_~<>\"b", ""),
        ("a]b", "a]b", ""),
        ("[::1]", "[::1]", ""),
        ("[::1]:", "[::1]:", ""),
        ("[::1]:5000/a", "[::1]:5000", "/a"),
        ("[2001:DB8::1]/a", "[2001:DB8::1]", "/a"),
        ("[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", ""),
        ("[fe80::1%25eth0]:5000", "[fe80::1%eth0]:5000", ""),
        ("[fe80::1%25a%20b]", "[fe80::1%a b]", ""),
        ("[fe80::1%25%41]", "[fe80::1%A]", ""),
        ("ci@[::1]:5000", "[::1]:5000", ""),
    ],
)
def test_parse(text: str, host: str, path: str) -> None:
    assert parse_schemeless_url(text) == SchemelessURL(host, path) == (host, path)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a.io\n", "control"),
        ("a.io/\0", "control"),
        ("a.io?\x7f", "control"),
        ("a.io/%", "%"),
        ("a.io/%4", "%"),
        ("a.io/%zz", "%"),
        ("a.io/%\u0661\u0661", "%"),
        ("a.io#%zz", "%"),
        ("%zz@a.io", "%"),
        ("%zz.io", "%"),
        ("a%", "%"),
        ("c i@a.io", "user information"),
        ("é@a.io", "user information"),
        ("<@a.io", "user information"),
        ("a b", "host"),
        ("a\\b", "host"),
        ("a^b", "host"),
        ("a`b", "host"),
        ("a{b}", "host"),
        ("a|b", "host"),
        ("a%41", "host"),  # only what is not ASCII may be escaped
        ("a.io:x", "digits"),
        ("nginx:latest", "digits"),
        ("a.io:5000x/b", "digits"),
        ("a.io:\u0661", "digits"),
        ("a:1:2", "more than one colon"),
        ("::1", "more than one colon"),
        ("reg[12].io", "bracket"),
        ("[[::1]]", "bracket"),
        ("a[", "bracket"),
        ("[::1", "not closed"),
        ("[::1]x", "colon and digits"),
        ("[::1]:x", "colon and digits"),
        ("[::1]:1:2", "colon and digits"),
        ("[]", "IPv6"),
        ("[a]", "IPv6"),
        ("[1.2.3.4]", "IPv6"),
        ("[::1%25]", "IPv6"),  # a zone has to have a name
        ("[::12345]", "IPv6"),
        ("[::%41]", "host"),
        ("[::1%zone]", "%"),
        ("[::1%41]", "host"),
        ("[::1%25a%zz]", "zone"),
        ("[::1%25a b]", "zone"),
        ("[::1%25%0a]", "zone"),
        ("[::1%25%c3]", "zone"),
    ],
)
def test_no_url(text: str, problem: str) -> None:
    with pytest.raises(BadURL) as caught:
        parse_schemeless_url(text)
    assert problem in caught.value.problem
    assert caught.value.args == (caught.value.problem,)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(("text", "host"), [("a:1:2", "a:1:2"), ("::1", "::1"), ("a:x:2", "a:x:2"), ("[::1]:2", "[::1]:2")])
def test_several_colons_before_go_1_26(text: str, host: str) -> None:
    assert parse_schemeless_url(text, several_colons=True).host == host


def test_the_last_port_is_always_digits() -> None:
    with pytest.raises(BadURL):
        parse_schemeless_url("a:1:x", several_colons=True)


def test_bytes_that_are_not_utf8_stay() -> None:
    assert parse_schemeless_url(from_octets(b"caf\xe9.io/\xff")) == (from_octets(b"caf\xe9.io"), from_octets(b"/\xff"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("registry.example/app", "registry.example/app"),
        ("https://ci:hunter2@registry.example", "https://***@registry.example"),
        ("ci:hunter2@registry.example", "***@registry.example"),
        ("//a@b@registry.example", "//***@registry.example"),
        ("registry.example/app@sha256:0", "registry.example/app@sha256:0"),
        ("registry.example?a@b", "registry.example?a@b"),
        ("oci://@", "oci://***@"),
        ("ci:hunter2/2@registry.example/a@b", "***@b"),  # a password that is not escaped
        ("https://ci:?hunter2\n#@registry.example", "https://***@registry.example"),
        ("https://https://ci:hunter2@registry.example", "https://https://***@registry.example"),
        ("registry.example:5000/app@sha256:0", "registry.example:5000/app@sha256:0"),
        ("[::1]:5000/app@sha256:0", "[::1]:5000/app@sha256:0"),
        ("registry.example:/app@sha256:0", "registry.example:/app@sha256:0"),
    ],
)
def test_user_information_is_hidden(text: str, expected: str) -> None:
    assert hide_user_information(text) == expected
