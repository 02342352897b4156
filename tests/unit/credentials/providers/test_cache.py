from __future__ import annotations

import hashlib

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.release import NotInRelease, Release
from kubecontainers.credentials.credential import Credential, ObjectCoordinates
from kubecontainers.credentials.providers.cache import (
    LONGEST_PART,
    CacheKeyTooLong,
    CacheOutcome,
    ProviderCache,
    cache_key,
    service_account_key,
)
from kubecontainers.credentials.providers.protocol import CacheKeyType, CredentialProviderResponse, ServiceAccountDetails
from kubecontainers.golang.duration import Duration

IMAGE, REGISTRY, GLOBAL = CacheKeyType
TEXT, PREFIXED, NEW = Release("1.32"), Release("1.33"), Release("1.34")
NOTHING: FrozenMap[str, Credential] = FrozenMap({})
WEB = ObjectCoordinates("shop", "web", "u1")


class TestKeys:
    @pytest.mark.parametrize(
        ("kind", "image", "text"),
        [
            (IMAGE, "a.io:5000/x/y", b"a.io:5000/x/y"),
            (REGISTRY, "a.io:5000/x/y", b"a.io:5000"),
            (REGISTRY, "nginx", b"nginx"),
            (REGISTRY, "/x", b""),
            (GLOBAL, "a.io/x", b"global"),
            (IMAGE, "é.io\ud800", "é.io\ufffd".encode()),
        ],
    )
    def test_text(self, kind: CacheKeyType, image: str, text: bytes) -> None:
        assert cache_key(kind, image, release=TEXT) == text
        assert cache_key(kind, image, release=PREFIXED) == len(text).to_bytes(2, "big") + text + b"\0\0"

    def test_the_global_key_was_that_of_an_image(self) -> None:
        assert cache_key(GLOBAL, "a.io/x", release=PREFIXED) == cache_key(IMAGE, "global", release=PREFIXED)
        assert cache_key(GLOBAL, "a.io/x", release=NEW) == b"\0\x08<global>\0\0"

    def test_with_a_service_account(self) -> None:
        assert cache_key(IMAGE, "a", service_account_key=b"key", release=PREFIXED) == b"\0\x01a\0\x03key"
        with pytest.raises(NotInRelease):
            cache_key(IMAGE, "a", service_account_key=b"key", release=TEXT)

    def test_service_account(self) -> None:
        details = ServiceAccountDetails("token", {"b": "2", "a": "é"})
        key = b"\0\x04shop\0\x03web\0\x02u1\0\0\0\x02\0\x01a\0\x02" + "é".encode() + b"\0\x01b\0\x012"
        for release in (PREFIXED, NEW):
            assert service_account_key(WEB, details, cache_type="ServiceAccount", release=release) == key
        assert service_account_key(WEB, details, cache_type="Token", release=PREFIXED) == key
        digest = b"sha256:" + hashlib.sha256(b"token").hexdigest().encode()
        assert service_account_key(WEB, details, cache_type="Token", release=NEW) == key + b"\0\x05token\0\x47" + digest

    def test_an_empty_token(self) -> None:
        plain = service_account_key(WEB, ServiceAccountDetails(), release=NEW)
        assert service_account_key(WEB, ServiceAccountDetails(), cache_type="Token", release=NEW) == plain + b"\0\x05token\0\0"

    def test_no_service_accounts_before_1_33(self) -> None:
        with pytest.raises(NotInRelease):
            service_account_key(WEB, ServiceAccountDetails(), release=TEXT)

    def test_the_longest_part(self) -> None:
        longest = "x" * LONGEST_PART
        assert len(cache_key(IMAGE, longest)) == LONGEST_PART + 4
        assert cache_key(IMAGE, longest + "x", release=TEXT) == longest.encode() + b"x"
        with pytest.raises(CacheKeyTooLong) as raised:
            cache_key(IMAGE, longest + "x")
        assert raised.value.size == LONGEST_PART + 1
        assert str(raised.value).startswith("a part of a cache key has 65536 bytes, more than 65535 (")
        with pytest.raises(CacheKeyTooLong):
            cache_key(IMAGE, "a", service_account_key=longest.encode() + b"x")
        with pytest.raises(CacheKeyTooLong):
            service_account_key(WEB, ServiceAccountDetails(annotations={"a": "é" * LONGEST_PART}))
        with pytest.raises(CacheKeyTooLong):
            service_account_key(ObjectCoordinates(longest + "x"), ServiceAccountDetails())


def response(cache_key_type: str = "Image", duration: object = 60, username: str = "ci") -> CredentialProviderResponse:
    return CredentialProviderResponse(cache_key_type, duration, {"a.io": Credential(username)})  # type: ignore[arg-type]


def stored(*steps: tuple[str, CredentialProviderResponse], cache: ProviderCache | None = None) -> ProviderCache:
    kept = cache or ProviderCache()
    for image, answer in steps:
        kept = kept.store(image, answer, default_duration=10, now=0)
    return kept


class TestStore:
    @pytest.mark.parametrize(
        ("duration", "default", "expires"),
        [(60, 10, 60), (None, 10, 10), (0, 10, None), (None, 0, None), (-1, 10, -1)],
    )
    def test_durations(self, duration: int | None, default: int, expires: int | None) -> None:
        cache = ProviderCache().store("a.io/x", response(duration=duration), default_duration=default, now=1000)
        entries = [entry.expires_at for entry in cache.entries.values()]
        assert entries == ([] if expires is None else [Duration.of(1000 + expires)])

    def test_a_negative_duration_is_kept_and_never_used(self) -> None:
        cache = stored(("a.io/x", response(duration=-1)))
        assert len(cache.entries) == 1
        found = cache.lookup("a.io/x", now=0)
        assert (found.outcome, dict(found.cache.entries)) == (CacheOutcome.MISS, {})

    def test_an_unknown_cache_key_type_is_not_kept(self) -> None:
        assert stored(("a.io/x", response("image"))) == ProviderCache()

    def test_no_credentials_are_kept_as_well(self) -> None:
        cache = stored(("a.io/x", CredentialProviderResponse("Image", 60)))
        assert cache.lookup("a.io/x", now=0).credentials == NOTHING

    def test_the_last_answer_counts(self) -> None:
        cache = stored(("a.io/x", response(username="a")), ("a.io/x", response(username="b")))
        assert len(cache.entries) == 1
        assert cache.lookup("a.io/x", now=0).credentials == FrozenMap({"a.io": Credential("b")})

    def test_bad_times(self) -> None:
        with pytest.raises(InvalidDuration):
            ProviderCache().store("a.io/x", response(), default_duration=1, now=float("nan"))
        with pytest.raises(InvalidDuration):
            ProviderCache().lookup("a.io/x", now=float("inf"))


class TestLookup:
    def test_at_the_very_end_it_is_a_hit(self) -> None:
        cache = stored(("a.io/x", response()))
        assert cache.lookup("a.io/x", now=60).outcome is CacheOutcome.HIT
        assert cache.lookup("a.io/x", now=Duration.of(60) + Duration(1)).outcome is CacheOutcome.MISS

    def test_image_then_registry_then_global(self) -> None:
        cache = stored(
            ("a.io/x", response("Global", username="g")), ("a.io/x", response("Registry", username="r")), ("a.io/x", response(username="i"))
        )
        found = [cache.lookup(image, now=0) for image in ("a.io/x", "a.io/y", "b.io/x")]
        assert [(hit.key_type, dict(hit.credentials or {})["a.io"].username) for hit in found] == [
            (IMAGE, "i"),
            (REGISTRY, "r"),
            (GLOBAL, "g"),
        ]

    def test_only_expired_entries_in_the_way_are_deleted(self) -> None:
        cache = stored(
            ("a.io/x", response(duration=1)),
            ("a.io/x", response("Registry", 2)),
            ("a.io/x", response("Global", 9)),
            ("b.io/x", response(duration=1)),
        )
        found = cache.lookup("a.io/x", now=5)
        assert found.key_type is GLOBAL
        assert sorted(found.cache.entries) == sorted([cache_key(GLOBAL, ""), cache_key(IMAGE, "b.io/x")])

    def test_keys_behind_a_hit_are_not_touched(self) -> None:
        cache = stored(("a.io/x", response(duration=9)), ("a.io/x", response("Registry", 1)))
        found = cache.lookup("a.io/x", now=5)
        assert found.cache is cache

    def test_with_a_service_account(self) -> None:
        cache = ProviderCache().store("a.io/x", response(), default_duration=0, now=0, service_account_key=b"web")
        assert cache.lookup("a.io/x", now=0).outcome is CacheOutcome.MISS
        assert cache.lookup("a.io/x", now=0, service_account_key=b"web").outcome is CacheOutcome.HIT

    def test_purge_every_15_minutes(self) -> None:
        cache = stored(("a.io/x", response(duration=1)), ("b.io/x", response(duration=10_000)), cache=ProviderCache(100))
        assert cache.lookup("c.io/x", now=1000).cache is cache
        purged = cache.lookup("c.io/x", now=1000.5).cache
        assert (purged.last_purge, list(purged.entries)) == (Duration.of(1000.5), [cache_key(IMAGE, "b.io/x")])
        assert purged.lookup("c.io/x", now=1900.5).cache is purged
        assert purged.lookup("c.io/x", now=1901).cache.last_purge == Duration.of(1901)

    def test_a_key_that_is_too_long_comes_after_the_purge(self) -> None:
        cache = stored(("a.io/x", response(duration=1)))
        found = cache.lookup("x" * (LONGEST_PART + 1), now=1000)
        assert (found.outcome, dict(found.cache.entries)) == (CacheOutcome.KEY_TOO_LONG, {})

    def test_a_negative_clock(self) -> None:
        cache = ProviderCache(-50).store("a.io/x", response(), default_duration=0, now=-40)
        assert cache.lookup("a.io/x", now=20).outcome is CacheOutcome.HIT
        assert cache.lookup("a.io/x", now=21).outcome is CacheOutcome.MISS


def test_caches_compare_and_hash() -> None:
    assert stored(("a.io/x", response())) == stored(("a.io/x", response()))
    assert len({stored(("a.io/x", response())), ProviderCache(), ProviderCache(0)}) == 2
