"""A pod as it may come to run: with all that is only known then made up, twice and differently.

A manifest does not say what its pods are called, where they run and which addresses they get. What comes out the same for two pods that
differ in all of this is known beforehand; the rest is not.
"""

from __future__ import annotations

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, mapping_at, objects_at, text_at
from ..environment.defaults import default_service_links
from ..environment.sources import InMemorySources
from .core_objects import coordinate
from .environment_objects import EnvironmentObjects

__all__ = ["Placement", "placements"]

_SPEC, _STATUS = ROOT.child("spec"), ROOT.child("status")


@attrs.frozen
class Placement:
    """A pod as the kubelet gets it, and what the kubelet can ask."""

    pod: JSONObject = attrs.field(hash=False, repr=False)
    sources: InMemorySources


@attrs.frozen
class _MadeUp:
    """What is made up of one pod."""

    name: str
    node: str
    pod_ips: tuple[str, ...]
    node_ips: tuple[str, ...]
    resources: str

    def to_node(self) -> JSONObject:
        """Return a Node object."""
        return {
            "metadata": {"name": self.node},
            "status": {
                "addresses": [{"type": "InternalIP", "address": address} for address in self.node_ips],
                "allocatable": dict.fromkeys(("cpu", "memory", "ephemeral-storage"), self.resources),
            },
        }


_MADE_UP = (
    _MadeUp("pod-a", "node-a", ("192.0.2.1", "2001:db8::1"), ("192.0.2.11", "2001:db8::11"), "11"),
    _MadeUp("pod-b", "node-b", ("192.0.2.2", "2001:db8::2"), ("192.0.2.12", "2001:db8::12"), "12"),
)
"""Addresses are of the blocks that are set aside for documentation."""


def placements(pod: JSONObject, namespace: str, objects: EnvironmentObjects) -> tuple[Placement, Placement]:
    """Return a stored pod of ``namespace``, or a pod of a stored template, on two nodes of ``objects`` or made-up ones.

    What the pod says of itself stays. Raises ``MalformedObject``.
    """
    first, second = (_placed(pod, namespace, objects, made_up) for made_up in _MADE_UP)
    return first, second


def _placed(pod: JSONObject, namespace: str, objects: EnvironmentObjects, made_up: _MadeUp) -> Placement:
    metadata, spec, status = (mapping_at(pod, name, ROOT) or {} for name in ("metadata", "spec", "status"))
    node = _node(text_at(spec, "nodeName", _SPEC), objects) or made_up.to_node()
    names = {"name": made_up.name, "uid": made_up.name, "namespace": namespace}
    filled = {"nodeName": coordinate(node, "name"), "serviceAccountName": "default"}
    made = {
        **pod,
        "metadata": {**metadata, **{key: value for key, value in names.items() if not text_at(metadata, key, ROOT.child("metadata"))}},
        "spec": {**spec, **{key: value for key, value in filled.items() if not text_at(spec, key, _SPEC)}},
    }
    pod_ips = [text_at(entry, "ip", at) for at, entry in objects_at(status, "podIPs", _STATUS)]
    return Placement(default_service_links(made).object, objects.sources(node, pod_ips=pod_ips or made_up.pod_ips))


def _node(name: str, objects: EnvironmentObjects) -> JSONObject | None:
    """Return the Node that a pod is bound to, else the only one; ``None`` where neither is among the objects."""
    if name:
        return next((node for node in objects.nodes if coordinate(node, "name") == name), None)
    return objects.nodes[0] if len(objects.nodes) == 1 else None
