"""What becomes of a hook: which commands are run and requests sent, whether it succeeds, and how long it takes.

The kubelet runs hooks in ``pkg/kubelet/lifecycle/handlers.go``; redirects are followed as ``RedirectChecker`` (``pkg/probe/http/http.go``)
lets them. Whoever asks plays the world outside the kubelet: the runtime that runs commands, and the servers that answer.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence

import attrs

from ..apimachinery.events import EventType
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import LATEST, Release
from ..golang.duration import Duration
from ..golang.http_client import ClientRequest, without_header
from ..golang.text import to_text
from ..golang.url import BadURL
from .events import EventReason, LifecycleEvent, http_fallback_message
from .hook_failures import HookFailure, HookRequestFailed
from .hook_request import CONSISTENT_HTTP_GET, HookRequest, client_request
from .hooks import ExecAction, HTTPGetAction, LifecycleHandler, SleepAction, sleep_duration
from .ports import named_ports

__all__ = ["MAX_REQUESTS", "HTTPAnswer", "HookResult", "NoAnswer", "run_hook"]

MAX_REQUESTS = 10
"""How many requests a hook sends at the most, redirects included."""


@attrs.frozen
class HTTPAnswer:
    """An HTTP response: its ``status``, which only matters if it redirects, and its ``Location``, empty where it has none."""

    status: int = 200
    location: str = ""


class NoAnswer(enum.Enum):
    """How a server fails to answer."""

    REFUSED = "nothing listens on the port"
    PLAIN_HTTP = "the server answers with plain HTTP to a client that speaks TLS"
    BROKEN = "the connection ends before a response has come, or what came is none"

    @property
    def request_sent(self) -> bool:
        """Whether the request as such was sent before."""
        return self is NoAnswer.BROKEN


RunCommand = Callable[[tuple[str, ...]], int | None]
"""Runs a command in the container and returns its exit code, ``None`` where the runtime could not run it."""

Send = Callable[[HookRequest], HTTPAnswer | NoAnswer]
"""Answers a request."""


@attrs.frozen
class HookResult:
    """What became of a hook: it succeeded if there is no ``failure``.

    ``elapsed`` is how long a sleep took; how long a command or a server takes is theirs to say. ``command`` is what was run, ``requests``
    what was sent, in order. ``events`` are the kubelet's; that a hook failed is an event of the container, not one of these.
    """

    failure: HookFailure | None = None
    elapsed: Duration = attrs.field(factory=Duration)
    command: tuple[str, ...] | None = None
    requests: tuple[HookRequest, ...] = ()
    events: tuple[LifecycleEvent, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether the hook succeeded."""
        return self.failure is None


def _exit_zero(_command: tuple[str, ...]) -> int | None:
    return 0


def _answer_ok(_request: HookRequest) -> HTTPAnswer | NoAnswer:
    return HTTPAnswer()


def run_hook(
    handler: LifecycleHandler | JSONObject,
    *,
    container: JSONObject | None = None,
    pod_ips: Sequence[str] | None = (),
    run_command: RunCommand = _exit_zero,
    send: Send = _answer_ok,
    release: Release = LATEST,
) -> HookResult:
    """Return what becomes of a hook that a kubelet of ``release`` runs.

    ``container`` is the one whose hook it is. ``pod_ips`` are the pod's addresses, ``None`` where the runtime cannot say which.
    ``run_command`` plays the runtime, by default one where every command succeeds, ``send`` the servers, by default ones that answer 200.

    Raises ``MalformedObject``.

    >>> hook = {"httpGet": {"path": "/drain", "port": 9000}}
    >>> run_hook(hook, pod_ips=["10.0.0.5"], send=lambda request: HTTPAnswer(500)).succeeded
    True
    >>> run_hook({"tcpSocket": {"port": 80}}, pod_ips=["10.0.0.5"]).failure
    <HookFailure.INVALID_HANDLER: 'the handler has nothing that a kubelet runs'>
    """
    read = handler if isinstance(handler, LifecycleHandler) else LifecycleHandler.from_json(handler, release=release)
    action = read.runs(release)
    if isinstance(action, ExecAction):
        return _run_command(action, run_command)
    if isinstance(action, SleepAction):
        return HookResult(elapsed=sleep_duration(action, release=release))
    if isinstance(action, HTTPGetAction):
        if pod_ips is None and not action.host:
            return HookResult(HookFailure.POD_STATUS_ERROR)
        try:
            request = client_request(action, named_ports(container or {}), pod_ips or (), release=release)
        except HookRequestFailed as error:
            return HookResult(error.reason)
        return _send(request, send, fallback=CONSISTENT_HTTP_GET in release)
    return HookResult(HookFailure.INVALID_HANDLER)


def _run_command(action: ExecAction, run: RunCommand) -> HookResult:
    code = run(action.command)
    failure = HookFailure.RUNTIME_ERROR if code is None else HookFailure.EXIT_CODE if code else None
    return HookResult(failure, command=action.command)


def _send(request: ClientRequest, send: Send, *, fallback: bool) -> HookResult:
    """Send a request, and once more without TLS where the server turns out to speak plain HTTP."""
    client = _Client(send)
    found = client.get(request)
    events: tuple[LifecycleEvent, ...] = ()
    if found is NoAnswer.PLAIN_HTTP and fallback:
        plain = attrs.evolve(request.url, scheme="http")
        headers = without_header(request.headers, "Authorization")
        if client.get(attrs.evolve(request, url=plain, headers=headers)) is None:
            found = None
            message = http_fallback_message(request.url.host)
            events = (LifecycleEvent(EventType.WARNING, EventReason.LIFECYCLE_HTTP_FALLBACK, message),)
    failure = _NO_ANSWER[found] if isinstance(found, NoAnswer) else found
    return HookResult(failure, requests=tuple(client.sent), events=events)


_NO_ANSWER = {
    NoAnswer.REFUSED: HookFailure.CONNECTION_REFUSED,
    NoAnswer.PLAIN_HTTP: HookFailure.TRANSPORT_ERROR,
    NoAnswer.BROKEN: HookFailure.TRANSPORT_ERROR,
}


class _Client:
    """The kubelet's HTTP client; ``sent`` are the requests that servers have got."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.sent: list[HookRequest] = []

    def get(self, request: ClientRequest) -> HookFailure | NoAnswer | None:
        """Send a request and those that it is redirected to, on the same host; ``None`` says that a response came at last."""
        hostname = request.url.hostname
        for count in range(1, MAX_REQUESTS + 1):
            try:
                wired = HookRequest.of(request)
            except HookRequestFailed as error:
                return error.reason if count == 1 else HookFailure.TRANSPORT_ERROR
            answer = self._send(wired)
            if not isinstance(answer, NoAnswer) or answer.request_sent:
                self.sent.append(wired)
            if isinstance(answer, NoAnswer):
                return answer
            try:
                following = request.redirected(answer.status, to_text(answer.location))
            except BadURL:
                return HookFailure.TRANSPORT_ERROR
            if following is None or following.url.hostname != hostname:
                return None
            request = following
        return HookFailure.TOO_MANY_REDIRECTS
