"""Why containers of a pod could not be started, as the kubelet remembers it between two syncs (``pkg/kubelet/reason_cache.go``).

A reason is kept from the sync whose start failed until a start succeeds. The kubelet computes the status before it syncs, so a reason is
seen from the next sync on; it is lost when the kubelet restarts.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ..apimachinery.frozenmap import FrozenMap

__all__ = ["ReasonCache", "StartFailure", "StartResult"]


@attrs.frozen
class StartFailure:
    """Why a container could not be started: the reason with which it waits, and the message."""

    reason: str
    message: str = ""


@attrs.frozen
class StartResult:
    """What became of one start; ``failure`` is ``None`` where it succeeded."""

    container: str
    failure: StartFailure | None = None


@attrs.frozen
class ReasonCache:
    """The failed starts of one pod, by the names of its containers. What changes them returns a new one.

    >>> cache = ReasonCache().update([StartResult("web", StartFailure("ErrImagePull", "not found"))])
    >>> cache.get("web"), cache.update([StartResult("web")]).get("web")
    (StartFailure(reason='ErrImagePull', message='not found'), None)
    """

    failures: FrozenMap[str, StartFailure] = attrs.field(factory=lambda: FrozenMap[str, StartFailure]({}))

    def update(self, results: Iterable[StartResult]) -> ReasonCache:
        """Return the cache after the starts of a sync, in their order: a failure replaces what was known, a success removes it."""
        failures = dict(self.failures)
        for result in results:
            if result.failure is None:
                failures.pop(result.container, None)
            else:
                failures[result.container] = result.failure
        return ReasonCache(FrozenMap(failures))

    def get(self, container: str) -> StartFailure | None:
        """Return the failure of a container, ``None`` where its last start succeeded, or there was none."""
        return self.failures.get(container)
