from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.images.index import ImageIndex
from kubecontainers.images.platform import Platform
from kubecontainers.images.preflight import preflight
from kubecontainers.images.select_manifest import SelectionReason, select_manifest
from kubecontainers.testing import strategies
from kubecontainers.testing.platforms import image_indexes, known_platforms, platforms

indexes = image_indexes(of=st.none() | known_platforms() | platforms()).map(ImageIndex.from_json)
fleets = st.dictionaries(strategies.labels(max_size=4), known_platforms() | platforms(), max_size=6)


class TestPreflightIsEveryNodeForItself:
    """A fleet gets what each of its nodes would get alone; a node is served or unserved, an entry used or unused."""

    @given(indexes, fleets)
    def test_alone(self, index: ImageIndex, fleet: dict[str, Platform]) -> None:
        found = preflight(index, fleet)
        assert found.selections == {name: select_manifest(index, platform) for name, platform in fleet.items()}
        assert list(found.selections) == list(fleet)

    @given(indexes, fleets, known_platforms())
    def test_configurations_are_handed_on(self, index: ImageIndex, fleet: dict[str, Platform], config: Platform) -> None:
        configs = {entry.digest: config for entry in index.manifests}
        found = preflight(index, fleet, configs=configs)
        assert found.selections == {name: select_manifest(index, platform, configs=configs) for name, platform in fleet.items()}
        assert found.undecided == ()

    @given(indexes, fleets)
    def test_nodes(self, index: ImageIndex, fleet: dict[str, Platform]) -> None:
        found = preflight(index, fleet)
        served = [name for name, selection in found.selections.items() if selection.entry is not None]
        assert sorted([*served, *found.unserved]) == sorted(fleet)
        assert set(found.undecided) <= set(served)
        for name in found.undecided:
            assert found.selections[name].reason is SelectionReason.NO_PLATFORM

    @given(indexes, fleets)
    def test_entries(self, index: ImageIndex, fleet: dict[str, Platform]) -> None:
        found = preflight(index, fleet)
        used = {selection.position for selection in found.selections.values() if selection.position is not None}
        assert {*used, *found.unused} == set(range(len(index.manifests)))
        assert used.isdisjoint(found.unused)

    @given(indexes, fleets, fleets)
    def test_more_nodes_use_no_less(self, index: ImageIndex, fleet: dict[str, Platform], more: dict[str, Platform]) -> None:
        both = {**{f"more-{name}": platform for name, platform in more.items()}, **fleet}
        assert set(preflight(index, both).unused) <= set(preflight(index, fleet).unused)
        assert set(preflight(index, both).unserved) >= set(preflight(index, fleet).unserved)

    @given(indexes, fleets)
    def test_order_of_nodes_does_not_matter(self, index: ImageIndex, fleet: dict[str, Platform]) -> None:
        assert preflight(index, fleet) == preflight(index, dict(reversed(fleet.items())))
        assert preflight(index, fleet).unused == preflight(index, dict(reversed(fleet.items()))).unused

    @given(indexes, fleets)
    def test_as_json(self, index: ImageIndex, fleet: dict[str, Platform]) -> None:
        found = preflight(index, fleet)
        assert found.to_json() == {
            "nodes": {name: selection.to_json() for name, selection in found.selections.items()},
            "unserved": list(found.unserved),
            "undecided": list(found.undecided),
            "unused": list(found.unused),
        }
