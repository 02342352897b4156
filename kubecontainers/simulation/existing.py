"""What is on a node before the simulation begins: sandboxes and containers of a pod, and back-offs."""

from __future__ import annotations

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, boolean_at, integer_at, text_at
from ..golang.duration import Duration
from ..lifecycle.runtime_status import ProbeResult, RuntimeState, SandboxState
from .script_fields import filled, milliseconds, named_at, time_at, whole_at

__all__ = ["ExistingBackOff", "ExistingContainer", "ExistingSandbox"]

_STATES = {state.value: state for state in RuntimeState}
_SANDBOX_STATES = {state.value: state for state in (SandboxState.READY, SandboxState.NOT_READY)}
_PROBE_RESULTS: dict[str, ProbeResult | None] = {result.value: result for result in ProbeResult}
_INT32 = 32


@attrs.frozen
class ExistingSandbox:
    """A sandbox that the pod has already; ``attempt`` is its number."""

    state: SandboxState = SandboxState.READY
    attempt: int = 0

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> ExistingSandbox:
        """Return the sandbox that stands at ``path``. Raises ``MalformedObject``, as the other values here do."""
        state = named_at(obj, "state", path, _SANDBOX_STATES, SandboxState.READY)
        return cls(state, integer_at(obj, "attempt", path, bits=_INT32))

    def to_json(self) -> dict[str, object]:
        """Return the sandbox as JSON."""
        return {"state": self.state.value, "attempt": self.attempt}


@attrs.frozen(kw_only=True)
class ExistingContainer:
    """An instance of a container that the pod has already, in its last sandbox.

    ``created_ago`` and ``finished_ago`` are times before the beginning; ``changed``: the pod's definition of it is no longer that which it
    was created with. The probes are what they said last.
    """

    name: str
    attempt: int = 0
    state: RuntimeState = RuntimeState.RUNNING
    exit_code: int = 0
    reason: str = ""
    created_ago: Duration = attrs.field(factory=Duration)
    finished_ago: Duration = attrs.field(factory=Duration)
    changed: bool = False
    liveness: ProbeResult | None = None
    startup: ProbeResult | None = None

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> ExistingContainer:
        """Return the instance that stands at ``path``."""
        return cls(
            name=text_at(obj, "name", path),
            attempt=integer_at(obj, "attempt", path, bits=_INT32),
            state=named_at(obj, "state", path, _STATES, RuntimeState.RUNNING),
            exit_code=integer_at(obj, "exitCode", path, bits=_INT32),
            reason=text_at(obj, "reason", path),
            created_ago=time_at(obj, "createdAgoMs", path),
            finished_ago=time_at(obj, "finishedAgoMs", path),
            changed=boolean_at(obj, "changed", path) or False,
            liveness=named_at(obj, "liveness", path, _PROBE_RESULTS, None),
            startup=named_at(obj, "startup", path, _PROBE_RESULTS, None),
        )

    def to_json(self) -> dict[str, object]:
        """Return the instance as JSON."""
        return filled(
            name=self.name,
            attempt=self.attempt,
            state=self.state.value,
            exitCode=self.exit_code,
            reason=self.reason,
            createdAgoMs=milliseconds(self.created_ago),
            finishedAgoMs=milliseconds(self.finished_ago),
            changed=self.changed or None,
            liveness=None if self.liveness is None else self.liveness.value,
            startup=None if self.startup is None else self.startup.value,
        )


@attrs.frozen(kw_only=True)
class ExistingBackOff:
    """A back-off that the kubelet remembers, of the restarts of a ``container``, or of the pulls of an ``image``; the other is empty.

    It was advanced ``count`` times in a row, all of them ``ago``.
    """

    container: str = ""
    image: str = ""
    count: int = 1
    ago: Duration = attrs.field(factory=Duration)

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> ExistingBackOff:
        """Return the back-off that stands at ``path``."""
        count = whole_at(obj, "count", path, bits=_INT32)
        return cls(
            container=text_at(obj, "container", path),
            image=text_at(obj, "image", path),
            count=1 if count is None else count,
            ago=time_at(obj, "agoMs", path),
        )

    def to_json(self) -> dict[str, object]:
        """Return the back-off as JSON."""
        return filled(container=self.container, image=self.image, count=self.count, agoMs=milliseconds(self.ago))
