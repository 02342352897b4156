"""A report as a tree of styled text, for whatever draws it; and the plain drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from .findings import Finding
from .report import Entry, Report, Workload

__all__ = ["Node", "Span", "plain_text", "printable", "report_nodes", "summary"]


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_DIRECTIONS = {code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))}


def printable(text: str) -> str:
    r"""Return text that can neither steer a terminal nor turn the direction of what follows.

    >>> print(printable("nginx\x1b[31m"))
    nginx\x1b[31m
    """
    return text.translate(_CONTROLS | _DIRECTIONS)


@attrs.frozen
class Span:
    """Text in one style: ``heading``, ``label``, ``source``, ``error``, ``warning``, ``info`` or, empty, none."""

    text: str = attrs.field(converter=printable)
    style: str = ""


@attrs.frozen
class Node:
    """One line of the tree, and the lines below it."""

    spans: tuple[Span, ...]
    children: tuple[Node, ...] = ()


def report_nodes(report: Report) -> Iterator[Node]:
    """Yield a tree for every workload, and the summary."""
    for workload in report.workloads:
        yield Node(tuple(_workload_spans(workload)), tuple(_entry_node(entry) for entry in workload.entries))
    yield Node((Span(summary(report), "label"),))


def plain_text(nodes: Iterable[Node]) -> str:
    r"""Draw trees without colour.

    >>> plain_text([Node((Span("pod"),), (Node((Span("container"),)),))])
    'pod\n└─ container\n'
    """
    return "".join(f"{line}\n" for node in nodes for line in _drawn(node))


def summary(report: Report) -> str:
    """Say in one line what was read and found."""
    counts = {finding.severity: 0 for finding in sorted(report.findings, key=lambda finding: -finding.severity)}
    for finding in report.findings:
        counts[finding.severity] += 1
    found = ", ".join(_counted(count, severity.word) for severity, count in counts.items()) or "nothing found"
    made = _counted(len(report.workloads), "workload")
    cluster = report.cluster
    releases = f"{cluster.control_plane}" + ("" if cluster.node == cluster.control_plane else f", nodes {cluster.node}")
    return f"{_counted(report.objects, 'object')}, {made}, Kubernetes {releases}: {found}"


def _counted(count: int, word: str) -> str:
    plural = word if count == 1 or word == "info" else f"{word}s"
    return f"{count} {plural}"


def _workload_spans(workload: Workload) -> Iterator[Span]:
    if workload.source:
        document = f", document {workload.document}" if workload.document > 1 else ""
        yield Span(f"{workload.source}{document}: ", "source")
    name = f"{workload.namespace}/{workload.name}" if workload.namespace else workload.name
    yield Span(f"{workload.kind} {name}".rstrip(), "heading")


def _entry_node(entry: Entry) -> Node:
    heading = (Span(entry.heading, "heading"), Span(f"   {entry.title}" if entry.title else ""))
    width = max((len(line.label) for line in entry.lines), default=0)
    lines = tuple(Node((Span(line.label.ljust(width), "label"), Span(f"  {line.text}"))) for line in entry.lines)
    return Node(heading, lines + tuple(_finding_node(finding) for finding in entry.findings))


def _finding_node(finding: Finding) -> Node:
    word = finding.severity.word
    return Node((Span(f"{finding.code} {word}", word), Span(f"  {finding.sentence}")))


def _drawn(node: Node) -> Iterator[str]:
    yield "".join(span.text for span in node.spans)
    for position, child in enumerate(node.children):
        last = position == len(node.children) - 1
        first, rest = ("└─ ", "   ") if last else ("├─ ", "│  ")
        for number, line in enumerate(_drawn(child)):
            yield (rest if number else first) + line
