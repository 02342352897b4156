from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.providers.matching import select_match_image


@pytest.mark.parametrize(
    ("patterns", "image", "matched"),
    [
        (["*.kubernetes.io"], "abc.kubernetes.io/app", "*.kubernetes.io"),
        (["*.kubernetes.io"], "kubernetes.io/app", None),
        (["*.*.kubernetes.io"], "abc.def.kubernetes.io/app", "*.*.kubernetes.io"),
        (["quay.io/coreos"], "quay.io/coreos-fork/app", "quay.io/coreos"),
        (["docker.io"], "docker.io/library/nginx", "docker.io"),
        (["nginx"], "docker.io/library/nginx", None),
        (["https://gcr.io"], "gcr.io/app", None),
        (["gcr.io/*"], "gcr.io/app", None),
        (["registry.example:5000"], "registry.example/app", None),
        (["*.example", "registry.example"], "registry.example/app", "*.example"),
        (["a b", "%zz", "registry.example"], "registry.example/app", "registry.example"),
        (["registry.example"], "nginx:latest", None),
        ([], "registry.example/app", None),
    ],
)
def test_first_pattern_that_matches(patterns: list[str], image: str, matched: str | None) -> None:
    found = select_match_image(patterns, image)
    assert (None if found is None else found.text) == matched


def test_the_release_counts() -> None:
    """Hosts with several colons are none from 1.36 on."""
    assert select_match_image(["a:1:2"], "a:1:2/x", release=Release("1.35")) is not None
    assert select_match_image(["a:1:2"], "a:1:2/x", release=Release("1.36")) is None


def test_bytes_are_taken() -> None:
    assert select_match_image(["*.example"], b"\xff.example/app") is not None
