from __future__ import annotations

import string

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from kubecontainers.golang.base64 import decode_raw_std, decode_std, encode_std
from kubecontainers.testing import strategies
from kubecontainers.testing.credentials import nearly_valid_auth_texts

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
texts = st.one_of(nearly_valid_auth_texts(), st.text("AQgw=\r\n +/-", max_size=9), strategies.json_texts())


@st.composite
def with_line_ends(draw: DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(["\n", "\r", "\r\n"])) + text[at:]
    return text


def by_bits(text: str) -> bytes | None:
    """What unpadded base64 stands for, bit by bit; bits to spare are left out."""
    if len(text) % 4 == 1 or any(char not in ALPHABET for char in text):
        return None
    bits = "".join(f"{ALPHABET.index(char):06b}" for char in text)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))


class TestWhatIsWrittenIsReadAgain:
    """Any bytes come back, padded or not, with line ends in any place."""

    @given(st.binary(max_size=40), st.data())
    def test_round_trip(self, data: bytes, more: st.DataObject) -> None:
        text = encode_std(data)
        assert decode_std(more.draw(with_line_ends(text))) == data
        assert decode_raw_std(more.draw(with_line_ends(text.rstrip("=")))) == data
        assert (decode_raw_std(text) is None) == (len(data) % 3 != 0)


class TestReadingIsStrictAboutEverythingElse:
    """Characters outside the alphabet, and padding that is missing, too much or too little, are errors; bits to spare are not."""

    @settings(max_examples=3 * settings().max_examples)
    @given(texts)
    def test_as_defined(self, text: str) -> None:
        written = text.replace("\r", "").replace("\n", "")
        assert decode_raw_std(text) == by_bits(written)
        body = written.rstrip("=")
        padded = written == body + "=" * (-len(body) % 4)
        assert decode_std(text) == (by_bits(body) if padded else None)

    def test_both_sides(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_auth_texts())
        def sample(text: str) -> None:
            answers.append(decode_std(text) is not None)

        sample()
        assert 0.2 <= sum(answers) / len(answers) <= 0.8
