"""The HTTP request of an httpGet hook.

The kubelet makes it in ``NewRequestForHTTPGetAction`` (``pkg/probe/http/request.go``, with ``pkg/probe/util.go``) and hands it to Go's HTTP
client, which has a will of its own: see ``golang.http_client``.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ..apimachinery.objects import JSONObject
from ..apimachinery.release import LATEST, Change, Release
from ..golang.http_client import BadRequest, ClientRequest, Headers, with_header, without_header
from ..golang.http_header import canonical_header_name
from ..golang.ip import join_host_port
from ..golang.text import to_lower, to_text
from ..golang.url import BadURL, hide_user_information
from ..golang.url_reference import URLReference, parse_url_reference
from .hook_failures import HookFailure, HookRequestFailed
from .hooks import HTTPGetAction
from .ports import NamedPort, former_port, named_ports, resolve_port

__all__ = ["CONSISTENT_HTTP_GET", "ONE_COLON", "HookRequest", "client_request", "hook_request"]

CONSISTENT_HTTP_GET = Change(
    gate="ConsistentHTTPGetHandlers",
    summary="an httpGet hook uses its scheme and its headers as a probe does; before, it always spoke HTTP and sent none of them",
)
ONE_COLON = Change(
    since="1.36",
    summary="a path of a hook that is an http or https URL whose host has more than one colon, outside brackets, is no URL: all of it is "
    "asked for",
)


@attrs.frozen
class HookRequest:
    """A request as it goes over the wire.

    ``dial`` is the address to which the kubelet connects, over TLS if ``tls``; no certificate is verified. ``target`` stands in the first
    line, ``host`` in the header of that name. ``headers`` are the others, in the order in which they are sent.
    """

    dial: str
    tls: bool
    method: str
    target: str
    host: str
    headers: Headers

    @classmethod
    def of(cls, request: ClientRequest) -> HookRequest:
        """Return what the client sends. Raises ``HookRequestFailed`` if it refuses."""
        try:
            request.check()
        except BadRequest as error:
            problem = error.problem
        else:
            url = request.url
            return cls(request.address, url.scheme == "https", "GET", url.request_target, request.host_header, request.sent_headers)
        raise HookRequestFailed(HookFailure.BAD_REQUEST, hint=problem)

    @property
    def authorized(self) -> bool:
        """Whether the request has an ``Authorization``."""
        return any(name == "Authorization" for name, _ in self.headers)

    def to_text(self) -> str:
        """Return the lines of the request, without their ends.

        >>> print(hook_request({"path": "/drain", "port": 9000}, pod_ips=["10.0.0.5"]).to_text())
        GET /drain HTTP/1.1
        Host: 10.0.0.5:9000
        User-Agent: kube-lifecycle/1.36
        Accept: */*
        Accept-Encoding: gzip
        """
        headers = (f"{name}: {value}" for name, value in (("Host", self.host), *self.headers))
        return "\n".join([f"{self.method} {self.target} HTTP/1.1", *headers])


def hook_request(
    action: HTTPGetAction | JSONObject,
    *,
    container: JSONObject | None = None,
    pod_ips: Sequence[str] = (),
    release: Release = LATEST,
) -> HookRequest:
    """Return the request that a kubelet of ``release`` sends for an httpGet hook.

    ``action`` is the hook's ``httpGet``. ``container`` is the one whose hook it is: ports are named there, nowhere else. ``pod_ips`` are
    the pod's addresses, the first of which is asked where the hook names no host.

    Raises ``HookRequestFailed`` where nothing is sent: ``NO_POD_IP``, ``PORT_NOT_FOUND``, ``PORT_OUT_OF_RANGE``, ``BAD_URL`` or
    ``BAD_REQUEST``; and ``MalformedObject``.

    >>> request = hook_request({"path": "http://shop.example/a b?c", "port": "web"}, pod_ips=["fd00::1"],
    ...     container={"ports": [{"name": "web", "containerPort": 8080}]})
    >>> request.dial, request.target, request.host
    ('[fd00::1]:8080', '/a%20b?c', '[fd00::1]:8080')
    """
    wanted = action if isinstance(action, HTTPGetAction) else HTTPGetAction.from_json(action)
    ports = () if container is None else named_ports(container)
    return HookRequest.of(client_request(wanted, ports, pod_ips, release=release))


def client_request(
    action: HTTPGetAction, ports: Sequence[NamedPort], pod_ips: Sequence[str], *, release: Release = LATEST
) -> ClientRequest:
    """Return what a kubelet of ``release`` gives to its HTTP client. Raises ``HookRequestFailed``."""
    host = to_text(action.host) or next(map(to_text, pod_ips), "")
    if not action.host and not pod_ips:
        raise HookRequestFailed(HookFailure.NO_POD_IP)
    if CONSISTENT_HTTP_GET not in release:
        return _former_request(action, host, ports, release)
    address = join_host_port(host, resolve_port(action.port, ports))
    url = attrs.evolve(_reference(to_text(action.path), release), scheme=to_lower(to_text(action.scheme)) or "http", host=address)
    headers = _headers(action, release)
    given_host = next((value for name, value in headers if name == "Host"), "")
    return ClientRequest(_url(str(url), release), given_host, headers, several_colons=ONE_COLON not in release)


def _reference(path: str, release: Release) -> URLReference:
    """Read a path, which may be more than a path; what cannot be read is nothing but a path."""
    try:
        return parse_url_reference(path, several_colons=ONE_COLON not in release)
    except BadURL:
        return URLReference.of_path(path)


def _url(text: str, release: Release) -> URLReference:
    try:
        return parse_url_reference(text, several_colons=ONE_COLON not in release)
    except BadURL as error:
        problem = error.problem
    raise HookRequestFailed(HookFailure.BAD_URL, hide_user_information(text), hint=problem)


def _headers(action: HTTPGetAction, release: Release) -> Headers:
    headers: Headers = tuple((canonical_header_name(to_text(header.name)), to_text(header.value)) for header in action.headers)
    names = {name for name, _ in headers}
    if "User-Agent" not in names:
        headers = with_header(headers, "User-Agent", f"kube-lifecycle/{release}")
    if "Accept" not in names:
        return with_header(headers, "Accept", "*/*")
    accepted = next(value for name, value in headers if name == "Accept")
    return headers if accepted else without_header(headers, "Accept")


def _former_request(action: HTTPGetAction, host: str, ports: Sequence[NamedPort], release: Release) -> ClientRequest:
    """Return the request of a kubelet whose httpGet hooks are not consistent with probes: without headers, never over TLS."""
    address = join_host_port(host, former_port(action.port, ports))
    return ClientRequest(_url(f"http://{address}/{to_text(action.path)}", release), several_colons=ONE_COLON not in release)
