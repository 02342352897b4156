from __future__ import annotations

import pytest

from kubecontainers.golang.strconv import atoi, parse_uint

LARGEST = 2**63 - 1

NO_NUMBERS = [
    "",
    "+",
    "-",
    "+-1",
    "--1",
    " 1",
    "1 ",
    "1\n",
    "1_000",
    "0x10",
    "1.0",
    "1e3",
    "\u0661",
    "\uff11",
    "²",
    "a",
    "\0",
    "\ud800",
    "\u22121",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-0", 0),
        ("+0", 0),
        ("7", 7),
        ("+7", 7),
        ("-7", -7),
        ("007", 7),
        ("-" + "0" * 6000 + "7", -7),
        ("0" * 6000, 0),
        (str(LARGEST), LARGEST),
        (f"+{LARGEST}", LARGEST),
        (str(LARGEST + 1), None),
        (str(-LARGEST - 1), -LARGEST - 1),
        (str(-LARGEST - 2), None),
        ("99999999999999999999", None),
        ("100000000000000000000", None),
        ("9" * 6000, None),
        ("-" + "9" * 6000, None),
    ],
)
def test_atoi(text: str, expected: int | None) -> None:
    assert atoi(text) == expected


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_no_number(text: str) -> None:
    assert atoi(text) is None
    assert parse_uint(text, 64) is None


@pytest.mark.parametrize(
    ("text", "bits", "expected"),
    [
        ("0", 16, 0),
        ("00080", 16, 80),
        ("65535", 16, 65535),
        ("65536", 16, None),
        ("255", 8, 255),
        ("256", 8, None),
        ("1", 1, 1),
        ("2", 1, None),
        (str(2**64 - 1), 64, 2**64 - 1),
        (str(2**64), 64, None),
        ("9" * 6000, 64, None),
        ("+1", 64, None),
        ("-1", 64, None),
        ("-0", 64, None),
    ],
)
def test_parse_uint(text: str, bits: int, expected: int | None) -> None:
    assert parse_uint(text, bits) == expected
