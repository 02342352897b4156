# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing import strategies

some = st.sampled_from(["a", "a:1", "a:2", "b", "a/b", "a.b/c", "[::1]/a", "a@sha256:" + "0" * 64, "a:1@sha256:" + "0" * 64, "r_e.b/c"])
parsed = (strategies.references() | some).map(ImageReference.parse)


def key(reference: ImageReference) -> tuple[str, str, str, str]:
    return (reference.registry or "", reference.repository, reference.tag or "", reference.digest or "")


class TestReferencesAreOrderedByTheirParts:
    """References are ordered by registry, repository, tag and digest, an absent part before any other; equal ones hash alike."""

    @given(parsed, parsed)
    def test_order(self, first: ImageReference, second: ImageReference) -> None:
        assert (first < second) == (key(first) < key(second))
        assert (first <= second) == (key(first) <= key(second))
        assert (first > second) == (key(first) > key(second))
        assert (first >= second) == (key(first) >= key(second))
        assert (first == second) == (key(first) == key(second))

    @given(parsed, parsed)
    def test_equal_texts_equal_hashes(self, first: ImageReference, second: ImageReference) -> None:
        assert (first == second) == (str(first) == str(second))
        if first == second:
            assert hash(first) == hash(second)

    @given(st.lists(parsed, max_size=8))
    def test_sorting(self, found: list[ImageReference]) -> None:
        assert sorted(found) == sorted(found, key=key)

    @given(parsed)
    def test_other_types(self, reference: ImageReference) -> None:
        other: object = str(reference)
        assert reference != other
        with pytest.raises(TypeError):
            assert reference < str(reference)  # type: ignore[operator]


class TestReferencesTravel:
    """A reference survives pickling with every protocol, and copying."""

    @given(parsed, st.integers(0, pickle.HIGHEST_PROTOCOL))
    def test_pickle(self, reference: ImageReference, protocol: int) -> None:
        again: ImageReference = pickle.loads(pickle.dumps(reference, protocol))  # noqa: S301
        assert again == reference
        assert hash(again) == hash(reference)
        assert type(again.digest) is type(reference.digest)

    @given(parsed)
    def test_copy(self, reference: ImageReference) -> None:
        assert copy.copy(reference) == copy.deepcopy(reference) == reference

    @given(strategies.references() | strategies.nearly_valid_references())
    def test_parsing_again_gives_an_equal_value(self, text: str) -> None:
        try:
            first = ImageReference.parse(text)
        except InvalidReference as error:
            with pytest.raises(InvalidReference) as again:
                ImageReference.parse(text)
            assert again.value == error
            assert again.value is not error
        else:
            assert ImageReference.parse(text) == first
