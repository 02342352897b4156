"""The section on images: each finding on what it is about, and on nothing near it."""

from __future__ import annotations

from typing import Any

import pytest

import kubecontainers as kc
from kubecontainers.explain.report import Workload, explain

DIGEST = "sha256:" + "0" * 64
PINNED = f"registry.k8s.io/pause@{DIGEST}"


def explained(container: dict[str, Any], release: str = "1.34", **spec: Any) -> Workload:
    pod = {"kind": "Pod", "spec": {"containers": [container], **spec}}
    return explain([pod], cluster=kc.Cluster(kc.Release(release))).workloads[0]


def codes(workload: Workload) -> list[str]:
    return [finding.code for finding in workload.findings]


@pytest.mark.parametrize(
    ("image", "policy", "expected"),
    [
        (PINNED, "", []),
        ("registry.k8s.io/pause:3.9", "Always", []),
        ("registry.k8s.io/pause:latest", "", []),
        ("registry.k8s.io/pause", "", []),
        ("registry.k8s.io/Pause", "", ["KC101"]),
        ("https://registry.k8s.io/pause", "", ["KC101"]),
        (" registry.k8s.io/pause", "", ["KC101"]),
        ("", "", ["KC102"]),
        ("registry.k8s.io/pause:latest", "IfNotPresent", ["KC103"]),
        ("registry.k8s.io/pause", "Never", ["KC103", "KC108"]),
        (f"registry.k8s.io/pause:latest@{DIGEST}", "", ["KC104"]),
        (f"registry.k8s.io/pause:latest@{DIGEST}", "IfNotPresent", []),
        ("pause:latest", "", ["KC105"]),
        ("team/pause", "", ["KC105"]),
        ("docker.io/library/pause:latest", "", []),
        ("index.docker.io/library/pause:latest", "", []),
        ("registry.k8s.io/pause:3.9", "", ["KC107"]),
        (PINNED, "Never", ["KC108"]),
        (PINNED, "always", ["KC109"]),
        (f"reg_istry.k8s.io/pause@{DIGEST}", "", ["KC110"]),
    ],
)
def test_findings_of_an_image(image: str, policy: str, expected: list[str]) -> None:
    container = {"name": "app", "image": image, **({"imagePullPolicy": policy} if policy else {})}
    assert codes(explained(container)) == expected


@pytest.mark.parametrize(("release", "expected"), [("1.34", ["KC106"]), ("1.35", [])])
def test_a_private_image_stays_open_to_all_pods_of_a_node(release: str, expected: list[str]) -> None:
    assert codes(explained({"name": "app", "image": PINNED}, release, imagePullSecrets=[{"name": "registry"}])) == expected


@pytest.mark.parametrize(("release", "expected"), [("1.30", []), ("1.34", ["KC111"]), ("1.35", ["KC107"])])
def test_an_image_volume_that_is_dropped(release: str, expected: list[str]) -> None:
    volume = {"name": "data", "image": {"reference": "registry.k8s.io/data:1"}}
    workload = explained({"name": "app", "image": PINNED}, release, volumes=[volume])
    assert codes(workload) == expected
    if release == "1.34":
        assert [line.label for line in workload.entries[1].lines] == ["image", "pull policy"]
        assert workload.entries[1].heading == "image volume data"


def test_a_pod_without_a_spec_has_no_entries() -> None:
    assert explain([{"kind": "Pod"}]).workloads[0].entries == ()


@pytest.mark.parametrize(
    ("release", "policy", "said"),
    [
        ("1.31", "Sometimes", "uses the one on the node: the kubelet does not know the policy"),
        ("1.32", "Sometimes", "pulls it: the kubelet does not know the policy"),
        ("1.34", "IfNotPresent", "uses the one on the node: it is there, and any pod of the node may use it"),
    ],
)
def test_what_a_node_with_the_image_does(release: str, policy: str, said: str) -> None:
    entry = explained({"name": "app", "image": PINNED, "imagePullPolicy": policy}, release).entries[0]
    assert {line.label: line.text for line in entry.lines}["on a node with it"] == said
