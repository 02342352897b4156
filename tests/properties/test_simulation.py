"""What holds of every simulation, whatever the script."""

# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.cluster import Cluster, KubeletConfig
from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.phase import Phase
from kubecontainers.simulation.once import start_once, sync_once
from kubecontainers.simulation.pod_timeline import PodTimeline
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate
from kubecontainers.simulation.spans import SpanKind
from kubecontainers.simulation.timeline import Timeline
from kubecontainers.testing import strategies

JSON = dict[str, Any]

UNBOUNDED = KubeletConfig(serialize_image_pulls=False, registry_pull_qps=0)
SERIAL = KubeletConfig(serialize_image_pulls=True, registry_pull_qps=0)


def clusters() -> st.SearchStrategy[Cluster]:
    return strategies.releases().map(Cluster)


def simulated(pods: list[JSON], script: JSON, cluster: Cluster) -> Timeline:
    return simulate(pods, Script.from_json(script), cluster=cluster, until=120)


class TestTimeNeverRunsBackwards:
    """Calls, events, reports and syncs are in the order of time, and nothing ends before it begins, or before the pod was there."""

    @given(strategies.simulated_pods(), strategies.scripts(), clusters())
    def test_order(self, pods: list[JSON], script: JSON, cluster: Cluster) -> None:
        timeline = simulated(pods, script, cluster)
        for pod in timeline.pods:
            for notes in (pod.calls, pod.events, pod.changes, pod.syncs):
                times = [note.at for note in notes]
                assert times == sorted(times)
                assert not times or times[0] >= pod.created_at
            assert all(sync.at <= sync.done_at for sync in pod.syncs)
            assert all(first.done_at <= second.at for first, second in zip(pod.syncs, pod.syncs[1:], strict=False))
            assert all(span.end is None or span.begin < span.end or span.kind is SpanKind.RUNNING for span in pod.spans)
        assert [event.at for event in timeline.events] == sorted(event.at for event in timeline.events)


class TestNothingRunsBeforeItsImageIsThere:
    """Before each instance of a container is created, its image was found or pulled: the event Pulled comes before Created."""

    @given(strategies.simulated_pods(), strategies.scripts(), clusters())
    def test_pulled_first(self, pods: list[JSON], script: JSON, cluster: Cluster) -> None:
        for pod in simulated(pods, script, cluster).pods:
            had: dict[str, int] = {}
            for timed in pod.events:
                event = timed.event
                if event.reason.value == "Pulled":
                    had[event.field_path] = had.get(event.field_path, 0) + 1
                elif event.reason.value == "Created":
                    had[event.field_path] = had.get(event.field_path, 0) - 1
                    assert had[event.field_path] >= 0


class TestParallelPullsAreNeverLater:
    """With no limit on parallel pulls no pod has its image later than with serial ones.

    So it is for pods that ask for one image, at times of their own. A pod with several asks for the second the sooner, the sooner it has
    the first, and may so be the one that pulls it, where in series it would have found it.
    """

    @given(
        st.lists(st.tuples(st.sampled_from(["app:1", "web:1"]), st.integers(0, 5)), min_size=1, max_size=6),
        st.tuples(st.integers(0, 4), st.integers(0, 4)),
    )
    def test_one_image_each(self, asked: list[tuple[str, int]], takes: tuple[int, int]) -> None:
        pods = [
            {"metadata": {"name": f"p-{number}"}, "spec": {"containers": [{"name": "app", "image": image}]}}
            for number, (image, _) in enumerate(asked)
        ]
        script = Script.from_json(
            {
                "images": {image: {"pulls": [{"ms": 1000 * took}]} for image, took in zip(("app:1", "web:1"), takes, strict=True)},
                "pods": {f"p-{number}": {"createAtMs": 1000 * at} for number, (_, at) in enumerate(asked)},
            }
        )
        parallel, serial = (simulate(pods, script, cluster=Cluster(kubelet=kubelet)) for kubelet in (UNBOUNDED, SERIAL))
        for fast, slow in zip(parallel.pods, serial.pods, strict=True):
            assert had_image(fast) <= had_image(slow)


def had_image(pod: PodTimeline) -> Duration:
    return next(event.at for event in pod.events if event.event.reason.value == "Pulled")


class TestPhases:
    """A pod begins Pending or in the first phase it has; one that has succeeded or failed stays so."""

    @given(strategies.simulated_pods(), strategies.scripts(), clusters())
    def test_terminal_phases_stay(self, pods: list[JSON], script: JSON, cluster: Cluster) -> None:
        for pod in simulated(pods, script, cluster).pods:
            phases = [change.phase for change in pod.changes]
            terminal = [phase for phase in phases if phase.is_terminal]
            assert terminal == phases[len(phases) - len(terminal) :]
            assert len(set(terminal)) <= 1
            assert pod.phase is (phases[-1] if phases else Phase.PENDING)


class TestSameInputSameTimeline:
    """The same pods and the same script give the same bytes, also where the script went through JSON in between."""

    @given(strategies.simulated_pods(), strategies.scripts(), clusters())
    def test_bytes(self, pods: list[JSON], script: JSON, cluster: Cluster) -> None:
        read = Script.from_json(script)
        again = Script.from_json(json.loads(json.dumps(read.to_json())))
        first, second = (json.dumps(simulate(pods, one, cluster=cluster, until=120).to_json()) for one in (read, again))
        assert again == read
        assert first == second


class TestPodsAreIndependent:
    """A pod that shares no image and no queue with others lives as it does alone."""

    @given(
        strategies.simulated_pods(names=("a",)), strategies.simulated_pods(names=("b",)), strategies.scripts(names=("a", "b")), clusters()
    )
    def test_alone(self, pods: list[JSON], others: list[JSON], script: JSON, cluster: Cluster) -> None:
        for other in others:
            other["spec"].pop("volumes", None)
            for kind in ("initContainers", "containers"):
                for container in other["spec"].get(kind, []):
                    container["image"] = f"other/{container['image']}"
        world = {**script, "kubelet": {"serializeImagePulls": False, "registryPullQPS": 0}}
        for container in others[0]["spec"]["containers"]:
            world["images"] = {**world.get("images", {}), container["image"]: {"pulls": [{"ms": 3000}]}}
        alone, beside = simulated(pods, world, cluster), simulated([*pods, *others], world, cluster)
        assert beside.pods[0] == alone.pods[0]


class TestTotality:
    """Whatever JSON comes as a pod or as a script, there is a timeline, or an error of this library."""

    @given(
        strategies.damaged(strategies.simulated_pods().map(lambda pods: pods[0])) | strategies.json_values(),
        strategies.damaged(strategies.scripts()) | strategies.json_values(),
        strategies.releases(),
    )
    @settings(max_examples=200)
    def test_any_json(self, pod: Any, script: Any, release: Release) -> None:
        cluster = Cluster(release)
        try:
            world = Script.from_json(script)
            timeline = simulate([pod], world, cluster=cluster, until=60)
            json.dumps(timeline.to_json())
            json.dumps(timeline.pods[0].pod_at(30)["status"])
            sync_once(pod, world, cluster=cluster)
            start_once(pod, "app", world, cluster=cluster)
        except KubeContainersError as error:
            assert str(error)
