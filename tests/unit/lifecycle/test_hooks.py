"""The hooks of a container as values."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import LATEST, PREVIEW, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.hooks import (
    ContainerHooks,
    ExecAction,
    HookKind,
    HTTPGetAction,
    HTTPHeader,
    LifecycleHandler,
    SleepAction,
    TCPSocketAction,
    container_hooks,
    port_at,
    sleep_duration,
)

JSON = dict[str, Any]

EVERYTHING: JSON = {
    "exec": {"command": ["sh", ""]},
    "httpGet": {
        "path": "/x",
        "port": "admin",
        "host": "h",
        "scheme": "HTTPS",
        "httpHeaders": [{"name": "a", "value": "b"}, {"name": "", "value": ""}],
    },
    "tcpSocket": {"port": 80, "host": "h"},
    "sleep": {"seconds": 0},
}
EMPTY: JSON = {"exec": {}, "httpGet": {"port": 0}, "tcpSocket": {"port": 0}, "sleep": {"seconds": 0}}
OFF = Release("1.30").with_gates({"PodLifecycleSleepAction": False})
ON = Release("1.29").with_gates({"PodLifecycleSleepAction": True})


@pytest.mark.parametrize("handler", [EVERYTHING, EMPTY, {}, {"sleep": {"seconds": -5}}])
def test_round_trip(handler: JSON) -> None:
    assert LifecycleHandler.from_json(handler).to_json() == handler
    lifecycle = {"postStart": handler, "preStop": handler, "stopSignal": ""}
    assert ContainerHooks.from_json(lifecycle).to_json() == lifecycle


def test_what_is_not_said_is_not_written() -> None:
    assert ContainerHooks().to_json() == {}
    assert ContainerHooks.from_json({"preStop": {}}).to_json() == {"preStop": {}}


def test_values() -> None:
    handler = LifecycleHandler.from_json(EVERYTHING)
    assert handler.exec == ExecAction(("sh", ""))
    assert handler.http_get == HTTPGetAction("/x", "admin", "h", "HTTPS", (HTTPHeader("a", "b"), HTTPHeader("", "")))
    assert handler.tcp_socket == TCPSocketAction(80, "h")
    assert handler.sleep == SleepAction(0)
    assert handler.kinds == tuple(HookKind)


def test_null_is_absent() -> None:
    assert LifecycleHandler.from_json(dict.fromkeys(EVERYTHING)) == LifecycleHandler()
    assert container_hooks({"lifecycle": {"postStart": None, "preStop": None, "stopSignal": None}}) == ContainerHooks()
    assert container_hooks({"lifecycle": None}) == container_hooks({}) == ContainerHooks()
    assert ExecAction.from_json({"command": [None]}) == ExecAction(("",))
    assert HTTPGetAction.from_json({"port": None, "httpHeaders": [None]}) == HTTPGetAction(headers=(HTTPHeader("", ""),))


def test_what_a_release_does_not_know_is_not_read() -> None:
    lifecycle = {"preStop": {"sleep": "a text", "httpGet": {"port": 1}}, "stopSignal": 9}
    assert container_hooks({"lifecycle": lifecycle}, release=Release("1.28")) == ContainerHooks(
        pre_stop=LifecycleHandler(http_get=HTTPGetAction(port=1))
    )
    signal = {"lifecycle": {"stopSignal": "SIGUSR1"}}
    assert [container_hooks(signal, release=Release(minor)).stop_signal for minor in ("1.32", "1.33")] == [None, "SIGUSR1"]


@pytest.mark.parametrize(
    ("lifecycle", "where"),
    [
        ([], "spec.lifecycle"),
        ({"preStop": []}, "spec.lifecycle.preStop"),
        ({"postStart": {"exec": {"command": "sh"}}}, "spec.lifecycle.postStart.exec.command"),
        ({"postStart": {"exec": {"command": [1]}}}, "spec.lifecycle.postStart.exec.command[0]"),
        ({"preStop": {"httpGet": {"port": 1 << 31}}}, "spec.lifecycle.preStop.httpGet.port"),
        ({"preStop": {"httpGet": {"port": 1.5}}}, "spec.lifecycle.preStop.httpGet.port"),
        ({"preStop": {"httpGet": {"httpHeaders": [{"name": 1}]}}}, "spec.lifecycle.preStop.httpGet.httpHeaders[0].name"),
        ({"preStop": {"tcpSocket": {"port": True}}}, "spec.lifecycle.preStop.tcpSocket.port"),
        ({"preStop": {"sleep": {"seconds": "5"}}}, "spec.lifecycle.preStop.sleep.seconds"),
        ({"stopSignal": 9}, "spec.lifecycle.stopSignal"),
    ],
)
def test_what_could_not_be_decoded(lifecycle: object, where: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        container_hooks({"lifecycle": lifecycle}, ROOT.child("spec"))
    assert caught.value.path == where


def test_ports() -> None:
    ports = [port_at({"port": port}, "port", ROOT) for port in (-(1 << 31), "80", "caf\ud800", None)]
    assert ports == [-(1 << 31), "80", "caf\ufffd", 0]


def test_the_first_kind_is_run() -> None:
    handler = LifecycleHandler.from_json(EVERYTHING)
    assert handler.runs() == handler.exec
    assert LifecycleHandler(http_get=handler.http_get, sleep=handler.sleep).runs() == handler.http_get
    assert LifecycleHandler(tcp_socket=handler.tcp_socket, sleep=handler.sleep).runs() == handler.sleep
    assert LifecycleHandler(sleep=handler.sleep).runs(Release("1.28")) is None
    assert LifecycleHandler(exec=ExecAction()).runs() == ExecAction()
    assert LifecycleHandler().runs() is None


@pytest.mark.parametrize(
    ("seconds", "release", "expected"),
    [
        (5, LATEST, 5),
        (5, PREVIEW, 5),
        (5, ON, 5),
        (5, Release("1.29"), 0),
        (5, OFF, 0),
        (5, Release("1.28"), 0),
        (0, LATEST, 0),
        (-1, LATEST, 0),
    ],
)
def test_how_long_a_sleep_is(seconds: int, release: Release, expected: int) -> None:
    assert sleep_duration(SleepAction(seconds), release=release) == Duration.of(expected)


def test_more_seconds_than_go_can_count_are_wrapped() -> None:
    assert sleep_duration(SleepAction(9_223_372_036)) == Duration(9_223_372_036 * 10**9)
    assert sleep_duration(SleepAction(9_223_372_037)) == Duration(0)
    assert sleep_duration(SleepAction((1 << 63) - 1)) == Duration(0)
    assert sleep_duration(SleepAction(18_446_744_074)) == Duration(18_446_744_074 * 10**9 - (1 << 64))
