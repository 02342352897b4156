"""The forms in which ``kubecontainers env`` shows an environment: as ``env`` prints it, with its origins, and as JSON."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator

import attrs

from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import JSONObject
from ..environment.variables import EnvironmentVariable, Origin
from ..explain.tree import Node, Span, printable
from ..golang.text import to_octets
from .env_pod import Composed

__all__ = ["HIDDEN", "EnvironmentReport", "env_text", "origin_text", "provenance", "shown_value"]

HIDDEN = "***"
"""What stands for a value that has to do with a Secret."""

MOST_SHOWN = 60
WIDEST_COLUMN = 48


def shown_value(variable: EnvironmentVariable, *, show_secrets: bool) -> str:
    """Return the value of a variable, or what stands for a secret one."""
    return HIDDEN if variable.is_secret and not show_secrets else variable.reveal()


def env_text(variables: Iterable[EnvironmentVariable], *, show_secrets: bool) -> bytes:
    """Return variables as ``env`` prints them: any bytes, as they are."""
    return b"".join(to_octets(f"{found.name}={shown_value(found, show_secrets=show_secrets)}\n") for found in variables)


def origin_text(composed: Composed, origin: Origin) -> str:
    """Say where a value comes from, and which entry of the container asks for it."""
    entry = FieldPath(origin.path.parts[len(composed.container.path.parts) :])
    return f"{origin}, {entry}" if entry.parts else str(origin)


def provenance(composed: Composed, variable: EnvironmentVariable) -> str:
    """Say in one line where a variable comes from, and what it hides."""
    hides = "".join(f"; hides {origin_text(composed, hidden.origin)}" for hidden in variable.hides)
    return f"{origin_text(composed, variable.origin)}{hides}"


@attrs.frozen
class EnvironmentReport:
    """An environment with the origins of its variables."""

    composed: Composed
    show_secrets: bool

    def to_json(self) -> JSONObject:
        """Return the report as JSON, for programs; keys are only ever added."""
        composed, workload = self.composed, self.composed.workload
        return {
            "kind": workload.kind,
            "namespace": workload.namespace,
            "name": workload.name,
            "pod": composed.made.name,
            "container": composed.container.name,
            "variables": [self._variable(variable) for variable in composed.environment.values()],
        }

    def to_nodes(self) -> Iterator[Node]:
        """Yield a tree: the object, the container and its variables, each with what it hides and refers to."""
        composed, workload = self.composed, self.composed.workload
        variables = tuple(composed.environment.values())
        left = [f"{printable(variable.name)}={self._cut(variable)}" for variable in variables]
        width = max((len(text) for text in left if len(text) <= WIDEST_COLUMN), default=0)
        rows = tuple(
            Node((Span(text.ljust(width)), Span(f"  {origin_text(self.composed, variable.origin)}", "label")), tuple(self._below(variable)))
            for text, variable in zip(left, variables, strict=True)
        )
        container = Node((Span(f"container {composed.container.name}"), Span(f"  {composed.at(composed.container.path)}", "label")), rows)
        yield Node((Span(workload.place, "heading"),), (container,))

    def _variable(self, variable: EnvironmentVariable) -> JSONObject:
        return {
            "name": variable.name,
            **self._value(variable),
            "secret": variable.is_secret,
            "origin": self._origin(variable.origin),
            "hides": [self._origin(hidden.origin) for hidden in variable.hides],
            "references": [
                {"name": reference.name, "origin": None if reference.origin is None else self._origin(reference.origin)}
                for reference in variable.references
            ],
        }

    def _value(self, variable: EnvironmentVariable) -> JSONObject:
        """Return the value in one field: as text, or in base64 where it is none; in no field where it is not to be shown."""
        if variable.is_secret and not self.show_secrets:
            return {}
        octets = to_octets(variable.reveal())
        try:
            return {"value": octets.decode()}
        except UnicodeDecodeError:
            return {"valueBase64": base64.b64encode(octets).decode()}

    def _origin(self, origin: Origin) -> JSONObject:
        return {**origin.to_json(), "path": str(self.composed.at(origin.path))}

    def _below(self, variable: EnvironmentVariable) -> Iterator[Node]:
        for hidden in variable.hides:
            yield Node((Span("hides ", "label"), Span(self._cut(hidden)), Span(f"  {origin_text(self.composed, hidden.origin)}", "label")))
        for reference in dict.fromkeys(variable.references):
            found = "stays as it is" if reference.origin is None else origin_text(self.composed, reference.origin)
            yield Node((Span(f"$({reference.name})"), Span(f"  {found}", "label")))

    def _cut(self, variable: EnvironmentVariable) -> str:
        text = printable(shown_value(variable, show_secrets=self.show_secrets))
        return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
