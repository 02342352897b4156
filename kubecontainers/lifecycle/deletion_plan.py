"""What happens on the node when a pod is deleted: ``deletion``, ``pod_worker`` and ``termination``, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..apimachinery.changes import with_changes
from ..apimachinery.fields import ROOT, FieldChange
from ..apimachinery.objects import JSONObject, Pod, mapping_at, root_object
from ..apimachinery.release import LATEST, Release
from .container_termination import StopBehaviour
from .deletion import wanted_grace
from .grace import pod_grace
from .pod_worker import effective_grace
from .termination import plan_termination
from .termination_plan import TerminationPlan

__all__ = ["plan_deletion"]

_DELETION_GRACE = ROOT.child("metadata", "deletionGracePeriodSeconds")


def plan_deletion(
    pod: Pod | JSONObject,
    *,
    grace_period: int | None = None,
    running: Iterable[str] | None = None,
    behaviours: Mapping[str, StopBehaviour] | None = None,
    release: Release = LATEST,
) -> TerminationPlan:
    """Return what happens to the containers of a pod that runs on a node when it is deleted.

    ``grace_period`` is that of the request, as ``kubectl delete --grace-period`` sends it; even with 0 a container gets 2 s, and its
    preStop hook 1 s. ``running`` and ``behaviours`` are those of ``plan_termination``, ``release`` is the kubelet's; what the API server
    does here is the same in all releases. Raises ``MalformedObject``, ``NotFound``, ``InvalidDuration``.

    >>> pod = {"spec": {"containers": [{"name": "app", "lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}]}}
    >>> str(plan_deletion(pod).done_at), str(plan_deletion(pod, grace_period=0).done_at)
    ('30s', '3s')
    """
    seconds, reasons = wanted_grace(root_object(pod), grace_period)
    before = (mapping_at(pod, "metadata", ROOT) or {}).get("deletionGracePeriodSeconds")
    deleted = with_changes(pod, [FieldChange(_DELETION_GRACE, before, seconds, reasons[0])])
    grace = effective_grace(deletion=seconds, termination=pod_grace(pod).seconds, release=release)
    return plan_termination(deleted, running=running, behaviours=behaviours, override=grace.seconds, release=release)
