from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.quantity import Quantity
from kubecontainers.apimachinery.release import Release
from kubecontainers.runtimeclass.runtime_class import RuntimeClass, RuntimeClassScheduling, runtime_class_warnings
from kubecontainers.scheduling.tolerations import Toleration
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

KATA: JSON = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "kata"},
    "handler": "kata-qemu",
    "overhead": {"podFixed": {"cpu": "250m", "memory": "1Mi"}},
    "scheduling": {
        "nodeSelector": {"sandbox": "kata"},
        "tolerations": [{"key": "kata", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 0}],
    },
}


class TestReading:
    def test_everything(self) -> None:
        assert RuntimeClass.from_json(read_only(KATA)) == RuntimeClass(
            "kata",
            "kata-qemu",
            FrozenMap({"cpu": Quantity.parse("250m"), "memory": Quantity.parse("1Mi")}),
            RuntimeClassScheduling(FrozenMap({"sandbox": "kata"}), (Toleration("kata", "Exists", "", "NoExecute", 0),)),
        )

    @pytest.mark.parametrize("obj", [{}, {"metadata": None, "handler": None, "overhead": None, "scheduling": None}])
    def test_nothing(self, obj: JSON) -> None:
        assert RuntimeClass.from_json(obj) == RuntimeClass("", "")

    @pytest.mark.parametrize("overhead", [{}, {"podFixed": None}, {"podFixed": {}}])
    def test_an_overhead_of_nothing_is_one(self, overhead: JSON) -> None:
        found = RuntimeClass.from_json({"overhead": overhead})
        assert found.overhead == FrozenMap({})
        assert found != RuntimeClass.from_json({})
        assert found.to_json()["overhead"] == {}

    @pytest.mark.parametrize("scheduling", [{}, {"nodeSelector": None, "tolerations": None}, {"nodeSelector": {}, "tolerations": []}])
    def test_so_is_a_scheduling(self, scheduling: JSON) -> None:
        found = RuntimeClass.from_json({"scheduling": scheduling})
        assert found.scheduling == RuntimeClassScheduling()
        assert found.to_json()["scheduling"] == {}

    @pytest.mark.parametrize(
        ("obj", "path"),
        [
            ([], ""),
            ({"metadata": []}, "metadata"),
            ({"metadata": {"name": 7}}, "metadata.name"),
            ({"handler": {}}, "handler"),
            ({"overhead": "1"}, "overhead"),
            ({"overhead": {"podFixed": []}}, "overhead.podFixed"),
            ({"overhead": {"podFixed": {"cpu": "much"}}}, "overhead.podFixed[cpu]"),
            ({"scheduling": []}, "scheduling"),
            ({"scheduling": {"nodeSelector": {"a": 1}}}, "scheduling.nodeSelector.a"),
            ({"scheduling": {"tolerations": [{"key": 1}]}}, "scheduling.tolerations[0].key"),
        ],
    )
    def test_malformed(self, obj: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            RuntimeClass.from_json(obj)
        assert caught.value.path == path

    def test_where_it_stands(self) -> None:
        with pytest.raises(MalformedObject, match=r"items\[1\]\.metadata\.name: expected a string"):
            RuntimeClass.from_json({"metadata": {"name": 7}}, path=ROOT.child("items").index(1))
        with pytest.raises(MalformedObject, match=r"^tolerations: expected a list"):
            RuntimeClassScheduling.from_json({"tolerations": {}})


class TestWriting:
    def test_everything(self) -> None:
        assert RuntimeClass.from_json(KATA).to_json() == KATA

    def test_a_quantity_is_as_kubernetes_writes_it(self) -> None:
        overhead = {"cpu": 1, "memory": "0001", "example.com/nic": "+1", "ephemeral-storage": None}
        written: Any = RuntimeClass.from_json({"overhead": {"podFixed": overhead}}).to_json()["overhead"]
        assert written == {"podFixed": {"cpu": "1", "memory": "0001", "example.com/nic": "+1", "ephemeral-storage": "0"}}

    def test_what_is_not_there(self) -> None:
        assert RuntimeClass("runc", "runc").to_json() == {
            "apiVersion": "node.k8s.io/v1",
            "kind": "RuntimeClass",
            "metadata": {"name": "runc"},
            "handler": "runc",
        }


def test_a_value() -> None:
    first, second = (
        RuntimeClass.from_json(KATA),
        RuntimeClass.from_json({**KATA, "overhead": {"podFixed": {"memory": "1Mi", "cpu": "250m"}}}),
    )
    assert (first, hash(first)) == (second, hash(second))
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301  (our own)


class TestWarnings:
    ALWAYS = (
        "beta.kubernetes.io/arch",
        "beta.kubernetes.io/instance-type",
        "beta.kubernetes.io/os",
        "failure-domain.beta.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
    )
    LATER = ("app.kubernetes.io/created-by", "node-role.kubernetes.io/master", "scheduler.alpha.kubernetes.io/preferAvoidPods")
    FINE = ("kubernetes.io/arch", "Beta.kubernetes.io/os", "node-role.kubernetes.io/control-plane")

    @pytest.mark.parametrize(("minor", "labels"), [("1.30", ALWAYS), ("1.31", tuple(sorted(ALWAYS + LATER)))])
    def test_labels(self, minor: str, labels: tuple[str, ...]) -> None:
        obj = {"scheduling": {"nodeSelector": dict.fromkeys(self.LATER + self.ALWAYS + self.FINE, "")}}
        assert tuple(found.label for found in runtime_class_warnings(obj, release=Release(minor))) == labels

    def test_in_words(self) -> None:
        obj = {"scheduling": {"nodeSelector": {"app.kubernetes.io/created-by": "x", "node-role.kubernetes.io/master": ""}}}
        assert [str(found) for found in runtime_class_warnings(obj)] == [
            "scheduling.nodeSelector[app.kubernetes.io/created-by]: the label is deprecated",
            "scheduling.nodeSelector[node-role.kubernetes.io/master]: the label is deprecated, use node-role.kubernetes.io/control-plane",
        ]

    @pytest.mark.parametrize("obj", [{}, {"scheduling": {}}])
    def test_none(self, obj: JSON) -> None:
        assert runtime_class_warnings(obj) == ()
