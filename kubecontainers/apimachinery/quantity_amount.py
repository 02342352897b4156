"""The two forms in which Kubernetes holds the number of a quantity, and what it computes with them.

=================  ==========================================  ===============================================
``Int64Amount``    64 bits, times a power of ten               what overflows wraps around or becomes 0
``DecimalAmount``  a decimal number of any size, which knows   what 64 bits cannot hold is cut to the low 64;
                   how many decimals are held of it            negative numbers round another way
=================  ==========================================  ===============================================

The form never shows in what a quantity is worth, but in its integer views. Kubernetes keeps both in
``k8s.io/apimachinery/pkg/api/resource`` (``amount.go``, ``math.go``, ``scale_int.go``).

A number of any size is here its digits as text and the power of ten behind them, so that one of 100,000 digits takes time in proportion,
and ``1e2147483647`` as little as ``1``. Where Kubernetes would first write out a power of ten with 2,000,000,000 digits, the answer
is the exact one.
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import attrs

from .errors import KubeContainersError

__all__ = ["Amount", "DecimalAmount", "DecimalNumber", "Int64Amount", "QuantityTooLong", "add", "compare", "int32", "subtract"]

MAX_INT64 = (1 << 63) - 1
MIN_INT64 = -(1 << 63)
NANO = -9
"""The power of ten of the last decimal that parsing keeps."""

MAX_FRACTION_DIGITS = 4300
"""As many as Python writes of a whole number, unless it is told otherwise."""
MAX_GAP_DIGITS = 100_000

_WRAP = 1 << 64
_DIGITS_OF_INT64 = 19
_DIGITS_BELOW_64_BITS = 64  # 10^64 is a multiple of 2^64: no digit further up has a part in the low 64 bits
_WRAPPING_STEPS = frozenset({1, 2, 3, 6, 9})
_LARGEST_EXPONENT = decimal.MAX_EMAX


class QuantityTooLong(KubeContainersError):
    """A number, or a sum, has more digits than are written out; ``digits`` is how many it would have.

    This is not Kubernetes' own error: it would compute on, for minutes or until it is out of memory.
    """

    def __init__(self, digits: int, hint: str = "") -> None:
        super().__init__(digits, hint)
        self.digits = digits
        self.hint = hint

    def _sentence(self) -> str:
        return f"a number of {self.digits} digits"


# ---------------------------------------------------------------------------------------------------------- numbers of any size


@attrs.frozen
class DecimalNumber:
    """A decimal number of any size: its ``digits``, times ten to the power of ``exponent``.

    There is one way to write each number: the digits have no zeros at either end, and 0 has none at all.
    """

    negative: bool = False
    digits: str = ""
    exponent: int = 0

    @classmethod
    def of(cls, digits: str, exponent: int, *, negative: bool) -> DecimalNumber:
        """Return the number of any ASCII digits and the power of ten behind them.

        >>> DecimalNumber.of("0150", -1, negative=True)
        DecimalNumber(negative=True, digits='15', exponent=0)
        """
        significant = digits.lstrip("0")
        kept = significant.rstrip("0")
        return cls(negative, kept, exponent + len(significant) - len(kept)) if kept else ZERO

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return -1 if self.negative else int(self.digits != "")

    @property
    def top(self) -> int:
        """The power of ten just above the first digit."""
        return len(self.digits) + self.exponent

    def compared_to(self, other: DecimalNumber) -> int:
        """Return -1, 0 or 1, as this number is the smaller, the same or the larger one."""
        if self == other:
            return 0
        if self.sign != other.sign:
            return 1 if self.sign > other.sign else -1
        larger = (self.top, self.digits) > (other.top, other.digits)
        return 1 if larger != self.negative else -1

    def rounded_up(self, exponent: int) -> DecimalNumber:
        """Return the nearest multiple of 10^``exponent``, away from zero.

        >>> DecimalNumber.of("1990001", -6, negative=False).rounded_up(-2)
        DecimalNumber(negative=False, digits='2', exponent=0)
        """
        cut = exponent - self.exponent
        if cut <= 0 or not self.digits:
            return self
        return DecimalNumber.of(_incremented(self.digits[:-cut]), exponent, negative=self.negative)

    def low_bits(self, exponent: int) -> int:
        """Return the low 64 bits, as an integer with a sign, of this number divided by 10^``exponent``, of which it is a multiple."""
        low = int(self.digits[-_DIGITS_BELOW_64_BITS:] or "0") * pow(10, self.exponent - exponent, _WRAP) if self.digits else 0
        return _int64(-low if self.negative else low)

    def negated(self) -> DecimalNumber:
        """Return the number with the other sign."""
        return DecimalNumber(not self.negative, self.digits, self.exponent) if self.digits else self

    def plus(self, other: DecimalNumber) -> DecimalNumber:
        """Return the exact sum. Raises ``QuantityTooLong`` if more than ``MAX_GAP_DIGITS`` zeros would stand between the two."""
        if not self.digits or not other.digits:
            return self if self.digits else other
        low = min(self.exponent, other.exponent)
        width = max(self.top, other.top) - low
        if width > len(self.digits) + len(other.digits) + MAX_GAP_DIGITS:
            raise QuantityTooLong(width, "add only quantities that are not so far apart")
        total = str(_exact(width + 1).add(self._decimal(low), other._decimal(low)))
        return DecimalNumber.of(total.removeprefix("-"), low, negative=total.startswith("-"))

    def _decimal(self, low: int = 0) -> Decimal:
        return Decimal(f"{'-' if self.negative else ''}{self.digits or '0'}E{self.exponent - low}")

    def without_factors_of_1024(self) -> tuple[DecimalNumber, int]:
        """Divide a whole number by 1024 as often as that leaves no remainder; return what is left, and how often. 0 is left alone."""
        if not self.digits:
            return self, 0
        context = _exact(2 * self.top + 1)
        rest = context.create_decimal(self.digits + "0" * self.exponent)
        factors = [(1, Decimal(1024))]
        times = 0
        while context.remainder(rest, factors[-1][1]) == 0:  # by 1024, 1024^2, 1024^4 …
            count, factor = factors[-1]
            rest, times = context.divide_int(rest, factor), times + count
            factors.append((2 * count, context.multiply(factor, factor)))
        for count, factor in reversed(factors[:-1]):  # … and back
            if context.remainder(rest, factor) == 0:
                rest, times = context.divide_int(rest, factor), times + count
        return DecimalNumber.of(f"{rest:f}", 0, negative=self.negative), times

    def to_decimal(self) -> Decimal:
        """Return the same number. Raises ``QuantityTooLong`` where a Python of 32 bits has no such ``Decimal``."""
        if self.top > _LARGEST_EXPONENT:
            raise QuantityTooLong(self.top)
        return self._decimal()

    def to_fraction(self) -> Fraction:
        """Return the same number. Raises ``QuantityTooLong`` if a part of the fraction has more than ``MAX_FRACTION_DIGITS`` digits."""
        size = len(self.digits) + abs(self.exponent)
        if size > MAX_FRACTION_DIGITS:
            raise QuantityTooLong(size, "to_decimal gives such a number")
        return Fraction(self._decimal())


ZERO = DecimalNumber()


def _exact(digits: int) -> decimal.Context:
    """Return a context that rounds nothing of up to so many digits, whatever the caller's context is."""
    return decimal.Context(prec=digits, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN, traps=[decimal.Inexact, decimal.InvalidOperation])


def _incremented(digits: str) -> str:
    head = digits.rstrip("9")
    zeros = "0" * (len(digits) - len(head))
    return f"{head[:-1]}{int(head[-1]) + 1}{zeros}" if head else f"1{zeros}"


def _int64(value: int) -> int:
    """Return the low 64 bits."""
    return (value - MIN_INT64) % _WRAP + MIN_INT64


def int32(value: int) -> int:
    """Return the low 32 bits, as an integer with a sign: powers of ten are no wider in Kubernetes.

    >>> int32(4294967299)
    3
    """
    return (value + (1 << 31)) % (1 << 32) - (1 << 31)


# ----------------------------------------------------------------------------------------------------------------- the two forms


@attrs.frozen
class Int64Amount:
    """A number of 64 bits: ``value``, times ten to the power of ``scale``, which has 32 bits and is at least -9 after parsing."""

    value: int = 0
    scale: int = 0

    @property
    def number(self) -> DecimalNumber:
        """What it is worth."""
        return DecimalNumber.of(str(abs(self.value)), self.scale, negative=self.value < 0)

    @property
    def decimals(self) -> int:
        """How many decimals it has in the other form."""
        return -self.scale

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return (self.value > 0) - (self.value < 0)

    def negated(self) -> Int64Amount:
        """Return the amount with the other sign; -2^63 stays what it is."""
        return Int64Amount(_int64(-self.value), self.scale)

    def as_int64(self) -> int | None:
        """Return the whole number of 64 bits that this is, or ``None`` if it is none, or is written with decimals."""
        value, fits = _times_power_of_ten(self.value, self.scale)
        return value if fits and self.scale >= 0 else None

    def scaled(self, scale: int) -> int:
        """Return the number in units of 10^``scale``, rounded away from zero.

        What overflows is the low 64 bits if 1, 2, 3, 6 or 9 zeros have to be appended, otherwise 0.
        """
        if self.scale < scale:
            return _over_power_of_ten(self.value, int32(scale - self.scale))[0]
        return _times_power_of_ten(self.value, int32(self.scale - scale))[0]

    def rounded_up(self, scale: int) -> tuple[Int64Amount, bool]:
        """Return a multiple of 10^``scale``, rounded away from zero, and whether nothing was lost."""
        if self.scale >= scale:
            return self, True
        value, exact = _over_power_of_ten(self.value, int32(scale - self.scale))
        return Int64Amount(value, scale), exact


@attrs.frozen
class DecimalAmount:
    """A number of any size, of which so many ``decimals`` are held, zeros or not.

    Negative ``decimals`` are zeros in front of the point that are not held.
    """

    number: DecimalNumber
    decimals: int

    @property
    def sign(self) -> int:
        """-1, 0 or 1."""
        return self.number.sign

    def negated(self) -> DecimalAmount:
        """Return the amount with the other sign."""
        return DecimalAmount(self.number.negated(), self.decimals)

    def as_int64(self) -> int | None:
        """Return ``None``: Kubernetes has a quick answer only for the other form."""
        return None

    def scaled(self, scale: int) -> int:
        """Return the low 64 bits of the number in units of 10^``scale``.

        It is rounded up. But where fewer than 19 digits go, a negative number, however large, is first cut to the low 64 bits of what is
        held, then toward zero, and raised by one if anything was lost.
        """
        cut = self.decimals + scale
        if cut <= 0:
            # From 10^19 on the factor is a float that is no int64; what x86-64 makes of it is its smallest.
            factor: int = 10**-cut if -cut < _DIGITS_OF_INT64 else MIN_INT64
            return _int64(self.number.low_bits(-self.decimals) * factor)
        if cut < _DIGITS_OF_INT64 and self._below_max_int64():
            unscaled, divisor = self.number.low_bits(-self.decimals), int(10**cut)
            quotient, rest = divmod(abs(unscaled), divisor)
            return (quotient if unscaled > 0 else -quotient) + (rest > 0)
        return self._rounded_up_bits(scale)

    def _below_max_int64(self) -> bool:
        """Tell whether the digits with all their decimals, read as a whole number, are below 2^63-1."""
        return self.number.compared_to(DecimalNumber.of(str(MAX_INT64), -self.decimals, negative=False)) < 0

    def _rounded_up_bits(self, scale: int) -> int:
        number, cut = self.number, scale - self.number.exponent
        if cut <= 0 or not number.digits:
            return number.low_bits(scale)
        truncated = DecimalNumber.of(number.digits[:-cut], scale, negative=number.negative).low_bits(scale)
        return truncated if number.negative else _int64(truncated + 1)

    def rounded_up(self, scale: int) -> tuple[DecimalAmount, bool]:
        """Return a multiple of 10^``scale``, rounded away from zero and written so, and whether nothing was lost."""
        rounded = self.number.rounded_up(scale)
        return DecimalAmount(rounded, -scale), rounded == self.number


Amount = Int64Amount | DecimalAmount


def compare(left: Amount, right: Amount) -> int:
    """Return -1, 0 or 1, as ``left`` is the smaller, the same or the larger number; the form does not count.

    >>> compare(Int64Amount(1), Int64Amount(1000, -3))
    0
    """
    if isinstance(left, Int64Amount) and isinstance(right, Int64Amount) and left.scale == right.scale:
        return (left.value > right.value) - (left.value < right.value)
    return left.number.compared_to(right.number)


def add(left: Amount, right: Amount) -> Amount:
    """Return the sum: in 64 bits where that is possible, otherwise with as many decimals as the operand that has more.

    Raises ``QuantityTooLong`` if the two are too far apart.

    >>> add(Int64Amount(1), Int64Amount(500, -3))
    Int64Amount(value=1500, scale=-3)
    """
    return _int64_sum(left, right) or DecimalAmount(left.number.plus(right.number), max(left.decimals, right.decimals))


def subtract(left: Amount, right: Amount) -> Amount:
    """Return the difference, in the form in which ``add`` would give it.

    >>> subtract(Int64Amount(1), Int64Amount(1, -9))
    Int64Amount(value=999999999, scale=-9)
    """
    return _int64_sum(left, right.negated()) or DecimalAmount(left.number.plus(right.number.negated()), max(left.decimals, right.decimals))


def _int64_sum(left: Amount, right: Amount) -> Int64Amount | None:
    """Return the sum in 64 bits, in units of the smaller scale; ``None`` if one of the numbers does not fit."""
    if isinstance(left, DecimalAmount) or isinstance(right, DecimalAmount):
        return None
    if left.value == 0 or right.value == 0:
        return left if right.value == 0 else right
    scale = min(left.scale, right.scale)
    one, one_fits = _times_power_of_ten(left.value, int32(left.scale - scale))
    other, other_fits = _times_power_of_ten(right.value, int32(right.scale - scale))
    fits = one_fits and other_fits and MIN_INT64 <= one + other <= MAX_INT64
    return Int64Amount(one + other, scale) if fits else None


def _times_power_of_ten(value: int, zeros: int) -> tuple[int, bool]:
    """Append zeros to a number of 64 bits, and tell whether it still fits.

    A negative number of zeros, as 32 bits that ran over give it, appends none.
    """
    product = value * 10 ** min(max(zeros, 0), _DIGITS_OF_INT64 + 1)
    if MIN_INT64 <= product <= MAX_INT64:
        return product, True
    return (_int64(product) if zeros in _WRAPPING_STEPS else 0), False


def _over_power_of_ten(value: int, cut: int) -> tuple[int, bool]:
    """Cut digits off a number of 64 bits, rounding away from zero, and tell whether they were all zeros."""
    quotient, rest = divmod(abs(value), 10 ** min(max(cut, 0), _DIGITS_OF_INT64 + 1))
    rounded = quotient + (rest > 0)
    return (rounded if value > 0 else -rounded), rest == 0
