"""The crash back-off: how long a container that exits again and again waits before it is started again.

Kubernetes decides it in ``doBackOff`` (``pkg/kubelet/kuberuntime/kuberuntime_manager.go``), on the back-off of ``client-go`` that is
``apimachinery.backoff`` here, with the policy ``restart_back_off``. The first restart is immediate; the delays after it, 10 s, 20 s and so
on, are counted from the exit. With which code a container exited is of no account. Whether it is restarted at all says ``restart``.

Every two seconds the kubelet also drops the entries that have expired by then (``HandlePodCleanups``), even that of a container that still
waits; nothing here does so by itself, ``BackOff.gc`` does.

Times are durations since any moment, the same for all calls: ``Duration``, ``timedelta`` or seconds.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from ..apimachinery.backoff import BackOff
from ..apimachinery.durations import InvalidDuration, to_duration
from ..apimachinery.events import EventType
from ..apimachinery.fields import ROOT
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import ContainerAt, JSONObject, Pod, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.duration import SMALLEST, Duration, DurationLike
from .container_hash import container_hash, hash_of
from .events import EventReason, LifecycleEvent, back_off_message, container_field_path
from .pod_identity import pod_full_name
from .runtime_status import RuntimeContainer, RuntimeState

__all__ = [
    "RESOURCES_IN_KEY",
    "ContainerRun",
    "CrashBackOff",
    "CrashBackOffReason",
    "PlannedRestart",
    "back_off_key",
    "crash_back_off",
    "plan_restarts",
]

RESOURCES_IN_KEY = Change(
    since="1.34", summary="a change of a container's resources starts its crash back-off over, as one of its image does"
)

_LONG_AGO = Duration(SMALLEST)
_METADATA = ROOT.child("metadata")


def back_off_key(pod: Pod | JSONObject, found: ContainerAt, *, release: Release = LATEST) -> str:
    """Return the key by which a kubelet of ``release`` keeps the crash back-off of a container, ``found`` in ``pod``.

    The text is not the kubelet's own, which is seen nowhere; it changes when that does, and the back-off starts over. Raises
    ``MalformedObject``.

    >>> from kubecontainers.apimachinery.objects import containers
    >>> def key(image, release=LATEST):
    ...     pod = {"metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"}, "spec": {"containers": [{"image": image}]}}
    ...     return back_off_key(pod, *containers(pod), release=release)
    >>> key("app:1") == key("app:2"), key("app:1").rpartition("_")[0]
    (False, 'web_shop_8c3a_')
    """
    metadata = mapping_at(root_object(pod), "metadata", ROOT) or {}
    name, namespace, uid = (text_at(metadata, name, _METADATA) for name in ("name", "namespace", "uid"))
    if RESOURCES_IN_KEY in release:
        resources = mapping_at(found.container, "resources", found.path)
        key = hash_of(text_at(found.container, "image", found.path), resources or {})
    else:
        key = container_hash(found, release=release)
    return f"{name}_{namespace}_{uid}_{found.name}_{key}"


class CrashBackOffReason(enum.Enum):
    """Why a container that is to be started is started now, or waits."""

    NEVER_EXITED = "no instance of it has exited"
    FIRST_EXIT = "it was not in back-off before"
    EXPIRED = "it ran for so long before it exited that the back-off starts over"
    WAIT_OVER = "it has waited for long enough since it exited"
    IN_BACK_OFF = "it exited only a short time ago"


@attrs.frozen
class CrashBackOff:
    """Whether a container that is to be started waits, and why.

    ``back_off`` is what the kubelet remembers from then on: a start moves it on, even if that fails. While the container waits, ``delay``
    is how long in all, ``until`` when that is over, ``message`` the message with which it waits, under the reason ``CrashLoopBackOff``,
    and ``event`` the event of it.
    """

    reason: CrashBackOffReason
    back_off: BackOff
    delay: Duration | None = None
    until: Duration | None = None
    message: str = ""
    event: LifecycleEvent | None = None

    @property
    def waits(self) -> bool:
        """Whether the container is not started now."""
        return self.reason is CrashBackOffReason.IN_BACK_OFF


def crash_back_off(
    back_off: BackOff,
    pod: Pod | JSONObject,
    found: ContainerAt,
    statuses: Iterable[RuntimeContainer],
    *,
    now: DurationLike,
    release: Release = LATEST,
) -> CrashBackOff:
    """Return whether a container, ``found`` in ``pod``, that is to be started at ``now`` waits.

    ``statuses`` are what the runtime reports, the newest first; the end of the newest instance that exited counts, one without a time as
    very long ago. ``release`` is the kubelet's. Raises ``MalformedObject``, and ``InvalidDuration`` for a time that is none.

    >>> from kubecontainers.apimachinery.backoff import restart_back_off
    >>> from kubecontainers.apimachinery.objects import containers
    >>> pod = {"metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"}, "spec": {"containers": [{"name": "app"}]}}
    >>> [app] = containers(pod)
    >>> first = crash_back_off(BackOff(restart_back_off()), pod, app, [RuntimeContainer("app", RuntimeState.EXITED, finished_at=1)], now=1)
    >>> second = crash_back_off(first.back_off, pod, app, [RuntimeContainer("app", RuntimeState.EXITED, finished_at=2)], now=5)
    >>> first.reason.name, second.message, second.until
    ('FIRST_EXIT', 'back-off 10s restarting failed container=app pod=web_shop(8c3a)', Duration('12s'))
    """
    at = to_duration(now)
    name = found.name
    exited = next((status for status in statuses if status.name == name and status.state is RuntimeState.EXITED), None)
    if exited is None:
        return CrashBackOff(CrashBackOffReason.NEVER_EXITED, back_off)
    finished = _LONG_AGO if exited.finished_at is None else exited.finished_at
    return _after_exit(back_off, back_off_key(pod, found, release=release), pod, found, finished, at)


def _after_exit(back_off: BackOff, key: str, pod: Pod | JSONObject, found: ContainerAt, finished: Duration, now: Duration) -> CrashBackOff:
    if back_off.is_in_back_off_since(key, finished, now=now):
        return _waiting(back_off, key, pod, found, finished)
    return CrashBackOff(_why_started(back_off, key, finished), back_off.next(key, now=now, event=finished))


def _waiting(back_off: BackOff, key: str, pod: Pod | JSONObject, found: ContainerAt, finished: Duration) -> CrashBackOff:
    delay, whole = back_off.get(key), pod_full_name(pod)
    event = LifecycleEvent(
        EventType.WARNING, EventReason.BACK_OFF, back_off_message(found.name, whole), container_field_path(found.kind, found.name)
    )
    message = f"back-off {delay} restarting failed container={found.name} pod={whole}"
    return CrashBackOff(CrashBackOffReason.IN_BACK_OFF, back_off, delay, finished + delay, message, event)


def _why_started(back_off: BackOff, key: str, finished: Duration) -> CrashBackOffReason:
    if key not in back_off.entries:
        return CrashBackOffReason.FIRST_EXIT
    return CrashBackOffReason.EXPIRED if back_off.is_expired(key, finished) else CrashBackOffReason.WAIT_OVER


# -------------------------------------------------------------------------------------------------------------------- plans


def _length(value: DurationLike) -> Duration:
    length = to_duration(value)
    if length < Duration():
        raise InvalidDuration(str(length), "a container cannot run, nor the kubelet be late, for less than no time")
    return length


@attrs.frozen
class ContainerRun:
    """One run of a container that exits: for how long it runs, and how much later the kubelet looks at it.

    ``new_image``: its image is changed to this, empty for no change, before the kubelet looks. Raises ``InvalidDuration`` for a time that
    is negative or none.
    """

    run: Duration = attrs.field(converter=_length)
    lag: Duration = attrs.field(default=Duration(), converter=_length, kw_only=True)
    new_image: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class PlannedRestart:
    """One exit and the restart after it.

    ``found`` is what the kubelet found when it looked first; its ``back_off`` has the entry of this container only, as it was then.
    """

    exited_at: Duration
    restarted_at: Duration
    found: CrashBackOff


def plan_restarts(
    back_off: BackOff,
    pod: Pod | JSONObject,
    found: ContainerAt,
    runs: Iterable[ContainerRun],
    *,
    now: DurationLike = 0,
    release: Release = LATEST,
) -> tuple[PlannedRestart, ...]:
    """Return when a container, ``found`` in ``pod``, that exits after each of its ``runs`` is started again, if its policy restarts it.

    The first run begins at ``now``. After an exit the kubelet looks, ``lag`` late, and where the container has to wait once more when the
    wait is over; a real one looks later still. ``back_off`` is what the kubelet remembers, at first nothing, ``release`` its own. Raises
    ``MalformedObject``, and ``InvalidDuration`` for a time that is none.

    >>> from kubecontainers.apimachinery.backoff import restart_back_off
    >>> from kubecontainers.apimachinery.objects import containers
    >>> pod = {"spec": {"containers": [{"name": "app", "image": "app:1"}]}}
    >>> [app] = containers(pod)
    >>> plan = plan_restarts(BackOff(restart_back_off()), pod, app, [ContainerRun(1)] * 5)
    >>> [str(restart.restarted_at) for restart in plan]
    ['1s', '12s', '33s', '1m14s', '2m35s']
    """
    begins = to_duration(now)
    entries = dict(back_off.entries)  # one map that is changed: a copy of it for each new image would make the plan quadratic
    planned: list[PlannedRestart] = []
    for run in runs:
        if run.new_image:
            found = attrs.evolve(found, container={**found.container, "image": run.new_image})
        exits = begins + run.run
        begins = exits + run.lag
        key = back_off_key(pod, found, release=release)
        own = BackOff(back_off.policy, FrozenMap({key: entries[key]} if key in entries else {}))
        last = first = _after_exit(own, key, pod, found, exits, begins)
        if first.until is not None:
            begins = first.until
            last = _after_exit(own, key, pod, found, exits, begins)
        entries.update(last.back_off.entries)
        planned.append(PlannedRestart(exits, begins, first))
    return tuple(planned)
