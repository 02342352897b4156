from __future__ import annotations

import pickle

import pytest

from kubecontainers.images.index import ImageIndex
from kubecontainers.images.media_types import OCI_MANIFEST
from kubecontainers.images.platform import LINUX_AMD64, Platform
from kubecontainers.images.preflight import Preflight, preflight
from kubecontainers.images.select_manifest import SelectionReason, select_manifest


def index(*specifiers: str | None) -> ImageIndex:
    platforms = [None if specifier is None else Platform.parse(specifier).to_json() for specifier in specifiers]
    entries = [{"mediaType": OCI_MANIFEST, "digest": str(at), "platform": platform} for at, platform in enumerate(platforms)]
    return ImageIndex.from_json({"manifests": entries})


ARM64, S390X = Platform("linux", "arm64"), Platform("linux", "s390x")
FLEET = {"b": LINUX_AMD64, "a": ARM64, "c": S390X, "d": Platform("linux", "amd64"), "e": Platform("linux", "arm")}


@pytest.mark.parametrize(
    ("given", "unserved", "undecided", "unused"),
    [
        (index(), ("b", "a", "c", "d", "e"), (), ()),
        (index("linux/amd64"), ("a", "c", "e"), (), ()),
        (index("linux/riscv64", "linux/arm/v7", "unknown/unknown"), ("b", "c", "d"), (), (0, 2)),
        (index("linux/386", "linux/amd64", "linux/arm64", "linux/arm/v7", "linux/s390x"), (), (), (0,)),
        (index(None, "linux/amd64"), (), ("a", "c", "e"), ()),
        (index(None, None), (), ("b", "a", "c", "d", "e"), (1,)),
    ],
)
def test_fleet(given: ImageIndex, unserved: tuple[str, ...], undecided: tuple[str, ...], unused: tuple[int, ...]) -> None:
    found = preflight(given, FLEET)
    assert (found.unserved, found.undecided, found.unused) == (unserved, undecided, unused)
    assert list(found.selections) == list(FLEET)
    assert found.selections == {name: select_manifest(given, platform) for name, platform in FLEET.items()}


def test_nodes_of_one_platform_are_looked_at_once() -> None:
    found = preflight(index("linux/amd64"), FLEET)
    assert found.selections["b"] is found.selections["d"]


def test_no_nodes() -> None:
    found = preflight(index("linux/amd64", None), {})
    assert (found.unserved, found.undecided, found.unused) == ((), (), (0, 1))


def test_configurations() -> None:
    found = preflight(index(None), {"x": LINUX_AMD64, "y": ARM64}, configs={"0": LINUX_AMD64})
    assert [selection.reason for selection in found.selections.values()] == [SelectionReason.CONFIG, SelectionReason.CONFIG_DIFFERS]
    assert (found.unserved, found.undecided, found.unused) == (("y",), (), ())
    assert preflight(index(None), {"y": ARM64}, configs={"0": LINUX_AMD64}).unused == (0,)


def test_json() -> None:
    given = index("linux/amd64", "linux/riscv64", None)
    found = preflight(given, {"x": LINUX_AMD64, "y": ARM64})
    assert found.to_json() == {
        "nodes": {"x": select_manifest(given, LINUX_AMD64).to_json(), "y": select_manifest(given, ARM64).to_json()},
        "unserved": [],
        "undecided": ["y"],
        "unused": [1],
    }


def test_is_a_value() -> None:
    found = preflight(index("linux/amd64"), FLEET)
    assert found == preflight(index("linux/amd64"), dict(reversed(FLEET.items())))
    assert found != preflight(index("linux/arm64"), FLEET)
    copied = pickle.loads(pickle.dumps(found))  # noqa: S301
    assert isinstance(copied, Preflight)
    assert (copied, hash(copied)) == (found, hash(found))
    assert "index" not in repr(found).partition("selections")[0]


def test_the_fleet_stays_as_it_is() -> None:
    fleet = dict(FLEET)
    found = preflight(index("linux/amd64"), fleet)
    fleet.clear()
    assert list(found.selections) == list(FLEET)
