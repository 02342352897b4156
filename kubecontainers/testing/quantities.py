"""Strategies of the texts of resource quantities; offered in ``strategies``."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.quantity import QuantityFormat

__all__ = ["nearly_valid_quantities", "quantities"]

WRITTEN_FORMATS = (QuantityFormat.DECIMAL_SI, QuantityFormat.BINARY_SI, QuantityFormat.DECIMAL_EXPONENT)

_DECIMAL_SUFFIXES = ["", "m", "k", "M", "G", "T", "P", "E", "u", "n"]
_BINARY_SUFFIXES = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
_ODD = "0123456789.+-eEinumkKMGTP" + "bBg, _\n\0" + "\u0661\uff11\ud800"


def quantities(
    *, formats: tuple[QuantityFormat, ...] = WRITTEN_FORMATS, signed: bool = True, max_exponent: int = 30
) -> SearchStrategy[str]:
    """Texts of quantities: often what stands in manifests, otherwise any number of digits before and after the point.

    ``formats`` are those that the texts have; with ``signed`` false no sign stands in front. ``max_exponent`` is the largest power
    of ten, up or down, behind an ``e``.

    >>> from hypothesis import find
    >>> find(quantities(formats=(QuantityFormat.BINARY_SI,)), lambda text: True)
    '1Ki'
    """
    signs = st.sampled_from(["", "", "", "-", "+"]) if signed else st.just("")
    suffixes = st.one_of([_suffixes(written, max_exponent) for written in formats])
    return st.tuples(signs, _numbers(), suffixes).map("".join)


def _suffixes(written: QuantityFormat, max_exponent: int) -> SearchStrategy[str]:
    if written is QuantityFormat.DECIMAL_SI:
        return st.sampled_from(_DECIMAL_SUFFIXES)
    if written is QuantityFormat.BINARY_SI:
        return st.sampled_from(_BINARY_SUFFIXES)
    exponents = st.integers(-max_exponent, max_exponent)
    return st.builds("{}{}".format, st.sampled_from("eE"), exponents | exponents.map("{:+03}".format))


def _numbers() -> SearchStrategy[str]:
    """Unsigned numbers; some of many digits, some with zeros that mean nothing, some without a digit before or after the point."""
    usual = st.sampled_from(["1", "2", "100", "128", "250", "500", "512", "1000", "1024", "1500", "0.1", "0.5", "1.5", "0", "1023", "8192"])
    whole = st.integers(0, 10**6).map(str) | st.integers(10**14, 10**30).map(str) | st.sampled_from(["9223372036854775807", "007", "000"])
    zeros = st.integers(0, 9).map("0".__mul__)
    fraction = st.integers(0, 10**4).map(str) | st.integers(10**7, 10**24).map(str)
    return st.one_of(
        usual,
        whole,
        st.tuples(whole, zeros).map("".join),
        st.tuples(whole, st.just("."), zeros, fraction, zeros).map("".join),
        st.tuples(whole, st.just(".")).map("".join),
        st.tuples(st.just("."), zeros, fraction).map("".join),
    )


@st.composite
def nearly_valid_quantities(draw: DrawFn) -> str:
    """Texts of quantities after a change or two; some are still valid.

    >>> from hypothesis import given
    >>> @given(nearly_valid_quantities())
    ... def test_my_form_reports_what_is_wrong(text):
    ...     ...
    """
    text = draw(quantities())
    for _ in range(draw(st.integers(1, 2))):
        text = draw(st.sampled_from(_EDITS))(draw, text)
    return text


def _insert(draw: DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(_ODD)) + text[at:]


def _drop(draw: DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + text[at + 1 :]


def _append_suffix(draw: DrawFn, text: str) -> str:
    return text + draw(st.sampled_from([*_DECIMAL_SUFFIXES, *_BINARY_SUFFIXES, "i", "B", "iB", "e", "e+", "e1.5", "e9223372036854775808"]))


def _change_case(_draw: DrawFn, text: str) -> str:
    return text.swapcase()


def _surround(draw: DrawFn, text: str) -> str:
    before, after = draw(st.sampled_from([("", "\n"), (" ", ""), ("", " "), ('"', '"'), ("+", ""), ("", "0")]))
    return before + text + after


def _take_digits_away(_draw: DrawFn, text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, "0123456789")))


_EDITS: list[Callable[[DrawFn, str], str]] = [_insert, _drop, _drop, _append_suffix, _change_case, _surround, _take_digits_away]
