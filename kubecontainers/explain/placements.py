"""A pod as it may come to run: with all that is only known then made up, twice and differently.

A manifest does not say what its pods are called, where they run and which addresses they get. What comes out the same for two pods that
differ in all of this is known beforehand; the rest is not.
"""

from __future__ import annotations

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, mapping_at, objects_at, text_at
from ..environment.service_variables import AddressedService
from ..environment.sources import InMemorySources
from ..pods.made import PodNaming, make_pod
from .core_objects import coordinate
from .environment_objects import EnvironmentObjects

__all__ = ["Placement", "placements"]

_SPEC, _STATUS = ROOT.child("spec"), ROOT.child("status")


@attrs.frozen
class Placement:
    """A pod as the kubelet gets it, and what the kubelet can ask."""

    pod: JSONObject = attrs.field(hash=False, repr=False)
    sources: InMemorySources

    def address_of(self, service: AddressedService) -> str:
        """Return the cluster IP that a service has here, empty where it has none."""
        return self.sources.services.address_of(service.namespace, service.name) if self.sources.services else ""


@attrs.frozen
class _MadeUp:
    """What is made up of one pod."""

    uid: str
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
    _MadeUp("a", "node-a", ("192.0.2.1", "2001:db8::1"), ("192.0.2.11", "2001:db8::11"), "11"),
    _MadeUp("b", "node-b", ("192.0.2.2", "2001:db8::2"), ("192.0.2.12", "2001:db8::12"), "12"),
)
"""Addresses are of the blocks that are set aside for documentation."""


def placements(obj: JSONObject, stored: JSONObject, namespace: str, objects: EnvironmentObjects) -> tuple[Placement, Placement]:
    """Return two pods of an object in ``namespace``, on nodes of ``objects`` or made-up ones.

    ``stored`` is what ``create_pod`` made of the object's pod or template. What that says stays. Raises ``MalformedObject``.
    """
    made = make_pod(obj, stored, namespace=namespace)
    is_given = made.naming is PodNaming.WRITTEN and text_at(obj, "kind", ROOT) == "Pod"
    other = made if is_given else make_pod(obj, stored, namespace=namespace, name=f"{made.name}0")
    return _placed(made.pod, objects.with_addresses(0), _MADE_UP[0]), _placed(other.pod, objects.with_addresses(1), _MADE_UP[1])


def _placed(pod: JSONObject, objects: EnvironmentObjects, made_up: _MadeUp) -> Placement:
    metadata, spec, status = (mapping_at(pod, name, ROOT) or {} for name in ("metadata", "spec", "status"))
    node = _node(text_at(spec, "nodeName", _SPEC), objects) or made_up.to_node()
    made = {
        **pod,
        "metadata": {**metadata, "uid": text_at(metadata, "uid", ROOT.child("metadata")) or made_up.uid},
        "spec": {**spec, "nodeName": text_at(spec, "nodeName", _SPEC) or coordinate(node, "name")},
    }
    pod_ips = [text_at(entry, "ip", at) for at, entry in objects_at(status, "podIPs", _STATUS)]
    return Placement(made, objects.sources(node, pod_ips=pod_ips or made_up.pod_ips))


def _node(name: str, objects: EnvironmentObjects) -> JSONObject | None:
    """Return the Node that a pod is bound to, else the only one, if its kubelet has filled it in; ``None`` where there is none."""
    if name:
        found = next((node for node in objects.nodes if coordinate(node, "name") == name), None)
    else:
        found = objects.nodes[0] if len(objects.nodes) == 1 else None
    return found if found is not None and mapping_at(found, "status", ROOT) else None
