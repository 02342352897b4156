from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldError, FieldErrorType
from kubecontainers.apimachinery.names import EnvNameMode, NameRule
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.downward_fields import FieldLabel
from kubecontainers.environment.env_names import (
    RELAXED_NAMES_KEPT,
    data_key_errors,
    env_name_errors,
    env_name_mode,
    field_key_errors,
    object_name_errors,
    volume_name_errors,
)

AT = ROOT.child("name")
STRICT, RELAXED = EnvNameMode.STRICT, EnvNameMode.RELAXED


def pod(*names: str, prefixes: tuple[str, ...] = (), kind: str = "containers") -> dict[str, Any]:
    env = [{"name": name} for name in names]
    return {"spec": {kind: [{"env": env, "envFrom": [{"prefix": prefix} for prefix in prefixes]}]}}


@pytest.mark.parametrize(
    ("minor", "mode"),
    [("1.27", STRICT), ("1.29", STRICT), ("1.30", STRICT), ("1.31", STRICT), ("1.32", RELAXED), ("1.34", RELAXED), ("1.37", RELAXED)],
)
def test_mode_of_a_new_pod(minor: str, mode: EnvNameMode) -> None:
    assert env_name_mode(pod("1x"), release=Release(minor)) is mode


def test_mode_with_the_gate_set() -> None:
    assert env_name_mode(pod(), release=Release("1.30").with_gates({"RelaxedEnvironmentVariableValidation": True})) is RELAXED
    assert env_name_mode(pod(), release=Release("1.33").with_gates({"RelaxedEnvironmentVariableValidation": False})) is STRICT


@pytest.mark.parametrize(
    ("new", "old", "mode"),
    [
        (pod("1x"), pod("1x"), RELAXED),
        (pod("A", "1x"), pod("B", "1x", kind="initContainers"), RELAXED),
        (pod("1x", kind="ephemeralContainers"), pod(prefixes=("1x",)), RELAXED),
        (pod(prefixes=("1x",)), pod("1x"), RELAXED),
        (pod("A", "1x"), pod("A"), STRICT),
        (pod("A"), pod("A", "1x"), STRICT),
        (pod("A"), pod("A"), STRICT),
        (pod("="), pod("="), STRICT),
        (pod(""), pod(""), STRICT),
        (pod("1x"), pod(), STRICT),
        (pod("1x"), {}, STRICT),
        (pod("1x"), None, STRICT),
        ({}, pod("1x"), STRICT),
    ],
)
def test_mode_of_an_update(new: dict[str, Any], old: dict[str, Any] | None, mode: EnvNameMode) -> None:
    assert env_name_mode(new, old, release=Release("1.30")) is mode
    assert env_name_mode(new, old, release=Release("1.31")) is mode
    assert env_name_mode(new, old, release=Release("1.29")) is STRICT
    assert env_name_mode(new, old) is RELAXED


def test_change() -> None:
    assert RELAXED_NAMES_KEPT.minors() == ("1.30",)


def test_malformed() -> None:
    with pytest.raises(MalformedObject):
        env_name_mode(pod("1x"), {"spec": {"containers": [{"env": 7}]}}, release=Release("1.30"))


def rules(errors: tuple[FieldError, ...], value: str) -> list[Any]:
    assert all((error.path, error.type, error.value) == (AT, FieldErrorType.INVALID, value) for error in errors)
    assert all(error.detail for error in errors)
    return [error.rule for error in errors]


@pytest.mark.parametrize(
    ("name", "strict", "relaxed"),
    [
        ("A_b-c.9", [], []),
        ("9 x", [NameRule.CHARSET], []),
        ("A=", [NameRule.CHARSET], [NameRule.CHARSET]),
        ("A\n", [NameRule.CHARSET], [NameRule.CHARSET]),
        (".", [NameRule.DOT], []),
        ("..", [NameRule.DOTDOT], []),
        ("..=", [NameRule.CHARSET, NameRule.DOTDOT_PREFIX], [NameRule.CHARSET]),
        ("", [NameRule.CHARSET], [NameRule.EMPTY]),
    ],
)
def test_names_of_variables(name: str, strict: list[NameRule], relaxed: list[NameRule]) -> None:
    assert rules(env_name_errors(name, AT, STRICT), name) == strict
    assert rules(env_name_errors(name, AT, RELAXED), name) == relaxed


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("a.b-c", []),
        ("", [NameRule.FORMAT]),
        ("A", [NameRule.FORMAT]),
        ("a" * 254, [NameRule.TOO_LONG]),
        ("A" * 254, [NameRule.TOO_LONG, NameRule.FORMAT]),
    ],
)
def test_names_of_objects(name: str, broken: list[NameRule]) -> None:
    assert rules(object_name_errors(name, AT), name) == broken


@pytest.mark.parametrize(
    ("key", "broken"),
    [
        ("9.b_C-d", []),
        ("a b", [NameRule.CHARSET]),
        ("k" * 254, [NameRule.TOO_LONG]),
        (".", [NameRule.DOT]),
        ("..", [NameRule.DOTDOT]),
        ("..a", [NameRule.DOTDOT_PREFIX]),
    ],
)
def test_keys_of_data(key: str, broken: list[NameRule]) -> None:
    assert rules(data_key_errors(key, AT), key) == broken


@pytest.mark.parametrize(
    ("name", "broken"),
    [("a-9", []), ("a.b", [NameRule.DOTS]), ("A", [NameRule.FORMAT]), ("a" * 64, [NameRule.TOO_LONG])],
)
def test_names_of_volumes(name: str, broken: list[NameRule]) -> None:
    assert rules(volume_name_errors(name, AT), name) == broken


@pytest.mark.parametrize(
    ("key", "broken"),
    [
        ("a.b/C_d", []),
        ("a/b/c", [NameRule.PARTS]),
        ("/a", [NameRule.PREFIX_EMPTY]),
        ("A/b", [NameRule.PREFIX_FORMAT]),
        ("a" * 254 + "/b", [NameRule.PREFIX_TOO_LONG]),
        ("a/", [NameRule.NAME_EMPTY, NameRule.NAME_FORMAT]),
        ("a" * 64, [NameRule.NAME_TOO_LONG]),
        ("a b", [NameRule.NAME_FORMAT]),
    ],
)
def test_keys_of_fields(key: str, broken: list[NameRule]) -> None:
    assert rules(field_key_errors(FieldLabel("metadata.labels", key), AT), key) == broken


def test_a_field_without_a_key() -> None:
    assert field_key_errors(FieldLabel("metadata.name"), AT) == ()
