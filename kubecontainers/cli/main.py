"""The command line, ``kubecontainers``.

Exit codes: 0 for a report; 1 where ``--fail-on`` asks for it; 2 for wrong arguments or input that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.errors import KubeContainersError
from ..apimachinery.release import LATEST, Release
from ..explain.findings import Severity
from ..explain.report import Report, Sourced, explain
from .manifests import UnreadableManifest, find_files, read_manifests
from .screen import Screen

__all__ = ["main"]

EXIT_FOUND = 1
EXIT_UNUSABLE = 2

STDIN = "-"


@attrs.define
class _Input:
    """What was read, and what could not be."""

    objects: list[Sourced] = attrs.field(factory=list[Sourced])
    unreadable: list[UnreadableManifest] = attrs.field(factory=list[UnreadableManifest])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; ``arguments`` are those of the process by default."""
    return _explain(_parser().parse_args(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kubecontainers", description="What Kubernetes will do with your containers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "explain",
        help="say what Kubernetes will do with every pod template in some manifests",
        description="Say what Kubernetes will do with every pod template in some manifests.",
    )
    command.add_argument("paths", nargs="+", metavar="FILE|DIR|-", help="YAML or JSON manifests; directories are searched; - is stdin")
    command.add_argument("--release", type=_release, help=f"release of control plane and nodes (default: {LATEST})")
    command.add_argument("--control-plane", type=_release, metavar="RELEASE", help="release of the API server")
    command.add_argument("--node", type=_release, metavar="RELEASE", help="release of the kubelets; may be older")
    command.add_argument("--format", choices=("text", "json"), default="text", help="text for people, json for programs")
    command.add_argument("--fail-on", type=_severity, metavar="SEVERITY", help="exit 1 on a finding of info, warning or error, or worse")
    return parser


def _release(text: str) -> Release:
    try:
        return Release.parse(text)
    except KubeContainersError as error:
        problem = str(error)
    raise argparse.ArgumentTypeError(problem)


def _severity(text: str) -> Severity:
    for severity in Severity:
        if severity.word == text:
            return severity
    raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(severity.word for severity in Severity)}")


def _explain(options: argparse.Namespace) -> int:
    screen = Screen()
    try:
        cluster = _cluster(options)
        read = _read(options.paths, screen)
    except KubeContainersError as error:
        screen.complain(str(error))
        return EXIT_UNUSABLE
    for unreadable in read.unreadable:
        screen.complain(str(unreadable))
    report = explain(read.objects, cluster=cluster)
    try:
        _print(report, options.format, screen)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        screen.complain(f"the report cannot be written: {error.strerror}")
        return EXIT_UNUSABLE
    return _exit_code(report, options.fail_on, unreadable=bool(read.unreadable))


def _exit_code(report: Report, fail_on: Severity | None, *, unreadable: bool) -> int:
    if unreadable:
        return EXIT_UNUSABLE
    worst = max((finding.severity for finding in report.findings), default=None)
    return EXIT_FOUND if fail_on and worst and worst >= fail_on else 0


def _cluster(options: argparse.Namespace) -> Cluster:
    control_plane: Release = options.control_plane or options.release or LATEST
    node: Release = options.node or options.release or control_plane
    return Cluster(control_plane, node)


def _read(paths: Sequence[str], screen: Screen) -> _Input:
    """Read every object; one unreadable file does not keep the others from being read."""
    read = _Input()
    sources = list(_sources(paths, read))
    for source in screen.track(sources, "reading"):
        try:
            for manifest in read_manifests(source, _content(source)):
                read.objects.append(Sourced(manifest.object, manifest.source, manifest.document))
        except UnreadableManifest as error:
            read.unreadable.append(error)
    return read


def _sources(paths: Sequence[str], read: _Input) -> Iterator[str]:
    for path in paths:
        if path == STDIN:
            yield STDIN
            continue
        try:
            yield from map(str, find_files(Path(path)))
        except UnreadableManifest as error:
            read.unreadable.append(error)


def _content(source: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()
    except OSError as error:
        problem = error.strerror or type(error).__name__
    except AttributeError:  # a process may be started without standard input
        problem = "there is no standard input"
    raise UnreadableManifest(source, problem, 0, 0)


def _print(report: Report, form: str, screen: Screen) -> None:
    if form == "json":
        screen.write(json.dumps(report.to_json(), indent=2) + "\n")
    else:
        screen.draw(report)
