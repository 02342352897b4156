from __future__ import annotations

from enum import Enum

import pytest

from kubecontainers.apimachinery.fields import ROOT, FieldErrorType
from kubecontainers.apimachinery.names import NameRule
from kubecontainers.pods.names import validate_name


class Rule(Enum):
    """A rule of this test."""

    REQUIRED = "name it"


AT = ROOT.child("name")


@pytest.mark.parametrize("name", ["a", "0", "a-b", "a" * 63])
def test_valid(name: str) -> None:
    assert validate_name(name, AT, Rule.REQUIRED) == ()


def test_required() -> None:
    [error] = validate_name("", AT, Rule.REQUIRED)
    assert (error.path, error.type, error.rule, error.detail) == (AT, FieldErrorType.REQUIRED, Rule.REQUIRED, "name it")


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("a.b", [NameRule.DOTS]),
        ("App", [NameRule.FORMAT]),
        ("a-", [NameRule.FORMAT]),
        ("a\n", [NameRule.FORMAT]),
        ("a" * 64, [NameRule.TOO_LONG]),
        ("A" * 64, [NameRule.TOO_LONG, NameRule.FORMAT]),
        ("a." * 40 + "a", [NameRule.TOO_LONG, NameRule.DOTS]),
    ],
)
def test_invalid(name: str, rules: list[NameRule]) -> None:
    errors = validate_name(name, AT, Rule.REQUIRED)
    assert [error.rule for error in errors] == rules
    assert all((error.type, error.value) == (FieldErrorType.INVALID, name) and error.detail for error in errors)
