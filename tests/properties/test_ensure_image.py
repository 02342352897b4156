from __future__ import annotations

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.backoff import next_attempt
from kubecontainers.apimachinery.cluster import CREDENTIALS_VERIFIED, KubeletConfig
from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import Credential, ObjectCoordinates, SecretSource
from kubecontainers.credentials.tracking import OfferedCredential
from kubecontainers.golang.duration import Duration
from kubecontainers.images.pull_spec import pull_spec
from kubecontainers.lifecycle.events import EventReason
from kubecontainers.pulling.ensure_image import ensure_image
from kubecontainers.pulling.image_manager import ImageManagerState, ImageOutcome, ImageRequest, PodPulling, RuntimeQuestion
from kubecontainers.pulling.image_pulled_record import SERVICE_ACCOUNTS_RECORDED
from kubecontainers.pulling.image_runtime import Pulled, RuntimeFailure
from kubecontainers.pulling.pull_messages import WaitingReason
from kubecontainers.pulling.token_bucket import TokenBucket
from kubecontainers.testing import strategies
from kubecontainers.testing.kubelet import durations, kubelet_configs
from kubecontainers.testing.pulling import Offered, StandInRuntime, image_requests, offered_credentials, pull_records, runtimes

IMAGES = ("nginx", "nginx:1", "x.io/team/app:2")
NEVER_SHOWN = "correct-horse"

images = st.sampled_from(IMAGES)
names = images | strategies.nearly_valid_references() | strategies.json_texts()
requests = image_requests(images=images)


def changed(request: ImageRequest, image: str, policy: str) -> ImageRequest:
    return attrs.evolve(request, image=image, policy=policy)


any_requests = st.builds(changed, requests, names, strategies.pull_policies() | st.sampled_from(["", "always"]))
gaps = durations(min_value=0, max_value=700)
steps = st.lists(st.tuples(gaps, any_requests, runtimes()), max_size=8)
releases = strategies.releases(gates=True)


@st.composite
def states(draw: st.DrawFn) -> ImageManagerState:
    tokens = draw(st.none() | st.builds(TokenBucket, st.integers(0, 5), st.integers(0, 5)))
    return ImageManagerState(records=draw(pull_records(images=images)), tokens=tokens)


def played(
    state: ImageManagerState, script: list[tuple[Duration, ImageRequest, StandInRuntime]], release: Release
) -> tuple[ImageManagerState, list[ImageOutcome]]:
    now, outcomes = Duration(), list[ImageOutcome]()
    for gap, request, runtime in script:
        now += gap
        state, outcome = ensure_image(state, request, runtime, now=now, release=release)
        outcomes.append(outcome)
    return state, outcomes


def asked(outcome: ImageOutcome) -> list[RuntimeQuestion]:
    return [call.question for call in outcome.calls]


class TestAnyOutcome:
    """Either the pod has the image or the container waits with a reason and a message, and a warning or a back-off says so."""

    @given(states(), steps, releases)
    def test_one_or_the_other(
        self, state: ImageManagerState, script: list[tuple[Duration, ImageRequest, StandInRuntime]], release: Release
    ) -> None:
        _, outcomes = played(state, script, release)
        for outcome, (_, _, runtime) in zip(outcomes, script, strict=True):
            last = outcome.events[-1]
            if outcome.waiting is None:
                assert outcome.image_ref or runtime.pull == Pulled("")
                assert (last.type, last.reason) == (EventType.NORMAL, EventReason.PULLED)
            else:
                assert not outcome.image_ref
                assert outcome.message is not None
                assert last.type is EventType.WARNING or last.reason is EventReason.BACK_OFF

    @given(states(), steps, releases)
    def test_calls_and_notifications(
        self, state: ImageManagerState, script: list[tuple[Duration, ImageRequest, StandInRuntime]], release: Release
    ) -> None:
        _, outcomes = played(state, script, release)
        for outcome, (_, request, _) in zip(outcomes, script, strict=True):
            assert asked(outcome) == sorted(set(asked(outcome)), key=list(RuntimeQuestion).index)
            assert {call.spec for call in outcome.calls} <= ({pull_spec(request.image, release=release)} if outcome.calls else set())
            begun = any(event.reason is EventReason.PULLING for event in outcome.events)
            assert (PodPulling.STARTED in outcome.pod_pulling) is begun
            assert begun or RuntimeQuestion.PULL not in asked(outcome)

    @given(states(), steps, releases)
    def test_intents_do_not_outlive_it(
        self, state: ImageManagerState, script: list[tuple[Duration, ImageRequest, StandInRuntime]], release: Release
    ) -> None:
        before = {image: max(count, 0) for image, count in state.records.intents.items()}
        after, _ = played(state, script, release)
        assert all(count <= before.get(image, 0) for image, count in after.records.intents.items())


class TestBackOff:
    """A pull in back-off never reaches the runtime, and from the moment at which it may, it does."""

    @given(requests, durations(min_value=0, max_value=700), st.integers(1, 7), releases)
    def test_while_and_after(self, request: ImageRequest, gap: Duration, failures: int, release: Release) -> None:
        request = attrs.evolve(request, policy="Always")
        failing = StandInRuntime(pull=RuntimeFailure("denied", took=3))
        state, now = ImageManagerState(), Duration()
        for _ in range(failures):
            now = next_attempt(state.back_off, request.back_off_key, now=now)
            state, outcome = ensure_image(state, request, failing, now=now, release=release)
            assert outcome.waiting is WaitingReason.ERR_IMAGE_PULL
            now = outcome.ended
        again = next_attempt(state.back_off, request.back_off_key, now=now)
        _, outcome = ensure_image(state, request, failing, now=now + gap, release=release)
        assert (RuntimeQuestion.PULL in asked(outcome)) is (now + gap >= again)
        assert (outcome.waiting is WaitingReason.IMAGE_PULL_BACK_OFF) is (now + gap < again)


class TestNever:
    """The policy Never never pulls."""

    @given(states(), requests, runtimes(), releases)
    def test_never(self, state: ImageManagerState, request: ImageRequest, runtime: StandInRuntime, release: Release) -> None:
        _, outcome = ensure_image(state, attrs.evolve(request, policy="Never"), runtime, now=0, release=release)
        assert RuntimeQuestion.PULL not in asked(outcome)


class TestVerification:
    """With AlwaysVerify no pod uses an image that is there unless what it has to show pulled it, or nobody had to show anything."""

    ALWAYS = KubeletConfig(image_pull_credentials_verification_policy="AlwaysVerify")

    @given(st.data(), st.lists(st.tuples(requests, offered_credentials()), max_size=5), requests, strategies.releases(first="1.35"))
    def test_always(
        self, data: st.DataObject, history: list[tuple[ImageRequest, OfferedCredential]], request: ImageRequest, release: Release
    ) -> None:
        assume(CREDENTIALS_VERIFIED in release)
        state, used = ImageManagerState(), list[OfferedCredential]()
        for before, offered in history:
            pull = StandInRuntime(pull=Pulled("sha256:1", 0))
            before = attrs.evolve(before, image=request.image, policy="Always", credentials=(offered,))  # noqa: PLW2901
            state, _ = ensure_image(state, before, pull, now=0, kubelet=self.ALWAYS, release=release)
            used.append(offered)
        there = StandInRuntime(present="sha256:1", pull=RuntimeFailure("denied"))
        request = attrs.evolve(request, policy=data.draw(st.sampled_from(["IfNotPresent", "Never"])))
        _, outcome = ensure_image(state, request, there, now=0, kubelet=self.ALWAYS, release=release)
        assert (outcome.image_ref != "") is self.may_use(used, request.credentials, release)

    def may_use(self, used: list[OfferedCredential], shown: tuple[OfferedCredential, ...], release: Release) -> bool:
        owned = [self.owner(offered, release) for offered in used]
        if None in owned:
            return True
        secrets = [offered for offered in shown if isinstance(offered.source, SecretSource)]
        accounts = [self.owner(offered, release) for offered in shown if not isinstance(offered.source, SecretSource)]
        pulled_with = {offered.credential for offered in used if isinstance(offered.source, SecretSource)}
        return (
            any(self.owner(offered, release) in owned or offered.credential in pulled_with for offered in secrets)
            or next((account for account in accounts if account is not None), "") in owned
        )

    def owner(self, offered: OfferedCredential, release: Release) -> tuple[str, ObjectCoordinates] | None:
        if isinstance(offered.source, SecretSource):
            return "secret", offered.source.coordinates
        account = getattr(offered.source, "service_account", None)
        return None if account is None or SERVICE_ACCOUNTS_RECORDED not in release else ("account", account)


class TestSecretsStayHidden:
    """Neither the state nor the outcome shows a password."""

    @given(steps, st.lists(offered_credentials(), min_size=1, max_size=2), releases)
    def test_repr(
        self, script: list[tuple[Duration, ImageRequest, StandInRuntime]], offered: list[OfferedCredential], release: Release
    ) -> None:
        hidden = [Offered(Credential("ci", NEVER_SHOWN, auth=NEVER_SHOWN), one.source) for one in offered]
        secret = [(gap, attrs.evolve(request, credentials=hidden), runtime) for gap, request, runtime in script]
        shown = repr((secret, played(ImageManagerState(), secret, release)))
        assert NEVER_SHOWN not in shown


class TestTheConfigurationOfTheKubelet:
    """Whatever kubelet starts, it answers; what it verifies is no matter for an image that is not there."""

    @given(states(), requests, kubelet_configs())
    def test_absent(self, state: ImageManagerState, request: ImageRequest, kubelet: KubeletConfig) -> None:
        runtime = StandInRuntime(pull=RuntimeFailure("denied"))
        assert ensure_image(state, request, runtime, now=0, kubelet=kubelet) == ensure_image(state, request, runtime, now=0)
