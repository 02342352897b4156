from __future__ import annotations

import pytest

from kubecontainers.apimachinery.objects import ContainerKind
from kubecontainers.scheduling.container_sums import ContainerShare, ContainerStep, container_steps, sum_containers
from kubecontainers.scheduling.resource_lists import ResourceList, resource_list


def app(**resources: str) -> ContainerShare:
    return ContainerShare(ContainerKind.APP, "app", resource_list(resources))


def init(**resources: str) -> ContainerShare:
    return ContainerShare(ContainerKind.INIT, "setup", resource_list(resources))


def sidecar(**resources: str) -> ContainerShare:
    return ContainerShare(ContainerKind.INIT, "proxy", resource_list(resources), restartable=True)


def texts(resources: ResourceList) -> dict[str, str]:
    return {name: str(quantity) for name, quantity in resources.items()}


@pytest.mark.parametrize(
    ("shares", "total", "steps"),
    [
        ([], {}, []),
        ([app(cpu="1"), app(cpu="2", memory="1Gi")], {"cpu": "3", "memory": "1Gi"}, [{"cpu": "1"}, {"cpu": "2", "memory": "1Gi"}]),
        ([app(cpu="1"), init(cpu="3"), init(cpu="2")], {"cpu": "3"}, [{"cpu": "1"}, {"cpu": "3"}, {"cpu": "2"}]),
        ([app(cpu="1"), init(cpu="0")], {"cpu": "1"}, [{"cpu": "1"}, {"cpu": "0"}]),
        ([app(cpu="1"), init(cpu="+1")], {"cpu": "1"}, [{"cpu": "1"}, {"cpu": "+1"}]),
        ([app(cpu="1"), sidecar(cpu="2")], {"cpu": "3"}, [{"cpu": "1"}, {"cpu": "2"}]),
        (
            [app(cpu="1"), sidecar(cpu="2"), init(cpu="5", a="1"), sidecar(cpu="1", b="1"), init(cpu="1")],
            {"a": "1", "b": "1", "cpu": "7"},
            [{"cpu": "1"}, {"cpu": "2"}, {"a": "1", "cpu": "7"}, {"b": "1", "cpu": "3"}, {"b": "1", "cpu": "4"}],
        ),
        (  # the left one gives the format
            [sidecar(memory="1M"), init(memory="1Mi"), init(memory="1M")],
            {"memory": "2048576"},
            [{"memory": "1M"}, {"memory": "2048576"}, {"memory": "2M"}],
        ),
        ([sidecar(cpu="2"), sidecar(cpu="-1"), init(a="1")], {"a": "1", "cpu": "2"}, [{"cpu": "2"}, {"cpu": "1"}, {"a": "1", "cpu": "1"}]),
    ],
)
def test_sums(shares: list[ContainerShare], total: dict[str, str], steps: list[dict[str, str]]) -> None:
    assert texts(sum_containers(shares)) == total
    found = container_steps(shares)
    assert [texts(step.resources) for step in found] == steps
    assert [(step.kind, step.name) for step in found] == [(share.kind, share.name) for share in shares]


def test_values() -> None:
    one, same = container_steps([app(cpu="1")]), container_steps([app(cpu="1000m")])
    assert one == same == (ContainerStep(ContainerKind.APP, "app", resource_list({"cpu": "1"})),)
    assert len({*one, *same}) == 1
