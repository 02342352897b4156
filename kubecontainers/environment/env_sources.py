"""The sources that a variable can have (``valueFrom``), and their validation.

Kubernetes keeps it in ``validateEnvVarValueFrom`` and what that calls (``pkg/apis/core/validation/validation.go``).
"""

from __future__ import annotations

from collections.abc import Iterator

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath
from ..apimachinery.names import EnvNameMode
from ..apimachinery.objects import JSONObject, boolean_at, json_type, mapping_at, objects_with, root_object, text_at
from ..apimachinery.quantity import InvalidQuantity, Quantity
from ..apimachinery.release import LATEST, Release
from .downward_fields import ANNOTATIONS, HOST_IPS, HOST_IPS_ENABLED, HOST_IPS_FIELD, LABELS, NOT_SHOWN, convert_field_label
from .env_file import ENV_FILES_KNOWN
from .env_names import data_key_errors, env_name_errors, field_key_errors, object_name_errors, volume_name_errors
from .failures import EnvironmentFailed
from .rules import EnvironmentRule, required, rule_error

__all__ = ["validate_value_source", "value_sources"]

_NOT_ONE_VALUE = frozenset({ANNOTATIONS, LABELS, *NOT_SHOWN})
"""Fields that the downward API knows and a variable cannot show."""

_SIDES = ("limits", "requests")
_CPU = frozenset(f"{side}.cpu" for side in _SIDES)
_BYTES = frozenset(f"{side}.{resource}" for side in _SIDES for resource in ("memory", "ephemeral-storage"))
_HUGE_PAGES = tuple(f"{side}.hugepages-" for side in _SIDES)

_CPU_DIVISORS = frozenset({"1m", "1"})
_BYTE_DIVISORS = frozenset({"1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"})


def value_sources(container: JSONObject, path: FieldPath) -> Iterator[tuple[FieldPath, JSONObject]]:
    """Yield ``valueFrom`` of every variable of a container that has one, with its place; ``path`` is the container's.

    Raises ``MalformedObject``.
    """
    for at, variable in objects_with(root_object(container, path), "env", "valueFrom", path):
        yield at.child("valueFrom"), mapping_at(variable, "valueFrom", at) or {}


def validate_value_source(
    source: JSONObject, path: FieldPath, *, has_value: bool = False, host_ips_used: bool = False, release: Release = LATEST
) -> tuple[FieldError, ...]:
    """Return the errors of ``valueFrom`` of a variable, which stands at ``path``.

    ``has_value``: the variable has a value as well, which is not empty. ``host_ips_used``: the stored pod shows ``status.hostIPs``
    already. ``release`` is the API server's. Raises ``MalformedObject``.
    """
    errors: list[FieldError] = []
    given = 0
    for name, check in _CHECKS.items():
        found = mapping_at(root_object(source, path), name, path) if name != _FILE or ENV_FILES_KNOWN in release else None
        if found is not None:
            given += 1
            errors += check(found, path.child(name), release)
            if name == _FIELD and not host_ips_used:
                errors += _host_ips_errors(found, path.child(name), release)
    if given == 0:
        errors.append(rule_error(path, FieldErrorType.INVALID, EnvironmentRule.SOURCE_REQUIRED))
    elif has_value:
        errors.append(rule_error(path, FieldErrorType.INVALID, EnvironmentRule.SOURCE_OR_VALUE))
    elif given > 1:
        errors.append(rule_error(path, FieldErrorType.INVALID, EnvironmentRule.ONE_SOURCE))
    return tuple(errors)


def _field_errors(reference: JSONObject, path: FieldPath, release: Release) -> Iterator[FieldError]:
    """Only the first thing that is wrong is told, or all that is wrong with a key."""
    version, field_path = text_at(reference, "apiVersion", path), text_at(reference, "fieldPath", path)
    if not version:
        yield required(path.child("apiVersion"), EnvironmentRule.FIELD_VERSION_REQUIRED)
        return
    if not field_path:
        yield required(path.child("fieldPath"), EnvironmentRule.FIELD_PATH_REQUIRED)
        return
    try:
        label = convert_field_label(field_path, api_version=version, release=release)
    except EnvironmentFailed:
        yield rule_error(path.child("fieldPath"), FieldErrorType.INVALID, EnvironmentRule.FIELD_UNKNOWN, field_path)
        return
    if label.key is not None:
        yield from field_key_errors(label, path)
    elif label.name in _NOT_ONE_VALUE:
        yield rule_error(path.child("fieldPath"), FieldErrorType.NOT_SUPPORTED, EnvironmentRule.FIELD_NOT_SHOWN, field_path)


def _host_ips_errors(reference: JSONObject, path: FieldPath, release: Release) -> Iterator[FieldError]:
    """Look at the field path alone, whatever else is wrong with the reference."""
    disabled = HOST_IPS_FIELD in release and HOST_IPS_ENABLED not in release
    if disabled and text_at(reference, "fieldPath", path) == HOST_IPS:
        yield rule_error(path, FieldErrorType.FORBIDDEN, EnvironmentRule.HOST_IPS_DISABLED, HOST_IPS)


def _resource_errors(reference: JSONObject, path: FieldPath, release: Release) -> Iterator[FieldError]:  # noqa: ARG001  (one of a table)
    text_at(reference, "containerName", path)
    resource, divisor = text_at(reference, "resource", path), _divisor(reference, path)
    if not resource:
        yield required(path.child("resource"), EnvironmentRule.RESOURCE_REQUIRED)
        return
    allowed = _divisors(resource)
    if allowed is None:
        yield rule_error(path.child("resource"), FieldErrorType.NOT_SUPPORTED, EnvironmentRule.RESOURCE_UNKNOWN, resource)
    elif divisor and divisor not in allowed:
        yield rule_error(path.child("divisor"), FieldErrorType.INVALID, EnvironmentRule.DIVISOR, divisor)


def _divisors(resource: str) -> frozenset[str] | None:
    """Return the divisors that a resource may have, ``None`` where a variable cannot show it."""
    if resource in _CPU:
        return _CPU_DIVISORS
    return _BYTE_DIVISORS if resource in _BYTES or resource.startswith(_HUGE_PAGES) else None


def _divisor(reference: JSONObject, path: FieldPath) -> str:
    """Return the text of the divisor, empty for one that is zero, which means none."""
    value, at = reference.get("divisor"), path.child("divisor")
    try:
        quantity = Quantity.from_json(value, path=at)
    except InvalidQuantity:
        quantity = None
    if quantity is None:
        raise MalformedObject(str(at), "a quantity", json_type(value))
    return "" if quantity.is_zero else str(quantity)


def _key_errors(reference: JSONObject, path: FieldPath, release: Release) -> Iterator[FieldError]:  # noqa: ARG001  (one of a table)
    boolean_at(reference, "optional", path)
    yield from object_name_errors(text_at(reference, "name", path), path.child("name"))
    key, at = text_at(reference, "key", path), path.child("key")
    if key:
        yield from data_key_errors(key, at)
    else:
        yield required(at, EnvironmentRule.KEY_REQUIRED)


def _file_errors(reference: JSONObject, path: FieldPath, release: Release) -> Iterator[FieldError]:  # noqa: ARG001  (one of a table)
    boolean_at(reference, "optional", path)
    key, volume, file = (text_at(reference, name, path) for name in ("key", "volumeName", "path"))
    if key:
        yield from env_name_errors(key, path.child("key"), EnvNameMode.RELAXED)
    else:
        yield required(path.child("key"), EnvironmentRule.KEY_REQUIRED)
    if volume:
        yield from volume_name_errors(volume, path.child("volumeName"))
    else:
        yield required(path.child("volumeName"), EnvironmentRule.FILE_VOLUME_REQUIRED)
    if not file:
        yield required(path.child("path"), EnvironmentRule.FILE_PATH_REQUIRED)
    elif ".." in file.split("/"):
        yield rule_error(path.child("path"), FieldErrorType.INVALID, EnvironmentRule.FILE_PATH_BACKSTEP, file)


_FIELD, _FILE = "fieldRef", "fileKeyRef"
_CHECKS = {
    _FIELD: _field_errors,
    "resourceFieldRef": _resource_errors,
    "configMapKeyRef": _key_errors,
    "secretKeyRef": _key_errors,
    _FILE: _file_errors,
}
"""The sources in the order in which Kubernetes checks them."""
