"""How the kubelet names a pod in its messages (``pkg/kubelet/util/format/pod.go``)."""

from __future__ import annotations

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, Pod, mapping_at, root_object, text_at

__all__ = ["pod_full_name", "pod_uid"]

_METADATA = ROOT.child("metadata")


def pod_full_name(pod: Pod | JSONObject) -> str:
    """Return ``name_namespace(uid)``. Raises ``MalformedObject``.

    >>> pod_full_name({"metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"}})
    'web_shop(8c3a)'
    """
    name, namespace, uid = (_text(pod, key) for key in ("name", "namespace", "uid"))
    return f"{name}_{namespace}({uid})"


def pod_uid(pod: Pod | JSONObject) -> str:
    """Return the UID of a pod, empty where it has none. Raises ``MalformedObject``."""
    return _text(pod, "uid")


def _text(pod: Pod | JSONObject, key: str) -> str:
    return text_at(mapping_at(root_object(pod), "metadata", ROOT) or {}, key, _METADATA)
