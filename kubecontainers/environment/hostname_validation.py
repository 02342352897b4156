"""What the API server says of the hostname that a new pod, or a template, asks for.

Kubernetes keeps the rules in ``pkg/apis/core/validation/validation.go`` (``validatePodHostName``, which comes before the service account
and the node's name, then ``hostname`` and ``subdomain`` in ``ValidatePodSpec``), what it drops in ``pkg/api/pod/util.go``. The two steps
are rules of their own, so that whoever validates a whole pod can ask in Kubernetes' order. No rule looks at how long hostname and domain
are together: only the kubelet refuses that (``InvalidHostnameReason.FQDN_TOO_LONG``).
"""

from __future__ import annotations

import enum

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import ROOT, FieldChange, FieldError, FieldErrorType, FieldPath
from ..apimachinery.names import NameRule, validate_dns1123_label, validate_dns1123_subdomain
from ..apimachinery.objects import JSONObject, Pod, boolean_at, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.text import to_bytes
from .hostname import HOSTNAME_OVERRIDE, hostname_override

__all__ = [
    "CHECKED",
    "HOSTNAME_OVERRIDE_KNOWN",
    "HostnameOverrideDropReason",
    "HostnameRule",
    "drop_disabled_hostname_override",
    "drop_unknown_hostname_override",
    "validate_hostname_and_subdomain",
    "validate_hostname_fields",
    "validate_hostname_override",
]

HOSTNAME_OVERRIDE_KNOWN = Change(since="1.34", summary="spec.hostnameOverride is a field; earlier API servers drop it")

CHECKED = CheckedFields(spec=frozenset({"hostname", "subdomain", "hostnameOverride", "setHostnameAsFQDN"}))
"""The fields that these rules check."""

MAX_OVERRIDE_BYTES = 64


class HostnameRule(enum.Enum):
    """A rule that a pod's hostname can break; the values say what would be right."""

    OVERRIDE_AS_FQDN = "hostnameOverride and setHostnameAsFQDN exclude each other"
    OVERRIDE_ON_HOST_NETWORK = "a pod on the host's network has the node's hostname"
    OVERRIDE_TOO_LONG = "it may have at most 64 bytes, of which the kubelet uses 63"
    OVERRIDE_NAME_TOO_LONG = "a DNS name may have at most 253 bytes"
    OVERRIDE_FORMAT = "it may have lower-case letters, digits and, inside, dashes and dots"
    LABEL_TOO_LONG = "it may have at most 63 bytes"
    LABEL_FORMAT = "it may have lower-case letters, digits and, inside, dashes"
    LABEL_DOTS = "it may have no dots"


class HostnameOverrideDropReason(enum.Enum):
    """Why ``hostnameOverride`` is dropped."""

    UNKNOWN = "the API server does not know hostnameOverride"
    DISABLED = "hostnameOverride is not enabled"


_LABEL_RULES = {
    NameRule.TOO_LONG: HostnameRule.LABEL_TOO_LONG,
    NameRule.FORMAT: HostnameRule.LABEL_FORMAT,
    NameRule.DOTS: HostnameRule.LABEL_DOTS,
}
_OVERRIDE_RULES = {
    NameRule.TOO_LONG: HostnameRule.OVERRIDE_NAME_TOO_LONG,
    NameRule.FORMAT: HostnameRule.OVERRIDE_FORMAT,
}


def validate_hostname_fields(spec: JSONObject, path: FieldPath, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the errors of the hostname fields of a ``spec``, which stands at ``path``, in Kubernetes' order.

    The override comes first, then ``hostname``, then ``subdomain``. ``release`` is the API server's. What it has disabled was dropped
    before, with ``drop_disabled_hostname_override``: a field that is there is checked. Raises ``MalformedObject``.

    >>> errors = validate_hostname_fields({"hostname": "web.shop", "subdomain": "-"}, ROOT.child("spec"))
    >>> [(str(error.path), error.rule.name) for error in errors]
    [('spec.hostname', 'LABEL_DOTS'), ('spec.subdomain', 'LABEL_FORMAT')]
    """
    return validate_hostname_override(spec, path, release=release) + validate_hostname_and_subdomain(spec, path)


def validate_hostname_override(spec: JSONObject, path: FieldPath, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the errors of ``hostnameOverride`` of a ``spec``, which stands at ``path``.

    It may break several rules at once. ``release`` is the API server's. Raises ``MalformedObject``.

    >>> spec = {"hostnameOverride": "db.example.com", "hostNetwork": True, "setHostnameAsFQDN": True}
    >>> [error.rule.name for error in validate_hostname_override(spec, ROOT.child("spec"))]
    ['OVERRIDE_AS_FQDN', 'OVERRIDE_ON_HOST_NETWORK']
    """
    spec = root_object(spec, path)
    as_fqdn, host_network = boolean_at(spec, "setHostnameAsFQDN", path), boolean_at(spec, "hostNetwork", path)
    override = hostname_override(spec, path) if HOSTNAME_OVERRIDE_KNOWN in release else None
    if override is None:
        return ()
    at = path.child("hostnameOverride")
    errors: list[FieldError] = []
    if as_fqdn:
        errors.append(_error(at, FieldErrorType.FORBIDDEN, HostnameRule.OVERRIDE_AS_FQDN))
    if host_network:
        errors.append(_error(at, FieldErrorType.FORBIDDEN, HostnameRule.OVERRIDE_ON_HOST_NETWORK))
    if len(to_bytes(override)) > MAX_OVERRIDE_BYTES:
        errors.append(_error(at, FieldErrorType.TOO_LONG, HostnameRule.OVERRIDE_TOO_LONG))
    broken = validate_dns1123_subdomain(override)
    errors += (_error(at, FieldErrorType.INVALID, _OVERRIDE_RULES[rule], override) for rule in broken)
    return tuple(errors)


def validate_hostname_and_subdomain(spec: JSONObject, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the errors of ``hostname`` and ``subdomain`` of a ``spec``, which stands at ``path``.

    For all its name, a subdomain is a label too. Empty text is as good as none. A label may break two rules at once, which are two
    errors. Raises ``MalformedObject``.

    >>> [str(error) for error in validate_hostname_and_subdomain({"hostname": "Web"}, ROOT.child("spec"))]
    ["spec.hostname: Invalid: 'Web': it may have lower-case letters, digits and, inside, dashes"]
    """
    spec = root_object(spec, path)
    written = ((path.child(name), text_at(spec, name, path)) for name in ("hostname", "subdomain"))
    return tuple(
        _error(at, FieldErrorType.INVALID, _LABEL_RULES[rule], value)
        for at, value in written
        if value
        for rule in validate_dns1123_label(value)
    )


def drop_unknown_hostname_override(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take ``hostnameOverride`` out of a pod, or template, where the API server's ``release`` does not know it.

    Raises ``MalformedObject`` if there is no spec to look into.

    >>> drop_unknown_hostname_override({"spec": {"hostnameOverride": "db"}}, release=Release("1.33")).object
    {'spec': {}}
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    unknown = HOSTNAME_OVERRIDE_KNOWN not in release and spec.get("hostnameOverride") is not None
    return _without_override(pod, spec, HostnameOverrideDropReason.UNKNOWN) if unknown else ChangedObject(pod)


def drop_disabled_hostname_override(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take ``hostnameOverride`` out of a new pod, or template, where the API server's ``release`` knows it and has it disabled.

    Raises ``MalformedObject``.

    >>> drop_disabled_hostname_override({"spec": {"hostnameOverride": "db"}}, release=Release("1.34")).object
    {'spec': {}}
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    disabled = HOSTNAME_OVERRIDE_KNOWN in release and HOSTNAME_OVERRIDE not in release
    if not disabled or hostname_override(spec, ROOT.child("spec")) is None:
        return ChangedObject(pod)
    return _without_override(pod, spec, HostnameOverrideDropReason.DISABLED)


def _without_override(pod: JSONObject, spec: JSONObject, reason: HostnameOverrideDropReason) -> ChangedObject:
    changes = (FieldChange(ROOT.child("spec", "hostnameOverride"), spec["hostnameOverride"], None, reason),)
    return ChangedObject(with_changes(pod, changes), changes)


def _error(path: FieldPath, kind: FieldErrorType, rule: HostnameRule, value: str = "") -> FieldError:
    return FieldError(path, kind, rule, value, rule.value)
