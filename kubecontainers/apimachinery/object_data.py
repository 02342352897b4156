"""The data of ConfigMaps and Secrets.

``data`` of a Secret holds base64. ``stringData``, which the API server takes but never gives, holds text and goes before it, key by key
(``pkg/apis/core/v1/conversion.go``).
"""

from __future__ import annotations

from ..golang.base64 import decode_std
from ..golang.text import to_bytes, to_text
from .errors import MalformedObject
from .fields import ROOT
from .objects import ConfigMap, JSONObject, Secret, json_type, mapping_at, root_object, text_map_at

__all__ = ["DATA_PATH", "config_map_data", "secret_data"]

DATA_PATH = ROOT.child("data")


def config_map_data(config_map: ConfigMap | JSONObject) -> dict[str, str]:
    """Return the texts of a ConfigMap; what is in ``binaryData`` is none of them.

    Raises ``MalformedObject``.

    >>> config_map_data({"data": {"LEVEL": "info"}, "binaryData": {"logo": "/wA="}})
    {'LEVEL': 'info'}
    """
    return text_map_at(root_object(config_map), "data", ROOT)


def secret_data(secret: Secret | JSONObject) -> dict[str, bytes | None] | None:
    """Return the data of a Secret with ``stringData`` in it, decoded; ``None`` where it has none of either.

    A value that is ``null`` is ``None``. Raises ``MalformedObject`` for a value that is no base64, which is left out of the error.

    >>> secret_data({"data": {"user": "Y2k="}, "stringData": {"password": "hunter2"}})
    {'user': b'ci', 'password': b'hunter2'}
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
