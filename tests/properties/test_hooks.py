# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
"""Hooks: read and written, sent, run."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.golang.http_header import canonical_header_name
from kubecontainers.golang.text import to_text
from kubecontainers.golang.url import unescaped
from kubecontainers.lifecycle.hook_failures import HookFailure, HookRequestFailed
from kubecontainers.lifecycle.hook_outcome import MAX_REQUESTS, HTTPAnswer, NoAnswer, run_hook
from kubecontainers.lifecycle.hook_request import HookRequest, hook_request
from kubecontainers.lifecycle.hooks import ContainerHooks, HookKind, HTTPGetAction, LifecycleHandler, container_hooks
from kubecontainers.lifecycle.ports import MAX_PORT, named_ports, resolve_port
from kubecontainers.testing import strategies
from kubecontainers.testing.hooks import (
    http_get_actions,
    lifecycle_handlers,
    lifecycles,
    nearly_valid_http_get_actions,
    nearly_valid_lifecycle_handlers,
)
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]
CONTAINER: JSON = {
    "ports": [{"name": "web", "containerPort": 8080}, {"name": "admin", "containerPort": 9000}, {"name": "a-1", "containerPort": 1}]
}
POD_IPS = ("10.0.0.5", "fd00::1")

releases = strategies.releases(gates=True)
any_handlers = nearly_valid_lifecycle_handlers()
any_actions = nearly_valid_http_get_actions()
locations = st.sampled_from(["", "/next", "?q", "https://10.0.0.5/x", "http://10.0.0.5:81/", "//other/", ":bad"]) | strategies.json_texts()
answers = st.builds(HTTPAnswer, st.sampled_from([200, 204, 301, 302, 303, 307, 308, 404, 500]), locations) | st.sampled_from(NoAnswer)
few = settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])


class TestValues:
    """What is read is written, and read again is the same; what a release does not know it does not read."""

    @given(any_handlers)
    def test_handlers(self, obj: JSON) -> None:
        handler = LifecycleHandler.from_json(obj)
        assert LifecycleHandler.from_json(handler.to_json()) == handler
        assert LifecycleHandler.from_json(read_only(obj)) == handler
        assert {kind.value for kind in handler.kinds} == obj.keys()

    @given(lifecycles(handlers=any_handlers), releases)
    def test_lifecycles(self, obj: JSON, release: Release) -> None:
        hooks = ContainerHooks.from_json(obj, release=release)
        assert container_hooks({"lifecycle": hooks.to_json()}, release=release) == hooks
        assert hooks.to_json().keys() <= obj.keys()

    @given(any_handlers, releases)
    def test_what_is_run_is_there(self, obj: JSON, release: Release) -> None:
        handler = LifecycleHandler.from_json(obj, release=release)
        run = handler.runs(release)
        runnable = [kind for kind in handler.kinds if kind is not HookKind.TCP_SOCKET]
        assert (run is None) is (runnable == [])
        assert run in {None, handler.exec, handler.http_get, handler.sleep}


class TestPorts:
    """A port is one of the container's, or the number that is written, or an error."""

    @given(st.integers(-2, 70_000) | st.sampled_from(["web", "80", "0080", "", "+1", "70000"]) | strategies.json_texts())
    def test_found_or_not(self, port: int | str) -> None:
        ports = named_ports(CONTAINER)
        try:
            number = resolve_port(port, ports)
        except HookRequestFailed as error:
            assert error.reason in {HookFailure.PORT_NOT_FOUND, HookFailure.PORT_OUT_OF_RANGE}
        else:
            assert 1 <= number <= MAX_PORT
            assert number in {port, dict(ports).get(str(port))} or int(str(port)) == number


class TestRequests:
    """A request is built, or refused with a reason; what is built is one that HTTP knows."""

    @given(any_actions, releases, st.sampled_from([(), POD_IPS, ("fe80::1%eth0",)]))
    def test_total(self, action: JSON, release: Release, pod_ips: tuple[str, ...]) -> None:
        try:
            request = hook_request(action, container=CONTAINER, pod_ips=pod_ips, release=release)
        except HookRequestFailed as error:
            assert str(error)
            assert error.reason.name in {"NO_POD_IP", "PORT_NOT_FOUND", "PORT_OUT_OF_RANGE", "BAD_URL", "BAD_REQUEST"}
        else:
            assert request.method == "GET"
            assert request.target.startswith("/")
            path = request.target.partition("?")[0]
            assert path.isascii()
            assert path.isprintable()
            assert " " not in request.host
            for name, value in request.headers:
                assert name == canonical_header_name(name)
                assert value == value.strip(" \t")
                assert name not in {"Host", "Content-Length", "Transfer-Encoding", "Trailer"}
            assert len(request.to_text().split("\n")) == 2 + len(request.headers)

    @given(http_get_actions(), releases)
    def test_of_the_values(self, action: JSON, release: Release) -> None:
        value = HTTPGetAction.from_json(action)
        try:
            request = hook_request(value, container=CONTAINER, pod_ips=POD_IPS, release=release)
        except HookRequestFailed as error:
            assert error.reason in {HookFailure.BAD_REQUEST, HookFailure.BAD_URL}
        else:
            assert request == hook_request(read_only(action), container=read_only(CONTAINER), pod_ips=POD_IPS, release=release)

    @given(st.text("/abc.-_~%20?=&", max_size=20), st.integers(1, MAX_PORT))
    def test_a_plain_path_goes_as_it_is(self, path: str, port: int) -> None:
        plain = f"/{path.replace('%', '').lstrip('/')}"
        assert hook_request({"path": plain, "port": port}, pod_ips=POD_IPS).target == plain

    @given(strategies.json_texts() | st.text("/a%4&#? ", max_size=12))
    def test_a_path_is_neither_cut_nor_read_twice(self, text: str) -> None:
        """What is sent is what was given, up to the question mark and the number sign if it is a path at all, else all of it."""
        path = to_text(f"/{text.lstrip('/')}")
        found = hook_request({"path": path, "port": 80}, pod_ips=POD_IPS)
        assert found.dial == "10.0.0.5:80"
        sent = unescaped(found.target.partition("?")[0])
        assert sent in {path, unescaped(path.partition("#")[0].partition("?")[0])}

    def test_both_sides_are_seen(self) -> None:
        built: list[bool] = []

        @few
        @given(any_actions)
        def see(action: JSON) -> None:
            try:
                hook_request(action, container=CONTAINER, pod_ips=POD_IPS)
            except HookRequestFailed:
                built.append(False)
            else:
                built.append(True)

        see()
        assert min(built.count(True), built.count(False)) >= len(built) / 5


class TestOutcomes:
    """A hook succeeds or fails for a reason, after a bounded number of requests; a status decides nothing."""

    @given(any_handlers, st.lists(answers, min_size=1, max_size=12), releases)
    def test_bounded(self, obj: JSON, script: list[HTTPAnswer | NoAnswer], release: Release) -> None:
        asked: list[HookRequest] = []

        def send(request: HookRequest) -> HTTPAnswer | NoAnswer:
            asked.append(request)
            return script[min(len(asked), len(script)) - 1]

        outcome = run_hook(obj, container=CONTAINER, pod_ips=POD_IPS, send=send, release=release)
        assert outcome.succeeded is (outcome.failure is None)
        assert len(asked) <= 2 * MAX_REQUESTS
        assert set(outcome.requests) <= set(asked)
        assert outcome.elapsed >= Duration(0)
        assert len(outcome.events) <= 1
        assert not outcome.events or outcome.succeeded

    @given(lifecycle_handlers(), st.sampled_from([200, 404, 500, 999]), releases)
    def test_any_response_will_do(self, obj: JSON, status: int, release: Release) -> None:
        def ask(code: int) -> object:
            return run_hook(obj, container=CONTAINER, pod_ips=POD_IPS, send=lambda _: HTTPAnswer(code), release=release)

        assert ask(status) == ask(200)

    @given(st.integers(-(1 << 31), 1 << 31), releases)
    def test_exit_codes(self, code: int, release: Release) -> None:
        assert run_hook({"exec": {"command": ["a"]}}, run_command=lambda _: code, release=release).succeeded is (code == 0)


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family."""

    @given(strategies.json_values() | strategies.damaged(any_handlers), releases)
    def test_handlers(self, obj: Any, release: Release) -> None:
        try:
            assert run_hook(obj, container=CONTAINER, pod_ips=POD_IPS, release=release).requests is not None
        except KubeContainersError as error:
            assert isinstance(error, MalformedObject)

    @given(strategies.json_values() | strategies.damaged(any_actions), strategies.json_objects(), releases)
    def test_requests(self, action: Any, container: JSON, release: Release) -> None:
        try:
            assert hook_request(action, container=container, pod_ips=POD_IPS, release=release).to_text()
        except KubeContainersError as error:
            assert str(error)

    @given(strategies.json_values(), releases)
    def test_containers(self, container: Any, release: Release) -> None:
        try:
            assert isinstance(container_hooks(container, release=release), ContainerHooks)
            named_ports(container)
        except MalformedObject as error:
            assert str(error)
