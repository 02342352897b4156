"""The report over manifests.

``explain`` finds the pod template of every object, and what the API server makes of its pods, and hands both to each section, the modules
under ``sections``; a section answers with entries, which the report puts together by the place in the pod that they are about.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, cast

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, PodTemplateAt, mapping_at, pod_template, root_object, text_at
from ..pods.claims import with_claim_volumes
from ..pods.create import CreatedPod, create_pod
from ..pulling.pull_credentials import NodeCredentials
from . import sections
from .core_objects import DEFAULT_NAMESPACE, in_template
from .credential_objects import examine_credentials
from .entries import Entry
from .findings import Finding, Severity
from .holdings import AdmittedPod, Holdings
from .object_lists import listed_objects
from .runtime_class_report import examine_runtime_class
from .tree import Node, Span, plain_text

__all__ = ["Report", "Section", "Sourced", "Subject", "Workload", "explain", "explain_sources", "sourced_objects"]

UNDECODABLE = "KC001"
"""The finding of an object that the API server could not decode."""

UNSERVED = "KC002"
"""The finding of an object in an API version that no covered release serves."""


@attrs.frozen
class Subject:
    """What sections look at: a pod template as it is written, its pods as the API server stores them, the cluster, and what that holds.

    ``object`` is the whole object; ``admitted`` is the pod that is written in the namespace of its object, with the pull secrets of its
    ServiceAccount.
    """

    object: JSONObject = attrs.field(hash=False, repr=False)
    template: PodTemplateAt
    created: CreatedPod
    cluster: Cluster
    holdings: Holdings
    admitted: AdmittedPod

    @property
    def is_stored(self) -> bool:
        """Whether the object is a pod which the API server has stored already."""
        metadata = mapping_at(self.template.pod, "metadata", self.template.path) or {}
        return self.template.path == ROOT and metadata.get("uid") is not None


class Section(Protocol):
    """A module under ``sections``."""

    ORDER: int
    """Sections speak in this order."""

    def examine(self, subject: Subject) -> Iterator[Entry]:
        """Yield what the section has to say about a pod template, at most one entry a place."""
        ...


@attrs.frozen
class Sourced:
    """An object, and the file and the document in it, counted from 1, that it was read from."""

    object: JSONObject = attrs.field(hash=False)
    source: str = ""
    document: int = 0


@attrs.frozen
class Workload:
    """One object that makes pods, brings credentials or is a RuntimeClass, and all that is said about it."""

    kind: str
    namespace: str
    name: str
    source: str
    document: int
    entries: tuple[Entry, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all entries."""
        return tuple(finding for entry in self.entries for finding in entry.findings)

    def to_json(self) -> JSONObject:
        """Return the workload as JSON."""
        return {
            "kind": self.kind,
            "namespace": self.namespace,
            "name": self.name,
            "source": self.source,
            "document": self.document,
            "entries": [entry.to_json() for entry in self.entries],
        }

    def to_node(self) -> Node:
        """Return the workload as a tree: where it was read, what it is, and its entries."""
        document = f", document {self.document}" if self.document > 1 else ""
        source = Span(f"{self.source}{document}: " if self.source else "", "source")
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        heading = Span(f"{self.kind} {name}".rstrip(), "heading")
        return Node((source, heading), tuple(entry.to_node() for entry in self.entries))


@attrs.frozen
class Report:
    """What Kubernetes will do with some objects.

    ``objects`` counts all objects read; ``workloads`` are those that make pods, ``credentials`` pull secrets and configurations of
    credential providers, ``runtime_classes`` RuntimeClasses.
    """

    cluster: Cluster
    objects: int
    workloads: tuple[Workload, ...]
    credentials: tuple[Workload, ...] = ()
    runtime_classes: tuple[Workload, ...] = ()

    @property
    def explained(self) -> tuple[Workload, ...]:
        """All objects about which there is something to say."""
        return (*self.workloads, *self.credentials, *self.runtime_classes)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all objects, in their order."""
        return tuple(finding for explained in self.explained for finding in explained.findings)

    def to_json(self) -> JSONObject:
        """Return the report as JSON, for programs; keys are only ever added."""
        return {
            "controlPlane": str(self.cluster.control_plane),
            "node": str(self.cluster.node),
            "objects": self.objects,
            "workloads": [workload.to_json() for workload in self.workloads],
            "credentials": [source.to_json() for source in self.credentials],
            "runtimeClasses": [source.to_json() for source in self.runtime_classes],
        }

    def to_nodes(self) -> Iterator[Node]:
        """Yield a tree for every object about which there is something to say, and one line that sums up."""
        for explained in self.explained:
            yield explained.to_node()
        yield Node((Span(self.summary(), "label"),))

    def to_text(self) -> str:
        """Return the report in plain text, for people."""
        return plain_text(self.to_nodes())

    def summary(self) -> str:
        """Say in one line what was read and found."""
        cluster = self.cluster
        releases = str(cluster.control_plane) + ("" if cluster.node == cluster.control_plane else f", nodes {cluster.node}")
        read = f"{_counted(self.objects, 'object')}, {_counted(len(self.workloads), 'workload')}, Kubernetes {releases}"
        counts = Counter(finding.severity for finding in self.findings)
        found = ", ".join(_counted(counts[severity], severity.word) for severity in sorted(counts, reverse=True))
        return f"{read}: {found or 'nothing found'}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 or word == Severity.INFO.word else f"{count} {word}s"


def explain(objects: Iterable[JSONObject | Sourced], *, cluster: Cluster | None = None, node: NodeCredentials | None = None) -> Report:
    """Say what Kubernetes will do with the pod templates among ``objects``, and what is wrong with credentials and RuntimeClasses there.

    ``objects`` are API objects, each alone or as ``Sourced``, and lists of them such as ``kind: List``; Secrets,
    ServiceAccounts, ConfigMaps, Services, RuntimeClasses and Nodes among them are taken to be what the cluster holds. ``node`` is what the
    nodes have of credentials. Objects about which there is nothing to say are only counted. An object that Kubernetes could not decode gets
    a finding; nothing is raised for it.

    >>> report = explain([{"kind": "Pod", "spec": {"containers": [{"name": "app", "image": "nginx:latest"}]}}])
    >>> report.workloads[0].entries[0].lines[1].text
    'Always, by default: the tag is latest'
    """
    cluster = Cluster() if cluster is None else cluster
    sources = sourced_objects(objects)
    return explain_sources(sources, cluster, Holdings.of((sourced.object for sourced in sources), node))


def sourced_objects(objects: Iterable[JSONObject | Sourced]) -> list[Sourced]:
    """Return objects with their sources, the items in the place of lists."""
    sources = (given if isinstance(given, Sourced) else Sourced(given) for given in objects)
    return [attrs.evolve(sourced, object=found) for sourced in sources for found in listed_objects(sourced.object)]


def explain_sources(sources: Sequence[Sourced], cluster: Cluster, holdings: Holdings) -> Report:
    """Say what ``explain`` says about some objects, with ``holdings`` as what the cluster holds."""
    workloads = (_workload(sourced, cluster, holdings) for sourced in sources)
    credentials = (_about(sourced, examine_credentials(sourced.object, cluster)) for sourced in sources)
    classes = (_about(sourced, examine_runtime_class(sourced.object, cluster, holdings.scheduling)) for sourced in sources)
    return Report(cluster, len(sources), *(tuple(filter(None, explained)) for explained in (workloads, credentials, classes)))


def _workload(sourced: Sourced, cluster: Cluster, holdings: Holdings) -> Workload | None:
    try:
        template = pod_template(sourced.object)
        if template is None:
            return None
        namespace = _shown(_lenient(sourced.object, "metadata"), "namespace") or DEFAULT_NAMESPACE
        created, admitted = _created(template, cluster), _admitted(template, holdings, namespace)
        subject = Subject(sourced.object, template, created, cluster, holdings, admitted)
        entries = (*_unserved(template), *_entries(subject))
    except MalformedObject as error:
        entries = (_undecodable(error),)
    return _explained(sourced, entries)


def _about(sourced: Sourced, examined: Iterator[Entry]) -> Workload | None:
    try:
        entries = tuple(examined)
    except MalformedObject as error:
        entries = (_undecodable(error),)
    return _explained(sourced, entries) if entries else None


def _explained(sourced: Sourced, entries: tuple[Entry, ...]) -> Workload:
    obj, metadata = sourced.object, _lenient(sourced.object, "metadata")
    return Workload(_shown(obj, "kind"), _shown(metadata, "namespace"), _shown(metadata, "name"), sourced.source, sourced.document, entries)


def _created(template: PodTemplateAt, cluster: Cluster) -> CreatedPod:
    """Ask for the pod of a template; what cannot be decoded in it is said to stand where it does in the object."""
    try:
        return create_pod(with_claim_volumes(template.pod, template.claims), release=cluster.control_plane)
    except MalformedObject as error:
        malformed = in_template(error, template)
    raise malformed


def _admitted(template: PodTemplateAt, holdings: Holdings, namespace: str) -> AdmittedPod:
    try:
        return holdings.admit(template.pod, namespace)
    except MalformedObject as error:
        malformed = in_template(error, template)
    raise malformed


def _undecodable(error: MalformedObject) -> Entry:
    finding = Finding(UNDECODABLE, Severity.ERROR, ROOT, f"the API server cannot decode this object: {error}")
    return Entry(ROOT, "object", findings=(finding,))


def _unserved(template: PodTemplateAt) -> Iterator[Entry]:
    if not template.served:
        sentence = f"no release since 1.25 serves this API version; write {template.served_version}"
        yield Entry(ROOT, "object", findings=(Finding(UNSERVED, Severity.ERROR, ROOT.child("apiVersion"), sentence),))


def _lenient(obj: JSONObject, key: str) -> JSONObject:
    """Read ``metadata`` for a heading, whatever it is."""
    try:
        return mapping_at(root_object(obj), key, ROOT) or {}
    except MalformedObject:
        return {}


def _shown(obj: JSONObject, key: str) -> str:
    try:
        return text_at(root_object(obj), key, ROOT)
    except MalformedObject:
        return ""


def _entries(subject: Subject) -> Iterator[Entry]:
    """Put the sections' entries together by place, places in the order in which they first appear."""
    by_path: dict[FieldPath, list[Entry]] = {}
    for section in load_sections():
        for entry in section.examine(subject):
            by_path.setdefault(entry.path, []).append(entry)
    for path, entries in by_path.items():
        first = entries[0]
        yield Entry(
            path,
            first.heading,
            next((entry.title for entry in entries if entry.title), ""),
            tuple(line for entry in entries for line in entry.lines),
            tuple(finding for entry in entries for finding in entry.findings),
            {key: value for entry in entries for key, value in entry.facts.items()},
        )


@functools.cache
def load_sections() -> tuple[Section, ...]:
    """Return every section, in their order: a new one is a new module, and nothing else."""
    names = sorted(module.name for module in pkgutil.iter_modules(sections.__path__))
    found = [cast("Section", importlib.import_module(f".{name}", sections.__name__)) for name in names]
    return tuple(sorted(found, key=lambda section: section.ORDER))
