from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction

import pytest

from kubecontainers.apimachinery import quantity_amount
from kubecontainers.apimachinery.quantity_amount import (
    MAX_FRACTION_DIGITS,
    MAX_GAP_DIGITS,
    MAX_INT64,
    MIN_INT64,
    ZERO,
    Amount,
    DecimalAmount,
    DecimalNumber,
    Int64Amount,
    QuantityTooLong,
    add,
    compare,
    int32,
    subtract,
)


def number(value: int, exponent: int = 0) -> DecimalNumber:
    return DecimalNumber.of(str(abs(value)), exponent, negative=value < 0)


def large(value: int, exponent: int = 0, decimals: int = 9) -> DecimalAmount:
    return DecimalAmount(number(value, exponent), decimals)


def low_64_bits(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


class TestNumbers:
    def test_one_way_to_write_each(self) -> None:
        assert number(-1500) == DecimalNumber(negative=True, digits="15", exponent=2)
        assert DecimalNumber.of("000", 5, negative=True) == DecimalNumber.of("", 0, negative=False) == ZERO
        assert (number(-1500).sign, ZERO.sign, number(1).sign) == (-1, 0, 1)
        assert (number(-1500).top, ZERO.top, number(1, -3).top) == (4, 0, -2)

    @pytest.mark.parametrize(
        ("smaller", "larger"),
        [
            (number(-1), ZERO),
            (ZERO, number(1, -100)),
            (number(-1), number(1)),
            (number(9), number(10)),
            (number(15), number(2, 1)),
            (number(2), number(21, -1)),
            (number(-21, -1), number(-2)),
            (number(-1, 2**31), number(-1, -(2**31))),
        ],
    )
    def test_order(self, smaller: DecimalNumber, larger: DecimalNumber) -> None:
        assert smaller.compared_to(larger) == -1
        assert larger.compared_to(smaller) == 1
        assert larger.compared_to(larger) == 0

    @pytest.mark.parametrize(
        ("given", "exponent", "rounded"),
        [
            (number(1999), 0, number(1999)),
            (number(1999), 1, number(200, 1)),
            (number(1991), 1, number(200, 1)),
            (number(-1991), 2, number(-20, 2)),
            (number(5), 1, number(1, 1)),
            (number(5), 2**31, number(1, 2**31)),
            (number(1000), 3, number(1000)),
            (ZERO, 3, ZERO),
        ],
    )
    def test_rounded_up(self, given: DecimalNumber, exponent: int, rounded: DecimalNumber) -> None:
        assert given.rounded_up(exponent) == rounded

    @pytest.mark.parametrize(
        ("given", "exponent", "low"),
        [
            (ZERO, 0, 0),
            (number(7), 0, 7),
            (number(-7), -3, -7000),
            (number(1 << 63), 0, MIN_INT64),
            (number((1 << 64) + 5), 0, 5),
            (number(-(10**100) - 3), 0, -3),
            (number(3, 2**31), 0, 0),
        ],
    )
    def test_low_bits(self, given: DecimalNumber, exponent: int, low: int) -> None:
        assert given.low_bits(exponent) == low

    def test_negated(self) -> None:
        assert number(3).negated() == number(-3)
        assert ZERO.negated() is ZERO

    @pytest.mark.parametrize(
        ("left", "right", "total"),
        [
            (number(1), number(5, -1), number(15, -1)),
            (number(5, -1), number(-1), number(-5, -1)),
            (number(1), number(-1), ZERO),
            (number(999), number(1), number(1, 3)),
            (ZERO, number(1, 2**31), number(1, 2**31)),
            (number(1, 2**31), ZERO, number(1, 2**31)),
            (number(1, 2**31), number(1, 2**31 - 1), number(11, 2**31 - 1)),
        ],
    )
    def test_plus(self, left: DecimalNumber, right: DecimalNumber, total: DecimalNumber) -> None:
        assert left.plus(right) == total

    def test_plus_of_numbers_far_apart(self) -> None:
        widest = number(1, MAX_GAP_DIGITS + 1)
        assert widest.plus(number(1)).digits == "1" + "0" * MAX_GAP_DIGITS + "1"
        for one, other in ((number(1, MAX_GAP_DIGITS + 2), number(1)), (number(-1), number(1, 2**31))):
            with pytest.raises(QuantityTooLong) as caught:
                one.plus(other)
            assert caught.value.digits == other.top if other.top > 1 else one.top

    @pytest.mark.parametrize("times", [0, 1, 2, 3, 6, 7, 8, 100])
    @pytest.mark.parametrize("mantissa", [1, 3, 512, 1023, 1025, -10])
    def test_without_factors_of_1024(self, mantissa: int, times: int) -> None:
        assert number(mantissa * 1024**times).without_factors_of_1024() == (number(mantissa), times)

    def test_zero_has_no_factors(self) -> None:
        assert ZERO.without_factors_of_1024() == (ZERO, 0)

    def test_other_types(self) -> None:
        assert number(-15, -1).to_decimal() == Decimal("-1.5")
        assert number(-15, -1).to_fraction() == Fraction(-3, 2)
        assert ZERO.to_decimal() == ZERO.to_fraction() == 0
        assert number(1, MAX_FRACTION_DIGITS - 1).to_fraction() == 10 ** (MAX_FRACTION_DIGITS - 1)
        with pytest.raises(QuantityTooLong) as caught:
            number(1, -MAX_FRACTION_DIGITS).to_fraction()
        assert str(caught.value) == "a number of 4301 digits (to_decimal gives such a number)"
        assert pickle.loads(pickle.dumps(caught.value)) == caught.value  # noqa: S301

    def test_decimals_of_a_python_of_32_bits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(quantity_amount, "_LARGEST_EXPONENT", 425_000_000)
        with pytest.raises(QuantityTooLong):
            number(1, 2**31).to_decimal()


@pytest.mark.parametrize(("value", "low"), [(0, 0), (2**31 - 1, 2**31 - 1), (2**31, -(2**31)), (-(2**31) - 1, 2**31 - 1), (2**40, 0)])
def test_int32(value: int, low: int) -> None:
    assert int32(value) == low


class TestInt64:
    def test_parts(self) -> None:
        amount = Int64Amount(-1500, 3)
        assert (amount.number, amount.decimals, amount.sign) == (number(-15, 5), -3, -1)
        assert (amount.negated(), Int64Amount(MIN_INT64).negated()) == (Int64Amount(1500, 3), Int64Amount(MIN_INT64))
        assert (Int64Amount().sign, Int64Amount(1).sign) == (0, 1)

    @pytest.mark.parametrize(
        ("amount", "whole"),
        [
            (Int64Amount(5), 5),
            (Int64Amount(5, 3), 5000),
            (Int64Amount(5000, -3), None),
            (Int64Amount(-9, 18), -9 * 10**18),
            (Int64Amount(10, 18), None),
            (Int64Amount(1, 19), None),
            (Int64Amount(0, 2147483647), 0),
        ],
    )
    def test_as_int64(self, amount: Int64Amount, whole: int | None) -> None:
        assert amount.as_int64() == whole

    @pytest.mark.parametrize(
        ("amount", "scale", "value"),
        [
            (Int64Amount(1500), 0, 1500),
            (Int64Amount(1500), 2, 15),
            (Int64Amount(1501), 2, 16),
            (Int64Amount(-1501), 2, -16),
            (Int64Amount(1), 2147483647, 1),
            (Int64Amount(-1, -9), 2147483647, -1),  # 32 bits run over, and nothing is cut off
            (Int64Amount(0, -9), 0, 0),
            (Int64Amount(9, 18), 0, 9 * 10**18),
            (Int64Amount(5), -18, 5 * 10**18),
            (Int64Amount(1 << 62), -1, low_64_bits(10 << 62)),
            (Int64Amount(1 << 62), -2, 0),
            (Int64Amount(10**18), -3, low_64_bits(10**21)),
            (Int64Amount(10**18 - 1), -6, low_64_bits(10**24 - 10**6)),
            (Int64Amount(-(10**18) + 1), -9, low_64_bits(10**9 - 10**27)),
            (Int64Amount(10**18), -4, 0),
            (Int64Amount(1), -19, 0),
            (Int64Amount(1), -2147483648, 1),
        ],
    )
    def test_scaled(self, amount: Int64Amount, scale: int, value: int) -> None:
        assert amount.scaled(scale) == value

    @pytest.mark.parametrize(
        ("amount", "scale", "rounded", "exact"),
        [
            (Int64Amount(1500, -3), -3, Int64Amount(1500, -3), True),
            (Int64Amount(1500, 3), -3, Int64Amount(1500, 3), True),
            (Int64Amount(1500, -3), -2, Int64Amount(150, -2), True),
            (Int64Amount(1500, -3), 0, Int64Amount(2), False),
            (Int64Amount(-1, -9), 0, Int64Amount(-1), False),
        ],
    )
    def test_rounded_up(self, amount: Int64Amount, scale: int, rounded: Int64Amount, exact: bool) -> None:
        assert amount.rounded_up(scale) == (rounded, exact)


class TestDecimal:
    def test_parts(self) -> None:
        amount = large(-15)
        assert (amount.sign, amount.negated(), amount.as_int64()) == (-1, large(15), None)

    @pytest.mark.parametrize(
        ("amount", "scale", "value"),
        [
            # more digits than decimals are asked for
            (large(7, -9), -9, 7),
            (large(7, -9), -12, 7000),
            (large(-7), -9, -7 * 10**9),
            (large(MAX_INT64, 0, 0), -3, -1000),
            (large(3, 0, 0), -18, 3 * 10**18),
            (large(3, 0, 0), -19, MIN_INT64),
            (large(4, 0, 0), -19, 0),
            # few digits: toward zero, and one up, also for negative numbers
            (large(1, -9), 0, 1),
            (large(15, -1), 0, 2),
            (large(-15, -1), 0, 0),
            (large(-25, -1), 0, -1),
            (large(-2), 0, -2),
            (large(0), 0, 0),
            (large(1, 9), 3, 1_000_000),
            (large(-1, 30, 0), 5, low_64_bits(-(10**30)) // 10**5 + 2),  # of the low 64 bits, though there are more
            # many digits: up
            (large(10**19 + 1, -1), 0, 10**18 + 1),
            (large(10**20 + 1, -1), 0, low_64_bits(10**19 + 1)),
            (large(10**20), 0, low_64_bits(10**20)),
            (large(10**20), 25, 1),
            (large(-(10**20)), 25, 0),
            (large(-(10**20) - 1), 10, -(10**10)),
            (large(5), 2**31, 1),
            (large(0), 2**31, 0),
            (large(-5), 2**31, 0),
            (large(MAX_INT64, -9), 0, 9223372037),
            (large(MAX_INT64 - 1, -9), 0, 9223372037),
            (large(5, 2**31), 0, 0),
            (large(5, 2**31), 2**31, 5),
        ],
    )
    def test_scaled(self, amount: DecimalAmount, scale: int, value: int) -> None:
        assert amount.scaled(scale) == value

    @pytest.mark.parametrize(
        ("amount", "scale", "rounded", "exact"),
        [
            (large(15, -1), -3, large(15, -1, 3), True),
            (large(15, -1), 0, large(2, 0, 0), False),
            (large(-1, -9), -3, large(-1, -3, 3), False),
        ],
    )
    def test_rounded_up(self, amount: DecimalAmount, scale: int, rounded: DecimalAmount, exact: bool) -> None:
        assert amount.rounded_up(scale) == (rounded, exact)


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        (Int64Amount(1), Int64Amount(2), -1),
        (Int64Amount(2), Int64Amount(1), 1),
        (Int64Amount(1), Int64Amount(1000, -3), 0),
        (Int64Amount(1), large(1), 0),
        (large(1), large(2), -1),
    ],
)
def test_compare(left: Amount, right: Amount, order: int) -> None:
    assert compare(left, right) == order


@pytest.mark.parametrize(
    ("left", "right", "total"),
    [
        (Int64Amount(1), Int64Amount(5, -1), Int64Amount(15, -1)),
        (Int64Amount(5, -1), Int64Amount(1), Int64Amount(15, -1)),
        (Int64Amount(0, -9), Int64Amount(5, 3), Int64Amount(5, 3)),
        (Int64Amount(5, 3), Int64Amount(0, -9), Int64Amount(5, 3)),
        (Int64Amount(0, 1), Int64Amount(0, 2), Int64Amount(0, 1)),
        (Int64Amount(MAX_INT64), Int64Amount(1), large(1 << 63, 0, 0)),
        (Int64Amount(MIN_INT64 + 1), Int64Amount(-1), Int64Amount(MIN_INT64)),
        (Int64Amount(MIN_INT64), Int64Amount(MIN_INT64), large(-(1 << 64), 0, 0)),
        (Int64Amount(1, 18), Int64Amount(1, -9), large(10**27 + 1, -9, 9)),
        (Int64Amount(1, -9), Int64Amount(10, 18), large(10**28 + 1, -9, 9)),
        (Int64Amount(1, 2147483647), Int64Amount(1, -3), Int64Amount(2, -3)),  # 32 bits run over
        (large(1), Int64Amount(5, -10), large(10**10 + 5, -10, 10)),
        (Int64Amount(5, 3), large(1, 0, 0), large(5001, 0, 0)),
        (large(1, 0, 0), Int64Amount(0, -9), large(1, 0, 9)),
    ],
)
def test_add(left: Amount, right: Amount, total: Amount) -> None:
    assert add(left, right) == total


@pytest.mark.parametrize(
    ("left", "right", "difference"),
    [
        (Int64Amount(1), Int64Amount(5, -1), Int64Amount(5, -1)),
        (Int64Amount(0), Int64Amount(5, 3), Int64Amount(-5, 3)),
        (Int64Amount(MIN_INT64), Int64Amount(1), large(MIN_INT64 - 1, 0, 0)),
        (Int64Amount(1), Int64Amount(MIN_INT64), Int64Amount(MIN_INT64 + 1)),  # -(-2^63) has no place in 64 bits
        (Int64Amount(-1), Int64Amount(MIN_INT64), large(MAX_INT64, 0, 0)),
        (large(1), large(1), large(0)),
    ],
)
def test_subtract(left: Amount, right: Amount, difference: Amount) -> None:
    assert subtract(left, right) == difference
