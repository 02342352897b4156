"""The section on environments: the table of each container, and its findings."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kubecontainers as kc
from kubecontainers.explain.entries import Entry, Line
from kubecontainers.explain.findings import Finding
from kubecontainers.explain.report import Report, explain

JSON = dict[str, Any]

NEEDED = "they are there only if it was created before the container; its DNS name would do at any time"

IMAGE = "registry.k8s.io/pause@sha256:" + "0" * 64
CONFIG: JSON = {"kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "shop"}, "data": {"LEVEL": "info", "long": "x" * 100}}
SECRET: JSON = {"kind": "Secret", "metadata": {"name": "db", "namespace": "shop"}, "stringData": {"PASSWORD": "hunter2"}}
REDIS: JSON = {
    "kind": "Service",
    "metadata": {"name": "redis", "namespace": "shop"},
    "spec": {"clusterIP": "10.0.0.9", "ports": [{"port": 6379}]},
}


def report(*objects: JSON, env: list[JSON] | None = None, node: str = "1.36", kind: str = "Pod", **spec: Any) -> Report:
    container = {"name": "app", "image": IMAGE, "imagePullPolicy": "Always", "env": env or [], **spec.pop("container", {})}
    pod = {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"containers": [container], **spec}}
    obj: JSON = (
        {"kind": kind, **pod}
        if kind == "Pod"
        else {"kind": kind, "metadata": {"name": "web", "namespace": "shop"}, "spec": {"template": {"spec": pod["spec"]}}}
    )
    return explain([obj, *objects], cluster=kc.Cluster(node=kc.Release(node)))


def entry(*objects: JSON, **given: Any) -> Entry:
    return report(*objects, **given).workloads[0].entries[0]


def table(*objects: JSON, **given: Any) -> Line | None:
    return next((line for line in entry(*objects, **given).lines if line.label == "environment"), None)


def rows(*objects: JSON, **given: Any) -> list[str]:
    found = table(*objects, **given)
    assert found is not None
    return [" <- ".join(row) for row in found.rows]


def findings(*objects: JSON, **given: Any) -> list[Finding]:
    return [finding for finding in report(*objects, **given).findings if finding.code.startswith("KC3")]


def codes(*objects: JSON, **given: Any) -> list[str]:
    return [finding.code for finding in findings(*objects, **given)]


def value(name: str, text: str) -> JSON:
    return {"name": name, "value": text}


def source(variable: str, kind: str, **reference: Any) -> JSON:
    return {"name": variable, "valueFrom": {kind: reference}}


class TestTable:
    def test_nothing_to_say(self) -> None:
        assert table() is None
        assert entry().facts["environment"] == {"variables": [], "missing": [], "serviceVariables": 0, "bytes": 0}

    def test_where_each_variable_comes_from(self) -> None:
        env = [
            source("PASSWORD", "secretKeyRef", name="db", key="PASSWORD"),
            value("URL", "redis://$(PASSWORD)@$(REDIS_SERVICE_HOST)"),
            value("LEVEL", "debug"),
            value("LEVEL", "$(LEVEL)+"),
        ]
        container = {"envFrom": [{"configMapRef": {"name": "settings"}}]}
        assert rows(CONFIG, SECRET, REDIS, env=env, container=container) == [
            "LEVEL=debug+ <- manifest, hides an earlier value, hides ConfigMap shop/settings, key LEVEL",
            f"long={'x' * 60}… <- ConfigMap shop/settings, key long",
            "PASSWORD=*** <- Secret shop/db, key PASSWORD",
            "URL=*** <- manifest",
            "REDIS_SERVICE_HOST=10.0.0.9 <- service shop/redis, and 6 more of it",
        ]
        found = table(CONFIG, SECRET, REDIS, env=env, container=container)
        assert found is not None
        assert found.text == "4 variables, and 7 of services"

    def test_what_is_known_later(self) -> None:
        env = [
            source("IP", "fieldRef", fieldPath="status.podIP"),
            source("NODE", "fieldRef", fieldPath="spec.nodeName"),
            source("NAME", "fieldRef", fieldPath="metadata.name"),
            source("NAMESPACE", "fieldRef", fieldPath="metadata.namespace"),
            value("URL", "http://$(IP)"),
            source("CPUS", "resourceFieldRef", resource="limits.cpu"),
            source("FILE", "fileKeyRef", volumeName="tmp", path="a.env", key="A"),
        ]
        later = "(known when the pod runs)"
        expected = {"IP": later, "NODE": later, "NAME": "web", "NAMESPACE": "shop", "URL": later, "CPUS": later, "FILE": "?"}
        volumes: list[JSON] = [{"name": "tmp", "emptyDir": {}}]
        found = [row.split(" <- ") for row in rows(env=env, volumes=volumes)]
        assert {name: shown for name, _, shown in (row[0].partition("=") for row in found)} == expected
        assert found[-1][1] == "file in volume tmp, known when the pod runs"
        assert rows(env=env, volumes=volumes, kind="Deployment")[2] == f"NAME={later} <- field metadata.name"
        assert codes(env=env[-1:], volumes=volumes) == []

    def test_a_node_that_is_given_or_named(self) -> None:
        env = [source("CPUS", "resourceFieldRef", resource="limits.cpu"), source("NODE", "fieldRef", fieldPath="spec.nodeName")]
        nodes = [
            {"kind": "Node", "metadata": {"name": name}, "status": {"allocatable": {"cpu": cpus}}}
            for name, cpus in (("a", "4"), ("b", "8"))
        ]
        assert [row.split(" <- ")[0] for row in rows(nodes[0], env=env)] == ["CPUS=4", "NODE=a"]
        assert [row.split(" <- ")[0] for row in rows(*nodes, env=env, nodeName="b")] == ["CPUS=8", "NODE=b"]
        assert [row.split(" <- ")[0] for row in rows(*nodes, env=env[:1])] == ["CPUS=(known when the pod runs)"]
        assert [row.split(" <- ")[0] for row in rows(*nodes, env=env, nodeName="c")] == ["CPUS=(known when the pod runs)", "NODE=c"]

    def test_a_pod_that_runs_has_its_addresses(self) -> None:
        pod: JSON = {"kind": "Pod", "metadata": {"name": "web", "uid": "u"}, "status": {"podIPs": [{"ip": "10.244.0.5"}]}}
        pod["spec"] = {"containers": [{"name": "app", "image": IMAGE, "env": [source("IP", "fieldRef", fieldPath="status.podIP")]}]}
        [workload] = explain([pod]).workloads
        [shown] = [line for line in workload.entries[0].lines if line.label == "environment"]
        assert shown.rows == (("IP=10.244.0.5", "field status.podIP"),)

    def test_what_is_not_there(self) -> None:
        env = [source("A", "configMapKeyRef", name="settings", key="a"), source("B", "secretKeyRef", name="gone", key="b"), value("B", "1")]
        container = {"envFrom": [{"prefix": "X_", "secretRef": {"name": "gone"}}]}
        assert rows(CONFIG, env=env, container=container) == [
            "B=1 <- manifest",
            "X_*=? <- Secret shop/gone, not among these objects",
            "A=? <- the ConfigMap has no such key: shop/settings, key a",
        ]
        failing = source("A", "resourceFieldRef", resource="limits.cpu", containerName="other")
        assert rows(env=[failing]) == ["A=? <- the pod has no such container: other"]

    def test_services(self) -> None:
        services = [{**REDIS, "metadata": {"name": f"s{number}", "namespace": "shop"}} for number in range(10)]
        found = rows(*services)
        assert len(found) == 9
        assert found[-1] == "… <- 2 more services"
        assert rows(REDIS, env=[value(name, "") for name in ("REDIS_SERVICE_HOST", "REDIS_SERVICE_PORT")])[-1].startswith(
            "REDIS_PORT=tcp://"
        )
        hidden = ["SERVICE_HOST", "SERVICE_PORT", "PORT", *(f"PORT_6379_TCP{end}" for end in ("", "_PROTO", "_PORT", "_ADDR"))]
        assert len(rows(REDIS, env=[value(f"REDIS_{end}", "") for end in hidden])) == len(hidden)
        only = table(REDIS, enableServiceLinks=False)
        assert only is not None
        assert (only.text, only.rows) == ("no variables of its own, and 0 of services", ())

    def test_services_that_have_no_address_yet(self) -> None:
        spec = {"selector": {"app": "redis"}, "ports": [{"port": 6379}]}
        service = {**REDIS, "spec": spec}
        env = [value("HOST", "$(REDIS_SERVICE_HOST)"), value("PORT", "$(REDIS_SERVICE_PORT)")]
        assert rows(service, env=env) == [
            "HOST=(known when the pod runs) <- manifest",
            "PORT=6379 <- manifest",
            "REDIS_SERVICE_HOST=(known when the pod runs) <- service shop/redis, and 6 more of it",
        ]
        assert codes(service, env=env) == ["KC309", "KC309"]
        for other in ({"clusterIP": "None"}, {"type": "ExternalName", "externalName": "example.com"}):
            assert codes({**REDIS, "spec": spec | other}, env=env) == ["KC305", "KC305"]

    def test_a_node_that_no_kubelet_has_filled_in(self) -> None:
        env = [source("IP", "fieldRef", fieldPath="status.hostIP")]
        assert rows({"kind": "Node", "metadata": {"name": "a", "labels": {}}}, env=env) == [
            "IP=(known when the pod runs) <- field status.hostIP"
        ]

    def test_places_in_facts_are_those_of_the_object(self) -> None:
        env = [value("A", "1"), value("A", "$(A)2")]
        [variable] = entry(env=env, kind="Deployment").facts["environment"]["variables"]  # type: ignore[index]
        assert variable["origin"]["path"] == "spec.template.spec.containers[0].env[1]"
        assert variable["hides"][0]["path"] == "spec.template.spec.containers[0].env[0]"

    def test_bytes_that_are_no_text(self) -> None:
        found = report(env=[value("A", "$é"), value("n" * 100, "")], node="1.30")
        assert "A=$Ã\ufffd" in found.to_text()
        assert f"{'n' * 60}…=" in found.to_text()
        json.dumps(found.to_json(), ensure_ascii=False).encode()

    def test_containers_are_told_apart_whatever_they_are_called(self) -> None:
        containers = [{"name": "", "image": IMAGE, "env": [value("A", str(number))]} for number in range(2)]
        [workload] = explain([{"kind": "Pod", "spec": {"containers": containers}}]).workloads
        shown = [line.rows for entry in workload.entries for line in entry.lines if line.label == "environment"]
        assert shown == [(("A=0", "manifest"),), (("A=1", "manifest"),)]

    def test_one_variable(self) -> None:
        found = table(env=[value("A", "1")])
        assert found is not None
        assert found.text == "1 variable, besides those of services"

    def test_facts(self) -> None:
        env = [
            source("PASSWORD", "secretKeyRef", name="db", key="PASSWORD"),
            value("REDIS_PORT", "$(NOPE)"),
            source("IP", "fieldRef", fieldPath="status.podIP"),
            source("A", "configMapKeyRef", name="settings", key="a"),
        ]
        facts: Any = entry(CONFIG, SECRET, REDIS, env=env).facts["environment"]
        assert "hunter2" not in json.dumps(facts)
        password, port, address = facts["variables"]
        assert (password["name"], password["origin"]["kind"], "value" in password) == ("PASSWORD", "SECRET", False)
        assert (port["value"], port["unresolved"], port["hides"][0]["subject"]) == ("$(NOPE)", ["NOPE"], "shop/redis")
        assert "value" not in address
        assert facts["missing"] == [{"name": "A", "reason": "CONFIG_MAP_KEY_NOT_FOUND", "subject": "shop/settings"}]
        assert facts["serviceVariables"] == 6
        assert facts["bytes"] > 100

    def test_secrets_are_not_shown(self) -> None:
        env = [source("A", "secretKeyRef", name="db", key="PASSWORD"), value("B", "$(A)"), value("C", "$(B)$(NOPE)")]
        found = report(SECRET, env=env, container={"command": ["$(A)"], "args": ["$(B)"]})
        assert "hunter2" not in found.to_text() + json.dumps(found.to_json()) + repr(found)


class TestFindings:
    @pytest.mark.parametrize(
        ("failing", "code", "sentence"),
        [
            (source("A", "configMapKeyRef", name="settings", key="a"), "KC301", "couldn't find key a in ConfigMap shop/settings"),
            (source("A", "resourceFieldRef", resource="limits.cpu", containerName="x"), "KC301", "the pod has no such container: 'x'"),
            (source("A", "configMapKeyRef", name="other", key="a"), "KC302", "ConfigMap other is in namespace elsewhere, not in the pod's"),
            (source("A", "configMapKeyRef", name="gone", key="a"), "KC303", "ConfigMap gone is not among these objects"),
        ],
    )
    def test_what_is_not_there(self, failing: JSON, code: str, sentence: str) -> None:
        other = {"kind": "ConfigMap", "metadata": {"name": "other", "namespace": "elsewhere"}}
        [found] = findings(CONFIG, other, env=[failing])
        assert found.code == code
        assert sentence in found.sentence
        assert str(found.path).startswith("spec.containers[0].env[0].valueFrom.")

    def test_without_any_objects_of_the_kind_nothing_is_said_of_them(self) -> None:
        assert codes(env=[source("A", "configMapKeyRef", name="gone", key="a"), source("B", "secretKeyRef", name="gone", key="a")]) == []

    def test_references(self) -> None:
        env = [value("A", "$(B) $(B)"), value("B", "1"), value("C", "$(B)$(LEVLE)$$(D)"), value("E", "$(NOPE)"), value("F", "$(nproc)")]
        assert [(found.code, str(found.path), found.sentence) for found in findings(CONFIG, REDIS, env=[*env, value("LEVEL", "")])] == [
            ("KC304", "spec.containers[0].env[0].value", "A refers to $(B), which is set further down: it stays as it is; move B up"),
            (
                "KC305",
                "spec.containers[0].env[2].value",
                "C refers to $(LEVLE), which nothing here sets: it stays as it is; LEVEL is meant, perhaps",
            ),
            ("KC305", "spec.containers[0].env[3].value", "E refers to $(NOPE), which nothing here sets: it stays as it is"),
            ("KC323", "spec.containers[0].env[4].value", "$(nproc) in F stays as it is, for a shell to read"),
        ]

    def test_references_to_what_the_objects_do_not_tell(self) -> None:
        env = [value("A", "$(B)$(C)"), value("B", "1")]
        for optional in (False, True):
            container = {"envFrom": [{"secretRef": {"name": "gone", "optional": optional}}, {"configMapRef": {"name": "settings"}}]}
            assert [(found.code, found.sentence) for found in findings(CONFIG, env=env, container=container)] == [
                ("KC306", "A refers to $(B): it stays as it is, unless it comes from Secret gone"),
                ("KC306", "A refers to $(C): it stays as it is, unless it comes from Secret gone"),
            ]
            assert rows(CONFIG, env=env, container=container)[-2 if optional else -3].startswith("A=(known when the pod runs)")
        many = {"envFrom": [{"configMapRef": {"name": f"c{number}"}} for number in range(5)]}
        [found] = findings(env=[value("A", "$(C)")], container=many)
        assert found.sentence.endswith("unless it comes from ConfigMap c0, ConfigMap c1, ConfigMap c2 and 2 more")

    def test_few_close_names_are_looked_for(self) -> None:
        env = [value("LEVEL", ""), *(value(f"A{number}", f"$(LEVEL{number})") for number in range(60))]
        sentences = [found.sentence for found in findings(env=env)]
        assert len(sentences) == 60
        assert sum("is meant, perhaps" in sentence for sentence in sentences) == 50
        assert codes(env=[value("A", "")], container={"envFrom": [{"prefix": "X"}]}) == []

    def test_references_to_services_that_are_not_given(self) -> None:
        env = [value("A", "http://$(REDIS_SERVICE_HOST):$(REDIS_PORT_6379_TCP_PORT)"), value("B", "$(KUBERNETES_SERVICE_HOST)")]
        assert codes(env=env) == ["KC306", "KC306"]
        assert codes(REDIS, env=env[1:]) == []
        assert codes(env=env, enableServiceLinks=False) == ["KC305", "KC305"]
        assert rows(env=env) == ["A=(known when the pod runs) <- manifest", "B=(known when the pod runs) <- manifest"]

    def test_references_to_variables_of_the_image(self) -> None:
        env = [value("PATH", "/app:$(PATH)"), value("A", "$(HOSTNAME)$(A)"), value("B", "$(B)"), value("B", "$(B)")]
        assert [(found.code, str(found.path)) for found in findings(env=env)] == [
            ("KC322", f"spec.containers[0].env[{number}].value") for number in (0, 1, 1)
        ] + [("KC304", "spec.containers[0].env[2].value")]

    def test_references_in_arguments(self) -> None:
        container = {"command": ["run", "--host=$(HSOT)$(HSOT)"], "args": ["$(date)", "$(REDIS_PORT)"]}
        assert [(found.code, str(found.path), found.sentence) for found in findings(container=container, kind="Deployment")] == [
            (
                "KC305",
                "spec.template.spec.containers[0].command[1]",
                "command[1] refers to $(HSOT), which nothing here sets: it stays as it is",
            )
        ]

    def test_references_to_what_is_known_later(self) -> None:
        failing = source("P", "secretKeyRef", name="gone", key="p")
        assert codes(env=[failing, value("A", "$(P)")]) == []
        assert codes(env=[value("A", "$(P)"), failing]) == ["KC304"]
        env = [value("P", "1"), failing, value("A", "$(P)"), value("B", "x$(A)"), value("P", "2"), value("C", "$(P)")]
        shown = {row[0].partition("=")[0]: row[0].partition("=")[2] for row in (row.split(" <- ") for row in rows(env=env))}
        assert shown == {"P": "2", "A": "(known when the pod runs)", "B": "(known when the pod runs)", "C": "2"}
        optional = source("P", "secretKeyRef", name="gone", key="p", optional=True)
        assert rows(env=[value("P", "1"), optional])[0].startswith("P=(known when the pod runs)")
        missing_key = source("P", "configMapKeyRef", name="settings", key="p", optional=True)
        assert rows(CONFIG, env=[value("P", "1"), missing_key])[0].startswith("P=1")

    def test_variables(self) -> None:
        env = [
            value("REDIS_PORT", "6379"),
            *(value("A", text) for text in "123"),
            value("B", "1"),
            value("B", "$(B)2"),
            value("C", "1"),
            value("D", "$(C)"),
            value("C", "2"),
            value("x-y", "$(REDIS_SERVICE_HOST)"),
        ]
        assert [(found.code, found.sentence) for found in findings(REDIS, env=env)] == [
            ("KC307", "REDIS_PORT hides the variable that service shop/redis gives under this name"),
            ("KC308", "A is set again further down, and nothing refers to 2 earlier values"),
            ("KC309", f"x-y refers to variables of service shop/redis: {NEEDED}"),
            ("KC310", "no shell reads variables called x-y"),
        ]

    def test_names_of_one_source_are_told_together(self) -> None:
        odd = {**CONFIG, "data": {f"app.{number}": "" for number in range(7)}}
        [found] = findings(odd, container={"envFrom": [{"configMapRef": {"name": "settings"}}]})
        assert (found.code, str(found.path)) == ("KC310", "spec.containers[0].envFrom[0]")
        assert found.sentence == "no shell reads variables called app.0, app.1, app.2, app.3, app.4 and 2 more"

    def test_names_that_old_nodes_leave_out(self) -> None:
        odd = {**CONFIG, "data": {"1x": "", "=": ""}}
        container = {"envFrom": [{"configMapRef": {"name": "settings"}}]}
        [found] = findings(odd, container=container, node="1.29")
        assert (found.code, str(found.path)) == ("KC311", "spec.containers[0].envFrom[0]")
        assert found.sentence.startswith("the nodes leave out 1x, = of ConfigMap shop/settings")
        assert codes(odd, container=container) == ["KC310"]

    def test_collisions(self) -> None:
        other = {
            "kind": "Service",
            "metadata": {"name": "redis-port-6379-tcp", "namespace": "shop"},
            "spec": REDIS["spec"] | {"clusterIP": "10.0.0.10"},
        }
        [found] = findings(REDIS, other, kind="Deployment")
        assert (found.code, str(found.path)) == ("KC312", "spec.template.spec")
        assert (
            found.sentence
            == "services shop/redis and shop/redis-port-6379-tcp all set REDIS_PORT_6379_TCP_PORT: which value a container gets is chance"
        )
        assert codes(REDIS, other, enableServiceLinks=False) == []

    def test_sizes(self) -> None:
        [found] = findings(env=[value("A", "x" * 131_072)], container={"command": ["sh", "x" * 140_000]})
        assert (found.code, found.sentence) == ("KC313", "no program starts: A, argument 1 is longer than 128 KiB")
        assert codes(env=[value(f"A{number}", "x" * 100_000) for number in range(21)]) == ["KC314"]
        services = [{**REDIS, "metadata": {"name": f"service-{number:05}", "namespace": "shop"}} for number in range(8_000)]
        [found] = findings(*services)
        assert found.code == "KC314"
        assert "of it for services: service 6375 of 8000 by name, service-06374," in found.sentence
        assert found.sentence.endswith("is one too many; set enableServiceLinks: false")
        assert codes(*services[:4_000]) == ["KC315"]

    def test_resources(self) -> None:
        env = [source(name, "resourceFieldRef", resource="limits.cpu", divisor=divisor) for name, divisor in (("A", None), ("B", "1m"))]
        limits = {"resources": {"limits": {"cpu": "250m", "memory": "0"}}}
        [found] = findings(env=env, container=limits)
        assert (found.code, found.sentence) == ("KC316", "A shows limits.cpu of 250m rounded up to 1; set a smaller divisor")
        assert codes(env=env) == ["KC317", "KC317"]
        assert codes(env=[source("A", "resourceFieldRef", resource="limits.memory")], container=limits) == ["KC317"]
        assert codes(env=[source("A", "resourceFieldRef", resource="requests.cpu")]) == []
        assert codes(env=[source("A", "resourceFieldRef", resource="limits.cpu", containerName="app")]) == []
        assert codes(env=[{**env[0]}, value("A", "1")], container=limits) == ["KC308"]
        assert codes(env=[source("A", "resourceFieldRef", resource="limits.hugepages-2Mi")]) == []
        small = {"resources": {"limits": {"memory": "100m"}}}
        assert codes(env=[source("A", "resourceFieldRef", resource="limits.memory")], container=small) == []
        huge = {"resources": {"limits": {"cpu": f"1e{10**6}"}}}
        assert codes(env=env[:1], container=huge) == []

    def test_sub_paths(self) -> None:
        mounts = [
            {"name": "tmp", "mountPath": f"/{number}", "subPathExpr": path}
            for number, path in enumerate(["$(IP)/$(A)", "$(A)", "$(S)", "$(UP)"])
        ]
        env = [source("IP", "fieldRef", fieldPath="status.podIP"), source("S", "secretKeyRef", name="gone", key="s"), value("UP", "..")]
        found = findings(REDIS, env=env, container={"volumeMounts": mounts}, volumes=[{"name": "tmp"}])
        assert [(finding.code, str(finding.path)) for finding in found] == [
            ("KC318", f"spec.containers[0].volumeMounts[{number}].subPathExpr") for number in (0, 1, 3)
        ]

    def test_hostnames(self) -> None:
        [found] = findings(hostname="x" * 63, subdomain="y" * 63, setHostnameAsFQDN=True)
        assert (found.code, str(found.path)) == ("KC319", "spec.setHostnameAsFQDN")
        pod = {"kind": "Pod", "metadata": {"name": "x" * 64}, "spec": {"containers": [{"name": "app", "image": IMAGE}]}}
        assert "KC320" in [finding.code for finding in explain([pod]).findings]

    def test_sub_paths_that_the_objects_do_not_tell(self) -> None:
        for path in ("$(TENANT)/x", "$(REDIS_SERVICE_HOST)"):
            container = {"volumeMounts": [{"name": "tmp", "mountPath": "/tmp", "subPathExpr": path}]}  # noqa: S108
            open_source = {"envFrom": [{"configMapRef": {"name": "gone", "optional": True}}]} if "TENANT" in path else {}
            assert codes(container=container | open_source, volumes=[{"name": "tmp"}]) == []

    def test_texts_that_grow_without_end(self) -> None:
        env = [value("A0", "x" * 16), *(value(f"A{n}", f"$(A{n - 1})$(A{n - 1})") for n in range(1, 40))]
        found = [finding for finding in findings(env=env) if finding.code == "KC324"]
        assert [str(finding.path).startswith("spec.containers[0].env[") for finding in found] == [True]
        arguments = {"command": ["$(A)"] * 200, "volumeMounts": [{"name": "tmp", "mountPath": "/a", "subPathExpr": "$(A)" * 200}]}
        large = [value("A", "x" * 100_000)]
        assert codes(env=large, container=arguments, volumes=[{"name": "tmp"}]) == ["KC324"]

    def test_old_nodes_do_not_read_env_files(self) -> None:
        env = [source("FILE", "fileKeyRef", volumeName="tmp", path="a.env", key="A")]
        volumes: list[JSON] = [{"name": "tmp", "emptyDir": {}}]
        assert codes(env=env, volumes=volumes, node="1.34") == ["KC325"]
        assert codes(env=env, volumes=volumes) == []

    def test_a_service_that_no_cluster_has(self) -> None:
        for env in ([], [value("A", "1")]):
            for container in ({}, {"envFrom": [{"secretRef": {"name": "gone"}}]}):
                found = findings({**REDIS, "spec": {"clusterIP": "10.0.0.1"}}, container=container, env=env)
                assert [(finding.code, str(finding.path)) for finding in found] == [("KC326", "spec.containers[0]")]

    def test_what_the_api_server_refuses_is_told_once(self) -> None:
        env = [source("A", "fieldRef", fieldPath="status.phase")]
        assert codes(env=env, hostname="Web_1") == []
        assert [found.code for found in report(env=env, hostname="Web_1").findings] == ["KC003", "KC003"]

    def test_torn_letters(self) -> None:
        container = {"command": ["run", "$é"], "args": ["$$é"]}
        found = findings(env=[value("A", "$é"), value("B", "é")], container=container, node="1.33")
        assert [(finding.code, str(finding.path)) for finding in found] == [
            ("KC321", "spec.containers[0].env[0].value"),
            ("KC321", "spec.containers[0].command[1]"),
        ]
        assert codes(env=[value("A", "$é")], container=container) == []


class TestHostname:
    @pytest.mark.parametrize(
        ("kind", "spec", "text"),
        [
            ("Pod", {}, "web"),
            ("Pod", {"subdomain": "shop-web"}, "web, in full web.shop-web.shop.svc.cluster.local"),
            ("Pod", {"hostNetwork": True}, None),
            ("Deployment", {}, None),
            ("Deployment", {"hostname": "a"}, "a"),
        ],
    )
    def test_as_far_as_it_is_known(self, kind: str, spec: JSON, text: str | None) -> None:
        pod = report(kind=kind, **spec).workloads[0].entries[-1]
        assert next((line.text for line in pod.lines if line.label == "hostname"), None) == text
