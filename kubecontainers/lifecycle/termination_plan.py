"""What happens while containers are stopped: how each of them is, the events, and a timeline to read.

``termination`` makes the plans. All times are durations since the beginning of the kill.
"""

from __future__ import annotations

import attrs

from ..apimachinery.errors import NotFound
from ..golang.duration import Duration
from .container_termination import ContainerTermination
from .events import LifecycleEvent
from .termination_text import timeline

__all__ = ["PlannedEvent", "TerminationPlan"]

_START = Duration()


@attrs.frozen
class PlannedEvent:
    """An event, and when the kubelet emits it."""

    at: Duration
    event: LifecycleEvent

    def to_json(self) -> dict[str, object]:
        """Return the event as JSON."""
        event = self.event
        return {
            "at": str(self.at),
            "type": event.type.value,
            "reason": event.reason.value,
            "message": event.message,
            "fieldPath": event.field_path,
        }


@attrs.frozen
class TerminationPlan:
    """What happens while containers are stopped.

    ``containers`` are those that are stopped, the sidecars last, in the order of their turns. ``events`` are in the order of time, those
    of the same moment in that of their field paths; one can come after the end, from a hook that nobody waited for. ``str()`` gives a
    timeline.
    """

    containers: tuple[ContainerTermination, ...]
    events: tuple[PlannedEvent, ...]

    @property
    def done_at(self) -> Duration:
        """When the kubelet is done with all of them."""
        return max((stop.returned_at for stop in self.containers), default=_START)

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the containers that could not be stopped, sorted."""
        return tuple(sorted(stop.name for stop in self.containers if stop.failed))

    def container(self, name: str) -> ContainerTermination:
        """Return how one container is stopped. Raises ``NotFound``."""
        for stop in self.containers:
            if stop.name == name:
                return stop
        raise NotFound("container", name, "it is none of those that are stopped")

    def to_json(self) -> dict[str, object]:
        """Return the plan as JSON: times in Go's text form, enums as the names of their members."""
        return {
            "containers": [stop.to_json() for stop in self.containers],
            "events": [event.to_json() for event in self.events],
            "doneAt": str(self.done_at),
            "failed": list(self.failed),
        }

    def to_text(self) -> str:
        """Return a timeline, one line a moment of a container, times in seconds since the beginning."""
        return timeline(self.containers, self.done_at)

    def __str__(self) -> str:
        return self.to_text()
