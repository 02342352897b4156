from __future__ import annotations

from itertools import pairwise

import pytest

from kubecontainers.apimachinery.feature_gates import (
    FEATURE_GATES,
    FIRST_MINOR,
    LAST_MINOR,
    FeatureGate,
    FeatureStage,
    StageName,
    minor_number,
)

GATE = FeatureGate(
    "Example",
    (
        FeatureStage("1.28", StageName.ALPHA, default=False),
        FeatureStage("1.30", StageName.BETA, default=True),
        FeatureStage("1.33", StageName.GA, default=True, locked=True),
    ),
    removed="1.35",
    requires=("Other",),
)


@pytest.mark.parametrize(("text", "number"), [("1.27", 27), ("1.0", 0), ("1.999", 999)])
def test_minor_number(text: str, number: int) -> None:
    assert minor_number(text) == number


@pytest.mark.parametrize(
    ("minor", "stage", "default"),
    [
        (27, None, False),
        (28, StageName.ALPHA, False),
        (29, StageName.ALPHA, False),
        (30, StageName.BETA, True),
        (33, StageName.GA, True),
        (34, StageName.GA, True),
        (35, None, True),  # what went to GA stays on when its gate goes
    ],
)
def test_stage(minor: int, stage: StageName | None, default: bool) -> None:
    found = GATE.stage(minor)
    assert (found and found.name) == stage
    assert GATE.default(minor) is default


def test_requirements_are_checked_since_1_35_while_the_gate_is_known() -> None:
    assert GATE.requirements(34) == ()
    assert GATE.requirements(35) == ()  # removed
    lasting = FeatureGate("Example", GATE.stages, requires=("Other",))
    assert lasting.requirements(34) == ()
    assert lasting.requirements(35) == ("Other",)


def test_table_is_consistent() -> None:
    assert list(FEATURE_GATES) == sorted(FEATURE_GATES)
    for name, gate in FEATURE_GATES.items():
        assert gate.name == name
        minors = [minor_number(stage.since) for stage in gate.stages]
        assert minors
        assert all(earlier < later for earlier, later in pairwise(minors))
        assert all(FIRST_MINOR <= minor <= LAST_MINOR for minor in minors)
        assert gate.removed is None or minor_number(gate.removed) > minors[-1]
        assert set(gate.requires) <= set(FEATURE_GATES)
        for stage in gate.stages:
            assert stage.default or not stage.locked
            if stage.name in {StageName.ALPHA, StageName.DEPRECATED}:
                assert not stage.default
            if stage.name is StageName.GA:
                assert stage.default


def test_defaults_meet_their_own_requirements() -> None:
    for minor in range(FIRST_MINOR, LAST_MINOR + 1):
        for gate in FEATURE_GATES.values():
            if gate.default(minor):
                assert all(FEATURE_GATES[required].default(minor) for required in gate.requirements(minor))


@pytest.mark.parametrize(
    ("gate", "on_since"),
    [
        ("ImageVolume", 35),
        ("RelaxedEnvironmentVariableValidation", 32),
        ("KubeletEnsureSecretPulledImages", 35),
        ("SidecarContainers", 29),
        ("HostnameOverride", 35),
    ],
)
def test_defaults_of_known_gates(gate: str, on_since: int) -> None:
    for minor in range(FIRST_MINOR, LAST_MINOR + 1):
        assert FEATURE_GATES[gate].default(minor) == (minor >= on_since)
