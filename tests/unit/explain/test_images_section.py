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
    return [finding.code for finding in workload.findings if finding.code.startswith("KC1")]


@pytest.mark.parametrize(
    ("image", "policy", "expected"),
    [
        (PINNED, "", []),
        ("registry.k8s.io/pause:3.9", "Always", []),
        ("registry.k8s.io/pause:latest", "", []),
        ("registry.k8s.io/pause", "", []),
        ("registry.k8s.io/Pause", "", ["KC101"]),
        ("https://registry.k8s.io/pause", "", ["KC101"]),
        (" registry.k8s.io/pause", "", ["KC111"]),
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
        ("${IMAGE}", "", ["KC101"]),
        (PINNED, "always", ["KC109"]),
        (f"reg_istry.k8s.io/pause@{DIGEST}", "", ["KC110"]),
    ],
)
def test_findings_of_an_image(image: str, policy: str, expected: list[str]) -> None:
    container = {"name": "app", "image": image, **({"imagePullPolicy": policy} if policy else {})}
    assert codes(explained(container)) == expected


@pytest.mark.parametrize("policy", ["Always", "IfNotPresent"])
@pytest.mark.parametrize(("release", "expected"), [("1.34", ["KC106"]), ("1.35", [])])
def test_a_private_image_stays_open_to_all_pods_of_a_node(release: str, expected: list[str], policy: str) -> None:
    container = {"name": "app", "image": PINNED, "imagePullPolicy": policy}
    assert codes(explained(container, release, imagePullSecrets=[{"name": "registry"}])) == expected


@pytest.mark.parametrize(("release", "verified"), [("1.34", False), ("1.35", True)])
def test_never_on_a_node_that_verifies(release: str, verified: bool) -> None:
    workload = explained({"name": "app", "image": PINNED, "imagePullPolicy": "Never"}, release)
    assert ("only if the pod may use it" in workload.findings[0].sentence) is verified
    shown = {line.label: line.text for line in workload.entries[0].lines}["on a node with it"]
    assert ("else fails with ErrImageNeverPull" in shown) is verified


@pytest.mark.parametrize(
    ("image", "refused"),
    [
        ({"reference": "registry.k8s.io/data:1"}, []),
        ({"reference": f"registry.k8s.io/data:latest@{DIGEST}"}, []),
        ({"reference": ""}, ["KC102"]),
        ({"reference": "UPPER", "pullPolicy": "odd"}, ["KC109"]),
    ],
)
@pytest.mark.parametrize(
    ("control_plane", "node", "expected"), [("1.30", "1.30", "KC113"), ("1.34", "1.34", "KC112"), ("1.36", "1.34", "KC114")]
)
def test_an_image_volume_that_comes_to_nothing(
    image: dict[str, str], refused: list[str], control_plane: str, node: str, expected: str
) -> None:
    """Only an API server that has image volumes enabled looks into them."""
    pod: dict[str, Any] = {"kind": "Pod", "spec": {"volumes": [{"name": "data", "image": image}, {"name": "empty", "emptyDir": {}}]}}
    report = explain([pod], cluster=kc.Cluster(kc.Release(control_plane), kc.Release(node)))
    entry, _ = report.workloads[0].entries
    assert [finding.code for finding in entry.findings] == [*(refused if control_plane == "1.36" else []), expected]
    assert entry.heading == "image volume data"
    assert [line.label for line in entry.lines] == ["image"]


def test_an_image_volume_that_is_used() -> None:
    volume = {"name": "data", "image": {"reference": "registry.k8s.io/data:1"}}
    assert codes(explained({"name": "app", "image": PINNED}, "1.35", volumes=[volume])) == ["KC107"]


def test_an_image_volume_without_a_reference() -> None:
    assert codes(explained({"name": "app", "image": PINNED}, "1.36", volumes=[{"name": "data", "image": {}}])) == ["KC102"]


def test_white_space_around_the_reference_of_a_volume_is_the_kubelet_s() -> None:
    volume = {"name": "data", "image": {"reference": " a"}}
    assert codes(explained({"name": "app", "image": PINNED}, "1.36", volumes=[volume])) == ["KC101"]


def test_a_pod_without_a_spec_names_no_images() -> None:
    [entry] = explain([{"kind": "Pod"}]).workloads[0].entries
    assert "image" not in entry.facts


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
