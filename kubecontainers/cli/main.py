"""The command line, ``kubecontainers``.

Exit codes: 0 for an answer; 1 where an option such as ``--fail-on`` asks for it, or where what is asked about would not start; 2 for wrong
arguments or input that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs

from ..apimachinery.errors import KubeContainersError
from . import admit_command, credentials_command, env_command, explain_command, index_command, secret_command, simulate_command
from .commands import EXIT_UNUSABLE, Outcome, Output
from .screen import Screen

__all__ = ["main"]

_FORMATS = {"text": "for people", "json": "for programs"}


class _Module(Protocol):
    """A module that holds a command."""

    def add_arguments(self, command: argparse.ArgumentParser) -> None: ...
    def run(self, options: argparse.Namespace, screen: Screen) -> Outcome: ...


@attrs.frozen
class _Command:
    """A command: what it does, and in which formats it answers, the usual one first."""

    module: _Module
    does: str
    formats: Mapping[str, str] = attrs.field(default=_FORMATS, hash=False)


_COMMANDS = {
    "admit": _Command(admit_command, "answer an AdmissionReview, as a webhook does", admit_command.FORMATS),
    "credentials": _Command(credentials_command, "say which credentials a kubelet tries for an image, and why not the others"),
    "env": _Command(env_command, "print what env will print in a container, and say where it comes from", env_command.FORMATS),
    "explain": _Command(explain_command, "say what Kubernetes will do with every pod template in some manifests"),
    "index": _Command(index_command, "say which entry of an image index the nodes of some platforms get"),
    "secret": _Command(secret_command, "print a pull secret as kubectl makes it"),
    "simulate": _Command(simulate_command, "say what becomes of pods on a node, on a virtual clock", simulate_command.FORMATS),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; ``arguments`` are those of the process by default."""
    options = _parser().parse_args(arguments)
    screen = Screen()
    try:
        outcome: Outcome = options.run(options, screen)
    except KubeContainersError as error:
        screen.complain(str(error))
        return EXIT_UNUSABLE
    return _show(outcome, options.format, screen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kubecontainers", description="What Kubernetes will do with your containers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, known in _COMMANDS.items():
        command = commands.add_parser(name, help=known.does, description=f"{known.does[0].upper()}{known.does[1:]}.")
        known.module.add_arguments(command)
        formats = ", ".join(f"{form} {purpose}" for form, purpose in known.formats.items())
        command.add_argument("--format", choices=tuple(known.formats), default=next(iter(known.formats)), help=formats)
        command.set_defaults(run=known.module.run)
    return parser


def _show(outcome: Outcome, form: str, screen: Screen) -> int:
    shown = outcome.shown
    try:
        if isinstance(shown, Output):
            screen.write_bytes(shown.content)
        elif form == "json":
            screen.write(json.dumps(shown.to_json(), indent=2) + "\n")
        else:
            screen.draw(shown.to_nodes())
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        screen.complain(f"the report cannot be written: {error.strerror}")
        return EXIT_UNUSABLE
    return outcome.code
