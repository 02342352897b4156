"""The environment of a container, put together as the kubelet does it.

Kubernetes keeps the rule in ``makeEnvironmentVariables`` (``pkg/kubelet/kubelet_pods.go``): first ``envFrom``, then ``env``, one entry
after the other, then the variables of services that nothing hides. The first failure ends it. The variables of the image are the
container runtime's business: those of the pod hide them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator

import attrs

from ..apimachinery.errors import MalformedObject, NotFound
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.names import EnvNameMode, validate_env_name
from ..apimachinery.objects import (
    ContainerAt,
    ContainerKind,
    JSONObject,
    Pod,
    boolean_at,
    containers,
    json_type,
    mapping_at,
    objects_at,
    root_object,
    text_at,
    text_map_at,
)
from ..apimachinery.release import LATEST, Change, Release
from ..apimachinery.secret_text import SecretText
from ..golang.text import to_octets, to_text
from .addresses import NO_ADDRESSES, PodAddresses
from .downward_fields import downward_field
from .downward_resources import downward_resource
from .env_file import ENV_FILES, EnvFile, read_env_file_key
from .expansion import MAX_GROWTH
from .failures import EnvironmentFailed, EnvironmentFailure
from .fetched_data import CONFIG_MAP, SECRET, DataKind, FetchedData
from .pod_services import PodServiceVariables
from .sources import EnvironmentSources, SourceUnavailable, path_in_volume
from .variables import Environment, EnvironmentEvent, EnvironmentVariable, ExpandedText, Origin, OriginKind, expand_text, service_variable

__all__ = ["INVALID_NAMES_LEFT_OUT", "EnvironmentSurvey", "compose_environment", "survey_environment"]

INVALID_NAMES_LEFT_OUT = Change(
    since="1.27", until="1.30", summary="the kubelet leaves out what envFrom gives an invalid name, and sends an event about it"
)

CONFIG_SOURCE = "kubernetes.io/config.source"
"""The annotation by which the kubelet knows where it has a pod from."""

API_SOURCE = "api"
HOSTNAME = "HOSTNAME"

_METADATA, _SPEC = ROOT.child("metadata"), ROOT.child("spec")


def compose_environment(
    pod: Pod | JSONObject,
    container: str | ContainerAt,
    sources: EnvironmentSources,
    image_env: Iterable[str] | None = (),
    *,
    hostname: str | None = None,
    release: Release = LATEST,
) -> Environment:
    """Return the environment that the kubelet gives to a container.

    ``pod`` is the stored pod, as ``create_pod`` gives it, ``container`` the name of a container of any kind, an app container if there is
    one, or what ``containers`` yields for it. ``sources`` is what the kubelet can ask. ``image_env`` are the entries ``NAME=value`` of the
    image's configuration, ``None`` where it has none. ``hostname`` is what the runtime sets ``HOSTNAME`` to, see ``pod_hostname``; ``None``
    leaves that out. ``release`` is the node's.

    Raises ``EnvironmentFailed`` where the container would wait with ``CreateContainerConfigError``, ``NotFound`` for a container that the
    pod has not, and ``MalformedObject``.

    >>> from kubecontainers.environment.sources import InMemorySources
    >>> env = [{"name": "LEVEL", "value": "debug"}, {"name": "GREETING", "value": "$(LEVEL) at $(DB_SERVICE_HOST)"}]
    >>> pod = {"spec": {"enableServiceLinks": True, "containers": [{"name": "app", "env": env}]}}
    >>> environment = compose_environment(pod, "app", InMemorySources())
    >>> environment["GREETING"].value, [reference.name for reference in environment["GREETING"].references if reference.origin is None]
    ('debug at $(DB_SERVICE_HOST)', ['DB_SERVICE_HOST'])
    """
    found = _container(root_object(pod), container)
    composer = _Composer(pod, found, sources, _services(pod, sources), release)
    for add in composer.steps():
        add()
    return composer.environment(image_env, hostname)


@attrs.frozen
class EnvironmentSurvey:
    """An environment without the entries that fail, and all that fails; ``failures`` are in the order in which the kubelet would meet them.

    The first of them is what keeps the container from starting.
    """

    environment: Environment
    failures: tuple[EnvironmentFailed, ...]


def survey_environment(
    pod: Pod | JSONObject,
    container: str | ContainerAt,
    sources: EnvironmentSources,
    image_env: Iterable[str] | None = (),
    *,
    hostname: str | None = None,
    release: Release = LATEST,
) -> EnvironmentSurvey:
    """Return what ``compose_environment`` would if the entries that fail were left out, and why they fail.

    The kubelet has no such thing: it stops at the first failure. Raises ``NotFound`` and ``MalformedObject``.

    >>> from kubecontainers.environment.sources import InMemorySources
    >>> level = {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "LEVEL"}}}
    >>> pod = {"spec": {"enableServiceLinks": True, "containers": [{"name": "app", "env": [level, {"name": "A", "value": "1"}]}]}}
    >>> survey = survey_environment(pod, "app", InMemorySources())
    >>> survey.environment.reveal(), [failure.reason.name for failure in survey.failures]
    ({'A': '1'}, ['CONFIG_MAP_NOT_FOUND'])
    """
    found = _container(root_object(pod), container)
    failures: list[EnvironmentFailed] = []
    try:
        services = _services(pod, sources)
    except EnvironmentFailed as error:
        failures.append(error)
        services = PodServiceVariables()
    composer = _Composer(pod, found, sources, services, release)
    for add in composer.steps():
        try:
            add()
        except EnvironmentFailed as error:
            failures.append(error)
    return EnvironmentSurvey(composer.environment(image_env, hostname), tuple(failures))


def _container(pod: JSONObject, name: str | ContainerAt) -> ContainerAt:
    if isinstance(name, ContainerAt):
        return name
    listed = tuple(containers(pod))
    for kind in (ContainerKind.APP, ContainerKind.INIT, ContainerKind.EPHEMERAL):
        for found in listed:
            if found.kind is kind and found.name == name:
                return found
    names = ", ".join(found.name for found in listed)
    raise NotFound("container", name, f"the pod has {names}" if names else "the pod has none")


def _base(image_env: Iterable[str] | None, hostname: str | None) -> FrozenMap[str, EnvironmentVariable]:
    """Return the variables that the runtime sets before those of the pod: the image's, then its own; of a name the last counts."""
    found: dict[str, EnvironmentVariable] = {}
    for position, entry in enumerate(image_env or ()):
        name, value = _image_entry(entry, position)
        found[name] = EnvironmentVariable(name, value, Origin(OriginKind.IMAGE))
    if hostname is not None:
        hides = (found[HOSTNAME],) if HOSTNAME in found else ()
        found[HOSTNAME] = EnvironmentVariable(HOSTNAME, hostname, Origin(OriginKind.RUNTIME), hides=hides)
    return FrozenMap(found)


def _image_entry(entry: object, position: int) -> tuple[str, str]:
    if not isinstance(entry, str):
        raise MalformedObject(f"image_env[{position}]", "a string", json_type(entry))
    name, equals, value = to_text(entry).partition("=")
    if not equals:
        raise MalformedObject(f"image_env[{position}]", "NAME=value", "a string without =")
    return name, value


def _services(pod: JSONObject, sources: EnvironmentSources) -> PodServiceVariables:
    metadata, spec = mapping_at(pod, "metadata", ROOT) or {}, mapping_at(pod, "spec", ROOT) or {}
    links = boolean_at(spec, "enableServiceLinks", _SPEC)
    if links is None:
        path = _SPEC.child("enableServiceLinks")
        raise EnvironmentFailed(EnvironmentFailure.SERVICE_LINKS_UNSET, path, hint="the API server sets it: create the pod first")
    is_static = text_map_at(metadata, "annotations", _METADATA).get(CONFIG_SOURCE, API_SOURCE) != API_SOURCE
    if not is_static and not sources.services_synced:
        raise EnvironmentFailed(EnvironmentFailure.SERVICES_NOT_SYNCED)
    try:
        return sources.service_variables(text_at(metadata, "namespace", _METADATA), enable_service_links=links)
    except SourceUnavailable as error:
        problem = str(error)
    raise EnvironmentFailed(EnvironmentFailure.SERVICE_LIST_FAILED, hint=problem)


_Found = tuple[str | SecretText, Origin]
"""The value of a variable, and where it comes from."""


class _Composer:
    """Takes the entries of ``envFrom`` and ``env`` one after the other."""

    def __init__(
        self, pod: JSONObject, container: ContainerAt, sources: EnvironmentSources, services: PodServiceVariables, release: Release
    ) -> None:
        namespace = text_at(mapping_at(pod, "metadata", ROOT) or {}, "namespace", _METADATA)
        self.own: dict[str, EnvironmentVariable] = {}
        self.services = services
        self.release = release
        self._pod = pod
        self._container = container
        self._sources = sources
        self._data = FetchedData(namespace, sources)
        self._files: dict[tuple[str, str], EnvFile | None] = {}
        self._room = MAX_GROWTH
        self._hidden: dict[str, list[EnvironmentVariable]] = {}
        self._events: list[EnvironmentEvent] = []

    def steps(self) -> Iterator[Callable[[], None]]:
        """Yield what is to be done, one entry after the other; each step raises ``EnvironmentFailed`` where the kubelet stops."""
        for at, entry in objects_at(self._container.container, "envFrom", self._container.path):
            yield functools.partial(self._add_all, entry, at)
        for at, entry in objects_at(self._container.container, "env", self._container.path):
            yield functools.partial(self._add, entry, at)

    def environment(self, image_env: Iterable[str] | None, hostname: str | None) -> Environment:
        """Return the variables so far, each with what it hides: earlier ones, that of a service, that of the image or the runtime."""
        base = _base(image_env, hostname)
        own = FrozenMap({name: attrs.evolve(found, hides=tuple(self._hides(name, base))) for name, found in self.own.items()})
        return Environment(own, self.services, base, tuple(self._events), self.release)

    def _hides(self, name: str, base: FrozenMap[str, EnvironmentVariable]) -> Iterator[EnvironmentVariable]:
        yield from reversed(self._hidden.get(name, ()))
        if name in self.services:
            yield service_variable(self.services, name)
        if name in base:
            yield attrs.evolve(base[name], hides=())
            yield from base[name].hides

    def _assign(self, variable: EnvironmentVariable) -> None:
        if variable.name in self.own:
            self._hidden.setdefault(variable.name, []).append(self.own[variable.name])
        self.own[variable.name] = variable

    def _add_all(self, entry: JSONObject, at: FieldPath) -> None:
        """Take an entry of ``envFrom``. Where it names both a ConfigMap and a Secret, the Secret is not looked at."""
        for data in (CONFIG_MAP, SECRET):
            reference = mapping_at(entry, data.all_field, at)
            if reference is not None:
                self._add_keys(data, reference, text_at(entry, "prefix", at), at)
                return

    def _add_keys(self, data: DataKind, reference: JSONObject, prefix: str, at: FieldPath) -> None:
        found = self._data.fetch(data, reference, at.child(data.all_field))
        if found is None:
            return
        left_out: list[str] = []
        for key, value in found.values.items():
            name = prefix + key
            if INVALID_NAMES_LEFT_OUT in self.release and validate_env_name(name, mode=EnvNameMode.STRICT):
                left_out.append(name)
            else:
                self._assign(EnvironmentVariable(name, value, Origin(data.kind, found.subject, key, at)))
        if left_out:
            self._events.append(EnvironmentEvent(tuple(sorted(left_out, key=to_octets)), Origin(data.kind, found.subject, path=at)))

    def _add(self, entry: JSONObject, at: FieldPath) -> None:
        """Take an entry of ``env``. A value that is not empty goes before a source; values that come from a source are not expanded."""
        name, value = text_at(entry, "name", at), text_at(entry, "value", at)
        source = None if value else mapping_at(entry, "valueFrom", at)
        if source is not None:
            found = self._from_source(source, at)
            if found is not None:
                self._assign(EnvironmentVariable(name, found[0], found[1]))
            return
        expanded = self._expanded(value, at)
        self._assign(EnvironmentVariable(name, expanded.value, Origin(OriginKind.VALUE, path=at), expanded.references))

    def _expanded(self, text: str, at: FieldPath) -> ExpandedText:
        """Return a text with its references replaced, as long as all texts together do not grow too large."""
        try:
            expanded = expand_text(text, self, self._room)
        except EnvironmentFailed as error:
            failed = EnvironmentFailed(error.reason, at.child("value"))
        else:
            self._room -= max(0, len(expanded.reveal()) - len(text))
            return expanded
        raise failed

    @functools.cached_property
    def _addresses(self) -> PodAddresses:
        """The addresses, asked for once; none where they cannot be had."""
        try:
            return self._sources.addresses(self._pod)
        except SourceUnavailable:
            return NO_ADDRESSES

    def _from_source(self, source: JSONObject, at: FieldPath) -> _Found | None:
        """Return what a variable gets from the first source that is set, ``None`` where that is optional and not there."""
        for field, read in (
            ("fieldRef", self._field),
            ("resourceFieldRef", self._resource),
            ("configMapKeyRef", self._config_map_key),
            ("secretKeyRef", self._secret_key),
            ("fileKeyRef", self._file_key),
        ):
            reference = mapping_at(source, field, at.child("valueFrom"))
            if reference is not None and (field != "fileKeyRef" or ENV_FILES in self.release):
                return read(reference, at, at.child("valueFrom", field))
        return "", Origin(OriginKind.VALUE, path=at)

    def _field(self, reference: JSONObject, at: FieldPath, path: FieldPath) -> _Found:
        field = text_at(reference, "fieldPath", path)
        version = text_at(reference, "apiVersion", path)
        value = downward_field(self._pod, field, api_version=version, addresses=self._addresses, path=path, release=self.release)
        return value, Origin(OriginKind.FIELD, field, path=at)

    def _resource(self, reference: JSONObject, at: FieldPath, path: FieldPath) -> _Found:
        resource, other = text_at(reference, "resource", path), text_at(reference, "containerName", path)
        node = self._addresses.node
        value = downward_resource(self._pod, self._container, reference, node=node, path=path, release=self.release)
        return value, Origin(OriginKind.RESOURCE, f"{resource} of {other}" if other else resource, path=at)

    def _config_map_key(self, reference: JSONObject, at: FieldPath, path: FieldPath) -> _Found | None:
        return self._data_key(CONFIG_MAP, reference, at, path)

    def _secret_key(self, reference: JSONObject, at: FieldPath, path: FieldPath) -> _Found | None:
        return self._data_key(SECRET, reference, at, path)

    def _data_key(self, data: DataKind, reference: JSONObject, at: FieldPath, path: FieldPath) -> _Found | None:
        found = self._data.fetch(data, reference, path)
        if found is None:
            return None
        key = text_at(reference, "key", path)
        if key in found.values:
            return found.values[key], Origin(data.kind, found.subject, key, at)
        if boolean_at(reference, "optional", path):
            return None
        raise EnvironmentFailed(data.key_not_found, path, found.subject, key=key)

    def _file_key(self, reference: JSONObject, at: FieldPath, path: FieldPath) -> _Found | None:
        volume, key = text_at(reference, "volumeName", path), text_at(reference, "key", path)
        place = path_in_volume(text_at(reference, "path", path))
        subject = f"{volume}/{place}"
        optional = boolean_at(reference, "optional", path) or False
        file = self._file(volume, place, path)
        value = read_env_file_key(file, key, optional=optional, path=path, subject=subject, release=self.release)
        return None if value is None else (value, Origin(OriginKind.FILE, subject, key, at))

    def _file(self, volume: str, place: str, path: FieldPath) -> EnvFile | None:
        """Return a file of a mounted volume, each read once; ``None`` where it cannot be opened."""
        if (volume, place) not in self._files:
            content = self._content(volume, place, path)
            self._files[volume, place] = None if content is None else EnvFile(content, release=self.release)
        return self._files[volume, place]

    def _content(self, volume: str, place: str, path: FieldPath) -> bytes | None:
        try:
            files = self._sources.volume_files(volume)
        except SourceUnavailable:
            return None
        if files is None:
            raise EnvironmentFailed(EnvironmentFailure.VOLUME_NOT_FOUND, path, volume)
        return files.get(place)
