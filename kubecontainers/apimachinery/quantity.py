"""Resource quantities: ``500m`` of a processor, ``128Mi`` of memory.

A quantity is an exact number and a format to write it in. It can be read as 64 bits in whole units, in thousandths and so on: these
views round up, and what overflows is what Kubernetes answers, wrapped or 0, without a word; ``to_fraction`` is exact.
Kubernetes keeps the rules in ``k8s.io/apimachinery/pkg/api/resource``. They are the same from 1.27 on.
"""

from __future__ import annotations

import functools
import math
from decimal import Decimal
from fractions import Fraction
from typing import TypeGuard

import attrs

from ..golang.json import quote
from ..golang.text import from_bytes, has_surrounding_space
from .errors import MalformedObject
from .fields import ROOT, FieldPath
from .objects import json_type
from .quantity_amount import Amount, Int64Amount, QuantityTooLong, add, compare, subtract
from .quantity_text import InvalidQuantity, QuantityFormat, QuantityProblem, read_quantity, write_quantity

__all__ = ["InvalidQuantity", "Quantity", "QuantityFormat", "QuantityProblem", "QuantityTooLong"]

MILLI = -3
"""The power of ten of a thousandth."""

_CACHED_CHARACTERS = 32


@attrs.frozen(eq=False, repr=False, str=False)
class Quantity:
    """A resource quantity; ``format`` is how it is written.

    Made by ``parse``, ``from_json`` and arithmetic. Quantities compare, sort and hash by what they are worth: ``1`` equals ``1000m``, and
    ``1Gi`` equals ``1024Mi``. How they are written is no part of that. One that is 0 is false.
    """

    _amount: Amount
    format: QuantityFormat
    _kept: str | None = None

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Return the quantity that ``text`` is: ``2``, ``0.5``, ``500m``, ``1.5Gi``, ``1e3``, ``-1k``.

        No white space may stand around it. What is finer than 10^-9 is rounded away from zero, and more than 2^63-1 with a binary suffix is
        cut to that. Raises ``InvalidQuantity``. Results for short texts are cached, a bounded number of them.

        >>> Quantity.parse("1.5Gi"), Quantity.parse("0.1") + Quantity.parse("200m") == Quantity.parse("300m")
        (Quantity('1536Mi'), True)
        """
        return _parsed(text) if len(text) > _CACHED_CHARACTERS else _cached(text)

    @classmethod
    def from_json(cls, value: object, *, path: FieldPath = ROOT) -> Quantity:
        """Return the quantity that stands in an object: a string, a number or ``None``, which is 0.

        White space around a string is fine, unless it is of the kind that JSON writes with an escape: Kubernetes reads what is between the
        quotes as it is written. A number counts as Python writes it. ``path`` is where the value stands. Raises ``InvalidQuantity``,
        and ``MalformedObject`` for anything else.

        >>> Quantity.from_json(" 1Gi "), Quantity.from_json(0.5), Quantity.from_json(None).format.value
        (Quantity('1Gi'), Quantity('500m'), '')
        """
        if isinstance(value, str):
            return cls.parse_json(quote(value)) if has_surrounding_space(value) else cls.parse(value)
        if value is None:
            return NULL
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise MalformedObject(str(path), "a quantity", json_type(value))
        if isinstance(value, int):
            return cls.parse(str(Decimal(value)))  # unlike int, Decimal writes more than 4300 digits
        if not math.isfinite(value):
            raise MalformedObject(str(path), "a quantity", "a number that JSON has not")
        return cls.parse(repr(float(value)))

    @classmethod
    def parse_json(cls, token: str | bytes) -> Quantity:
        r"""Return the quantity that a piece of JSON is, as it is written: ``"128Mi"`` with its quotes, ``1e3``, ``null``.

        Escapes in a string are not interpreted, and white space at its ends is passed over. Raises ``InvalidQuantity``.

        >>> Quantity.parse_json(b'" 128Mi"'), Quantity.parse_json("1e3")
        (Quantity('128Mi'), Quantity('1e3'))
        """
        text = from_bytes(token) if isinstance(token, bytes) else token
        if text == "null":
            return NULL
        if len(text) > 1 and text[0] == text[-1] == '"':
            text = text[1:-1]
        blanks = "".join(filter(has_surrounding_space, set(text)))  # those of its characters that Go counts as white space
        return cls.parse(text.strip(blanks))

    def to_json(self) -> str:
        """Return the text, which is how a quantity is written in JSON."""
        return str(self)

    @property
    def canonical(self) -> str:
        """The canonical text, which arithmetic leaves: whole digits, and the largest suffix with which they are whole."""
        return write_quantity(self._amount, self.format)

    def __str__(self) -> str:
        """Return the text that Kubernetes writes: the one that was parsed where it is kept, otherwise the canonical one."""
        return self.canonical if self._kept is None else self._kept

    def __repr__(self) -> str:
        return f"Quantity({str(self)!r})"

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return self._amount.sign

    @property
    def is_zero(self) -> bool:
        """Whether it is 0, in whatever format."""
        return self._amount.sign == 0

    def __bool__(self) -> bool:
        return self._amount.sign != 0

    def value(self) -> int:
        """Return the number in whole units, rounded up, in 64 bits; an overflow is not reported.

        >>> Quantity.parse("1500m").value()
        2
        """
        return self._amount.scaled(0)

    def milli_value(self) -> int:
        """Return the number in thousandths, rounded up, in 64 bits; an overflow is not reported.

        >>> Quantity.parse("1").milli_value(), Quantity.parse("1E").milli_value()
        (1000, 0)
        """
        return self._amount.scaled(MILLI)

    def scaled_value(self, scale: int) -> int:
        """Return the number in units of 10^``scale``, rounded up, in 64 bits.

        Rounding is away from zero. An overflow is not reported: it gives the low 64 bits, or 0. Negative numbers that do not fit
        Kubernetes' short form, such as ``-1Pi`` or ``-0.1Ti``, are rounded another way, and the large ones of them come out wrong.

        >>> Quantity.parse("2500").scaled_value(3)
        3
        """
        return self._amount.scaled(scale)

    def as_int64(self) -> int | None:
        """Return the whole number of 64 bits that this is, or ``None``, which Kubernetes also answers for some that would fit.

        >>> Quantity.parse("2k").as_int64(), Quantity.parse("2.0").as_int64()
        (2000, None)
        """
        return self._amount.as_int64()

    def round_up_milli(self) -> tuple[Quantity, bool]:
        """Return the quantity in whole thousandths, rounded away from zero, and whether nothing was lost.

        So the API server rounds the resources of a pod. A number that was already written so keeps its text.

        >>> Quantity.parse("1u").round_up_milli()
        (Quantity('1m'), False)
        """
        amount, exact = self._amount.rounded_up(MILLI)
        if amount is self._amount:
            return self, exact
        return Quantity(amount, self.format), exact

    def to_fraction(self) -> Fraction:
        """Return the exact number. Raises ``QuantityTooLong`` if it has more than 4,300 digits.

        >>> Quantity.parse("250m").to_fraction()
        Fraction(1, 4)
        """
        return self._amount.number.to_fraction()

    def to_decimal(self) -> Decimal:
        """Return the exact number, of however many digits.

        >>> Quantity.parse("250m").to_decimal()
        Decimal('0.25')
        """
        return self._amount.number.to_decimal()

    def __add__(self, other: Quantity) -> Quantity:
        """Return the sum, in this one's format, or in the other's if this one is 0.

        Raises ``QuantityTooLong`` if more than 100,000 zeros would stand between the two.
        """
        if not _is_quantity(other):
            return NotImplemented
        return Quantity(add(self._amount, other._amount), self.format if self else other.format)

    def __sub__(self, other: Quantity) -> Quantity:
        """Return the difference, in the format in which ``+`` gives the sum; raises as that does."""
        if not _is_quantity(other):
            return NotImplemented
        return Quantity(subtract(self._amount, other._amount), self.format if self else other.format)

    def __neg__(self) -> Quantity:
        return Quantity(self._amount.negated(), self.format)

    def __eq__(self, other: object) -> bool:
        return compare(self._amount, other._amount) == 0 if isinstance(other, Quantity) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._amount.number)

    def __lt__(self, other: Quantity) -> bool:
        return compare(self._amount, other._amount) < 0 if _is_quantity(other) else NotImplemented

    def __le__(self, other: Quantity) -> bool:
        return compare(self._amount, other._amount) <= 0 if _is_quantity(other) else NotImplemented

    def __gt__(self, other: Quantity) -> bool:
        return compare(self._amount, other._amount) > 0 if _is_quantity(other) else NotImplemented

    def __ge__(self, other: Quantity) -> bool:
        return compare(self._amount, other._amount) >= 0 if _is_quantity(other) else NotImplemented


def _is_quantity(other: object) -> TypeGuard[Quantity]:
    return isinstance(other, Quantity)


NULL = Quantity(Int64Amount(), QuantityFormat.NONE)


def _parsed(text: str) -> Quantity:
    amount, form, kept = read_quantity(text)
    return Quantity(amount, form, text if kept else None)


_cached = functools.lru_cache(maxsize=1024)(_parsed)
