"""Which containers are sidecars."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.objects import ContainerKind, containers
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.sidecars import is_sidecar

POD = {"spec": {kind.value: [{"name": kind.value, "restartPolicy": "Always"}] for kind in ContainerKind}}
OFF = Release("1.30").with_gates({"SidecarContainers": False})


def sidecars(release: Release) -> list[str]:
    return [found.name for found in containers(POD) if is_sidecar(found, release=release)]


def test_only_an_init_container_is_one() -> None:
    assert sidecars(LATEST) == ["initContainers"]


@pytest.mark.parametrize("release", [Release("1.27"), Release("1.28"), OFF])
def test_none_where_the_gate_is_off(release: Release) -> None:
    assert sidecars(release) == []


def test_another_policy_is_none() -> None:
    pod = {"spec": {"initContainers": [{"restartPolicy": "OnFailure"}, {"restartPolicy": None}, {}]}}
    assert not any(is_sidecar(found) for found in containers(pod))
