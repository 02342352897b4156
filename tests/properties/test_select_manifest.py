from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.images.index import ImageIndex, IndexEntry
from kubecontainers.images.media_types import DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, MediaKind
from kubecontainers.images.platform import Platform
from kubecontainers.images.platform_match import ALL, AnyOf, Only, OnlyOS, Ordered, PlatformMatcher, Rank, WindowsNode
from kubecontainers.images.select_manifest import SelectionReason, matching_positions, select_manifest
from kubecontainers.testing.platforms import known_platforms, platforms

Why = SelectionReason
written = platforms() | platforms(systems=("linux",)) | known_platforms()
nodes = known_platforms() | platforms()
matchers: st.SearchStrategy[PlatformMatcher] = st.one_of(
    st.builds(Only, written),
    st.builds(OnlyOS, written),
    st.builds(WindowsNode, platforms(systems=("windows",))),
    st.builds(Ordered, st.lists(written, max_size=3)),
    st.builds(AnyOf, st.lists(written, max_size=3)),
    st.just(ALL),
)
media_types = st.sampled_from([OCI_MANIFEST, OCI_MANIFEST, DOCKER_MANIFEST, OCI_INDEX, "application/vnd.in-toto+json", ""])
entries = st.builds(IndexEntry, media_types, st.uuids().map(str), st.just(1), st.none() | written)
indexes = st.builds(ImageIndex, st.lists(entries, max_size=12))


def ranks(index: ImageIndex, matcher: PlatformMatcher) -> list[Rank | None]:
    """The rank of every entry; one without a platform has the worst there is."""
    return [(1,) if entry.platform is None else _first(matcher.rank(entry.platform)) for entry in index.manifests]


def _first(rank: Rank | None) -> Rank | None:
    return None if rank is None else (0, *rank)


class TestSelectedEntryIsTheBest:
    """What is selected matches, nothing that matches is better, and of equally good ones it is the first in the index."""

    @given(indexes, matchers)
    def test_best(self, index: ImageIndex, matcher: PlatformMatcher) -> None:
        found = select_manifest(index, matcher)
        known = ranks(index, matcher)
        matching = [rank for rank in known if rank is not None]
        assert found.position == (known.index(min(matching)) if matching else None)

    @given(indexes, matchers)
    def test_never_one_that_does_not_match(self, index: ImageIndex, matcher: PlatformMatcher) -> None:
        found = select_manifest(index, matcher)
        if found.entry is not None:
            assert found.entry.platform is None or matcher.matches(found.entry.platform)
            assert found.entry.kind in {MediaKind.MANIFEST, MediaKind.INDEX}
            assert found.position not in [miss.position for miss in found.misses]

    @given(indexes, matchers)
    def test_entries_without_platform_come_last(self, index: ImageIndex, matcher: PlatformMatcher) -> None:
        bare = [index.manifests[position].platform is None for position in matching_positions(index, matcher)]
        assert bare == sorted(bare)

    @given(indexes, matchers)
    def test_first_of_the_matching(self, index: ImageIndex, matcher: PlatformMatcher) -> None:
        positions = matching_positions(index, matcher)
        assert select_manifest(index, matcher).position == (positions[0] if positions else None)
        assert select_manifest(index, matcher) == select_manifest(index, matcher)


class TestOrderOfTheIndexDecidesAmongEquals:
    """Another order of the entries selects one that is as good: the very same unless several are equally good."""

    @given(st.data(), indexes, matchers)
    def test_permuted(self, data: st.DataObject, index: ImageIndex, matcher: PlatformMatcher) -> None:
        other = attrs.evolve(index, manifests=tuple(data.draw(st.permutations(index.manifests))))
        found, again = select_manifest(index, matcher), select_manifest(other, matcher)
        assert (found.position is None) == (again.position is None)
        if found.position is not None and again.position is not None:
            rank = ranks(index, matcher)[found.position]
            assert ranks(other, matcher)[again.position] == rank
            if ranks(index, matcher).count(rank) == 1:
                assert other.manifests[again.position] == index.manifests[found.position]

    @given(indexes, matchers, entries)
    def test_one_more_at_the_end(self, index: ImageIndex, matcher: PlatformMatcher, last: IndexEntry) -> None:
        longer = attrs.evolve(index, manifests=(*index.manifests, last))
        before, after = select_manifest(index, matcher).position, select_manifest(longer, matcher).position
        assert after in {before, len(index.manifests)}
        if last.platform is not None and not matcher.matches(last.platform):
            assert after == before

    @given(indexes, matchers)
    def test_what_does_not_match_may_be_left_out(self, index: ImageIndex, matcher: PlatformMatcher) -> None:
        found = select_manifest(index, matcher)
        missed = {miss.position for miss in found.misses}
        kept = tuple(entry for position, entry in enumerate(index.manifests) if position not in missed)
        again = select_manifest(attrs.evolve(index, manifests=kept), matcher)
        assert (again.entry, again.reason, again.misses) == (found.entry, found.reason, ())


class TestEveryEntryIsAccountedFor:
    """An entry either matches, or has no platform, or is among the misses with the field that fails."""

    @given(indexes, matchers)
    def test_misses(self, index: ImageIndex, matcher: PlatformMatcher) -> None:
        missed = [miss.position for miss in select_manifest(index, matcher).misses]
        assert sorted([*missed, *matching_positions(index, matcher)]) == list(range(len(index.manifests)))
        assert missed == sorted(missed)

    @given(indexes, matchers)
    def test_each_miss(self, index: ImageIndex, matcher: PlatformMatcher) -> None:
        for miss in select_manifest(index, matcher).misses:
            assert miss.entry is index.manifests[miss.position]
            assert miss.entry.platform is not None
            assert miss.mismatch == matcher.mismatch(miss.entry.platform)


class TestReasonSaysWhatHappened:
    """The reason follows from the entry that is taken up and, where that names no platform, from its image's configuration."""

    @given(indexes, nodes, st.none() | written)
    def test_reason(self, index: ImageIndex, node: Platform, config: Platform | None) -> None:
        configs = {} if config is None else {entry.digest: config for entry in index.manifests}
        found = select_manifest(index, node, configs=configs)
        taken = None if found.position is None else index.manifests[found.position]
        if taken is None:
            expected = Why.NO_MATCH
        elif taken.kind not in {MediaKind.MANIFEST, MediaKind.INDEX}:
            expected = Why.NOT_AN_IMAGE
        elif taken.platform is not None:
            rank = found.matcher.rank(taken.platform)
            assert rank is not None
            expected = Why.COMPATIBLE if rank[0] else Why.OWN
        elif config is None or taken.kind is MediaKind.INDEX:
            expected = Why.NO_PLATFORM
        else:
            expected = Why.CONFIG if found.matcher.matches(config) else Why.CONFIG_DIFFERS
        assert found.reason is expected
        assert (found.entry is None) == (expected in {Why.NO_MATCH, Why.NOT_AN_IMAGE, Why.CONFIG_DIFFERS})

    @given(indexes, nodes, written)
    def test_configurations_do_not_choose(self, index: ImageIndex, node: Platform, config: Platform) -> None:
        """Nothing else is tried, whatever the configuration says."""
        configs = {entry.digest: config for entry in index.manifests}
        assert select_manifest(index, node, configs=configs).position == select_manifest(index, node).position

    @given(indexes, nodes)
    def test_as_json(self, index: ImageIndex, node: Platform) -> None:
        found = select_manifest(index, node)
        written = found.to_json()
        assert written["reason"] == found.reason.name
        assert (written["position"] is None) == (found.entry is None) == (written["digest"] is None)
        assert written["misses"] == [
            {"position": miss.position, "field": miss.mismatch.field.value, "wanted": miss.mismatch.wanted, "found": miss.mismatch.found}
            for miss in found.misses
        ]
