# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import functools
import math
import pickle
import re
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.quantity import InvalidQuantity, Quantity, QuantityFormat, QuantityTooLong
from kubecontainers.testing import strategies
from kubecontainers.testing.quantities import nearly_valid_quantities, quantities

NANO = Fraction(1, 10**9)
MOST = 2**63 - 1

POWERS = {suffix: Fraction(10) ** power for suffix, power in zip("num kMGTPE", range(-9, 19, 3), strict=True)}
POWERS[""] = POWERS.pop(" ")
BINARY = {suffix: Fraction(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), start=1)}

texts = quantities() | st.sampled_from(["0", "-0", "1.", ".5", "1e400", "-1e-400", "8Ei", "-8Ei", "1e4294967299"])
pairs = st.tuples(texts, texts)
far_exponents = st.integers(-(2**40), 2**40) | st.sampled_from([2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**31 - 10, 2**63 - 1, 2**63])


def lengthened(text: str, digit: str) -> str:
    return text.replace("1", "1" + digit * 5000, 1)


hostile = st.one_of(
    nearly_valid_quantities(),
    strategies.json_texts(),
    st.text("0123456789.+-eEinumkKMGTP"),
    st.builds("{}e{}".format, quantities(formats=(QuantityFormat.DECIMAL_SI,)).map(lambda text: text.rstrip("numkMGTPE")), far_exponents),
    st.builds(lengthened, texts, st.sampled_from(["0", "9", "5"])),
)


def worth(text: str) -> Fraction:
    """Read a text once more, in another way: what it says, before anything is rounded or capped."""
    number, letters, exponent = re.fullmatch(r"([-+]?[0-9.]*)([A-Za-z]*)([-+]?[0-9]*)", text).groups()  # type: ignore[union-attr]
    base = Fraction(number.removesuffix(".") or "0")
    if exponent:
        power = int(exponent) % 2**32
        return base * Fraction(10) ** (power - 2**32 if power >= 2**31 else power)
    return base * (POWERS | BINARY)[letters]


def away_from_zero(value: Fraction, unit: Fraction | int = 1) -> Fraction:
    units = value / unit
    return (math.ceil(units) if units > 0 else math.floor(units)) * Fraction(unit)


def parsed(text: str) -> Fraction:
    """What a quantity is worth: to nano, and with a binary suffix at most 2^63-1."""
    value = away_from_zero(worth(text), NANO)
    return max(-MOST, min(value, MOST)) if text.endswith("i") else value  # type: ignore[return-value]


class TestATextIsWorthWhatItSays:
    """A quantity is the number in the text times the suffix, rounded away from zero to 10^-9; a binary one stops at 2^63-1."""

    @given(texts)
    @example("0.9999999999999999999999999999Ki")
    @example("7.99999999999999999999999Ei")
    @example("9223372036854775808")
    def test_value(self, text: str) -> None:
        found = Quantity.parse(text)
        assert found.to_fraction() == parsed(text)
        assert found.to_decimal() == Decimal(found.to_decimal()) == found.to_fraction()
        assert found.sign == (parsed(text) > 0) - (parsed(text) < 0)
        assert found.is_zero == (not found) == (parsed(text) == 0)

    @given(st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False))
    def test_numbers_of_json(self, value: float) -> None:
        assert Quantity.from_json(value).to_fraction() == away_from_zero(Fraction(repr(value)), NANO)

    @given(st.sampled_from([*"num kMGTPE", *BINARY]), st.integers(-(10**6), 10**6))
    def test_format(self, suffix: str, number: int) -> None:
        suffix = suffix.strip()
        assert Quantity.parse(f"{number}{suffix}").format.value == ("BinarySI" if suffix in BINARY else "DecimalSI")
        assert Quantity.parse(f"{number}e3").format is QuantityFormat.DECIMAL_EXPONENT


class TestTextRoundTrips:
    """What a quantity writes is worth the same when it is read, and the canonical text of that is the canonical text."""

    @given(texts)
    def test_written(self, text: str) -> None:
        found = Quantity.parse(text)
        assume(abs(found.to_fraction()) < 10**18)  # above, DecimalSI may lack a suffix, which Kubernetes then leaves out
        for written in (str(found), found.canonical):
            assert Quantity.parse(written) == found
            assert Quantity.parse(written).canonical == found.canonical
        assert str(Quantity.parse(found.canonical)) == found.canonical
        assert str(found) in {text, found.canonical}

    @given(texts)
    def test_a_sum_forgets_the_text(self, text: str) -> None:
        found = Quantity.parse(text)
        total = found + Quantity.from_json(None)
        assert str(total) == total.canonical == found.canonical
        negated = -found
        assert total == found == -negated

    @given(texts)
    def test_json(self, text: str) -> None:
        found = Quantity.parse(text)
        for again in (Quantity.from_json(f" {text}"), Quantity.parse_json(f'"{text}\u2003"'), Quantity.from_json(text)):
            assert (again, again.format, str(again)) == (found, found.format, str(found))
        again = pickle.loads(pickle.dumps(found))  # noqa: S301
        assert (again, again.format, str(again)) == (found, found.format, str(found))


class TestQuantitiesAreNumbers:
    """Quantities add, subtract, compare and hash as the fractions that they are worth."""

    @given(pairs)
    def test_arithmetic(self, pair: tuple[str, str]) -> None:
        one, other = map(Quantity.parse, pair)
        left, right = one.to_fraction(), other.to_fraction()
        with localcontext() as context:
            context.prec = 1
            assert (one + other).to_fraction() == left + right
            assert (one - other).to_fraction() == left - right
            assert (-one).to_fraction() == -left
        assert one + other == other + one
        assert (one + other) - other == one
        assert (one + other).format is (one.format if left else other.format)

    @given(pairs)
    def test_order(self, pair: tuple[str, str]) -> None:
        one, other = map(Quantity.parse, pair)
        left, right = one.to_fraction(), other.to_fraction()
        assert (one < other, one <= other, one == other, one != other, one >= other, one > other) == (
            left < right,
            left <= right,
            left == right,
            left != right,
            left >= right,
            left > right,
        )
        if one == other:
            assert hash(one) == hash(other)

    @given(st.lists(texts, max_size=8))
    def test_sorting(self, found: list[str]) -> None:
        assert list(map(Quantity.to_fraction, sorted(map(Quantity.parse, found)))) == sorted(map(parsed, found))
        assert len(set(map(Quantity.parse, found))) == len(set(map(parsed, found)))

    @given(st.lists(quantities(max_exponent=9), max_size=5))
    def test_sums(self, found: list[str]) -> None:
        total = sum(map(Quantity.parse, found), Quantity.from_json(None))
        assert total.to_fraction() == sum(map(parsed, found))


class TestIntegerViewsRoundUp:
    """In 64 bits a quantity is the least whole number of units that holds it; a small negative one may come out two units higher."""

    @given(texts, st.integers(-9, 18))
    def test_in_range(self, text: str, scale: int) -> None:
        found = Quantity.parse(text)
        units = found.to_fraction() / Fraction(10) ** scale
        assume(found.to_fraction() > -MOST * NANO and abs(units) * 1000 < MOST)
        if units >= 0:
            assert found.scaled_value(scale) == math.ceil(units)
        else:
            assert 0 <= found.scaled_value(scale) - math.floor(units) <= 2
        if scale in {0, -3}:
            assert found.scaled_value(scale) == (found.value() if scale == 0 else found.milli_value())

    @given(texts)
    def test_as_int64(self, text: str) -> None:
        found = Quantity.parse(text)
        whole = found.as_int64()
        if whole is not None:
            assert whole == found.to_fraction() == found.value()
        if re.fullmatch("-?[0-9]{1,18}", text):
            assert whole == int(text)

    @given(texts)
    def test_round_up_milli(self, text: str) -> None:
        found = Quantity.parse(text)
        rounded, exact = found.round_up_milli()
        assert rounded.to_fraction() == away_from_zero(found.to_fraction(), Fraction(1, 1000))
        assert exact == (rounded == found)
        assert rounded.format is found.format
        assert rounded.round_up_milli() == (rounded, True)
        if found.to_fraction() >= 0:
            assert rounded >= found

    @given(hostile, st.integers())
    def test_always_in_64_bits(self, text: str, scale: int) -> None:
        try:
            found = Quantity.parse(text)
        except InvalidQuantity:
            return
        for value in (found.value(), found.milli_value(), found.scaled_value(scale), found.as_int64() or 0):
            assert -MOST - 1 <= value <= MOST


class TestEveryTextHasAnAnswer:
    """Whatever a text is, reading and computing give an answer or an error of this library, in no time."""

    @given(hostile, texts)
    @example("1e2147483647", "1n")
    @example("1234567890123456789e2147483647", "-1234567890123456789e2147483647")
    @example("0e-2147483647", "1")
    @settings(suppress_health_check=[HealthCheck.too_slow])
    def test_total(self, text: str, other: str) -> None:
        try:
            found = Quantity.parse(text)
        except InvalidQuantity as error:
            assert error.text == text
            assert len(str(error)) < 600
            assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
            return
        assert (found.sign == 0) == found.is_zero
        assert found == Quantity.parse(text)
        assert hash(found) == hash(Quantity.parse(text))
        assert len(found.canonical) <= len(text) + 20
        assert found.round_up_milli()[0].canonical
        assert found.to_decimal().is_zero() == found.is_zero
        for compute in (found.to_fraction, functools.partial(found.__add__, Quantity.parse(other)), lambda: Quantity.parse(other) - found):
            try:
                assert str(compute())
            except QuantityTooLong as error:
                assert error.digits > 4300

    @given(strategies.json_values() | st.floats() | st.integers() | hostile)
    def test_json(self, value: object) -> None:
        try:
            found = Quantity.from_json(value)
        except (InvalidQuantity, MalformedObject) as error:
            assert str(error)
        else:
            assert Quantity.parse(found.to_json()).sign == found.sign

    @given(hostile | st.text(), st.booleans())
    def test_tokens(self, text: str, quoted: bool) -> None:
        token = f'"{text}"' if quoted else text
        try:
            found = Quantity.parse_json(token)
        except KubeContainersError as error:
            assert isinstance(error, InvalidQuantity)
        else:
            assert found == Quantity.parse_json(token.encode(errors="replace"))


def accepted(strategy: st.SearchStrategy[str], examples: int = 500) -> float:
    """The share of a fixed sample that is accepted."""
    answers: list[bool] = []

    @settings(max_examples=examples, derandomize=True, database=None, phases=[Phase.generate])
    @given(strategy)
    def sample(text: str) -> None:
        try:
            Quantity.parse(text)
        except InvalidQuantity:
            answers.append(False)
        else:
            answers.append(True)

    sample()
    assert len(answers) >= examples // 2
    return sum(answers) / len(answers)


class TestStrategies:
    """Quantities are accepted, their mutations sometimes: at least a fifth is, and at least a fifth is not."""

    def test_accepted(self) -> None:
        assert accepted(quantities()) == 1

    def test_nearly_valid(self) -> None:
        assert 0.2 <= accepted(nearly_valid_quantities()) <= 0.8

    @pytest.mark.parametrize("written", [QuantityFormat.DECIMAL_SI, QuantityFormat.BINARY_SI, QuantityFormat.DECIMAL_EXPONENT])
    @given(st.data())
    def test_formats(self, written: QuantityFormat, data: st.DataObject) -> None:
        text = data.draw(quantities(formats=(written,), signed=False, max_exponent=3))
        found = Quantity.parse(text)
        assert found.sign >= 0
        assert found.format is written or (written is QuantityFormat.BINARY_SI and found.to_fraction() < 1)
        assert written is not QuantityFormat.DECIMAL_EXPONENT or found.to_fraction() < 10**40
