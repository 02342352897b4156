"""The worker of one pod: when it is synced, when its status is reported, and how it ends.

Kubernetes: ``pkg/kubelet/pod_workers.go``, ``kubelet.go`` and ``pleg/generic.go``. There a sync follows whatever happens, with jitter; here
is the same loop without chance. A sync is never interrupted: a deletion that comes meanwhile is seen when it is over.

====================  ================================================================================================================
look                  startup probes that have succeeded become known; a deletion ends the loop
report                the statuses and the phase, from what the runtime has and which starts failed before
sync                  ``lifecycle.pod_sync``, after which the failed starts are remembered
wait                  for the first of: a container that has started or ended, one that will end or become ready for more, the next
                      try after a failure, the deletion
====================  ================================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable

from ..apimachinery.backoff import BackOff, restart_back_off
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import ContainerKind, JSONObject, mapping_at, text_at
from ..apimachinery.release import Change, Release
from ..golang.duration import Duration, wrapping_seconds
from ..lifecycle.container_state import ContainerStatus, Running
from ..lifecycle.deletion import wanted_grace
from ..lifecycle.grace import pod_grace
from ..lifecycle.phase import Phase, phase_of
from ..lifecycle.pod_runtime import Process
from ..lifecycle.pod_sync import PodSyncOutcome, kill_pod, sync_pod
from ..lifecycle.pod_worker import effective_grace
from ..lifecycle.reason_cache import ReasonCache
from ..lifecycle.runtime_status import ProbeResult, RuntimeState
from ..lifecycle.statuses import PodContainerStatuses, container_statuses, is_initialized
from ..lifecycle.times import time_text
from ..lifecycle.waiting_reasons import ContainerWaitingReason
from .bars import bars
from .instances import Instance, earliest
from .placed_pod import PlacedPod
from .pod_timeline import PodEnd, PodTimeline, StatusChange, SyncRecord, TimedResult
from .pod_world import in_time
from .script import PodScript, Retry
from .status_object import ListedStatus

__all__ = ["WOKEN_AT_BACK_OFF_END", "PodWorker"]

WOKEN_AT_BACK_OFF_END = Change(
    since="1.35", summary="a pod is synced again as soon as the first of its crash back-offs ends; before, 10 s after a sync that failed"
)

_RETRY_PERIOD = Duration.of(10)
_LONGEST_SLEEP = Duration.of(60)
_CRASHING = ContainerWaitingReason.CRASH_LOOP_BACK_OFF.value
_COUNTED = frozenset({RuntimeState.RUNNING, RuntimeState.EXITED})

_States = frozenset[tuple[str, RuntimeState]]


class PodWorker:
    """The worker of one pod: ``run`` is its loop, ``timeline`` what came of it. ``until`` is the end of the simulated time."""

    def __init__(self, placed: PlacedPod, until: Duration) -> None:
        self._world = placed.world
        self._found = placed.found
        self._until = until
        self._script: PodScript = placed.world.script
        self._release: Release = placed.world.node.release
        self._pod: JSONObject = placed.world.pod
        self._probed = frozenset(
            name for name, one in placed.found.items() if mapping_at(one.container, "startupProbe", one.path) is not None
        )
        self._syncs_left = self._script.max_syncs
        # What a kubelet forgets when it restarts.
        self._crashes = placed.crashes
        self._cache = ReasonCache()
        self._probes_since: Duration | None = None
        # What it has reported, and so finds again.
        self._previous = PodContainerStatuses()
        self._phase = Phase.PENDING
        # What the timeline is made from.
        self._changes: list[StatusChange] = []
        self._syncs: list[SyncRecord] = []
        self._end: PodEnd | None = None
        self._deleted_at: Duration | None = None
        self._deletion_grace: int | None = None
        self._terminating_at: Duration | None = None
        self._terminated_at: Duration | None = None
        self._kill_failed = False

    @property
    def created_at(self) -> Duration:
        """When the kubelet gets to know the pod."""
        return self._script.create_at

    # ------------------------------------------------------------------------------------------------------------ the loop

    def run(self, now: Duration) -> Process[None]:
        """Run the loop to its end."""
        first = self._probes_since is not None
        if now > self._until:
            self._end = PodEnd.HORIZON
            return
        while self._syncs_left is None or self._syncs_left > 0:
            if not first:  # after a restart the first look comes before the first probes
                self._look(now)
            first = False
            if self._script.delete_at is not None and now >= self._script.delete_at:
                yield from self._delete(now, max(self._script.delete_at, self.created_at))
                return
            before = self._states(now)
            self._report(now)
            if self._phase.is_terminal:
                yield from self._terminate(now, PodEnd.TERMINAL)
                self._delete_finished()
                return
            outcome = yield from self._sync(now)
            wakes = self._wakes_at(outcome, before)
            if wakes is None or wakes > self._until:
                self._end = PodEnd.STEADY if wakes is None else PodEnd.HORIZON
                return
            now = outcome.done_at
            if wakes > now:
                now = yield wakes - now
        self._end = PodEnd.MAX_SYNCS

    def restart(self, now: Duration, back: Duration) -> bool:
        """Lose what a kubelet loses that ends at ``now``; return whether the pod goes on once it is ``back``."""
        if self._end in {PodEnd.TERMINAL, PodEnd.DELETED, PodEnd.MAX_SYNCS}:
            return False
        self._world.restart(now)
        self._crashes = BackOff(restart_back_off(self._world.node.kubelet, release=self._release))
        self._cache = ReasonCache()
        self._probes_since = back
        for instance in self._world.instances:
            instance.startup = instance.liveness = None
        self._end = None
        return True

    def _look(self, now: Duration) -> None:
        """See which startup probes have succeeded for the first time."""
        for instance in self._unproven(now):
            if self._startup_at(instance) <= now:
                instance.startup = ProbeResult.SUCCESS

    def _sync(self, now: Duration) -> Process[PodSyncOutcome]:
        world = self._world
        statuses = world.instances.reported(now)
        outcome = yield from sync_pod(world, self._pod, statuses, world.sandbox, self._crashes, now=now, release=self._release)
        self._crashes = outcome.back_off
        self._cache = self._cache.update(outcome.start_results)
        if self._syncs_left is not None:
            self._syncs_left -= 1
        if outcome.results:
            results = tuple(TimedResult(result.action.value, result.target, result.error, result.message) for result in outcome.results)
            self._syncs.append(SyncRecord(now, outcome.done_at, results))
        return outcome

    def _wakes_at(self, outcome: PodSyncOutcome, before: _States) -> Duration | None:
        """Return when the pod is looked at again, ``None`` for never."""
        now, relist = outcome.done_at, self._script.relist
        begins = earliest((self._world.instances.next_end(now), earliest(map(self._startup_at, self._unproven(now)))))
        times = [
            now + relist if self._states(now) - before else None,
            None if begins is None else begins + relist,
            self._retry_at(outcome) if outcome.failed else None,
            self._script.delete_at,
        ]
        return earliest(times)

    def _retry_at(self, outcome: PodSyncOutcome) -> Duration:
        """Return when a sync that failed is tried again."""
        now, retry = outcome.done_at, self._script.retry
        ends: Duration | None = None
        if retry is Retry.EXACT:
            ends = earliest(result.retry_at for result in outcome.results)
        elif retry is Retry.KUBELET and WOKEN_AT_BACK_OFF_END in self._release:
            ends = earliest(result.retry_at for result in outcome.results if result.error == _CRASHING)
            ends = None if ends is None else min(ends, now + _LONGEST_SLEEP)
        return now + _RETRY_PERIOD if ends is None else max(ends, now)

    # -------------------------------------------------------------------------------------------------------------- its end

    def _delete(self, now: Duration, deleted_at: Duration) -> Process[None]:
        """Stop a pod that was deleted, now or while the last sync was under way."""
        seconds, _ = wanted_grace(self._pod, self._script.delete_grace_seconds)
        self._deleted_at, self._deletion_grace = deleted_at, seconds
        metadata = mapping_at(self._pod, "metadata", ROOT) or {}
        due = time_text(deleted_at + wrapping_seconds(seconds))
        self._pod = {**self._pod, "metadata": {**metadata, "deletionGracePeriodSeconds": seconds, "deletionTimestamp": due}}
        yield from self._terminate(now, PodEnd.DELETED)

    def _delete_finished(self) -> None:
        """Take note that a pod was deleted that has finished: the API server removes it at once, without asking its kubelet."""
        if self._script.delete_at is not None and self._script.delete_at <= self._until:
            self._deleted_at, self._deletion_grace = self._script.delete_at, 0

    def _terminate(self, now: Duration, end: PodEnd) -> Process[None]:
        """Stop all of the pod; where that fails, once more after a while, if the script says so."""
        self._report(now)
        if self._terminating_at is None:
            self._terminating_at = now
        termination = pod_grace(self._pod).seconds
        grace = effective_grace(deletion=self._deletion_grace, termination=termination, release=self._release).seconds
        while True:
            statuses = self._world.instances.reported(now)
            killed = yield from kill_pod(self._world, self._pod, statuses, override=grace, now=now, release=self._release)
            self._kill_failed = killed.failed
            if not killed.failed:
                break
            again = killed.done_at + _RETRY_PERIOD
            if not self._script.retry_kill or again > self._until:
                self._end = end
                return
            now = yield again - killed.done_at
        self._terminated_at = killed.done_at
        self._report(killed.done_at, terminal=True)
        self._end = end

    # ---------------------------------------------------------------------------------------------------------- the status

    def _report(self, now: Duration, *, terminal: bool = False) -> None:
        """Report the statuses and the phase; a phase that is terminal stays."""
        reported = self._world.instances.reported(now)
        found = container_statuses(self._pod, reported, self._cache, previous=self._previous, release=self._release)
        phase = self._phase
        if not phase.is_terminal:
            both, initialized = (*found.app, *found.init), is_initialized(self._pod, reported)
            phase = phase_of(self._pod, both, initialized=initialized, terminal=terminal, release=self._release).phase
        statuses = self._with_started(found)
        changed = self._changed(statuses)
        if changed or phase is not self._phase or not self._changes:
            self._changes.append(StatusChange(now, phase, changed, self._world.address))
        self._previous, self._phase = statuses, phase

    def _with_started(self, found: PodContainerStatuses) -> PodContainerStatuses:
        """Return statuses with ``started``: a container has started while it runs and its startup probe, if any, has succeeded."""
        if not self._probed:
            return _map_statuses(found, _running_has_started)
        unproven = self._probed - {instance.name for instance in self._world.instances if instance.startup is ProbeResult.SUCCESS}
        before = {status.name: status.container_id for kind in ContainerKind for status in self._previous.of_kind(kind)}

        def told(status: ContainerStatus) -> ContainerStatus:
            if status.name not in unproven:
                return _running_has_started(status)
            # What was reported of this very instance can be kept, where the kubelet has restarted and knows no result yet.
            return _with(status, started=status.started is True and before.get(status.name) == status.container_id)

        return _map_statuses(found, told)

    def _changed(self, statuses: PodContainerStatuses) -> tuple[ListedStatus, ...]:
        """Return the statuses that are not as they were reported last; all names are in each report, in the same order."""
        changed: list[ListedStatus] = []
        for kind in ContainerKind:
            before = self._previous.of_kind(kind)
            for position, status in enumerate(statuses.of_kind(kind)):
                if not before or before[position] != status:
                    changed.append(ListedStatus(kind, status, self._image(status.name)))
        return tuple(changed)

    def _image(self, name: str) -> str:
        found = self._found[name]
        return text_at(found.container, "image", found.path)

    def _states(self, now: Duration) -> _States:
        """Return which instances run, and which have ended."""
        states = ((instance.id, instance.state(now)) for instance in self._world.instances)
        return frozenset((name, state) for name, state in states if state in _COUNTED)

    def _unproven(self, now: Duration) -> list[Instance]:
        """Return the instances that run, and whose startup probe has not succeeded yet, but will."""
        return [
            instance
            for instance in self._world.instances
            if instance.name in self._probed
            and instance.startup is not ProbeResult.SUCCESS
            and instance.state(now) is RuntimeState.RUNNING
            and self._world.container_script(instance.name).startup is not None
        ]

    def _startup_at(self, instance: Instance) -> Duration:
        """Return when a startup probe succeeds for the first time; a kubelet that restarted begins anew."""
        startup = self._world.container_script(instance.name).startup or Duration()
        succeeds = (instance.started_at or instance.created_at) + startup
        return succeeds if self._probes_since is None else max(succeeds, self._probes_since)

    def timeline(self) -> PodTimeline:
        """Return what happened to the pod."""
        world = self._world
        return PodTimeline(
            name=world.name,
            pod=world.pod,
            created_at=self.created_at,
            end=self._end or PodEnd.HORIZON,
            phase=self._phase,
            changes=tuple(self._changes),
            calls=in_time(world.calls),
            events=in_time(world.events),
            syncs=tuple(self._syncs),
            spans=bars(world, tuple(self._changes), tuple(self._syncs), since=self.created_at, until=self._terminated_at),
            deleted_at=self._deleted_at,
            deletion_grace_seconds=self._deletion_grace,
            terminating_at=self._terminating_at,
            terminated_at=self._terminated_at,
            kill_failed=self._kill_failed,
        )


def _map_statuses(statuses: PodContainerStatuses, told: Callable[[ContainerStatus], ContainerStatus]) -> PodContainerStatuses:
    init, app, ephemeral = (tuple(map(told, of_kind)) for of_kind in (statuses.init, statuses.app, statuses.ephemeral))
    return PodContainerStatuses(init=init, app=app, ephemeral=ephemeral)


def _running_has_started(status: ContainerStatus) -> ContainerStatus:
    return _with(status, started=isinstance(status.state, Running))


def _with(status: ContainerStatus, *, started: bool) -> ContainerStatus:
    if status.started is started:
        return status
    return ContainerStatus(  # made anew for each report, so not by way of evolve, which takes several times as long
        name=status.name,
        state=status.state,
        last_state=status.last_state,
        restart_count=status.restart_count,
        started=started,
        container_id=status.container_id,
    )
