"""``kubecontainers explain``: what Kubernetes will do with every pod template in some manifests."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.errors import KubeContainersError
from ..apimachinery.release import LATEST, Release
from ..credentials.docker_config import DockerConfig
from ..credentials.docker_config_files import docker_config_format
from ..credentials.invalid_docker_config import InvalidDockerConfig
from ..explain.findings import Severity
from ..explain.report import Report, Sourced, explain
from ..pulling.pull_credentials import NodeCredentials
from .commands import EXIT_FOUND, EXIT_UNUSABLE, STDIN, Outcome, UnreadableSource, parse_release, read_source
from .manifests import find_files, read_manifests
from .screen import Screen

__all__ = ["add_arguments", "run"]


@attrs.define
class _Input:
    """What was read, and what could not be."""

    objects: list[Sourced] = attrs.field(factory=list[Sourced])
    unreadable: list[KubeContainersError] = attrs.field(factory=list[KubeContainersError])


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("paths", nargs="+", metavar="FILE|DIR|-", help="YAML or JSON manifests; directories are searched; - is stdin")
    command.add_argument("--release", type=parse_release, help=f"release of control plane and nodes (default: {LATEST})")
    command.add_argument("--control-plane", type=parse_release, metavar="RELEASE", help="release of the API server")
    command.add_argument("--node", type=parse_release, metavar="RELEASE", help="release of the kubelets; may be older")
    command.add_argument("--config", metavar="FILE", help="the docker config file of the nodes, whose credentials every pod may use")
    command.add_argument("--fail-on", type=_severity, metavar="SEVERITY", help="exit 1 on a finding of info, warning or error, or worse")


def run(options: argparse.Namespace, screen: Screen) -> Outcome:
    """Read the manifests and explain them; complain of those that cannot be read."""
    cluster = _cluster(options)
    node = None if options.config is None else _node(options.config)
    read = _read(options.paths, screen)
    for unreadable in read.unreadable:
        screen.complain(str(unreadable))
    report = explain(read.objects, cluster=cluster, node=node)
    return Outcome(report, EXIT_UNUSABLE if read.unreadable else _exit_code(report, options.fail_on))


def _node(source: str) -> NodeCredentials:
    content = read_source(source)
    try:
        return NodeCredentials(DockerConfig.parse(content, docker_config_format(PurePath(source))), source)
    except InvalidDockerConfig as error:
        problem = str(error)
    raise UnreadableSource(source, problem)


def _severity(text: str) -> Severity:
    for severity in Severity:
        if severity.word == text:
            return severity
    raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(severity.word for severity in Severity)}")


def _exit_code(report: Report, fail_on: Severity | None) -> int:
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
            for manifest in read_manifests(source, read_source(source)):
                read.objects.append(Sourced(manifest.object, manifest.source, manifest.document))
        except KubeContainersError as error:
            read.unreadable.append(error)
    return read


def _sources(paths: Sequence[str], read: _Input) -> Iterator[str]:
    for path in paths:
        if path == STDIN:
            yield STDIN
            continue
        try:
            yield from map(str, find_files(Path(path)))
        except KubeContainersError as error:
            read.unreadable.append(error)
