"""The instances of containers that a runtime has of one pod, on the virtual clock: what their states are follows from the time alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ..golang.duration import Duration
from ..lifecycle.runtime_status import ProbeResult, RuntimeContainer, RuntimeState

__all__ = ["Instance", "Instances", "earliest", "exit_reason"]

_NEWEST = 2


def exit_reason(code: int) -> str:
    """Return what runtimes call the end of a process with an exit code.

    >>> exit_reason(0), exit_reason(137)
    ('Completed', 'Error')
    """
    return "Error" if code else "Completed"


@attrs.define(kw_only=True, eq=False)
class Instance:
    """One instance of a container. It runs from ``started_at`` to ``ends_at``; ``None`` where it has not come, or does not come, to it."""

    id: str
    name: str
    attempt: int
    created_at: Duration
    started_at: Duration | None = None
    ends_at: Duration | None = None
    exit_code: int = 0
    reason: str = ""
    unknown: bool = False
    changed: bool = False
    liveness: ProbeResult | None = None
    startup: ProbeResult | None = None
    kill_began: Duration | None = None
    _seen: RuntimeContainer | None = None

    @property
    def target(self) -> str:
        """How calls name it."""
        return f"{self.name}#{self.attempt}"

    def state(self, now: Duration) -> RuntimeState:
        """Return its state at a moment."""
        if self.unknown:
            return RuntimeState.UNKNOWN
        if self.ends_at is not None and self.ends_at <= now:
            return RuntimeState.EXITED
        if self.started_at is None or self.started_at > now:
            return RuntimeState.CREATED
        return RuntimeState.RUNNING

    def reported(self, now: Duration) -> RuntimeContainer:
        """Return what the runtime reports of it at a moment; that of an instance that has ended stays the same."""
        state = self.state(now)
        seen = self._seen
        if seen is not None and seen.state is state and seen.startup is self.startup:
            return seen
        exited = state in {RuntimeState.EXITED, RuntimeState.UNKNOWN}
        self._seen = RuntimeContainer(
            self.name,
            state,
            exit_code=self.exit_code if exited else 0,
            reason=self.reason if exited else "",
            restart_count=self.attempt,
            created_at=self.created_at,
            started_at=None if state is RuntimeState.CREATED else self.started_at,
            finished_at=self.ends_at if state is RuntimeState.EXITED else None,
            liveness=self.liveness,
            startup=self.startup,
            definition_changed=self.changed,
            id=self.id,
        )
        return self._seen


@attrs.define
class Instances:
    """All instances that still matter, the newest first; so a container that is started again and again does not slow everything down.

    Of each container these are the two newest, and beyond them the newest that has ended. Init containers are pruned: of them, all that
    have ended are kept until then, and two that were only created, which may become the newest but one.
    """

    _by_name: dict[str, list[Instance]] = attrs.field(factory=dict[str, list[Instance]])

    def add(self, instance: Instance, *, keep_ended: bool) -> tuple[Instance, ...]:
        """Add the newest instance of a container, and return those that no longer matter; ``keep_ended``: all that have ended do."""
        known = [instance, *self._by_name.get(instance.name, [])]
        kept, dropped = known[:_NEWEST], list[Instance]()
        ended = created = 0
        for old in known[_NEWEST:]:
            if old.started_at is not None or old.unknown:
                ended += 1
                matters = keep_ended or ended == 1
            else:
                created += 1
                matters = keep_ended and created <= _NEWEST
            (kept if matters else dropped).append(old)
        self._by_name[instance.name] = kept
        return tuple(dropped)

    def remove(self, instance: Instance) -> None:
        """Remove an instance."""
        self._by_name[instance.name].remove(instance)

    def count(self, name: str) -> int:
        """Return the number of the next instance of a container."""
        known = self._by_name.get(name)
        return known[0].attempt + 1 if known else 0

    def __iter__(self) -> Iterator[Instance]:
        return (instance for known in self._by_name.values() for instance in known)

    def reported(self, now: Duration) -> tuple[RuntimeContainer, ...]:
        """Return what the runtime reports at a moment, the newest first of each name."""
        return tuple(instance.reported(now) for instance in self if instance.created_at <= now)

    def next_end(self, now: Duration) -> Duration | None:
        """Return when the first of the processes that run ends by itself, ``None`` where none does."""
        return earliest(instance.ends_at for instance in self if instance.state(now) is RuntimeState.RUNNING)


def earliest(times: Iterable[Duration | None]) -> Duration | None:
    """Return the first of some moments, ``None`` where there is none."""
    return min((time for time in times if time is not None), default=None)
