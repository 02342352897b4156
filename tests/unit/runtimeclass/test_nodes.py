from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.runtimeclass.admission import RuntimeClassDenial, RuntimeClassDenied
from kubecontainers.runtimeclass.nodes import RuntimeClassNodesReason, runtime_class_nodes
from kubecontainers.runtimeclass.runtime_class import RuntimeClass
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

KATA: JSON = {
    "metadata": {"name": "kata"},
    "handler": "kata",
    "scheduling": {"nodeSelector": {"sandbox": "kata"}, "tolerations": [{"key": "kata", "operator": "Exists"}]},
}


def node(name: str, *, tainted: str = "", **labels: str) -> JSON:
    taints = [{"key": tainted, "effect": "NoSchedule"}] if tainted else []
    return {"metadata": {"name": name, "labels": labels}, "spec": {"taints": taints}}


NODES = [
    node("a", sandbox="kata", tainted="kata"),
    node("b", sandbox="kata", tainted="gpu"),
    node("c", tainted="kata"),
    node("d", sandbox="kata", disktype="ssd"),
]


class TestNodes:
    def test_why(self) -> None:
        found = runtime_class_nodes(read_only(KATA), map(read_only, NODES))
        assert found.names == ("a", "d")
        assert [str(fit) for fit in found.fits] == [
            "node a: fits",
            "node b: taint gpu:NoSchedule is not tolerated",
            "node c: there is no label sandbox, the selector wants kata",
            "node d: fits",
        ]
        assert found.reason is RuntimeClassNodesReason.SCHEDULING
        assert found.admitted.added_selector == {"sandbox": "kata"}

    def test_a_value_and_a_pod(self) -> None:
        pod = {"spec": {"nodeSelector": {"disktype": "ssd"}, "runtimeClassName": "other"}}
        found = runtime_class_nodes(RuntimeClass.from_json(KATA), NODES, pod=read_only(pod))
        assert found.names == ("d",)
        stored: Any = found.admitted.object
        assert stored["spec"]["runtimeClassName"] == "kata"

    def test_no_scheduling(self) -> None:
        found = runtime_class_nodes({"metadata": {"name": "runc"}}, [node("a"), node("b", tainted="gpu")])
        assert found.names == ("a",)
        assert found.reason is RuntimeClassNodesReason.ASSUMED
        assert runtime_class_nodes({}, []).names == ()

    @pytest.mark.parametrize(
        ("pod", "cause"),
        [
            ({"nodeSelector": {"sandbox": "gvisor"}}, RuntimeClassDenial.SELECTOR_CONFLICT),
            ({"overhead": {}}, RuntimeClassDenial.OVERHEAD_NOT_EXPECTED),
        ],
    )
    def test_a_pod_that_is_not_admitted(self, pod: JSON, cause: RuntimeClassDenial) -> None:
        with pytest.raises(RuntimeClassDenied) as caught:
            runtime_class_nodes(KATA, NODES, pod={"spec": pod})
        assert caught.value.cause is cause

    @pytest.mark.parametrize(
        ("runtime_class", "nodes", "pod"), [([], [], None), (KATA, ["a"], None), (KATA, [], []), (KATA, [], {"spec": []})]
    )
    def test_malformed(self, runtime_class: Any, nodes: Any, pod: Any) -> None:
        with pytest.raises(MalformedObject):
            runtime_class_nodes(runtime_class, nodes, pod=pod)
