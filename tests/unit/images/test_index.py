from __future__ import annotations

import copy
import json
import pickle
from collections import UserDict
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.fields import FieldPath
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.images.index import MAX_INDEX_BYTES, ImageIndex, IndexEntry, IndexProblem, InvalidIndex
from kubecontainers.images.media_types import DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_INDEX, OCI_MANIFEST, MediaKind
from kubecontainers.images.platform import Platform

Why = IndexProblem
SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"
ENTRY: dict[str, Any] = {
    "mediaType": OCI_MANIFEST,
    "digest": "sha256:" + "1" * 64,
    "size": 527,
    "platform": {"architecture": "arm", "os": "linux", "variant": "v7"},
    "annotations": {"org.opencontainers.image.ref.name": "web"},
    "artifactType": "application/vnd.example+json",
}
DOCUMENT: dict[str, Any] = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [ENTRY], "annotations": {"a": "b"}}
INDEX = ImageIndex(
    [
        IndexEntry(
            OCI_MANIFEST,
            "sha256:" + "1" * 64,
            527,
            Platform("linux", "arm", "v7"),
            FrozenMap({"org.opencontainers.image.ref.name": "web"}),
            "application/vnd.example+json",
        )
    ],
    OCI_INDEX,
    FrozenMap({"a": "b"}),
)

EMPTY: list[dict[str, Any]] = [
    {"manifests": []},
    {"manifests": None},
    {"mediaType": OCI_INDEX},
    {"mediaType": OCI_INDEX, "manifests": None, "annotations": None},
    {"mediaType": None, "manifests": []},
    {"schemaVersion": 2, "manifests": [], "subject": None, "unknown": [{}]},
]
WRONG_TYPES: list[tuple[dict[str, Any], str, str, str]] = [
    ({"mediaType": 1}, "mediaType", "a string", "a number"),
    ({"manifests": {}}, "manifests", "a list", "an object"),
    ({"manifests": "x"}, "manifests", "a list", "a string"),
    ({"manifests": [1]}, "manifests[0]", "an object", "a number"),
    ({"manifests": [ENTRY, []]}, "manifests[1]", "an object", "a list"),
    ({"manifests": [], "annotations": []}, "annotations", "an object", "a list"),
    ({"manifests": [], "annotations": {"a": 1}}, "annotations.a", "a string", "a number"),
    ({"manifests": [{"mediaType": []}]}, "manifests[0].mediaType", "a string", "a list"),
    ({"manifests": [{"digest": 1}]}, "manifests[0].digest", "a string", "a number"),
    ({"manifests": [{"size": "1"}]}, "manifests[0].size", "an integer of 64 bits", "a string"),
    ({"manifests": [{"size": 1.0}]}, "manifests[0].size", "an integer of 64 bits", "a number"),
    ({"manifests": [{"size": 1 << 63}]}, "manifests[0].size", "an integer of 64 bits", "a number"),
    ({"manifests": [{"size": True}]}, "manifests[0].size", "an integer of 64 bits", "a boolean"),
    ({"manifests": [{"platform": "linux/amd64"}]}, "manifests[0].platform", "an object", "a string"),
    ({"manifests": [{"platform": {"os": 1}}]}, "manifests[0].platform.os", "a string", "a number"),
    ({"manifests": [{"platform": {"os.features": {}}}]}, "manifests[0].platform.os.features", "a list", "an object"),
    ({"manifests": [{"platform": {"os.features": [1]}}]}, "manifests[0].platform.os.features[0]", "a string", "a number"),
    ({"manifests": [{"annotations": "a"}]}, "manifests[0].annotations", "an object", "a string"),
    ({"manifests": [{"annotations": {"a": []}}]}, "manifests[0].annotations.a", "a string", "a list"),
    ({"manifests": [{"artifactType": {}}]}, "manifests[0].artifactType", "a string", "an object"),
]


def parsed(document: Any) -> ImageIndex:
    """The index, read by way of text."""
    return ImageIndex.parse(json.dumps(document))


class TestReading:
    def test_everything(self) -> None:
        assert ImageIndex.from_json(DOCUMENT) == INDEX
        assert ImageIndex.parse(json.dumps(DOCUMENT)) == INDEX
        assert ImageIndex.parse(json.dumps(DOCUMENT, ensure_ascii=False, indent="\t").encode()) == INDEX

    def test_other_mappings(self) -> None:
        platform: UserDict[str, Any] = UserDict(ENTRY["platform"])
        entry: MappingProxyType[str, Any] = MappingProxyType({**ENTRY, "platform": platform})
        document: UserDict[str, Any] = UserDict({**DOCUMENT, "manifests": (entry,)})
        assert ImageIndex.from_json(document) == INDEX

    @pytest.mark.parametrize("document", EMPTY)
    def test_an_empty_one(self, document: dict[str, Any]) -> None:
        assert ImageIndex.from_json(document) == ImageIndex(()) == ImageIndex((), OCI_INDEX)

    def test_an_empty_entry(self) -> None:
        found = ImageIndex.from_json({"manifests": [None, {}, {"platform": None, "annotations": None, "size": None}]})
        assert found.manifests == (IndexEntry("", ""),) * 3
        assert found.manifests[0].kind is MediaKind.OTHER

    def test_an_entry_without_platform_is_not_one_with_an_empty_platform(self) -> None:
        empty: dict[str, Any] = {}
        found = ImageIndex.from_json({"manifests": [empty, {"platform": empty}]})
        assert [entry.platform for entry in found.manifests] == [None, Platform("", "")]

    @pytest.mark.parametrize(
        ("media_type", "written", "expected"),
        [
            ("", OCI_INDEX, OCI_INDEX),
            ("", DOCKER_MANIFEST_LIST, DOCKER_MANIFEST_LIST),
            (DOCKER_MANIFEST_LIST, OCI_INDEX, DOCKER_MANIFEST_LIST),
            (OCI_INDEX, "", OCI_INDEX),
            (OCI_INDEX, "text/html", OCI_INDEX),
            (f"{OCI_INDEX}; charset=utf-8", "", OCI_INDEX),
        ],
    )
    def test_the_media_type_that_is_given_counts_more(self, media_type: str, written: str, expected: str) -> None:
        document = {"mediaType": written, "manifests": [ENTRY]}
        assert ImageIndex.from_json(document, media_type=media_type).media_type == expected
        assert ImageIndex.parse(json.dumps(document), media_type=media_type).media_type == expected

    def test_given_media_type_of_what_says_nothing(self) -> None:
        assert ImageIndex.from_json({}, media_type=OCI_INDEX) == ImageIndex(())

    def test_kind_of_entries(self) -> None:
        kinds = [IndexEntry(text, "").kind for text in (OCI_MANIFEST, DOCKER_MANIFEST, OCI_INDEX, DOCKER_MANIFEST_LIST, "text/html")]
        assert kinds == [MediaKind.MANIFEST, MediaKind.MANIFEST, MediaKind.INDEX, MediaKind.INDEX, MediaKind.OTHER]

    def test_text_arrives_as_in_go(self) -> None:
        document = '{"mediaType": "", "manifests": [{"digest": "\\ud800", "annotations": {"\\udfff": "\\ud800a", "b": null}}]}'
        entry = ImageIndex.parse(document).manifests[0]
        assert entry.digest == "\ufffd"
        assert entry.annotations == {"\ufffd": "\ufffda", "b": ""}

    def test_bytes_that_are_not_utf8(self) -> None:
        assert ImageIndex.parse(b'{"manifests": [{"digest": "\xe2\x82"}]}').manifests[0].digest == "\ufffd\ufffd"


class TestRefusing:
    def refused(self, document: dict[str, Any], media_type: str = "") -> InvalidIndex:
        before = copy.deepcopy(document)
        with pytest.raises(InvalidIndex) as caught:
            ImageIndex.from_json(document, media_type=media_type)
        assert document == before
        return caught.value

    @pytest.mark.parametrize(
        ("document", "problem", "found"),
        [
            ({}, Why.UNKNOWN, ""),
            ({"mediaType": ""}, Why.UNKNOWN, ""),
            ({"Manifests": []}, Why.UNKNOWN, ""),
            ({"config": {}}, Why.MANIFEST, "config"),
            ({"config": None}, Why.MANIFEST, "config"),
            ({"layers": []}, Why.MANIFEST, "layers"),
            ({"layers": None, "manifests": []}, Why.MANIFEST, "layers"),
            ({"layers": [], "config": {}, "manifests": []}, Why.MANIFEST, "config and layers"),
            ({"mediaType": OCI_MANIFEST}, Why.MANIFEST, OCI_MANIFEST),
            ({"mediaType": DOCKER_MANIFEST, "manifests": []}, Why.MANIFEST, DOCKER_MANIFEST),
            ({"mediaType": OCI_INDEX, "config": None}, Why.MANIFEST, "config"),
            ({"fsLayers": []}, Why.SCHEMA_1, ""),
            ({"fsLayers": None, "mediaType": OCI_INDEX, "manifests": []}, Why.SCHEMA_1, ""),
            ({"fsLayers": [], "config": {}}, Why.SCHEMA_1, ""),
            ({"mediaType": SCHEMA_1}, Why.SCHEMA_1, ""),
            ({"mediaType": "application/vnd.oci.image.config.v1+json"}, Why.MEDIA_TYPE, "application/vnd.oci.image.config.v1+json"),
            ({"mediaType": "text/html; charset=utf-8", "manifests": []}, Why.MEDIA_TYPE, "text/html; charset=utf-8"),
        ],
    )
    def test_no_index(self, document: dict[str, Any], problem: IndexProblem, found: str) -> None:
        error = self.refused(document)
        assert (error.problem, error.found) == (problem, found)
        assert error.hint
        assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301

    @pytest.mark.parametrize(
        ("media_type", "problem"),
        [
            (OCI_MANIFEST, Why.MANIFEST),
            (f"{DOCKER_MANIFEST}; charset=utf-8", Why.MANIFEST),
            (SCHEMA_1, Why.SCHEMA_1),
            ("application/json", Why.MEDIA_TYPE),
            ("\ud800", Why.MEDIA_TYPE),
        ],
    )
    def test_by_the_media_type_that_is_given(self, media_type: str, problem: IndexProblem) -> None:
        assert self.refused(DOCUMENT, media_type).problem is problem

    def test_a_manifest_that_is_called_an_index(self) -> None:
        assert self.refused({"mediaType": OCI_MANIFEST, "manifests": []}, OCI_INDEX).problem is Why.MANIFEST

    def test_messages(self) -> None:
        assert str(InvalidIndex(Why.MANIFEST, "config")) == (
            "not an image index: it is the manifest of one image, not an index: config "
            "(every node gets this one image, whatever its platform: there is nothing to choose)"
        )
        assert str(InvalidIndex(Why.JSON, hint="mine")) == "not an image index: it is no JSON, or holds a number too long to read (mine)"
        assert len(str(InvalidIndex(Why.MEDIA_TYPE, "x" * 10_000))) < 500
        assert isinstance(InvalidIndex(Why.JSON), KubeContainersError)

    @pytest.mark.parametrize(("document", "path", "expected", "found"), WRONG_TYPES)
    def test_wrong_types(self, document: dict[str, Any], path: str, expected: str, found: str) -> None:
        for read in (ImageIndex.from_json, parsed):
            with pytest.raises(MalformedObject) as caught:
                read(document)
            assert caught.value == MalformedObject(path, expected, found)

    @pytest.mark.parametrize("value", [None, [], "x", 1, True])
    def test_a_root_that_is_no_object(self, value: Any) -> None:
        for read in (ImageIndex.from_json, parsed):
            with pytest.raises(MalformedObject) as caught:
                read(value)
            assert caught.value.path == ""

    def test_an_entry_alone(self) -> None:
        assert IndexEntry.from_json(ENTRY) == INDEX.manifests[0]
        with pytest.raises(MalformedObject) as caught:
            IndexEntry.from_json({"size": "x"}, path=FieldPath(("here", 1)))
        assert caught.value.path == "here[1].size"


class TestHostileDocuments:
    @pytest.mark.parametrize(
        ("document", "problem"),
        [
            ("", Why.JSON),
            ("index", Why.JSON),
            ("{", Why.JSON),
            ('{"manifests": []} {}', Why.JSON),
            ("{'manifests': []}", Why.JSON),
            ('{"manifests": [],}', Why.JSON),
            ('{"manifests": NaN}', Why.JSON),
            ('{"manifests": [{"size": Infinity}]}', Why.JSON),
            ('{"manifests": [], "x": -Infinity}', Why.JSON),
            ('{"manifests": [{"digest": "\n"}]}', Why.JSON),
            ('{"manifests": []}\x00', Why.JSON),
            ('\ufeff{"manifests": []}', Why.JSON),
            (b"\xff", Why.JSON),
            (b'\xef\xbb\xbf{"manifests": []}', Why.JSON),
            (b'{"manifests": \xe2[]}', Why.JSON),
            ('{"manifests": []}'.encode("utf-16"), Why.JSON),
            pytest.param('{"manifests": [{"size": %s}]}' % ("9" * 5_000), Why.JSON, id="5,000 digits"),
            pytest.param("[" * 200_000, Why.TOO_DEEP, id="lists in lists"),
            pytest.param('{"manifests": [{"platform":' * 100_000, Why.TOO_DEEP, id="objects in objects"),
            pytest.param('{"manifests": ' + "[" * 200_000 + "]" * 200_000 + "}", Why.TOO_DEEP, id="closed"),
        ],
    )
    def test_refused(self, document: str | bytes, problem: IndexProblem) -> None:
        with pytest.raises(InvalidIndex) as caught:
            ImageIndex.parse(document)
        assert caught.value.problem is problem
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    @pytest.mark.parametrize(
        "document",
        [
            '{"manifests": [], "x": 1e999}',
            '{"manifests": [], "manifests": []}',
            ' \t\r\n{"manifests": []}\n',
            '{"manifests": [], "x": %s}' % ("[" * 100 + "]" * 100),
            '{"manifests": [], "\\u0000": "\\u0000"}',
        ],
    )
    def test_odd_but_read(self, document: str) -> None:
        assert ImageIndex.parse(document) == ImageIndex(())

    @pytest.mark.parametrize(("size", "read"), [(MAX_INDEX_BYTES, True), (MAX_INDEX_BYTES + 1, False)])
    def test_size(self, size: int, read: bool) -> None:
        text = '{"manifests": []}'
        padded = text + " " * (size - len(text))
        accented = '{"manifests": [], "é": ""}'
        wide = accented + " " * (size - len(accented.encode()))
        for document in (padded, padded.encode(), wide):
            if read:
                assert ImageIndex.parse(document) == ImageIndex(())
                continue
            with pytest.raises(InvalidIndex) as caught:
                ImageIndex.parse(document)
            assert caught.value.problem is Why.TOO_LARGE
            assert "4,393,216 bytes" in caught.value.hint

    def test_an_object_may_be_larger(self) -> None:
        """The limit is that of what a registry sends; what is held already is read."""
        assert ImageIndex.from_json({"manifests": [], "x": "x" * MAX_INDEX_BYTES}) == ImageIndex(())


class TestWriting:
    def test_both_ways(self) -> None:
        assert INDEX.to_json() == DOCUMENT
        assert list(INDEX.to_json()) == ["schemaVersion", "mediaType", "manifests", "annotations"]
        assert ImageIndex.from_json(INDEX.to_json()) == INDEX

    def test_empty_fields_are_left_out(self) -> None:
        assert ImageIndex((IndexEntry("m", "d"),)).to_json() == {
            "schemaVersion": 2,
            "mediaType": OCI_INDEX,
            "manifests": [{"mediaType": "m", "digest": "d", "size": 0}],
        }

    def test_is_the_callers_own(self) -> None:
        written: Any = INDEX.to_json()
        written["manifests"][0]["annotations"].clear()
        written["annotations"].clear()
        assert INDEX.to_json() == DOCUMENT


def test_is_a_value() -> None:
    for copied in (copy.deepcopy(INDEX), pickle.loads(pickle.dumps(INDEX))):  # noqa: S301
        assert copied == INDEX
        assert hash(copied) == hash(INDEX)
    assert len({INDEX, ImageIndex(()), ImageIndex.from_json(DOCUMENT)}) == 2
    with pytest.raises(AttributeError):
        INDEX.media_type = ""  # type: ignore[misc]
