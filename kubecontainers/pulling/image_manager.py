"""The values of the kubelet's image manager: what a pod needs, what the kubelet remembers, and what comes of it.

What is done with them stands in ``ensure_image``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

import attrs

from ..apimachinery.backoff import PULL_BACK_OFF, BackOff
from ..apimachinery.cluster import KubeletConfig
from ..apimachinery.events import EventType
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.release import LATEST, Release
from ..credentials.credential import ObjectCoordinates
from ..credentials.tracking import OfferedCredential
from ..golang.duration import Duration, DurationLike
from ..golang.text import to_text
from ..images.pull_policy import PullDecision, PullPolicy
from ..lifecycle.events import EventReason
from .must_attempt_pull import VerificationReason
from .pull_messages import PreviousError, PullEvent, PullMessage, WaitingReason, start_failed
from .pulled_records import PullRecords
from .token_bucket import TokenBucket, pull_tokens

__all__ = ["ImageManagerState", "ImageOutcome", "ImageRequest", "PodPulling", "RuntimeCall", "RuntimeQuestion"]


def _policy(policy: str | PullPolicy) -> str:
    return policy.value if isinstance(policy, PullPolicy) else to_text(policy)


def _credentials(credentials: Iterable[OfferedCredential]) -> tuple[OfferedCredential, ...]:
    return tuple(credentials)


@attrs.frozen
class ImageRequest:
    """An image that a pod needs.

    ``image`` and ``policy`` are the texts of the container or image volume. ``credentials`` are those that are offered for the image, in
    the order of trial, such as the ``KeyringMatch`` of a look-up.
    """

    pod: ObjectCoordinates
    image: str = attrs.field(converter=to_text)
    policy: str = attrs.field(default=PullPolicy.IF_NOT_PRESENT.value, converter=_policy)
    credentials: tuple[OfferedCredential, ...] = attrs.field(default=(), converter=_credentials)

    @property
    def back_off_key(self) -> str:
        """The key of this image for this pod in the kubelet's back-off."""
        return f"{self.pod.uid}_{self.image}"


def _no_back_off() -> BackOff:
    return BackOff(PULL_BACK_OFF)


def _previous(errors: Mapping[str, PreviousError]) -> FrozenMap[str, PreviousError]:
    return FrozenMap(errors)


@attrs.frozen
class ImageManagerState:
    """What a kubelet remembers of its pulls.

    ``back_off`` and ``previous_errors`` are by ``ImageRequest.back_off_key``; ``records`` say who may use an image; ``tokens`` bound the
    pulls a second, ``None`` for no bound.
    """

    back_off: BackOff = attrs.field(factory=_no_back_off)
    previous_errors: FrozenMap[str, PreviousError] = attrs.field(factory=lambda: FrozenMap[str, PreviousError]({}), converter=_previous)
    records: PullRecords = attrs.field(factory=PullRecords)
    tokens: TokenBucket | None = None

    @classmethod
    def start(cls, kubelet: KubeletConfig | None = None, *, now: DurationLike = 0, release: Release = LATEST) -> ImageManagerState:
        """Return the state of a kubelet of ``release`` that starts at ``now`` on a node without records.

        ``kubelet`` is its configuration, filled in or not. Raises ``InvalidDuration``.

        >>> ImageManagerState.start(KubeletConfig(registry_burst=3)).tokens.tokens(now=0)
        3
        """
        return cls(tokens=pull_tokens(kubelet, now=now, release=release))


class RuntimeQuestion(enum.Enum):
    """What the runtime is asked for; the values are the names of its calls."""

    IMAGE_REF = "GetImageRef"
    PULL = "PullImage"
    SIZE = "GetImageSize"


@attrs.frozen
class RuntimeCall:
    """One call of the runtime; a pull counts once, however many credentials are tried."""

    question: RuntimeQuestion
    spec: str


class PodPulling(enum.Enum):
    """What is told to whoever measures how long a pod takes to start."""

    STARTED = "started"
    FINISHED = "finished"


@attrs.frozen
class ImageOutcome:
    """What came of an ``ImageRequest``.

    ``image_ref`` is what the runtime calls the image, empty where the pod cannot have it; then ``waiting`` says why. ``message`` is that of
    the container. ``events``, ``calls`` and ``pod_pulling`` are in order. ``decision`` is what the policy says, ``None`` where it was not
    asked; ``verification`` is why the pod may use an image that is there, or may not, ``None`` where nothing was verified. ``ended`` is
    when it was over.
    """

    ended: Duration
    image_ref: str = ""
    waiting: WaitingReason | None = None
    message: PullMessage | None = None
    events: tuple[PullEvent, ...] = ()
    calls: tuple[RuntimeCall, ...] = ()
    pod_pulling: tuple[PodPulling, ...] = ()
    decision: PullDecision | None = None
    verification: VerificationReason | None = None

    @property
    def start_event(self) -> PullEvent | None:
        """The event that follows these where a container cannot start for want of the image."""
        return None if self.waiting is None else PullEvent(EventType.WARNING, EventReason.FAILED, start_failed(self.waiting))
