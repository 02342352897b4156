# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing import strategies


class TestNormalisingTwiceIsNormalisingOnce:
    """A normalised reference names its registry, unless what stands there cannot be one; normalising its text changes nothing more."""

    @given(st.data(), strategies.releases())
    def test_idempotent(self, data: st.DataObject, release: Release) -> None:
        text = data.draw(strategies.references(release=release) | strategies.nearly_valid_references(release=release))
        try:
            reference = ImageReference.parse(text, release=release)
        except InvalidReference:
            return
        assert ImageReference.parse(str(reference), release=release) == reference
        assert ImageReference.parse(str(reference), mode="named", release=release) == reference

    @given(strategies.references())
    def test_registry(self, text: str) -> None:
        reference = ImageReference.parse(text)
        if reference.registry is None:
            first = text.partition("/")[0]
            assert "." in first
            assert "_" in first
            assert reference.name == text[: len(reference.name)]
        elif reference.registry == "docker.io":
            assert "/" in reference.repository

    @given(strategies.references())
    def test_docker_mode_leaves_exactly_one_of_tag_and_digest(self, text: str) -> None:
        plain, docker = ImageReference.parse(text), ImageReference.parse(text, mode="docker")
        assert docker.trimmed() == plain.trimmed()
        assert docker.digest == plain.digest
        assert docker.tag == (None if plain.digest is not None else plain.tag or "latest")

    @given(strategies.references() | strategies.nearly_valid_references())
    def test_named_mode_accepts_what_is_written_in_full(self, text: str) -> None:
        refused: InvalidReference | None = None
        try:
            plain = ImageReference.parse(text)
        except InvalidReference as error:
            refused = error
        else:
            try:
                assert ImageReference.parse(text, mode="named") == plain
            except InvalidReference as error:
                assert error.problem.value == "ErrNameNotCanonical"
                assert str(plain) != text
                assert str(plain) in error.hint
            else:
                assert str(plain) == text
        if refused is not None:
            try:
                ImageReference.parse(text, mode="named")
            except InvalidReference as error:
                assert error == refused
