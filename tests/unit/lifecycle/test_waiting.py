from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.objects import ContainerKind
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.events import EventReason
from kubecontainers.lifecycle.exits import ExitCause
from kubecontainers.lifecycle.waiting import MOST_EVENTS, WaitingExplanation, explain_waiting
from kubecontainers.lifecycle.waiting_reasons import ContainerWaitingReason, Retry, StartStep

JSON = dict[str, Any]
Reason, Step = ContainerWaitingReason, StartStep


def pod(status: JSON | None = None, *, metadata: JSON | None = None, **of_status: Any) -> JSON:
    """A pod with one container, web; with its status, if one is given."""
    statuses: list[JSON] = [] if status is None else [{"name": "web", **status}]
    return {"metadata": metadata or {}, "spec": {"containers": [{"name": "web"}]}, "status": {"containerStatuses": statuses, **of_status}}


def waiting(reason: str = "", message: str = "", **fields: Any) -> JSON:
    return {"state": {"waiting": {"reason": reason, "message": message}}, **fields}


def event(reason: str, message: str = "", container: str = "", second: int = 0) -> JSON:
    path = f"spec.containers{{{container}}}" if container else ""
    at = f"2026-03-01T12:00:{second:02}Z"
    return {"reason": reason, "message": message, "involvedObject": {"fieldPath": path}, "lastTimestamp": at}


def explained(given: JSON, *events: JSON, minor: str = "1.36") -> WaitingExplanation:
    [found] = explain_waiting(given, list(events), release=Release(minor))
    return found


ENDED: JSON = {"lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}, "restartCount": 4}


class TestReasons:
    @pytest.mark.parametrize("reason", [reason for reason in Reason if reason.meaning.step is not Step.PREPARE])
    def test_one_that_names_its_step(self, reason: ContainerWaitingReason) -> None:
        found = explained(pod(waiting(reason.value, "why")))
        assert (found.known, found.step, found.message) == (reason, reason.meaning.step, "why")
        assert (found.summary, found.advice, found.retry) == (reason.meaning.summary, reason.meaning.advice, reason.meaning.retry)
        assert found.reason == reason.value

    def test_crashes_tell_how_the_last_instance_ended(self) -> None:
        found = explained(pod(waiting("CrashLoopBackOff", "back-off 40s", **ENDED)))
        assert found.last_exit is not None
        assert (found.last_exit.cause, found.restart_count) == (ExitCause.OUT_OF_MEMORY, 4)
        assert Step.START in found.done

    @pytest.mark.parametrize(
        ("last", "advice"),
        [
            ({"exitCode": 137, "reason": "OOMKilled"}, "memory limit"),
            ({"exitCode": 0, "reason": "Completed"}, "restartPolicy"),
            ({"exitCode": 3, "reason": "Error"}, "kubectl logs --previous"),
        ],
    )
    def test_crashes_are_advised_by_how_the_last_instance_ended(self, last: JSON, advice: str) -> None:
        found = explained(pod(waiting("CrashLoopBackOff", lastState={"terminated": last})))
        assert (found.step, found.summary) == (Step.RUN, Reason.CRASH_LOOP_BACK_OFF.meaning.summary)
        assert advice in found.advice

    @pytest.mark.parametrize(
        ("code", "message", "of_hook"),
        [
            (137, "FailedPostStartHook", True),
            (143, "FailedPostStartHook", True),
            (1, "FailedPostStartHook", False),
            (137, "Container web failed liveness probe, will be restarted", False),
        ],
    )
    def test_what_was_killed_for_its_hook_is_advised_by_that(self, code: int, message: str, of_hook: bool) -> None:
        """Unless it has ended by itself since."""
        crashed = pod(waiting("CrashLoopBackOff", lastState={"terminated": {"exitCode": code, "reason": "Error"}}))
        found = explained(crashed, event("Killing", message, "web"))
        assert (found.advice == Reason.POST_START_HOOK_ERROR.meaning.advice) is of_hook

    def test_what_could_not_be_started_has_not_run(self) -> None:
        last = {"terminated": {"exitCode": 128, "reason": "StartError", "message": 'exec: "nope": not found'}}
        found = explained(pod(waiting("CrashLoopBackOff", lastState=last)))
        assert (found.step, found.retry) == (Step.START, Retry.RESTART_BACK_OFF)
        assert Step.CREATE in found.done
        assert "cannot be started" in found.summary
        assert found.advice == ExitCause.CANNOT_RUN.advice

    def test_starts_after_an_exit_back_off(self) -> None:
        config = waiting("CreateContainerConfigError", **ENDED)
        assert explained(pod(config)).retry is Retry.RESTART_BACK_OFF
        pull = waiting("ErrImagePull", **ENDED)
        assert explained(pod(pull)).retry is Retry.PULL_BACK_OFF

    def test_the_event_that_tells_why(self) -> None:
        events = [
            event("Pulling", container="web"),
            event("Failed", 'Failed to pull image "web": not found', "web", 1),
            event("Failed", "Error: ErrImagePull", "web", 1),
            event("BackOff", 'Back-off pulling image "web"', "web", 2),
            event("FailedMount", "old"),
            event("Failed", "of another", "job", 3),
        ]
        found = explained(pod(waiting("ImagePullBackOff", 'Back-off pulling image "web"')), *events)
        assert found.cause is not None
        assert found.cause.message == 'Failed to pull image "web": not found'
        assert [seen.reason for seen in found.events] == ["Pulling", "Failed", "Failed", "BackOff"]

    def test_a_pull_secret_that_cannot_be_read_is_named_for_a_pull(self) -> None:
        missing = event("FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (regcred)", second=1)
        failed = event("Failed", 'Failed to pull image "web": denied', "web", 2)
        named = [[seen.reason for seen in explained(pod(waiting(reason)), failed, missing).events] for reason in ("ErrImagePull", "")]
        assert named == [["FailedToRetrieveImagePullSecret", "Failed"], ["Failed"]]

    def test_a_volume_that_is_an_image_is_spoken_of_about_the_pod(self) -> None:
        failed = event("Failed", 'Failed to pull image "model:1": denied', second=1)
        found = explained(pod(waiting("ErrImagePull", "denied")), failed, event("Failed", "Error: ErrImagePull", "web", 2))
        assert found.cause is not None
        assert found.cause.message == failed["message"]
        assert [seen.message for seen in found.events] == [failed["message"], "Error: ErrImagePull"]
        own = event("Failed", 'Failed to pull image "web": denied', "web")
        assert explained(pod(waiting("ErrImagePull", "denied")), failed, own).cause == explained(pod(waiting("ErrImagePull")), own).cause

    def test_only_the_newest_events_are_named(self) -> None:
        found = explained(
            pod(waiting("ErrImagePull")), *(event("Pulling", str(second), "web", second) for second in range(MOST_EVENTS + 5))
        )
        assert [seen.message for seen in found.events] == [str(second) for second in range(5, MOST_EVENTS + 5)]


class TestUnknownReasons:
    def test_they_are_said_to_be(self) -> None:
        found = explained(pod(waiting("FooError", "why")))
        assert (found.known, found.reason, found.message, found.step) == (None, "FooError", "why", Step.PREPARE)
        assert found.summary == "the reason is none that Kubernetes 1.36 gives: the runtime, or another program, has set it"
        assert (found.retry, found.cause) == (Retry.UNKNOWN, None)
        assert "kubectl describe pod" in found.advice

    def test_events_may_tell_more(self) -> None:
        found = explained(pod(waiting("FooError")), event("Pulling", "Pulling image", "web"))
        assert (found.step, found.retry, found.message) == (Step.IMAGE, Retry.UNDER_WAY, "Pulling image")
        assert found.summary.startswith("the reason is none")

    def test_a_reason_of_later_releases_is_unknown(self) -> None:
        found = [explained(pod(waiting("RegistryUnavailable")), minor=minor).known for minor in ("1.27", "1.28")]
        assert found == [None, Reason.REGISTRY_UNAVAILABLE]


class TestContainerCreating:
    def test_nothing_tells(self) -> None:
        found = explained(pod(waiting("ContainerCreating")))
        assert (found.step, found.done, found.retry) == (Step.PREPARE, (Step.SCHEDULE,), Retry.UNDER_WAY)
        assert found.summary == Reason.CONTAINER_CREATING.meaning.summary
        assert "kubectl describe pod" in found.advice

    @pytest.mark.parametrize(
        ("reason", "step", "retry"),
        [
            (EventReason.FAILED_MOUNT, Step.PREPARE, Retry.VOLUME_BACK_OFF),
            (EventReason.FAILED_ATTACH_VOLUME, Step.PREPARE, Retry.VOLUME_BACK_OFF),
            (EventReason.FAILED_CREATE_POD_SANDBOX, Step.SANDBOX, Retry.NEXT_SYNC),
        ],
    )
    def test_an_event_about_the_pod_tells(self, reason: EventReason, step: StartStep, retry: Retry) -> None:
        found = explained(pod(waiting("ContainerCreating")), event("Scheduled"), event(reason.value, "why", second=1))
        assert (found.step, found.message, found.summary, found.retry) == (step, "why", reason.meaning, retry)
        assert [seen.reason for seen in found.events] == ["Scheduled", reason.value]
        assert "kubectl describe" not in found.advice

    def test_a_hook_that_hangs(self) -> None:
        found = explained(pod(waiting("ContainerCreating")), event("Started", "Container started", "web"))
        assert (found.step, found.retry) == (Step.POST_START, Retry.UNDER_WAY)
        assert "postStart" in found.advice

    def test_a_failure_whose_reason_the_status_has_not_yet(self) -> None:
        found = explained(pod(waiting("ContainerCreating")), event("Failed", "Error: CreateContainerConfigError", "web"))
        assert (found.step, found.summary) == (Step.CONFIGURE, EventReason.FAILED.meaning)

    def test_a_container_that_is_being_pulled_lets_the_next_wait(self) -> None:
        given = pod(waiting("ContainerCreating"))
        given["spec"]["containers"].append({"name": "job"})
        given["status"]["containerStatuses"].append({"name": "job", **waiting("ContainerCreating")})
        web, job = explain_waiting(given, [event("Pulling", container="web")])
        assert (web.step, web.blocked_by, web.retry) == (Step.IMAGE, "", Retry.UNDER_WAY)
        assert (job.step, job.blocked_by, job.retry) == (Step.IMAGE, "web", Retry.TURN)
        assert job.summary == "another container comes first"


class TestWithoutStatus:
    def test_no_node_takes_the_pod(self) -> None:
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}
        found = explained(pod(conditions=[condition]))
        assert (found.known, found.reason, found.step, found.done) == (None, "", Step.SCHEDULE, ())
        assert (found.message, found.retry) == ("0/3 nodes are available", Retry.SCHEDULER)
        assert "scheduler" in found.advice

    def test_no_kubelet_has_it_yet(self) -> None:
        found = explained(pod())
        assert found.summary == "the status of the pod says nothing of the container: no kubelet has reported it yet"
        assert found.retry is Retry.UNDER_WAY

    def test_a_status_without_a_state(self) -> None:
        assert explained(pod({})).known is None


def init_pod(setup: JSON, proxy: JSON) -> JSON:
    """A pod with a sidecar, proxy, then a plain init container, setup, with their statuses; its app container waits."""
    return {
        "spec": {
            "initContainers": [{"name": "proxy", "restartPolicy": "Always"}, {"name": "setup"}],
            "containers": [{"name": "web"}],
            "ephemeralContainers": [{"name": "debug"}],
        },
        "status": {
            "initContainerStatuses": [{"name": "proxy", **proxy}, {"name": "setup", **setup}],
            "containerStatuses": [{"name": "web", **waiting("PodInitializing")}],
            "ephemeralContainerStatuses": [{"name": "debug", "state": {"running": {}}}],
        },
    }


class TestInitContainers:
    def test_the_app_container_waits_for_the_one_that_fails(self) -> None:
        setup, web = explain_waiting(init_pod(waiting("CrashLoopBackOff", **ENDED), {"state": {"running": {}}, "started": True}))
        assert (setup.container, setup.kind, setup.known) == ("setup", ContainerKind.INIT, Reason.CRASH_LOOP_BACK_OFF)
        assert (web.step, web.blocked_by, web.retry) == (Step.INITIALIZE, "setup", Retry.TURN)
        assert "before it" in web.advice
        assert str(web) == "web (PodInitializing): another container comes first; at: " + Step.INITIALIZE.value + ", setup"

    @pytest.mark.parametrize(
        ("setup", "proxy", "blocked_by"),
        [
            ({"state": {"running": {}}}, {"state": {"running": {}}, "started": True}, "setup"),
            ({"state": {"terminated": {"exitCode": 1}}}, {"state": {"running": {}}}, "setup"),
            ({"state": {"terminated": {"exitCode": 0}}}, {"state": {"running": {}}, "started": False}, "proxy"),
            ({"state": {"terminated": {"exitCode": 0}}}, {"state": {"terminated": {"exitCode": 0}}}, "proxy"),
            ({"state": {"terminated": {"exitCode": 0}}}, {"state": {"running": {}}}, ""),
        ],
    )
    def test_who_comes_first(self, setup: JSON, proxy: JSON, blocked_by: str) -> None:
        [web] = explain_waiting(init_pod(setup, proxy))
        assert web.blocked_by == blocked_by

    def test_sidecars_are_plain_where_they_are_not_known(self) -> None:
        done: JSON = {"state": {"terminated": {"exitCode": 0}}}
        found = [explain_waiting(init_pod(done, done), release=Release(minor))[0].blocked_by for minor in ("1.27", "1.36")]
        assert found == ["", "proxy"]

    def test_ephemeral_containers_wait_for_nobody(self) -> None:
        given = init_pod({"state": {"running": {}}}, {"state": {"running": {}}})
        given["status"]["ephemeralContainerStatuses"] = []
        web, debug = explain_waiting(given)
        assert (web.blocked_by, debug.blocked_by) == ("setup", "")
        assert debug.kind is ContainerKind.EPHEMERAL

    def test_an_init_container_without_a_status_is_not_done(self) -> None:
        given = init_pod({}, {"state": {"running": {}}})
        given["status"]["initContainerStatuses"] = given["status"]["initContainerStatuses"][:1]
        setup, web = explain_waiting(given)
        assert (setup.step, web.blocked_by) == (Step.IMAGE, "setup")


class TestPods:
    @pytest.mark.parametrize("state", [{"running": {}}, {"terminated": {"exitCode": 1}}])
    def test_what_runs_or_has_ended_does_not_wait(self, state: JSON) -> None:
        assert explain_waiting(pod({"state": state})) == ()

    def test_nothing_is_started_any_more(self) -> None:
        failed = pod(waiting("PodInitializing"), phase="Failed", reason="Evicted", message="The node was low on memory")
        found = explained(failed)
        assert (found.retry, found.message) == (Retry.NEVER, "The node was low on memory")
        deleted = pod(waiting("ErrImagePull"), metadata={"deletionTimestamp": "2026-03-01T12:00:00Z"})
        assert explained(deleted).retry is Retry.NEVER

    def test_a_pod_that_ended_before_its_containers_had_a_status(self) -> None:
        """A kubelet that has no room for a pod refuses it so."""
        refused = pod(phase="Failed", reason="OutOfcpu", message="Node didn't have enough resource: cpu")
        found = explained(refused, event("Scheduled", "Successfully assigned"))
        assert (found.summary, found.message) == (
            "the pod has ended, and its status says nothing of the container",
            refused["status"]["message"],
        )
        assert "reason" in found.advice
        assert found.retry is Retry.NEVER

    def test_containers_that_only_the_status_knows(self) -> None:
        given: JSON = {"status": {"containerStatuses": [{"name": name, **waiting("ErrImagePull")} for name in ("b", "a", "b")]}}
        assert [found.container for found in explain_waiting(given)] == ["b", "a"]

    def test_an_empty_pod(self) -> None:
        assert explain_waiting({}) == ()
