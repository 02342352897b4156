from __future__ import annotations

import pytest

from kubecontainers.golang.text import (
    from_bytes,
    from_octets,
    has_surrounding_space,
    to_bytes,
    to_lower,
    to_octets,
    to_text,
    to_upper,
    trim_space,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("nginx", "nginx"),
        ("café", "café"),
        ("\ud800", "\ufffd"),
        ("a\udfffb", "a\ufffdb"),
        ("\ud83d\ude00", "\ufffd\ufffd"),  # two lone halves, not one character
        ("\U0001f600", "\U0001f600"),
        ("\0", "\0"),
    ],
)
def test_to_text(text: str, expected: str) -> None:
    assert to_text(text) == expected
    assert to_bytes(text) == expected.encode()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ""),
        (b"nginx\0", "nginx\0"),
        ("caf\u00e9 \U0001f600".encode(), "caf\u00e9 \U0001f600"),
        (b"\xff", "\ufffd"),
        (b"\x80\xbf", "\ufffd\ufffd"),
        (b"a\xe2\x82!", "a\ufffd\ufffd!"),  # a character cut short: one for each byte, where Python's "replace" gives one
        (b"\xf0\x9f\x98", "\ufffd" * 3),
        (b"\xc0\x80", "\ufffd\ufffd"),  # NUL, overlong
        (b"\xed\xa0\x80", "\ufffd" * 3),  # a surrogate
        (b"\xf4\x90\x80\x80", "\ufffd" * 4),  # beyond the last code point
        ("\ufffd".encode(), "\ufffd"),
        (b"\xef\xbb\xbfa", "\ufeffa"),
    ],
)
def test_from_bytes(data: bytes, expected: str) -> None:
    assert from_bytes(data) == expected
    assert from_bytes(to_bytes(expected)) == expected


def test_from_bytes_takes_every_byte_alone() -> None:
    for byte in range(256):
        assert from_bytes(bytes([byte])) == (chr(byte) if byte < 0x80 else "\ufffd")


def test_ascii_is_returned_as_it_is() -> None:
    text = "nginx:1.27"
    assert to_text(text) is text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("ABCxyz-09", "abcxyz-09"),
        ("ÄÖ", "äö"),
        ("\u0130", "i"),
        ("\u212a", "k"),
        ("\u2126", "ω"),
        ("\u039f\u03a3", "\u03bf\u03c3"),  # no final sigma
        ("\u1e9e", "ß"),
        ("\u01c5", "\u01c6"),
        ("ß", "ß"),
        ("\ud800", "\ud800"),
    ],
)
def test_to_lower(text: str, expected: str) -> None:
    assert to_lower(text) == expected


SPACES = "\t\n\v\f\r \x85\u00a0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000"


@pytest.mark.parametrize("char", SPACES)
def test_space(char: str) -> None:
    assert has_surrounding_space(char)
    assert has_surrounding_space(f"{char}nginx")
    assert has_surrounding_space(f"nginx{char}")
    assert not has_surrounding_space(f"ng{char}inx")


@pytest.mark.parametrize("char", "\x1c\x1d\x1e\x1f\u200b\u180e\ufeff\0")
def test_no_space(char: str) -> None:
    assert not has_surrounding_space(f"{char}nginx{char}")


def test_no_space_in_nothing() -> None:
    assert not has_surrounding_space("")


@pytest.mark.parametrize("data", [b"", b"nginx", "café".encode(), b"caf\xe9", b"\xc3", b"\xed\xa0\x80", bytes(range(256))])
def test_octets_are_kept(data: bytes) -> None:
    assert to_octets(from_octets(data)) == data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx", b"nginx"),
        ("é", b"\xc3\xa9"),
        ("\udce9", b"\xe9"),
        ("\udcc3\udca9", b"\xc3\xa9"),
        ("\ud800", b"\xef\xbf\xbd"),
        ("\udc7f\udd00\udc80", b"\xef\xbf\xbd\xef\xbf\xbd\x80"),
    ],
)
def test_to_octets(text: str, expected: bytes) -> None:
    assert to_octets(text) == expected


@pytest.mark.parametrize(
    ("text", "upper"),
    [
        ("", ""),
        ("redis-1", "REDIS-1"),
        ("stra\u00dfe", "STRA\u00dfE"),  # Python: SS
        ("\ufb01n", "\ufb01N"),  # a ligature
        ("\u0131", "I"),
        ("\u1fb3\u1f80", "\u1fbc\u1f88"),  # iota below has a capital of its own
        ("\u1fb7\u0390", "\u1fb7\u0390"),  # these have none
        ("\u01c6\u01c5", "\u01c4\u01c4"),
        ("\u00e9\U00010428", "\u00c9\U00010400"),
        ("\ud800\udcff", "\ud800\udcff"),
    ],
)
def test_to_upper(text: str, upper: str) -> None:
    assert to_upper(text) == upper


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [("", ""), (" \t\n\v\f\r\u0085\u00a0", ""), ("\u3000a b\u2028", "a b"), ("\x1ca\x1f", "\x1ca\x1f"), ("\u200ba", "\u200ba")],
)
def test_trim_space(text: str, trimmed: str) -> None:
    assert trim_space(text) == trimmed
    assert has_surrounding_space(text) is (text != trimmed)
