"""What the commands of the command line share: their answer, exit codes, and reading what is named."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import Release
from ..explain.tree import Node

__all__ = ["EXIT_FOUND", "EXIT_UNUSABLE", "STDIN", "Outcome", "Output", "Showable", "UnreadableSource", "parse_release", "read_source"]

EXIT_FOUND = 1
EXIT_UNUSABLE = 2

STDIN = "-"


class Showable(Protocol):
    """What a command has to show."""

    def to_json(self) -> JSONObject:
        """Return it for programs."""
        ...

    def to_nodes(self) -> Iterable[Node]:
        """Return it for people."""
        ...


@attrs.frozen
class Output:
    """What a command has written out itself; it is shown as it is, in whatever format was asked for."""

    content: bytes = b""


@attrs.frozen
class Outcome:
    """What a command answers: what it shows, and the exit code if that can be shown."""

    shown: Showable | Output
    code: int = 0


class UnreadableSource(KubeContainersError):
    """A file, or standard input, cannot be read."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(source, problem)
        self.source = source
        self.problem = problem

    def _sentence(self) -> str:
        return f"{self.source}: {self.problem}"


def parse_release(text: str) -> Release:
    """Read the release of an argument; raises what argparse tells as a wrong argument."""
    try:
        return Release.parse(text)
    except KubeContainersError as error:
        problem = str(error)
    raise argparse.ArgumentTypeError(problem)


def read_source(source: str) -> bytes:
    """Return what is in a file, or in standard input for ``-``. Raises ``UnreadableSource``."""
    try:
        return sys.stdin.buffer.read() if source == STDIN else Path(source).read_bytes()
    except OSError as error:
        problem = error.strerror or type(error).__name__
    except AttributeError:  # a process may be started without standard input
        problem = "there is no standard input"
    except ValueError as error:  # a name with a null byte
        problem = str(error)
    raise UnreadableSource(source, problem)
