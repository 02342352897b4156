from __future__ import annotations

import enum
import pickle
from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.fields import FieldChange, FieldPath
from kubecontainers.apimachinery.requests import AdmissionRequest, Admitted, Operation


class Reason(enum.Enum):
    """A reason of this test."""

    TEST = "test"


def test_defaults_are_those_of_a_pod() -> None:
    request = AdmissionRequest(Operation.CREATE, {"spec": {}})
    assert (request.group, request.resource, request.subresource, request.kind) == ("", "pods", "", "Pod")
    assert request.old_object is None


def test_values() -> None:
    request = AdmissionRequest(Operation.UPDATE, {"a": 1}, {"a": 2}, subresource="status")
    assert pickle.loads(pickle.dumps(request)) == request  # noqa: S301
    with pytest.raises(AttributeError):
        request.kind = "Service"  # type: ignore[misc]
    admitted = Admitted({"a": 1}, Reason.TEST)
    assert admitted.changes == ()
    assert pickle.loads(pickle.dumps(admitted)) == admitted  # noqa: S301


def test_another_object() -> None:
    request = AdmissionRequest(
        Operation.UPDATE, {"a": 1}, {"a": 2}, resource="deployments", group="apps", subresource="scale", kind="Deployment"
    )
    assert request.with_object({"a": 3}) == attrs.evolve(request, object={"a": 3})
    assert request.object == {"a": 1}


class TestAdmitted:
    def test_the_object_follows_from_the_changes(self) -> None:
        given: dict[str, Any] = {"spec": {}}
        admitted = Admitted(given, Reason.TEST, (FieldChange(FieldPath(("spec", "a")), None, 1, Reason.TEST),))
        assert admitted.object == {"spec": {"a": 1}}
        assert admitted.object is admitted.object
        assert given == {"spec": {}}
        assert pickle.loads(pickle.dumps(admitted)) == admitted  # noqa: S301

    def test_nothing_changes(self) -> None:
        given: dict[str, Any] = {"spec": {}}
        assert Admitted(given, Reason.TEST).object is given
        assert Admitted(None, Reason.TEST).object is None


def test_operations() -> None:
    assert [operation.value for operation in Operation] == ["CREATE", "UPDATE", "DELETE", "CONNECT"]
