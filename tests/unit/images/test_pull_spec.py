from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.pull_spec import pull_spec

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "spec"),
    [
        ("nginx", "nginx:latest"),
        ("nginx:1.27", "nginx:1.27"),
        ("library/nginx", "library/nginx:latest"),
        ("docker.io/nginx", "docker.io/nginx:latest"),
        ("index.docker.io/nginx", "index.docker.io/nginx:latest"),
        ("localhost:5000", "localhost:5000"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        (f"nginx@{DIGEST}", f"nginx@{DIGEST}"),
        (f"nginx:1@{DIGEST}", f"nginx:1@{DIGEST}"),
        ("reg_istry.k8s.io/x", "reg_istry.k8s.io/x:latest"),
    ],
)
def test_pull_spec(image: str, spec: str) -> None:
    assert pull_spec(image) == spec


@pytest.mark.parametrize("image", ["", "UPPER", "bad image", "nginx@sha256:short", "nginx\n", "\ud800", "0" * 64])
def test_refused(image: str) -> None:
    with pytest.raises(InvalidReference):
        pull_spec(image)


def test_release() -> None:
    assert pull_spec("Foo/bar") == "Foo/bar:latest"
    with pytest.raises(InvalidReference):
        pull_spec("Foo/bar", release=Release("1.28"))
