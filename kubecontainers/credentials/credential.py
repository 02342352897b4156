"""A credential for a registry, and where it comes from.

The fields are those of ``AuthConfig`` in ``pkg/credentialprovider/provider.go``. From docker config files, secrets and plugins Kubernetes
takes user name, password and email only; and only the first two reach the container runtime.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import attrs

from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.secret_text import NO_SECRET, SecretText, to_secret
from ..golang.json import encode
from ..golang.url import hide_user_information

__all__ = ["Credential", "FileSource", "ObjectCoordinates", "ProviderSource", "SecretSource", "Source", "credential_hash"]


@attrs.frozen
class Credential:
    """What is offered to a registry.

    ``password``, ``auth`` and the tokens are wrapped; give them as text or wrapped. Bytes that are not UTF-8 are held as
    ``surrogateescape`` holds them.

    >>> Credential("ci", "hunter2").password.reveal()
    'hunter2'
    """

    username: str = ""
    password: SecretText = attrs.field(default=NO_SECRET, converter=to_secret)
    email: str = ""
    auth: SecretText = attrs.field(default=NO_SECRET, converter=to_secret)
    server_address: str = ""
    identity_token: SecretText = attrs.field(default=NO_SECRET, converter=to_secret)
    registry_token: SecretText = attrs.field(default=NO_SECRET, converter=to_secret)


def credential_hash(credential: Credential) -> str:
    """Return the hash, 64 hex digits, by which the kubelet knows a credential again; every field takes part.

    >>> credential_hash(Credential("ci", "hunter2"))[:8]
    '3d165ce6'
    """
    fields = {
        "username": credential.username,
        "password": credential.password.reveal(),
        "auth": credential.auth.reveal(),
        "email": credential.email,
        "serveraddress": credential.server_address,
        "identitytoken": credential.identity_token.reveal(),
        "registrytoken": credential.registry_token.reveal(),
    }
    return hashlib.sha256(encode({name: text for name, text in fields.items() if text}).encode()).hexdigest()


def frozen_credentials(credentials: Mapping[str, Credential]) -> FrozenMap[str, Credential]:
    """Return credentials by the key of a registry as they stand in a value."""
    return FrozenMap(credentials)


def shown_credentials(credentials: Mapping[str, Credential] | None) -> str:
    """Return how they are shown: without the passwords that somebody may have written into the keys."""
    if credentials is None:
        return repr(None)
    return repr(FrozenMap({hide_user_information(key): credential for key, credential in credentials.items()}))


# -------------------------------------------------------------------------------------------------------------------- sources


@attrs.frozen
class ObjectCoordinates:
    """Which object: its namespace, name and UID, each empty where it is not known."""

    namespace: str = ""
    name: str = ""
    uid: str = ""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


@attrs.frozen
class SecretSource:
    """A pull secret."""

    coordinates: ObjectCoordinates = ObjectCoordinates()

    def __str__(self) -> str:
        return f"secret {self.coordinates}"


@attrs.frozen
class FileSource:
    """A docker config file, such as the node's own."""

    path: str = ""

    def __str__(self) -> str:
        return f"file {self.path}".rstrip()


@attrs.frozen
class ProviderSource:
    """A credential provider plugin of a kubelet, which may have been given a token of the pod's ServiceAccount."""

    name: str = ""
    service_account: ObjectCoordinates | None = None

    def __str__(self) -> str:
        return f"credential provider {self.name}"


Source = SecretSource | FileSource | ProviderSource
"""Where a credential comes from."""
