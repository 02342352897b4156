"""The command line, ``kubecontainers``.

Exit codes: 0 for an answer; 1 where an option such as ``--fail-on`` asks for it; 2 for wrong arguments or input that cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from ..apimachinery.errors import KubeContainersError
from . import credentials_command, explain_command, index_command, secret_command
from .commands import EXIT_UNUSABLE, Outcome
from .screen import Screen

__all__ = ["main"]

_COMMANDS = {
    "credentials": (credentials_command, "say which credentials a kubelet tries for an image, and why not the others"),
    "explain": (explain_command, "say what Kubernetes will do with every pod template in some manifests"),
    "index": (index_command, "say which entry of an image index the nodes of some platforms get"),
    "secret": (secret_command, "print a pull secret as kubectl makes it"),
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
    for name, (module, does) in _COMMANDS.items():
        command = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
        module.add_arguments(command)
        command.add_argument("--format", choices=("text", "json"), default="text", help="text for people, json for programs")
        command.set_defaults(run=module.run)
    return parser


def _show(outcome: Outcome, form: str, screen: Screen) -> int:
    try:
        if form == "json":
            screen.write(json.dumps(outcome.shown.to_json(), indent=2) + "\n")
        else:
            screen.draw(outcome.shown.to_nodes())
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        screen.complain(f"the report cannot be written: {error.strerror}")
        return EXIT_UNUSABLE
    return outcome.code
