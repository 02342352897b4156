from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldError
from kubecontainers.apimachinery.metadata import (
    MAX_ANNOTATIONS_BYTES,
    MetadataRule,
    validate_labels,
    validate_object_meta,
    validate_object_meta_update,
)
from kubecontainers.apimachinery.names import NameRule, validate_dns1123_label

METADATA = ROOT.child("metadata")
OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u1"}


def shown(errors: tuple[FieldError, ...]) -> list[tuple[str, str, str]]:
    return [(str(error.path).removeprefix("metadata."), error.type.value, error.rule.name) for error in errors]


def created(*, namespaced: bool = False, **metadata: Any) -> list[tuple[str, str, str]]:
    return shown(validate_object_meta({"name": "a"} | metadata, METADATA, namespaced=namespaced))


def updated(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    whole = {"name": "a", "resourceVersion": "7"}
    return shown(validate_object_meta_update(whole | new, whole | old, METADATA))


class TestNames:
    def test_a_name_is_required(self) -> None:
        assert created(name="") == created(name=None) == [("name", "Required", "NAME_REQUIRED")]

    def test_no_name_is_generated(self) -> None:
        assert created(name=None, generateName="web-") == [("name", "Required", "NAME_REQUIRED")]

    def test_each_broken_rule_is_an_error(self) -> None:
        assert created(name="A" * 254) == [("name", "Invalid", "TOO_LONG"), ("name", "Invalid", "FORMAT")]
        assert created(name="web\n") == [("name", "Invalid", "FORMAT")]

    def test_generate_name_is_checked_as_the_beginning_of_a_name(self) -> None:
        assert created(generateName="web-") == created(generateName="5~-") == []
        assert created(generateName="-x") == [("generateName", "Invalid", "FORMAT")]

    def test_the_rule_of_the_kind(self) -> None:
        errors = validate_object_meta({"name": "a.b"}, METADATA, namespaced=False, name_rule=validate_dns1123_label)
        assert shown(errors) == [("name", "Invalid", "DOTS")]


class TestNamespace:
    def test_required(self) -> None:
        assert created(namespaced=True) == created(namespaced=True, namespace="") == [("namespace", "Required", "NAMESPACE_REQUIRED")]
        assert created(namespaced=True, namespace="shop") == []

    def test_it_is_a_label(self) -> None:
        assert created(namespaced=True, namespace="a.b") == [("namespace", "Invalid", "DOTS")]

    def test_forbidden(self) -> None:
        assert created(namespace="shop") == [("namespace", "Forbidden", "NAMESPACE_FORBIDDEN")]
        assert created(namespace="") == []


class TestMaps:
    def test_labels(self) -> None:
        assert created(labels={"app.kubernetes.io/name": "web", "tier": ""}) == []
        assert created(labels={"a/b/c": "-", "": "x"}) == [
            ("labels", "Invalid", "PARTS"),
            ("labels", "Invalid", "FORMAT"),
            ("labels", "Invalid", "NAME_EMPTY"),
            ("labels", "Invalid", "NAME_FORMAT"),
        ]

    def test_labels_alone(self) -> None:
        path = ROOT.child("scheduling", "nodeSelector")
        (error,) = validate_labels({"a": "b c"}, path)
        assert (error.path, error.rule, error.value) == (path, NameRule.FORMAT, "b c")

    def test_keys_of_annotations_may_be_upper_case(self) -> None:
        assert created(annotations={"Ex.com/KEY": "any\n"}) == []
        assert created(annotations={"a b": ""}) == [("annotations", "Invalid", "NAME_FORMAT")]

    @pytest.mark.parametrize(("length", "errors"), [(0, []), (1, [("annotations", "TooLong", "ANNOTATIONS_TOO_LONG")])])
    def test_size_of_annotations(self, length: int, errors: list[tuple[str, str, str]]) -> None:
        assert created(annotations={"k": "é" * (MAX_ANNOTATIONS_BYTES // 2 - 1) + "x", "": "x" * length})[2:] == errors

    def test_generation(self) -> None:
        assert created(generation=0) == []
        assert created(generation=-1) == [("generation", "Invalid", "GENERATION_NEGATIVE")]


class TestOwners:
    def test_good_ones(self) -> None:
        event = OWNER | {"apiVersion": "events.k8s.io/v1", "kind": "Event"}
        assert created(ownerReferences=[OWNER | {"controller": True}, OWNER | {"controller": False}, event]) == []

    def test_empty_fields(self) -> None:
        assert created(ownerReferences=[None]) == [
            ("ownerReferences.apiVersion", "Invalid", "OWNER_VERSION"),
            ("ownerReferences.kind", "Invalid", "OWNER_INCOMPLETE"),
            ("ownerReferences.name", "Invalid", "OWNER_INCOMPLETE"),
            ("ownerReferences.uid", "Invalid", "OWNER_INCOMPLETE"),
        ]

    @pytest.mark.parametrize("version", ["", "/", "apps/", "a/b/c"])
    def test_no_version(self, version: str) -> None:
        assert created(ownerReferences=[OWNER | {"apiVersion": version}]) == [("ownerReferences.apiVersion", "Invalid", "OWNER_VERSION")]

    @pytest.mark.parametrize("version", ["v1", "/v1"])
    def test_events_own_nothing(self, version: str) -> None:
        event = OWNER | {"apiVersion": version, "kind": "Event"}
        assert created(ownerReferences=[event]) == [("ownerReferences", "Invalid", "OWNER_DISALLOWED")]

    def test_one_controller(self) -> None:
        controller = OWNER | {"controller": True}
        assert (
            created(ownerReferences=[controller, controller, OWNER, controller]) == [("ownerReferences", "Invalid", "CONTROLLER_TWICE")] * 2
        )


class TestFinalizers:
    def test_names(self) -> None:
        assert created(finalizers=["example.com/f", "f", "orphan"]) == []
        assert created(finalizers=["", "a b"]) == [
            ("finalizers", "Invalid", "NAME_EMPTY"),
            ("finalizers", "Invalid", "NAME_FORMAT"),
            ("finalizers", "Invalid", "NAME_FORMAT"),
        ]

    def test_a_conflict(self) -> None:
        assert created(finalizers=["orphan", "foregroundDeletion"]) == [("finalizers", "Invalid", "FINALIZER_CONFLICT")]

    def test_the_core_group_takes_no_plain_names(self) -> None:
        metadata = {"name": "a", "finalizers": ["kubernetes", "orphan", "example.com/f", "f"], "resourceVersion": "7"}
        unqualified = [("finalizers[3]", "Invalid", "FINALIZER_UNQUALIFIED")]
        assert shown(validate_object_meta(metadata, METADATA, namespaced=False, core=True)) == unqualified
        assert shown(validate_object_meta_update(metadata, metadata, METADATA, core=True)) == unqualified

    def test_none_is_added_while_deleting(self) -> None:
        deleting = {"deletionTimestamp": "2025-01-31T12:00:00Z"}
        assert updated(deleting | {"finalizers": ["a/b", "a/c"]}, deleting | {"finalizers": ["a/c"]}) == []
        assert updated(deleting, deleting | {"finalizers": ["a/b"]}) == [("finalizers", "Forbidden", "FINALIZER_ADDED")]
        assert updated({}, {"finalizers": ["a/b"]}) == []


class TestUpdate:
    def test_nothing_changes(self) -> None:
        assert updated({}, {}) == []

    def test_a_resource_version_is_required(self) -> None:
        assert updated({}, {"resourceVersion": ""}) == [("resourceVersion", "Invalid", "RESOURCE_VERSION_REQUIRED")]
        assert updated({}, {"resourceVersion": "0"}) == []

    def test_generation_grows(self) -> None:
        assert updated({"generation": 2}, {"generation": 3}) == []
        assert updated({"generation": 2}, {}) == [("generation", "Invalid", "GENERATION_DECREMENTED")]

    @pytest.mark.parametrize(
        ("field", "old", "new"),
        [
            ("name", "a", "b"),
            ("namespace", "a", None),
            ("uid", None, "u1"),
            ("creationTimestamp", "2025-01-31T12:00:00Z", "2025-01-31T12:00:01Z"),
            ("creationTimestamp", "2025-01-31T12:00:00Z", None),
            ("deletionTimestamp", None, "0001-01-01T00:00:00Z"),
            ("deletionGracePeriodSeconds", None, 0),
            ("deletionGracePeriodSeconds", 30, 31),
        ],
    )
    def test_immutable_fields(self, field: str, old: object, new: object) -> None:
        assert updated({field: old}, {field: new}) == [(field, "Invalid", "IMMUTABLE")]

    @pytest.mark.parametrize(
        ("field", "old", "new"),
        [
            ("creationTimestamp", "2025-01-31T12:00:00Z", "2025-01-31T14:00:00+02:00"),
            ("creationTimestamp", None, "0001-01-01T00:00:00Z"),
            ("deletionTimestamp", "2025-01-31T12:00:00Z", "2025-01-31T12:00:00.0Z"),
            ("uid", "", None),
        ],
    )
    def test_the_same_in_other_words(self, field: str, old: object, new: object) -> None:
        assert updated({field: old}, {field: new}) == []

    def test_labels_annotations_and_owners_are_checked_again(self) -> None:
        broken: dict[str, Any] = {
            "labels": {"a": "-"},
            "annotations": {"": ""},
            "ownerReferences": [OWNER | {"uid": ""}],
            "finalizers": ["a b"],
        }
        again = [error[0] for error in updated(broken, broken)]
        assert again == ["labels", "annotations", "annotations", "ownerReferences.uid"]
        assert again == [error[0] for error in created(**broken)][:4]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("name", 7, "metadata.name"),
        ("labels", {"a": 1}, "metadata.labels.a"),
        ("annotations", [], "metadata.annotations"),
        ("ownerReferences", {}, "metadata.ownerReferences"),
        ("ownerReferences", [{"controller": "yes"}], "metadata.ownerReferences[0].controller"),
        ("finalizers", [1], "metadata.finalizers[0]"),
        ("generation", 1.0, "metadata.generation"),
    ],
)
def test_malformed(field: str, value: Any, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        created(**{field: value})
    assert caught.value.path == path


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("creationTimestamp", "yesterday"),
        ("creationTimestamp", ""),
        ("deletionTimestamp", 5),
        ("deletionGracePeriodSeconds", "30"),
        ("resourceVersion", 7),
    ],
)
def test_malformed_update(field: str, value: object) -> None:
    with pytest.raises(MalformedObject) as caught:
        updated({}, {field: value})
    assert caught.value.path == f"metadata.{field}"


def test_metadata_are_an_object() -> None:
    broken: Any = ["name"]
    with pytest.raises(MalformedObject, match="metadata"):
        validate_object_meta(broken, METADATA, namespaced=True)
    with pytest.raises(MalformedObject, match="metadata"):
        validate_object_meta_update({}, broken, METADATA)


def test_a_grace_period_that_is_taken_away_has_no_value() -> None:
    new, old = {"resourceVersion": "1", "deletionGracePeriodSeconds": None}, {"deletionGracePeriodSeconds": 30}
    assert [error.value for error in validate_object_meta_update(new, old, METADATA)] == [""]


def test_every_rule_has_a_sentence() -> None:
    errors = validate_object_meta({"name": "A.b"}, METADATA, namespaced=True, name_rule=validate_dns1123_label)
    assert [str(error) for error in errors] == [
        "metadata.name: Invalid: 'A.b': it has characters that cannot stand where they do",
        "metadata.namespace: Required: a namespace is required",
    ]
    assert all(rule.value for rule in MetadataRule)
