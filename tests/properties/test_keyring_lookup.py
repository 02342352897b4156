from __future__ import annotations

from collections.abc import Iterable

import attrs
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.credentials.credential import FileSource, Source
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.keyring import Keyring, KeyringMatch, KeyringUnion
from kubecontainers.credentials.registry_key import DEFAULT_REGISTRY_KEY, RegistryKey, is_default_registry_image
from kubecontainers.credentials.registry_pattern import InvalidRegistryPattern, RegistryURL
from kubecontainers.golang.text import to_octets
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing import strategies
from kubecontainers.testing.credentials import (
    docker_configs,
    keyring_configs,
    matched_images,
    nearly_valid_registry_patterns,
    registry_keys,
)

Configs = list[tuple[DockerConfig, Source]]
releases = strategies.releases()


@st.composite
def related_keys(draw: DrawFn) -> str:
    """Keys of few hosts, with stars in their labels and paths cut short: several often match one image."""
    label = st.sampled_from(["a", "*", "a*", "*a", "*b*", "ab"])
    host = draw(st.tuples(label, st.sampled_from(["io", "*", "i*", "*-*"])).map(".".join) | label)
    path = "/team/app/x"[: draw(st.integers(0, 11))]
    return draw(st.sampled_from(["", "", "https://", "http://"])) + host + draw(st.sampled_from(["", "", "", ":5000"])) + path


@attrs.frozen
class Question:
    """Configs, and an image, any text or bytes, that is looked up among them."""

    configs: Configs
    image: str | bytes
    release: Release


all_configs = st.one_of(
    keyring_configs(keys=related_keys()),
    keyring_configs(keys=st.one_of(related_keys(), related_keys(), registry_keys(), nearly_valid_registry_patterns())),
)


@st.composite
def questions(draw: DrawFn) -> Question:
    configs = draw(all_configs)
    written = [key for config, _ in configs for key in config.entries]
    image: str | bytes = draw(matched_images(written))
    if not draw(st.integers(0, 9)):
        image = draw(strategies.json_texts() | st.binary(max_size=12))
    return Question(configs, image, draw(releases))


def scanned(question: Question) -> list[KeyringMatch]:
    """What is offered, by comparing the image with every key."""
    entries: list[tuple[RegistryKey, KeyringMatch]] = []
    for config, source in question.configs:
        for text in sorted(config.entries):
            try:
                key = RegistryKey.parse(text, release=question.release)
            except InvalidRegistryPattern:
                continue
            entries.append((key, KeyringMatch(config.entries[text], source, key)))
    entries.sort(key=lambda entry: to_octets(entry[0].index_key), reverse=True)
    found = [match for key, match in entries if matches(key, question)]
    if found or not is_default_registry_image(question.image):
        return found
    return [attrs.evolve(match, by_default=True) for key, match in entries if key.index_key == DEFAULT_REGISTRY_KEY]


def matches(key: RegistryKey, question: Question) -> bool:
    try:
        image = RegistryURL.parse(question.image, release=question.release)
    except InvalidRegistryPattern:
        return False
    return key.pattern is not None and key.pattern.compare(image).matched


def keyring(configs: Iterable[tuple[DockerConfig, Source]], release: Release) -> Keyring:
    """A keyring that gets its configs one after the other."""
    made = Keyring(release)
    for config, source in configs:
        made = made.with_config(config, source)
    return made


def sampled(size: int) -> list[Question]:
    found: list[Question] = []

    @settings(max_examples=size, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(questions())
    def keep(question: Question) -> None:
        found.append(question)

    keep()
    return found


class TestLookUpIsAScan:
    """The look-up offers what comparing the image with every key would, in the same order, however the keyring was put together."""

    def test_hits_and_misses(self) -> None:
        numbers = [len(scanned(question)) for question in sampled(300)]
        assert 0.2 <= sum(number > 0 for number in numbers) / len(numbers) <= 0.8
        assert sum(number > 1 for number in numbers) / len(numbers) >= 0.1

    @settings(max_examples=3 * settings().max_examples)  # they cost little
    @given(questions(), st.integers(0, 4))
    def test_scan(self, question: Question, together: int) -> None:
        expected = scanned(question)
        event(f"{min(len(expected), 3)} found")
        whole = Keyring.of(question.configs, release=question.release)
        assert list(whole.lookup_text(question.image)) == expected
        parts = keyring(question.configs, question.release)
        assert list(parts.lookup_text(question.image)) == expected
        grown = Keyring.of(question.configs[:together], release=question.release)
        for config, source in question.configs[together:]:
            grown.lookup_text(question.image)  # what was indexed for it must not be in the way later
            grown = grown.with_config(config, source)
        assert list(grown.lookup_text(question.image)) == expected
        assert whole == parts == grown
        assert whole.entries == parts.entries == grown.entries

    @given(questions(), st.lists(docker_configs(keys=related_keys(), max_size=2), max_size=12))
    def test_many_small_configs(self, question: Question, more: list[DockerConfig]) -> None:
        configs = question.configs + [(config, FileSource(str(number))) for number, config in enumerate(more)]
        made = keyring(configs, question.release)
        assert list(made.lookup_text(question.image)) == scanned(attrs.evolve(question, configs=configs))

    @given(questions())
    def test_entries_are_ordered(self, question: Question) -> None:
        found = Keyring.of(question.configs, release=question.release)
        keys = [to_octets(key) for key in found.index_keys]
        assert keys == sorted(set(keys), reverse=True)
        assert len(found.entries) + len(found.skipped) == sum(len(config.entries) for config, _ in question.configs)


class TestExplanationsAgree:
    """Exactly the keys that are said to be offered are offered, and a union offers what its members do, one after the other."""

    @given(questions())
    def test_offered(self, question: Question) -> None:
        ring = Keyring.of(question.configs, release=question.release)
        explained = ring.explain_text(question.image)
        found = ring.lookup_text(question.image)
        assert [key.key for key in explained if key.offered] == [match.key.text for match in found]
        assert len(explained) == len(ring.entries) + len(ring.skipped)
        if not any(match.by_default for match in found):
            assert all(key.offered == (key.match is not None and key.match.matched) for key in explained)

    @given(questions(), questions())
    def test_union(self, first: Question, second: Question) -> None:
        rings = [Keyring.of(question.configs, release=question.release) for question in (first, second)]
        union = rings[0] | rings[1]
        assert union == KeyringUnion((rings[0], rings[1]))
        assert union.lookup_text(first.image) == rings[0].lookup_text(first.image) + rings[1].lookup_text(first.image)
        assert union.explain_text(first.image) == rings[0].explain_text(first.image) + rings[1].explain_text(first.image)


class TestImagesAreLookedUpByTheirNames:
    """Neither tag nor digest matters, and the short form of a name finds what the full one does."""

    @given(st.data(), keyring_configs(keys=registry_keys()))
    def test_names(self, data: st.DataObject, configs: Configs) -> None:
        ring = Keyring.of(configs, release=LATEST)
        reference = ImageReference.parse(data.draw(strategies.references()))
        found = ring.lookup(reference)
        assert found == ring.lookup(str(reference)) == ring.lookup(reference.familiar) == ring.lookup_text(reference.name)
