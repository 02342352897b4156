"""Fields about a container's life that the API server drops without an error, because it does not know them or has them disabled.

What decoding does not know, it leaves out. What is known while its feature gate is off is taken out of a new pod, or template, after the
defaults and before validation: ``dropDisabledFields`` in ``pkg/api/pod/util.go``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

from ..apimachinery.changes import ChangedObject, with_changes
from ..apimachinery.fields import FieldChange, FieldPath
from ..apimachinery.objects import ContainerAt, ContainerKind, JSONObject, Pod, containers, list_at, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from .grace import PROBE_GRACE
from .hooks import SLEEP_ACTION, SLEEP_KNOWN, STOP_SIGNAL_KNOWN, STOP_SIGNALS, HookKind
from .restart import CONTAINER_RESTART_RULES, RestartPolicy
from .sidecars import SIDECARS

__all__ = [
    "CONTAINER_RESTART_POLICY_KNOWN",
    "EMPTY_HOOKS_DROPPED",
    "RESTART_RULES_KNOWN",
    "LifecycleDropReason",
    "drop_disabled_lifecycle_fields",
    "drop_unknown_lifecycle_fields",
]

CONTAINER_RESTART_POLICY_KNOWN = Change(since="1.28", summary="restartPolicy of a container is a field; earlier API servers drop it")
RESTART_RULES_KNOWN = Change(
    since="1.34",
    summary="restartPolicyRules of a container is a field; while it is disabled, it and restart policies but a sidecar's are dropped",
)
EMPTY_HOOKS_DROPPED = Change(
    since="1.30",
    summary="a disabled sleep takes its hook, and the lifecycle, with it if nothing else is left; before, an empty hook was refused",
)


class LifecycleDropReason(enum.Enum):
    """Why a field about a container's life is dropped."""

    SLEEP_UNKNOWN = "the API server does not know hooks that sleep"
    STOP_SIGNAL_UNKNOWN = "the API server does not know stop signals"
    RESTART_POLICY_UNKNOWN = "the API server does not know restart policies of containers"
    RESTART_RULES_UNKNOWN = "the API server does not know restart rules"
    SLEEP_DISABLED = "hooks that sleep are not enabled"
    STOP_SIGNAL_DISABLED = "stop signals are not enabled"
    SIDECARS_DISABLED = "sidecars are not enabled"
    RESTART_RULES_DISABLED = "restart policies and rules of containers are not enabled"
    PROBE_GRACE_DISABLED = "grace periods of probes are not enabled"


_ALWAYS = RestartPolicy.ALWAYS.value
_HOOKS = ("postStart", "preStop")
_BEFORE_SLEEP = (HookKind.EXEC, HookKind.HTTP_GET, HookKind.TCP_SOCKET)
_PROBES_WITH_GRACE = ("livenessProbe", "startupProbe")

_Rule = Callable[[ContainerAt, Release], Iterator[FieldChange]]


def drop_unknown_lifecycle_fields(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take out what decoding by an API server of ``release`` does not know.

    That is ``sleep`` of a hook up to 1.28, ``stopSignal`` up to 1.32, ``restartPolicy`` of a container in 1.27 and its
    ``restartPolicyRules`` up to 1.33. A hook of which nothing is left stays. Raises ``MalformedObject``.

    >>> pod = {"spec": {"containers": [{"lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}]}}
    >>> drop_unknown_lifecycle_fields(pod, release=Release("1.28")).object
    {'spec': {'containers': [{'lifecycle': {'preStop': {}}}]}}
    """
    fields = [
        (SLEEP_KNOWN, _unknown_sleeps),
        (STOP_SIGNAL_KNOWN, _unknown_stop_signal),
        (CONTAINER_RESTART_POLICY_KNOWN, _unknown_restart_policy),
        (RESTART_RULES_KNOWN, _unknown_restart_rules),
    ]
    return _dropped(pod, [rule for known, rule in fields if known not in release], release)


def drop_disabled_lifecycle_fields(pod: Pod | JSONObject, *, release: Release = LATEST) -> ChangedObject:
    """Take out of a new pod, or template, what an API server of ``release`` knows and has disabled.

    That are hooks that sleep, stop signals, restart policies and rules of containers, and grace periods of probes. Raises
    ``MalformedObject``.

    >>> pod = {"spec": {"containers": [{"name": "app", "lifecycle": {"stopSignal": "SIGUSR1"}}]}}
    >>> drop_disabled_lifecycle_fields(pod).object
    {'spec': {'containers': [{'name': 'app'}]}}
    """
    rules: list[_Rule] = []
    if PROBE_GRACE not in release:
        rules.append(_disabled_probe_grace)
    if CONTAINER_RESTART_POLICY_KNOWN in release and SIDECARS not in release:
        rules.append(_disabled_sidecar)
    if (SLEEP_KNOWN in release and SLEEP_ACTION not in release) or (STOP_SIGNAL_KNOWN in release and STOP_SIGNALS not in release):
        rules.append(_disabled_hooks)
    if RESTART_RULES_KNOWN in release and CONTAINER_RESTART_RULES not in release:
        rules.append(_disabled_restart_rules)
    return _dropped(pod, rules, release)


def _dropped(pod: Pod | JSONObject, rules: list[_Rule], release: Release) -> ChangedObject:
    if not rules:
        return ChangedObject(root_object(pod))
    changes = tuple(change for found in containers(pod) for rule in rules for change in rule(found, release))
    return ChangedObject(with_changes(pod, changes), changes)


# -------------------------------------------------------------------------------------------------------------------- unknown


def _unknown_sleeps(found: ContainerAt, _release: Release) -> Iterator[FieldChange]:
    lifecycle = mapping_at(found.container, "lifecycle", found.path)
    for name in _HOOKS if lifecycle is not None else ():
        at = found.path.child("lifecycle")
        hook = mapping_at(lifecycle or {}, name, at)
        if hook is not None:
            yield from _removed(hook, "sleep", at.child(name), LifecycleDropReason.SLEEP_UNKNOWN)


def _unknown_stop_signal(found: ContainerAt, _release: Release) -> Iterator[FieldChange]:
    lifecycle = mapping_at(found.container, "lifecycle", found.path)
    if lifecycle is not None:
        yield from _removed(lifecycle, "stopSignal", found.path.child("lifecycle"), LifecycleDropReason.STOP_SIGNAL_UNKNOWN)


def _unknown_restart_policy(found: ContainerAt, _release: Release) -> Iterator[FieldChange]:
    return _removed(found.container, "restartPolicy", found.path, LifecycleDropReason.RESTART_POLICY_UNKNOWN)


def _unknown_restart_rules(found: ContainerAt, _release: Release) -> Iterator[FieldChange]:
    return _removed(found.container, "restartPolicyRules", found.path, LifecycleDropReason.RESTART_RULES_UNKNOWN)


# ------------------------------------------------------------------------------------------------------------------- disabled


def _disabled_probe_grace(found: ContainerAt, _release: Release) -> Iterator[FieldChange]:
    for name in _PROBES_WITH_GRACE:
        probe = mapping_at(found.container, name, found.path)
        if probe is not None:
            at = found.path.child(name)
            yield from _removed(probe, "terminationGracePeriodSeconds", at, LifecycleDropReason.PROBE_GRACE_DISABLED)


def _disabled_sidecar(found: ContainerAt, _release: Release) -> Iterator[FieldChange]:
    """Drop the restart policy of an init container; that of another is refused."""
    if found.kind is ContainerKind.INIT:
        yield from _removed(found.container, "restartPolicy", found.path, LifecycleDropReason.SIDECARS_DISABLED)


def _disabled_restart_rules(found: ContainerAt, _release: Release) -> Iterator[FieldChange]:
    """Drop the restart policies but those that make sidecars; an ephemeral container's is refused."""
    if found.kind is ContainerKind.EPHEMERAL:
        return
    policy = text_at(found.container, "restartPolicy", found.path)
    if found.kind is ContainerKind.APP or policy != _ALWAYS:
        yield from _removed(found.container, "restartPolicy", found.path, LifecycleDropReason.RESTART_RULES_DISABLED)
    list_at(found.container, "restartPolicyRules", found.path)
    yield from _removed(found.container, "restartPolicyRules", found.path, LifecycleDropReason.RESTART_RULES_DISABLED)


def _disabled_hooks(found: ContainerAt, release: Release) -> Iterator[FieldChange]:
    """Drop sleeps and the stop signal, and the lifecycle if that leaves nothing of it."""
    lifecycle = mapping_at(found.container, "lifecycle", found.path)
    if lifecycle is None:
        return
    at = found.path.child("lifecycle")
    signal = STOP_SIGNAL_KNOWN in release and bool(text_at(lifecycle, "stopSignal", at) or lifecycle.get("stopSignal") is not None)
    signal_dropped = signal and STOP_SIGNALS not in release
    whole = EMPTY_HOOKS_DROPPED in release
    sleeps = SLEEP_ACTION not in release and SLEEP_KNOWN in release and (whole or found.kind is not ContainerKind.EPHEMERAL)
    dropped = {name: change for name in _HOOKS if sleeps and (change := _disabled_sleep(lifecycle, name, at, whole=whole))}
    gone = [name for name, change in dropped.items() if len(change.path.parts) == len(at.parts) + 1]
    left = [name for name in _HOOKS if lifecycle.get(name) is not None and name not in gone]
    if not left and signal_dropped:
        yield FieldChange(at, lifecycle, None, LifecycleDropReason.STOP_SIGNAL_DISABLED)
    elif not left and not signal and sleeps and whole:
        yield FieldChange(at, lifecycle, None, LifecycleDropReason.SLEEP_DISABLED)
    else:
        yield from dropped.values()
        if signal_dropped:
            yield from _removed(lifecycle, "stopSignal", at, LifecycleDropReason.STOP_SIGNAL_DISABLED)


def _disabled_sleep(lifecycle: JSONObject, name: str, path: FieldPath, *, whole: bool) -> FieldChange | None:
    """Return the removal of a hook's sleep, or of the ``whole`` hook if it only sleeps."""
    hook, at = mapping_at(lifecycle, name, path), path.child(name)
    if hook is None or mapping_at(hook, "sleep", at) is None:
        return None
    if whole and not any(mapping_at(hook, kind.value, at) is not None for kind in _BEFORE_SLEEP):
        return FieldChange(at, hook, None, LifecycleDropReason.SLEEP_DISABLED)
    return FieldChange(at.child("sleep"), hook["sleep"], None, LifecycleDropReason.SLEEP_DISABLED)


def _removed(parent: JSONObject, field: str, path: FieldPath, reason: LifecycleDropReason) -> Iterator[FieldChange]:
    if parent.get(field) is not None:
        yield FieldChange(path.child(field), parent[field], None, reason)
