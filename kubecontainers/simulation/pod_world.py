"""The world of one pod as its script says: a runtime and an image service that answer at once, and what they noted of it all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

import attrs

from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject
from ..credentials.credential import ObjectCoordinates
from ..credentials.tracking import OfferedCredential
from ..golang.duration import Duration
from ..lifecycle.container_termination import ContainerTermination, StopBehaviour, StopError, StopOutcome
from ..lifecycle.events import EventReason, LifecycleEvent
from ..lifecycle.hooks import ExecAction, HTTPGetAction, LifecycleHandler, SleepAction, sleep_duration
from ..lifecycle.pod_runtime import CallAnswer, CallFailure, CreatedContainer, HookAnswer, ImageAnswer, ImageUser
from ..lifecycle.reason_cache import StartFailure
from ..lifecycle.runtime_status import NO_SANDBOX, PodSandbox, RuntimeState, SandboxState
from ..lifecycle.waiting_reasons import StartStep
from ..pulling.ensure_image import ensure_image
from ..pulling.image_manager import ImageManagerState, ImageRequest
from ..pulling.image_runtime import Pulled, RuntimeFailure
from ..pulling.pull_messages import EventReason as PullEventReason
from ..pulling.pull_messages import PullEvent, WaitingReason
from .container_script import ContainerScript, HookStep, Run, Step
from .instances import Instance, Instances, exit_reason
from .node import Node
from .pod_timeline import CallKind, TimedCall, TimedEvent
from .script import PodScript
from .script_fields import call_failure, repeated
from .spans import Span, SpanKind

__all__ = ["PodWorld", "in_time"]

T = TypeVar("T")

_NOTHING, _NO_STEP, _NO_HOOK, _FOREVER = ContainerScript(), Step(), HookStep(), Run()
_BACKING_OFF = frozenset(
    {
        WaitingReason.ERR_IMAGE_PULL,
        WaitingReason.IMAGE_PULL_BACK_OFF,
        WaitingReason.REGISTRY_UNAVAILABLE,
        WaitingReason.SIGNATURE_VALIDATION_FAILED,
    }
)
_SIGKILL = 137
_PREPARATIONS = {StartStep.CONFIGURE: "options", StartStep.PRE_CREATE: "pre_create", StartStep.PRE_START: "pre_start"}


@attrs.define
class _Sandbox:
    attempt: int
    ready: bool


@attrs.define(eq=False)
class PodWorld:
    """The world of one pod.

    ``name`` is ``namespace/name``. What it notes are ``calls``, ``events`` and ``spans``, in the order in which they were noted, and every
    instance that was started.
    """

    name: str
    pod: JSONObject
    coordinates: ObjectCoordinates
    script: PodScript
    node: Node
    calls: list[TimedCall] = attrs.field(factory=list[TimedCall])
    events: list[TimedEvent] = attrs.field(factory=list[TimedEvent])
    spans: list[Span] = attrs.field(factory=list[Span])
    started: list[Instance] = attrs.field(factory=list[Instance])
    instances: Instances = attrs.field(factory=Instances)
    images: ImageManagerState = attrs.field(factory=ImageManagerState)
    _sandboxes: list[_Sandbox] = attrs.field(factory=list[_Sandbox])
    _by_id: dict[str, Instance] = attrs.field(factory=dict[str, Instance])
    _used: dict[tuple[str, str], int] = attrs.field(factory=dict[tuple[str, str], int])
    _ids: int = 0

    # ------------------------------------------------------------------------------------------------------------- images

    def ensure_image(self, image: str, policy: str, container: str, /, *, now: Duration) -> ImageAnswer:
        """See to it that an image is there."""
        request = ImageRequest(self.coordinates, image, policy)
        service = _ImageService(self, image, now)
        state = attrs.evolve(self.images, records=self.node.records)
        self.images, outcome = ensure_image(state, request, service, now=now, kubelet=self.node.kubelet, release=self.node.release)
        self.node.records = self.images.records
        first, last = _by_time(outcome.events)
        took = outcome.ended - now
        if took and container:
            self.spans.append(Span(container, SpanKind.PULLING, now, outcome.ended, self.instances.count(container), image))
        if outcome.waiting is None:
            return ImageAnswer(took, first, last)
        message = "" if outcome.message is None else outcome.message.text
        entry = self.images.back_off.entries.get(request.back_off_key)
        retry_at = None if entry is None or outcome.waiting not in _BACKING_OFF else entry.last_update + entry.back_off
        return ImageAnswer(took, first, last, StartFailure(outcome.waiting.value, message), retry_at)

    def image_user(self, image: str, /) -> ImageUser | CallFailure:
        """Return the user of an image."""
        return self.node.user(image)

    # ----------------------------------------------------------------------------------------------------------- sandboxes

    @property
    def sandbox(self) -> PodSandbox:
        """The newest sandbox of the pod."""
        if not self._sandboxes:
            return NO_SANDBOX
        newest = self._sandboxes[-1]
        return PodSandbox(SandboxState.READY if newest.ready else SandboxState.NOT_READY, newest.attempt)

    @property
    def address(self) -> str:
        """The address of the pod, empty while it has no sandbox that is ready."""
        return self.script.address if self.sandbox.state is SandboxState.READY else ""

    def add_sandbox(self, attempt: int, state: SandboxState) -> None:
        """Add a sandbox that the runtime has already."""
        self.next_id()
        self._sandboxes.append(_Sandbox(attempt, state is SandboxState.READY))

    def run_sandbox(self, attempt: int, /, *, now: Duration) -> CallAnswer:
        """Make a sandbox; it is ready once the call is over."""
        missing = self.node.sandbox_failure(self.pod)
        if missing is not None and not missing[1]:
            return CallAnswer(failure=missing[0])
        instance = self.next_id()
        self.call(now, CallKind.RUN_POD_SANDBOX, f"sandbox#{attempt}")
        if missing is not None:
            return CallAnswer(failure=missing[0])
        step = self._use("", "sandbox", self.script.sandbox_runs) or _NO_STEP
        if step.error is not None:
            return CallAnswer(step.took, call_failure(step.error, instance))
        self._sandboxes.append(_Sandbox(attempt, ready=True))
        return CallAnswer(step.took)

    def stop_sandboxes(self, /, *, now: Duration) -> CallAnswer:
        """Stop every sandbox, the newest first."""
        for sandbox in reversed(self._sandboxes):
            self.call(now, CallKind.STOP_POD_SANDBOX, f"sandbox#{sandbox.attempt}")
            sandbox.ready = False
        return CallAnswer()

    # ---------------------------------------------------------------------------------------------------------- containers

    def prepare(self, step: StartStep, container: str, /) -> str | None:
        """Do what the kubelet itself does before a call; the errors are taken as they are."""
        entry = self._use(container, step.name, getattr(self.container_script(container), _PREPARATIONS[step]))
        return None if entry is None else entry.error

    def create_container(self, found: ContainerAt, attempt: int, /, *, now: Duration) -> CreatedContainer:
        """Create an instance; it is there once the call is over."""
        name, instance = found.name, self.next_id()
        self.call(now, CallKind.CREATE_CONTAINER, f"{name}#{attempt}")
        step = self._use(name, "create", self.container_script(name).create) or _NO_STEP
        if step.took:
            self.spans.append(Span(name, SpanKind.CREATING, now, now + step.took, attempt))
        if step.error is not None:
            return CreatedContainer(answer=CallAnswer(step.took, call_failure(step.error, instance)))
        self.add(Instance(id=instance, name=name, attempt=attempt, created_at=now + step.took), found)
        return CreatedContainer(instance, CallAnswer(step.took))

    def start_container(self, instance: str, /, *, now: Duration) -> CallAnswer:
        """Start an instance; it runs once the call is over."""
        found = self._by_id[instance]
        self.call(now, CallKind.START_CONTAINER, found.target)
        script = self.container_script(found.name)
        step = self._use(found.name, "start", script.start) or _NO_STEP
        if step.took:
            self.spans.append(Span(found.name, SpanKind.CREATING, now, now + step.took, found.attempt))
        if step.error is not None:
            return CallAnswer(step.took, call_failure(step.error, instance))
        found.started_at = now + step.took
        run = self._use(found.name, "runs", script.runs) or _FOREVER
        if run.run is not None:
            found.ends_at = found.started_at + run.run
            found.exit_code, found.reason = run.exit_code, run.reason or exit_reason(run.exit_code)
        self.started.append(found)
        return CallAnswer(step.took)

    def post_start(self, instance: str, handler: LifecycleHandler, /, *, now: Duration) -> None:
        """Take note that a postStart hook begins."""
        found, action = self._by_id[instance], handler.runs(self.node.release)
        self.call(now, CallKind.POST_START, found.target)
        if isinstance(action, SleepAction):
            self._hook(found, SpanKind.POST_START, now, sleep_duration(action, release=self.node.release))

    def run_in_container(self, instance: str, _action: ExecAction | HTTPGetAction, /, *, now: Duration) -> HookAnswer:
        """Run the command, or send the request, of a postStart hook."""
        found = self._by_id[instance]
        step = self._use(found.name, "post_start", self.container_script(found.name).post_start) or _NO_HOOK
        self._hook(found, SpanKind.POST_START, now, step.took)
        failure = None if step.error is None else call_failure(step.error, instance)
        return HookAnswer(step.took, step.exit_code, step.output, failure)

    def stop_behaviour(self, instance: str, /, *, now: Duration) -> StopBehaviour:
        """Return how an instance takes it to be stopped; one that does not run is stopped at once."""
        found = self._by_id[instance]
        script = self.container_script(found.name)
        found.kill_began = now
        hook = self._next(found.name, "pre_stop", script.pre_stop) or _NO_HOOK
        error = self._next(found.name, "stop_errors", script.stop_errors) or ""
        ends = found.ends_at if found.state(now) is RuntimeState.RUNNING else now
        return StopBehaviour(
            hook.took,
            script.stop,
            hook_fails=hook.fails,
            stop_error=_stop_error(error),
            ends=None if ends is None else ends - now,
        )

    def pre_stop(self, instance: str, planned: ContainerTermination, /, *, now: Duration) -> None:
        """Take note that a preStop hook begins; the script's entry is used up where it runs a command or sends a request."""
        found = self._by_id[instance]
        self.call(now, CallKind.PRE_STOP, found.target)
        action = None if planned.pre_stop is None else planned.pre_stop.runs(self.node.release)
        if isinstance(action, ExecAction | HTTPGetAction):
            self._use(found.name, "pre_stop", self.container_script(found.name).pre_stop)
        self._hook(found, SpanKind.PRE_STOP, now, planned.hook_ended_at)

    def stop_container(self, instance: str, planned: ContainerTermination, /, *, now: Duration) -> CallFailure | None:
        """Stop an instance; one that cannot be stopped stays as it is."""
        found = self._by_id[instance]
        script = self.container_script(found.name)
        self.call(now, CallKind.STOP_CONTAINER, found.target, planned.timeout_seconds)
        error = self._use(found.name, "stop_errors", script.stop_errors)
        if error:
            return call_failure(error, instance)
        if found.state(now) is not RuntimeState.RUNNING or planned.exited_at is None:
            return None
        ended = now + (planned.exited_at - planned.term_at)
        begins = now if found.kill_began is None else found.kill_began
        if ended > begins:
            self.spans.append(Span(found.name, SpanKind.TERMINATING, begins, ended, found.attempt))
        ends_itself = found.ends_at is not None and (script.stop is None or found.ends_at < now + script.stop)
        if planned.outcome is StopOutcome.EXITED and ends_itself:
            return None
        found.ends_at = ended
        found.exit_code = _SIGKILL if planned.outcome is StopOutcome.KILLED else script.stop_exit_code
        found.reason = exit_reason(found.exit_code)
        return None

    def remove_container(self, instance: str, /, *, now: Duration) -> None:
        """Remove an instance."""
        found = self._by_id.pop(instance)
        self.call(now, CallKind.REMOVE_CONTAINER, found.target)
        self.instances.remove(found)

    # --------------------------------------------------------------------------------------------------------------- notes

    def emit(self, at: Duration, event: LifecycleEvent, /) -> None:
        """Note an event, now or later."""
        self.events.append(TimedEvent(at, self.name, event))

    def call(self, at: Duration, kind: CallKind, target: str, timeout_seconds: int | None = None) -> None:
        """Note a call."""
        self.calls.append(TimedCall(at, self.name, kind, target, timeout_seconds))

    def add(self, instance: Instance, found: ContainerAt) -> None:
        """Add an instance that the runtime has."""
        self._by_id[instance.id] = instance
        for dropped in self.instances.add(instance, keep_ended=found.kind is ContainerKind.INIT):
            del self._by_id[dropped.id]

    def restart(self, now: Duration) -> None:
        """Lose what the kubelet had under way: what it would have emitted, its pulls, and its memory of them."""
        self.events = [event for event in self.events if event.at <= now]
        self.calls = [call for call in self.calls if call.at <= now]
        self.spans = [_cut(span, now) for span in self.spans]
        self.images = ImageManagerState()

    def _hook(self, found: Instance, kind: SpanKind, begins: Duration, took: Duration | None) -> None:
        """Note how long a hook took; one that takes no time, or that never ends, is not drawn."""
        if took:
            self.spans.append(Span(found.name, kind, begins, begins + took, found.attempt))

    def container_script(self, container: str) -> ContainerScript:
        """Return what a container does."""
        return self.script.behaviour.get(container, _NOTHING)

    def next_id(self) -> str:
        """Return the runtime's name for what it makes next, sandboxes included."""
        self._ids += 1
        return f"container-id-{self._ids}"

    def _next(self, container: str, what: str, entries: Sequence[T]) -> T | None:
        """Return the next entry of a list of the script, without using it up."""
        return repeated(entries, self._used.get((container, what), 0)) if entries else None

    def _use(self, container: str, what: str, entries: Sequence[T]) -> T | None:
        """Return the next entry of a list of the script, and use it up."""
        if not entries:
            return None
        position = self._used.get((container, what), 0)
        self._used[container, what] = position + 1
        return repeated(entries, position)


def _stop_error(text: str) -> StopError | None:
    if not text:
        return None
    return StopError.NOT_FOUND if call_failure(text).code == "NotFound" else StopError.FAILED


def _cut(span: Span, now: Duration) -> Span:
    """Return a span as it is where the kubelet ended at a moment: what it did itself ends then."""
    ended = span.kind is SpanKind.PULLING and span.end is not None and span.end > now
    return attrs.evolve(span, end=now) if ended else span


def _by_time(events: Iterable[PullEvent]) -> tuple[tuple[LifecycleEvent, ...], tuple[LifecycleEvent, ...]]:
    """Part the events of an image into those at once, up to that of a pull that begins, and those when it is over."""
    first: list[LifecycleEvent] = []
    last: list[LifecycleEvent] = []
    pulling = False
    for event in events:
        (last if pulling else first).append(LifecycleEvent(event.type, EventReason(event.reason.value), event.message.text))
        pulling = pulling or event.reason is PullEventReason.PULLING
    return tuple(first), tuple(last)


@attrs.frozen
class _ImageService:
    """What the image manager asks of the node for one pod, about one image as the pod names it."""

    world: PodWorld
    image: str
    now: Duration

    def image_ref(self, spec: str, /) -> str | RuntimeFailure:
        failure = self.world.node.inspection_failure(self.image, spec)
        if failure is not None:
            return RuntimeFailure(failure.text)
        return spec if self.world.node.is_present(spec, self.now) else ""

    def pull_image(self, spec: str, _credentials: tuple[OfferedCredential, ...], /) -> Pulled | RuntimeFailure:
        planned, answer = self.world.node.pull(self.image, spec, self.now)
        if not planned.refused:
            self.world.call(planned.started, CallKind.PULL_IMAGE, spec)
        return answer

    def image_size(self, spec: str, /) -> int | RuntimeFailure:
        failure = self.world.node.inspection_failure(self.image, spec)
        return self.world.node.size(self.image, spec) if failure is None else RuntimeFailure(failure.text)


class _Timed(Protocol):
    @property
    def at(self) -> Duration: ...


N = TypeVar("N", bound=_Timed)


def in_time(notes: list[N]) -> tuple[N, ...]:
    """Return notes in the order of time; those of one moment stay as they were noted."""
    return tuple(sorted(notes, key=_at))


def _at(note: _Timed) -> int:
    return note.at.nanoseconds
