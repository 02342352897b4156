"""The loop around the syncs of one pod (starting, section 6), with its three ways to try again."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.container_state import Running, Terminated, Waiting
from kubecontainers.simulation.pod_timeline import PodEnd, PodTimeline
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate

CRASHING = {"runs": [{"runMs": 1000, "exitCode": 1}]}
SIDECAR = {"name": "proxy", "image": "proxy:1", "restartPolicy": "Always"}


def lived(spec: dict[str, Any] | None = None, release: Release = LATEST, until: int = 3600, **script: Any) -> PodTimeline:
    pod = {"spec": {"containers": [{"name": "app", "image": "app:1"}], **(spec or {})}}
    return simulate([pod], Script.from_json(script), cluster=Cluster(release), until=until).pods[0]


def starts(pod: PodTimeline) -> list[str]:
    return [str(call.at) for call in pod.calls if call.kind.value == "StartContainer"]


def syncs(pod: PodTimeline) -> list[str]:
    return [str(sync.at) for sync in pod.syncs]


class TestWorkedExample:
    """The chapter's own example: a container that exits with 1 after 1 s each time, tried again exactly when its back-off ends."""

    def test_restarts(self) -> None:
        pod = lived(behaviour={"app": CRASHING}, retry="exact")
        assert starts(pod)[:4] == ["0s", "1s", "12s", "33s"]
        assert [str(event.at) for event in pod.events if event.event.reason.value == "BackOff"][:2] == ["2s", "13s"]

    def test_what_is_seen_of_it(self) -> None:
        pod = lived(behaviour={"app": CRASHING}, retry="exact")

        def seen(at: float) -> tuple[type[object], str]:
            [app] = pod.statuses(at)
            return type(app.status.state), getattr(app.status.state, "reason", "")

        assert seen(11.9) == (Terminated, "Error")
        crashing = next(change for change in pod.changes if isinstance(change.changed[0].status.state, Waiting) and change.at.seconds > 0)
        assert (str(crashing.at), crashing.changed[0].status.state) == (
            "12s",
            Waiting("CrashLoopBackOff", "back-off 10s restarting failed container=app pod=p_default(u)"),
        )
        [during_the_wait] = lived(behaviour={"app": CRASHING}, retry="period").statuses(23)
        assert isinstance(during_the_wait.status.state, Waiting)


class TestRetry:
    """``app`` exits at 1.5 and 3 s, so its back-off ends at 13 s; ``web`` exits at 4.5 s, which gives one more sync that fails."""

    @pytest.mark.parametrize(
        ("retry", "release", "third"),
        [("period", "1.36", "14.5s"), ("exact", "1.34", "13s"), ("kubelet", "1.34", "14.5s"), ("kubelet", "1.35", "13s")],
    )
    def test_by_mode_and_release(self, retry: str, release: str, third: str) -> None:
        pod = lived(
            {"containers": [{"name": "app", "image": "app:1"}, {"name": "web", "image": "web:1"}]},
            Release(release),
            behaviour={"app": {"runs": [{"runMs": 1500, "exitCode": 1}]}, "web": {"runs": [{"runMs": 4500}, {}]}},
            retry=retry,
        )
        assert [str(call.at) for call in pod.calls if call.kind.value == "StartContainer" and call.target == "app#2"] == [third]

    def test_a_pull_in_exact_mode(self) -> None:
        """It fails at 2 s, and is tried again 10 s later, fails at 14 s, and is tried again 20 s later."""
        images = {"app:1": {"pulls": [{"ms": 2000, "error": "raw:down"}]}}
        assert syncs(lived(images=images, retry="exact"))[:3] == ["0s", "12s", "34s"]
        assert syncs(lived(images=images, retry="kubelet"))[:4] == ["0s", "12s", "24s", "34s"]

    def test_no_back_off_no_other_time(self) -> None:
        behaviour = {"app": {"options": [{"error": "no key"}]}}
        for retry in ("period", "exact", "kubelet"):
            assert syncs(lived(behaviour=behaviour, retry=retry))[:3] == ["0s", "10s", "20s"]

    def test_at_most_a_minute(self) -> None:
        """The fifth wait is 160 s; a kubelet looks again after 60 s of it."""
        pod = lived(behaviour={"app": CRASHING})
        waiting = [sync for sync in pod.syncs if sync.failed and "back-off 2m40s" in sync.results[-1].message]
        assert [(second.at - first.at).seconds for first, second in itertools.pairwise(waiting)] == [60, 60]


class TestEnds:
    def test_steady(self) -> None:
        assert (lived().end, lived().phase.value) == (PodEnd.STEADY, "Running")

    def test_terminal(self) -> None:
        """All that is left is a sidecar, for which the pod is killed with its grace period; then it has ended."""
        pod = lived(
            {"initContainers": [SIDECAR], "restartPolicy": "Never", "terminationGracePeriodSeconds": 5},
            behaviour={"app": {"runs": [{"runMs": 3000}]}, "proxy": {"stopMs": -1}},
        )
        assert (pod.end, pod.phase.value, str(pod.terminating_at), str(pod.terminated_at)) == (PodEnd.TERMINAL, "Succeeded", "8s", "8s")
        assert [str(call.at) for call in pod.calls if call.kind.value == "StopContainer"] == ["3s"]

    def test_deleted(self) -> None:
        pod = lived(behaviour={"app": {"stopMs": -1}}, deleteAtMs=5000, deleteGraceSeconds=3)
        assert (pod.end, str(pod.deleted_at), pod.deletion_grace_seconds, str(pod.terminated_at)) == (PodEnd.DELETED, "5s", 3, "8s")
        assert pod.phase.value == "Failed"
        assert "deletionTimestamp" not in pod.pod_at(4.9)["metadata"]  # type: ignore[operator]
        assert pod.pod_at(5)["metadata"]["deletionTimestamp"] == "1970-01-01T00:00:08Z"  # type: ignore[index]

    def test_a_deletion_is_seen_when_the_sync_is_over(self) -> None:
        hook = {"exec": {"command": ["warm"]}}
        container = {"name": "app", "image": "app:1", "lifecycle": {"postStart": hook}}
        pod = lived({"containers": [container]}, behaviour={"app": {"postStart": [{"ms": 20_000}]}}, deleteAtMs=5000)
        assert (str(pod.deleted_at), str(pod.terminating_at)) == ("5s", "20s")

    def test_a_probe_that_succeeded_during_the_last_sync(self) -> None:
        containers: list[dict[str, Any]] = [{"name": "app", "image": "app:1", "startupProbe": {}}, {"name": "web", "image": "web:1"}]
        slow = {"web:1": {"pulls": [{"ms": 10_000}]}}
        pod = lived({"containers": containers}, behaviour={"app": {"startupMs": 4000}}, images=slow, deleteAtMs=6000)
        started = [(str(change.at), status.started) for change in pod.changes if (status := change.status("app"))]
        assert started == [("0s", False), ("10s", True), ("10s", False)]

    @pytest.mark.parametrize(("at", "deleted"), [(2000, "2s"), (3_600_000, "1h0m0s"), (3_600_001, "None")])
    def test_a_pod_that_has_finished_goes_at_once(self, at: int, deleted: str) -> None:
        pod = lived({"restartPolicy": "Never"}, behaviour={"app": {"runs": [{"runMs": 1000}]}}, deleteAtMs=at)
        assert (pod.end, str(pod.terminated_at), str(pod.deleted_at)) == (PodEnd.TERMINAL, "1s", deleted)
        assert pod.deletion_grace_seconds == (None if deleted == "None" else 0)

    def test_max_syncs(self) -> None:
        """One that starts it, one that sees it run, one that starts it again."""
        pod = lived(behaviour={"app": CRASHING}, maxSyncs=3)
        assert (pod.end, starts(pod)) == (PodEnd.MAX_SYNCS, ["0s", "1s"])
        assert lived(maxSyncs=0).changes == ()

    def test_horizon(self) -> None:
        pod = lived(behaviour={"app": CRASHING}, until=12)
        assert (pod.end, starts(pod)) == (PodEnd.HORIZON, ["0s", "1s", "12s"])


class TestReports:
    def test_relist(self) -> None:
        pod = lived(behaviour={"app": {"runs": [{"runMs": 5000}, {}]}}, relistMs=1000)
        assert [str(change.at) for change in pod.changes] == ["0s", "1s", "6s", "7s"]

    def test_a_startup_probe(self) -> None:
        """Running at once, started when the probe succeeds, by default at once; one that never does leaves it at that."""
        container = {"name": "app", "image": "app:1", "startupProbe": {"exec": {"command": ["up"]}}}
        pod = lived({"containers": [container]}, behaviour={"app": {"startupMs": 4000}})
        assert [(str(change.at), change.changed[0].status.started) for change in pod.changes][1:] == [("0s", False), ("4s", True)]
        [app] = lived({"containers": [container]}, behaviour={"app": {"startupMs": -1}}).statuses(3600)
        assert (type(app.status.state), app.status.started) == (Running, False)
        [app] = lived({"containers": [container]}).statuses(0)
        assert app.status.started is True

    def test_a_sidecar_holds_the_app_back_until_it_has_started(self) -> None:
        probed = {**SIDECAR, "startupProbe": {"exec": {"command": ["up"]}}}
        pod = lived({"initContainers": [probed]}, behaviour={"proxy": {"startupMs": 4000}})
        assert starts(pod) == ["0s", "4s"]
