"""Answers of the room ``lifecycle`` about hooks: their fields, the requests they send, and whether they succeed."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, Shape, answering, named

from kubecontainers.apimachinery.release import FeatureGateLocked, FeatureGateUnavailable, Release
from kubecontainers.lifecycle.defaults import default_host_ports, default_lifecycle
from kubecontainers.lifecycle.drop import drop_unknown_lifecycle_fields
from kubecontainers.lifecycle.hook_failures import HookFailure, HookRequestFailed
from kubecontainers.lifecycle.hook_outcome import HookResult, HTTPAnswer, NoAnswer, run_hook
from kubecontainers.lifecycle.hook_request import HookRequest, hook_request
from kubecontainers.lifecycle.hooks import LifecycleHandler, container_hooks
from kubecontainers.lifecycle.ports import named_ports
from kubecontainers.lifecycle.ports import resolve_port as port_number
from kubecontainers.pods.create import create_pod

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


def shown(found: HookResult, given: Given) -> dict[str, Any]:
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

LISTS = ("containers", "initContainers", "ephemeralContainers")


def defaults(given: Given, minor: str) -> dict[str, Any]:
    release = Release(minor)
    pod: Any = given["pod"]
    for step in (drop_unknown_lifecycle_fields, default_lifecycle, default_host_ports):
        pod = step(pod, release=release).object
    spec = pod["spec"]
    reduced = {key: [reduced_container(container, release) for container in spec.get(key, [])] for key in LISTS}
    return {"terminationGracePeriodSeconds": spec["terminationGracePeriodSeconds"], "restartPolicy": spec["restartPolicy"], **reduced}


def reduced_container(container: dict[str, Any], release: Release) -> dict[str, Any]:
    """The fields that a record shows, as Kubernetes encodes them: what is empty is left out, but for a few fields."""
    reduced: dict[str, Any] = {"name": container["name"]}
    if "lifecycle" in container:
        reduced["lifecycle"] = container_hooks(container, release=release).to_json()
    if "livenessProbe" in container:
        probe = container["livenessProbe"]
        numbers = {key: value for key, value in probe.items() if value or key in {"grpc", "terminationGracePeriodSeconds"}}
        reduced["livenessProbe"] = numbers | LifecycleHandler.from_json(probe).to_json()
    if container.get("ports"):
        reduced["ports"] = [{key: value for key, value in port.items() if value} for port in container["ports"]]
    return reduced


class Refused(Exception):
    """The errors of a pod that is not created."""


def listed(error: Any) -> object:
    return error.args[0]


REFUSED: dict[type[Exception], Shape] = {Refused: listed}


def validate(given: Given, minor: str) -> bool:
    release = Release(minor).with_gates(given.get("featureGates", {}))
    errors = [{"field": str(error.path), "type": error.type.value} for error in create_pod(given["pod"], release=release).errors]
    if errors:
        raise Refused(sorted(errors, key=lambda error: (error["field"], error["type"])))
    return True


ANSWERS: dict[str, Answer] = {
    "port_resolve": answering(resolve_port, {HookRequestFailed: failure_class}),
    "http_hook_request": answering(request, {HookRequestFailed: failure_class}),
    "hook_format_outcome": answering(outcome, UNAVAILABLE),
    "lifecycle_default": answering(defaults),
    "lifecycle_validate": answering(validate, UNAVAILABLE | REFUSED),
}
