"""Text as Go sees it: bytes in UTF-8, simple case mapping, white space.

Go's own rules are in its packages ``unicode`` and ``strings``. Where Python's ``str`` methods answer the same they are used; the
differences are the reason for this module. Which letters have a lower case is a matter of the Unicode tables of the Python that runs,
as it is of those that a Kubernetes release was built with.
"""

from __future__ import annotations

import re

__all__ = ["from_bytes", "from_octets", "has_surrounding_space", "to_bytes", "to_lower", "to_octets", "to_text", "to_upper", "trim_space"]

# unicode.IsSpace. Python's str.strip() would also take U+001C to U+001F, which Go leaves alone.
_SPACE = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

_NOT_UTF8 = dict.fromkeys(range(0xDC80, 0xDD00), "\ufffd")
"""What Python makes of bytes that are not UTF-8, to what Go makes of them."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_OCTET = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def to_text(text: str) -> str:
    r"""Return ``text`` as it arrives from JSON in Go: every lone surrogate becomes U+FFFD.

    >>> to_text("caf\ud800") == "caf\ufffd"
    True
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def to_bytes(text: str) -> bytes:
    """Return ``text`` as Go holds it, in UTF-8; Go's ``len`` counts these bytes.

    >>> len(to_bytes("café"))
    5
    """
    return text.encode() if text.isascii() else to_text(text).encode()


def from_bytes(data: bytes) -> str:
    r"""Return the text of bytes as Go's JSON would print it: every byte that is not part of UTF-8 becomes U+FFFD.

    Python's own replacement makes one character of several such bytes.

    >>> from_bytes(b"\xe2\x82!") == "\ufffd\ufffd!"
    True
    """
    return data.decode(errors="surrogateescape").translate(_NOT_UTF8)


def from_octets(data: bytes) -> str:
    """Return any bytes as text, losslessly: those that are not UTF-8 stand in it as ``surrogateescape`` has them."""
    return data.decode(errors="surrogateescape")


def to_octets(text: str) -> bytes:
    r"""Return the bytes that ``from_octets`` made a text of; any other lone surrogate becomes U+FFFD.

    >>> to_octets(from_octets(b"caf\xe9")), to_octets("\ud800") == "\ufffd".encode()
    (b'caf\xe9', True)
    """
    return text.encode() if text.isascii() else _NO_OCTET.sub("\ufffd", text).encode(errors="surrogateescape")


def to_lower(text: str) -> str:
    r"""Return Go's ``strings.ToLower(text)``: each character by its simple mapping, whatever stands around it.

    Python lower-cases U+0130 to two characters and a final sigma to another letter; Go does neither.

    >>> to_lower("\u0130\u212a \u039f\u03a3") == "ik \u03bf\u03c3"
    True
    """
    if text.isascii():
        return text.lower()
    return "".join(["i" if char == "\u0130" else char.lower() for char in text])


def to_upper(text: str) -> str:
    r"""Return Go's ``strings.ToUpper(text)``: each character by its simple mapping.

    Python upper-cases some characters to several; those that have one capital of their own, as their title case, become it, others stay.

    >>> to_upper("stra\u00dfe \u0131\u1fb3") == "STRA\u00dfE I\u1fbc"
    True
    """
    return text.upper() if text.isascii() else "".join(map(_upper_character, text))


def _upper_character(char: str) -> str:
    upper = char.upper()
    if len(upper) == 1:
        return upper
    title = char.title()
    return title if len(title) == 1 else char


def has_surrounding_space(text: str) -> bool:
    r"""Return whether Go's ``strings.TrimSpace`` would shorten ``text``.

    >>> has_surrounding_space("nginx\n"), has_surrounding_space("\x1cnginx")
    (True, False)
    """
    return text != "" and (text[0] in _SPACE or text[-1] in _SPACE)


def trim_space(text: str) -> str:
    r"""Return Go's ``strings.TrimSpace(text)``.

    >>> trim_space("\t nginx\u00a0\n"), trim_space("\x1cnginx")
    ('nginx', '\x1cnginx')
    """
    return text.strip(_SPACE)
