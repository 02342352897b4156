"""The section on the pod as it is stored: what it phrases, and what it leaves to others."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kubecontainers as kc
from kubecontainers.explain.entries import Entry
from kubecontainers.explain.report import explain

KEPT: dict[str, Any] = {"enableServiceLinks": True, "restartPolicy": "Never", "terminationGracePeriodSeconds": 0}
APP = {"name": "app", "image": "registry.k8s.io/pause@sha256:" + "0" * 64, "imagePullPolicy": "Always"}


def entry(release: str = "1.36", kind: str = "Pod", **spec: Any) -> Entry:
    pod = {"spec": {"containers": [APP], **KEPT, **spec}}
    obj: dict[str, Any] = {"kind": kind, **(pod if kind == "Pod" else {"spec": {"template": pod}})}
    return explain([obj], cluster=kc.Cluster(kc.Release(release))).workloads[0].entries[-1]


def said(found: Entry) -> dict[str, str]:
    return {line.label: line.text for line in found.lines if line.label in {"filled in", "dropped", "not checked"}}


def test_nothing_to_say() -> None:
    found = entry()
    assert (found.heading, str(found.path), found.findings) == ("pod", "", ())
    assert said(found) == {"filled in": "nothing"}
    assert set(found.facts) == {"services", "scheduling", "stored", "termination"}
    assert found.facts["stored"] == {"changes": [], "errors": [], "unchecked": []}


def test_what_is_filled_in_and_not_checked() -> None:
    containers = [APP, {"name": "b", "image": "b", "tty": True}, {"name": "c", "image": "c", "tty": False}]
    found = entry(containers=containers, volumes=[{"name": "tmp"}, {"name": "host", "hostPath": {"path": "/"}}], nodeName="a")
    assert said(found) == {"filled in": "emptyDir, imagePullPolicy (2)", "not checked": "hostPath, nodeName, tty"}
    assert found.findings == ()


def test_entries_of_a_map_count_for_it() -> None:
    found = entry(containers=[{**APP, "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}}])
    assert said(found)["filled in"] == "requests (2)"


def test_what_is_dropped() -> None:
    mounts = [{"name": name, "mountPath": f"/{name}"} for name in ("data", "more", "tmp")]
    volumes: list[dict[str, Any]] = [
        {"name": "data", "image": {"reference": "d"}},
        {"name": "more", "image": {}},
        {"name": "tmp", "emptyDir": {}},
    ]
    found = entry("1.34", containers=[{**APP, "volumeMounts": mounts}], volumes=volumes)
    assert said(found) == {"filled in": "nothing", "dropped": "volumeMounts (2), volumes (2)"}
    found = entry("1.34", volumes=volumes[:1])
    assert said(found) == {"filled in": "nothing", "dropped": "volumes"}
    found = entry("1.30", volumes=volumes[:1])
    assert said(found) == {"filled in": "emptyDir", "dropped": "image"}


@pytest.mark.parametrize(("kind", "path"), [("Pod", ""), ("Deployment", "spec.template.")])
def test_errors_stand_where_they_do_in_the_object(kind: str, path: str) -> None:
    found = entry(kind=kind, containers=[{**APP, "name": "App"}, {**APP, "volumeMounts": [{"name": "x", "mountPath": "/x"}]}])
    assert [(finding.code, str(finding.path)) for finding in found.findings] == [
        ("KC003", f"{path}spec.containers[0].name"),
        ("KC003", f"{path}spec.containers[1].volumeMounts[0].name"),
    ]
    assert f"refuses a pod with this: {path}spec.containers[0].name: Invalid: 'App'" in found.findings[0].sentence
    assert str(found.path) == path.rstrip(".")


@pytest.mark.parametrize("container", [{"image": ""}, {"image": " a"}, {"imagePullPolicy": "never"}])
def test_errors_of_images_are_phrased_once(container: dict[str, str]) -> None:
    found = entry(containers=[{**APP, **container}])
    assert found.findings == ()
    stored: Any = found.facts["stored"]
    assert len(stored["errors"]) == 1


def test_sub_paths_of_image_volumes() -> None:
    spec: dict[str, Any] = {
        "containers": [{**APP, "volumeMounts": [{"name": "data", "mountPath": "/data", "subPath": "a"}]}],
        "volumes": [{"name": "data", "image": {"reference": "d", "pullPolicy": "Never"}}],
    }
    release = kc.Release("1.32").with_gates({"ImageVolume": True})
    report = explain([{"kind": "Pod", "spec": spec}], cluster=kc.Cluster(release))
    assert [str(finding.path) for finding in report.findings if finding.code == "KC003"] == ["spec.containers[0].volumeMounts[0].subPath"]
    assert entry("1.36", **spec).findings == ()


def test_facts_are_json_and_keep_values_to_themselves() -> None:
    env = [{"name": "TOKEN", "value": "s3cret"}]
    found = entry("1.34", containers=[{**APP, "env": env, "tty": True}], volumes=[{"name": "data", "image": {"reference": "s3cret"}}])
    facts = json.dumps(found.to_json())
    assert "s3cret" not in facts
    assert json.loads(facts)["facts"]["stored"] == {
        "changes": [
            {"path": "spec.volumes[0]", "after": None, "reason": "DISABLED"},
            {"path": "spec.volumes", "after": None, "reason": "EMPTY"},
        ],
        "errors": [],
        "unchecked": ["spec.containers[0].tty"],
    }


def test_the_pods_of_a_stateful_set_have_its_claims() -> None:
    container = {**APP, "volumeMounts": [{"name": "data", "mountPath": "/data"}]}
    spec = {"template": {"spec": {"containers": [container]}}, "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}
    stateful_set = {"apiVersion": "apps/v1", "kind": "StatefulSet", "spec": spec}
    assert "KC003" not in [finding.code for finding in explain([stateful_set]).findings]
    assert "KC003" in [finding.code for finding in explain([{**stateful_set, "kind": "Deployment"}]).findings]


def test_a_pod_that_is_there_may_have_ephemeral_containers() -> None:
    pod: dict[str, Any] = {"kind": "Pod", "spec": {"containers": [APP], "ephemeralContainers": [{"name": "debug", "image": "busybox:1"}]}}
    new, there = explain([pod]), explain([{**pod, "metadata": {"uid": "6b2c"}}])
    assert [str(finding.path) for finding in new.findings if finding.code == "KC003"] == ["spec.ephemeralContainers"]
    assert "KC003" not in [finding.code for finding in there.findings]


def test_every_error_is_a_finding() -> None:
    """Also where the volume of a claim takes the place of one of the template's."""
    volumes: list[dict[str, Any]] = [
        {"name": "data", "emptyDir": {}},
        {"name": "m", "image": {"reference": "q.io/m:1", "pullPolicy": "always"}},
        {"name": "B_C", "emptyDir": {}},
    ]
    spec = {"template": {"spec": {"containers": [APP], "volumes": volumes}}, "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}
    report = explain([{"apiVersion": "apps/v1", "kind": "StatefulSet", "spec": spec}])
    found = [(finding.code, str(finding.path)) for finding in report.findings if finding.severity.word == "error"]
    assert found == [("KC109", "spec.template.spec.volumes[1].image.reference"), ("KC003", "spec.template.spec.volumes[2].name")]
