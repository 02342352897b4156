"""Objects of Kubernetes' core group among those that are explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, PodTemplateAt, is_object, mapping_at, text_at
from ..credentials.pod_pull_secrets import DEFAULT_NAMESPACE

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = ["DEFAULT_NAMESPACE", "coordinate", "in_template", "is_core_object", "moved", "placed"]


def is_core_object(obj: object, kind: str) -> TypeIs[JSONObject]:
    """Return whether a JSON value is an object of a kind of the core group; one without ``apiVersion`` is taken by its kind."""
    return is_object(obj) and obj.get("kind") == kind and (obj.get("apiVersion") or "v1") == "v1"


def coordinate(obj: JSONObject, key: str) -> str:
    """Return the name or the namespace of an object. Raises ``MalformedObject``."""
    return text_at(mapping_at(obj, "metadata", ROOT) or {}, key, ROOT.child("metadata"))


def placed(obj: JSONObject, namespace: str) -> JSONObject:
    """Return an object as it would be there: in ``namespace`` if it names none."""
    return obj if coordinate(obj, "namespace") else moved(obj, namespace)


def moved(obj: JSONObject, namespace: str) -> JSONObject:
    """Return an object in ``namespace``, whatever it names."""
    return {**obj, "metadata": {**(mapping_at(obj, "metadata", ROOT) or {}), "namespace": namespace}}


def in_template(error: MalformedObject, template: PodTemplateAt) -> MalformedObject:
    """Return an error about the pod of a template as one about the object in which the template stands."""
    path = f"{template.path}.{error.path}" if template.path.parts else error.path
    return MalformedObject(path, error.expected, error.found)
