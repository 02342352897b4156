"""The reasons with which a container waits, and what each says: the step of the start that failed, what was done before, what comes next.

Containers of all kinds are started in the same steps, one after the other; the first that fails ends the start (``startContainer`` in
``pkg/kubelet/kuberuntime/kuberuntime_container.go``). Its error class is the reason, see also ``pkg/kubelet/images/types.go`` and
``convertToAPIContainerStatuses`` in ``pkg/kubelet/kubelet_pods.go``.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.release import LATEST, Change, Release
from .events import EventReason

__all__ = [
    "ALL_RESTARTED_AT_ONCE",
    "RUNTIME_ERRORS_TOLD_APART",
    "ContainerWaitingReason",
    "Retry",
    "StartStep",
    "WaitingMeaning",
    "steps_before",
    "waiting_reason",
]

RUNTIME_ERRORS_TOLD_APART = Change(
    since="1.28", summary="a container waits with RegistryUnavailable or SignatureValidationFailed where the runtime's error begins so"
)
ALL_RESTARTED_AT_ONCE = Change(
    gate="RestartAllContainersOnContainerExits",
    since="1.36",
    summary="a container waits with RestartingAllContainers while all containers of its pod are started anew",
)


class StartStep(enum.Enum):
    """What has to be done until a container runs, in this order."""

    SCHEDULE = "the scheduler gives the pod a node"
    PREPARE = "the node prepares the pod: its network, cgroups, volumes and devices"
    SANDBOX = "the runtime makes the sandbox, in which the pod gets its address"
    INITIALIZE = "the init containers before it are done, and the sidecars before it have started"
    IMAGE = "the image is found on the node, or pulled"
    CONFIGURE = "the kubelet puts together the environment, the mounts and the user"
    PRE_CREATE = "the kubelet's own hook before creating runs"
    CREATE = "the runtime creates the container"
    PRE_START = "the kubelet's own hook before starting runs: CPUs, memory and devices are assigned"
    START = "the runtime starts the process"
    POST_START = "the postStart hook runs"
    RUN = "the container runs"


def steps_before(step: StartStep) -> tuple[StartStep, ...]:
    """Return the steps that come before another.

    >>> [before.name for before in steps_before(StartStep.SANDBOX)]
    ['SCHEDULE', 'PREPARE']
    """
    steps = tuple(StartStep)
    return steps[: steps.index(step)]


class Retry(enum.Enum):
    """When the step is tried again that has failed."""

    NEXT_SYNC = "with the next sync of the pod, 10 to 15 s after one that failed; there is no back-off"
    VOLUME_BACK_OFF = "after a back-off that each volume has for itself: 0.5 s, and twice as long each time up to 2 min"
    PULL_BACK_OFF = "after a back-off that begins with the end of the last pull: 10 s, and twice as long each time up to 5 min"
    RESTART_BACK_OFF = (
        "after a back-off that begins with the exit of the container: by default 10 s, and twice as long each time up to 5 min"
    )
    SCHEDULER = "when something changes in the cluster that may help"
    TURN = "it has not failed: others come first"
    UNDER_WAY = "it is not known to have failed: it may be under way"
    NEVER = "never: the pod has ended, or is being deleted"
    UNKNOWN = "nothing is known about that"


class ContainerWaitingReason(enum.Enum):
    """The reasons that Kubernetes gives; the values are those of ``state.waiting.reason``. A runtime may give others."""

    NONE = ""
    CONTAINER_CREATING = "ContainerCreating"
    POD_INITIALIZING = "PodInitializing"
    INVALID_IMAGE_NAME = "InvalidImageName"
    IMAGE_INSPECT_ERROR = "ImageInspectError"
    ERR_IMAGE_NEVER_PULL = "ErrImageNeverPull"
    ERR_IMAGE_PULL = "ErrImagePull"
    IMAGE_PULL_BACK_OFF = "ImagePullBackOff"
    REGISTRY_UNAVAILABLE = "RegistryUnavailable"
    SIGNATURE_VALIDATION_FAILED = "SignatureValidationFailed"
    CREATE_CONTAINER_CONFIG_ERROR = "CreateContainerConfigError"
    PRE_CREATE_HOOK_ERROR = "PreCreateHookError"
    CREATE_CONTAINER_ERROR = "CreateContainerError"
    PRE_START_HOOK_ERROR = "PreStartHookError"
    RUN_CONTAINER_ERROR = "RunContainerError"
    POST_START_HOOK_ERROR = "PostStartHookError"
    CRASH_LOOP_BACK_OFF = "CrashLoopBackOff"
    RESTARTING_ALL_CONTAINERS = "RestartingAllContainers"

    @property
    def meaning(self) -> WaitingMeaning:
        """What the reason says.

        >>> ContainerWaitingReason.RUN_CONTAINER_ERROR.meaning.summary
        'the container was created, and its process cannot be started; each try makes another one'
        """
        return _MEANINGS[self]


@attrs.frozen
class WaitingMeaning:
    """What a reason says.

    ``step`` is the one that failed, or the first of which the reason does not say that it is done; all before it are ``done``. ``events``
    are the reasons of the events that tell more, the most telling first.
    """

    step: StartStep
    retry: Retry
    events: tuple[EventReason, ...]
    summary: str
    advice: str

    @property
    def done(self) -> tuple[StartStep, ...]:
        """The steps that were done."""
        return steps_before(self.step)


_BY_VALUE = {reason.value: reason for reason in ContainerWaitingReason}
_SINCE = {
    ContainerWaitingReason.REGISTRY_UNAVAILABLE: RUNTIME_ERRORS_TOLD_APART,
    ContainerWaitingReason.SIGNATURE_VALIDATION_FAILED: RUNTIME_ERRORS_TOLD_APART,
    ContainerWaitingReason.RESTARTING_ALL_CONTAINERS: ALL_RESTARTED_AT_ONCE,
}


def waiting_reason(text: str, *, release: Release = LATEST) -> ContainerWaitingReason | None:
    """Return which of Kubernetes' reasons a text is, ``None`` where ``release``, the kubelet's, does not give it.

    >>> waiting_reason("RegistryUnavailable", release=Release("1.27")) is None
    True
    """
    reason = _BY_VALUE.get(text)
    return None if reason in _SINCE and _SINCE[reason] not in release else reason


_CREATING = (
    EventReason.FAILED_CREATE_POD_SANDBOX,
    EventReason.FAILED_MOUNT,
    EventReason.FAILED_ATTACH_VOLUME,
    EventReason.NETWORK_NOT_READY,
    EventReason.PULLING,
)
_PULL = (EventReason.FAILED, EventReason.BACK_OFF, EventReason.PULLING)
_LOOK_AT_PULL = "read the event Failed before the back-off, or the message; mending a secret or a registry does not shorten the wait"

_MEANINGS = {
    ContainerWaitingReason.NONE: WaitingMeaning(
        StartStep.START,
        Retry.NEXT_SYNC,
        (EventReason.CREATED, EventReason.FAILED),
        "the runtime has the container, and either never started it or cannot say how it is",
        "if this lasts, look at the runtime on the node",
    ),
    ContainerWaitingReason.CONTAINER_CREATING: WaitingMeaning(
        StartStep.PREPARE,
        Retry.UNDER_WAY,
        _CREATING,
        "the start of the container was not tried yet, or its first try is not over",
        "the status says no more: look at the events of the pod",
    ),
    ContainerWaitingReason.POD_INITIALIZING: WaitingMeaning(
        StartStep.PREPARE,
        Retry.UNDER_WAY,
        _CREATING,
        "the start of the container was not tried yet, in a pod that has init containers",
        "look at the init containers first, then at the events of the pod",
    ),
    ContainerWaitingReason.INVALID_IMAGE_NAME: WaitingMeaning(
        StartStep.IMAGE,
        Retry.NEXT_SYNC,
        (EventReason.INSPECT_FAILED,),
        "the kubelet cannot read the reference of the image",
        "mend the reference: no try can succeed before",
    ),
    ContainerWaitingReason.IMAGE_INSPECT_ERROR: WaitingMeaning(
        StartStep.IMAGE,
        Retry.NEXT_SYNC,
        (EventReason.INSPECT_FAILED,),
        "the runtime cannot say whether the image is on the node",
        "look at the runtime on the node; a short image name that it refuses to complete is a common cause",
    ),
    ContainerWaitingReason.ERR_IMAGE_NEVER_PULL: WaitingMeaning(
        StartStep.IMAGE,
        Retry.NEXT_SYNC,
        (EventReason.ERR_IMAGE_NEVER_PULL,),
        "the policy is Never, and the node has no such image that the pod may use",
        "load the image onto the node, or change imagePullPolicy",
    ),
    ContainerWaitingReason.ERR_IMAGE_PULL: WaitingMeaning(
        StartStep.IMAGE,
        Retry.PULL_BACK_OFF,
        _PULL,
        "a pull has just failed",
        "the message says why: a wrong name or tag, credentials, or the network",
    ),
    ContainerWaitingReason.IMAGE_PULL_BACK_OFF: WaitingMeaning(
        StartStep.IMAGE,
        Retry.PULL_BACK_OFF,
        _PULL,
        "a pull has failed, of this or another container with the same image, and the next is waited for",
        _LOOK_AT_PULL,
    ),
    ContainerWaitingReason.REGISTRY_UNAVAILABLE: WaitingMeaning(
        StartStep.IMAGE, Retry.PULL_BACK_OFF, _PULL, "the runtime cannot reach the registry", "look at the registry, and the way to it"
    ),
    ContainerWaitingReason.SIGNATURE_VALIDATION_FAILED: WaitingMeaning(
        StartStep.IMAGE,
        Retry.PULL_BACK_OFF,
        _PULL,
        "the runtime does not accept the signature of the image",
        "look at the signature policy of the runtime, and how the image is signed",
    ),
    ContainerWaitingReason.CREATE_CONTAINER_CONFIG_ERROR: WaitingMeaning(
        StartStep.CONFIGURE,
        Retry.NEXT_SYNC,
        (EventReason.FAILED,),
        "the container cannot be put together; its image is there",
        "the message says what is missing: a ConfigMap, a Secret or a key of one, or that runAsNonRoot forbids the user of the image",
    ),
    ContainerWaitingReason.PRE_CREATE_HOOK_ERROR: WaitingMeaning(
        StartStep.PRE_CREATE,
        Retry.NEXT_SYNC,
        (EventReason.FAILED,),
        "a resource manager of the kubelet refuses the container",
        "look at the kubelet on the node",
    ),
    ContainerWaitingReason.CREATE_CONTAINER_ERROR: WaitingMeaning(
        StartStep.CREATE,
        Retry.NEXT_SYNC,
        (EventReason.FAILED,),
        "the runtime does not create the container",
        "the message is the runtime's: often a mount it cannot make, no command, or a name still in use",
    ),
    ContainerWaitingReason.PRE_START_HOOK_ERROR: WaitingMeaning(
        StartStep.PRE_START,
        Retry.NEXT_SYNC,
        (EventReason.FAILED,),
        "the container was created, though there is no event Created, and the kubelet could not assign it CPUs, memory or devices",
        "look at the kubelet on the node",
    ),
    ContainerWaitingReason.RUN_CONTAINER_ERROR: WaitingMeaning(
        StartStep.START,
        Retry.NEXT_SYNC,
        (EventReason.FAILED, EventReason.CREATED),
        "the container was created, and its process cannot be started; each try makes another one",
        "the message is the runtime's: often the command is not in the image, or is not executable",
    ),
    ContainerWaitingReason.POST_START_HOOK_ERROR: WaitingMeaning(
        StartStep.POST_START,
        Retry.RESTART_BACK_OFF,
        (EventReason.FAILED_POST_START_HOOK, EventReason.KILLING),
        "the container ran, its postStart hook failed, and so it was killed, its preStop hook included",
        "see what the hook does and says; it runs beside the entrypoint, which may not be ready for it",
    ),
    ContainerWaitingReason.CRASH_LOOP_BACK_OFF: WaitingMeaning(
        StartStep.RUN,
        Retry.RESTART_BACK_OFF,
        (EventReason.KILLING, EventReason.FAILED_POST_START_HOOK, EventReason.UNHEALTHY, EventReason.BACK_OFF),
        "the container ran and ended, and is started again after a wait; that it ended well makes no difference",
        "see how it ended last, and read the logs of that instance: kubectl logs --previous",
    ),
    ContainerWaitingReason.RESTARTING_ALL_CONTAINERS: WaitingMeaning(
        StartStep.INITIALIZE,
        Retry.TURN,
        (EventReason.KILLING,),
        "a restart rule of a container starts all containers of the pod anew",
        "see which container exited, and its restartPolicyRules",
    ),
}
