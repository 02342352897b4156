r"""Text in quotes, as Go's ``%q`` and ``strconv.Quote`` write it.

Letters of all scripts stay as they are; quotes, backslashes, control characters and what cannot be seen are escaped. What can be seen is
the same to Go and to Python, letters, marks, numbers, punctuation, symbols and the blank, but for characters that only the younger of their
two Unicode tables knows.
"""

from __future__ import annotations

import re

from .text import to_text

__all__ = ["quoted"]

_PLAIN = re.compile(r"[ !#-\[\]-~]*", re.ASCII)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_FIRST_PRINTABLE, _DELETE, _FIRST_OF_32_BITS = 0x20, 0x7F, 0x10000


def quoted(text: str) -> str:
    r"""Return ``text`` in double quotes.

    >>> print(quoted('say "hi"\n'))
    "say \"hi\"\n"
    """
    return f'"{text}"' if _PLAIN.fullmatch(text) else f'"{"".join(map(_escaped, to_text(text)))}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < _FIRST_PRINTABLE or code == _DELETE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < _FIRST_OF_32_BITS else f"\\U{code:08x}"
