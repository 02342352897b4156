"""What findings about the environment of a container look at, and which of it is known before the pod runs."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ..apimachinery.fields import FieldError, FieldPath
from ..apimachinery.objects import ContainerAt, objects_at, text_at
from ..environment.composition import EnvironmentSurvey, survey_environment
from ..environment.container_expansion import ExpandedCommand, expand_command
from ..environment.failures import EnvironmentFailed, EnvironmentFailure
from ..environment.size import EnvironmentSize, measure_environment
from ..environment.variables import Environment
from .environment_objects import EnvironmentObjects
from .placements import Placement
from .report import Subject
from .variable_trace import OpenSources, Trace, env_position, trace_variables

__all__ = ["ContainerEnvironment", "FailureFact", "examine_container"]

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

_NO_WAITING = frozenset({EnvironmentFailure.SERVICE_WITHOUT_PORTS, EnvironmentFailure.TOO_LARGE})
"""What the kubelet does not answer with a container that waits."""


@attrs.frozen
class FailureFact:
    """An entry of ``env`` or ``envFrom``, or the services, that bring no value as far as the objects tell.

    ``namespaces`` are those in which there is an object of the name; ``is_given`` says whether any object of its kind was given at all.
    ``is_refused``: the API server refuses the pod for it, which is told elsewhere.
    """

    failure: EnvironmentFailed
    namespaces: tuple[str, ...] = ()
    is_given: bool = False
    is_refused: bool = False

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
        """Whether the container waits, whatever else there is."""
        return not self.kind and not self.is_known_later and not self.is_refused and self.failure.reason not in _NO_WAITING


@attrs.frozen
class ContainerEnvironment:
    """The environment of a container as far as it is known before the pod runs.

    ``survey`` is that of one made-up pod, ``trace`` says what of it is known. ``path`` is the container's in its object, whereas the paths
    in ``survey`` are those of the pod. ``size`` is ``None`` where references make texts without end.
    """

    found: ContainerAt
    path: FieldPath
    survey: EnvironmentSurvey
    failures: tuple[FailureFact, ...]
    trace: Trace
    command: ExpandedCommand
    size: EnvironmentSize | None

    @property
    def environment(self) -> Environment:
        """The variables."""
        return self.survey.environment

    def at(self, path: FieldPath) -> FieldPath:
        """Return where a place in the pod stands in the object; what is nowhere in the container is the container."""
        return FieldPath(self.path.parts + path.parts[len(self.found.path.parts) :])

    def missing(self) -> Iterator[tuple[str, FailureFact]]:
        """Yield what fails and has no other value: variables, and prefixes of ``envFrom`` with a star behind them."""
        names, prefixes = _texts(self.found, "env", "name"), _texts(self.found, "envFrom", "prefix")
        for fact in self.failures:
            position, source = env_position(fact.failure.path), env_position(fact.failure.path, "envFrom")
            if source is not None:
                yield f"{prefixes[source]}*", fact
            elif position is not None and names[position] not in self.environment.own:
                yield names[position], fact


def _texts(found: ContainerAt, field: str, key: str) -> tuple[str, ...]:
    return tuple(text_at(entry, key, at) for at, entry in objects_at(found.container, field, found.path))


def examine_container(found: ContainerAt, subject: Subject, pair: tuple[Placement, Placement]) -> ContainerEnvironment:
    """Return what is known of the environment of a container of a stored pod; ``pair`` are two ways to run it.

    Raises ``MalformedObject``.
    """
    first, second = (survey_environment(placement.pod, found, placement.sources, release=subject.cluster.node) for placement in pair)
    objects = subject.holdings.environment
    failures = tuple(_failure_fact(failure, objects, subject.created.errors) for failure in first.failures)
    trace = trace_variables(found, (first, second), OpenSources.of(found, pair[0].pod, objects))
    command, size = _measured(found, first)
    path = FieldPath(subject.template.path.parts + found.path.parts)
    return ContainerEnvironment(found, path, first, failures, trace, command, size)


def _measured(found: ContainerAt, survey: EnvironmentSurvey) -> tuple[ExpandedCommand, EnvironmentSize | None]:
    if any(failure.reason is EnvironmentFailure.TOO_LARGE for failure in survey.failures):
        return ExpandedCommand(), None
    try:
        command = expand_command(found.container, survey.environment)
    except EnvironmentFailed:
        return ExpandedCommand(), None
    arguments = (text.reveal() for text in (*command.command, *command.args))
    return command, measure_environment(survey.environment, arguments)


def _failure_fact(failure: EnvironmentFailed, objects: EnvironmentObjects, errors: tuple[FieldError, ...]) -> FailureFact:
    kind = _ABSENT.get(failure.reason)
    if kind is None:
        parts = failure.path.parts
        is_refused = bool(parts) and any(error.path.parts[: len(parts)] == parts for error in errors)
        return FailureFact(failure, is_refused=is_refused)
    return FailureFact(failure, objects.namespaces(kind, failure.subject.rpartition("/")[2]), objects.has(kind))
