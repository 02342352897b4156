"""The kubelet's decision about one image of a pod (``EnsureImageExists`` in ``pkg/kubelet/images/image_manager.go``).

It is made for each container and for each image volume, again and again until the image is there: read the name, ask the runtime for the
image, decide by the policy, verify credentials, wait, pull. What the kubelet remembers in between is an ``ImageManagerState``; nothing but
the runtime is asked, so with a stand-in for it a whole pull can be played through in a test.
"""

from __future__ import annotations

import attrs

from ..apimachinery.cluster import CREDENTIALS_VERIFIED, KubeletConfig
from ..apimachinery.durations import to_duration
from ..apimachinery.events import EventType
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.release import LATEST, Change, Release
from ..credentials.tracking import CredentialTrack, OfferedCredential, track_credential
from ..golang.duration import Duration, DurationLike
from ..golang.text import to_text
from ..images.invalid_reference import InvalidReference
from ..images.pull_policy import PULLS_BY_POLICY_ALONE, PullAction, PullDecision, PullPolicy, pull_action
from ..images.pull_spec import pull_spec
from ..images.verification import image_verification
from ..lifecycle.events import EventReason
from . import pull_messages as messages
from .image_manager import ImageManagerState, ImageOutcome, ImageRequest, PodPulling, RuntimeCall, RuntimeQuestion
from .image_pulled_record import PulledCredentials, PulledSecret
from .image_runtime import ImageRuntime, Pulled, RuntimeFailure
from .must_attempt_pull import PodCredentials, VerificationReason, must_attempt_pull
from .pull_messages import PREVIOUS_ERROR_REPEATED, PreviousError, PullEvent, PullMessage, WaitingReason

__all__ = ["PRESENCE_ENDS_PULLING", "PRESENCE_TOLD", "ensure_image"]

PRESENCE_TOLD = Change(since="1.32", summary="that an image is there already is also the message of the container, not of the event alone")
PRESENCE_ENDS_PULLING = Change(
    since="1.35", summary="the time that a pod spends on pulling also ends when an image is found to be there already"
)


def ensure_image(
    state: ImageManagerState,
    request: ImageRequest,
    runtime: ImageRuntime,
    *,
    now: DurationLike,
    kubelet: KubeletConfig | None = None,
    release: Release = LATEST,
) -> tuple[ImageManagerState, ImageOutcome]:
    """Return what a kubelet of ``release`` remembers afterwards, and what it did to have an image for a pod.

    ``now`` is a duration since any moment, the same for all calls; ``kubelet`` is the kubelet's configuration, of which the verification of
    credentials is read here. The token of a pull is taken at ``now``, also where ``runtime`` says that the pull had to wait. Raises
    ``InvalidDuration``, and what ``runtime`` raises.

    >>> class Runtime:
    ...     def image_ref(self, spec): return ""
    ...     def pull_image(self, spec, credentials): return RuntimeFailure("denied")
    ...     def image_size(self, spec): return 0
    >>> from kubecontainers.credentials.credential import ObjectCoordinates
    >>> request = ImageRequest(ObjectCoordinates("shop", "web-0", "1f2e"), "nginx:1.27")
    >>> state, outcome = ensure_image(ImageManagerState(), request, Runtime(), now=0)
    >>> outcome.waiting.value, outcome.message.text
    ('ErrImagePull', 'denied')
    >>> state, outcome = ensure_image(state, request, Runtime(), now=5)
    >>> outcome.waiting.value, outcome.message.text
    ('ImagePullBackOff', 'Back-off pulling image "nginx:1.27": ErrImagePull: denied')
    """
    sync = _Sync(state, request, runtime, to_duration(now), kubelet, release)
    outcome = sync.ensured()
    return sync.state, outcome


@attrs.define
class _Sync:
    """One run of the decision: what it is about, and what has happened so far."""

    state: ImageManagerState
    request: ImageRequest
    runtime: ImageRuntime
    now: Duration
    kubelet: KubeletConfig | None
    release: Release
    events: list[PullEvent] = attrs.field(factory=list[PullEvent])
    calls: list[RuntimeCall] = attrs.field(factory=list[RuntimeCall])
    pod_pulling: list[PodPulling] = attrs.field(factory=list[PodPulling])
    decision: PullDecision | None = None
    verification: VerificationReason | None = None

    def ensured(self) -> ImageOutcome:
        """Go through the whole decision."""
        image = self.request.image
        try:
            spec = pull_spec(image, release=self.release)
        except InvalidReference as error:
            message = messages.invalid_name(image, error, self.release)
            return self.refused(WaitingReason.INVALID_IMAGE_NAME, EventReason.INSPECT_FAILED, message)
        found = self.image_ref(spec)
        if isinstance(found, RuntimeFailure):
            message = messages.inspect_failed(image, found, self.release)
            return self.refused(WaitingReason.IMAGE_INSPECT_ERROR, EventReason.INSPECT_FAILED, message)
        action = self.action(found)
        if action is PullAction.USE:
            return self.used(found)
        if action is PullAction.FAIL:
            return self.refused(WaitingReason.ERR_IMAGE_NEVER_PULL, EventReason.ERR_IMAGE_NEVER_PULL, messages.not_present_never(image))
        return self.pulled(spec)

    # ------------------------------------------------------------------------------------------------------ the image is there

    def image_ref(self, spec: str) -> str | RuntimeFailure:
        """Ask for the image, where the policy makes a difference between present and absent."""
        asked_for = self.request.policy in {PullPolicy.IF_NOT_PRESENT.value, PullPolicy.NEVER.value}
        if PULLS_BY_POLICY_ALONE in self.release and not asked_for:
            return ""
        self.calls.append(RuntimeCall(RuntimeQuestion.IMAGE_REF, spec))
        found = self.runtime.image_ref(spec)
        return found if isinstance(found, RuntimeFailure) else to_text(found)

    def action(self, found: str) -> PullAction:
        """Decide by the policy, and by the credentials where they are verified."""
        image, policy = self.request.image, self.request.policy
        verification = image_verification(image, self.kubelet, release=self.release)
        self.decision = pull_action(policy, present=found != "", verification=verification, release=self.release)
        if self.decision.otherwise is None:
            return self.decision.action
        shown = _shown(self.request.credentials, self.release)
        verified = must_attempt_pull(self.state.records, image, found, shown, now=self.now, kubelet=self.kubelet, release=self.release)
        self.verification = verified.reason
        self.state = attrs.evolve(self.state, records=verified.records)
        return self.decision.otherwise if verified.must_pull else PullAction.USE

    def used(self, found: str) -> ImageOutcome:
        """Use the image that is there."""
        message = messages.present(self.request.image, verified=CREDENTIALS_VERIFIED in self.release)
        self.tell(EventType.NORMAL, EventReason.PULLED, message)
        if PRESENCE_ENDS_PULLING in self.release:
            self.pod_pulling.append(PodPulling.FINISHED)
        return self.outcome(self.now, image_ref=found, message=message if PRESENCE_TOLD in self.release else None)

    # ------------------------------------------------------------------------------------------------------- it has to be pulled

    def pulled(self, spec: str) -> ImageOutcome:
        """Pull the image, unless the last pull failed too recently; the intent is kept as long as this lasts."""
        if CREDENTIALS_VERIFIED in self.release:
            self.state = attrs.evolve(self.state, records=self.state.records.record_intent(self.request.image))
        key = self.request.back_off_key
        if self.state.back_off.is_in_back_off_since_update(key, self.now):
            return self.held_back(self.state.previous_errors.get(key))
        self.forget_previous_error()
        self.pod_pulling.append(PodPulling.STARTED)
        self.tell(EventType.NORMAL, EventReason.PULLING, messages.pulling(self.request.image))
        answer = self.pull(spec)
        return self.failed(answer) if isinstance(answer, RuntimeFailure) else self.succeeded(spec, answer)

    def held_back(self, previous: PreviousError | None) -> ImageOutcome:
        """Wait; the event never repeats the previous error."""
        image = self.request.image
        self.drop_intent()
        self.tell(EventType.NORMAL, EventReason.BACK_OFF, messages.back_off(image))
        return self.outcome(self.now, waiting=WaitingReason.IMAGE_PULL_BACK_OFF, message=messages.back_off(image, previous))

    def pull(self, spec: str) -> Pulled | RuntimeFailure:
        """Ask the runtime to pull, if there is a token for it."""
        if self.state.tokens is not None:
            tokens, allowed = self.state.tokens.take(now=self.now)
            self.state = attrs.evolve(self.state, tokens=tokens)
            if not allowed:
                return messages.QPS_EXCEEDED
        self.calls.append(RuntimeCall(RuntimeQuestion.PULL, spec))
        return self.runtime.pull_image(spec, self.request.credentials)

    def failed(self, failure: RuntimeFailure) -> ImageOutcome:
        """Back off from the moment at which the pull failed."""
        image, key, ended = self.request.image, self.request.back_off_key, self.now + failure.waited + failure.took
        self.drop_intent()
        self.tell(EventType.WARNING, EventReason.FAILED, messages.pull_failed(image, failure))
        waiting, message = messages.waits_after(image, failure, self.release)
        self.state = attrs.evolve(self.state, back_off=self.state.back_off.next(key, now=ended))
        if PREVIOUS_ERROR_REPEATED in self.release:
            errors = self.state.previous_errors | {key: PreviousError(waiting, message.text)}
            self.state = attrs.evolve(self.state, previous_errors=errors)
        return self.outcome(ended, waiting=waiting, message=message)

    def succeeded(self, spec: str, result: Pulled) -> ImageOutcome:
        """Note with what the image was pulled; the back-off of this image stays until it expires."""
        image, ended = self.request.image, self.now + result.waited + result.took
        size = self.size(spec) if result.image_ref and messages.SIZE_TOLD in self.release else 0
        self.pod_pulling.append(PodPulling.FINISHED)
        self.tell(EventType.NORMAL, EventReason.PULLED, messages.pulled(image, result, size, self.release))
        self.state = attrs.evolve(self.state, back_off=self.state.back_off.gc(now=ended))
        if CREDENTIALS_VERIFIED in self.release:
            used = _used(self.request.credentials, result.credential, self.release)
            records = self.state.records.record_pulled(image, result.image_ref, used, now=ended, release=self.release)
            self.state = attrs.evolve(self.state, records=records)
        return self.outcome(ended, image_ref=result.image_ref)

    def size(self, spec: str) -> int:
        """Ask for the size of the image; 0 where the runtime cannot say."""
        self.calls.append(RuntimeCall(RuntimeQuestion.SIZE, spec))
        size = self.runtime.image_size(spec)
        return 0 if isinstance(size, RuntimeFailure) else size

    def drop_intent(self) -> None:
        """End what ``pulled`` began."""
        if CREDENTIALS_VERIFIED in self.release:
            self.state = attrs.evolve(self.state, records=self.state.records.record_failed(self.request.image))

    def forget_previous_error(self) -> None:
        """Forget it once another pull begins."""
        key = self.request.back_off_key
        if key in self.state.previous_errors:
            others = {other: error for other, error in self.state.previous_errors.items() if other != key}
            self.state = attrs.evolve(self.state, previous_errors=FrozenMap(others))

    # --------------------------------------------------------------------------------------------------------------- the outcome

    def tell(self, event_type: EventType, reason: EventReason, message: PullMessage) -> None:
        """Write an event."""
        self.events.append(PullEvent(event_type, reason, message))

    def refused(self, waiting: WaitingReason, reason: EventReason, message: PullMessage) -> ImageOutcome:
        """Give up before any pull."""
        self.tell(EventType.WARNING, reason, message)
        return self.outcome(self.now, waiting=waiting, message=message)

    def outcome(
        self, ended: Duration, *, image_ref: str = "", waiting: WaitingReason | None = None, message: PullMessage | None = None
    ) -> ImageOutcome:
        """Put together what has happened."""
        return ImageOutcome(
            ended,
            image_ref,
            waiting,
            message,
            tuple(self.events),
            tuple(self.calls),
            tuple(self.pod_pulling),
            self.decision,
            self.verification,
        )


def _shown(credentials: tuple[OfferedCredential, ...], release: Release) -> PodCredentials:
    """Return what of the offered credentials belongs to the pod."""
    tracks = [track_credential(offered, release=release) for offered in credentials]
    secrets = tuple(PulledSecret(track.secret, track.hash) for track in tracks if track.secret is not None)
    return PodCredentials(secrets, next((track.service_account for track in tracks if track.service_account is not None), None))


def _used(credentials: tuple[OfferedCredential, ...], place: int | None, release: Release) -> PulledCredentials:
    """Return what is recorded of the credential that worked: nothing that belongs to a pod means that any pod may use the image."""
    offered = credentials[place] if place is not None and 0 <= place < len(credentials) else None
    track = CredentialTrack() if offered is None else track_credential(offered, release=release)
    if track.secret is not None:
        return PulledCredentials(secrets=(PulledSecret(track.secret, track.hash),))
    if track.service_account is not None:
        return PulledCredentials(service_accounts=(track.service_account,))
    return PulledCredentials(node_pods_accessible=True)
