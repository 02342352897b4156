"""Names in ``env`` and ``envFrom``: which rule is in force for variables, and the errors of all that is named.

The rules are in ``k8s.io/apimachinery/pkg/util/validation``; which one holds for variables is decided in
``useRelaxedEnvironmentVariableValidation`` (``pkg/api/pod/util.go``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath
from ..apimachinery.names import (
    RELAXED_ENVIRONMENT_NAMES,
    EnvNameMode,
    NameRule,
    validate_config_map_key,
    validate_dns1123_label,
    validate_dns1123_subdomain,
    validate_env_name,
)
from ..apimachinery.objects import JSONObject, Pod, containers, objects_at, text_at
from ..apimachinery.release import LATEST, Change, Release
from .downward_fields import FieldLabel, validate_field_key

__all__ = [
    "RELAXED_NAMES_KEPT",
    "data_key_errors",
    "env_name_errors",
    "env_name_mode",
    "field_key_errors",
    "object_name_errors",
    "volume_name_errors",
]

RELAXED_NAMES_KEPT = Change(
    since="1.30", summary="an update that keeps a relaxed name of the stored object may use relaxed names, whatever the feature gate says"
)

_DOTS = {
    NameRule.DOT: "it may not be '.'",
    NameRule.DOTDOT: "it may not be '..'",
    NameRule.DOTDOT_PREFIX: "it may not begin with '..'",
}
_STRICT_NAME = {NameRule.CHARSET: "it may have letters, digits, '-', '_' and '.', and no digit at the beginning", **_DOTS}
_RELAXED_NAME = {
    NameRule.EMPTY: "it must have a character",
    NameRule.CHARSET: "it may have printable ASCII characters other than '='",
}
_DATA_KEY = {
    NameRule.TOO_LONG: "it may have at most 253 characters",
    NameRule.CHARSET: "it may have letters, digits, '-', '_' and '.'",
    **_DOTS,
}
_SUBDOMAIN = {
    NameRule.TOO_LONG: "it may have at most 253 characters",
    NameRule.FORMAT: "it may have lower-case letters, digits and, inside, dashes and dots",
}
_LABEL = {
    NameRule.TOO_LONG: "it may have at most 63 characters",
    NameRule.FORMAT: "it may have lower-case letters, digits and, inside, dashes",
    NameRule.DOTS: "it may have no dots",
}
_QUALIFIED = {
    NameRule.PARTS: "the key may have one '/'",
    NameRule.PREFIX_EMPTY: "there must be something before the key's '/'",
    NameRule.PREFIX_TOO_LONG: "before the key's '/' there may be at most 253 characters",
    NameRule.PREFIX_FORMAT: "before the key's '/' there must be a DNS name",
    NameRule.NAME_EMPTY: "the key must have a name",
    NameRule.NAME_TOO_LONG: "the key's name may have at most 63 characters",
    NameRule.NAME_FORMAT: "the key's name may have letters, digits and, inside, '-', '_' and '.'",
}


def env_name_mode(pod: Pod | JSONObject, old: Pod | JSONObject | None = None, *, release: Release = LATEST) -> EnvNameMode:
    """Return the rule that an API server applies to the names of variables, and to the prefixes, of a whole pod or template.

    ``old`` is the stored object where this is an update; ``release`` is the API server's. Raises ``MalformedObject``.

    >>> pod = {"spec": {"containers": [{"name": "app", "env": [{"name": "9 lives"}]}]}}
    >>> env_name_mode(pod, release=Release("1.30")), env_name_mode(pod, pod, release=Release("1.30"))
    (<EnvNameMode.STRICT: 'strict'>, <EnvNameMode.RELAXED: 'relaxed'>)
    """
    if RELAXED_ENVIRONMENT_NAMES in release:
        return EnvNameMode.RELAXED
    if old is not None and RELAXED_NAMES_KEPT in release:
        kept = set(_names(pod)) & set(_names(old))
        if any(map(_only_relaxed, kept)):
            return EnvNameMode.RELAXED
    return EnvNameMode.STRICT


def _names(pod: Pod | JSONObject) -> Iterator[str]:
    for found in containers(pod):
        for at, variable in objects_at(found.container, "env", found.path):
            yield text_at(variable, "name", at)
        for at, source in objects_at(found.container, "envFrom", found.path):
            yield text_at(source, "prefix", at)


def _only_relaxed(name: str) -> bool:
    strict, relaxed = (validate_env_name(name, mode=mode) for mode in (EnvNameMode.STRICT, EnvNameMode.RELAXED))
    return bool(strict) and not relaxed


def env_name_errors(name: str, path: FieldPath, mode: EnvNameMode) -> tuple[FieldError, ...]:
    """Return the errors of the name of a variable, a prefix or a key in an env file, one for each ``NameRule`` that it breaks.

    ``path`` is where the name stands, here as below.
    """
    details = _RELAXED_NAME if mode is EnvNameMode.RELAXED else _STRICT_NAME
    return _errors(validate_env_name(name, mode=mode), name, path, details)


def object_name_errors(name: str, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the errors of the name of a ConfigMap or Secret; an empty one is as wrong as any other."""
    return _errors(validate_dns1123_subdomain(name), name, path, _SUBDOMAIN)


def data_key_errors(key: str, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the errors of a key in the data of a ConfigMap or Secret."""
    return _errors(validate_config_map_key(key), key, path, _DATA_KEY)


def volume_name_errors(name: str, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the errors of the name of a volume."""
    return _errors(validate_dns1123_label(name), name, path, _LABEL)


def field_key_errors(label: FieldLabel, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the errors of the key of a label or annotation that a variable shows."""
    return _errors(validate_field_key(label), label.key or "", path, _QUALIFIED)


def _errors(broken: tuple[NameRule, ...], name: str, path: FieldPath, details: Mapping[NameRule, str]) -> tuple[FieldError, ...]:
    return tuple(FieldError(path, FieldErrorType.INVALID, rule, name, details[rule]) for rule in broken)
