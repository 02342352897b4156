"""Versions of Windows, and which containers a Windows host runs.

A container shares the host's kernel, so builds have to fit; since Windows Server 2022 a host also runs the containers of some builds before
its own. Follows ``github.com/containerd/platforms`` v1.0.0-rc.4.
"""

from __future__ import annotations

import attrs

from ..golang.strconv import parse_uint

__all__ = ["WindowsVersion"]

_SERVER_2022, _SERVER_2025 = 20348, 26100
_STABLE_BUILDS = (_SERVER_2022, _SERVER_2025)
"""Builds whose containers later hosts run, up to the next of them."""


@attrs.frozen
class WindowsVersion:
    """The parts of a version such as ``10.0.20348.1906`` that matter; all 0 is an unknown version."""

    major: int = 0
    minor: int = 0
    build: int = 0

    @classmethod
    def parse(cls, text: str) -> WindowsVersion:
        """Return the version that ``text`` begins with; the unknown one where it is no ``major.minor.build``.

        >>> WindowsVersion.parse("10.0.20348.1906")
        WindowsVersion(major=10, minor=0, build=20348)
        >>> WindowsVersion.parse("ltsc2022").known
        False
        """
        parts = text.split(".", 3)
        if len(parts) < 3:  # noqa: PLR2004  (major, minor, build)
            return cls()
        major, minor, build = parse_uint(parts[0], 8), parse_uint(parts[1], 8), parse_uint(parts[2], 16)
        return cls() if major is None or minor is None or build is None else cls(major, minor, build)

    @property
    def known(self) -> bool:
        """Whether this is a version at all."""
        return self != WindowsVersion()

    def runs(self, container: WindowsVersion) -> bool:
        """Return whether a host of this version runs a container of another.

        >>> WindowsVersion.parse("10.0.26100").runs(WindowsVersion.parse("10.0.20348"))
        True
        """
        if (self.major, self.minor) != (container.major, container.minor):
            return False
        if self.build < _SERVER_2022:
            return self.build == container.build
        oldest = max((build for build in _STABLE_BUILDS if build < self.build), default=_SERVER_2022)
        return oldest <= container.build <= self.build
