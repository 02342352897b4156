from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.digest import Digest, InvalidDigest
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference
from kubecontainers.images.tag import InvalidTag, parse_tag
from kubecontainers.testing import strategies

unregistered = st.builds(
    "{}:{}".format, st.sampled_from(["md5", "tarsum.v1+sha256", "SHA256", "sha256"]), st.text("0aF", min_size=32, max_size=70)
)
parsed = strategies.references().map(ImageReference.parse)


class TestPartsGoInAndComeOut:
    """A tag or digest that is put into a reference comes out of it, and nothing else about the reference changes."""

    @given(parsed, strategies.tags())
    def test_tag(self, reference: ImageReference, tag: str) -> None:
        tagged = reference.with_tag(tag)
        assert (tagged.registry, tagged.repository, tagged.tag, tagged.digest) == (
            reference.registry,
            reference.repository,
            tag,
            reference.digest,
        )
        assert tagged.with_tag(reference.tag or "x").with_tag(tag) == tagged

    @given(parsed, strategies.digests() | unregistered)
    def test_digest(self, reference: ImageReference, digest: str) -> None:
        pinned = reference.with_digest(digest)
        assert (pinned.registry, pinned.repository, pinned.tag, pinned.digest) == (
            reference.registry,
            reference.repository,
            reference.tag,
            digest,
        )
        assert isinstance(pinned.digest, Digest)
        assert f"{pinned.digest.algorithm}:{pinned.digest.encoded}" == digest

    @given(parsed, strategies.tags(), strategies.digests())
    def test_order_of_putting_in_does_not_matter(self, reference: ImageReference, tag: str, digest: Digest) -> None:
        assert reference.with_tag(tag).with_digest(digest) == reference.with_digest(digest).with_tag(tag)

    @given(parsed)
    def test_trimmed(self, reference: ImageReference) -> None:
        trimmed = reference.trimmed()
        assert trimmed.is_name_only
        assert trimmed.name == reference.name == str(trimmed)
        assert trimmed.trimmed() == trimmed
        assert reference.is_name_only == (reference == trimmed)

    @given(parsed)
    def test_default_tag(self, reference: ImageReference) -> None:
        defaulted = reference.with_default_tag()
        assert defaulted == (reference.with_tag("latest") if reference.is_name_only else reference)
        assert not defaulted.is_name_only
        assert defaulted.with_default_tag() is defaulted


class TestBuiltIsParsed:
    """A reference built of the parts of another is that reference, and every part is checked by its own grammar."""

    @given(st.data(), strategies.releases())
    def test_of_parsed_parts(self, data: st.DataObject, release: Release) -> None:
        reference = ImageReference.parse(data.draw(strategies.references(release=release)), release=release)
        assert ImageReference.build(reference.name, tag=reference.tag, digest=reference.digest, release=release) == reference

    @given(strategies.nearly_valid_references(), strategies.nearly_valid_references(), strategies.nearly_valid_references())
    def test_parts_are_checked_one_by_one(self, name: str, tag: str, digest: str) -> None:
        for given_tag in (None, tag):
            for given_digest in (None, digest):
                expected = self.refusal(name, given_tag, given_digest)
                if expected is None:
                    built = ImageReference.build(name, tag=given_tag, digest=given_digest)
                    assert (built.name, built.tag, built.digest) == (name, given_tag, given_digest)
                else:
                    with pytest.raises(expected):
                        ImageReference.build(name, tag=given_tag, digest=given_digest)

    def refusal(self, name: str, tag: str | None, digest: str | None) -> type[KubeContainersError] | None:
        try:
            if not ImageReference.parse(name, mode="parse").is_name_only:
                return InvalidReference
            if tag is not None:
                parse_tag(tag)
            if digest is not None:
                Digest.parse_part(digest)
        except KubeContainersError as error:
            return type(error)
        return None

    @given(parsed, st.sampled_from(["", ".a", "-a", "a b", "ü", "a:b", "\u0661", "a\n", "a" * 129]))
    def test_no_tag(self, reference: ImageReference, tag: str) -> None:
        with pytest.raises(InvalidTag):
            reference.with_tag(tag)

    @given(
        parsed,
        st.sampled_from(
            ["", "sha256", "sha256:", "sha256:" + "0" * 31, "256:" + "0" * 32, "sha256:" + "g" * 64, "sha256:" + "0" * 64 + "\n"]
        ),
    )
    def test_no_digest(self, reference: ImageReference, digest: str) -> None:
        with pytest.raises(InvalidDigest):
            reference.with_digest(digest)


class TestDigestAloneStaysADigest:
    """A digest without a name has nothing that a tag could stand beside, and is not trimmed to nothing."""

    @given(strategies.digests())
    def test_no_impossible_value(self, digest: Digest) -> None:
        reference = ImageReference.parse(digest, mode="any")
        assert not reference.is_name_only
        assert reference.with_default_tag() == reference
        changes: list[Callable[[], ImageReference]] = [lambda: reference.with_tag("v1"), reference.trimmed]
        for change in changes:
            try:
                changed = change()
            except KubeContainersError:
                continue
            assert ImageReference.parse(str(changed), mode="any") == changed
