"""The environment that ``kubecontainers env`` prints: the pod created and put on a node, and its container's variables composed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.errors import KubeContainersError, MalformedObject
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import ContainerAt, JSONObject, mapping_at, text_at
from ..environment.composition import survey_environment
from ..environment.failures import EnvironmentFailed, EnvironmentFailure
from ..environment.hostname import InvalidHostname, PodHostname, pod_hostname
from ..environment.variables import Environment
from ..explain.core_objects import coordinate
from ..explain.environment_objects import EnvironmentObjects
from ..pods.claims import with_claim_volumes
from ..pods.create import create_pod
from ..pods.made import MadePod, make_pod
from .commands import UnreadableSource
from .env_workload import Workload, select_container

__all__ = ["Composed", "Given", "NeverStarts", "compose"]

_SPEC = ROOT.child("spec")

_HINTS = {
    EnvironmentFailure.CONFIG_MAP_NOT_FOUND: "put the ConfigMap among the files",
    EnvironmentFailure.SECRET_NOT_FOUND: "put the Secret among the files",
    EnvironmentFailure.NODE_NOT_FOUND: "put the Node among the files; --node-name says which, if there are several",
    EnvironmentFailure.VOLUME_NOT_FOUND: "say with --file what is in the volume",
}
"""What helps where it may be the files given that lack something, and not the cluster."""


class NeverStarts(KubeContainersError):
    """The container would not start; ``problems`` say why, the last of them what one sees in the cluster."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def _sentence(self) -> str:
        return "; ".join(self.problems)


@attrs.frozen
class Given:
    """What no manifest says: how the pod is called, where it runs, its addresses, its image's variables and the files in its volumes."""

    pod_name: str
    node_name: str
    pod_ips: tuple[str, ...]
    image_env: tuple[str, ...]
    files: Mapping[str, Mapping[str, bytes]] = attrs.field(hash=False, repr=False)


@attrs.frozen
class Composed:
    """An environment, and the container and the pod that it is of."""

    workload: Workload
    made: MadePod
    hostname: PodHostname
    container: ContainerAt
    environment: Environment

    def at(self, path: FieldPath) -> FieldPath:
        """Return where a field of the pod stands in the object; what is no field of the pod is nowhere."""
        return self.workload.template.path.join(path) if path.parts else path


def compose(workload: Workload, container: str | None, objects: EnvironmentObjects, cluster: Cluster, given: Given) -> Composed:
    """Return the environment of a container in a pod of ``workload``; ``container`` is its name, ``None`` for the only one.

    Raises ``NeverStarts``, ``NoSingleChoice``, and ``UnreadableSource`` for an object that Kubernetes could not decode.
    """
    try:
        return _composed(workload, container, objects, cluster, given)
    except MalformedObject as error:
        problem = str(error)
    raise UnreadableSource(workload.place, problem)


def _composed(workload: Workload, container: str | None, objects: EnvironmentObjects, cluster: Cluster, given: Given) -> Composed:
    stored = _stored(workload, cluster)
    made = make_pod(workload.sourced.object, stored, namespace=workload.namespace, name=given.pod_name, release=cluster.control_plane)
    pod, node = _on_node(made.pod, objects.nodes, given.node_name)
    hostname = _hostname(workload, pod, cluster)
    found = select_container(pod, container)
    sources = objects.sources(node, pod_ips=given.pod_ips, files=given.files)
    survey = survey_environment(pod, found, sources, given.image_env, hostname=hostname.kernel_hostname, release=cluster.node)
    composed = Composed(workload, attrs.evolve(made, pod=pod), hostname, found, survey.environment)
    if survey.failures:
        raise NeverStarts(tuple(_failures(composed, survey.failures, objects)))
    return composed


def _stored(workload: Workload, cluster: Cluster) -> JSONObject:
    """Return the pod, or template, as the API server stores it; a pod that it has stored already is not judged again."""
    template = workload.template
    if not template.served:
        raise NeverStarts((f"{workload.place}: no release since 1.25 serves this API version (write {template.served_version})",))
    is_pod = not template.path.parts
    pod = with_claim_volumes(template.pod, template.claims, owner=workload.name)
    try:
        created = create_pod(pod, release=cluster.control_plane, template=not is_pod)
    except MalformedObject as error:
        malformed = MalformedObject(str(template.path.child(error.path)), error.expected, error.found)
    else:
        if created.errors and not (is_pod and coordinate(template.pod, "uid")):
            errors = (attrs.evolve(error, path=template.path.join(error.path)) for error in created.errors)
            raise NeverStarts((*(f"{workload.place}: {error}" for error in errors), "the API server refuses this"))
        return created.object
    raise malformed


def _on_node(pod: JSONObject, nodes: Sequence[JSONObject], name: str) -> tuple[JSONObject, JSONObject | None]:
    """Return the pod bound to its node, and the Node: the one that is named, else the only one."""
    spec = mapping_at(pod, "spec", ROOT) or {}
    name = name or text_at(spec, "nodeName", _SPEC) or (coordinate(nodes[0], "name") if len(nodes) == 1 else "")
    node = next((node for node in nodes if coordinate(node, "name") == name), None)
    return ({**pod, "spec": {**spec, "nodeName": name}} if name else pod), node


def _hostname(workload: Workload, pod: JSONObject, cluster: Cluster) -> PodHostname:
    try:
        return pod_hostname(pod, release=cluster.node)
    except InvalidHostname as error:
        problem = str(error)
    raise NeverStarts((f"{workload.place}: its pod: {problem}", "the pod stays in ContainerCreating"))


def _failures(composed: Composed, failures: Sequence[EnvironmentFailed], objects: EnvironmentObjects) -> Iterator[str]:
    """Yield what fails, and where; then what the kubelet says, which stops at the first."""
    for failure in failures:
        hint = failure.hint or _elsewhere(failure, objects) or _HINTS.get(failure.reason, "")
        shown = EnvironmentFailed(failure.reason, composed.at(failure.path), failure.subject, hint, failure.key)
        yield f"{composed.workload.place}: {shown}"
    message = failures[0].message
    waits = f"with these objects, container {composed.container.name} waits with CreateContainerConfigError"
    yield f"{waits}: {message}" if message else waits


def _elsewhere(failure: EnvironmentFailed, objects: EnvironmentObjects) -> str:
    """Say where an object is that was looked for in another namespace; empty where there is none."""
    kinds = {EnvironmentFailure.CONFIG_MAP_NOT_FOUND: "ConfigMap", EnvironmentFailure.SECRET_NOT_FOUND: "Secret"}
    namespaces = objects.namespaces(kinds.get(failure.reason, ""), failure.subject.rpartition("/")[2])
    return f"there is one in namespace {' and '.join(namespaces)}" if namespaces else ""
