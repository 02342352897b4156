"""What commands over manifests share: the manifests, and the releases of the cluster."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from ..apimachinery.cluster import Cluster
from ..apimachinery.errors import KubeContainersError
from ..apimachinery.release import LATEST, Release
from ..explain.report import Sourced
from .commands import STDIN, parse_release, read_source
from .manifests import find_files, read_manifests
from .screen import Screen

__all__ = ["ReadObjects", "add_cluster_arguments", "add_manifest_arguments", "chosen_cluster", "read_objects"]


@attrs.define
class ReadObjects:
    """The objects that were read, and what could not be."""

    objects: list[Sourced] = attrs.field(factory=list[Sourced])
    unreadable: list[KubeContainersError] = attrs.field(factory=list[KubeContainersError])


def add_manifest_arguments(command: argparse.ArgumentParser) -> None:
    """Say which manifests the command takes; they are ``paths`` among the options."""
    command.add_argument("paths", nargs="+", metavar="FILE|DIR|-", help="YAML or JSON manifests; directories are searched; - is stdin")


def add_cluster_arguments(command: argparse.ArgumentParser) -> None:
    """Say how the command takes the releases of the cluster."""
    command.add_argument("--release", type=parse_release, help=f"release of control plane and nodes (default: {LATEST})")
    command.add_argument("--control-plane", type=parse_release, metavar="RELEASE", help="release of the API server")
    command.add_argument("--node", type=parse_release, metavar="RELEASE", help="release of the kubelets; may be older")


def chosen_cluster(options: argparse.Namespace) -> Cluster:
    """Return the cluster that the options describe. Raises ``UnsupportedSkew``."""
    control_plane: Release = options.control_plane or options.release or LATEST
    node: Release = options.node or options.release or control_plane
    return Cluster(control_plane, node)


def read_objects(paths: Sequence[str], screen: Screen) -> ReadObjects:
    """Read every object, and complain of what cannot be read; one unreadable file does not keep the others from being read."""
    read = ReadObjects()
    sources = list(_sources(paths, read))
    for source in screen.track(sources, "reading"):
        try:
            for manifest in read_manifests(source, read_source(source)):
                read.objects.append(Sourced(manifest.object, manifest.source, manifest.document))
        except KubeContainersError as error:
            read.unreadable.append(error)
    for unreadable in read.unreadable:
        screen.complain(str(unreadable))
    return read


def _sources(paths: Sequence[str], read: ReadObjects) -> Iterator[str]:
    for path in paths:
        if path == STDIN:
            yield STDIN
            continue
        try:
            yield from map(str, find_files(Path(path)))
        except KubeContainersError as error:
            read.unreadable.append(error)
