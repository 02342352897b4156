"""What becomes of hooks."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.events import EventReason, LifecycleEvent
from kubecontainers.lifecycle.hook_failures import HookFailure
from kubecontainers.lifecycle.hook_outcome import MAX_REQUESTS, HookResult, HTTPAnswer, NoAnswer, run_hook
from kubecontainers.lifecycle.hook_request import HookRequest
from kubecontainers.lifecycle.hooks import ExecAction, LifecycleHandler, SleepAction

Answer = HTTPAnswer | NoAnswer
POD_IPS = ("10.0.0.5",)


class Script:
    """A server that gives its answers one after the other, the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[HookRequest] = []

    def __call__(self, request: HookRequest) -> Answer:
        self.asked.append(request)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def http(*answers: Answer, release: Release = LATEST, **action: Any) -> HookResult:
    return run_hook({"httpGet": {"port": 80} | action}, pod_ips=POD_IPS, send=Script(*answers), release=release)


def test_commands() -> None:
    ran: list[tuple[str, ...]] = []

    def run(command: tuple[str, ...]) -> int | None:
        ran.append(command)
        return {"fail": 3, "lost": None}.get(command[0], 0)

    found = [run_hook({"exec": {"command": [word, ""]}}, run_command=run) for word in ("stop", "fail", "lost")]
    assert [outcome.failure for outcome in found] == [None, HookFailure.EXIT_CODE, HookFailure.RUNTIME_ERROR]
    assert [outcome.command for outcome in found] == ran == [("stop", ""), ("fail", ""), ("lost", "")]
    assert [outcome.succeeded for outcome in found] == [True, False, False]
    assert run_hook(LifecycleHandler(exec=ExecAction(("a",)))).succeeded


def test_sleeps() -> None:
    sleep = LifecycleHandler(sleep=SleepAction(5))
    assert run_hook(sleep) == HookResult(elapsed=Duration.of(5))
    assert run_hook(sleep, release=Release("1.29")) == HookResult()
    assert run_hook(sleep, release=Release("1.28")).failure is HookFailure.INVALID_HANDLER


@pytest.mark.parametrize("handler", [{}, {"tcpSocket": {"port": 80}}, {"exec": None}])
def test_what_nobody_runs(handler: dict[str, Any]) -> None:
    assert run_hook(handler, pod_ips=POD_IPS) == HookResult(HookFailure.INVALID_HANDLER)


@pytest.mark.parametrize("status", [200, 204, 302, 404, 500, 999])
def test_the_status_does_not_matter(status: int) -> None:
    outcome = http(HTTPAnswer(status), path="/x")
    assert outcome.succeeded
    assert [request.target for request in outcome.requests] == ["/x"]
    assert outcome.elapsed == Duration(0)


def test_the_defaults_answer() -> None:
    assert run_hook({"httpGet": {"port": 80}}, pod_ips=POD_IPS).succeeded
    assert run_hook({"httpGet": {"port": "web"}}, container={"ports": [{"name": "web", "containerPort": 1}]}, pod_ips=POD_IPS).succeeded


def test_where_nothing_is_sent() -> None:
    hook = {"httpGet": {"port": 80}}
    assert run_hook(hook).failure is HookFailure.NO_POD_IP
    assert run_hook(hook, pod_ips=None).failure is HookFailure.POD_STATUS_ERROR
    assert run_hook({"httpGet": {"port": 80, "host": "h"}}, pod_ips=None).succeeded
    assert http(port="nope").failure is HookFailure.PORT_NOT_FOUND
    assert http(scheme="ftp") == HookResult(HookFailure.BAD_REQUEST)


@pytest.mark.parametrize(
    ("answer", "reason", "sent"),
    [
        (NoAnswer.REFUSED, HookFailure.CONNECTION_REFUSED, 0),
        (NoAnswer.BROKEN, HookFailure.TRANSPORT_ERROR, 1),
        (NoAnswer.PLAIN_HTTP, HookFailure.TRANSPORT_ERROR, 0),
    ],
)
def test_no_answer(answer: NoAnswer, reason: HookFailure, sent: int) -> None:
    outcome = http(answer)
    assert (outcome.failure, len(outcome.requests), outcome.events) == (reason, sent, ())


class TestRedirects:
    def test_on_the_same_host(self) -> None:
        outcome = http(HTTPAnswer(302, "https://10.0.0.5:8443/b"), HTTPAnswer(307, "c"), HTTPAnswer(500), path="/a")
        assert outcome.succeeded
        assert [(request.dial, request.tls, request.target) for request in outcome.requests] == [
            ("10.0.0.5:80", False, "/a"),
            ("10.0.0.5:8443", True, "/b"),
            ("10.0.0.5:8443", True, "/c"),
        ]

    @pytest.mark.parametrize("location", ["", "http://10.0.0.6/", "//h/", "http://H/", "mailto:x", "http:opaque"])
    def test_elsewhere(self, location: str) -> None:
        outcome = http(HTTPAnswer(302, location))
        assert (outcome.succeeded, len(outcome.requests)) == (True, 1)

    def test_the_host_header_is_not_asked(self) -> None:
        header = {"name": "Host", "value": "shop"}
        outcome = http(HTTPAnswer(302, "http://shop/"), httpHeaders=[header])
        assert (outcome.succeeded, len(outcome.requests)) == (True, 1)
        outcome = http(HTTPAnswer(302, "/b"), HTTPAnswer(), httpHeaders=[header])
        assert [request.host for request in outcome.requests] == ["shop", "shop"]

    @pytest.mark.parametrize("location", [":x", "http://bad host/", "ftp://10.0.0.5/"])
    def test_to_nowhere(self, location: str) -> None:
        assert http(HTTPAnswer(303, location)).failure is HookFailure.TRANSPORT_ERROR

    def test_again_and_again(self) -> None:
        outcome = http(HTTPAnswer(302, "/again"))
        assert (outcome.failure, len(outcome.requests)) == (HookFailure.TOO_MANY_REDIRECTS, MAX_REQUESTS)
        assert http(*[HTTPAnswer(302, "/again")] * (MAX_REQUESTS - 1), HTTPAnswer()).succeeded
        assert http(*[HTTPAnswer(302, "/again")] * MAX_REQUESTS, HTTPAnswer()).failure is HookFailure.TOO_MANY_REDIRECTS


class TestFallback:
    """A server that answers TLS with plain HTTP is asked again without TLS."""

    TOKEN = {"name": "Authorization", "value": "t"}  # noqa: RUF012  (never changed)

    def test_it_answers(self) -> None:
        outcome = http(NoAnswer.PLAIN_HTTP, HTTPAnswer(404), scheme="HTTPS", path="/x", httpHeaders=[self.TOKEN])
        assert outcome.succeeded
        [request] = outcome.requests
        assert (request.dial, request.tls, request.target, request.authorized) == ("10.0.0.5:80", False, "/x", False)
        message = "request to HTTPS lifecycle hook 10.0.0.5:80 got HTTP response, retry with HTTP succeeded"
        assert outcome.events == (LifecycleEvent(EventType.WARNING, EventReason.LIFECYCLE_HTTP_FALLBACK, message),)

    def test_it_does_not(self) -> None:
        outcome = http(NoAnswer.PLAIN_HTTP, NoAnswer.REFUSED, scheme="HTTPS")
        assert (outcome.failure, outcome.requests, outcome.events) == (HookFailure.TRANSPORT_ERROR, (), ())

    def test_after_a_redirect_the_first_request_is_repeated(self) -> None:
        outcome = http(HTTPAnswer(302, "/b"), NoAnswer.PLAIN_HTTP, HTTPAnswer(), scheme="HTTPS", path="/a")
        assert [(request.tls, request.target) for request in outcome.requests] == [(True, "/a"), (False, "/a")]

    def test_only_since_hooks_are_consistent(self) -> None:
        former = Release("1.29").with_gates({"ConsistentHTTPGetHandlers": False})
        outcome = http(HTTPAnswer(302, "https://10.0.0.5/"), NoAnswer.PLAIN_HTTP, HTTPAnswer(), release=former)
        assert (outcome.failure, len(outcome.requests)) == (HookFailure.TRANSPORT_ERROR, 1)


@pytest.mark.parametrize("handler", [None, [], {"exec": 1}, {"httpGet": {"port": {}}}])
def test_malformed(handler: Any) -> None:
    with pytest.raises(MalformedObject):
        run_hook(handler)
