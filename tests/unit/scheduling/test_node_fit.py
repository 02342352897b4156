from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.node_affinity import AffinityOutcome
from kubecontainers.scheduling.node_fit import NodeFit, TaintMissReason, fit_nodes, node_fit
from kubecontainers.scheduling.taints import UNSCHEDULABLE, Taint

GPU = {"key": "gpu", "value": "true", "effect": "NoSchedule"}


def node(name: str = "a", labels: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "labels": labels}, "spec": spec}


def test_nothing_stands_in_the_way() -> None:
    fit = node_fit({}, {})
    assert fit == NodeFit("", AffinityOutcome.MATCH, None, cordoned=False)
    assert fit.fits
    assert str(node_fit({}, node())) == "node a: fits"


class TestTaints:
    def test_untolerated(self) -> None:
        fit = node_fit({}, node(taints=[{"key": "spot", "effect": "PreferNoSchedule"}, GPU, {"key": "b", "effect": "NoExecute"}]))
        assert not fit.fits
        assert fit.untolerated_taint == Taint("gpu", "true", "NoSchedule")
        assert str(fit) == "node a: taint gpu=true:NoSchedule is not tolerated; taint b:NoExecute is not tolerated"
        assert pickle.loads(pickle.dumps(fit)) == fit  # noqa: S301

    def test_tolerated(self) -> None:
        assert node_fit({"spec": {"tolerations": [{"key": "gpu", "operator": "Exists"}]}}, node(taints=[GPU])).fits

    def test_release(self) -> None:
        pod = {"spec": {"tolerations": [{"key": "sla", "operator": "Gt", "value": "950"}]}}
        given = node(taints=[{"key": "sla", "value": "999", "effect": "NoSchedule"}])
        assert not node_fit(pod, given).fits
        assert node_fit(pod, given, release=Release("1.36").with_gates({"TaintTolerationComparisonOperators": True})).fits


class TestCordon:
    def test_cordoned(self) -> None:
        fit = node_fit({}, node(unschedulable=True))
        assert (fit.fits, fit.cordoned, fit.untolerated_taint) == (False, True, None)
        assert [(miss.reason, str(miss)) for miss in fit.reasons] == [(TaintMissReason.CORDONED, "the node is cordoned")]

    @pytest.mark.parametrize("value", [False, None])
    def test_not_cordoned(self, value: bool | None) -> None:
        assert node_fit({}, node(unschedulable=value)).fits

    def test_tolerated(self) -> None:
        assert node_fit({"spec": {"tolerations": [{"key": UNSCHEDULABLE.key}]}}, node(unschedulable=True)).fits
        assert node_fit({"spec": {"tolerations": [{"operator": "Exists", "effect": "NoExecute"}]}}, node(unschedulable=True)).cordoned


def test_everything_at_once() -> None:
    pod = {"spec": {"nodeSelector": {"disktype": "ssd"}}}
    fit = node_fit(pod, node(labels={"disktype": "hdd"}, taints=[GPU], unschedulable=True))
    assert fit.affinity is AffinityOutcome.NO_MATCH
    assert str(fit) == (
        "node a: label disktype is hdd, the selector wants ssd; taint gpu=true:NoSchedule is not tolerated; the node is cordoned"
    )


class TestManyNodes:
    def test_in_their_order(self) -> None:
        nodes = [node("b", taints=[GPU]), node("a"), node("a")]
        fits = fit_nodes({}, nodes)
        assert [(fit.node, fit.fits) for fit in fits] == [("b", False), ("a", True), ("a", True)]
        assert fits == tuple(node_fit({}, given) for given in nodes)
        assert fit_nodes({}, []) == ()

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject) as caught:
            fit_nodes({}, [node(), node(taints=1)])
        assert caught.value.path == "[1].spec.taints"


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ([], ""),
        ({"metadata": 1}, "metadata"),
        ({"metadata": {"name": 1}}, "metadata.name"),
        ({"metadata": {"labels": {"a": 1}}}, "metadata.labels.a"),
        ({"spec": []}, "spec"),
        ({"spec": {"taints": [{"key": 1}]}}, "spec.taints[0].key"),
        ({"spec": {"unschedulable": "true"}}, "spec.unschedulable"),
    ],
)
def test_malformed_node(given: Any, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        node_fit({}, given)
    assert caught.value.path == path


def test_malformed_pod() -> None:
    with pytest.raises(MalformedObject) as caught:
        node_fit({"spec": {"tolerations": [1]}}, node())
    assert caught.value.path == "spec.tolerations[0]"
