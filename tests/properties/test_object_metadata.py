# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.metadata import validate_object_meta, validate_object_meta_update
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only
from kubecontainers.testing.secrets import nearly_valid_object_metadata, object_metadata

METADATA = ROOT.child("metadata")
CHECKED_TWICE = ("metadata.labels", "metadata.annotations", "metadata.ownerReferences")


def accepted(metadata: dict[str, Any]) -> bool:
    try:
        return not validate_object_meta(metadata, METADATA, namespaced=True, core=True)
    except MalformedObject:
        return False


class TestBothSides:
    """Good metadata are taken; of those with one field edited at least a fifth are, and at least a fifth are not."""

    @given(object_metadata())
    def test_good(self, metadata: dict[str, Any]) -> None:
        assert validate_object_meta(metadata, METADATA, namespaced=True, core=True) == ()

    @given(object_metadata(namespaced=False))
    def test_good_without_a_namespace(self, metadata: dict[str, Any]) -> None:
        assert validate_object_meta(metadata, METADATA, namespaced=False) == ()

    def test_edited(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_object_metadata())
        def sample(metadata: dict[str, Any]) -> None:
            answers.append(accepted(metadata))

        sample()
        assert 0.2 <= sum(answers) / len(answers) <= 0.8


class TestUpdateToItself:
    """An update that changes nothing finds again what is wrong with labels, annotations and owners, and nothing else."""

    @given(nearly_valid_object_metadata())
    def test_same(self, metadata: dict[str, Any]) -> None:
        metadata = metadata | {"resourceVersion": "7"}
        try:
            created = validate_object_meta(metadata, METADATA, namespaced=True)
            updated = validate_object_meta_update(metadata, metadata, METADATA)
        except MalformedObject:
            return
        assert updated == tuple(error for error in created if str(error.path).startswith(CHECKED_TWICE))

    @given(object_metadata(), object_metadata())
    def test_what_differs_is_named(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        errors = validate_object_meta_update(new, old, METADATA)
        differing = {f"metadata.{field}" for field in {*old, *new} if old.get(field) != new.get(field)}
        assert {str(error.path) for error in errors} <= differing | {"metadata.resourceVersion"}


class TestTotal:
    """Whatever metadata are, the answer is errors below their path, or a complaint about the shape; they are left as they are."""

    @given(
        strategies.damaged(nearly_valid_object_metadata()) | nearly_valid_object_metadata(namespaced=False) | strategies.json_objects(),
        st.booleans(),
        st.booleans(),
    )
    def test_any(self, metadata: dict[str, Any], namespaced: bool, core: bool) -> None:
        given_, path = read_only(metadata), ROOT.child("spec", "template", "metadata")
        try:
            errors = validate_object_meta(given_, path, namespaced=namespaced, core=core)
            errors += validate_object_meta_update(given_, given_, path, core=core)
        except MalformedObject as malformed:
            assert malformed.path.startswith("spec.template.metadata")
        else:
            assert all(str(error.path).startswith("spec.template.metadata.") for error in errors)
