from __future__ import annotations

from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.changes import with_changes
from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.apimachinery.requests import AdmissionRequest, Operation
from kubecontainers.runtimeclass.admission import (
    RuntimeClassAdmitted,
    RuntimeClassDenial,
    RuntimeClassDenied,
    admit_runtime_class,
    validate_runtime_class_admission,
)
from kubecontainers.runtimeclass.class_source import LookupFailure, RuntimeClasses
from kubecontainers.runtimeclass.nodes import runtime_class_nodes
from kubecontainers.runtimeclass.runtime_class import RuntimeClass
from kubecontainers.scheduling.node_affinity import AffinityOutcome, RequiredNodeAffinity
from kubecontainers.scheduling.overhead import default_overhead
from kubecontainers.scheduling.resource_lists import resource_list
from kubecontainers.scheduling.taints import Taint, find_untolerated_taint
from kubecontainers.scheduling.tolerations import tolerations_at
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import plain, read_only
from kubecontainers.testing.runtime_classes import runtime_class_pods, runtime_class_requests, runtime_classes
from kubecontainers.testing.scheduling import nodes, taints

JSON = dict[str, Any]
Requests = tuple[AdmissionRequest, list[JSON]]

releases = strategies.releases()
SPEC = ROOT.child("spec")
FIELDS = {"nodeSelector", "overhead", "tolerations"}


def locked(request: AdmissionRequest) -> AdmissionRequest:
    """The request, its object one that nobody can change."""
    return attrs.evolve(request, object=None if request.object is None else read_only(request.object))


def admitted(found: Requests, release: Release = LATEST) -> RuntimeClassAdmitted | None:
    """The admission of a request, if it is admitted."""
    request, classes = found
    try:
        return admit_runtime_class(locked(request), map(read_only, classes), release=release)
    except RuntimeClassDenied:
        return None


def spec_of(obj: Any) -> JSON:
    return dict(obj["spec"])


class TestOnce:
    """What was admitted is admitted again and does not change, and passes the validating pass if its class has the overhead it has."""

    @given(runtime_class_requests(), releases)
    def test_idempotent(self, found: Requests, release: Release) -> None:
        request, classes = found
        once = admitted(found, release)
        if once is None:
            return
        again = attrs.evolve(request, object=once.object)
        twice = admit_runtime_class(again, classes, release=release)
        assert twice.object is once.object
        assert (twice.changes, dict(twice.added_selector), twice.added_tolerations) == ((), {}, ())

    @given(runtime_class_requests(), releases)
    def test_it_passes_validation(self, found: Requests, release: Release) -> None:
        request, classes = found
        once = admitted(found, release)
        if once is None:
            return
        errors = validate_runtime_class_admission(attrs.evolve(request, object=once.object), classes, release=release)
        own = spec_of(request.object).get("overhead") is not None
        expected = once.runtime_class is not None and once.runtime_class.overhead is not None
        assert [error.rule for error in errors] == ([RuntimeClassDenial.OVERHEAD_NOT_EXPECTED] if own and not expected else [])


class TestChanges:
    """The changes are what makes the admitted pod of the given one; nothing but three fields of its spec is touched."""

    @given(runtime_class_requests(), releases)
    def test_all_of_them(self, found: Requests, release: Release) -> None:
        request, once = found[0], admitted(found, release)
        if once is None:
            return
        assert request.object is not None
        assert with_changes(request.object, once.changes) == plain(once.object)
        assert {change.path.parts[1] for change in once.changes} <= FIELDS
        before, after = spec_of(request.object), spec_of(once.object)
        assert before.keys() - FIELDS == after.keys() - FIELDS
        assert all(plain(after[field]) == before[field] for field in before.keys() - FIELDS)

    @given(runtime_class_requests(), releases)
    def test_the_overhead_is_that_of_the_class(self, found: Requests, release: Release) -> None:
        once = admitted(found, release)
        if once is None or once.runtime_class is None or once.runtime_class.overhead is None:
            return
        assert resource_list(spec_of(once.object).get("overhead") or {}) == once.runtime_class.overhead


class TestNodes:
    """The selector is the union of both maps, and so selects the intersection of the nodes; what either tolerates is tolerated."""

    @given(runtime_class_requests(), st.lists(nodes(), max_size=5))
    def test_intersection(self, found: Requests, some: list[JSON]) -> None:
        request, once = found[0], admitted(found)
        if once is None or once.runtime_class is None or once.runtime_class.scheduling is None:
            return
        own, theirs = spec_of(request.object).get("nodeSelector", {}), dict(once.runtime_class.scheduling.node_selector)
        both: JSON = spec_of(once.object).get("nodeSelector", {})
        assert both == own | theirs == theirs | own
        assert dict(once.added_selector) == {key: value for key, value in theirs.items() if key not in own}
        selected = [[_selects(selector, node) for node in some] for selector in (own, theirs, both)]
        assert selected[2] == [first and second for first, second in zip(selected[0], selected[1], strict=True)]

    @given(runtime_class_requests(), taints())
    def test_tolerations(self, found: Requests, taint: JSON) -> None:
        request, once = found[0], admitted(found)
        if once is None or once.runtime_class is None or once.runtime_class.scheduling is None:
            return
        own = tolerations_at(spec_of(request.object), SPEC)
        merged = tolerations_at(spec_of(once.object), SPEC)
        one = [Taint.from_json(taint)]
        kept = [find_untolerated_taint(one, some) is None for some in (own, once.runtime_class.scheduling.tolerations, merged)]
        assert kept[2] == (kept[0] or kept[1])
        assert all(dropped.covered_by in merged for dropped in once.dropped_tolerations)

    @given(runtime_classes(), runtime_class_pods(), st.lists(nodes(), max_size=3), releases)
    def test_those_of_a_class_are_those_of_the_admitted_pod(self, obj: JSON, pod: JSON, some: list[JSON], release: Release) -> None:
        try:
            found = runtime_class_nodes(read_only(obj), map(read_only, some), pod=read_only(pod), release=release)
        except RuntimeClassDenied:
            return
        assert [fit.node for fit in found.fits] == [node["metadata"]["name"] for node in some]
        selector = spec_of(found.admitted.object).get("nodeSelector", {})
        assert all(_selects(selector, node) for node, fit in zip(some, found.fits, strict=True) if fit.fits)


def _selects(selector: Any, node: JSON) -> bool:
    return RequiredNodeAffinity(selector).match(node["metadata"]["labels"]).outcome is AffinityOutcome.MATCH


class TestPassingOver:
    """What is no creation of a pod goes through as it is, whatever it is."""

    @given(runtime_class_requests(operations=(Operation.UPDATE, Operation.DELETE, Operation.CONNECT)))
    def test_operations(self, found: Requests) -> None:
        request, classes = found
        assert admit_runtime_class(request, classes).object is request.object
        assert validate_runtime_class_admission(request, classes) == ()


class TestTotal:
    """Whatever pod and classes are, the answer is an admission, a denial, or a complaint about the shape."""

    @given(
        st.sampled_from(Operation),
        st.none() | strategies.damaged(runtime_class_pods()) | strategies.json_objects(),
        st.lists(strategies.damaged(runtime_classes(names=st.sampled_from(["kata", "gvisor"]))) | strategies.json_objects(), max_size=3),
        st.sampled_from([None, *LookupFailure]),
        releases,
    )
    def test_any(self, operation: Operation, pod: Any, classes: list[Any], failure: LookupFailure | None, release: Release) -> None:
        request = AdmissionRequest(operation, pod)
        for ask in (admit_runtime_class, validate_runtime_class_admission):
            try:
                ask(request, RuntimeClasses.of(classes, cache_failure=failure), release=release)
            except KubeContainersError:
                continue

    @given(st.text() | strategies.json_texts(), runtime_classes())
    def test_any_name(self, name: str, obj: JSON) -> None:
        request = AdmissionRequest(Operation.CREATE, {"spec": {"runtimeClassName": name}})
        try:
            found = admit_runtime_class(request, [obj, RuntimeClass("a", "a")]).runtime_class
        except RuntimeClassDenied as denied:
            assert denied.cause in {RuntimeClassDenial.CLASS_NOT_FOUND, RuntimeClassDenial.LOOKUP_FAILED}  # noqa: PT017
        else:
            assert found is not None
            assert found.name == name


def test_both_sides() -> None:
    """At least a fifth of the requests are admitted by both passes, and at least a fifth are not."""
    found: list[bool] = []

    @settings(max_examples=200, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(runtime_class_requests())
    def count(drawn: Requests) -> None:
        request, classes = drawn
        assert request.object is not None
        stored = attrs.evolve(request, object=default_overhead(request.object).object)
        try:
            once = admit_runtime_class(stored, classes)
        except RuntimeClassDenied:
            found.append(False)
            return
        found.append(not validate_runtime_class_admission(attrs.evolve(stored, object=once.object), classes))

    count()
    assert 0.2 * len(found) <= sum(found) <= 0.8 * len(found)
