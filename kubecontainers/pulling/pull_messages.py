"""What the kubelet says about an image: the reasons and messages of events, and of containers that wait.

The texts are Kubernetes' own, of ``image_manager.go`` and ``types.go`` in ``pkg/kubelet/images`` and of ``pkg/kubelet/events/event.go``;
what is said of names that cannot be read comes from ``github.com/distribution/reference``.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.events import EventType
from ..apimachinery.release import Change, Release
from ..golang.duration import MILLISECOND, Duration
from ..golang.quoted import quoted
from ..golang.text import to_lower
from ..images.invalid_reference import InvalidReference, ReferenceProblem
from ..images.reference import DEFAULT_REGISTRY_NAMES, MAX_NAME_CHARACTERS, OFFICIAL_PREFIX
from ..lifecycle.events import EventReason
from ..lifecycle.waiting_reasons import RUNTIME_ERRORS_TOLD_APART
from .image_runtime import Pulled, RuntimeFailure

__all__ = [
    "CAPITALS_QUOTED",
    "INSPECTED_UNNAMED",
    "NAME_NOT_REFERENCE",
    "PREVIOUS_ERROR_REPEATED",
    "SIZE_TOLD",
    "WHOLE_MILLISECONDS",
    "EventReason",
    "MessageKind",
    "PreviousError",
    "PullEvent",
    "PullMessage",
    "WaitingReason",
]

WHOLE_MILLISECONDS = Change(since="1.28", summary="the event of a pull tells its duration in whole milliseconds")
NAME_NOT_REFERENCE = Change(since="1.28", summary="the message of InvalidImageName says image name, no longer image reference")
CAPITALS_QUOTED = Change(since="1.29", summary="the message of InvalidImageName names the part that has to be in lower case")
SIZE_TOLD = Change(since="1.30", summary="the event of a pull tells the size of the image")
INSPECTED_UNNAMED = Change(since="1.32", summary="the message of ImageInspectError no longer names the image")
PREVIOUS_ERROR_REPEATED = Change(since="1.32", summary="the message of ImagePullBackOff repeats the error of the last pull")


class WaitingReason(enum.Enum):
    """Why a container waits for its image; the values are those of ``state.waiting.reason``.

    Those with which a container waits for anything, these among them, are ``ContainerWaitingReason``.
    """

    INVALID_IMAGE_NAME = "InvalidImageName"
    IMAGE_INSPECT_ERROR = "ImageInspectError"
    ERR_IMAGE_NEVER_PULL = "ErrImageNeverPull"
    ERR_IMAGE_PULL = "ErrImagePull"
    IMAGE_PULL_BACK_OFF = "ImagePullBackOff"
    REGISTRY_UNAVAILABLE = "RegistryUnavailable"
    SIGNATURE_VALIDATION_FAILED = "SignatureValidationFailed"


class MessageKind(enum.Enum):
    """What a message says, without the image and the numbers in it."""

    INVALID_NAME = "the name cannot be read"
    INSPECT_FAILED = "the runtime could not say whether the image is there"
    PRESENT = "the image is there"
    PRESENT_AND_ACCESSIBLE = "the image is there, and the pod may use it"
    NOT_PRESENT_NEVER = "the image is not there, or the pod may not use it, and the policy is Never"
    PULLING = "the pull begins"
    PULL_FAILED = "the pull failed"
    PULLED = "the image was pulled"
    PULLED_WITH_SIZE = "the image was pulled; its size"
    BACK_OFF = "the kubelet waits before it pulls again"
    BACK_OFF_AFTER_ERR_IMAGE_PULL = "the kubelet waits before it pulls again, after ErrImagePull"
    BACK_OFF_AFTER_REGISTRY_UNAVAILABLE = "the kubelet waits before it pulls again, after RegistryUnavailable"
    BACK_OFF_AFTER_SIGNATURE_VALIDATION_FAILED = "the kubelet waits before it pulls again, after SignatureValidationFailed"
    REGISTRY_UNAVAILABLE = "the registry is unavailable"
    SIGNATURE_VALIDATION_FAILED = "the signature is not valid"
    RUNTIME_ERROR = "what the runtime said"
    PULL_QPS_EXCEEDED = "there were too many pulls"
    START_FAILED = "the container does not start"


@attrs.frozen
class PullMessage:
    """A message: what it says, and its text."""

    kind: MessageKind
    text: str

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class PullEvent:
    """An event about the pod."""

    type: EventType
    reason: EventReason
    message: PullMessage


@attrs.frozen
class PreviousError:
    """How the last pull failed: the reason with which the container waited then, and its message."""

    reason: WaitingReason
    text: str


# ---------------------------------------------------------------------------------------------------------- before the pull


def invalid_name(image: str, error: InvalidReference, release: Release) -> PullMessage:
    """Return the message about an image whose name cannot be read."""
    what = "name" if NAME_NOT_REFERENCE in release else "reference"
    text = (
        f"Failed to apply default image tag {quoted(image)}: couldn't parse image {what} {quoted(image)}: {_go_text(image, error, release)}"
    )
    return PullMessage(MessageKind.INVALID_NAME, text)


_GO_TEXTS = {
    ReferenceProblem.FORMAT: "invalid reference format",
    ReferenceProblem.UPPERCASE: "repository name must be lowercase",
    ReferenceProblem.NAME_TOO_LONG: f"repository name must not be more than {MAX_NAME_CHARACTERS} characters",
    ReferenceProblem.DIGEST_FORMAT: "invalid checksum digest format",
    ReferenceProblem.DIGEST_LENGTH: "invalid checksum digest length",
    ReferenceProblem.DIGEST_UNSUPPORTED: "unsupported digest algorithm",
}


def _go_text(image: str, error: InvalidReference, release: Release) -> str:
    """Return the text of Go's error; of the others none can come from a name in normalized mode."""
    if error.problem is ReferenceProblem.IDENTIFIER:
        return f"invalid repository name ({image}), cannot specify 64-byte hexadecimal strings"
    if error.problem is ReferenceProblem.MUST_BE_LOWERCASE:
        named = f"repository name ({_remote_name(image)})" if CAPITALS_QUOTED in release else "repository name"
        return f"invalid reference format: {named} must be lowercase"
    return _GO_TEXTS[error.problem]


def _remote_name(image: str) -> str:
    """Return the name as the registry is to know it: what stands behind the registry, up to the first colon."""
    first, slash, rest = image.partition("/")
    is_registry = slash != "" and (first == "localhost" or "." in first or ":" in first or to_lower(first) != first)
    remainder = rest if is_registry else image
    if "/" not in remainder and (not is_registry or first in DEFAULT_REGISTRY_NAMES):
        remainder = OFFICIAL_PREFIX + remainder
    return remainder.partition(":")[0]


def inspect_failed(image: str, failure: RuntimeFailure, release: Release) -> PullMessage:
    """Return the message where the runtime could not say whether the image is there."""
    named = "" if INSPECTED_UNNAMED in release else image
    return PullMessage(MessageKind.INSPECT_FAILED, f"Failed to inspect image {quoted(named)}: {failure.text}")


def present(image: str, *, verified: bool) -> PullMessage:
    """Return the message about an image that is there; ``verified`` where the kubelet verifies credentials at all."""
    text = f"Container image {quoted(image)} already present on machine"
    if verified:
        return PullMessage(MessageKind.PRESENT_AND_ACCESSIBLE, f"{text} and can be accessed by the pod")
    return PullMessage(MessageKind.PRESENT, text)


def not_present_never(image: str) -> PullMessage:
    """Return the message about an image that is not there, or that the pod may not use, and must not be pulled."""
    return PullMessage(MessageKind.NOT_PRESENT_NEVER, f"Container image {quoted(image)} is not present with pull policy of Never")


def back_off(image: str, previous: PreviousError | None = None) -> PullMessage:
    """Return the message while the kubelet waits; with ``previous``, that of the container, which repeats the error."""
    text = f"Back-off pulling image {quoted(image)}"
    if previous is None:
        return PullMessage(MessageKind.BACK_OFF, text)
    return PullMessage(_AFTER[previous.reason], f"{text}: {previous.reason.value}: {previous.text}")


_AFTER = {
    WaitingReason.ERR_IMAGE_PULL: MessageKind.BACK_OFF_AFTER_ERR_IMAGE_PULL,
    WaitingReason.REGISTRY_UNAVAILABLE: MessageKind.BACK_OFF_AFTER_REGISTRY_UNAVAILABLE,
    WaitingReason.SIGNATURE_VALIDATION_FAILED: MessageKind.BACK_OFF_AFTER_SIGNATURE_VALIDATION_FAILED,
}


# -------------------------------------------------------------------------------------------------------------- of the pull


def pulling(image: str) -> PullMessage:
    """Return the message when a pull begins."""
    return PullMessage(MessageKind.PULLING, f"Pulling image {quoted(image)}")


def pull_failed(image: str, failure: RuntimeFailure) -> PullMessage:
    """Return the message of the event about a pull that failed."""
    return PullMessage(MessageKind.PULL_FAILED, f"Failed to pull image {quoted(image)}: {failure.text}")


QPS_EXCEEDED = RuntimeFailure("pull QPS exceeded")
"""What becomes of a pull for which there is no token."""

_BEGINNINGS = {
    "RegistryUnavailable": (WaitingReason.REGISTRY_UNAVAILABLE, MessageKind.REGISTRY_UNAVAILABLE, "registry is unavailable"),
    "SignatureValidationFailed": (
        WaitingReason.SIGNATURE_VALIDATION_FAILED,
        MessageKind.SIGNATURE_VALIDATION_FAILED,
        "signature validation failed",
    ),
}


def waits_after(image: str, failure: RuntimeFailure, release: Release) -> tuple[WaitingReason, PullMessage]:
    """Return the reason and the message with which a container waits after a pull that failed."""
    if failure is QPS_EXCEEDED:
        return WaitingReason.ERR_IMAGE_PULL, PullMessage(MessageKind.PULL_QPS_EXCEEDED, failure.text)
    for beginning, (reason, kind, because) in _BEGINNINGS.items() if RUNTIME_ERRORS_TOLD_APART in release else ():
        if failure.text.startswith(beginning):
            text = f"image pull failed for {image} because the {because}{failure.text.removeprefix(beginning)}"
            return reason, PullMessage(kind, text)
    return WaitingReason.ERR_IMAGE_PULL, PullMessage(MessageKind.RUNTIME_ERROR, failure.text)


def pulled(image: str, result: Pulled, size: int, release: Release) -> PullMessage:
    """Return the message about a pull that succeeded; ``size`` is that of the image in bytes."""
    took, altogether = _told(result.took, release), _told(result.took + result.waited, release)
    text = f"Successfully pulled image {quoted(image)} in {took} ({altogether} including waiting)"
    if SIZE_TOLD in release:
        return PullMessage(MessageKind.PULLED_WITH_SIZE, f"{text}. Image size: {size} bytes.")
    return PullMessage(MessageKind.PULLED, text)


def _told(took: Duration, release: Release) -> Duration:
    return Duration(took.nanoseconds // MILLISECOND * MILLISECOND) if WHOLE_MILLISECONDS in release else took


def start_failed(reason: WaitingReason) -> PullMessage:
    """Return the message of the event that the kubelet adds for every container that does not start."""
    return PullMessage(MessageKind.START_FAILED, f"Error: {reason.value}")
