"""Headers of HTTP requests, as Go's ``net/textproto`` and ``golang.org/x/net/http/httpguts`` know them."""

from __future__ import annotations

import re

__all__ = ["canonical_header_name", "is_header_name", "is_header_value", "is_host_header"]

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+", re.ASCII)
_NO_CONTROL = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_HOST = re.compile(r"[0-9A-Za-z!$%&'()*+,\-.:;=\[\]_~]*", re.ASCII)


def canonical_header_name(name: str) -> str:
    """Return the name as Go writes it: a capital at its begin and after each dash, small letters elsewhere.

    A text that is no name stays as it is.

    >>> canonical_header_name("x-forwarded-FOR"), canonical_header_name("x a"), canonical_header_name("x_a")
    ('X-Forwarded-For', 'x a', 'X_a')
    """
    return "-".join([part.capitalize() for part in name.split("-")]) if is_header_name(name) else name


def is_header_name(name: str) -> bool:
    """Return whether a text may be the name of a header: letters, digits and a few other characters of ASCII, at least one.

    >>> is_header_name("X-Shop"), is_header_name("X Shop"), is_header_name("")
    (True, False, False)
    """
    return _NAME.fullmatch(name) is not None


def is_header_value(value: str) -> bool:
    r"""Return whether a text may be the value of a header: no control character stands in it, but for tabs.

    >>> is_header_value("a\tü"), is_header_value("a\n")
    (True, False)
    """
    return _NO_CONTROL.fullmatch(value) is not None


def is_host_header(host: str) -> bool:
    """Return whether a text may be the value of ``Host``; Go sends an empty one instead of any other.

    >>> is_host_header("[fd00::1]:80"), is_host_header("shop.example/x")
    (True, False)
    """
    return _HOST.fullmatch(host) is not None
