"""Starting one container: each step that can fail, by the table of the chapter (section 1), in a world made of a few lines."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.objects import ContainerAt, containers
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_start import StartOutcome, next_attempt_number, run_as_non_root_error, start_container
from kubecontainers.lifecycle.container_termination import ContainerTermination, StopBehaviour
from kubecontainers.lifecycle.events import EventReason, LifecycleEvent
from kubecontainers.lifecycle.hooks import ExecAction, HTTPGetAction, LifecycleHandler
from kubecontainers.lifecycle.pod_runtime import (
    CallAnswer,
    CallFailure,
    CreatedContainer,
    HookAnswer,
    ImageAnswer,
    ImageUser,
    run_process,
)
from kubecontainers.lifecycle.reason_cache import StartFailure
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState
from kubecontainers.lifecycle.waiting_reasons import StartStep

JSON = dict[str, Any]
PULLED = LifecycleEvent(EventType.NORMAL, EventReason.PULLED, "pulled")
WHERE = '(pod: "web_shop(8c3a)", container: app)'


def seconds(count: float) -> Duration:
    return Duration.of(count)


@attrs.define
class World:
    """A world in which all goes well, but for what a test says."""

    image: ImageAnswer = attrs.field(factory=lambda: ImageAnswer(last=(PULLED,)))
    user: ImageUser | CallFailure = attrs.field(factory=ImageUser)
    problems: dict[StartStep, str] = attrs.field(factory=dict[StartStep, str])
    creates: CallAnswer = attrs.field(factory=CallAnswer)
    starts: CallAnswer = attrs.field(factory=CallAnswer)
    hook: HookAnswer = attrs.field(factory=HookAnswer)
    done: list[tuple[str, str]] = attrs.field(factory=list[tuple[str, str]])
    events: list[tuple[str, LifecycleEvent]] = attrs.field(factory=list[tuple[str, LifecycleEvent]])

    def note(self, what: str, now: Duration) -> None:
        self.done.append((str(now), what))

    def emit(self, at: Duration, event: LifecycleEvent, /) -> None:
        self.events.append((str(at), event))

    def ensure_image(self, image: str, policy: str, container: str, /, *, now: Duration) -> ImageAnswer:
        self.note(f"image {image} {policy} {container}", now)
        return self.image

    def image_user(self, _image: str, /) -> ImageUser | CallFailure:
        return self.user

    def prepare(self, step: StartStep, _container: str, /) -> str | None:
        return self.problems.get(step)

    def create_container(self, found: ContainerAt, attempt: int, /, *, now: Duration) -> CreatedContainer:
        self.note(f"create {found.name}#{attempt}", now)
        return CreatedContainer("id-1", self.creates)

    def start_container(self, instance: str, /, *, now: Duration) -> CallAnswer:
        self.note(f"start {instance}", now)
        return self.starts

    def post_start(self, instance: str, _handler: LifecycleHandler, /, *, now: Duration) -> None:
        self.note(f"postStart {instance}", now)

    def run_in_container(self, instance: str, action: ExecAction | HTTPGetAction, /, *, now: Duration) -> HookAnswer:
        self.note(f"{type(action).__name__} {instance}", now)
        return self.hook

    def stop_behaviour(self, _instance: str, /, *, now: Duration) -> StopBehaviour:
        self.note("kill", now)
        return StopBehaviour(hook=seconds(2), stop=seconds(3))

    def pre_stop(self, instance: str, _planned: ContainerTermination, /, *, now: Duration) -> None:
        self.note(f"preStop {instance}", now)

    def stop_container(self, instance: str, planned: ContainerTermination, /, *, now: Duration) -> CallFailure | None:
        self.note(f"stop {instance} {planned.timeout_seconds}", now)
        return CallFailure("cannot stop", "Unknown")

    def remove_container(self, instance: str, /, *, now: Duration) -> None:
        raise NotImplementedError

    def run_sandbox(self, attempt: int, /, *, now: Duration) -> CallAnswer:
        raise NotImplementedError

    def stop_sandboxes(self, /, *, now: Duration) -> CallAnswer:
        raise NotImplementedError

    def told(self) -> list[tuple[str, str, str]]:
        return [(at, event.reason.value, event.message) for at, event in self.events]


def pod_of(kind: str = "containers", spec: JSON | None = None, **container: Any) -> JSON:
    made = {"name": "app", "image": "app:1", "imagePullPolicy": "IfNotPresent", **container}
    return {"metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"}, "spec": {**(spec or {}), kind: [made]}}


def start(world: World, pod: JSON, statuses: tuple[RuntimeContainer, ...] = (), release: Release = LATEST) -> StartOutcome:
    outcome, now = run_process(start_container(world, pod, next(containers(pod)), statuses, now=Duration(), release=release), Duration())
    assert outcome.done_at == now
    return outcome


class TestAllGoesWell:
    def test_the_steps_take_their_time(self) -> None:
        world = World(
            ImageAnswer(seconds(5), (attrs.evolve(PULLED, reason=EventReason.PULLING),), (PULLED,)),
            creates=CallAnswer(seconds(1)),
            starts=CallAnswer(seconds(2)),
            hook=HookAnswer(seconds(4), output="fine"),
        )
        outcome = start(world, pod_of(lifecycle={"postStart": {"exec": {"command": ["warm"]}}}))
        assert outcome == StartOutcome(seconds(12))
        assert world.done == [
            ("0s", "image app:1 IfNotPresent app"),
            ("5s", "create app#0"),
            ("6s", "start id-1"),
            ("8s", "postStart id-1"),
            ("8s", "ExecAction id-1"),
        ]
        assert [(at, reason) for at, reason, _ in world.told()] == [
            ("0s", "Pulling"),
            ("5s", "Pulled"),
            ("6s", "Created"),
            ("8s", "Started"),
        ]
        assert {event.field_path for _, event in world.events} == {"spec.containers{app}"}

    @pytest.mark.parametrize("kind", ["initContainers", "ephemeralContainers"])
    def test_all_kinds_are_started_alike(self, kind: str) -> None:
        world = World()
        assert start(world, pod_of(kind)).failure is None
        assert {event.field_path for _, event in world.events} == {f"spec.{kind}{{app}}"}

    def test_a_hook_that_sleeps(self) -> None:
        world = World()
        pod = pod_of(lifecycle={"postStart": {"sleep": {"seconds": 7}}})
        assert start(world, pod).done_at == seconds(7)
        assert start(World(), pod, release=Release("1.29")).done_at == seconds(0)

    def test_a_request_that_is_answered_succeeds_whatever_the_answer(self) -> None:
        assert start(World(hook=HookAnswer(exit_code=1)), pod_of(lifecycle={"postStart": {"httpGet": {"port": 80}}})).failure is None


class TestWhatFails:
    """The class is the waiting reason, the message the waiting message; the event says what the table says."""

    def failed(self, world: World, pod: JSON | None = None) -> tuple[StartFailure, tuple[str, str]]:
        failure = start(world, pod or pod_of()).failure
        assert failure is not None
        _, event = world.events[-1]
        assert event.type is EventType.WARNING
        return failure, (event.reason.value, event.message)

    def test_image(self) -> None:
        missing = StartFailure("ErrImagePull", "rpc error: code = Unknown desc = no")
        world = World(ImageAnswer(seconds(3), failure=missing, retry_at=seconds(13)))
        assert self.failed(world) == (missing, ("Failed", "Error: ErrImagePull"))
        assert start(world, pod_of()).retry_at == seconds(13)

    def test_target(self) -> None:
        pod = pod_of("ephemeralContainers", targetContainerName="db")
        expected = StartFailure("CreateContainerConfigError", "unable to find target container db")
        assert self.failed(World(), pod) == (expected, ("Failed", "Error: unable to find target container db"))
        assert start(World(), pod, (RuntimeContainer("db", RuntimeState.EXITED),)).failure is None

    def test_options_hide_the_user(self) -> None:
        world = World(problems={StartStep.CONFIGURE: "no key"}, user=CallFailure("no image", "Unknown"))
        assert self.failed(world) == (StartFailure("CreateContainerConfigError", "no key"), ("Failed", "Error: no key"))
        assert [reason for _, reason, _ in world.told()] == ["Pulled", "Failed"]

    def test_user(self) -> None:
        world = World(user=CallFailure("no image", "Unknown"))
        assert self.failed(world) == (StartFailure("CreateContainerConfigError", "no image"), ("Failed", "Error: no image"))

    def test_internal_hook_before_creating(self) -> None:
        world = World(problems={StartStep.PRE_CREATE: "no CPUs"})
        event = ("Failed", "Internal PreCreateContainer hook failed: no CPUs")
        assert self.failed(world) == (StartFailure("PreCreateHookError", "no CPUs"), event)
        assert len(world.done) == 1

    def test_create_keeps_the_id_in_its_event(self) -> None:
        world = World(creates=CallAnswer(seconds(1), CallFailure("id-1 exists", "Unknown")))
        assert self.failed(world) == (StartFailure("CreateContainerError", "id-1 exists"), ("Failed", "Error: id-1 exists"))

    def test_internal_hook_before_starting_comes_before_the_event_created(self) -> None:
        world = World(problems={StartStep.PRE_START: "id-1: no device"})
        event = ("Failed", "Internal PreStartContainer hook failed: app: no device")
        assert self.failed(world) == (StartFailure("PreStartHookError", "id-1: no device"), event)
        assert [reason for _, reason, _ in world.told()] == ["Pulled", "Failed"]

    def test_start_shows_the_name_in_its_event(self) -> None:
        world = World(starts=CallAnswer(failure=CallFailure("exec in id-1: not found", "Unknown")))
        event = ("Failed", "Error: exec in app: not found")
        assert self.failed(world) == (StartFailure("RunContainerError", "exec in id-1: not found"), event)

    def test_post_start_kills_with_the_pre_stop_hook_first(self) -> None:
        """The hook fails at 1 s; preStop takes 2 s of the 30, and the process 3 s. That it cannot be stopped is ignored."""
        hooks = {"postStart": {"exec": {"command": ["warm", "up"]}}, "preStop": {"exec": {"command": ["drain"]}}}
        world = World(hook=HookAnswer(seconds(1), exit_code=3, output='said "no"'))
        outcome = start(world, pod_of(lifecycle=hooks, spec={"terminationGracePeriodSeconds": 30}))
        message = (
            'Exec lifecycle hook ([warm up]) for Container "app" in Pod "web_shop(8c3a)" failed - '
            'error: command \'warm up\' exited with 3: , message: "said \\"no\\""'
        )
        assert outcome == StartOutcome(seconds(6), StartFailure("PostStartHookError", message))
        assert world.told()[-2:] == [
            ("1s", "FailedPostStartHook", "PostStartHook failed"),
            ("1s", "Killing", "FailedPostStartHook"),
        ]
        assert world.done[-3:] == [("1s", "kill"), ("1s", "preStop id-1"), ("3s", "stop id-1 28")]

    def test_post_start_without_a_handler_that_runs(self) -> None:
        outcome = start(World(), pod_of(lifecycle={"postStart": {}}))
        message = "Cannot run handler: invalid handler: &LifecycleHandler{Exec:nil,HTTPGet:nil,TCPSocket:nil,Sleep:nil,}"
        assert outcome.failure == StartFailure("PostStartHookError", message)

    def test_post_start_request_without_an_answer(self) -> None:
        world = World(hook=HookAnswer(failure=CallFailure("connection refused")))
        outcome = start(world, pod_of(lifecycle={"postStart": {"httpGet": {"path": "/warm", "port": 80}}}))
        message = 'HTTP lifecycle hook (/warm) for Container "app" in Pod "web_shop(8c3a)" failed - error: connection refused'
        assert outcome.failure == StartFailure("PostStartHookError", message)


class TestAttempts:
    def test_one_more_than_the_newest_has(self) -> None:
        statuses = [
            RuntimeContainer("app", state, restart_count=count) for state, count in ((RuntimeState.CREATED, 4), (RuntimeState.EXITED, 9))
        ]
        assert next_attempt_number("app", statuses) == 5
        assert next_attempt_number("db", statuses) == 0


class TestRunAsNonRoot:
    """Effective is the container's security context over the pod's."""

    def error(self, context: JSON | None, *, pod: JSON | None = None, uid: int | None = None, user: str = "") -> str | None:
        own: JSON = {} if context is None else {"securityContext": context}
        whole = pod_of("containers", {} if pod is None else {"securityContext": pod}, **own)
        return run_as_non_root_error(whole, next(containers(whole)), uid=uid, user=user)

    def test_nobody_asks(self) -> None:
        assert self.error(None) is None
        assert self.error({"runAsNonRoot": False}, pod={"runAsNonRoot": True}) is None

    def test_a_user_is_set(self) -> None:
        assert self.error({"runAsNonRoot": True, "runAsUser": 0}) == f"container's runAsUser breaks non-root policy {WHERE}"
        assert self.error({"runAsUser": 1000}, pod={"runAsNonRoot": True, "runAsUser": 0}, uid=0) is None
        assert self.error({"runAsNonRoot": True}, pod={"runAsUser": 0}, uid=1000) == f"container's runAsUser breaks non-root policy {WHERE}"

    def test_the_user_of_the_image(self) -> None:
        asked = {"runAsNonRoot": True}
        assert self.error(asked, uid=1000) is None
        for uid, user in ((0, ""), (0, "root"), (None, "")):
            assert self.error(asked, uid=uid, user=user) == f"container has runAsNonRoot and image will run as root {WHERE}"
        named = f"container has runAsNonRoot and image has non-numeric user (www), cannot verify user is non-root {WHERE}"
        assert self.error(asked, user="www") == named
