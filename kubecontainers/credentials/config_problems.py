"""What is wrong with a docker config that Kubernetes takes without a word: entries that bring no credentials, or not when expected."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from ..apimachinery.release import LATEST, Release
from ..golang.url import hide_user_information
from .docker_config import DockerConfig
from .key_problems import KeyProblem, inspect_key
from .registry_key import RegistryKey
from .registry_pattern import InvalidRegistryPattern

__all__ = ["ConfigProblem", "FoundProblem", "inspect_docker_config"]


_CONFIG_JSON_FIELD = "auths"
"""What holds the entries of a config.json; in one that is read as a .dockercfg it looks like the key of an entry."""


class ConfigProblem(enum.Enum):
    """What is wrong with an entry, or with the whole; the values say what becomes of it."""

    NO_ENTRIES = "it has no entries, so it brings no credentials"
    HELPERS_ONLY = "its credentials are kept by a credential helper, which Kubernetes does not run; write them into auths"
    OTHER_FORMAT = "it is a config.json, not the older .dockercfg, and brings no credentials; keep what stands in auths, nothing around it"
    NO_PASSWORD = "the entry has no password, and is offered like that"  # noqa: S105
    IDENTITY_TOKEN = "Kubernetes does not use identity tokens, and the password is empty; write a user name and a password"  # noqa: S105
    SAME_KEY = "another key comes to the same, and which is tried first is left to chance"


@attrs.frozen
class FoundProblem:
    """One thing that is wrong with a config; ``key`` is that of the entry, ``None`` where the whole is meant."""

    problem: ConfigProblem | KeyProblem
    key: str | None = None


def inspect_docker_config(config: DockerConfig, *, release: Release = LATEST) -> tuple[FoundProblem, ...]:
    """Return what is wrong with a config and its keys, for a kubelet of ``release``.

    >>> found = inspect_docker_config(DockerConfig.parse('{"auths": {}, "credsStore": "desktop"}'))
    >>> [problem.problem.name for problem in found]
    ['HELPERS_ONLY']
    """
    helpers_only = _is_helpers_only(config)
    return (*_inspect_whole(config, helpers_only=helpers_only), *_inspect_entries(config, release, helpers_only=helpers_only))


def _inspect_whole(config: DockerConfig, *, helpers_only: bool) -> Iterator[FoundProblem]:
    if helpers_only:
        yield FoundProblem(ConfigProblem.HELPERS_ONLY)
    elif not config.entries:
        yield FoundProblem(ConfigProblem.NO_ENTRIES)


def _is_helpers_only(config: DockerConfig) -> bool:
    """Return whether all credentials are a helper's; the entries, if any, are empty then."""
    helpers = any(ignored.key is None for ignored in config.ignored)
    return helpers and not any(entry.username or entry.password for entry in config.entries.values())


def _inspect_entries(config: DockerConfig, release: Release, *, helpers_only: bool) -> Iterator[FoundProblem]:
    tokens = {ignored.key for ignored in config.ignored}
    seen: set[str] = set()
    for written, entry in sorted(config.entries.items()):
        key = hide_user_information(written)
        if key == _CONFIG_JSON_FIELD and not entry.username and not entry.password:
            yield FoundProblem(ConfigProblem.OTHER_FORMAT)
            continue
        problems = inspect_key(written, release=release)
        if key in tokens and not entry.password:
            yield FoundProblem(ConfigProblem.IDENTITY_TOKEN, key)
        elif not entry.password and not helpers_only and not any(problem.is_dead for problem in problems):
            yield FoundProblem(ConfigProblem.NO_PASSWORD, key)
        for problem in problems:
            yield FoundProblem(problem, key)
        index_key = _index_key(written, release)
        if index_key in seen:
            yield FoundProblem(ConfigProblem.SAME_KEY, key)
        if index_key is not None:
            seen.add(index_key)


def _index_key(key: str, release: Release) -> str | None:
    try:
        return RegistryKey.parse(key, release=release).index_key
    except InvalidRegistryPattern:
        return None
