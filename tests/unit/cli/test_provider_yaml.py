from __future__ import annotations

import pytest
import yaml

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.cli.kubernetes_yaml import load_documents
from kubecontainers.cli.provider_yaml import decode_provider_yaml
from kubecontainers.credentials.providers.config import DecodedYAML
from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem


@pytest.fixture(autouse=True, params=["C", "Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test here runs over both of PyYAML's parsers."""
    if request.param == "C" and not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param == "C")
    return str(request.param)


@pytest.mark.parametrize(
    ("text", "value", "repeated"),
    [
        ("a: 1\nb: 2", {"a": 1, "b": 2}, ()),
        ("a: 1\nb: 2\na: 3", {"a": 3, "b": 2}, (3,)),
        ("a: 1\na: 2\na: 3", {"a": 3}, (2, 3)),
        ("a:\n  b: 1\na:\n  c: 1", {"a": {"c": 1}}, (3,)),
        ("x:\n- {a: 1, a: 2}", {"x": [{"a": 2}]}, (2,)),
        ("yes: 1\ntrue: 2", {"true": 2}, (2,)),
        ("x: &x {a: 1}\nz:\n  <<: *x\n  b: 2", {"x": {"a": 1}, "z": {"a": 1, "b": 2}}, ()),
        ("x: &x {a: 1}\nz:\n  <<: *x\n  a: 2", {"x": {"a": 1}, "z": {"a": 2}}, (4,)),
        ("x: &x {a: 1}\nz:\n  a: 2\n  <<: *x", {"x": {"a": 1}, "z": {"a": 1}}, (4,)),
        ("x: &x {a: 1}\nz:\n  <<: [*x, *x]", {"x": {"a": 1}, "z": {"a": 1}}, (3,)),
    ],
)
def test_keys_that_are_set_twice(text: str, value: object, repeated: tuple[int, ...]) -> None:
    assert decode_provider_yaml(text.encode()) == DecodedYAML(value, repeated)


def test_other_readers_refuse_them() -> None:
    with pytest.raises(KubeContainersError, match="a key is set twice, first on line 1"):
        list(load_documents(b"a: 1\na: 2"))


@pytest.mark.parametrize("text", ["", "# nothing", "---", "---\n---\na: 1", "---\n---\n[", "null", "--- ~\n--- a"])
def test_empty(text: str) -> None:
    assert decode_provider_yaml(text.encode()) == DecodedYAML(None)


@pytest.mark.parametrize("rest", ["---\nb: 2", "---\n[", "---\n\t", "...\n--- {"])
def test_what_follows_is_not_looked_at(rest: str) -> None:
    assert decode_provider_yaml(f"a: 1\n{rest}".encode()) == DecodedYAML({"a": 1})


def test_malformed() -> None:
    with pytest.raises(InvalidProviderConfig) as caught:
        decode_provider_yaml(b"a: 1\nb: %")
    error = caught.value
    assert error.problem is ProviderConfigProblem.MALFORMED
    assert error.detail.startswith("line 2, column ")
    assert error.hint
    assert error.__context__ is None


def test_key_that_is_a_list() -> None:
    with pytest.raises(InvalidProviderConfig, match="line 1, column 1: a list cannot be a key"):
        decode_provider_yaml(b"[a]: 1")
