"""The environment of a container as a value: its variables, each with where it comes from and what it hides."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Protocol

import attrs

from ..apimachinery.events import EventType
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import LATEST, Release
from ..apimachinery.secret_text import SecretText
from ..golang.text import to_text
from .expansion import MAX_GROWTH, expand_with
from .pod_services import PodServiceVariables

__all__ = ["Environment", "EnvironmentEvent", "EnvironmentVariable", "ExpandedText", "Origin", "OriginKind", "Reference"]


class OriginKind(enum.Enum):
    """What a value comes out of."""

    IMAGE = "image"
    RUNTIME = "container runtime"
    VALUE = "manifest"
    CONFIG_MAP = "ConfigMap"
    SECRET = "Secret"  # noqa: S105
    FIELD = "field"
    RESOURCE = "resource"
    FILE = "file"
    SERVICE = "service"


@attrs.frozen
class Origin:
    """Where a value comes from.

    ``subject`` is the object as ``namespace/name``, the field, the resource or the file; ``key`` the key in it, ``path`` the entry of
    ``env`` or ``envFrom`` that asks for it. Each is empty where there is none.

    >>> print(Origin(OriginKind.CONFIG_MAP, "shop/settings", "LEVEL"))
    ConfigMap shop/settings, key LEVEL
    """

    kind: OriginKind
    subject: str = ""
    key: str = ""
    path: FieldPath = ROOT

    def to_json(self) -> JSONObject:
        """Return the origin as JSON."""
        return {"kind": self.kind.name, "subject": self.subject, "key": self.key, "path": str(self.path)}

    def __str__(self) -> str:
        key = f", key {self.key}" if self.key else ""
        return f"{self.kind.value} {self.subject}".rstrip() + key


@attrs.frozen
class Reference:
    """A reference ``$(name)`` in a text: ``origin`` is that of the variable whose value it becomes, ``None`` where it stays as it is."""

    name: str
    origin: Origin | None


@attrs.frozen
class ExpandedText:
    """A text after the references in it became values; ``value`` is wrapped where a Secret has part in it."""

    value: str | SecretText
    references: tuple[Reference, ...] = ()

    def reveal(self) -> str:
        """Return the text, whether it is secret or not."""
        return _revealed(self.value)

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The names of the references that stay as they are."""
        return _unresolved(self.references)


@attrs.frozen
class EnvironmentVariable:
    """A variable of a container.

    ``value`` is wrapped where a Secret has part in it: itself, or through a reference. Bytes that are not UTF-8 stand in it as
    ``surrogateescape`` has them. ``references`` are those in a value of the manifest, from left to right. ``hides`` are the variables of
    the same name whose place it takes, the one that came last first.
    """

    name: str
    value: str | SecretText
    origin: Origin
    references: tuple[Reference, ...] = ()
    hides: tuple[EnvironmentVariable, ...] = ()

    def reveal(self) -> str:
        """Return the value, whether it is secret or not."""
        return _revealed(self.value)

    @property
    def is_secret(self) -> bool:
        """Whether a Secret has part in the value."""
        return isinstance(self.value, SecretText)

    @property
    def unresolved(self) -> tuple[str, ...]:
        """The names of the references that stay as they are."""
        return _unresolved(self.references)


def _revealed(value: str | SecretText) -> str:
    return value.reveal() if isinstance(value, SecretText) else value


def _unresolved(references: tuple[Reference, ...]) -> tuple[str, ...]:
    return tuple(reference.name for reference in references if reference.origin is None)


@attrs.frozen
class EnvironmentEvent:
    """An event that the kubelet sends while it composes an environment: names of ``envFrom`` that it leaves out.

    ``keys`` are these names with their prefix, sorted byte by byte; ``origin`` names the ConfigMap or Secret.
    """

    keys: tuple[str, ...]
    origin: Origin
    type: EventType = EventType.WARNING
    reason: str = "InvalidEnvironmentVariableNames"

    @property
    def message(self) -> str:
        """The text of the event, Kubernetes' own."""
        kind = "configMap" if self.origin.kind is OriginKind.CONFIG_MAP else "secret"
        keys, subject = ", ".join(self.keys), self.origin.subject
        return f"Keys [{keys}] from the EnvFrom {kind} {subject} were skipped since they are considered invalid environment variable names."


@attrs.frozen(repr=False)
class Environment(Mapping[str, EnvironmentVariable]):
    """The variables of a container by name.

    ``base`` is what the pod's own variables hide, those of the image and the runtime; ``own`` are those of ``envFrom`` and ``env``;
    ``services`` those of services, shared by all pods of a namespace. The order, which Kubernetes leaves open, is this one: ``envFrom`` and
    ``env`` as they are written, services by their names. ``events`` are what the kubelet sends.
    """

    own: FrozenMap[str, EnvironmentVariable]
    services: PodServiceVariables = attrs.field(factory=PodServiceVariables)
    base: FrozenMap[str, EnvironmentVariable] = attrs.field(factory=lambda: FrozenMap[str, EnvironmentVariable]({}))
    events: tuple[EnvironmentEvent, ...] = ()
    release: Release = LATEST

    def __getitem__(self, name: str) -> EnvironmentVariable:
        own = self.own.get(name)
        if own is not None:
            return own
        if name in self.services:
            hidden = (self.base[name],) if name in self.base else ()
            return attrs.evolve(service_variable(self.services, name), hides=hidden)
        return self.base[name]

    def __contains__(self, name: object) -> bool:
        return name in self.own or name in self.services or name in self.base

    def __iter__(self) -> Iterator[str]:
        yield from (name for name in self.base if name not in self.own and name not in self.services)
        yield from self.own
        yield from (name for name in self.services if name not in self.own)

    def __len__(self) -> int:
        hidden = sum(name in self.services for name in self.own)
        base = sum(name not in self.own and name not in self.services for name in self.base)
        return base + len(self.own) + len(self.services) - hidden

    def __repr__(self) -> str:
        return f"Environment({len(self.own)} own, {len(self.services)} of services, {len(self.base)} of image and runtime)"

    def reveal(self) -> dict[str, str]:
        """Return every value by its name, secret ones too.

        Bytes that are not UTF-8 stand in the values as ``surrogateescape`` has them: such a mapping can be handed to ``subprocess``.
        """
        values = {name: variable.reveal() for name, variable in self.base.items()}
        own = {name: variable.reveal() for name, variable in self.own.items()}
        shown = {name: value for name, value in values.items() if name not in own and name not in self.services}
        return shown | own | {name: value for name, value in self.services.items() if name not in own}

    def has_value(self, name: str) -> bool:
        """Return whether the kubelet sets a variable to something: one of the pod's own or of a service, and not to empty text."""
        own = self.own.get(name)
        return bool(self.services.get(name)) if own is None else bool(own.value)

    def expand(self, text: str, *, room: int = MAX_GROWTH) -> ExpandedText:
        """Return a text of the manifest, such as an entry of ``command``, with its references replaced.

        Variables of the image and the runtime are none that the kubelet could refer to. Raises ``EnvironmentFailed`` where values add more
        than ``room`` characters.
        """
        return expand_text(to_text(text), self, room)


def service_variable(services: PodServiceVariables, name: str) -> EnvironmentVariable:
    """Return a variable of a service. Raises ``KeyError`` where there is none."""
    return EnvironmentVariable(name, services[name], Origin(OriginKind.SERVICE, services.giver(name).coordinates))


class Referable(Protocol):
    """What references find: variables of the pod, and of services."""

    @property
    def own(self) -> Mapping[str, EnvironmentVariable]:
        """Those of the pod."""
        ...

    @property
    def services(self) -> PodServiceVariables:
        """Those of services."""
        ...

    @property
    def release(self) -> Release:
        """The node's."""
        ...


def expand_text(text: str, variables: Referable, room: int) -> ExpandedText:
    """Return a text with its references replaced by variables of the pod, or else of services."""
    references: list[Reference] = []
    is_secret = False

    def look_up(name: str) -> str | None:
        nonlocal is_secret
        found = variables.own.get(name)
        if found is None and name in variables.services:
            found = service_variable(variables.services, name)
        if found is None:
            references.append(Reference(name, None))
            return None
        references.append(Reference(name, found.origin))
        is_secret = is_secret or found.is_secret
        return found.reveal()

    value = expand_with(text, look_up, room=room, release=variables.release)
    return ExpandedText(SecretText(value) if is_secret else value, tuple(references))
