from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.pods.claims import with_claim_volumes
from kubecontainers.pods.create import create_pod

DATA: dict[str, Any] = {"name": "data", "persistentVolumeClaim": {"claimName": "data-db-0"}}
TMP: dict[str, Any] = {"name": "tmp", "emptyDir": {}}


def test_no_claims() -> None:
    pod: dict[str, Any] = {"spec": {"volumes": [TMP]}}
    assert with_claim_volumes(pod, []) is pod


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        (None, [DATA]),
        ([], [DATA]),
        ([TMP], [TMP, DATA]),
        ([{"name": "data"}, TMP], [DATA, TMP]),
        ([{"name": "data"}, TMP, {"name": "data"}], [DATA, TMP]),
    ],
)
def test_claims(volumes: Any, expected: Any) -> None:
    spec: dict[str, Any] = {"volumes": volumes, "nodeName": "a"}
    metadata: dict[str, Any] = {}
    pod = MappingProxyType({"metadata": metadata, "spec": MappingProxyType(spec)})
    found = with_claim_volumes(pod, ["data", "data"], owner="db")
    assert found == {"metadata": {}, "spec": {"volumes": expected, "nodeName": "a"}}


def test_a_mount_of_a_claim_is_found() -> None:
    container = {"name": "db", "image": "postgres:17", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    pod: dict[str, Any] = {"spec": {"containers": [container]}}
    assert [error.path.parts[-1] for error in create_pod(pod).errors] == ["name"]
    assert create_pod(with_claim_volumes(pod, ["data"])).errors == ()


@pytest.mark.parametrize(("pod", "path"), [([], ""), ({"spec": []}, "spec"), ({"spec": {"volumes": {}}}, "spec.volumes")])
def test_malformed(pod: Any, path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        with_claim_volumes(pod, ["data"])
    assert caught.value.path == path
