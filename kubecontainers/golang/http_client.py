"""GET requests as Go's ``net/http`` client sends them over HTTP/1.1, and what it makes of redirects.

The rules are those of ``Request.write``, ``Transport.roundTrip`` and ``Client.do``: of a client with transparent compression, without
cookies and without a proxy. Where releases of Go differ it is Go 1.26.
"""

from __future__ import annotations

import base64
import re

import attrs

from .http_header import is_header_name, is_header_value, is_host_header
from .idna import host_lookup_name, host_to_ascii
from .ip import join_host_port
from .text import to_octets
from .url_reference import URLReference, parse_url_reference

__all__ = ["BadRequest", "ClientRequest", "Headers", "with_header", "without_header"]

Headers = tuple[tuple[str, str], ...]
"""Names, in their canonical form, and values; a name may come several times."""

_PORTS = {"http": "80", "https": "443"}
_DEFAULT_USER_AGENT = "Go-http-client/1.1"
_HOST_AND_PORT = re.compile(r"(?:\[([^\[\]]*)\]|([^:\[\]]*)):([^:\[\]]*)")
_NOT_SENT = frozenset({"Host", "User-Agent", "Content-Length", "Transfer-Encoding", "Trailer"})
"""Headers that the client writes by itself, or not at all."""

_OF_A_BODY = frozenset({"Content-Encoding", "Content-Language", "Content-Location", "Content-Type"})
_BODY_KEPT = frozenset({307, 308})
_REDIRECTS = frozenset({301, 302, 303}) | _BODY_KEPT


class BadRequest(ValueError):
    """A request that the client does not send; ``problem`` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@attrs.frozen
class ClientRequest:
    """A request as it is given to the client: ``host`` is what goes before the URL's host in the header, empty where nothing does."""

    url: URLReference
    host: str = ""
    headers: Headers = ()
    first_headers: Headers | None = None
    """After a redirect: the headers of the first request, without what was added on the way."""
    several_colons: bool = False
    """Whether the client reads locations as Go did before 1.26, see ``parse_url_reference``."""

    def check(self) -> None:
        """Raise ``BadRequest`` if the client refuses to send the request."""
        if not self.url.host:
            raise BadRequest("the URL has no host")
        for name, value in self._authorized_headers:
            if not is_header_name(name):
                raise BadRequest("a character cannot stand in the name of a header")
            if not is_header_value(value):
                raise BadRequest("a control character stands in the value of a header")
        if self.url.scheme not in _PORTS:
            raise BadRequest("the scheme is neither http nor https")

    @property
    def address(self) -> str:
        """The host and port that is dialled."""
        return join_host_port(host_lookup_name(self.url.hostname), self.url.port or _PORTS.get(self.url.scheme, ""))

    @property
    def host_header(self) -> str:
        """The value of ``Host``: of a value that is none nothing is left, and no zone of an address is sent."""
        host = self.host or self.url.host
        if not host.isascii():
            split = _HOST_AND_PORT.fullmatch(host)
            name, port = (split[1] or split[2], split[3]) if split else (host, "")
            host = join_host_port(host_to_ascii(name), port) if port else host_to_ascii(name)
        if not is_host_header(host):
            return ""
        literal, closing, rest = host.rpartition("]")
        address, percent, _ = literal.rpartition("%")
        return address + closing + rest if host.startswith("[") and percent else host

    @property
    def sent_headers(self) -> Headers:
        """The headers after ``Host``, as they are sent: the user agent, the others by their names, then what the transport adds."""
        headers = self._authorized_headers
        agent = next((value for name, value in headers if name == "User-Agent"), _DEFAULT_USER_AGENT)
        sent = [("User-Agent", agent)] if agent else []
        sent += sorted(((name, value) for name, value in headers if name not in _NOT_SENT), key=lambda header: header[0])
        if not self.first("Accept-Encoding") and not self.first("Range"):
            sent.append(("Accept-Encoding", "gzip"))
        return tuple((name, value.strip(" \t")) for name, value in sent)

    @property
    def _authorized_headers(self) -> Headers:
        """The headers with what the user of the URL makes of ``Authorization``, where its first value is empty."""
        user = self.url.user
        if user is None or self.first("Authorization"):
            return self.headers
        basic = base64.b64encode(to_octets(f"{user.name}:{user.password or ''}")).decode()
        return with_header(self.headers, "Authorization", f"Basic {basic}")

    def first(self, name: str) -> str:
        """Return the first value of a header, empty where there is none."""
        return next((value for found, value in self.headers if found == name), "")

    def redirected(self, status: int, location: str) -> ClientRequest | None:
        """Return the request that follows an answer with this ``status`` and ``Location``, or ``None`` where none does.

        Raises ``BadURL`` for a location that cannot be read.
        """
        if status not in _REDIRECTS or not location:
            return None
        reference = parse_url_reference(location, several_colons=self.several_colons)
        url = self.url.join(reference)
        first = self.headers if self.first_headers is None else self.first_headers
        if status not in _BODY_KEPT:
            first = tuple(header for header in first if header[0] not in _OF_A_BODY)
        headers = first
        if (self.url.scheme, url.scheme) != ("https", "http"):
            given = next((value for name, value in first if name == "Referer"), "")
            headers = with_header(headers, "Referer", given or str(attrs.evolve(self.url, user=None)))
        kept = not reference.scheme and self.host != self.url.host
        return ClientRequest(url, self.host if kept else "", headers, first, self.several_colons)


def with_header(headers: Headers, name: str, value: str) -> Headers:
    """Return the headers with one set, in place of all that have its name (``Header.Set``)."""
    return (*(header for header in headers if header[0] != name), (name, value))


def without_header(headers: Headers, name: str) -> Headers:
    """Return the headers without those of a name (``Header.Del``)."""
    return tuple(header for header in headers if header[0] != name)
