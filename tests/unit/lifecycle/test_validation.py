"""What each kind of container may have, and what pods say of their containers' lives."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import SPEC, FieldErrorType
from kubecontainers.apimachinery.objects import containers
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.handler_validation import HandlerRule
from kubecontainers.lifecycle.validation import LifecycleRule, PodLifecycle, validate_os, validate_restart_policy

JSON = dict[str, Any]
Type, Rule = FieldErrorType, LifecycleRule
OLD, RULES_OFF = Release("1.27"), Release("1.34")
HOOKS: JSON = {"lifecycle": {"postStart": {}}}
PROBE: JSON = {"exec": {"command": ["true"]}, "successThreshold": 1}
PROBES: JSON = dict.fromkeys(("livenessProbe", "readinessProbe", "startupProbe"), PROBE)


def found(kind: str, release: Release = LATEST, grace: int = 30, os: str | None = None, **container: Any) -> list[tuple[str, Any, Any]]:
    life = PodLifecycle(grace, os, release)
    [at] = containers({"spec": {kind: [container]}})
    errors = (*life.errors(at), *life.restart_policy_errors(at)) if kind != "ephemeralContainers" else life.errors(at)
    return [(str(error.path).partition("].")[2], error.type, error.rule) for error in errors]


def test_app_containers() -> None:
    assert found("containers", **PROBES, lifecycle={"preStop": {"sleep": {"seconds": 5}}}) == []
    assert found("containers") == found("containers", lifecycle=None, livenessProbe=None) == found("containers", lifecycle={}) == []
    assert found("containers", **HOOKS) == [("lifecycle.postStart", Type.REQUIRED, HandlerRule.REQUIRED)]


def test_sidecars() -> None:
    assert found("initContainers", **HOOKS, restartPolicy="Always") == [("lifecycle.postStart", Type.REQUIRED, HandlerRule.REQUIRED)]
    assert found("initContainers", **PROBES, restartPolicy="Always") == []


@pytest.mark.parametrize(("policy", "release"), [(None, LATEST), ("Always", OLD), ("Never", LATEST), ("", RULES_OFF)])
def test_init_containers(policy: str | None, release: Release) -> None:
    given: JSON = {**PROBES, "lifecycle": {}, "restartPolicy": policy}
    forbidden = [error for error in found("initContainers", release, **given) if error[1] is Type.FORBIDDEN]
    fields = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
    assert forbidden == [(field, Type.FORBIDDEN, Rule.NOT_FOR_INIT) for field in fields]


def test_ephemeral_containers() -> None:
    given: JSON = {**PROBES, "lifecycle": {}, "restartPolicy": ""}
    fields = ["restartPolicy", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"]
    assert found("ephemeralContainers", **given) == [(field, Type.FORBIDDEN, Rule.NOT_FOR_EPHEMERAL) for field in fields]
    assert [field for field, _, _ in found("ephemeralContainers", OLD, **given)] == fields[1:]
    assert found("ephemeralContainers") == []


POLICIES: list[tuple[str, str | None, Release, list[Any]]] = [
    ("initContainers", "Always", LATEST, []),
    ("initContainers", "Never", LATEST, []),
    ("initContainers", "OnFailure", LATEST, []),
    ("initContainers", "never", LATEST, [(Type.NOT_SUPPORTED, Rule.RESTART_POLICY)]),
    ("initContainers", "", LATEST, [(Type.NOT_SUPPORTED, Rule.RESTART_POLICY)]),
    ("initContainers", "Never", RULES_OFF, [(Type.NOT_SUPPORTED, Rule.ALWAYS_ONLY)]),
    ("initContainers", "Always", RULES_OFF, []),
    ("initContainers", "Never", OLD, []),
    ("initContainers", None, LATEST, []),
    ("containers", "Always", LATEST, []),
    ("containers", "always", LATEST, [(Type.NOT_SUPPORTED, Rule.RESTART_POLICY)]),
    ("containers", "Always", Release("1.28"), [(Type.FORBIDDEN, Rule.ONLY_FOR_INIT)]),
    ("containers", "Always", OLD, []),
    ("containers", None, RULES_OFF, []),
]


@pytest.mark.parametrize(("kind", "policy", "release", "expected"), POLICIES)
def test_restart_policies_of_containers(kind: str, policy: str | None, release: Release, expected: list[Any]) -> None:
    errors = found(kind, release, restartPolicy=policy)
    assert errors == [("restartPolicy", *error) for error in expected]


class TestProbes:
    def test_numbers(self) -> None:
        probe = {
            **PROBE,
            "initialDelaySeconds": -1,
            "timeoutSeconds": -1,
            "periodSeconds": -1,
            "successThreshold": -1,
            "failureThreshold": -1,
        }
        names = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
        negative = [(f"readinessProbe.{name}", Type.INVALID, Rule.NEGATIVE) for name in names]
        assert found("containers", readinessProbe=probe) == negative
        once = ("startupProbe.successThreshold", Type.INVALID, Rule.SUCCESS_THRESHOLD)
        assert found("containers", startupProbe=probe)[-1] == once

    @pytest.mark.parametrize("name", ["livenessProbe", "startupProbe"])
    def test_successes(self, name: str) -> None:
        for successes in (0, 2):
            errors = found("containers", LATEST, 30, None, **{name: {**PROBE, "successThreshold": successes}})
            assert errors == [(f"{name}.successThreshold", Type.INVALID, Rule.SUCCESS_THRESHOLD)]
        assert found("containers", readinessProbe={**PROBE, "successThreshold": 5}) == []

    @pytest.mark.parametrize(("grace", "errors"), [(None, 0), (1, 0), (3600, 0), (0, 1), (-1, 1)])
    def test_grace(self, grace: int | None, errors: int) -> None:
        probe = {**PROBE, "terminationGracePeriodSeconds": grace}
        at = "terminationGracePeriodSeconds"
        positive = [(at, Type.INVALID, Rule.PROBE_GRACE)] * errors
        for name in ("livenessProbe", "startupProbe"):
            assert found("containers", LATEST, 30, None, **{name: probe}) == [(f"{name}.{path}", *error) for path, *error in positive]
        never = [] if grace is None else [(at, Type.INVALID, Rule.READINESS_GRACE)]
        assert found("containers", readinessProbe=probe) == [(f"readinessProbe.{path}", *error) for path, *error in positive + never]

    def test_what_it_does(self) -> None:
        assert found("containers", readinessProbe={}) == [("readinessProbe", Type.REQUIRED, HandlerRule.REQUIRED)]


class TestStopSignals:
    @pytest.mark.parametrize(
        ("os", "signal", "error"),
        [
            (None, "SIGTERM", (Type.FORBIDDEN, Rule.STOP_SIGNAL_WITHOUT_OS)),
            ("linux", "SIGUSR1", None),
            ("linux", "SIGRTMIN", None),
            ("linux", "SIGRTMIN+15", None),
            ("linux", "SIGRTMAX-14", None),
            ("linux", "SIGRTMAX", None),
            ("linux", "SIGRTMIN+16", (Type.NOT_SUPPORTED, Rule.STOP_SIGNAL)),
            ("linux", "SIGRTMAX-15", (Type.NOT_SUPPORTED, Rule.STOP_SIGNAL)),
            ("linux", "SIGRTMIN+01", (Type.NOT_SUPPORTED, Rule.STOP_SIGNAL)),
            ("linux", "TERM", (Type.NOT_SUPPORTED, Rule.STOP_SIGNAL)),
            ("linux", "sigterm", (Type.NOT_SUPPORTED, Rule.STOP_SIGNAL)),
            ("linux", "15", (Type.NOT_SUPPORTED, Rule.STOP_SIGNAL)),
            ("linux", "", (Type.NOT_SUPPORTED, Rule.STOP_SIGNAL)),
            ("windows", "SIGKILL", None),
            ("windows", "SIGHUP", (Type.NOT_SUPPORTED, Rule.STOP_SIGNAL)),
            ("plan9", "SIGHUP", None),
            ("", "anything", None),
        ],
    )
    def test_by_os(self, os: str | None, signal: str, error: Any) -> None:
        errors = found("containers", os=os, lifecycle={"stopSignal": signal})
        assert errors == ([] if error is None else [("lifecycle.stopSignal", *error)])

    def test_after_the_hooks(self) -> None:
        errors = found("containers", lifecycle={"stopSignal": "SIGTERM", "preStop": {}, "postStart": {}})
        assert [path for path, _, _ in errors] == ["lifecycle.postStart", "lifecycle.preStop", "lifecycle.stopSignal"]

    def test_where_it_is_not_known(self) -> None:
        assert found("containers", Release("1.32"), lifecycle={"stopSignal": 9}) == []
        assert found("containers", lifecycle={"stopSignal": None}) == []


@pytest.mark.parametrize(
    ("spec", "grace", "os"),
    [
        ({}, None, None),
        ({"terminationGracePeriodSeconds": None, "os": None}, None, None),
        ({"terminationGracePeriodSeconds": 0, "os": {}}, 0, ""),
        ({"terminationGracePeriodSeconds": -5, "os": {"name": "linux"}}, -5, "linux"),
    ],
)
def test_what_a_pod_says(spec: JSON, grace: int | None, os: str | None) -> None:
    assert PodLifecycle.from_spec(spec, SPEC) == PodLifecycle(grace, os)


def test_restart_policy_of_a_pod() -> None:
    found_rules = [
        [error.rule for error in validate_restart_policy({"restartPolicy": policy}, SPEC)] for policy in ("Never", "", None, "never")
    ]
    assert found_rules == [[], [Rule.RESTART_POLICY_REQUIRED], [Rule.RESTART_POLICY_REQUIRED], [Rule.RESTART_POLICY]]


def test_operating_systems() -> None:
    given: list[Any] = [None, {"name": "linux"}, {"name": "windows"}, {}, {"name": "Linux"}]
    errors = [[(str(error.path), error.type) for error in validate_os({"os": os}, SPEC)] for os in given]
    assert errors == [[], [], [], [("spec.os.name", Type.REQUIRED)], [("spec.os", Type.NOT_SUPPORTED)]]


@pytest.mark.parametrize(
    "container",
    [
        {"lifecycle": []},
        {"lifecycle": {"postStart": 1}},
        {"lifecycle": {"stopSignal": 9}},
        {"livenessProbe": "x"},
        {"livenessProbe": {"periodSeconds": "1"}},
        {"livenessProbe": {"terminationGracePeriodSeconds": 1.5}},
        {"restartPolicy": 1},
    ],
)
def test_malformed(container: JSON) -> None:
    with pytest.raises(MalformedObject):
        found("containers", **container)


@pytest.mark.parametrize("spec", [[], True, {"os": []}, {"os": {"name": 1}}, {"restartPolicy": 1}, {"terminationGracePeriodSeconds": ""}])
def test_malformed_specs(spec: Any) -> None:
    with pytest.raises(MalformedObject):
        assert (PodLifecycle.from_spec(spec, SPEC), validate_os(spec, SPEC), validate_restart_policy(spec, SPEC)) is None
