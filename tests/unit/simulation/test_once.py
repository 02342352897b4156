"""One step of a kubelet by itself."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import Cluster, KubeletConfig
from kubecontainers.apimachinery.errors import NotFound, ValidationFailed
from kubecontainers.apimachinery.release import Release
from kubecontainers.simulation.once import start_once, sync_once
from kubecontainers.simulation.script import Script

POD: dict[str, Any] = {"spec": {"containers": [{"name": "app", "image": "app:1"}]}}


def test_start() -> None:
    script = Script.from_json({"images": {"app:1": {"sizeBytes": 7, "pulls": [{"ms": 1500}]}}})
    found = start_once(POD, "app", script, cluster=Cluster(Release("1.34")))
    assert (found.failure, str(found.done_at)) == (None, "1.5s")
    assert [(str(call.at), call.kind.value) for call in found.calls] == [
        ("0s", "PullImage"),
        ("1.5s", "CreateContainer"),
        ("1.5s", "StartContainer"),
    ]
    assert found.events[1].event.message == ('Successfully pulled image "app:1" in 1.5s (1.5s including waiting). Image size: 7 bytes.')
    assert found.events[-1].to_json() == {
        "at": "1.5s",
        "pod": "default/p",
        "type": "Normal",
        "reason": "Started",
        "message": "Started container app",
        "fieldPath": "spec.containers{app}",
    }


def test_no_such_container() -> None:
    with pytest.raises(NotFound, match="no container 'db'"):
        start_once(POD, "db")


def test_sync() -> None:
    found = sync_once(POD)
    assert (found.outcome.failed, str(found.outcome.done_at)) == (False, "0s")
    assert [call.kind.value for call in found.calls] == ["RunPodSandbox", "CreateContainer", "StartContainer"]
    assert [event.event.reason.value for event in found.events] == ["Pulled", "Created", "Started"]


def test_a_configuration_that_no_kubelet_starts_with() -> None:
    cluster = Cluster(kubelet=KubeletConfig(registry_pull_qps=-1))
    with pytest.raises(ValidationFailed):
        start_once(POD, "app", cluster=cluster)
    with pytest.raises(ValidationFailed):
        sync_once(POD, cluster=cluster)
