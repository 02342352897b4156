# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.feature_gates import FEATURE_GATES
from kubecontainers.apimachinery.release import Change, FeatureGateLocked, FeatureGateUnavailable, Release
from kubecontainers.testing import strategies

gates = st.dictionaries(st.sampled_from(sorted(FEATURE_GATES)), st.booleans(), max_size=5)
names = st.sampled_from(sorted(FEATURE_GATES))


def defaults(release: Release) -> dict[str, bool]:
    plain = Release(str(release))
    return {name: plain.enabled(name) for name in FEATURE_GATES if FEATURE_GATES[name].stage(release.minor) is not None}


def unmet(release: Release) -> list[str]:
    """Gates that are on while one that they require is off, where the components check it: since 1.35."""
    if release.minor < 35:
        return []
    return [name for name, gate in FEATURE_GATES.items() if release.enabled(name) and not all(map(release.enabled, gate.requires))]


class TestGatesAreAsTheyWereSet:
    """A release with gates has each gate as it was set; the other gates stay at their defaults."""

    @given(strategies.releases(), gates)
    def test_set(self, release: Release, chosen: dict[str, bool]) -> None:
        try:
            found = release.with_gates(chosen, unknown="ignore")
        except (FeatureGateLocked, FeatureGateUnavailable):
            return
        for name, value in defaults(release).items():
            assert found.enabled(name) == chosen.get(name, value)
        assert found.minor == release.minor

    @given(strategies.releases(), gates)
    @example(Release("1.36"), {"NodeDeclaredFeatures": False, "RestartAllContainersOnContainerExits": True})
    @example(Release("1.36"), {"NodeDeclaredFeatures": False, "InPlacePodLevelResourcesVerticalScaling": True})
    def test_what_was_asked_for_is_never_switched_back(self, release: Release, chosen: dict[str, bool]) -> None:
        try:
            found = release.with_gates(chosen, unknown="ignore", dependents="disable")
        except (FeatureGateLocked, FeatureGateUnavailable):
            return
        for name, value in defaults(release).items():
            if name in chosen:
                assert found.enabled(name) == chosen[name]
            else:
                assert found.enabled(name) in {value, False}

    @given(strategies.releases(), gates)
    def test_dependencies_are_met(self, release: Release, chosen: dict[str, bool]) -> None:
        try:
            found = release.with_gates(chosen, unknown="ignore", dependents="disable")
        except FeatureGateLocked:
            return
        except FeatureGateUnavailable as error:
            assert error.reason.value == "dependency"
            assert error.requires in FEATURE_GATES[error.gate].requires
            return
        assert unmet(found) == []

    @given(strategies.releases(gates=True), gates)
    def test_twice_is_once(self, release: Release, chosen: dict[str, bool]) -> None:
        try:
            once = release.with_gates(chosen, unknown="ignore")
        except (FeatureGateLocked, FeatureGateUnavailable):
            return
        assert once.with_gates(chosen, unknown="ignore") == once

    @given(strategies.releases(gates=True))
    def test_defaults_change_nothing(self, release: Release) -> None:
        plain = Release(str(release))
        assert release.with_gates({}) == release
        assert plain.with_gates(defaults(plain)) == plain
        assert plain.with_gates(defaults(plain)).overrides == {}

    @given(strategies.releases(), names, st.booleans(), names, st.booleans())
    def test_one_after_the_other(self, release: Release, first: str, one: bool, second: str, two: bool) -> None:
        try:
            together = release.with_gates({first: one, second: two}, unknown="ignore")
            apart = release.with_gates({first: one}, unknown="ignore").with_gates({second: two}, unknown="ignore")
        except (FeatureGateLocked, FeatureGateUnavailable):
            return
        assert together == apart


class TestGatesAreRefusedForAReason:
    """A gate is refused if it is locked to the other value, not known, or on while one that it requires is off."""

    @given(strategies.releases(), names, st.booleans())
    def test_one_gate(self, release: Release, name: str, value: bool) -> None:
        stage = FEATURE_GATES[name].stage(release.minor)
        if stage is None:
            with pytest.raises(FeatureGateUnavailable) as unavailable:
                release.with_gates({name: value})
            assert unavailable.value.gate == name
            assert release.with_gates({name: value}, unknown="ignore") == release
        elif stage.locked and value != stage.default:
            with pytest.raises(FeatureGateLocked) as locked:
                release.with_gates({name: value})
            assert (locked.value.gate, locked.value.locked_to) == (name, stage.default)
        elif value and not all(map(release.enabled, FEATURE_GATES[name].requirements(release.minor))):
            with pytest.raises(FeatureGateUnavailable) as unmet_one:
                release.with_gates({name: value}, dependents="disable")
            assert unmet_one.value.requires in FEATURE_GATES[name].requires
        else:
            assert release.with_gates({name: value}, dependents="disable").enabled(name) is value

    @given(strategies.releases(gates=True), strategies.json_texts(), st.booleans())
    def test_unknown_names(self, release: Release, name: str, value: bool) -> None:
        assert release.with_gates({name: value}, unknown="ignore") == release
        with pytest.raises(FeatureGateUnavailable):
            release.with_gates({name: value})
        with pytest.raises(FeatureGateUnavailable):
            release.enabled(name)


class TestReleasesAreValues:
    """Releases that answer alike are equal, hash alike and survive pickling; what is said of a release is what its gates say."""

    @given(strategies.releases(gates=True), strategies.releases(gates=True))
    def test_equal(self, first: Release, second: Release) -> None:
        alike = first.minor == second.minor and all(first.enabled(name) == second.enabled(name) for name in FEATURE_GATES)
        assert (first == second) == alike
        if alike:
            assert hash(first) == hash(second)

    @given(strategies.releases(gates=True), st.integers(0, pickle.HIGHEST_PROTOCOL))
    def test_pickle(self, release: Release, protocol: int) -> None:
        hash(release)
        again = pickle.loads(pickle.dumps(release, protocol))  # noqa: S301
        assert again == release
        assert hash(again) == hash(release)

    @given(strategies.releases(gates=True))
    def test_repr(self, release: Release) -> None:
        text = repr(release)
        try:
            assert eval(text, {"Release": Release}) == release  # noqa: S307
        except KubeContainersError as error:
            raise AssertionError(text) from error

    @given(strategies.releases(gates=True), names, st.integers(27, 37), st.none() | st.integers(27, 38))
    def test_changes(self, release: Release, gate: str, since: int, until: int | None) -> None:
        ended = None if until is None else f"1.{until}"
        change = Change(summary="test", since=f"1.{since}", until=ended, gate=gate)
        assert (change in release) == (since <= release.minor < (until or 99) and release.enabled(gate))
        assert (change in release) == change.holds(release)
