from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.node_affinity import AffinityOutcome, RequiredNodeAffinity, required_node_affinity
from kubecontainers.scheduling.node_fit import NodeFit, fit_nodes, node_fit
from kubecontainers.scheduling.node_selector import NodeSelectorRequirement, NodeSelectorTerm, term_errors
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only
from kubecontainers.testing.scheduling import (
    nearly_valid_node_selector_terms,
    node_selector_pods,
    node_selector_terms,
    nodes,
)

Outcome = AffinityOutcome

releases = strategies.releases(gates=True)
any_terms = nearly_valid_node_selector_terms()
any_pods = node_selector_pods(terms=any_terms)
terms = any_terms.map(NodeSelectorTerm.from_json)
term_lists = st.lists(terms, max_size=4).map(tuple)
label_maps = nodes().map(lambda node: node["metadata"]["labels"])
names = st.sampled_from(["node-a", "node-b", "node-c"])
texts = st.sampled_from(["a", "b", "", "4", "5"])
found_values = st.none() | texts


class TestRequirements:
    """``NotIn`` is not ``In``, ``DoesNotExist`` not ``Exists``, with and without the label; of ``Gt``, ``Lt`` and neither one holds."""

    @given(st.lists(texts, max_size=3).map(tuple), found_values)
    def test_opposites(self, values: tuple[str, ...], found: str | None) -> None:
        for operator, opposite in (("In", "NotIn"), ("Exists", "DoesNotExist")):
            holds = NodeSelectorRequirement("a", operator, values).matches(found)
            assert NodeSelectorRequirement("a", opposite, values).matches(found) is not holds

    @given(st.integers(-3, 3), st.integers(-3, 3) | st.none())
    def test_order(self, limit: int, found: int | None) -> None:
        value = None if found is None else str(found)
        greater, less = (NodeSelectorRequirement("a", operator, (str(limit),)).matches(value) for operator in ("Gt", "Lt"))
        assert (greater, less) == ((False, False) if found is None else (found > limit, found < limit))

    @given(any_terms)
    def test_round_trip(self, obj: dict[str, Any]) -> None:
        term = NodeSelectorTerm.from_json(obj)
        assert NodeSelectorTerm.from_json(term.to_json()) == term
        assert all(requirement.wanted for requirement in (*term.match_expressions, *term.match_fields))


class TestTerms:
    """A term holds if all of it does, a list of them if one does, whatever stands beside it."""

    @given(node_selector_terms())
    def test_usable(self, obj: dict[str, Any]) -> None:
        assert term_errors(NodeSelectorTerm.from_json(obj), ROOT) == ()

    @given(terms, label_maps, names)
    def test_all_of_it(self, term: NodeSelectorTerm, labels: dict[str, str], name: str) -> None:
        outcome = RequiredNodeAffinity(terms=(term,)).match(labels, name).outcome
        fields = {"metadata.name": name}
        held = [requirement.matches(labels.get(requirement.key)) for requirement in term.match_expressions]
        held += [requirement.matches(fields.get(requirement.key, "")) for requirement in term.match_fields]
        if term_errors(term, ROOT):
            assert outcome is Outcome.ERROR
        else:
            assert (outcome is Outcome.MATCH) is (all(held) and not term.empty)

    @given(term_lists, label_maps, names)
    def test_one_of_them(self, given_terms: tuple[NodeSelectorTerm, ...], labels: dict[str, str], name: str) -> None:
        alone = {RequiredNodeAffinity(terms=(term,)).match(labels, name).outcome for term in given_terms}
        outcome = RequiredNodeAffinity(terms=given_terms).match(labels, name).outcome
        expected = next((found for found in (Outcome.MATCH, Outcome.ERROR) if found in alone), Outcome.NO_MATCH)
        assert outcome is expected
        assert RequiredNodeAffinity(terms=given_terms[::-1]).match(labels, name).outcome is outcome

    @given(any_pods, label_maps, names)
    def test_the_selector_comes_first(self, pod: dict[str, Any], labels: dict[str, str], name: str) -> None:
        affinity = required_node_affinity(pod)
        found = affinity.match(labels, name)
        assert (found.misses == ()) is (found.outcome is Outcome.MATCH)
        if not affinity.node_selector.items() <= labels.items():
            assert found.outcome is Outcome.NO_MATCH
        elif affinity.terms is None:
            assert found.outcome is Outcome.MATCH

    def test_both_sides_are_seen(self) -> None:
        usable: list[bool] = []

        @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(terms)
        def see(term: NodeSelectorTerm) -> None:
            usable.append(not term_errors(term, ROOT))

        see()
        assert min(usable.count(True), usable.count(False)) >= len(usable) / 5


class TestFit:
    """A node takes a pod if nothing stands in the way, and what stands in the way has its reason."""

    @given(any_pods, nodes(), releases)
    def test_reasons(self, pod: dict[str, Any], node: dict[str, Any], release: Release) -> None:
        fit = node_fit(pod, node, release=release)
        assert fit.fits is (fit.reasons == ())
        assert all(str(reason) for reason in fit.reasons)
        assert str(fit).startswith(f"node {node['metadata']['name']}: ")

    @given(any_pods, nodes())
    def test_it_tolerates_everything(self, pod: dict[str, Any], node: dict[str, Any]) -> None:
        open_pod = {"spec": {**pod["spec"], "tolerations": [{"operator": "Exists"}]}}
        fit = node_fit(open_pod, node)
        assert fit.fits is (fit.affinity is Outcome.MATCH)
        assert fit.affinity is node_fit(pod, node).affinity

    @given(nodes(), releases)
    def test_a_pod_that_asks_for_nothing(self, node: dict[str, Any], release: Release) -> None:
        assert node_fit({}, {**node, "spec": {}}, release=release).fits
        fit = node_fit({}, node, release=release)
        assert fit.affinity is Outcome.MATCH
        assert fit.cordoned is bool(node["spec"].get("unschedulable"))

    @given(any_pods, st.lists(nodes(), max_size=4), releases)
    def test_many_nodes(self, pod: dict[str, Any], given_nodes: list[dict[str, Any]], release: Release) -> None:
        assert list(fit_nodes(pod, given_nodes, release=release)) == [node_fit(pod, node, release=release) for node in given_nodes]

    @given(any_pods, nodes())
    def test_more_tolerations_never_hurt(self, pod: dict[str, Any], node: dict[str, Any]) -> None:
        with_one_more = {
            "spec": {**pod["spec"], "tolerations": [*pod["spec"].get("tolerations", []), {"key": "gpu", "operator": "Exists"}]}
        }
        assert not node_fit(pod, node).fits or node_fit(with_one_more, node).fits

    def test_both_sides_are_seen(self) -> None:
        fitting: list[bool] = []

        @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(node_selector_pods(), nodes())
        def see(pod: dict[str, Any], node: dict[str, Any]) -> None:
            fitting.append(node_fit(pod, node).fits)

        see()
        assert min(fitting.count(True), fitting.count(False)) >= len(fitting) / 5


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family, and the objects stay as they were."""

    @given(
        strategies.json_objects() | strategies.damaged(any_pods),
        strategies.json_objects() | strategies.damaged(nodes()) | nodes(),
        releases,
    )
    def test_total(self, pod: dict[str, Any], node: dict[str, Any], release: Release) -> None:
        try:
            found = node_fit(pod, node, release=release)
        except KubeContainersError as error:
            assert str(error)  # noqa: PT017
        else:
            assert isinstance(found, NodeFit)
            assert str(found)

    @given(any_pods, nodes())
    def test_left_alone(self, pod: dict[str, Any], node: dict[str, Any]) -> None:
        assert node_fit(read_only(pod), read_only(node)) == node_fit(pod, node)
