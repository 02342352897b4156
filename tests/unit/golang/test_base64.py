from __future__ import annotations

import pytest

from kubecontainers.golang.base64 import decode_raw_std, decode_std, encode_std


@pytest.mark.parametrize(
    ("text", "padded", "unpadded"),
    [
        ("", b"", b""),
        ("dTpw", b"u:p", b"u:p"),
        ("Og==", b":", None),
        ("Og", None, b":"),
        ("dTo=", b"u:", None),
        ("dTo", None, b"u:"),
        ("dTo==", None, None),
        ("dTpw=", None, None),
        ("dTpw==", None, None),
        ("dTpwd", None, None),  # one character is left over
        ("=", None, None),
        ("====", None, None),
        ("Og=", None, None),
        ("Og==Og==", None, None),
        ("Oh==", b":", None),  # bits to spare may be anything
        ("Oh", None, b":"),
        ("Og\r\n=\n=\n", b":", None),
        ("\nO\rg\n", None, b":"),
        ("dTpw ", None, None),
        (" dTpw", None, None),
        ("dT\tpw", None, None),
        ("dT\vpw", None, None),
        ("dTp\u2028w", None, None),
        ("-_-_", None, None),  # the alphabet of URLs
        ("+/+/", b"\xfb\xff\xbf", b"\xfb\xff\xbf"),
        ("dTp\u212a", None, None),
        ("\uff44Tpw", None, None),
        ("\ud800AAA", None, None),
        ("\0AAA", None, None),
    ],
)
def test_decode(text: str, padded: bytes | None, unpadded: bytes | None) -> None:
    assert decode_std(text) == padded
    assert decode_raw_std(text) == unpadded


def test_a_final_newline_is_passed_over_once_and_again() -> None:
    assert decode_std("dTpw\n\n\n") == b"u:p"


@pytest.mark.parametrize(("data", "text"), [(b"", ""), (b":", "Og=="), (b"u:", "dTo="), (b"u:p", "dTpw"), (bytes(60), "A" * 80)])
def test_encode(data: bytes, text: str) -> None:
    assert encode_std(data) == text
