from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.quantity_amount import (
    MAX_INT64,
    MIN_INT64,
    Amount,
    DecimalAmount,
    DecimalNumber,
    Int64Amount,
    add,
    compare,
    int32,
    subtract,
)

BILLION = 10**9
"""A power of ten that can be compared, and never written out."""


def number(value: int, exponent: int) -> DecimalNumber:
    return DecimalNumber.of(str(abs(value)), exponent, negative=value < 0)


def decimal_amount(value: int, decimals: int) -> DecimalAmount:
    return DecimalAmount(number(value, -decimals), decimals)


coefficients = st.integers(-(10**6), 10**6) | st.integers(-(2**64), 2**64) | st.integers(-(10**90), 10**90)
numbers = st.builds(number, coefficients, st.integers(-40, 40))
int64s = st.integers(MIN_INT64, MAX_INT64) | st.integers(-2000, 2000)
int64_amounts = st.builds(Int64Amount, int64s, st.integers(-9, 25))
decimal_amounts = st.builds(decimal_amount, coefficients, st.integers(-30, 30))
amounts = int64_amounts | decimal_amounts
scales = st.integers(-18, 40)


def power(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def low_64_bits(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


class TestNumbersOfAnySizeAreNumbers:
    """A number of any size adds, compares and rounds as the fraction that it is, and there is one way to write it."""

    @given(coefficients, st.integers(-40, 40), st.integers(0, 30))
    def test_one_way_to_write_it(self, value: int, exponent: int, zeros: int) -> None:
        found = number(value, exponent)
        assert found.to_fraction() == found.to_decimal() == value * power(exponent)
        assert found == number(value * 10**zeros, exponent - zeros)
        assert found == DecimalNumber.of("0" * zeros + str(abs(value)), exponent, negative=value < 0)

    @given(numbers, numbers)
    def test_as_fractions(self, one: DecimalNumber, other: DecimalNumber) -> None:
        left, right = one.to_fraction(), other.to_fraction()
        assert one.compared_to(other) == (left > right) - (left < right)
        assert one.plus(other).to_fraction() == left + right
        assert one.plus(one.negated()) == DecimalNumber()

    @given(numbers, numbers, st.sampled_from([-BILLION, BILLION]))
    def test_far_away(self, one: DecimalNumber, other: DecimalNumber, shift: int) -> None:
        far = [DecimalNumber.of(found.digits, found.exponent + shift, negative=found.negative) for found in (one, other)]
        assert far[0].compared_to(far[1]) == one.compared_to(other)
        assert far[0].plus(far[1]).digits == one.plus(other).digits
        assert one.compared_to(far[0]) == (0 if not one.sign else -one.sign if shift > 0 else one.sign)

    @given(numbers, st.integers(-50, 50))
    def test_rounded_up(self, found: DecimalNumber, exponent: int) -> None:
        units = found.to_fraction() / power(exponent)
        assert found.rounded_up(exponent).to_fraction() == (math.ceil(units) if units > 0 else math.floor(units)) * power(exponent)

    @given(coefficients, st.integers(0, 200))
    def test_low_bits(self, value: int, zeros: int) -> None:
        assert number(value, zeros).low_bits(0) == low_64_bits(value * 10**zeros)
        assert number(value, zeros - BILLION).low_bits(-BILLION) == low_64_bits(value * 10**zeros)

    @given(coefficients, st.integers(0, 40), st.integers(0, 40))
    def test_factors_of_1024(self, value: int, zeros: int, times: int) -> None:
        assume(value)
        mantissa, found = number(value * 1024**times, zeros).without_factors_of_1024()
        assert found >= times
        assert mantissa.to_fraction() * 1024**found == value * 1024**times * 10**zeros
        assert mantissa.to_fraction() % 1024


class TestIntegerViewsOfTheFormsAreTheChapters:
    """What an amount is in units of a power of ten, computed with integers of any size as the rule says it."""

    @given(int64_amounts, scales)
    def test_int64(self, amount: Int64Amount, scale: int) -> None:
        zeros = amount.scale - scale
        units = amount.value * power(zeros)
        expected = math.ceil(units) if units > 0 else math.floor(units)
        if not MIN_INT64 <= expected <= MAX_INT64:
            expected = low_64_bits(expected) if zeros in {1, 2, 3, 6, 9} else 0
        assert amount.scaled(scale) == expected

    @given(decimal_amounts, scales)
    def test_decimal(self, amount: DecimalAmount, scale: int) -> None:
        unscaled = int(amount.number.to_fraction() * power(amount.decimals))
        cut = amount.decimals + scale
        if cut <= 0:
            assume(cut > -19)
            assert amount.scaled(scale) == low_64_bits(unscaled * 10**-cut)
        elif unscaled < MAX_INT64 and cut < 19:
            low = low_64_bits(unscaled)
            assert amount.scaled(scale) == int(Fraction(low, 10**cut)) + (low % 10**cut != 0)
        else:
            quotient, rest = divmod(unscaled, 10**cut)
            assert amount.scaled(scale) == low_64_bits(quotient + (rest != 0))

    @given(int64_amounts, scales)
    def test_the_forms_agree_where_nothing_overflows(self, amount: Int64Amount, scale: int) -> None:
        assume(0 <= amount.value * power(amount.scale - scale) < MAX_INT64)
        assert DecimalAmount(amount.number, max(amount.decimals, 0)).scaled(scale) == amount.scaled(scale)

    @given(amounts, scales)
    def test_rounded_up(self, amount: Amount, scale: int) -> None:
        rounded, exact = amount.rounded_up(scale)
        assert rounded.number == amount.number.rounded_up(scale)
        assert exact == (compare(rounded, amount) == 0)

    @given(st.integers())
    def test_32_bits(self, value: int) -> None:
        assert -(2**31) <= int32(value) < 2**31
        assert (int32(value) - value) % 2**32 == 0


class TestSumsOfTheForms:
    """A sum is exact and in 64 bits where the operands are and it fits, and as fine as the finer operand otherwise."""

    @given(amounts, amounts)
    def test_sum(self, one: Amount, other: Amount) -> None:
        total, difference = add(one, other), subtract(one, other)
        assert total.number.to_fraction() == one.number.to_fraction() + other.number.to_fraction()
        if Int64Amount(MIN_INT64, getattr(other, "scale", 0)) != other:  # 64 bits have no number for minus that
            assert difference.number.to_fraction() == one.number.to_fraction() - other.number.to_fraction()
        if isinstance(one, DecimalAmount) or isinstance(other, DecimalAmount):
            assert isinstance(total, DecimalAmount)
        if isinstance(total, DecimalAmount):
            assert total.decimals == max(one.decimals, other.decimals)
            assert total.number.exponent >= -total.decimals or not total.sign
        assert compare(total, add(other, one)) == 0

    @given(int64s, int64s, st.integers(-9, 18))
    def test_sum_in_64_bits(self, one: int, other: int, scale: int) -> None:
        total = add(Int64Amount(one, scale), Int64Amount(other, scale))
        assert isinstance(total, Int64Amount) == (MIN_INT64 <= one + other <= MAX_INT64)
