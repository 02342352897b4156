"""``kubecontainers explain``: what Kubernetes will do with every pod template in some manifests."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from pathlib import PurePath

from ..apimachinery.cluster import Cluster
from ..apimachinery.errors import KubeContainersError
from ..credentials.docker_config import DockerConfig
from ..credentials.docker_config_files import docker_config_format
from ..credentials.invalid_docker_config import InvalidDockerConfig
from ..explain.findings import Severity
from ..explain.report import Report, explain
from ..explain.upgrade import explain_upgrade
from ..explain.upgrade_report import UpgradeReport
from ..pulling.pull_credentials import NodeCredentials
from .commands import EXIT_FOUND, EXIT_UNUSABLE, Outcome, UnreadableSource, parse_release, read_source
from .inputs import add_cluster_arguments, add_manifest_arguments, chosen_cluster, read_objects
from .screen import Screen

__all__ = ["ConflictingOptions", "add_arguments", "run"]


class ConflictingOptions(KubeContainersError):
    """Two options say the same thing."""

    def __init__(self, option: str, other: str) -> None:
        super().__init__(option, other)
        self.option = option
        self.other = other

    def _sentence(self) -> str:
        return f"{self.option} cannot be given with {self.other}: it says the releases itself"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_manifest_arguments(command)
    add_cluster_arguments(command)
    command.add_argument("--upgrade", type=_upgrade, metavar="FROM..TO", help="only what an upgrade changes, such as 1.30..1.36, and why")
    command.add_argument("--config", metavar="FILE", help="the docker config file of the nodes, whose credentials every pod may use")
    command.add_argument("--fail-on", type=_severity, metavar="SEVERITY", help="exit 1 on a finding of info, warning or error, or worse")


def run(options: argparse.Namespace, screen: Screen) -> Outcome:
    """Read the manifests and explain them; complain of those that cannot be read."""
    _check_releases(options)
    cluster = chosen_cluster(options)
    node = None if options.config is None else _node(options.config)
    read = read_objects(options.paths, screen)
    report: Report | UpgradeReport
    if options.upgrade is None:
        report = explain(read.objects, cluster=cluster, node=node)
        severities = {finding.severity for finding in report.findings}
    else:
        report = explain_upgrade(read.objects, *options.upgrade, node=node)
        severities = {difference.severity for difference in report.differences if difference.severity}
    return Outcome(report, EXIT_UNUSABLE if read.unreadable else _exit_code(severities, options.fail_on))


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


def _exit_code(severities: Collection[Severity], fail_on: Severity | None) -> int:
    return EXIT_FOUND if fail_on and any(severity >= fail_on for severity in severities) else 0


def _upgrade(text: str) -> tuple[Cluster, Cluster]:
    before, dots, after = text.partition("..")
    if not dots:
        raise argparse.ArgumentTypeError(f"{text!r} is no upgrade; write 1.30..1.36")
    return Cluster(parse_release(before)), Cluster(parse_release(after))


def _check_releases(options: argparse.Namespace) -> None:
    """Refuse releases beside an upgrade."""
    given = {"--release": options.release, "--control-plane": options.control_plane, "--node": options.node}
    for option, release in given.items():
        if options.upgrade is not None and release is not None:
            raise ConflictingOptions("--upgrade", option)
