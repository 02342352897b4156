"""``kubecontainers secret docker-registry``: the pull secret that ``kubectl create secret docker-registry`` makes.

The arguments are kubectl's own, read as kubectl reads them, so this parser leaves them alone. Nothing is sent to a cluster: what is printed
is what ``kubectl … --dry-run=client -o json`` or ``-o yaml`` prints, to the byte.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable

import attrs

from ..apimachinery.objects import JSONObject
from ..apimachinery.release import LATEST, Change, Release
from ..credentials.docker_registry_arguments import DockerRegistryArguments, boolean_flag, choice_flag, parse_docker_registry_flags
from ..credentials.docker_registry_secret import DEFAULT_SERVER, DockerRegistrySecret
from ..credentials.secret_files import LocalFiles
from ..explain.tree import Node
from ..golang.pflag import Flag
from .commands import Outcome
from .kubectl_printer import print_json, print_yaml
from .screen import Screen

__all__ = ["NO_NULL_CREATION_TIMESTAMP", "add_arguments", "run"]

NO_NULL_CREATION_TIMESTAMP = Change(
    since="1.34", summary="kubectl prints no creationTimestamp where there is none; before, it printed null"
)

_PRINTERS = {"json": print_json, "yaml": print_yaml}
_DRY_RUNS = ("client", "server", "none", "unchanged", "true", "false")

_FLAGS = {
    Flag("output", "o"): ("json|yaml", "how the Secret is printed (default: yaml)"),
    Flag("dry-run", bare="unchanged"): ("client|server|none", "taken, and without effect: nothing is sent to a cluster"),
    Flag("release"): ("RELEASE", f"the release of kubectl whose Secret it is (default: {LATEST})"),
    Flag("help", "h", bare="true"): ("", "show this and exit"),
}
_SECRET_FLAGS = {
    "--docker-server": ("SERVER", f"the registry, written as it is (default: {DEFAULT_SERVER})"),
    "--docker-username": ("USER", "the user name"),
    "--docker-password": ("PASSWORD", "the password"),
    "--docker-email": ("EMAIL", "the mail address, which no registry needs"),
    "--from-file": ("[KEY=]PATH", "a docker config file to copy instead, such as ~/.docker/config.json; may be repeated"),
    "--append-hash": ("", "put a hash of the Secret behind its name"),
    "-n, --namespace": ("NAMESPACE", "the namespace of the Secret"),
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    kinds = command.add_subparsers(required=True, metavar="KIND")
    registry = kinds.add_parser(
        "docker-registry",
        help="a pull secret, as kubectl create secret docker-registry makes it",
        usage="kubecontainers secret docker-registry NAME [flags]",
        description="Print the Secret that kubectl create secret docker-registry makes.",
        epilog=_flags_help(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        prefix_chars="\0",  # nothing is a flag to argparse
    )
    registry.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    registry.set_defaults(print_help=registry.print_help)


def run(options: argparse.Namespace, screen: Screen) -> Outcome:
    """Make the Secret, and print it."""
    parsed = parse_docker_registry_flags(options.arguments, tuple(_FLAGS))
    if boolean_flag(parsed, "help"):
        options.print_help()
        raise SystemExit(0)
    form = choice_flag(parsed, "output", tuple(_PRINTERS), "yaml")
    choice_flag(parsed, "dry-run", _DRY_RUNS, "client")
    release = Release.parse(parsed.last("release", str(LATEST)))
    secret = DockerRegistryArguments.of(parsed).secret(files=LocalFiles(), release=release)
    return Outcome(_Printed(secret, _PRINTERS[form](_printable(secret, release)), screen))


@attrs.frozen(repr=False)
class _Printed:
    """The Secret, and the text of it that stands for itself: no tree is drawn of it, which would wrap its lines."""

    secret: DockerRegistrySecret
    text: str
    screen: Screen

    def to_json(self) -> JSONObject:
        return self.secret

    def to_nodes(self) -> Iterable[Node]:
        self.screen.write(self.text)
        return ()


def _printable(secret: DockerRegistrySecret, release: Release) -> JSONObject:
    if NO_NULL_CREATION_TIMESTAMP in release:
        return secret
    return {**secret, "metadata": {**secret["metadata"], "creationTimestamp": None}}


def _flags_help() -> str:
    own = {f"{f'-{flag.letter}, ' if flag.letter else ''}--{flag.name}": about for flag, about in _FLAGS.items()}
    lines = ["flags, which are those of kubectl but for --release:"]
    for flag, (value, does) in (_SECRET_FLAGS | own).items():
        lines += [f"  {flag} {value}".rstrip(), textwrap.indent(textwrap.fill(does, 70), " " * 8)]
    return "\n".join(lines)
