from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.environment.composition import compose_environment
from kubecontainers.environment.container_expansion import ExpandedCommand, InvalidSubPath, SubPathProblem, expand_command, expand_sub_path
from kubecontainers.environment.failures import EnvironmentFailed
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.environment.variables import Environment

SECRETS = InMemorySources(
    secrets=[{"metadata": {"name": "s", "namespace": "default"}, "stringData": {"TOKEN": "hunter2", "UP": "../hunter2"}}]
)


def environment() -> Environment:
    env = [{"name": "POD", "value": "web-0"}, {"name": "EMPTY", "value": ""}, {"name": "ROOT", "value": "/"}, {"name": "UP", "value": ".."}]
    container = {"name": "app", "env": env, "envFrom": [{"prefix": "S_", "secretRef": {"name": "s"}}]}
    pod = {"metadata": {"namespace": "default"}, "spec": {"enableServiceLinks": False, "containers": [container]}}
    return compose_environment(pod, "app", SECRETS, ["PATH=/bin"])


def test_command_and_args() -> None:
    container = {"command": ["run", "$(POD)", None], "args": ["--token=$(S_TOKEN)", "$(PATH)", "$$(POD)$(EMPTY)"]}
    found = expand_command(container, environment())
    assert [text.value for text in found.command] == ["run", "web-0", ""]
    assert [text.value for text in found.args] == [SecretText("--token=hunter2"), "$(PATH)", "$(POD)"]
    assert found.args[1].unresolved == ("PATH",)
    assert "hunter2" not in repr(found)
    assert expand_command({}, environment()) == ExpandedCommand()


@pytest.mark.parametrize("container", [{"command": "run"}, {"args": [7]}])
def test_what_cannot_be_decoded(container: dict[str, object]) -> None:
    with pytest.raises(MalformedObject):
        expand_command(container, environment())


def test_sub_path() -> None:
    assert expand_sub_path("logs/$(POD)", environment()).value == "logs/web-0"
    assert expand_sub_path("..a/$(POD)..", environment()).value == "..a/web-0.."
    assert expand_sub_path("", environment()).value == ""
    assert expand_sub_path("$(S_TOKEN)", environment()).value == SecretText("hunter2")


@pytest.mark.parametrize(
    ("expression", "problem", "names"),
    [
        ("$(Z)/$(POD)/$(EMPTY)/$(A)/$(Z)", SubPathProblem.MISSING_VALUE, ("A", "EMPTY", "Z")),
        ("$(ROOT)$(PATH)", SubPathProblem.MISSING_VALUE, ("PATH",)),
        ("$(ROOT)etc", SubPathProblem.ABSOLUTE, ()),
        ("a/$(UP)/b", SubPathProblem.BACKSTEP, ()),
        ("$(S_UP)", SubPathProblem.BACKSTEP, ()),
    ],
)
def test_sub_paths_that_lead_nowhere(expression: str, problem: SubPathProblem, names: tuple[str, ...]) -> None:
    with pytest.raises(InvalidSubPath) as caught:
        expand_sub_path(expression, environment())
    assert (caught.value.problem, caught.value.names) == (problem, names)
    assert "hunter2" not in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)) == caught.value  # noqa: S301


def test_values_may_not_add_too_much() -> None:
    container = {"name": "app", "args": ["$(A)"] * 200, "env": [{"name": "A", "value": "x" * 100_000}]}
    found = compose_environment({"spec": {"enableServiceLinks": False, "containers": [container]}}, "app", InMemorySources())
    assert len(expand_command({"args": ["$(A)"] * 100}, found).args) == 100
    with pytest.raises(EnvironmentFailed):
        expand_command(container, found)
