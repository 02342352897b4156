"""Keyrings: which credentials are offered for an image, and in which order.

A keyring holds the entries of docker configs under their index keys, the greatest first by bytes. Every key that matches an image gives its
credentials, in the order in which they were added. Where none matches an image of the default registry, those under ``index.docker.io``
answer. Kubernetes keeps the rule in ``pkg/credentialprovider/keyring.go`` (BasicDockerKeyring, UnionDockerKeyring).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

import attrs

from ..apimachinery.release import LATEST, Release
from ..golang.text import to_octets
from ..golang.url import hide_user_information
from ..images.reference import ImageReference
from .credential import Credential, FileSource, Source
from .docker_config import DockerConfig
from .pattern_index import PatternIndex
from .registry_key import DEFAULT_REGISTRY_KEY, RegistryKey, is_default_registry_image
from .registry_pattern import InvalidRegistryPattern, PatternMatch, RegistryURL

__all__ = ["KeyExplanation", "Keyring", "KeyringMatch", "KeyringUnion", "SkippedKey", "repository_name"]


@attrs.frozen
class KeyringMatch:
    """A credential that is offered for an image.

    ``key`` is that of its entry in ``source``. Its pattern matched, unless ``by_default``: no key matched, and this one is that of the
    default registry.
    """

    credential: Credential
    source: Source
    key: RegistryKey
    by_default: bool = False


@attrs.frozen
class SkippedKey:
    """A key that is no URL, and so no part of a keyring; ``problem`` says why."""

    key: str
    source: Source
    problem: str


@attrs.frozen
class KeyExplanation:
    """What one key has to do with one image.

    ``match`` says whether and why it matches; ``None`` where the key is no URL, as it stands or once it is unescaped. ``offered``: its
    credential is, which for the key of the default registry may be so without a match.
    """

    key: str
    index_key: str
    source: Source
    match: PatternMatch | None
    offered: bool


@attrs.frozen
class _Added:
    """A config that was added, with its keys parsed."""

    config: DockerConfig
    source: Source
    release: Release

    def entries(self) -> Iterator[KeyringMatch]:
        """Yield the entries by their keys, where Kubernetes has a random order: those of one index key may come otherwise there."""
        for text in sorted(self.config.entries, key=to_octets):
            try:
                key = RegistryKey.parse(text, release=self.release)
            except InvalidRegistryPattern:
                continue
            yield KeyringMatch(self.config.entries[text], self.source, key)

    def skipped(self) -> Iterator[SkippedKey]:
        """Yield the keys that are no URLs."""
        for text in sorted(self.config.entries, key=to_octets):
            try:
                RegistryKey.parse(text, release=self.release)
            except InvalidRegistryPattern as error:
                yield SkippedKey(hide_user_information(text), self.source, error.problem)


class _Layer:
    """Some configs of a keyring, indexed when they are first asked.

    A keyring that is extended keeps its layers and adds a small one; small ones are put together, so that there are few and no entry is
    indexed often.
    """

    def __init__(self, added: tuple[_Added, ...]) -> None:
        self.added = added
        self.size = sum(1 + len(one.config.entries) for one in added)

    @functools.cached_property
    def entries(self) -> list[KeyringMatch]:
        """The entries, those with the greatest index key first."""
        return sorted((entry for one in self.added for entry in one.entries()), key=_order, reverse=True)

    @functools.cached_property
    def _index(self) -> PatternIndex:
        return PatternIndex((number, entry.key.pattern) for number, entry in enumerate(self.entries) if entry.key.pattern is not None)

    @functools.cached_property
    def by_default(self) -> list[KeyringMatch]:
        """The entries of the default registry."""
        return [attrs.evolve(entry, by_default=True) for entry in self.entries if entry.key.index_key == DEFAULT_REGISTRY_KEY]

    def matching(self, image: RegistryURL) -> list[KeyringMatch]:
        """Return the entries that match, in their order."""
        entries = self.entries
        return [entries[number] for number in sorted(self._index.matching(image))]


def _order(entry: KeyringMatch) -> bytes:
    return entry.key.order


@attrs.frozen
class Keyring:
    """One keyring: all its entries are looked up together.

    ``release`` is that of the kubelet. It does not change; ``with_config`` returns another, which shares what is indexed already.

    >>> config = DockerConfig.parse('{"auths": {"*.example/team": {"username": "ci", "password": "hunter2"}}}')
    >>> keyring = Keyring().with_config(config, FileSource("config.json"))
    >>> [(found.credential.username, str(found.source), found.key.text) for found in keyring.lookup("registry.example/team/app:1.0")]
    [('ci', 'file config.json', '*.example/team')]
    """

    release: Release = LATEST
    _added: tuple[_Added, ...] = attrs.field(default=(), repr=False)
    _layers: tuple[_Layer, ...] = attrs.field(default=(), repr=False, eq=False)

    @classmethod
    def of(cls, configs: Iterable[tuple[DockerConfig, Source]], *, release: Release = LATEST) -> Keyring:
        """Return a keyring of several configs, in the order in which they are added."""
        added = tuple(_Added(config, source, release) for config, source in configs)
        return cls(release, added, (_Layer(added),) if added else ())

    def with_config(self, config: DockerConfig, source: Source = FileSource()) -> Keyring:  # noqa: B008  (it does not change)
        """Return this keyring with the entries of one more config, which come after those with the same index key."""
        added = _Added(config, source, self.release)
        layers = [*self._layers, _Layer((added,))]
        while len(layers) > 1 and layers[-2].size <= layers[-1].size:
            layers[-2:] = [_Layer(layers[-2].added + layers[-1].added)]
        return Keyring(self.release, (*self._added, added), tuple(layers))

    def __or__(self, other: Keyring | KeyringUnion) -> KeyringUnion:
        return KeyringUnion((self,)) | other

    @property
    def entries(self) -> tuple[KeyringMatch, ...]:
        """The entries of all keys that are URLs, in the order in which they are offered."""
        entries = [entry for layer in self._layers for entry in layer.entries]
        return tuple(sorted(entries, key=_order, reverse=True))

    @property
    def index_keys(self) -> tuple[str, ...]:
        """The index keys, each once, in their order."""
        return tuple(dict.fromkeys(entry.key.index_key for entry in self.entries))

    @property
    def skipped(self) -> tuple[SkippedKey, ...]:
        """The keys that are no URLs, in the order of adding."""
        return tuple(skipped for one in self._added for skipped in one.skipped())

    def lookup(self, image: ImageReference | str) -> tuple[KeyringMatch, ...]:
        """Return what is offered for an image, in the order of trial, by its normalised repository, as the kubelet looks it up.

        ``image`` is a reference in normalized mode, or the text of one. Raises ``InvalidReference``.

        >>> Keyring().lookup("nginx")
        ()
        """
        return self.lookup_text(repository_name(image, release=self.release))

    def lookup_text(self, text: str | bytes) -> tuple[KeyringMatch, ...]:
        """Return what is offered for a text that is taken as it is; nothing for one that is no URL, but for the default registry."""
        found: list[KeyringMatch] = []
        url = _url(text, self.release)
        if url is not None:
            for layer in self._layers:
                found += layer.matching(url)
            if len(self._layers) > 1:
                found.sort(key=_order, reverse=True)
        return tuple(found) if found else self._by_default(text)

    def _by_default(self, image: str | bytes) -> tuple[KeyringMatch, ...]:
        if not is_default_registry_image(image):
            return ()
        return tuple(entry for layer in self._layers for entry in layer.by_default)

    def explain(self, image: ImageReference | str) -> tuple[KeyExplanation, ...]:
        """Return what every key has to do with an image, in the order of trial, keys that are no URLs last.

        Raises ``InvalidReference``.

        >>> config = DockerConfig.parse('{"auths": {"registry.example:5000": {"username": "ci"}}}')
        >>> [str(key.match) for key in Keyring().with_config(config).explain("registry.example/app")]
        ["the ports differ: '5000' against ''"]
        """
        return self.explain_text(repository_name(image, release=self.release))

    def explain_text(self, text: str | bytes) -> tuple[KeyExplanation, ...]:
        """Return what every key has to do with a text that is taken as it is."""
        by_default = any(match.by_default for match in self.lookup_text(text))
        explained = [_explained(entry, text, by_default=by_default) for entry in self.entries]
        return (*explained, *(KeyExplanation(skipped.key, "", skipped.source, None, offered=False) for skipped in self.skipped))


@attrs.frozen
class KeyringUnion:
    """Keyrings that are looked up one after the other; each decides for itself whether its key of the default registry answers."""

    members: tuple[Keyring, ...] = ()

    def __or__(self, other: Keyring | KeyringUnion) -> KeyringUnion:
        return KeyringUnion(self.members + ((other,) if isinstance(other, Keyring) else other.members))

    def lookup(self, image: ImageReference | str) -> tuple[KeyringMatch, ...]:
        """Return what the members offer for an image, see ``Keyring.lookup``."""
        return tuple(match for member in self.members for match in member.lookup(image))

    def lookup_text(self, text: str | bytes) -> tuple[KeyringMatch, ...]:
        """Return what the members offer for a text, see ``Keyring.lookup_text``."""
        return tuple(match for member in self.members for match in member.lookup_text(text))

    def explain(self, image: ImageReference | str) -> tuple[KeyExplanation, ...]:
        """Return what every key of the members has to do with an image, see ``Keyring.explain``."""
        return tuple(key for member in self.members for key in member.explain(image))

    def explain_text(self, text: str | bytes) -> tuple[KeyExplanation, ...]:
        """Return what every key of the members has to do with a text."""
        return tuple(key for member in self.members for key in member.explain_text(text))


def repository_name(image: ImageReference | str, *, release: Release = LATEST) -> str:
    """Return what an image is looked up by: its normalised name, without tag and digest. Raises ``InvalidReference``.

    >>> repository_name("nginx:1.27")
    'docker.io/library/nginx'
    """
    reference = image if isinstance(image, ImageReference) else ImageReference.parse(image, release=release)
    return reference.name


def _url(text: str | bytes, release: Release) -> RegistryURL | None:
    try:
        return RegistryURL.parse(text, release=release)
    except InvalidRegistryPattern:
        return None


def _explained(entry: KeyringMatch, text: str | bytes, *, by_default: bool) -> KeyExplanation:
    match = entry.key.pattern.explain(text) if entry.key.pattern is not None else None
    offered = (match is not None and match.matched) or (by_default and entry.key.index_key == DEFAULT_REGISTRY_KEY)
    return KeyExplanation(entry.key.text, entry.key.index_key, entry.source, match, offered)
