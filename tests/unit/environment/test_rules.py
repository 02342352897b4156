from __future__ import annotations

from kubecontainers.apimachinery.fields import ROOT, FieldErrorType
from kubecontainers.environment.rules import EnvironmentRule, required, rule_error

AT = ROOT.child("env").index(0)


def test_an_error_says_what_would_be_right() -> None:
    error = rule_error(AT.child("name"), FieldErrorType.INVALID, EnvironmentRule.FIELD_UNKNOWN, "a")
    assert str(error) == f"env[0].name: Invalid: 'a': {EnvironmentRule.FIELD_UNKNOWN.value}"


def test_what_is_missing_has_no_value() -> None:
    error = required(AT, EnvironmentRule.KEY_REQUIRED)
    assert (error.type, error.value, error.detail) == (FieldErrorType.REQUIRED, "", "a key must be named")


def test_no_two_rules_are_one() -> None:
    assert len({rule.value for rule in EnvironmentRule}) == len(EnvironmentRule.__members__)
