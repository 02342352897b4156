"""What the kubelet asks of the world while it starts, stops and syncs a pod: the runtime, the images, and its own preparations.

A stand-in of the world is any object with the methods of ``PodRuntime``. It answers at once, and says how long the answer took; the rules
that ask are processes on a clock that nobody has to wait for (``Process``). Failures are values here, not exceptions.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol, TypeVar

import attrs

from ..apimachinery.objects import ContainerAt
from ..golang.duration import Duration
from .container_termination import ContainerTermination, StopBehaviour
from .events import LifecycleEvent
from .hooks import ExecAction, HTTPGetAction, LifecycleHandler
from .reason_cache import StartFailure
from .waiting_reasons import StartStep

__all__ = [
    "CallAnswer",
    "CallFailure",
    "ContainerRuntime",
    "CreatedContainer",
    "HookAnswer",
    "ImageAnswer",
    "ImageUser",
    "PodImages",
    "PodRuntime",
    "Process",
    "SandboxRuntime",
    "run_process",
]

T = TypeVar("T")

Process = Generator[Duration, Duration, T]
"""A rule that takes time: it yields how long it waits, and is sent what time it is then. What it returns is its result."""


def run_process(process: Process[T], now: Duration) -> tuple[T, Duration]:
    """Run a process that begins at ``now`` to its end, by itself. Return its result, and what time it is then.

    >>> def naps():
    ...     yield Duration.of(5)
    ...     return (yield Duration.of(3))
    >>> run_process(naps(), Duration.of(2))
    (Duration('10s'), Duration('10s'))
    """
    try:
        waits = next(process)
        while True:
            now += waits
            waits = process.send(now)
    except StopIteration as stop:
        return stop.value, now


@attrs.frozen
class CallFailure:
    """An error of a call; ``code`` is its gRPC status code, empty for an error that is no status.

    >>> CallFailure("no such image", "NotFound").text
    'rpc error: code = NotFound desc = no such image'
    """

    message: str
    code: str = ""

    @property
    def text(self) -> str:
        """The error as Go prints it; ``message`` is what the kubelet shows where it shows the status message alone."""
        return f"rpc error: code = {self.code} desc = {self.message}" if self.code else self.message


@attrs.frozen
class CallAnswer:
    """What came of a call, and how long it took."""

    took: Duration = attrs.field(factory=Duration)
    failure: CallFailure | None = None


@attrs.frozen
class CreatedContainer:
    """What came of creating a container; ``id`` is the runtime's name for the instance, empty where there is none."""

    id: str = ""
    answer: CallAnswer = attrs.field(factory=CallAnswer)


@attrs.frozen
class HookAnswer:
    """What came of a command or a request of a hook: an exit code with an output, or a failure to run it at all."""

    took: Duration = attrs.field(factory=Duration)
    exit_code: int = 0
    output: str = ""
    failure: CallFailure | None = None


@attrs.frozen
class ImageUser:
    """The user that an image names: a number or a name; root where it names none."""

    uid: int | None = None
    name: str = ""


@attrs.frozen
class ImageAnswer:
    """What came of having an image: the events at once, and those when it was over; why the pod cannot have it, if so.

    ``retry_at`` is when the back-off of its pulls ends, ``None`` where there is none.
    """

    took: Duration = attrs.field(factory=Duration)
    first: tuple[LifecycleEvent, ...] = ()
    last: tuple[LifecycleEvent, ...] = ()
    failure: StartFailure | None = None
    retry_at: Duration | None = None


class PodImages(Protocol):
    """How a pod gets its images; the events are those of the image manager, about the pod as a whole."""

    def ensure_image(self, image: str, policy: str, container: str, /, *, now: Duration) -> ImageAnswer:
        """See to it that an image is there, as the pod names it, by a pull policy: for a container, or for a volume (an empty name)."""
        ...

    def image_user(self, image: str, /) -> ImageUser | CallFailure:
        """Return the user of an image that is there."""
        ...


class ContainerRuntime(Protocol):
    """The containers of one pod in its runtime; ``instance`` is the runtime's name for one."""

    def prepare(self, step: StartStep, container: str, /) -> str | None:
        """Do what the kubelet itself does before a call: ``CONFIGURE``, ``PRE_CREATE`` or ``PRE_START``. Return the error, if any."""
        ...

    def create_container(self, found: ContainerAt, attempt: int, /, *, now: Duration) -> CreatedContainer:
        """Create an instance of a container, the one with this number."""
        ...

    def start_container(self, instance: str, /, *, now: Duration) -> CallAnswer:
        """Start an instance."""
        ...

    def post_start(self, instance: str, handler: LifecycleHandler, /, *, now: Duration) -> None:
        """Take note that a postStart hook begins."""
        ...

    def run_in_container(self, instance: str, action: ExecAction | HTTPGetAction, /, *, now: Duration) -> HookAnswer:
        """Run the command, or send the request, of a postStart hook."""
        ...

    def stop_behaviour(self, instance: str, /, *, now: Duration) -> StopBehaviour:
        """Return how an instance takes it to be stopped from now on."""
        ...

    def pre_stop(self, instance: str, planned: ContainerTermination, /, *, now: Duration) -> None:
        """Take note that a preStop hook begins, and what will become of it."""
        ...

    def stop_container(self, instance: str, planned: ContainerTermination, /, *, now: Duration) -> CallFailure | None:
        """Stop an instance; when that is over, the plan says."""
        ...

    def remove_container(self, instance: str, /, *, now: Duration) -> None:
        """Remove an instance that does not run."""
        ...


class SandboxRuntime(Protocol):
    """The sandboxes of one pod in its runtime."""

    def run_sandbox(self, attempt: int, /, *, now: Duration) -> CallAnswer:
        """Make a sandbox, the one with this number."""
        ...

    def stop_sandboxes(self, /, *, now: Duration) -> CallAnswer:
        """Stop every sandbox of the pod."""
        ...


class PodRuntime(PodImages, ContainerRuntime, SandboxRuntime, Protocol):
    """The world of one pod, as its kubelet sees it."""

    def emit(self, at: Duration, event: LifecycleEvent, /) -> None:
        """Emit an event, now or later."""
        ...
