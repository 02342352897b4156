"""The handler with which a node runs a pod, and what happens where it has none.

Kubernetes keeps the look-up in ``pkg/kubelet/runtimeclass/runtimeclass_manager.go``. It is made when the sandbox of a pod is created
(``pkg/kubelet/kuberuntime/kuberuntime_sandbox.go``), each time anew. A pod whose class is gone, or whose handler the runtime does not know,
does not fail, whatever the documentation says: it stays Pending, and starts as soon as both are there.
"""

from __future__ import annotations

import enum
from collections.abc import Collection

import attrs

from ..apimachinery.errors import NotFound
from ..apimachinery.events import EventType
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, Pod, list_at, mapping_at, root_object, text_at
from .class_source import RuntimeClassLookupFailed, SomeRuntimeClasses, lookup_runtime_class

__all__ = [
    "RuntimeHandler",
    "RuntimeHandlerReason",
    "SandboxFailure",
    "SandboxFailureReason",
    "lookup_runtime_handler",
    "sandbox_failure",
]

_SPEC = ROOT.child("spec")

_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 10, 15


class RuntimeHandlerReason(enum.Enum):
    """Why a pod has its handler."""

    NO_CLASS = "the pod names no RuntimeClass, so it has the default of the runtime"
    EMPTY_NAME = "the name of the RuntimeClass is empty, so it is the default of the runtime"
    OF_CLASS = "it is the handler of the RuntimeClass"


@attrs.frozen
class RuntimeHandler:
    """A handler, empty for the default of the runtime, and why it is this one."""

    handler: str
    reason: RuntimeHandlerReason


class SandboxFailureReason(enum.Enum):
    """Why a node creates no sandbox for a pod."""

    CLASS_NOT_FOUND = "the RuntimeClass does not exist any more"
    LOOKUP_FAILED = "the RuntimeClass could not be looked up"
    HANDLER_NOT_OFFERED = "the container runtime of the node does not know the handler"


@attrs.frozen
class SandboxFailure:
    """What a node does with a pod for which it creates no sandbox.

    ====================  =================================================================================================
    ``handler``           the one that is not offered, empty where it is not known
    ``message``           that of the event; what the runtime itself says, in its own words, comes after it where the
                          handler is not offered
    ``waiting_reason``    of every container: ``ContainerCreating``, or ``PodInitializing`` in a pod with init containers
    ``phase``             the pod's: it does not fail
    ``retry_seconds``     between which and which the kubelet tries again, at random, and so on for ever; each time there is
                          an event
    ====================  =================================================================================================
    """

    reason: SandboxFailureReason
    handler: str
    message: str
    waiting_reason: str
    event_type: EventType = EventType.WARNING
    event_reason: str = "FailedCreatePodSandBox"
    phase: str = "Pending"
    retry_seconds: tuple[int, int] = (_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS)


def lookup_runtime_handler(runtime_class_name: str | None, classes: SomeRuntimeClasses) -> RuntimeHandler:
    """Return the handler that the kubelet asks the container runtime for.

    ``runtime_class_name`` is the pod's, ``None`` where it has none; ``classes`` are those that the kubelet knows. The rule is the same in
    every release. Raises ``NotFound`` if there is no such class, ``RuntimeClassLookupFailed`` where ``classes`` does, and
    ``MalformedObject``.

    >>> lookup_runtime_handler("kata", [{"metadata": {"name": "kata"}, "handler": "kata-qemu"}]).handler
    'kata-qemu'
    """
    if not runtime_class_name:
        return RuntimeHandler("", RuntimeHandlerReason.NO_CLASS if runtime_class_name is None else RuntimeHandlerReason.EMPTY_NAME)
    found = lookup_runtime_class(runtime_class_name, classes, live=False)
    if found is None:
        raise NotFound("RuntimeClass", runtime_class_name)
    return RuntimeHandler(found.handler, RuntimeHandlerReason.OF_CLASS)


def sandbox_failure(pod: Pod | JSONObject, classes: SomeRuntimeClasses, *, offered: Collection[str] | None = None) -> SandboxFailure | None:
    """Return what comes of a pod that its node cannot run for want of its RuntimeClass or handler, ``None`` where it has both.

    ``classes`` are those that the kubelet knows. ``offered`` are the names of the node's handlers, as its ``status.runtimeHandlers`` or the
    configuration of its runtime has them (``NodeHandlers.offered``), ``None`` where that is not known; whoever offers any has a default,
    named or not. Raises ``MalformedObject``.

    >>> failure = sandbox_failure({"spec": {"runtimeClassName": "kata"}}, [])
    >>> failure.phase, failure.event_reason, failure.message
    ('Pending', 'FailedCreatePodSandBox', 'Failed to create pod sandbox: runtimeclass.node.k8s.io "kata" not found')
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    waiting = "PodInitializing" if list_at(spec, "initContainers", _SPEC) else "ContainerCreating"
    name = text_at(spec, "runtimeClassName", _SPEC)
    try:
        handler = lookup_runtime_handler(name, classes).handler
    except NotFound:
        message = f'Failed to create pod sandbox: runtimeclass.node.k8s.io "{name}" not found'
        return SandboxFailure(SandboxFailureReason.CLASS_NOT_FOUND, "", message, waiting)
    except RuntimeClassLookupFailed as error:
        message = f"Failed to create pod sandbox: failed to lookup RuntimeClass {name}: {error.message or error.reason or error.code}"
        return SandboxFailure(SandboxFailureReason.LOOKUP_FAILED, "", message, waiting)
    if offered is None or handler in offered or (offered and not handler):
        return None
    return SandboxFailure(SandboxFailureReason.HANDLER_NOT_OFFERED, handler, "Failed to create pod sandbox", waiting)
