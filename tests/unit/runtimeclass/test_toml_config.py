from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.runtimeclass.toml_config import (
    FieldKind,
    InvalidRuntimeConfig,
    RuntimeConfigProblem,
    freeze,
    is_kind,
    read_toml,
    table_at,
    texts_at,
)

FILE = "/etc/containerd/config.toml"


def refused(content: str | bytes) -> InvalidRuntimeConfig:
    with pytest.raises(InvalidRuntimeConfig) as caught:
        read_toml(content, FILE)
    error = caught.value
    assert error.file == FILE
    assert error.__context__ is None
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
    return error


def test_texts_and_bytes() -> None:
    assert read_toml("a = 'é'\r\nb = 1", FILE) == read_toml("a = 'é'\r\nb = 1".encode(), FILE) == {"a": "é", "b": 1}
    assert read_toml("a = '\ud800'", FILE) == {"a": "\ufffd"}


def test_line_of_what_is_no_toml() -> None:
    error = refused("version = 2\n\nimports = [\n  'a'\n  'secret'\n]")
    assert (error.problem, error.line) == (RuntimeConfigProblem.NOT_TOML, 5)
    assert str(error) == "/etc/containerd/config.toml:5: it is not TOML: Unclosed array"
    assert "secret" not in str(error)


def test_end_of_document() -> None:
    assert refused("a = 1\nb = ").line == 2


def test_not_utf8() -> None:
    error = refused(b"a = 1\nb = '\xff'")
    assert (error.problem, error.line) == (RuntimeConfigProblem.NOT_UTF8, 2)


@pytest.mark.parametrize("content", ["a = " + "[" * 10_000, "a = " + "{b=" * 10_000])
def test_recursion(content: str) -> None:
    assert refused(content).problem is RuntimeConfigProblem.TOO_DEEP


@pytest.mark.parametrize("levels", [100, 900])
def test_too_deep(levels: int) -> None:
    assert refused(".".join("a" * levels) + " = 1").problem is RuntimeConfigProblem.TOO_DEEP
    assert read_toml(".".join("a" * 98) + " = 1", FILE)


def test_too_many_dots_in_a_line() -> None:
    error = refused("a = 1\n" + ".".join("a" * 100_000) + " = 1")
    assert (error.problem, error.line) == (RuntimeConfigProblem.TOO_DEEP, 2)


@pytest.mark.parametrize("digits", ["9" * 5000, str(2**63), str(-(2**63) - 1), "0x" + "f" * 20])
def test_integers_that_go_cannot_hold(digits: str) -> None:
    error = refused(f"a = [{{b = {digits}}}]")
    assert error.problem is RuntimeConfigProblem.NOT_TOML
    assert "an integer has" in str(error)
    assert digits not in str(error)
    assert read_toml(f"a = {2**63 - 1}", FILE) == {"a": 2**63 - 1}


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (FieldKind.TEXT, "", 1),
        (FieldKind.BOOLEAN, False, 0),
        (FieldKind.INTEGER, 0, True),
        (FieldKind.INTEGER, 0, 1.0),
        (FieldKind.TEXTS, ["a"], ["a", 1]),
        (FieldKind.TEXTS, [], "a"),
        (FieldKind.TABLE, {"a": 1}, []),
        (FieldKind.TEXT_TABLE, {"a": "b"}, {"a": 1}),
        (FieldKind.TEXT_TABLE, {}, "b"),
    ],
)
def test_kinds(kind: FieldKind, right: object, wrong: object) -> None:
    assert is_kind(right, kind)
    assert not is_kind(wrong, kind)


def test_readers() -> None:
    assert table_at({}, "a", FILE) == {}
    assert table_at({"a": {"b": 1}}, "a", FILE) == {"b": 1}
    assert texts_at({}, "a", FILE) == ()
    assert texts_at({"a": ["x"]}, "a", FILE) == ("x",)
    with pytest.raises(InvalidRuntimeConfig, match=r"/config\.toml: a value has the wrong type: crio\.a has to be a table"):
        table_at({"a": 1}, "a", FILE, "crio.")
    for wrong in ("x", ["x", 1]):
        with pytest.raises(InvalidRuntimeConfig, match="a has to be a list of strings"):
            texts_at({"a": wrong}, "a", FILE)


def test_frozen() -> None:
    found = freeze({"a": [{"b": [1]}], "c": {}})
    assert found == {"a": (FrozenMap({"b": (1,)}),), "c": {}}
    assert hash(found) is not None


def test_hints() -> None:
    assert "must exist" in str(InvalidRuntimeConfig(RuntimeConfigProblem.MISSING, "/x"))
    assert InvalidRuntimeConfig(RuntimeConfigProblem.MISSING, "/x", hint="other").hint == "other"
