from __future__ import annotations

import copy
import pickle

import pytest

from kubecontainers.golang.path_match import BadPattern, PathPattern


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("abc", "ab", False),
        ("*", "", True),
        ("*", "abc", True),
        ("*", "a/b", False),
        ("**", "a/b", False),
        ("*/*", "a/b", True),
        ("*c", "abc", True),
        ("*b", "abb", True),  # the last chunk goes on until the end is reached
        ("*b*b", "abab", True),
        ("*ab", "aab", True),
        ("a*", "a", True),
        ("a*", "ab/c", False),
        ("a*/b", "abc/b", True),
        ("a*/b", "a/c/b", False),
        ("a*b*c*d*e*/f", "axbxcxdxe/f", True),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", False),
        ("a*b?c*x", "abxbbxdbxebxczzx", True),
        ("a*b?c*x", "abxbbxdbxebxczzy", False),
        ("?", "a", True),
        ("?", "", False),
        ("?", "/", False),
        ("?", "é", True),
        ("??", "é", False),
        ("ab[c]", "abc", True),
        ("ab[b-d]", "abc", True),
        ("ab[e-g]", "abc", False),
        ("ab[^c]", "abc", False),
        ("ab[^e-g]", "abc", True),
        ("ab[c]", "ab", False),
        ("[/]", "/", True),
        ("[^a]", "/", True),
        ("a[?]b", "a?b", True),
        ("[\\]a]", "]", True),
        ("[\\-]", "-", True),
        ("[x\\-]", "x", True),
        ("[a-\u03b6]*", "\u03b1", True),
        ("*[a-\u03b6]", "A", False),
        ("[^\\]]", "]", False),
        ("[d-b]", "c", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("\\a", "a", True),
        ("]", "]", True),
        ("docker.io/*", "docker.io/a/b", False),
        ("*[/a]*b", "aa/b", False),  # the first star stops at once and never tries again
        ("*[^é]", "é", True),  # a star may end inside a character, of which a U+FFFD is then left
        ("\ud800", "\ufffd", True),
        ("a", "\ud800", False),
    ],
)
def test_matches(pattern: str, name: str, expected: bool) -> None:
    assert PathPattern.parse(pattern).matches(name) is expected


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[", "class"),
        ("[]", "class"),
        ("[]a]", "class"),
        ("[^]", "class"),
        ("[^", "class"),
        ("[a", "class"),
        ("[a-", "class"),
        ("[a-]", "class"),
        ("[-]", "class"),
        ("[-x]", "class"),
        ("[x-]", "class"),
        ("[a-b-c]", "class"),
        ("[^bc", "class"),
        ("a[", "class"),
        ("*[", "class"),
        ("[\\", "backslash"),
        ("\\", "backslash"),
        ("a*\\", "backslash"),
    ],
)
def test_bad(pattern: str, why: str) -> None:
    with pytest.raises(BadPattern, match=why):
        PathPattern.parse(pattern)


def test_value() -> None:
    pattern = PathPattern.parse("a*[^b-d]?")
    assert pattern == PathPattern.parse("a**[^b-d]?")
    assert pattern != PathPattern.parse("a*[b-d]?")
    assert pickle.loads(pickle.dumps(pattern)) == copy.deepcopy(pattern) == pattern  # noqa: S301
    assert len({pattern, PathPattern.parse("a*[^b-d]?")}) == 1
    with pytest.raises(AttributeError):
        pattern.chunks = ()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        (b"*", b"\xff", True),
        (b"\xff*", b"\xffa", True),
        (b"\xc3*", "é".encode(), True),  # by bytes, so that a pattern may end inside a character
        (b"*\xa9", "é".encode(), True),
        (b"\xc3", "é".encode(), False),
        (b"?", b"\xff", True),
        (b"?", b"\xff\xfe", False),
        (b"[^a]", b"\xff", True),
        ("[\ufffd]".encode(), b"\xff", True),
        ("é".encode(), "é", True),
        ("\ufffd", b"\xff", False),
        ("\ufffd", "\udcff", True),  # a text is what JSON gives, without bytes
    ],
)
def test_bytes(pattern: str | bytes, name: str | bytes, expected: bool) -> None:
    assert PathPattern.parse(pattern).matches(name) is expected


@pytest.mark.parametrize("pattern", [b"[\xff]", b"[a-\xff]", b"[^\xc3]", b"[\\\xff]"])
def test_a_class_holds_characters_only(pattern: bytes) -> None:
    with pytest.raises(BadPattern, match="UTF-8"):
        PathPattern.parse(pattern)
