"""References to env files that the API server drops without an error, because it does not know them or has them disabled.

Up to 1.33 ``fileKeyRef`` is a field that decoding does not know. From 1.34 on ``dropFileKeyRefInUse`` (``pkg/api/pod/util.go``) takes it
out while the feature gate EnvFiles is off: after the defaults, before validation, unless the stored object has one. What is left of the
variable has no source, which is invalid.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.fields import FieldChange, FieldPath
from ..apimachinery.objects import JSONObject, Pod, containers, mapping_at, root_object
from ..apimachinery.release import LATEST, Release
from .env_file import ENV_FILES, ENV_FILES_KNOWN
from .env_sources import value_sources

__all__ = ["FileKeyRefDropReason", "drop_disabled_file_key_refs", "drop_unknown_file_key_refs"]


class FileKeyRefDropReason(enum.Enum):
    """Why a reference to an env file is dropped."""

    UNKNOWN = "the API server does not know env files"
    DISABLED = "env files are not enabled"


def drop_unknown_file_key_refs(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take ``fileKeyRef`` out of the variables of a pod, or template, where the API server's ``release`` does not know it.

    Raises ``MalformedObject``.

    >>> pod = {"spec": {"containers": [{"env": [{"name": "A", "valueFrom": {"fileKeyRef": {"key": "A"}}}]}]}}
    >>> drop_unknown_file_key_refs(pod, release=Release("1.33")).object
    {'spec': {'containers': [{'env': [{'name': 'A', 'valueFrom': {}}]}]}}
    """
    if ENV_FILES_KNOWN in release:
        return ChangedObject(root_object(pod))
    changes = tuple(
        FieldChange(at.child("fileKeyRef"), source["fileKeyRef"], None, FileKeyRefDropReason.UNKNOWN)
        for at, source in _sources(pod)
        if source.get("fileKeyRef") is not None
    )
    return ChangedObject(with_changes(pod, changes), changes)


def drop_disabled_file_key_refs(pod: Pod | JSONObject, *, old: Pod | JSONObject | None = None, release: Release = LATEST) -> ChangedObject:
    """Take ``fileKeyRef`` out of the variables of a pod, or template, where it is known but not enabled.

    ``old`` is the stored object where this is an update: if one of its containers has a ``fileKeyRef``, all may have. ``release`` is the
    API server's. Raises ``MalformedObject``.

    >>> pod = {"spec": {"containers": [{"env": [{"name": "A", "valueFrom": {"fileKeyRef": {"key": "A"}}}]}]}}
    >>> drop_disabled_file_key_refs(pod, release=Release("1.34")).object
    {'spec': {'containers': [{'env': [{'name': 'A', 'valueFrom': {}}]}]}}
    >>> drop_disabled_file_key_refs(pod, old=pod, release=Release("1.34")).changes
    ()
    """
    kept = ENV_FILES_KNOWN not in release or ENV_FILES in release
    if kept or (old is not None and any(True for _ in _references(old))):
        return ChangedObject(root_object(pod))
    changes = tuple(
        FieldChange(at.child("fileKeyRef"), reference, None, FileKeyRefDropReason.DISABLED) for at, reference in _references(pod)
    )
    return ChangedObject(with_changes(pod, changes), changes)


def _references(pod: Pod | JSONObject) -> Iterator[tuple[FieldPath, JSONObject]]:
    for at, source in _sources(pod):
        reference = mapping_at(source, "fileKeyRef", at)
        if reference is not None:
            yield at, reference


def _sources(pod: Pod | JSONObject) -> Iterator[tuple[FieldPath, JSONObject]]:
    for found in containers(pod):
        yield from value_sources(found.container, found.path)
