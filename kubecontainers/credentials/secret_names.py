"""The Secrets that a pod names, wherever it does (``VisitPodSecretNames`` in ``pkg/api/v1/pod/util.go``)."""

from __future__ import annotations

from collections.abc import Iterator

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, Pod, containers, mapping_at, objects_at, root_object, text_at, volumes

__all__ = ["secret_names"]

_BY_NAME = ("azureFile", "secret")
_BY_REFERENCE = ("cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos")


def secret_names(pod: Pod | JSONObject) -> tuple[str, ...]:
    """Return the names of the Secrets that a pod names: to pull with, in the environment of its containers, in its volumes.

    Empty names are left out. Raises ``MalformedObject``.

    >>> secret_names({"spec": {"volumes": [{"name": "tls", "secret": {"secretName": "web-tls"}}]}})
    ('web-tls',)
    """
    spec, path = mapping_at(root_object(pod), "spec", ROOT) or {}, ROOT.child("spec")
    names = [text_at(entry, "name", at) for at, entry in objects_at(spec, "imagePullSecrets", path)]
    for found in containers(pod):
        names += _of_environment(found.container, found.path)
    for at, volume in volumes(pod):
        names += _of_volume(volume, at)
    return tuple(name for name in names if name)


def _of_environment(container: JSONObject, path: FieldPath) -> Iterator[str]:
    for at, source in objects_at(container, "envFrom", path):
        yield _name_in(source, "secretRef", at)
    for at, variable in objects_at(container, "env", path):
        yield _name_in(mapping_at(variable, "valueFrom", at) or {}, "secretKeyRef", at.child("valueFrom"))


def _of_volume(volume: JSONObject, path: FieldPath) -> Iterator[str]:
    for kind in _BY_NAME:
        yield _name_in(volume, kind, path, field="secretName")
    for kind in _BY_REFERENCE:
        yield _name_in(mapping_at(volume, kind, path) or {}, "secretRef", path.child(kind))
    yield _name_in(mapping_at(volume, "csi", path) or {}, "nodePublishSecretRef", path.child("csi"))
    for at, source in objects_at(mapping_at(volume, "projected", path) or {}, "sources", path.child("projected")):
        yield _name_in(source, "secret", at)


def _name_in(parent: JSONObject, key: str, path: FieldPath, field: str = "name") -> str:
    return text_at(mapping_at(parent, key, path) or {}, field, path.child(key))
