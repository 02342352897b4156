"""What is wrong with a key of a docker config, or with a pattern of ``matchImages``, that Kubernetes takes without a word.

Keys and patterns are compared with normalised repositories: a registry, a slash, and a path of lower-case letters, digits and ``._-/``,
without tag and digest. What cannot be part of that never matches.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator

from ..apimachinery.release import LATEST, Release
from .registry_key import DEFAULT_REGISTRY_KEY, RegistryKey
from .registry_pattern import InvalidRegistryPattern, RegistryPattern

__all__ = ["KeyProblem", "inspect_key", "inspect_match_image"]


class KeyProblem(enum.Enum):
    """What is wrong; the values say what becomes of it, and what would be right."""

    NOT_A_URL = "it is no URL, so it matches nothing; write a registry, and a path if need be"
    SCHEME = "this scheme is not taken off here, so it matches nothing; leave it out"
    NO_REGISTRY = "it names no registry, so it matches nothing"
    ADDRESS_WITHOUT_PORT = "an IPv6 address without a port matches nothing, not even itself; add the port"
    LONE_WILDCARD = "a label matches one label only, so it matches no registry with a dot in its name; write *.example.com"
    HUB_ALIAS = "images of Docker Hub are docker.io/…, which this does not match; write docker.io"
    API_VERSION = (
        "without a slash at its end /v1 or /v2 is a path like any other; leave it out, or for Docker Hub write https://index.docker.io/v1/"
    )
    VERSION_TAKEN_OFF = "a leading /v1/ or /v2/ is taken off, so it does not match repositories that begin so"
    TAG = "it has a tag, and images are compared without; leave the tag out"
    DIGEST = "it has a digest, and images are compared without; leave the digest out"
    WILDCARD_IN_PATH = "in a path * is no wildcard, so it matches nothing; a path matches all that begins with it, so leave /* out"
    CAPITAL_IN_PATH = "repositories are in lower case, so it matches nothing"
    CHARACTER_IN_PATH = "no repository has such a character, so it matches nothing"
    EMPTY_PART = "no repository has two slashes in a row, so it matches nothing"
    UNESCAPED_TWICE = "it is unescaped twice, so it is not the path that it seems to be; write it plainly"
    USER_INFORMATION = "the user name and the password in it are not used; write them into the entry"
    DEFAULT_PORT = "a port is compared as text, so images that leave out :443 do not match; leave it out here too"
    CAPITAL_IN_HOST = "capitals in a host are compared as well, so only images that write it like this match"
    PREFIX = "it matches all that begins with it, neighbours such as …-other too; with a slash at its end it matches only what is below it"

    @property
    def is_dead(self) -> bool:
        """Whether it matches no image, or none that it may be meant for."""
        return self not in _ALIVE


_ALIVE = frozenset(
    {
        KeyProblem.API_VERSION,
        KeyProblem.VERSION_TAKEN_OFF,
        KeyProblem.UNESCAPED_TWICE,
        KeyProblem.USER_INFORMATION,
        KeyProblem.DEFAULT_PORT,
        KeyProblem.CAPITAL_IN_HOST,
        KeyProblem.PREFIX,
    }
)

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_KEY_SCHEMES = ("https://", "http://")
_HUB_ALIASES = frozenset({DEFAULT_REGISTRY_KEY, "registry-1.docker.io", "hub.docker.com", "registry.hub.docker.com", "www.docker.com"})
_FOREIGN = re.compile(r"[^a-z0-9._/-]")
_BY_CHARACTER = {":": KeyProblem.TAG, "@": KeyProblem.DIGEST, "*": KeyProblem.WILDCARD_IN_PATH}


def inspect_key(text: str, *, release: Release = LATEST) -> tuple[KeyProblem, ...]:
    """Return what is wrong with a key of a docker config, for a kubelet of ``release``.

    >>> [problem.name for problem in inspect_key("registry.example/team/app:1.0")]
    ['TAG']
    """
    if _SCHEME.match(text) and not text.startswith(_KEY_SCHEMES):
        return (KeyProblem.SCHEME,)
    try:
        key = RegistryKey.parse(text, release=release)
    except InvalidRegistryPattern:
        return (KeyProblem.NOT_A_URL,)
    if key.pattern is None:
        return (KeyProblem.UNESCAPED_TWICE, KeyProblem.NOT_A_URL)
    problems = [] if key.index_key == DEFAULT_REGISTRY_KEY else list(_inspect(key.pattern))
    if f"{key.pattern.url.host}{key.pattern.url.path}" != key.index_key:
        problems.insert(0, KeyProblem.UNESCAPED_TWICE)
    if key.lost_version:
        problems.append(KeyProblem.VERSION_TAKEN_OFF)
    if key.text != text:
        problems.append(KeyProblem.USER_INFORMATION)
    return tuple(problems)


def inspect_match_image(text: str, *, release: Release = LATEST) -> tuple[KeyProblem, ...]:
    """Return what is wrong with a pattern of ``matchImages``, for a kubelet of ``release``.

    >>> [problem.name for problem in inspect_match_image("https://gcr.io")], inspect_match_image("*.gcr.io")
    (['SCHEME'], ())
    """
    if _SCHEME.match(text):
        return (KeyProblem.SCHEME,)
    try:
        pattern = RegistryPattern.parse(text, release=release)
    except InvalidRegistryPattern:
        return (KeyProblem.NOT_A_URL,)
    return tuple(_inspect(pattern))


def _inspect(pattern: RegistryPattern) -> Iterator[KeyProblem]:
    host, path = _host_problem(pattern), _path_problem(pattern.url.path)
    if path is KeyProblem.API_VERSION and host is KeyProblem.HUB_ALIAS:
        yield path  # whose advice goes further
        return
    if host is not None:
        yield host
    if path is not None and not (host is not None and host.is_dead and path is KeyProblem.PREFIX):
        yield path


def _host_problem(pattern: RegistryPattern) -> KeyProblem | None:
    url = pattern.url
    if not url.host.partition(":")[0]:
        return KeyProblem.NO_REGISTRY
    if url.host.startswith("[") and not url.port:
        return KeyProblem.ADDRESS_WITHOUT_PORT
    if url.host == "*":
        return KeyProblem.LONE_WILDCARD
    if url.host in _HUB_ALIASES:
        return KeyProblem.HUB_ALIAS
    if url.port == "443":
        return KeyProblem.DEFAULT_PORT
    return KeyProblem.CAPITAL_IN_HOST if url.host.lower() != url.host else None


def _path_problem(path: str) -> KeyProblem | None:
    foreign = _FOREIGN.search(path)
    if path in {"/v1", "/v2"}:
        return KeyProblem.API_VERSION
    if foreign:
        capital = KeyProblem.CAPITAL_IN_PATH if foreign[0].isascii() and foreign[0].isupper() else KeyProblem.CHARACTER_IN_PATH
        return _BY_CHARACTER.get(foreign[0], capital)
    if "//" in path:
        return KeyProblem.EMPTY_PART
    return KeyProblem.PREFIX if path and not path.endswith("/") else None
