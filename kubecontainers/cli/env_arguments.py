"""The arguments of ``kubecontainers env``, and what they say that no manifest does."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from ..apimachinery.names import NameRule, validate_dns1123_label, validate_dns1123_subdomain
from ..golang.ip import parse_ip
from .commands import STDIN, UnreadableSource, read_source
from .env_pod import Given
from .inputs import add_cluster_arguments, add_manifest_arguments

__all__ = ["add_arguments", "given_facts"]


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_manifest_arguments(command)
    command.add_argument("--workload", metavar="[KIND/]NAME", help="the object whose pod is meant, if several make pods: web, deploy/web")
    command.add_argument("--container", metavar="NAME", help="the container, if the pod has several: app, init or ephemeral")
    command.add_argument("--namespace", type=_namespace, help="that of the object, and of all that name none (default: default)")
    add_cluster_arguments(command)
    _add_facts(command)
    command.add_argument("--origins", action="store_true", help="say where each variable comes from; json always does")
    command.add_argument("--show-secrets", action="store_true", help="show what comes from Secrets; otherwise *** stands for it")


def _add_facts(command: argparse.ArgumentParser) -> None:
    """Say how the command takes what is only known when the pod runs."""
    facts = command.add_argument_group("what no manifest says")
    facts.add_argument("--pod-name", type=_pod_name, metavar="NAME", help="the name of the pod")
    facts.add_argument("--pod-ip", dest="pod_ips", action="append", type=_address, default=[], metavar="IP", help="its address; repeatable")
    facts.add_argument("--node-name", default="", metavar="NAME", help="its node; a Node among the manifests says the rest")
    facts.add_argument(
        "--image-env",
        action="append",
        type=_image_env,
        default=[],
        metavar="NAME=VALUE",
        help="a variable of the image, such as PATH; repeatable",
    )
    facts.add_argument(
        "--file",
        dest="files",
        action="append",
        type=_env_file,
        default=[],
        metavar="VOLUME/PATH=FILE",
        help="a file in a volume, for fileKeyRef; repeatable",
    )


def given_facts(options: argparse.Namespace) -> Given:
    """Return what the arguments say of the pod. Raises ``UnreadableSource`` for a file that cannot be read."""
    files: list[tuple[str, str, str]] = options.files
    if [*options.paths, *(source for _, _, source in files)].count(STDIN) > 1:
        raise UnreadableSource(STDIN, "standard input can be read once only")
    volumes: dict[str, dict[str, bytes]] = {}
    for volume, path, source in files:
        volumes.setdefault(volume, {})[path] = read_source(source)
    return Given(options.pod_name or "", options.node_name, tuple(options.pod_ips), tuple(options.image_env), volumes)


def _checked(text: str, validate: Callable[[str], tuple[NameRule, ...]], problem: str) -> str:
    if validate(text):
        raise argparse.ArgumentTypeError(f"{text!r} {problem}")
    return text


def _namespace(text: str) -> str:
    return _checked(text, validate_dns1123_label, "is no name of a namespace")


def _pod_name(text: str) -> str:
    return _checked(text, validate_dns1123_subdomain, "is no name of a pod")


def _address(text: str) -> str:
    if parse_ip(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no IP address")
    return text


def _image_env(text: str) -> str:
    if "=" not in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return text


def _env_file(text: str) -> tuple[str, str, str]:
    place, equals, source = text.partition("=")
    volume, slash, path = place.partition("/")
    if not (equals and slash and volume and path and source):
        raise argparse.ArgumentTypeError(f"{text!r} is not VOLUME/PATH=FILE, such as config/app.env=./app.env")
    return volume, path, source
