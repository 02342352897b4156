from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.scheduling.qos import PodQOS, QOSClass, QOSReason, pod_qos

JSON = dict[str, Any]

BOTH: JSON = {"cpu": "1", "memory": "1Gi"}
SAME: JSON = {"cpu": "1000m", "memory": "1024Mi"}
EQUAL: JSON = {"requests": BOTH, "limits": SAME}


def pod(*resources: JSON, init: JSON | None = None, **spec: Any) -> JSON:
    containers = [{"name": f"app-{at}", "resources": found} for at, found in enumerate(resources)]
    inits = [] if init is None else [{"name": "setup", "resources": init}]
    return {"spec": {"containers": containers, "initContainers": inits, **spec}}


def found(made: JSON, release: Release = LATEST) -> tuple[QOSClass, QOSReason, str, str]:
    qos = pod_qos(made, release=release)
    assert (qos.container == "") is (str(qos.path) == "spec")
    return qos.qos_class, qos.reason, qos.resource, qos.container


NONE = (QOSClass.BEST_EFFORT, QOSReason.NOTHING_SET, "", "")
FULL = (QOSClass.GUARANTEED, QOSReason.ALL_EQUAL, "", "")


def burstable(reason: QOSReason, resource: str, container: str = "") -> tuple[QOSClass, QOSReason, str, str]:
    return QOSClass.BURSTABLE, reason, resource, container


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ({}, NONE),
        (pod({}), NONE),
        (pod({"requests": {"cpu": "0", "memory": "-1", "a/b": "1"}, "limits": {"ephemeral-storage": "1"}}), NONE),
        (pod({}, overhead=BOTH), NONE),
        (pod(EQUAL), FULL),
        (pod(EQUAL, EQUAL, init=EQUAL, overhead={"cpu": "9"}), FULL),
        (pod({"requests": {**BOTH, "a/b": "1"}, "limits": SAME}), FULL),
        (pod({"requests": BOTH}), burstable(QOSReason.LIMIT_MISSING, "cpu", "app-0")),
        (pod(EQUAL, {"requests": BOTH, "limits": {"cpu": "1"}}), burstable(QOSReason.LIMIT_MISSING, "memory", "app-1")),
        (pod(EQUAL, {"requests": BOTH, "limits": {"cpu": "0", "memory": "1Gi"}}), burstable(QOSReason.LIMIT_MISSING, "cpu", "app-1")),
        (pod(EQUAL, init={}), burstable(QOSReason.LIMIT_MISSING, "cpu", "setup")),
        (pod({"limits": BOTH}), burstable(QOSReason.REQUEST_MISSING, "cpu")),
        (pod({"requests": {"cpu": "1"}, "limits": BOTH}), burstable(QOSReason.REQUEST_MISSING, "memory")),
        (pod({"requests": {**BOTH, "cpu": "2"}, "limits": BOTH}), burstable(QOSReason.REQUEST_UNEQUAL, "cpu")),
        (pod({"requests": {**BOTH, "memory": "1"}, "limits": BOTH}), burstable(QOSReason.REQUEST_UNEQUAL, "memory")),
    ],
)
def test_containers(made: JSON, expected: object) -> None:
    assert found(made) == expected
    assert found(made, Release("1.27")) == expected


def test_sums_are_compared() -> None:
    """What one container requests above its limit, which validation would refuse, another may request below."""
    less, more = ({"requests": {**BOTH, "cpu": cpu}, "limits": {**BOTH, "cpu": "2"}} for cpu in ("1", "3"))
    assert found(pod(less, more)) == FULL


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({}, NONE),
        ({"requests": {"hugepages-2Mi": "2Mi"}}, NONE),
        (EQUAL, FULL),
        ({"requests": BOTH}, burstable(QOSReason.LIMIT_MISSING, "cpu")),
        ({"limits": BOTH}, burstable(QOSReason.REQUEST_MISSING, "cpu")),
        ({"requests": BOTH, "limits": {"cpu": "1"}}, burstable(QOSReason.LIMIT_MISSING, "memory")),
    ],
)
def test_the_pod_as_a_whole(resources: JSON, expected: object) -> None:
    made, before = pod({"requests": BOTH}, resources=resources), burstable(QOSReason.LIMIT_MISSING, "cpu", "app-0")
    assert found(made) == found(made, Release("1.32").with_gates({"PodLevelResources": True})) == expected
    for release in (Release("1.31"), Release("1.33"), LATEST.with_gates({"PodLevelResources": False}, dependents="disable")):
        assert found(made, release) == before


def test_where_it_stands() -> None:
    assert str(pod_qos(pod(EQUAL, {"limits": BOTH}, init={})).path) == "spec.initContainers[0]"
    assert pod_qos({}) == PodQOS(QOSClass.BEST_EFFORT, QOSReason.NOTHING_SET)
    with pytest.raises(MalformedObject, match=r"spec\.overhead\[cpu\]"):
        pod_qos(pod(EQUAL, overhead={"cpu": "x"}))
