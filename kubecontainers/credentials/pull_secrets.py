"""Pull secrets: which entries they bring for an image (``pkg/credentialprovider/secrets/secrets.go``, MakeDockerKeyring).

All secrets of a pod make one keyring, which is asked before the node's own credentials. A secret that holds no docker config under the key
of its type is passed over; one whose docker config cannot be read fails the pull.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.fields import ROOT
from ..apimachinery.object_data import secret_data
from ..apimachinery.objects import JSONObject, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Release
from .credential import ObjectCoordinates, SecretSource
from .docker_config import DockerConfig
from .invalid_docker_config import InvalidDockerConfig
from .keyring import Keyring, KeyringUnion
from .secret_types import DOCKER_CONFIGS

__all__ = [
    "InvalidPullSecret",
    "PassedSecret",
    "PassedSecretReason",
    "PullSecrets",
    "pull_secret_keyring",
    "read_pull_secret",
    "read_pull_secrets",
    "secret_coordinates",
]


class InvalidPullSecret(KubeContainersError):
    """A pull secret holds a docker config that cannot be read, which fails the pull of every image of the pod.

    ``secret`` says which; ``problem`` is what is wrong with its docker config, without what it holds.
    """

    def __init__(self, secret: ObjectCoordinates, problem: InvalidDockerConfig) -> None:
        super().__init__(secret, problem)
        self.secret = secret
        self.problem = problem

    def _sentence(self) -> str:
        return f"secret {self.secret}: {self.problem}"


class PassedSecretReason(enum.Enum):
    """Why a secret brings nothing."""

    WRONG_TYPE = "its type is not that of a pull secret"
    NO_CONFIG = "it has no docker config under the key of its type"


@attrs.frozen
class PassedSecret:
    """A secret that is passed over; ``expected`` names the key, or the types, that were looked for."""

    secret: ObjectCoordinates
    reason: PassedSecretReason
    expected: str


@attrs.frozen
class PullSecrets:
    """What some secrets bring: their keyring, which of them take part in it, and which do not, each in the given order."""

    keyring: Keyring
    used: tuple[ObjectCoordinates, ...] = ()
    passed: tuple[PassedSecret, ...] = ()


def read_pull_secrets(secrets: Iterable[JSONObject], *, release: Release = LATEST) -> PullSecrets:
    """Return what secrets, API objects as a kubelet of ``release`` gets them, bring in their order.

    One with a docker config that has no entries counts as used. Raises ``InvalidPullSecret`` for the first that cannot be read, and
    ``MalformedObject`` for what is no secret.

    >>> read_pull_secrets([{"metadata": {"name": "tls"}, "type": "kubernetes.io/tls"}]).passed[0].reason.value
    'its type is not that of a pull secret'
    """
    configs: list[tuple[DockerConfig, SecretSource]] = []
    passed: list[PassedSecret] = []
    for secret in secrets:
        found = read_pull_secret(secret)
        if isinstance(found, PassedSecret):
            passed.append(found)
        else:
            configs.append(found)
    keyring = Keyring.of(configs, release=release)
    return PullSecrets(keyring, tuple(source.coordinates for _, source in configs), tuple(passed))


def pull_secret_keyring(
    secrets: Iterable[JSONObject], default: Keyring | KeyringUnion | None = None, *, release: Release = LATEST
) -> KeyringUnion:
    """Return the keyring that the kubelet asks for a pod: that of its secrets, then ``default``, the node's own.

    Raises as ``read_pull_secrets`` does.
    """
    found = read_pull_secrets(secrets, release=release)
    own = KeyringUnion((found.keyring,)) if found.used else KeyringUnion()
    return own if default is None else own | default


def read_pull_secret(secret: JSONObject) -> tuple[DockerConfig, SecretSource] | PassedSecret:
    """Return the docker config of one secret, or why it is passed over. Raises as ``read_pull_secrets`` does."""
    coordinates = secret_coordinates(secret)
    kind = text_at(secret, "type", ROOT)
    if kind not in DOCKER_CONFIGS:
        return PassedSecret(coordinates, PassedSecretReason.WRONG_TYPE, " or ".join(DOCKER_CONFIGS))
    key, format_ = DOCKER_CONFIGS[kind]
    document = (secret_data(secret) or {}).get(key)
    if not document:
        return PassedSecret(coordinates, PassedSecretReason.NO_CONFIG, key)
    try:
        return DockerConfig.parse(document, format_), SecretSource(coordinates)
    except InvalidDockerConfig as error:
        problem = error.with_traceback(None)  # whose frames hold the document
    raise InvalidPullSecret(coordinates, problem)


def secret_coordinates(secret: JSONObject) -> ObjectCoordinates:
    """Return which object a secret is."""
    metadata, path = mapping_at(root_object(secret), "metadata", ROOT) or {}, ROOT.child("metadata")
    return ObjectCoordinates(text_at(metadata, "namespace", path), text_at(metadata, "name", path), text_at(metadata, "uid", path))
