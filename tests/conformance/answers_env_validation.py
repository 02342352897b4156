"""Env files, downward fields and the validation of ``env`` and ``envFrom``, asked as their records ask."""

from __future__ import annotations

import json
from typing import Any

from answering import Answer, Given, Shape, Value, answering, named
from answers_environment import failure, octets, shown

import kubecontainers as kc
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.environment.addresses import PodAddresses
from kubecontainers.environment.downward_fields import downward_field
from kubecontainers.environment.drop import drop_disabled_file_key_refs, drop_unknown_file_key_refs
from kubecontainers.environment.env_file import EnvFileProblem, InvalidEnvFile, parse_env_file
from kubecontainers.environment.env_names import env_name_mode
from kubecontainers.environment.failures import EnvironmentFailed
from kubecontainers.environment.validation import shows_host_ips, validate_env, validate_env_from

GATE_LOCKED: dict[type[Exception], Shape] = {kc.FeatureGateLocked: named("GateLocked")}

PROBLEMS = {
    EnvFileProblem.LINE_TOO_LONG: "lineTooLong",
    EnvFileProblem.BLANK_LINE_IN_CONTINUATION: "blankLineInContinuation",
    EnvFileProblem.COMMENT_IN_CONTINUATION: "commentInContinuation",
    EnvFileProblem.UNFINISHED_CONTINUATION: "unfinishedContinuation",
    EnvFileProblem.BAD_LINE: "badLine",
    EnvFileProblem.MISSING_EQUALS: "missingEquals",
    EnvFileProblem.EMPTY_NAME: "emptyName",
    EnvFileProblem.WHITESPACE_BEFORE_EQUALS: "whitespaceBeforeEquals",
    EnvFileProblem.NOT_SINGLE_QUOTED: "notSingleQuoted",
    EnvFileProblem.CONTENT_AFTER_QUOTE: "contentAfterQuote",
    EnvFileProblem.UNCLOSED_QUOTE: "unclosedQuote",
}


def released(given: Given, minor: str) -> kc.Release:
    return kc.Release(minor).with_gates(given.get("gates", {}), unknown="ignore", dependents="disable")


def env_file_parse(given: Given, minor: str) -> Any:
    return shown(parse_env_file(octets(given["content"]), given["key"], release=kc.Release(minor)))


def downward(given: Given, minor: str) -> Any:
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
    return PROBLEMS[error.problem]


ANSWERS: dict[str, Answer] = {
    "env_validate": env_validation,
    "env_file_parse": answering(env_file_parse, {InvalidEnvFile: problem}),
    "downward_field": answering(downward, {EnvironmentFailed: failure, **GATE_LOCKED}),
}
