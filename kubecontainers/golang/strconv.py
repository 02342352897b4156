"""Whole numbers in decimal, as Go's ``strconv`` reads them.

ASCII digits only: no white space, no underscores, no digits of other scripts, all of which Python's ``int`` takes. Leading zeros are fine,
as many as there are.
"""

from __future__ import annotations

import re

__all__ = ["atoi", "parse_uint"]

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_MOST_DIGITS = 20
"""No number of 64 bits has more; longer ones never reach ``int``, which refuses or takes too long over thousands of digits."""

_INT_BITS = 64


def atoi(text: str) -> int | None:
    """Return the number that Go's ``strconv.Atoi`` reads, an ``int`` of 64 bits, or ``None`` where it gives an error.

    One sign may stand before the digits.

    >>> atoi("-08"), atoi("1_000"), atoi("9223372036854775808")
    (-8, None, None)
    """
    signed = text[:1] in {"+", "-"}
    number = _natural(text[1:] if signed else text)
    limit = 1 << (_INT_BITS - 1)
    if text[:1] == "-":
        return -number if number is not None and number <= limit else None
    return number if number is not None and number < limit else None


def parse_uint(text: str, bits: int) -> int | None:
    """Return the number that Go's ``strconv.ParseUint(text, 10, bits)`` reads, or ``None`` where it gives an error.

    ``bits`` is from 1 to 64. No sign may stand before the digits.

    >>> parse_uint("65535", 16), parse_uint("65536", 16), parse_uint("+1", 16)
    (65535, None, None)
    """
    number = _natural(text)
    return number if number is not None and number < 1 << bits else None


def _natural(digits: str) -> int | None:
    """Return the number, or ``None`` if these are no digits or too many."""
    if not _DIGITS.fullmatch(digits):
        return None
    significant = digits.lstrip("0")
    return int(significant or "0") if len(significant) <= _MOST_DIGITS else None
