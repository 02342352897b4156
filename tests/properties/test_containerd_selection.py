from __future__ import annotations

import re
from collections.abc import Callable

import attrs
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.images.index import ImageIndex, IndexEntry
from kubecontainers.images.media_types import OCI_MANIFEST
from kubecontainers.images.platform import Platform
from kubecontainers.images.platform_match import ALL, AnyOf, Only, OnlyOS, Ordered, PlatformMatcher, WindowsNode, only_strict
from kubecontainers.images.select_manifest import matching_positions, select_manifest
from kubecontainers.testing.platforms import known_platforms, platforms

# ------------------------------------------------------------- containerd, written out: lists, and nothing that is clever

LTSC = [20348, 26100]
ARM64: dict[str, list[tuple[int, int]]] = {
    "v8": [(8, 0)],
    **{f"v8.{minor}": [(8, minor)] for minor in range(1, 10)},
    "v9": [(9, 0), (8, 5)],
    **{f"v9.{minor}": [(9, minor), (8, min(minor + 5, 9))] for minor in range(1, 8)},
}


def version(text: str) -> tuple[int, int, int]:
    match = re.match(r"([0-9]+)\.([0-9]+)\.([0-9]+)(?:\.|\Z)", text, re.ASCII)
    found = (int(match[1]), int(match[2]), int(match[3])) if match else (0, 0, 0)
    return found if found[0] < 256 and found[1] < 256 and found[2] < 65536 else (0, 0, 0)


def version_fits(host: str, container: str) -> bool:
    if version(host) == (0, 0, 0) or container == "":
        return True
    (major, minor, build), (other_major, other_minor, other) = version(host), version(container)
    if (major, minor) != (other_major, other_minor):
        return False
    if build < 20348:
        return build == other
    oldest = 20348
    for release in reversed(LTSC):
        if build > release:
            oldest = release
            break
    return oldest <= other <= build


@attrs.frozen
class Exactly:
    """One entry of the list that is walked."""

    given: Platform

    def match(self, platform: Platform, *, win32k: bool = False) -> bool:
        windows = self.given.os == "windows"
        features = list(platform.os_features)
        if windows and not win32k and "win32k" in features:
            features.remove("win32k")
        own, other = self.given.normalized(), platform.normalized()
        return (
            (own.os, own.architecture, own.variant) == (other.os, other.architecture, other.variant)
            and (not windows or version_fits(self.given.os_version, platform.os_version))
            and all(feature in own.os_features for feature in features)
        )


def vector(host: Platform) -> list[Platform]:
    """Every platform that a normalised host runs, best first."""
    level = int(host.variant.removeprefix("v")) if re.fullmatch(r"v?[+-]?[0-9]+", host.variant, re.ASCII) else 0
    if host.architecture == "amd64":
        older = [attrs.evolve(host, variant=f"v{lower}") for lower in range(level - 1, 0, -1)]
        return [host, *older, attrs.evolve(host, architecture="386", variant="")]
    if host.architecture == "arm":
        return [host, *(attrs.evolve(host, variant=f"v{lower}") for lower in range(level - 1, 4, -1))]
    if host.architecture != "arm64":
        return [host]
    levels = [(major, minor) for major, newest in ARM64.get(host.variant or "v8", []) for minor in range(newest, -1, -1)]
    found = [attrs.evolve(host, variant=f"v{major}.{minor}" if minor else f"v{major}") for major, minor in levels]
    return found + vector(attrs.evolve(host, architecture="arm", variant="v8")) if found else []


Less = Callable[[Platform, Platform], bool]
Match = Callable[[Platform], bool]


def bare(platform: Platform) -> Platform:
    return attrs.evolve(platform, os_features=())


def ordered(hosts: list[Platform]) -> tuple[Match, Less]:
    entries = [Exactly(host) for host in hosts]

    def match(platform: Platform) -> bool:
        return any(entry.match(platform) for entry in entries)

    def less(first: Platform, second: Platform) -> bool:
        for entry in entries:
            hit, other = entry.match(first), entry.match(second)
            if hit and not other:
                return True
            if other:
                return hit and len(first.os_features) > len(second.os_features)
        if first.os_features or second.os_features:
            return less(bare(first), bare(second))
        return False

    return match, less


def anyone(hosts: list[Platform]) -> tuple[Match, Less]:
    match, _ = ordered(hosts)

    def less(first: Platform, second: Platform) -> bool:
        hit, other = match(first), match(second)
        if hit and other:
            return len(first.os_features) > len(second.os_features)
        if not hit and not other and (first.os_features or second.os_features):
            return less(bare(first), bare(second))
        return hit and not other

    return match, less


def only_os(host: Platform) -> tuple[Match, Less]:
    host = host.normalized()
    _, by_architecture = ordered([host])

    def match(platform: Platform) -> bool:
        same = attrs.evolve(platform, architecture=host.architecture, variant=host.variant)
        return Exactly(host).match(same, win32k=True)

    def less(first: Platform, second: Platform) -> bool:
        if match(first) and match(second):
            return by_architecture(first, second)
        return match(first)

    return match, less


def all_of_them() -> tuple[Match, Less]:
    def match(platform: Platform) -> bool:
        return True

    def less(first: Platform, second: Platform) -> bool:
        return False

    return match, less


def windows_node(host: Platform) -> tuple[Match, Less]:
    exactly = Exactly(host.normalized())

    def match(platform: Platform) -> bool:
        """On the node itself, what names no operating system is of the node's."""
        return exactly.match(platform if platform.os else attrs.evolve(platform, os=host.os))

    def less(first: Platform, second: Platform) -> bool:
        if match(first) and match(second):
            return first.os_version > second.os_version
        return match(first) and not match(second)

    return match, less


def order(platforms_or_none: list[Platform | None], match: Match, less: Less) -> list[int]:
    """Which entries are kept, sorted by insertion, those without a platform last."""

    def before(first: int, second: int) -> bool:
        one, other = platforms_or_none[first], platforms_or_none[second]
        if one is None:
            return False
        return other is None or less(one, other)

    found: list[int] = []
    for position, platform in enumerate(platforms_or_none):
        if platform is None or match(platform):
            at = len(found)
            found.append(position)
            while at > 0 and before(found[at], found[at - 1]):
                found[at], found[at - 1] = found[at - 1], found[at]
                at -= 1
    return found


# ---------------------------------------------------------------------------------------------------------- and compared

LONGEST_VARIANT = 5  # no host here has levels without end below its own, which the list would hold

written = platforms() | platforms(systems=("linux",)) | platforms(systems=("windows",)) | known_platforms()
hosts = written.filter(lambda platform: len(platform.variant) <= LONGEST_VARIANT)
Pair = tuple[PlatformMatcher, tuple[Match, Less]]
pairs: st.SearchStrategy[Pair] = st.one_of(
    hosts.map(lambda host: (Only(host), ordered(vector(host.normalized())))),
    hosts.map(lambda host: (only_strict(host), ordered([host.normalized()]))),
    hosts.map(lambda host: (OnlyOS(host), only_os(host))),
    st.lists(hosts, max_size=4).map(lambda several: (Ordered(several), ordered(several))),
    st.lists(hosts, max_size=4).map(lambda several: (AnyOf(several), anyone(several))),
    platforms(systems=("windows",)).map(lambda host: (WindowsNode(host), windows_node(host))),
    st.just((ALL, all_of_them())),
)


def made(of: list[Platform | None]) -> ImageIndex:
    return ImageIndex(tuple(IndexEntry(OCI_MANIFEST, f"{position}", platform=platform) for position, platform in enumerate(of)))


class TestMatchersAreContainerds:
    """A matcher says of every platform, and of every two, what containerd's own says, which walks a list."""

    @given(pairs, written)
    def test_match(self, pair: Pair, platform: Platform) -> None:
        ours, (match, _) = pair
        assert ours.matches(platform) == match(platform)

    @given(pairs, written, written)
    def test_less(self, pair: Pair, first: Platform, second: Platform) -> None:
        ours, (_, less) = pair
        assert ours.less(first, second) == less(first, second)

    @given(hosts, written, written)
    def test_less_of_much_the_same(self, host: Platform, first: Platform, second: Platform) -> None:
        """Platforms of the host's own system and architecture, where the finer rules decide."""
        same, like = (attrs.evolve(platform, os=host.os, architecture=host.architecture) for platform in (first, second))
        for ours, (match, less) in (
            (Only(host), ordered(vector(host.normalized()))),
            (OnlyOS(host), only_os(host)),
            (AnyOf([host, first]), anyone([host, first])),
        ):
            assert ours.matches(same) == match(same)
            assert ours.less(same, like) == less(same, like)


class TestSelectionIsContainerds:
    """The entries are tried in the order in which containerd's stable sort puts them, and its first is taken."""

    @given(pairs, st.lists(st.none() | written, max_size=20))
    def test_order(self, pair: Pair, of: list[Platform | None]) -> None:
        ours, (match, less) = pair
        expected = order(of, match, less)
        index = made(of)
        assert list(matching_positions(index, ours)) == expected
        assert select_manifest(index, ours).position == (expected[0] if expected else None)

    @given(pairs, st.lists(st.none() | written, min_size=30, max_size=60))
    def test_many(self, pair: Pair, of: list[Platform | None]) -> None:
        ours, (match, less) = pair
        assert list(matching_positions(made(of), ours)) == order(of, match, less)

    @given(hosts, st.lists(st.none() | known_platforms(), max_size=30))
    def test_of_a_node(self, host: Platform, of: list[Platform | None]) -> None:
        windows = host.os == "windows"
        expected = order(of, *(windows_node(host) if windows else ordered(vector(host.normalized()))))
        assert select_manifest(made(of), host).position == (expected[0] if expected else None)
