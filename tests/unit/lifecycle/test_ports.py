"""Which port a hook means."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.lifecycle.hook_failures import HookFailure, HookRequestFailed
from kubecontainers.lifecycle.hooks import Port
from kubecontainers.lifecycle.ports import former_port, named_ports, resolve_port

PORTS = (("web", 8080), ("web", 9), ("80", 70000), ("", 1234), ("big", 0))


@pytest.mark.parametrize(
    ("port", "number"), [(1, 1), (65535, 65535), ("web", 8080), ("", 1234), ("0081", 81), ("+82", 82), ("83", 83), ("65535", 65535)]
)
def test_found(port: Port, number: int) -> None:
    assert resolve_port(port, PORTS) == number


@pytest.mark.parametrize(
    ("port", "reason"),
    [
        (0, HookFailure.PORT_OUT_OF_RANGE),
        (-1, HookFailure.PORT_OUT_OF_RANGE),
        (65536, HookFailure.PORT_OUT_OF_RANGE),
        pytest.param(10**5000, HookFailure.PORT_OUT_OF_RANGE, id="huge"),
        ("80", HookFailure.PORT_OUT_OF_RANGE),
        ("big", HookFailure.PORT_OUT_OF_RANGE),
        ("-1", HookFailure.PORT_OUT_OF_RANGE),
        ("65536", HookFailure.PORT_OUT_OF_RANGE),
        ("Web", HookFailure.PORT_NOT_FOUND),
        ("8_0", HookFailure.PORT_NOT_FOUND),
        (" 80", HookFailure.PORT_NOT_FOUND),
        ("\u0661", HookFailure.PORT_NOT_FOUND),
        ("9223372036854775808", HookFailure.PORT_NOT_FOUND),
    ],
)
def test_not_found(port: Port, reason: HookFailure) -> None:
    with pytest.raises(HookRequestFailed) as caught:
        resolve_port(port, PORTS)
    assert caught.value.reason is reason
    assert str(caught.value)


def test_without_ports() -> None:
    assert resolve_port("80") == 80
    with pytest.raises(HookRequestFailed):
        resolve_port("")


def test_before_hooks_and_probes_agreed() -> None:
    """A number went before a name, and an empty text was 80."""
    assert former_port("", PORTS) == 80
    assert former_port("80", PORTS) == 80
    assert former_port("web", PORTS) == 8080
    assert former_port(81, PORTS) == 81
    for port, reason in ((0, HookFailure.PORT_OUT_OF_RANGE), ("0", HookFailure.PORT_OUT_OF_RANGE), ("x", HookFailure.PORT_NOT_FOUND)):
        with pytest.raises(HookRequestFailed) as caught:
            former_port(port, PORTS)
        assert caught.value.reason is reason


def test_ports_of_a_container() -> None:
    container = {"ports": [{"name": "web", "containerPort": 80, "protocol": "UDP"}, None, {"name": None, "containerPort": -(1 << 31)}]}
    assert named_ports(container) == (("web", 80), ("", 0), ("", -(1 << 31)))
    assert named_ports({}) == ()


@pytest.mark.parametrize("ports", [{}, ["80"], [{"name": 1}], [{"containerPort": "80"}], [{"containerPort": 1 << 31}]])
def test_malformed(ports: object) -> None:
    with pytest.raises(MalformedObject):
        named_ports({"ports": ports})
