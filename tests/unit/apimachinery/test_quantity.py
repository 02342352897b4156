from __future__ import annotations

import copy
import math
import pickle
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.quantity import InvalidQuantity, Quantity, QuantityFormat, QuantityProblem, QuantityTooLong

parse = Quantity.parse


@pytest.mark.parametrize(
    ("text", "written", "form", "value"),
    [
        ("0", "0", "DecimalSI", Fraction(0)),
        ("500m", "500m", "DecimalSI", Fraction(1, 2)),
        ("0.5", "500m", "DecimalSI", Fraction(1, 2)),
        ("128Mi", "128Mi", "BinarySI", Fraction(128 << 20)),
        ("1.5Gi", "1536Mi", "BinarySI", Fraction(3 << 29)),
        ("1e3", "1e3", "DecimalExponent", Fraction(1000)),
        ("-1k", "-1k", "DecimalSI", Fraction(-1000)),
        ("1000", "1k", "DecimalSI", Fraction(1000)),
        ("0.0000000001", "1n", "DecimalSI", Fraction(1, 10**9)),
        ("8Ei", "9223372036854775807", "BinarySI", Fraction(2**63 - 1)),
    ],
)
def test_parse(text: str, written: str, form: str, value: Fraction) -> None:
    found = parse(text)
    assert str(found) == found.to_json() == written
    assert repr(found) == f"Quantity({written!r})"
    assert found.format is QuantityFormat(form)
    assert found.to_fraction() == found.to_decimal() == value
    assert found.sign == (value > 0) - (value < 0)
    assert found.is_zero == (value == 0) == (not found)


def test_long_texts_are_not_cached() -> None:
    text = "0" * 32 + "1"
    assert parse(text) is not parse(text)
    assert parse(text) == parse("1") is parse("1")


def test_parse_refuses() -> None:
    with pytest.raises(InvalidQuantity) as caught:
        parse("1 Gi")
    assert (caught.value.text, caught.value.problem) == ("1 Gi", QuantityProblem.FORMAT)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (" 128Mi ", "128Mi"),
        ("\u00a01\u2003", "1"),
        ("1", "1"),
        (1, "1"),
        (-3, "-3"),
        (0, "0"),
        (0.5, "500m"),
        (1.0, "1"),
        (1e16, "10e15"),
        (1e-5, "10e-6"),
        (-0.0, "0"),
        (None, "0"),
    ],
)
def test_from_json(value: object, written: str) -> None:
    assert str(Quantity.from_json(value)) == written


def test_from_json_of_a_large_number() -> None:
    assert Quantity.from_json(7 * 10**5000).to_decimal() == Decimal("7E5000")


@pytest.mark.parametrize("value", ["1\n", "\t1", "\u20281", "\x1c1", "", " ", '"1"', "null", "\ud800 "])
def test_from_json_refuses_strings(value: str) -> None:
    with pytest.raises(InvalidQuantity):
        Quantity.from_json(value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (True, "a boolean"),
        ([], "a list"),
        ({}, "an object"),
        (b"1", "a Python bytes"),
        (math.nan, "a number that JSON has not"),
        (-math.inf, "a number that JSON has not"),
    ],
)
def test_from_json_refuses_other_types(value: object, found: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        Quantity.from_json(value, path=ROOT.child("limits").key("cpu"))
    assert (caught.value.path, caught.value.expected, caught.value.found) == ("limits[cpu]", "a quantity", found)


@pytest.mark.parametrize(
    ("token", "written", "form"),
    [
        ('"128Mi"', "128Mi", "BinarySI"),
        (b'"128Mi"', "128Mi", "BinarySI"),
        ('" 1\t"', "1", "DecimalSI"),
        (" 1 ", "1", "DecimalSI"),
        ("1.50", "1500m", "DecimalSI"),
        ("1e3", "1e3", "DecimalExponent"),
        ("null", "0", ""),
        (b"null", "0", ""),
    ],
)
def test_parse_json(token: str | bytes, written: str, form: str) -> None:
    found = Quantity.parse_json(token)
    assert (str(found), found.format.value) == (written, form)


@pytest.mark.parametrize(
    "token", ["", '"', '""', '" "', "true", "[]", '"1\\u0031"', '"\\t1"', ' "1"', '"\x1c1"', '" \x1c1"', b'"\xff1"', '"null"', "nul"]
)
def test_parse_json_refuses(token: str | bytes) -> None:
    with pytest.raises(InvalidQuantity) as caught:
        Quantity.parse_json(token)
    assert caught.value.problem is QuantityProblem.FORMAT


@pytest.mark.parametrize(
    ("text", "whole", "value", "milli"),
    [
        ("1500m", None, 2, 1500),
        ("-1500m", None, -2, -1500),
        ("2k", 2000, 2000, 2_000_000),
        ("2.0", None, 2, 2000),
        ("1n", None, 1, 1),
        ("1E", 10**18, 10**18, 0),
        ("9223372036854775807", None, 2**63 - 1, -1000),
    ],
)
def test_integer_views(text: str, whole: int | None, value: int, milli: int) -> None:
    found = parse(text)
    assert found.as_int64() == whole
    assert (found.value(), found.milli_value()) == (value, milli)
    assert (found.scaled_value(0), found.scaled_value(-3)) == (value, milli)


@pytest.mark.parametrize(
    ("text", "written", "exact"),
    [
        ("+1", "+1", True),
        ("500m", "500m", True),
        ("1u", "1m", False),
        ("-1u", "-1m", False),
        ("1000u", "1m", True),
        ("0u", "0", True),
        ("1.0000000001", "1001m", False),
        ("1.0000000000", "1", True),
        ("0.1Ki", "102400m", True),
    ],
)
def test_round_up_milli(text: str, written: str, exact: bool) -> None:
    found = parse(text)
    rounded, lost_nothing = found.round_up_milli()
    assert (str(rounded), lost_nothing) == (written, exact)
    assert rounded.format is found.format


def test_rounding_leaves_alone_what_is_rounded() -> None:
    found = parse("+1.5")
    assert found.round_up_milli() == (found, True)
    assert found.round_up_milli()[0] is found


@pytest.mark.parametrize(
    ("left", "right", "total", "difference"),
    [
        ("1", "500m", "1500m", "500m"),
        ("1Gi", "1M", "1074741824", "1072741824"),
        ("0", "1Mi", "1Mi", "-1Mi"),
        ("+1", "0Ki", "1", "1"),
        ("0", "0Ki", "0", "0"),
        ("8Ei", "1", "8Ei", "9223372036854775806"),
        ("9223372036854775807n", "1n", "9223372036854775808n", "9223372036854775806n"),
    ],
)
def test_arithmetic(left: str, right: str, total: str, difference: str) -> None:
    assert str(parse(left) + parse(right)) == total
    assert str(parse(left) - parse(right)) == difference


@pytest.mark.parametrize(
    ("left", "right", "form"), [("0", "0Ki", "BinarySI"), ("1", "1Ki", "DecimalSI"), ("0.0000000000", "1Ki", "BinarySI")]
)
def test_format_of_a_sum(left: str, right: str, form: str) -> None:
    assert (parse(left) + parse(right)).format.value == form
    assert (parse(left) - parse(right)).format.value == form


def test_sums_start_with_null() -> None:
    assert str(sum(map(parse, ["64Mi", "1Gi"]), Quantity.from_json(None))) == "1088Mi"
    assert str(-parse("+5")) == "-5"
    assert str(-parse("0")) == "0"


def test_too_far_apart() -> None:
    with pytest.raises(QuantityTooLong) as caught:
        _ = parse("1e2147483646") + parse("1")
    assert caught.value.digits == 2147483647
    with pytest.raises(QuantityTooLong):
        _ = parse("1") - parse("1e2147483646")
    with pytest.raises(QuantityTooLong):
        parse("1e20000").to_fraction()


@pytest.mark.parametrize(
    ("text", "canonical", "value", "milli"),
    [
        ("1e2147483647", "10e2147483646", 0, 1),  # 32 bits run over in the milli value, so that no zero is appended
        ("-2e2147483644", "-20e2147483643", 0, 0),
        ("1e2147483648", "1e-9", 1, 1),  # the exponent becomes -2147483648
        ("0.1e-2147483648", "10e2147483646", 0, 1),  # and one less becomes 2147483647
        ("1e-2147483647", "1e-9", 1, 1),
        ("-1e-2147483647", "-1e-9", 1, 1),
        ("1000e2147483647", "1e-2147483646", 0, 1000),
        ("1234567890123456789e2147483647", "12345678901234567890e2147483646", 0, 0),
        ("0e-2147483647", "0", 0, 0),
    ],
)
def test_extreme_exponents(text: str, canonical: str, value: int, milli: int) -> None:
    found = parse(text)
    assert (found.canonical, found.value(), found.milli_value()) == (canonical, value, milli)
    assert found == parse(text)
    assert found <= max(found, parse("1")) >= parse("1")
    assert hash(found) == hash(parse(text))
    assert (found - found).is_zero


def test_many_digits() -> None:
    nines = "9" * 100_000
    found = parse(nines)
    assert str(found + parse("1")) == "1" + "0" * (100_000 % 3)
    assert str(found) == nines
    assert found.value() == int("9" * 64) % 2**64 - 2**64 * (int("9" * 64) % 2**64 >= 2**63)
    assert found.to_decimal() == Decimal(nines)
    assert parse("0." + nines + "Gi") == parse("1Gi")
    assert parse(nines + "Ki") == parse("8Ei")
    with pytest.raises(QuantityTooLong):
        found.to_fraction()


def test_equality_order_and_hash() -> None:
    equal = [parse("1"), parse("1000m"), parse("1.0000000000"), parse("1e0"), parse("0.001k")]
    assert all(one == other and hash(one) == hash(other) for one in equal for other in equal)
    assert len({*equal, parse("1Ki"), parse("1024")}) == 2
    assert sorted([parse("1Gi"), parse("1G"), parse("-1"), parse("100m")]) == [parse("-1"), parse("100m"), parse("1G"), parse("1Gi")]
    assert parse("1") < parse("1001m")
    assert parse("1") <= parse("1000m")
    assert parse("1001m") > parse("1")
    assert parse("1000m") >= parse("1")
    assert parse("1") != parse("2")


def test_other_types() -> None:
    other: Any = 1
    assert parse("1") != other
    for operation in ("__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__", "__eq__"):
        assert getattr(parse("1"), operation)(other) is NotImplemented
    with pytest.raises(TypeError):
        _ = parse("1") < other


@pytest.mark.parametrize("text", ["+1.5", "1.5Gi", "1e400", "123456789012345678901234567890"])
def test_value(text: str) -> None:
    found = parse(text)
    again = pickle.loads(pickle.dumps(found))  # noqa: S301
    assert again == copy.deepcopy(found) == found
    assert (str(again), again.format) == (str(found), found.format)
    with pytest.raises(AttributeError):
        found.format = QuantityFormat.NONE  # type: ignore[misc]


def test_the_decimal_context_of_the_caller_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 2
        total = parse("1234567890123456789012") + parse("1.5")
        assert str(total) == "1234567890123456789013500m"
        assert total.to_decimal() == Decimal("1234567890123456789013.5")
        assert total.to_fraction() == Fraction(12345678901234567890135, 10)
