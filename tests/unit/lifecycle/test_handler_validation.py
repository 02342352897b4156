"""The errors of hooks and of what probes do."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldErrorType
from kubecontainers.apimachinery.release import LATEST, PREVIEW, Release
from kubecontainers.lifecycle.handler_validation import HandlerRule, SleepBound, validate_hook_handler, validate_probe_handler

JSON = dict[str, Any]
Type, Rule = FieldErrorType, HandlerRule
GET: JSON = {"path": "/", "port": 80, "scheme": "HTTP"}


def hook(handler: JSON, grace: int | None = 30, release: Release = LATEST) -> list[tuple[str, FieldErrorType, Any]]:
    errors = validate_hook_handler(handler, ROOT, SleepBound(grace, release))
    return [(str(error.path), error.type, error.rule) for error in errors]


def probe(handler: JSON) -> list[tuple[str, FieldErrorType, Any]]:
    return [(str(error.path), error.type, error.rule) for error in validate_probe_handler(handler, ROOT)]


VALID: list[JSON] = [
    {"exec": {"command": [""]}},
    {"httpGet": GET},
    {"httpGet": {**GET, "host": "bad host", "httpHeaders": [{"name": "-", "value": "\n"}]}},
    {"tcpSocket": {"port": "a-1"}},
]


@pytest.mark.parametrize("handler", VALID)
def test_valid(handler: JSON) -> None:
    assert hook(handler) == probe(handler) == []


def test_only_hooks_sleep_and_only_probes_speak_grpc() -> None:
    required = [("", Type.REQUIRED, Rule.REQUIRED)]
    assert hook({"sleep": {"seconds": 5}}) == []
    assert probe({"sleep": {"seconds": 5}}) == required
    assert hook({"grpc": {"port": 80}}) == required
    assert probe({"grpc": {"port": 80}}) == []
    assert hook({"sleep": {"seconds": 5}}, release=Release("1.28")) == required


def test_only_the_first_is_checked() -> None:
    everything: JSON = {"exec": {}, "httpGet": {"port": 0}, "tcpSocket": {"port": ""}, "grpc": {"port": 0}, "sleep": {"seconds": -1}}
    found = [("exec.command", Type.REQUIRED, Rule.COMMAND_REQUIRED)]
    others = [(name, Type.FORBIDDEN, Rule.ONLY_ONE) for name in ("httpGet", "tcpSocket")]
    assert hook(everything) == [*found, *others, ("sleep", Type.FORBIDDEN, Rule.ONLY_ONE)]
    assert probe(everything) == [*found, *others, ("grpc", Type.FORBIDDEN, Rule.ONLY_ONE)]


def test_requests() -> None:
    headers = [{"name": name, "value": ""} for name in ("X-A", "x_a", "", "a b", "caf\u00e9")]
    assert hook({"httpGet": {"path": "", "port": 0, "scheme": "https", "httpHeaders": headers}}) == [
        ("httpGet.path", Type.REQUIRED, Rule.PATH_REQUIRED),
        ("httpGet.port", Type.INVALID, Rule.PORT_NUMBER),
        ("httpGet.scheme", Type.NOT_SUPPORTED, Rule.SCHEME),
        *[("httpGet.httpHeaders", Type.INVALID, Rule.HEADER_NAME)] * 4,
    ]


LENGTH, CHARACTERS, LETTER, DASHES, ENDS = (
    Rule.PORT_NAME_TOO_LONG,
    Rule.PORT_NAME_CHARACTERS,
    Rule.PORT_NAME_LETTER,
    Rule.PORT_NAME_DASHES,
    Rule.PORT_NAME_ENDS,
)


@pytest.mark.parametrize(
    ("port", "rules"),
    [
        (1, []),
        (65535, []),
        (0, [Rule.PORT_NUMBER]),
        (65536, [Rule.PORT_NUMBER]),
        (-1, [Rule.PORT_NUMBER]),
        ("a", []),
        ("fifteen-letters", []),
        ("sixteen--letters", [LENGTH, DASHES]),
        ("", [CHARACTERS, LETTER]),
        ("123", [LETTER]),
        ("A", [CHARACTERS, LETTER]),
        ("--", [LETTER, DASHES, ENDS]),
        ("-a", [ENDS]),
        ("a-", [ENDS]),
        ("a\n", [CHARACTERS]),
        ("a" + "\u00fc" * 7, [CHARACTERS]),
        ("a" + "\u00fc" * 8, [LENGTH, CHARACTERS]),
        ("\u0661a", [CHARACTERS]),
    ],
)
def test_ports(port: int | str, rules: list[HandlerRule]) -> None:
    assert hook({"tcpSocket": {"port": port}}) == [("tcpSocket.port", Type.INVALID, rule) for rule in rules]


@pytest.mark.parametrize("port", [0, 65536])
def test_grpc_ports(port: int) -> None:
    assert probe({"grpc": {"port": port}}) == [("grpc.port", Type.INVALID, Rule.PORT_NUMBER)]


ZERO_OFF = Release("1.33").with_gates({"PodLifecycleSleepActionAllowZero": False})


@pytest.mark.parametrize(
    ("seconds", "grace", "release", "rule"),
    [
        (30, 30, LATEST, None),
        (31, 30, LATEST, Rule.SLEEP_TOO_LONG),
        (0, 0, LATEST, None),
        (0, 30, PREVIEW, None),
        (-1, 30, LATEST, Rule.SLEEP_NEGATIVE),
        (0, 30, Release("1.32"), Rule.SLEEP_TOO_SHORT),
        (0, 30, ZERO_OFF, Rule.SLEEP_TOO_SHORT),
        (-1, 30, ZERO_OFF, Rule.SLEEP_TOO_SHORT),
        (1, 0, ZERO_OFF, Rule.SLEEP_TOO_LONG),
        (1, None, LATEST, None),
        (-1, None, Release("1.31"), None),
        (1, None, Release("1.30"), Rule.SLEEP_TOO_LONG),
        (1, -5, LATEST, Rule.SLEEP_TOO_LONG),
    ],
)
def test_sleeps(seconds: int, grace: int | None, release: Release, rule: HandlerRule | None) -> None:
    assert hook({"sleep": {"seconds": seconds}}, grace, release) == ([] if rule is None else [("sleep", Type.INVALID, rule)])


def test_values_are_shown() -> None:
    errors = list(validate_hook_handler({"sleep": {"seconds": 99}}, ROOT.child("preStop"), SleepBound(30)))
    assert [(str(error.path), error.value, error.detail) for error in errors] == [
        ("preStop.sleep", "99", "a sleep is not longer than terminationGracePeriodSeconds")
    ]


@pytest.mark.parametrize(
    "handler",
    [{"exec": []}, {"exec": {}, "httpGet": {"port": []}}, {"exec": {}, "tcpSocket": {"host": 1}}, {"exec": {}, "sleep": {"seconds": ""}}],
)
def test_malformed(handler: JSON) -> None:
    with pytest.raises(MalformedObject):
        list(validate_hook_handler(handler, ROOT, SleepBound(30)))
    with pytest.raises(MalformedObject):
        list(validate_probe_handler({"exec": {}, "grpc": {"port": "x"}}, ROOT))
