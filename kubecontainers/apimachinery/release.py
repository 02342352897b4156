"""Kubernetes releases, and the named changes between them.

A rule takes one ``release``, that of the component which applies it, and asks ``CHANGE in release``; it never looks at a minor number.
Feature gates are a release's own (``k8s.io/component-base/featuregate``); the table of them is ``feature_gates``.
"""

from __future__ import annotations

import enum
import functools
import itertools
import re
from collections.abc import Mapping
from typing import Literal

import attrs

from .errors import KubeContainersError
from .feature_gates import FEATURE_GATES, FIRST_MINOR, LAST_MINOR, FeatureGate, minor_number
from .frozenmap import FrozenMap

__all__ = [
    "LATEST",
    "PREVIEW",
    "Change",
    "FeatureGateLocked",
    "FeatureGateReason",
    "FeatureGateUnavailable",
    "InvalidRelease",
    "NotInRelease",
    "Release",
    "UnsupportedRelease",
    "releases",
]

# v1.29.3-gke.100, v1.30.0+k3s1, 1.31.0-rc.1, and "1.27+" as some clouds report major and minor
_GIT_VERSION = re.compile(r"v?(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})(?:\.[0-9]{1,9})?(?:[-+][0-9A-Za-z.+_-]{0,200})?", re.ASCII)

_MINOR = re.compile(r"1\.(?:0|[1-9][0-9]{0,2})", re.ASCII)
_COVERED = f"this library knows 1.{FIRST_MINOR} to 1.{LAST_MINOR}"


class InvalidRelease(KubeContainersError):
    """A text is no Kubernetes version, or no version specifier."""

    def __init__(self, text: str, hint: str = "write 1.31, or a gitVersion such as v1.31.4-gke.100") -> None:
        super().__init__(text, hint)
        self.text = text
        self.hint = hint

    def _sentence(self) -> str:
        return f"not a Kubernetes version: {self.text[:100]!r}"


class UnsupportedRelease(KubeContainersError):
    """A Kubernetes version that this library has no answers for."""

    def __init__(self, text: str, hint: str = _COVERED) -> None:
        super().__init__(text, hint)
        self.text = text
        self.hint = hint

    def _sentence(self) -> str:
        return f"Kubernetes {self.text} is not covered"


class NotInRelease(KubeContainersError):
    """A rule that does not exist in the release that was asked for."""

    def __init__(self, what: str, release: Release, hint: str = "") -> None:
        super().__init__(what, release, hint)
        self.what = what
        self.release = release
        self.hint = hint

    def _sentence(self) -> str:
        return f"{self.what}: not in Kubernetes {self.release}"


class FeatureGateLocked(KubeContainersError):
    """A feature gate that the release has locked to the other value."""

    def __init__(self, gate: str, release: Release, locked_to: bool, hint: str = "leave the gate out") -> None:  # noqa: FBT001
        super().__init__(gate, release, locked_to, hint)
        self.gate = gate
        self.release = release
        self.locked_to = locked_to
        self.hint = hint

    def _sentence(self) -> str:
        return f"feature gate {self.gate} is locked to {self.locked_to} in Kubernetes {self.release}"


class FeatureGateReason(enum.Enum):
    """Why a feature gate cannot be set."""

    UNKNOWN = "unknown"
    """The release does not know the gate (yet)."""
    REMOVED = "removed"
    """The release no longer knows the gate."""
    NOT_BOOLEAN = "not a boolean"
    """The value is neither true nor false."""
    DEPENDENCY = "dependency"
    """The gate would be on while one that it requires is off."""


class FeatureGateUnavailable(KubeContainersError):
    """A feature gate that cannot have the value in the release."""

    def __init__(self, gate: str, release: Release, reason: FeatureGateReason, requires: str = "", hint: str = "") -> None:
        super().__init__(gate, release, reason, requires, hint)
        self.gate = gate
        self.release = release
        self.reason = reason
        self.requires = requires
        self.hint = hint

    def _sentence(self) -> str:
        if self.reason is FeatureGateReason.DEPENDENCY:
            return f"feature gate {self.gate} is on but requires {self.requires}, which is off, in Kubernetes {self.release}"
        if self.reason is FeatureGateReason.NOT_BOOLEAN:
            return f"feature gate {self.gate} is set to something that is no boolean"
        ending = "was removed before" if self.reason is FeatureGateReason.REMOVED else "is not known in"
        return f"feature gate {self.gate} {ending} Kubernetes {self.release}"


def _first_minor(change: Change) -> int:
    return minor_number(change.since)


def _end_minor(change: Change) -> int:
    return LAST_MINOR + 1 if change.until is None else minor_number(change.until)


@attrs.frozen(kw_only=True)
class Change:
    """One behaviour that a release changed.

    It holds from ``since`` (a minor such as ``"1.29"``) and before ``until``, where given, and only while the feature gate ``gate``,
    where given, is on. ``summary`` says to users what holds then.

    >>> Change(since="1.29", summary="registries may be IPv6 addresses") in Release("1.28")
    False
    """

    summary: str
    since: str = f"1.{FIRST_MINOR}"
    until: str | None = None
    gate: str | None = None
    _first: int = attrs.field(init=False, repr=False, eq=False, default=attrs.Factory(_first_minor, takes_self=True))
    _end: int = attrs.field(init=False, repr=False, eq=False, default=attrs.Factory(_end_minor, takes_self=True))

    def holds(self, release: Release) -> bool:
        """Return whether the behaviour is that of ``release``; ``change in release`` asks the same."""
        return self._first <= release.minor < self._end and (self.gate is None or release.enabled(self.gate))

    def minors(self) -> tuple[str, ...]:
        """Return the minors, beginning with the second that is covered, at which the answer changes under default gates.

        >>> Change(gate="ImageVolume", summary="image volumes are kept").minors()
        ('1.35',)
        """
        answers = [(str(release), self in release) for release in releases()]
        return tuple(minor for (_, before), (minor, after) in itertools.pairwise(answers) if before is not after)


def _minor(value: str | int) -> int:
    if not isinstance(value, int) and not _MINOR.fullmatch(str(value)):
        raise InvalidRelease(str(value))
    minor = value if isinstance(value, int) else minor_number(value)
    if not FIRST_MINOR <= minor <= LAST_MINOR:
        raise UnsupportedRelease(f"1.{minor}")
    return minor


@attrs.frozen(repr=False, str=False, cache_hash=True)
class Release:
    """One minor release of Kubernetes with its feature gates.

    ``minor`` is given as ``"1.31"``. ``overrides`` holds the gates set apart from the release's defaults; use ``with_gates``. Two releases
    are equal when they answer alike. Patch levels are not kept: the recorded answers are one patch level's of each minor.

    >>> Release("1.31") == Release.parse("v1.31.4-eks-a737599")
    True
    """

    minor: int = attrs.field(converter=_minor)
    overrides: FrozenMap[str, bool] = attrs.field(factory=lambda: FrozenMap[str, bool]({}), kw_only=True)

    @classmethod
    def parse(cls, text: str) -> Release:
        """Return the release of any real version text, such as the ``gitVersion`` of a server or ``kubeletVersion`` of a node.

        Raises ``InvalidRelease`` for text that is no version, ``UnsupportedRelease`` for versions that are not covered.

        >>> Release.parse("v1.30.0+k3s1")
        Release('1.30')
        """
        match = _GIT_VERSION.fullmatch(text)
        if match is None:
            raise InvalidRelease(text)
        major, minor = match.groups()
        if major != "1":
            raise UnsupportedRelease(f"{major}.{minor}")
        return cls(int(minor))

    def matches(self, specifiers: str) -> bool:
        """Return whether the minor lies in ``specifiers``, a PEP 440 specifier set such as ``">=1.29,<1.32"``.

        Raises ``InvalidRelease`` if they do not parse.
        """
        from packaging.specifiers import SpecifierSet  # noqa: PLC0415  (packaging costs as much as the rest together)

        try:
            return SpecifierSet(specifiers).contains(str(self))
        except ValueError:  # no specifiers, or numbers beyond what Python reads
            pass
        raise InvalidRelease(specifiers, hint="write specifiers such as >=1.29,<1.32")

    def enabled(self, gate: str) -> bool:
        """Return whether the feature gate ``gate`` is on.

        One that the release does not know yet is off; one that it no longer knows is what it was when it was removed.

        Raises ``FeatureGateUnavailable`` for a gate that no covered release knows.
        """
        default = _default(gate, self.minor)
        if default is None:
            raise FeatureGateUnavailable(gate, self, FeatureGateReason.UNKNOWN)
        return self.overrides.get(gate, default)

    def with_gates(
        self,
        gates: Mapping[str, bool],
        *,
        unknown: Literal["raise", "ignore"] = "raise",
        dependents: Literal["raise", "disable"] = "raise",
    ) -> Release:
        """Return the release with some feature gates set, as ``--feature-gates`` sets them.

        ``unknown``: what to do with a gate that this release does not know. ``dependents``: what to do with a gate that is on by default
        but requires one that is now off: refuse, as Kubernetes does, or switch it off as well.

        Raises ``FeatureGateLocked`` for the other value of a locked gate, and ``FeatureGateUnavailable`` for a gate that the release does
        not know, or that would be on while one that it requires is off.

        >>> Release("1.34").with_gates({"ImageVolume": True}).enabled("ImageVolume")
        True
        """
        chosen = dict(self.overrides)
        for name, value in gates.items():
            if not isinstance(value, bool):  # pyright: ignore[reportUnnecessaryIsInstance]  (gates come out of YAML)
                raise FeatureGateUnavailable(name, self, FeatureGateReason.NOT_BOOLEAN)
            gate = FEATURE_GATES.get(name)
            stage = gate.stage(self.minor) if gate else None
            if stage is None:
                if unknown == "raise":
                    raise FeatureGateUnavailable(name, self, _absence(gate, self.minor))
                continue
            if stage.locked and value is not stage.default:
                raise FeatureGateLocked(name, self, stage.default)
            chosen[name] = value
        release = self._with_overrides(chosen)
        while (unmet := _unmet(release)) is not None:
            dependent, required = unmet
            if dependents == "raise" or dependent in gates:
                raise FeatureGateUnavailable(dependent, self, FeatureGateReason.DEPENDENCY, required)
            chosen[dependent] = False
            release = self._with_overrides(chosen)
        return release

    def _with_overrides(self, chosen: Mapping[str, bool]) -> Release:
        """Keep only what differs from the defaults, so that releases that answer alike are equal."""
        changed = {name: value for name, value in chosen.items() if value is not FEATURE_GATES[name].default(self.minor)}
        return attrs.evolve(self, overrides=FrozenMap(changed))

    def __contains__(self, change: Change) -> bool:
        return change.holds(self)

    def __str__(self) -> str:
        return f"1.{self.minor}"

    def __repr__(self) -> str:
        gates = f".with_gates({dict(self.overrides)!r})" if self.overrides else ""
        return f"Release('{self}'){gates}"


@functools.lru_cache(maxsize=1024)
def _default(gate: str, minor: int) -> bool | None:
    """Return whether a gate is on in a minor unless it is set, ``None`` for one that is not known."""
    known = FEATURE_GATES.get(gate)
    return None if known is None else known.default(minor)


def _absence(gate: FeatureGate | None, minor: int) -> FeatureGateReason:
    removed = gate is not None and gate.removed is not None and minor >= minor_number(gate.removed)
    return FeatureGateReason.REMOVED if removed else FeatureGateReason.UNKNOWN


def _unmet(release: Release) -> tuple[str, str] | None:
    """Return the first gate that is on while one that it requires is off, and that one."""
    for gate in FEATURE_GATES.values():
        for required in gate.requirements(release.minor):
            if release.enabled(gate.name) and not release.enabled(required):
                return gate.name, required
    return None


LATEST = Release("1.36")
"""The newest release whose answers are recorded."""

PREVIEW = Release("1.37")
"""A release that was read, not recorded: its answers are those of ``LATEST`` where nothing else is known."""


def releases() -> tuple[Release, ...]:
    """Return every release covered, the oldest first."""
    return tuple(Release(minor) for minor in range(FIRST_MINOR, LAST_MINOR + 1))
