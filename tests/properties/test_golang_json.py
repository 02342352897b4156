# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import json
import pickle
from typing import Any, NoReturn

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from kubecontainers.golang.json import MAX_DEPTH, BadJSON, Members, Number, decode, encode, fold, plain, quote
from kubecontainers.golang.text import from_bytes, to_text
from kubecontainers.testing import strategies

PIECES = [
    "",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    "\\u00e9",
    "\\ud800",
    "\0",
    "\n",
    " ",
    "0",
    "1",
    "-",
    ".",
    "e",
    "NaN",
    "null",
    "\ufeff",
    "\ud800",
]


indents: st.SearchStrategy[int | str | None] = st.sampled_from([None, 0, 1, "\t"])


@st.composite
def documents(draw: DrawFn) -> str:
    """JSON, as Python writes it one way or another."""
    value = draw(strategies.json_values(max_leaves=10))
    return json.dumps(value, ensure_ascii=draw(st.booleans()), indent=draw(indents))


@st.composite
def nearly_valid_documents(draw: DrawFn) -> str:
    """JSON in which a piece was put in, or in whose place a piece was put; about half are still valid."""
    text = draw(documents())
    at = draw(st.integers(0, min(len(text), 30)))
    return text[:at] + draw(st.sampled_from(PIECES)) + text[at + draw(st.integers(0, 1)) :]


def from_python(text: str) -> Any:
    """What Python's own reader makes of a text, as Go would have it. Raises ``ValueError``."""

    def refused(constant: str) -> NoReturn:
        raise ValueError(constant)

    return as_in_go(json.loads(text, parse_constant=refused))


def as_in_go(value: Any) -> Any:
    """Text without lone surrogates, integers of 64 bits at most."""
    if isinstance(value, str):
        return to_text(value)
    if isinstance(value, list):
        return [as_in_go(entry) for entry in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {to_text(name): as_in_go(entry) for name, entry in value.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


def types(value: Any) -> Any:
    """The value with its types, which tell 1 from 1.0 and from true."""
    if isinstance(value, list):
        return [types(entry) for entry in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {name: types(entry) for name, entry in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return type(value), value


class TestReadingAgreesWithPython:
    """What both readers take has the same value; they take the same, but for numbers that Go's float cannot hold."""

    @given(documents())
    def test_valid(self, text: str) -> None:
        assert types(plain(decode(text))) == types(from_python(text))

    @given(documents())
    def test_bytes(self, text: str) -> None:
        octets = text.encode("utf-8", "surrogatepass")
        assert decode(octets) == decode(from_bytes(octets))
        if to_text(text) == text:
            assert decode(octets) == decode(text)

    @settings(max_examples=3 * settings().max_examples)
    @given(nearly_valid_documents() | strategies.json_texts())
    def test_nearly_valid(self, text: str) -> None:
        try:
            expected = types(from_python(text))
        except (ValueError, OverflowError):
            assert not self.accepted(text)
        else:
            if self.accepted(text):
                assert types(plain(decode(text))) == expected
            else:
                assert "inf" in repr(expected)

    def accepted(self, text: str) -> bool:
        try:
            plain(decode(text))
        except BadJSON as error:
            assert 0 <= error.position <= len(text)
            assert error.problem
            return False
        return True

    def test_both_sides(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_documents())
        def sample(text: str) -> None:
            answers.append(self.accepted(text))

        sample()
        assert 0.2 <= sum(answers) / len(answers) <= 0.8


class TestNothingIsLost:
    """Members keep their order and may stand there twice; numbers stay as they are written."""

    @given(st.lists(st.tuples(st.sampled_from(["a", "b", "A"]), st.integers()), max_size=5))
    def test_members(self, pairs: list[tuple[str, int]]) -> None:
        text = "{" + ", ".join(f'"{name}": {number}' for name, number in pairs) + "}"
        assert decode(text) == Members((name, Number(number)) for name, number in pairs)
        assert plain(decode(text)) == {name: as_in_go(number) for name, number in pairs}

    @given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,5})?([eE][-+]?[0-9]{1,5})?", fullmatch=True))
    def test_numbers(self, text: str) -> None:
        found = decode(text)
        assert isinstance(found, Number)
        assert found == text


class TestWhatIsQuotedIsReadAgain:
    """A text comes back from its quoted form, lone surrogates as U+FFFD; the form is safe inside HTML and on one line."""

    @given(strategies.json_texts() | st.text('<>&\u2028\u2029\x00\x1f\x7f\\"\ud800\udcff'))
    def test_quote(self, text: str) -> None:
        written = quote(text)
        assert decode(written) == json.loads(written) == to_text(text)
        assert not set(written) & set("<>&\u2028\u2029\n\r\t\0")
        assert written.encode()

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        )
    )
    def test_encode(self, value: Any) -> None:
        assert plain(decode(encode(value))) == value
        assert list(json.loads(encode({"b": value, "a": 1}))) == ["b", "a"]


class TestAnythingIsAnswered:
    """Any bytes and any text are a value, or no JSON for a reason that shows nothing of them; depth has one bound."""

    @given(st.binary(max_size=60))
    def test_bytes(self, data: bytes) -> None:
        self.answers(data)

    @given(st.lists(st.sampled_from(["[", "{", '{"a":', '"a"', "]", "}", ",", ":", "1", "true", " "]), max_size=12).map("".join))
    def test_pieces(self, text: str) -> None:
        self.answers(text)

    def answers(self, text: str | bytes) -> None:
        try:
            plain(decode(text))
        except BadJSON as error:
            assert pickle.loads(pickle.dumps(error)).args == error.args  # noqa: S301

    @given(st.lists(st.booleans(), min_size=1, max_size=4), st.integers(MAX_DEPTH - 2, MAX_DEPTH + 2))
    def test_depth(self, kinds: list[bool], depth: int) -> None:
        ways = [('{"a":', "}") if kinds[level % len(kinds)] else ("[", "]") for level in range(depth)]
        text = "".join(opening for opening, _ in ways) + "1" + "".join(closing for _, closing in reversed(ways))
        try:
            value = decode(text)
        except BadJSON:
            assert depth > MAX_DEPTH
        else:
            assert depth <= MAX_DEPTH
            plain(value)


class TestFolding:
    """Names are one field's in any case, and never another's."""

    @given(st.sampled_from(["auths", "HttpHeaders", "username", "token"]), st.data())
    def test_case(self, name: str, data: st.DataObject) -> None:
        forms = {"s": "sS\u017f", "k": "kK\u212a"}
        written = "".join(data.draw(st.sampled_from(forms.get(char.lower(), char.lower() + char.upper()))) for char in name)
        assert fold(written) == fold(name)

    @given(strategies.json_texts())
    def test_any_text(self, text: str) -> None:
        folded = fold(text)
        assert fold(folded) == folded
        assert len(folded) == len(text)
        if folded == "auths":
            assert text.upper() == "AUTHS"
