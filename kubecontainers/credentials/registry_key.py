"""Keys of docker configs: ``https://index.docker.io/v1/``, ``registry.example/team``.

Before a key is compared as a pattern it is put into the form of an index key: without scheme, user information, query and fragment, without
a leading ``/v1`` or ``/v2`` that a slash follows, unescaped. Kubernetes does this in ``BasicDockerKeyring.Add``
(``pkg/credentialprovider/keyring.go``), and reads the index key as a URL once more at look-up.
"""

from __future__ import annotations

import attrs

from ..apimachinery.release import LATEST, Release
from ..golang.text import to_octets
from ..golang.url import hide_user_information
from .registry_pattern import InvalidRegistryPattern, RegistryPattern, RegistryURL

__all__ = ["DEFAULT_REGISTRY_KEY", "RegistryKey", "is_default_registry_image"]

DEFAULT_REGISTRY_KEY = "index.docker.io"
"""The index key of the default registry, docker.io, which answers for its images where no other key does."""

_DEFAULT_REGISTRIES = frozenset({"docker.io", "index.docker.io"})
_SCHEMES = ("https://", "http://")
_API_VERSIONS = ("/v1/", "/v2/")


@attrs.frozen
class RegistryKey:
    """A key, and what it becomes.

    ``text`` is as written, but for a user name and a password in it. ``pattern`` is ``None`` where the index key is no URL any more,
    since what was escaped in it no longer is; it matches nothing then. ``lost_version``: more than a slash followed the ``/v1`` or
    ``/v2`` that was taken off.

    >>> RegistryKey.parse("https://index.docker.io/v1/").index_key
    'index.docker.io'
    """

    text: str
    index_key: str
    pattern: RegistryPattern | None
    lost_version: bool = False

    @classmethod
    def parse(cls, text: str, *, release: Release = LATEST) -> RegistryKey:
        """Return the key in a text.

        Raises ``InvalidRegistryPattern`` for one that Kubernetes would skip.

        >>> RegistryKey.parse("registry.example/v2/team").pattern.matches("registry.example/team/app")
        True
        """
        url = RegistryURL.parse(_without_scheme(text), release=release)
        has_version = url.path.startswith(_API_VERSIONS)
        path = url.path[3:] if has_version else url.path
        index_key = url.host if path == "/" else url.host + path
        return cls(hide_user_information(text), index_key, _pattern(index_key, release), has_version and path != "/")

    @property
    def order(self) -> bytes:
        """What index keys are ordered by, the greatest first: their bytes."""
        return to_octets(self.index_key)


def _without_scheme(text: str) -> str:
    for scheme in _SCHEMES:
        if text.startswith(scheme):
            return text[len(scheme) :]
    return text


def _pattern(index_key: str, release: Release) -> RegistryPattern | None:
    try:
        return RegistryPattern.parse(to_octets(index_key), release=release)
    except InvalidRegistryPattern:
        return None


def is_default_registry_image(image: str | bytes) -> bool:
    """Return whether an image, a text that is taken as it is, gets the credentials of the default registry where no key matches it.

    It does if it names no registry, or the default one. ``localhost/app`` counts as naming none.

    >>> is_default_registry_image("docker.io/library/nginx"), is_default_registry_image("registry.example/app")
    (True, False)
    """
    octets = image if isinstance(image, bytes) else to_octets(image)
    first, slash, _ = octets.partition(b"/")
    if not first:
        return False
    return not slash or first.decode(errors="replace") in _DEFAULT_REGISTRIES or not (b"." in first or b":" in first)
