from __future__ import annotations

import math
import pickle
from collections.abc import Iterable

import attrs
import pytest

from kubecontainers.apimachinery.backoff import PULL_BACK_OFF, BackOff
from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import (
    Credential,
    FileSource,
    ObjectCoordinates,
    ProviderSource,
    SecretSource,
    Source,
    credential_hash,
)
from kubecontainers.credentials.tracking import OfferedCredential
from kubecontainers.golang.duration import Duration
from kubecontainers.images.pull_policy import PullActionReason
from kubecontainers.pulling.ensure_image import ensure_image
from kubecontainers.pulling.image_manager import ImageManagerState, ImageOutcome, ImageRequest, PodPulling, RuntimeQuestion
from kubecontainers.pulling.image_pulled_record import PulledCredentials, PulledSecret
from kubecontainers.pulling.image_runtime import Pulled, RuntimeFailure
from kubecontainers.pulling.must_attempt_pull import VerificationReason
from kubecontainers.pulling.pull_messages import MessageKind, WaitingReason
from kubecontainers.pulling.token_bucket import TokenBucket

POD = ObjectCoordinates("shop", "web-0", "1f2e")
EMPTY = ImageManagerState()
ALWAYS_VERIFY = KubeletConfig(image_pull_credentials_verification_policy="AlwaysVerify")
NEVER_VERIFY = KubeletConfig(image_pull_credentials_verification_policy="NeverVerify")


@attrs.frozen
class Offered:
    credential: Credential
    source: Source


def of_secret(name: str, password: str = "hunter2") -> Offered:  # noqa: S107
    return Offered(Credential("ci", password), SecretSource(ObjectCoordinates("shop", name, "u")))


@attrs.define
class Runtime:
    """A runtime that keeps what it is given."""

    present: str | RuntimeFailure = ""
    pull: Pulled | RuntimeFailure = attrs.field(factory=lambda: Pulled("sha256:1", took=2, waited=1))
    size: int | RuntimeFailure = 100
    offered: list[tuple[OfferedCredential, ...]] = attrs.field(factory=list[tuple[OfferedCredential, ...]])

    def image_ref(self, spec: str) -> str | RuntimeFailure:
        return self.present

    def pull_image(self, spec: str, credentials: tuple[OfferedCredential, ...]) -> Pulled | RuntimeFailure:
        self.offered.append(credentials)
        return self.pull

    def image_size(self, spec: str) -> int | RuntimeFailure:
        return self.size


def once(  # noqa: PLR0913  (what a test leaves out is as usual)
    image: str = "nginx",
    policy: str = "IfNotPresent",
    runtime: Runtime | None = None,
    *,
    minor: str = "1.36",
    state: ImageManagerState = EMPTY,
    credentials: Iterable[OfferedCredential] = (),
    kubelet: KubeletConfig | None = None,
    now: float = 0,
) -> tuple[ImageManagerState, ImageOutcome]:
    request = ImageRequest(POD, image, policy, tuple(credentials))
    return ensure_image(state, request, Runtime() if runtime is None else runtime, now=now, kubelet=kubelet, release=Release(minor))


def told(outcome: ImageOutcome) -> list[tuple[str, str, str]]:
    return [(event.type.value, event.reason.value, event.message.text) for event in outcome.events]


def calls(outcome: ImageOutcome) -> list[str]:
    return [call.question.value for call in outcome.calls]


class TestNames:
    def test_invalid(self) -> None:
        state, outcome = once("bad image")
        assert state == EMPTY
        assert outcome.waiting is WaitingReason.INVALID_IMAGE_NAME
        assert told(outcome) == [
            (
                "Warning",
                "InspectFailed",
                'Failed to apply default image tag "bad image": couldn\'t parse image name "bad image": invalid reference format',
            )
        ]
        assert outcome.message == outcome.events[0].message
        assert (outcome.calls, outcome.pod_pulling, outcome.decision, outcome.image_ref) == ((), (), None, "")

    def test_the_runtime_gets_a_tag(self) -> None:
        _, outcome = once("nginx", "Always")
        assert {call.spec for call in outcome.calls} == {"nginx:latest"}


class TestPresence:
    @pytest.mark.parametrize(
        ("policy", "until_1_31", "since_1_32"),
        [
            ("Always", ["GetImageRef", "PullImage"], ["PullImage", "GetImageSize"]),
            ("IfNotPresent", ["GetImageRef", "PullImage"], ["GetImageRef", "PullImage", "GetImageSize"]),
            ("Never", ["GetImageRef"], ["GetImageRef"]),
            ("", ["GetImageRef"], ["PullImage", "GetImageSize"]),
        ],
    )
    def test_calls(self, policy: str, until_1_31: list[str], since_1_32: list[str]) -> None:
        assert calls(once(policy=policy, minor="1.29")[1]) == until_1_31
        assert calls(once(policy=policy, minor="1.32")[1]) == since_1_32

    def test_inspection_fails(self) -> None:
        runtime = Runtime(RuntimeFailure("boom"))
        state, outcome = once(runtime=runtime, minor="1.31")
        assert state == EMPTY
        assert (outcome.waiting, outcome.decision) == (WaitingReason.IMAGE_INSPECT_ERROR, None)
        assert told(outcome) == [("Warning", "InspectFailed", 'Failed to inspect image "nginx": boom')]
        assert once(policy="Always", runtime=runtime)[1].waiting is None

    def test_present(self) -> None:
        text = 'Container image "nginx" already present on machine'
        _, before = once(runtime=Runtime("sha256:9"), minor="1.31")
        assert (before.image_ref, before.message, before.pod_pulling) == ("sha256:9", None, ())
        assert told(before) == [("Normal", "Pulled", text)]
        _, since = once(runtime=Runtime("sha256:9"), minor="1.34")
        assert (str(since.message), since.pod_pulling, since.verification) == (text, (), None)
        _, verified = once(runtime=Runtime("sha256:9"), minor="1.35")
        assert str(verified.message) == f"{text} and can be accessed by the pod"
        assert (verified.pod_pulling, verified.verification) == ((PodPulling.FINISHED,), VerificationReason.NOT_VERIFIED)

    def test_the_message_does_not_depend_on_the_verification_policy(self) -> None:
        _, outcome = once(runtime=Runtime("sha256:9"), kubelet=NEVER_VERIFY)
        assert outcome.message is not None
        assert (outcome.message.kind, outcome.verification) == (MessageKind.PRESENT_AND_ACCESSIBLE, None)

    def test_never(self) -> None:
        state, outcome = once(policy="Never")
        assert state == EMPTY
        assert outcome.waiting is WaitingReason.ERR_IMAGE_NEVER_PULL
        assert told(outcome) == [("Warning", "ErrImageNeverPull", 'Container image "nginx" is not present with pull policy of Never')]
        assert outcome.pod_pulling == ()

    @pytest.mark.parametrize(
        ("present", "minor", "waiting", "reason"),
        [
            ("", "1.31", WaitingReason.ERR_IMAGE_NEVER_PULL, PullActionReason.UNKNOWN_POLICY),
            ("sha256:9", "1.31", None, PullActionReason.UNKNOWN_POLICY),
            ("sha256:9", "1.32", None, PullActionReason.UNKNOWN_POLICY),
        ],
    )
    def test_unknown_policy(self, present: str, minor: str, waiting: WaitingReason | None, reason: PullActionReason) -> None:
        _, outcome = once(policy="Weird", runtime=Runtime(present), minor=minor)
        assert outcome.waiting is waiting
        assert outcome.decision is not None
        assert outcome.decision.reason is reason
        assert (RuntimeQuestion.PULL.value in calls(outcome)) is (minor == "1.32")


class TestPull:
    def test_success(self) -> None:
        _, outcome = once(now=10)
        assert (outcome.image_ref, outcome.waiting, outcome.message, outcome.ended) == ("sha256:1", None, None, Duration.of(13))
        assert outcome.pod_pulling == (PodPulling.STARTED, PodPulling.FINISHED)
        assert told(outcome) == [
            ("Normal", "Pulling", 'Pulling image "nginx"'),
            ("Normal", "Pulled", 'Successfully pulled image "nginx" in 2s (3s including waiting). Image size: 100 bytes.'),
        ]

    def test_size(self) -> None:
        _, unknown = once(runtime=Runtime(size=RuntimeFailure("gone")))
        assert unknown.events[-1].message.text.endswith("Image size: 0 bytes.")
        _, nameless = once(runtime=Runtime(pull=Pulled("")))
        assert calls(nameless) == ["GetImageRef", "PullImage"]
        assert nameless.events[-1].message.text.endswith("Image size: 0 bytes.")

    def test_failure(self) -> None:
        runtime = Runtime(pull=RuntimeFailure("denied", took=4, waited=1))
        state, outcome = once(runtime=runtime, now=10)
        assert (outcome.waiting, str(outcome.message), outcome.ended) == (WaitingReason.ERR_IMAGE_PULL, "denied", Duration.of(15))
        assert told(outcome)[1:] == [("Warning", "Failed", 'Failed to pull image "nginx": denied')]
        assert outcome.pod_pulling == (PodPulling.STARTED,)
        assert state.back_off == BackOff(PULL_BACK_OFF).next("1f2e_nginx", now=15)
        assert state.records == EMPTY.records

    def test_the_runtime_gets_the_credentials(self) -> None:
        runtime, credentials = Runtime(), (of_secret("a"), of_secret("b"))
        once(runtime=runtime, credentials=credentials)
        assert runtime.offered == [credentials]

    @pytest.mark.parametrize("minor", ["1.27", "1.36"])
    def test_no_token(self, minor: str) -> None:
        state = attrs.evolve(EMPTY, tokens=TokenBucket(rate=1, burst=1))
        state, first = once(state=state, minor=minor)
        assert first.waiting is None
        state, second = once("other", state=state, minor=minor)
        assert (second.waiting, str(second.message)) == (WaitingReason.ERR_IMAGE_PULL, "pull QPS exceeded")
        assert "PullImage" not in calls(second)
        assert second.pod_pulling == (PodPulling.STARTED,)
        assert told(second)[1:] == [("Warning", "Failed", 'Failed to pull image "other": pull QPS exceeded')]
        assert state.back_off.get("1f2e_other") == Duration.of(10)
        assert once("third", state=state, minor=minor, now=1)[1].waiting is None


class TestBackOff:
    FAILING = Runtime(pull=RuntimeFailure("RegistryUnavailable: down"))

    def test_a_pull_in_back_off_does_not_reach_the_runtime(self) -> None:
        state, _ = once(policy="Always", runtime=self.FAILING)
        after, outcome = once(policy="Always", state=state, now=9)
        assert after == state
        assert (outcome.waiting, outcome.calls, outcome.pod_pulling) == (WaitingReason.IMAGE_PULL_BACK_OFF, (), ())
        assert told(outcome) == [("Normal", "BackOff", 'Back-off pulling image "nginx"')]
        assert str(outcome.message) == (
            'Back-off pulling image "nginx": RegistryUnavailable: image pull failed for nginx because the registry is unavailable: down'
        )

    def test_before_1_32_the_error_is_not_repeated(self) -> None:
        state, _ = once(runtime=self.FAILING, minor="1.31")
        assert not state.previous_errors
        assert str(once(state=state, minor="1.31", now=9)[1].message) == 'Back-off pulling image "nginx"'

    def test_until_it_is_over(self) -> None:
        state, _ = once(runtime=self.FAILING)
        state, outcome = once(runtime=self.FAILING, state=state, now=10)
        assert outcome.waiting is WaitingReason.REGISTRY_UNAVAILABLE
        assert once(state=state, now=29.999)[1].waiting is WaitingReason.IMAGE_PULL_BACK_OFF
        state, outcome = once(state=state, now=30)
        assert outcome.image_ref == "sha256:1"
        assert not state.previous_errors

    def test_success_does_not_start_it_over(self) -> None:
        state, _ = once(runtime=self.FAILING)
        state, _ = once(state=state, now=10)
        state, _ = once(runtime=self.FAILING, policy="Always", state=state, now=20)
        assert state.back_off.get("1f2e_nginx") == Duration.of(20)

    def test_success_forgets_what_has_expired(self) -> None:
        state, _ = once("old", runtime=self.FAILING)
        state, _ = once("nginx", state=state, now=700)
        assert not state.back_off.entries
        assert set(state.previous_errors) == {"1f2e_old"}

    def test_of_each_pod_and_text_apart(self) -> None:
        state, _ = once("nginx", runtime=self.FAILING)
        assert once("nginx:latest", state=state, now=1)[1].waiting is None
        other = ImageRequest(attrs.evolve(POD, uid="other"), "nginx")
        assert ensure_image(state, other, Runtime(), now=1)[1].waiting is None

    def test_a_policy_that_does_not_pull_is_not_held_back(self) -> None:
        state, _ = once(runtime=self.FAILING)
        assert once(runtime=Runtime("sha256:9"), state=state, now=1)[1].image_ref == "sha256:9"


class TestVerification:
    """One pod has pulled the image with its secret; who else may use it?"""

    def pulled(self, offered: OfferedCredential | None = None, minor: str = "1.36", credential: int = 0) -> ImageManagerState:
        credentials = () if offered is None else (offered,)
        runtime = Runtime(pull=Pulled("sha256:1", credential))
        return once("x.io/app:1", "Always", runtime, credentials=credentials, minor=minor)[0]

    def used(
        self,
        state: ImageManagerState,
        *credentials: OfferedCredential,
        policy: str = "IfNotPresent",
        minor: str = "1.36",
        kubelet: KubeletConfig | None = None,
    ) -> tuple[ImageManagerState, ImageOutcome]:
        runtime = Runtime("sha256:1", RuntimeFailure("denied"))
        return once("x.io/app:1", policy, runtime, state=state, credentials=credentials, minor=minor, kubelet=kubelet, now=5)

    def recorded(self, state: ImageManagerState) -> PulledCredentials:
        return state.records.pulled["sha256:1"].credential_mapping["x.io/app"]

    def test_intents_are_gone(self) -> None:
        assert not self.pulled(of_secret("a")).records.intents
        assert not self.used(self.pulled(of_secret("a")))[0].records.intents

    def test_the_same_credential(self) -> None:
        state, outcome = self.used(self.pulled(of_secret("a")), of_secret("b"))
        assert (outcome.image_ref, outcome.verification) == ("sha256:1", VerificationReason.SAME_CREDENTIAL)
        assert [secret.coordinates.name for secret in self.recorded(state).secrets] == ["a", "b"]
        assert calls(outcome) == ["GetImageRef"]

    def test_another_credential_has_to_pull(self) -> None:
        _, outcome = self.used(self.pulled(of_secret("a")), of_secret("b", "other"))
        assert (outcome.waiting, outcome.verification) == (WaitingReason.ERR_IMAGE_PULL, VerificationReason.OTHER_CREDENTIALS)
        assert calls(outcome) == ["GetImageRef", "PullImage"]

    def test_with_never_the_image_seems_not_to_be_there(self) -> None:
        _, outcome = self.used(self.pulled(of_secret("a")), policy="Never")
        assert outcome.waiting is WaitingReason.ERR_IMAGE_NEVER_PULL
        assert str(outcome.message) == 'Container image "x.io/app:1" is not present with pull policy of Never'
        _, allowed = self.used(self.pulled(of_secret("a")), of_secret("a"), policy="Never")
        assert allowed.image_ref == "sha256:1"

    @pytest.mark.parametrize("credential", [-1, 1])
    def test_out_of_range_is_nobody(self, credential: int) -> None:
        assert self.recorded(self.pulled(of_secret("a"), credential=credential)) == PulledCredentials(node_pods_accessible=True)

    @pytest.mark.parametrize("source", [FileSource("config.json"), ProviderSource("ecr")])
    def test_credentials_of_the_node_are_for_all(self, source: Source) -> None:
        state = self.pulled(Offered(Credential("ci", "hunter2"), source))
        assert self.recorded(state) == PulledCredentials(node_pods_accessible=True)
        assert self.used(state)[1].verification is VerificationReason.PULLED_FOR_ALL

    def test_service_accounts(self) -> None:
        account = ObjectCoordinates("shop", "web", "u")
        mine = Offered(Credential("ci", "hunter2"), ProviderSource("ecr", account))
        other = Offered(Credential("ci", "hunter2"), ProviderSource("ecr", attrs.evolve(account, name="other")))
        state = self.pulled(mine)
        assert self.recorded(state) == PulledCredentials(service_accounts=(account,))
        assert self.used(state, mine)[1].verification is VerificationReason.SAME_SERVICE_ACCOUNT
        assert self.used(state, other, mine)[1].verification is VerificationReason.OTHER_CREDENTIALS

    def test_service_accounts_in_1_33(self) -> None:
        release = Release("1.33").with_gates({"KubeletEnsureSecretPulledImages": True})
        offered = Offered(Credential("ci", "hunter2"), ProviderSource("ecr", ObjectCoordinates("shop", "web", "u")))
        request = ImageRequest(POD, "x.io/app:1", "Always", (offered,))
        state, _ = ensure_image(EMPTY, request, Runtime(pull=Pulled("sha256:1", 0)), now=0, release=release)
        assert self.recorded(state) == PulledCredentials(node_pods_accessible=True)

    def test_the_hash(self) -> None:
        offered = of_secret("a")
        expected = PulledSecret(ObjectCoordinates("shop", "a", "u"), credential_hash(offered.credential))
        assert self.recorded(self.pulled(offered)).secrets == (expected,)

    def test_images_that_the_kubelet_did_not_pull(self) -> None:
        assert self.used(EMPTY)[1].image_ref == "sha256:1"
        assert self.used(EMPTY, kubelet=ALWAYS_VERIFY)[1].verification is VerificationReason.NOT_RECORDED
        assert self.used(self.pulled(of_secret("a")), kubelet=NEVER_VERIFY)[1].image_ref == "sha256:1"

    def test_before_it_was_verified(self) -> None:
        state = self.pulled(of_secret("a"), minor="1.34")
        assert state.records == EMPTY.records
        assert self.used(state, minor="1.34")[1].image_ref == "sha256:1"

    def test_no_secret_is_shown(self) -> None:
        state, outcome = self.used(self.pulled(of_secret("a")), of_secret("b", "hunter3"))
        for shown in (repr(state), repr(outcome), str(outcome)):
            assert "hunter" not in shown
        assert pickle.loads(pickle.dumps((state, outcome))) == (state, outcome)  # noqa: S301


def test_no_time() -> None:
    with pytest.raises(InvalidDuration):
        once(now=math.nan)
