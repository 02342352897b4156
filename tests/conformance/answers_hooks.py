"""Answers of the room ``lifecycle`` about hooks: their fields, the requests they send, and whether they succeed."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, Shape, answering, named

from kubecontainers.apimachinery.release import FeatureGateLocked, FeatureGateUnavailable, Release
from kubecontainers.lifecycle.hook_failures import HookFailure, HookRequestFailed
from kubecontainers.lifecycle.hook_outcome import HookOutcome, HTTPAnswer, NoAnswer, run_hook
from kubecontainers.lifecycle.hook_request import HookRequest, hook_request
from kubecontainers.lifecycle.ports import named_ports
from kubecontainers.lifecycle.ports import resolve_port as port_number

CLASSES = {
    HookFailure.NO_POD_IP: "NoPodIP",
    HookFailure.PORT_NOT_FOUND: "PortNotFound",
    HookFailure.PORT_OUT_OF_RANGE: "PortOutOfRange",
    HookFailure.BAD_URL: "BadURL",
    HookFailure.BAD_REQUEST: "BadRequest",
    HookFailure.EXIT_CODE: "ExitCode",
    HookFailure.RUNTIME_ERROR: "RuntimeError",
    HookFailure.INVALID_HANDLER: "InvalidHandler",
    HookFailure.POD_STATUS_ERROR: "PodStatusError",
    HookFailure.CONNECTION_REFUSED: "ConnectionRefused",
    HookFailure.TOO_MANY_REDIRECTS: "TooManyRedirects",
    HookFailure.TRANSPORT_ERROR: "TransportError",
}


def failure_class(error: Any) -> str:
    return CLASSES[error.reason]


def resolve_port(given: Given, minor: str) -> int:
    return port_number(given["port"], named_ports(given))


def request(given: Given, minor: str) -> dict[str, Any]:
    sent = hook_request(given["httpGet"], container=given, pod_ips=given["podIPs"], release=Release(minor))
    headers = sorted(([name, value.replace(minor, "1.MINOR")] for name, value in sent.headers), key=lambda header: header[0])
    return {"dial": sent.dial, "tls": sent.tls, "method": sent.method, "target": sent.target, "host": sent.host, "headers": headers}


class Server:
    """The server of a record: its answers one after the other, the last one again and again."""

    def __init__(self, script: dict[str, Any]) -> None:
        self.script = script
        self.responses: list[dict[str, Any]] = list(script.get("responses", [{}]))

    def __call__(self, sent: HookRequest) -> HTTPAnswer | NoAnswer:
        if self.script.get("refuse"):
            return NoAnswer.REFUSED
        if self.script.get("plain") and sent.tls:
            return NoAnswer.PLAIN_HTTP
        response = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        return NoAnswer.BROKEN if response.get("close") else HTTPAnswer(response.get("status", 200), response.get("location", ""))


def outcome(given: Given, minor: str) -> dict[str, Any]:
    release = Release(minor).with_gates(given.get("featureGates", {}))
    ran = given.get("exec", {"result": "exit", "exitCode": 0})
    found = run_hook(
        given["handler"],
        container=given,
        pod_ips=None if given.get("podStatusError") else given.get("podIPs", ["10.0.0.5"]),
        run_command=lambda command: ran["exitCode"] if ran["result"] == "exit" else None,
        send=Server(given.get("server", {})),
        release=release,
    )
    return shown(found, given)


def shown(found: HookOutcome, given: Given) -> dict[str, Any]:
    events = [{"type": event.type.value, "reason": event.reason.value, "message": event.message} for event in found.events]
    value: dict[str, Any] = {
        "result": "success" if found.succeeded else "failure",
        "elapsedMs": found.elapsed.nanoseconds // 10**6,
        "events": events,
    }
    if found.failure is not None:
        value["class"] = CLASSES[found.failure]
    if found.command is not None:
        value["command"] = list(found.command) or None
    if found.command is None and "httpGet" in given["handler"]:
        value["requests"] = [
            {"dial": sent.dial, "tls": sent.tls, "target": sent.target, "hasAuthorization": sent.authorized} for sent in found.requests
        ]
    return value


UNAVAILABLE: dict[type[Exception], Shape] = {
    FeatureGateLocked: named("FeatureGateUnavailable"),
    FeatureGateUnavailable: named("FeatureGateUnavailable"),
}

ANSWERS: dict[str, Answer] = {
    "port_resolve": answering(resolve_port, {HookRequestFailed: failure_class}),
    "http_hook_request": answering(request, {HookRequestFailed: failure_class}),
    "hook_format_outcome": answering(outcome, UNAVAILABLE),
}
