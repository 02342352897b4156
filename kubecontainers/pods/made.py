"""The pod that comes of an object: what its controller makes of the template, and what is then filled in for pods and not for templates.

Kubernetes keeps the first in the controllers: ``pkg/controller/statefulset/stateful_set_utils.go`` (identity), ``pkg/controller/job`` (the
index of indexed Jobs), ``pkg/registry/batch/job`` (labels), ``pkg/controller/daemon/util`` (tolerations); the second in ``SetDefaults_Pod``
(``pkg/apis/core/v1/defaults.go``) and in the admission plugin ServiceAccount. None of it is recorded. What nobody can know before is left
out, such as hashes and UIDs.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import (
    ContainerKind,
    JSONObject,
    boolean_at,
    integer_at,
    mapping_at,
    objects_at,
    root_object,
    text_at,
    text_map_at,
)
from ..apimachinery.release import LATEST, Change, Release
from ..environment.defaults import default_service_links
from .requests import default_requests

__all__ = ["POD_INDEX_LABELS", "MadePod", "PodNaming", "make_pod"]

POD_INDEX_LABELS = Change(since="1.28", summary="pods of StatefulSets and of indexed Jobs have their index in a label")

DEFAULT_SERVICE_ACCOUNT = "default"
STATEFUL_POD_NAME = "statefulset.kubernetes.io/pod-name"
STATEFUL_POD_INDEX = "apps.kubernetes.io/pod-index"
JOB_NAME = ("batch.kubernetes.io/job-name", "job-name")
JOB_INDEX = "batch.kubernetes.io/job-completion-index"
JOB_INDEX_VARIABLE = "JOB_COMPLETION_INDEX"

_METADATA, _SPEC = ROOT.child("metadata"), ROOT.child("spec")

_EVERY_DAEMON = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
_HOST_NETWORK_DAEMON = (("node.kubernetes.io/network-unavailable", "NoSchedule"),)
"""The taints that pods of DaemonSets tolerate, whatever their template says."""

_RANDOM = "xxxxx"
_HASH = "xxxxxxxxxx"
_TIME = "xxxxxxxx"
"""What stands for letters and digits that are only drawn when a pod is made; names with them are valid ones."""

_TRAILING_INDEX = re.compile("-([0-9]{1,10})", re.ASCII)


class PodNaming(enum.Enum):
    """How a pod came to its name."""

    GIVEN = "it was given"
    WRITTEN = "its object says so"
    MADE_UP = "letters are drawn when the pod is made: x stands for each"


@attrs.frozen
class MadePod:
    """A pod as it runs, but for what is only known then, and how it came to its name."""

    pod: JSONObject = attrs.field(hash=False, repr=False)
    name: str
    naming: PodNaming


def make_pod(obj: JSONObject, stored: JSONObject, *, namespace: str, name: str = "", release: Release = LATEST) -> MadePod:
    """Return a pod of an object.

    ``stored`` is what ``create_pod`` made of the object's pod, or template, ``namespace`` that of the object. ``name`` is the pod's, where
    it is known; else the first of a StatefulSet or an indexed Job is meant. ``release`` is the control plane's.

    Raises ``MalformedObject``.

    >>> made = make_pod({"kind": "StatefulSet", "metadata": {"name": "db"}}, {"spec": {}}, namespace="shop")
    >>> made.pod["metadata"]["labels"]["apps.kubernetes.io/pod-index"], made.pod["spec"]
    ('0', {'hostname': 'db-0', 'subdomain': '', 'enableServiceLinks': True, 'serviceAccountName': 'default'})
    """
    kind = text_at(root_object(obj), "kind", ROOT)
    owner, is_written = _owner(obj)
    spec = mapping_at(obj, "spec", ROOT) or {}
    made = _MAKERS.get(kind, _plain)(_Wanted(kind, owner, is_written, spec, stored, name, release))
    metadata = {**(mapping_at(made.pod, "metadata", ROOT) or {}), "name": made.name, "namespace": namespace}
    return attrs.evolve(made, pod=_filled_in({**made.pod, "metadata": metadata}))


@attrs.frozen
class _Wanted:
    """What a pod is to be made of: the object's kind, name and ``spec``, and its pod or template."""

    kind: str
    owner: str
    is_written: bool
    spec: JSONObject
    stored: JSONObject
    name: str
    release: Release

    def named(self, name: str, naming: PodNaming) -> tuple[str, PodNaming]:
        """Return the name that was given, else this one."""
        return (self.name, PodNaming.GIVEN) if self.name else (name, naming)


def _owner(obj: JSONObject) -> tuple[str, bool]:
    """Return the name of an object, and whether it is written there, and not to be generated."""
    metadata = mapping_at(obj, "metadata", ROOT) or {}
    name = text_at(metadata, "name", _METADATA)
    return (name, True) if name else (text_at(metadata, "generateName", _METADATA) + _RANDOM, False)


# ---------------------------------------------------------------------------------------------------------------- controllers


_SUFFIXES = {"Pod": "", "PodTemplate": "", "Deployment": f"-{_HASH}-{_RANDOM}"}


def _plain(wanted: _Wanted) -> MadePod:
    suffix = _SUFFIXES.get(wanted.kind, f"-{_RANDOM}")
    naming = PodNaming.WRITTEN if wanted.kind == "Pod" and wanted.is_written else PodNaming.MADE_UP
    return MadePod(wanted.stored, *wanted.named(wanted.owner + suffix, naming))


def _stateful(wanted: _Wanted) -> MadePod:
    first = integer_at(mapping_at(wanted.spec, "ordinals", _SPEC) or {}, "start", _SPEC.child("ordinals"), bits=32)
    naming = PodNaming.WRITTEN if wanted.is_written else PodNaming.MADE_UP
    name, naming = wanted.named(f"{wanted.owner}-{first}", naming)
    labels = {STATEFUL_POD_NAME: name}
    index = _TRAILING_INDEX.fullmatch(name.removeprefix(wanted.owner))
    if index and POD_INDEX_LABELS in wanted.release:
        labels[STATEFUL_POD_INDEX] = index[1]
    labelled = _with_metadata(wanted.stored, "labels", labels)
    spec = {**_spec(labelled), "hostname": name, "subdomain": text_at(wanted.spec, "serviceName", _SPEC)}
    return MadePod({**labelled, "spec": spec}, name, naming)


def _daemon(wanted: _Wanted) -> MadePod:
    """Return a pod of a DaemonSet, but for the node that it is for, which is known when it is made."""
    spec = _spec(wanted.stored)
    taints = _EVERY_DAEMON + (_HOST_NETWORK_DAEMON if boolean_at(spec, "hostNetwork", _SPEC) else ())
    always = [{"key": key, "operator": "Exists", "effect": effect} for key, effect in taints]
    own = [_lasting(toleration, always) for _, toleration in objects_at(spec, "tolerations", _SPEC)]
    tolerations = [*own, *(toleration for toleration in always if toleration not in own)]
    return _plain(attrs.evolve(wanted, stored={**wanted.stored, "spec": {**spec, "tolerations": tolerations}}))


def _lasting(toleration: JSONObject, always: Sequence[JSONObject]) -> JSONObject:
    """Return a toleration of a template: without its seconds, if it is one that the controller adds."""
    lasting = {name: value for name, value in toleration.items() if value and name != "tolerationSeconds"}
    return lasting if lasting in always else toleration


def _job(wanted: _Wanted) -> MadePod:
    stored = wanted.stored
    if not boolean_at(wanted.spec, "manualSelector", _SPEC):
        stored = _with_metadata(stored, "labels", dict.fromkeys(JOB_NAME, wanted.owner), over=False)
    if text_at(wanted.spec, "completionMode", _SPEC) != "Indexed":
        return _plain(attrs.evolve(wanted, stored=stored))
    name, naming = wanted.named(f"{wanted.owner}-0-{_RANDOM}", PodNaming.MADE_UP)
    index = _TRAILING_INDEX.match(name.removeprefix(wanted.owner))
    return MadePod(_indexed(stored, wanted.owner, index[1] if index else "0", wanted.release), name, naming)


def _indexed(stored: JSONObject, owner: str, index: str, release: Release) -> JSONObject:
    """Return a pod of an indexed Job: it knows its index in an annotation, in a label, in its hostname and in a variable."""
    pod, field = _with_metadata(stored, "annotations", {JOB_INDEX: index}), "annotations"
    if POD_INDEX_LABELS in release:
        pod, field = _with_metadata(pod, "labels", {JOB_INDEX: index}), "labels"
    source = {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.{field}['{JOB_INDEX}']"}}

    def with_index(container: JSONObject, path: FieldPath) -> JSONObject:
        env = [variable for _, variable in objects_at(container, "env", path)]
        if any(text_at(variable, "name", path) == JOB_INDEX_VARIABLE for variable in env):
            return container
        return {**container, "env": [*env, {"name": JOB_INDEX_VARIABLE, "valueFrom": source}]}

    return {**pod, "spec": {**_each_container(_spec(pod), with_index), "hostname": f"{owner}-{index}"}}


def _cron_job(wanted: _Wanted) -> MadePod:
    """Return a pod of a Job of a CronJob, which is named after the time."""
    job = mapping_at(wanted.spec, "jobTemplate", _SPEC) or {}
    spec = mapping_at(job, "spec", _SPEC.child("jobTemplate")) or {}
    return _job(attrs.evolve(wanted, owner=f"{wanted.owner}-{_TIME}", spec=spec))


_MAKERS: Mapping[str, Callable[[_Wanted], MadePod]] = {
    "StatefulSet": _stateful,
    "DaemonSet": _daemon,
    "Job": _job,
    "CronJob": _cron_job,
}
"""The kinds whose pods are more than their template with a name."""


# -------------------------------------------------------------------------------------------------------------------- filled in


def _filled_in(pod: JSONObject) -> JSONObject:
    """Return a pod with what templates do not get: links to services, a ServiceAccount, and requests where there are only limits."""
    linked = default_service_links(default_requests(pod).object).object
    spec = _spec(linked)
    account = text_at(spec, "serviceAccountName", _SPEC) or text_at(spec, "serviceAccount", _SPEC) or DEFAULT_SERVICE_ACCOUNT
    return {**linked, "spec": {**spec, "serviceAccountName": account}}


# ------------------------------------------------------------------------------------------------------------------------ parts


def _spec(pod: JSONObject) -> JSONObject:
    return mapping_at(pod, "spec", ROOT) or {}


def _with_metadata(pod: JSONObject, field: str, entries: Mapping[str, str], *, over: bool = True) -> JSONObject:
    """Return a pod with more labels or annotations; ``over``: they go before those that it has."""
    metadata = mapping_at(pod, "metadata", ROOT) or {}
    own = text_map_at(metadata, field, _METADATA)
    return {**pod, "metadata": {**metadata, field: {**own, **entries} if over else {**entries, **own}}}


def _each_container(spec: JSONObject, change: Callable[[JSONObject, FieldPath], JSONObject]) -> JSONObject:
    """Return ``spec`` with its app and init containers changed."""
    changed = {
        kind.value: [change(container, path) for path, container in objects_at(spec, kind.value, _SPEC)]
        for kind in (ContainerKind.INIT, ContainerKind.APP)
        if spec.get(kind.value) is not None
    }
    return {**spec, **changed}
