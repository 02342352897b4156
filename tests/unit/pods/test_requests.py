from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.pods.requests import default_requests


def container(**resources: Any) -> dict[str, Any]:
    return {"name": "app", "resources": resources}


def test_every_limit_without_a_request_becomes_one() -> None:
    limits = {"cpu": "1", "memory": "64Mi", "example.com/gpu": 1, "ephemeral-storage": None}
    spec = {
        "containers": [container(limits=limits, requests={"memory": "32Mi"}), container(requests={"cpu": "1"}), {"name": "plain"}],
        "initContainers": [container(limits={"cpu": "2"}, requests=None)],
        "ephemeralContainers": [container(limits={"cpu": "3"})],
    }
    found = default_requests({"spec": spec})
    assert [(str(change.path), change.after) for change in found.changes] == [
        ("spec.initContainers[0].resources.requests[cpu]", "2"),
        ("spec.containers[0].resources.requests[cpu]", "1"),
        ("spec.containers[0].resources.requests[example.com/gpu]", 1),
    ]
    made: Any = found.object
    assert made["spec"]["containers"][0]["resources"]["requests"] == {"memory": "32Mi", "cpu": "1", "example.com/gpu": 1}
    assert made["spec"]["containers"][1] is spec["containers"][1]
    assert default_requests(made).object is made


@pytest.mark.parametrize("resources", [7, {"limits": []}, {"requests": "1"}])
def test_what_cannot_be_decoded(resources: object) -> None:
    with pytest.raises(MalformedObject):
        default_requests({"spec": {"containers": [{"name": "app", "resources": resources}]}})
