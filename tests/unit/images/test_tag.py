from __future__ import annotations

import pytest

from kubecontainers.images.tag import LATEST_TAG, InvalidTag, parse_tag


@pytest.mark.parametrize("tag", ["latest", "1.27", "v1.31_rc-2", "_", "A", "0", "a" * 128, "_-.", "5000"])
def test_tag(tag: str) -> None:
    assert parse_tag(tag) == tag


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "empty"),
        (".a", "cannot begin with '.'"),
        ("-a", "cannot begin with '-'"),
        ("a" * 129, "at most 128 characters, here are 129"),
        ("sha256:" + "0" * 64, "digest"),
        ("a b", "letters, digits"),
        ("a/b", "letters, digits"),
        ("a+b", "letters, digits"),
        ("latest\n", "letters, digits"),
        ("\u0661", "letters, digits"),
        ("\uff41", "letters, digits"),
        ("\ud800", "letters, digits"),
        ("\0", "letters, digits"),
    ],
)
def test_no_tag(text: str, hint: str) -> None:
    with pytest.raises(InvalidTag) as caught:
        parse_tag(text)
    assert caught.value.text == text
    assert hint in caught.value.hint
    assert "ErrTagInvalidFormat" in str(caught.value)


def test_every_character() -> None:
    """Of all of ASCII and Latin-1, only letters and digits of ASCII, ``_`` and, not at the start, ``.`` and ``-``."""
    for code in range(256):
        char = chr(code)
        first = char == "_" or (char.isascii() and char.isalnum())
        for text, valid in ((char, first), (f"a{char}", first or char in ".-")):
            if valid:
                assert parse_tag(text) == text
            else:
                with pytest.raises(InvalidTag):
                    parse_tag(text)


def test_latest() -> None:
    assert LATEST_TAG == "latest"
