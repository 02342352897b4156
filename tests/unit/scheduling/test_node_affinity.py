from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.scheduling.node_affinity import (
    AffinityMatch,
    AffinityMissReason,
    AffinityOutcome,
    RequiredNodeAffinity,
    required_node_affinity,
)

Outcome, Reason = AffinityOutcome, AffinityMissReason
TERMS = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

SSD = {"matchExpressions": [{"key": "disktype", "operator": "In", "values": ["ssd"]}]}
GPU = {"matchExpressions": [{"key": "gpu", "operator": "Exists"}, {"key": "cores", "operator": "Gt", "values": ["4"]}]}
NODE_A = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}
BAD = {"matchExpressions": [{"key": "disktype", "operator": "In", "values": ["ssd"]}, {"key": "gpu", "operator": "is"}]}


def pod(*terms: dict[str, Any], **selector: str) -> dict[str, Any]:
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}
    return {"spec": {"nodeSelector": selector, "affinity": {"nodeAffinity": required}}}


def match(given: dict[str, Any], name: str = "a", **labels: str) -> AffinityMatch:
    found = required_node_affinity(given).match(labels, name)
    assert (found.misses == ()) is (found.outcome is Outcome.MATCH)
    return found


class TestSelector:
    def test_nothing_asked_for(self) -> None:
        for given in ({}, {"spec": None}, {"spec": {"nodeSelector": {}, "affinity": {"nodeAffinity": None}}}):
            assert required_node_affinity(given) == RequiredNodeAffinity()
            assert match(given).outcome is Outcome.MATCH

    def test_every_entry(self) -> None:
        given = {"spec": {"nodeSelector": {"disktype": "ssd", "gpu": "", "os": "linux"}}}
        assert match(given, disktype="ssd", gpu="", os="linux").outcome is Outcome.MATCH
        found = match(given, disktype="hdd", os="linux")
        assert found.outcome is Outcome.NO_MATCH
        assert [(str(miss.path), miss.reason, str(miss)) for miss in found.misses] == [
            ("spec.nodeSelector[disktype]", Reason.SELECTOR, "label disktype is hdd, the selector wants ssd"),
            ("spec.nodeSelector[gpu]", Reason.SELECTOR, "there is no label gpu, the selector wants ''"),
        ]

    def test_it_comes_before_the_affinity(self) -> None:
        found = match(pod(BAD, disktype="ssd"), disktype="")
        assert found.outcome is Outcome.NO_MATCH
        assert [str(miss) for miss in found.misses] == ["label disktype is empty, the selector wants ssd"]
        assert match(pod(SSD, gpu="true"), gpu="true").outcome is Outcome.NO_MATCH


class TestTerms:
    def test_one_has_to_match(self) -> None:
        given = pod(SSD, GPU)
        assert match(given, disktype="ssd").outcome is Outcome.MATCH
        assert match(given, gpu="", cores="5").outcome is Outcome.MATCH
        found = match(given, gpu="true", cores="4")
        assert found.outcome is Outcome.NO_MATCH
        assert [(str(miss.path).removeprefix(TERMS), miss.reason, str(miss)) for miss in found.misses] == [
            ("[0].matchExpressions[0]", Reason.EXPRESSION, "there is no label disktype, the affinity wants ssd"),
            ("[1].matchExpressions[1]", Reason.EXPRESSION, "label cores is 4, the affinity wants more than 4"),
        ]

    @pytest.mark.parametrize("terms", [(), ({},), ({"matchExpressions": []}, {"matchFields": None})])
    def test_none_that_requires_anything(self, terms: tuple[dict[str, Any], ...]) -> None:
        [miss] = match(pod(*terms)).misses
        assert (str(miss.path), miss.reason, str(miss)) == (TERMS, Reason.NO_TERMS, Reason.NO_TERMS.value)

    def test_an_empty_one_is_passed_over(self) -> None:
        assert match(pod({}, SSD), disktype="ssd").outcome is Outcome.MATCH
        [miss] = match(pod({}, SSD)).misses
        assert str(miss.path) == TERMS + "[1].matchExpressions[0]"

    def test_required_without_terms(self) -> None:
        given: dict[str, Any] = {"spec": {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}}}
        assert match(given).outcome is Outcome.NO_MATCH

    def test_fields(self) -> None:
        assert match(pod(NODE_A)).outcome is Outcome.MATCH
        found = match(pod(NODE_A), name="b")
        assert [(miss.reason, str(miss)) for miss in found.misses] == [(Reason.FIELD, "field metadata.name is b, the affinity wants a")]
        other = {"matchFields": [{"key": "metadata.uid", "operator": "In", "values": [""]}]}
        assert match(pod(other)).outcome is Outcome.MATCH
        unlike = {"matchFields": [{"key": "metadata.uid", "operator": "NotIn", "values": [""]}]}
        assert match(pod(unlike)).outcome is Outcome.NO_MATCH

    def test_a_node_without_a_name_has_no_fields(self) -> None:
        assert match(pod(NODE_A), name="").outcome is Outcome.MATCH
        assert match(pod(NODE_A | SSD), name="").outcome is Outcome.NO_MATCH


class TestUnusableTerms:
    def test_a_later_term_wins(self) -> None:
        assert match(pod(BAD, SSD), disktype="ssd").outcome is Outcome.MATCH

    @pytest.mark.parametrize("terms", [(BAD,), (BAD, GPU), (GPU, BAD, {})])
    def test_otherwise_it_is_an_error(self, terms: tuple[dict[str, Any], ...]) -> None:
        found = match(pod(*terms), disktype="ssd")
        assert found.outcome is Outcome.ERROR
        [miss] = [miss for miss in found.misses if miss.reason is Reason.INVALID_TERM]
        assert [str(error.path) for error in miss.errors] == [f"{miss.path}.matchExpressions[1].operator"]
        assert str(miss).startswith(f"{Reason.INVALID_TERM.value}; {miss.errors[0].path}: NotSupported: 'is'")


class TestReading:
    def test_values(self) -> None:
        affinity = required_node_affinity(pod(SSD, {}, disktype="ssd"))
        assert pickle.loads(pickle.dumps(affinity)) == affinity  # noqa: S301
        assert hash(affinity) == hash(required_node_affinity(pod(SSD, {}, disktype="ssd")))
        assert affinity.errors == ((), ())
        assert RequiredNodeAffinity().errors == ()

    @pytest.mark.parametrize(
        ("given", "path"),
        [
            ([], ""),
            ({"spec": 1}, "spec"),
            ({"spec": {"nodeSelector": []}}, "spec.nodeSelector"),
            ({"spec": {"nodeSelector": {"a": 1}}}, "spec.nodeSelector.a"),
            ({"spec": {"affinity": 1}}, "spec.affinity"),
            ({"spec": {"affinity": {"nodeAffinity": []}}}, "spec.affinity.nodeAffinity"),
            (pod({"matchFields": 1}), TERMS + "[0].matchFields"),
        ],
    )
    def test_malformed(self, given: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            required_node_affinity(given)
        assert caught.value.path == path
