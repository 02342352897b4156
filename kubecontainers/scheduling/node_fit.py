"""Which nodes can take a pod: the affinity, the taints and the cordon, and why a node cannot.

The parts are Kubernetes' own (``pkg/scheduler/framework/plugins``: ``nodeaffinity``, ``tainttoleration``, ``nodeunschedulable``). Whether
there is room on the node, and what other pods run there, is not looked at.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, Node, Pod, boolean_at, mapping_at, root_object, text_at, text_map_at
from ..apimachinery.release import LATEST, Release
from .node_affinity import AffinityMiss, AffinityOutcome, RequiredNodeAffinity, required_node_affinity
from .taints import SCHEDULING_EFFECTS, UNSCHEDULABLE, Taint, TolerationSet, taints_at
from .tolerations import tolerations_at

__all__ = ["NodeFit", "TaintMiss", "TaintMissReason", "fit_nodes", "node_fit"]


class TaintMissReason(enum.Enum):
    """Why a node keeps a pod away."""

    TAINT = "a taint of the node is not tolerated"
    CORDONED = "the node is cordoned"


@attrs.frozen(str=False)
class TaintMiss:
    """One thing that keeps a pod from a node; ``taint`` is what the pod would have to tolerate. ``str()`` says it in words."""

    reason: TaintMissReason
    taint: Taint

    def __str__(self) -> str:
        return f"taint {self.taint} is not tolerated" if self.reason is TaintMissReason.TAINT else self.reason.value


@attrs.frozen(str=False)
class NodeFit:
    """Whether a node can take a pod.

    ``node`` is its name. ``untolerated_taint`` is the first that keeps the pod away, and ``cordoned`` says whether the node takes no pods
    and this one does not tolerate that. ``reasons`` is everything that stands in the way: what the pod asks for and the node has not, all
    taints that are not tolerated, the cordon. ``str()`` says it in words.
    """

    node: str
    affinity: AffinityOutcome
    untolerated_taint: Taint | None
    cordoned: bool
    reasons: tuple[AffinityMiss | TaintMiss, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether nothing stands in the way."""
        return self.affinity is AffinityOutcome.MATCH and self.untolerated_taint is None and not self.cordoned

    def __str__(self) -> str:
        return f"node {self.node}: {'; '.join(map(str, self.reasons)) or 'fits'}"


def node_fit(pod: Pod | JSONObject, node: Node | JSONObject, *, release: Release = LATEST) -> NodeFit:
    """Return whether a node can take a pod, and why not.

    Of the pod ``nodeSelector``, the required node affinity and ``tolerations`` count, of the node its name, labels, taints and
    ``unschedulable``. ``release`` is the scheduler's. Raises ``MalformedObject``.

    >>> node = {"metadata": {"name": "a"}, "spec": {"taints": [{"key": "gpu", "value": "true", "effect": "NoSchedule"}]}}
    >>> fit = node_fit({"spec": {"nodeSelector": {"disktype": "ssd"}}}, node)
    >>> fit.fits, fit.untolerated_taint
    (False, Taint(key='gpu', value='true', effect='NoSchedule'))
    >>> print(fit)
    node a: there is no label disktype, the selector wants ssd; taint gpu=true:NoSchedule is not tolerated
    """
    return _fit(_read_pod(pod, release), node, ROOT)


def fit_nodes(pod: Pod | JSONObject, nodes: Iterable[Node | JSONObject], *, release: Release = LATEST) -> tuple[NodeFit, ...]:
    """Return for each of the nodes whether it can take a pod, in their order; the pod is read once.

    ``release`` is the scheduler's. Raises ``MalformedObject``; the path of what is wrong with a node begins with its position.

    >>> nodes = [{"metadata": {"name": "a"}, "spec": {"unschedulable": True}}, {"metadata": {"name": "b"}}]
    >>> [fit.node for fit in fit_nodes({}, nodes) if fit.fits]
    ['b']
    """
    wanted = _read_pod(pod, release)
    return tuple(_fit(wanted, node, ROOT.index(position)) for position, node in enumerate(nodes))


@attrs.frozen
class _Wanted:
    """What of a pod decides on which nodes it can run, ready for many nodes."""

    affinity: RequiredNodeAffinity
    tolerations: TolerationSet


def _read_pod(pod: Pod | JSONObject, release: Release) -> _Wanted:
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    tolerations = tolerations_at(spec, ROOT.child("spec"))
    return _Wanted(required_node_affinity(pod), TolerationSet(tolerations, release=release))


def _fit(wanted: _Wanted, node: Node | JSONObject, path: FieldPath) -> NodeFit:
    metadata = mapping_at(root_object(node, path), "metadata", path) or {}
    spec = mapping_at(node, "spec", path) or {}
    name, labels = text_at(metadata, "name", path.child("metadata")), text_map_at(metadata, "labels", path.child("metadata"))
    taints, unschedulable = taints_at(spec, path.child("spec")), boolean_at(spec, "unschedulable", path.child("spec"))

    affinity = wanted.affinity.match(labels, name)
    untolerated = tuple(wanted.tolerations.untolerated(taints, effects=SCHEDULING_EFFECTS))
    cordoned = bool(unschedulable) and not wanted.tolerations.tolerates(UNSCHEDULABLE)
    reasons: list[AffinityMiss | TaintMiss] = list(affinity.misses)
    reasons += (TaintMiss(TaintMissReason.TAINT, taint) for taint in untolerated)
    if cordoned:
        reasons.append(TaintMiss(TaintMissReason.CORDONED, UNSCHEDULABLE))
    return NodeFit(name, affinity.outcome, untolerated[0] if untolerated else None, cordoned, tuple(reasons))
