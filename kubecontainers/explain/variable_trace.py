"""Which values of a container's variables are known before the pod runs, and which references in them stay as they are.

A value is not known if it comes out otherwise in another pod, if its source is not among the objects, or if it refers to such a variable.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import ContainerAt, JSONObject, mapping_at, objects_at, text_at
from ..environment.composition import EnvironmentSurvey
from ..environment.variables import Environment, EnvironmentVariable
from .core_objects import coordinate
from .environment_objects import EnvironmentObjects

__all__ = ["OpenSources", "ReferenceFact", "Trace", "env_position", "trace_variables"]

_SERVICE_NAME = re.compile("[^a-z]+_(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)")
"""What variables of services are called."""

_API_SERVER = "KUBERNETES_"
_OF_IMAGE = frozenset({"PATH", "HOME", "HOSTNAME"})

_REFERENCES = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
_SOURCES = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))

MOST_CANDIDATES = 100
MOST_SEARCHED = 50
MOST_NAMED = 3
CLOSE = 0.8


@attrs.frozen
class OpenSources:
    """What may set variables and is not among the objects.

    ``named`` are ConfigMaps and Secrets of ``envFrom``; ``services`` says whether Services may, of which none are known.
    """

    namespace: str
    objects: EnvironmentObjects
    named: tuple[str, ...] = ()
    services: bool = False

    @classmethod
    def of(cls, found: ContainerAt, pod: JSONObject, objects: EnvironmentObjects) -> OpenSources:
        """Return those of a container of a pod, which is one as it runs. Raises ``MalformedObject``."""
        spec = mapping_at(pod, "spec", ROOT) or {}
        empty = cls(coordinate(pod, "namespace"), objects, services=not objects.has_services and spec.get("enableServiceLinks") is True)
        entries = objects_at(found.container, "envFrom", found.path)
        named = [name for at, entry in entries for name in empty.absent(entry, at, _SOURCES)]
        return attrs.evolve(empty, named=tuple(dict.fromkeys(named)))

    def absent(self, holder: JSONObject, at: FieldPath, fields: tuple[tuple[str, str], ...]) -> Iterator[str]:
        """Yield the object that an entry names, if that is not among those given."""
        for field, kind in fields:
            reference = mapping_at(holder, field, at)
            if reference is not None:
                name = text_at(reference, "name", at.child(field))
                known = self.objects.known.config_maps if kind == "ConfigMap" else self.objects.known.secrets
                if (self.namespace, name) not in known:
                    yield f"{kind} {name}"
                return

    def may_set(self, name: str) -> bool:
        """Return whether something that is not known may set a variable."""
        return bool(self.named) or self.is_of_service(name)

    def is_of_service(self, name: str) -> bool:
        """Return whether a Service that is not known may set a variable."""
        is_open = self.services or name.startswith(_API_SERVER)
        return is_open and _SERVICE_NAME.fullmatch(name) is not None


@attrs.frozen
class ReferenceFact:
    """A reference that stays as it is, as far as the objects tell.

    ``where`` is the variable, or the argument, that has it. ``is_later``: a later entry of ``env`` sets it; ``is_of_image``: it means a
    variable of the image or the runtime. ``sources`` are what is not among the objects and may set it, ``close`` is a variable of nearly
    this name, empty where there is none.
    """

    where: str
    name: str
    path: FieldPath
    is_later: bool = False
    is_of_image: bool = False
    sources: tuple[str, ...] = ()
    close: str = ""


@attrs.frozen
class Trace:
    """What is known: ``later`` are the variables whose values are known when a pod runs, ``references`` those that stay as they are.

    ``lost`` counts, for a variable, the earlier values in ``env`` that no other value refers to.
    """

    later: frozenset[str]
    references: tuple[ReferenceFact, ...]
    lost: Mapping[str, int] = attrs.field(hash=False)
    open: OpenSources = attrs.field(eq=False)


def env_position(path: FieldPath, field: str = "env") -> int | None:
    """Return which entry of a list a path leads to or into, ``None`` for one elsewhere."""
    parts = path.parts
    position = parts[parts.index(field) + 1] if field in parts else None
    return position if isinstance(position, int) else None


def trace_variables(found: ContainerAt, surveys: tuple[EnvironmentSurvey, EnvironmentSurvey], sources: OpenSources) -> Trace:
    """Return what is known of the variables of a container in two pods. Raises ``MalformedObject``."""
    tracer = _Tracer(found, surveys, sources)
    for position, (at, entry) in enumerate(objects_at(found.container, "env", found.path)):
        tracer.take(position, at, entry)
    return Trace(frozenset(tracer.unknown), tuple(tracer.references), dict(tracer.lost), sources)


def _assigned(environment: Environment) -> dict[int, EnvironmentVariable]:
    """Return the values that entries of ``env`` set, by the position of the entry, whether they are hidden or not."""
    found: dict[int, EnvironmentVariable] = {}
    for variable in environment.own.values():
        for value in (variable, *variable.hides):
            position = env_position(value.origin.path)
            if position is not None:
                found[position] = value
    return found


class _Tracer:
    """Goes through ``env``, one entry after the other, as the kubelet does."""

    def __init__(self, found: ContainerAt, surveys: tuple[EnvironmentSurvey, EnvironmentSurvey], sources: OpenSources) -> None:
        first, second = (survey.environment for survey in surveys)
        names = [text_at(entry, "name", at) for at, entry in objects_at(found.container, "env", found.path)]
        self.unknown: set[str] = set()
        self.references: list[ReferenceFact] = []
        self.lost: dict[str, int] = {}
        self._sources = sources
        self._last = {name: position for position, name in enumerate(names)}
        self._first, self._second = _assigned(first), _assigned(second)
        self._unread: set[str] = set()
        self._environments = first, second
        self._failed = {env_position(failure.path) for failure in surveys[0].failures}
        self._candidates = [*first.own][:MOST_CANDIDATES]
        self._close: dict[str, str] = {}

    def take(self, position: int, at: FieldPath, entry: JSONObject) -> None:
        """Take an entry of ``env``."""
        name, variable = text_at(entry, "name", at), self._first.get(position)
        if variable is None:
            source = mapping_at(entry, "valueFrom", at) or {}
            if position in self._failed or any(self._sources.absent(source, at.child("valueFrom"), _REFERENCES)):
                self.unknown.add(name)
            return
        other = self._second.get(position)
        is_unknown = other is None or other.value != variable.value
        for reference in dict.fromkeys(variable.references):
            self._unread.discard(reference.name)
            if reference.name in self.unknown or self._is_service_unknown(reference.name, is_resolved=reference.origin is not None):
                is_unknown = True
            elif reference.origin is None:
                is_unknown = is_unknown or self._sources.may_set(reference.name)
                self._refer(position, at, name, reference.name)
        if name in self._unread:
            self.lost[name] = self.lost.get(name, 0) + 1
        self._unread.add(name)
        (self.unknown.add if is_unknown else self.unknown.discard)(name)

    def _is_service_unknown(self, name: str, *, is_resolved: bool) -> bool:
        """Return whether a reference means a variable of a service whose address is made up."""
        first, second = self._environments
        return is_resolved and name not in first.own and first.services.get(name) != second.services.get(name)

    def _refer(self, position: int, at: FieldPath, where: str, name: str) -> None:
        sources = (*self._sources.named, *(("a Service",) if self._sources.is_of_service(name) else ()))
        if self._sources.is_of_service(name) and name.startswith(_API_SERVER):
            return  # in every cluster, and in no manifest
        is_later = self._last.get(name, -1) > position
        is_of_image = name == where or name in _OF_IMAGE
        self.references.append(
            ReferenceFact(where, name, at.child("value"), is_later, is_of_image and not is_later, sources, self._close_to(name))
        )

    def _close_to(self, name: str) -> str:
        if name not in self._close and len(self._close) < MOST_SEARCHED:
            self._close[name] = "".join(difflib.get_close_matches(name, self._candidates, 1, CLOSE))
        return self._close.get(name, "")
