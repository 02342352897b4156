from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.images.architecture_names import ArchitectureName, UnnamedArchitecture, split_architecture, with_architecture
from kubecontainers.images.platform import ARCHITECTURES
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing import strategies

architectures = st.sampled_from(sorted(ARCHITECTURES))
images = strategies.references().map(ImageReference.parse)


def suffixed(repository: str, suffix: str, tag: str) -> str:
    return f"registry.k8s.io/{repository}-{suffix}:{tag}"


named = st.builds(suffixed, strategies.repositories(), architectures | st.sampled_from(["x", "arm65", "arm64-x"]), strategies.tags())


def without_digest(image: ImageReference) -> ImageReference:
    return ImageReference.build(image.name, tag=image.tag)


def may_be_named(image: ImageReference) -> bool:
    return image.tag is not None or image.digest is None


class TestArchitectureNamesAreInverse:
    """What is named for an architecture comes apart into image and architecture again, and the other way round."""

    @given(images, architectures)
    def test_there_and_back(self, image: ImageReference, architecture: str) -> None:
        assume(may_be_named(image) and len(image.repository) + len(architecture) < 255)
        one = with_architecture(image, architecture)
        assert split_architecture(one) == ArchitectureName(without_digest(image), architecture)
        assert (one.registry, one.tag, one.digest) == (image.registry, image.tag, None)
        assert one.repository == f"{image.repository}-{architecture}"

    @given(named.map(ImageReference.parse))
    def test_back_and_there(self, image: ImageReference) -> None:
        found = split_architecture(image)
        if found.architecture is None:
            assert found.image is image
        else:
            assert with_architecture(found.image, found.architecture) == image

    @given(images, architectures, architectures)
    def test_one_at_a_time(self, image: ImageReference, first: str, second: str) -> None:
        assume(may_be_named(image) and len(image.repository) < 200)
        both = with_architecture(with_architecture(image, first), second)
        assert split_architecture(both) == ArchitectureName(with_architecture(image, first), second)


class TestArchitectureNamesOfAnything:
    """Whatever image and architecture are asked for, a name comes of it or an error of ours."""

    @given(st.data(), strategies.json_texts() | architectures)
    def test_with(self, data: st.DataObject, architecture: str) -> None:
        text = data.draw(strategies.references() | strategies.nearly_valid_references() | strategies.digests().map(str))
        try:
            image = ImageReference.parse(text, mode="any")
            found = with_architecture(image, architecture)
        except KubeContainersError:
            return
        assert architecture in ARCHITECTURES
        assert found.name == f"{image.name}-{architecture}"

    @given(strategies.references() | strategies.nearly_valid_references() | named | strategies.digests().map(str))
    def test_split(self, text: str) -> None:
        try:
            image = ImageReference.parse(text, mode="any")
        except KubeContainersError:
            return
        try:
            found = split_architecture(image)
        except UnnamedArchitecture:
            assert not may_be_named(image)
        else:
            assert (found.architecture is None) == (found.image == image)
