from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing import strategies

HEX = "0123456789abcdef" * 4


def reads_as_something_else(reference: ImageReference) -> bool:
    """Whether the familiar form of a normalised reference is another reference, or none."""
    if reference.registry != "docker.io":
        return False
    first, slash, _ = reference.familiar_name.partition("/")
    if slash:
        return first == "localhost" or "." in first  # looks like a registry
    return reference.is_name_only and re.fullmatch("[0-9a-f]{64}", first) is not None  # looks like an identifier


class TestFamiliarFormIsTheSameReference:
    """The familiar form of a normalised reference parses back to it, except where its text reads as something else.

    It does where the registry docker.io is dropped before a component that looks like a registry, and where 64 hex digits are left.
    """

    @given(st.data(), strategies.releases())
    def test_round_trip(self, data: st.DataObject, release: Release) -> None:
        reference = ImageReference.parse(data.draw(strategies.references(release=release)), release=release)
        if not reads_as_something_else(reference):
            assert ImageReference.parse(reference.familiar, release=release) == reference

    @given(
        st.sampled_from(["localhost", "registry.k8s.io", "docker.io", "index.docker.io", "a.b", "reg_istry.k8s.io"]),
        strategies.repositories(),
        st.none() | strategies.tags(),
    )
    @example("docker.io", "library/nginx", None)
    def test_registry_inside_the_repository(self, first: str, rest: str, tag: str | None) -> None:
        reference = ImageReference.build(f"docker.io/{first}/{rest}", tag=tag)
        assert ImageReference.parse(str(reference)) == reference
        assert reference.familiar_name == f"{first}/{rest}"
        assert ImageReference.parse(reference.familiar) != reference

    @pytest.mark.parametrize(
        ("canonical", "familiar", "read_as"),
        [
            ("docker.io/localhost/app", "localhost/app", ("localhost", "app")),
            ("docker.io/quay.io/app", "quay.io/app", ("quay.io", "app")),
            ("docker.io/docker.io/app", "docker.io/app", ("docker.io", "library/app")),
            ("docker.io/docker.io/a/b", "docker.io/a/b", ("docker.io", "a/b")),
            ("docker.io/index.docker.io/app", "index.docker.io/app", ("docker.io", "library/app")),
            ("docker.io/reg_istry.k8s.io/x", "reg_istry.k8s.io/x", (None, "reg_istry.k8s.io/x")),
        ],
    )
    def test_reads_as_another(self, canonical: str, familiar: str, read_as: tuple[str | None, str]) -> None:
        reference = ImageReference.parse(canonical)
        assert str(reference) == canonical
        assert reference.familiar == familiar
        again = ImageReference.parse(familiar)
        assert (again.registry, again.repository) == read_as
        assert again != reference
        assert reads_as_something_else(reference)

    def test_reads_as_an_identifier(self) -> None:
        reference = ImageReference.parse(f"docker.io/library/{HEX}")
        assert reference.familiar == HEX
        assert reads_as_something_else(reference)
        with pytest.raises(InvalidReference, match="IdentifierNotAllowed"):
            ImageReference.parse(reference.familiar)
        tagged = reference.with_tag("v1")
        assert not reads_as_something_else(tagged)
        assert ImageReference.parse(tagged.familiar) == tagged

    @pytest.mark.parametrize(
        ("text", "familiar"),
        [
            ("library/nginx", "nginx"),
            ("docker.io/library/nginx:1", "nginx:1"),
            ("docker.io/library/a/b", "library/a/b"),
            ("library/library/a", "library/library/a"),
            ("library", "library"),
            ("docker.io/shop/web", "shop/web"),
            ("docker.io/library/localhost", "localhost"),
            ("docker.io/library/quay.io", "quay.io"),
            ("docker.io:443/library/a", "docker.io:443/library/a"),
            ("DOCKER.IO/library/a", "DOCKER.IO/library/a"),
            ("index.docker.io/library/a", "a"),
            ("quay.io/library/a", "quay.io/library/a"),
            ("reg_istry.k8s.io/x", "reg_istry.k8s.io/x"),
        ],
    )
    def test_round_trip_by_hand(self, text: str, familiar: str) -> None:
        reference = ImageReference.parse(text)
        assert reference.familiar == familiar
        assert ImageReference.parse(familiar) == reference

    @pytest.mark.parametrize("text", ["ubuntu", "library/ubuntu", "docker.io/ubuntu", "index.docker.io/ubuntu", "shop/web"])
    def test_not_normalised(self, text: str) -> None:
        """What was read by the grammar alone need not be a normalised reference; its familiar form then reads as one that is."""
        reference = ImageReference.parse(text, mode="parse")
        assert ImageReference.parse(str(reference)) != reference
        assert ImageReference.parse(reference.familiar) != reference
