"""What the kubelet says about the life of a container: the reasons of its events, their messages, and what they are about.

The reasons are those of ``pkg/kubelet/events/event.go``, with the few that other components give while a pod waits to start; the messages
are those of ``pkg/kubelet/kuberuntime`` and ``pkg/kubelet/lifecycle``. The messages about images are the room ``pulling``'s.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.events import EventType
from ..apimachinery.objects import ContainerKind
from ..apimachinery.release import LATEST, Change, Release

__all__ = [
    "COLON_AFTER_CREATED",
    "POST_START_HOOK_FAILED",
    "PRE_STOP_HOOK_FAILED",
    "SANDBOX_CHANGED",
    "TEXTS_WITHOUT_NAMES",
    "EventReason",
    "LifecycleEvent",
    "back_off_message",
    "container_field_path",
    "created_message",
    "failed_message",
    "http_fallback_message",
    "implicit_field_path",
    "killing_message",
    "sandbox_failed_message",
    "started_message",
]

COLON_AFTER_CREATED = Change(since="1.29", summary="the event Created has a colon before the name of the container")
TEXTS_WITHOUT_NAMES = Change(since="1.35", summary="the events Created and Started no longer name the container; their fieldPath does")

POST_START_HOOK_FAILED = "PostStartHook failed"
"""The message of ``FailedPostStartHook``; what failed stands in the container's status only."""

PRE_STOP_HOOK_FAILED = "PreStopHook failed"
"""The message of ``FailedPreStopHook``."""

SANDBOX_CHANGED = "Pod sandbox changed, it will be killed and re-created."
"""The message of ``SandboxChanged``."""


class EventReason(enum.Enum):
    """The reasons of events about the life of a pod and its containers; the values are those of ``reason``."""

    PULLING = "Pulling"
    PULLED = "Pulled"
    FAILED = "Failed"
    INSPECT_FAILED = "InspectFailed"
    ERR_IMAGE_NEVER_PULL = "ErrImageNeverPull"
    CREATED = "Created"
    STARTED = "Started"
    FAILED_POST_START_HOOK = "FailedPostStartHook"
    FAILED_PRE_STOP_HOOK = "FailedPreStopHook"
    LIFECYCLE_HTTP_FALLBACK = "LifecycleHTTPFallback"
    KILLING = "Killing"
    BACK_OFF = "BackOff"
    UNHEALTHY = "Unhealthy"
    PROBE_WARNING = "ProbeWarning"
    EXCEEDED_GRACE_PERIOD = "ExceededGracePeriod"
    PREEMPTING = "Preempting"
    EVICTED = "Evicted"
    FAILED_KILL_POD = "FailedKillPod"
    FAILED_SYNC = "FailedSync"
    SANDBOX_CHANGED = "SandboxChanged"
    FAILED_CREATE_POD_SANDBOX = "FailedCreatePodSandBox"
    FAILED_POD_SANDBOX_STATUS = "FailedPodSandBoxStatus"
    FAILED_CREATE_POD_CONTAINER = "FailedCreatePodContainer"
    NETWORK_NOT_READY = "NetworkNotReady"
    FAILED_TO_RETRIEVE_IMAGE_PULL_SECRET = "FailedToRetrieveImagePullSecret"  # noqa: S105  (no secret)
    FAILED_MOUNT = "FailedMount"
    FAILED_MAP_VOLUME = "FailedMapVolume"
    FAILED_ATTACH_VOLUME = "FailedAttachVolume"
    FAILED_PREPARE_DYNAMIC_RESOURCES = "FailedPrepareDynamicResources"
    SCHEDULED = "Scheduled"
    FAILED_SCHEDULING = "FailedScheduling"

    @property
    def meaning(self) -> str:
        """What has happened, in one clause."""
        return _MEANINGS[self]


_MEANINGS = {
    EventReason.PULLING: "a pull of the image begins",
    EventReason.PULLED: "the image is there: it was pulled, or was there before",
    EventReason.FAILED: "the image could not be pulled, or the container not be created or started",
    EventReason.INSPECT_FAILED: "the kubelet could not read the name of the image, or the runtime not say whether it is there",
    EventReason.ERR_IMAGE_NEVER_PULL: "the image is not there, or the pod may not use it, and the pull policy is Never",
    EventReason.CREATED: "the runtime has created the container",
    EventReason.STARTED: "the runtime has started the container",
    EventReason.FAILED_POST_START_HOOK: "the postStart hook failed, so the container is killed",
    EventReason.FAILED_PRE_STOP_HOOK: "the preStop hook failed; the container is stopped all the same",
    EventReason.LIFECYCLE_HTTP_FALLBACK: "the server of a hook that asks for HTTPS speaks HTTP; the request was repeated and answered",
    EventReason.KILLING: "the container is being stopped",
    EventReason.BACK_OFF: "the kubelet waits before it pulls the image, or restarts the container, again",
    EventReason.UNHEALTHY: "a probe failed",
    EventReason.PROBE_WARNING: "a probe succeeded, with something to say",
    EventReason.EXCEEDED_GRACE_PERIOD: "the container was not stopped within the grace period",
    EventReason.PREEMPTING: "the pod makes room for a critical one",
    EventReason.EVICTED: "the node runs out of something, and the pod has to go",
    EventReason.FAILED_KILL_POD: "the pod could not be stopped; that is tried again",
    EventReason.FAILED_SYNC: "the kubelet could not bring the pod to where it should be; that is tried again",
    EventReason.SANDBOX_CHANGED: "the sandbox of the pod is gone or outdated, so all its containers are started anew",
    EventReason.FAILED_CREATE_POD_SANDBOX: "the sandbox of the pod, with its network, could not be made",
    EventReason.FAILED_POD_SANDBOX_STATUS: "the runtime could not say how the sandbox of the pod is",
    EventReason.FAILED_CREATE_POD_CONTAINER: "the cgroups of the pod could not be made",
    EventReason.NETWORK_NOT_READY: "the network of the node is not ready",
    EventReason.FAILED_TO_RETRIEVE_IMAGE_PULL_SECRET: "a pull secret of the pod could not be read; images are pulled without it",
    EventReason.FAILED_MOUNT: "a volume could not be mounted",
    EventReason.FAILED_MAP_VOLUME: "a block volume could not be mapped",
    EventReason.FAILED_ATTACH_VOLUME: "a volume could not be attached to the node",
    EventReason.FAILED_PREPARE_DYNAMIC_RESOURCES: "the devices that the pod claims could not be prepared",
    EventReason.SCHEDULED: "the pod was given a node",
    EventReason.FAILED_SCHEDULING: "no node takes the pod",
}


@attrs.frozen
class LifecycleEvent:
    """An event of the kubelet; ``field_path`` says which container it is about, empty where it is about the pod."""

    type: EventType
    reason: EventReason
    message: str
    field_path: str = ""


def container_field_path(kind: ContainerKind, name: str) -> str:
    """Return ``involvedObject.fieldPath`` of the events about a container.

    >>> container_field_path(ContainerKind.APP, "web")
    'spec.containers{web}'
    """
    return f"spec.{kind.value}{{{name}}}"


def implicit_field_path(name: str) -> str:
    """Return ``involvedObject.fieldPath`` of the events about a container whose pod the kubelet does not know.

    >>> implicit_field_path("web")
    'implicitly required container web'
    """
    return f"implicitly required container {name}"


# ----------------------------------------------------------------------------------------------------------------- messages


def created_message(container: str, *, release: Release = LATEST) -> str:
    """Return the message of ``Created``; ``container`` is a name, ``release`` the kubelet's.

    >>> [created_message("web", release=Release(minor)) for minor in ("1.28", "1.29", "1.35")]
    ['Created container web', 'Created container: web', 'Container created']
    """
    if TEXTS_WITHOUT_NAMES in release:
        return "Container created"
    return f"Created container: {container}" if COLON_AFTER_CREATED in release else f"Created container {container}"


def started_message(container: str, *, release: Release = LATEST) -> str:
    """Return the message of ``Started``; ``container`` is a name, ``release`` the kubelet's.

    >>> started_message("web", release=Release("1.34"))
    'Started container web'
    """
    return "Container started" if TEXTS_WITHOUT_NAMES in release else f"Started container {container}"


def killing_message(container: str, message: str = "") -> str:
    """Return the message of ``Killing``: that of who wants the container stopped, or a general one.

    >>> killing_message("web")
    'Stopping container web'
    """
    return message or f"Stopping container {container}"


def failed_message(error: str) -> str:
    """Return the message of ``Failed`` after a start that failed; ``error`` is the reason or the message with which the container waits.

    >>> failed_message("ErrImagePull")
    'Error: ErrImagePull'
    """
    return f"Error: {error}"


def back_off_message(container: str, pod: str) -> str:
    """Return the message of ``BackOff`` about a container that exits again and again; ``pod`` is written ``name_namespace(uid)``.

    >>> back_off_message("web", "shop_default(8c3a)")
    'Back-off restarting failed container web in pod shop_default(8c3a)'
    """
    return f"Back-off restarting failed container {container} in pod {pod}"


def sandbox_failed_message(error: str) -> str:
    """Return the message of ``FailedCreatePodSandBox``; ``error`` is what the runtime said."""
    return f"Failed to create pod sandbox: {error}"


def http_fallback_message(address: str) -> str:
    """Return the message of ``LifecycleHTTPFallback``; ``address`` is ``host:port``.

    >>> http_fallback_message("10.0.0.5:443")
    'request to HTTPS lifecycle hook 10.0.0.5:443 got HTTP response, retry with HTTP succeeded'
    """
    return f"request to HTTPS lifecycle hook {address} got HTTP response, retry with HTTP succeeded"
