"""What a container was doing, and from when to when: the bars of a Gantt chart."""

from __future__ import annotations

import enum

import attrs

from ..golang.duration import Duration

__all__ = ["Span", "SpanKind"]


class SpanKind(enum.Enum):
    """What a container was doing."""

    WAITING = "it waits: for its turn, for the end of a back-off, or for the kubelet to look again"
    PULLING = "its image is pulled, or the pull waits for its turn"
    CREATING = "the runtime creates and starts it"
    RUNNING = "its process runs"
    POST_START = "its postStart hook runs"
    PRE_STOP = "its preStop hook runs"
    TERMINATING = "it is being stopped, from the decision to the end of its process"


@attrs.frozen
class Span:
    """A time in which a container did something; ``end`` is ``None`` where it still did at the end of the timeline.

    ``attempt`` is the number of the instance, the first is 0; of a container that waits, or whose image is pulled, that of the instance
    it waits for. ``note`` says more: why it waits, the image that is pulled, how the process ended. Spans of one container can overlap:
    hooks run while it runs.
    """

    container: str
    kind: SpanKind
    begin: Duration
    end: Duration | None = None
    attempt: int = 0
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the span as JSON: times in Go's text form, the kind as the name of its member."""
        return {
            "container": self.container,
            "kind": self.kind.name,
            "begin": str(self.begin),
            "end": None if self.end is None else str(self.end),
            "attempt": self.attempt,
            "note": self.note,
        }
