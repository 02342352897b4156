from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from kubecontainers.cli.main import main

JSON = dict[str, Any]
POD: JSON = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "nginx:1.27"}], "runtimeClassName": "kata"}}
MANIFESTS = """\
kind: RuntimeClass
apiVersion: node.k8s.io/v1
metadata: {name: kata}
handler: kata
overhead: {podFixed: {cpu: 250m}}
---
kind: ServiceAccount
apiVersion: v1
metadata: {name: default}
imagePullSecrets: [{name: regcred}]
---
kind: Service
apiVersion: v1
metadata: {name: web}
"""
POLICY, LINKS, GRACE = "/spec/containers/0/imagePullPolicy", "/spec/enableServiceLinks", "/spec/terminationGracePeriodSeconds"
DEFAULTS = [POLICY, LINKS, "/spec/restartPolicy", GRACE]


def review(obj: Any = POD, kind: str = "Pod") -> JSON:
    asked = {"uid": "1", "operation": "CREATE", "object": obj, "namespace": "default"}
    asked |= {"kind": {"kind": kind}, "resource": {"resource": f"{kind.lower()}s"}}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": asked}


@pytest.fixture
def classes(tmp_path: Path) -> str:
    path = tmp_path / "classes.yaml"
    path.write_text(MANIFESTS, encoding="utf-8")
    return str(path)


def asked(content: bytes | JSON, monkeypatch: pytest.MonkeyPatch) -> None:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


def response(capsys: pytest.CaptureFixture[str]) -> JSON:
    out, err = capsys.readouterr()
    assert err == ""
    found: JSON = json.loads(out)["response"]
    return found


def paths(found: JSON) -> list[str]:
    return sorted(operation["path"] for operation in json.loads(base64.b64decode(found["patch"])))


def test_the_usual_steps(classes: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked(review(), monkeypatch)
    assert main(["admit", "--classes", classes]) == 0
    found = response(capsys)
    assert (found["uid"], found["allowed"]) == ("1", True)
    assert paths(found) == sorted([*DEFAULTS, "/spec/imagePullSecrets", "/spec/overhead", "/spec/serviceAccountName"])


def test_without_accounts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "review.json"
    path.write_text(json.dumps(review({"spec": {"containers": [{"name": "app", "image": "nginx:1.27"}]}})), encoding="utf-8")
    assert main(["admit", str(path)]) == 0
    assert paths(response(capsys)) == DEFAULTS


def test_steps(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked(review(), monkeypatch)
    assert main(["admit", "-", "--steps", "AlwaysPullImages"]) == 0
    assert paths(response(capsys)) == [POLICY]
    asked(review(), monkeypatch)
    assert main(["admit", "--steps", ""]) == 0
    assert response(capsys) == {"uid": "1", "allowed": True}


def test_a_template(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    deployment = {"kind": "Deployment", "spec": {"template": POD}}
    asked(review(deployment, "Deployment"), monkeypatch)
    assert main(["admit", "--templates"]) == 0
    assert paths(response(capsys)) == [f"/spec/template{path}" for path in DEFAULTS if path != LINKS]


def test_the_release(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    volume = {"name": "data", "image": {"reference": "data:1"}}
    for release, expected in (("1.34", []), ("1.35", ["/spec/volumes/0/image/pullPolicy"])):
        kept = {"enableServiceLinks": True, "restartPolicy": "Never", "terminationGracePeriodSeconds": 0}
        asked(review({"spec": {**kept, "volumes": [volume]}}), monkeypatch)
        assert main(["admit", "--release", release]) == 0
        found = response(capsys)
        assert (paths(found) if "patch" in found else []) == expected


@pytest.mark.parametrize(("given", "code"), [(review(), 403), ({"kind": "Pod"}, 400), (review({"spec": []}), 400)])
def test_a_refusal(given: JSON, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked(given, monkeypatch)
    assert main(["admit"]) == 1
    found = response(capsys)
    assert (found["allowed"], found["status"]["code"]) == (False, code)


def test_no_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked(b"{", monkeypatch)
    assert main(["admit"]) == 2
    assert capsys.readouterr() == ("", "kubecontainers: -: no JSON: the name of a member must be a string, at character 1\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: [", "line"),
        ("{kind: RuntimeClass, handler: 7}", "handler: expected a string"),
        ("{kind: ServiceAccount, metadata: 7}", "metadata"),
    ],
)
def test_unreadable_classes(
    content: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "classes.yaml"
    path.write_text(content, encoding="utf-8")
    asked(review(), monkeypatch)
    assert main(["admit", "--classes", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_wrong_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["admit", "--steps", "CreationDefaults,Pinning"])
    assert stopped.value.code == 2
    assert "'Pinning' is none of CreationDefaults, ServiceAccount, AlwaysPullImages, RuntimeClass" in capsys.readouterr().err
