"""Where a pod can name a Secret."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.credentials.secret_names import secret_names

NAMED: dict[str, str] = {"name": "s"}


def volume(**source: Any) -> dict[str, Any]:
    return {"volumes": [{"name": "data", **source}]}


@pytest.mark.parametrize(
    "spec",
    [
        {"imagePullSecrets": [NAMED]},
        *({kind: [{"envFrom": [{"secretRef": NAMED}]}]} for kind in ("initContainers", "containers", "ephemeralContainers")),
        {"containers": [{"env": [{"name": "A", "valueFrom": {"secretKeyRef": {**NAMED, "key": "a"}}}]}]},
        volume(secret={"secretName": "s"}),
        volume(azureFile={"secretName": "s"}),
        *(volume(**{kind: {"secretRef": NAMED}}) for kind in ("cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos")),
        volume(csi={"nodePublishSecretRef": NAMED}),
        volume(projected={"sources": [{"configMap": {"name": "c"}}, {"secret": NAMED}]}),
    ],
)
def test_a_name(spec: dict[str, Any]) -> None:
    assert secret_names({"spec": spec}) == ("s",)


def test_none() -> None:
    spec: dict[str, Any] = {
        "imagePullSecrets": [{"name": ""}],
        "containers": [{"envFrom": [{"configMapRef": NAMED}], "env": [{"name": "A", "value": "s"}, {"name": "B", "valueFrom": None}]}],
        "volumes": [{"name": "s", "emptyDir": {}}, {"name": "t", "secret": None}],
    }
    assert secret_names({"spec": spec}) == ()
    assert secret_names({}) == ()


def test_what_cannot_be_decoded() -> None:
    with pytest.raises(MalformedObject, match=r"spec\.volumes\[0\]\.secret: expected an object, found a list"):
        secret_names({"spec": volume(secret=[])})
