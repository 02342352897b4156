"""Which pod, and which container of it, ``kubecontainers env`` is asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import attrs

from ..apimachinery.errors import KubeContainersError, MalformedObject
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, PodTemplateAt, containers, pod_template, text_at
from ..explain.core_objects import DEFAULT_NAMESPACE, coordinate
from ..explain.report import Sourced
from .commands import UnreadableSource

__all__ = ["NoSingleChoice", "Workload", "select_container", "select_workload"]

MOST_LISTED = 10

_SHORT_NAMES = {
    "po": "pod",
    "rc": "replicationcontroller",
    "deploy": "deployment",
    "rs": "replicaset",
    "ds": "daemonset",
    "sts": "statefulset",
    "cj": "cronjob",
}
"""The short names of kubectl for the kinds that make pods."""

_KINDS = {ContainerKind.INIT: " (init)", ContainerKind.APP: "", ContainerKind.EPHEMERAL: " (ephemeral)"}


class NoSingleChoice(KubeContainersError):
    """What is meant is not there, or it may be one of several; ``choices`` are all that there are."""

    def __init__(self, problem: str, choices: tuple[str, ...], hint: str = "") -> None:
        super().__init__(problem, choices, hint)
        self.problem = problem
        self.choices = choices
        self.hint = hint

    def _sentence(self) -> str:
        listed = ", ".join(self.choices[:MOST_LISTED])
        more = len(self.choices) - MOST_LISTED
        return f"{self.problem}: {listed}{f' and {more} more' if more > 0 else ''}" if listed else self.problem


@attrs.frozen
class Workload:
    """An object that makes pods, in its namespace; ``name`` is empty where it has none yet."""

    sourced: Sourced
    template: PodTemplateAt
    kind: str
    namespace: str
    name: str

    @property
    def title(self) -> str:
        """What the object is, for people."""
        return f"{self.kind} {self.namespace}/{self.name}"

    @property
    def reference(self) -> str:
        """What ``--workload`` calls the object."""
        return f"{self.kind}/{self.name}"

    @property
    def place(self) -> str:
        """Where the object was read, and what it is."""
        document = f", document {self.sourced.document}" if self.sourced.document > 1 else ""
        return f"{self.sourced.source}{document}: {self.title}"

    def is_called(self, wanted: str) -> bool:
        """Return whether ``wanted`` means this object: a name, or a kind and a name, as kubectl takes them."""
        kind, slash, name = wanted.rpartition("/")
        return name == self.name and (not slash or _kind(kind) in {self.kind.lower(), f"{self.kind.lower()}s"})


def _kind(text: str) -> str:
    return _SHORT_NAMES.get(text.lower(), text.lower())


def select_workload(objects: Iterable[Sourced], wanted: str | None, namespace: str | None) -> Workload:
    """Return the object that makes pods and is called ``wanted``, or the only one; in ``namespace``, where one is given.

    Raises ``NoSingleChoice``, and ``UnreadableSource`` for an object that Kubernetes could not decode, if that may be the one.
    """
    found: list[Workload] = []
    undecodable: list[UnreadableSource] = []
    for sourced in objects:
        try:
            found += _workloads(sourced, namespace or DEFAULT_NAMESPACE)
        except UnreadableSource as error:
            undecodable.append(error)
    there = [workload for workload in found if namespace in {None, workload.namespace}]
    called = [workload for workload in there if wanted is None or workload.is_called(wanted)]
    if undecodable and (wanted is None or not called):
        raise undecodable[0]
    if len(called) == 1:
        return called[0]
    raise _no_single_choice(found, there, called, wanted, f" in namespace {namespace}" if namespace else "")


def _no_single_choice(
    found: Sequence[Workload], there: Sequence[Workload], called: Sequence[Workload], wanted: str | None, place: str
) -> NoSingleChoice:
    """Say why none is chosen of those ``found``: of those ``there``, none or more than one is ``called`` as it should be."""
    if not found:
        return NoSingleChoice("no object makes pods", (), "give the manifest of a Pod, a Deployment or the like")
    if not there:
        others = tuple(f"{workload.reference} of {workload.namespace}" for workload in found)
        return NoSingleChoice(f"no object{place} makes pods, only these do", others)
    if not called:
        return NoSingleChoice(f"no object{place} that makes pods is called {wanted!r}, only these do", _listed(there))
    return NoSingleChoice(f"{len(called)} objects make pods", _listed(called), _way_out(called, wanted))


def _workloads(sourced: Sourced, namespace: str) -> tuple[Workload, ...]:
    """Return an object that makes pods, nothing for any other; ``namespace`` is that of objects that name none."""
    obj = sourced.object
    try:
        template = pod_template(obj)
        if template is None:
            return ()
        own, name = coordinate(obj, "namespace"), coordinate(obj, "name")
        return (Workload(sourced, template, text_at(obj, "kind", ROOT), own or namespace, name),)
    except MalformedObject as error:
        problem = str(error)
    raise UnreadableSource(f"{sourced.source}, document {sourced.document}", f"Kubernetes could not decode this object: {problem}")


def _way_out(called: Sequence[Workload], wanted: str | None) -> str:
    """Say which option tells apart objects among which nothing does so far."""
    if len({workload.reference for workload in called}) > 1:
        return "choose one with --workload" if wanted is None else "name its kind too"
    if len({workload.namespace for workload in called}) > 1:
        return "choose one with --namespace"
    return "the same object is given more than once"


def _listed(workloads: Sequence[Workload]) -> tuple[str, ...]:
    """Return what ``--workload`` calls them; with more, where that is not enough to tell them apart."""
    counts = Counter(workload.reference for workload in workloads)
    return tuple(
        found.reference if counts[found.reference] == 1 else f"{found.reference} of {found.namespace} in {found.sourced.source}"
        for found in workloads
    )


def select_container(pod: JSONObject, wanted: str | None) -> ContainerAt:
    """Return the container of a pod that is called ``wanted``, an app container if there is one; or its only app container.

    Raises ``NoSingleChoice`` and ``MalformedObject``.
    """
    listed = tuple(containers(pod))
    kinds = (ContainerKind.APP,) if wanted is None else (ContainerKind.APP, ContainerKind.INIT, ContainerKind.EPHEMERAL)
    found = [at for kind in kinds for at in listed if at.kind is kind and wanted in {None, at.name}]
    if found and (wanted is not None or len(found) == 1):
        return found[0]
    names = tuple(f"{at.name}{_KINDS[at.kind]}" for kind in _KINDS for at in listed if at.kind is kind)
    if wanted is not None:
        raise NoSingleChoice(f"the pod has no container {wanted!r}{', only these' if names else ''}", names)
    problem = f"the pod has {len(found)} app containers" if found else "the pod has no app container"
    raise NoSingleChoice(problem, names, "choose one with --container" if names else "")
