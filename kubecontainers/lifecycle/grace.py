"""The grace period with which the killing of a container begins: which field it comes from, and why the container is killed.

The kubelet finds it in ``setTerminationGracePeriod`` (``pkg/kubelet/kuberuntime/kuberuntime_container.go``). What hooks and waiting leave
of it is a matter of ``termination``.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.durations import InvalidDuration
from ..apimachinery.fields import ROOT, SPEC, FieldPath
from ..apimachinery.objects import ContainerAt, JSONObject, Pod, integer_at, mapping_at, root_object
from ..apimachinery.release import LATEST, Change, Release

__all__ = [
    "DEFAULT_GRACE_SECONDS",
    "MINIMUM_GRACE_SECONDS",
    "PROBE_GRACE",
    "BaseGrace",
    "GraceSource",
    "KillReason",
    "base_grace",
    "grace_at",
    "pod_grace",
    "whole_seconds",
]

PROBE_GRACE = Change(
    gate="ProbeTerminationGracePeriod",
    summary="a liveness or startup probe may have its own terminationGracePeriodSeconds for the kills that it causes",
)

DEFAULT_GRACE_SECONDS = 30
"""What the API server fills in for ``terminationGracePeriodSeconds``."""

MINIMUM_GRACE_SECONDS = 2
"""What a process gets at least between the stop signal and KILL."""

_INT64 = 1 << 63


class KillReason(enum.Enum):
    """Why the kubelet kills a container; the values are its own. Only the two probes can change the grace period."""

    UNKNOWN = "Unknown"
    """The pod is deleted, evicted or at its end, or the container's state is not known."""
    DEFINITION_CHANGED = ""
    LIVENESS_PROBE = "LivenessProbe"
    STARTUP_PROBE = "StartupProbe"
    FAILED_POST_START_HOOK = "FailedPostStartHook"
    RESTART_ALL_CONTAINERS = "RestartAllContainers"
    """A container's exit restarts all of them; the kubelet of 1.36 has them killed with an override of 0."""


class GraceSource(enum.Enum):
    """Where a grace period comes from."""

    DELETION = "metadata.deletionGracePeriodSeconds, which the API server set when the pod was deleted"
    TERMINATION = "spec.terminationGracePeriodSeconds"
    DEFAULT = "spec.terminationGracePeriodSeconds, filled in by the API server"
    NEGATIVE = "spec.terminationGracePeriodSeconds, which is negative and so counts as 1"
    STARTUP_PROBE = "terminationGracePeriodSeconds of the startup probe that failed"
    LIVENESS_PROBE = "terminationGracePeriodSeconds of the liveness probe that failed"
    MINIMUM = "the least that a process gets, since the pod says nothing"


@attrs.frozen
class BaseGrace:
    """A grace period in whole seconds, before anything is taken off or overrides it, and where it comes from."""

    seconds: int
    source: GraceSource


_PROBES = {
    KillReason.STARTUP_PROBE: ("startupProbe", GraceSource.STARTUP_PROBE),
    KillReason.LIVENESS_PROBE: ("livenessProbe", GraceSource.LIVENESS_PROBE),
}


def base_grace(
    pod: Pod | JSONObject,
    found: ContainerAt,
    *,
    reason: KillReason = KillReason.UNKNOWN,
    as_given: bool = False,
    release: Release = LATEST,
) -> BaseGrace:
    """Return the grace period with which the killing of a container of a pod begins.

    That of a deletion comes first, then that of the probe which failed, then the pod's, which is filled in as the API server does;
    ``as_given`` takes the pod as it is, as a kubelet would that did not get it from an API server: a grace period of the pod's own that
    is missing is the minimum then, and that of a probe is not looked at. ``release`` is the kubelet's. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.objects import containers
    >>> pod = {"spec": {"containers": [{"name": "app", "livenessProbe": {"terminationGracePeriodSeconds": 5}}]}}
    >>> app = next(containers(pod))
    >>> base_grace(pod, app).seconds, base_grace(pod, app, reason=KillReason.LIVENESS_PROBE).seconds
    (30, 5)
    """
    metadata = mapping_at(root_object(pod), "metadata", ROOT) or {}
    deletion = grace_at(metadata, "deletionGracePeriodSeconds", ROOT.child("metadata"))
    if deletion is not None:
        return BaseGrace(deletion, GraceSource.DELETION)
    whole = _given_grace(pod) if as_given else pod_grace(pod)
    if whole is None:
        return BaseGrace(MINIMUM_GRACE_SECONDS, GraceSource.MINIMUM)
    return _probe_grace(found, reason, release) or whole


def pod_grace(pod: Pod | JSONObject) -> BaseGrace:
    """Return ``spec.terminationGracePeriodSeconds`` of a pod as the API server stores it: 30 where it is missing, 1 where it is negative.

    Raises ``MalformedObject``.

    >>> [pod_grace({"spec": spec}).seconds for spec in ({}, {"terminationGracePeriodSeconds": -5})]
    [30, 1]
    """
    given = _given_grace(pod)
    if given is None:
        return BaseGrace(DEFAULT_GRACE_SECONDS, GraceSource.DEFAULT)
    return given if given.seconds >= 0 else BaseGrace(1, GraceSource.NEGATIVE)


def grace_at(parent: JSONObject, key: str, path: FieldPath) -> int | None:
    """Return the whole seconds in a field, ``None`` where there are none. Raises ``MalformedObject``."""
    return None if parent.get(key) is None else integer_at(parent, key, path)


def whole_seconds(value: int) -> int:
    """Return a number of seconds that a caller gave. Raises ``InvalidDuration`` for one that 64 bits cannot hold.

    >>> whole_seconds(30)
    30
    """
    if -_INT64 <= value < _INT64:
        return value
    raise InvalidDuration(f"a number of {value.bit_length()} bits", "more than 64 bits of seconds")


def _given_grace(pod: Pod | JSONObject) -> BaseGrace | None:
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    seconds = grace_at(spec, "terminationGracePeriodSeconds", SPEC)
    return None if seconds is None else BaseGrace(seconds, GraceSource.TERMINATION)


def _probe_grace(found: ContainerAt, reason: KillReason, release: Release) -> BaseGrace | None:
    if PROBE_GRACE not in release or reason not in _PROBES:
        return None
    key, source = _PROBES[reason]
    probe = mapping_at(found.container, key, found.path) or {}
    seconds = grace_at(probe, "terminationGracePeriodSeconds", found.path.child(key))
    return None if seconds is None else BaseGrace(seconds, source)
