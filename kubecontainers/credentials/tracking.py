"""What the kubelet notes of a credential, to know it again when a pod wants an image that is there (``pkg/credentialprovider``).

It is noted where the kubelet verifies credentials of images that it has; a credential of the node itself is not told from others.
"""

from __future__ import annotations

from typing import Protocol

import attrs

from ..apimachinery.cluster import CREDENTIALS_VERIFIED
from ..apimachinery.release import LATEST, Release
from .credential import Credential, ObjectCoordinates, ProviderSource, SecretSource, Source, credential_hash
from .providers.plugin_provider import SERVICE_ACCOUNT_KNOWN

__all__ = ["CredentialTrack", "OfferedCredential", "track_credential"]


class OfferedCredential(Protocol):
    """A credential that may be tried for an image, and where it comes from, such as the ``KeyringMatch`` of a look-up."""

    @property
    def credential(self) -> Credential:
        """What is offered to the registry."""
        ...

    @property
    def source(self) -> Source:
        """Where it comes from."""
        ...


@attrs.frozen
class CredentialTrack:
    """The secret, or the ServiceAccount, that a credential comes from, and its hash.

    Neither object is there for a credential of the node; and nothing at all, the hash is empty, where credentials are not verified.
    """

    secret: ObjectCoordinates | None = None
    service_account: ObjectCoordinates | None = None
    hash: str = ""


def track_credential(offered: OfferedCredential, *, release: Release = LATEST) -> CredentialTrack:
    """Return what a kubelet of ``release`` notes of a credential that is offered.

    >>> from kubecontainers.credentials.docker_config import DockerConfig
    >>> from kubecontainers.credentials.keyring import Keyring
    >>> secret = SecretSource(ObjectCoordinates("shop", "registry"))
    >>> match = Keyring().with_config(DockerConfig.parse('{"auths": {"*": {"username": "ci"}}}'), secret).lookup_text("a")[0]
    >>> str(track_credential(match).secret), track_credential(match, release=Release("1.34")).secret
    ('shop/registry', None)
    """
    if CREDENTIALS_VERIFIED not in release:
        return CredentialTrack()
    source = offered.source
    account = source.service_account if isinstance(source, ProviderSource) and SERVICE_ACCOUNT_KNOWN in release else None
    secret = source.coordinates if isinstance(source, SecretSource) else None
    return CredentialTrack(secret, account, credential_hash(offered.credential))
