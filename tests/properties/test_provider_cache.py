# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

from typing import TypeVar

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import Credential, ObjectCoordinates
from kubecontainers.credentials.providers.cache import (
    LENGTH_PREFIXED_KEYS,
    LONGEST_PART,
    PURGE_INTERVAL,
    CacheOutcome,
    ProviderCache,
    cache_key,
    service_account_key,
)
from kubecontainers.credentials.providers.protocol import CacheKeyType, CredentialProviderResponse, ServiceAccountDetails
from kubecontainers.golang.duration import Duration
from kubecontainers.golang.text import to_bytes
from kubecontainers.testing import strategies
from kubecontainers.testing.provider_calls import image_repositories, plugin_responses, service_account_details

T = TypeVar("T")
TOKEN = "Token"  # noqa: S105  (the cacheType)
few = st.text("ab\0\1", max_size=3)
images = st.sampled_from(["a.io/x", "a.io/y", "a.io", "b.io/x", "global", "<global>"])
kinds = st.sampled_from(list(CacheKeyType))
coordinates = st.builds(ObjectCoordinates, few, few, few)
details = st.builds(ServiceAccountDetails, few, st.dictionaries(few, few, max_size=2)) | service_account_details()


class TestKeysDoNotCollide:
    """Two pulls share a key only if they share the image, or registry, and all that is known of the ServiceAccount."""

    @given(kinds, few, st.binary(max_size=4), kinds, few, st.binary(max_size=4))
    def test_parts(self, kind: CacheKeyType, image: str, account: bytes, kind2: CacheKeyType, image2: str, account2: bytes) -> None:
        same_key = cache_key(kind, image, service_account_key=account) == cache_key(kind2, image2, service_account_key=account2)
        assert same_key == ((base(kind, image), account) == (base(kind2, image2), account2))

    @given(coordinates, details, coordinates, details, st.sampled_from(["ServiceAccount", TOKEN]))
    def test_service_accounts(
        self, one: ObjectCoordinates, told: ServiceAccountDetails, other: ObjectCoordinates, told2: ServiceAccountDetails, cache_type: str
    ) -> None:
        same_key = service_account_key(one, told, cache_type=cache_type) == service_account_key(other, told2, cache_type=cache_type)
        same_token = cache_type != TOKEN or told.token == told2.token
        assert same_key == (one == other and told.annotations == told2.annotations and same_token)

    @given(coordinates, details)
    def test_cache_types_are_apart(self, account: ObjectCoordinates, told: ServiceAccountDetails) -> None:
        plain, token = (service_account_key(account, told, cache_type=cache_type) for cache_type in ("ServiceAccount", TOKEN))
        assert token.startswith(plain)
        assert token != plain

    @given(image_repositories(), strategies.releases(first="1.34"))
    def test_no_image_is_all_images(self, image: str, release: Release) -> None:
        """Before 1.34 an image called ``global`` was."""
        assert cache_key(CacheKeyType.GLOBAL, image, release=release) != cache_key(CacheKeyType.IMAGE, image, release=release)

    @given(kinds, image_repositories(), strategies.releases(last="1.32"))
    def test_text_up_to_1_32(self, kind: CacheKeyType, image: str, release: Release) -> None:
        assert cache_key(kind, image, release=release).decode() in {image, image.split("/", maxsplit=1)[0], "global"}


def base(kind: CacheKeyType, image: str) -> str:
    """What stands for the images of a key."""
    if kind is CacheKeyType.GLOBAL:
        return "<global>"
    return image if kind is CacheKeyType.IMAGE else image.split("/", maxsplit=1)[0]


@attrs.frozen
class Pull:
    """A pull of an image, so long after the one before, and what the plugin would answer."""

    after: int
    image: str
    response: CredentialProviderResponse


answers = st.builds(
    CredentialProviderResponse,
    st.sampled_from(["Image", "Registry", "Global", "image"]),
    st.none() | st.sampled_from([-1, 0, 1, 60, 1000]),
    st.dictionaries(st.just("a.io"), st.builds(Credential, st.sampled_from("uvw"))),
)
pulls = st.lists(st.builds(Pull, st.sampled_from([0, 1, 60, 61, 900, 901]), images, answers), max_size=12)


class Plain:
    """The same cache without purging: per key the answer and the last second at which it may be used."""

    def __init__(self) -> None:
        self.entries: dict[bytes, tuple[object, int]] = {}

    def lookup(self, image: str, now: int) -> object:
        for kind in CacheKeyType:
            credentials, until = self.entries.get(cache_key(kind, image), (None, now - 1))
            if now <= until:
                return credentials
        return None

    def store(self, pull: Pull, default: int, now: int) -> None:
        given_duration = pull.response.cache_duration
        duration = default if given_duration is None else int(given_duration.seconds)
        if duration and pull.response.key_type:
            self.entries[cache_key(pull.response.key_type, pull.image)] = (pull.response.auth, now + duration)


class TestCacheRemembers:
    """A hit is an answer for the image, its registry or all images, no older than its duration; purging changes no answer."""

    @given(pulls, st.sampled_from([0, 10, 60]))
    def test_as_without_purging(self, steps: list[Pull], default: int) -> None:
        cache, plain, now = ProviderCache(), Plain(), 0
        for pull in steps:
            now += pull.after
            found = cache.lookup(pull.image, now=now)
            assert found.credentials == plain.lookup(pull.image, now)
            assert (found.credentials is None) == (found.outcome is CacheOutcome.MISS) == (found.key_type is None)
            again = found.cache.lookup(pull.image, now=now)
            assert (again.outcome, again.credentials, again.cache) == (found.outcome, found.credentials, found.cache)
            cache = found.cache
            if found.outcome is CacheOutcome.MISS:
                cache = cache.store(pull.image, pull.response, default_duration=default, now=now)
                plain.store(pull, default, now)
            assert set(cache.entries) <= set(plain.entries)
            assert Duration.of(now) - cache.last_purge <= PURGE_INTERVAL

    @given(image_repositories(), plugin_responses(), strategies.durations(), strategies.durations(), strategies.releases())
    def test_only_within_the_duration(
        self, image: str, response: CredentialProviderResponse, begin: Duration, later: Duration, release: Release
    ) -> None:
        default = Duration.of(60)
        cache = ProviderCache(begin).store(image, response, default_duration=default, now=begin, release=release)
        duration = default if response.cache_duration is None else response.cache_duration
        expected = bool(duration) and later <= begin + duration
        found = cache.lookup(image, now=later, release=release)
        assert (found.outcome is CacheOutcome.HIT) == expected
        assert found.credentials == (response.auth if expected else None)

    @given(image_repositories(), image_repositories(), plugin_responses())
    def test_for_whom(self, image: str, other: str, response: CredentialProviderResponse) -> None:
        kept = attrs.evolve(response, cache_duration=Duration.of(60))
        cache = ProviderCache().store(image, kept, default_duration=0, now=0)
        same_registry = image.split("/", maxsplit=1)[0] == other.split("/", maxsplit=1)[0]
        expected = {CacheKeyType.IMAGE: image == other, CacheKeyType.REGISTRY: same_registry, CacheKeyType.GLOBAL: True}
        found = cache.lookup(other, now=60)
        assert (found.outcome is CacheOutcome.HIT) == any(hit for kind, hit in expected.items() if kind is kept.key_type)


class TestAnyText:
    """Whatever text stands for an image, keys and look-ups answer or raise an error of the family."""

    @pytest.mark.parametrize("release", [Release("1.27"), Release("1.33"), Release("1.36")])
    @given(image=strategies.json_texts() | strategies.hostile_references(), kind=kinds)
    def test_total(self, release: Release, image: str, kind: CacheKeyType) -> None:
        try:
            key = cache_key(kind, image, release=release)
        except KubeContainersError as error:
            assert str(error)
        else:
            response = CredentialProviderResponse(kind.value, 60)
            cache = ProviderCache().store(image, response, default_duration=0, now=0, release=release)
            assert list(cache.entries) == [key]
            found = cache.lookup(image, now=0, release=release)
            too_long = LENGTH_PREFIXED_KEYS in release and len(to_bytes(image)) > LONGEST_PART
            assert found.outcome is (CacheOutcome.KEY_TOO_LONG if too_long else CacheOutcome.HIT)
