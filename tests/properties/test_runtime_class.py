from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.runtimeclass.handler_lookup import lookup_runtime_handler, sandbox_failure
from kubecontainers.runtimeclass.nodes import runtime_class_nodes
from kubecontainers.runtimeclass.runtime_class import RuntimeClass, runtime_class_warnings
from kubecontainers.runtimeclass.validation import RuntimeClassRule, validate_runtime_class, validate_runtime_class_update
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only
from kubecontainers.testing.runtime_classes import nearly_valid_runtime_classes, runtime_class_pods, runtime_classes
from kubecontainers.testing.scheduling import nodes

JSON = dict[str, Any]

releases = strategies.releases(gates=True)
updated = {"resourceVersion": "7"}


class TestRoundTrip:
    """A RuntimeClass is its JSON: what is written is read again as the same, and a second time written the same."""

    @given(runtime_classes())
    def test_json(self, obj: JSON) -> None:
        found = RuntimeClass.from_json(read_only(obj))
        again = RuntimeClass.from_json(found.to_json())
        assert (again, hash(again)) == (found, hash(found))
        assert again.to_json() == found.to_json()
        assert (found.overhead is None, found.scheduling is None) == ("overhead" not in obj, "scheduling" not in obj)


class TestValidation:
    """What the API server takes it takes as an update of itself; what it refuses, it refuses then as well, for the same rules and more."""

    @given(runtime_classes(), releases)
    def test_valid(self, obj: JSON, release: Release) -> None:
        assert validate_runtime_class(read_only(obj), release=release) == ()
        new = obj | {"metadata": obj["metadata"] | updated}
        assert validate_runtime_class_update(read_only(new), read_only(new), release=release) == ()

    @given(nearly_valid_runtime_classes(), releases)
    def test_updates(self, obj: JSON, release: Release) -> None:
        try:
            errors = validate_runtime_class(obj, release=release)
        except KubeContainersError:
            return
        again = validate_runtime_class_update(obj, obj, release=release)
        assert again[: len(errors)] == errors
        assert all(error.rule is not RuntimeClassRule.HANDLER_IMMUTABLE for error in again)

    @given(nearly_valid_runtime_classes(), releases)
    def test_it_is_what_the_value_says(self, obj: JSON, release: Release) -> None:
        """Apart from metadata, an object and the value read from it break the same rules."""
        try:
            value = RuntimeClass.from_json(obj)
            errors = validate_runtime_class(obj, release=release)
        except KubeContainersError:
            return
        written = validate_runtime_class(value.to_json(), release=release)
        places = [[error for error in found if error.path.parts[0] != "metadata"] for found in (errors, written)]
        assert places[0] == places[1]


class TestWarnings:
    """There is a warning for each deprecated label of the selector, and there are never fewer in a later release."""

    @given(runtime_classes(), releases, releases)
    def test_labels(self, obj: JSON, first: Release, second: Release) -> None:
        earlier, later = sorted((first, second), key=lambda release: release.minor)
        found = [{warning.label for warning in runtime_class_warnings(read_only(obj), release=release)} for release in (earlier, later)]
        assert found[0] <= found[1] <= obj.get("scheduling", {}).get("nodeSelector", {}).keys()


class TestHandlers:
    """A pod has the handler of its class, or its sandbox is not created; never both."""

    @given(runtime_class_pods(), st.lists(runtime_classes(names=st.sampled_from(["kata", "gvisor"])), max_size=2))
    def test_one_of_the_two(self, pod: JSON, classes: list[JSON]) -> None:
        known, name = {found["metadata"]["name"]: found for found in classes}, pod["spec"].get("runtimeClassName")
        failure = sandbox_failure(read_only(pod), map(read_only, classes))
        assert (failure is None) == (name is None or name in known)
        if failure is None:
            handler = lookup_runtime_handler(name, known).handler
            assert handler == (known[name]["handler"] if name else "")
            assert sandbox_failure(pod, classes, offered=[handler]) is None


class TestTotal:
    """Whatever the objects are, there is an answer or one of our errors."""

    @given(strategies.damaged(runtime_classes()) | nearly_valid_runtime_classes() | strategies.json_objects(), releases)
    def test_one_object(self, obj: JSON, release: Release) -> None:
        for ask in (
            lambda: RuntimeClass.from_json(obj).to_json(),
            lambda: validate_runtime_class(obj, release=release),
            lambda: validate_runtime_class_update(obj, obj, release=release),
            lambda: runtime_class_warnings(obj, release=release),
            lambda: lookup_runtime_handler("kata", [obj]),
        ):
            try:
                ask()
            except KubeContainersError:
                continue

    @given(
        strategies.damaged(runtime_classes()) | nearly_valid_runtime_classes(),
        strategies.damaged(runtime_class_pods()) | strategies.json_objects(),
        strategies.damaged(nodes()),
        releases,
    )
    def test_pods_and_nodes(self, obj: JSON, pod: JSON, node: JSON, release: Release) -> None:
        for ask in (
            lambda: runtime_class_nodes(obj, [node], pod=pod, release=release),
            lambda: sandbox_failure(pod, [obj], offered=["runc"]),
        ):
            try:
                ask()
            except KubeContainersError:
                continue


def test_both_sides() -> None:
    """At least a fifth of what is nearly valid is valid, and at least a fifth is not."""
    found: list[bool] = []

    @settings(max_examples=200, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(nearly_valid_runtime_classes())
    def count(obj: JSON) -> None:
        try:
            found.append(validate_runtime_class(obj) == ())
        except KubeContainersError:
            found.append(False)

    count()
    assert 0.2 * len(found) <= sum(found) <= 0.8 * len(found)
