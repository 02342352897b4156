"""Secrets as the API server takes them: filled in, and refused where they break a rule.

Kubernetes keeps the rules in ``pkg/apis/core/validation/validation.go`` (ValidateSecret, ValidateSecretUpdate). Of the built-in types those
of pull secrets are checked; the rules that ``kubernetes.io/tls``, ``basic-auth``, ``ssh-auth`` and ``service-account-token`` add are not.
What is in a docker config is not looked at by the API server: ``{"auths": "x"}`` is stored, and fails when an image is pulled.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from ..apimachinery.fields import ROOT, FieldError, FieldErrorType
from ..apimachinery.metadata import validate_object_meta, validate_object_meta_update
from ..apimachinery.names import NameRule, validate_config_map_key
from ..apimachinery.object_data import DATA_PATH, secret_data
from ..apimachinery.objects import JSONObject, boolean_at, mapping_at, root_object, text_at, text_map_at
from ..golang.base64 import encode_std
from ..golang.json import BadJSON, Members, decode, plain
from ..golang.text import to_bytes, to_text
from .secret_types import (
    DOCKER_CONFIG_JSON_KEY,
    DOCKER_CONFIG_JSON_TYPE,
    DOCKERCFG_KEY,
    DOCKERCFG_TYPE,
)

__all__ = ["DEFAULT_TYPE", "SecretRule", "default_secret", "validate_secret"]

DEFAULT_TYPE = "Opaque"
MAX_DATA_BYTES = 1024 * 1024

_METADATA = ROOT.child("metadata")
_DOCKER_CONFIG_KEYS = {DOCKERCFG_TYPE: DOCKERCFG_KEY, DOCKER_CONFIG_JSON_TYPE: DOCKER_CONFIG_JSON_KEY}


class SecretRule(enum.Enum):
    """A rule that a Secret can break, apart from those of metadata and, a ``NameRule``, those of the keys of its data."""

    TOO_LONG = "the values may have at most 1048576 bytes together"
    KEY_REQUIRED = "a pull secret needs the key of its type"
    NO_JSON_OBJECT = "must be a JSON object"
    TYPE_IMMUTABLE = "the type cannot change"
    IMMUTABLE_UNSET = "a Secret that is immutable stays so"
    DATA_IMMUTABLE = "the data of a Secret that is immutable cannot change"


_KEY_DETAILS = {
    NameRule.TOO_LONG: "a key may have at most 253 bytes",
    NameRule.CHARSET: "a key has letters, digits, '-', '_' and '.' only, at least one",
    NameRule.DOT: "a key cannot be '.'",
    NameRule.DOTDOT: "a key cannot be '..'",
    NameRule.DOTDOT_PREFIX: "a key cannot begin with '..'",
}


def default_secret(secret: JSONObject) -> JSONObject:
    """Return a Secret as the API server stores it: ``stringData`` is part of ``data``, and without a type it is ``Opaque``.

    It is the very object where nothing changes. Raises ``MalformedObject`` for data or a type that could not be decoded.

    >>> default_secret({"metadata": {"name": "a"}, "stringData": {"user": "ci"}})
    {'metadata': {'name': 'a'}, 'data': {'user': 'Y2k='}, 'type': 'Opaque'}
    """
    found = _Secret.of(secret)
    if "stringData" not in secret and secret.get("type") == found.type:
        return secret
    stored = {name: value for name, value in secret.items() if name != "stringData"}
    texts = text_map_at(secret, "stringData", ROOT)
    if texts:
        given = mapping_at(secret, "data", ROOT) or {}
        stored["data"] = {to_text(key): value for key, value in given.items()} | {
            key: encode_std(to_bytes(text)) for key, text in texts.items()
        }
    stored["type"] = found.type
    return stored


def validate_secret(secret: JSONObject, old: JSONObject | None = None) -> tuple[FieldError, ...]:
    """Return the rules that a Secret breaks, in Kubernetes' order, after it was filled in as ``default_secret`` does it.

    ``old`` is the stored Secret where this one is an update of it. The errors do not hold any value of the data. Raises ``MalformedObject``
    for what could not be decoded.

    >>> pull = {"metadata": {"name": "pull", "namespace": "shop"}, "type": "kubernetes.io/dockerconfigjson"}
    >>> [str(error) for error in validate_secret(pull)]
    ['data[.dockerconfigjson]: Required: a pull secret needs the key of its type']
    >>> validate_secret(pull | {"stringData": {".dockerconfigjson": '{"auths": {}}'}})
    ()
    """
    new = _Secret.of(secret)
    update = () if old is None else _update(new, _Secret.of(old))
    return (*update, *_create(new))


@attrs.frozen(repr=False)
class _Secret:
    """What the rules look at. Data may be absent or empty, and so may a value: two things in Go, and not equal."""

    metadata: JSONObject
    type: str
    immutable: bool
    data: dict[str, bytes | None] | None

    @classmethod
    def of(cls, secret: JSONObject) -> _Secret:
        """Read an API object."""
        return cls(
            mapping_at(root_object(secret), "metadata", ROOT) or {},
            text_at(secret, "type", ROOT) or DEFAULT_TYPE,
            bool(boolean_at(secret, "immutable", ROOT)),
            secret_data(secret),
        )


def _update(new: _Secret, old: _Secret) -> Iterator[FieldError]:
    yield from validate_object_meta_update(new.metadata, old.metadata, _METADATA, core=True)
    if new.type != old.type:
        yield _error("type", FieldErrorType.INVALID, SecretRule.TYPE_IMMUTABLE, new.type)
    if old.immutable and not new.immutable:
        yield _error("immutable", FieldErrorType.FORBIDDEN, SecretRule.IMMUTABLE_UNSET)
    if old.immutable and new.data != old.data:
        yield _error("data", FieldErrorType.FORBIDDEN, SecretRule.DATA_IMMUTABLE)


def _create(secret: _Secret) -> Iterator[FieldError]:
    yield from validate_object_meta(secret.metadata, _METADATA, namespaced=True, core=True)
    data = secret.data or {}
    for key in data:
        for rule in validate_config_map_key(key):
            yield FieldError(DATA_PATH.key(key), FieldErrorType.INVALID, rule, key, _KEY_DETAILS[rule])
    if sum(len(value or b"") for value in data.values()) > MAX_DATA_BYTES:
        yield _error("data", FieldErrorType.TOO_LONG, SecretRule.TOO_LONG)
    needed = _DOCKER_CONFIG_KEYS.get(secret.type, "")
    if needed and needed not in data:
        yield _error(f"data[{needed}]", FieldErrorType.REQUIRED, SecretRule.KEY_REQUIRED)
    elif needed and not _is_json_object(data[needed] or b""):
        yield _error(f"data[{needed}]", FieldErrorType.INVALID, SecretRule.NO_JSON_OBJECT)


def _error(field: str, kind: FieldErrorType, rule: SecretRule, value: str = "") -> FieldError:
    return FieldError(ROOT.child(field), kind, rule, value, rule.value)


def _is_json_object(content: bytes) -> bool:
    """Return whether Go reads a document into a map: ``null`` it does, and no number may be beyond a float."""
    try:
        document = decode(content)
        plain(document)
    except BadJSON:
        return False
    return document is None or isinstance(document, Members)
