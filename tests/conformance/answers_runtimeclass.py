"""Answers of the room ``runtimeclass``: the object, the admission of pods that name one, handlers and nodes."""

from __future__ import annotations

from typing import Any

import attrs
from answering import Answer, Given, Value, answering, listing, named

from kubecontainers.apimachinery.errors import MalformedObject, NotFound
from kubecontainers.apimachinery.fields import FieldError
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.requests import AdmissionRequest, Operation
from kubecontainers.runtimeclass.admission import (
    RuntimeClassDenial,
    RuntimeClassDenied,
    admit_runtime_class,
    validate_runtime_class_admission,
)
from kubecontainers.runtimeclass.class_source import LookupFailure, RuntimeClasses, RuntimeClassLookupFailed
from kubecontainers.runtimeclass.handler_lookup import lookup_runtime_handler
from kubecontainers.runtimeclass.nodes import runtime_class_nodes
from kubecontainers.runtimeclass.runtime_class import runtime_class_warnings
from kubecontainers.runtimeclass.validation import validate_runtime_class, validate_runtime_class_update
from kubecontainers.scheduling.overhead import default_overhead
from kubecontainers.scheduling.resource_lists import resource_list
from kubecontainers.scheduling.tolerations import Toleration

CAUSES = {
    RuntimeClassDenial.NOT_A_POD: "notAPod",
    RuntimeClassDenial.CLASS_NOT_FOUND: "runtimeClassNotFound",
    RuntimeClassDenial.LOOKUP_FAILED: "lookupFailed",
    RuntimeClassDenial.OVERHEAD_MISMATCH: "overheadMismatch",
    RuntimeClassDenial.OVERHEAD_NOT_EXPECTED: "overheadNotExpected",
    RuntimeClassDenial.SELECTOR_CONFLICT: "nodeSelectorConflict",
}

FAILURES = {
    None: None,
    "boom": LookupFailure.UNTYPED,
    "timeout": LookupFailure.TIMEOUT,
    "unavailable": LookupFailure.UNAVAILABLE,
    "forbidden": LookupFailure.FORBIDDEN,
}

NOT_DECODED = {"phase": "decode", "cause": "decode", "code": 400, "reason": "BadRequest"}


def listed(errors: tuple[FieldError, ...]) -> list[Any]:
    return sorted(({"field": str(error.path), "type": error.type.value} for error in errors), key=lambda error: tuple(error.values()))


def validate(given: Given, minor: str) -> list[Any]:
    return listed(validate_runtime_class(given["runtimeClass"], release=Release(minor)))


def validate_update(given: Given, minor: str) -> list[Any]:
    return listed(validate_runtime_class_update(given["old"], given["new"], release=Release(minor)))


def decoding(answer: Answer) -> Answer:
    """An answer that is an error where an object cannot be decoded."""
    decoded = answering(answer, {MalformedObject: named("decode")})

    def answered(given: Given, minor: str) -> Value:
        value = decoded(given, minor)
        inner: Value = value if "error" in value else value["ok"]
        return inner

    return answered


def warnings(given: Given, minor: str) -> Value:
    found = runtime_class_warnings(given["runtimeClass"], release=Release(minor))
    return {"deprecatedKeys": [warning.label for warning in found]}


def denial(denied: RuntimeClassDenied, phase: str) -> Value:
    return {"phase": phase, "cause": CAUSES[denied.cause], "code": denied.code, "reason": denied.reason}


def admitted_pod(pod: Any) -> Value:
    """The fields of a pod that are recorded."""
    spec: dict[str, Any] = pod.get("spec") or {}
    shown: dict[str, Any] = {
        "runtimeClassName": spec.get("runtimeClassName"),
        "nodeSelector": spec.get("nodeSelector") or None,
        "tolerations": [Toleration.from_json(entry).to_json() for entry in spec.get("tolerations") or ()] or None,
        "overhead": {name: str(quantity) for name, quantity in resource_list(spec.get("overhead") or {}).items()} or None,
    }
    return {"spec": {name: value for name, value in shown.items() if value is not None}}


def admit(given: Given, minor: str) -> Value:
    release, phases = Release(minor), [given["phase"]] if "phase" in given else ["admit", "validate"]
    try:
        request = AdmissionRequest(
            Operation(given.get("operation", "CREATE")),
            default_overhead(given["pod"]).object,
            resource=given.get("resource", "pods"),
            group=given.get("group", ""),
            subresource=given.get("subresource", ""),
            kind=given.get("objectKind", "Pod"),
        )
        classes = RuntimeClasses.of(
            given["runtimeClasses"],
            live=given.get("liveRuntimeClasses", ()),
            cache_failure=FAILURES[given.get("cacheError")],
            live_failure=FAILURES[given.get("liveError")],
        )
    except MalformedObject:
        return {"error": NOT_DECODED}
    for phase in phases:
        try:
            if phase == "admit":
                request = attrs.evolve(request, object=admit_runtime_class(request, classes, release=release).object)
            elif errors := validate_runtime_class_admission(request, classes, release=release):
                raise RuntimeClassDenied.of(request.object or {}, errors)
        except RuntimeClassDenied as denied:
            return {"error": denial(denied, phase)}
    return {"ok": admitted_pod(request.object)}


def nodes(given: Given, minor: str) -> list[str]:
    return list(runtime_class_nodes(given["runtimeClass"], given["nodes"], pod=given.get("pod"), release=Release(minor)).names)


def handler(given: Given, minor: str) -> str:
    classes = RuntimeClasses.of(given["runtimeClasses"], cache_failure=FAILURES[given.get("cacheError")])
    return lookup_runtime_handler(given["runtimeClassName"], classes).handler


def denied_nodes(denied: RuntimeClassDenied) -> Value:
    """The shape of a denial; only a conflict of selectors can be one, which the mutating pass finds."""
    return denial(denied, "admit")


ANSWERS: dict[str, Answer] = {
    "runtime_class_validate": decoding(listing(validate)),
    "runtime_class_validate_update": decoding(listing(validate_update)),
    "runtime_class_warnings": answering(warnings, {MalformedObject: named("decode")}),
    "runtime_class_admit": admit,
    "runtime_class_nodes": answering(nodes, {RuntimeClassDenied: denied_nodes, MalformedObject: lambda error: NOT_DECODED}),
    "runtime_handler_lookup": answering(
        handler, {NotFound: named("notFound"), RuntimeClassLookupFailed: named("lookupFailed"), MalformedObject: named("decode")}
    ),
}
