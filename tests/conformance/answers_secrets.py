"""Answers about Secrets: what the API server says of them, how kubectl makes them, which pods get them."""

from __future__ import annotations

import base64
from typing import Any

from answering import Answer, Given, Value, answering, named

import kubecontainers as kc
from kubecontainers.credentials.docker_registry_arguments import DockerRegistryArguments
from kubecontainers.credentials.secret_sources import GivenFiles, InvalidSecretArguments, SecretArgumentsProblem
from kubecontainers.credentials.secret_validation import default_secret, validate_secret
from kubecontainers.credentials.service_account import admit_service_account_pull_secrets


def pull_secret_validate(given: Given, minor: str) -> Value:
    errors = validate_secret(given["secret"], given.get("oldSecret"))
    if errors:
        listed = [{"field": str(error.path), "type": error.type.value} for error in errors]
        return {"error": sorted(listed, key=lambda error: (error["field"], error["type"]))}
    stored: Any = default_secret(given["secret"])
    return {"ok": {"type": stored["type"], "dataKeys": sorted(stored.get("data", {}))}}


PROBLEMS = {
    SecretArgumentsProblem.NAME_REQUIRED: "nameRequired",
    SecretArgumentsProblem.MISSING_ARGUMENTS: "missingArguments",
    SecretArgumentsProblem.BAD_FILE_SOURCE: "badFileSource",
    SecretArgumentsProblem.MISSING_KEY_NAME: "missingKeyName",
    SecretArgumentsProblem.MISSING_FILE_PATH: "missingFilePath",
    SecretArgumentsProblem.FILE_NOT_READABLE: "fileNotReadable",
    SecretArgumentsProblem.KEY_FOR_DIRECTORY: "keyForDirectory",
    SecretArgumentsProblem.INVALID_KEY: "invalidKey",
    SecretArgumentsProblem.DUPLICATE_KEY: "duplicateKey",
}


def docker_registry_secret_create(given: Given, minor: str) -> Value:
    arguments = DockerRegistryArguments.parse(given["args"])
    secret = arguments.secret(files=GivenFiles(given.get("files", {})), release=kc.Release(minor))
    return {"secret": secret, "decoded": {key: base64.b64decode(value).decode() for key, value in secret.get("data", {}).items()}}


def service_account_pull_secrets_admit(given: Given, minor: str) -> Value:
    request = kc.AdmissionRequest(kc.Operation(given["operation"]), given["pod"], subresource=given["subresource"])
    admitted: Any = admit_service_account_pull_secrets(request, given["serviceAccounts"], namespace=given["namespace"]).object
    spec = admitted["spec"]
    return {
        "imagePullSecrets": [{"name": secret.get("name", "")} for secret in spec.get("imagePullSecrets", [])],
        "serviceAccountName": spec.get("serviceAccountName", ""),
    }


ANSWERS: dict[str, Answer] = {
    "pull_secret_validate": pull_secret_validate,
    "docker_registry_secret_create": answering(
        docker_registry_secret_create, {InvalidSecretArguments: lambda error: PROBLEMS[error.problem]}
    ),
    "service_account_pull_secrets_admit": answering(service_account_pull_secrets_admit, {kc.AdmissionDenied: named("forbidden")}),
}
