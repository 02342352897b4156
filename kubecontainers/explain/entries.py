"""What a report says about one place: lines for people, facts for programs, findings for both."""

from __future__ import annotations

import attrs

from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import JSONObject
from .findings import Finding
from .tree import Node, Span

__all__ = ["Entry", "Line"]


@attrs.frozen
class Line:
    """One line about a place: a label and what is said under it."""

    label: str
    text: str


@attrs.frozen
class Entry:
    """What a section, or all of them, say about one place in a pod.

    ``heading`` names the place (``container app``), ``title`` shows what stands there; ``facts`` is the same for programs.
    """

    path: FieldPath
    heading: str
    title: str = ""
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: JSONObject = attrs.field(factory=dict[str, object], hash=False)

    def to_json(self) -> JSONObject:
        """Return the entry as JSON."""
        findings = [finding.to_json() for finding in self.findings]
        return {"path": str(self.path), "heading": self.heading, "facts": self.facts, "findings": findings}

    def to_node(self) -> Node:
        """Return the entry as a tree: a line each, then the findings."""
        heading = (Span(self.heading, "heading"), Span(f"   {self.title}" if self.title else ""))
        width = max((len(line.label) for line in self.lines), default=0)
        lines = tuple(Node((Span(line.label.ljust(width), "label"), Span(f"  {line.text}"))) for line in self.lines)
        return Node(heading, lines + tuple(finding.to_node() for finding in self.findings))
