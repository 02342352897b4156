"""The pull secret that ``kubectl create secret docker-registry`` makes, byte for byte.

Kubernetes keeps the command in ``k8s.io/kubectl/pkg/cmd/create/create_secret_docker.go`` and the hash of ``--append-hash`` in
``k8s.io/kubectl/pkg/util/hash``. Neither the name nor what is in a file is checked by the command; ``validate_secret`` says what the API
server says of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

from ..apimachinery.release import LATEST, Release
from ..apimachinery.secret_text import SecretText, to_secret
from ..golang.base64 import encode_std
from ..golang.json import encode
from ..golang.text import to_octets, to_text
from .secret_sources import InvalidSecretArguments, SecretArgumentsProblem, SecretFiles, read_secret_sources
from .secret_types import DOCKER_CONFIG_JSON_KEY, DOCKER_CONFIG_JSON_TYPE

__all__ = ["DEFAULT_SERVER", "DockerRegistrySecret", "SecretMeta", "docker_registry_secret"]

DEFAULT_SERVER = "https://index.docker.io/v1/"

_WHO_READS = "say who reads files: files=LocalFiles(), or GivenFiles({path: content})"
_HASH_DIGITS = 10
_WITHOUT_VOWELS = str.maketrans("013ae", "ghkmt")


class SecretMeta(TypedDict):
    """``metadata`` of the Secret; ``namespace`` is there where one was given."""

    name: str
    namespace: NotRequired[str]


class DockerRegistrySecret(TypedDict):
    """The Secret in JSON, its fields in the order in which kubectl prints them.

    ``data`` holds base64. It is missing only where kubectl before 1.31 is given an empty directory.
    """

    kind: Literal["Secret"]
    apiVersion: Literal["v1"]
    metadata: SecretMeta
    data: NotRequired[Mapping[str, str]]
    type: str


def docker_registry_secret(  # noqa: PLR0913  (kubectl has as many flags)
    name: str,
    *,
    server: str = DEFAULT_SERVER,
    username: str = "",
    password: str | SecretText = "",
    email: str = "",
    namespace: str = "",
    append_hash: bool = False,
    from_files: Sequence[str] = (),
    files: SecretFiles | None = None,
    release: Release = LATEST,
) -> DockerRegistrySecret:
    """Return the Secret in JSON.

    ``server`` is written as it is. ``from_files`` are file sources, ``path`` or ``key=path``, which ``files`` reads, for instance
    ``LocalFiles()``; where there are any, ``server``, ``username``, ``password`` and ``email`` count for nothing. ``append_hash`` puts a
    hash of the Secret behind its name. ``release`` is kubectl's. Text that is not UTF-8 is given as ``os.fsdecode`` makes it.

    Raises ``InvalidSecretArguments`` where kubectl refuses.

    >>> secret = docker_registry_secret("regcred", server="registry.example", username="ci", password="hunter2")
    >>> secret["type"], list(secret["data"])
    ('kubernetes.io/dockerconfigjson', ['.dockerconfigjson'])
    """
    if not name:
        raise InvalidSecretArguments(SecretArgumentsProblem.NAME_REQUIRED)
    if from_files and files is None:
        raise InvalidSecretArguments(SecretArgumentsProblem.FILE_NOT_READABLE, from_files[0], _WHO_READS)
    if files is not None and from_files:
        contents = read_secret_sources(from_files, files, release=release)
    elif username and password and server:
        contents = {DOCKER_CONFIG_JSON_KEY: _docker_config(server, username, to_secret(password), email)}
    else:
        raise InvalidSecretArguments(SecretArgumentsProblem.MISSING_ARGUMENTS)
    data = {key: encode_std(contents[key]) for key in sorted(contents)}
    ending = f"-{_hash(name, data)}" if append_hash else ""
    metadata: SecretMeta = {"name": to_text(name) + ending}
    if namespace:
        metadata["namespace"] = to_text(namespace)
    if not data:
        return {"kind": "Secret", "apiVersion": "v1", "metadata": metadata, "type": DOCKER_CONFIG_JSON_TYPE}
    return {"kind": "Secret", "apiVersion": "v1", "metadata": metadata, "data": data, "type": DOCKER_CONFIG_JSON_TYPE}


def _docker_config(server: str, username: str, password: SecretText, email: str) -> bytes:
    auth = encode_std(to_octets(username) + b":" + to_octets(password.reveal()))
    entry = {"username": username, "password": password.reveal(), **({"email": email} if email else {}), "auth": auth}
    return encode({"auths": {server: entry}}).encode()


def _hash(name: str, data: Mapping[str, str]) -> str:
    """Return the hash of a Secret: hex digits without vowels, so that they spell nothing."""
    content = encode({"data": data, "kind": "Secret", "name": name, "type": DOCKER_CONFIG_JSON_TYPE})
    return hashlib.sha256(content.encode()).hexdigest()[:_HASH_DIGITS].translate(_WITHOUT_VOWELS)
