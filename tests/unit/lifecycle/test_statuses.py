from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import ContainerStatus, Running, Terminated, Waiting
from kubecontainers.lifecycle.phase import Phase
from kubecontainers.lifecycle.reason_cache import ReasonCache, StartFailure, StartResult
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState
from kubecontainers.lifecycle.statuses import PodContainerStatuses, container_statuses, is_initialized, pod_status

JSON = dict[str, Any]

CREATED, RUNNING, EXITED, UNKNOWN = RuntimeState
POD: JSON = {"spec": {"restartPolicy": "Always", "containers": [{"name": "web"}]}}
LOST = Terminated(
    137,
    "ContainerStatusUnknown",
    "The container could not be located when the pod was deleted.  The container used to be Running",
)
GONE = Terminated(137, "ContainerStatusUnknown", "The container could not be located when the pod was terminated")


def failing(*names: str, reason: str = "CrashLoopBackOff") -> ReasonCache:
    return ReasonCache().update(StartResult(name, StartFailure(reason, "why")) for name in names)


def before(**fields: Any) -> PodContainerStatuses:
    return PodContainerStatuses(app=(ContainerStatus(name="web", **fields),))


def web(
    *runtime: RuntimeContainer,
    previous: PodContainerStatuses | None = None,
    cache: ReasonCache | None = None,
    pod: JSON = POD,
    minor: str = "1.36",
) -> ContainerStatus:
    [status] = container_statuses(pod, runtime, cache, previous=previous, release=Release(minor)).app
    return status


def exited(code: int = 1, **fields: Any) -> RuntimeContainer:
    return RuntimeContainer("web", EXITED, exit_code=code, **fields)


class TestWithoutInstance:
    def test_the_start_was_not_tried(self) -> None:
        assert web() == ContainerStatus(name="web", state=Waiting("ContainerCreating"))

    def test_in_a_pod_with_init_containers(self) -> None:
        pod = {"spec": {"initContainers": [{"name": "setup"}], "containers": [{"name": "web"}], "ephemeralContainers": [{"name": "debug"}]}}
        made = container_statuses(pod, [])
        assert [status.state for status in (*made.init, *made.app, *made.ephemeral)] == [Waiting("PodInitializing")] * 3

    def test_counts_and_ends_are_carried_on(self) -> None:
        old = before(state=Waiting("CrashLoopBackOff"), last_state=Terminated(1), restart_count=3)
        assert web(previous=old) == ContainerStatus(
            name="web", state=Waiting("ContainerCreating"), last_state=Terminated(1), restart_count=3
        )

    def test_an_end_stays_an_end(self) -> None:
        old = before(state=Terminated(1), last_state=Terminated(2), restart_count=3, started=False)
        assert (web(previous=old),) == old.app

    def test_what_ran_is_lost(self) -> None:
        status = web(previous=before(state=Running(), restart_count=3))
        assert (status.last_state, status.restart_count) == (LOST, 4)

    def test_while_the_pod_is_deleted_it_is_not_counted_as_restarted(self) -> None:
        deleted = POD | {"metadata": {"deletionTimestamp": "2026-03-01T12:00:00Z"}}
        status = web(previous=before(state=Running(), restart_count=3), pod=deleted)
        assert (status.last_state, status.restart_count) == (LOST, 3)

    def test_an_end_that_is_known_is_not_covered(self) -> None:
        status = web(previous=before(state=Running(), last_state=Terminated(2), restart_count=3))
        assert (status.last_state, status.restart_count) == (Terminated(2), 3)


class TestWithInstances:
    def test_what_the_runtime_says(self) -> None:
        ended = exited(3, reason="Error", message="bye", created_at=1, started_at=2, finished_at=3, id="a")
        assert web(ended).state == Terminated(3, "Error", "bye", started_at=Duration.of(2), finished_at=Duration.of(3), container_id="a")
        assert web(RuntimeContainer("web", RUNNING, started_at=2)).state == Running(Duration.of(2))
        assert web(RuntimeContainer("web", CREATED)).state == Waiting()
        assert web(RuntimeContainer("web", UNKNOWN)).state == Waiting()

    def test_the_newest_is_the_state_the_next_the_last_state(self) -> None:
        old, older, oldest = exited(1, created_at=20), RuntimeContainer("web", RUNNING, created_at=10), exited(2, created_at=5)
        status = web(oldest, older, RuntimeContainer("web", CREATED, created_at=30, restart_count=7), old)
        assert (status.state, status.last_state, status.restart_count) == (Waiting(), Terminated(1), 7)
        assert web(older, oldest, old).last_state == Running()

    def test_without_times_the_first_is_the_newest(self) -> None:
        status = web(RuntimeContainer("web", RUNNING), exited(1))
        assert (status.state, status.last_state) == (Running(), Terminated(1))

    def test_what_ran_and_is_unknown_has_ended(self) -> None:
        status = web(RuntimeContainer("web", UNKNOWN, restart_count=1), previous=before(state=Running(), restart_count=4))
        assert (status.state, status.restart_count) == (GONE, 5)

    def test_names_that_the_pod_has_not_are_passed_over(self) -> None:
        made = container_statuses(POD, [RuntimeContainer("other", RUNNING)])
        assert [status.name for status in made.app] == ["web"]

    def test_started_is_kept_since_1_35(self) -> None:
        old = before(state=Running(), started=True)
        found = [web(RuntimeContainer("web", RUNNING), previous=old, minor=minor).started for minor in ("1.34", "1.35")]
        assert found == [None, True]
        assert web(exited(), previous=old).started is None


class TestKeptSince136:
    def test_counts_never_fall(self) -> None:
        old = before(state=Waiting(), restart_count=4)
        found = [web(exited(restart_count=1), previous=old, minor=minor).restart_count for minor in ("1.35", "1.36")]
        assert found == [1, 4]

    def test_what_runs_after_an_end_was_restarted(self) -> None:
        old = before(state=Terminated(1), restart_count=4)
        running = RuntimeContainer("web", RUNNING, restart_count=4)
        assert [web(running, previous=old, minor=minor).restart_count for minor in ("1.35", "1.36")] == [4, 5]
        assert web(RuntimeContainer("web", RUNNING, restart_count=6), previous=old).restart_count == 6

    def test_the_end_of_another_instance_is_the_last_state(self) -> None:
        old = before(state=Terminated(1), last_state=Terminated(2), container_id="a")
        another, same = (RuntimeContainer("web", CREATED, id=name) for name in ("b", "a"))
        assert web(another, previous=old).last_state == Terminated(1)
        assert web(same, previous=old).last_state == Terminated(2)
        assert web(another, previous=old, minor="1.35").last_state is None

    def test_a_last_state_that_is_no_end_is_not_kept(self) -> None:
        assert web(RuntimeContainer("web", CREATED), previous=before(last_state=Running())).last_state is None


class TestFailedStarts:
    def test_an_end_moves_to_the_last_state(self) -> None:
        status = web(exited(), cache=failing("web"))
        assert (status.state, status.last_state) == (Waiting("CrashLoopBackOff", "why"), Terminated(1))

    def test_what_did_not_end_leaves_the_last_state(self) -> None:
        status = web(RuntimeContainer("web", CREATED), exited(2), cache=failing("web", reason="RunContainerError"))
        assert (status.state, status.last_state) == (Waiting("RunContainerError", "why"), Terminated(2))

    @pytest.mark.parametrize(
        ("runtime", "pod"),
        [
            (RuntimeContainer("web", RUNNING), POD),
            (exited(), {"spec": {**POD["spec"], "restartPolicy": "Never"}}),
            (exited(), POD | {"metadata": {"deletionTimestamp": "2026-03-01T12:00:00Z"}}),
        ],
    )
    def test_of_what_is_not_started_again_nobody_speaks(self, runtime: RuntimeContainer, pod: JSON) -> None:
        assert web(runtime, pod=pod, cache=failing("web")) == web(runtime, pod=pod)

    def test_sidecars_of_pods_that_never_restart_are_shown_to_wait_since_1_35(self) -> None:
        pod: JSON = {"spec": {"restartPolicy": "Never", "initContainers": [{"name": "web", "restartPolicy": "Always"}]}}
        found = [container_statuses(pod, [exited()], failing("web"), release=Release(minor)).init[0].state for minor in ("1.34", "1.35")]
        assert found == [Terminated(1), Waiting("CrashLoopBackOff", "why")]


INIT_POD: JSON = {
    "spec": {"initContainers": [{"name": "web"}, {"name": "proxy", "restartPolicy": "Always"}], "containers": [{"name": "app"}]}
}


class TestInitContainers:
    def test_one_that_is_done_does_not_wait(self) -> None:
        done, failed = (container_statuses(INIT_POD, [exited(code)], failing("web")).init[0] for code in (0, 1))
        assert (done.state, failed.state) == (Terminated(0), Waiting("CrashLoopBackOff", "why"))

    @pytest.mark.parametrize("state", [CREATED, RUNNING, EXITED])
    def test_one_that_is_forgotten_counts_as_done_since_1_36(self, state: RuntimeState) -> None:
        runtime = [RuntimeContainer("app", state)]
        plain, sidecar = container_statuses(INIT_POD, runtime).init
        assert isinstance(plain.state, Terminated)
        assert (plain.state.exit_code, plain.state.reason) == (0, "Completed")
        assert sidecar.state == Waiting("PodInitializing")
        assert container_statuses(INIT_POD, runtime, release=Release("1.35")).init[0].state == Waiting("PodInitializing")

    def test_it_does_not_while_no_app_container_was_created(self) -> None:
        for runtime in ([], [RuntimeContainer("app", UNKNOWN)]):
            assert container_statuses(INIT_POD, runtime).init[0].state == Waiting("PodInitializing")

    def test_how_it_ended_is_not_covered(self) -> None:
        old = PodContainerStatuses(init=(ContainerStatus(name="web", state=Terminated(3)),))
        assert container_statuses(INIT_POD, [RuntimeContainer("app", RUNNING)], previous=old).init[0].state == Terminated(3)


class TestOrder:
    def test_init_containers_stand_as_in_the_pod_the_others_by_name(self) -> None:
        named: list[JSON] = [{"name": "b"}, {"name": "a"}]
        pod = {"spec": {"initContainers": [{"name": "d"}, {"name": "c"}], "containers": named, "ephemeralContainers": named}}
        made = container_statuses(pod, [])
        assert [[status.name for status in statuses] for statuses in (made.init, made.app, made.ephemeral)] == [
            ["d", "c"],
            ["a", "b"],
            ["a", "b"],
        ]


class TestPodStatus:
    def test_the_phase_follows(self) -> None:
        assert pod_status(POD, []).phase.phase is Phase.PENDING
        assert pod_status(POD, [RuntimeContainer("web", RUNNING)]).phase.phase is Phase.RUNNING
        assert pod_status(POD, [exited()], terminal=True).phase.phase is Phase.FAILED

    @pytest.mark.parametrize(
        ("runtime", "old"),
        [([], "running"), ([RuntimeContainer("web", UNKNOWN)], "running"), ([RuntimeContainer("web", RUNNING)], "terminated")],
    )
    def test_after_the_greatest_restart_count_comes_the_least(self, runtime: list[RuntimeContainer], old: str) -> None:
        """As in Go, where it has 32 bits; what is made can so be read again."""
        previous = {"name": "web", "state": {old: {"exitCode": 1} if old == "terminated" else {}}, "restartCount": 2**31 - 1}
        made = pod_status(POD | {"status": {"containerStatuses": [previous]}}, runtime).containers
        assert made.app[0].restart_count == -(2**31)
        assert PodContainerStatuses.from_json({"status": made.to_json()}) == made

    def test_only_app_containers_initialize(self) -> None:
        assert is_initialized(POD, [RuntimeContainer("web", UNKNOWN)])
        assert not is_initialized(INIT_POD, [RuntimeContainer("proxy", RUNNING)])

    def test_the_status_of_the_pod_is_the_one_before(self) -> None:
        running: JSON = {"name": "web", "state": {"running": {}}, "restartCount": 1}
        pod = POD | {"status": {"containerStatuses": [running]}}
        [status] = pod_status(pod, []).containers.app
        assert (status.last_state, status.restart_count) == (LOST, 2)

    def test_a_status_that_cannot_be_decoded(self) -> None:
        with pytest.raises(MalformedObject, match=r"status.containerStatuses\[0\].state"):
            pod_status(POD | {"status": {"containerStatuses": [{"name": "web", "state": 7}]}}, [])
