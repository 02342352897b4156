"""The room ``environment``, asked as its records ask: services, expansion, composition."""

from __future__ import annotations

import base64
from typing import Any

from answering import Answer, Given, Shape, answering, named

import kubecontainers as kc
from kubecontainers.environment.composition import compose_environment
from kubecontainers.environment.downward_resources import downward_resource
from kubecontainers.environment.expansion import expand
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.environment.service_variables import service_variables
from kubecontainers.environment.sources import InMemorySources, SourceUnavailable
from kubecontainers.environment.variables import EnvironmentEvent, OriginKind
from kubecontainers.golang.text import from_octets, to_octets

FAILURES = {
    EnvironmentFailure.SERVICE_LINKS_UNSET: "EnableServiceLinksNil",
    EnvironmentFailure.SERVICES_NOT_SYNCED: "ServicesNotSynced",
    EnvironmentFailure.SERVICE_LIST_FAILED: "ServiceListFailed",
    EnvironmentFailure.SERVICE_WITHOUT_PORTS: "PanicIndexOutOfRange",
    EnvironmentFailure.NO_CLIENT_FOR_CONFIG_MAP: "NoClientForConfigMap",
    EnvironmentFailure.NO_CLIENT_FOR_SECRET: "NoClientForSecret",
    EnvironmentFailure.CONFIG_MAP_GET_FAILED: "ConfigMapGetFailed",
    EnvironmentFailure.SECRET_GET_FAILED: "SecretGetFailed",
    EnvironmentFailure.CONFIG_MAP_NOT_FOUND: "ConfigMapNotFound",
    EnvironmentFailure.SECRET_NOT_FOUND: "SecretNotFound",
    EnvironmentFailure.CONFIG_MAP_KEY_NOT_FOUND: "ConfigMapKeyNotFound",
    EnvironmentFailure.SECRET_KEY_NOT_FOUND: "SecretKeyNotFound",
    EnvironmentFailure.FIELD_VERSION_UNSUPPORTED: "FieldVersionUnsupported",
    EnvironmentFailure.FIELD_SUBSCRIPT_UNSUPPORTED: "FieldSubscriptUnsupported",
    EnvironmentFailure.FIELD_SUBSCRIPT_INVALID: "FieldSubscriptInvalid",
    EnvironmentFailure.FIELD_LABEL_UNSUPPORTED: "FieldLabelUnsupported",
    EnvironmentFailure.FIELD_PATH_UNSUPPORTED: "FieldPathUnsupported",
    EnvironmentFailure.HOST_IP_UNKNOWN: "HostIPUnknown",
    EnvironmentFailure.NODE_NOT_FOUND: "NodeNotFound",
    EnvironmentFailure.RESOURCE_UNSUPPORTED: "ResourceUnsupported",
    EnvironmentFailure.CONTAINER_NOT_FOUND: "ContainerNotFound",
    EnvironmentFailure.VOLUME_NOT_FOUND: "VolumeNotFound",
    EnvironmentFailure.ENV_FILE_UNREADABLE: "EnvFileUnreadable",
    EnvironmentFailure.ENV_FILE_KEY_NOT_FOUND: "EnvFileKeyNotFound",
    EnvironmentFailure.ENV_FILE_KEY_TOO_LONG: "EnvFileKeyTooLong",
    EnvironmentFailure.ENV_FILE_VALUE_TOO_LONG: "EnvFileValueTooLong",
}


def octets(given: Any) -> bytes:
    """The bytes that a record holds as text, or in base64 where they are not UTF-8."""
    return given.encode() if isinstance(given, str) else base64.b64decode(given["base64"])


def shown(text: str) -> Any:
    """A text as a record holds it."""
    found = to_octets(text)
    try:
        return found.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(found).decode()}


def failure(error: EnvironmentFailed) -> str:
    return FAILURES[error.reason]


def service_env_vars(given: Given, minor: str) -> list[list[str]]:
    return [list(variable) for variable in service_variables(given["services"])]


def pod_service_env_map(given: Given, minor: str) -> list[list[str]]:
    sources = InMemorySources(services=given["services"], services_fail=given.get("listFails", False))
    variables = sources.service_variables(given["namespace"], enable_service_links=given["enableServiceLinks"])
    return sorted([name, value] for name, value in variables.items())


def env_expand(given: Given, minor: str) -> Any:
    maps = [{name: from_octets(octets(value)) for name, value in entries.items()} for entries in given["maps"]]
    return shown(expand(octets(given["input"]), *maps, release=kc.Release(minor)))


def sources(given: Given) -> InMemorySources:
    """What the kubelet of a record knows."""
    files = {volume: {path: octets(content) for path, content in held.items()} for volume, held in given.get("files", {}).items()}
    return InMemorySources(
        config_maps=given.get("configMaps", []),
        secrets=given.get("secrets", []),
        services=given["services"],
        node=given.get("node"),
        pod_ip=given.get("podIP", ""),
        pod_ips=given.get("podIPs") or [],
        node_ips=given.get("nodeIPs") or [],
        files=files,
        services_synced=given.get("servicesSynced", True),
        has_api_server=not given.get("standalone", False),
        services_fail=given.get("listFails", False),
        failing_config_maps=given.get("brokenConfigMaps", []),
        failing_secrets=given.get("brokenSecrets", []),
    )


def event(sent: EnvironmentEvent) -> dict[str, Any]:
    return {
        "type": sent.type.value,
        "reason": sent.reason,
        "source": {OriginKind.CONFIG_MAP: "configMap", OriginKind.SECRET: "secret"}[sent.origin.kind],
        "object": sent.origin.subject,
        "keys": list(sent.keys),
    }


def env_compose(given: Given, minor: str) -> dict[str, Any]:
    release = kc.Release(minor).with_gates(given.get("gates", {}), unknown="ignore", dependents="disable")
    environment = compose_environment(given["pod"], given["container"], sources(given), release=release)
    values = sorted(environment.reveal().items(), key=lambda variable: to_octets(variable[0]))
    found: dict[str, Any] = {"env": [[shown(name), shown(value)] for name, value in values]}
    events = [event(sent) for sent in environment.events]
    return {**found, "events": events} if events else found


def downward_resource_answer(given: Given, minor: str) -> str:
    release = kc.Release(minor).with_gates(given.get("gates", {}), unknown="ignore", dependents="disable")
    selector: dict[str, Any] = {field: given[field] for field in ("resource", "containerName", "divisor") if field in given}
    return downward_resource(given["pod"], given["container"], selector, node=given.get("node"), release=release)


LOCKED: dict[type[Exception], Shape] = {kc.FeatureGateLocked: named("GateLocked")}

ANSWERS: dict[str, Answer] = {
    "service_env_vars": answering(service_env_vars, {EnvironmentFailed: failure}),
    "pod_service_env_map": answering(pod_service_env_map, {EnvironmentFailed: failure, SourceUnavailable: named("ServiceListFailed")}),
    "env_expand": answering(env_expand),
    "env_compose": answering(env_compose, {EnvironmentFailed: failure, **LOCKED}),
    "downward_resource": answering(downward_resource_answer, {EnvironmentFailed: failure, **LOCKED}),
}
