from __future__ import annotations

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.observed_pod import init_failed, observed_pod
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState

POD = {
    "spec": {
        "initContainers": [{"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}],
        "containers": [{"name": "app", "restartPolicy": "Never"}, {}],
        "ephemeralContainers": [{"name": "shell"}],
    }
}
STATUSES = [
    RuntimeContainer("app", RuntimeState.RUNNING),
    RuntimeContainer("app", RuntimeState.EXITED),
    RuntimeContainer("gone", RuntimeState.EXITED),
    RuntimeContainer("proxy", RuntimeState.CREATED),
]


def test_what_is_read() -> None:
    observed = observed_pod(POD, iter(STATUSES), LATEST)
    assert observed.statuses == tuple(STATUSES)
    lists = (observed.init, observed.main, observed.ephemeral)
    assert [[(listed.index, listed.name, listed.state) for listed in found] for found in lists] == [
        [(0, "setup", None), (1, "proxy", RuntimeState.CREATED)],
        [(0, "app", RuntimeState.RUNNING), (1, "", None)],
        [(0, "shell", None)],
    ]
    assert [listed.sidecar for listed in (*observed.init, *observed.main)] == [False, True, False, False]
    assert not any(listed.sidecar for listed in observed_pod(POD, STATUSES, Release("1.27")).init)


def test_decisions_are_the_release_s() -> None:
    now, before = (observed_pod(POD, [], release) for release in (LATEST, Release("1.34")))
    assert [observed.restarts_on_failure(observed.main[0]) for observed in (now, before)] == [False, True]
    assert now.should_be_restarted(now.main[0]).restart


@pytest.mark.parametrize(
    ("instance", "failed"),
    [
        (RuntimeContainer("a", RuntimeState.EXITED), False),
        (RuntimeContainer("a", RuntimeState.EXITED, exit_code=1), True),
        (RuntimeContainer("a", RuntimeState.EXITED, reason="OOMKilled"), True),
        (RuntimeContainer("a", RuntimeState.EXITED, reason="Error"), False),
        (RuntimeContainer("a", RuntimeState.UNKNOWN), True),
        (RuntimeContainer("a", RuntimeState.RUNNING, exit_code=1), False),
        (RuntimeContainer("a", RuntimeState.CREATED, exit_code=1), False),
    ],
)
def test_failed_init_containers(instance: RuntimeContainer, failed: bool) -> None:
    assert init_failed(instance) is failed


def test_malformed() -> None:
    with pytest.raises(MalformedObject, match=r"spec\.containers\[0\]\.name"):
        observed_pod({"spec": {"containers": [{"name": 1}]}}, [], LATEST)
