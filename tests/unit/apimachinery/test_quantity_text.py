from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.quantity_amount import MAX_INT64, MIN_INT64, Amount, DecimalAmount, DecimalNumber, Int64Amount
from kubecontainers.apimachinery.quantity_text import InvalidQuantity, QuantityFormat, QuantityProblem, read_quantity, write_quantity

DECIMAL, BINARY, EXPONENT = QuantityFormat.DECIMAL_SI, QuantityFormat.BINARY_SI, QuantityFormat.DECIMAL_EXPONENT


def large(text: str, decimals: int = 9) -> DecimalAmount:
    """Return an amount of any size, written with a point."""
    whole, _, fraction = text.removeprefix("-").partition(".")
    return DecimalAmount(DecimalNumber.of(whole + fraction, -len(fraction), negative=text.startswith("-")), decimals)


@pytest.mark.parametrize(
    ("text", "amount", "form", "kept"),
    [
        # a sign, zeros, a point: none has to be there, nor digits
        ("0", Int64Amount(0), DECIMAL, True),
        ("00", Int64Amount(0), DECIMAL, False),
        ("+0", Int64Amount(0), DECIMAL, False),
        ("-", Int64Amount(0), DECIMAL, False),
        (".", Int64Amount(0), DECIMAL, False),
        ("m", Int64Amount(0, -3), DECIMAL, False),
        ("Ki", Int64Amount(0), BINARY, False),
        ("+1", Int64Amount(1), DECIMAL, True),
        ("-1", Int64Amount(-1), DECIMAL, True),
        ("007", Int64Amount(7), DECIMAL, True),
        ("5.", Int64Amount(5), DECIMAL, True),
        (".5", Int64Amount(5, -1), DECIMAL, False),
        ("0.500", Int64Amount(500, -3), DECIMAL, False),
        ("1.500", Int64Amount(1500, -3), DECIMAL, True),
        ("1.50", Int64Amount(150, -2), DECIMAL, False),
        ("1000k", Int64Amount(1000, 3), DECIMAL, False),
        # suffixes
        ("1n", Int64Amount(1, -9), DECIMAL, True),
        ("1u", Int64Amount(1, -6), DECIMAL, True),
        ("1m", Int64Amount(1, -3), DECIMAL, True),
        ("1k", Int64Amount(1, 3), DECIMAL, True),
        ("1M", Int64Amount(1, 6), DECIMAL, True),
        ("1G", Int64Amount(1, 9), DECIMAL, True),
        ("1T", Int64Amount(1, 12), DECIMAL, True),
        ("1P", Int64Amount(1, 15), DECIMAL, True),
        ("1E", Int64Amount(1, 18), DECIMAL, True),
        ("1Ki", Int64Amount(1 << 10), BINARY, True),
        ("-3Mi", Int64Amount(-3 << 20), BINARY, True),
        ("5.Gi", Int64Amount(5 << 30), BINARY, True),
        ("8Gi", Int64Amount(8 << 30), BINARY, False),
        ("1Ti", Int64Amount(1 << 40), BINARY, True),
        ("1e3", Int64Amount(1, 3), EXPONENT, True),
        ("1E-3", Int64Amount(1, -3), EXPONENT, True),
        ("1e+4", Int64Amount(1, 4), EXPONENT, False),
        ("1e4294967299", Int64Amount(1, 3), EXPONENT, True),
        ("1.5e-2147483648", Int64Amount(15, 2147483647), EXPONENT, False),
        # up to 18 digits are held in 64 bits, down to nano
        ("999999999999999999", Int64Amount(10**18 - 1), DECIMAL, True),
        ("1000000000000000000", large("1000000000000000000"), DECIMAL, False),
        ("-0.0000000001", large("-0.000000001"), DECIMAL, False),
        ("1.9999999999", large("2"), DECIMAL, False),
        ("1e-10", large("0.000000001"), EXPONENT, False),
        ("0.00000000000", large("0", 11), DECIMAL, False),
        ("0e-20", large("0", 20), EXPONENT, False),
        # with a binary suffix there are fewer
        ("99999999999Ki", Int64Amount(99999999999 << 10), BINARY, True),
        ("100000000000Ki", large(str(100000000000 << 10)), BINARY, False),
        ("99Ti", Int64Amount(99 << 40), BINARY, True),
        ("100Ti", large(str(100 << 40)), BINARY, False),
        ("0Pi", large("0", 0), BINARY, False),
        ("0.00Ki", large("0", 2), BINARY, False),
        ("1Pi", large(str(1 << 50)), BINARY, False),
        ("1.5Ki", large("1536"), BINARY, False),
        ("0.5Ki", large("512"), BINARY, False),
        ("0.0001Ki", large("0.1024"), DECIMAL, False),
        ("-0.0001Ki", large("-0.1024"), DECIMAL, False),
        ("0.0000000000001Ki", large("0.000000001"), DECIMAL, False),
        ("0.0009765625Ki", large("1"), BINARY, False),
        ("1." + "0" * 50 + "1Ki", large("1024.000000001"), BINARY, False),
        ("7.9999999999999999999Ei", large(str(MAX_INT64), 0), BINARY, False),  # above it by a fraction
        ("8Ei", large(str(MAX_INT64), 0), BINARY, False),
        ("-8Ei", large(f"-{MAX_INT64}", 0), BINARY, False),
        ("99999999999999999999Ki", large(str(MAX_INT64), 0), BINARY, False),
    ],
)
def test_read(text: str, amount: Amount, form: QuantityFormat, kept: bool) -> None:
    assert read_quantity(text) == (amount, form, kept)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "format"),
        (" 1", "format"),
        ("1\n", "format"),
        ("1 Gi", "format"),
        ("1.2.3", "format"),
        ("0x10", "format"),
        ("1_000", "format"),
        ("1,5", "format"),
        ("1gi", "format"),
        ("1e1.5", "format"),
        ("NaN", "format"),
        ("\u0661", "format"),
        ("\ud800", "format"),
        ("1" * 100_000 + "!", "format"),
        ("1e", "suffix"),
        ("1e+", "suffix"),
        ("1ee3", "suffix"),
        ("1i", "suffix"),
        ("1mi", "suffix"),
        ("1Mi1", "suffix"),
        ("--1", "suffix"),
        ("1-5", "suffix"),
        ("1e9223372036854775808", "suffix"),
        ("1" + "e" * 100_000, "suffix"),
        ("Pi", "numeric"),
        (".Ei", "numeric"),
        ("-.e-10", "numeric"),
    ],
)
def test_read_refuses(text: str, problem: str) -> None:
    with pytest.raises(InvalidQuantity) as caught:
        read_quantity(text)
    error = caught.value
    assert (error.text, error.problem) == (text, QuantityProblem(problem))
    assert error.hint
    assert len(str(error)) < 300
    assert str(error).isprintable()
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1gi", "write 1Gi"),
        ("1 Gi", "write 1Gi"),
        ("128MB", "write 128M"),
        ("1.5gib", "write 1.5Gi"),
        ("100 m", "write 100m"),
        (" 2\n", "write 2"),
        ("1e", "write a number such as 2, 0.5, 500m, 128Mi or 1e3"),
        ("1,5", "write a number such as 2, 0.5, 500m, 128Mi or 1e3"),
        ("Pi", "write 0 in front of the suffix"),
    ],
)
def test_hints(text: str, hint: str) -> None:
    with pytest.raises(InvalidQuantity) as caught:
        read_quantity(text)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("amount", "form", "text"),
    [
        (Int64Amount(0, 5), BINARY, "0"),
        (large("0"), EXPONENT, "0"),
        (Int64Amount(1), DECIMAL, "1"),
        (Int64Amount(-10), DECIMAL, "-10"),
        (Int64Amount(1000), DECIMAL, "1k"),
        (Int64Amount(15, -1), DECIMAL, "1500m"),
        (Int64Amount(1, -7), DECIMAL, "100n"),
        (Int64Amount(1000, 18), DECIMAL, "1"),  # no suffix for 10^21
        (Int64Amount(1, 20), DECIMAL, "100E"),
        (large("0.000000001"), DECIMAL, "1n"),
        (Int64Amount(1, 4), EXPONENT, "10e3"),
        (Int64Amount(1, -4), EXPONENT, "100e-6"),
        (Int64Amount(1, 2), EXPONENT, "100"),
        (Int64Amount(1, 21), EXPONENT, "1e21"),
        (Int64Amount(5), QuantityFormat.NONE, "5"),
        (Int64Amount(5000), QuantityFormat.NONE, "5e3"),
        (Int64Amount(1000, 2147483645), EXPONENT, "10e2147483647"),
        (Int64Amount(1023), BINARY, "1023"),
        (Int64Amount(1000), BINARY, "1k"),
        (Int64Amount(-1023), BINARY, "-1023"),
        (Int64Amount(1024), BINARY, "1Ki"),
        (Int64Amount(-1024), BINARY, "-1Ki"),
        (Int64Amount(1025), BINARY, "1025"),
        (Int64Amount(1536), BINARY, "1536"),
        (Int64Amount(10240), BINARY, "10Ki"),
        (Int64Amount(3 << 29), BINARY, "1536Mi"),
        (Int64Amount(2500000, -3), BINARY, "2500"),
        (Int64Amount(2048500, -3), BINARY, "2048500m"),
        (large(str(1 << 60)), BINARY, "1Ei"),
        (large(str(-3 << 65)), BINARY, "-96Ei"),
        (large(str(5 << 70)), BINARY, "5"),  # no suffix for 2^70
        (large(str(10 << 120)), BINARY, "10"),
        (large("1" + "0" * 6000), BINARY, str(5**6000)),
        (Int64Amount(MIN_INT64), BINARY, "-9223372036854775808"),
        (Int64Amount(MIN_INT64), DECIMAL, "-9223372036854775808"),
    ],
)
def test_write(amount: Amount, form: QuantityFormat, text: str) -> None:
    assert write_quantity(amount, form) == text
