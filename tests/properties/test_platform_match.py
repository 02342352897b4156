from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.images.platform import Platform
from kubecontainers.images.platform_match import (
    ALL,
    AnyOf,
    Only,
    OnlyOS,
    Ordered,
    PlatformField,
    PlatformMatcher,
    WindowsNode,
    node_matcher,
    only_strict,
)
from kubecontainers.testing.platforms import known_platforms, platforms

written = platforms() | platforms(systems=("linux",)) | platforms(systems=("windows",)) | known_platforms()
several = st.lists(written, max_size=4)
matchers: st.SearchStrategy[PlatformMatcher] = st.one_of(
    st.builds(Only, written),
    st.builds(only_strict, written),
    st.builds(OnlyOS, written),
    st.builds(WindowsNode, platforms(systems=("windows",))),
    st.builds(Ordered, several),
    st.builds(AnyOf, several),
    st.builds(node_matcher, written),
    st.just(ALL),
)


class TestMatcherAgreesWithItself:
    """A platform matches if and only if it has a rank, and if and only if there is nothing that mismatches."""

    @given(matchers, written)
    def test_rank_matches_mismatch(self, matcher: PlatformMatcher, platform: Platform) -> None:
        matches = matcher.matches(platform)
        assert (matcher.rank(platform) is not None) == matches
        assert (matcher.mismatch(platform) is None) == matches

    @given(matchers, written)
    def test_mismatch_tells_what_was_found(self, matcher: PlatformMatcher, platform: Platform) -> None:
        miss = matcher.mismatch(platform)
        if miss is None:
            return
        normal = platform.normalized()
        found = {
            PlatformField.OS: normal.os,
            PlatformField.ARCHITECTURE: normal.architecture,
            PlatformField.VARIANT: normal.variant,
            PlatformField.OS_VERSION: platform.os_version,
        }
        if miss.field is PlatformField.OS_FEATURES:
            assert set(miss.found.split(", ")) <= set(platform.os_features)
        else:
            assert miss.found == found[miss.field]
        assert miss.wanted != miss.found or miss.field is PlatformField.OS_FEATURES

    @given(matchers, written)
    def test_spelling_does_not_matter(self, matcher: PlatformMatcher, platform: Platform) -> None:
        normal = platform.normalized()
        if len(platform.os_features) == len(normal.os_features):
            assert matcher.rank(platform) == matcher.rank(normal)

    @given(written)
    def test_a_host_runs_itself(self, host: Platform) -> None:
        """An arm64 variant that containerd does not know is the exception, and versions of Windows that are none."""
        matcher = Only(host)
        if matcher.mismatch(host) is not None:
            assert not matcher.matches(Platform(host.os, host.architecture, host.variant)) or host.os_features.count("win32k") > 1
        else:
            assert matcher.rank(host) == (0, -len(host.os_features))


class TestLessIsAnOrder:
    """Among platforms that match, ``less`` is a strict weak order: that of the ranks. What matches comes before what does not."""

    @given(matchers, st.lists(written, max_size=8))
    def test_strict_weak_order(self, matcher: PlatformMatcher, some: list[Platform]) -> None:
        matching = [platform for platform in some if matcher.matches(platform)]
        for first in matching:
            assert not matcher.less(first, first)
        for first, second in itertools.permutations(matching, 2):
            assert not (matcher.less(first, second) and matcher.less(second, first))
        for first, second, third in itertools.permutations(matching, 3):
            if matcher.less(first, second):  # then a third one is after the first, or before the second
                assert matcher.less(first, third) or matcher.less(third, second)

    @given(matchers, written, written)
    def test_less_is_by_rank(self, matcher: PlatformMatcher, first: Platform, second: Platform) -> None:
        rank, other = matcher.rank(first), matcher.rank(second)
        if rank is not None and other is not None:
            assert matcher.less(first, second) == (rank < other)
        elif rank is not None:
            assert matcher.less(first, second)
        elif other is not None:
            assert not matcher.less(first, second)


class TestMatchersContainEachOther:
    """What is merely compatible comes on top of what matches exactly."""

    @given(written, written)
    def test_only_includes_only_strict(self, host: Platform, platform: Platform) -> None:
        known = Only(host).matches(Platform(host.os, host.architecture, host.variant))
        if only_strict(host).matches(platform):
            assert Only(host).matches(platform) == known
            if known:
                assert Only(host).rank(platform) == only_strict(host).rank(platform)

    @given(written, written)
    def test_only_os_includes_only_strict(self, host: Platform, platform: Platform) -> None:
        if only_strict(host).matches(platform) and "win32k" not in platform.os_features:
            assert OnlyOS(host).rank(platform) == (0, -len(platform.os_features))

    @given(several, written)
    def test_ordered_matches_what_any_matches(self, hosts: list[Platform], platform: Platform) -> None:
        matches = Ordered(hosts).matches(platform)
        assert AnyOf(hosts).matches(platform) == matches
        assert any(Ordered([host]).matches(platform) for host in hosts) == matches

    @given(several, written, st.integers(0, 3))
    def test_a_longer_list_matches_no_less(self, hosts: list[Platform], platform: Platform, at: int) -> None:
        shorter, longer = Ordered(hosts[:at]).rank(platform), Ordered(hosts).rank(platform)
        if shorter is not None:
            assert longer == shorter

    @given(written, written)
    def test_newer_levels_run_older_ones(self, host: Platform, platform: Platform) -> None:
        """Whatever an older level of amd64 or arm runs, a newer one runs too."""
        for architecture in ("amd64", "arm"):
            runs = [Only(Platform(host.os, architecture, f"v{level}")).matches(platform) for level in range(5, 10)]
            assert runs == sorted(runs)
