from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.waiting_reasons import ContainerWaitingReason, Retry, StartStep, steps_before, waiting_reason
from kubecontainers.pulling import pull_messages

Reason, Step = ContainerWaitingReason, StartStep


def test_the_reasons_about_images_are_the_same_words() -> None:
    assert {reason.value for reason in pull_messages.WaitingReason} <= {reason.value for reason in Reason}


def test_every_reason_has_a_meaning() -> None:
    for reason in Reason:
        meaning = reason.meaning
        assert meaning.summary
        assert meaning.advice
        assert meaning.events
        assert meaning.done == steps_before(meaning.step)
        assert len(set(meaning.events)) == len(meaning.events)


@pytest.mark.parametrize(
    ("reason", "step", "is_there"),
    [
        (Reason.ERR_IMAGE_PULL, Step.IMAGE, {Step.SANDBOX}),
        (Reason.CREATE_CONTAINER_CONFIG_ERROR, Step.CONFIGURE, {Step.IMAGE}),
        (Reason.CREATE_CONTAINER_ERROR, Step.CREATE, {Step.IMAGE, Step.CONFIGURE}),
        (Reason.PRE_START_HOOK_ERROR, Step.PRE_START, {Step.CREATE}),
        (Reason.RUN_CONTAINER_ERROR, Step.START, {Step.CREATE}),
        (Reason.POST_START_HOOK_ERROR, Step.POST_START, {Step.CREATE, Step.START}),
        (Reason.CRASH_LOOP_BACK_OFF, Step.RUN, {Step.START, Step.POST_START}),
    ],
)
def test_what_is_there_when_a_step_fails(reason: ContainerWaitingReason, step: StartStep, is_there: set[StartStep]) -> None:
    assert reason.meaning.step is step
    assert is_there <= set(reason.meaning.done)
    assert step not in reason.meaning.done


def test_only_pulls_and_exits_back_off() -> None:
    by_retry = {retry: {reason for reason in Reason if reason.meaning.retry is retry} for retry in Retry}
    assert by_retry[Retry.RESTART_BACK_OFF] == {Reason.POST_START_HOOK_ERROR, Reason.CRASH_LOOP_BACK_OFF}
    assert by_retry[Retry.PULL_BACK_OFF] == {
        Reason.ERR_IMAGE_PULL,
        Reason.IMAGE_PULL_BACK_OFF,
        Reason.REGISTRY_UNAVAILABLE,
        Reason.SIGNATURE_VALIDATION_FAILED,
    }


@pytest.mark.parametrize(
    ("text", "since"),
    [("RegistryUnavailable", "1.28"), ("SignatureValidationFailed", "1.28"), ("RestartingAllContainers", "1.36"), ("ErrImagePull", "1.27")],
)
def test_since_when_a_reason_is_given(text: str, since: str) -> None:
    found = [str(release) for minor in range(27, 37) if waiting_reason(text, release=(release := Release(f"1.{minor}")))]
    assert found[0] == since


def test_other_reasons_are_none() -> None:
    assert waiting_reason("CreatePodSandboxError") is None
    assert waiting_reason("") is Reason.NONE
