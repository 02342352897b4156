"""The report: which objects it explains, how sections come together, what it prints."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kubecontainers as kc
from kubecontainers.explain import report as report_module
from kubecontainers.explain.entries import Entry, Line
from kubecontainers.explain.findings import Severity
from kubecontainers.explain.report import Report, Sourced, Subject, explain, load_sections
from kubecontainers.explain.tree import Node, Span, plain_text


def pod(image: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"containers": [{"name": "app", "image": image}], **spec},
    }


def lines(report: Report) -> dict[str, str]:
    return {line.label: line.text for line in report.workloads[0].entries[0].lines}


class TestWhichObjects:
    def test_objects_without_pods_are_only_counted(self) -> None:
        report = explain([{"kind": "Service", "apiVersion": "v1"}, pod("nginx:1.27"), {}])
        assert report.objects == 3
        assert [(workload.kind, workload.namespace, workload.name) for workload in report.workloads] == [("Pod", "shop", "web")]

    def test_the_source_is_kept(self) -> None:
        report = explain([Sourced(pod("nginx:1.27"), "web.yaml", 2)])
        assert report.to_text().startswith("web.yaml, document 2: Pod shop/web\n")

    def test_the_first_document_is_not_numbered(self) -> None:
        assert explain([Sourced(pod("nginx:1.27"), "web.yaml", 1)]).to_text().startswith("web.yaml: Pod shop/web\n")

    @pytest.mark.parametrize(
        ("broken", "where"),
        [
            ({"kind": "Pod", "spec": {"containers": {}}}, "spec.containers: expected a list, found an object"),
            (
                {"kind": "Pod", "metadata": {"name": "x"}, "spec": {"containers": ["app"]}},
                "spec.containers[0]: expected an object, found a string",
            ),
            ({"kind": ["Pod"], "metadata": []}, "kind: expected a string, found a list"),
            ({"kind": "Pod", "metadata": {"name": 7}, "spec": 1.5}, "spec: expected an object, found a number"),
            ({"kind": "Pod", "spec": {"containers": [{"image": True}]}}, "spec.containers[0].image: expected a string, found a boolean"),
            (
                {"kind": "Job", "spec": {"template": {"spec": {"volumes": [{"emptyDir": 5}]}}}},
                "spec.template.spec.volumes[0].emptyDir: expected an object, found a number",
            ),
        ],
    )
    def test_what_cannot_be_decoded_is_a_finding(self, broken: dict[str, Any], where: str) -> None:
        report = explain([broken, pod("nginx:1.27")])
        [finding] = report.workloads[0].findings
        assert (finding.code, finding.severity) == ("KC001", Severity.ERROR)
        assert where in finding.sentence
        assert len(report.workloads) == 2

    @pytest.mark.parametrize("broken", [5, None, "x", [], True])
    def test_what_is_no_object_is_a_finding(self, broken: Any) -> None:
        report = explain([broken])
        assert [finding.code for finding in report.findings] == ["KC001"]
        assert (report.workloads[0].kind, report.workloads[0].name) == ("", "")

    @pytest.mark.parametrize(
        ("version", "kind", "write"), [("extensions/v1beta1", "Deployment", "apps/v1"), ("batch/v1beta1", "CronJob", "batch/v1")]
    )
    def test_a_version_that_nobody_serves_any_more(self, version: str, kind: str, write: str) -> None:
        report = explain([{"apiVersion": version, "kind": kind}])
        finding, _ = report.findings
        assert (finding.code, str(finding.path)) == ("KC002", "apiVersion")
        assert write in finding.sentence

    def test_reports_are_values(self) -> None:
        first, second = explain([pod("nginx")]), explain([pod("nginx")])
        assert first == second
        assert hash(first) == hash(second)


class TestSections:
    def test_every_module_is_a_section_in_order(self) -> None:
        orders = [section.ORDER for section in load_sections()]
        assert orders == sorted(orders)
        assert orders

    def test_entries_of_one_place_come_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        path = kc.FieldPath(("spec", "containers", 0))

        class First:
            ORDER = 1

            def examine(self, subject: Subject) -> Any:
                assert subject.created.errors == ()
                yield Entry(path, "container app", "nginx", (Line("one", "1"),), facts={"one": 1})
                yield Entry(kc.FieldPath(("spec",)), "pod")

        class Second:
            ORDER = 2

            def examine(self, subject: Subject) -> Any:
                yield Entry(path, "container app", "", (Line("two", "2"),), facts={"two": 2})

        monkeypatch.setattr(report_module, "load_sections", lambda: (First(), Second()))
        first, second = explain([pod("nginx")]).workloads[0].entries
        assert (first.title, first.lines, first.facts) == ("nginx", (Line("one", "1"), Line("two", "2")), {"one": 1, "two": 2})
        assert second.heading == "pod"


class TestJSON:
    def test_a_report_is_json(self) -> None:
        report = explain([pod("nginx:latest"), {"kind": "Pod", "spec": []}], cluster=kc.Cluster(kc.Release("1.33"), kc.Release("1.30")))
        given = json.loads(json.dumps(report.to_json()))
        assert (given["controlPlane"], given["node"], given["objects"]) == ("1.33", "1.30", 2)
        entry = given["workloads"][0]["entries"][0]
        assert entry["path"] == "spec.containers[0]"
        assert entry["facts"]["image"] == {
            "image": "nginx:latest",
            "unused": None,
            "refusedBy": None,
            "openToNode": True,
            "reference": {
                "registry": "docker.io",
                "repository": "library/nginx",
                "tag": "latest",
                "digest": None,
                "familiar": "nginx:latest",
            },
            "refused": None,
            "registryReason": "DEFAULT",
            "pullSpec": "nginx:latest",
            "pullPolicy": "Always",
            "pullPolicyReason": "LATEST",
            "ifPresent": {"action": "PULL", "reason": "ALWAYS", "otherwise": None},
            "ifAbsent": {"action": "PULL", "reason": "ALWAYS", "otherwise": None},
        }
        assert entry["findings"] == [
            {
                "code": "KC105",
                "severity": "info",
                "path": "spec.containers[0].image",
                "sentence": "no registry is named: which one it comes from is the container runtime's decision, most take docker.io",
            }
        ]


class TestTree:
    def test_control_characters_cannot_steer_a_terminal(self) -> None:
        text = explain([pod("nginx\x1b[2J\x07\x9b\n")]).to_text()
        assert "a\\u202eb" in explain([pod("a\u202eb")]).to_text()
        assert "nginx\\x1b[2J\\x07\\x9b\\x0a" in text
        assert not any(ord(char) < 32 and char != "\n" for char in text)

    def test_drawing(self) -> None:
        tree = Node((Span("a"),), (Node((Span("b"),), (Node((Span("c"),)),)), Node((Span("d"),))))
        assert plain_text([tree]) == "a\n├─ b\n│  └─ c\n└─ d\n"

    @pytest.mark.parametrize(
        ("objects", "cluster", "said"),
        [
            ([], kc.Cluster(), "0 objects, 0 workloads, Kubernetes 1.36: nothing found"),
            ([pod("registry.k8s.io/pause@sha256:" + "0" * 64)], kc.Cluster(), "1 object, 1 workload, Kubernetes 1.36: nothing found"),
            (
                [pod("Foo/Bar"), pod("a:latest@sha256:" + "0" * 64), pod("A B")],
                kc.Cluster(kc.Release("1.31"), kc.Release("1.30")),
                "3 objects, 3 workloads, Kubernetes 1.31, nodes 1.30: 2 errors, 1 warning, 1 info",
            ),
        ],
    )
    def test_summary(self, objects: list[dict[str, Any]], cluster: kc.Cluster, said: str) -> None:
        assert explain(objects, cluster=cluster).summary() == said

    def test_an_object_without_a_name(self) -> None:
        unnamed: dict[str, Any] = {"kind": "Pod", "spec": {"containers": [{}]}}
        [tree, _] = explain([unnamed]).to_nodes()
        assert tree.spans[-1].text == "Pod"
        assert tree.children[0].spans[0].text == "container"


def test_lines_say_what_happens() -> None:
    report = explain([pod("nginx:latest@sha256:" + "0" * 64)])
    assert lines(report) == {
        "image": "docker.io/library/nginx  tag latest  digest sha256:" + "0" * 64,
        "pull policy": "Always, by default: the tag is latest; a digest does not change that",
        "on a node with it": "pulls it: the policy is Always",
        "without it": "pulls it: the policy is Always",
        "credentials": "none: it is pulled without, unless some come from its ServiceAccount or the nodes",
        "stops": "TERM at once; KILL at 30s",
    }
