"""Which nodes are for pods of a RuntimeClass.

The answer is put together from Kubernetes' own rules: a pod with the class is admitted (``admission``), and its node selector, affinity and
tolerations are held against every node (``scheduling.node_fit``). It says nothing of the handlers that the nodes really have.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from ..apimachinery.changes import with_changes
from ..apimachinery.fields import ROOT, FieldChange
from ..apimachinery.objects import JSONObject, Node, Pod, mapping_at, root_object
from ..apimachinery.release import LATEST, Release
from ..apimachinery.requests import AdmissionRequest, Operation
from ..scheduling.node_fit import NodeFit, fit_nodes
from .admission import RuntimeClassAdmitted, RuntimeClassDenied, admit_runtime_class, validate_runtime_class_admission
from .class_source import RuntimeClasses
from .runtime_class import RuntimeClass

__all__ = ["RuntimeClassNodes", "RuntimeClassNodesReason", "runtime_class_nodes"]


class RuntimeClassNodesReason(enum.Enum):
    """What the answer rests on."""

    SCHEDULING = "the RuntimeClass says which nodes are for it"
    ASSUMED = "the RuntimeClass says nothing of nodes, so that every node is taken to have its handler"


@attrs.frozen
class RuntimeClassNodes:
    """Which nodes can take a pod of a RuntimeClass.

    ``admitted`` is the pod with what the class adds, ``fits`` has for each of the nodes whether it can take the pod, and why not.
    """

    admitted: RuntimeClassAdmitted
    fits: tuple[NodeFit, ...]
    reason: RuntimeClassNodesReason

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the nodes that can, in the order of the nodes."""
        return tuple(fit.node for fit in self.fits if fit.fits)


def runtime_class_nodes(
    runtime_class: RuntimeClass | JSONObject,
    nodes: Iterable[Node | JSONObject],
    *,
    pod: Pod | JSONObject | None = None,
    release: Release = LATEST,
) -> RuntimeClassNodes:
    """Return which nodes can take a pod of a RuntimeClass, and why the others cannot.

    ``pod`` is one that may ask for nodes itself, by default an empty one; it gets the name of the class, whatever its own was. ``release``
    is the control plane's. Raises ``RuntimeClassDenied`` for a pod that is not admitted, and ``MalformedObject``.

    >>> kata = {"metadata": {"name": "kata"}, "handler": "kata", "scheduling": {"nodeSelector": {"sandbox": "kata"}}}
    >>> found = runtime_class_nodes(kata, [{"metadata": {"name": "a", "labels": {"sandbox": "kata"}}}, {"metadata": {"name": "b"}}])
    >>> found.names, str(found.fits[1])
    (('a',), 'node b: there is no label sandbox, the selector wants kata')
    """
    found = runtime_class if isinstance(runtime_class, RuntimeClass) else RuntimeClass.from_json(runtime_class)
    reason = RuntimeClassNodesReason.ASSUMED if found.scheduling is None else RuntimeClassNodesReason.SCHEDULING
    classes = RuntimeClasses.of([found])
    request = AdmissionRequest(Operation.CREATE, _of_class({} if pod is None else pod, found, reason))
    admitted = admit_runtime_class(request, classes, release=release)
    stored = admitted.object or {}
    errors = validate_runtime_class_admission(attrs.evolve(request, object=stored), classes, release=release)
    if errors:
        raise RuntimeClassDenied.of(stored, errors)
    return RuntimeClassNodes(admitted, fit_nodes(stored, nodes, release=release), reason)


def _of_class(pod: Pod | JSONObject, found: RuntimeClass, reason: RuntimeClassNodesReason) -> JSONObject:
    before = (mapping_at(root_object(pod), "spec", ROOT) or {}).get("runtimeClassName")
    return with_changes(pod, [FieldChange(ROOT.child("spec", "runtimeClassName"), before, found.name, reason)])
