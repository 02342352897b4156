from __future__ import annotations

import fnmatch
import re

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kubecontainers.golang.path_match import BadPattern, PathPattern
from kubecontainers.testing import strategies

ALPHABET = "ab-]^[*?\\/.!é\u20ac\U0001f600\ufffd"
names = st.text(ALPHABET, max_size=8)
patterns = st.lists(
    st.sampled_from([*ALPHABET, "*", "**", "?", "[a-b]", "[^a]", "[^é]", "[\ufffd]", "[/a]", "[a\\]]", "\\*", "a", "b"]), max_size=7
).map("".join)

BOUND = r"(?:\\.|[^\]\-\\])"
ITEM = rf"{BOUND}(?:-{BOUND})?+"
CLASS = rf"\[\^?+(?:{ITEM})++\]"
WELL_FORMED = re.compile(rf"(?:[^\[\\]|\\.|{CLASS})*", re.DOTALL)
TOKEN = re.compile(rf"(?P<stars>\*+)|(?P<any>\?)|(?P<class>{CLASS})|\\?(?P<char>.)", re.DOTALL)

CONTINUATION = rb"[\x80-\xbf]"
CHARACTER = rb"[\x00-.0-\x7f]|[\xc2-\xdf]" + CONTINUATION + rb"|[\xe0-\xef]" + CONTINUATION + rb"{2}|[\xf0-\xf4]" + CONTINUATION + rb"{3}"


def one_of(pattern: str) -> bytes:
    """A class as a choice among the characters of the alphabet; what continues a character stands for U+FFFD."""
    negated, body = pattern[1] == "^", pattern[2 if pattern[1] == "^" else 1 : -1]
    inside: set[str] = set()
    for item in re.finditer(rf"({BOUND})(?:-({BOUND}))?", body, re.DOTALL):
        low = item[1][-1]
        high = item[2][-1] if item[2] else low
        inside |= {char for char in ALPHABET if low <= char <= high}
    chosen = [char for char in ALPHABET if (char in inside) is not negated]
    choices = [re.escape(char.encode()) for char in chosen] + ([CONTINUATION] if "\ufffd" in chosen else [])
    return b"(?:" + b"|".join(choices) + b")" if choices else b"(?!)"


def by_regular_expression(pattern: str, name: str) -> bool:
    """The documented behaviour in another technique: what a star lets match, up to the next star, is an atomic group."""
    chunks: list[bytes] = [b""]
    for token in TOKEN.finditer(pattern):
        if token["stars"]:
            chunks.append(b"[^/]*?")
        elif token["any"]:
            chunks[-1] += b"(?:" + CHARACTER + b"|" + CONTINUATION + b")"
        elif token["class"]:
            chunks[-1] += one_of(token["class"])
        else:
            chunks[-1] += re.escape(token["char"].encode())
    chunks[-1] += rb"\Z"
    return re.match(b"".join(b"(?>" + chunk + b")" for chunk in chunks), name.encode(), re.DOTALL) is not None


many = settings(max_examples=5 * settings().max_examples)  # they cost next to nothing


class TestPatternIsReadAsInGo:
    """A pattern is refused exactly if a class is open, empty or has a bound that is ``-`` or ``]``, or if a backslash ends it."""

    @given(patterns | strategies.json_texts())
    @example("[")
    @example("[]")
    @example("[]a]")
    @example("[^]")
    @example("[^]a]")
    @example("[a-]")
    @example("[-a]")
    @example("[a-b-c]")
    @example("[a")
    @example("[\\")
    @example("\\")
    @example("[^^]")
    @example("[[]")
    @example("a]")
    @example("[*")
    def test_refused(self, pattern: str) -> None:
        well_formed = WELL_FORMED.fullmatch(pattern) is not None
        try:
            PathPattern.parse(pattern)
        except BadPattern:
            assert not well_formed
        else:
            assert well_formed


class TestStarTakesAsLittleAsItCan:
    """Matching is as documented: the whole name, stars and question marks within a segment, each star settled once and for all."""

    @many
    @given(patterns, names)
    @example("*[^é]", "é")
    @example("*[\ufffd]", "é")
    @example("*[/a]*b", "aa/b")
    @example("*?", "é")
    @example("a*b*c", "abbbc")
    @example("**", "")
    @example("*", "a/")
    def test_as_documented(self, pattern: str, name: str) -> None:
        assume(WELL_FORMED.fullmatch(pattern))
        assert PathPattern.parse(pattern).matches(name) == by_regular_expression(pattern, name)

    @many
    @given(st.text("ab*?/", max_size=7), st.text("ab/", max_size=8))
    def test_without_classes_as_full_backtracking(self, pattern: str, name: str) -> None:
        """Where no class can stand for a slash, trying again would find nothing more; the oracle tries everything."""
        segments, parts = pattern.split("/"), name.split("/")
        expected = len(segments) == len(parts) and all(
            fnmatch.fnmatchcase(part, segment) for part, segment in zip(parts, segments, strict=True)
        )
        assert PathPattern.parse(pattern).matches(name) == expected

    @given(st.text("ab*?é[", max_size=6), st.text("abé", max_size=6), st.text("abé", max_size=6))
    def test_matches_itself_escaped(self, text: str, before: str, after: str) -> None:
        escaped = "".join(f"\\{char}" for char in text)
        assert PathPattern.parse(escaped).matches(text)
        assert PathPattern.parse(f"*{escaped}*").matches(before + text + after)
        assert PathPattern.parse(escaped).matches(before + text + after) == (before + after == "" or before + text + after == text)

    @given(strategies.json_texts(), strategies.json_texts())
    def test_any_text(self, pattern: str, name: str) -> None:
        try:
            parsed = PathPattern.parse(pattern)
        except BadPattern:
            return
        assert parsed == PathPattern.parse(pattern)
        assert hash(parsed) == hash(PathPattern.parse(pattern))
        parsed.matches(name)
