from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.objects import containers
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.grace import BaseGrace, GraceSource, KillReason, base_grace, pod_grace, whole_seconds

JSON = dict[str, Any]
Source = GraceSource


def pod(spec: JSON | None = None, metadata: JSON | None = None, **probes: Any) -> JSON:
    app = {"name": "app", **{f"{kind}Probe": {"terminationGracePeriodSeconds": seconds} for kind, seconds in probes.items()}}
    return {"metadata": metadata or {}, "spec": {"containers": [app], **(spec or {})}}


def base(made: JSON, reason: KillReason = KillReason.UNKNOWN, *, as_given: bool = False, release: Release = LATEST) -> BaseGrace:
    return base_grace(made, next(containers(made)), reason=reason, as_given=as_given, release=release)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (pod(), BaseGrace(30, Source.DEFAULT)),
        (pod({"terminationGracePeriodSeconds": None}), BaseGrace(30, Source.DEFAULT)),
        (pod({"terminationGracePeriodSeconds": 60}), BaseGrace(60, Source.TERMINATION)),
        (pod({"terminationGracePeriodSeconds": 0}), BaseGrace(0, Source.TERMINATION)),
        (pod({"terminationGracePeriodSeconds": -1}), BaseGrace(1, Source.NEGATIVE)),
        (pod({"terminationGracePeriodSeconds": 60}, {"deletionGracePeriodSeconds": 5}), BaseGrace(5, Source.DELETION)),
        (pod({"terminationGracePeriodSeconds": 60}, {"deletionGracePeriodSeconds": 0}), BaseGrace(0, Source.DELETION)),
    ],
)
def test_whose_grace(made: JSON, expected: BaseGrace) -> None:
    assert base(made) == expected


def test_as_given() -> None:
    assert base(pod(), as_given=True) == BaseGrace(2, Source.MINIMUM)
    assert base(pod({"terminationGracePeriodSeconds": -1}), as_given=True) == BaseGrace(-1, Source.TERMINATION)
    assert base(pod(liveness=5), KillReason.LIVENESS_PROBE, as_given=True) == BaseGrace(2, Source.MINIMUM)


@pytest.mark.parametrize("reason", list(KillReason))
def test_only_the_probe_that_failed(reason: KillReason) -> None:
    expected = {
        KillReason.LIVENESS_PROBE: BaseGrace(5, Source.LIVENESS_PROBE),
        KillReason.STARTUP_PROBE: BaseGrace(90, Source.STARTUP_PROBE),
    }
    both = pod({"terminationGracePeriodSeconds": 60}, readiness=7, liveness=5, startup=90)
    assert base(both, reason) == expected.get(reason, BaseGrace(60, Source.TERMINATION))
    assert base({**both, "metadata": {"deletionGracePeriodSeconds": 3}}, reason) == BaseGrace(3, Source.DELETION)
    plain: JSON = {**both, "spec": {"containers": [{"name": "app", "livenessProbe": {}, "startupProbe": None}]}}
    assert base(plain, reason) == BaseGrace(30, Source.DEFAULT)


def test_the_gate_of_1_27() -> None:
    off = Release("1.27").with_gates({"ProbeTerminationGracePeriod": False})
    both = pod({"terminationGracePeriodSeconds": 60}, liveness=5)
    assert base(both, KillReason.LIVENESS_PROBE, release=off) == BaseGrace(60, Source.TERMINATION)
    assert base(both, KillReason.LIVENESS_PROBE, release=Release("1.27")) == BaseGrace(5, Source.LIVENESS_PROBE)


def test_the_reasons_are_those_of_kubernetes() -> None:
    expected = ["Unknown", "", "LivenessProbe", "StartupProbe", "FailedPostStartHook", "RestartAllContainers"]
    assert [reason.value for reason in KillReason] == expected


@pytest.mark.parametrize(
    ("made", "path"),
    [
        (pod({"terminationGracePeriodSeconds": "30"}), "spec.terminationGracePeriodSeconds"),
        (pod({"terminationGracePeriodSeconds": 2**63}), "spec.terminationGracePeriodSeconds"),
        (pod({}, {"deletionGracePeriodSeconds": 1.5}), "metadata.deletionGracePeriodSeconds"),
        (pod(liveness=[]), "spec.containers[0].livenessProbe.terminationGracePeriodSeconds"),
        ({"spec": {"containers": [{"livenessProbe": 7}]}}, "spec.containers[0].livenessProbe"),
    ],
)
def test_bad_input(made: JSON, path: str) -> None:
    with pytest.raises(MalformedObject) as raised:
        base(made, KillReason.LIVENESS_PROBE)
    assert raised.value.path == path


def test_pod_grace_needs_a_pod() -> None:
    with pytest.raises(MalformedObject):
        pod_grace({"spec": []})


def test_whole_seconds() -> None:
    assert [whole_seconds(2**63 - 1), whole_seconds(-(2**63))] == [2**63 - 1, -(2**63)]
    for value in (2**63, -(2**63) - 1, 10**5000):
        with pytest.raises(InvalidDuration, match="more than 64 bits"):
            whole_seconds(value)
