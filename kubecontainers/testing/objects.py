"""Strategies of API objects: containers, pods, workloads, admission requests; offered in ``strategies``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.release import LATEST, Release
from ..apimachinery.requests import AdmissionRequest, Operation
from ..images.uses import IMAGE_VOLUMES
from .references import references
from .texts import labels, pull_policies, subdomains

__all__ = [
    "WORKLOAD_KINDS",
    "admission_requests",
    "containers",
    "image_volumes",
    "pod_specs",
    "pod_templates",
    "pods",
    "volumes",
    "workloads",
]

JSON = dict[str, Any]

WORKLOAD_KINDS = {
    "PodTemplate": "v1",
    "ReplicationController": "v1",
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
}
"""Every kind that holds a pod template, with its API version."""

_EXTRAS: dict[str, SearchStrategy[Any]] = {
    "command": st.lists(st.sampled_from(["/bin/sh", "-c", "sleep 1", "$(HOST)"]), min_size=1, max_size=3),
    "env": st.just([{"name": "HOST", "value": "localhost"}]),
    "ports": st.integers(1, 65535).map(lambda port: [{"containerPort": port}]),
    "resources": st.sampled_from([{}, {"limits": {"memory": "64Mi"}}, {"requests": {"cpu": "100m"}}]),
}


@st.composite
def containers(
    draw: DrawFn,
    *,
    names: SearchStrategy[str] | None = None,
    images: SearchStrategy[str] | None = None,
    policies: SearchStrategy[str | None] | None = None,
    release: Release = LATEST,
) -> JSON:
    """Containers: a name and an image, often a pull policy, sometimes more.

    ``policies`` may give ``None``, for a container that names none.

    >>> from hypothesis import given
    >>> @given(containers(images=st.just("nginx"), policies=st.none()))
    ... def test_my_webhook_sets_a_policy(container):
    ...     ...
    """
    name: JSON = {"name": draw(labels() if names is None else names)}
    image = draw(_images("image", "imagePullPolicy", references(release=release) if images is None else images, policies))
    return name | image | draw(st.fixed_dictionaries({}, optional=_EXTRAS))


@st.composite
def image_volumes(
    draw: DrawFn,
    *,
    names: SearchStrategy[str] | None = None,
    images: SearchStrategy[str] | None = None,
    policies: SearchStrategy[str | None] | None = None,
    release: Release = LATEST,
) -> JSON:
    """Volumes that are images; the arguments are those of ``containers``.

    >>> from hypothesis import find
    >>> find(image_volumes(images=st.just("nginx"), policies=st.none()), lambda volume: True)
    {'name': '0', 'image': {'reference': 'nginx'}}
    """
    source = draw(_images("reference", "pullPolicy", references(release=release) if images is None else images, policies))
    return {"name": draw(labels() if names is None else names), "image": source}


@st.composite
def _images(
    draw: DrawFn, image_field: str, policy_field: str, images: SearchStrategy[str], policies: SearchStrategy[str | None] | None
) -> JSON:
    """Draw an image and, often, its pull policy, in fields of these names."""
    image: JSON = {image_field: draw(images)}
    policy = draw(st.none() | pull_policies() if policies is None else policies)
    return image if policy is None else image | {policy_field: policy}


def volumes(
    *, names: SearchStrategy[str] | None = None, images: SearchStrategy[str] | None = None, release: Release = LATEST
) -> SearchStrategy[JSON]:
    """Volumes of a few kinds, images among them where ``release`` knows those.

    >>> from hypothesis import find
    >>> find(volumes(), lambda volume: True)
    {'name': '0', 'emptyDir': {}}
    """
    name = labels() if names is None else names
    plain: list[JSON] = [{"emptyDir": {}}, {"configMap": {"name": "settings"}}]
    others = st.builds(_joined, name, st.sampled_from(plain))
    return others | image_volumes(names=names, images=images, release=release) if IMAGE_VOLUMES in release else others


@st.composite
def pod_specs(
    draw: DrawFn,
    *,
    images: SearchStrategy[str] | None = None,
    policies: SearchStrategy[str | None] | None = None,
    ephemeral_containers: bool = False,
    release: Release = LATEST,
) -> JSON:
    """``spec`` of a pod: containers, sometimes init containers and volumes, mounted.

    ``images`` are used for containers and image volumes, ``policies`` for containers. ``ephemeral_containers``: some of those as well,
    which a running pod may have, though none that is created.
    """
    names = draw(st.lists(labels(max_size=20), min_size=1, max_size=4, unique=True))
    made = [draw(containers(names=st.just(name), images=images, policies=policies, release=release)) for name in names]
    lists = ["containers", "initContainers", *(["ephemeralContainers"] if ephemeral_containers else [])]
    spec: JSON = {"containers": [made[0]]}
    for container in made[1:]:
        spec.setdefault(draw(st.sampled_from(lists)), []).append(container)
    found = draw(st.lists(volumes(images=images, release=release), max_size=2, unique_by=lambda volume: volume["name"]))
    if found:
        spec["volumes"] = found
        made[0]["volumeMounts"] = [{"name": volume["name"], "mountPath": f"/mnt/{volume['name']}"} for volume in found]
    return spec


@st.composite
def pods(
    draw: DrawFn,
    *,
    names: SearchStrategy[str] | None = None,
    images: SearchStrategy[str] | None = None,
    policies: SearchStrategy[str | None] | None = None,
    ephemeral_containers: bool = False,
    release: Release = LATEST,
) -> JSON:
    """Pods, as a client writes them: nothing is defaulted yet. The other arguments are those of ``pod_specs``.

    >>> from hypothesis import given
    >>> @given(pods(images=st.just("nginx:1.27")))
    ... def test_my_webhook_admits_nginx(pod):
    ...     ...
    """
    specs = pod_specs(images=images, policies=policies, ephemeral_containers=ephemeral_containers, release=release)
    metadata: JSON = {"name": draw(subdomains() if names is None else names), "namespace": draw(labels())}
    if draw(st.booleans()):
        metadata["labels"] = draw(_label_maps())
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": draw(specs)}


@st.composite
def pod_templates(
    draw: DrawFn,
    *,
    images: SearchStrategy[str] | None = None,
    policies: SearchStrategy[str | None] | None = None,
    release: Release = LATEST,
) -> JSON:
    """Templates of pods: labels, and a ``spec``, to which the arguments are handed."""
    specs = pod_specs(images=images, policies=policies, release=release)
    return {"metadata": {"labels": draw(_label_maps())}, "spec": draw(specs)}


@st.composite
def workloads(
    draw: DrawFn,
    *,
    kinds: tuple[str, ...] = tuple(WORKLOAD_KINDS),
    templates: SearchStrategy[JSON] | None = None,
    images: SearchStrategy[str] | None = None,
    policies: SearchStrategy[str | None] | None = None,
    release: Release = LATEST,
) -> JSON:
    """Objects that make pods: Deployment, CronJob and the others of ``WORKLOAD_KINDS``, or those of ``kinds``.

    ``templates`` gives the pod template; the other arguments are those of ``pod_templates``.

    >>> from hypothesis import given
    >>> @given(workloads(kinds=("CronJob", "Job")))
    ... def test_my_operator_reads_jobs(workload):
    ...     ...
    """
    kind = draw(st.sampled_from(kinds))
    template = draw(pod_templates(images=images, policies=policies, release=release) if templates is None else templates)
    made: JSON = {"apiVersion": WORKLOAD_KINDS[kind], "kind": kind, "metadata": {"name": draw(labels()), "namespace": draw(labels())}}
    if kind == "PodTemplate":
        return made | {"template": template}
    if kind in {"Job", "CronJob"}:
        job = {"template": template | {"spec": template["spec"] | {"restartPolicy": draw(st.sampled_from(["Never", "OnFailure"]))}}}
        return made | {"spec": job if kind == "Job" else {"schedule": "0 3 * * *", "jobTemplate": {"spec": job}}}
    chosen = template["metadata"]["labels"]
    spec: JSON = {"selector": chosen if kind == "ReplicationController" else {"matchLabels": chosen}, "template": template}
    if kind == "StatefulSet":
        spec["serviceName"] = made["metadata"]["name"]
    if kind != "DaemonSet":
        spec["replicas"] = draw(st.integers(0, 5))
    return made | {"spec": spec}


@st.composite
def admission_requests(
    draw: DrawFn,
    *,
    pods_given: SearchStrategy[JSON] | None = None,
    operations: tuple[Operation, ...] = tuple(Operation),
    release: Release = LATEST,
) -> AdmissionRequest:
    """Admission requests for pods, each of the ``operations`` with the objects that it has.

    An update brings another image to a container, or only another label.

    >>> from hypothesis import given
    >>> @given(admission_requests(operations=(Operation.CREATE, Operation.UPDATE)))
    ... def test_my_policy_is_idempotent(request):
    ...     ...
    """
    operation = draw(st.sampled_from(operations))
    pod = draw(pods(release=release) if pods_given is None else pods_given)
    if operation is Operation.CREATE:
        return AdmissionRequest(operation, pod)
    if operation is Operation.DELETE:
        return AdmissionRequest(operation, None, pod)
    if operation is Operation.CONNECT:
        return AdmissionRequest(operation, {"command": ["sh"]}, subresource="exec", kind="PodExecOptions")
    return AdmissionRequest(operation, draw(_updates(pod, release)), pod, subresource=draw(st.sampled_from(["", "", "status"])))


@st.composite
def _updates(draw: DrawFn, pod: JSON, release: Release) -> JSON:
    """Return the pod with another label or, as often, another image in its first container."""
    if draw(st.booleans()):
        return pod | {"metadata": pod["metadata"] | {"labels": {"touched": "yes"}}}
    first, *others = pod["spec"]["containers"]
    return pod | {"spec": pod["spec"] | {"containers": [first | {"image": draw(references(release=release))}, *others]}}


def _joined(name: str, source: JSON) -> JSON:
    return {"name": name, **source}


def _label_maps() -> SearchStrategy[JSON]:
    return st.sampled_from([{"app": "web"}, {"app.kubernetes.io/name": "web", "tier": "front"}]).map(dict[str, Any])
