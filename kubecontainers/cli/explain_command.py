"""``kubecontainers explain``: what Kubernetes will do with every pod template in some manifests."""

from __future__ import annotations

import argparse
from pathlib import PurePath

from ..credentials.docker_config import DockerConfig
from ..credentials.docker_config_files import docker_config_format
from ..credentials.invalid_docker_config import InvalidDockerConfig
from ..explain.findings import Severity
from ..explain.report import Report, explain
from ..pulling.pull_credentials import NodeCredentials
from .commands import EXIT_FOUND, EXIT_UNUSABLE, Outcome, UnreadableSource, read_source
from .inputs import add_cluster_arguments, add_manifest_arguments, chosen_cluster, read_objects
from .screen import Screen

__all__ = ["add_arguments", "run"]


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_manifest_arguments(command)
    add_cluster_arguments(command)
    command.add_argument("--config", metavar="FILE", help="the docker config file of the nodes, whose credentials every pod may use")
    command.add_argument("--fail-on", type=_severity, metavar="SEVERITY", help="exit 1 on a finding of info, warning or error, or worse")


def run(options: argparse.Namespace, screen: Screen) -> Outcome:
    """Read the manifests and explain them; complain of those that cannot be read."""
    cluster = chosen_cluster(options)
    node = None if options.config is None else _node(options.config)
    read = read_objects(options.paths, screen)
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
