"""API objects as JSON: the fields that are read here, how they are read, and the pod template of a workload.

Objects are the mappings that a client or a webhook holds, camelCase keys as on the wire. They are never changed. A field that is ``null``
counts as absent, as in Go; one of the wrong type raises ``MalformedObject``, where the API server would not decode the object.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

import attrs

from ..golang.text import to_text
from .errors import MalformedObject
from .fields import ROOT, SPEC, FieldPath

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = [
    "ConfigMap",
    "Container",
    "ContainerAt",
    "ContainerKind",
    "EnvFromSource",
    "EnvVar",
    "ImageVolumeSource",
    "JSONObject",
    "Node",
    "ObjectMeta",
    "Pod",
    "PodSpec",
    "PodTemplateAt",
    "Secret",
    "Service",
    "ServicePort",
    "Volume",
    "VolumeMount",
    "boolean_at",
    "containers",
    "integer_at",
    "is_list",
    "is_object",
    "list_at",
    "mapping_at",
    "objects_at",
    "objects_with",
    "pod_spec",
    "pod_template",
    "root_object",
    "spec_objects",
    "text_at",
    "text_map_at",
    "texts_at",
    "volumes",
]

JSONObject = Mapping[str, object]
"""A JSON object; a typed dict is one too."""


class ObjectMeta(TypedDict, total=False):
    """``metadata`` of an object."""

    name: str
    generateName: str
    namespace: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class VolumeMount(TypedDict, total=False):
    """An entry of ``volumeMounts``: a volume, and where the container sees it."""

    name: str
    mountPath: str
    subPath: str
    subPathExpr: str


class EnvVar(TypedDict, total=False):
    """An entry of ``env``: a variable with its value, or where that comes from."""

    name: str
    value: str
    valueFrom: JSONObject


class EnvFromSource(TypedDict, total=False):
    """An entry of ``envFrom``: a ConfigMap or Secret each of whose keys becomes a variable."""

    prefix: str
    configMapRef: JSONObject
    secretRef: JSONObject


class Container(TypedDict, total=False):
    """A container of any kind; ``targetContainerName`` is of ephemeral ones."""

    name: str
    image: str
    command: Sequence[str]
    args: Sequence[str]
    env: Sequence[EnvVar]
    envFrom: Sequence[EnvFromSource]
    resources: JSONObject
    imagePullPolicy: str
    volumeMounts: Sequence[VolumeMount]
    ports: Sequence[JSONObject]
    lifecycle: JSONObject
    livenessProbe: JSONObject
    readinessProbe: JSONObject
    startupProbe: JSONObject
    restartPolicy: str
    targetContainerName: str


class ImageVolumeSource(TypedDict, total=False):
    """``image`` of a volume: an image mounted as files."""

    reference: str
    pullPolicy: str


class Volume(TypedDict, total=False):
    """An entry of ``volumes``; of its sources those that are looked into."""

    name: str
    emptyDir: JSONObject
    image: ImageVolumeSource


class LocalObjectReference(TypedDict, total=False):
    """The name of an object in the same namespace."""

    name: str


class PodSpec(TypedDict, total=False):
    """``spec`` of a pod."""

    initContainers: Sequence[Container]
    containers: Sequence[Container]
    ephemeralContainers: Sequence[Container]
    volumes: Sequence[Volume]
    imagePullSecrets: Sequence[LocalObjectReference]
    enableServiceLinks: bool
    hostNetwork: bool
    restartPolicy: str
    terminationGracePeriodSeconds: int
    os: JSONObject
    hostname: str
    subdomain: str
    setHostnameAsFQDN: bool
    hostnameOverride: str
    nodeName: str
    serviceAccountName: str


class Pod(TypedDict, total=False):
    """A pod, or a pod template: it has the same two fields."""

    metadata: ObjectMeta
    spec: PodSpec


class ConfigMap(TypedDict, total=False):
    """Texts by their keys."""

    metadata: ObjectMeta
    data: Mapping[str, str]


class Secret(TypedDict, total=False):
    """Secret bytes by their keys, in base64; ``stringData``, texts, is only ever written."""

    metadata: ObjectMeta
    type: str
    data: Mapping[str, str]
    stringData: Mapping[str, str]


class ServicePort(TypedDict, total=False):
    """An entry of a Service's ``ports``."""

    name: str
    port: int
    protocol: str


class ServiceSpec(TypedDict, total=False):
    """``spec`` of a Service."""

    clusterIP: str
    ports: Sequence[ServicePort]


class Service(TypedDict, total=False):
    """A Service: one address for many pods."""

    metadata: ObjectMeta
    spec: ServiceSpec


class Node(TypedDict, total=False):
    """A node; ``status`` has its addresses and what it can allocate."""

    metadata: ObjectMeta
    status: JSONObject


class ContainerKind(enum.Enum):
    """The lists that hold containers, in the order in which Kubernetes walks them; the values are their fields."""

    INIT = "initContainers"
    APP = "containers"
    EPHEMERAL = "ephemeralContainers"


@attrs.frozen
class ContainerAt:
    """A container and where it stands."""

    kind: ContainerKind
    path: FieldPath
    container: JSONObject = attrs.field(hash=False)

    @property
    def name(self) -> str:
        """The container's name, empty where it has none."""
        return text_at(self.container, "name", self.path)


@attrs.frozen
class PodTemplateAt:
    """The pod, or the template of pods, in an object, and where it stands.

    ``served_version`` is the API version in which every covered release serves the kind; ``served`` says whether the object is of it.
    ``claims`` are the names of a StatefulSet's claim templates, for each of which its pods get a volume.
    """

    path: FieldPath
    pod: JSONObject = attrs.field(hash=False)
    served_version: str = "v1"
    served: bool = True
    claims: tuple[str, ...] = ()


def is_object(value: object) -> TypeIs[JSONObject]:
    """Return whether a JSON value is an object."""
    return type(value) is dict or isinstance(value, Mapping)  # a dict nearly always, and to ask for a Mapping takes longer


def is_list(value: object) -> TypeIs[Sequence[object]]:
    """Return whether a JSON value is a list."""
    return type(value) is list or (isinstance(value, Sequence) and not isinstance(value, str | bytes))


def root_object(value: object, path: FieldPath = ROOT) -> JSONObject:
    """Return the object that ``value``, which stands at ``path``, has to be. Raises ``MalformedObject`` if it is none."""
    if type(value) is dict or is_object(value):
        return value  # pyright: ignore[reportUnknownVariableType]  (a dict nearly always, and a call takes longer)
    raise _malformed(path, "an object", value)


def mapping_at(parent: JSONObject, key: str, path: FieldPath) -> JSONObject | None:
    """Return the object in the field ``key`` of ``parent``, which stands at ``path``; ``None`` where there is none.

    Raises ``MalformedObject``, as the other readers do.
    """
    value = parent.get(key)
    if value is None or type(value) is dict or is_object(value):
        return value  # pyright: ignore[reportUnknownVariableType]  (as in root_object)
    raise _malformed(path.child(key), "an object", value)


def list_at(parent: JSONObject, key: str, path: FieldPath) -> Sequence[object]:
    """Return the list in a field, empty where there is none."""
    value = parent.get(key)
    if value is None:
        return ()
    if type(value) is list or is_list(value):
        return value  # pyright: ignore[reportUnknownVariableType]  (as in root_object)
    raise _malformed(path.child(key), "a list", value)


def text_at(parent: JSONObject, key: str, path: FieldPath) -> str:
    """Return the text in a field, empty where there is none."""
    value = parent.get(key)
    if value is None:
        return ""
    if isinstance(value, str):
        return value if value.isascii() else to_text(value)  # nearly always, and a call takes longer
    raise _malformed(path.child(key), "a string", value)


def boolean_at(parent: JSONObject, key: str, path: FieldPath) -> bool | None:
    """Return the boolean in a field, ``None`` where there is none."""
    value = parent.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise _malformed(path.child(key), "a boolean", value)


def integer_at(parent: JSONObject, key: str, path: FieldPath, *, bits: int = 64) -> int:
    """Return the integer of so many bits in a field, 0 where there is none; as in Go, 1.0 is none."""
    value = parent.get(key)
    if value is None:
        return 0
    if isinstance(value, int) and not isinstance(value, bool) and -(1 << bits - 1) <= value < 1 << bits - 1:
        return value
    raise MalformedObject(str(path.child(key)), f"an integer of {bits} bits", json_type(value))


def text_map_at(parent: JSONObject, key: str, path: FieldPath) -> dict[str, str]:
    """Return the map of texts in a field, empty where there is none."""
    values = mapping_at(parent, key, path) or {}
    found: dict[str, str] = {}
    for name, value in values.items():
        if type(value) is str and value.isascii() and name.isascii():  # nearly always
            found[name] = value
        else:
            found[to_text(name)] = text_at(values, name, path.child(key))
    return found


def texts_at(parent: JSONObject, key: str, path: FieldPath) -> tuple[str, ...]:
    """Return the texts of the list in a field; ``null`` is an empty text, as in Go."""
    texts: list[str] = []
    for position, entry in enumerate(list_at(parent, key, path)):
        if entry is not None and not isinstance(entry, str):
            raise _malformed(path.child(key).index(position), "a string", entry)
        texts.append("" if entry is None else to_text(entry))
    return tuple(texts)


def objects_at(parent: JSONObject, key: str, path: FieldPath) -> Iterator[tuple[FieldPath, JSONObject]]:
    """Yield the objects of the list in a field, each with its path; ``null`` is an empty object, as in Go."""
    entries = list_at(parent, key, path)
    if entries:
        whole = path.child(key)
        for position, entry in enumerate(entries):
            at = whole.index(position)
            yield at, _entry(entry, at)


def objects_with(parent: JSONObject, key: str, field: str, path: FieldPath) -> Iterator[tuple[FieldPath, JSONObject]]:
    """Yield those objects of the list in the field ``key`` that have a ``field`` themselves, each with its path."""
    for position, entry in enumerate(list_at(parent, key, path)):
        if entry is None or (is_object(entry) and entry.get(field) is None):
            continue
        at = path.child(key).index(position)
        yield at, _entry(entry, at)


def _entry(entry: object, path: FieldPath) -> JSONObject:
    if type(entry) is dict or is_object(entry):
        return entry  # pyright: ignore[reportUnknownVariableType]  (as in root_object)
    if entry is None:
        return {}
    raise _malformed(path, "an object", entry)


_CONTAINER_LISTS = tuple((kind.value, kind) for kind in ContainerKind)

_KEPT_PATHS = 16
_PATHS = {
    key: tuple(SPEC.child(key).index(position) for position in range(_KEPT_PATHS))
    for key in (*(kind.value for kind in ContainerKind), "volumes")
}
"""The paths of the first entries of the lists that are walked most: to make them takes longer than the walk."""


def spec_objects(spec: JSONObject, key: str, path: FieldPath) -> Iterator[tuple[FieldPath, JSONObject]]:
    """Yield what ``objects_at`` does, of a list of containers or of volumes in the spec of a pod, which stands at ``path``."""
    entries = list_at(spec, key, path)
    if not entries:
        return
    if path is not SPEC or len(entries) > _KEPT_PATHS:
        yield from objects_at(spec, key, path)
        return
    for at, entry in zip(_PATHS[key], entries, strict=False):
        yield at, _entry(entry, at)


def pod_spec(pod: Pod | JSONObject, path: FieldPath = ROOT) -> tuple[JSONObject, FieldPath]:
    """Return the spec of a pod, or of a template, which stands at ``path``, and the place of the spec; empty where there is none.

    >>> pod_spec({"spec": {"hostNetwork": True}})
    ({'hostNetwork': True}, FieldPath('spec'))
    """
    return mapping_at(root_object(pod), "spec", path) or {}, SPEC if path is ROOT else path.child("spec")


def containers(pod: Pod | JSONObject, *, path: FieldPath = ROOT) -> Iterator[ContainerAt]:
    """Yield every container of a pod: init, app, ephemeral.

    ``path`` is where the pod stands in its object.

    >>> pod = {"spec": {"containers": [{"name": "app"}], "initContainers": [{"name": "setup"}]}}
    >>> [(found.name, str(found.path)) for found in containers(pod)]
    [('setup', 'spec.initContainers[0]'), ('app', 'spec.containers[0]')]
    """
    spec, at = pod_spec(pod, path)
    for key, kind in _CONTAINER_LISTS:
        if spec.get(key) is not None:
            for container_path, container in spec_objects(spec, key, at):
                yield ContainerAt(kind, container_path, container)


def volumes(pod: Pod | JSONObject, *, path: FieldPath = ROOT) -> Iterator[tuple[FieldPath, JSONObject]]:
    """Yield every volume of a pod with its path."""
    spec, at = pod_spec(pod, path)
    return spec_objects(spec, "volumes", at)


# ------------------------------------------------------------------------------------------------------------ pod templates

_TEMPLATE = ("spec", "template")
_TEMPLATE_PATHS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Pod": ("v1", ()),
    "PodTemplate": ("v1", ("template",)),
    "ReplicationController": ("v1", _TEMPLATE),
    "Deployment": ("apps/v1", _TEMPLATE),
    "ReplicaSet": ("apps/v1", _TEMPLATE),
    "DaemonSet": ("apps/v1", _TEMPLATE),
    "StatefulSet": ("apps/v1", _TEMPLATE),
    "Job": ("batch/v1", _TEMPLATE),
    "CronJob": ("batch/v1", ("spec", "jobTemplate", *_TEMPLATE)),
}
"""Kind to the API version that every covered release serves, and the path of its pod template."""

_ONCE_IN_EXTENSIONS = frozenset({"Deployment", "ReplicaSet", "DaemonSet"})


def pod_template(obj: JSONObject) -> PodTemplateAt | None:
    """Return the pod template of an object, the object itself where it is a pod; ``None`` where it makes no pods.

    Known are Pod, PodTemplate, ReplicationController, Deployment, ReplicaSet, DaemonSet, StatefulSet, Job and CronJob of Kubernetes' own
    API groups; an object without ``apiVersion`` is taken by its kind.

    >>> str(pod_template({"apiVersion": "batch/v1", "kind": "CronJob"}).path)
    'spec.jobTemplate.spec.template'
    """
    kind, version = text_at(root_object(obj), "kind", ROOT), text_at(obj, "apiVersion", ROOT)
    served, names = _TEMPLATE_PATHS.get(kind, ("", ()))
    groups = {_group(served), "extensions"} if kind in _ONCE_IN_EXTENSIONS else {_group(served)}
    if not served or (version and _group(version) not in groups):
        return None
    found, path = obj, ROOT
    for name in names:
        found = mapping_at(found, name, path) or {}
        path = path.child(name)
    claims = tuple(_claims(obj)) if kind == "StatefulSet" else ()
    return PodTemplateAt(path, found, served, version in {"", served}, claims)


def _claims(stateful_set: JSONObject) -> Iterator[str]:
    spec = mapping_at(stateful_set, "spec", ROOT) or {}
    for path, claim in objects_at(spec, "volumeClaimTemplates", ROOT.child("spec")):
        yield text_at(mapping_at(claim, "metadata", path) or {}, "name", path.child("metadata"))


def _group(version: str) -> str:
    return version.rpartition("/")[0]


def _malformed(path: FieldPath, expected: str, found: object) -> MalformedObject:
    return MalformedObject(str(path), expected, json_type(found))


def json_type(value: object) -> str:
    """Return the JSON type of a value in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    if is_object(value):
        return "an object"
    return "a list" if is_list(value) else f"a Python {type(value).__name__}"
