"""What the API server fills in around the environment of containers.

The defaults are ``SetDefaults_ObjectFieldSelector``, those that are generated beside it, and a part of ``SetDefaults_Pod``, all in
``pkg/apis/core/v1``; a divisor that is left out is written as zero wherever an object is encoded.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import ROOT, FieldChange, FieldPath
from ..apimachinery.objects import (
    JSONObject,
    Pod,
    boolean_at,
    containers,
    mapping_at,
    objects_at,
    objects_with,
    root_object,
    text_at,
    volumes,
)
from ..apimachinery.plain import PlainObject, PlainValue
from ..apimachinery.release import LATEST, Release
from .env_file import ENV_FILES_KNOWN
from .env_sources import value_sources

__all__ = [
    "CHECKED",
    "EnvironmentDefaultReason",
    "default_service_links",
    "default_value_sources",
    "has_complete_items",
    "has_complete_sources",
    "says_service_links",
]

CHECKED = CheckedFields(spec=frozenset({"enableServiceLinks"}))
"""Fields that have a default here, and no rule."""


class EnvironmentDefaultReason(enum.Enum):
    """Why a field is filled in."""

    FIELD_VERSION = "a field is named in version v1"
    DIVISOR = "a resource is shown as it is, which is written as a divisor of 0"
    FILE_REQUIRED = "an env file has to set its key"
    SERVICE_LINKS = "a pod gets the variables of services"


def default_value_sources(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Fill in what references of variables, and of downward API volumes, leave open in a pod, or template.

    ``release`` is the API server's. Raises ``MalformedObject``.

    >>> variable = {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    >>> found = default_value_sources({"spec": {"containers": [{"name": "app", "env": [variable]}]}})
    >>> [(str(change.path), change.after) for change in found.changes]
    [('spec.containers[0].env[0].valueFrom.fieldRef.apiVersion', 'v1')]
    """
    changes = tuple(_changes(pod, release))
    return ChangedObject(with_changes(pod, changes), changes)


def default_service_links(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:  # noqa: ARG001  (as every default)
    """Give a pod the variables of services, unless it says that it wants none; a template is left as it is, so do not ask for one.

    Raises ``MalformedObject``.

    >>> default_service_links({"spec": {}}).object
    {'spec': {'enableServiceLinks': True}}
    """
    at = ROOT.child("spec")
    if boolean_at(mapping_at(root_object(pod), "spec", ROOT) or {}, "enableServiceLinks", at) is not None:
        return ChangedObject(root_object(pod))
    changes = (FieldChange(at.child("enableServiceLinks"), None, True, EnvironmentDefaultReason.SERVICE_LINKS),)  # noqa: FBT003
    return ChangedObject(with_changes(pod, changes), changes)


def says_service_links(spec: PlainObject) -> bool:
    """Return whether the spec of a pod surely says if it wants the variables of services.

    >>> says_service_links({"enableServiceLinks": False}), says_service_links({})
    (True, False)
    """
    return type(spec.get("enableServiceLinks")) is bool


def has_complete_sources(container: PlainObject) -> bool:
    """Return whether the references of a container's variables surely leave nothing open.

    >>> has_complete_sources({"env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}, {"name": "B"}]})
    False
    """
    variables = container.get("env")
    if variables is None:
        return True
    if type(variables) is not list:
        return False
    for variable in variables:
        if type(variable) is not dict:
            return False
        source = variable.get("valueFrom")
        if source is not None and not _is_complete(source):
            return False
    return True


def has_complete_items(volume: PlainObject) -> bool:
    """Return whether a volume surely shows no field or resource whose reference leaves something open.

    >>> has_complete_items({"name": "tmp", "emptyDir": {}}), has_complete_items({"downwardAPI": {"items": [{"fieldRef": {}}]}})
    (True, False)
    """
    if _SHOWING.isdisjoint(volume):
        return True
    projected = volume.get("projected")
    if projected is None or volume.get("downwardAPI") is not None:
        return False
    sources = projected.get("sources") if type(projected) is dict else None
    if type(sources) is not list:
        return False
    for source in sources:
        if type(source) is not dict:
            return False
        shown = source.get("downwardAPI")
        if shown is None:
            continue
        items = shown.get("items") if type(shown) is dict else None
        if type(items) is not list or not all(map(_is_complete, items)):
            return False
    return True


_SHOWING = frozenset({"downwardAPI", "projected"})


def _is_complete(holder: PlainValue) -> bool:
    """Return whether what holds a reference surely leaves nothing open."""
    if type(holder) is not dict:
        return False
    for name, reference in holder.items():
        if name == "fieldRef":
            version = reference.get("apiVersion") if type(reference) is dict else None
            if type(version) is not str or version == "":
                return False
        elif name == "resourceFieldRef":
            if type(reference) is not dict or reference.get("divisor") is None:
                return False
        elif name == "fileKeyRef":
            return False
    return True


def _changes(pod: Pod | JSONObject, release: Release) -> Iterator[FieldChange]:
    for at, item in _volume_items(pod):
        yield from _of_reference(item, at)
    files = ENV_FILES_KNOWN in release
    for found in containers(pod):
        for at, source in value_sources(found.container, found.path):
            yield from _of_reference(source, at)
            if files and source.get("fileKeyRef") is not None:
                yield from _of_file(source, at)


def _volume_items(pod: Pod | JSONObject) -> Iterator[tuple[FieldPath, JSONObject]]:
    for at, volume in volumes(pod):
        if volume.get("downwardAPI") is not None:
            yield from _items(volume, at)
        if volume.get("projected") is not None:
            projected = mapping_at(volume, "projected", at) or {}
            for source_at, source in objects_with(projected, "sources", "downwardAPI", at.child("projected")):
                yield from _items(source, source_at)


def _items(parent: JSONObject, path: FieldPath) -> Iterator[tuple[FieldPath, JSONObject]]:
    return objects_at(mapping_at(parent, "downwardAPI", path) or {}, "items", path.child("downwardAPI"))


def _of_reference(holder: JSONObject, path: FieldPath) -> Iterator[FieldChange]:
    """Yield what is filled in for a field or a resource that is shown, in a variable or in a file."""
    field = mapping_at(holder, "fieldRef", path)
    if field is not None and not text_at(field, "apiVersion", path.child("fieldRef")):
        at = path.child("fieldRef", "apiVersion")
        yield FieldChange(at, field.get("apiVersion"), "v1", EnvironmentDefaultReason.FIELD_VERSION)
    resource = mapping_at(holder, "resourceFieldRef", path)
    if resource is not None and resource.get("divisor") is None:
        yield FieldChange(path.child("resourceFieldRef", "divisor"), None, "0", EnvironmentDefaultReason.DIVISOR)


def _of_file(source: JSONObject, path: FieldPath) -> Iterator[FieldChange]:
    file = mapping_at(source, "fileKeyRef", path)
    if file is not None and boolean_at(file, "optional", path.child("fileKeyRef")) is None:
        yield FieldChange(path.child("fileKeyRef", "optional"), None, False, EnvironmentDefaultReason.FILE_REQUIRED)  # noqa: FBT003
