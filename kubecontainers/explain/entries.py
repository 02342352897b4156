"""What a report says about one place: lines for people, facts for programs, findings for both."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import attrs

from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import JSONObject
from .findings import Finding
from .tree import Node, Span, printable

__all__ = ["Entry", "Line"]


@attrs.frozen
class Line:
    """One line about a place: a label, what is said under it, and rows of a table below."""

    label: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()

    def to_node(self, width: int) -> Node:
        """Return the line as a tree, its label ``width`` characters wide, its rows in columns."""
        return Node((Span(self.label.ljust(width), "label"), Span(f"  {self.text}")), tuple(_row_nodes(self.rows)))


def _row_nodes(rows: tuple[tuple[str, ...], ...]) -> Iterator[Node]:
    shown = [tuple(map(printable, row)) for row in rows]
    widths = [max(map(len, column)) for column in itertools.zip_longest(*shown, fillvalue="")]
    for row in shown:
        yield Node((Span("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()),))


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
        lines = tuple(line.to_node(width) for line in self.lines)
        return Node(heading, lines + tuple(finding.to_node() for finding in self.findings))
