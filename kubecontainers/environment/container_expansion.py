"""References to variables outside ``env``: in ``command`` and ``args`` of a container, and in ``subPathExpr`` of its mounts.

Kubernetes keeps the rules in ``pkg/kubelet/container/helpers.go``. Both are expanded with the whole environment of the container, variables
of services included. Nothing else is expanded: no probe, no lifecycle hook.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import Container, JSONObject, root_object, texts_at
from ..golang.text import to_octets
from .expansion import MAX_GROWTH
from .variables import Environment, ExpandedText

__all__ = ["ExpandedCommand", "InvalidSubPath", "SubPathProblem", "expand_command", "expand_sub_path"]


@attrs.frozen
class ExpandedCommand:
    """The command of a container and its arguments, as the runtime gets them."""

    command: tuple[ExpandedText, ...] = ()
    args: tuple[ExpandedText, ...] = ()


class SubPathProblem(enum.Enum):
    """Why a volume cannot be mounted where ``subPathExpr`` leads."""

    MISSING_VALUE = "variables have no value"
    ABSOLUTE = "the path is absolute"
    BACKSTEP = "a part of the path is '..'"


class InvalidSubPath(KubeContainersError):
    """A ``subPathExpr`` leads nowhere: the container waits with ``CreateContainerConfigError``.

    ``names`` are the variables that are missing or empty, sorted; the path itself is left out, since it may hold something secret.
    """

    def __init__(self, problem: SubPathProblem, names: tuple[str, ...] = ()) -> None:
        super().__init__(problem, names)
        self.problem = problem
        self.names = names

    def _sentence(self) -> str:
        return f"{self.problem.value}: {', '.join(self.names)}" if self.names else self.problem.value


def expand_command(container: Container | JSONObject, environment: Environment) -> ExpandedCommand:
    """Return ``command`` and ``args`` of a container with their references replaced; unknown ones stay.

    ``environment`` is that of the container. Raises ``EnvironmentFailed`` where values add more than ``expansion.MAX_GROWTH`` characters,
    and ``MalformedObject``.

    >>> from kubecontainers.environment.composition import compose_environment
    >>> from kubecontainers.environment.sources import InMemorySources
    >>> app = {"name": "app", "command": ["serve", "--port=$(PORT)"], "args": ["$(WHERE)"], "env": [{"name": "PORT", "value": "8080"}]}
    >>> pod = {"spec": {"enableServiceLinks": True, "containers": [app]}}
    >>> expanded = expand_command(app, compose_environment(pod, "app", InMemorySources()))
    >>> [text.value for text in expanded.command + expanded.args], expanded.args[0].unresolved
    (['serve', '--port=8080', '$(WHERE)'], ('WHERE',))
    """
    room = MAX_GROWTH
    found: dict[str, list[ExpandedText]] = {"command": [], "args": []}
    for field, texts in found.items():
        for text in texts_at(root_object(container), field, ROOT):
            expanded = environment.expand(text, room=room)
            room -= max(0, len(expanded.reveal()) - len(text))
            texts.append(expanded)
    return ExpandedCommand(tuple(found["command"]), tuple(found["args"]))


def expand_sub_path(expression: str, environment: Environment) -> ExpandedText:
    """Return the path that ``subPathExpr`` of a mount is, below the root of its volume.

    ``environment`` is that of the container. Raises ``InvalidSubPath`` where a variable is missing or empty, or the path leads elsewhere.

    >>> from kubecontainers.apimachinery.frozenmap import FrozenMap
    >>> expand_sub_path("logs/$(POD)", Environment(FrozenMap({})))
    Traceback (most recent call last):
        ...
    kubecontainers.environment.container_expansion.InvalidSubPath: variables have no value: POD
    """
    expanded = environment.expand(expression)
    path = expanded.reveal()
    names = {reference.name for reference in expanded.references if not environment.has_value(reference.name)}
    if names:
        problem = SubPathProblem.MISSING_VALUE
    elif path.startswith("/"):
        problem = SubPathProblem.ABSOLUTE
    elif ".." in path.split("/"):
        problem = SubPathProblem.BACKSTEP
    else:
        return expanded
    del expanded, path  # which may be secret, and a traceback keeps what a function holds
    raise InvalidSubPath(problem, tuple(sorted(names, key=to_octets)))
