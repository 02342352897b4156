"""What the API server says of the fields about a container's life: its hooks, its probes, its stop signal, its restart policy.

Kubernetes keeps the rules in ``pkg/apis/core/validation/validation.go``: ``validateLifecycle``, ``validateProbe`` and its kin, and what
``validateContainers``, ``validateInitContainers`` and ``validateEphemeralContainers`` let each kind of container have. What a release has
disabled was dropped before, with ``drop_disabled_lifecycle_fields``: a field that is there is checked.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from ..apimachinery.checked import CheckedFields
from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, integer_at, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Release
from .drop import CONTAINER_RESTART_POLICY_KNOWN
from .handler_validation import SleepBound, validate_hook_handler, validate_probe_handler
from .hooks import STOP_SIGNAL_KNOWN
from .restart import CONTAINER_RESTART_RULES, RestartPolicy

__all__ = [
    "CHECKED",
    "LifecycleRule",
    "PodLifecycle",
    "validate_os",
    "validate_restart_policy",
]

CHECKED = CheckedFields(
    spec=frozenset({"os", "restartPolicy", "terminationGracePeriodSeconds"}),
    container=frozenset({"lifecycle", "livenessProbe", "readinessProbe", "restartPolicy", "startupProbe"}),
)
"""The fields that these rules check."""


class LifecycleRule(enum.Enum):
    """A rule that a field about a container's life can break; the values say what would be right."""

    NOT_FOR_INIT = "only app containers and sidecars have hooks and probes"
    NOT_FOR_EPHEMERAL = "an ephemeral container has no hooks, no probes and no restart policy"
    ONLY_FOR_INIT = "only an init container has a restart policy of its own"
    ALWAYS_ONLY = "the restart policy of an init container can only be Always"
    RESTART_POLICY = "a restart policy is Always, OnFailure or Never"
    RESTART_POLICY_REQUIRED = "a pod has a restart policy"
    OS_REQUIRED = "an operating system has a name"
    OS_UNKNOWN = "the operating system is linux or windows"
    STOP_SIGNAL_WITHOUT_OS = "a stop signal needs the operating system, spec.os"
    STOP_SIGNAL = "the operating system has no such signal that stops a container"
    NEGATIVE = "a probe has no negative numbers"
    SUCCESS_THRESHOLD = "one success is enough for a liveness probe and a startup probe"
    PROBE_GRACE = "a grace period is longer than 0 seconds"
    READINESS_GRACE = "a readiness probe stops no container, so it has no grace period"


_POLICIES = frozenset(policy.value for policy in RestartPolicy)
_ALWAYS = RestartPolicy.ALWAYS.value
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_READINESS = "readinessProbe"
_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_NUMBER_BITS = 32

_LINUX_NAMES = (
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG "
    "USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX"
)
_REAL_TIME = (*(f"SIGRTMIN+{above}" for above in range(1, 16)), *(f"SIGRTMAX-{below}" for below in range(1, 15)))
_SIGNALS = {
    "linux": frozenset({*(f"SIG{name}" for name in _LINUX_NAMES.split()), *_REAL_TIME}),
    "windows": frozenset({"SIGKILL", "SIGTERM"}),
}
"""The signals that a container can be stopped with, by the operating systems that there are."""


@attrs.frozen
class PodLifecycle:
    """What the containers of a pod are checked with: its grace period and its operating system, ``None`` where it names none."""

    grace_seconds: int | None
    os: str | None
    release: Release = LATEST

    @classmethod
    def from_spec(cls, spec: JSONObject, path: FieldPath, *, release: Release = LATEST) -> PodLifecycle:
        """Return it for a ``spec``, which stands at ``path``; ``release`` is the API server's. Raises ``MalformedObject``."""
        grace = integer_at(root_object(spec, path), "terminationGracePeriodSeconds", path)
        os = mapping_at(spec, "os", path)
        given = spec.get("terminationGracePeriodSeconds") is not None
        return cls(grace if given else None, None if os is None else text_at(os, "name", path.child("os")), release)

    def errors(self, found: ContainerAt) -> Iterator[FieldError]:
        """Yield the errors of hooks and probes of a container, in Kubernetes' order. Raises ``MalformedObject``.

        >>> from kubecontainers.apimachinery.objects import containers
        >>> pod = {"spec": {"containers": [{"name": "app", "lifecycle": {"preStop": {"sleep": {"seconds": 31}}}}]}}
        >>> [str(error) for found in containers(pod) for error in PodLifecycle(30, None).errors(found)]
        ["spec.containers[0].lifecycle.preStop.sleep: Invalid: '31': a sleep is not longer than terminationGracePeriodSeconds"]
        """
        if found.kind is ContainerKind.APP or (found.kind is ContainerKind.INIT and self._policy(found) == _ALWAYS):
            return self._checked(found.container, found.path)
        return self._forbidden(found)

    def restart_policy_errors(self, found: ContainerAt) -> Iterator[FieldError]:
        """Yield the error of the restart policy of an app or init container: one at the most. Raises ``MalformedObject``."""
        policy, at = self._policy(found), found.path.child("restartPolicy")
        if policy is None:
            return
        if CONTAINER_RESTART_RULES in self.release:
            if policy not in _POLICIES:
                yield _error(at, FieldErrorType.NOT_SUPPORTED, LifecycleRule.RESTART_POLICY, policy)
        elif found.kind is ContainerKind.INIT:
            if policy != _ALWAYS:
                yield _error(at, FieldErrorType.NOT_SUPPORTED, LifecycleRule.ALWAYS_ONLY, policy)
        else:
            yield _error(at, FieldErrorType.FORBIDDEN, LifecycleRule.ONLY_FOR_INIT)

    def _policy(self, found: ContainerAt) -> str | None:
        """Return the restart policy of a container, ``None`` where it has none, or the release knows of none."""
        if found.container.get("restartPolicy") is None or CONTAINER_RESTART_POLICY_KNOWN not in self.release:
            return None
        return text_at(found.container, "restartPolicy", found.path)

    def _forbidden(self, found: ContainerAt) -> Iterator[FieldError]:
        """Yield the errors of a container that may have neither hooks nor probes; what they say is not looked at."""
        ephemeral = found.kind is ContainerKind.EPHEMERAL
        rule = LifecycleRule.NOT_FOR_EPHEMERAL if ephemeral else LifecycleRule.NOT_FOR_INIT
        if ephemeral and self._policy(found) is not None:
            yield _error(found.path.child("restartPolicy"), FieldErrorType.FORBIDDEN, rule)
        for field in (*_PROBES, "lifecycle") if ephemeral else ("lifecycle", *_PROBES):
            if mapping_at(found.container, field, found.path) is not None:
                yield _error(found.path.child(field), FieldErrorType.FORBIDDEN, rule)

    def _checked(self, container: JSONObject, path: FieldPath) -> Iterator[FieldError]:
        """Yield the errors of hooks and probes of a container that may have them."""
        lifecycle = mapping_at(container, "lifecycle", path)
        if lifecycle is not None:
            yield from self._lifecycle_errors(lifecycle, path.child("lifecycle"))
        for field in _PROBES:
            probe = mapping_at(container, field, path)
            if probe is not None:
                yield from _probe_errors(probe, path.child(field), readiness=field == _READINESS)

    def _lifecycle_errors(self, lifecycle: JSONObject, path: FieldPath) -> Iterator[FieldError]:
        for field in ("postStart", "preStop"):
            hook = mapping_at(lifecycle, field, path)
            if hook is not None:
                yield from validate_hook_handler(hook, path.child(field), SleepBound(self.grace_seconds, self.release))
        if STOP_SIGNAL_KNOWN in self.release and lifecycle.get("stopSignal") is not None:
            yield from self._signal_errors(text_at(lifecycle, "stopSignal", path), path.child("stopSignal"))

    def _signal_errors(self, signal: str, path: FieldPath) -> Iterator[FieldError]:
        if self.os is None:
            yield _error(path, FieldErrorType.FORBIDDEN, LifecycleRule.STOP_SIGNAL_WITHOUT_OS)
        elif signal not in _SIGNALS.get(self.os, {signal}):
            yield _error(path, FieldErrorType.NOT_SUPPORTED, LifecycleRule.STOP_SIGNAL, signal)


def validate_restart_policy(spec: JSONObject, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the error of ``restartPolicy`` of a pod's ``spec``, which stands at ``path``: one at the most. Raises ``MalformedObject``.

    >>> from kubecontainers.apimachinery.fields import SPEC
    >>> [str(error) for error in validate_restart_policy({"restartPolicy": "always"}, SPEC)]
    ["spec.restartPolicy: NotSupported: 'always': a restart policy is Always, OnFailure or Never"]
    """
    policy, at = text_at(root_object(spec, path), "restartPolicy", path), path.child("restartPolicy")
    if not policy:
        return (_error(at, FieldErrorType.REQUIRED, LifecycleRule.RESTART_POLICY_REQUIRED),)
    if policy not in _POLICIES:
        return (_error(at, FieldErrorType.NOT_SUPPORTED, LifecycleRule.RESTART_POLICY, policy),)
    return ()


def validate_os(spec: JSONObject, path: FieldPath) -> tuple[FieldError, ...]:
    """Return the error of ``os`` of a pod's ``spec``, which stands at ``path``: one at the most. Raises ``MalformedObject``.

    What a pod of either operating system may not have is not looked at.

    >>> from kubecontainers.apimachinery.fields import SPEC
    >>> [str(error) for error in validate_os({"os": {"name": "plan9"}}, SPEC)]
    ["spec.os: NotSupported: 'plan9': the operating system is linux or windows"]
    """
    os, at = mapping_at(root_object(spec, path), "os", path), path.child("os")
    if os is None:
        return ()
    name = text_at(os, "name", at)
    if not name:
        return (_error(at.child("name"), FieldErrorType.REQUIRED, LifecycleRule.OS_REQUIRED),)
    return () if name in _SIGNALS else (_error(at, FieldErrorType.NOT_SUPPORTED, LifecycleRule.OS_UNKNOWN, name),)


def _probe_errors(probe: JSONObject, path: FieldPath, *, readiness: bool) -> Iterator[FieldError]:
    yield from validate_probe_handler(probe, path)
    for field in _NUMBERS:
        number = integer_at(probe, field, path, bits=_NUMBER_BITS)
        if number < 0:
            yield _error(path.child(field), FieldErrorType.INVALID, LifecycleRule.NEGATIVE, str(number))
    grace, at = integer_at(probe, "terminationGracePeriodSeconds", path), path.child("terminationGracePeriodSeconds")
    given = probe.get("terminationGracePeriodSeconds") is not None
    if given and grace <= 0:
        yield _error(at, FieldErrorType.INVALID, LifecycleRule.PROBE_GRACE, str(grace))
    if readiness:
        if given:
            yield _error(at, FieldErrorType.INVALID, LifecycleRule.READINESS_GRACE, str(grace))
    elif (successes := integer_at(probe, "successThreshold", path, bits=_NUMBER_BITS)) != 1:
        yield _error(path.child("successThreshold"), FieldErrorType.INVALID, LifecycleRule.SUCCESS_THRESHOLD, str(successes))


def _error(path: FieldPath, kind: FieldErrorType, rule: LifecycleRule, value: str = "") -> FieldError:
    return FieldError(path, kind, rule, value, rule.value)
