"""What API servers drop of the fields about a container's life."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, PREVIEW, Release
from kubecontainers.lifecycle.drop import LifecycleDropReason, drop_disabled_lifecycle_fields, drop_unknown_lifecycle_fields

JSON = dict[str, Any]
KINDS = ("initContainers", "containers", "ephemeralContainers")
SLEEP: JSON = {"sleep": {"seconds": 5}}
BOTH: JSON = {"sleep": {"seconds": 5}, "exec": {"command": ["a"]}}


def pod(container: JSON) -> JSON:
    return {"spec": {kind: [container] for kind in KINDS}}


def left(found: Any) -> tuple[JSON, JSON, JSON]:
    init, app, ephemeral = (found.object["spec"][kind][0] for kind in KINDS)
    return init, app, ephemeral


def gates(minor: str, **values: bool) -> Release:
    return Release(minor).with_gates(values, dependents="disable")


NO_SLEEP_129, NO_SLEEP_130, NO_SLEEP_133 = (
    Release("1.29"),
    gates("1.30", PodLifecycleSleepAction=False),
    gates("1.33", PodLifecycleSleepAction=False),
)
SIGNALS_133 = gates("1.33", PodLifecycleSleepAction=False, ContainerStopSignals=True)


class TestUnknown:
    GIVEN: JSON = {  # noqa: RUF012  (never changed)
        "lifecycle": {"preStop": SLEEP, "postStart": BOTH, "stopSignal": "SIGHUP"},
        "restartPolicy": "Always",
        "restartPolicyRules": [],
    }

    @pytest.mark.parametrize(
        ("minor", "dropped"),
        [
            (
                "1.27",
                ["lifecycle.postStart.sleep", "lifecycle.preStop.sleep", "lifecycle.stopSignal", "restartPolicy", "restartPolicyRules"],
            ),
            ("1.28", ["lifecycle.postStart.sleep", "lifecycle.preStop.sleep", "lifecycle.stopSignal", "restartPolicyRules"]),
            ("1.29", ["lifecycle.stopSignal", "restartPolicyRules"]),
            ("1.32", ["lifecycle.stopSignal", "restartPolicyRules"]),
            ("1.33", ["restartPolicyRules"]),
            ("1.34", []),
        ],
    )
    def test_by_release(self, minor: str, dropped: list[str]) -> None:
        found = drop_unknown_lifecycle_fields(pod(self.GIVEN), release=Release(minor))
        assert [str(change.path) for change in found.changes] == [f"spec.{kind}[0].{path}" for kind in KINDS for path in dropped]
        assert all(change.after is None and change.before is not None for change in found.changes)

    def test_an_empty_hook_stays(self) -> None:
        found = drop_unknown_lifecycle_fields(pod(self.GIVEN), release=Release("1.28"))
        lifecycle = {"preStop": {}, "postStart": {"exec": {"command": ["a"]}}}
        assert left(found)[0] == {"lifecycle": lifecycle, "restartPolicy": "Always"}
        assert found.changes[0].reason is LifecycleDropReason.SLEEP_UNKNOWN

    def test_nothing_to_drop(self) -> None:
        for container in ({}, {"lifecycle": None}, {"lifecycle": {"preStop": None, "stopSignal": None}, "restartPolicy": None}):
            given = pod(container)
            assert drop_unknown_lifecycle_fields(given, release=Release("1.27")).object is given


def lifecycles(lifecycle: JSON, release: Release) -> tuple[Any, Any, Any]:
    init, app, ephemeral = left(drop_disabled_lifecycle_fields(pod({"lifecycle": lifecycle}), release=release))
    return init.get("lifecycle"), app.get("lifecycle"), ephemeral.get("lifecycle")


class TestSleep:
    def test_129(self) -> None:
        """Only the sleep goes, and not from ephemeral containers."""
        assert lifecycles({"preStop": SLEEP}, NO_SLEEP_129) == ({"preStop": {}}, {"preStop": {}}, {"preStop": SLEEP})

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ({"preStop": SLEEP}, None),
            ({"preStop": SLEEP, "postStart": SLEEP}, None),
            ({"preStop": SLEEP, "postStart": {}}, {"postStart": {}}),
            ({"preStop": BOTH}, {"preStop": {"exec": {"command": ["a"]}}}),
            ({"preStop": {}}, {"preStop": {}}),
            ({}, None),
            ({"preStop": {"sleep": None}}, {"preStop": {"sleep": None}}),
        ],
    )
    @pytest.mark.parametrize("release", [NO_SLEEP_130, NO_SLEEP_133, SIGNALS_133])
    def test_130(self, given: JSON, kept: JSON | None, release: Release) -> None:
        """The hook goes with it, and the lifecycle too where that was all of it."""
        assert lifecycles(given, release) == (kept, kept, kept)

    def test_a_stop_signal_keeps_the_lifecycle(self) -> None:
        signal = {"stopSignal": "SIGHUP"}
        assert lifecycles({"preStop": SLEEP, **signal}, SIGNALS_133)[1] == signal
        assert lifecycles(signal, SIGNALS_133)[1] == signal
        assert lifecycles({"preStop": SLEEP, **signal}, NO_SLEEP_133)[1] is None
        assert lifecycles({"preStop": BOTH, **signal}, NO_SLEEP_133)[1] == {"preStop": {"exec": {"command": ["a"]}}}

    @pytest.mark.parametrize("release", [Release("1.28"), Release("1.30"), LATEST, PREVIEW])
    def test_enabled_or_unknown(self, release: Release) -> None:
        assert lifecycles({"preStop": SLEEP}, release) == ({"preStop": SLEEP},) * 3


class TestStopSignal:
    @pytest.mark.parametrize("release", [Release("1.33"), LATEST, PREVIEW])
    def test_disabled(self, release: Release) -> None:
        assert lifecycles({"stopSignal": "SIGHUP"}, release) == (None, None, None)
        assert lifecycles({"stopSignal": ""}, release) == (None, None, None)
        assert lifecycles({"stopSignal": "SIGHUP", "preStop": {}}, release) == ({"preStop": {}},) * 3
        assert lifecycles({}, release) == ({}, {}, {})

    def test_reasons(self) -> None:
        found = drop_disabled_lifecycle_fields({"spec": {"containers": [{"lifecycle": {"stopSignal": "SIGHUP"}}]}})
        assert [(str(change.path), change.reason) for change in found.changes] == [
            ("spec.containers[0].lifecycle", LifecycleDropReason.STOP_SIGNAL_DISABLED)
        ]

    def test_enabled_or_unknown(self) -> None:
        for release in (Release("1.32"), gates("1.36", ContainerStopSignals=True)):
            assert lifecycles({"stopSignal": "SIGHUP"}, release) == ({"stopSignal": "SIGHUP"},) * 3


class TestRestartPolicies:
    def kept(self, policy: str, release: Release) -> list[bool]:
        given = pod({"restartPolicy": policy, "restartPolicyRules": []})
        return ["restartPolicy" in container for container in left(drop_disabled_lifecycle_fields(given, release=release))]

    @pytest.mark.parametrize("policy", ["Always", "Never", ""])
    def test_without_sidecars(self, policy: str) -> None:
        assert self.kept(policy, Release("1.28")) == [False, True, True]
        assert self.kept(policy, gates("1.30", SidecarContainers=False)) == [False, True, True]

    def test_without_restart_rules(self) -> None:
        assert self.kept("Always", Release("1.34")) == [True, False, True]
        assert self.kept("Never", Release("1.34")) == [False, False, True]
        rules = drop_disabled_lifecycle_fields(pod({"restartPolicyRules": [{}]}), release=Release("1.34"))
        assert [str(change.path) for change in rules.changes] == [f"spec.{kind}[0].restartPolicyRules" for kind in KINDS[:2]]

    @pytest.mark.parametrize("release", [Release("1.27"), Release("1.29"), Release("1.33"), LATEST, PREVIEW])
    def test_kept(self, release: Release) -> None:
        assert self.kept("Never", release) == [True, True, True]


def test_grace_of_probes() -> None:
    probe = {"terminationGracePeriodSeconds": 5, "periodSeconds": 1}
    given = pod({"livenessProbe": probe, "startupProbe": probe, "readinessProbe": probe})
    found = drop_disabled_lifecycle_fields(given, release=gates("1.27", ProbeTerminationGracePeriod=False))
    assert left(found)[1] == {"livenessProbe": {"periodSeconds": 1}, "startupProbe": {"periodSeconds": 1}, "readinessProbe": probe}
    assert len(found.changes) == 6
    assert drop_disabled_lifecycle_fields(given, release=Release("1.27")).object is given
    assert drop_disabled_lifecycle_fields(pod({}), release=gates("1.27", ProbeTerminationGracePeriod=False)).changes == ()


@pytest.mark.parametrize("container", [{"lifecycle": []}, {"lifecycle": {"preStop": 1}}, {"lifecycle": {"preStop": {"sleep": 5}}}])
def test_malformed(container: JSON) -> None:
    with pytest.raises(MalformedObject):
        drop_disabled_lifecycle_fields(pod(container), release=NO_SLEEP_130)
    with pytest.raises(MalformedObject):
        drop_disabled_lifecycle_fields(pod({"lifecycle": {"stopSignal": 9}}))
    with pytest.raises(MalformedObject):
        drop_disabled_lifecycle_fields(pod({"restartPolicyRules": {}}), release=Release("1.34"))
