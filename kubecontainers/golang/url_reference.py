"""URLs and references to URLs, as Go's ``net/url`` reads, joins and writes them.

What is read: ``[scheme:][//[user@]host][/path][?query][#fragment]``, or ``scheme:opaque[?query][#fragment]`` where what follows the scheme
does not begin with a slash. Text may hold any bytes, see ``golang.text.from_octets``.
"""

from __future__ import annotations

import re

import attrs

from .text import to_lower, to_octets
from .url import CONTROL, BadURL, check_escapes, parse_authority, unescaped

__all__ = ["URLReference", "UserInformation", "parse_url_reference"]

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)?:", re.ASCII)

# What may stand in a path or a fragment as it is, escapes included; where all of it may, nothing is escaped anew.
_WIRE_PATH = re.compile(r"[A-Za-z0-9\-_.~!$&'()*+,;=:@/\[\]%]*", re.ASCII)
_WIRE_FRAGMENT = re.compile(r"[A-Za-z0-9\-_.~!$&'()*+,;=:@/?\[\]%]*", re.ASCII)

# What has to be escaped where something has to be.
_NOT_IN_PATH = re.compile(rb"[^A-Za-z0-9\-_.~$&+,/:;=@]")
_NOT_IN_FRAGMENT = re.compile(rb"[^A-Za-z0-9\-_.~$&+,/:;=?@!()*]")
_NOT_IN_USER = re.compile(rb"[^A-Za-z0-9\-_.~$&+,;=]")
_NOT_IN_HOST = re.compile(rb"[^A-Za-z0-9\-_.~!$&'()*+,;=:\[\]<>\"]")

_ONE_COLON = frozenset({"http", "https"})
"""The schemes of URLs whose hosts may hold one colon at the most, outside brackets."""

_PORT = re.compile(r":([0-9]*)\Z", re.ASCII)


@attrs.frozen
class UserInformation:
    """A user's name and, unless it is ``None``, a password, both unescaped; ``str`` is how a URL has them."""

    name: str
    password: str | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        name = _escaped(self.name, _NOT_IN_USER)
        return name if self.password is None else f"{name}:{_escaped(self.password, _NOT_IN_USER)}"


@attrs.frozen(str=False)
class URLReference:
    """A URL, or a reference to one; ``str`` writes it.

    ``path`` and ``fragment`` are escaped, as they are sent; ``host``, with its brackets and port, is not. ``query`` is ``None`` where there
    is no question mark. ``opaque`` is what follows the scheme of a URL such as ``mailto:x@y``. ``no_authority`` says of an empty host that
    it was not written either: ``file:/x``, not ``file:///x``.
    """

    scheme: str = ""
    opaque: str = ""
    user: UserInformation | None = None
    host: str = ""
    path: str = ""
    query: str | None = None
    fragment: str = ""
    no_authority: bool = False

    @classmethod
    def of_path(cls, path: str) -> URLReference:
        """Return the reference whose path, unescaped, is this text, whatever it is.

        >>> str(URLReference.of_path("/%zz?"))
        '/%25zz%3F'
        """
        return cls(path=_escaped(path, _NOT_IN_PATH))

    @property
    def hostname(self) -> str:
        """The host without brackets and port."""
        host = _PORT.sub("", self.host)
        return host[1:-1] if host.startswith("[") and host.endswith("]") else host

    @property
    def port(self) -> str:
        """The digits of the port, empty where there are none."""
        found = _PORT.search(self.host)
        return found[1] if found else ""

    @property
    def request_target(self) -> str:
        """What stands in the first line of an HTTP request for the URL."""
        target = self.opaque or self.path or "/"
        if target.startswith("//") and self.opaque:
            target = f"{self.scheme}:{target}"
        return target + self._query()

    def join(self, reference: URLReference) -> URLReference:
        """Return what ``reference`` is where this URL is the base (``ResolveReference``).

        >>> base = parse_url_reference("http://shop.example/a/b?c")
        >>> str(base.join(parse_url_reference("../d"))), str(base.join(parse_url_reference("?e")))
        ('http://shop.example/d', 'http://shop.example/a/b?e')
        """
        scheme = reference.scheme or self.scheme
        if reference.scheme or reference.host or reference.user is not None:
            return attrs.evolve(reference, scheme=scheme, path=_joined(reference.path, ""))
        if reference.opaque:
            return attrs.evolve(reference, scheme=scheme)
        query, fragment = reference.query, reference.fragment
        if not reference.path and query is None:
            query, fragment = self.query or None, fragment or self.fragment
        if not reference.path and self.opaque:
            return URLReference(scheme, self.opaque, query=query, fragment=fragment)
        return URLReference(scheme, "", self.user, self.host, _joined(self.path, reference.path), query, fragment)

    def __str__(self) -> str:
        scheme = f"{self.scheme}:" if self.scheme else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        if self.opaque:
            return f"{scheme}{self.opaque}{self._query()}{fragment}"
        authority = self._authority()
        path = self.path
        if path and not path.startswith("/") and self.host:
            path = f"/{path}"
        elif not scheme and not authority and ":" in path.partition("/")[0]:
            path = f"./{path}"
        return f"{scheme}{authority}{path}{self._query()}{fragment}"

    def _authority(self) -> str:
        if not self.host and self.user is None:
            return "//" if self.scheme and self.path and not self.no_authority else ""
        user = "" if self.user is None else f"{self.user}@"
        return f"//{user}{_escaped(self.host, _NOT_IN_HOST)}"

    def _query(self) -> str:
        return "" if self.query is None else f"?{self.query}"


def parse_url_reference(text: str, *, several_colons: bool = False) -> URLReference:
    """Return the URL, or the reference to one, that ``text`` is.

    ``several_colons``: the host of an http or https URL may hold more than one, as it might before Go 1.26, and as others still may.
    Raises ``BadURL``.

    >>> parse_url_reference("http://shop.example:80/a b?c=d#e")
    URLReference(scheme='http', opaque='', user=None, host='shop.example:80', path='/a%20b', query='c=d', fragment='e', no_authority=False)
    """
    text, _, fragment = text.partition("#")
    if CONTROL.search(text):
        raise BadURL("it holds a control character")
    check_escapes(fragment)
    fragment = fragment if _WIRE_FRAGMENT.fullmatch(fragment) else _escaped(unescaped(fragment), _NOT_IN_FRAGMENT)
    scheme, rest = _scheme(text)
    rest, mark, query = rest.partition("?")
    made = URLReference(scheme=scheme, query=query if mark else None, fragment=fragment)
    if not rest.startswith("/"):
        if scheme:
            return attrs.evolve(made, opaque=rest)
        if ":" in rest.partition("/")[0]:
            raise BadURL("the first part of a path holds a colon")
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, rest = rest[2:].partition("/")
        user, host = parse_authority(authority, several_colons=several_colons or scheme not in _ONE_COLON)
        made = attrs.evolve(made, user=None if user is None else _user(user), host=host)
        rest = slash + rest
    else:
        made = attrs.evolve(made, no_authority=bool(scheme))
    check_escapes(rest)
    return attrs.evolve(made, path=rest if _WIRE_PATH.fullmatch(rest) else _escaped(unescaped(rest), _NOT_IN_PATH))


def _scheme(text: str) -> tuple[str, str]:
    """Cut the scheme off a URL."""
    found = _SCHEME.match(text)
    if found is None:
        return "", text
    if not found[1]:
        raise BadURL("a scheme is missing before the colon")
    return to_lower(found[1]), text[found.end() :]


def _user(text: str) -> UserInformation:
    name, colon, password = text.partition(":")
    return UserInformation(unescaped(name), unescaped(password) if colon else None)


def _escaped(text: str, escape: re.Pattern[bytes]) -> str:
    """Write as escapes the bytes that ``escape`` finds; none but ASCII is left."""
    return escape.sub(lambda found: b"%%%02X" % found[0][0], to_octets(text)).decode(errors="surrogateescape")


def _joined(base: str, reference: str) -> str:
    """Return the path that ``reference`` is below ``base``, without the segments ``.`` and ``..``."""
    if not reference.startswith("/"):
        reference = base[: base.rindex("/") + 1 if "/" in base else 0] + reference if reference else base
    if not reference:
        return ""
    segments: list[str] = []
    written = reference.split("/")
    for segment in written:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
        elif not segments:
            segments.append("")
    path = "/" + "/".join(segments) + ("/" if written[-1] in {".", ".."} else "")
    return path[1:] if path.startswith("//") else path
