from __future__ import annotations

import pickle
from enum import Enum

import pytest

from kubecontainers.apimachinery.fields import ROOT, FieldChange, FieldError, FieldErrorType, FieldPath


class Rule(Enum):
    """A rule of this test."""

    TEST = "test"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (ROOT, ""),
        (ROOT.child("spec"), "spec"),
        (ROOT.child("spec", "containers").index(0), "spec.containers[0]"),
        (ROOT.child("spec").child("containers").index(12).child("image"), "spec.containers[12].image"),
        (ROOT.index(3).child("name"), "[3].name"),
        (ROOT.child("a").index(1).index(2), "a[1][2]"),
    ],
)
def test_path(path: FieldPath, text: str) -> None:
    assert str(path) == text
    assert repr(path) == f"FieldPath({text!r})"
    assert pickle.loads(pickle.dumps(path)) == path  # noqa: S301


def test_paths_are_values() -> None:
    assert ROOT.child("a", "b") == ROOT.child("a").child("b")
    assert ROOT.child("a").index(0) != ROOT.child("a", "0")
    assert len({ROOT.child("a"), ROOT.child("a"), ROOT}) == 2
    with pytest.raises(AttributeError):
        ROOT.parts = ()  # type: ignore[misc]
    assert FieldPath() == ROOT


def test_join() -> None:
    below = ROOT.child("volumes").index(1)
    assert str(ROOT.child("spec").index(0).join(below)) == "spec[0].volumes[1]"
    assert ROOT.join(below) == below == below.join(ROOT)


@pytest.mark.parametrize(
    ("value", "detail", "text"),
    [
        ("", "", "spec.name: Invalid"),
        ("Web", "", "spec.name: Invalid: 'Web'"),
        ("", "lower case only", "spec.name: Invalid: lower case only"),
        ("Web", "lower case only", "spec.name: Invalid: 'Web': lower case only"),
    ],
)
def test_error(value: str, detail: str, text: str) -> None:
    error = FieldError(ROOT.child("spec", "name"), FieldErrorType.INVALID, Rule.TEST, value, detail)
    assert str(error) == text
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
    assert hash(error) == hash(FieldError(error.path, error.type, error.rule, value, detail))


def test_types_are_kubernetes_own() -> None:
    assert {kind.value for kind in FieldErrorType} == {
        "Required",
        "Invalid",
        "NotSupported",
        "Forbidden",
        "Duplicate",
        "NotFound",
        "TooLong",
        "TooMany",
    }


def test_change() -> None:
    change = FieldChange(ROOT.child("a"), None, "b", Rule.TEST)
    assert change == FieldChange(ROOT.child("a"), None, "b", Rule.TEST)
    assert pickle.loads(pickle.dumps(change)) == change  # noqa: S301
    with pytest.raises(AttributeError):
        change.after = "c"  # type: ignore[misc]
