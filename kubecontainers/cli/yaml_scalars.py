"""Plain scalars, tags and keys of YAML, as go-yaml v2 resolves them and ``sigs.k8s.io/yaml`` turns them to JSON."""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
import struct
from collections.abc import Callable
from types import NoneType

from ..golang.text import to_text

__all__ = ["MERGE_TAG", "TAGS", "TAG_PREFIX", "Scalar", "in_json", "json_number", "key_text", "resolve"]

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}

_MIN_INT64, _MAX_INT64, _MAX_UINT64 = -(2**63), 2**63 - 1, 2**64 - 1
_INTEGER = re.compile("[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|(?P<octal>0[oO]?[0-7]+)|0|[1-9][0-9]{0,19})|0b(?P<late_sign>[-+]0*[01]{1,63})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_FRACTION = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")

_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]+)?"
_ZONE = "(?:Z|[-+](?:[01][0-9]|2[0-4]):[0-5][0-9])"
_TIMESTAMP = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?:[Tt]{_CLOCK}{_ZONE}| {_CLOCK})?")

Scalar = str | float | bool | None
"""A scalar as go-yaml holds it: an integral float is not yet an integer."""


def resolve(text: str) -> Scalar:
    """Return what a plain scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in "0123456789.+-" else text


def _number(text: str) -> str | float:
    """Return the number that ``text`` is, or ``text`` itself. What no float can hold stays text."""
    plain, pattern = (text, _FRACTION) if text[0] == "." else (text.replace("_", ""), _FLOAT)
    if (integer := _integer(plain)) is not None:
        return integer
    number = float(plain) if pattern.fullmatch(plain) else math.inf
    return text if math.isinf(number) else number


def _integer(text: str) -> int | None:
    """Return the integer of 64 bits that ``text`` is; one without a sign reaches twice as far."""
    found = _INTEGER.fullmatch(text)
    if not found:
        return None
    if found["late_sign"]:
        return int(found["late_sign"], 2)
    number = int(text, 8 if found["octal"] else 0)
    greatest = _MAX_INT64 if "-" in text or "+" in text else _MAX_UINT64
    return number if _MIN_INT64 <= number <= greatest else None


def json_number(text: str) -> float:
    """Return the number that a JSON text writes, as Kubernetes holds it; infinite where it is out of range."""
    integer = _integer(text)
    return in_json(float(text)) if integer is None else integer


def in_json(number: float) -> float:
    """Return a float as it comes back from JSON: an integral one that fits 64 bits is an integer."""
    return int(number) if number.is_integer() and _MIN_INT64 <= number <= _MAX_INT64 else number


def _of_type(wanted: type) -> Callable[[str], Scalar]:
    def convert(text: str) -> Scalar:
        value = resolve(text)
        if type(value) is not wanted:
            raise ValueError
        return value

    return convert


def _float(text: str) -> float:
    value = resolve(text)
    if isinstance(value, str | bool | None) or (isinstance(value, int) and value > _MAX_INT64):
        raise ValueError
    return float(value)


def _timestamp(text: str) -> str:
    found = _TIMESTAMP.fullmatch(text)
    if not found:
        raise ValueError
    dt.date(2000 + int(found[1]) % 400, int(found[2]), int(found[3]))
    return text


def _binary(text: str) -> str:
    """Return the text of Base64; a byte that is not UTF-8 becomes U+FFFD on the way to JSON."""
    data = base64.b64decode(re.sub("[\r\n]", "", text), validate=True)
    return to_text(data.decode("utf-8", "surrogateescape"))


TAG_PREFIX = "tag:yaml.org,2002:"
TAGS: dict[str, Callable[[str], Scalar]] = {
    f"{TAG_PREFIX}null": _of_type(NoneType),
    f"{TAG_PREFIX}bool": _of_type(bool),
    f"{TAG_PREFIX}int": _of_type(int),
    f"{TAG_PREFIX}float": _float,
    f"{TAG_PREFIX}timestamp": _timestamp,
    f"{TAG_PREFIX}binary": _binary,
}
MERGE_TAG = f"{TAG_PREFIX}merge"


def key_text(value: object) -> str | None:
    """Return the text that a key becomes; ``None`` where a key of that type is refused, as an integer beyond 63 bits is."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value <= _MAX_INT64 else None
    return _float_key(value) if isinstance(value, float) else None


def _float_key(number: float) -> str:
    """Return the shortest text that gives the 32-bit float next to ``number``, as Go's ``FormatFloat(number, 'g', -1, 32)``."""
    if math.isnan(number):
        return ".nan"
    single = _single(number)
    if math.isinf(single):
        return ".inf" if single > 0 else "-.inf"
    shortest = next(text for text in (f"{single:.{digits}e}" for digits in range(9)) if _single(float(text)) == single)
    exponent = int(shortest.partition("e")[2])
    return f"{float(shortest):.9g}" if -4 <= exponent < 6 else shortest  # noqa: PLR2004  (where Go's %g turns to exponents)


def _single(number: float) -> float:
    try:
        (single,) = struct.unpack("<f", struct.pack("<f", number))
    except OverflowError:
        return math.copysign(math.inf, number)
    return float(single)
