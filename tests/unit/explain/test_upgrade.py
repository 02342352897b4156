"""What an upgrade changes for some manifests, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

import kubecontainers as kc
from kubecontainers.apimachinery.cluster import CREDENTIALS_VERIFIED, KubeletConfig
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.explain.entries import Entry
from kubecontainers.explain.findings import Severity
from kubecontainers.explain.release_changes import AlteredRelease, NamedChange, changes_between, known_changes
from kubecontainers.explain.upgrade import _Causes as Causes  # pyright: ignore[reportPrivateUsage]
from kubecontainers.explain.upgrade import _Said as Said  # pyright: ignore[reportPrivateUsage]
from kubecontainers.explain.upgrade import explain_upgrade
from kubecontainers.explain.upgrade_report import UpgradeReport

JSON = dict[str, Any]

KEY = (0, "", "", "")
IMAGE = "registry.k8s.io/pause@sha256:" + "0" * 64


NEEDED = "the pod needs credentials that may pull it"


def pod(name: str = "web", container: JSON | None = None, **spec: Any) -> JSON:
    app = {"name": "app", "image": IMAGE, "imagePullPolicy": "Always", **(container or {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [app], **spec}}


def upgrade(*objects: Any, before: str = "1.30", after: str = "1.36") -> UpgradeReport:
    return explain_upgrade(objects, kc.Cluster(kc.Release(before)), kc.Cluster(kc.Release(after)))


def found(report: UpgradeReport) -> list[tuple[str, str, str, list[str]]]:
    return [(one.label, one.before, one.after, [named.name for named in one.changes]) for one in report.differences]


class TestDifferences:
    def test_nothing_changes(self) -> None:
        report = upgrade(pod(), {"kind": "Other"})
        assert report.objects == ()
        assert report.to_text() == "2 objects, Kubernetes 1.30 to 1.36: nothing changes for them\n"

    def test_a_line(self) -> None:
        report = upgrade(pod(hostnameOverride="db"), before="1.34", after="1.35")
        changes = ["environment.hostname.HOSTNAME_OVERRIDE"]
        assert found(report) == [("hostname", "web", "db", changes), ("dropped", "hostnameOverride", "", changes)]
        assert report.objects[0].workload.name == "web"
        assert report.objects[0].workload.entries == ()

    def test_a_finding(self) -> None:
        report = upgrade(pod(container={"imagePullPolicy": "IfNotPresent"}, imagePullSecrets=[{"name": "a"}]), before="1.34", after="1.35")
        gone = next(one for one in report.differences if one.label == "KC106")
        assert (gone.after, gone.severity, gone.heading, gone.path) == ("", None, "container app", "spec.containers[0]")
        assert gone.before.startswith("warning: once on a node")
        assert [named.change for named in gone.changes] == [CREDENTIALS_VERIFIED]

    def test_a_row_of_a_table(self) -> None:
        source = {"fileKeyRef": {"volumeName": "v", "path": "p", "key": "k"}}
        report = upgrade(pod(container={"env": [{"name": "A", "valueFrom": source}]}, volumes=[{"name": "v", "emptyDir": {}}]))
        rows = [(one.label, one.before, one.after) for one in report.differences if one.label.startswith("environment, ")]
        assert rows == [("environment, A", "A=  manifest", "A=?  file in volume v, known when the pod runs")]

    def test_a_finding_that_says_something_else_is_not_new(self) -> None:
        """KC310 names more variables from 1.30 on, where keys of envFrom that are no names of variables are kept."""
        config = {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"x.y": "1", "1x": "2"}}
        report = upgrade(pod(container={"envFrom": [{"configMapRef": {"name": "c"}}]}), config, before="1.29", after="1.30")
        changed = next(one for one in report.differences if one.label == "KC310")
        assert (changed.severity, bool(changed.before), bool(changed.after)) == (None, True, True)

    def test_several_lines_of_one_label(self) -> None:
        tolerations = [{"key": "a", "operator": "Exists"}, {"key": "b", "operator": "Exists"}]
        data = {"kind": "RuntimeClass", "metadata": {"name": "a"}, "handler": "", "scheduling": {"tolerations": tolerations}}
        report = upgrade(data, before="1.35", after="1.36")
        assert [(label, names) for label, _, _, names in found(report)] == [("KC421", ["runtimeclass.validation.EMPTY_HANDLER_REQUIRED"])]

    def test_findings_that_come(self) -> None:
        report = upgrade(pod(hostnameOverride="Not valid"), before="1.33", after="1.35")
        come = next(one for one in report.differences if one.label == "KC003")
        assert (come.before, come.severity) == ("", Severity.ERROR)
        assert come.after.startswith("error: the API server refuses a pod with this: spec.hostnameOverride: Invalid: 'Not valid'")

    def test_each_of_several_changes_that_it_takes(self) -> None:
        report = upgrade(pod(volumes=[{"name": "i", "image": {"reference": "d:1"}}]), before="1.30", after="1.35")
        assert {label: names for label, _, _, names in found(report)}["pull policy"] == [
            "images.uses.IMAGE_VOLUMES",
            "images.uses.IMAGE_VOLUMES_ENABLED",
        ]

    def test_settings(self) -> None:
        """A difference that comes of settings and not of a release has no change behind it."""
        config = KubeletConfig(image_pull_credentials_verification_policy="NeverVerify")
        release = kc.Release("1.36")
        report = explain_upgrade(
            [pod(container={"imagePullPolicy": "IfNotPresent"})],
            kc.Cluster(release, kubelet=config),
            kc.Cluster(release),
        )
        assert [(label, names) for label, _, _, names in found(report)] == [("on a node with it", [])]


@attrs.frozen
class Either:
    """What says the same as long as one of two changes has happened."""

    both: tuple[NamedChange, ...]

    def said_without(self, undone: Sequence[NamedChange]) -> dict[Any, Said]:
        return {KEY: Said(Entry(ROOT, ""), "", "old" if set(self.both) <= set(undone) else "new")}


def test_changes_that_are_behind_it_only_together() -> None:
    """Where one of them alone is undone, nothing changes, since the other is enough."""
    several = known_changes()[:9]
    either = Either((several[2], several[7]))
    assert Causes(either, {KEY: Said(Entry(ROOT, ""), "", "old")}, [KEY], several).find() == {KEY: either.both}  # type: ignore[arg-type]


class TestReport:
    def test_text(self) -> None:
        report = upgrade(pod(container={"imagePullPolicy": "IfNotPresent"}), before="1.34", after="1.35")
        assert report.to_text().splitlines() == [
            "Pod web",
            "└─ container app: on a node with it",
            "   ├─ 1.34  uses the one on the node: it is there, and any pod of the node may use it",
            f"   ├─ 1.35  uses the one on the node if the pod may, else pulls it: if the kubelet pulled it, {NEEDED}",
            f"   └─ because  1.35, feature gate KubeletEnsureSecretPulledImages: {CREDENTIALS_VERIFIED.summary}",
            "1 object, Kubernetes 1.34 to 1.35: 1 changed object, 1 difference",
        ]

    def test_json(self) -> None:
        report = upgrade(pod(container={"imagePullPolicy": "IfNotPresent"}), before="1.34", after="1.35")
        shown: Any = report.to_json()
        assert json.loads(json.dumps(shown)) == shown
        assert (shown["before"], shown["after"], shown["objects"]) == (
            {"controlPlane": "1.34", "node": "1.34"},
            {"controlPlane": "1.35", "node": "1.35"},
            1,
        )
        difference = shown["changed"][0]["differences"][0]
        assert (shown["changed"][0]["name"], difference["label"], difference["severity"]) == ("web", "on a node with it", None)
        assert [change["gate"] for change in difference["changes"]] == ["KubeletEnsureSecretPulledImages"]

    def test_nodes_of_another_release(self) -> None:
        before, after = kc.Cluster(kc.Release("1.35"), kc.Release("1.34")), kc.Cluster(kc.Release("1.35"))
        report = explain_upgrade([pod(container={"imagePullPolicy": "IfNotPresent"})], before, after)
        assert report.summary() == "1 object, Kubernetes 1.35 (nodes 1.34) to 1.35: 1 changed object, 1 difference"

    def test_what_ends(self) -> None:
        report = upgrade(pod(container={"imagePullPolicy": "always"}), before="1.31", after="1.32")
        assert "because  1.32: " in report.to_text()


class TestKnownChanges:
    def test_every_room_is_looked_at(self) -> None:
        names = {named.name.partition(".")[0] for named in known_changes()}
        assert names == {"credentials", "environment", "images", "lifecycle", "pods", "pulling", "runtimeclass", "scheduling"} | (
            {"apimachinery"} & names
        )
        assert len({named.change for named in known_changes()}) == len(known_changes())

    def test_those_between_two_releases(self) -> None:
        between = changes_between(kc.Release("1.34"), kc.Release("1.35"), known_changes())
        assert CREDENTIALS_VERIFIED in [named.change for named in between]
        assert changes_between(kc.Release("1.34"), kc.Release("1.34"), known_changes()) == ()

    def test_an_altered_release(self) -> None:
        release = kc.Release("1.35")
        altered = AlteredRelease.of(release, {CREDENTIALS_VERIFIED: False})
        assert CREDENTIALS_VERIFIED in release
        assert CREDENTIALS_VERIFIED not in altered
        assert altered != release
        assert altered == AlteredRelease.of(release, {CREDENTIALS_VERIFIED: False})
        assert hash(altered) == hash(AlteredRelease.of(release, {CREDENTIALS_VERIFIED: False}))
        assert altered != AlteredRelease.of(release, {CREDENTIALS_VERIFIED: True})

    @pytest.mark.parametrize("minor", ["1.30", "1.36"])
    def test_without_other_answers_it_is_the_release(self, minor: str) -> None:
        release = kc.Release(minor)
        altered = AlteredRelease.of(release, {})
        assert all((named.change in altered) is (named.change in release) for named in known_changes())
