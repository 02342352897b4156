from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.images.index import ImageIndex
from kubecontainers.images.media_types import DOCKER_MANIFEST_LIST, OCI_INDEX, OCI_MANIFEST, MediaType
from kubecontainers.testing import strategies
from kubecontainers.testing.platforms import image_indexes, nearly_valid_indexes, platforms
from kubecontainers.testing.read_only import read_only

documents = image_indexes() | image_indexes(of=st.none() | platforms())
media_types = st.sampled_from(["", OCI_INDEX, f"{DOCKER_MANIFEST_LIST}; charset=utf-8", OCI_MANIFEST, "text/html"])


class TestIndexesKeepWhatTheySay:
    """What is read is written again as it was, in JSON, in text and in bytes."""

    @given(documents)
    def test_from_json(self, document: dict[str, Any]) -> None:
        assert ImageIndex.from_json(document).to_json() == document

    @given(documents, st.sampled_from([None, 2, 3, "\t"]), st.booleans())
    def test_parse(self, document: dict[str, Any], indent: Any, sort: bool) -> None:
        index = ImageIndex.from_json(document)
        text = json.dumps(document, indent=indent, sort_keys=sort)
        assert ImageIndex.parse(text) == index
        assert ImageIndex.parse(text.encode()) == index
        assert ImageIndex.parse(json.dumps(index.to_json())) == index

    @given(documents)
    def test_any_mapping(self, document: dict[str, Any]) -> None:
        assert ImageIndex.from_json(read_only(document)) == ImageIndex.from_json(document)

    @given(documents, media_types)
    def test_media_type(self, document: dict[str, Any], media_type: str) -> None:
        try:
            index = ImageIndex.from_json(document, media_type=media_type)
        except KubeContainersError:
            assert media_type in {OCI_MANIFEST, "text/html"}
        else:
            assert index.media_type == media_type or document["mediaType"]
            assert MediaType.parse(index.media_type).kind is MediaType.parse(OCI_INDEX).kind

    @given(documents)
    def test_order_and_number_of_entries(self, document: dict[str, Any]) -> None:
        entries = ImageIndex.from_json(document).manifests
        assert [entry.digest for entry in entries] == [entry["digest"] for entry in document["manifests"]]
        assert [entry.platform is None for entry in entries] == ["platform" not in entry for entry in document["manifests"]]


class TestIndexesOfAnything:
    """Whatever is read, an index comes of it or an error of ours; what comes of it can be written and read again. Nothing is changed."""

    def look(self, value: Any, media_type: str = "") -> None:
        before = copy.deepcopy(value)
        try:
            index = ImageIndex.from_json(value, media_type=media_type)
        except KubeContainersError as error:
            assert str(error)  # noqa: PT017
        else:
            assert ImageIndex.from_json(index.to_json()) == index
            hash(index)
        assert value == before

    @given(nearly_valid_indexes(), media_types)
    def test_nearly_valid(self, document: dict[str, Any], media_type: str) -> None:
        self.look(document, media_type)

    @given(strategies.json_values(), media_types)
    def test_json(self, value: Any, media_type: str) -> None:
        self.look(value, media_type)

    @given(strategies.json_values(), st.sampled_from(["manifests", "annotations", "mediaType", "config"]))
    def test_a_field_of_anything(self, value: Any, field: str) -> None:
        self.look({"manifests": [], field: value})

    @given(strategies.json_values(), st.sampled_from(["platform", "annotations", "size", "digest", "mediaType", "artifactType"]))
    def test_a_field_of_an_entry_of_anything(self, value: Any, field: str) -> None:
        self.look({"manifests": [{field: value}]})

    @given(st.text() | st.binary() | strategies.json_texts() | strategies.json_values().map(json.dumps), media_types)
    def test_text(self, document: str | bytes, media_type: str) -> None:
        try:
            index = ImageIndex.parse(document, media_type=media_type)
        except KubeContainersError:
            return
        assert ImageIndex.from_json(index.to_json()) == index

    @given(documents.map(json.dumps), st.data())
    def test_text_with_a_hole(self, text: str, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        for document in (text[:start] + text[end:], text[:start].encode() + b"\xff" + text[end:].encode()):
            try:
                index = ImageIndex.parse(document)
            except KubeContainersError:
                continue
            assert ImageIndex.from_json(index.to_json()) == index
