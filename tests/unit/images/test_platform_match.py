from __future__ import annotations

import copy
import pickle

import pytest

from kubecontainers.images.platform import LINUX_AMD64, Platform
from kubecontainers.images.platform_match import (
    ALL,
    AnyOf,
    Everything,
    Mismatch,
    Only,
    OnlyOS,
    Ordered,
    PlatformField,
    PlatformMatcher,
    Rank,
    WindowsNode,
    node_matcher,
    only_strict,
)

OS, ARCHITECTURE, VARIANT, OS_VERSION, OS_FEATURES = PlatformField


def of(specifier: str) -> Platform:
    """The platform as it stands in an index: the variant is as it is written here."""
    system, _, rest = specifier.partition("/")
    parsed = Platform.parse(f"{system}/x")
    architecture, _, variant = rest.partition("/")
    return Platform(parsed.os, architecture, variant, os_version=parsed.os_version, os_features=parsed.os_features)


LINUX = ["amd64", "amd64/v1", "amd64/v2", "amd64/v3", "386", "arm", "arm/v5", "arm/v6", "arm/v7", "arm/v8", "arm64", "arm64/v8", "arm64/v9"]


class TestOnly:
    @pytest.mark.parametrize(
        ("host", "expected"),
        [
            ("amd64", {"amd64": 0, "amd64/v1": 0, "386": 1}),
            ("amd64/v1", {"amd64": 0, "amd64/v1": 0, "386": 1}),
            ("amd64/v2", {"amd64/v2": 0, "amd64": 1, "amd64/v1": 1, "386": 2}),
            ("amd64/v4", {"amd64/v3": 1, "amd64/v2": 2, "amd64": 3, "amd64/v1": 3, "386": 4}),
            ("386", {"386": 0}),
            ("arm", {"arm": 0, "arm/v7": 0, "arm/v6": 1, "arm/v5": 2}),
            ("arm/v5", {"arm/v5": 0}),
            ("arm/v8", {"arm/v8": 0, "arm": 1, "arm/v7": 1, "arm/v6": 2, "arm/v5": 3}),
            ("arm64", {"arm64": 0, "arm64/v8": 0, "arm/v8": 1, "arm": 2, "arm/v7": 2, "arm/v6": 3, "arm/v5": 4}),
            ("arm64/v8.2", {"arm64": 2, "arm64/v8": 2, "arm/v8": 3, "arm": 4, "arm/v7": 4, "arm/v6": 5, "arm/v5": 6}),
            ("arm64/v9", {"arm64/v9": 0, "arm64": 6, "arm64/v8": 6, "arm/v8": 7, "arm": 8, "arm/v7": 8, "arm/v6": 9, "arm/v5": 10}),
            ("arm64/v9.8", {}),
            ("s390x", {}),
        ],
    )
    def test_linux(self, host: str, expected: dict[str, int]) -> None:
        matcher = Only(of(f"linux/{host}"))
        ranks = {name: matcher.rank(of(f"linux/{name}")) for name in LINUX}
        assert ranks == {name: (expected[name], 0) if name in expected else None for name in LINUX}
        for name in LINUX:
            assert matcher.matches(of(f"linux/{name}")) == (name in expected)
            assert (matcher.mismatch(of(f"linux/{name}")) is None) == (name in expected)

    @pytest.mark.parametrize("platform", ["windows/amd64", "darwin/amd64", "unknown/unknown", "freebsd/amd64"])
    def test_other_systems(self, platform: str) -> None:
        assert Only(LINUX_AMD64).rank(of(platform)) is None

    @pytest.mark.parametrize(
        ("host", "platform"),
        [
            (Platform("Linux", "AMD64"), LINUX_AMD64),
            (Platform("", "x86_64"), LINUX_AMD64),
            (LINUX_AMD64, Platform("LINUX", "x86-64", "V1")),
            (LINUX_AMD64, Platform("", "amd64")),
            (Platform("linux", "aarch64"), Platform("linux", "arm64", "8")),
            (Platform("macos", "arm64"), Platform("darwin", "arm64", "v8")),
        ],
    )
    def test_spellings(self, host: Platform, platform: Platform) -> None:
        assert Only(host).rank(platform) == (0, 0)

    @pytest.mark.parametrize(
        ("features", "rank"),
        [((), (0, 0)), (("a",), (0, -1)), (("a", "b"), (0, -2)), (("b", "a", "a"), (0, -3)), (("c",), None), (("a", "win32k"), None)],
    )
    def test_features(self, features: tuple[str, ...], rank: Rank | None) -> None:
        matcher = Only(Platform("linux", "amd64", os_features=("b", "a", "b")))
        assert matcher.rank(Platform("linux", "amd64", os_features=features)) == rank

    @pytest.mark.parametrize(
        ("host", "version", "matches"),
        [
            ("windows(10.0.17763.1)/amd64", "10.0.17763.4851", True),
            ("windows(10.0.17763.1)/amd64", "10.0.20348.1970", False),
            ("windows(10.0.20348)/amd64", "10.0.17763.4851", False),
            ("windows(10.0.20348)/amd64", "10.0.20348.1970", True),
            ("windows(10.0.26100)/amd64", "10.0.20348.1970", True),
            ("windows(10.0.26101)/amd64", "10.0.20348.1970", False),
            ("windows(10.0.20348)/amd64", "", True),
            ("windows(10.0.20348)/amd64", "ltsc2022", False),
            ("windows(ltsc2022)/amd64", "10.0.17763.4851", True),
            ("windows/amd64", "10.0.17763.4851", True),
            ("linux(10.0.20348)/amd64", "10.0.17763", True),
        ],
    )
    def test_versions(self, host: str, version: str, matches: bool) -> None:
        system = of(host).os
        matcher = Only(of(host))
        platform = Platform(system, "amd64", os_version=version)
        assert matcher.matches(platform) == matches
        found = matcher.mismatch(platform)
        assert (None if found is None else found.field) is (None if matches else OS_VERSION)

    def test_versions_reach_what_is_compatible(self) -> None:
        matcher = Only(of("windows(10.0.20348)/amd64/v2"))
        assert matcher.rank(of("windows(10.0.20348.1)/386")) == (2, 0)
        assert matcher.rank(of("windows(10.0.17763.1)/386")) is None

    @pytest.mark.parametrize(
        ("features", "matches"),
        [(("win32k",), True), (("win32k", "win32k"), False), (("a",), False), (("win32k", "a"), False), ((), True)],
    )
    def test_win32k_is_ignored_once(self, features: tuple[str, ...], matches: bool) -> None:
        matcher = Only(Platform("Windows", "amd64"))
        assert matcher.matches(Platform("windows", "amd64", os_features=features)) == matches

    def test_more_features_first_even_if_one_is_ignored(self) -> None:
        matcher = Only(Platform("windows", "amd64"))
        assert matcher.less(Platform("windows", "amd64", os_features=("win32k",)), Platform("windows", "amd64"))

    @pytest.mark.parametrize("level", ["9999999999", "9223372036854775807", "1" * 19, "9" * 20, "9" * 100_000], ids=len)
    def test_levels_without_end(self, level: str) -> None:
        """There is no list of all that such a host runs."""
        matcher = Only(Platform("linux", "amd64", f"v{level}"))
        assert matcher.rank(Platform("linux", "amd64", f"v{level}")) == (0, 0)
        known = int(level[:20]) < 2**63
        assert matcher.rank(LINUX_AMD64) == ((int(level) - 1, 0) if known else None)
        assert matcher.rank(Platform("linux", "386")) == ((int(level) if known else 1), 0)
        assert Only(LINUX_AMD64).rank(Platform("linux", "amd64", f"v{level}")) is None


class TestOnlyStrict:
    @pytest.mark.parametrize(
        ("host", "matching"),
        [
            ("arm/7", {"arm", "arm/v7"}),
            ("amd64", {"amd64", "amd64/v1"}),
            ("amd64/v3", {"amd64/v3"}),
            ("arm64", {"arm64", "arm64/v8"}),
            ("arm64/v10", set[str]()),
        ],
    )
    def test_one_platform(self, host: str, matching: set[str]) -> None:
        matcher = only_strict(of(f"linux/{host}"))
        assert {name for name in LINUX if matcher.matches(of(f"linux/{name}"))} == matching
        assert matcher.matches(of(f"linux/{host}"))

    def test_the_system_is_normalised_before_it_is_looked_at(self) -> None:
        platform = of("windows(10.0.17763)/amd64")
        assert not only_strict(of("Windows(10.0.20348)/amd64")).matches(platform)
        assert Ordered([Platform("Windows", "amd64", os_version="10.0.20348")]).matches(platform)
        assert not Ordered([Platform("windows", "amd64", os_version="10.0.20348")]).matches(platform)


class TestSeveral:
    HOSTS = (of("linux/arm64"), of("linux/amd64"), of("linux/arm64/v8"))

    def test_ordered(self) -> None:
        matcher = Ordered(self.HOSTS)
        assert matcher.rank(of("linux/arm64/v8")) == (0, 0)
        assert matcher.rank(of("linux/amd64")) == (1, 0)
        assert matcher.rank(of("linux/arm/v7")) is None
        assert matcher.less(of("linux/aarch64"), of("linux/amd64"))
        assert not matcher.less(of("linux/amd64"), of("linux/aarch64"))
        assert not matcher.less(of("linux/arm64"), of("linux/arm64/v8"))

    def test_any(self) -> None:
        matcher = AnyOf(self.HOSTS)
        assert matcher.rank(of("linux/arm64/v8")) == matcher.rank(of("linux/amd64")) == (0, 0)
        assert matcher.rank(of("linux/arm/v7")) is None
        assert matcher.less(of("linux/amd64"), of("linux/s390x"))
        assert not matcher.less(of("linux/s390x"), of("linux/amd64"))
        assert not matcher.less(of("linux/arm64"), of("linux/amd64"))

    @pytest.mark.parametrize("several", [Ordered, AnyOf])
    def test_features(self, several: type[Ordered | AnyOf]) -> None:
        matcher = several([Platform("linux", "amd64", os_features=("a", "b"))])
        plain, one, two = (Platform("linux", "amd64", os_features=features) for features in ((), ("a",), ("a", "b")))
        assert matcher.less(two, one)
        assert matcher.less(one, plain)
        assert not matcher.less(plain, two)
        assert not matcher.less(one, copy.copy(one))

    @pytest.mark.parametrize("matcher", [Ordered([LINUX_AMD64]), AnyOf([LINUX_AMD64]), Only(LINUX_AMD64)])
    def test_where_neither_matches_features_are_dropped(self, matcher: PlatformMatcher) -> None:
        odd, other = Platform("linux", "amd64", os_features=("x",)), Platform("linux", "s390x")
        assert not matcher.matches(odd)
        assert matcher.less(odd, other)
        assert not matcher.less(other, odd)
        assert not matcher.less(odd, Platform("linux", "amd64", os_features=("y",)))
        assert not matcher.less(other, Platform("linux", "s390x"))

    def test_where_one_matches_they_are_not(self) -> None:
        odd = Platform("linux", "amd64", os_features=("x",))
        for matcher in (Ordered([of("linux/arm64"), LINUX_AMD64]), AnyOf([LINUX_AMD64])):
            assert matcher.less(LINUX_AMD64, odd)
            assert not matcher.less(odd, LINUX_AMD64)

    @pytest.mark.parametrize("matcher", [Only(LINUX_AMD64), Ordered([LINUX_AMD64, of("linux/386")])])
    def test_not_even_where_the_other_would_be_better_without(self, matcher: PlatformMatcher) -> None:
        odd, worse = Platform("linux", "amd64", os_features=("x",)), of("linux/386")
        assert matcher.less(LINUX_AMD64, worse)
        assert not matcher.less(odd, worse)
        assert matcher.less(worse, odd)

    @pytest.mark.parametrize("several", [Ordered, AnyOf])
    def test_none(self, several: type[Ordered | AnyOf]) -> None:
        matcher = several([])
        assert matcher.rank(LINUX_AMD64) is None
        assert matcher.mismatch(LINUX_AMD64) == Mismatch(OS, "nothing", "linux")
        assert not matcher.less(LINUX_AMD64, of("linux/arm64"))

    def test_mismatch_is_that_of_the_nearest(self) -> None:
        matcher = Ordered([of("windows/arm64"), of("linux/s390x"), of("linux/arm/v7"), of("linux/arm/v6")])
        assert matcher.mismatch(of("linux/arm/v6")) is None
        assert matcher.mismatch(of("linux/arm/v5")) == Mismatch(VARIANT, "v7", "v5")
        assert matcher.mismatch(of("linux/amd64")) == Mismatch(ARCHITECTURE, "s390x", "amd64")
        assert matcher.mismatch(of("darwin/amd64")) == Mismatch(OS, "windows", "darwin")


class TestOnlyOS:
    def test_linux(self) -> None:
        matcher = OnlyOS(of("linux/arm64"))
        assert matcher.rank(of("linux/arm64/v8")) == (0, 0)
        assert matcher.rank(of("linux/amd64")) == matcher.rank(of("linux/arm/v7")) == matcher.rank(of("linux/x/y")) == (1, 0)
        assert matcher.rank(of("windows/arm64")) is None
        assert matcher.less(of("linux/arm64"), of("linux/amd64"))
        assert not matcher.less(of("linux/amd64"), of("linux/arm/v7"))

    def test_features(self) -> None:
        matcher = OnlyOS(Platform("linux", "arm64", os_features=("a", "b")))
        more, fewer = (Platform("linux", "arm64", os_features=features) for features in (("a", "b"), ("a",)))
        assert matcher.less(more, fewer)
        assert not matcher.less(Platform("linux", "amd64", os_features=("a",)), Platform("linux", "amd64"))
        assert matcher.mismatch(Platform("linux", "amd64", os_features=("d", "c", "a"))) == Mismatch(OS_FEATURES, "only a, b", "c, d")

    def test_windows(self) -> None:
        matcher = OnlyOS(of("windows(10.0.20348)/amd64"))
        assert matcher.rank(of("windows(10.0.20348.1)/arm64")) == (1, 0)
        assert matcher.rank(of("windows(10.0.17763.1)/amd64")) is None
        assert matcher.mismatch(of("linux/amd64")) == Mismatch(OS, "windows", "linux")

    def test_win32k_counts_here(self) -> None:
        assert OnlyOS(of("windows/amd64")).rank(of("windows(+win32k)/amd64")) is None
        assert OnlyOS(of("windows(+win32k)/amd64")).rank(of("windows(+win32k)/amd64")) == (0, -1)


class TestEverything:
    @pytest.mark.parametrize("platform", [LINUX_AMD64, of("unknown/unknown"), Platform("", "", "x", os_features=("a",))])
    def test_everything(self, platform: Platform) -> None:
        assert ALL.rank(platform) == (0,)
        assert ALL.mismatch(platform) is None
        assert not ALL.less(platform, LINUX_AMD64)
        assert Everything() == ALL


class TestWindowsNode:
    NODE = WindowsNode(of("windows(10.0.26100)/amd64"))

    def test_the_version_that_sorts_last_is_first(self) -> None:
        versions = ["10.0.20348.1970", "10.0.26100.1742", "", "10.0.25398.950", "10.0.20348", "10.0.26100.999"]
        platforms = [Platform("windows", "amd64", os_version=version) for version in versions]
        found = sorted(platforms, key=lambda platform: self.NODE.rank(platform) or ())
        assert [platform.os_version for platform in found] == sorted(versions, reverse=True)
        for first in platforms:
            for second in platforms:
                assert self.NODE.less(first, second) == (first.os_version > second.os_version)

    @pytest.mark.parametrize(
        ("platform", "field"),
        [
            (of("windows(10.0.17763.4851)/amd64"), OS_VERSION),
            (of("windows(10.0.26101)/amd64"), OS_VERSION),
            (of("windows/arm64"), ARCHITECTURE),
            (of("windows/386"), ARCHITECTURE),
            (of("windows/amd64/v2"), VARIANT),
            (of("linux/amd64"), OS),
            (of("windows(+a)/amd64"), OS_FEATURES),
        ],
    )
    def test_what_it_does_not_run(self, platform: Platform, field: PlatformField) -> None:
        assert self.NODE.rank(platform) is None
        found = self.NODE.mismatch(platform)
        assert found is not None
        assert found.field is field

    def test_features_do_not_count(self) -> None:
        plain, marked = of("windows(10.0.26100)/amd64"), of("windows(10.0.26100+win32k)/amd64")
        assert self.NODE.rank(plain) == self.NODE.rank(marked)
        assert self.NODE.mismatch(marked) is None


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (LINUX_AMD64, Only(LINUX_AMD64)),
        (of("windows/amd64"), WindowsNode(of("windows/amd64"))),
        (of("freebsd/amd64"), Only(of("freebsd/amd64"), here=of("freebsd/amd64"))),
    ],
)
def test_node_matcher(node: Platform, expected: PlatformMatcher) -> None:
    assert node_matcher(node) == expected


@pytest.mark.parametrize("node", ["linux/amd64", "windows/amd64", "freebsd/amd64"])
def test_a_platform_without_operating_system_is_of_the_nodes(node: str) -> None:
    matcher = node_matcher(of(node))
    assert matcher.matches(Platform("", "amd64"))
    assert matcher.mismatch(Platform("", "amd64")) is None
    assert Only(of(node)).matches(Platform("", "amd64")) is (node == "linux/amd64")


class TestMismatch:
    @pytest.mark.parametrize(
        ("host", "platform", "expected"),
        [
            ("linux/amd64", "windows/arm64", Mismatch(OS, "linux", "windows")),
            ("linux/amd64", "linux/arm64", Mismatch(ARCHITECTURE, "amd64 or 386", "arm64")),
            ("linux/s390x", "linux/amd64", Mismatch(ARCHITECTURE, "s390x", "amd64")),
            ("linux/amd64", "linux/amd64/v3", Mismatch(VARIANT, "empty", "v3")),
            ("linux/amd64/v3", "linux/amd64/v4", Mismatch(VARIANT, "v3, v2 to v1", "v4")),
            ("linux/amd64", "linux/386/x", Mismatch(VARIANT, "empty", "x")),
            ("linux/amd64/x", "linux/amd64", Mismatch(VARIANT, "x", "")),
            ("linux/arm/v6", "linux/arm", Mismatch(VARIANT, "v6, v5", "v7")),
            ("linux/arm64/v8.1", "linux/arm64/v9", Mismatch(VARIANT, "v8.1, empty", "v9")),
            ("linux/arm64/v9.8", "linux/arm64/v9.8", Mismatch(ARCHITECTURE, "nothing: the host's variant is unknown", "arm64")),
            (
                "windows(10.0.20348.9)/amd64",
                "windows(10.0.17763.1)/amd64",
                Mismatch(OS_VERSION, "what a host of 10.0.20348 runs", "10.0.17763.1"),
            ),
            ("linux/amd64", "linux(+a)/amd64", Mismatch(OS_FEATURES, "none", "a")),
            ("linux(+b+a)/amd64", "linux(+a+d+c)/amd64", Mismatch(OS_FEATURES, "only a, b", "c, d")),
        ],
    )
    def test_first_field(self, host: str, platform: str, expected: Mismatch) -> None:
        found = Only(of(host)).mismatch(of(platform))
        assert found == expected
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301

    def test_words(self) -> None:
        assert str(Mismatch(VARIANT, "v7", "v8")) == "variant is v8, wanted is v7"
        assert str(Mismatch(ARCHITECTURE, "", "")) == "architecture is empty, wanted is empty"


MATCHERS: list[PlatformMatcher] = [
    Only(LINUX_AMD64),
    Ordered([LINUX_AMD64]),
    AnyOf([LINUX_AMD64]),
    OnlyOS(LINUX_AMD64),
    WindowsNode(of("windows(10.0.20348)/amd64")),
    Everything(),
]


@pytest.mark.parametrize("matcher", MATCHERS, ids=lambda matcher: type(matcher).__name__)
def test_matchers_are_values(matcher: PlatformMatcher) -> None:
    for copied in (copy.deepcopy(matcher), pickle.loads(pickle.dumps(matcher))):  # noqa: S301
        assert copied == matcher
        assert hash(copied) == hash(matcher)
        for platform in (LINUX_AMD64, of("windows(10.0.20348.1)/amd64"), of("linux/386")):
            assert copied.rank(platform) == matcher.rank(platform)
    assert sum(other == matcher for other in MATCHERS) == 1
    assert "_host" not in repr(matcher)
    assert "_each" not in repr(matcher)


def test_lists_of_platforms_become_tuples() -> None:
    assert Ordered(iter([LINUX_AMD64])).platforms == (LINUX_AMD64,)


def test_a_host_without_operating_system_is_of_the_one_where_it_is_compared() -> None:
    nameless, here = Platform("", "amd64"), of("darwin/amd64")
    assert Only(nameless, here=here).matches(nameless)
    assert Only(nameless, here=here).matches(of("darwin/amd64"))
    assert not Only(nameless).matches(of("darwin/amd64"))
