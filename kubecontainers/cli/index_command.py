"""``kubecontainers index``: which entry of an image index the nodes of some platforms get."""

from __future__ import annotations

import argparse

from ..apimachinery.errors import KubeContainersError
from ..explain.index_report import IndexReport
from ..images.index import ImageIndex
from ..images.platform import Platform
from ..images.preflight import preflight
from .commands import EXIT_FOUND, Outcome, UnreadableSource, read_source
from .screen import Screen

__all__ = ["add_arguments", "run"]

_USUAL_PLATFORMS = ("linux/amd64", "linux/arm64")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("index", metavar="FILE|-", help="the index as its registry sends it, in JSON; - is stdin")
    command.add_argument(
        "--platform",
        dest="platforms",
        action="append",
        type=_platform,
        metavar="PLATFORM",
        help=f"a node's platform, such as linux/arm/v7; may be repeated (default: {' and '.join(_USUAL_PLATFORMS)})",
    )
    command.add_argument("--media-type", default="", help="the media type that came with the index, where it does not say it itself")
    command.add_argument("--fail-on-miss", action="store_true", help="exit 1 where a platform gets nothing")


def run(options: argparse.Namespace, screen: Screen) -> Outcome:  # noqa: ARG001  (there is no progress to show)
    """Read the index and look up every platform."""
    index = _read(options.index, options.media_type)
    platforms: list[Platform] = options.platforms or [Platform.parse(usual) for usual in _USUAL_PLATFORMS]
    found = preflight(index, {platform.specifier: platform for platform in platforms})
    return Outcome(IndexReport(found), EXIT_FOUND if options.fail_on_miss and found.unserved else 0)


def _read(source: str, media_type: str) -> ImageIndex:
    try:
        return ImageIndex.parse(read_source(source), media_type=media_type)
    except UnreadableSource:
        raise
    except KubeContainersError as error:
        problem = str(error)
    raise UnreadableSource(source, problem)


def _platform(text: str) -> Platform:
    try:
        return Platform.parse(text)
    except KubeContainersError as error:
        problem = str(error)
    raise argparse.ArgumentTypeError(problem)
