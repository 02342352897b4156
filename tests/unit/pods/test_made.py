"""What comes of an object's pod, or template, when its pod is made."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.pods.made import PodNaming, make_pod

ACCOUNT: dict[str, Any] = {"enableServiceLinks": True, "serviceAccountName": "default"}


def of(kind: str, spec: object = None, name: str = "web") -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name} if name else {"generateName": "web-"}, "spec": spec}


class TestNames:
    @pytest.mark.parametrize(
        ("obj", "name", "naming"),
        [
            (of("Pod"), "web", PodNaming.WRITTEN),
            (of("Pod", name=""), "web-xxxxx", PodNaming.MADE_UP),
            (of("PodTemplate"), "web", PodNaming.MADE_UP),
            (of("Deployment"), "web-xxxxxxxxxx-xxxxx", PodNaming.MADE_UP),
            (of("ReplicaSet"), "web-xxxxx", PodNaming.MADE_UP),
            (of("DaemonSet"), "web-xxxxx", PodNaming.MADE_UP),
            (of("Job"), "web-xxxxx", PodNaming.MADE_UP),
            (of("Job", {"completionMode": "Indexed"}), "web-0-xxxxx", PodNaming.MADE_UP),
            (of("CronJob"), "web-xxxxxxxx-xxxxx", PodNaming.MADE_UP),
            (of("StatefulSet"), "web-0", PodNaming.WRITTEN),
            (of("StatefulSet", {"ordinals": {"start": 3}}), "web-3", PodNaming.WRITTEN),
            (of("StatefulSet", name=""), "web-xxxxx-0", PodNaming.MADE_UP),
        ],
    )
    def test_they_are_called_after_their_object(self, obj: dict[str, Any], name: str, naming: PodNaming) -> None:
        made = make_pod(obj, {}, namespace="shop")
        assert (made.name, made.naming) == (name, naming)
        assert {key: made.pod["metadata"][key] for key in ("name", "namespace")} == {"name": name, "namespace": "shop"}  # type: ignore[index]

    @pytest.mark.parametrize("kind", ["Pod", "Deployment", "StatefulSet", "Job", "CronJob"])
    def test_a_name_that_is_given(self, kind: str) -> None:
        made = make_pod(of(kind), {}, namespace="shop", name="web-7")
        assert (made.name, made.naming) == ("web-7", PodNaming.GIVEN)


class TestDaemonSets:
    @staticmethod
    def tolerations(**spec: Any) -> list[dict[str, Any]]:
        pod: Any = make_pod(of("DaemonSet"), {"spec": spec}, namespace="shop").pod
        return pod["spec"]["tolerations"]  # type: ignore[no-any-return]

    def test_they_tolerate_what_keeps_others_away(self) -> None:
        assert [toleration["key"].partition("/")[2] for toleration in self.tolerations()] == [
            *("not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")
        ]
        assert {toleration["operator"] for toleration in self.tolerations()} == {"Exists"}

    def test_a_pod_of_the_host_network_tolerates_a_node_without_network(self) -> None:
        assert self.tolerations(hostNetwork=True)[-1]["key"] == "node.kubernetes.io/network-unavailable"

    def test_a_toleration_of_the_template_stays_where_it_is(self) -> None:
        gpu = {"key": "gpu", "operator": "Exists", "tolerationSeconds": 5}
        unreachable = {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"}
        found = self.tolerations(tolerations=[{**unreachable, "value": "", "tolerationSeconds": 300}, gpu])
        assert found[:2] == [unreachable, gpu]
        assert found.count(unreachable) == 1


class TestStatefulSets:
    def test_identity(self) -> None:
        pod = make_pod(of("StatefulSet", {"serviceName": "data"}), {"metadata": {"labels": {"a": "b"}}}, namespace="shop").pod
        assert pod == {
            "metadata": {
                "name": "web-0",
                "namespace": "shop",
                "labels": {"a": "b", "statefulset.kubernetes.io/pod-name": "web-0", "apps.kubernetes.io/pod-index": "0"},
            },
            "spec": {"hostname": "web-0", "subdomain": "data", **ACCOUNT},
        }

    @pytest.mark.parametrize(
        ("name", "release", "index"),
        [("web-12", "1.36", "12"), ("web-12", "1.28", "12"), ("web-12", "1.27", None), ("other-1", "1.36", None), ("web-1x", "1.36", None)],
    )
    def test_index(self, name: str, release: str, index: str | None) -> None:
        metadata: Any = make_pod(of("StatefulSet"), {}, namespace="shop", name=name, release=Release(release)).pod["metadata"]
        assert metadata["labels"].get("apps.kubernetes.io/pod-index") == index


class TestJobs:
    def test_labels(self) -> None:
        made: Any = make_pod(of("Job"), {"metadata": {"labels": {"job-name": "own"}}}, namespace="shop").pod
        assert made["metadata"]["labels"] == {"batch.kubernetes.io/job-name": "web", "job-name": "own"}
        made = make_pod(of("Job", {"manualSelector": True}), {}, namespace="shop").pod
        assert "labels" not in made["metadata"]

    def test_a_job_of_a_cron_job(self) -> None:
        job = {"jobTemplate": {"spec": {"completionMode": "Indexed"}}}
        made: Any = make_pod(of("CronJob", job), {}, namespace="shop").pod
        assert made["metadata"]["labels"]["job-name"] == "web-xxxxxxxx"
        assert made["spec"]["hostname"] == "web-xxxxxxxx-0"

    @pytest.mark.parametrize(("release", "field", "labels"), [("1.27", "annotations", 2), ("1.28", "labels", 3)])
    def test_index(self, release: str, field: str, labels: int) -> None:
        own = {"name": "b", "env": [{"name": "JOB_COMPLETION_INDEX", "value": "x"}]}
        stored = {"spec": {"initContainers": [None], "containers": [{"name": "a", "env": [{"name": "A"}]}, own]}}
        before = copy.deepcopy(stored)
        job = of("Job", {"completionMode": "Indexed"})
        made: Any = make_pod(job, stored, namespace="shop", name="web-4-abcde", release=Release(release)).pod
        source = {"fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.{field}['batch.kubernetes.io/job-completion-index']"}}
        variable = {"name": "JOB_COMPLETION_INDEX", "valueFrom": source}
        assert made["spec"] == {
            "initContainers": [{"env": [variable]}],
            "containers": [{"name": "a", "env": [{"name": "A"}, variable]}, own],
            "hostname": "web-4",
            **ACCOUNT,
        }
        assert made["metadata"]["annotations"] == {"batch.kubernetes.io/job-completion-index": "4"}
        assert len(made["metadata"]["labels"]) == labels
        assert stored == before

    def test_a_name_without_an_index(self) -> None:
        made: Any = make_pod(of("Job", {"completionMode": "Indexed"}), {}, namespace="shop", name="other").pod
        assert made["spec"]["hostname"] == "web-0"


class TestFilledIn:
    @pytest.mark.parametrize(
        ("spec", "account"),
        [
            ({}, "default"),
            ({"serviceAccount": "old"}, "old"),
            ({"serviceAccountName": "own", "serviceAccount": "old"}, "own"),
        ],
    )
    def test_service_account(self, spec: dict[str, Any], account: str) -> None:
        made: Any = make_pod(of("Pod"), {"spec": spec}, namespace="shop").pod
        assert made["spec"]["serviceAccountName"] == account

    def test_service_links(self) -> None:
        made: Any = make_pod(of("Pod"), {"spec": {"enableServiceLinks": False}}, namespace="shop").pod
        assert made["spec"]["enableServiceLinks"] is False

    def test_requests(self) -> None:
        limits = {"cpu": "1", "memory": "1Gi"}
        containers = [
            {"resources": {"limits": limits}},
            {"resources": {"limits": limits, "requests": {"cpu": "100m"}}},
            {"resources": {"requests": {"cpu": "100m"}}},
            {},
        ]
        made: Any = make_pod(of("Deployment"), {"spec": {"initContainers": containers, "containers": containers}}, namespace="shop").pod
        for field in ("initContainers", "containers"):
            assert [container.get("resources", {}).get("requests") for container in made["spec"][field]] == [
                limits,
                {"cpu": "100m", "memory": "1Gi"},
                {"cpu": "100m"},
                None,
            ]


UNDECODABLE: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"kind": 7}, {}, "kind"),
    (of("StatefulSet", {"ordinals": {"start": "1"}}), {}, "spec.ordinals.start"),
    (of("Job", {"completionMode": 1}), {}, "spec.completionMode"),
    (of("Pod"), {"spec": {"containers": [{"resources": []}]}}, "spec.containers[0].resources"),
    (of("Job"), {"metadata": {"labels": {"a": 1}}}, "metadata.labels.a"),
]


@pytest.mark.parametrize(("obj", "stored", "path"), UNDECODABLE)
def test_what_cannot_be_decoded(obj: dict[str, Any], stored: dict[str, Any], path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        make_pod(obj, stored, namespace="shop")
    assert caught.value.path == path
