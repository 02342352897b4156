"""Starting one container, step by step: image, preparations, create, start, postStart hook. The first step that fails ends it.

Kubernetes has it in ``startContainer`` (``pkg/kubelet/kuberuntime/kuberuntime_container.go``). The class of the error becomes the reason
with which the container waits, its message the message. Whether a crash back-off forbids the start is asked before (``pod_sync``); all
kinds of containers are started alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from ..apimachinery.events import EventType
from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import ContainerAt, JSONObject, boolean_at, integer_at, mapping_at, pod_spec, text_at
from ..apimachinery.release import LATEST, Release
from ..golang.duration import Duration
from .events import (
    POST_START_HOOK_FAILED,
    EventReason,
    LifecycleEvent,
    container_field_path,
    created_message,
    failed_message,
    started_message,
)
from .grace import KillReason
from .hook_messages import hook_failed_message, invalid_handler_message
from .hooks import LifecycleHandler, SleepAction, container_hooks, sleep_duration
from .pod_identity import pod_full_name
from .pod_runtime import CallFailure, PodRuntime, Process
from .reason_cache import StartFailure
from .runtime_status import RuntimeContainer
from .stopping import stop_container
from .waiting_reasons import ContainerWaitingReason, StartStep

__all__ = ["StartOutcome", "next_attempt_number", "run_as_non_root_error", "start_container"]

_ROOT_USER = 0


@attrs.frozen
class StartOutcome:
    """What came of a start, and when it was over.

    ``failure`` is why it failed, ``None`` where it did not; ``retry_at`` when the back-off of its image ends, if there is one.
    """

    done_at: Duration
    failure: StartFailure | None = None
    retry_at: Duration | None = None


def start_container(
    runtime: PodRuntime,
    pod: JSONObject,
    found: ContainerAt,
    statuses: Sequence[RuntimeContainer],
    *,
    now: Duration,
    release: Release = LATEST,
) -> Process[StartOutcome]:
    """Start a container, ``found`` in ``pod``: a process.

    ``statuses`` are what the runtime reported, the newest first of each name; ``release`` is the kubelet's. A failed postStart hook has
    the container killed, and the process goes on until that is done. Raises ``MalformedObject``.
    """
    start = _Start(runtime, pod, found, found.name, statuses, release, now)
    failure = yield from start.run()
    return StartOutcome(start.now, failure, start.retry_at)


@attrs.define
class _Start:
    """One start: what it is about, the world that it happens in, and what time it is."""

    runtime: PodRuntime
    pod: JSONObject
    found: ContainerAt
    name: str
    statuses: Sequence[RuntimeContainer]
    release: Release
    now: Duration
    retry_at: Duration | None = None

    def run(self) -> Process[StartFailure | None]:
        """Go through the steps up to the first that fails."""
        image = text_at(self.found.container, "image", self.found.path)
        failure = yield from self.have_image(image)
        if failure is not None:
            self.tell(EventType.WARNING, EventReason.FAILED, failed_message(failure.reason))
            return failure
        problem = self.configuration_error(image)
        if problem is not None:
            return self.failed(ContainerWaitingReason.CREATE_CONTAINER_CONFIG_ERROR, problem)
        problem = self.runtime.prepare(StartStep.PRE_CREATE, self.name)
        if problem is not None:
            return self.refused(ContainerWaitingReason.PRE_CREATE_HOOK_ERROR, "PreCreateContainer", problem)
        attempt = next_attempt_number(self.name, self.statuses)
        created = self.runtime.create_container(self.found, attempt, now=self.now)
        yield from self.wait(created.answer.took)
        if created.answer.failure is not None:
            return self.failed(ContainerWaitingReason.CREATE_CONTAINER_ERROR, created.answer.failure.message)
        problem = self.runtime.prepare(StartStep.PRE_START, self.name)
        if problem is not None:
            return self.refused(ContainerWaitingReason.PRE_START_HOOK_ERROR, "PreStartContainer", problem, created.id)
        self.tell(EventType.NORMAL, EventReason.CREATED, created_message(self.name, release=self.release))
        answer = self.runtime.start_container(created.id, now=self.now)
        yield from self.wait(answer.took)
        if answer.failure is not None:
            return self.failed(ContainerWaitingReason.RUN_CONTAINER_ERROR, answer.failure.message, created.id)
        self.tell(EventType.NORMAL, EventReason.STARTED, started_message(self.name, release=self.release))
        return (yield from self.post_start(created.id))

    def have_image(self, image: str) -> Process[StartFailure | None]:
        """See to it that the image is there; the events of it are about the container."""
        policy = text_at(self.found.container, "imagePullPolicy", self.found.path)
        answer = self.runtime.ensure_image(image, policy, self.name, now=self.now)
        path = container_field_path(self.found.kind, self.name)
        for event in answer.first:
            self.runtime.emit(self.now, LifecycleEvent(event.type, event.reason, event.message, path))
        yield from self.wait(answer.took)
        for event in answer.last:
            self.runtime.emit(self.now, LifecycleEvent(event.type, event.reason, event.message, path))
        self.retry_at = answer.retry_at
        return answer.failure

    def configuration_error(self, image: str) -> str | None:
        """Return why the container cannot be put together: its target, its options, then its user."""
        target = text_at(self.found.container, "targetContainerName", self.found.path)
        if target and not any(status.name == target for status in self.statuses):
            return f"unable to find target container {target}"
        problem = self.runtime.prepare(StartStep.CONFIGURE, self.name)
        if problem is not None:
            return problem
        user = self.runtime.image_user(image)
        if isinstance(user, CallFailure):
            return user.message
        return run_as_non_root_error(self.pod, self.found, uid=user.uid, user=user.name)

    def post_start(self, instance: str) -> Process[StartFailure | None]:
        """Run the postStart hook; the container of one that fails is killed as any other, its preStop hook included."""
        handler = container_hooks(self.found.container, self.found.path, release=self.release).post_start
        if handler is None:
            return None
        self.runtime.post_start(instance, handler, now=self.now)
        problem = yield from self.run_hook(instance, handler)
        if problem is None:
            return None
        self.tell(EventType.WARNING, EventReason.FAILED_POST_START_HOOK, POST_START_HOOK_FAILED)
        reason = KillReason.FAILED_POST_START_HOOK
        stopped = yield from stop_container(
            self.runtime, self.pod, self.name, instance, reason=reason, message=reason.value, now=self.now, release=self.release
        )
        self.now = stopped.done_at
        return StartFailure(ContainerWaitingReason.POST_START_HOOK_ERROR.value, problem)

    def run_hook(self, instance: str, handler: LifecycleHandler) -> Process[str | None]:
        """Run a hook to its end, however long that takes; return the message of its failure."""
        action = handler.runs(self.release)
        if action is None:
            return invalid_handler_message(handler, release=self.release)
        if isinstance(action, SleepAction):
            yield from self.wait(sleep_duration(action, release=self.release))
            return None
        answer = self.runtime.run_in_container(instance, action, now=self.now)
        yield from self.wait(answer.took)
        return hook_failed_message(action, answer, container=self.name, pod=pod_full_name(self.pod))

    def failed(self, reason: ContainerWaitingReason, message: str, instance: str = "") -> StartFailure:
        """Fail; the event shows the container's name in place of the runtime's, once there is an instance."""
        self.tell(EventType.WARNING, EventReason.FAILED, failed_message(message.replace(instance, self.name) if instance else message))
        return StartFailure(reason.value, message)

    def refused(self, reason: ContainerWaitingReason, hook: str, problem: str, instance: str = "") -> StartFailure:
        """Fail since an internal hook of the kubelet does."""
        shown = problem.replace(instance, self.name) if instance else problem
        self.tell(EventType.WARNING, EventReason.FAILED, f"Internal {hook} hook failed: {shown}")
        return StartFailure(reason.value, problem)

    def tell(self, event_type: EventType, reason: EventReason, message: str) -> None:
        """Emit an event about the container."""
        self.runtime.emit(self.now, LifecycleEvent(event_type, reason, message, container_field_path(self.found.kind, self.name)))

    def wait(self, took: Duration) -> Process[None]:
        """Let time pass, if something took any."""
        if took:
            self.now = yield took


def next_attempt_number(name: str, statuses: Sequence[RuntimeContainer]) -> int:
    """Return the number of the next instance of a container: one more than the newest has, whatever its state; 0 for the first.

    >>> from kubecontainers.lifecycle.runtime_status import RuntimeState
    >>> next_attempt_number("app", [RuntimeContainer("app", RuntimeState.CREATED, restart_count=2)])
    3
    """
    newest = next((status for status in statuses if status.name == name), None)
    return 0 if newest is None else newest.restart_count + 1


def run_as_non_root_error(pod: JSONObject, found: ContainerAt, *, uid: int | None, user: str = "") -> str | None:
    """Return why the user of a container is refused (``verifyRunAsNonRoot``), ``None`` where it is not.

    ``uid`` and ``user`` are the user of its image, by number or by name; root where there is neither. What the container says in its
    ``securityContext`` comes before what the pod says. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.objects import containers
    >>> pod = {"spec": {"securityContext": {"runAsNonRoot": True}, "containers": [{"name": "web"}]}}
    >>> [web] = containers(pod)
    >>> run_as_non_root_error(pod, web, uid=None, user="www")
    'container has runAsNonRoot and image has non-numeric user (www), cannot verify user is non-root (pod: "_()", container: web)'
    >>> run_as_non_root_error(pod, web, uid=1000) is None
    True
    """
    spec, path = pod_spec(pod)
    own, whole = _context(found.container, found.path), _context(spec, path)
    if not (whole.non_root if own.non_root is None else own.non_root):
        return None
    run_as = whole.user if own.user is None else own.user
    where = f'(pod: "{pod_full_name(pod)}", container: {found.name})'
    if run_as is not None:
        return None if run_as != _ROOT_USER else f"container's runAsUser breaks non-root policy {where}"
    if uid is None and user:
        return f"container has runAsNonRoot and image has non-numeric user ({user}), cannot verify user is non-root {where}"
    return None if uid else f"container has runAsNonRoot and image will run as root {where}"


@attrs.frozen
class _SecurityContext:
    non_root: bool | None = None
    user: int | None = None


def _context(parent: JSONObject, path: FieldPath) -> _SecurityContext:
    context = mapping_at(parent, "securityContext", path)
    if context is None:
        return _SecurityContext()
    at = path.child("securityContext")
    user = None if context.get("runAsUser") is None else integer_at(context, "runAsUser", at)
    return _SecurityContext(boolean_at(context, "runAsNonRoot", at), user)
