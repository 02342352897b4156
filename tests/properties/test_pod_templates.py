from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.objects import containers, pod_template, volumes
from kubecontainers.images.uses import UseKind, image_uses
from kubecontainers.testing import strategies

PATHS = {
    "Pod": "",
    "PodTemplate": "template",
    "CronJob": "spec.jobTemplate.spec.template",
}


class TestTemplateOfAWorkloadIsFound:
    """Wherever a kind keeps its pod template, it is found there, and its containers stand below it."""

    @given(strategies.workloads() | strategies.pods())
    def test_found(self, obj: dict[str, Any]) -> None:
        found = pod_template(obj)
        assert found is not None
        assert str(found.path) == PATHS.get(obj["kind"], "spec.template")
        value: Any = obj
        for part in found.path.parts:
            value = value[part]
        assert found.pod is value
        for container in containers(found.pod, path=found.path):
            value = obj
            for part in container.path.parts:
                value = value[part]
            assert container.container is value

    @given(strategies.workloads(), st.sampled_from(["", "v2", "example.com/v1", "apps.example.com/v1"]))
    def test_other_groups(self, obj: dict[str, Any], version: str) -> None:
        group = version.rpartition("/")[0]
        own = obj["apiVersion"].rpartition("/")[0]
        found = pod_template(obj | {"apiVersion": version})
        assert (found is not None) == (version == "" or group == own)

    @given(strategies.pods(ephemeral_containers=True))
    def test_every_image_is_one_use(self, pod: dict[str, Any]) -> None:
        spec = pod["spec"]
        uses = list(image_uses(pod))
        expected = [
            container["image"] for name in ("initContainers", "containers", "ephemeralContainers") for container in spec.get(name, [])
        ]
        expected += [volume["image"]["reference"] for volume in spec.get("volumes", []) if "image" in volume]
        assert [use.image for use in uses] == expected
        assert [use.kind is UseKind.VOLUME for use in uses] == sorted(use.kind is UseKind.VOLUME for use in uses)
        assert len({use.policy_path for use in uses}) == len(uses)
        assert [at for at, _ in volumes(pod)] == [at for at, volume in volumes(pod) if volume in spec.get("volumes", [])]
