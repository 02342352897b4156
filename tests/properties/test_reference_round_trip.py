from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference, ReferenceMode
from kubecontainers.testing import strategies

MODES: list[ReferenceMode] = ["parse", "normalized", "named", "docker", "any"]


class TestTextIsTheReference:
    """The text of a parsed reference parses to that reference again, by the grammar alone and, once normalised, in every mode."""

    @given(st.data(), strategies.releases(), st.sampled_from(MODES))
    def test_by_grammar(self, data: st.DataObject, release: Release, mode: ReferenceMode) -> None:
        text = data.draw(strategies.references(release=release))
        try:
            reference = ImageReference.parse(text, mode=mode, release=release)
        except InvalidReference:
            assert mode == "named"  # not written in full
            return
        assert ImageReference.parse(str(reference), mode="parse", release=release) == reference

    @given(st.data(), strategies.releases())
    def test_canonical_text_is_its_own_text(self, data: st.DataObject, release: Release) -> None:
        canonical = str(ImageReference.parse(data.draw(strategies.references(release=release)), release=release))
        for mode in MODES:
            if mode == "docker":
                continue  # drops a tag beside a digest, adds one where neither is
            assert str(ImageReference.parse(canonical, mode=mode, release=release)) == canonical

    @given(strategies.nearly_valid_references())
    def test_parts_stand_in_the_text(self, text: str) -> None:
        try:
            reference = ImageReference.parse(text, mode="parse")
        except InvalidReference:
            return
        assert str(reference) == text

    @given(strategies.digests())
    def test_digest_without_a_name(self, digest: str) -> None:
        reference = ImageReference.parse(digest, mode="any")
        assert str(reference) == digest
        assert ImageReference.parse(str(reference), mode="any") == reference

    @given(strategies.references())
    def test_constructor_takes_the_parts(self, text: str) -> None:
        reference = ImageReference.parse(text)
        assert ImageReference(reference.registry, reference.repository, reference.tag, reference.digest) == reference

    def test_a_digest_is_no_name(self) -> None:
        """Written without a name a digest is one only in mode ``any``; else it is the repository ``sha256`` with a long tag."""
        text = "sha256:" + "0" * 64
        assert ImageReference.parse(text, mode="any").digest == text
        assert ImageReference.parse(text, mode="parse") == ImageReference(None, "sha256", "0" * 64)
        assert ImageReference.parse(text) == ImageReference("docker.io", "library/sha256", "0" * 64)
        with pytest.raises(InvalidReference):
            ImageReference.parse(text, mode="named")
