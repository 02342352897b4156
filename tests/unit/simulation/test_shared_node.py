"""Several pods on one node: the queue of its pulls, its images, its handlers. All expected times are reckoned by hand from the chapters."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from kubecontainers.apimachinery.cluster import Cluster, KubeletConfig
from kubecontainers.apimachinery.errors import ValidationFailed
from kubecontainers.apimachinery.release import Release
from kubecontainers.simulation.placed_pod import DuplicatePod
from kubecontainers.simulation.pod_timeline import PodEnd
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate
from kubecontainers.simulation.timeline import Timeline

Pod = dict[str, Any]

PARALLEL = KubeletConfig(serialize_image_pulls=False, registry_pull_qps=0)


def pod(name: str, image: str = "app:1", **spec: Any) -> Pod:
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"containers": [{"name": "app", "image": image}], **spec}}


def pulls(**seconds: int) -> dict[str, Any]:
    return {f"{name}:1": {"pulls": [{"ms": 1000 * count}]} for name, count in seconds.items()}


def told(timeline: Timeline, name: str) -> list[tuple[str, str]]:
    return [(str(event.at), event.event.reason.value) for event in timeline.pod(name).events]


def messages(timeline: Timeline, name: str, reason: str) -> list[str]:
    return [event.event.message for event in timeline.pod(name).events if event.event.reason.value == reason]


def started(timeline: Timeline, name: str) -> list[str]:
    return [at for at, reason in told(timeline, name) if reason == "Started"]


class TestPullQueue:
    """Images, section 10: serially the pulls queue in the order of asking, in parallel up to the limit. Starting, section 2: events."""

    def test_different_images_wait_for_each_other_in_series(self) -> None:
        timeline = simulate([pod("a", "big:1"), pod("b", "small:1")], Script.from_json({"images": pulls(big=300, small=2)}))
        assert told(timeline, "b") == [("0s", "Pulling"), ("5m2s", "Pulled"), ("5m2s", "Created"), ("5m2s", "Started")]
        assert messages(timeline, "b", "Pulled") == [
            'Successfully pulled image "small:1" in 2s (5m2s including waiting). Image size: 0 bytes.'
        ]
        assert [(str(call.at), call.target) for call in timeline.calls if call.kind.value == "PullImage"] == [
            ("0s", "big:1"),
            ("5m0s", "small:1"),
        ]

    def test_in_parallel_nobody_waits(self) -> None:
        script = Script.from_json({"images": pulls(big=300, small=2)})
        timeline = simulate([pod("a", "big:1"), pod("b", "small:1")], script, cluster=Cluster(kubelet=PARALLEL))
        assert started(timeline, "a") == ["5m0s"]
        assert started(timeline, "b") == ["2s"]

    def test_a_limit_lets_so_many_at_a_time(self) -> None:
        script = Script.from_json(
            {"images": pulls(a=10, b=20, c=5), "kubelet": {"serializeImagePulls": False, "maxParallelImagePulls": 2, "registryPullQPS": 0}}
        )
        timeline = simulate([pod(name, f"{name}:1") for name in "abc"], script)
        assert [started(timeline, name) for name in "abc"] == [["10s"], ["20s"], ["15s"]]

    def test_an_image_is_there_once_its_pull_has_ended(self) -> None:
        """``b`` asks while ``a`` pulls, and pulls it once more; ``c`` comes at the very end of the second pull and finds it."""
        script = Script.from_json(
            {"images": pulls(app=5), "pods": {"b": {"createAtMs": 1000}, "c": {"createAtMs": 5000}, "d": {"createAtMs": 4999}}}
        )
        timeline = simulate([pod("a"), pod("b"), pod("c"), pod("d")], script)
        assert [started(timeline, name) for name in "abcd"] == [["5s"], ["10s"], ["5s"], ["15s"]]
        assert messages(timeline, "c", "Pulled") == ['Container image "app:1" already present on machine and can be accessed by the pod']

    def test_x_and_x_latest_are_one_image(self) -> None:
        images = {"app": {"pulls": [{"ms": 5000}]}}
        script = Script.from_json({"images": images, "pods": {"b": {"createAtMs": 6000}}})
        never = pod("b")
        never["spec"]["containers"][0] |= {"image": "app:latest", "imagePullPolicy": "Never"}
        assert started(simulate([pod("a", "app"), never], script), "b") == ["6s"]

    def test_without_a_token_a_pull_fails_at_once(self) -> None:
        """Images, section 10: burst 2 and one token a second; the third pod backs off for 10 s, at whose end it pulls."""
        script = Script.from_json(
            {"images": pulls(app=1), "kubelet": {"serializeImagePulls": False, "registryPullQPS": 1, "registryBurst": 2}}
        )
        timeline = simulate([pod("a"), pod("b"), pod("c")], script)
        assert told(timeline, "c") == [
            ("0s", "Pulling"),
            ("0s", "Failed"),
            ("0s", "Failed"),
            ("10s", "Pulled"),
            ("10s", "Created"),
            ("10s", "Started"),
        ]
        assert messages(timeline, "c", "Failed") == ['Failed to pull image "app:1": pull QPS exceeded', "Error: ErrImagePull"]
        assert [call.pod for call in timeline.calls if call.kind.value == "PullImage"] == ["shop/a", "shop/b"]

    def test_the_pulls_of_a_reference_are_used_up_by_all_pods(self) -> None:
        """The first pull fails, whoever asks; the back-off of 10 s is that pod's own."""
        images = {"app:1": {"pulls": [{"ms": 1000, "error": "raw:down"}, {"ms": 1000}]}}
        timeline = simulate([pod("a"), pod("b")], Script.from_json({"images": images}))
        assert started(timeline, "a") == ["11s"]
        assert started(timeline, "b") == ["2s"]


class TestHandlers:
    """RuntimeClass: a pod whose handler is missing stays Pending; starting, section 4: the sandbox is tried again every 10 s."""

    CLASS: ClassVar = {"metadata": {"name": "gvisor"}, "handler": "runsc"}

    def test_a_handler_that_the_runtime_does_not_offer(self) -> None:
        script = Script.from_json({"handlers": ["runc"], "runtimeClasses": [self.CLASS]})
        timeline = simulate([pod("a", runtimeClassName="gvisor"), pod("b")], script, until=25)
        assert told(timeline, "a") == [(at, "FailedCreatePodSandBox") for at in ("0s", "10s", "20s")]
        assert messages(timeline, "a", "FailedCreatePodSandBox")[0] == (
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: "
            'no runtime for "runsc" is configured'
        )
        status = timeline.status("a", 25)
        assert status["phase"] == "Pending"
        assert status["containerStatuses"][0]["state"] == {"waiting": {"reason": "ContainerCreating"}}  # type: ignore[index]
        assert "podIP" not in status
        assert timeline.pod("a").end is PodEnd.HORIZON
        assert started(timeline, "b") == ["0s"]

    def test_a_class_that_is_gone_is_not_brought_to_the_runtime(self) -> None:
        timeline = simulate([pod("a", runtimeClassName="gvisor")], until=5)
        assert messages(timeline, "a", "FailedCreatePodSandBox") == [
            'Failed to create pod sandbox: runtimeclass.node.k8s.io "gvisor" not found'
        ]
        assert timeline.calls == ()

    def test_a_handler_that_is_offered(self) -> None:
        script = Script.from_json({"handlers": ["runc", "runsc"], "runtimeClasses": [self.CLASS]})
        assert started(simulate([pod("a", runtimeClassName="gvisor")], script), "a") == ["0s"]


class TestPods:
    """What a script says of one pod, and of all."""

    def test_each_pod_has_its_own_script(self) -> None:
        script = Script.from_json(
            {
                "behaviour": {"app": {"stopMs": 3000}},
                "pods": {"shop/a": {"deleteAtMs": 5000}, "b": {"deleteAtMs": 7000, "behaviour": {}}},
            }
        )
        timeline = simulate([pod("a"), pod("b"), pod("c")], script)
        ends = [(str(found.terminated_at), found.end.name) for found in timeline.pods]
        assert ends == [("8s", "DELETED"), ("7s", "DELETED"), ("None", "STEADY")]

    def test_pods_without_names_get_them(self) -> None:
        nameless: Pod = {"spec": {"containers": [{"name": "app", "image": "app:1"}]}}
        assert [found.name for found in simulate([nameless, nameless]).pods] == ["default/p", "default/p-2"]

    def test_two_pods_of_one_name_are_refused(self) -> None:
        with pytest.raises(DuplicatePod, match="two pods 'shop/a'"):
            simulate([pod("a"), pod("a")])

    def test_a_pod_that_comes_later_than_all_has_no_story(self) -> None:
        [found] = simulate([pod("a")], Script.from_json({"createAtMs": 10_000}), until=5).pods
        assert (found.end, found.events, found.changes) == (PodEnd.HORIZON, (), ())

    def test_a_configuration_that_no_kubelet_starts_with_is_refused(self) -> None:
        with pytest.raises(ValidationFailed, match="registryBurst"):
            simulate([], cluster=Cluster(Release("1.31"), kubelet=KubeletConfig(registry_burst=-1)))
