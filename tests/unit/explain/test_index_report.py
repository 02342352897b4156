from __future__ import annotations

from kubecontainers.explain.index_report import IndexReport
from kubecontainers.explain.tree import plain_text
from kubecontainers.images.index import ImageIndex
from kubecontainers.images.media_types import DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_MANIFEST
from kubecontainers.images.platform import Platform
from kubecontainers.images.preflight import preflight

INDEX = ImageIndex.from_json(
    {
        "manifests": [
            {"mediaType": OCI_MANIFEST, "digest": "sha256:1", "platform": {"os": "linux", "architecture": "amd64"}},
            {"mediaType": OCI_MANIFEST, "digest": "sha256:2", "platform": {"os": "linux", "architecture": "arm", "variant": "v7"}},
        ]
    }
)


def report(index: ImageIndex, *platforms: str) -> IndexReport:
    return IndexReport(preflight(index, {platform: Platform.parse(platform) for platform in platforms}))


def test_text() -> None:
    assert plain_text(report(INDEX, "linux/amd64", "linux/arm64", "linux/s390x").to_nodes()).splitlines() == [
        "OCI index, 2 entries",
        "├─ linux/amd64   sha256:1",
        "└─ linux/arm/v7  sha256:2",
        "linux/amd64 gets linux/amd64  sha256:1",
        "└─ it is for the node's own platform",
        "linux/arm64 gets linux/arm/v7  sha256:2",
        "└─ it is for another architecture or level that the node runs as well",
        "linux/s390x gets nothing: no entry matches the platform",
        "├─ manifests[0] (linux/amd64): architecture is amd64, wanted is s390x",
        "└─ manifests[1] (linux/arm/v7): architecture is arm, wanted is s390x",
    ]


def test_entries_without_platform_and_other_formats() -> None:
    entry = {"mediaType": DOCKER_MANIFEST, "digest": "sha256:3"}
    docker = ImageIndex.from_json({"mediaType": DOCKER_MANIFEST_LIST, "manifests": [entry]})
    assert plain_text(report(docker, "linux/amd64").to_nodes()).splitlines() == [
        "Docker index, 1 entry",
        "└─ (no platform)  sha256:3",
        "linux/amd64 gets (no platform)  sha256:3",
        "└─ the entry names no platform: the image's configuration decides, and no other entry is tried",
    ]
    empty = ImageIndex((), "application/json")
    assert plain_text(report(empty).to_nodes()) == "index, 0 entries\n"


def test_json() -> None:
    found = report(INDEX, "linux/amd64").to_json()
    assert found["index"] == INDEX.to_json()
    assert found["unserved"] == []
    assert found["unused"] == [1]
