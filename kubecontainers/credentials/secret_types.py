"""The types of Secret that hold a docker config, and the key that it stands under."""

from __future__ import annotations

from collections.abc import Mapping

from .docker_config import DockerConfigFormat

__all__ = ["DOCKERCFG_KEY", "DOCKERCFG_TYPE", "DOCKER_CONFIGS", "DOCKER_CONFIG_JSON_KEY", "DOCKER_CONFIG_JSON_TYPE"]

DOCKER_CONFIG_JSON_TYPE, DOCKER_CONFIG_JSON_KEY = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
DOCKERCFG_TYPE, DOCKERCFG_KEY = "kubernetes.io/dockercfg", ".dockercfg"

DOCKER_CONFIGS: Mapping[str, tuple[str, DockerConfigFormat]] = {
    DOCKER_CONFIG_JSON_TYPE: (DOCKER_CONFIG_JSON_KEY, "config.json"),
    DOCKERCFG_TYPE: (DOCKERCFG_KEY, "dockercfg"),
}
"""The types of pull secrets, each with the key of its docker config and the format of that."""
