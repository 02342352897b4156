"""The rules that ``env`` and ``envFrom`` of a container can break, and the errors that follow."""

from __future__ import annotations

import enum

from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath

__all__ = ["EnvironmentRule", "required", "rule_error"]


class EnvironmentRule(enum.Enum):
    """A rule that a variable or a source of variables can break; the values say what would be right.

    What is wrong with a name itself is told by a ``NameRule``.
    """

    NAME_REQUIRED = "a variable must have a name"
    SOURCE_REQUIRED = "valueFrom must name a source"
    SOURCE_OR_VALUE = "value and valueFrom exclude each other"
    ONE_SOURCE = "valueFrom names one source"

    FIELD_VERSION_REQUIRED = "the version of the field path must be given; it is v1"
    FIELD_PATH_REQUIRED = "a field must be named"
    FIELD_UNKNOWN = "it must be a field that the downward API knows, in version v1"
    FIELD_NOT_SHOWN = "a variable can only show fields that are one value"
    HOST_IPS_DISABLED = "status.hostIPs needs the feature gate PodHostIPs"
    RESOURCE_REQUIRED = "a resource must be named"
    RESOURCE_UNKNOWN = "it must be limits or requests of cpu, memory, ephemeral-storage or huge pages"
    DIVISOR = "it must be 1 or a plain unit of the resource"
    KEY_REQUIRED = "a key must be named"
    FILE_VOLUME_REQUIRED = "the volume of the file must be named"
    FILE_PATH_REQUIRED = "the path of the file must be given"
    FILE_PATH_BACKSTEP = "no part of it may be '..'"
    FILE_VOLUME_UNKNOWN = "the pod must have a volume of this name"
    FILE_VOLUME_KIND = "the volume must be an empty directory"

    FROM_NAME_REQUIRED = "a ConfigMap or Secret must be named"
    FROM_SOURCE_REQUIRED = "each entry must name a ConfigMap or a Secret"
    FROM_ONE_SOURCE = "an entry names a ConfigMap or a Secret, not both"


def rule_error(path: FieldPath, kind: FieldErrorType, rule: EnvironmentRule, value: str = "") -> FieldError:
    """Return the error of a rule that is broken at ``path``; the value of a variable is never shown in one."""
    return FieldError(path, kind, rule, value, rule.value)


def required(path: FieldPath, rule: EnvironmentRule) -> FieldError:
    """Return the error of a field that is missing or empty."""
    return rule_error(path, FieldErrorType.REQUIRED, rule)
