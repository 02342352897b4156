"""The data of a Secret, and the types of Secret that hold a docker config.

``data`` holds base64. ``stringData``, which the API server takes but never gives, holds text and goes before it, key by key
(``pkg/apis/core/v1/conversion.go``).
"""

from __future__ import annotations

from collections.abc import Mapping

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, json_type, mapping_at, root_object, text_map_at
from ..golang.base64 import decode_std
from ..golang.text import to_bytes, to_text
from .docker_config import DockerConfigFormat

__all__ = [
    "DATA_PATH",
    "DOCKERCFG_KEY",
    "DOCKERCFG_TYPE",
    "DOCKER_CONFIGS",
    "DOCKER_CONFIG_JSON_KEY",
    "DOCKER_CONFIG_JSON_TYPE",
    "secret_data",
]

DOCKER_CONFIG_JSON_TYPE, DOCKER_CONFIG_JSON_KEY = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
DOCKERCFG_TYPE, DOCKERCFG_KEY = "kubernetes.io/dockercfg", ".dockercfg"

DOCKER_CONFIGS: Mapping[str, tuple[str, DockerConfigFormat]] = {
    DOCKER_CONFIG_JSON_TYPE: (DOCKER_CONFIG_JSON_KEY, "config.json"),
    DOCKERCFG_TYPE: (DOCKERCFG_KEY, "dockercfg"),
}
"""The types of pull secrets, each with the key of its docker config and the format of that."""

DATA_PATH = ROOT.child("data")


def secret_data(secret: JSONObject) -> dict[str, bytes | None] | None:
    """Return the data of a Secret with ``stringData`` in it, decoded; ``None`` where it has none of either.

    A value that is ``null`` is ``None``. Raises ``MalformedObject`` for a value that is no base64, which is left out of the error.
    """
    given, texts = mapping_at(root_object(secret), "data", ROOT), text_map_at(secret, "stringData", ROOT)
    if given is None and not texts:
        return None
    data = {to_text(key): _decoded(given or {}, key) for key in given or {}}
    return data | {key: to_bytes(text) for key, text in texts.items()}


def _decoded(given: JSONObject, key: str) -> bytes | None:
    value, path = given[key], DATA_PATH.key(to_text(key))
    if value is None:
        return None
    if not isinstance(value, str):
        raise MalformedObject(str(path), "a string", json_type(value))
    content = decode_std(to_text(value))
    if content is None:
        raise MalformedObject(str(path), "base64", "another string")
    return content
