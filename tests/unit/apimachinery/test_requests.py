from __future__ import annotations

import enum
import pickle

import pytest

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


def test_operations() -> None:
    assert [operation.value for operation in Operation] == ["CREATE", "UPDATE", "DELETE", "CONNECT"]
