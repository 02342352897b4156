"""What the API server makes of DELETE on a pod: how long the pod may still take, and when it should be gone.

Kubernetes has it in ``BeforeDelete`` (``k8s.io/apiserver/pkg/registry/rest/delete.go``) and in ``CheckGracefulDelete``
(``pkg/registry/core/pod/strategy.go``). As in Go, periods that 64 bits of nanoseconds cannot hold wrap round in the timestamp only.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.durations import to_duration
from ..apimachinery.fields import ROOT, SPEC
from ..apimachinery.objects import JSONObject, Pod, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.duration import Duration, DurationLike, wrapping_seconds
from .grace import GraceSource, grace_at, pod_grace, whole_seconds

__all__ = ["TIMESTAMP_NOT_IN_THE_PAST", "DeleteGrace", "DeleteReason", "delete_grace", "wanted_grace"]

TIMESTAMP_NOT_IN_THE_PAST = Change(
    since="1.33",
    summary="a deletion that is shortened to less than has passed already is due now, with a grace period of 1 s, not due in the past",
)

_METADATA = ROOT.child("metadata")
_STATUS = ROOT.child("status")
_FINISHED = frozenset({"Succeeded", "Failed"})
_ZERO = Duration()


class DeleteReason(enum.Enum):
    """Why a deletion has the grace period that it has; several can hold."""

    REQUESTED = "the request asks for it"
    TERMINATION = "it is the pod's terminationGracePeriodSeconds"
    DEFAULT = "it is what the API server fills in for terminationGracePeriodSeconds"
    NEGATIVE = "it was negative, which counts as 1"
    NOT_SCHEDULED = "the pod has no node yet, so it goes at once"
    FINISHED = "the pod has finished, so it goes at once"
    SHORTENED = "the pod is being deleted already, and is now given less time"
    EXPIRED = "more than the shorter period has passed already"
    PENDING = "the pod is being deleted already, and is not asked to go sooner"
    IMMEDIATE = "the pod is being deleted already, without a grace period, so it goes at once"


_OF_SOURCE = {
    GraceSource.DEFAULT: (DeleteReason.DEFAULT,),
    GraceSource.NEGATIVE: (DeleteReason.TERMINATION, DeleteReason.NEGATIVE),
}


@attrs.frozen(kw_only=True)
class DeleteGrace:
    """What a DELETE does to a pod.

    ========================  ============================================================================================
    ``graceful``              the pod is changed, and waits for its kubelet
    ``pending``               it waits already, and nothing changes; neither of the two: it is removed now
    ``deletion_seconds``      ``metadata.deletionGracePeriodSeconds`` afterwards, ``None`` where it is not set
    ``options_seconds``       the request's ``gracePeriodSeconds`` afterwards, ``None`` where it is not set
    ``timestamp``             ``metadata.deletionTimestamp`` afterwards, as a time from now; negative in the past
    ``reasons``               why, in the order of deciding
    ========================  ============================================================================================
    """

    graceful: bool
    pending: bool
    deletion_seconds: int | None
    options_seconds: int | None
    timestamp: Duration
    reasons: tuple[DeleteReason, ...]

    @property
    def removed(self) -> bool:
        """Whether the API server removes the object itself, without waiting for the kubelet (finalizers aside)."""
        return not self.pending and not self.deletion_seconds


def delete_grace(
    pod: Pod | JSONObject,
    *,
    grace_period: int | None = None,
    requested_ago: DurationLike | None = None,
    release: Release = LATEST,
) -> DeleteGrace:
    """Return what DELETE makes of a pod.

    ``grace_period`` is ``gracePeriodSeconds`` of the request, as ``kubectl delete --grace-period`` sends it. ``requested_ago`` says how
    long ago the pod was deleted the first time; left out, a pod that has a ``deletionTimestamp`` was deleted just now, and any other never.
    A grace period that the pod lacks is filled in as the API server does. ``release`` is the API server's.

    Raises ``MalformedObject``, and ``InvalidDuration`` for what is no duration and for numbers that 64 bits cannot hold.

    >>> pod = {"spec": {"nodeName": "node-1", "terminationGracePeriodSeconds": 60}, "metadata": {"deletionGracePeriodSeconds": 60}}
    >>> delete_grace(pod).deletion_seconds
    60
    >>> again = delete_grace(pod, grace_period=5, requested_ago=20)
    >>> again.deletion_seconds, again.timestamp, [reason.name for reason in again.reasons]
    (1, Duration('0s'), ['REQUESTED', 'SHORTENED', 'EXPIRED'])
    """
    metadata = mapping_at(root_object(pod), "metadata", ROOT) or {}
    stored = grace_at(metadata, "deletionGracePeriodSeconds", _METADATA)
    requested = None if grace_period is None else whole_seconds(grace_period)
    if requested_ago is not None:
        return _again(stored, requested, to_duration(requested_ago), release)
    if metadata.get("deletionTimestamp") is not None:
        return _again(stored, requested, _ZERO, release)
    return _first(pod, requested)


def wanted_grace(pod: Pod | JSONObject, grace_period: int | None = None) -> tuple[int, tuple[DeleteReason, ...]]:
    """Return the seconds that a pod that runs gets when it is deleted, and why: those of the request, or else its own.

    Raises ``MalformedObject``, and ``InvalidDuration`` for numbers that 64 bits cannot hold.

    >>> wanted_grace({"spec": {"terminationGracePeriodSeconds": 60}})[0], wanted_grace({}, -5)[0]
    (60, 1)
    """
    if grace_period is not None:
        return _positive(whole_seconds(grace_period)), _requested(grace_period)
    own = pod_grace(pod)
    return own.seconds, _OF_SOURCE.get(own.source, (DeleteReason.TERMINATION,))


def _first(pod: Pod | JSONObject, requested: int | None) -> DeleteGrace:
    period, reasons = wanted_grace(pod, requested)
    spec, status = (mapping_at(pod, key, ROOT) or {} for key in ("spec", "status"))
    if not text_at(spec, "nodeName", SPEC):
        period, reasons = 0, (DeleteReason.NOT_SCHEDULED,)
    elif text_at(status, "phase", _STATUS) in _FINISHED:
        period, reasons = 0, (DeleteReason.FINISHED,)
    return DeleteGrace(
        graceful=True,
        pending=False,
        deletion_seconds=period,
        options_seconds=period,
        timestamp=wrapping_seconds(period),
        reasons=reasons,
    )


def _again(stored: int | None, requested: int | None, ago: Duration, release: Release) -> DeleteGrace:
    current = None if stored is None else _positive(stored)
    option = None if requested is None else _positive(requested)
    due = wrapping_seconds(stored or 0) - ago
    asked = () if requested is None else _requested(requested)
    if not current:
        return _unchanged(current, option, due, DeleteReason.IMMEDIATE, pending=False)
    if option is None:
        return _unchanged(current, current, due, DeleteReason.PENDING, pending=True)
    if option >= current:
        return _unchanged(current, option, due, DeleteReason.PENDING, pending=True)
    reasons = (*asked, DeleteReason.SHORTENED)
    period, due = option, due - wrapping_seconds(current) + wrapping_seconds(option)
    if due < _ZERO and TIMESTAMP_NOT_IN_THE_PAST in release:
        period, due, reasons = min(period, 1), _ZERO, (*reasons, DeleteReason.EXPIRED)
    return DeleteGrace(graceful=True, pending=False, deletion_seconds=period, options_seconds=option, timestamp=due, reasons=reasons)


def _unchanged(current: int | None, option: int | None, due: Duration, reason: DeleteReason, *, pending: bool) -> DeleteGrace:
    return DeleteGrace(graceful=False, pending=pending, deletion_seconds=current, options_seconds=option, timestamp=due, reasons=(reason,))


def _positive(seconds: int) -> int:
    return 1 if seconds < 0 else seconds


def _requested(seconds: int) -> tuple[DeleteReason, ...]:
    return (DeleteReason.REQUESTED, DeleteReason.NEGATIVE) if seconds < 0 else (DeleteReason.REQUESTED,)
