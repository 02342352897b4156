from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import FieldError
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.runtimeclass.validation import RuntimeClassRule, validate_runtime_class, validate_runtime_class_update
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

KATA: JSON = {"metadata": {"name": "kata", "resourceVersion": "7"}, "handler": "kata"}
TOLERATION = {"key": "kata", "operator": "Exists", "effect": "NoExecute"}
Rule = RuntimeClassRule


def shown(errors: tuple[FieldError, ...]) -> list[tuple[str, str, str]]:
    return [(str(error.path), error.type.value, error.rule.name) for error in errors]


def create(release: Release = LATEST, **fields: Any) -> list[tuple[str, str, str]]:
    return shown(validate_runtime_class(read_only(KATA | fields), release=release))


def update(new: JSON, old: JSON = KATA) -> list[tuple[str, str, str]]:
    return shown(validate_runtime_class_update(read_only(old), read_only(new)))


class TestHandler:
    @pytest.mark.parametrize("handler", ["a", "0", "kata-qemu-2", "a" * 63])
    def test_valid(self, handler: str) -> None:
        assert create(handler=handler) == []

    @pytest.mark.parametrize(
        ("handler", "rules"),
        [
            ("kata.qemu", [Rule.HANDLER_DOTS]),
            ("Kata", [Rule.HANDLER_FORMAT]),
            ("kata\n", [Rule.HANDLER_FORMAT]),
            ("a" * 64, [Rule.HANDLER_TOO_LONG]),
            ("a" * 64 + ".b", [Rule.HANDLER_TOO_LONG, Rule.HANDLER_DOTS]),
            ("é" * 32, [Rule.HANDLER_TOO_LONG, Rule.HANDLER_FORMAT]),
        ],
    )
    def test_invalid(self, handler: str, rules: list[RuntimeClassRule]) -> None:
        assert create(handler=handler) == [("handler", "Invalid", rule.name) for rule in rules]

    @pytest.mark.parametrize("empty", ["", None])
    def test_empty(self, empty: str | None) -> None:
        assert create(Release("1.35"), handler=empty) == [("handler", "Invalid", "HANDLER_FORMAT")]
        assert create(Release("1.36"), handler=empty) == [("handler", "Required", "HANDLER_REQUIRED")]


class TestMetadata:
    def test_a_name_is_not_generated(self) -> None:
        assert create(metadata={"generateName": "kata-"}) == [("metadata.name", "Required", "NAME_REQUIRED")]
        assert create(metadata=None) == [("metadata.name", "Required", "NAME_REQUIRED")]

    def test_there_is_no_namespace(self) -> None:
        assert create(metadata={"name": "kata", "namespace": "shop"}) == [("metadata.namespace", "Forbidden", "NAMESPACE_FORBIDDEN")]

    def test_a_finalizer_needs_no_slash(self) -> None:
        assert create(metadata={"name": "kata", "finalizers": ["f"]}) == []


class TestOverhead:
    def test_as_the_limits_of_a_container(self) -> None:
        assert create(overhead={"podFixed": {"gpu": "1", "cpu": "-1"}}) == [
            ("overhead.limits[cpu]", "Invalid", "NEGATIVE"),
            ("overhead.limits[gpu]", "Invalid", "NOT_STANDARD"),
            ("overhead.limits[gpu]", "Invalid", "NOT_OF_CONTAINERS"),
        ]
        assert create(overhead={"podFixed": {"hugepages-2Mi": "2Mi"}}) == [("overhead", "Forbidden", "ONLY_HUGE_PAGES")]

    @pytest.mark.parametrize("overhead", [None, {}, {"podFixed": {}}, {"podFixed": {"cpu": "1u", "example.com/nic": 1}}])
    def test_valid(self, overhead: JSON | None) -> None:
        assert create(overhead=overhead) == []


class TestScheduling:
    @pytest.mark.parametrize("scheduling", [None, {}, {"nodeSelector": {"a": ""}, "tolerations": [TOLERATION]}])
    def test_valid(self, scheduling: JSON | None) -> None:
        assert create(scheduling=scheduling) == []

    def test_selector(self) -> None:
        assert create(scheduling={"nodeSelector": {"a/b/c": "-"}}) == [
            ("scheduling.nodeSelector", "Invalid", "PARTS"),
            ("scheduling.nodeSelector", "Invalid", "FORMAT"),
        ]

    def test_where_the_errors_of_tolerations_stand(self) -> None:
        scheduling = {"tolerations": [TOLERATION | {"effect": "noexecute"}] * 2}
        for minor, path in (("1.34", "scheduling.tolerations.tolerations"), ("1.35", "scheduling.tolerations")):
            assert create(Release(minor), scheduling=scheduling) == [
                (f"{path}[0].effect", "NotSupported", "EFFECT"),
                (f"{path}[1].effect", "NotSupported", "EFFECT"),
                ("scheduling.tolerations[1]", "Duplicate", "TOLERATION_TWICE"),
            ]

    def test_twice(self) -> None:
        equal = {"key": "kata", "operator": "Equal", "effect": "NoExecute"}
        tolerations = [TOLERATION, TOLERATION | {"tolerationSeconds": 5}, equal, equal | {"operator": ""}, TOLERATION]
        assert create(scheduling={"tolerations": tolerations}) == [
            ("scheduling.tolerations[1]", "Duplicate", "TOLERATION_TWICE"),
            ("scheduling.tolerations[4]", "Duplicate", "TOLERATION_TWICE"),
        ]

    @pytest.mark.parametrize("operator", ["Lt", "Gt"])
    def test_nothing_is_compared_whatever_the_gate(self, operator: str) -> None:
        release = Release("1.36").with_gates({"TaintTolerationComparisonOperators": True})
        scheduling = {"tolerations": [{"key": "cores", "operator": operator, "value": "4"}]}
        assert create(release, scheduling=scheduling) == [("scheduling.tolerations[0].operator", "NotSupported", "OPERATOR")]


def test_order() -> None:
    broken: JSON = {"metadata": {}, "overhead": {"podFixed": {"cpu": "-1"}}, "handler": "-", "scheduling": {"nodeSelector": {"": ""}}}
    assert [path for path, _, _ in create(**broken)][:4] == ["metadata.name", "handler", "overhead.limits[cpu]", "scheduling.nodeSelector"]


class TestUpdate:
    def test_what_may_change(self) -> None:
        assert update(KATA | {"overhead": {"podFixed": {"cpu": "1"}}, "scheduling": {"nodeSelector": {"a": "b"}}}) == []
        assert update(KATA, KATA | {"overhead": {"podFixed": {"cpu": "1"}}}) == []

    def test_the_handler_may_not(self) -> None:
        assert update(KATA | {"handler": "-"}) == [("handler", "Invalid", "HANDLER_FORMAT"), ("handler", "Invalid", "HANDLER_IMMUTABLE")]

    def test_what_is_checked_twice(self) -> None:
        metadata = {"name": "kata", "labels": {"": ""}, "finalizers": ["a b"], "generation": -1}
        assert update(KATA | {"metadata": metadata}) == [
            ("metadata.generation", "Invalid", "GENERATION_NEGATIVE"),
            ("metadata.labels", "Invalid", "NAME_EMPTY"),
            ("metadata.labels", "Invalid", "NAME_FORMAT"),
            ("metadata.finalizers", "Invalid", "NAME_FORMAT"),
            ("metadata.resourceVersion", "Invalid", "RESOURCE_VERSION_REQUIRED"),
            ("metadata.generation", "Invalid", "GENERATION_DECREMENTED"),
            ("metadata.labels", "Invalid", "NAME_EMPTY"),
            ("metadata.labels", "Invalid", "NAME_FORMAT"),
        ]

    def test_the_old_one_may_be_invalid(self) -> None:
        assert update(KATA, KATA | {"overhead": {"podFixed": {"gpu": "1"}}}) == []

    def test_the_release(self) -> None:
        old = KATA | {"handler": ""}
        assert shown(validate_runtime_class_update(old, old, release=Release("1.35"))) == [("handler", "Invalid", "HANDLER_FORMAT")]

    def test_malformed(self) -> None:
        for old, new in ((KATA, {"handler": 1}), ({"handler": 1}, KATA)):
            with pytest.raises(MalformedObject, match="handler"):
                validate_runtime_class_update(old, new)
