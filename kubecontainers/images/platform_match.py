"""Which platforms a host runs, and which of them it likes best.

A matcher says of a platform whether it matches, and ranks it: the less, the better. Names and rules are those of
``github.com/containerd/platforms`` v1.0.0-rc.4, where such a thing is a ``MatchComparer``; ``node_matcher`` gives the one that containerd
uses for its node.
"""

from __future__ import annotations

import abc
import enum
from collections.abc import Iterable

import attrs

from .architectures import Variants, compatible_variants
from .platform import LINUX_AMD64, Platform
from .windows_version import WindowsVersion

__all__ = [
    "ALL",
    "AnyOf",
    "Everything",
    "Mismatch",
    "Only",
    "OnlyOS",
    "Ordered",
    "PlatformField",
    "PlatformMatcher",
    "Rank",
    "WindowsNode",
    "node_matcher",
    "only_strict",
]

Rank = tuple[int, ...]
"""How good a match is. Ranks of one matcher compare; the least is the best, and its first number is 0 for what a host is itself."""

_WINDOWS = "windows"
_WIN32K = "win32k"


class PlatformField(enum.Enum):
    """A field of a platform, in the order in which they are compared; the values are their names in JSON."""

    OS = "os"
    ARCHITECTURE = "architecture"
    VARIANT = "variant"
    OS_VERSION = "os.version"
    OS_FEATURES = "os.features"


_FIELD_ORDER = {field: position for position, field in enumerate(PlatformField)}


@attrs.frozen
class Mismatch:
    """The first field on which a platform fails: what is wanted there, in words, and what was found, as normalised."""

    field: PlatformField
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.field.value} is {self.found or 'empty'}, wanted is {self.wanted or 'empty'}"


class PlatformMatcher(abc.ABC):
    """What decides which platforms match, and in which order they are tried."""

    @abc.abstractmethod
    def rank(self, platform: Platform) -> Rank | None:
        """Return how good a platform is, the less the better; ``None`` where it does not match."""

    @abc.abstractmethod
    def mismatch(self, platform: Platform) -> Mismatch | None:
        """Return why a platform does not match, ``None`` where it does."""

    def matches(self, platform: Platform) -> bool:
        """Return whether a platform matches."""
        return self.rank(platform) is not None

    def less(self, first: Platform, second: Platform) -> bool:
        """Return whether containerd puts the first platform before the second."""
        rank, other = self.rank(first), self.rank(second)
        return rank is not None and (other is None or rank < other)


@attrs.frozen
class _Host:
    """What a host wants of a platform besides architecture and variant."""

    os: str
    features: frozenset[str]
    version: WindowsVersion | None
    ignores_win32k: bool

    @classmethod
    def of(cls, platform: Platform, *, ignores_win32k: bool = True) -> _Host:
        """Versions count, and the feature win32k does not, where the given operating system is written ``windows`` exactly."""
        windows = platform.os == _WINDOWS
        version = WindowsVersion.parse(platform.os_version) if windows else None
        normalized = platform.normalized()
        return cls(normalized.os, frozenset(normalized.os_features), version, windows and ignores_win32k)

    def runs_version(self, os_version: str) -> bool:
        if self.version is None or not self.version.known or not os_version:
            return True
        return self.version.runs(WindowsVersion.parse(os_version))

    def missing_features(self, platform: Platform) -> list[str]:
        features = list(platform.os_features)
        if self.ignores_win32k and _WIN32K in features:
            features.remove(_WIN32K)  # the first only
        return sorted(set(features) - self.features)

    def runs(self, platform: Platform, normalized: Platform) -> bool:
        return normalized.os == self.os and self.runs_version(platform.os_version) and not self.missing_features(platform)

    def mismatch(self, platform: Platform, normalized: Platform, variants: Iterable[Variants] | None) -> Mismatch | None:
        """Return the first field that fails; ``variants`` are those that the host runs, ``None`` where all do."""
        if normalized.os != self.os:
            return Mismatch(PlatformField.OS, self.os, normalized.os)
        wrong = None if variants is None else _wrong_variant(normalized, tuple(variants))
        if wrong is not None:
            return wrong
        if self.version is not None and not self.runs_version(platform.os_version):
            version = self.version
            wanted = f"what a host of {version.major}.{version.minor}.{version.build} runs"
            return Mismatch(PlatformField.OS_VERSION, wanted, platform.os_version)
        missing = self.missing_features(platform)
        if missing:
            wanted = f"only {', '.join(sorted(self.features))}" if self.features else "none"
            return Mismatch(PlatformField.OS_FEATURES, wanted, ", ".join(missing))
        return None


def _wrong_variant(normalized: Platform, variants: tuple[Variants, ...]) -> Mismatch | None:
    same = [found for found in variants if found.architecture == normalized.architecture]
    if not same:
        wanted = " or ".join(found.architecture for found in variants) or "nothing: the host's variant is unknown"
        return Mismatch(PlatformField.ARCHITECTURE, wanted, normalized.architecture)
    if any(found.position(normalized.variant) is not None for found in same):
        return None
    wanted = ", ".join(word for found in same for word in found.words())
    return Mismatch(PlatformField.VARIANT, wanted, normalized.variant)


def _rank(position: int, platform: Platform) -> Rank:
    """Rank by position; among equals those with more features come first, as many as are written."""
    return position, -len(platform.os_features)


class _WithoutFeatures(PlatformMatcher):
    """A matcher that, where neither platform matches, compares them again without their features."""

    def less(self, first: Platform, second: Platform) -> bool:
        if (first.os_features or second.os_features) and not self.matches(first) and not self.matches(second):
            return super().less(attrs.evolve(first, os_features=()), attrs.evolve(second, os_features=()))
        return super().less(first, second)


def _host_of(matcher: Only) -> _Host:
    return _Host.of(matcher.platform.normalized(host=matcher.here))


def _variants_of(matcher: Only) -> tuple[Variants, ...]:
    normalized = matcher.platform.normalized()
    return compatible_variants(normalized.architecture, normalized.variant)


@attrs.frozen
class Only(_WithoutFeatures):
    """What a host runs: its own platform, then what its architecture is compatible with.

    ``platform`` is the host's. ``here`` is where they are compared, by default ``linux/amd64``: a platform without an operating system is
    taken to be of that one's. Follows ``platforms.Only``.

    >>> host = Only(Platform("linux", "arm64"))
    >>> host.rank(Platform("linux", "arm64", "v8")), host.rank(Platform("linux", "arm", "v7")), host.rank(Platform("linux", "amd64"))
    ((0, 0), (2, 0), None)
    """

    platform: Platform
    here: Platform = attrs.field(default=LINUX_AMD64, kw_only=True)
    _host: _Host = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_host_of, takes_self=True))
    _variants: tuple[Variants, ...] = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_variants_of, takes_self=True))

    def rank(self, platform: Platform) -> Rank | None:
        """Return how good a platform is for the host."""
        normalized = platform.normalized(host=self.here)
        position = self._position(normalized)
        return None if position is None or not self._host.runs(platform, normalized) else _rank(position, platform)

    def _position(self, normalized: Platform) -> int | None:
        before = 0
        for variants in self._variants:
            if variants.architecture == normalized.architecture:
                position = variants.position(normalized.variant)
                return None if position is None else before + position
            before += variants.count
        return None

    def mismatch(self, platform: Platform) -> Mismatch | None:
        """Return why the host does not run a platform."""
        return self._host.mismatch(platform, platform.normalized(host=self.here), self._variants)


@attrs.frozen
class _Exactly:
    """One platform and no other (``NewMatcher``)."""

    architecture: str
    variant: str
    host: _Host

    @classmethod
    def of(cls, platform: Platform) -> _Exactly:
        normalized = platform.normalized()
        return cls(normalized.architecture, normalized.variant, _Host.of(platform))

    def matches(self, platform: Platform, normalized: Platform) -> bool:
        same = (normalized.architecture, normalized.variant) == (self.architecture, self.variant)
        return same and self.host.runs(platform, normalized)

    def mismatch(self, platform: Platform, normalized: Platform) -> Mismatch | None:
        return self.host.mismatch(platform, normalized, [Variants(self.architecture, (self.variant,))])


def _all_of(platforms: Iterable[Platform]) -> tuple[Platform, ...]:
    return tuple(platforms)


def _each_of(matcher: _Several) -> tuple[_Exactly, ...]:
    return tuple(map(_Exactly.of, matcher.platforms))


@attrs.frozen
class _Several(_WithoutFeatures):
    """A matcher of several platforms, each exactly."""

    platforms: tuple[Platform, ...] = attrs.field(converter=_all_of)
    _each: tuple[_Exactly, ...] = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_each_of, takes_self=True))

    def position(self, platform: Platform) -> int | None:
        """Return which of the platforms is the first that matches."""
        normalized = platform.normalized()
        return next((position for position, one in enumerate(self._each) if one.matches(platform, normalized)), None)

    def mismatch(self, platform: Platform) -> Mismatch | None:
        """Return why a platform does not match: what the one that comes nearest says."""
        normalized = platform.normalized()
        found = [one.mismatch(platform, normalized) for one in self._each]
        if None in found:
            return None
        nothing = Mismatch(PlatformField.OS, "nothing", normalized.os)
        return max((miss for miss in found if miss), key=lambda miss: _FIELD_ORDER[miss.field], default=nothing)


@attrs.frozen
class Ordered(_Several):
    """Some platforms, each exactly, the first the best. Follows ``platforms.Ordered``."""

    def rank(self, platform: Platform) -> Rank | None:
        """Return which of the platforms it is."""
        position = self.position(platform)
        return None if position is None else _rank(position, platform)


@attrs.frozen
class AnyOf(_Several):
    """Some platforms, each exactly, all equally good. Follows ``platforms.Any``."""

    def rank(self, platform: Platform) -> Rank | None:
        """Return whether it is one of the platforms."""
        return None if self.position(platform) is None else _rank(0, platform)


def only_strict(platform: Platform) -> Ordered:
    """Return the matcher of one platform, in any spelling, and nothing that is merely compatible. Follows ``platforms.OnlyStrict``.

    >>> only_strict(Platform("linux", "arm", "7")).matches(Platform("linux", "armhf"))
    True
    """
    return Ordered([platform.normalized()])


def _os_of(matcher: OnlyOS) -> _Host:
    return _Host.of(matcher.platform.normalized(), ignores_win32k=False)


def _own_of(matcher: OnlyOS | WindowsNode) -> _Exactly:
    return _Exactly.of(matcher.platform.normalized())


@attrs.frozen
class OnlyOS(PlatformMatcher):
    """Every architecture of one operating system, its own the best. Follows ``platforms.OnlyOS``."""

    platform: Platform
    _host: _Host = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_os_of, takes_self=True))
    _own: _Exactly = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_own_of, takes_self=True))

    def rank(self, platform: Platform) -> Rank | None:
        """Return whether it is of the operating system, and of the architecture."""
        normalized = platform.normalized()
        if not self._host.runs(platform, normalized):
            return None
        return _rank(0, platform) if self._own.matches(platform, normalized) else (1, 0)

    def mismatch(self, platform: Platform) -> Mismatch | None:
        """Return why a platform is not of the operating system."""
        return self._host.mismatch(platform, platform.normalized(), None)


@attrs.frozen
class Everything(PlatformMatcher):
    """Every platform, all equally good. Follows ``platforms.All``."""

    def rank(self, platform: Platform) -> Rank | None:  # noqa: ARG002  (whatever it is)
        """Return the one rank there is."""
        return (0,)

    def mismatch(self, platform: Platform) -> Mismatch | None:  # noqa: ARG002  (whatever it is)
        """Return nothing: everything matches."""
        return None


ALL = Everything()
"""Matches every platform."""


@attrs.frozen
class WindowsNode(PlatformMatcher):
    """What a Windows node runs: its own architecture, the version that sorts last as text first.

    Follows ``platforms.Default`` of Windows. Read in its source, not recorded.
    """

    platform: Platform
    _own: _Exactly = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(_own_of, takes_self=True))

    def rank(self, platform: Platform) -> Rank | None:
        """Return how good a platform is for the node."""
        if not self._own.matches(platform, platform.normalized(host=self.platform)):
            return None
        return (0, *(-ord(char) for char in platform.os_version), 1)  # the 1 puts a longer version before one that it begins with

    def mismatch(self, platform: Platform) -> Mismatch | None:
        """Return why the node does not run a platform."""
        return self._own.mismatch(platform, platform.normalized(host=self.platform))


def node_matcher(node: Platform) -> PlatformMatcher:
    """Return the matcher that containerd uses on a node of a platform.

    Linux nodes tell their variant on arm and arm64 alone: an amd64 node does not take an ``amd64/v3`` entry, whatever its processor.

    >>> node_matcher(Platform("linux", "amd64")).matches(Platform("linux", "amd64", "v3"))
    False
    """
    return WindowsNode(node) if node.os == _WINDOWS else Only(node, here=node.normalized())
