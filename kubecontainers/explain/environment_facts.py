"""What findings about the environment of a container look at, and which of it is known before the pod runs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import attrs

from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import ContainerAt, objects_at, text_at
from ..environment.composition import EnvironmentSurvey, survey_environment
from ..environment.container_expansion import expand_command
from ..environment.failures import EnvironmentFailed, EnvironmentFailure
from ..environment.size import EnvironmentSize, measure_environment
from ..environment.variables import Environment, EnvironmentVariable, OriginKind
from .environment_objects import EnvironmentObjects
from .placements import Placement
from .report import Subject

__all__ = ["ContainerEnvironment", "FailureFact", "ReferenceFact", "examine_container"]

_ABSENT = {EnvironmentFailure.CONFIG_MAP_NOT_FOUND: "ConfigMap", EnvironmentFailure.SECRET_NOT_FOUND: "Secret"}

_WHEN_IT_RUNS = frozenset(
    {
        EnvironmentFailure.VOLUME_NOT_FOUND,
        EnvironmentFailure.ENV_FILE_UNREADABLE,
        EnvironmentFailure.ENV_FILE_KEY_NOT_FOUND,
        EnvironmentFailure.ENV_FILE_VALUE_TOO_LONG,
    }
)
"""What an env file holds is known when the pod runs."""

MOST_CANDIDATES = 100
CLOSE = 0.8


@attrs.frozen
class FailureFact:
    """An entry of ``env`` or ``envFrom`` that has no value as far as the objects tell.

    ``namespaces`` are those in which there is an object of the name; ``is_given`` says whether any object of its kind was given at all.
    """

    failure: EnvironmentFailed
    namespaces: tuple[str, ...] = ()
    is_given: bool = False

    @property
    def kind(self) -> str:
        """The kind of object that is not among those given; empty where something else is wrong."""
        return _ABSENT.get(self.failure.reason, "")

    @property
    def name(self) -> str:
        """The name of that object."""
        return self.failure.subject.rpartition("/")[2]

    @property
    def is_known_later(self) -> bool:
        """Whether only a pod that runs can tell."""
        return self.failure.reason in _WHEN_IT_RUNS

    @property
    def is_certain(self) -> bool:
        """Whether the container does not start, whatever else there is."""
        return not self.kind and not self.is_known_later


@attrs.frozen
class ReferenceFact:
    """A reference in a value of ``env`` that stays as it is.

    ``is_later``: a later entry sets the variable. ``sources`` are those of ``envFrom`` that are not among the objects and may set it.
    ``close`` is a variable of nearly this name, empty where there is none.
    """

    variable: str
    name: str
    path: FieldPath
    is_later: bool = False
    sources: tuple[str, ...] = ()
    close: str = ""


@attrs.frozen
class ContainerEnvironment:
    """The environment of a container as far as it is known before the pod runs.

    ``survey`` is that of one made-up pod; ``later`` are the variables whose values are known when a pod runs, those that fail among them.
    ``path`` is the container's in its object, whereas the paths in ``survey`` are those of the pod.
    """

    found: ContainerAt
    path: FieldPath
    survey: EnvironmentSurvey
    failures: tuple[FailureFact, ...]
    later: frozenset[str]
    size: EnvironmentSize

    @property
    def environment(self) -> Environment:
        """The variables."""
        return self.survey.environment

    def at(self, path: FieldPath) -> FieldPath:
        """Return where a place in the pod stands in the object."""
        return FieldPath(self.path.parts + path.parts[len(self.found.path.parts) :])

    def missing(self) -> Iterator[tuple[str, FailureFact]]:
        """Yield what fails and has no other value: variables, and prefixes of ``envFrom`` with a star behind them."""
        names, prefixes = _texts(self.found, "env", "name"), _texts(self.found, "envFrom", "prefix")
        for fact in self.failures:
            position = _position(fact.failure.path, "env")
            if position is None:
                yield f"{prefixes[_position(fact.failure.path, 'envFrom') or 0]}*", fact
            elif names[position] not in self.environment.own:
                yield names[position], fact

    def references(self) -> Iterator[ReferenceFact]:
        """Yield the references in values of ``env`` that stay as they are, except those to variables that are known later."""
        names = _texts(self.found, "env", "name")
        first = {name: position for position, name in reversed([*enumerate(names)])}
        last = {name: position for position, name in enumerate(names)}
        sources = tuple(f"{fact.kind} {fact.name}" for fact in self.failures if _position(fact.failure.path, "env") is None)
        candidates = [*self.environment] if len(self.environment) < MOST_CANDIDATES else [*self.environment.own][:MOST_CANDIDATES]
        for variable in self.environment.own.values():
            for named in _assignments(variable):
                position = _position(named.origin.path, "env") or 0
                for name in (reference.name for reference in named.references if reference.origin is None):
                    if first.get(name, position) >= position:
                        close = "".join(difflib.get_close_matches(name, candidates, 1, CLOSE))
                        path = self.at(named.origin.path).child("value")
                        yield ReferenceFact(named.name, name, path, last.get(name, -1) >= position, sources, close)


def _texts(found: ContainerAt, field: str, key: str) -> tuple[str, ...]:
    return tuple(text_at(entry, key, at) for at, entry in objects_at(found.container, field, found.path))


def _position(path: FieldPath, field: str) -> int | None:
    """Return which entry of a list a path leads to or into, ``None`` for one elsewhere."""
    parts = path.parts
    position = parts[parts.index(field) + 1] if field in parts else None
    return position if isinstance(position, int) else None


def _assignments(variable: EnvironmentVariable) -> Iterator[EnvironmentVariable]:
    """Yield a variable, and those of its name in the manifest whose place it takes."""
    yield variable
    yield from (hidden for hidden in variable.hides if hidden.origin.kind is OriginKind.VALUE)


def examine_container(found: ContainerAt, subject: Subject, pair: tuple[Placement, Placement]) -> ContainerEnvironment:
    """Return what is known of the environment of a container of a stored pod; ``pair`` are two ways to run it.

    Raises ``MalformedObject``.
    """
    first, second = (survey_environment(placement.pod, found, placement.sources, release=subject.cluster.node) for placement in pair)
    others = second.environment.own
    differing = {name for name, variable in first.environment.own.items() if name in others and others[name].value != variable.value}
    failures = tuple(_failure_fact(failure, subject.holdings.environment) for failure in first.failures)
    later = frozenset((*differing, *_unknown(found, first)))
    command = expand_command(found.container, first.environment)
    size = measure_environment(first.environment, (text.reveal() for text in (*command.command, *command.args)))
    return ContainerEnvironment(found, FieldPath(subject.template.path.parts + found.path.parts), first, failures, later, size)


def _unknown(found: ContainerAt, survey: EnvironmentSurvey) -> Iterator[str]:
    """Yield the variables whose last entry in ``env`` fails."""
    names = _texts(found, "env", "name")
    for failure in survey.failures:
        position = _position(failure.path, "env")
        if position is not None:
            own = survey.environment.own.get(names[position])
            assigned = None if own is None else _position(own.origin.path, "env")
            if assigned is None or assigned < position:
                yield names[position]


def _failure_fact(failure: EnvironmentFailed, objects: EnvironmentObjects) -> FailureFact:
    kind = _ABSENT.get(failure.reason)
    if kind is None:
        return FailureFact(failure)
    return FailureFact(failure, objects.namespaces(kind, failure.subject.rpartition("/")[2]), objects.has(kind))
