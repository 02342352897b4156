"""The pod worker: which grace period the kubelet kills a whole pod with.

Kubernetes has it in ``calculateEffectiveGracePeriod`` (``pkg/kubelet/pod_workers.go``). A pod's grace period never grows again while it is
being stopped; what comes out here is what overrides the grace period of each of its containers.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.release import LATEST, Change, Release
from .grace import whole_seconds

__all__ = ["LEAST_SECONDS", "ZERO_IS_KEPT", "EffectiveGrace", "EffectiveGraceSource", "effective_grace"]

ZERO_IS_KEPT = Change(since="1.30", summary="a grace period of 0 that a deletion or the kubelet asks for is no longer taken for none")

LEAST_SECONDS = 1
"""What the pod worker asks for at least."""


class EffectiveGraceSource(enum.Enum):
    """Which of the grace periods it was."""

    REMEMBERED = "the one the pod is being stopped with already"
    DELETION = "metadata.deletionGracePeriodSeconds"
    OVERRIDE = "the kubelet's own, for an eviction, a preemption or the shutdown of the node"
    TERMINATION = "spec.terminationGracePeriodSeconds"
    LEAST = "the least there is, 1 s"


@attrs.frozen
class EffectiveGrace:
    """The grace period of a whole pod in seconds; ``changed`` says whether the pod was being stopped with another one before."""

    seconds: int
    source: EffectiveGraceSource
    changed: bool = False


def effective_grace(
    remembered: int = 0,
    *,
    deletion: int | None = None,
    override: int | None = None,
    termination: int | None = None,
    release: Release = LATEST,
) -> EffectiveGrace:
    """Return the grace period with which the pod worker has a pod killed.

    All are whole seconds: ``remembered`` what the pod is being stopped with already, 0 where it is not; ``deletion`` and ``termination``
    the pod's ``deletionGracePeriodSeconds`` and ``terminationGracePeriodSeconds``; ``override`` what an eviction, a preemption or the
    shutdown of the node allows. ``release`` is the kubelet's. Raises ``InvalidDuration`` for numbers that 64 bits cannot hold.

    >>> effective_grace(60, deletion=5).seconds, effective_grace(5, deletion=60).seconds, effective_grace(deletion=0).seconds
    (5, 5, 1)
    """
    whole_seconds(remembered)
    seconds, source, replaced = remembered, EffectiveGraceSource.REMEMBERED, False
    for value, whose in ((deletion, EffectiveGraceSource.DELETION), (override, EffectiveGraceSource.OVERRIDE)):
        if value is not None and (seconds == 0 or whole_seconds(value) < seconds):
            seconds, source, replaced = whole_seconds(value), whose, True
    asked_for_zero = replaced and ZERO_IS_KEPT in release
    if seconds == 0 and not asked_for_zero and termination is not None:
        seconds, source = whole_seconds(termination), EffectiveGraceSource.TERMINATION
    if seconds < LEAST_SECONDS:
        seconds, source = LEAST_SECONDS, EffectiveGraceSource.LEAST
    return EffectiveGrace(seconds, source, changed=remembered not in {0, seconds})
