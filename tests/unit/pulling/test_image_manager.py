from __future__ import annotations

import pickle

import attrs
import pytest

from kubecontainers.apimachinery.backoff import PULL_BACK_OFF, BackOff
from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.secret_text import SecretNotPicklable
from kubecontainers.credentials.credential import Credential, FileSource, ObjectCoordinates, Source
from kubecontainers.golang.duration import Duration
from kubecontainers.images.pull_policy import PullPolicy
from kubecontainers.lifecycle.events import EventReason
from kubecontainers.pulling.image_manager import ImageManagerState, ImageOutcome, ImageRequest
from kubecontainers.pulling.pull_messages import PreviousError, WaitingReason
from kubecontainers.pulling.pulled_records import PullRecords
from kubecontainers.pulling.token_bucket import TokenBucket

POD = ObjectCoordinates("shop", "web-0", "1f2e")


@attrs.frozen
class Offered:
    credential: Credential
    source: Source = FileSource()  # noqa: RUF009


class TestRequest:
    def test_policy(self) -> None:
        assert ImageRequest(POD, "nginx").policy == "IfNotPresent"
        assert ImageRequest(POD, "nginx", PullPolicy.NEVER) == ImageRequest(POD, "nginx", "Never")

    def test_texts(self) -> None:
        request = ImageRequest(POD, "\ud800", "\udfff")
        assert (request.image, request.policy) == ("\ufffd", "\ufffd")

    def test_key(self) -> None:
        assert ImageRequest(POD, "nginx").back_off_key == "1f2e_nginx"

    def test_secrets(self) -> None:
        request = ImageRequest(POD, "nginx", credentials=[Offered(Credential("ci", "hunter2"))])
        assert "hunter2" not in repr(request)
        assert hash(request) == hash(ImageRequest(POD, "nginx", credentials=request.credentials))
        with pytest.raises(SecretNotPicklable):
            pickle.dumps(request)


class TestState:
    def test_empty(self) -> None:
        state = ImageManagerState()
        assert (state.back_off, state.records, state.tokens) == (BackOff(PULL_BACK_OFF), PullRecords(), None)
        assert not state.previous_errors

    def test_start(self) -> None:
        assert ImageManagerState.start().tokens == TokenBucket(5, 10)
        assert ImageManagerState.start(KubeletConfig(registry_pull_qps=0)) == ImageManagerState()
        assert ImageManagerState.start(now=7).tokens == TokenBucket(5, 10, filled_at=7)

    def test_pickles(self) -> None:
        errors = {"1f2e_nginx": PreviousError(WaitingReason.ERR_IMAGE_PULL, "denied")}
        state = attrs.evolve(ImageManagerState.start(), previous_errors=errors)
        assert pickle.loads(pickle.dumps(state)) == state  # noqa: S301
        assert len({state, attrs.evolve(state)}) == 1


def test_the_event_that_follows() -> None:
    assert ImageOutcome(Duration(), "sha256:1").start_event is None
    event = ImageOutcome(Duration(), waiting=WaitingReason.ERR_IMAGE_PULL).start_event
    assert event is not None
    assert (event.type, event.reason, event.message.text) == (EventType.WARNING, EventReason.FAILED, "Error: ErrImagePull")
