from __future__ import annotations

import pickle

import pytest

from kubecontainers.images.media_types import (
    DOCKER_MANIFEST,
    DOCKER_MANIFEST_LIST,
    OCI_INDEX,
    OCI_MANIFEST,
    ImageFormat,
    MediaKind,
    MediaType,
)

OCI, DOCKER = ImageFormat.OCI, ImageFormat.DOCKER
INDEX, MANIFEST, CONFIG, LAYER, SCHEMA_1, OTHER = (
    MediaKind.INDEX,
    MediaKind.MANIFEST,
    MediaKind.CONFIG,
    MediaKind.LAYER,
    MediaKind.SCHEMA_1,
    MediaKind.OTHER,
)


@pytest.mark.parametrize(
    ("text", "form", "kind"),
    [
        (OCI_INDEX, OCI, INDEX),
        (OCI_MANIFEST, OCI, MANIFEST),
        (DOCKER_MANIFEST_LIST, DOCKER, INDEX),
        (DOCKER_MANIFEST, DOCKER, MANIFEST),
        ("application/vnd.oci.image.index.v1+json", OCI, INDEX),
        ("application/vnd.oci.image.manifest.v1+json", OCI, MANIFEST),
        ("application/vnd.docker.distribution.manifest.list.v2+json", DOCKER, INDEX),
        ("application/vnd.docker.distribution.manifest.v2+json", DOCKER, MANIFEST),
        ("application/vnd.oci.image.config.v1+json", OCI, CONFIG),
        ("application/vnd.docker.container.image.v1+json", DOCKER, CONFIG),
        ("application/vnd.oci.image.layer.v1.tar", OCI, LAYER),
        ("application/vnd.oci.image.layer.v1.tar+gzip", OCI, LAYER),
        ("application/vnd.oci.image.layer.v1.tar+zstd", OCI, LAYER),
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", OCI, LAYER),
        ("application/vnd.docker.image.rootfs.diff.tar.gzip", DOCKER, LAYER),
        ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", DOCKER, LAYER),
        ("application/vnd.docker.distribution.manifest.v1+json", DOCKER, SCHEMA_1),
        ("application/vnd.docker.distribution.manifest.v1+prettyjws", DOCKER, SCHEMA_1),
        ("application/vnd.oci.artifact.manifest.v1+json", OCI, OTHER),
        ("application/vnd.oci.empty.v1+json", OCI, OTHER),
        ("application/vnd.docker.plugin.v1+json", DOCKER, OTHER),
        ("application/vnd.in-toto+json", None, OTHER),
        ("application/vnd.ociximage.index.v1+json", None, OTHER),
        ("Application/vnd.oci.image.index.v1+json", None, OTHER),
        (" " + OCI_INDEX, None, OTHER),
        (OCI_INDEX + "\n", OCI, OTHER),
        ("application/json", None, OTHER),
        ("", None, OTHER),
        ("\ud800", None, OTHER),
    ],
)
def test_parse(text: str, form: ImageFormat | None, kind: MediaKind) -> None:
    found = MediaType.parse(text)
    assert found == MediaType(text, form, kind)
    assert str(found) == text
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert hash(found) == hash(MediaType.parse(text))


@pytest.mark.parametrize("parameters", [";", "; charset=utf-8", ";charset=utf-8;q=1", f";{OCI_MANIFEST}"])
def test_parameters_matter_in_documents_only(parameters: str) -> None:
    assert MediaType.parse_header(OCI_INDEX + parameters) == MediaType.parse(OCI_INDEX)
    assert MediaType.parse(OCI_INDEX + parameters).kind is OTHER


def test_nothing_but_parameters() -> None:
    assert MediaType.parse_header(";" + OCI_INDEX) == MediaType("", None, OTHER)
