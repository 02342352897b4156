from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.release import (
    LATEST,
    PREVIEW,
    Change,
    FeatureGateLocked,
    FeatureGateReason,
    FeatureGateUnavailable,
    InvalidRelease,
    Release,
    UnsupportedRelease,
    releases,
)

ROOT = Path(__file__).parents[3]


class TestRelease:
    def test_all(self) -> None:
        assert [str(release) for release in releases()] == [f"1.{minor}" for minor in range(27, 38)]
        assert Release("1.36") == LATEST
        assert Release("1.37") == PREVIEW

    @pytest.mark.parametrize("minor", ["1.26", "1.38", "1.0", "1.999"])
    def test_not_covered(self, minor: str) -> None:
        with pytest.raises(UnsupportedRelease) as caught:
            Release(minor)
        assert caught.value.text == minor

    @pytest.mark.parametrize("text", ["", "1", "v1.31", "1.31.0", "1.x", "2.31", "latest", "1." + "9" * 5000, "1.31\n", "1.\u0663\u0661"])
    def test_no_minor(self, text: str) -> None:
        with pytest.raises(KubeContainersError):
            Release(text)

    def test_text_and_repr(self) -> None:
        assert str(Release("1.31")) == "1.31"
        assert repr(Release("1.31")) == "Release('1.31')"
        gated = Release("1.34").with_gates({"ImageVolume": True})
        assert str(gated) == "1.34"
        assert repr(gated) == "Release('1.34').with_gates({'ImageVolume': True})"

    def test_value(self) -> None:
        assert len({Release("1.31"), Release.parse("v1.31.4"), Release("1.32")}) == 2
        text: object = "1.31"
        assert Release("1.31") != text
        with pytest.raises(AttributeError):
            LATEST.minor = 30  # type: ignore[misc]

    def test_hash_crosses_processes(self) -> None:
        """Hashes of texts differ from process to process, so a pickled release must not bring its own along."""
        release = Release("1.34").with_gates({"ImageVolume": True})
        hash(release)
        program = (
            "import pickle, sys\n"
            "from kubecontainers.apimachinery.release import Release\n"
            "found = pickle.loads(sys.stdin.buffer.read())\n"
            "same = Release('1.34').with_gates({'ImageVolume': True})\n"
            "assert found == same and hash(found) == hash(same) and len({found, same}) == 1\n"
        )
        environment = {"PYTHONHASHSEED": "1234", "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", program], input=pickle.dumps(release), check=True, env=environment)


class TestParse:
    @pytest.mark.parametrize(
        ("text", "minor"),
        [
            ("1.31", 31),
            ("v1.31", 31),
            ("v1.31.4", 31),
            ("v1.29.3-gke.100", 29),
            ("v1.30.0+k3s1", 30),
            ("1.31.0-rc.1", 31),
            ("v1.31.4-eks-a737599", 31),
            ("1.27+", 27),
            ("v1.32.1+rke2r1", 32),
            ("v1.28.0-alpha.0.123+0123abcd-dirty", 28),
            ("v1.31.0-" + "a" * 200, 31),
        ],
    )
    def test_version(self, text: str, minor: int) -> None:
        assert Release.parse(text).minor == minor

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "1",
            "v",
            "latest",
            "1.31\n",
            " 1.31",
            "1.31.",
            "1.031",
            "01.31",
            "1.31.4.5",
            "1.31 .4",
            "V1.31",
            "1.\u0663\u0661",
            "1.31-é",
            "1.31/4",
            "1." + "9" * 5000,
            "v1.31.0-" + "a" * 201,
            "1.31." + "9" * 10,
            "\ud800",
        ],
    )
    def test_no_version(self, text: str) -> None:
        with pytest.raises(InvalidRelease) as caught:
            Release.parse(text)
        assert caught.value.text == text
        assert len(str(caught.value)) < 700

    @pytest.mark.parametrize(
        ("text", "named"), [("1.26", "1.26"), ("v1.38.0", "1.38"), ("2.0.0", "2.0"), ("0.31", "0.31"), ("999.999", "999.999")]
    )
    def test_not_covered(self, text: str, named: str) -> None:
        with pytest.raises(UnsupportedRelease) as caught:
            Release.parse(text)
        assert caught.value.text == named


class TestMatches:
    @pytest.mark.parametrize(
        ("specifiers", "expected"),
        [
            ("", True),
            (">=1.29,<1.32", True),
            (">=1.29, <1.31", False),
            ("==1.31", True),
            ("==1.31.*", True),
            ("!=1.31", False),
            ("~=1.29", True),
            (">1.31", False),
            ("<=1.31", True),
            ("===1.31", True),
            ("===other", False),
        ],
    )
    def test_specifiers(self, specifiers: str, expected: bool) -> None:
        assert Release("1.31").matches(specifiers) is expected

    @pytest.mark.parametrize("specifiers", ["1.31", "latest", ">=", ">=x", "~=1", "=>1.29", ">=1.29 <1.32", "\ud800", ">=1.\u0662\u0669 x"])
    def test_no_specifiers(self, specifiers: str) -> None:
        with pytest.raises(InvalidRelease) as caught:
            Release("1.31").matches(specifiers)
        assert caught.value.text == specifiers
        assert "specifiers" in caught.value.hint
        assert caught.value.__context__ is None

    @pytest.mark.parametrize("specifiers", [">=1." + "9" * 5000, "==" + "9" * 5000 + ".*", "!=1.31+" + "9" * 5000])
    def test_endless_numbers(self, specifiers: str) -> None:
        try:
            assert Release("1.31").matches(specifiers) in {True, False}
        except KubeContainersError as error:
            assert error.args[0] == specifiers  # noqa: PT017


class TestGates:
    def test_set_and_unset(self) -> None:
        release = Release("1.34")
        assert not release.enabled("ImageVolume")
        gated = release.with_gates({"ImageVolume": True})
        assert gated.enabled("ImageVolume")
        assert gated != release
        assert gated.overrides == {"ImageVolume": True}
        assert isinstance(gated.overrides, FrozenMap)
        assert gated.with_gates({"ImageVolume": False}) == release
        assert not release.enabled("ImageVolume")

    def test_adds_to_earlier_gates(self) -> None:
        gated = Release("1.34").with_gates({"ImageVolume": True}).with_gates({"EnvFiles": True})
        assert gated.overrides == {"ImageVolume": True, "EnvFiles": True}

    def test_locked(self) -> None:
        with pytest.raises(FeatureGateLocked) as caught:
            Release("1.36").with_gates({"ImageVolume": False})
        assert caught.value == FeatureGateLocked("ImageVolume", Release("1.36"), locked_to=True)
        assert Release("1.36").with_gates({"ImageVolume": True}) == Release("1.36")

    def test_ga_that_is_not_locked_yet(self) -> None:
        assert not Release("1.34").with_gates({"DynamicResourceAllocation": False}).enabled("DynamicResourceAllocation")
        with pytest.raises(FeatureGateLocked):
            Release("1.35").with_gates({"DynamicResourceAllocation": False})

    @pytest.mark.parametrize(
        ("minor", "gate", "reason"),
        [
            ("1.37", "SidecarContainers", FeatureGateReason.REMOVED),
            ("1.32", "PodHostIPs", FeatureGateReason.REMOVED),
            ("1.30", "ImageVolume", FeatureGateReason.UNKNOWN),
            ("1.27", "PodHostIPs", FeatureGateReason.UNKNOWN),
            ("1.36", "NoSuchGate", FeatureGateReason.UNKNOWN),
            ("1.36", "", FeatureGateReason.UNKNOWN),
            ("1.36", "imagevolume", FeatureGateReason.UNKNOWN),
        ],
    )
    def test_not_known(self, minor: str, gate: str, reason: FeatureGateReason) -> None:
        release = Release(minor)
        for value in (True, False):
            with pytest.raises(FeatureGateUnavailable) as caught:
                release.with_gates({gate: value})
            assert caught.value == FeatureGateUnavailable(gate, release, reason)
            assert release.with_gates({gate: value}, unknown="ignore") == release

    def test_enabled(self) -> None:
        assert not Release("1.30").enabled("ImageVolume")  # not known yet
        assert Release("1.37").enabled("SidecarContainers")  # removed, so always on
        assert not Release("1.34").enabled("LegacySidecarContainers")  # removed, so gone
        with pytest.raises(FeatureGateUnavailable) as caught:
            LATEST.enabled("NoSuchGate")
        assert caught.value.reason is FeatureGateReason.UNKNOWN

    def test_dependency(self) -> None:
        release = Release("1.35")
        with pytest.raises(FeatureGateUnavailable) as caught:
            release.with_gates({"RestartAllContainersOnContainerExits": True})
        assert caught.value == FeatureGateUnavailable(
            "RestartAllContainersOnContainerExits", release, FeatureGateReason.DEPENDENCY, "NodeDeclaredFeatures"
        )
        both = release.with_gates({"RestartAllContainersOnContainerExits": True, "NodeDeclaredFeatures": True})
        assert both.enabled("RestartAllContainersOnContainerExits")

    def test_dependencies_are_not_checked_before_1_35(self) -> None:
        release = Release("1.33").with_gates({"PodLifecycleSleepAction": False})
        assert release.enabled("PodLifecycleSleepActionAllowZero")

    def test_dependent_that_is_on_by_default(self) -> None:
        release = Release("1.36")
        with pytest.raises(FeatureGateUnavailable) as caught:
            release.with_gates({"NodeDeclaredFeatures": False})
        assert caught.value.reason is FeatureGateReason.DEPENDENCY
        assert caught.value.requires == "NodeDeclaredFeatures"
        disabled = release.with_gates({"NodeDeclaredFeatures": False}, dependents="disable")
        assert disabled.overrides == {
            "NodeDeclaredFeatures": False,
            "InPlacePodLevelResourcesVerticalScaling": False,
            "RestartAllContainersOnContainerExits": False,
        }

    @pytest.mark.parametrize("gate", ["InPlacePodLevelResourcesVerticalScaling", "RestartAllContainersOnContainerExits"])
    def test_dependent_that_was_asked_for_is_refused_not_disabled(self, gate: str) -> None:
        with pytest.raises(FeatureGateUnavailable) as caught:
            Release("1.36").with_gates({"NodeDeclaredFeatures": False, gate: True}, dependents="disable")
        assert (caught.value.gate, caught.value.requires) == (gate, "NodeDeclaredFeatures")

    def test_gates_are_not_kept(self) -> None:
        gates = {"ImageVolume": True}
        release = Release("1.34").with_gates(gates)
        gates["ImageVolume"] = False
        assert release.enabled("ImageVolume")


class TestChange:
    def test_since_and_until(self) -> None:
        change = Change(summary="test", since="1.29", until="1.31")
        assert [str(release) for release in releases() if change in release] == ["1.29", "1.30"]
        assert change.minors() == ("1.29", "1.31")

    def test_always(self) -> None:
        change = Change(summary="test")
        assert all(change in release for release in releases())
        assert change.minors() == ()

    def test_gate(self) -> None:
        change = Change(summary="test", gate="ImageVolume", since="1.33")
        assert change not in Release("1.34")
        assert change in Release("1.34").with_gates({"ImageVolume": True})
        assert change not in Release("1.32").with_gates({"ImageVolume": True})
        assert change in Release("1.36")
        assert change.minors() == ("1.35",)

    def test_value(self) -> None:
        change = Change(summary="test", since="1.29")
        assert pickle.loads(pickle.dumps(change)) == change  # noqa: S301
        assert hash(change) == hash(Change(summary="test", since="1.29"))


@pytest.mark.parametrize("value", ["false", 1, None])
def test_a_gate_is_a_boolean(value: Any) -> None:
    with pytest.raises(FeatureGateUnavailable, match="no boolean") as caught:
        Release("1.34").with_gates({"ImageVolume": value})
    assert caught.value.reason is FeatureGateReason.NOT_BOOLEAN


@pytest.mark.parametrize("value", ["1.031", 31.5, None])
def test_a_minor_is_written_one_way(value: Any) -> None:
    with pytest.raises(InvalidRelease):
        Release(value)
