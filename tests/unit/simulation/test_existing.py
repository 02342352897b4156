"""What is on a node before, from JSON and back."""

from __future__ import annotations

from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.runtime_status import ProbeResult, RuntimeState, SandboxState
from kubecontainers.simulation.existing import ExistingBackOff, ExistingContainer, ExistingSandbox


def test_sandboxes() -> None:
    assert ExistingSandbox.from_json({}) == ExistingSandbox(SandboxState.READY, 0)
    value = ExistingSandbox(SandboxState.NOT_READY, 2)
    assert value.to_json() == {"state": "notReady", "attempt": 2}
    assert ExistingSandbox.from_json(value.to_json()) == value


def test_containers() -> None:
    assert ExistingContainer.from_json({"name": "app"}) == ExistingContainer(name="app", state=RuntimeState.RUNNING)
    value = ExistingContainer(
        name="app",
        attempt=1,
        state=RuntimeState.EXITED,
        exit_code=3,
        reason="Error",
        created_ago=Duration.of(9),
        finished_ago=Duration.of(8),
        changed=True,
        liveness=ProbeResult.FAILURE,
        startup=ProbeResult.UNKNOWN,
    )
    assert ExistingContainer.from_json(value.to_json()) == value
    assert value.to_json()["liveness"] == "Failure"


def test_back_offs() -> None:
    value = ExistingBackOff(image="app:1", count=3, ago=Duration.of(5))
    assert value.to_json() == {"image": "app:1", "count": 3, "agoMs": 5000}
    assert ExistingBackOff.from_json(value.to_json()) == value
    assert ExistingBackOff.from_json({"image": "app:1"}) == ExistingBackOff(image="app:1")
    assert ExistingBackOff.from_json({"image": "app:1", "count": 0}).count == 0
