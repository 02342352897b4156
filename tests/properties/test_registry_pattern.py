from __future__ import annotations

import re

from hypothesis import assume, event, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.credentials.registry_key import RegistryKey
from kubecontainers.credentials.registry_pattern import InvalidRegistryPattern, MatchReason, RegistryPattern, RegistryURL
from kubecontainers.golang.text import from_octets, to_octets
from kubecontainers.testing import strategies
from kubecontainers.testing.credentials import matched_images, nearly_valid_registry_patterns, registry_keys, registry_patterns

BEFORE, SINCE = Release("1.35"), Release("1.36")
texts = st.one_of(nearly_valid_registry_patterns(), registry_keys(), strategies.json_texts(), strategies.nearly_valid_references())
octets = st.one_of(texts.map(to_octets), st.binary(max_size=20))


def url(text: str | bytes, release: Release = LATEST) -> RegistryURL | None:
    try:
        return RegistryURL.parse(text, release=release)
    except InvalidRegistryPattern:
        return None


def pattern(text: str | bytes, release: Release = LATEST) -> RegistryPattern | None:
    try:
        return RegistryPattern.parse(text, release=release)
    except InvalidRegistryPattern:
        return None


def by_regular_expression(parsed: RegistryPattern, image: RegistryURL) -> bool:
    """Whether a pattern without classes matches: labels, port and path as one expression over bytes."""
    labels = [b"[^.]*".join(map(re.escape, to_octets(label).split(b"*"))) for label in parsed.url.labels]
    whole = b"\x00".join([rb"\.".join(labels), re.escape(to_octets(parsed.url.port)), re.escape(to_octets(parsed.url.path))]) + b".*"
    asked = b"\x00".join(map(to_octets, [".".join(image.labels), image.port, image.path]))
    return re.fullmatch(whole, asked, re.DOTALL) is not None


class TestAPatternIsComparedPartByPart:
    """A pattern matches if the ports are equal, the labels are as many and match each its own, and the path begins with the pattern's."""

    @given(st.data(), registry_patterns() | registry_keys())
    def test_images(self, data: st.DataObject, text: str) -> None:
        self.check(text, data.draw(matched_images([text])))

    @given(octets, octets)
    def test_anything(self, text: bytes, image: bytes) -> None:
        self.check(text, image)

    def check(self, text: str | bytes, image: str | bytes) -> None:
        parsed, asked = pattern(text), url(image)
        if parsed is None or "[" in parsed.url.host:
            return
        event(parsed.explain(image).reason.name)
        assert parsed.matches(image) == (asked is not None and by_regular_expression(parsed, asked))

    @given(st.data(), octets)
    def test_explained(self, data: st.DataObject, text: bytes) -> None:
        parsed = pattern(text)
        assume(parsed is not None)
        assert parsed is not None
        image = data.draw(octets | matched_images([from_octets(text)]).map(to_octets))
        asked, match = url(image), parsed.explain(image)
        assert parsed.matches(image) is match.matched is (match.reason is MatchReason.MATCH)
        assert (match.reason is MatchReason.INVALID_IMAGE) == (asked is None)
        assert str(match)
        if asked is None:
            return
        assert match == parsed.compare(asked)
        assert (match.reason is MatchReason.PORT) == (parsed.url.port != asked.port)
        if match.reason is MatchReason.PATH:
            assert (match.expected, match.found) == (parsed.url.path, asked.path)
        if match.label is not None:
            assert match.reason in {MatchReason.LABEL, MatchReason.BAD_LABEL}
            assert (match.expected, match.found) == (parsed.url.labels[match.label], asked.labels[match.label])


class TestAPatternMatchesItself:
    """A pattern without stars and brackets matches its own text, whatever path follows; with stars it matches what stands for them."""

    @given(registry_patterns(), st.sampled_from(["", "/", "/app", "-fork/app", ":x", "@y"]))
    def test_itself(self, text: str, more: str) -> None:
        parsed = RegistryPattern.parse(text)
        assume("*" not in text)
        assert parsed.matches(text)
        if "/" in text:
            assert parsed.matches(text + more)

    @given(st.data(), registry_patterns())
    def test_filled(self, data: st.DataObject, text: str) -> None:
        """A star in a path stands for itself."""
        host, slash, path = text.partition("/")
        fills = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="./:@#?%[]\\^`{|}"), max_size=4)
        while "*" in host:
            host = host.replace("*", data.draw(fills), 1)
        assert RegistryPattern.parse(text).matches(host + slash + path)

    @given(registry_patterns(), matched_images())
    def test_another_label_never_matches(self, text: str, image: str) -> None:
        if RegistryPattern.parse(text).matches(image):
            assert not RegistryPattern.parse(f"*.{text}").matches(image)
            assert not RegistryPattern.parse(text).matches(f"a.{image}")


class TestTextAndBytes:
    """A text is read as its bytes are, and with 1.36 no more is a URL than before."""

    @given(texts)
    def test_bytes(self, text: str) -> None:
        octets = text.encode(errors="replace") if text.isascii() else text.encode("utf-8", "replace")
        assert url(octets) == url(octets.decode())

    @given(texts)
    def test_release(self, text: str) -> None:
        before, since = url(text, BEFORE), url(text, SINCE)
        if since is not None:
            assert since == before
        elif before is not None:
            assert before.host.count(":") > 1
            assert before.port == ""


class TestKeysBecomePatterns:
    """A key without scheme, version, user information and escapes is a pattern as it is; what is dropped does not matter."""

    @given(registry_patterns(), st.sampled_from(["", "https://", "http://"]), st.sampled_from(["", "?query", "#fragment"]))
    def test_index_keys(self, text: str, scheme: str, more: str) -> None:
        assume("/v1/" not in text)
        assume("/v2/" not in text)
        found = RegistryKey.parse(scheme + text + more)
        assert found.index_key == (text[:-1] if text.endswith("/") and text.count("/") == 1 else text)
        assert found.pattern == RegistryPattern.parse(found.index_key)
        assert not found.lost_version

    @given(texts)
    def test_any_text(self, text: str) -> None:
        try:
            found = RegistryKey.parse(text)
        except InvalidRegistryPattern as error:
            assert error.hint  # noqa: PT017  (a property looks at what is returned and at what is raised)
            return
        assert found.order == to_octets(found.index_key)
        assert (found.pattern is None) == (pattern(found.order) is None)
