from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.release import LATEST
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import ContainerState, ContainerStatus, Running, Terminated, Waiting
from kubecontainers.lifecycle.seen_events import SeenEvent
from kubecontainers.lifecycle.start_evidence import MOST_LOOKED_AT, Evidence, failed_step, pod_evidence
from kubecontainers.lifecycle.waiting_reasons import ContainerWaitingReason, Retry, StartStep

JSON = dict[str, Any]
Step = StartStep
WEB = "spec.containers{web}"


def event(reason: str, message: str = "", path: str = "", at: int | None = None) -> SeenEvent:
    return SeenEvent("Warning", reason, message, path, None if at is None else Duration.of(at))


def found(
    *events: SeenEvent, pod: JSON | None = None, state: ContainerState | None = None, blocked_by: str = "", busy: str = ""
) -> Evidence:
    """What is known of the container web of a pod, whose other container has a state."""
    others = [ContainerStatus(name="other", state=state)] if state else []
    shared = pod_evidence(pod or {}, others, events, release=LATEST)
    own = [seen for seen in events if seen.field_path == WEB]
    return shared.of_container(own, reported=state is not None, blocked_by=blocked_by, busy=busy)


class TestWithoutEvents:
    def test_nothing_is_known(self) -> None:
        evidence = found()
        assert evidence == Evidence(Step.SCHEDULE, Retry.UNDER_WAY)
        assert not evidence.is_told

    @pytest.mark.parametrize(
        ("pod", "step"),
        [
            ({"spec": {"nodeName": "node-a"}}, Step.PREPARE),
            ({"status": {"conditions": [{"type": "PodScheduled", "status": "True"}]}}, Step.PREPARE),
            ({"status": {"conditions": [{"type": "PodReadyToStartContainers", "status": "True"}]}}, Step.IMAGE),
            ({"status": {"conditions": [{"type": "Ready", "status": "True"}]}}, Step.SCHEDULE),
        ],
    )
    def test_what_the_pod_says(self, pod: JSON, step: StartStep) -> None:
        assert found(pod=pod) == Evidence(step, Retry.UNDER_WAY)

    def test_what_the_scheduler_says(self) -> None:
        pod = {"status": {"conditions": [{"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available"}]}}
        evidence = found(pod=pod)
        assert evidence == Evidence(Step.SCHEDULE, Retry.SCHEDULER, message="0/3 nodes are available")
        assert evidence.is_told

    @pytest.mark.parametrize(
        ("state", "step"),
        [
            (Running(), Step.IMAGE),
            (Terminated(0), Step.IMAGE),
            (Waiting("ErrImagePull"), Step.IMAGE),
            (Waiting(), Step.IMAGE),
            (Waiting("ContainerCreating"), Step.PREPARE),
            (Waiting("FooError"), Step.PREPARE),
        ],
    )
    def test_what_another_container_shows(self, state: ContainerState, step: StartStep) -> None:
        assert found(state=state).step is step

    def test_one_that_has_ended_shows_no_sandbox_where_there_is_a_condition(self) -> None:
        pod = {"status": {"conditions": [{"type": "PodReadyToStartContainers", "status": "False"}]}}
        assert found(pod=pod, state=Terminated(0)).step is Step.PREPARE
        assert found(pod=pod, state=Running()).step is Step.IMAGE

    def test_others_come_first(self) -> None:
        assert found(state=Running(), blocked_by="setup") == Evidence(Step.INITIALIZE, Retry.TURN, blocked_by="setup")
        assert found(state=Running(), busy="job") == Evidence(Step.IMAGE, Retry.TURN, blocked_by="job")
        assert found(blocked_by="setup") == Evidence(Step.SCHEDULE, Retry.UNDER_WAY)


class TestEvents:
    @pytest.mark.parametrize(
        ("reason", "step", "retry"),
        [
            ("FailedScheduling", Step.SCHEDULE, Retry.SCHEDULER),
            ("Scheduled", Step.PREPARE, Retry.UNDER_WAY),
            ("FailedMount", Step.PREPARE, Retry.VOLUME_BACK_OFF),
            ("FailedCreatePodSandBox", Step.SANDBOX, Retry.NEXT_SYNC),
            ("SandboxChanged", Step.SANDBOX, Retry.UNDER_WAY),
        ],
    )
    def test_about_the_pod(self, reason: str, step: StartStep, retry: Retry) -> None:
        seen = event(reason, "why")
        assert found(seen) == Evidence(step, retry, seen, "why")

    @pytest.mark.parametrize(
        ("reason", "message", "step", "retry"),
        [
            ("Pulling", "", Step.IMAGE, Retry.UNDER_WAY),
            ("Pulled", "", Step.CONFIGURE, Retry.UNDER_WAY),
            ("Created", "", Step.START, Retry.UNDER_WAY),
            ("Started", "", Step.POST_START, Retry.UNDER_WAY),
            ("FailedPostStartHook", "", Step.POST_START, Retry.RESTART_BACK_OFF),
            ("Failed", 'Failed to pull image "web": not found', Step.IMAGE, Retry.PULL_BACK_OFF),
            ("Failed", "Error: CreateContainerConfigError", Step.CONFIGURE, Retry.NEXT_SYNC),
        ],
    )
    def test_about_the_container(self, reason: str, message: str, step: StartStep, retry: Retry) -> None:
        seen = event(reason, message, WEB)
        assert found(seen) == Evidence(step, retry, seen, message)

    @pytest.mark.parametrize(
        "seen", [event("Failed", "Error: no such thing", WEB), event("Killing", path=WEB), event("Foo"), event("BackOff")]
    )
    def test_some_tell_nothing(self, seen: SeenEvent) -> None:
        assert found(seen).cause is None

    def test_the_latest_tells(self) -> None:
        mount, pulling = event("FailedMount", at=10), event("Pulling", path=WEB, at=20)
        assert found(mount, pulling).cause == pulling
        later = event("SandboxChanged", at=30)
        assert found(mount, pulling, later).cause == later

    def test_what_only_begins_a_step_again_hides_no_failure_of_it(self) -> None:
        """Before each further sandbox the kubelet says ``SandboxChanged``; and times of events are not equally exact."""
        failed, again = event("FailedCreatePodSandBox", "no network", at=10), event("SandboxChanged", at=20)
        assert found(failed, again) == Evidence(Step.SANDBOX, Retry.NEXT_SYNC, failed, "no network")
        mount, scheduled = event("FailedMount", at=10), event("Scheduled", at=11)
        assert found(mount, scheduled).cause == mount

    def test_a_failure_that_was_overcome_is_not_brought_up_again(self) -> None:
        failed, again = event("FailedCreatePodSandBox", at=10), event("SandboxChanged", at=30)
        assert found(failed, event("Started", path=WEB, at=20), again).cause == again

    def test_a_pull_that_begins_again_is_under_way(self) -> None:
        failed, again = event("Failed", "Failed to pull image ", WEB, 10), event("Pulling", path=WEB, at=20)
        assert found(failed, again) == Evidence(Step.IMAGE, Retry.UNDER_WAY, again)

    def test_of_one_moment_the_furthest_tells(self) -> None:
        failed, scheduled = event("FailedScheduling", at=10), event("Scheduled", at=10)
        assert found(failed, scheduled).cause == found(scheduled, failed).cause == scheduled

    def test_what_is_done_is_not_brought_up_again(self) -> None:
        assert found(event("FailedScheduling"), state=Waiting("ContainerCreating")) == Evidence(Step.PREPARE, Retry.UNDER_WAY)
        assert found(event("FailedMount"), state=Running()) == Evidence(Step.IMAGE, Retry.UNDER_WAY)

    def test_an_event_about_another_container_shows_the_sandbox(self) -> None:
        assert found(event("Pulling", path="spec.containers{other}")) == Evidence(Step.IMAGE, Retry.UNDER_WAY)

    def test_events_beyond_the_newest_are_not_looked_at(self) -> None:
        many = [event("FailedMount", str(number), at=number) for number in range(MOST_LOOKED_AT + 50)]
        shared = pod_evidence({}, [], many, release=LATEST)
        assert [seen.message for seen in shared.events] == [str(number) for number in range(50, MOST_LOOKED_AT + 50)]


class TestFailedStep:
    def test_the_event_that_says_why(self) -> None:
        why = event("Failed", 'Failed to pull image "web": not found', WEB)
        own = [why, event("Failed", "Error: ErrImagePull", WEB), event("BackOff", path=WEB), event("Pulling", path=WEB)]
        assert failed_step(ContainerWaitingReason.IMAGE_PULL_BACK_OFF, own) == Evidence(Step.IMAGE, Retry.PULL_BACK_OFF, why)

    def test_the_newest_of_them(self) -> None:
        killing = [event("Killing", message, WEB) for message in ("first", "second")]
        assert failed_step(ContainerWaitingReason.CRASH_LOOP_BACK_OFF, killing).cause == killing[1]

    def test_without_it(self) -> None:
        own = [event("Failed", "Error: ErrImagePull", WEB)]
        assert failed_step(ContainerWaitingReason.ERR_IMAGE_PULL, own) == Evidence(Step.IMAGE, Retry.PULL_BACK_OFF)
