"""Host names that are not ASCII, as ``golang.org/x/net/idna`` writes them: each such label as ``xn--`` and its punycode (RFC 3492).

A header has them as they are written; where a name is looked up, letters become small first. For that Go has the tables of UTS 46. Python
has none, so here a name is folded by its normal form and its case, which does the same to the letters of living scripts: marks for
right-to-left text and joiners are not checked. Nor are labels that are punycode already, beside others that are not ASCII.
"""

from __future__ import annotations

import re
import unicodedata

from .text import to_bytes, to_text

__all__ = ["host_lookup_name", "host_to_ascii", "punycode"]

_ACE = "xn--"
_LOOKED_UP = re.compile(r"[a-z0-9-]*", re.ASCII)
_IGNORED = dict.fromkeys([0xAD, 0x34F, 0x180B, 0x180C, 0x180D, 0x180F, 0x200B, 0x2060, 0x2064, 0xFEFF, *range(0xFE00, 0xFE10)])
"""What is left out of a name that is looked up: the soft hyphen, spaces of no width, variation selectors."""

_KEPT = frozenset("\u00df\u03c2")
"""The sharp s and the final sigma: they stand in names, though their capitals are those of other letters."""

_DOTS = dict.fromkeys([0x3002, 0xFF0E, 0xFF61], ".")
_NO_LETTERS = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})
"""Kinds of characters (Unicode's general category) that no name has."""


def host_to_ascii(host: str) -> str:
    """Return a host with its labels in ASCII (``Punycode.ToASCII``); labels that are ASCII stay, so do capitals.

    >>> host_to_ascii("Bücher.example")
    'xn--Bcher-kva.example'
    """
    if host.isascii():
        return host
    return ".".join([label if label.isascii() else _ACE + punycode(label) for label in to_text(host).split(".")])


def host_lookup_name(host: str) -> str:
    """Return the name under which a host is looked up (``Lookup.ToASCII``); one that Go finds no name stays as it is.

    >>> host_lookup_name("Bücher.Example"), host_lookup_name("bü_cher.example")
    ('xn--bcher-kva.example', 'bü_cher.example')
    """
    if host.isascii():
        return host
    folded = unicodedata.normalize("NFKC", to_text(host).translate(_DOTS).translate(_IGNORED))
    folded = unicodedata.normalize("NFKC", "".join([char if char in _KEPT else char.casefold() for char in folded]))
    return host_to_ascii(folded) if "\ufffd" not in folded and all(map(_is_label, folded.split("."))) else host


def punycode(label: str) -> str:
    """Return the punycode of a label, without ``xn--`` (RFC 3492, section 6.3).

    >>> punycode("bücher")
    'bcher-kva'
    """
    basic = [char for char in label if char.isascii()]
    positions: dict[int, list[int]] = {}
    smaller = _Counts(len(label))
    for position, char in enumerate(label):
        if char.isascii():
            smaller.add(position)
        else:
            positions.setdefault(ord(char), []).append(position)
    digits: list[str] = [*basic, *(["-"] if basic else [])]
    point, delta, bias, handled = _FIRST_POINT, 0, _FIRST_BIAS, len(basic)
    for found in sorted(positions):
        delta += (found - point) * (handled + 1)
        passed = 0
        for position in positions[found]:
            before = smaller.before(position)
            delta += before - passed
            digits += _digits(delta, bias)
            bias = _adapted(delta, handled + 1, first=handled == len(basic))
            delta, passed, handled = 0, before, handled + 1
        delta = smaller.before(len(label)) - passed + 1
        point = found + 1
        for position in positions[found]:
            smaller.add(position)
    return "".join(digits)


class _Counts:
    """Positions that were marked, and how many of them come before one; both take a time that grows with the logarithm of the size."""

    def __init__(self, size: int) -> None:
        self._sums = [0] * (size + 1)

    def add(self, position: int) -> None:
        at = position + 1
        while at < len(self._sums):
            self._sums[at] += 1
            at += at & -at

    def before(self, position: int) -> int:
        count = 0
        while position:
            count += self._sums[position]
            position -= position & -position
        return count


_FIRST_POINT, _FIRST_BIAS = 128, 72
_BASE, _SMALLEST, _LARGEST = 36, 1, 26
_SKEW, _DAMP = 38, 700
_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789"


def _digits(delta: int, bias: int) -> list[str]:
    """Write one difference as an integer of variable length."""
    written: list[str] = []
    place = _BASE
    while delta >= (threshold := min(max(place - bias, _SMALLEST), _LARGEST)):
        delta, digit = divmod(delta - threshold, _BASE - threshold)
        written.append(_DIGITS[threshold + digit])
        place += _BASE
    return [*written, _DIGITS[delta]]


def _adapted(delta: int, points: int, *, first: bool) -> int:
    """Return the bias for the next difference."""
    delta = delta // _DAMP if first else delta // 2
    delta += delta // points
    places = 0
    while delta > (_BASE - _SMALLEST) * _LARGEST // 2:
        delta //= _BASE - _SMALLEST
        places += _BASE
    return places + (_BASE - _SMALLEST + 1) * delta // (delta + _SKEW)


def _is_label(label: str) -> bool:
    """Return whether Go looks a label up: it has letters, digits and dashes, these neither at its ends nor as its third and fourth byte."""
    if label.startswith(_ACE) or not label:
        return True
    plain = "".join([char for char in label if char.isascii()])
    kinds = [unicodedata.category(char) for char in label]
    dashes = label.startswith("-") or label.endswith("-") or to_bytes(label)[2:4] == b"--"
    return not dashes and _LOOKED_UP.fullmatch(plain) is not None and _NO_LETTERS.isdisjoint(kinds) and not kinds[0].startswith("M")
