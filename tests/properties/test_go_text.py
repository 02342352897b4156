from __future__ import annotations

import json
import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.golang.text import has_surrounding_space, to_bytes, to_lower, to_text
from kubecontainers.testing import strategies

cased = st.text(
    st.characters(categories=["Lu", "Ll", "Lt"]) | st.sampled_from("\u0130\u0131\u212a\u2126\u03a3\u03c2\u03c3\u00df\u1e9e\u01c5")
)
texts = strategies.json_texts() | cased


def simple_lower(char: str) -> str:
    """The simple mapping of one character: the first of what Python answers, which for U+0130 alone is more than one."""
    return char.lower()[0]


def is_space(char: str) -> bool:
    return char in "\t\n\v\f\r\x85" or unicodedata.category(char) in {"Zs", "Zl", "Zp"}


class TestTextIsWhatJSONHeld:
    """A lone surrogate, which JSON can write and UTF-8 cannot, becomes U+FFFD; every other character stays."""

    @given(texts)
    def test_to_text(self, text: str) -> None:
        expected = "".join("\ufffd" if unicodedata.category(char) == "Cs" else char for char in text)
        assert to_text(text) == expected
        assert to_text(to_text(text)) == to_text(text)

    @given(texts)
    def test_to_bytes(self, text: str) -> None:
        assert to_bytes(text) == to_text(text).encode()
        assert to_bytes(text).decode() == to_text(text)

    @given(texts)
    def test_through_json(self, text: str) -> None:
        assert to_text(json.loads(json.dumps(to_text(text)))) == to_text(text)


class TestLowerCaseIsCharacterByCharacter:
    """Each character is mapped by itself, whatever stands around it."""

    @given(texts)
    def test_simple_mapping(self, text: str) -> None:
        assert to_lower(text) == "".join(map(simple_lower, text))

    @given(texts, texts)
    def test_concatenation(self, first: str, second: str) -> None:
        assert to_lower(first + second) == to_lower(first) + to_lower(second)

    @given(texts)
    def test_idempotent(self, text: str) -> None:
        assert to_lower(to_lower(text)) == to_lower(text)
        assert len(to_lower(text)) == len(text)

    def test_only_two_characters_map_into_ascii(self) -> None:
        found = [char for char in map(chr, range(128, sys.maxunicode + 1)) if to_lower(char).isascii()]
        assert found == ["\u0130", "\u212a"]


class TestSpaceIsGos:
    """Surrounding space is judged by Go's set of white space, not Python's."""

    @given(texts | st.text(st.sampled_from(" \t\n\x1c\x1d\x1e\x1f\x85\u00a0\u2028\u3000\u200b\ufeffa"), max_size=3))
    def test_either_end(self, text: str) -> None:
        assert has_surrounding_space(text) == any(is_space(char) for char in (text[:1], text[-1:]) if char)

    def test_every_character(self) -> None:
        for char in map(chr, range(sys.maxunicode + 1)):
            assert has_surrounding_space(char) == is_space(char), hex(ord(char))
            if has_surrounding_space(char) != (char != char.strip()):
                assert char in "\x1c\x1d\x1e\x1f"
