"""Which architectures and variants a host runs besides its own, best first.

An amd64 host runs its own level and those below, and 386; arm likewise down to v5; arm64 its own and older levels, and arm. This is the
``platformVector`` of ``github.com/containerd/platforms`` v1.0.0-rc.4. It is never written out as a list there may be no end of: the
variant ``v1000000000`` of amd64 has as many levels below it.
"""

from __future__ import annotations

import re

import attrs

from ..golang.strconv import atoi

__all__ = ["Variants", "compatible_variants"]

_LOWEST_AMD64, _LOWEST_ARM = 1, 5
_ARM_OF_ARM64 = "v8"

_OLDER_V8_OF_V9 = (5, 6, 7, 8, 9, 9, 9, 9)
"""Minor level of arm64 v9 to that of the newest v8 that it includes."""

_LEVEL = re.compile(r"v([1-9][0-9]{0,18})", re.ASCII)


def _arm64_variants() -> dict[str, tuple[str, ...]]:
    """Every variant of arm64 that is known, to the variants that it runs; v8 is the empty variant."""
    v8 = ["", *(f"v8.{minor}" for minor in range(1, 10))]
    v9 = ["v9", *(f"v9.{minor}" for minor in range(1, len(_OLDER_V8_OF_V9)))]
    table = {variant: tuple(v8[minor::-1]) for minor, variant in enumerate(v8)}
    for minor, variant in enumerate(v9):
        table[variant] = (*v9[minor::-1], *v8[_OLDER_V8_OF_V9[minor] :: -1])
    return table


_ARM64_VARIANTS = _arm64_variants()


@attrs.frozen
class Variants:
    """Some variants of one architecture: those ``listed``, then the levels from ``top`` down to ``bottom``."""

    architecture: str
    listed: tuple[str, ...]
    top: int = 0
    bottom: int = 1

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.listed) + max(0, self.top - self.bottom + 1)

    def position(self, variant: str) -> int | None:
        """Return how many stand before a variant, ``None`` where it is not among them."""
        if variant in self.listed:
            return self.listed.index(variant)
        level = self._level(variant)
        return len(self.listed) + self.top - level if self.bottom <= level <= self.top else None

    def _level(self, variant: str) -> int:
        """Return the number of a normalised variant, of which the empty one of amd64 is v1; 0 where it has none."""
        if not variant and self.architecture == "amd64":
            return _LOWEST_AMD64
        match = _LEVEL.fullmatch(variant)
        return int(match[1]) if match else 0

    def words(self) -> tuple[str, ...]:
        """Return the variants in words."""
        levels = dict.fromkeys((f"v{self.top}", f"v{self.bottom}")) if self.top >= self.bottom else {}
        return (*(variant or "empty" for variant in self.listed), *([" to ".join(levels)] if levels else []))


def compatible_variants(architecture: str, variant: str) -> tuple[Variants, ...]:
    """Return what a host of a normalised architecture and variant runs, best first.

    A variant of arm64 that is unknown runs nothing, not even itself.

    >>> [(found.architecture, found.words()) for found in compatible_variants("amd64", "v3")]
    [('amd64', ('v3', 'v2 to v1')), ('386', ('empty',))]
    """
    if architecture == "arm64":
        listed = _ARM64_VARIANTS.get(variant)
        return () if listed is None else (Variants(architecture, listed), *compatible_variants("arm", _ARM_OF_ARM64))
    if architecture == "amd64":
        return _with_levels_below(architecture, variant, _LOWEST_AMD64), Variants("386", ("",))
    if architecture == "arm":
        return (_with_levels_below(architecture, variant, _LOWEST_ARM),)
    return (Variants(architecture, (variant,)),)


def _with_levels_below(architecture: str, variant: str, lowest: int) -> Variants:
    level = atoi(variant.removeprefix("v")) or 0
    return Variants(architecture, (variant,), level - 1, lowest)
