"""Versions of container runtimes, and the named changes between them.

A rule of containerd or of CRI-O takes the version of that runtime, as a rule of Kubernetes takes a ``Release``, and asks
``CHANGE in version``. A node says its own in ``status.nodeInfo.containerRuntimeVersion``.
"""

from __future__ import annotations

import enum
import re

import attrs

from ..apimachinery.errors import KubeContainersError

__all__ = [
    "LATEST_CONTAINERD",
    "LATEST_CRIO",
    "ContainerRuntime",
    "InvalidRuntimeVersion",
    "RuntimeChange",
    "RuntimeVersion",
]

# 1.7, v2.0.4, 1.6.20~ds1, 2.1.4-k3s2, containerd://1.7.27, cri-o://1.30.6-3.rhaos4.17.git49b5172.el9
_VERSION = re.compile(
    r"(?:(?P<runtime>[a-z-]{1,20})://)?v?(?P<major>0|[1-9][0-9]{0,2})\.(?P<minor>0|[1-9][0-9]{0,2})"
    r"(?:\.[0-9]{1,9})?(?:[-+~.][0-9A-Za-z.+~_-]{0,200})?",
    re.ASCII,
)


class ContainerRuntime(enum.Enum):
    """The runtimes whose configuration is read; the values are those of ``containerRuntimeVersion``."""

    CONTAINERD = "containerd"
    CRIO = "cri-o"


_COVERED = {ContainerRuntime.CONTAINERD: ((1, 6), (2, 4)), ContainerRuntime.CRIO: ((1, 27), (1, 37))}


class InvalidRuntimeVersion(KubeContainersError):
    """A text is no version of the runtime, or of one that this library has no answers for."""

    def __init__(self, text: str, runtime: ContainerRuntime, hint: str | None = None) -> None:
        first, last = (".".join(map(str, numbers)) for numbers in _COVERED[runtime])
        hint = f"{runtime.value} {first} to {last} are covered; write {last} or {runtime.value}://{last}.0" if hint is None else hint
        super().__init__(text, runtime, hint)
        self.text = text
        self.runtime = runtime
        self.hint = hint

    def _sentence(self) -> str:
        return f"not a version of {self.runtime.value}: {self.text[:100]!r}"


@attrs.frozen(kw_only=True)
class RuntimeChange:
    """One behaviour of a runtime that holds from the version ``since`` on and before ``until``, where these are given.

    ``summary`` says to users what holds then.
    """

    runtime: ContainerRuntime
    summary: str
    since: tuple[int, int] = (0, 0)
    until: tuple[int, int] = (1000, 0)


@attrs.frozen(str=False)
class RuntimeVersion:
    """One minor version of a container runtime; patch levels are not kept, the newest of each minor counts.

    >>> RuntimeVersion.parse("containerd://1.7.27")
    RuntimeVersion(runtime=<ContainerRuntime.CONTAINERD: 'containerd'>, major=1, minor=7)
    """

    runtime: ContainerRuntime
    major: int
    minor: int

    @classmethod
    def parse(cls, text: str, runtime: ContainerRuntime = ContainerRuntime.CONTAINERD) -> RuntimeVersion:
        """Return the version of any real version text, with or without the name of the runtime before it.

        ``runtime`` is the one that it has to be of. Raises ``InvalidRuntimeVersion`` for text that is no version of it, and for versions
        that are not covered.

        >>> str(RuntimeVersion.parse("v1.30.6-3.rhaos4.17.git49b5172.el9", ContainerRuntime.CRIO))
        'cri-o 1.30'
        """
        match = _VERSION.fullmatch(text)
        if match is None or (match["runtime"] or runtime.value) != runtime.value:
            raise InvalidRuntimeVersion(text, runtime)
        first, last = _COVERED[runtime]
        numbers = int(match["major"]), int(match["minor"])
        if not first <= numbers <= last:
            raise InvalidRuntimeVersion(text, runtime)
        return cls(runtime, *numbers)

    def __contains__(self, change: RuntimeChange) -> bool:
        return change.runtime is self.runtime and change.since <= (self.major, self.minor) < change.until

    def __str__(self) -> str:
        return f"{self.runtime.value} {self.major}.{self.minor}"


LATEST_CONTAINERD = RuntimeVersion(ContainerRuntime.CONTAINERD, 2, 3)
"""The newest containerd that was released when its rules were read; 2.4 was a beta."""

LATEST_CRIO = RuntimeVersion(ContainerRuntime.CRIO, 1, 36)
"""The newest CRI-O whose rules were read as released; 1.37 was a branch."""
