from __future__ import annotations

import pickle
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.checked import CheckedFields, unchecked_fields
from kubecontainers.apimachinery.errors import MalformedObject

CHECKED = CheckedFields(
    spec=frozenset({"hostname"}),
    container=frozenset({"name", "volumeMounts.name", "ports", "ports.name"}),
    volume=frozenset({"name", "image.reference"}),
)
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web"},
    "spec": {
        "hostname": "a",
        "nodeName": "b",
        "subdomain": None,
        "containers": [
            {"name": "app", "ports": [{"name": "http", "protocol": "TCP"}], "tty": False},
            None,
            {"volumeMounts": [{"name": "a", "mountPath": "/a"}, {"name": "b"}, {"readOnly": True}]},
        ],
        "initContainers": ({"env": []},),
        "ephemeralContainers": [{"name": "debug", "volumeMounts.name": 1}],
        "volumes": [{"name": "a", "image": {"reference": "x", "pullPolicy": "Always"}}, {"emptyDir": {}}, {"image": {}}],
    },
    "status": {},
}
UNCHECKED = [
    "metadata",
    "spec.nodeName",
    "spec.containers[0].tty",
    "spec.containers[2].volumeMounts[0].mountPath",
    "spec.containers[2].volumeMounts[2].readOnly",
    "spec.initContainers[0].env",
    "spec.ephemeralContainers[0].volumeMounts.name",
    "spec.volumes[0].image.pullPolicy",
    "spec.volumes[1].emptyDir",
    "status",
]


def test_unchecked() -> None:
    assert [str(path) for path in unchecked_fields(POD, CHECKED)] == UNCHECKED
    assert [str(path) for path in unchecked_fields(MappingProxyType(POD), CHECKED)] == UNCHECKED


@pytest.mark.parametrize("spec", [None, {}, {"containers": []}, {"containers": None}, {"volumes": [None]}, [], 5, "x"])
def test_nothing_there(spec: Any) -> None:
    assert unchecked_fields({"spec": spec}, CHECKED) == ()


def test_no_rules() -> None:
    pod = {"spec": {"containers": [{"name": "app"}], "hostname": "a"}}
    assert [str(path) for path in unchecked_fields(pod, CheckedFields())] == ["spec.containers[0].name", "spec.hostname"]


def test_a_list_in_which_nothing_is_checked_is_checked_by_nothing() -> None:
    checked = CheckedFields(container=frozenset({"name"}))
    pod = {"spec": {"volumes": [{"name": "a"}], "containers": [{"image": "a"}]}}
    assert [str(path) for path in unchecked_fields(pod, checked)] == ["spec.volumes[0].name", "spec.containers[0].image"]


def test_together() -> None:
    both = CHECKED | CheckedFields(spec=frozenset({"nodeName"}), volume=frozenset({"image"}))
    assert both.spec == {"hostname", "nodeName"}
    assert both.container == CHECKED.container
    assert "spec.volumes[0].image.pullPolicy" not in [str(path) for path in unchecked_fields(POD, both)]


def test_value() -> None:
    assert pickle.loads(pickle.dumps(CHECKED)) == CHECKED  # noqa: S301
    assert hash(CHECKED) == hash(CHECKED | CheckedFields())


def test_malformed() -> None:
    with pytest.raises(MalformedObject):
        unchecked_fields([], CHECKED)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
