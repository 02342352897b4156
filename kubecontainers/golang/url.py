"""URLs without a scheme, as Go's ``net/url`` reads them after ``https://``.

Registry patterns and images are compared as such URLs. Of the parts only host (with its port) and path are kept; query, fragment and user
information are checked as far as Go checks them and dropped. Text may hold any bytes, see ``golang.text.from_octets``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .text import from_octets, to_octets

__all__ = [
    "CONTROL",
    "BadURL",
    "SchemelessURL",
    "check_escapes",
    "hide_user_information",
    "parse_authority",
    "parse_schemeless_url",
    "unescaped",
]


class BadURL(ValueError):
    """A text is no URL; ``problem`` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class SchemelessURL(NamedTuple):
    """``host`` with its brackets and port, and ``path``, empty or from its slash on; both unescaped."""

    host: str
    path: str


# What nearly all images and patterns look like: nothing to unescape, no user information, no brackets, at most one colon.
_PLAIN = re.compile(r"([A-Za-z0-9._*~-]*(?::[0-9]*)?)(/[A-Za-z0-9._*~/:@-]*)?", re.ASCII)

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""The characters that stand nowhere in a URL but in its fragment."""

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_USER = re.compile(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*", re.ASCII)
_HOST_ASCII = r"A-Za-z0-9\-._~!$&'()*+,;=:\[\]<>\""
_HOST = re.compile(rf"(?:[{_HOST_ASCII}\u0080-\U0010ffff]|%25|%[89A-Fa-f][0-9A-Fa-f])*")
_ZONE = re.compile(rf"(?:[{_HOST_ASCII}\u0080-\U0010ffff]|%[0-9A-Fa-f]{{2}})*")
_ESCAPED_IN_ZONE = re.compile(rf"[{_HOST_ASCII}% ]*")
"""What an escape in a zone may stand for: what could be written plainly, a percent sign, and a space."""
_OPTIONAL_PORT = re.compile(r"(?::[0-9]*)?", re.ASCII)


def parse_schemeless_url(text: str, *, several_colons: bool = False) -> SchemelessURL:
    """Return host and path of ``https://`` and ``text``.

    ``several_colons``: a host may hold more than one, as it might before Go 1.26. Raises ``BadURL``.

    >>> parse_schemeless_url("ci@registry.example:5000/team%41?query#fragment")
    SchemelessURL(host='registry.example:5000', path='/teamA')
    """
    plain = _PLAIN.fullmatch(text)
    if plain:
        return SchemelessURL(plain[1], plain[2] or "")
    before, _, fragment = text.partition("#")
    if CONTROL.search(before):
        raise BadURL("it holds a control character")
    check_escapes(fragment)
    rest = before.partition("?")[0]
    authority, slash, path = rest.partition("/")
    _, host = parse_authority(authority, several_colons=several_colons)
    check_escapes(path)
    return SchemelessURL(host, unescaped(slash + path))


def hide_user_information(text: str) -> str:
    """Return a URL, with or without a scheme, to show: without the user name and the password in it.

    A password with a slash that is not escaped, as in ``ci:a/b@registry.example``, ends the host too early; it is hidden as well, unless
    what stands before the slash could be a port.

    >>> hide_user_information("https://ci:hunter2@registry.example/team"), hide_user_information("registry.example/app@sha256:00")
    ('https://***@registry.example/team', 'registry.example/app@sha256:00')
    """
    return _USER_INFORMATION.sub(r"\1***@", text) if "@" in text else text


_USER_INFORMATION = re.compile(r"\A((?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//)*)(?:[^/?#]*|[^/?#:@\[]*:[0-9]*[^0-9/].*)@", re.DOTALL)


def check_escapes(text: str) -> None:
    """Raise ``BadURL`` if a percent sign begins no escape."""
    if _BAD_ESCAPE.search(text):
        raise BadURL("a % does not begin an escape such as %20")


def unescaped(text: str) -> str:
    """Undo the escapes, which are well formed."""
    return from_octets(_ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), to_octets(text))) if "%" in text else text


def parse_authority(authority: str, *, several_colons: bool) -> tuple[str | None, str]:
    """Return the user information as it is written, ``None`` where there is none, and the host, unescaped, with its brackets and port.

    Raises ``BadURL``.
    """
    user, at, host = authority.rpartition("@")
    if at:
        if not _USER.fullmatch(user):
            raise BadURL("a character cannot stand in user information")
        check_escapes(user)
    return user if at else None, _host(host, several_colons=several_colons)


def _host(host: str, *, several_colons: bool) -> str:
    if "[" in host:
        return _literal_host(host)
    before, colon, port = host.rpartition(":")
    if colon and not _OPTIONAL_PORT.fullmatch(":" + port):
        raise BadURL("what follows the colon of a host must be digits")
    if ":" in before and not several_colons:
        raise BadURL("a host holds more than one colon")
    return _unescaped_host(host)


def _unescaped_host(host: str) -> str:
    if not _HOST.fullmatch(host):
        check_escapes(host)
        raise BadURL("a character cannot stand in a host")
    return unescaped(host)


def _literal_host(host: str) -> str:
    """Read a host in brackets: an IPv6 address, with or without zone, and a port."""
    literal, closing, port = host.rpartition("]")
    if not host.startswith("[") or "[" in literal[1:]:
        raise BadURL("a bracket can only open the host")
    if not closing:
        raise BadURL("a bracket is not closed")
    if not _OPTIONAL_PORT.fullmatch(port):
        raise BadURL("what follows the bracket must be a colon and digits")
    address, percent, zone = literal[1:].partition("%25")
    escaped = unescaped("".join(re.findall(r"%..", zone))) if _ZONE.fullmatch(zone) else None
    if escaped is None or not _ESCAPED_IN_ZONE.fullmatch(escaped):
        raise BadURL("a character cannot stand in the zone of an address")
    address = _unescaped_host(address) + unescaped(percent + zone)
    if not _is_ipv6(address):
        raise BadURL("only an IPv6 address can stand in brackets")
    return f"[{address}]{port}"


def _is_ipv6(text: str) -> bool:
    from ipaddress import IPv6Address  # noqa: PLC0415  (few hosts are addresses, and the module is large)

    address, percent, zone = text.partition("%")
    try:
        IPv6Address(address)
    except ValueError:
        return False
    return bool(zone) or not percent
