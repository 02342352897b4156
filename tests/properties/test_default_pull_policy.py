# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

from hypothesis import given

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.pull_policy import PullPolicy, PullPolicyReason, default_pull_policy
from kubecontainers.images.pull_spec import pull_spec
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing import strategies

images = strategies.references() | strategies.nearly_valid_references() | strategies.json_texts()


class TestDefaultPolicyIsSeenInTheTag:
    """The default is Always if the tag is latest, written or not, and IfNotPresent for all others and for what is no reference."""

    @given(images, strategies.releases())
    def test_text_and_reference_agree(self, image: str, release: Release) -> None:
        found = default_pull_policy(image, release=release)
        try:
            reference = ImageReference.parse(image, release=release)
        except InvalidReference:
            assert found.policy is PullPolicy.IF_NOT_PRESENT
            assert found.reason is PullPolicyReason.UNREADABLE
            return
        always = reference.with_default_tag().tag == "latest"
        assert found.policy is (PullPolicy.ALWAYS if always else PullPolicy.IF_NOT_PRESENT)
        assert (
            found.reason
            is {
                (True, True): PullPolicyReason.LATEST_BESIDE_DIGEST if reference.tag else PullPolicyReason.DIGEST,
                (True, False): PullPolicyReason.LATEST if reference.tag else PullPolicyReason.NO_TAG,
                (False, True): PullPolicyReason.OTHER_TAG if reference.tag else PullPolicyReason.DIGEST,
                (False, False): PullPolicyReason.OTHER_TAG,
            }[always, reference.digest is not None]
        )

    @given(strategies.references(), strategies.releases())
    def test_canonical_and_familiar_text_agree(self, image: str, release: Release) -> None:
        try:
            reference = ImageReference.parse(image, release=release)
        except InvalidReference:
            return
        found = default_pull_policy(image, release=release)
        assert default_pull_policy(str(reference), release=release) == found
        assert hash(found) == hash(default_pull_policy(image, release=release))


class TestPullSpecIsTheTextWithATag:
    """The runtime is asked for the image as written; only one that has neither tag nor digest gets a tag, and only once."""

    @given(images, strategies.releases())
    def test_pull_spec(self, image: str, release: Release) -> None:
        try:
            reference = ImageReference.parse(image, release=release)
        except InvalidReference as error:
            refused: InvalidReference | None = error
        else:
            refused = None
            spec = pull_spec(image, release=release)
            assert spec == (f"{image}:latest" if reference.is_name_only else image)
            assert pull_spec(spec, release=release) == spec
            assert ImageReference.parse(spec, release=release) == reference.with_default_tag()
        if refused is not None:
            try:
                pull_spec(image, release=release)
            except InvalidReference as error:
                assert error == refused
            else:
                raise AssertionError(image)
