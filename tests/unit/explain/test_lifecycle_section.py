"""The section on lifecycle: hooks, when containers are killed, and its findings."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kubecontainers as kc
from kubecontainers.explain.entries import Entry
from kubecontainers.explain.report import Report, explain

JSON = dict[str, Any]

IMAGE = "registry.k8s.io/pause@sha256:" + "0" * 64
DRAIN: JSON = {"exec": {"command": ["drain"]}}
OLD = kc.Cluster(control_plane=kc.Release("1.30"), node=kc.Release("1.28"))


def container(name: str = "app", **fields: Any) -> JSON:
    return {"name": name, "image": IMAGE, **fields}


def hooks(name: str = "app", *, ports: Any = None, **lifecycle: Any) -> JSON:
    return container(name, lifecycle=lifecycle, **({} if ports is None else {"ports": ports}))


def report(*containers: JSON, cluster: kc.Cluster | None = None, kind: str = "Pod", **spec: Any) -> Report:
    pod = {"spec": {"containers": list(containers), **spec}}
    obj: JSON = {"kind": kind, "metadata": {"name": "web"}, **(pod if kind == "Pod" else {"spec": {"template": pod}})}
    return explain([obj], cluster=cluster)


def entry(place: str, found: Report) -> Entry:
    return next(entry for entry in found.workloads[0].entries if str(entry.path) == place)


def lines(place: str, found: Report) -> dict[str, str]:
    labels = {"postStart", "preStop", "stops", "deletion"}
    return {line.label: line.text for line in entry(place, found).lines if line.label in labels}


def findings(found: Report) -> dict[str, str]:
    return {finding.code: finding.sentence for finding in found.findings if finding.code.startswith("KC5") or finding.code == "KC003"}


APP, POD = "spec.containers[0]", ""


class TestLines:
    def test_the_example_of_the_documentation(self) -> None:
        found = report(hooks(preStop=DRAIN), terminationGracePeriodSeconds=60)
        assert lines(APP, found) == {"preStop": "exec drain", "stops": "TERM within 60s; KILL at 62s"}
        assert lines(POD, found)["deletion"] == "60 s to stop: it is the pod's terminationGracePeriodSeconds; all are gone within 62s"
        [line] = [line for line in entry(POD, found).lines if line.label == "deletion"]
        assert [row[0].split() for row in line.rows][-2:] == [["62s", "app", "KILL"], ["62s", "all", "containers", "have", "stopped"]]

    def test_no_hook(self) -> None:
        assert lines(APP, report(container())) == {"stops": "TERM at once; KILL at 30s"}

    def test_a_request(self) -> None:
        found = report(hooks(ports=[{"name": "admin", "containerPort": 9000}], preStop={"httpGet": {"port": "admin", "path": "drain"}}))
        assert lines(APP, found)["preStop"] == "httpGet drain on port admin: GET /drain"

    def test_a_request_elsewhere(self) -> None:
        found = report(hooks(preStop={"httpGet": {"port": 80, "path": "//ci:hunter2@x/y", "host": "warm.example"}}))
        assert lines(APP, found)["preStop"] == "httpGet //***@x/y on port 80 of warm.example: GET /y"
        assert "hunter2" not in found.to_text()

    def test_headers_may_be_secret(self) -> None:
        header = {"name": "Authorization", "value": "Bearer hunter2"}
        found = report(hooks(preStop={"httpGet": {"port": 80, "httpHeaders": [header]}}))
        assert "hunter2" not in json.dumps(found.to_json()) + found.to_text()

    def test_what_is_not_run(self) -> None:
        assert lines(APP, report(hooks(preStop={"tcpSocket": {"port": 80}})))["preStop"] == "tcpSocket, which no kubelet runs"
        found = report(hooks(preStop={"sleep": {"seconds": 5}}), cluster=OLD)
        assert lines(APP, found)["preStop"] == "sleep 5 s, which the nodes do not know"
        assert lines(APP, report(hooks(preStop={})))["preStop"] == "nothing, and so fails at once"

    def test_a_sidecar_waits(self) -> None:
        found = report(container(), initContainers=[container("proxy", restartPolicy="Always"), container("setup")])
        assert lines("spec.initContainers[0]", found) == {"stops": "TERM after those that it waits for, within 30s; KILL at 32s"}
        assert lines("spec.initContainers[1]", found) == {}

    def test_a_stop_signal(self) -> None:
        release = kc.Release("1.36").with_gates({"ContainerStopSignals": True})
        found = report(hooks(stopSignal="SIGQUIT"), os={"name": "linux"}, cluster=kc.Cluster(control_plane=release, node=release))
        assert lines(APP, found)["stops"] == "QUIT at once; KILL at 30s"

    def test_in_a_template(self) -> None:
        found = report(hooks(preStop=DRAIN), kind="Deployment")
        assert lines("spec.template.spec.containers[0]", found)["preStop"] == "exec drain"

    def test_a_pod_that_has_finished_stops_nothing(self) -> None:
        status = {"containerStatuses": [{"name": "app", "state": {"terminated": {"exitCode": 0}}}]}
        found = explain([{"kind": "Pod", "metadata": {"name": "web", "uid": "1"}, "spec": {"containers": [container()]}, "status": status}])
        assert lines(APP, found) == lines(POD, found) == {}

    def test_facts_are_json(self) -> None:
        facts: Any = entry(APP, report(hooks(preStop={"httpGet": {"port": 80}}, postStart={"tcpSocket": {"port": 80}}))).facts["lifecycle"]
        assert json.loads(json.dumps(facts)) == {
            "hooks": [
                {
                    "hook": "postStart",
                    "handler": {"tcpSocket": {"port": 80}},
                    "runs": False,
                    "request": None,
                    "failure": None,
                    "seconds": None,
                },
                {
                    "hook": "preStop",
                    "handler": {"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}},
                    "runs": True,
                    "request": {"method": "GET", "target": "/", "tls": False},
                    "failure": None,
                    "seconds": None,
                },
            ],
            "stopSignal": None,
            "sidecar": False,
            "killedAt": "32s",
        }
        termination: Any = entry(POD, report(container())).facts["termination"]
        assert (termination["graceSeconds"], termination["reasons"], termination["worst"]["doneAt"]) == (30, ["DEFAULT"], "30s")

    def test_a_status_that_cannot_be_decoded(self) -> None:
        pod = {"kind": "Pod", "metadata": {"name": "web", "uid": "1"}, "spec": {"containers": [container()]}}
        [finding] = explain([{**pod, "status": {"ephemeralContainerStatuses": 5}}]).findings
        assert finding.code == "KC001"
        assert "status.ephemeralContainerStatuses: expected a list" in finding.sentence

    def test_what_cannot_be_decoded(self) -> None:
        obj = {"kind": "Deployment", "spec": {"template": {"spec": {"containers": [container(lifecycle={"preStop": {"exec": 1}})]}}}}
        found = explain([obj])
        assert [finding.code for finding in found.findings] == ["KC001"]
        assert "spec.template.spec.containers[0].lifecycle.preStop.exec" in found.findings[0].sentence


class TestFindings:
    def test_none_of_a_plain_pod(self) -> None:
        assert findings(report(container(), hooks("b", preStop=DRAIN))) == {}

    @pytest.mark.parametrize("kind", ["initContainers", "ephemeralContainers"])
    def test_kinds_without_hooks(self, kind: str) -> None:
        others: Any = {kind: [hooks("other", preStop=DRAIN)]}
        found = findings(report(container(), **others))
        assert f"spec.{kind}[0].lifecycle: Forbidden" in found["KC501"]
        assert "lifecycle" not in found.get("KC003", "")

    @pytest.mark.parametrize("seconds", [61, -1])
    def test_sleeps_that_are_refused(self, seconds: int) -> None:
        found = findings(report(hooks(preStop={"sleep": {"seconds": seconds}}), terminationGracePeriodSeconds=60))
        assert f"spec.containers[0].lifecycle.preStop.sleep: Invalid: '{seconds}'" in found["KC502"]
        assert "KC003" not in found

    def test_a_port_that_is_not_there(self) -> None:
        after, before = report(hooks(postStart={"httpGet": {"port": "web"}})), report(hooks(preStop={"httpGet": {"port": "web"}}))
        assert findings(after)["KC503"].endswith("the container is killed as soon as it has started, again and again")
        assert findings(before)["KC503"].startswith("preStop sends nothing: the container has no port of this name")
        assert lines(APP, before)["stops"] == "TERM at once; KILL at 30s"

    def test_tcp(self) -> None:
        socket = {"tcpSocket": {"port": 80}}
        assert set(findings(report(hooks(postStart=socket)))) == {"KC504"}
        assert set(findings(report(hooks(preStop=socket)))) == {"KC505"}

    def test_sleeps_that_nodes_do_not_know(self) -> None:
        asleep = {"sleep": {"seconds": 5}}
        assert findings(report(hooks(preStop=asleep), cluster=OLD))["KC506"].startswith("the nodes do not sleep in hooks: it fails")
        off = kc.Cluster(control_plane=kc.Release("1.30"), node=kc.Release("1.29"))
        assert findings(report(hooks(preStop=asleep), cluster=off))["KC506"] == "the nodes do not sleep in hooks: preStop ends at once"
        assert findings(report(hooks(preStop=asleep))) == {}

    @pytest.mark.parametrize(
        "command",
        [
            ["sleep", "59"],
            ["/bin/sleep", "59s"],
            ["/usr/bin/sleep", "1m"],
            ["sh", "-c", "sleep 59"],
            ["/bin/bash", "-c", " sleep 60s; nginx -s quit"],
            ["sh", "-ec", "sleep 59\nnginx -s quit"],
            ["bash", "-l", "-c", "/bin/sleep 1m && nginx -s quit"],
            ["sh", "-c", "sleep 30; sleep 29"],
            ["sh", "-c", "sleep 60 || sleep 30"],
        ],
    )
    def test_a_hook_that_eats_the_grace_period(self, command: list[str]) -> None:
        found = findings(report(hooks(preStop={"exec": {"command": command}}), terminationGracePeriodSeconds=60))
        assert "at least" in found["KC507"]
        assert "the process itself gets 2 s" in found["KC507"]
        longer = findings(report(hooks(preStop={"exec": {"command": command}}), terminationGracePeriodSeconds=58))
        assert "no longer waited for" in longer["KC507"]
        assert findings(report(hooks(preStop={"exec": {"command": command}}), terminationGracePeriodSeconds=62)) == {}

    @pytest.mark.parametrize(
        "command",
        [
            ["sleep"],
            ["sleep", "99; true"],
            ["sh", "sleep 99"],
            ["sh", "-c"],
            ["sh", "-e", "-x", "sleep 99"],
            ["sh", "--norc", "sleep 99"],
            ["wait", "99"],
            ["sh", "-c", "echo sleep 99"],
            ["sh", "-l", "-e"],
            ["sh", "drain.sh", "now"],
            ["sh", "-c", "sleep 99 & nginx -s quit"],
            ["sh", "-c", "sleep 0.5; sleep 99"],
        ],
    )
    def test_commands_of_which_nothing_is_known(self, command: list[str]) -> None:
        assert findings(report(hooks(preStop={"exec": {"command": command}}))) == {}

    def test_a_sleep_is_as_long_as_it_says(self) -> None:
        found = findings(report(hooks(preStop={"sleep": {"seconds": 29}})))
        assert found["KC507"].startswith("preStop takes 29 s of the 30 s")

    def test_before_1_28_hook_and_process_do_not_share_their_time(self) -> None:
        slow = hooks(preStop={"exec": {"command": ["sleep", "30"]}})
        for minor, codes in (("1.27", set[str]()), ("1.28", {"KC507"})):
            old = kc.Cluster(control_plane=kc.Release("1.30"), node=kc.Release(minor))
            assert set(findings(report(slow, cluster=old))) == codes

    def test_no_sleep_takes_no_time(self) -> None:
        assert findings(report(hooks(preStop={"sleep": {"seconds": 0}}), terminationGracePeriodSeconds=1)) == {}

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
    def test_requests_to_the_node(self, host: str) -> None:
        hook = hooks(preStop={"httpGet": {"port": 80, "host": host}})
        assert findings(report(hook))["KC517"].startswith("the kubelet sends the request of preStop, so its host is the node")
        assert set(findings(report(hook, hostNetwork=True))) == {"KC509"}

    def test_requests(self) -> None:
        plain = findings(report(hooks(postStart={"httpGet": {"port": 80}})))
        assert set(plain) == {"KC508", "KC509"}
        assert set(findings(report(hooks(postStart={"httpGet": {"port": 80, "host": "warm.example"}})))) == {"KC509"}

    @pytest.mark.parametrize("path", ["http://shop/warm", "//shop/warm", "/warm#now"])
    def test_paths_that_say_too_much(self, path: str) -> None:
        found = findings(report(hooks(preStop={"httpGet": {"port": 80, "path": path}})))
        assert found["KC510"] == f"of the path {path!r} only /warm is asked for, at the pod's own address"
        elsewhere = findings(report(hooks(preStop={"httpGet": {"port": 80, "path": path, "host": "shop"}})))
        assert elsewhere["KC510"].endswith("at the host of the hook")

    def test_post_start_holds_others_up(self) -> None:
        assert set(findings(report(hooks(postStart=DRAIN), container("b")))) == {"KC511"}
        assert findings(report(hooks(postStart=DRAIN))) == {}
        assert findings(report(hooks(postStart={"sleep": {"seconds": 1}}), container("b"))) == {}

    def test_no_time_to_stop(self) -> None:
        found = findings(report(hooks(preStop=DRAIN), terminationGracePeriodSeconds=0))
        assert found == {"KC512": "terminationGracePeriodSeconds is 0: the kubelet waits 1 s for preStop, and 2 s for the process"}
        old = kc.Cluster(control_plane=kc.Release("1.30"), node=kc.Release("1.27"))
        found = findings(report(hooks(preStop=DRAIN), terminationGracePeriodSeconds=0, cluster=old))
        assert found == {"KC512": "terminationGracePeriodSeconds is 0: the kubelet does not run preStop, and 1 s for the process"}
        assert findings(report(container(), terminationGracePeriodSeconds=0)) == {}

    def test_sidecars(self) -> None:
        proxy = hooks("proxy", preStop=DRAIN) | {"restartPolicy": "Always"}
        assert set(findings(report(container(), initContainers=[proxy]))) == {"KC513"}
        slow = hooks(preStop={"exec": {"command": ["sleep", "30"]}})
        assert findings(report(slow, initContainers=[proxy]))["KC515"] == (
            "preStop of app takes all of the grace period: only 2 s are left to stop proxy"
        )
        enabled = kc.Release("1.28").with_gates({"SidecarContainers": True})
        old = findings(report(container(), initContainers=[proxy], cluster=kc.Cluster(control_plane=enabled, node=enabled)))
        assert old == {"KC514": "the nodes stop proxy together with the app containers, not after them"}

    @pytest.mark.parametrize(
        ("minor", "then"),
        [
            ("1.27", "they start no container after one that does not end"),
            ("1.28", "they refuse the pod, InitContainerRestartPolicyForbidden"),
        ],
    )
    def test_sidecars_that_nodes_do_not_know(self, minor: str, then: str) -> None:
        old = kc.Cluster(control_plane=kc.Release("1.30"), node=kc.Release(minor))
        proxy = container("proxy", restartPolicy="Always")
        assert findings(report(container(), initContainers=[proxy], cluster=old)) == {
            "KC516": f"the nodes know no sidecars such as proxy: {then}"
        }
        assert findings(report(container(), initContainers=[container("setup")], cluster=old)) == {}
