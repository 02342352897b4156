"""Fields of a pod that a variable can show: the downward API (``fieldRef``).

Which fields there are is said in ``ConvertDownwardAPIFieldLabel`` (``pkg/apis/core/pods``), and how a path is read in ``pkg/fieldpath``;
the kubelet fills in the values (``podFieldSelectorRuntimeValue`` in ``pkg/kubelet/kubelet_pods.go``)::

    path  = name ["['" key "']"]        only labels and annotations have keys; a key may hold anything, quotes and brackets too
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.names import NameRule, validate_qualified_name
from ..apimachinery.objects import JSONObject, Pod, mapping_at, root_object, text_at, text_map_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.quoted import quoted
from ..golang.text import to_lower, to_text
from .addresses import NO_ADDRESSES, PodAddresses, node_host_ips
from .failures import EnvironmentFailed, EnvironmentFailure

__all__ = ["HOST_IPS_ENABLED", "HOST_IPS_FIELD", "FieldLabel", "convert_field_label", "downward_field", "validate_field_key"]

HOST_IPS_FIELD = Change(since="1.28", summary="status.hostIPs is a field that a variable can show")
HOST_IPS_ENABLED = Change(
    since="1.28", gate="PodHostIPs", summary="status.hostIPs shows the node's addresses; otherwise it is empty, and new pods may not use it"
)

HOST_IPS = "status.hostIPs"
ANNOTATIONS, LABELS = "metadata.annotations", "metadata.labels"

_ALIASES = {"spec.host": "spec.nodeName"}
_IN_METADATA = {"metadata.name": "name", "metadata.namespace": "namespace", "metadata.uid": "uid"}
_IN_SPEC = {"spec.nodeName": "nodeName", "spec.serviceAccountName": "serviceAccountName"}
NOT_SHOWN = ("spec.restartPolicy", "spec.schedulerName", "status.phase")
"""Fields that are known, and yet have no value here."""


@attrs.frozen
class FieldLabel:
    """A field path in its parts: the name, and the key in brackets behind it, ``None`` where it has none."""

    name: str
    key: str | None = None

    @classmethod
    def split(cls, field_path: str) -> FieldLabel:
        """Return the parts of any field path.

        >>> FieldLabel.split("metadata.labels['app']"), FieldLabel.split("['app']")
        (FieldLabel(name='metadata.labels', key='app'), FieldLabel(name="['app']", key=None))
        """
        text = to_text(field_path)
        name, bracket, key = text.removesuffix("']").partition("['")
        return cls(name, key) if name and bracket and text.endswith("']") else cls(text)


def convert_field_label(field_path: str, *, api_version: str = "v1", path: FieldPath = ROOT, release: Release = LATEST) -> FieldLabel:
    """Return the field that a path names, by the name that it has today.

    ``release`` is that of the component that asks, API server or kubelet; ``path`` is where the field path stands, for the error.
    Raises ``EnvironmentFailed``.

    >>> convert_field_label("spec.host")
    FieldLabel(name='spec.nodeName', key=None)
    """
    if to_text(api_version) != "v1":
        raise EnvironmentFailed(EnvironmentFailure.FIELD_VERSION_UNSUPPORTED, path, to_text(field_path), "write apiVersion: v1")
    label = FieldLabel.split(field_path)
    if label.key is not None:
        if label.name in {ANNOTATIONS, LABELS}:
            return label
        raise EnvironmentFailed(EnvironmentFailure.FIELD_SUBSCRIPT_UNSUPPORTED, path, to_text(field_path))
    name = _ALIASES.get(label.name, label.name)
    if name in _VALUES and (name != HOST_IPS or HOST_IPS_FIELD in release):
        return FieldLabel(name)
    raise EnvironmentFailed(EnvironmentFailure.FIELD_LABEL_UNSUPPORTED, path, to_text(field_path))


def validate_field_key(label: FieldLabel) -> tuple[NameRule, ...]:
    """Return the rules of a qualified name that the key of a label or annotation breaks; an annotation's is lower-cased first.

    >>> validate_field_key(FieldLabel("metadata.annotations", "Example.com/Team")), validate_field_key(FieldLabel("metadata.name"))
    ((), ())
    """
    if label.key is None:
        return ()
    return validate_qualified_name(to_lower(label.key) if label.name == ANNOTATIONS else label.key)


def downward_field(
    pod: Pod | JSONObject,
    field_path: str,
    *,
    api_version: str = "v1",
    addresses: PodAddresses = NO_ADDRESSES,
    path: FieldPath = ROOT,
    release: Release = LATEST,
) -> str:
    r"""Return the value that the kubelet gives to a variable with ``fieldRef``.

    ``api_version`` and ``field_path`` are those of the reference, ``path`` is where it stands, for the error. ``release`` is the node's.

    A label or annotation that the pod has not is empty text. All labels, or annotations, at once are what a file of a downward API volume
    holds: a line each, sorted, the value in quotes.

    Raises ``EnvironmentFailed``, and ``MalformedObject`` where the pod or the node could not be decoded.

    >>> pod = {"metadata": {"name": "web-0", "labels": {"app": "web", "tier": "a"}}}
    >>> downward_field(pod, "metadata.name"), downward_field(pod, "metadata.labels['app']"), downward_field(pod, "metadata.labels")
    ('web-0', 'web', 'app="web"\ntier="a"')
    """
    label = convert_field_label(field_path, api_version=api_version, path=path, release=release)
    if validate_field_key(label):
        raise EnvironmentFailed(EnvironmentFailure.FIELD_SUBSCRIPT_INVALID, path, to_text(field_path))
    value = _VALUES[label.name](_Asked(root_object(pod), label, addresses, release))
    if isinstance(value, EnvironmentFailure):
        raise EnvironmentFailed(value, path, to_text(field_path))
    return value


@attrs.frozen
class _Asked:
    """What is asked, and of whom."""

    pod: JSONObject = attrs.field(hash=False)
    label: FieldLabel
    addresses: PodAddresses
    release: Release

    def part(self, name: str) -> tuple[JSONObject, FieldPath]:
        """Return ``metadata`` or ``spec`` of the pod, and its place."""
        return mapping_at(self.pod, name, ROOT) or {}, ROOT.child(name)


_Found = str | EnvironmentFailure


def _in_metadata(asked: _Asked) -> str:
    metadata, at = asked.part("metadata")
    return text_at(metadata, _IN_METADATA[asked.label.name], at)


def _in_spec(asked: _Asked) -> str:
    spec, at = asked.part("spec")
    return text_at(spec, _IN_SPEC[asked.label.name], at)


def _from_map(asked: _Asked) -> str:
    metadata, at = asked.part("metadata")
    field = asked.label.name.removeprefix("metadata.")
    if asked.label.key is not None:  # the others are not read: a pod may show each of many
        return text_at(mapping_at(metadata, field, at) or {}, asked.label.key, at.child(field))
    values = text_map_at(metadata, field, at)
    return "\n".join(f"{key}={quoted(value)}" for key, value in sorted(values.items()))


def _pod_ip(asked: _Asked) -> str:
    return asked.addresses.shown_pod_ip(release=asked.release)


def _pod_ips(asked: _Asked) -> str:
    return ",".join(asked.addresses.shown_pod_ips(release=asked.release))


def _host_ip(asked: _Asked) -> _Found:
    return _node_addresses(asked, 1)


def _host_ips(asked: _Asked) -> _Found:
    # while the field is disabled nobody looks at the node, so that nothing can be wrong with it
    return _node_addresses(asked, 2) if HOST_IPS_ENABLED in asked.release else ""


def _no_value(asked: _Asked) -> _Found:  # noqa: ARG001  (one of many that answer)
    return EnvironmentFailure.FIELD_PATH_UNSUPPORTED


def _node_addresses(asked: _Asked, most: int) -> _Found:
    if asked.addresses.node is None:
        return EnvironmentFailure.NODE_NOT_FOUND
    found = node_host_ips(asked.addresses.node)
    return ",".join(found[:most]) if found else EnvironmentFailure.HOST_IP_UNKNOWN


_VALUES: Mapping[str, Callable[[_Asked], _Found]] = {
    **dict.fromkeys(_IN_METADATA, _in_metadata),
    **dict.fromkeys(_IN_SPEC, _in_spec),
    **dict.fromkeys((ANNOTATIONS, LABELS), _from_map),
    "status.podIP": _pod_ip,
    "status.podIPs": _pod_ips,
    "status.hostIP": _host_ip,
    HOST_IPS: _host_ips,
    **dict.fromkeys(NOT_SHOWN, _no_value),
}
"""Every field that is known, and what gives its value."""
