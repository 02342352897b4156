"""What a container does, and what the runtime and the kubelet do with it, as a script says.

Every list is used up entry by entry, one for each use, and its last entry repeats; an empty one means success at once. Times are whole
milliseconds in JSON. What texts of errors stand for says ``script_fields.call_failure``.
"""

from __future__ import annotations

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, integer_at, is_list, mapping_at, root_object, text_at, texts_at
from ..golang.duration import Duration
from ..golang.text import to_text
from .script_fields import filled, listed, milliseconds, never_at, objects_of, optional_text_at, time_at

__all__ = ["ContainerScript", "HookStep", "Run", "Step", "behaviour_at"]

_NEVER = -1
_INT32 = 32


@attrs.frozen
class Step:
    """One call: how long it takes, and with which error it fails, if it does."""

    took: Duration = attrs.field(factory=Duration)
    error: str | None = None

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> Step:
        """Return the step that stands at ``path``. Raises ``MalformedObject``, as the other values here do.

        >>> Step.from_json({"ms": 1500, "error": "unauthorized"})
        Step(took=Duration('1.5s'), error='unauthorized')
        """
        return cls(time_at(obj, "ms", path), optional_text_at(obj, "error", path))

    def to_json(self) -> dict[str, object]:
        """Return the step as JSON."""
        return _timed(self.took) | ({} if self.error is None else {"error": self.error})


@attrs.frozen
class HookStep:
    """One run of the command of a hook; of a request, how long it takes, and the ``error`` with which it is not answered, if so."""

    took: Duration = attrs.field(factory=Duration)
    exit_code: int = 0
    output: str = ""
    error: str | None = None

    @property
    def fails(self) -> bool:
        """Whether the hook fails."""
        return self.exit_code != 0 or self.error is not None

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> HookStep:
        """Return the step that stands at ``path``."""
        took, code = time_at(obj, "ms", path), integer_at(obj, "exitCode", path, bits=_INT32)
        return cls(took, code, text_at(obj, "output", path), optional_text_at(obj, "error", path))

    def to_json(self) -> dict[str, object]:
        """Return the step as JSON."""
        failed: dict[str, object] = {} if self.error is None else {"error": self.error}
        return _timed(self.took) | ({"exitCode": self.exit_code} if self.exit_code else {}) | filled(output=self.output) | failed


@attrs.frozen
class Run:
    """One run of the process: it ends by itself after ``run``, ``None`` for never, with an exit code.

    ``reason`` is what the runtime calls such an end, empty for ``Completed`` or ``Error``.
    """

    run: Duration | None = None
    exit_code: int = 0
    reason: str = ""

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> Run:
        """Return the run that stands at ``path``; a negative ``runMs`` is never."""
        code = integer_at(obj, "exitCode", path, bits=_INT32)
        return cls(never_at(obj, "runMs", path), code, text_at(obj, "reason", path))

    def to_json(self) -> dict[str, object]:
        """Return the run as JSON."""
        return {**filled(runMs=milliseconds(self.run)), "exitCode": self.exit_code, **filled(reason=self.reason)}


@attrs.frozen(kw_only=True)
class ContainerScript:
    """What one container does.

    ============================  ======================================================================================================
    ``options``, ``pre_create``,
    ``pre_start``                 errors of what the kubelet itself does: run options (environment, mounts), and its internal hooks
    ``create``, ``start``         the runtime's calls
    ``post_start``, ``pre_stop``  the commands and requests of the hooks
    ``runs``                      how the process ends by itself, one for each start that succeeds; none: it never does
    ``stop``                      how long the process goes on after a stop signal, ``None`` for ever
    ``stop_exit_code``            with which it ends then
    ``stop_errors``               with which errors StopContainer fails at once; the last one repeats, an empty text is none
    ``startup``                   when its startup probe, if it has one, succeeds first, counted from each start; ``None`` for never
    ============================  ======================================================================================================
    """

    options: tuple[Step, ...] = ()
    pre_create: tuple[Step, ...] = ()
    pre_start: tuple[Step, ...] = ()
    create: tuple[Step, ...] = ()
    start: tuple[Step, ...] = ()
    post_start: tuple[HookStep, ...] = ()
    pre_stop: tuple[HookStep, ...] = ()
    runs: tuple[Run, ...] = ()
    stop: Duration | None = attrs.field(factory=Duration)
    stop_exit_code: int = 0
    stop_errors: tuple[str, ...] = ()
    startup: Duration | None = attrs.field(factory=Duration)

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT) -> ContainerScript:
        """Return the script of a container that stands at ``path``.

        >>> ContainerScript.from_json({"runs": [{"runMs": 1000, "exitCode": 1}], "stopMs": -1}).stop is None
        True
        """
        root = root_object(obj, path)
        return cls(
            options=listed(root, "options", path, Step.from_json),
            pre_create=listed(root, "preCreate", path, Step.from_json),
            pre_start=listed(root, "preStart", path, Step.from_json),
            create=listed(root, "create", path, Step.from_json),
            start=listed(root, "start", path, Step.from_json),
            post_start=listed(root, "postStart", path, HookStep.from_json),
            pre_stop=listed(root, "preStop", path, HookStep.from_json),
            runs=listed(root, "runs", path, Run.from_json),
            stop=never_at(root, "stopMs", path, absent=Duration()),
            stop_exit_code=integer_at(root, "stopExitCode", path, bits=_INT32),
            stop_errors=_errors_at(root, "stopError", path),
            startup=never_at(root, "startupMs", path, absent=Duration()),
        )

    def to_json(self) -> dict[str, object]:
        """Return the script as JSON."""
        return filled(
            options=objects_of(self.options),
            preCreate=objects_of(self.pre_create),
            preStart=objects_of(self.pre_start),
            create=objects_of(self.create),
            start=objects_of(self.start),
            postStart=objects_of(self.post_start),
            preStop=objects_of(self.pre_stop),
            runs=objects_of(self.runs),
            stopMs=_NEVER if self.stop is None else milliseconds(self.stop),
            stopExitCode=self.stop_exit_code,
            stopError=list(self.stop_errors),
            startupMs=_NEVER if self.startup is None else milliseconds(self.startup),
        )


def _timed(took: Duration) -> dict[str, object]:
    return {"ms": milliseconds(took)} if took else {}


def _errors_at(obj: JSONObject, key: str, path: FieldPath) -> tuple[str, ...]:
    """Return the texts in a field that holds one or a list of them."""
    if is_list(obj.get(key)):
        return texts_at(obj, key, path)
    text = optional_text_at(obj, key, path)
    return () if text is None else (text,)


def behaviour_at(obj: JSONObject, path: FieldPath) -> FrozenMap[str, ContainerScript]:
    """Return the scripts in the field ``behaviour``, by the names of containers. Raises ``MalformedObject``."""
    found = mapping_at(obj, "behaviour", path) or {}
    at = path.child("behaviour")
    return FrozenMap({to_text(name): ContainerScript.from_json(value, at.key(name)) for name, value in found.items()})
