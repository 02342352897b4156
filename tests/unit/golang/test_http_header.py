"""Names and values of HTTP headers."""

from __future__ import annotations

import pytest

from kubecontainers.golang.http_header import canonical_header_name, is_header_name, is_header_value, is_host_header


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("host", "Host"),
        ("ETag", "Etag"),
        ("x--y", "X--Y"),
        ("-a", "-A"),
        ("x_under-SCORE", "X_under-Score"),
        ("!a", "!a"),
        ("1a-2b", "1a-2b"),
        ("bad name", "bad name"),
        ("\u00fc-a", "\u00fc-a"),
        ("", ""),
    ],
)
def test_canonical_names(name: str, canonical: str) -> None:
    assert canonical_header_name(name) == canonical


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\n", "\u00fc", "a\u00e9", "(a)"])
def test_no_names(name: str) -> None:
    assert not is_header_name(name)


def test_names() -> None:
    assert is_header_name("x!#$%&'*+-.^_`|~09AZ")


def test_values() -> None:
    assert all(is_header_value(value) for value in ("", " a\tb ", "\u00fc\u0085", "\x80"))
    assert not any(is_header_value(value) for value in ("a\x00", "a\nb", "\r", "\x7f", "\x1f"))


def test_hosts() -> None:
    assert all(is_host_header(host) for host in ("", "h:80", "[fd00::1%25e]", "a_b~$&'()*+,;=!"))
    assert not any(is_host_header(host) for host in ("a b", "a/b", "h\u00fc", "a@b", "a?", "h\n"))
