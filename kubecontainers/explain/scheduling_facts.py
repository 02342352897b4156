"""What a pod's RuntimeClass makes of it, what it requests, and which of the nodes can take it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, containers, list_at, mapping_at, objects_at, text_at
from ..apimachinery.quantity import QuantityTooLong
from ..apimachinery.requests import AdmissionRequest, Operation
from ..pods.made import make_pod
from ..runtimeclass.admission import (
    RuntimeClassAdmitted,
    RuntimeClassDenial,
    RuntimeClassDenied,
    admit_runtime_class,
    validate_runtime_class_admission,
)
from ..runtimeclass.handler_features import (
    RecursiveReadOnlyReason,
    UserNamespaceReason,
    recursive_read_only,
    user_namespace,
)
from ..runtimeclass.runtime_class import RuntimeClass
from ..scheduling.node_affinity import AffinityMiss
from ..scheduling.node_fit import NodeFit, TaintMiss, fit_nodes
from ..scheduling.qos import PodQOS, pod_qos
from ..scheduling.requests import PodRequests, pod_requests
from ..scheduling.tolerations import TaintEffect, Toleration
from .core_objects import in_template
from .report import Subject

__all__ = ["NodeFact", "PodScheduling", "examine_scheduling"]

_SPEC = ROOT.child("spec")

_NO_EXECUTE = TaintEffect.NO_EXECUTE.value
_FOR_A_WHILE = tuple(
    Toleration(f"node.kubernetes.io/{key}", "Exists", effect=_NO_EXECUTE, toleration_seconds=300).to_json()
    for key in ("not-ready", "unreachable")
)


@attrs.frozen
class NodeFact:
    """A node and a pod: whether it can take it, and run it.

    ``seen_by_controller`` is what the controller of a DaemonSet makes of the node, which looks at the template and not at the pod that is
    admitted; ``None`` for all other pods. ``is_named``: the pod names the node itself, so that no scheduler looks at it, and only the
    kubelet does; ``is_bound``: it is there already. ``offers_handler`` is ``None`` where it is not known. ``refusals`` are what the
    kubelet there refuses the pod for because of the handler.
    """

    fit: NodeFit
    is_named: bool = False
    is_bound: bool = False
    seen_by_controller: NodeFit | None = None
    offers_handler: bool | None = None
    refusals: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the node."""
        return self.fit.node

    @property
    def takes_pod(self) -> bool:
        """Whether the pod comes to the node, as far as scheduling goes."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[AffinityMiss | TaintMiss, ...]:
        """Why the pod does not come to the node."""
        if self.is_bound:
            return ()
        if self.seen_by_controller is not None and (self.is_named or self.fit.fits):
            return self.seen_by_controller.reasons
        if not self.is_named:
            return self.fit.reasons
        # As the kubelet checks it (generalFilter): what keeps a pod from being scheduled does not count, what evicts it does.
        return tuple(miss for miss in self.fit.reasons if isinstance(miss, AffinityMiss) or miss.taint.effect == _NO_EXECUTE)

    @property
    def is_missed(self) -> bool:
        """Whether the node could take the pod, and its DaemonSet makes none for it."""
        return self.fit.fits and self.seen_by_controller is not None and not self.seen_by_controller.fits

    @property
    def is_waited_for(self) -> bool:
        """Whether a DaemonSet makes a pod for the node that the node does not take."""
        return self.seen_by_controller is not None and self.seen_by_controller.fits and not self.fit.fits


@attrs.frozen
class PodScheduling:
    """What is known of a pod.

    ``class_name`` is ``None`` where it names no RuntimeClass. ``admitted`` is the pod with what its class adds, ``denied`` why it is
    refused instead; ``is_class_missing``: the class is not among the objects, and nothing is known of what it adds. ``runtime_class`` is
    the class, where there is one. ``overhead_is_written``: the pod has an overhead of its own, and is none that is stored already.
    ``bound_to`` is the node that the pod names. Of ``nodes`` there are none where the pod is refused, or the class missing.
    """

    pod: JSONObject = attrs.field(hash=False, repr=False)
    kind: str
    class_name: str | None
    runtime_class: RuntimeClass | None
    admitted: RuntimeClassAdmitted | None
    denied: RuntimeClassDenied | None
    is_class_missing: bool
    overhead_is_written: bool
    requests: PodRequests | None
    qos: PodQOS | None
    bound_to: str
    nodes: tuple[NodeFact, ...] = ()

    @property
    def takers(self) -> tuple[NodeFact, ...]:
        """The nodes that can take the pod; the one that it names, if it names one."""
        return tuple(node for node in self.nodes if node.takes_pod)


def examine_scheduling(subject: Subject) -> PodScheduling:
    """Return what is known of the pod of a template. Raises ``MalformedObject``."""
    try:
        return _examine(subject)
    except MalformedObject as error:
        malformed = in_template(error, subject.template)
    raise malformed


def _examine(subject: Subject) -> PodScheduling:
    made = _made(subject)
    spec = mapping_at(made, "spec", ROOT) or {}
    name = None if spec.get("runtimeClassName") is None else text_at(spec, "runtimeClassName", _SPEC)
    found = subject.holdings.scheduling.classes.get(name) if name else None
    admitted, denied = (None, None) if subject.is_stored else _admit(made, subject)
    is_missing = bool(name) and found is None and (denied is None or denied.cause is RuntimeClassDenial.CLASS_NOT_FOUND)
    pod = made if admitted is None or admitted.object is None else admitted.object
    requests, qos = _resources(pod, subject)
    fact = PodScheduling(
        pod=pod,
        kind=text_at(subject.object, "kind", ROOT),
        class_name=name,
        runtime_class=found,
        admitted=admitted,
        denied=None if is_missing else denied,
        is_class_missing=is_missing,
        overhead_is_written=bool(spec.get("overhead")) and not subject.is_stored,
        requests=requests,
        qos=qos,
        bound_to=text_at(spec, "nodeName", _SPEC),
    )
    return fact if fact.denied or is_missing else attrs.evolve(fact, nodes=tuple(_nodes(fact, made, subject)))


def _made(subject: Subject) -> JSONObject:
    """Return the pod that is made of the template, before admission."""
    namespace = text_at(mapping_at(subject.admitted.pod, "metadata", ROOT) or {}, "namespace", ROOT.child("metadata"))
    return make_pod(subject.object, subject.created.object, namespace=namespace, release=subject.cluster.control_plane).pod


def _admit(pod: JSONObject, subject: Subject) -> tuple[RuntimeClassAdmitted | None, RuntimeClassDenied | None]:
    classes, release = subject.holdings.scheduling.classes, subject.cluster.control_plane
    request = AdmissionRequest(Operation.CREATE, pod)
    try:
        admitted = admit_runtime_class(request, classes, release=release)
        errors = validate_runtime_class_admission(attrs.evolve(request, object=admitted.object), classes, release=release)
    except RuntimeClassDenied as denied:
        return None, denied
    return (None, RuntimeClassDenied.of(pod, errors)) if errors else (admitted, None)


def _resources(pod: JSONObject, subject: Subject) -> tuple[PodRequests | None, PodQOS | None]:
    """Return what the pod requests, and its class of service: nothing where quantities are too far apart to be added."""
    release = subject.cluster.control_plane
    try:
        return pod_requests(pod, release=release), pod_qos(pod, release=release)
    except QuantityTooLong:
        return None, None


# ---------------------------------------------------------------------------------------------------------------------- nodes


def _nodes(fact: PodScheduling, made: JSONObject, subject: Subject) -> Iterator[NodeFact]:
    """Yield the nodes; ``made`` is the pod as its controller makes it."""
    objects, release = subject.holdings.scheduling, subject.cluster.control_plane
    nodes = objects.nodes_named(fact.bound_to) if fact.bound_to else objects.nodes
    handler = "" if fact.runtime_class is None else fact.runtime_class.handler
    seen = fit_nodes(made, nodes, release=release) if fact.kind == "DaemonSet" else (None,) * len(nodes)
    for node, fit, seen_by_controller in zip(nodes, fit_nodes(_tolerating(fact.pod), nodes, release=release), seen, strict=True):
        offers = objects.handlers[fit.node].serves(handler)
        refusals = tuple(_refusals(fact.pod, node, handler, subject)) if offers else ()
        yield NodeFact(fit, bool(fact.bound_to), bool(fact.bound_to) and subject.is_stored, seen_by_controller, offers, refusals)


def _tolerating(pod: JSONObject) -> JSONObject:
    """Return a pod that tolerates nodes that are not ready for a while, as the plugin DefaultTolerationSeconds has every pod do."""
    spec = mapping_at(pod, "spec", ROOT) or {}
    return {**pod, "spec": {**spec, "tolerations": [*list_at(spec, "tolerations", _SPEC), *_FOR_A_WHILE]}}


def _refusals(pod: JSONObject, node: JSONObject, handler: str, subject: Subject) -> Iterator[str]:
    """Yield what a kubelet refuses a pod for, of a node that offers the handler."""
    namespace = user_namespace(pod, node, handler, release=subject.cluster.node)
    if namespace.reason is UserNamespaceReason.UNSUPPORTED:
        yield f"hostUsers is false, and {namespace.reason.value}"
    for found in containers(pod):
        for path, mount in objects_at(found.container, "volumeMounts", found.path):
            answer = recursive_read_only(mount, node, handler, release=subject.cluster.node, path=path)
            if answer.reason is RecursiveReadOnlyReason.UNSUPPORTED:
                yield f"{_inside(path)}.recursiveReadOnly: {answer.reason.value}"


def _inside(path: FieldPath) -> str:
    return str(path).removeprefix("spec.")
