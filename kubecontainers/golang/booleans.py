"""Booleans in text, as Go's ``strconv.ParseBool`` reads them."""

from __future__ import annotations

__all__ = ["parse_bool"]

_WORDS = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}


def parse_bool(text: str) -> bool | None:
    """Return the boolean that a text is, ``None`` where Go gives an error.

    >>> parse_bool("T"), parse_bool("0"), parse_bool("yes")
    (True, False, None)
    """
    return _WORDS.get(text)
