from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.apimachinery.requests import AdmissionRequest, Operation
from kubecontainers.runtimeclass.admission import (
    RuntimeClassAdmitted,
    RuntimeClassDenial,
    RuntimeClassDenied,
    RuntimeClassReason,
    admit_runtime_class,
    validate_runtime_class_admission,
)
from kubecontainers.runtimeclass.class_source import LookupFailure, RuntimeClasses
from kubecontainers.runtimeclass.runtime_class import RuntimeClass
from kubecontainers.scheduling.overhead import default_overhead
from kubecontainers.scheduling.tolerations import Toleration
from kubecontainers.testing.read_only import plain, read_only

JSON = dict[str, Any]
Why, Denial = RuntimeClassReason, RuntimeClassDenial

BEFORE, SINCE = Release("1.30"), Release("1.31")
GPU, ARM = {"key": "gpu", "operator": "Exists"}, {"key": "arm", "operator": "Exists"}
ONE_GPU = {"key": "gpu", "operator": "Equal", "value": "a", "effect": "NoSchedule"}

NO_SELECTORS: list[JSON] = [{}, {"nodeSelector": None}, {"nodeSelector": {}}]
NO_TOLERATIONS: list[JSON] = [{}, {"tolerations": []}]


def kata(**fields: Any) -> JSON:
    return {"metadata": {"name": "kata"}, "handler": "kata", **fields}


def fixed(**resources: Any) -> JSON:
    return kata(overhead={"podFixed": resources})


def scheduling(selector: JSON | None = None, *tolerations: JSON) -> JSON:
    return kata(scheduling={"nodeSelector": selector, "tolerations": list(tolerations)})


def create(spec: JSON | None, **metadata: Any) -> AdmissionRequest:
    return AdmissionRequest(Operation.CREATE, read_only({"metadata": {"name": "web"} | metadata, "spec": spec}))


def admit(spec: JSON, *classes: JSON, release: Release = LATEST) -> RuntimeClassAdmitted:
    return admit_runtime_class(create({"runtimeClassName": "kata"} | spec), map(read_only, classes), release=release)


def spec_of(admitted: RuntimeClassAdmitted) -> Any:
    pod: Any = plain(admitted.object)
    del pod["spec"]["runtimeClassName"]
    return pod["spec"]


def changed(admitted: RuntimeClassAdmitted) -> list[tuple[str, Any, Any, RuntimeClassReason]]:
    return [(str(change.path), change.before, change.after, RuntimeClassReason(change.reason.value)) for change in admitted.changes]


def denied(spec: JSON, *classes: JSON, release: Release = LATEST) -> RuntimeClassDenied:
    with pytest.raises(RuntimeClassDenied) as caught:
        admit(spec, *classes, release=release)
    assert caught.value.__context__ is None
    return caught.value


def validate(spec: JSON, *classes: JSON) -> list[RuntimeClassDenial]:
    errors = validate_runtime_class_admission(create(spec), classes)
    assert all((str(error.path), error.type.value) == ("spec.overhead", "Forbidden") for error in errors)
    return [RuntimeClassDenial(error.rule.value) for error in errors]


class TestWhatIsPassedOver:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"operation": Operation.UPDATE}, Why.OPERATION),
            ({"operation": Operation.DELETE, "object": None}, Why.OPERATION),
            ({"operation": Operation.CONNECT, "subresource": "exec"}, Why.OPERATION),
            ({"subresource": "ephemeralcontainers"}, Why.SUBRESOURCE),
            ({"resource": "replicasets"}, Why.RESOURCE),
            ({"group": "apps"}, Why.RESOURCE),
        ],
    )
    def test_untouched(self, change: JSON, reason: RuntimeClassReason) -> None:
        request = attrs.evolve(create({"runtimeClassName": "nobody", "overhead": {}}), **change)
        assert admit_runtime_class(request, []) == RuntimeClassAdmitted(request.object, reason)
        assert validate_runtime_class_admission(request, []) == ()

    @pytest.mark.parametrize("spec", [None, {}, {"runtimeClassName": None}])
    def test_no_class(self, spec: JSON | None) -> None:
        request = create(spec)
        admitted = admit_runtime_class(request, [], release=BEFORE)
        assert admitted.object is request.object
        assert (admitted.reason, admitted.changes, admitted.runtime_class) == (Why.NO_CLASS, (), None)

    def test_a_class_that_sets_nothing(self) -> None:
        admitted = admit({"overhead": {"cpu": "1"}, "tolerations": [ARM, ARM]}, kata())
        assert (admitted.reason, admitted.changes, admitted.runtime_class) == (Why.CLASS_SETS_NOTHING, (), RuntimeClass("kata", "kata"))


class TestDenied:
    @pytest.mark.parametrize("change", [{"object": None}, {"kind": "Service"}])
    def test_no_pod(self, change: JSON) -> None:
        for ask in (admit_runtime_class, validate_runtime_class_admission):
            with pytest.raises(RuntimeClassDenied) as caught:
                ask(attrs.evolve(create({"runtimeClassName": "nobody"}), **change), [])
            assert (caught.value.cause, caught.value.code, caught.value.reason) == (Denial.NOT_A_POD, 400, "BadRequest")

    @pytest.mark.parametrize("name", ["nobody", " ", "KATA", "a" * 2000])
    def test_no_such_class(self, name: str) -> None:
        found = denied({"runtimeClassName": name}, kata())
        assert (found.cause, found.code, found.reason) == (Denial.CLASS_NOT_FOUND, 403, "Forbidden")
        assert [(str(error.path), error.type.value, error.value) for error in found.errors] == [("spec.runtimeClassName", "NotFound", name)]
        assert found.hint

    @pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a%b"])
    def test_names_that_no_client_asks_for(self, name: str) -> None:
        found = denied({"runtimeClassName": name}, kata())
        assert (found.cause, found.code, found.reason, found.errors) == (Denial.LOOKUP_FAILED, 500, "", ())

    @pytest.mark.parametrize("failure", LookupFailure)
    def test_a_failed_look_up(self, failure: LookupFailure) -> None:
        for classes in (RuntimeClasses(cache_failure=failure), RuntimeClasses(live_failure=failure)):
            for ask in (admit_runtime_class, validate_runtime_class_admission):
                with pytest.raises(RuntimeClassDenied) as caught:
                    ask(create({"runtimeClassName": "kata"}), classes)
                assert (caught.value.cause, caught.value.code, caught.value.reason) == (Denial.LOOKUP_FAILED, *failure.value)
                assert caught.value.__context__ is None

    def test_overhead_before_selector(self) -> None:
        runtime_class = fixed(cpu="1") | {"scheduling": {"nodeSelector": {"a": "x"}}}
        assert denied({"overhead": {"cpu": "2"}, "nodeSelector": {"a": "y"}}, runtime_class).cause is Denial.OVERHEAD_MISMATCH

    def test_how_the_pod_is_called(self) -> None:
        for metadata, name in (({}, "web"), ({"name": None, "generateName": "web-"}, "web-"), ({"name": ""}, "Unknown")):
            with pytest.raises(RuntimeClassDenied) as caught:
                admit_runtime_class(create({"runtimeClassName": "kata"}, **metadata), [])
            sentence = "spec.runtimeClassName: there is no such RuntimeClass: 'kata'"
            assert caught.value.message == f'pods "{name}" is forbidden: {sentence}'

    def test_it_pickles(self) -> None:
        found = denied({})
        again = pickle.loads(pickle.dumps(found))  # noqa: S301  (our own)
        assert again == found
        assert (again.cause, again.hint) == (found.cause, found.hint)
        assert found != denied({"runtimeClassName": "other"})


class TestOverhead:
    @pytest.mark.parametrize("release", [BEFORE, SINCE])
    def test_it_is_filled_in(self, release: Release) -> None:
        admitted = admit({}, fixed(memory="120Mi", cpu="250m"), release=release)
        overhead = {"cpu": "250m", "memory": "120Mi"}
        assert spec_of(admitted) == {"overhead": overhead}
        assert changed(admitted) == [("spec.overhead", None, overhead, Why.OVERHEAD)]
        assert admitted.reason is Why.CLASS_APPLIED

    @pytest.mark.parametrize("release", [BEFORE, SINCE])
    def test_the_spelling_of_the_class(self, release: Release) -> None:
        own = {"cpu": "1000m", "memory": "1024Mi"}
        admitted = admit({"overhead": own}, fixed(cpu=1, memory="1Gi"), release=release)
        assert changed(admitted) == [("spec.overhead", read_only(own), {"cpu": "1", "memory": "1Gi"}, Why.OVERHEAD)]

    def test_each_pod_has_one_of_its_own(self) -> None:
        classes = RuntimeClasses.of([fixed(cpu="1")])
        first, second = (admit_runtime_class(create({"runtimeClassName": "kata"}), classes) for _ in range(2))
        overhead: Any = first.changes[0].after
        overhead["cpu"] = "2"
        assert spec_of(second) == {"overhead": {"cpu": "1"}}

    def test_the_same_spelling(self) -> None:
        request = create({"runtimeClassName": "kata", "overhead": {"cpu": "1"}})
        assert admit_runtime_class(request, [fixed(cpu=1)]).object is request.object

    def test_an_empty_one(self) -> None:
        found = denied({"overhead": {}}, fixed(cpu="1"), release=BEFORE)
        assert found.cause is Denial.OVERHEAD_MISMATCH
        assert spec_of(admit({"overhead": {}}, fixed(cpu="1"), release=SINCE)) == {"overhead": {"cpu": "1"}}

    @pytest.mark.parametrize("overhead", [{"cpu": "2"}, {"cpu": "1", "memory": "0"}, {"memory": "1"}])
    @pytest.mark.parametrize("release", [BEFORE, SINCE])
    def test_another(self, overhead: JSON, release: Release) -> None:
        found = denied({"overhead": overhead}, fixed(cpu="1"), release=release)
        assert (found.cause, found.code, found.reason) == (Denial.OVERHEAD_MISMATCH, 403, "Forbidden")
        assert [str(error.path) for error in found.errors] == ["spec.overhead"]
        assert found.message.endswith("the overhead of the pod is not that of its RuntimeClass: kata has cpu=1")

    @pytest.mark.parametrize("overhead", [{}, {"podFixed": {}}])
    def test_a_class_whose_overhead_is_nothing(self, overhead: JSON) -> None:
        runtime_class = kata(overhead=overhead)
        for release in (BEFORE, SINCE):
            assert admit({}, runtime_class, release=release).changes == ()
            assert changed(admit({"overhead": {}}, runtime_class, release=release)) == [("spec.overhead", {}, None, Why.NO_OVERHEAD)]
            found = denied({"overhead": {"cpu": "1"}}, runtime_class, release=release)
            assert found.message.endswith("kata has none")

    def test_what_is_finer_than_milli(self) -> None:
        """The class keeps it; a pod that writes the same has it rounded by then, and so another."""
        assert spec_of(admit({}, fixed(cpu="1u"))) == {"overhead": {"cpu": "1u"}}
        pod: Any = default_overhead({"spec": {"overhead": {"cpu": "1u"}}}).object
        assert denied(pod["spec"], fixed(cpu="1u")).cause is Denial.OVERHEAD_MISMATCH


class TestNodeSelector:
    def test_the_pod_has_none(self) -> None:
        for own in NO_SELECTORS:
            admitted = admit(own, scheduling({"a": "1", "b": "2"}))
            assert spec_of(admitted) == {"nodeSelector": {"a": "1", "b": "2"}}
            assert changed(admitted) == [("spec.nodeSelector", own.get("nodeSelector"), {"a": "1", "b": "2"}, Why.NODE_SELECTOR)]
            assert admitted.added_selector == {"a": "1", "b": "2"}

    def test_the_union(self) -> None:
        admitted = admit({"nodeSelector": {"a": "1", "c": "3"}}, scheduling({"a": "1", "b/x": "2", "d": ""}))
        assert spec_of(admitted) == {"nodeSelector": {"a": "1", "c": "3", "b/x": "2", "d": ""}}
        reason = Why.NODE_SELECTOR
        assert changed(admitted) == [("spec.nodeSelector[b/x]", None, "2", reason), ("spec.nodeSelector[d]", None, "", reason)]
        assert admitted.added_selector == {"b/x": "2", "d": ""}

    @pytest.mark.parametrize("wanted", [None, {}, {"a": "1"}])
    def test_nothing_is_added(self, wanted: JSON | None) -> None:
        admitted = admit({"nodeSelector": {"a": "1"}}, scheduling(wanted))
        assert (admitted.changes, dict(admitted.added_selector), admitted.reason) == ((), {}, Why.CLASS_APPLIED)

    def test_conflicts(self) -> None:
        found = denied({"nodeSelector": {"a": "1", "b": None, "c": "3"}}, scheduling({"a": "x", "b": "y", "c": "3", "d": "4"}))
        assert (found.cause, found.code, found.reason) == (Denial.SELECTOR_CONFLICT, 403, "Forbidden")
        assert [(str(error.path), error.value) for error in found.errors] == [("spec.nodeSelector[a]", "1"), ("spec.nodeSelector[b]", "")]


class TestTolerations:
    def test_they_are_added(self) -> None:
        for own in NO_TOLERATIONS:
            admitted = admit(own, scheduling(None, GPU, ARM))
            assert changed(admitted) == [("spec.tolerations", () if own else None, [GPU, ARM], Why.TOLERATIONS)]
            assert admitted.added_tolerations == (Toleration("gpu", "Exists"), Toleration("arm", "Exists"))

    def test_what_is_covered_is_dropped(self) -> None:
        admitted = admit({"tolerations": [ONE_GPU, ARM]}, scheduling(None, GPU, ARM))
        assert spec_of(admitted) == {"tolerations": [ARM, GPU]}
        assert admitted.added_tolerations == (Toleration("gpu", "Exists"),)
        assert [(dropped.position, dropped.toleration.key, str(dropped.covered_by)) for dropped in admitted.dropped_tolerations] == [
            (0, "gpu", "gpu op=Exists"),
            (3, "arm", "arm op=Exists"),
        ]

    def test_the_pods_own_as_well_if_there_is_scheduling(self) -> None:
        assert spec_of(admit({"tolerations": [ONE_GPU, GPU, GPU]}, kata(scheduling={}))) == {"tolerations": [GPU]}

    def test_what_stays_is_left_as_it_is(self) -> None:
        odd = {"key": "gpu", "operator": None, "unknown": 1}
        request = create({"runtimeClassName": "kata", "tolerations": [odd, None]})
        assert admit_runtime_class(request, [scheduling(None, {"key": "gpu"})]).object is request.object
        assert spec_of(admit({"tolerations": [odd, None]}, scheduling(None, ARM))) == {"tolerations": [odd, None, ARM]}


class TestValidatingPass:
    @pytest.mark.parametrize("overhead", [{}, {"cpu": "1"}])
    @pytest.mark.parametrize("name", [None, "kata"])
    def test_not_expected(self, overhead: JSON, name: str | None) -> None:
        assert validate({"runtimeClassName": name, "overhead": overhead}, kata()) == [Denial.OVERHEAD_NOT_EXPECTED]

    @pytest.mark.parametrize("spec", [{}, {"overhead": None}])
    def test_none(self, spec: JSON) -> None:
        assert validate(spec) == []
        assert validate({"runtimeClassName": "kata"} | spec, kata()) == []

    @pytest.mark.parametrize(("overhead", "fine"), [({"cpu": "1000m"}, True), ({"cpu": "2"}, False), ({}, False), (None, False)])
    def test_that_of_the_class(self, overhead: JSON | None, fine: bool) -> None:
        found = validate({"runtimeClassName": "kata", "overhead": overhead}, fixed(cpu="1"))
        assert found == ([] if fine else [Denial.OVERHEAD_MISMATCH])

    @pytest.mark.parametrize(("overhead", "fine"), [(None, True), ({}, True), ({"cpu": "0"}, False)])
    def test_a_class_whose_overhead_is_nothing(self, overhead: JSON | None, fine: bool) -> None:
        found = validate({"runtimeClassName": "kata", "overhead": overhead}, kata(overhead={}))
        assert found == ([] if fine else [Denial.OVERHEAD_MISMATCH])

    def test_scheduling_is_not_looked_at_again(self) -> None:
        assert validate({"runtimeClassName": "kata", "nodeSelector": {"a": "1"}}, scheduling({"a": "2"})) == []

    def test_no_such_class(self) -> None:
        with pytest.raises(RuntimeClassDenied) as caught:
            validate_runtime_class_admission(create({"runtimeClassName": "kata"}), [])
        assert caught.value.cause is Denial.CLASS_NOT_FOUND

    def test_the_denial(self) -> None:
        pod = {"metadata": {"generateName": "web-"}}
        errors = validate_runtime_class_admission(create({"runtimeClassName": "kata"}), [fixed(cpu="1")])
        found = RuntimeClassDenied.of(pod, errors)
        assert (found.cause, found.code, found.reason, found.errors) == (Denial.OVERHEAD_MISMATCH, 403, "Forbidden", errors)


@pytest.mark.parametrize(
    ("pod", "path"),
    [
        ([], ""),
        ({"spec": []}, "spec"),
        ({"spec": {"runtimeClassName": 7}}, "spec.runtimeClassName"),
        ({"spec": {"runtimeClassName": "kata", "overhead": {"cpu": "much"}}}, "spec.overhead[cpu]"),
        ({"spec": {"runtimeClassName": "kata", "nodeSelector": []}}, "spec.nodeSelector"),
        ({"spec": {"runtimeClassName": "kata", "tolerations": [7]}}, "spec.tolerations[0]"),
    ],
)
def test_malformed(pod: Any, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        admit_runtime_class(AdmissionRequest(Operation.CREATE, pod), [fixed(cpu="1") | scheduling({"a": "b"})])
    assert caught.value.path == path
