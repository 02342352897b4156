"""The text of resource quantities: their grammar, what a text is worth, and how an amount is written.

===================  ================================  =================
format               suffixes                          units
===================  ================================  =================
``DecimalSI``        ``n u m``, none, ``k M G T P E``  10^-9 … 10^18
``BinarySI``         ``Ki Mi Gi Ti Pi Ei``             2^10 … 2^60
``DecimalExponent``  ``e`` or ``E`` and a number       that power of ten
===================  ================================  =================

Kubernetes keeps this in ``k8s.io/apimachinery/pkg/api/resource`` (``quantity.go``, ``suffix.go``). It is the same from 1.27 on.
"""

from __future__ import annotations

import enum
import re

from ..golang.strconv import atoi
from .errors import KubeContainersError
from .quantity_amount import MAX_INT64, MIN_INT64, NANO, Amount, DecimalAmount, DecimalNumber, Int64Amount, int32

__all__ = ["InvalidQuantity", "QuantityFormat", "QuantityProblem", "read_quantity", "write_quantity"]

# Each part takes all it can and gives nothing back, so that reading is linear.
_DIGITS = "[0-9]*+"
_NUMBER = rf"(?P<number>0*+(?P<whole>{_DIGITS})(?:\.(?P<fraction>{_DIGITS}))?+)"
_SUFFIX = rf"(?P<suffix>[eEinumkKMGTP]*+[-+]?+{_DIGITS})"
_QUANTITY = re.compile(rf"(?P<sign>[-+]?+){_NUMBER}{_SUFFIX}")

_POWERS_OF_TEN = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_POWERS_OF_TWO = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIXES = {power: suffix for suffix, power in _POWERS_OF_TEN.items()}
_BINARY_SUFFIXES = {0: "", **{power // 10: suffix for suffix, power in _POWERS_OF_TWO.items()}}

_DIGITS_IN_64_BITS = 18
_DIGITS_IN_64_BITS_BINARY = 14
_NANOS = 10**-NANO
_CAPPED = DecimalNumber.of(str(MAX_INT64), 0, negative=False)
_DIGITS_OF_CAP = 19
_PLAIN_BELOW = 1024

_MAX_SHOWN = 100


class QuantityFormat(enum.Enum):
    """How a quantity is written; the values are Kubernetes' names."""

    DECIMAL_SI = "DecimalSI"
    BINARY_SI = "BinarySI"
    DECIMAL_EXPONENT = "DecimalExponent"
    NONE = ""
    """That of a JSON ``null``, which is 0; whatever is added to it brings its own format."""


class QuantityProblem(enum.Enum):
    """Why a text is no quantity; the values are those of Kubernetes' three errors."""

    FORMAT = "format"
    """It is not a number and a suffix."""
    NUMERIC = "numeric"
    """There is no digit, and the suffix is one that needs some."""
    SUFFIX = "suffix"
    """The letters are those of suffixes, but there is no such suffix."""


class InvalidQuantity(KubeContainersError):
    """A text is no resource quantity; ``problem`` is the error that Kubernetes gives."""

    def __init__(self, text: str, problem: QuantityProblem, hint: str = "") -> None:
        super().__init__(text, problem, hint)
        self.text = text
        self.problem = problem
        self.hint = hint

    def _sentence(self) -> str:
        shown = self.text if len(self.text) <= _MAX_SHOWN else self.text[:_MAX_SHOWN] + "…"
        return f"not a quantity: {shown!r}: {_PROBLEMS[self.problem]}"


_PROBLEMS = {
    QuantityProblem.FORMAT: "it must be a number and perhaps a suffix",
    QuantityProblem.NUMERIC: "a digit is missing",
    QuantityProblem.SUFFIX: "there is no such suffix",
}


# -------------------------------------------------------------------------------------------------------------------- reading


def read_quantity(text: str) -> tuple[Amount, QuantityFormat, bool]:
    """Return the amount of a text, its format, and whether Kubernetes keeps the text as it is.

    Raises ``InvalidQuantity``.

    >>> read_quantity("1500m")
    (Int64Amount(value=1500, scale=-3), <QuantityFormat.DECIMAL_SI: 'DecimalSI'>, True)
    """
    found = _QUANTITY.fullmatch(text)
    if found is None or not text:
        raise InvalidQuantity(text, QuantityProblem.FORMAT, _hint(text))
    if text == "0":
        return Int64Amount(), QuantityFormat.DECIMAL_SI, True
    suffix = found["suffix"]
    bits = _POWERS_OF_TWO.get(suffix)
    if bits is not None:
        return _read_binary(found, bits)
    power = _POWERS_OF_TEN.get(suffix)
    if power is not None:
        return _read_decimal(found, power, QuantityFormat.DECIMAL_SI)
    exponent = atoi(suffix[1:]) if suffix[0] in "eE" else None
    if exponent is None:
        raise InvalidQuantity(text, QuantityProblem.SUFFIX, _hint(text))
    return _read_decimal(found, int32(exponent), QuantityFormat.DECIMAL_EXPONENT)


def _read_decimal(found: re.Match[str], power: int, form: QuantityFormat) -> tuple[Amount, QuantityFormat, bool]:
    whole, fraction, negative = found["whole"], found["fraction"] or "", found["sign"] == "-"
    digits = (whole or "0") + fraction
    scale = int32(power - len(fraction))
    if len(digits) <= _DIGITS_IN_64_BITS and scale >= NANO:
        value = int(digits)
        kept = scale % 3 == 0 and digits[0] != "0" and not digits.endswith("000")
        return Int64Amount(-value if negative else value, scale), form, kept
    _check_digits(found)
    number = DecimalNumber.of(digits, power - len(fraction), negative=negative)
    if not number.digits:  # is not rounded, and keeps its decimals
        return DecimalAmount(number, int32(len(fraction) - power)), form, False
    return DecimalAmount(number.rounded_up(NANO), -NANO), form, False


def _read_binary(found: re.Match[str], bits: int) -> tuple[Amount, QuantityFormat, bool]:
    whole, fraction, negative = found["whole"], found["fraction"] or "", found["sign"] == "-"
    if not fraction and len(whole or "0") <= _DIGITS_IN_64_BITS_BINARY - bits * 3 // 10:
        value = int(whole or "0")
        return Int64Amount((-value if negative else value) << bits, 0), QuantityFormat.BINARY_SI, value % 8 != 0
    _check_digits(found)
    nanos = _binary_nanos(whole, fraction, bits)
    if nanos is None:
        number = _CAPPED.negated() if negative else _CAPPED
        return DecimalAmount(number, 0), QuantityFormat.BINARY_SI, False
    number = DecimalNumber.of(str(nanos), NANO, negative=negative)
    decimals = -NANO if nanos else len(fraction)
    form = QuantityFormat.DECIMAL_SI if 0 < nanos < _NANOS else QuantityFormat.BINARY_SI
    return DecimalAmount(number, decimals), form, False


def _binary_nanos(whole: str, fraction: str, bits: int) -> int | None:
    """Return the size in units of 10^-9, rounded up, or ``None`` if it is above 2^63-1.

    Digits after the ninth and as many more as there are bits cannot do more than to be rounded up: in N / 10^(9 + bits) * 2^bits * 10^9,
    which is N / 5^bits, they add less than 1 to N.
    """
    if len(whole) > _DIGITS_OF_CAP:
        return None
    size = bits - NANO
    leading, more = fraction[:size].ljust(size, "0"), fraction[size:].strip("0")
    nanos, rest = divmod(int(whole + leading), 5**bits)
    nanos += rest > 0 or more != ""
    return nanos if nanos <= MAX_INT64 * _NANOS else None


def _check_digits(found: re.Match[str]) -> None:
    if found["number"] in {"", "."}:
        raise InvalidQuantity(found.string, QuantityProblem.NUMERIC, "write 0 in front of the suffix")


_USUAL = re.compile(r"\s*([-+]?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]{0,3})\s*", re.ASCII)
_SPELLED = {suffix.lower(): suffix for suffix in ("k", "M", "G", "T", "P", *_POWERS_OF_TWO)}


def _hint(text: str) -> str:
    """Return what was probably meant."""
    found = _USUAL.fullmatch(text) if len(text) <= _MAX_SHOWN else None
    if found is not None:
        number, unit = found.groups()
        spelled = unit if unit in _POWERS_OF_TEN else _SPELLED.get(unit.lower().removesuffix("b"))
        if spelled is not None:
            return f"write {number}{spelled}"
    return "write a number such as 2, 0.5, 500m, 128Mi or 1e3"


# -------------------------------------------------------------------------------------------------------------------- writing


def write_quantity(amount: Amount, form: QuantityFormat) -> str:
    """Return the canonical text of an amount: whole digits, and the largest suffix that leaves them whole.

    Without a suffix that would fit, ``DecimalSI`` writes none, and ``1000E`` becomes ``1``: so does Kubernetes.

    >>> write_quantity(Int64Amount(15, -1), QuantityFormat.DECIMAL_SI)
    '1500m'
    """
    if amount.sign == 0:
        return "0"
    number = amount.number
    sign = "-" if number.negative else ""
    if form is QuantityFormat.BINARY_SI and number.exponent >= 0:
        if amount == Int64Amount(MIN_INT64):  # whose size, 2^63, 64 bits cannot divide by 1024
            return str(MIN_INT64)
        if not _is_below(number, _PLAIN_BELOW):
            mantissa, times = number.without_factors_of_1024()
            return f"{sign}{mantissa.digits}{'0' * mantissa.exponent}{_BINARY_SUFFIXES.get(times, '')}"
    counted = int32 if isinstance(amount, Int64Amount) else int
    exponent = counted(number.exponent)
    zeros = exponent % 3
    return f"{sign}{number.digits}{'0' * zeros}{_decimal_suffix(counted(exponent - zeros), form)}"


def _is_below(number: DecimalNumber, limit: int) -> bool:
    """Tell whether a whole number is smaller than ``limit``, whatever its sign."""
    return number.top <= len(str(limit)) and int(number.digits) * 10**number.exponent < limit


def _decimal_suffix(power: int, form: QuantityFormat) -> str:
    if form in {QuantityFormat.DECIMAL_SI, QuantityFormat.BINARY_SI}:
        return _DECIMAL_SUFFIXES.get(power, "")
    return f"e{power}" if power else ""
