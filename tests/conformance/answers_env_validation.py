"""Env files, downward fields and the validation of ``env`` and ``envFrom``, asked as their records ask."""

from __future__ import annotations

import base64
import json
from typing import Any

from answering import Answer, Given, Shape, Value, answering, named

import kubecontainers as kc
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.environment.addresses import PodAddresses
from kubecontainers.environment.downward_fields import downward_field
from kubecontainers.environment.drop import drop_disabled_file_key_refs, drop_unknown_file_key_refs
from kubecontainers.environment.env_file import InvalidEnvFile, parse_env_file
from kubecontainers.environment.env_names import env_name_mode
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.environment.validation import shows_host_ips, validate_env, validate_env_from
from kubecontainers.golang.text import to_octets

Text = str | dict[str, str]

GATE_LOCKED: dict[type[Exception], Shape] = {kc.FeatureGateLocked: named("GateLocked")}

FAILURES = {
    EnvironmentFailure.FIELD_VERSION_UNSUPPORTED: "FieldVersionUnsupported",
    EnvironmentFailure.FIELD_SUBSCRIPT_UNSUPPORTED: "FieldSubscriptUnsupported",
    EnvironmentFailure.FIELD_SUBSCRIPT_INVALID: "FieldSubscriptInvalid",
    EnvironmentFailure.FIELD_LABEL_UNSUPPORTED: "FieldLabelUnsupported",
    EnvironmentFailure.FIELD_PATH_UNSUPPORTED: "FieldPathUnsupported",
    EnvironmentFailure.HOST_IP_UNKNOWN: "HostIPUnknown",
    EnvironmentFailure.NODE_NOT_FOUND: "NodeNotFound",
}


def octets(value: Text) -> bytes:
    """A byte string of a record."""
    return to_octets(value) if isinstance(value, str) else base64.b64decode(value["base64"])


def shown(value: str) -> Text:
    """A byte string as a record shows it."""
    data = to_octets(value)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def released(given: Given, minor: str) -> kc.Release:
    return kc.Release(minor).with_gates(given.get("gates", {}), unknown="ignore", dependents="disable")


def env_file_parse(given: Given, minor: str) -> Text:
    return shown(parse_env_file(octets(given["content"]), given["key"], release=kc.Release(minor)))


def downward(given: Given, minor: str) -> Text:
    addresses = PodAddresses(given.get("podIP", ""), given.get("podIPs", ()), given.get("nodeIPs", ()), given.get("node"))
    release = released(given, minor)
    return shown(downward_field(given["pod"], given["fieldPath"], api_version=given["apiVersion"], addresses=addresses, release=release))


def pod(env: Any, env_from: Any) -> dict[str, Any]:
    return {"spec": {"containers": [{"env": env, "envFrom": env_from}]}}


def env_validate(given: Given, minor: str) -> Value:
    release = released(given, minor)
    old = pod(given["oldEnv"], given.get("oldEnvFrom")) if "oldEnv" in given else None
    known = drop_unknown_file_key_refs(pod(given.get("env"), given.get("envFrom")), release=release).object
    new: Any = drop_disabled_file_key_refs(known, old=old, release=release).object
    container, names = new["spec"]["containers"][0], env_name_mode(new, old, release=release)
    used = old is not None and shows_host_ips(old)
    errors = validate_env(container, ROOT, names=names, host_ips_used=used, release=release)
    errors += validate_env_from(container, ROOT, names=names, release=release)
    listed = [{"field": str(error.path), "type": error.type.value} for error in errors]
    return {"error": sorted(listed, key=json.dumps)} if listed else {"ok": True}


def env_validation(given: Given, minor: str) -> Value:
    """Its error is a list, or the one name that all families have."""
    try:
        return env_validate(given, minor)
    except kc.FeatureGateLocked:
        return {"error": "GateLocked"}


def problem(error: InvalidEnvFile) -> str:
    return error.problem.value


def failure(error: EnvironmentFailed) -> str:
    return FAILURES[error.reason]


ANSWERS: dict[str, Answer] = {
    "env_validate": env_validation,
    "env_file_parse": answering(env_file_parse, {InvalidEnvFile: problem}),
    "downward_field": answering(downward, {EnvironmentFailed: failure, **GATE_LOCKED}),
}
