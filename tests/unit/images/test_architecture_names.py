from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.architecture_names import ArchitectureName, UnnamedArchitecture, split_architecture, with_architecture
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.platform import ARCHITECTURES
from kubecontainers.images.reference import ImageReference

SHA = "sha256:" + "0" * 64


class TestWithArchitecture:
    @pytest.mark.parametrize(
        ("image", "architecture", "expected"),
        [
            ("registry.k8s.io/kube-proxy:v1.31.0", "arm64", "registry.k8s.io/kube-proxy-arm64:v1.31.0"),
            ("registry.k8s.io/kube-proxy", "ppc64le", "registry.k8s.io/kube-proxy-ppc64le"),
            ("nginx:1.27", "386", "docker.io/library/nginx-386:1.27"),
            ("localhost:5000/a/b:v1", "s390x", "localhost:5000/a/b-s390x:v1"),
            (f"registry.k8s.io/pause:3.9@{SHA}", "amd64", "registry.k8s.io/pause-amd64:3.9"),
            ("pause-arm64:3.9", "amd64", "docker.io/library/pause-arm64-amd64:3.9"),
        ],
    )
    def test_named(self, image: str, architecture: str, expected: str) -> None:
        assert str(with_architecture(ImageReference.parse(image), architecture)) == expected

    @pytest.mark.parametrize("architecture", ["", "x86_64", "aarch64", "AMD64", "arm/v7", "armhf", "arm64 ", "-arm", "unknown", "\ud800"])
    def test_no_architecture(self, architecture: str) -> None:
        image = ImageReference.parse("pause:3.9")
        with pytest.raises(UnnamedArchitecture) as caught:
            with_architecture(image, architecture)
        error = caught.value
        assert (error.image, error.architecture) == ("docker.io/library/pause:3.9", architecture)
        assert "as Go does" in error.hint
        assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301

    @pytest.mark.parametrize("image", [f"pause@{SHA}", SHA])
    def test_a_digest_cannot_be_carried_over(self, image: str) -> None:
        with pytest.raises(UnnamedArchitecture) as caught:
            with_architecture(ImageReference.parse(image, mode="any"), "arm64")
        assert caught.value.hint == "the digest is that of the index; name the image by tag"
        assert "has no name for the architecture 'arm64'" in str(caught.value)

    def test_a_name_that_becomes_too_long(self) -> None:
        longest = ImageReference.parse("a.b/" + "a" * 250)
        assert with_architecture(longest, "arm").repository == "a" * 250 + "-arm"
        with pytest.raises(InvalidReference):
            with_architecture(longest, "mips64p32le")

    def test_release(self) -> None:
        image = ImageReference.parse("[::1]:5000/pause:3.9")
        assert str(with_architecture(image, "arm")) == "[::1]:5000/pause-arm:3.9"
        with pytest.raises(InvalidReference):
            with_architecture(image, "arm", release=Release("1.28"))


class TestSplitArchitecture:
    @pytest.mark.parametrize(
        ("image", "expected", "architecture"),
        [
            ("registry.k8s.io/kube-proxy-arm64:v1.31.0", "registry.k8s.io/kube-proxy:v1.31.0", "arm64"),
            ("registry.k8s.io/pause-s390x", "registry.k8s.io/pause", "s390x"),
            ("web-arm:v1", "docker.io/library/web:v1", "arm"),
            ("a-b-386", "docker.io/library/a-b", "386"),
            ("pause-arm64-amd64:3.9", "docker.io/library/pause-arm64:3.9", "amd64"),
            (f"registry.k8s.io/pause-amd64:3.9@{SHA}", "registry.k8s.io/pause:3.9", "amd64"),
            ("localhost:5000/x-arm", "localhost:5000/x", "arm"),
        ],
    )
    def test_named(self, image: str, expected: str, architecture: str) -> None:
        assert split_architecture(ImageReference.parse(image)) == ArchitectureName(ImageReference.parse(expected), architecture)

    @pytest.mark.parametrize(
        "image",
        [
            "nginx:1.27",
            "nginx-arm65",
            "nginx-aarch64",
            "arm64",
            "amd64/nginx:1.27",
            "my-arm64/nginx",
            "my-arm64:5000/nginx",
            "nginx_arm64",
            "nginx--arm64",
            "nginx:v1-arm64",
            f"nginx@{SHA}",
            SHA,
            f"nginx:1.27@{SHA}",
        ],
    )
    def test_not_named(self, image: str) -> None:
        parsed = ImageReference.parse(image, mode="any")
        assert split_architecture(parsed) == ArchitectureName(parsed, None)

    def test_a_digest_cannot_be_carried_over(self) -> None:
        with pytest.raises(UnnamedArchitecture) as caught:
            split_architecture(ImageReference.parse(f"pause-arm64@{SHA}"))
        assert caught.value == UnnamedArchitecture(
            f"docker.io/library/pause-arm64@{SHA}", "arm64", "the digest is that of the one image; name the image by tag"
        )
        assert isinstance(caught.value, KubeContainersError)

    def test_is_a_value(self) -> None:
        found = split_architecture(ImageReference.parse("pause-arm64:3.9"))
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
        assert len({found, split_architecture(ImageReference.parse("pause-arm64:3.9"))}) == 1


@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES))
def test_every_architecture_both_ways(architecture: str) -> None:
    image = ImageReference.parse("registry.k8s.io/kube-proxy:v1.31.0")
    assert split_architecture(with_architecture(image, architecture)) == ArchitectureName(image, architecture)


def test_messages_are_short() -> None:
    assert len(str(UnnamedArchitecture("i" * 10_000, "a" * 10_000, "hint"))) < 400
