"""Where RuntimeClasses are looked up, and how a look-up fails.

The admission of pods (``plugin/pkg/admission/runtimeclass``) and the kubelet (``pkg/kubelet/runtimeclass``) ask a cache that follows the
API server. Admission asks the API server itself for what the cache has not, since the cache may be late; the kubelet does not.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject
from .runtime_class import RuntimeClass

__all__ = [
    "LiveRuntimeClassSource",
    "LookupFailure",
    "RuntimeClassLookupFailed",
    "RuntimeClassSource",
    "RuntimeClasses",
    "SomeRuntimeClasses",
    "lookup_runtime_class",
]

_UNSAFE_NAMES = frozenset({".", ".."})
_UNSAFE_CHARACTERS = ("/", "%")


class LookupFailure(enum.Enum):
    """How the look-up of a RuntimeClass fails; the values are HTTP code and reason."""

    UNTYPED = 500, ""
    """Anything that is no answer of an API server, such as a broken connection."""
    TIMEOUT = 504, "Timeout"
    UNAVAILABLE = 503, "ServiceUnavailable"
    FORBIDDEN = 403, "Forbidden"

    @property
    def code(self) -> int:
        """The HTTP code."""
        return self.value[0]

    @property
    def reason(self) -> str:
        """The reason, empty where there is none."""
        return self.value[1]


class RuntimeClassLookupFailed(KubeContainersError):
    """Whether there is a RuntimeClass could not be found out.

    ``name`` is the one that was looked up, ``code`` and ``reason`` are those of the answer: by default 500 and none, which stands for an
    error that is no answer of an API server. A class that does not exist is no failure.
    """

    def __init__(self, name: str, code: int = LookupFailure.UNTYPED.code, reason: str = "", message: str = "", hint: str = "") -> None:
        super().__init__(name, code, reason, message, hint)
        self.name = name
        self.code = code
        self.reason = reason
        self.message = message
        self.hint = hint

    def _sentence(self) -> str:
        return f"the RuntimeClass {self.name[:100]!r} could not be looked up: {self.message or self.reason or self.code}"


@runtime_checkable
class RuntimeClassSource(Protocol):
    """What knows RuntimeClasses by their names, as a cache does; a mapping is one."""

    def get(self, name: str, /) -> RuntimeClass | JSONObject | None:
        """Return the class of this name, as a value or an API object, ``None`` where there is none.

        Raises ``RuntimeClassLookupFailed``.
        """
        ...


@runtime_checkable
class LiveRuntimeClassSource(RuntimeClassSource, Protocol):
    """A source that can ask the API server as well, for what its cache has not yet."""

    def get_live(self, name: str, /) -> RuntimeClass | JSONObject | None:
        """Return what the API server has, as ``get`` does."""
        ...


SomeRuntimeClasses = RuntimeClassSource | Iterable[RuntimeClass | JSONObject]
"""What functions take that look up RuntimeClasses: a source, or the classes themselves, as values or API objects."""


def _no_classes() -> FrozenMap[str, RuntimeClass]:
    return FrozenMap({})


@attrs.frozen
class RuntimeClasses:
    """RuntimeClasses in memory, by their names: those in the cache, those that only the API server has, and how looking there fails."""

    cached: FrozenMap[str, RuntimeClass] = attrs.field(factory=_no_classes)
    live: FrozenMap[str, RuntimeClass] = attrs.field(factory=_no_classes, kw_only=True)
    cache_failure: LookupFailure | None = attrs.field(default=None, kw_only=True)
    live_failure: LookupFailure | None = attrs.field(default=None, kw_only=True)

    @classmethod
    def of(
        cls,
        cached: Iterable[RuntimeClass | JSONObject] = (),
        *,
        live: Iterable[RuntimeClass | JSONObject] = (),
        cache_failure: LookupFailure | None = None,
        live_failure: LookupFailure | None = None,
    ) -> RuntimeClasses:
        """Return what looks up these classes, values or API objects, which are read once.

        ``live`` are those that the cache has not yet. Raises ``MalformedObject`` for one that could not be decoded.

        >>> classes = RuntimeClasses.of([{"metadata": {"name": "kata"}, "handler": "kata-qemu"}], live_failure=LookupFailure.TIMEOUT)
        >>> classes.get("kata").handler, classes.get("gvisor")
        ('kata-qemu', None)
        """
        return cls(_by_name(cached), live=_by_name(live), cache_failure=cache_failure, live_failure=live_failure)

    def get(self, name: str, /) -> RuntimeClass | None:
        """Return the class that the cache has under a name. Raises ``RuntimeClassLookupFailed``."""
        _fail(name, self.cache_failure)
        return self.cached.get(name)

    def get_live(self, name: str, /) -> RuntimeClass | None:
        """Return the class that the API server has under a name. Raises ``RuntimeClassLookupFailed``."""
        _fail(name, self.live_failure)
        return self.live.get(name, self.cached.get(name))


def lookup_runtime_class(name: str, classes: SomeRuntimeClasses, *, live: bool = True) -> RuntimeClass | None:
    """Return the RuntimeClass of a name, ``None`` where there is none.

    The cache is asked first. ``live``: where it has no such class, the API server is asked as well, if ``classes`` can do that. A name that
    cannot stand in a URL is not asked for: the empty one, ``.``, ``..``, and those with ``/`` or ``%``. Raises ``RuntimeClassLookupFailed``
    for these, and where ``classes`` does; ``MalformedObject`` for a class that could not be decoded.

    >>> lookup_runtime_class("kata", [{"metadata": {"name": "kata"}, "handler": "kata-qemu"}]).handler
    'kata-qemu'
    """
    source = _source(classes)
    found = source.get(name)
    if found is None and live:
        problem = _unaskable(name)
        if problem:
            raise RuntimeClassLookupFailed(name, message=problem)
        found = source.get_live(name) if isinstance(source, LiveRuntimeClassSource) else None
    return None if found is None else _as_value(found)


def _by_name(classes: Iterable[RuntimeClass | JSONObject]) -> FrozenMap[str, RuntimeClass]:
    values = [_as_value(found, ROOT.index(position)) for position, found in enumerate(classes)]
    return FrozenMap({found.name: found for found in values})


def _source(classes: SomeRuntimeClasses) -> RuntimeClassSource:
    if isinstance(classes, RuntimeClasses):  # first, since to ask for a protocol takes longer
        return classes
    return classes if isinstance(classes, RuntimeClassSource) else RuntimeClasses.of(classes)


def _as_value(found: RuntimeClass | JSONObject, path: FieldPath = ROOT) -> RuntimeClass:
    return found if isinstance(found, RuntimeClass) else RuntimeClass.from_json(found, path=path)


def _fail(name: str, failure: LookupFailure | None) -> None:
    if failure is not None:
        raise RuntimeClassLookupFailed(name, failure.code, failure.reason)


def _unaskable(name: str) -> str:
    """Return why a client sends no request for the name, empty where it does."""
    if not name:
        return "the name is empty"
    if name in _UNSAFE_NAMES:
        return f"the name is {name!r}"
    found = [character for character in _UNSAFE_CHARACTERS if character in name]
    return f"the name has a {found[0]!r}" if found else ""
