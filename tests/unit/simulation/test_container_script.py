"""The scripts of containers, field by field; whole scripts are read in ``test_script``."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.container_script import ContainerScript, HookStep, Run, Step, behaviour_at


def test_steps() -> None:
    for value in (Step(), Step(Duration.of(2)), Step(error="no"), Step(Duration.of(1), "raw:no")):
        assert Step.from_json(value.to_json()) == value
    assert (Step().to_json(), Step(Duration.of(1), "no").to_json()) == ({}, {"ms": 1000, "error": "no"})


def test_hooks() -> None:
    for value in (HookStep(), HookStep(Duration.of(2), 3, "said"), HookStep(error="no")):
        assert HookStep.from_json(value.to_json()) == value
    assert [value.fails for value in (HookStep(), HookStep(exit_code=1), HookStep(error="no"))] == [False, True, True]


def test_runs() -> None:
    for value in (Run(), Run(Duration()), Run(Duration.of(2), 137, "OOMKilled")):
        assert Run.from_json(value.to_json()) == value
    assert Run(Duration()).to_json() == {"runMs": 0, "exitCode": 0}


def test_containers() -> None:
    assert ContainerScript().to_json() == {"stopMs": 0, "stopExitCode": 0, "startupMs": 0}
    assert ContainerScript(stop=None, startup=None).to_json() == {"stopMs": -1, "stopExitCode": 0, "startupMs": -1}
    assert behaviour_at({"behaviour": {"app": {"stopMs": 5}}}, ROOT) == {"app": ContainerScript(stop=Duration(5_000_000))}


@pytest.mark.parametrize("value", [5, {"stopError": 5}, {"stopError": [5]}, {"runs": {}}, {"stopExitCode": 2**31}])
def test_what_is_none(value: object) -> None:
    with pytest.raises(MalformedObject):
        ContainerScript.from_json(value)
