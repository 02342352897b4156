"""``kubecontainers simulate``: its input, its output, its errors."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from kubecontainers.cli.main import main

JSON = dict[str, Any]
EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "simulate"
WEB = str(EXAMPLES / "web.yaml")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["simulate", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["simulate", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("kubecontainers: ")
    assert err.count("\n") == 1
    return err


@pytest.fixture(autouse=True)
def columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")


def written(path: Path, content: JSON | str) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def pod(name: str = "web", **spec: Any) -> JSON:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "app", "image": "app:1"}]} | spec,
    }


CHARTS = {
    "slow-registry": """\
shop/web  Pending 0s, Running 2m25s
  web  ░░░░░░░░░░░░░···░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░█████▶
""",
    "stubborn": """\
shop/web  Pending 0s, Running 0s, deleted 30s, Failed 1m, stopped 1m
  web  ██████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
""",
    "grace-60-55-10": """\
shop/web  Pending 0s, Running 0s, deleted 10s, Failed 1m10s, stopped 1m10s
  web  ████████▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▓▓▓▓
""",
}


@pytest.mark.parametrize("script", CHARTS)
def test_the_examples(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = "graceful" if script.startswith("grace") else "web"
    out = run(capsys, str(EXAMPLES / f"{manifest}.yaml"), "--script", str(EXAMPLES / f"{script}.yaml"))
    assert "".join(out.splitlines(keepends=True)[:2]) == CHARTS[script]


def test_every_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for script in sorted(EXAMPLES.glob("*.yaml")):
        if "kubecontainers simulate" in script.read_text(encoding="utf-8"):
            manifest = "graceful.yaml" if script.stem.startswith("grace") else "web.yaml"
            assert run(capsys, str(EXAMPLES / manifest), "--script", str(script), "--describe").startswith("shop/web  Pending 0s")


def test_the_examples_do_not_disturb_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(EXAMPLES)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [line for line in out.splitlines() if ": Pod " in line] == [
        f"{EXAMPLES / 'graceful.yaml'}: Pod shop/web",
        f"{EXAMPLES / 'web.yaml'}: Pod shop/web",
    ]
    assert "missing-secret" not in out


def test_without_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert "█ runs" in run(capsys, WEB)


TABLE = """\
shop/web
Events:
  Type    Reason   Age                From     Message
  ----    ------   ----               ----     -------
  Normal  Pulled   10s (x2 over 30s)  kubelet  Container image "registry.example/shop/web:1.4" already present on machine
  Normal  Created  10s (x2 over 30s)  kubelet  Created container: web
  Normal  Started  10s (x2 over 30s)  kubelet  Started container web
"""


def test_describe(capsys: pytest.CaptureFixture[str]) -> None:
    script = str(EXAMPLES / "crash-loop.yaml")
    assert run(capsys, WEB, "--script", script, "--until", "30s", "--describe", "--release", "1.34").split("\n\n")[1] == TABLE


def test_many_objects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"template": template},
    }
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
    listed = {"apiVersion": "v1", "kind": "List", "items": [deployment, service, pod()]}
    out = run(capsys, written(tmp_path / "all.json", listed), "--describe")
    assert [line for line in out.splitlines() if line.endswith("Running 0s")] == [
        "shop/web-xxxxxxxxxx-xxxxx  Pending 0s, Running 0s",
        "default/web  Pending 0s, Running 0s",
    ]
    assert out.count("Events:") == 2


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, WEB, "--format", "json", "--until", "90s", "--node", "1.33"))
    assert (found["release"], found["until"], [each["name"] for each in found["pods"]]) == ("1.33", "1m30s", ["shop/web"])
    assert json.loads(run(capsys, WEB, "--json", "--until", "90s", "--node", "1.33")) == found


def test_watch(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, WEB, "--script", str(EXAMPLES / "stubborn.yaml"), "--format", "watch")
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["type"] for event in events] == ["ADDED", *["MODIFIED"] * 5, "DELETED"]
    assert (events[0]["object"]["kind"], events[-1]["object"]["status"]["phase"]) == ("Pod", "Failed")


def test_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "life.svg"
    assert "█ runs" in run(capsys, WEB, "--svg", str(path))
    assert path.read_bytes().startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')


def test_runtime_classes_of_the_manifests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    needy = written(tmp_path / "pod.json", pod(runtimeClassName="kata"))
    assert '"kata" not found' in run(capsys, needy, "--describe", "--until", "1s")
    known = written(
        tmp_path / "class.json", {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "kata"}, "handler": "kata"}
    )
    assert '"kata" not found' not in run(capsys, needy, known, "--describe", "--until", "1s")


def test_an_output_without_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="latin-1"))
    assert main(["simulate", WEB]) == 0
    assert b"= runs" in raw.getvalue()


def test_what_would_steer_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = written(tmp_path / "script.json", {"images": {"app:1": {"pulls": [{"error": "raw:\u009b31mred"}]}}})
    out = run(capsys, written(tmp_path / "pod.json", pod()), "--script", script, "--describe", "--until", "1s")
    assert "\\x9b31mred" in out
    assert "\u009b" not in out


class TestNotes:
    """A script can speak of what is not there; that is told."""

    def notes(self, capsys: pytest.CaptureFixture[str], path: Path, script: JSON, *pods: JSON) -> list[str]:
        manifests = [written(path / f"{number}.json", each) for number, each in enumerate(pods or (pod(),))]
        assert main(["simulate", *manifests, "--script", written(path / "script.json", script)]) == 0
        return [line.removeprefix("kubecontainers: note: ") for line in capsys.readouterr().err.splitlines()]

    def test_slips(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        script: JSON = {
            "images": {"app:1": {}, "app": {}},
            "behaviour": {"app": {}, "wep": {}},
            "pods": {"web": {"behaviour": {"log": {}}}, "shop/web": {}},
        }
        assert self.notes(capsys, tmp_path, script) == [
            "the script speaks of pods that are not there: shop/web",
            "the script speaks of images that are not there: app",
            "the script speaks of containers that are not there: wep, log",
        ]

    def test_many(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        [note] = self.notes(capsys, tmp_path, {"images": {f"a{number}": {} for number in range(7)}})
        assert note.endswith(": a0, a1, a2, a3, a4 and 2 more")

    def test_what_only_some_pods_have(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        volume = {"name": "model", "image": {"reference": "model:2"}}
        other = pod("db", containers=[{"name": "db", "image": "db"}], volumes=[volume, {"name": "x"}])
        script: JSON = {"images": {"db:latest": {}, "model:2": {}}, "behaviour": {"app": {}, "db": {}}, "pods": {"default/db": {}}}
        assert self.notes(capsys, tmp_path, script, pod(), other) == []

    def test_members_that_mean_nothing(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        script: JSON = {
            "deleteAt": 5,
            "behaviour": {"app": {"stopMS": 5, "runs": [{"runMs": 1, "exitcode": 1}]}},
            "images": {"app:1": {"pulls": [{"ms": 1}, {"msecs": 2}]}},
            "pods": {"web": {"relistMs": None, "deleteat": {"deep": [1]}}},
            "handlers": ["runc"],
            "kubelet": {"serializeImagePulls": True, "maxPods": 110},
            "runtimeClasses": [{"metadata": {"name": "kata", "labels": {}}, "handler": "kata"}],
        }
        [note] = self.notes(capsys, tmp_path, script)
        said, _, members = note.partition(": ")
        assert said == "the script speaks of members that mean nothing"
        assert sorted(members.split(", ")) == [
            "behaviour[app].runs[0].exitcode",
            "behaviour[app].stopMS",
            "deleteAt",
            "images[app:1].pulls[1].msecs",
            "pods[web].deleteat",
        ]


class TestErrors:
    def test_standard_input_twice(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "standard input can be read once only" in refused(capsys, "-", "--script", "-")

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("", "a script is one object, here are 0"),
            ("behaviour: {}\n---\nbehaviour: {}\n", "a script is one object, here are 2"),
            ("behaviour: [web]\n", "behaviour: expected an object"),
            ("behaviour: {web: {runs: [{runMs: soon}]}}\n", "behaviour[web].runs[0].runMs: expected an integer"),
            ("retry: never\n", "retry: expected one of period, exact, kubelet"),
        ],
    )
    def test_scripts(self, content: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        script = written(tmp_path / "script.yaml", content)
        assert refused(capsys, WEB, "--script", script).startswith(f"kubecontainers: {script}: {problem}")

    def test_a_script_that_is_not_there(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "No such file" in refused(capsys, WEB, "--script", str(tmp_path / "none.yaml"))

    def test_nothing_to_simulate(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "no object makes pods" in refused(capsys, written(tmp_path / "none.json", {"kind": "Service"}))

    def test_manifests_that_cannot_be_read(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "document 1, line 3" in refused(capsys, written(tmp_path / "broken.yaml", "a: 1\nb: [\n"))

    def test_a_pod_that_cannot_be_decoded(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = written(tmp_path / "pod.json", {"kind": "Pod", "spec": 5})
        assert refused(capsys, path).startswith(f"kubecontainers: {path}, document 1: Kubernetes could not decode this object: spec")

    @pytest.mark.parametrize("text", ["soon", "-1s", "90"])
    def test_durations(self, text: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(["simulate", WEB, f"--until={text}"])
        assert stopped.value.code == 2
        assert "argument --until: " in capsys.readouterr().err

    @pytest.mark.parametrize("name", ["nowhere/life.svg", "life\0.svg"])
    def test_pictures_that_cannot_be_written(self, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "cannot be written" in refused(capsys, WEB, "--svg", str(tmp_path / name))
