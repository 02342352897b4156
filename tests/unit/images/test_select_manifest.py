from __future__ import annotations

import copy
import pickle

import pytest

from kubecontainers.images.index import ImageIndex, IndexEntry
from kubecontainers.images.media_types import DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_INDEX, OCI_MANIFEST
from kubecontainers.images.platform import LINUX_AMD64, Platform
from kubecontainers.images.platform_match import ALL, AnyOf, Only, OnlyOS, Ordered, WindowsNode, only_strict
from kubecontainers.images.select_manifest import Miss, Selection, SelectionReason, matching_positions, select_manifest

Why = SelectionReason
ARM64, ARM, RISCV64 = Platform("linux", "arm64"), Platform("linux", "arm"), Platform("linux", "riscv64")
SERVER_2022 = Platform("windows", "amd64", os_version="10.0.20348")


def entry(specifier: str | None, digest: str = "", media_type: str = OCI_MANIFEST) -> IndexEntry:
    return IndexEntry(media_type, digest or f"digest of {specifier}", 1, None if specifier is None else Platform.parse(specifier))


def index(*specifiers: str | None) -> ImageIndex:
    return ImageIndex(tuple(entry(specifier, f"{position}") for position, specifier in enumerate(specifiers)))


USUAL = index("linux/amd64", "linux/arm/v5", "linux/arm/v7", "linux/arm64/v8", "linux/386", "unknown/unknown")


class TestSelection:
    @pytest.mark.parametrize(
        ("given", "node", "position", "reason"),
        [
            (USUAL, LINUX_AMD64, 0, Why.OWN),
            (USUAL, ARM64, 3, Why.OWN),
            (USUAL, ARM, 2, Why.OWN),
            (USUAL, Platform("linux", "arm", "v6"), 1, Why.COMPATIBLE),
            (USUAL, Platform("linux", "arm", "v8"), 2, Why.COMPATIBLE),
            (USUAL, Platform("linux", "amd64", "v3"), 0, Why.COMPATIBLE),
            (USUAL, Platform("linux", "arm64", "v9"), 3, Why.COMPATIBLE),
            (USUAL, RISCV64, None, Why.NO_MATCH),
            (USUAL, SERVER_2022, None, Why.NO_MATCH),
            (USUAL, Platform("linux", "arm64", "v9.8"), None, Why.NO_MATCH),
            (USUAL, Platform("unknown", "unknown"), 5, Why.OWN),
            (index(), LINUX_AMD64, None, Why.NO_MATCH),
            (index("linux/386"), LINUX_AMD64, 0, Why.COMPATIBLE),
            (index("linux/amd64/v2", "linux/amd64/v3"), LINUX_AMD64, None, Why.NO_MATCH),
            (index("linux/amd64", "linux/amd64/v2", "linux/amd64/v3"), Platform("linux", "amd64", "v2"), 1, Why.OWN),
            (index("linux/amd64", "linux/amd64/v3"), Platform("linux", "amd64", "v4"), 1, Why.COMPATIBLE),
            (index("linux/arm/v7", "linux/arm/v6"), ARM64, 0, Why.COMPATIBLE),
            (index("linux/arm/v6", "linux/arm/v7"), ARM64, 1, Why.COMPATIBLE),
            (index("linux/arm64", "linux/arm64/v8"), ARM64, 0, Why.OWN),
            (index("linux/arm64/v8", "linux/arm64"), ARM64, 0, Why.OWN),
            (index(None, "linux/amd64"), LINUX_AMD64, 1, Why.OWN),
            (index(None, "linux/386"), LINUX_AMD64, 1, Why.COMPATIBLE),
            (index("linux/arm64", None, None), LINUX_AMD64, 1, Why.NO_PLATFORM),
            (index(None), RISCV64, 0, Why.NO_PLATFORM),
            (index("windows(10.0.17763.1)/amd64", "windows(10.0.20348.1)/amd64"), SERVER_2022, 1, Why.OWN),
            (index("windows(10.0.20348.1)/amd64", "windows(10.0.20348.9)/amd64"), SERVER_2022, 1, Why.OWN),
            (index("windows/amd64", "windows(10.0.20348.1)/amd64"), SERVER_2022, 1, Why.OWN),
            (index("windows(10.0.17763.1)/amd64"), SERVER_2022, None, Why.NO_MATCH),
            (index("windows(10.0.17763.1)/amd64", None), SERVER_2022, 1, Why.NO_PLATFORM),
        ],
    )
    def test_of_a_node(self, given: ImageIndex, node: Platform, position: int | None, reason: SelectionReason) -> None:
        found = select_manifest(given, node)
        assert (found.position, found.reason) == (position, reason)
        assert found.entry is (None if position is None else given.manifests[position])
        assert found.index is given

    def test_without_more_ado(self) -> None:
        """What has no platform matches nothing better than what has one, but better than nothing at all."""
        assert select_manifest(index(None, "linux/s390x"), LINUX_AMD64).position == 0
        assert select_manifest(index("linux/s390x", None), LINUX_AMD64).position == 1

    @pytest.mark.parametrize(
        ("matcher", "position", "reason"),
        [
            (ALL, 0, Why.OWN),
            (only_strict(LINUX_AMD64), 0, Why.OWN),
            (only_strict(Platform("linux", "amd64", "v3")), None, Why.NO_MATCH),
            (Ordered((RISCV64, ARM64)), 3, Why.COMPATIBLE),
            (AnyOf((ARM, LINUX_AMD64)), 0, Why.OWN),
            (OnlyOS(Platform("linux", "386")), 4, Why.OWN),
            (OnlyOS(RISCV64), 0, Why.COMPATIBLE),
            (WindowsNode(SERVER_2022), None, Why.NO_MATCH),
        ],
    )
    def test_of_a_matcher(
        self, matcher: Only | Ordered | AnyOf | OnlyOS | WindowsNode, position: int | None, reason: SelectionReason
    ) -> None:
        found = select_manifest(USUAL, matcher)
        assert (found.position, found.reason) == (position, reason)
        assert found.matcher == matcher

    @pytest.mark.parametrize(
        ("media_type", "reason", "taken"),
        [
            (OCI_MANIFEST, Why.OWN, True),
            (DOCKER_MANIFEST, Why.OWN, True),
            (OCI_INDEX, Why.OWN, True),
            (DOCKER_MANIFEST_LIST, Why.OWN, True),
            ("application/vnd.oci.artifact.manifest.v1+json", Why.NOT_AN_IMAGE, False),
            ("application/vnd.docker.distribution.manifest.v1+json", Why.NOT_AN_IMAGE, False),
            ("", Why.NOT_AN_IMAGE, False),
        ],
    )
    def test_what_the_entry_is(self, media_type: str, reason: SelectionReason, taken: bool) -> None:
        good = entry("linux/amd64", "good")
        found = select_manifest(ImageIndex((entry("linux/amd64", "odd", media_type), good)), LINUX_AMD64)
        assert found.reason is reason
        assert found.position == 0  # the second is not tried
        assert (found.entry is not None) == taken

    @pytest.mark.parametrize("media_type", ["", "application/vnd.in-toto+json"])
    def test_what_the_entry_without_platform_is(self, media_type: str) -> None:
        found = select_manifest(ImageIndex((entry(None, "x", media_type),)), LINUX_AMD64, configs={"x": LINUX_AMD64})
        assert (found.reason, found.position, found.entry) == (Why.NOT_AN_IMAGE, 0, None)


class TestConfigurations:
    @pytest.mark.parametrize(
        ("config", "reason"),
        [
            (LINUX_AMD64, Why.CONFIG),
            (Platform("linux", "386"), Why.CONFIG),
            (Platform("Linux", "x86_64"), Why.CONFIG),
            (ARM64, Why.CONFIG_DIFFERS),
            (Platform("", ""), Why.CONFIG_DIFFERS),
        ],
    )
    def test_decides(self, config: Platform, reason: SelectionReason) -> None:
        found = select_manifest(index("linux/arm64", None), LINUX_AMD64, configs={"1": config})
        assert (found.reason, found.position) == (reason, 1)
        assert (found.entry is None) == (reason is Why.CONFIG_DIFFERS)

    def test_only_the_first_is_looked_at(self) -> None:
        found = select_manifest(index(None, None), LINUX_AMD64, configs={"0": ARM64, "1": LINUX_AMD64})
        assert (found.reason, found.position, found.entry) == (Why.CONFIG_DIFFERS, 0, None)

    def test_of_other_digests_does_not_matter(self) -> None:
        assert select_manifest(index(None), LINUX_AMD64, configs={"other": ARM64}).reason is Why.NO_PLATFORM
        assert select_manifest(index(None), LINUX_AMD64, configs={}).reason is Why.NO_PLATFORM

    def test_does_not_matter_where_the_entry_has_a_platform(self) -> None:
        assert select_manifest(index("linux/amd64"), LINUX_AMD64, configs={"0": ARM64}).reason is Why.OWN

    def test_an_index_has_none(self) -> None:
        nested = ImageIndex((entry(None, "x", OCI_INDEX),))
        assert select_manifest(nested, LINUX_AMD64, configs={"x": ARM64}).reason is Why.NO_PLATFORM


class TestMisses:
    def test_each_with_its_field(self) -> None:
        found = select_manifest(index("windows/amd64", "linux/arm64", None, "linux/amd64/v3", "linux(+a)/amd64", "linux/386"), LINUX_AMD64)
        assert found.position == 5
        assert [(miss.position, miss.mismatch.field.value) for miss in found.misses] == [
            (0, "os"),
            (1, "architecture"),
            (3, "variant"),
            (4, "os.features"),
        ]
        assert all(miss.entry is found.index.manifests[miss.position] for miss in found.misses)
        assert str(found.misses[2]) == "manifests[3] (linux/amd64/v3): variant is v3, wanted is empty"

    def test_of_what_matches(self) -> None:
        assert select_manifest(USUAL, ALL).misses == ()
        assert select_manifest(index(None), RISCV64).misses == ()

    def test_of_a_windows_node(self) -> None:
        found = select_manifest(index("windows(10.0.17763.1)/amd64", "linux/amd64"), SERVER_2022)
        assert [miss.mismatch.field.value for miss in found.misses] == ["os.version", "os"]


@pytest.mark.parametrize(
    ("given", "node", "expected"),
    [
        (USUAL, ARM64, (3, 2, 1)),
        (USUAL, LINUX_AMD64, (0, 4)),
        (USUAL, RISCV64, ()),
        (index(None, "linux/386", None, "linux/amd64", "linux/s390x", "linux/386"), LINUX_AMD64, (3, 1, 5, 0, 2)),
    ],
)
def test_matching_positions(given: ImageIndex, node: Platform, expected: tuple[int, ...]) -> None:
    assert matching_positions(given, Only(node)) == expected
    assert select_manifest(given, node).position == (expected[0] if expected else None)


class TestJSON:
    def test_selected(self) -> None:
        assert select_manifest(index("linux/arm64", "linux/amd64"), LINUX_AMD64).to_json() == {
            "position": 1,
            "digest": "1",
            "platform": "linux/amd64",
            "reason": "OWN",
            "misses": [{"position": 0, "field": "architecture", "wanted": "amd64 or 386", "found": "arm64"}],
        }

    def test_without_platform(self) -> None:
        assert select_manifest(index(None), LINUX_AMD64).to_json() == {
            "position": 0,
            "digest": "0",
            "platform": None,
            "reason": "NO_PLATFORM",
            "misses": [],
        }

    @pytest.mark.parametrize(
        ("selection", "reason"),
        [
            (select_manifest(index(), LINUX_AMD64), "NO_MATCH"),
            (select_manifest(index(None), LINUX_AMD64, configs={"0": ARM64}), "CONFIG_DIFFERS"),
        ],
    )
    def test_nothing(self, selection: Selection, reason: str) -> None:
        assert selection.to_json() == {"position": None, "digest": None, "platform": None, "reason": reason, "misses": []}


def test_is_a_value() -> None:
    found = select_manifest(USUAL, LINUX_AMD64)
    for copied in (copy.deepcopy(found), pickle.loads(pickle.dumps(found))):  # noqa: S301
        assert copied == found
        assert hash(copied) == hash(found)
        assert copied.misses == found.misses
    assert found != select_manifest(USUAL, ARM64)
    assert "manifests" not in repr(found)
    assert isinstance(pickle.loads(pickle.dumps(found.misses[0])), Miss)  # noqa: S301


def test_many_entries() -> None:
    """The first of many equal ones."""
    many = ImageIndex((entry("linux/386"), *[entry("linux/amd64", str(number)) for number in range(20_000)]))
    assert select_manifest(many, LINUX_AMD64).position == 1
    assert select_manifest(many, RISCV64).position is None
