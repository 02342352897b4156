"""``kubecontainers credentials``: which credentials a kubelet tries for an image, and why not the others."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import PurePath

from ..apimachinery.errors import KubeContainersError, MalformedObject
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import LATEST, Release
from ..credentials.config_problems import inspect_docker_config
from ..credentials.credential import FileSource, SecretSource
from ..credentials.docker_config import DockerConfig
from ..credentials.docker_config_files import docker_config_format
from ..credentials.invalid_docker_config import InvalidDockerConfig
from ..credentials.keyring import repository_name
from ..credentials.providers.config import CredentialProvider, CredentialProviderConfig
from ..credentials.pull_secrets import InvalidPullSecret, PassedSecret, read_pull_secret
from ..explain.core_objects import is_core_object
from ..explain.credentials_report import CredentialsReport, ExaminedSource
from ..pulling.pull_credentials import NodeCredentials, pull_credentials
from .commands import EXIT_FOUND, STDIN, Outcome, UnreadableSource, parse_release, read_source
from .manifests import Manifest, UnreadableManifest, read_manifests
from .provider_yaml import decode_provider_yaml
from .screen import Screen

__all__ = ["add_arguments", "run"]


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("image", metavar="IMAGE", help="the image as a pod names it, such as registry.example/team/app:1.0")
    command.add_argument("--config", metavar="FILE|-", help="the docker config file of the node: a config.json or a .dockercfg")
    command.add_argument(
        "--secret",
        dest="secrets",
        action="append",
        default=[],
        metavar="FILE|-",
        help="manifests with pull secrets, which are taken in their order; may be repeated",
    )
    command.add_argument("--provider-config", metavar="FILE|-", help="the kubelet's CredentialProviderConfig; no plugin is run")
    command.add_argument("--release", type=parse_release, default=LATEST, help=f"release of the kubelet (default: {LATEST})")
    command.add_argument("--fail-on-miss", action="store_true", help="exit 1 where no credentials match")


def run(options: argparse.Namespace, screen: Screen) -> Outcome:  # noqa: ARG001  (there is no progress to show)
    """Read what is named, and look the image up in it."""
    release: Release = options.release
    if [options.config, *options.secrets, options.provider_config].count(STDIN) > 1:
        raise UnreadableSource(STDIN, "standard input can be read once only")
    repository = repository_name(options.image, release=release)
    secrets = [secret for source in options.secrets for secret in _secrets(source)]
    config, examined = (None, ()) if options.config is None else _config(options.config, release)
    node = NodeCredentials(config, options.config or "")
    spoilt: InvalidPullSecret | None = None
    try:
        found = pull_credentials(options.image, secrets=secrets, node=node, release=release)
    except InvalidPullSecret as error:
        found, spoilt = None, error
    sources = (*_examined_secrets(secrets, release), *examined)
    providers = () if options.provider_config is None else _providers(options.provider_config, release)
    report = CredentialsReport(options.image, repository, found, sources, providers, spoilt, release)
    return Outcome(report, EXIT_FOUND if options.fail_on_miss and report.is_miss else 0)


def _config(source: str, release: Release) -> tuple[DockerConfig | None, tuple[ExaminedSource, ...]]:
    """Return the config of a file, ``None`` where it cannot be read as one, and what is wrong with it."""
    content = read_source(source)
    try:
        config = DockerConfig.parse(content, docker_config_format(PurePath(source)))
    except InvalidDockerConfig as error:
        return None, (ExaminedSource(FileSource(source), invalid=error),)
    return config, (ExaminedSource(FileSource(source), inspect_docker_config(config, release=release)),)


def _secrets(source: str) -> Iterator[JSONObject]:
    """Yield the secrets in a file. Raises ``UnreadableSource`` where there is none, and ``UnreadableManifest`` for what is none."""
    found = False
    for manifest in read_manifests(source, read_source(source)):
        if is_core_object(manifest.object, "Secret"):
            found = True
            _check_secret(manifest)
            yield manifest.object
    if not found:
        raise UnreadableSource(source, "there is no Secret in it; give a docker config file with --config")


def _check_secret(manifest: Manifest) -> None:
    try:
        read_pull_secret(manifest.object)
    except InvalidPullSecret:  # which the report tells
        return
    except MalformedObject as error:
        problem = str(error)
    else:
        return
    raise UnreadableManifest(manifest.source, problem, manifest.document, manifest.line)


def _examined_secrets(secrets: list[JSONObject], release: Release) -> Iterator[ExaminedSource]:
    for secret in secrets:
        try:
            found = read_pull_secret(secret)
        except InvalidPullSecret as error:
            yield ExaminedSource(SecretSource(error.secret), invalid=error.problem)
            continue
        if not isinstance(found, PassedSecret):
            config, source = found
            yield ExaminedSource(source, inspect_docker_config(config, release=release))


def _providers(source: str, release: Release) -> tuple[CredentialProvider, ...]:
    content = read_source(source)
    try:
        return CredentialProviderConfig.parse(content, decode_provider_yaml, release=release).providers
    except KubeContainersError as error:
        problem = str(error)
    raise UnreadableSource(source, problem)
