from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.termination_order import TerminationOrder, running_containers, termination_order

JSON = dict[str, Any]


def sidecar(name: str) -> JSON:
    return {"name": name, "restartPolicy": "Always"}


POD: JSON = {
    "spec": {
        "initContainers": [sidecar("first"), {"name": "setup"}, sidecar("second"), sidecar("third")],
        "containers": [{"name": "app"}, {"name": "web"}],
        "ephemeralContainers": [{"name": "debug"}],
    }
}


def test_reverse_order_of_the_start() -> None:
    order = termination_order(POD)
    assert order.prerequisites("third") == ("app", "web")
    assert order.prerequisites("second") == ("app", "web", "third")
    assert order.prerequisites("first") == ("app", "web", "second")
    for name in ("setup", "app", "web", "debug", "nobody"):
        assert order.prerequisites(name) == ()


def test_a_sidecar_that_does_not_run_breaks_the_chain() -> None:
    order = termination_order(POD, ["app", "first", "third"])
    assert order.prerequisites("first") == ("app",)
    assert order.prerequisites("second") == ()
    assert order.prerequisites("third") == ("app",)


@pytest.mark.parametrize(
    "release",
    [Release("1.27"), Release("1.28"), Release("1.28").with_gates({"SidecarContainers": True})]
    + [Release(minor).with_gates({"SidecarContainers": False}) for minor in ("1.29", "1.32")],
)
def test_without_order(release: Release) -> None:
    assert termination_order(POD, release=release) == TerminationOrder()


def test_what_runs() -> None:
    assert running_containers(POD) == ("first", "second", "third", "app", "web", "debug")
    assert running_containers(POD, release=Release("1.27")) == ("app", "web", "debug")


def test_the_status_says_what_runs() -> None:
    running: JSON = {"state": {"running": {"startedAt": "2026-03-01T12:00:00Z"}}}
    status = {
        "initContainerStatuses": [{"name": "first", **running}, {"name": "setup", "state": {"terminated": {"exitCode": 0}}}],
        "containerStatuses": [{"name": "web", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}, {"name": "gone", **running}],
        "ephemeralContainerStatuses": [{"name": "debug", **running}],
    }
    assert running_containers({**POD, "status": status}) == ("first", "debug")
    assert running_containers({**POD, "status": {"phase": "Pending"}}) == running_containers(POD)


def test_names_that_occur_twice() -> None:
    """No API server takes them; who bears two names is a sidecar, and waits for itself in neither role."""
    pod = {"spec": {"initContainers": [sidecar("app"), sidecar("app")], "containers": [{"name": "app"}, {"name": "app"}]}}
    assert termination_order(pod) == TerminationOrder((), (("app", True),))
    assert running_containers(pod) == ("app",)


def test_bad_input() -> None:
    with pytest.raises(MalformedObject):
        termination_order({"spec": {"containers": [7]}})
    with pytest.raises(MalformedObject):
        running_containers({"status": {"containerStatuses": {}}})
