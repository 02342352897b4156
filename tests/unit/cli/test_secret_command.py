from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from kubecontainers.cli.main import main

FLAGS = ["--docker-username=u", "--docker-password=p"]
DATA = "eyJhdXRocyI6eyJodHRwczovL2luZGV4LmRvY2tlci5pby92MS8iOnsidXNlcm5hbWUiOiJ1IiwicGFzc3dvcmQiOiJwIiwiYXV0aCI6ImRUcHcifX19"  # of u and p
YAML = (
    f"apiVersion: v1\ndata:\n  .dockerconfigjson: {DATA}\nkind: Secret\nmetadata:\n  name: regcred\ntype: kubernetes.io/dockerconfigjson\n"
)


def secret(*arguments: str) -> int:
    return main(["secret", "docker-registry", *arguments])


def test_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    assert secret("regcred", *FLAGS) == 0
    assert capsys.readouterr() == (YAML, "")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert secret(*FLAGS, "-ojson", "--dry-run=client", "-n", "shop", "--", "regcred") == 2  # the name stands behind the dashes
    assert secret(*FLAGS, "-ojson", "--dry-run=client", "-n", "shop", "regcred", "--") == 0
    out, _ = capsys.readouterr()
    assert out.startswith('{\n    "kind": "Secret",\n    "apiVersion": "v1",\n    "metadata": {\n        "name": "regcred",\n')
    assert json.loads(out)["metadata"] == {"name": "regcred", "namespace": "shop"}


def test_before_1_34_there_is_a_null(capsys: pytest.CaptureFixture[str]) -> None:
    assert secret("regcred", *FLAGS, "--release", "v1.33.1") == 0
    assert capsys.readouterr().out == YAML.replace("metadata:\n", "metadata:\n  creationTimestamp: null\n")
    assert secret("regcred", *FLAGS, "-o", "json", "--release=1.33") == 0
    assert json.loads(capsys.readouterr().out)["metadata"] == {"name": "regcred", "creationTimestamp": None}
    assert secret("regcred", *FLAGS, "--release=1.34") == 0
    assert capsys.readouterr().out == YAML


def test_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert secret("regcred", "--from-file=config.json", "-o", "json") == 0
    assert json.loads(capsys.readouterr().out)["data"] == {".dockerconfigjson": "e30="}
    assert secret("regcred", "--from-file=config.json", "-o", "json", "--release=1.30") == 0
    assert json.loads(capsys.readouterr().out)["data"] == {"config.json": "e30="}
    assert secret("regcred", "--from-file=empty", "--release=1.30") == 0
    assert "\ndata:" not in capsys.readouterr().out


def test_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["secret", "--format", "json", "docker-registry", "regcred", *FLAGS]) == 0
    assert json.loads(capsys.readouterr().out)["data"] == {".dockerconfigjson": DATA}


def test_a_hash(capsys: pytest.CaptureFixture[str]) -> None:
    assert secret("r", *FLAGS, "--append-hash") == 0
    assert "  name: r-mmbmthh8k5\n" in capsys.readouterr().out


@pytest.mark.parametrize("flag", ["--help", "-h", "--help=true"])
def test_help(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        secret("regcred", flag)
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: kubecontainers secret docker-registry NAME [flags]\n")
    for known in ("--docker-server", "--docker-username", "--docker-password", "--docker-email", "--from-file", "--append-hash"):
        assert f"\n  {known}" in out
    for known in ("-n, --namespace NAMESPACE", "-o, --output json|yaml", "--dry-run client|server|none", "--release RELEASE", "-h, --help"):
        assert f"\n  {known}\n" in out
    assert max(map(len, out.splitlines())) < 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "exactly one name is required (give the Secret a name, such as regcred)"),
        (["a", "b", *FLAGS], "exactly one name is required"),
        (["a"], "user name, password and server are required, or a file (kubectl calls them --docker-username, "),
        (["a", "--docker-pass=hunter2"], "--docker-pass: there is no such flag"),
        (["a", "--docker-username=u", "--docker-password"], "--docker-password: the flag needs a value"),
        (["a", *FLAGS, "-o", "name"], "--output: there is no such choice (choose from json, yaml)"),
        (["a", *FLAGS, "--dry-run=maybe"], "--dry-run: there is no such choice (choose from client, server, none,"),
        (["a", *FLAGS, "--release=1.2"], "Kubernetes 1.2 is not covered"),
        (["a", *FLAGS, "--append-hash=yes"], "--append-hash: the value is neither true nor false"),
        (["a", "--from-file=no\x1b[31mwhere"], "no\\x1b[31mwhere: the file is not there or cannot be read"),
        (["a", '--from-file="b'], "--from-file: the value cannot be split at its commas (a path with a comma"),
    ],
)
def test_wrong_arguments(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert secret(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"kubecontainers: {said}")
    assert "hunter2" not in err


def test_no_kind(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["secret"])
    assert stopped.value.code == 2
    assert "usage: kubecontainers secret" in capsys.readouterr().err


def test_no_standard_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert secret("regcred", *FLAGS) == 2
    assert "there is no standard output" in capsys.readouterr().err
