"""A kubelet that restarts, and kills that are tried again. All expected times are reckoned by hand from the chapters."""

from __future__ import annotations

from typing import Any, ClassVar

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.container_state import Running, Terminated, Waiting
from kubecontainers.simulation.pod_timeline import PodEnd, PodTimeline
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate


def lived(
    behaviour: dict[str, Any], *, spec: dict[str, Any] | None = None, hooks: dict[str, Any] | None = None, **script: Any
) -> PodTimeline:
    container: dict[str, Any] = {"name": "app", "image": "app:1"}
    if hooks:
        container["lifecycle"] = {name: {"exec": {"command": ["hook"]}} for name in hooks}
    pod = {"spec": {"containers": [container], **(spec or {})}}
    return simulate([pod], Script.from_json({"behaviour": {"app": {**behaviour, **(hooks or {})}}, **script})).pods[0]


def calls(pod: PodTimeline, kind: str) -> list[str]:
    return [str(call.at) for call in pod.calls if call.kind.value == kind]


def restart(at: int, ms: int = 0) -> dict[str, Any]:
    return {"kubeletRestarts": [{"atMs": at, "ms": ms}]}


CRASHING = {"runs": [{"runMs": 1000, "exitCode": 1}]}


class TestWhatIsForgotten:
    """Lifecycle, section 8.2 (crash back-offs) and starting, sections 2 and 5 (image back-offs, reasons): kept in memory only."""

    def test_crash_back_offs(self) -> None:
        """The wait after the exit at 2 s would end at 12 s. At 5 s it starts at once, and the next wait is the first, of 10 s."""
        assert calls(lived(CRASHING), "StartContainer")[:4] == ["0s", "1s", "12s", "33s"]
        assert calls(lived(CRASHING, **restart(5000)), "StartContainer")[:4] == ["0s", "1s", "5s", "16s"]

    def test_a_kubelet_that_is_down_starts_nothing(self) -> None:
        assert calls(lived({"runs": [{"runMs": 10_000}]}, **restart(5000, 60_000)), "StartContainer")[:2] == ["0s", "1m5s"]

    def test_image_back_offs_and_reasons(self) -> None:
        """Pulls at 0 and 10 s; the next would be at 30 s. The reason is lost with the cache, so the container is being created again."""
        images = {"app:1": {"pulls": [{"error": "raw:down"}]}}
        pod = lived({}, images=images, **restart(15_000))
        assert calls(pod, "PullImage")[:3] == ["0s", "10s", "15s"]
        states = [(str(change.at), status.state) for change in pod.changes if (status := change.status("app"))][:4]
        assert states == [
            ("0s", Waiting("ContainerCreating")),
            ("10s", Waiting("ErrImagePull", "down")),
            ("15s", Waiting("ContainerCreating")),
            ("25s", Waiting("ErrImagePull", "down")),
        ]

    def test_a_pull_under_way_ends_with_the_kubelet(self) -> None:
        pod = lived({}, images={"app:1": {"pulls": [{"ms": 20_000}]}}, **restart(5000))
        assert calls(pod, "PullImage") == ["0s", "5s"]
        assert [str(event.at) for event in pod.events if event.event.reason.value == "Pulled"] == ["25s"]
        assert [(span.kind.name, str(span.begin), str(span.end)) for span in pod.spans] == [
            ("PULLING", "0s", "5s"),
            ("PULLING", "5s", "25s"),
            ("RUNNING", "25s", "None"),
        ]

    def test_probe_results(self) -> None:
        """Since 1.35 a container stays started that was reported so; before, it is not until its next probe."""
        container = {"name": "app", "image": "app:1", "startupProbe": {"exec": {"command": ["up"]}}}
        script = Script.from_json({"behaviour": {"app": {"startupMs": 5000}}, **restart(60_000)})

        def begun(minor: str) -> list[tuple[str, bool | None]]:
            [pod] = simulate([{"spec": {"containers": [container]}}], script, cluster=Cluster(Release(minor))).pods
            return [(str(change.at), status.started) for change in pod.changes if (status := change.status("app"))]

        first = [("0s", False), ("0s", False), ("5s", True)]
        assert begun("1.34") == [*first, ("1m0s", False), ("1m0s", True)]
        assert begun("1.35") == first


class TestWhatStays:
    """The runtime goes on without the kubelet, and the API server keeps what was reported."""

    def test_a_pod_that_runs_runs_on(self) -> None:
        pod = lived({}, **restart(60_000))
        assert (pod.end, calls(pod, "StartContainer"), calls(pod, "RunPodSandbox")) == (PodEnd.STEADY, ["0s"], ["0s"])
        assert [str(change.at) for change in pod.changes] == ["0s", "0s"]

    def test_a_pod_that_has_ended_has_ended(self) -> None:
        pod = lived({"runs": [{"runMs": 1000}]}, spec={"restartPolicy": "Never"}, **restart(60_000))
        assert (pod.end, pod.phase.value, calls(pod, "StopPodSandbox")) == (PodEnd.TERMINAL, "Succeeded", ["1s"])

    def test_restarts_after_the_end_of_time_do_not_happen(self) -> None:
        assert lived(CRASHING, **restart(3_600_001)) == lived(CRASHING)


class TestHooks:
    """Lifecycle, section 12: a restart while a container stops runs preStop again, one before postStart is done loses that."""

    def test_pre_stop_runs_again(self) -> None:
        """30 s of grace each time: the second hook ends at 35 s, the process gets the remaining 10 s and needs one."""
        pod = lived({"stopMs": 1000}, hooks={"preStop": [{"ms": 20_000}]}, deleteAtMs=10_000, **restart(15_000))
        assert calls(pod, "PreStop") == ["10s", "15s"]
        [stop] = [call for call in pod.calls if call.kind.value == "StopContainer"]
        assert (str(stop.at), stop.timeout_seconds, str(pod.terminated_at)) == ("35s", 10, "36s")
        assert [str(event.at) for event in pod.events if event.event.reason.value == "Killing"] == ["10s", "15s"]

    def test_post_start_is_lost(self) -> None:
        pod = lived({}, hooks={"postStart": [{"ms": 10_000, "exitCode": 1}]}, **restart(4000))
        assert calls(pod, "PostStart") == ["0s"]
        assert "FailedPostStartHook" not in {event.event.reason.value for event in pod.events}
        [app] = pod.statuses(4)
        assert isinstance(app.status.state, Running)

    def test_what_a_cut_off_hook_would_have_said_is_lost(self) -> None:
        """The hook of the first kill would fail at 12 s."""
        hook = [{"ms": 2000, "exitCode": 1}, {}]
        pod = lived({}, hooks={"preStop": hook}, deleteAtMs=10_000, **restart(11_000))
        assert [event.event.reason.value for event in pod.events][-2:] == ["Killing", "Killing"]


class TestKillsTriedAgain:
    """Lifecycle, section 5: any other error than NotFound is tried again as a whole, preStop included: at least once."""

    STUCK: ClassVar = {"stopError": ["stop failed", ""]}

    def test_again_with_the_hook(self) -> None:
        pod = lived(self.STUCK, hooks={"preStop": [{"ms": 2000}]}, deleteAtMs=5000, retryKill=True)
        assert (calls(pod, "PreStop"), calls(pod, "StopContainer")) == (["5s", "17s"], ["7s", "19s"])
        assert (str(pod.terminating_at), str(pod.terminated_at), pod.kill_failed, pod.end) == ("5s", "19s", False, PodEnd.DELETED)
        [app] = pod.statuses(19)
        assert isinstance(app.status.state, Terminated)

    def test_once_where_the_script_says_so(self) -> None:
        pod = lived(self.STUCK, deleteAtMs=5000)
        assert (calls(pod, "StopContainer"), pod.terminated_at, pod.kill_failed, pod.end) == (["5s"], None, True, PodEnd.DELETED)

    def test_until_time_is_over(self) -> None:
        pod = lived({"stopError": "stuck"}, deleteAtMs=3_585_000, retryKill=True)
        assert (calls(pod, "StopContainer"), pod.kill_failed) == (["59m45s", "59m55s"], True)
