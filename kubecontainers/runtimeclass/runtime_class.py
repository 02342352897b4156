"""RuntimeClass: under which handler a pod's containers run, what that takes, and on which nodes.

The object is ``node.k8s.io/v1`` (``k8s.io/api/node/v1/types.go``); it has no namespace, and nothing in it is filled in by the API server.
The warnings about its node selector are in ``pkg/api/node/util.go``.
"""

from __future__ import annotations

import functools

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, mapping_at, root_object, text_at, text_map_at
from ..apimachinery.release import LATEST, Change, Release
from ..scheduling.resource_lists import NO_RESOURCES, ResourceList, resource_list_at
from ..scheduling.tolerations import Toleration, tolerations_at

__all__ = ["MORE_DEPRECATED_LABELS", "DeprecatedNodeLabel", "RuntimeClass", "RuntimeClassScheduling", "runtime_class_warnings"]

MORE_DEPRECATED_LABELS = Change(
    since="1.31",
    summary="a node selector with app.kubernetes.io/created-by, scheduler.alpha.kubernetes.io/preferAvoidPods or "
    "node-role.kubernetes.io/master gets a warning",
)

_API_VERSION, _KIND = "node.k8s.io/v1", "RuntimeClass"

# What to use instead, empty where nothing takes the label's place.
_DEPRECATED = {
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
}
_MORE_DEPRECATED = {
    "app.kubernetes.io/created-by": "",
    "node-role.kubernetes.io/master": "node-role.kubernetes.io/control-plane",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "",
}


@attrs.frozen(slots=False)
class RuntimeClassScheduling:
    """On which nodes pods of a RuntimeClass run: the labels that these have, and what the pods tolerate."""

    node_selector: FrozenMap[str, str] = attrs.field(converter=FrozenMap[str, str], factory=lambda: FrozenMap[str, str]({}))
    tolerations: tuple[Toleration, ...] = ()

    @functools.cached_property
    def separate_keys(self) -> frozenset[str] | None:
        """The keys of the tolerations where each has one of its own, so that none covers another; ``None`` otherwise."""
        keys = frozenset([toleration.key for toleration in self.tolerations])
        return keys if len(keys) == len(self.tolerations) and "" not in keys else None

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> RuntimeClassScheduling:
        """Return the value of ``scheduling``, which stands at ``path``. Raises ``MalformedObject``.

        >>> RuntimeClassScheduling.from_json({"nodeSelector": {"sandbox": "kata"}}).node_selector
        FrozenMap({'sandbox': 'kata'})
        """
        root = root_object(obj, path)
        return cls(FrozenMap(text_map_at(root, "nodeSelector", path)), tolerations_at(root, path))

    def to_json(self) -> JSONObject:
        """Return ``scheduling``, without the fields that are empty.

        >>> RuntimeClassScheduling().to_json()
        {}
        """
        made: dict[str, object] = {"nodeSelector": dict(self.node_selector)} if self.node_selector else {}
        return made | ({"tolerations": [toleration.to_json() for toleration in self.tolerations]} if self.tolerations else {})


@attrs.frozen(slots=False)
class RuntimeClass:
    """A RuntimeClass, as far as it has a meaning: of its metadata only the name.

    ``handler`` is the name by which the container runtime of a node knows how to run the pods, empty for its default. ``overhead`` is what
    the sandbox of a pod takes; it is ``None`` where the object has none and empty for ``overhead: {}``, which is not the same to the
    admission of pods. ``scheduling`` is ``None`` where the object has none: then every node is taken to know the handler.
    """

    name: str
    handler: str
    overhead: ResourceList | None = None
    scheduling: RuntimeClassScheduling | None = None

    @functools.cached_property
    def pod_fixed(self) -> FrozenMap[str, str]:
        """``overhead.podFixed`` as Kubernetes writes it, empty where there is none; worked out once, since every pod gets it."""
        return FrozenMap({name: quantity.to_json() for name, quantity in (self.overhead or NO_RESOURCES).items()})

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> RuntimeClass:
        """Return the value of an API object, which stands at ``path``. Raises ``MalformedObject`` for what could not be decoded.

        >>> RuntimeClass.from_json({"metadata": {"name": "kata"}, "handler": "kata-qemu", "overhead": {"podFixed": {"cpu": "250m"}}})
        RuntimeClass(name='kata', handler='kata-qemu', overhead=FrozenMap({'cpu': Quantity('250m')}), scheduling=None)
        """
        metadata = mapping_at(root_object(obj, path), "metadata", path) or {}
        overhead, scheduling = mapping_at(obj, "overhead", path), mapping_at(obj, "scheduling", path)
        return cls(
            text_at(metadata, "name", path.child("metadata")),
            text_at(obj, "handler", path),
            None if overhead is None else resource_list_at(overhead, "podFixed", path.child("overhead")) or NO_RESOURCES,
            None if scheduling is None else RuntimeClassScheduling.from_json(scheduling, path=path.child("scheduling")),
        )

    def to_json(self) -> JSONObject:
        """Return the API object; quantities are as Kubernetes writes them.

        >>> RuntimeClass("kata", "kata-qemu", scheduling=RuntimeClassScheduling({"sandbox": "kata"})).to_json()["scheduling"]
        {'nodeSelector': {'sandbox': 'kata'}}
        """
        made: dict[str, object] = {"apiVersion": _API_VERSION, "kind": _KIND, "metadata": {"name": self.name}, "handler": self.handler}
        if self.overhead is not None:
            made["overhead"] = {"podFixed": dict(self.pod_fixed)} if self.overhead else {}
        if self.scheduling is not None:
            made["scheduling"] = self.scheduling.to_json()
        return made


@attrs.frozen(str=False)
class DeprecatedNodeLabel:
    """A warning: a node selector has a label that nodes will not have for ever.

    ``path`` is where it stands, ``instead`` the label that takes its place, empty where none does.
    """

    path: FieldPath
    label: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}: the label is deprecated" + (f", use {self.instead}" if self.instead else "")


def runtime_class_warnings(obj: JSONObject, *, release: Release = LATEST) -> tuple[DeprecatedNodeLabel, ...]:
    """Return the warnings with which the API server of ``release`` takes a RuntimeClass that is created or updated.

    They come in the order of the labels; Kubernetes has none. Raises ``MalformedObject``.

    >>> kata = {"metadata": {"name": "kata"}, "handler": "kata", "scheduling": {"nodeSelector": {"beta.kubernetes.io/os": "linux"}}}
    >>> [str(warning) for warning in runtime_class_warnings(kata)]
    ['scheduling.nodeSelector[beta.kubernetes.io/os]: the label is deprecated, use kubernetes.io/os']
    """
    deprecated = _DEPRECATED | _MORE_DEPRECATED if MORE_DEPRECATED_LABELS in release else _DEPRECATED
    scheduling = RuntimeClass.from_json(obj).scheduling or RuntimeClassScheduling()
    path = ROOT.child("scheduling", "nodeSelector")
    found = sorted(label for label in scheduling.node_selector if label in deprecated)
    return tuple(DeprecatedNodeLabel(path.key(label), label, deprecated[label]) for label in found)
