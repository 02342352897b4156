"""``kubecontainers env``: what it prints, what it says beside it, and what it refuses."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kubecontainers.cli.env_pod import NeverStarts
from kubecontainers.cli.env_workload import NoSingleChoice
from kubecontainers.cli.main import main

Object = dict[str, Any]
Run = Callable[..., "tuple[int, str, list[str]]"]

SETTINGS: Object = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"LEVEL": "info", "PORT": "8080"}}
DB: Object = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "stringData": {"password": "hunter2"}}
API: Object = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "kubernetes", "namespace": "default"},
    "spec": {"clusterIP": "10.96.0.1", "ports": [{"port": 443}]},
}
NODE: Object = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "n1"},
    "status": {"allocatable": {"cpu": "4"}, "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}]},
}
ENV_FROM: list[Object] = [{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "db"}, "prefix": "DB_"}]
NO_SERVICE = "note: no Service is among the objects: variables of services are missing, such as KUBERNETES_SERVICE_HOST"
WAITS = "with these objects, container app waits with CreateContainerConfigError"


def field(name: str, path: str) -> Object:
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def resource(name: str, path: str) -> Object:
    return {"name": name, "valueFrom": {"resourceFieldRef": {"resource": path}}}


def app(*env: Object, **fields: Any) -> Object:
    return {"name": "app", "image": "app:1", "env": list(env), **fields}


def pod(*containers: Object, name: str = "web", **fields: Any) -> Object:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": list(containers) or [app()], **fields}}


def deployment(*containers: Object, name: str = "web", **metadata: Any) -> Object:
    template = {"spec": {"containers": list(containers) or [app()]}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, **metadata}, "spec": {"template": template}}


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command on objects; secrets show only where they are asked for."""

    def run_command(objects: list[Object], *options: str) -> tuple[int, str, list[str]]:
        Path("all.yaml").write_text("\n---\n".join(map(json.dumps, objects)), encoding="utf-8")
        code = main(["env", "all.yaml", *options])
        out, err = capsys.readouterr()
        assert "hunter2" not in err
        assert "hunter2" not in out or "--show-secrets" in options
        assert all(line.startswith("kubecontainers: ") for line in err.splitlines())
        return code, out, [line.removeprefix("kubecontainers: ") for line in err.splitlines()]

    return run_command


class TestText:
    def test_as_env_prints_it(self, run: Run) -> None:
        env = ({"name": "LEVEL", "value": "debug"}, {"name": "DSN", "value": "db:$(DB_password)@$(KUBERNETES_SERVICE_HOST)"})
        code, out, err = run([pod(app(*env, envFrom=ENV_FROM)), SETTINGS, DB, API])
        assert (code, err) == (0, [])
        assert out.splitlines()[:7] == [
            "HOSTNAME=web",
            "LEVEL=debug",
            "PORT=8080",
            "DB_password=***",
            "DSN=***",
            "KUBERNETES_SERVICE_HOST=10.96.0.1",
            "KUBERNETES_SERVICE_PORT=443",
        ]

    def test_secrets_where_they_are_asked_for(self, run: Run) -> None:
        code, out, _ = run([pod(app(envFrom=ENV_FROM)), SETTINGS, DB, API], "--show-secrets")
        assert code == 0
        assert "DB_password=hunter2\n" in out

    def test_bytes(self, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
        secret = {**DB, "stringData": None, "data": {"raw": "Y2Fm6Qo="}}
        Path("all.json").write_text(json.dumps({"kind": "List", "items": [pod(app(envFrom=ENV_FROM[1:])), secret, API]}))
        assert main(["env", "all.json", "--show-secrets"]) == 0
        assert b"\nDB_raw=caf\xe9\n\n" in capfdbinary.readouterr().out

    def test_an_output_that_takes_no_bytes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        output = io.StringIO()
        monkeypatch.setattr(sys, "stdout", output)
        Path("pod.json").write_text(json.dumps(pod()))
        assert main(["env", "pod.json"]) == 0
        assert output.getvalue() == "HOSTNAME=web\n"

    def test_no_output(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(sys, "stdout", None)
        Path("pod.json").write_text(json.dumps(pod()))
        assert main(["env", "pod.json"]) == 2
        assert "there is no standard output" in capsys.readouterr().err

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(pod()).encode())))
        assert main(["env", "-"]) == 0
        assert capsys.readouterr().out == "HOSTNAME=web\n"


class TestOtherFormats:
    def test_origins(self, run: Run) -> None:
        code, out, _ = run([deployment(app({"name": "LEVEL", "value": "1"}, envFrom=ENV_FROM)), SETTINGS, DB, API], "--origins")
        assert code == 0
        assert out.splitlines()[:5] == [
            "all.yaml: Deployment default/web",
            "└─ container app  spec.template.spec.containers[0]",
            "   ├─ HOSTNAME=web-xxxxxxxxxx-xxxxx                container runtime",
            "   ├─ LEVEL=1                                      manifest, env[0]",
            "   │  └─ hides info  ConfigMap default/settings, key LEVEL, envFrom[0]",
        ]

    def test_json(self, run: Run) -> None:
        code, out, err = run([pod(app(envFrom=ENV_FROM)), SETTINGS, DB, API], "--format", "json")
        found = json.loads(out)
        assert (code, err) == (0, [])
        assert (found["kind"], found["pod"], found["container"]) == ("Pod", "web", "app")
        assert [variable.get("value") for variable in found["variables"]][:4] == ["web", "info", "8080", None]

    def test_dotenv(self, run: Run) -> None:
        given = [pod(app({"name": "9", "value": "1"}, {"name": "P", "value": "${X}"}, envFrom=ENV_FROM)), SETTINGS, DB, API]
        code, out, err = run(given, "--format", "dotenv")
        assert code == 0
        assert out.splitlines()[:5] == ["HOSTNAME=web", "LEVEL=info", "PORT=8080", "DB_password='***'", "P='${X}'"]
        assert err == [
            "note: *** stands for what comes from Secrets, DB_password; --show-secrets writes it",
            "note: left out, since no dotenv file can hold them: 9",
            "note: python-dotenv does not take the $ as it is meant in P; docker compose does",
        ]

    def test_dotenv_with_origins(self, run: Run) -> None:
        code, out, err = run([pod(app(envFrom=ENV_FROM)), SETTINGS, DB, API], "--format", "dotenv", "--show-secrets", "--origins")
        assert (code, err) == (0, [])
        assert "# Secret default/db, key password, envFrom[1]\nDB_password=hunter2\n" in out


class TestWhichPod:
    BOTH: ClassVar[list[Object]] = [deployment(), pod(name="job"), SETTINGS]

    @pytest.mark.parametrize("wanted", ["web", "Deployment/web", "deployment/web", "deployments/web", "deploy/web"])
    def test_one_of_several(self, run: Run, wanted: str) -> None:
        code, out, _ = run(self.BOTH, "--workload", wanted)
        assert (code, out) == (0, "HOSTNAME=web-xxxxxxxxxx-xxxxx\n")

    def test_none_is_said(self, run: Run) -> None:
        assert run(self.BOTH) == (2, "", ["2 objects make pods: Deployment/web, Pod/job (choose one with --workload)"])

    @pytest.mark.parametrize("wanted", ["nope", "Job/web", "/web", "x/deploy/web"])
    def test_there_is_none(self, run: Run, wanted: str) -> None:
        said = f"no object that makes pods is called {wanted!r}, only these do: Deployment/web, Pod/job"
        assert run(self.BOTH, "--workload", wanted) == (2, "", [said])

    def test_several_of_one_name(self, run: Run) -> None:
        said = "2 objects make pods: Deployment/web, Pod/web (name its kind too)"
        assert run([deployment(), pod()], "--workload", "web") == (2, "", [said])

    def test_namespaces(self, run: Run) -> None:
        both = [deployment(namespace="a"), deployment(namespace="b")]
        listed = "Deployment/web of a in all.yaml, Deployment/web of b in all.yaml"
        assert run(both) == (2, "", [f"2 objects make pods: {listed} (choose one with --namespace)"])
        assert run(both, "--namespace", "b")[0] == 0
        said = "no object in namespace c makes pods, only these do: Deployment/web of a, Deployment/web of b"
        assert run(both, "--namespace", "c") == (2, "", [said])
        said = "no object in namespace a that makes pods is called 'x', only these do: Deployment/web"
        assert run(both, "--namespace", "a", "--workload", "x") == (2, "", [said])

    def test_one_object_twice(self, run: Run) -> None:
        code, _, err = run([deployment()], "all.yaml")
        assert code == 2
        assert err[0].endswith("(the same object is given more than once)")

    def test_no_pods(self, run: Run) -> None:
        assert run([SETTINGS]) == (2, "", ["no object makes pods (give the manifest of a Pod, a Deployment or the like)"])

    def test_many(self, run: Run) -> None:
        _, _, err = run([deployment(name=f"w{number}") for number in range(12)])
        assert err == [f"12 objects make pods: {', '.join(f'Deployment/w{n}' for n in range(10))} and 2 more (choose one with --workload)"]

    def test_what_cannot_be_decoded(self, run: Run) -> None:
        objects = [pod(), {"kind": "Pod", "metadata": {"name": 7}}]
        said = "all.yaml, document 2: Kubernetes could not decode this object: metadata.name: expected a string, found a number"
        assert run(objects) == (2, "", [said])
        assert run(objects, "--workload", "other") == (2, "", [said])
        assert run(objects, "--workload", "web")[0] == 0


class TestWhichContainer:
    SETUP: ClassVar[Object] = {"name": "setup", "image": "app:1", "env": [{"name": "STEP", "value": "1"}]}
    PROXY: ClassVar[Object] = {"name": "proxy", "image": "app:1"}

    def test_the_only_app_container(self, run: Run) -> None:
        assert run([pod(initContainers=[self.SETUP])])[:2] == (0, "HOSTNAME=web\n")

    def test_an_init_container(self, run: Run) -> None:
        assert run([pod(initContainers=[self.SETUP])], "--container", "setup")[:2] == (0, "HOSTNAME=web\nSTEP=1\n")

    def test_an_ephemeral_container_of_a_pod_that_runs(self, run: Run) -> None:
        running = pod(ephemeralContainers=[{"name": "debug", "image": "app:1", "env": [field("UID", "metadata.uid")]}])
        running["metadata"]["uid"] = "u-1"
        assert run([running], "--container", "debug")[:2] == (0, "HOSTNAME=web\nUID=u-1\n")
        del running["metadata"]["uid"]
        code, _, err = run([running], "--container", "debug")
        assert code == 1
        assert err[0].startswith("all.yaml: Pod default/web: spec.ephemeralContainers: Forbidden")

    def test_none_is_said(self, run: Run) -> None:
        said = "the pod has 2 app containers: setup (init), app, proxy (choose one with --container)"
        assert run([pod(app(), self.PROXY, initContainers=[self.SETUP])]) == (2, "", [said])

    def test_there_is_none(self, run: Run) -> None:
        assert run([pod()], "--container", "x") == (2, "", ["the pod has no container 'x', only these: app"])

    def test_a_pod_without_any(self, run: Run) -> None:
        empty = pod(containers=[])
        empty["metadata"]["uid"] = "u-1"
        assert run([empty], "--container", "x") == (2, "", ["the pod has no container 'x'"])
        assert run([empty]) == (2, "", ["the pod has no app container"])
        empty["spec"]["initContainers"] = [self.SETUP]
        assert run([empty]) == (2, "", ["the pod has no app container: setup (init) (choose one with --container)"])


class TestFacts:
    def test_a_made_up_name(self, run: Run) -> None:
        web = deployment(app(field("POD", "metadata.name")))
        _, out, err = run([web, API])
        assert out.splitlines()[:2] == ["HOSTNAME=web-xxxxxxxxxx-xxxxx", "POD=web-xxxxxxxxxx-xxxxx"]
        assert err == ["note: HOSTNAME, POD: the pod's name is made up, web-xxxxxxxxxx-xxxxx; say with --pod-name what it is called"]
        assert run([web, API], "--pod-name", "web-1")[2] == []

    def test_a_made_up_name_that_nothing_shows(self, run: Run) -> None:
        web = deployment(app())
        web["spec"]["template"]["spec"]["hostNetwork"] = True
        _, out, err = run([web, API])
        assert ("HOSTNAME" in out, err) == (False, [])
        assert run([deployment(app({"name": "HOSTNAME", "value": "own"})), API])[2] == []

    def test_a_hostname_of_its_own(self, run: Run) -> None:
        web = deployment()
        web["spec"]["template"]["spec"]["hostname"] = "db"
        _, out, err = run([web, API])
        assert (out.splitlines()[0], err) == ("HOSTNAME=db", [])

    def test_what_is_only_known_later(self, run: Run) -> None:
        fields = {"IP": "status.podIP", "IPS": "status.podIPs", "NODE": "spec.nodeName", "HOST": "spec.host", "UID": "metadata.uid"}
        web = pod(app(*(field(name, path) for name, path in fields.items())))
        code, out, err = run([web, API])
        assert (code, "IP=\nIPS=\nNODE=\nHOST=\nUID=\n" in out) == (0, True)
        assert err == [
            "note: IP is empty here, since status.podIP is only known when the pod runs; give it with --pod-ip",
            "note: IPS is empty here, since status.podIPs is only known when the pod runs; give them with --pod-ip",
            "note: NODE is empty here, since spec.nodeName is only known when the pod runs; give it with --node-name",
            "note: HOST is empty here, since spec.host is only known when the pod runs; give it with --node-name",
            "note: UID is empty here, since metadata.uid is only known when the pod runs",
        ]
        _, out, err = run([web, API], "--pod-ip", "10.1.1.1", "--pod-ip", "fd00::1", "--node-name", "n1")
        assert "IP=10.1.1.1\nIPS=10.1.1.1,fd00::1\nNODE=n1\nHOST=n1\nUID=\n" in out
        assert len(err) == 1

    def test_nodes(self, run: Run) -> None:
        web = pod(app(field("NODE", "spec.nodeName"), field("HOST", "status.hostIP"), resource("CPU", "limits.cpu")))
        other = {**NODE, "metadata": {"name": "n2"}, "status": {**NODE["status"], "allocatable": {"cpu": "8"}}}
        assert "NODE=n1\nHOST=10.0.0.1\nCPU=4\n" in run([web, NODE])[1]
        assert "NODE=n2\nHOST=10.0.0.1\nCPU=8\n" in run([web, NODE, other], "--node-name", "n2")[1]
        web["spec"]["nodeName"] = "n1"
        assert "NODE=n1\nHOST=10.0.0.1\nCPU=4\n" in run([web, NODE, other])[1]

    @pytest.mark.parametrize(
        ("nodes", "options"), [([], []), ([NODE, {**NODE, "metadata": {"name": "n2"}}], []), ([NODE], ["--node-name", "x"])]
    )
    def test_no_node(self, run: Run, nodes: list[Object], options: list[str]) -> None:
        code, out, err = run([pod(app(resource("CPU", "limits.cpu"))), *nodes], *options)
        assert (code, out) == (1, "")
        place = "all.yaml: Pod default/web: spec.containers[0].env[0].valueFrom.resourceFieldRef"
        hint = "put the Node among the files; --node-name says which, if there are several"
        assert err == [f"{place}: the node is not known: 'limits.cpu' ({hint})", WAITS]

    def test_the_image(self, run: Run) -> None:
        web = pod(app({"name": "A", "value": "pod"}))
        _, out, _ = run([web], "--image-env", "PATH=/bin:/usr=bin", "--image-env", "A=image")
        assert out == "PATH=/bin:/usr=bin\nHOSTNAME=web\nA=pod\n"

    def test_files(self, run: Run) -> None:
        Path("app.env").write_text("COLOUR='green=blue'\n")
        reference = {"volumeName": "config", "path": "etc/app.env", "key": "COLOUR"}
        web = pod(app({"name": "COLOUR", "valueFrom": {"fileKeyRef": reference}}), volumes=[{"name": "config", "emptyDir": {}}])
        assert "COLOUR=green=blue\n" in run([web], "--file", "config/etc/app.env=app.env")[1]
        code, _, err = run([web])
        assert code == 1
        assert err[0].endswith("fileKeyRef: the volume is not mounted: 'config' (say with --file what is in the volume)")
        code, _, err = run([web], "--file", "config/other.env=app.env")
        assert err[0].endswith("the file cannot be read: 'config/etc/app.env', key 'COLOUR' (it cannot be opened)")
        Path("app.env").write_text("COLOUR=green\n")
        _, _, err = run([web], "--file", "config/etc/app.env=app.env")
        assert err[0].endswith("(line 1 of the env file: the value is not in single quotes)")

    def test_a_file_from_standard_input(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"A='1'")))
        reference = {"volumeName": "v", "path": "f", "key": "A"}
        web = pod(app({"name": "A", "valueFrom": {"fileKeyRef": reference}}), volumes=[{"name": "v", "emptyDir": {}}])
        assert "A=1\n" in run([web], "--file", "v/f=-")[1]


class TestReleases:
    def test_the_nodes_decide_what_is_composed(self, run: Run) -> None:
        objects = [pod(app(envFrom=ENV_FROM[:1])), {**SETTINGS, "data": {"9": "1", "OK": "1"}}, API]
        assert "9=1\n" in run(objects)[1]
        code, out, err = run(objects, "--node", "1.29")
        assert (code, "9=1" in out) == (0, False)
        assert len(err) == 1
        assert err[0].startswith("note: event InvalidEnvironmentVariableNames: Keys [9] from the EnvFrom configMap default/settings were")

    def test_the_control_plane_decides_what_is_refused(self, run: Run) -> None:
        objects = [pod(app({"name": "9", "value": "1"}))]
        assert run(objects)[0] == 0
        code, out, err = run(objects, "--control-plane", "1.29")
        assert (code, out) == (1, "")
        assert err[0].startswith("all.yaml: Pod default/web: spec.containers[0].env[0].name: Invalid: '9'")


class TestServices:
    def test_none(self, run: Run) -> None:
        assert run([pod()]) == (0, "HOSTNAME=web\n", [NO_SERVICE])

    def test_one_without_an_address_yet(self, run: Run) -> None:
        given = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80}]}}
        services = [
            {**given, "metadata": {"name": "web"}},
            {**given, "metadata": {"name": "other", "namespace": "other"}},
            {**given, "metadata": {"name": "headless"}, "spec": {"clusterIP": "None"}},
            {**given, "metadata": {"name": "far"}, "spec": {"type": "ExternalName", "externalName": "example.com"}},
        ]
        missing = "note: Service default/kubernetes is not among the objects: its variables are missing, such as KUBERNETES_SERVICE_HOST"
        assert run([pod(), *services])[2] == [missing, "note: Service default/web has no clusterIP yet: its variables are missing"]
        assert run([pod(enableServiceLinks=False), *services])[2] == [missing]

    def test_chance(self, run: Run) -> None:
        services = [
            {
                "kind": "Service",
                "metadata": {"name": "a"},
                "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 80, "name": "service-host"}]},
            },
            {"kind": "Service", "metadata": {"name": "a-service-port"}, "spec": {"clusterIP": "10.0.0.2", "ports": [{"port": 81}]}},
        ]
        both = "services default/a and default/a-service-port"
        said = f"note: {both} all set A_SERVICE_PORT_SERVICE_HOST: which value a container gets is chance"
        assert run([pod(), API, *services])[2] == [said]
        assert run([pod(app({"name": "A_SERVICE_PORT_SERVICE_HOST", "value": "1"})), API, *services])[2] == []


class TestNotes:
    def test_references_that_stay(self, run: Run) -> None:
        value = "$(LATER) $(LATER) $(A) $$(B)"
        _, out, err = run([pod(app({"name": "A", "value": value}, {"name": "LATER", "value": "1"})), API])
        assert "A=$(LATER) $(LATER) $(A) $(B)\n" in out
        assert err == [
            "note: A refers to $(LATER), which nothing sets before it: the reference stays as it is",
            "note: A refers to $(A), which nothing sets before it: the reference stays as it is",
        ]

    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            ({**DB, "stringData": None, "data": {"a": "hunter2!"}}, "Secret % data[a]: expected base64, found another string"),
            ({**DB, "metadata": 7}, "Secret % metadata: expected an object, found a number"),
            ({**SETTINGS, "data": []}, "ConfigMap % data: expected an object, found a list"),
            ({**API, "metadata": {"name": 1}}, "Service % metadata.name: expected a string, found a number"),
            ({**API, "spec": {"type": 7}}, "Service % spec.type: expected a string, found a number"),
            ({**NODE, "status": []}, "Node % status: expected an object, found a list"),
        ],
    )
    def test_what_is_passed_over(self, run: Run, broken: Object, said: str) -> None:
        why = said.replace("%", "passed over, since Kubernetes could not decode it:")
        assert run([pod(), API, broken])[2] == [f"note: all.yaml, document 3: {why}"]


class TestFailures:
    def test_all_that_fails_and_what_the_kubelet_says(self, run: Run) -> None:
        key = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "db", "key": "k"}}}
        code, out, err = run([deployment(app(key, envFrom=ENV_FROM[:1])), {**DB, "metadata": {"name": "db", "namespace": "other"}}])
        place = "all.yaml: Deployment default/web: spec.template.spec.containers[0]"
        assert (code, out) == (1, "")
        assert err == [
            f"{place}.envFrom[0].configMapRef: there is no such ConfigMap: 'default/settings' (put the ConfigMap among the files)",
            f"{place}.env[0].valueFrom.secretKeyRef: there is no such Secret: 'default/db' (there is one in namespace other)",
            f'{WAITS}: configmap "settings" not found',
        ]

    def test_a_key_that_is_missing(self, run: Run) -> None:
        level = {"name": "L", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "NOPE"}}}
        code, _, err = run([pod(app(level)), SETTINGS])
        assert code == 1
        assert err[0].endswith("the ConfigMap has no such key: 'default/settings', key 'NOPE'")
        assert err[1] == f"{WAITS}: couldn't find key NOPE in ConfigMap default/settings"

    def test_objects_are_where_the_option_says(self, run: Run) -> None:
        objects = [deployment(app(envFrom=ENV_FROM[:1]), namespace="shop"), SETTINGS]
        assert run(objects)[0] == 1
        assert run(objects, "--namespace", "shop")[0] == 0

    def test_a_service_that_breaks_the_kubelet(self, run: Run) -> None:
        code, _, err = run([pod(), {"kind": "Service", "metadata": {"name": "x"}, "spec": {"clusterIP": "10.0.0.1"}}])
        assert code == 1
        assert err[0] == "all.yaml: Pod default/web: a service has a cluster IP and no ports: 'default/x'"

    def test_a_pod_that_is_refused(self, run: Run) -> None:
        code, out, err = run([deployment(app({"name": "A=B", "value": "hunter2"}, {"name": "", "value": "hunter2"}))])
        place = "all.yaml: Deployment default/web: spec.template.spec.containers[0].env"
        assert (code, out) == (1, "")
        assert [line.partition(": it may")[0] for line in err] == [
            f"{place}[0].name: Invalid: 'A=B'",
            f"{place}[1].name: Required: a variable must have a name",
            "the API server refuses this",
        ]

    def test_an_api_version_that_is_gone(self, run: Run) -> None:
        said = "all.yaml: Deployment default/web: no release since 1.25 serves this API version (write apps/v1)"
        assert run([{**deployment(), "apiVersion": "extensions/v1beta1"}]) == (1, "", [said])

    def test_a_hostname_that_is_refused(self, run: Run) -> None:
        web = pod(subdomain="s" * 60, setHostnameAsFQDN=True)
        code, out, err = run([web])
        assert (code, out) == (1, "")
        assert err[0].startswith(
            "all.yaml: Pod default/web: its pod: spec.setHostnameAsFQDN: hostname and domain have more than the 64 bytes that the kernel"
        )
        assert err[1] == "the pod stays in ContainerCreating"

    @pytest.mark.parametrize(
        ("objects", "said"),
        [
            (
                [deployment({**app(), "env": {}})],
                "Deployment default/web: spec.template.spec.containers[0].env: expected a list, found an object",
            ),
            ([pod({**app(), "env": 7})], "Pod default/web: spec.containers[0].env: expected a list, found a number"),
            (
                [
                    {
                        "kind": "StatefulSet",
                        "metadata": {"name": "db"},
                        "spec": {"serviceName": 7, "template": deployment()["spec"]["template"]},
                    }
                ],
                "StatefulSet default/db: spec.serviceName: expected a string, found a number",
            ),
        ],
    )
    def test_what_cannot_be_decoded(self, run: Run, objects: list[Object], said: str) -> None:
        assert run(objects) == (2, "", [f"all.yaml: {said}"])

    def test_errors_are_values(self) -> None:
        assert str(NeverStarts(("a", "b"))) == "a; b"
        assert NoSingleChoice("a", ("b",)) == NoSingleChoice("a", ("b",))


class TestStatefulSets:
    def test_identity_and_claims(self, run: Run) -> None:
        container = app(
            field("INDEX", "metadata.labels['apps.kubernetes.io/pod-index']"), volumeMounts=[{"name": "data", "mountPath": "/d"}]
        )
        db = deployment(container, name="db")
        db["kind"], db["spec"]["serviceName"] = "StatefulSet", "db"
        db["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "data"}}]
        assert run([db]) == (0, "HOSTNAME=db-0\nINDEX=0\n", [NO_SERVICE])
        assert run([db], "--pod-name", "db-2") == (0, "HOSTNAME=db-2\nINDEX=2\n", [NO_SERVICE])


class TestWrongArguments:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ([], "the following arguments are required: FILE|DIR|-"),
            (["x", "--pod-ip", "1.2.3"], "argument --pod-ip: '1.2.3' is no IP address"),
            (["x", "--pod-name", "A_B"], "argument --pod-name: 'A_B' is no name of a pod"),
            (["x", "--namespace", "a.b"], "argument --namespace: 'a.b' is no name of a namespace"),
            (["x", "--image-env", "PATH"], "argument --image-env: 'PATH' is not NAME=VALUE"),
            *(
                (["x", "--file", text], f"argument --file: '{text}' is not VOLUME/PATH=FILE, such as config/app.env=./app.env")
                for text in ("a", "a/b", "a=b", "/b=c", "a/=c", "a/b=")
            ),
            (["x", "--release", "1.2"], "argument --release: Kubernetes 1.2 is not covered"),
            (["x", "--format", "yaml"], "argument --format: invalid choice: 'yaml'"),
        ],
    )
    def test_how_it_is_called(self, options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(["env", *options])
        assert stopped.value.code == 2
        assert said in capsys.readouterr().err

    @pytest.mark.parametrize("options", [("nowhere.yaml",), ("--file", "a/b=nowhere.yaml")])
    def test_what_is_not_there(self, run: Run, options: tuple[str, ...]) -> None:
        assert run([pod()], *options) == (2, "", ["nowhere.yaml: No such file or directory"])

    def test_standard_input_twice(self, run: Run) -> None:
        assert run([pod()], "-", "--file", "a/b=-") == (2, "", ["-: standard input can be read once only"])

    def test_a_kubelet_newer_than_its_api_server(self, run: Run) -> None:
        code, _, err = run([pod()], "--control-plane", "1.30", "--node", "1.31")
        assert code == 2
        assert err[0].startswith("the node's release 1.31 is newer than the control plane's, 1.30")
