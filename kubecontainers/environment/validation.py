"""Validation of ``env`` and ``envFrom`` of a container.

Kubernetes keeps it in ``ValidateEnv``, ``ValidateEnvFrom`` and ``validateFileKeyRefVolumes``
(``pkg/apis/core/validation/validation.go``), and what an update may keep in ``pkg/api/pod/util.go``. Names, prefixes and references are
checked; a literal value never is, and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath
from ..apimachinery.names import RELAXED_ENVIRONMENT_NAMES, EnvNameMode
from ..apimachinery.objects import (
    ContainerKind,
    JSONObject,
    Pod,
    boolean_at,
    containers,
    mapping_at,
    objects_at,
    root_object,
    text_at,
    volumes,
)
from ..apimachinery.release import LATEST, Release
from .downward_fields import HOST_IPS
from .env_file import ENV_FILES_KNOWN
from .env_names import env_name_errors, object_name_errors
from .env_sources import validate_value_source, value_sources
from .rules import EnvironmentRule, required, rule_error

__all__ = ["CHECKED", "shows_host_ips", "validate_env", "validate_env_file_volumes", "validate_env_from"]

CHECKED = CheckedFields(container=frozenset({"env", "envFrom"}))
"""The fields that these rules check; of a literal value there is no rule."""

_REFERENCES = ("configMapRef", "secretRef")


def validate_env(
    container: JSONObject,
    path: FieldPath,
    *,
    names: EnvNameMode | None = None,
    host_ips_used: bool = False,
    release: Release = LATEST,
) -> tuple[FieldError, ...]:
    """Return the errors of ``env`` of a container, which stands at ``path``.

    ``names`` is the rule for names, what ``env_name_mode`` says of the pod; by default that of a new object. ``host_ips_used``: the stored
    pod shows ``status.hostIPs`` already, what ``shows_host_ips`` says of it. ``release`` is the API server's. Nothing is filled in or
    dropped before. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> source = {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.ip"}}
    >>> container = {"env": [{"name": "A=B"}, {"name": "HOST", "valueFrom": source}]}
    >>> [(str(error.path), error.type.value) for error in validate_env(container, ROOT)]
    [('env[0].name', 'Invalid'), ('env[1].valueFrom.fieldRef.fieldPath', 'Invalid')]
    """
    mode = _mode(names, release)
    errors: list[FieldError] = []
    for at, variable in objects_at(root_object(container, path), "env", path):
        name, value = text_at(variable, "name", at), text_at(variable, "value", at)
        if name:
            errors += env_name_errors(name, at.child("name"), mode)
        else:
            errors.append(required(at.child("name"), EnvironmentRule.NAME_REQUIRED))
        source = mapping_at(variable, "valueFrom", at)
        if source is not None:
            source_at = at.child("valueFrom")
            errors += validate_value_source(source, source_at, has_value=value != "", host_ips_used=host_ips_used, release=release)
    return tuple(errors)


def validate_env_from(
    container: JSONObject, path: FieldPath, *, names: EnvNameMode | None = None, release: Release = LATEST
) -> tuple[FieldError, ...]:
    """Return the errors of ``envFrom`` of a container, which stands at ``path``; the other arguments are those of ``validate_env``.

    An entry with no reference, or with two, is reported at the list, without its position.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> container = {"envFrom": [{"prefix": "A=", "configMapRef": {"name": "settings"}}, {}]}
    >>> [(str(error.path), error.type.value) for error in validate_env_from(container, ROOT)]
    [('envFrom[0].prefix', 'Invalid'), ('envFrom', 'Invalid')]
    """
    mode = _mode(names, release)
    errors: list[FieldError] = []
    for at, source in objects_at(root_object(container, path), "envFrom", path):
        prefix = text_at(source, "prefix", at)
        if prefix:
            errors += env_name_errors(prefix, at.child("prefix"), mode)
        found = {name: mapping_at(source, name, at) for name in _REFERENCES}
        given = {name: reference for name, reference in found.items() if reference is not None}
        for name, reference in given.items():
            errors += _reference_errors(reference, at.child(name))
        if len(given) != 1:
            rule = EnvironmentRule.FROM_ONE_SOURCE if given else EnvironmentRule.FROM_SOURCE_REQUIRED
            errors.append(rule_error(path.child("envFrom"), FieldErrorType.INVALID, rule))
    return tuple(errors)


def _mode(names: EnvNameMode | None, release: Release) -> EnvNameMode:
    if names is not None:
        return names
    return EnvNameMode.RELAXED if RELAXED_ENVIRONMENT_NAMES in release else EnvNameMode.STRICT


def _reference_errors(reference: JSONObject, path: FieldPath) -> tuple[FieldError, ...]:
    boolean_at(reference, "optional", path)
    name, at = text_at(reference, "name", path), path.child("name")
    return object_name_errors(name, at) if name else (required(at, EnvironmentRule.FROM_NAME_REQUIRED),)


def validate_env_file_volumes(spec: JSONObject, path: FieldPath, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the errors of the volumes that variables with ``fileKeyRef`` name, in a pod's ``spec``, which stands at ``path``.

    The volumes count as they are written, valid or not, the last of a name. ``release`` is the API server's; it is taken that what it
    does not know, or has disabled, is dropped already. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> reference = {"volumeName": "settings", "path": "app.env", "key": "COLOUR"}
    >>> container = {"name": "app", "env": [{"name": "COLOUR", "valueFrom": {"fileKeyRef": reference}}]}
    >>> spec = {"containers": [container], "volumes": [{"name": "settings", "hostPath": {"path": "/etc"}}]}
    >>> [str(error.path) for error in validate_env_file_volumes(spec, ROOT.child("spec"))]
    ['spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName']
    """
    if ENV_FILES_KNOWN not in release:
        return ()
    listed = objects_at(root_object(spec, path), "volumes", path)
    named = {text_at(volume, "name", at): mapping_at(volume, "emptyDir", at) for at, volume in listed}
    errors: list[FieldError] = []
    for at, reference in _file_references(spec, path):
        name, name_at = text_at(reference, "volumeName", at), at.child("volumeName")
        if name not in named:
            errors.append(rule_error(name_at, FieldErrorType.NOT_FOUND, EnvironmentRule.FILE_VOLUME_UNKNOWN, name))
        elif named[name] is None:
            errors.append(rule_error(name_at, FieldErrorType.INVALID, EnvironmentRule.FILE_VOLUME_KIND, name))
    return tuple(errors)


def _file_references(spec: JSONObject, path: FieldPath) -> Iterator[tuple[FieldPath, JSONObject]]:
    for kind in ContainerKind:
        for container_at, container in objects_at(spec, kind.value, path):
            for at, source in value_sources(container, container_at):
                reference = mapping_at(source, "fileKeyRef", at)
                if reference is not None:
                    yield at.child("fileKeyRef"), reference


def shows_host_ips(pod: Pod | JSONObject) -> bool:
    """Return whether a stored pod, or template, shows ``status.hostIPs``, so that an update of it may while the field is disabled.

    App and init containers count, and downward API volumes other than projected ones. Raises ``MalformedObject``.

    >>> volume = {"downwardAPI": {"items": [{"path": "ips", "fieldRef": {"fieldPath": "status.hostIPs"}}]}}
    >>> shows_host_ips({"spec": {"volumes": [volume]}})
    True
    """
    return any(text_at(reference, "fieldPath", at) == HOST_IPS for at, reference in _field_references(pod))


def _field_references(pod: Pod | JSONObject) -> Iterator[tuple[FieldPath, JSONObject]]:
    holders: list[tuple[FieldPath, JSONObject]] = []
    for at, volume in volumes(pod):
        holders += objects_at(mapping_at(volume, "downwardAPI", at) or {}, "items", at.child("downwardAPI"))
    for found in containers(pod):
        if found.kind is not ContainerKind.EPHEMERAL:
            holders += value_sources(found.container, found.path)
    for at, holder in holders:
        reference = mapping_at(holder, "fieldRef", at)
        if reference is not None:
            yield at.child("fieldRef"), reference
