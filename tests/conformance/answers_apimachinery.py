"""Answers of the room ``apimachinery``."""

from __future__ import annotations

from answering import Answer, Given, listing

from kubecontainers.apimachinery.names import (
    EnvNameMode,
    validate_config_map_key,
    validate_dns1123_label,
    validate_dns1123_subdomain,
    validate_env_name,
    validate_label_value,
    validate_qualified_name,
)
from kubecontainers.apimachinery.release import Release


def dns1123_label(given: Given, minor: str) -> list[str]:
    return [rule.value for rule in validate_dns1123_label(given["value"], prefix=given.get("generateName", False))]


def dns1123_subdomain(given: Given, minor: str) -> list[str]:
    return [rule.value for rule in validate_dns1123_subdomain(given["value"], prefix=given.get("generateName", False))]


def label_selector_values(given: Given, minor: str) -> list[str]:
    validate = validate_qualified_name if given["kind"] == "key" else validate_label_value
    return [rule.value for rule in validate(given["value"])]


def env_name_validate(given: Given, minor: str) -> list[str]:
    name, mode = given["name"], given["mode"]
    if mode == "configMapKey":
        broken = validate_config_map_key(name)
    elif mode == "default":
        broken = validate_env_name(name, release=Release(minor))
    else:
        broken = validate_env_name(name, mode=EnvNameMode(mode))
    return sorted(rule.value for rule in broken)


ANSWERS: dict[str, Answer] = {
    "dns1123_label": listing(dns1123_label),
    "dns1123_subdomain": listing(dns1123_subdomain),
    "label_selector_values": listing(label_selector_values),
    "env_name_validate": listing(env_name_validate),
}
