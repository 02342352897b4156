from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.names import validate_dns1123_label, validate_dns1123_subdomain
from kubecontainers.apimachinery.objects import containers, pod_template
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.requests import AdmissionRequest, Operation
from kubecontainers.images.digest import Digest
from kubecontainers.images.pull_policy import PullPolicy, default_pull_policies
from kubecontainers.images.reference import ImageReference
from kubecontainers.images.tag import parse_tag
from kubecontainers.images.uses import image_uses
from kubecontainers.testing import strategies


def accepted(strategy: st.SearchStrategy[Any], accept: Callable[[Any], object], examples: int = 250) -> float:
    """The share of a fixed sample that is accepted."""
    answers: list[bool] = []

    @settings(max_examples=examples, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def sample(value: object) -> None:
        try:
            accept(value)
        except KubeContainersError:
            answers.append(False)
        else:
            answers.append(True)

    sample()
    assert len(answers) >= examples // 2
    return sum(answers) / len(answers)


class TestMutationsFallOnBothSides:
    """What mutates valid values gives at least a fifth that is still accepted and a fifth that is not."""

    def test_nearly_valid_references(self) -> None:
        assert 0.2 <= accepted(strategies.nearly_valid_references(), ImageReference.parse) <= 0.8

    def test_nearly_valid_references_of_every_mode(self) -> None:
        near = strategies.nearly_valid_references()
        assert 0.2 <= accepted(near, lambda text: ImageReference.parse(text, mode="parse")) <= 0.8
        assert 0.2 <= accepted(near, lambda text: ImageReference.parse(text, release=Release("1.27"))) <= 0.8

    def test_damaged_pods(self) -> None:
        assert 0.2 <= accepted(strategies.damaged(strategies.pods()), default_pull_policies, examples=100) <= 0.8

    def test_hostile_references_are_sometimes_accepted(self) -> None:
        assert 0 < accepted(strategies.hostile_references(), ImageReference.parse) < 0.5

    def test_valid_references_are_all_accepted(self) -> None:
        assert accepted(strategies.references(), ImageReference.parse) == 1


class TestStrategiesGiveWhatTheySay:
    """What a strategy gives by default is well formed."""

    @given(st.data(), strategies.releases())
    def test_references(self, data: st.DataObject, release: Release) -> None:
        ImageReference.parse(data.draw(strategies.references(release=release)), release=release)

    @given(st.data(), strategies.releases())
    def test_registries(self, data: st.DataObject, release: Release) -> None:
        registry = data.draw(strategies.registries(release=release))
        found = ImageReference.parse(f"{registry}/a/b", release=release)
        assert found.registry == registry.removeprefix("index.")
        assert found.repository == "a/b"

    @given(strategies.repositories(), strategies.tags(), strategies.digests())
    def test_parts(self, repository: str, tag: str, digest: Digest) -> None:
        assert ImageReference.build(f"a.b/{repository}").repository == repository
        assert parse_tag(tag) == tag
        assert Digest.parse(str(digest)) == digest

    @given(strategies.digests(algorithms=("sha384",)))
    def test_algorithms(self, digest: Digest) -> None:
        assert digest.algorithm == "sha384"

    @given(strategies.releases(first="1.29", last="1.31"))
    def test_releases(self, release: Release) -> None:
        assert 29 <= release.minor <= 31
        assert release.overrides == {}

    @given(strategies.pull_policies())
    def test_pull_policies(self, policy: str) -> None:
        assert PullPolicy(policy).value == policy

    @given(st.data(), strategies.releases())
    def test_pods(self, data: st.DataObject, release: Release) -> None:
        pod = data.draw(strategies.pods(release=release))
        assert (pod["apiVersion"], pod["kind"]) == ("v1", "Pod")
        assert validate_dns1123_subdomain(pod["metadata"]["name"]) == ()
        assert "ephemeralContainers" not in pod["spec"]
        self.check(pod, release)

    @given(st.data(), strategies.releases())
    def test_workloads(self, data: st.DataObject, release: Release) -> None:
        workload = data.draw(strategies.workloads(release=release))
        found = pod_template(workload)
        assert found is not None
        spec = workload.get("spec", {})
        labels = found.pod["metadata"]["labels"]  # type: ignore[index]
        if "selector" in spec:
            assert spec["selector"] == (labels if workload["kind"] == "ReplicationController" else {"matchLabels": labels})
        if workload["kind"] in {"Job", "CronJob"}:
            assert found.pod["spec"]["restartPolicy"] in {"Never", "OnFailure"}  # type: ignore[index]
        self.check(dict(found.pod), release)

    def check(self, pod: dict[str, Any], release: Release) -> None:
        names = [found.name for found in containers(pod)]
        assert len(set(names)) == len(names)
        assert all(validate_dns1123_label(name) == () for name in names)
        assert pod["spec"]["containers"]
        for use in image_uses(pod, release=release):
            ImageReference.parse(use.image, release=release)
            assert use.policy in {"", *(policy.value for policy in PullPolicy)}
        volumes = [volume["name"] for volume in pod["spec"].get("volumes", [])]
        mounted = [mount["name"] for container in pod["spec"]["containers"] for mount in container.get("volumeMounts", [])]
        assert sorted(volumes) == sorted(mounted)
        if release.minor < 31:
            assert all("image" not in volume for volume in pod["spec"].get("volumes", []))

    @given(strategies.pods(names=st.just("web"), images=st.just("nginx"), policies=st.just("Never")))
    def test_arguments(self, pod: dict[str, Any]) -> None:
        assert pod["metadata"]["name"] == "web"
        for use in image_uses(pod):
            assert use.image == "nginx"
        for found in containers(pod):
            assert found.container["imagePullPolicy"] == "Never"

    @given(
        strategies.containers(names=st.just("app"), images=st.just("nginx"), policies=st.none()),
        strategies.image_volumes(names=st.just("data"), images=st.just("nginx"), policies=st.just("Always")),
        strategies.volumes(names=st.just("data")),
        strategies.workloads(kinds=("Deployment",), templates=st.just({"metadata": {"labels": {"a": "b"}}, "spec": {"containers": []}})),
    )
    def test_parts_of_objects(self, container: Any, image_volume: Any, volume: Any, workload: Any) -> None:
        assert container["name"] == "app"
        assert "imagePullPolicy" not in container
        assert image_volume == {"name": "data", "image": {"reference": "nginx", "pullPolicy": "Always"}}
        assert volume["name"] == "data"
        assert workload["spec"]["selector"] == {"matchLabels": {"a": "b"}}

    @given(strategies.admission_requests())
    def test_admission_requests(self, request: AdmissionRequest) -> None:
        has = (request.object is not None, request.old_object is not None)
        assert (
            has
            == {
                Operation.CREATE: (True, False),
                Operation.UPDATE: (True, True),
                Operation.DELETE: (False, True),
                Operation.CONNECT: (True, False),
            }[request.operation]
        )
        assert (request.kind == "Pod") == (request.operation is not Operation.CONNECT)

    @given(strategies.damaged(st.just({})))
    def test_nothing_to_damage(self, obj: dict[str, Any]) -> None:
        assert obj == {}
