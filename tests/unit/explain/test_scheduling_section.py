"""The section on scheduling: RuntimeClass, requests, nodes, and its findings."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kubecontainers as kc
from kubecontainers.explain.entries import Entry
from kubecontainers.explain.report import Report, explain

JSON = dict[str, Any]

IMAGE = "registry.k8s.io/pause@sha256:" + "0" * 64
NO_SCHEDULE = {"key": "sandbox", "operator": "Exists", "effect": "NoSchedule"}
KATA: JSON = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "kata"},
    "handler": "kata-qemu",
    "overhead": {"podFixed": {"cpu": "250m"}},
    "scheduling": {"nodeSelector": {"sandbox": "kata"}, "tolerations": [NO_SCHEDULE]},
}
BARE: JSON = {"kind": "RuntimeClass", "metadata": {"name": "bare"}, "handler": "kata-qemu"}


def node(name: str, *handlers: str, labels: JSON | None = None, features: JSON | None = None, **spec: Any) -> JSON:
    reported = [{"name": handler, "features": features or {}} for handler in ("", *handlers)] if handlers else []
    metadata = {"name": name, "labels": labels or {}}
    return {"kind": "Node", "metadata": metadata, "spec": spec, "status": {"runtimeHandlers": reported}}


PLAIN = node("plain", "runc")
SANDBOX = node("sandbox", "runc", "kata-qemu", labels={"sandbox": "kata"}, taints=[{"key": "sandbox", "effect": "NoSchedule"}])


def report(*objects: JSON, kind: str = "Pod", container: JSON | None = None, metadata: JSON | None = None, **spec: Any) -> Report:
    pod = {"spec": {"containers": [{"name": "app", "image": IMAGE, **(container or {})}], **spec}}
    obj: JSON = {"kind": kind, "metadata": {"name": "web", **(metadata or {})}, **(pod if kind == "Pod" else {"spec": {"template": pod}})}
    return explain([obj, *objects])


def entry(*objects: JSON, **given: Any) -> Entry:
    return report(*objects, **given).workloads[0].entries[-1]


def lines(*objects: JSON, **given: Any) -> dict[str, list[str]]:
    found = entry(*objects, **given).lines
    return {
        line.label: [line.text, *(": ".join(row) for row in line.rows)]
        for line in found
        if line.label not in {"filled in", "not checked", "deletion"}
    }


def findings(*objects: JSON, **given: Any) -> dict[str, str]:
    found = [finding for finding in report(*objects, **given).workloads[0].findings if finding.code.startswith("KC4")]
    prefix = "" if given.get("kind", "Pod") == "Pod" else "spec.template."
    assert {str(finding.path) for finding in found} <= {f"{prefix}spec"}
    return {finding.code: finding.sentence for finding in found}


class TestLines:
    def test_a_pod_that_asks_for_nothing(self) -> None:
        assert lines() == {"hostname": ["web"], "qos class": ["BestEffort: neither requests nor limits of CPU or memory are set"]}
        assert findings() == {}

    def test_what_a_class_adds(self) -> None:
        found = lines(KATA, runtimeClassName="kata", container={"resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "2"}}})
        assert found["runtime class"] == [
            "kata, handler kata-qemu",
            "node selector sandbox=kata: added",
            "toleration sandbox:NoSchedule op=Exists: added",
            "overhead cpu 250m: added",
        ]
        assert found["requests"] == ["cpu 1250m; of it overhead cpu 250m"]
        assert found["limits"] == ["cpu 2250m"]
        assert found["qos class"] == ["Burstable: a limit is missing (memory, container app)"]

    def test_what_is_there_already_is_not_added(self) -> None:
        found = lines(KATA, runtimeClassName="kata", nodeSelector={"sandbox": "kata"}, tolerations=[NO_SCHEDULE], overhead={"cpu": "250m"})
        assert found["runtime class"] == [
            "kata, handler kata-qemu",
            "toleration sandbox:NoSchedule op=Exists: dropped: the same one stands there already",
        ]

    def test_a_class_without_anything(self) -> None:
        assert lines({**BARE, "handler": ""}, runtimeClassName="bare")["runtime class"] == ["bare, handler (the default)"]

    def test_quantities_that_nobody_can_add(self) -> None:
        spec = {"overhead": {"cpu": "1"}, "container": {"resources": {"requests": {"cpu": "1e900000000"}}}}
        found = lines(metadata={"uid": "1"}, **spec)
        assert "requests" not in found
        assert "qos class" not in found
        assert entry(metadata={"uid": "1"}, **spec).facts["scheduling"]["requests"] is None  # type: ignore[index]

    def test_nodes(self) -> None:
        assert lines(KATA, PLAIN, SANDBOX, runtimeClassName="kata")["nodes"] == [
            "1 of 2 can take it",
            "plain: there is no label sandbox, the selector wants kata",
            "sandbox: can take it",
        ]
        assert lines(BARE, PLAIN, runtimeClassName="bare")["nodes"] == ["1 of 1 can take it", "plain: can take it, without the handler"]

    def test_many_nodes(self) -> None:
        found = lines(*(node(f"node-{number}") for number in range(12)))["nodes"]
        assert (len(found), found[-1]) == (12, "…: 2 more nodes")

    def test_a_pod_that_is_bound(self) -> None:
        assert lines(KATA, PLAIN, SANDBOX, runtimeClassName="kata", nodeName="sandbox")["nodes"] == ["bound to sandbox", "sandbox: yes"]
        there = {"metadata": {"uid": "1"}, "runtimeClassName": "kata", "nodeName": "plain"}
        assert lines(KATA, PLAIN, **there)["nodes"] == ["bound to plain", "plain: yes, without the handler"]
        assert "nodes" not in lines(PLAIN, nodeName="gone")

    def test_of_a_refused_pod_there_is_nothing_to_place(self) -> None:
        found = lines(KATA, PLAIN, runtimeClassName="kata", nodeSelector={"sandbox": "gvisor"})
        assert found["runtime class"] == ["kata, refused"]
        assert "nodes" not in found

    def test_what_the_kubelet_of_a_named_node_refuses(self) -> None:
        wants_ssd = {"nodeName": "plain", "nodeSelector": {"disktype": "ssd"}}
        assert lines(PLAIN, **wants_ssd)["nodes"][1] == "plain: the kubelet refuses it: there is no label disktype, the selector wants ssd"
        assert findings(PLAIN, **wants_ssd) == {
            "KC411": "node plain refuses the pod, which fails: there is no label disktype, the selector wants ssd"
        }
        assert lines(PLAIN, kind="DaemonSet", **wants_ssd)["nodes"] == [
            "bound to plain",
            "plain: gets no pod: there is no label disktype, the selector wants ssd",
        ]
        assert findings(PLAIN, kind="DaemonSet", **wants_ssd) == {}
        evicting = node("plain", taints=[{"key": "a", "effect": "NoExecute"}, {"key": "b", "effect": "NoSchedule"}], unschedulable=True)
        assert findings(evicting, nodeName="plain")["KC411"].endswith("which fails: taint a:NoExecute is not tolerated")
        assert findings(node("plain", unschedulable=True), nodeName="plain") == {}

    def test_nodes_that_are_not_ready_for_a_moment(self) -> None:
        away = node("away", taints=[{"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}])
        assert lines(away)["nodes"] == ["1 of 1 can take it", "away: can take it"]


class TestFacts:
    def test_json(self) -> None:
        found: Any = entry(KATA, PLAIN, SANDBOX, runtimeClassName="kata").facts["scheduling"]
        assert json.loads(json.dumps(found)) == found
        assert [change["reason"] for change in found["runtimeClass"]["changes"]] == ["OVERHEAD", "NODE_SELECTOR", "TOLERATIONS"]
        assert (found["requests"], found["limits"], found["qosClass"], found["qosReason"]) == (
            {"cpu": "250m"},
            {},
            "BestEffort",
            "NOTHING_SET",
        )
        assert found["nodes"] == [
            {
                "name": "plain",
                "takes": False,
                "reasons": ["there is no label sandbox, the selector wants kata"],
                "offersHandler": False,
                "refusals": [],
            },
            {"name": "sandbox", "takes": True, "reasons": [], "offersHandler": True, "refusals": []},
        ]

    def test_json_of_a_refusal(self) -> None:
        found: Any = entry(KATA, runtimeClassName="kata", overhead={"cpu": "1"}).facts["scheduling"]
        assert found["runtimeClass"] == {
            "name": "kata",
            "handler": "kata-qemu",
            "denied": {"code": 403, "reason": "Forbidden", "cause": "OVERHEAD_MISMATCH"},
            "changes": [],
        }
        assert found["nodes"] == []


class TestFindings:
    def test_selectors_in_conflict(self) -> None:
        assert findings(KATA, runtimeClassName="kata", nodeSelector={"sandbox": "gvisor"}) == {
            "KC401": "the API server refuses the pod with 403 Forbidden: spec.nodeSelector[sandbox]: the RuntimeClass selects another "
            "value of the label: kata has 'kata'; leave the label out of spec.nodeSelector, or name another RuntimeClass"
        }

    def test_overhead_by_hand(self) -> None:
        assert list(findings(KATA, runtimeClassName="kata", overhead={"cpu": "1"})) == ["KC402"]
        assert list(findings(overhead={"cpu": "1"})) == ["KC402"]
        assert findings(KATA, runtimeClassName="kata", overhead={"cpu": "250m"}) == {
            "KC405": "spec.overhead is written by hand: as soon as RuntimeClass kata has another, pods are refused; leave it out"
        }

    def test_a_class_that_is_not_there(self) -> None:
        assert findings(PLAIN, runtimeClassName="kata") == {
            "KC404": "RuntimeClass kata is not among these objects; if it is not in the cluster either, the API server refuses the pod"
        }
        assert lines(PLAIN, runtimeClassName="kata")["runtime class"] == ["kata, not among these objects"]

    @pytest.mark.parametrize("name", ["", "a/b"])
    def test_a_name_that_cannot_be_looked_up(self, name: str) -> None:
        found = findings(KATA, runtimeClassName=name)
        assert list(found) == ["KC403"]
        assert found["KC403"].startswith("the API server refuses the pod with 500: the RuntimeClass")

    def test_a_stored_pod_is_not_admitted_again(self) -> None:
        stored = {"metadata": {"uid": "1"}, "runtimeClassName": "kata", "overhead": {"cpu": "1"}}
        assert findings(KATA, **stored) == {}
        assert lines(KATA, **stored)["requests"] == ["cpu 1"]
        assert list(findings(**stored)) == ["KC404"]

    def test_daemon_sets_do_not_see_what_a_class_adds(self) -> None:
        found = findings(KATA, PLAIN, SANDBOX, kind="DaemonSet", runtimeClassName="kata")
        assert found == {
            "KC406": "the DaemonSet controller looks at the template and does not see what RuntimeClass kata adds; a pod for node plain "
            "stays Pending; node sandbox gets none; repeat its nodeSelector and tolerations in the template"
        }
        assert lines(KATA, PLAIN, SANDBOX, kind="DaemonSet", runtimeClassName="kata")["nodes"] == [
            "0 of 2 can take it",
            "plain: there is no label sandbox, the selector wants kata",
            "sandbox: gets no pod: taint sandbox:NoSchedule is not tolerated",
        ]
        second = {**SANDBOX, "metadata": {**SANDBOX["metadata"], "name": "second"}}
        assert "; nodes sandbox, second get none; " in findings(KATA, SANDBOX, second, kind="DaemonSet", runtimeClassName="kata")["KC406"]
        assert findings(KATA, kind="DaemonSet", runtimeClassName="kata")["KC406"].endswith(
            "adds; repeat its nodeSelector and tolerations in the template"
        )

    def test_daemon_sets_that_repeat_the_class(self) -> None:
        spec = {"runtimeClassName": "kata", "nodeSelector": {"sandbox": "kata"}, "tolerations": [NO_SCHEDULE]}
        assert findings(KATA, PLAIN, SANDBOX, kind="DaemonSet", **spec) == {}
        assert lines(KATA, SANDBOX, kind="DaemonSet", **spec)["nodes"] == ["1 of 1 can take it", "sandbox: can take it"]

    def test_daemon_sets_run_on_cordoned_nodes(self) -> None:
        cordoned = node("off", unschedulable=True)
        assert lines(cordoned, kind="DaemonSet")["nodes"][0] == "1 of 1 can take it"
        assert lines(cordoned, kind="Deployment")["nodes"] == ["0 of 1 can take it", "off: the node is cordoned"]
        assert findings(cordoned, kind="Deployment") == {
            "KC407": "node off cannot take the pod: it stays Pending, as long as there is no other"
        }
        assert list(findings(node("taken", taints=[{"key": "gpu", "effect": "NoSchedule"}]), kind="DaemonSet")) == []

    def test_many_nodes_are_counted(self) -> None:
        nodes = [node(f"node-{number}", unschedulable=True) for number in range(7)]
        assert findings(*nodes)["KC407"].startswith("nodes node-0, node-1, node-2, node-3, node-4 and 2 more cannot take the pod")

    def test_handlers_that_are_not_offered(self) -> None:
        waits = "the pod stays Pending there, with FailedCreatePodSandBox, until it offers handler 'kata-qemu'"
        sentence = f"node plain can take the pod without offering its handler: {waits}"
        assert findings(BARE, PLAIN, runtimeClassName="bare") == {"KC408": sentence}
        untainted: JSON = {**SANDBOX, "spec": {}}
        assert findings(BARE, PLAIN, untainted, runtimeClassName="bare") == {"KC409": sentence}
        assert findings(BARE, node("silent"), runtimeClassName="bare") == {}

    def test_what_a_handler_lacks(self) -> None:
        mount = {"name": "data", "mountPath": "/data", "readOnly": True, "recursiveReadOnly": "Enabled"}
        spec: JSON = {"hostUsers": False, "volumes": [{"name": "data", "emptyDir": {}}], "container": {"volumeMounts": [mount]}}
        assert findings(PLAIN, **spec) == {
            "KC410": "the kubelet of node plain refuses the pod: hostUsers is false, and the handler does not support it; "
            "containers[0].volumeMounts[0].recursiveReadOnly: it is required, and the handler does not support it"
        }
        assert lines(PLAIN, **spec)["nodes"][1:] == ["plain: can take it, which refuses it"]
        able = node("able", "runc", features={"userNamespaces": True, "recursiveReadOnlyMounts": True})
        assert findings(able, **spec) == {}
        assert findings(node("silent"), **spec) == {}


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"nodeSelector": []}, "nodeSelector"),
        ({"tolerations": {}}, "tolerations"),
        ({"overhead": {"cpu": "x"}}, "overhead[cpu]"),
        ({"runtimeClassName": 7}, "runtimeClassName"),
    ],
)
@pytest.mark.parametrize(("kind", "prefix"), [("Pod", ""), ("Deployment", "spec.template.")])
def test_what_cannot_be_decoded(spec: JSON, path: str, kind: str, prefix: str) -> None:
    found = report(kind=kind, **spec).findings
    assert [finding.code for finding in found] == ["KC001"]
    assert f"{prefix}spec.{path}" in found[0].sentence


class TestClasses:
    @staticmethod
    def of(obj: JSON, *objects: JSON) -> tuple[Entry, dict[str, str]]:
        found = explain([obj, *objects])
        assert found.workloads == ()
        entry = found.runtime_classes[0].entries[0]
        return entry, {finding.code: finding.sentence for finding in found.findings}

    def test_what_a_class_sets(self) -> None:
        found, codes = self.of(KATA, SANDBOX, PLAIN, node("other", labels={"sandbox": "kata"}))
        assert [(line.label, line.text, *line.rows) for line in found.lines] == [
            ("handler", "kata-qemu"),
            ("overhead", "cpu 250m"),
            ("node selector", "sandbox=kata"),
            ("toleration", "sandbox:NoSchedule op=Exists"),
            ("nodes", "selects 2 of 3", ("sandbox", "offers the handler"), ("other", "reports no handlers")),
        ]
        assert codes == {}
        assert (found.facts["selected"], found.facts["offering"], found.facts["without"]) == (["sandbox", "other"], ["sandbox"], [])
        assert found.facts["runtimeClass"] == KATA

    def test_the_default_handler(self) -> None:
        found, codes = self.of({"kind": "RuntimeClass", "metadata": {"name": "default"}})
        assert [(line.label, line.text) for line in found.lines] == [("handler", "(the default)")]
        assert list(codes) == ["KC421"]

    def test_a_class_that_is_refused(self) -> None:
        _, codes = self.of({**KATA, "handler": "kata.qemu"})
        assert codes == {"KC421": "the API server refuses the RuntimeClass: handler: Invalid: 'kata.qemu': the handler may have no dots"}

    def test_deprecated_labels(self) -> None:
        _, codes = self.of({**KATA, "scheduling": {"nodeSelector": {"beta.kubernetes.io/os": "linux"}}})
        assert codes == {"KC422": "scheduling.nodeSelector[beta.kubernetes.io/os]: the label is deprecated, use kubernetes.io/os"}

    def test_classes_that_no_node_can_serve(self) -> None:
        assert self.of(KATA, PLAIN)[1] == {"KC423": "it selects no node of plain: its pods stay Pending, as long as there is no other"}
        found, codes = self.of(BARE, PLAIN)
        assert codes == {"KC424": "no node offers handler 'kata-qemu': not plain, which it selects"}
        assert found.lines[-1].rows == (("plain", "does not offer the handler"),)

    def test_nodes_that_should_not_be_selected(self) -> None:
        untainted: JSON = {**SANDBOX, "spec": {}}
        assert self.of(BARE, PLAIN, untainted)[1] == {
            "KC425": "it selects node plain too, without handler 'kata-qemu'; set scheduling.nodeSelector"
        }
        narrow: JSON = {**BARE, "scheduling": {"nodeSelector": {}}}
        assert self.of(narrow, PLAIN, untainted)[1]["KC425"].endswith("; narrow scheduling.nodeSelector")

    def test_a_quantity_that_is_another_once_it_is_stored(self) -> None:
        """Kubernetes writes ten to the 21st without a suffix, as 1."""
        large: JSON = {**BARE, "overhead": {"podFixed": {"cpu": 10**21}}}
        assert self.of(large, PLAIN)[0].lines[1].text == "cpu 1"
        assert lines(large, runtimeClassName="bare")["requests"] == ["cpu 1; of it overhead cpu 1"]

    def test_many_nodes(self) -> None:
        found, _ = self.of(BARE, *(node(f"node-{number}") for number in range(12)))
        assert (len(found.lines[-1].rows), found.lines[-1].rows[-1]) == (11, ("…", "2 more nodes"))

    def test_it_is_in_the_report(self) -> None:
        found = explain([KATA])
        classes: Any = found.to_json()["runtimeClasses"]
        assert [one["name"] for one in classes] == ["kata"]
        assert "RuntimeClass kata" in found.to_text()

    def test_what_cannot_be_decoded(self) -> None:
        found = explain([{**KATA, "handler": 7}])
        assert [finding.code for finding in found.findings] == ["KC001"]

    def test_other_groups_are_not_looked_at(self) -> None:
        assert explain([{**KATA, "apiVersion": "example.com/v1"}]).runtime_classes == ()


class TestObjects:
    def test_those_that_cannot_be_used_are_passed_over(self) -> None:
        objects: list[Any] = [
            {"kind": "Node", "metadata": {"name": "a", "labels": []}},
            {"kind": "Node", "metadata": {}},
            {"kind": "Node", "metadata": {"name": "b"}, "status": {"runtimeHandlers": {}}},
            {**KATA, "metadata": {}},
            {**KATA, "overhead": []},
            7,
        ]
        found = kc.explain([{"kind": "Pod", "metadata": {"name": "web"}, "spec": {"runtimeClassName": "kata"}}, *objects])
        assert "KC404" in [finding.code for finding in found.findings]
        assert "nodes" not in [line.label for line in found.workloads[0].entries[-1].lines]
