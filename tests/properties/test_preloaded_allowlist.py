# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.preloaded_allowlist import WILDCARD, AllowlistPattern, InvalidAllowlistPattern
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing import strategies
from kubecontainers.testing.kubelet import allowlist_patterns

BEFORE, SINCE = Release("1.35"), Release("1.36")
releases = strategies.releases(first="1.33")
texts = strategies.nearly_valid_references() | strategies.json_texts() | allowlist_patterns()


class TestPatternsAreNamesOrPrefixes:
    """A pattern is a name without tag and digest, before 1.36 written out in full, or anything with a final ``/*`` and no other star."""

    @given(texts, releases)
    def test_names(self, text: str, release: Release) -> None:
        assert self.accepted(text, release) == (self.is_prefix(text) if text.endswith(WILDCARD) else self.is_name(text, release))

    @given(st.data(), releases)
    def test_full_names_are_patterns_in_every_release(self, data: st.DataObject, release: Release) -> None:
        pattern = data.draw(allowlist_patterns(release=release))
        assert self.accepted(pattern, release)
        assert AllowlistPattern.parse(pattern, release=release).text == pattern.removesuffix("*")

    @given(texts)
    def test_nothing_is_lost_with_1_36(self, text: str) -> None:
        if self.accepted(text, BEFORE):
            assert self.accepted(text, SINCE)

    def accepted(self, text: str, release: Release) -> bool:
        try:
            AllowlistPattern.parse(text, release=release)
        except InvalidAllowlistPattern as error:
            assert error.hint
            return False
        return True

    def is_prefix(self, text: str) -> bool:
        return text.count("*") == 1 and text != WILDCARD and text.lstrip("\t\n\v\f\r \x85\xa0\u1680\u2000\u2028\u3000") == text

    def is_name(self, text: str, release: Release) -> bool:
        try:
            parsed = ImageReference.parse(text, mode="parse" if release.minor >= 36 else "normalized", release=release)
        except InvalidReference:
            return False
        return str(parsed) == text == parsed.name


class TestAnImageIsComparedAsWritten:
    """A name matches the image of that name, a prefix what begins with it; tag and digest are no matter from 1.36 on."""

    @given(st.data(), releases)
    def test_matches_its_own_name(self, data: st.DataObject, release: Release) -> None:
        reference = ImageReference.parse(data.draw(strategies.references(release=release)), release=release)
        pattern = AllowlistPattern.parse(reference.name, release=release)
        assert pattern.matches(reference.name)
        assert pattern.matches(str(reference)) == (reference.is_name_only or release.minor >= 36)

    @given(st.data(), releases)
    def test_prefix(self, data: st.DataObject, release: Release) -> None:
        reference = ImageReference.parse(data.draw(strategies.references(release=release)), release=release)
        parts = reference.name.split("/")
        for length in range(1, len(parts)):
            prefix = AllowlistPattern.parse("/".join(parts[:length]) + WILDCARD, release=release)
            assert prefix.matches(str(reference))
            assert not prefix.matches("x" + str(reference))

    @given(st.data(), texts, releases)
    def test_any_text(self, data: st.DataObject, image: str, release: Release) -> None:
        pattern = AllowlistPattern.parse(data.draw(allowlist_patterns(release=release)), release=release)
        try:
            name = ImageReference.parse(image, mode="parse", release=release).name
        except InvalidReference:
            name = image
        compared = name if release.minor >= 36 else image
        assert pattern.matches(image) == (compared.startswith(pattern.text) if pattern.is_prefix else compared == pattern.text)

    @given(strategies.nearly_valid_references())
    def test_before_1_36_a_tag_never_matches_a_name(self, text: str) -> None:
        try:
            reference = ImageReference.parse(text, release=BEFORE)
        except InvalidReference:
            return
        if not reference.is_name_only:
            assert not AllowlistPattern.parse(reference.name, release=BEFORE).matches(text)


def test_there_are_prefixes_and_names() -> None:
    with pytest.raises(InvalidAllowlistPattern):
        AllowlistPattern.parse("nginx", release=BEFORE)
    assert AllowlistPattern.parse("nginx", release=SINCE).matches("nginx:1.27")
