from __future__ import annotations

import pytest

from kubecontainers.apimachinery.names import (
    RELAXED_ENVIRONMENT_NAMES,
    EnvNameMode,
    NameRule,
    validate_config_map_key,
    validate_dns1123_label,
    validate_dns1123_subdomain,
    validate_env_name,
    validate_label_value,
    validate_qualified_name,
)
from kubecontainers.apimachinery.release import Release

TOO_LONG, FORMAT = NameRule.TOO_LONG, NameRule.FORMAT
ODD = ["\n", "a\n", "\u0661", "é", "\ud800", "a b", "A", "a_", "\0"]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("a", ()),
        ("0", ()),
        ("a-b--c", ()),
        ("a" * 63, ()),
        ("a" * 64, (TOO_LONG,)),
        ("", (FORMAT,)),
        ("-a", (FORMAT,)),
        ("a-", (FORMAT,)),
        ("a.b", (NameRule.DOTS,)),
        ("a..b", (FORMAT,)),
        ("a." * 40 + "b", (TOO_LONG, NameRule.DOTS)),
        ("é" * 32, (TOO_LONG, FORMAT)),  # 64 bytes
        ("é" * 31, (FORMAT,)),
        *((odd, (FORMAT,)) for odd in ODD),
    ],
)
def test_label(name: str, rules: tuple[NameRule, ...]) -> None:
    assert validate_dns1123_label(name) == rules


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("a", ()),
        ("a.b-c.0", ()),
        ("a" * 253, ()),
        ("a" * 254, (TOO_LONG,)),
        ("", (FORMAT,)),
        (".a", (FORMAT,)),
        ("a.", (FORMAT,)),
        ("a.-b", (FORMAT,)),
        ("a-.b", (FORMAT,)),
        ("A" * 254, (TOO_LONG, FORMAT)),
        *((odd, (FORMAT,)) for odd in ODD),
    ],
)
def test_subdomain(name: str, rules: tuple[NameRule, ...]) -> None:
    assert validate_dns1123_subdomain(name) == rules


@pytest.mark.parametrize(
    ("prefix", "label", "subdomain"),
    [
        ("web-", (), ()),
        ("web", (), ()),
        ("-", (FORMAT,), (FORMAT,)),
        ("--", (), ()),  # Kubernetes forgets what stands before the final dash
        ("a.-", (), ()),
        ("a--", (), ()),
        ("A-", (), ()),
        ("-a", (FORMAT,), (FORMAT,)),
        ("a" * 63 + "-", (), ()),
        ("a" * 64 + "-", (TOO_LONG,), ()),
        ("", (FORMAT,), (FORMAT,)),
    ],
)
def test_prefix(prefix: str, label: tuple[NameRule, ...], subdomain: tuple[NameRule, ...]) -> None:
    assert validate_dns1123_label(prefix, prefix=True) == label
    assert validate_dns1123_subdomain(prefix, prefix=True) == subdomain


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("", ()),
        ("v1.2_rc-3", ()),
        ("A", ()),
        ("a" * 63, ()),
        ("a" * 64, (TOO_LONG,)),
        ("-" * 64, (TOO_LONG, FORMAT)),
        ("-a", (FORMAT,)),
        ("a.", (FORMAT,)),
        ("_", (FORMAT,)),
        ("a/b", (FORMAT,)),
        ("a\n", (FORMAT,)),
        ("\u0661", (FORMAT,)),
    ],
)
def test_label_value(value: str, rules: tuple[NameRule, ...]) -> None:
    assert validate_label_value(value) == rules


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("name", ()),
        ("app.kubernetes.io/name", ()),
        ("a/B_c.d-e", ()),
        ("", (NameRule.NAME_EMPTY, NameRule.NAME_FORMAT)),
        ("/", (NameRule.PREFIX_EMPTY, NameRule.NAME_EMPTY, NameRule.NAME_FORMAT)),
        ("a/", (NameRule.NAME_EMPTY, NameRule.NAME_FORMAT)),
        ("/a", (NameRule.PREFIX_EMPTY,)),
        ("a/b/c", (NameRule.PARTS,)),
        ("//", (NameRule.PARTS,)),
        ("A/b", (NameRule.PREFIX_FORMAT,)),
        ("a" * 253 + "/" + "b" * 63, ()),
        ("a" * 254 + "/b", (NameRule.PREFIX_TOO_LONG,)),
        ("A" * 254 + "/b", (NameRule.PREFIX_TOO_LONG, NameRule.PREFIX_FORMAT)),
        ("b" * 64, (NameRule.NAME_TOO_LONG,)),
        ("a/" + "-" * 64, (NameRule.NAME_TOO_LONG, NameRule.NAME_FORMAT)),
        ("a/b\n", (NameRule.NAME_FORMAT,)),
    ],
)
def test_qualified_name(name: str, rules: tuple[NameRule, ...]) -> None:
    assert validate_qualified_name(name) == rules


@pytest.mark.parametrize(
    ("name", "strict", "relaxed"),
    [
        ("PATH", (), ()),
        ("my.env-name_1", (), ()),
        ("-", (), ()),
        ("", (NameRule.CHARSET,), (NameRule.EMPTY,)),
        ("1A", (NameRule.CHARSET,), ()),
        ("A B", (NameRule.CHARSET,), ()),
        ("A=B", (NameRule.CHARSET,), (NameRule.CHARSET,)),
        ("=", (NameRule.CHARSET,), (NameRule.CHARSET,)),
        ("~ <>", (NameRule.CHARSET,), ()),
        ("A\n", (NameRule.CHARSET,), (NameRule.CHARSET,)),
        ("A\x7f", (NameRule.CHARSET,), (NameRule.CHARSET,)),
        ("é", (NameRule.CHARSET,), (NameRule.CHARSET,)),
        (".", (NameRule.DOT,), ()),
        ("..", (NameRule.DOTDOT,), ()),
        ("..a", (NameRule.DOTDOT_PREFIX,), ()),
        ("..=", (NameRule.CHARSET, NameRule.DOTDOT_PREFIX), (NameRule.CHARSET,)),
        (".a", (), ()),
    ],
)
def test_env_name(name: str, strict: tuple[NameRule, ...], relaxed: tuple[NameRule, ...]) -> None:
    assert validate_env_name(name, mode=EnvNameMode.STRICT) == strict
    assert validate_env_name(name, mode=EnvNameMode.RELAXED) == relaxed


def test_env_name_of_a_release() -> None:
    assert RELAXED_ENVIRONMENT_NAMES.minors() == ("1.32",)
    for minor, valid in (("1.29", False), ("1.30", False), ("1.31", False), ("1.32", True), ("1.37", True)):
        assert (validate_env_name("A B", release=Release(minor)) == ()) is valid
    gate = "RelaxedEnvironmentVariableValidation"
    assert validate_env_name("A B", release=Release("1.30").with_gates({gate: True})) == ()
    assert validate_env_name("A B", release=Release("1.33").with_gates({gate: False})) == (NameRule.CHARSET,)
    assert validate_env_name("A B", mode=EnvNameMode.STRICT, release=Release("1.36")) == (NameRule.CHARSET,)


@pytest.mark.parametrize(
    ("key", "rules"),
    [
        ("app.properties", ()),
        ("_A-1", ()),
        (".a", ()),
        ("...", (NameRule.DOTDOT_PREFIX,)),
        ("", (NameRule.CHARSET,)),
        (".", (NameRule.DOT,)),
        ("..", (NameRule.DOTDOT,)),
        ("..a", (NameRule.DOTDOT_PREFIX,)),
        ("a/b", (NameRule.CHARSET,)),
        ("a" * 253, ()),
        ("a" * 254, (TOO_LONG,)),
        ("..é" * 100, (TOO_LONG, NameRule.CHARSET, NameRule.DOTDOT_PREFIX)),
        ("a\n", (NameRule.CHARSET,)),
    ],
)
def test_config_map_key(key: str, rules: tuple[NameRule, ...]) -> None:
    assert validate_config_map_key(key) == rules
