"""What a kubelet remembers of the answers of a credential provider, and under which keys.

The plugin says whether its answer holds for the image, for all images of the registry, or for all (``cacheKeyType``), and for how long
(``cacheDuration``; where it does not, the provider's ``defaultCacheDuration``). Kubernetes keeps the rule in
``pkg/credentialprovider/plugin/plugin.go`` (``getCachedCredentials``, ``provide``); each provider has a cache of its own, in memory.

Time is an argument: durations since any moment, the same for all calls.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Mapping

import attrs

from ...apimachinery.durations import to_duration
from ...apimachinery.errors import KubeContainersError
from ...apimachinery.frozenmap import FrozenMap
from ...apimachinery.release import LATEST, Change, NotInRelease, Release
from ...apimachinery.secret_text import SecretText
from ...golang.duration import Duration, DurationLike
from ...golang.text import to_bytes
from ..credential import Credential, ObjectCoordinates, shown_credentials
from .config import TOKEN_CACHE_TYPE
from .protocol import TOKEN_IN_REQUEST, CacheKeyType, CredentialProviderResponse, ServiceAccountDetails

__all__ = [
    "GLOBAL_KEY_APART",
    "LENGTH_PREFIXED_KEYS",
    "PURGE_INTERVAL",
    "TOKEN_IN_KEY",
    "CacheEntry",
    "CacheKeyTooLong",
    "CacheLookup",
    "CacheOutcome",
    "ProviderCache",
    "cache_key",
    "service_account_key",
]

LENGTH_PREFIXED_KEYS = Change(
    since="1.33", summary="a cache key of a credential provider is made of the image and of the ServiceAccount, each with its length"
)
GLOBAL_KEY_APART = Change(
    since="1.34", summary="the cache key for all images is <global>, which no image has; before it was that of an image called global"
)
TOKEN_IN_KEY = Change(since="1.34", summary="with cacheType Token the token is part of a cache key, so that each pod has its own entries")

PURGE_INTERVAL = Duration.of(15 * 60)
"""A look-up deletes all expired entries if the last time is longer ago than this."""

LONGEST_PART = 0xFFFF
"""In bytes."""

_GLOBAL = "global"
_GLOBAL_APART = "<global>"


class CacheKeyTooLong(KubeContainersError):
    """A part of a cache key is longer than 65535 bytes, so that there is no key and the provider gives no credentials."""

    def __init__(self, size: int, hint: str = "the image, or the annotations that the provider asks for, are too long") -> None:
        super().__init__(size, hint)
        self.size = size
        self.hint = hint

    def _sentence(self) -> str:
        return f"a part of a cache key has {self.size} bytes, more than {LONGEST_PART}"


def service_account_key(
    service_account: ObjectCoordinates, details: ServiceAccountDetails, *, cache_type: str = "", release: Release = LATEST
) -> bytes:
    r"""Return the part of a cache key that stands for the pod's ServiceAccount.

    ``details`` is what the plugin is told of it, ``cache_type`` the provider's ``cacheType``: with ``Token`` the token takes part, from
    1.34 on. For a pod without a ServiceAccount the part is empty. Raises ``CacheKeyTooLong``, and ``NotInRelease`` before 1.33.

    >>> service_account_key(ObjectCoordinates("shop", "web", "1"), ServiceAccountDetails(annotations={"a": "b"}))
    b'\x00\x04shop\x00\x03web\x00\x011\x00\x00\x00\x01\x00\x01a\x00\x01b'
    """
    if TOKEN_IN_REQUEST not in release:
        raise NotInRelease("a ServiceAccount in the cache keys of a credential provider", release, "it is there since 1.33")
    annotations = sorted((to_bytes(name), to_bytes(value)) for name, value in details.annotations.items())
    key = _prefixed(map(to_bytes, (service_account.namespace, service_account.name, service_account.uid)))
    key += len(annotations).to_bytes(4, "big")
    key += _prefixed(part for annotation in annotations for part in annotation)
    if cache_type == TOKEN_CACHE_TYPE and TOKEN_IN_KEY in release:
        key += _prefixed((b"token", _token_hash(details.token)))
    return key


def cache_key(kind: CacheKeyType, image: str, *, service_account_key: bytes = b"", release: Release = LATEST) -> bytes:
    """Return the key under which an answer about an image is kept.

    Up to 1.32 it is the image, its registry, or ``global``, as text. Raises ``CacheKeyTooLong``, and ``NotInRelease`` for a key with a
    ServiceAccount before 1.33.

    >>> cache_key(CacheKeyType.REGISTRY, "quay.io/team/app", release=Release("1.32"))
    b'quay.io'
    """
    if kind is CacheKeyType.GLOBAL:
        base = _GLOBAL_APART if GLOBAL_KEY_APART in release else _GLOBAL
    else:
        base = image if kind is CacheKeyType.IMAGE else image.partition("/")[0]
    if LENGTH_PREFIXED_KEYS in release:
        return _prefixed((to_bytes(base), service_account_key))
    if service_account_key:
        raise NotInRelease("a ServiceAccount in the cache keys of a credential provider", release, "it is there since 1.33")
    return to_bytes(base)


def _prefixed(parts: Iterable[bytes]) -> bytes:
    """Join parts, each after its length."""
    return b"".join(_length(part) + part for part in parts)


def _length(part: bytes) -> bytes:
    if len(part) > LONGEST_PART:
        raise CacheKeyTooLong(len(part))
    return len(part).to_bytes(2, "big")


def _token_hash(token: SecretText) -> bytes:
    return b"sha256:" + hashlib.sha256(to_bytes(token.reveal())).hexdigest().encode() if token else b""


# ---------------------------------------------------------------------------------------------------------------------- cache


@attrs.frozen
class CacheEntry:
    """The credentials of one answer, by registry pattern, and until when they may be used."""

    credentials: FrozenMap[str, Credential] = attrs.field(repr=shown_credentials)
    expires_at: Duration = attrs.field(converter=to_duration)

    def expired(self, now: Duration) -> bool:
        """Return whether the entry may no longer be used; at the very moment it still may."""
        return now > self.expires_at


class CacheOutcome(enum.Enum):
    """What a look-up found."""

    HIT = "an answer that may still be used"
    MISS = "no answer that may still be used"
    KEY_TOO_LONG = "a part of the key would be longer than 65535 bytes"


@attrs.frozen
class CacheLookup:
    """What a look-up found, and the cache after it.

    ``credentials`` are those of a hit, which may be none; ``None`` without one. ``key_type`` says which of the three keys hit.
    """

    outcome: CacheOutcome
    cache: ProviderCache
    credentials: FrozenMap[str, Credential] | None = attrs.field(default=None, repr=shown_credentials)
    key_type: CacheKeyType | None = None


def _frozen(entries: Mapping[bytes, CacheEntry]) -> FrozenMap[bytes, CacheEntry]:
    return FrozenMap(entries)


@attrs.frozen
class ProviderCache:
    """The cache of one provider. What changes it returns a new one.

    ``last_purge`` is when expired entries were deleted last; in a new cache that is when the provider was created. ``entries`` are kept
    by ``cache_key``. Every method that takes a time raises ``InvalidDuration`` for one that is none.

    >>> cache = ProviderCache().store("quay.io/team/app", CredentialProviderResponse("Registry", 60), default_duration=0, now=0)
    >>> [cache.lookup("quay.io/other", now=now).outcome.name for now in (60, 61)]
    ['HIT', 'MISS']
    """

    last_purge: Duration = attrs.field(default=Duration(), converter=to_duration)
    entries: FrozenMap[bytes, CacheEntry] = attrs.field(factory=lambda: FrozenMap[bytes, CacheEntry]({}), converter=_frozen)

    def lookup(self, image: str, *, now: DurationLike, service_account_key: bytes = b"", release: Release = LATEST) -> CacheLookup:
        """Return what is known for an image: by its own key, by that of its registry, by that for all.

        The new cache is without the expired entries that stood in the way, and without all of them if the last purge was more than 15
        minutes ago. ``image`` and ``service_account_key`` are those of ``cache_key``. Raises ``NotInRelease`` as that does.
        """
        at = to_duration(now)
        cache = self._purged(at)
        for kind in CacheKeyType:
            try:
                key = cache_key(kind, image, service_account_key=service_account_key, release=release)
            except CacheKeyTooLong:
                return CacheLookup(CacheOutcome.KEY_TOO_LONG, cache)
            entry = cache.entries.get(key)
            if entry is not None and not entry.expired(at):
                return CacheLookup(CacheOutcome.HIT, cache, entry.credentials, kind)
            if entry is not None:
                cache = _with_entries(cache, (found for found in cache.entries.items() if found[0] != key))
        return CacheLookup(CacheOutcome.MISS, cache)

    def store(
        self,
        image: str,
        response: CredentialProviderResponse,
        *,
        default_duration: DurationLike,
        now: DurationLike,
        service_account_key: bytes = b"",
        release: Release = LATEST,
    ) -> ProviderCache:
        """Return the cache with an answer about an image; without credentials it is kept as well.

        ``default_duration``, the provider's ``defaultCacheDuration``, counts where the answer has no duration of its own. With a duration
        of 0, and with a ``cacheKeyType`` that is not known, nothing is kept. Raises ``CacheKeyTooLong`` and ``NotInRelease`` as
        ``cache_key`` does.
        """
        duration = to_duration(default_duration) if response.cache_duration is None else response.cache_duration
        if not duration or response.key_type is None:
            return self
        key = cache_key(response.key_type, image, service_account_key=service_account_key, release=release)
        entry = CacheEntry(response.auth, to_duration(now) + duration)
        return attrs.evolve(self, entries=self.entries | {key: entry})

    def _purged(self, now: Duration) -> ProviderCache:
        if now <= self.last_purge + PURGE_INTERVAL:
            return self
        kept = _with_entries(self, (found for found in self.entries.items() if not found[1].expired(now)))
        return attrs.evolve(kept, last_purge=now)


def _with_entries(cache: ProviderCache, entries: Iterable[tuple[bytes, CacheEntry]]) -> ProviderCache:
    return attrs.evolve(cache, entries=dict(entries))
