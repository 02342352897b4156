"""The command line: input, options, exit codes, and what stands where."""

from __future__ import annotations

import io
import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kubecontainers.cli import screen
from kubecontainers.cli.main import main

POD = "kind: Pod\napiVersion: v1\nmetadata: {name: web}\nspec: {containers: [{name: app, image: %s}]}\n"
PINNED = "registry.k8s.io/pause@sha256:" + "0" * 64


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "web.yaml"
    path.write_text(POD % "nginx:latest", encoding="utf-8")
    return path


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class TestInput:
    def test_a_file(self, manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", str(manifest)]) == 0
        out, err = capsys.readouterr()
        assert out.startswith(f"{manifest}: Pod web\n├─ container app   nginx:latest\n")
        assert err == ""

    def test_a_directory_and_a_list(self, tmp_path: Path, manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "sub").mkdir()
        pod = {"kind": "Pod", "apiVersion": "v1", "spec": {"containers": [{"name": "a", "image": "a:1"}]}}
        listed = {"kind": "List", "apiVersion": "v1", "items": [pod, pod]}
        (tmp_path / "sub" / "list.json").write_text(json.dumps(listed), encoding="utf-8")
        assert main(["explain", str(tmp_path)]) == 0
        assert "3 objects, 3 workloads" in capsys.readouterr().out

    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((POD % "nginx:1.27").encode())))
        assert main(["explain", "-"]) == 0
        assert capsys.readouterr().out.startswith("-: Pod web\n")

    def test_unreadable_input_is_2_and_the_rest_is_explained(
        self, tmp_path: Path, manifest: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "broken.yaml").write_text("a: 1\n---\nb: [\n", encoding="utf-8")
        assert main(["explain", str(tmp_path)]) == 2
        out, err = capsys.readouterr()
        assert "Pod web" in out
        assert err.startswith(f"kubecontainers: {tmp_path / 'broken.yaml'}, document 2, line 4: ")

    def test_a_missing_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", str(tmp_path / "nowhere.yaml")]) == 2
        assert "nowhere.yaml" in capsys.readouterr().err

    def test_a_file_that_cannot_be_read(self, manifest: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: Path) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "read_bytes", refuse)
        assert main(["explain", str(manifest)]) == 2
        assert f"{manifest}: Permission denied" in capsys.readouterr().err

    def test_no_standard_input(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        assert main(["explain", "-"]) == 2
        assert "-: there is no standard input" in capsys.readouterr().err

    def test_names_of_files_cannot_steer_a_terminal(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", "no\x1b[31mfile"]) == 2
        assert "no\\x1b[31mfile" in capsys.readouterr().err


class TestOptions:
    def test_credentials_of_the_nodes(self, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        config = tmp_path / "config.json"
        config.write_text('{"auths": {"https://index.docker.io/v1/": {"username": "shop", "password": "hunter2"}}}')
        assert main(["explain", str(manifest), "--config", str(config)]) == 0
        shown = capsys.readouterr().out
        assert f"shop of file {config}, as the key of Docker Hub" in shown
        assert "hunter2" not in shown

    def test_a_broken_config_of_the_nodes(self, manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        config = tmp_path / ".dockercfg"
        config.write_text("{")
        assert main(["explain", str(manifest), "--config", str(config)]) == 2
        assert f"{config}: not a docker config" in capsys.readouterr().err

    def test_releases(self, manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
        for options, said in (
            ([], "Kubernetes 1.36:"),
            (["--release", "v1.31.4-gke.100"], "Kubernetes 1.31:"),
            (["--control-plane", "1.31"], "Kubernetes 1.31:"),
            (["--node", "1.30"], "Kubernetes 1.36, nodes 1.30:"),
            (["--release", "1.33", "--node", "1.31"], "Kubernetes 1.33, nodes 1.31:"),
        ):
            assert main(["explain", str(manifest), *options]) == 0
            assert said in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--release", "latest"], "not a Kubernetes version: 'latest'"),
            (["--release", "1.20"], "Kubernetes 1.20 is not covered (this library knows 1.27 to 1.37)"),
            (["--fail-on", "fatal"], "'fatal' is none of info, warning, error"),
            (["--format", "xml"], "invalid choice"),
            (["--upgrade", "1.30"], "'1.30' is no upgrade; write 1.30..1.36"),
            (["--upgrade", "1.30..9"], "not a Kubernetes version: '9'"),
        ],
    )
    def test_wrong_options(self, manifest: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(["explain", str(manifest), *options])
        assert stopped.value.code == 2
        assert said in capsys.readouterr().err

    @pytest.mark.parametrize(("severity", "code"), [("info", 1), ("error", 0)])
    def test_an_upgrade(self, tmp_path: Path, severity: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
        volume = "{name: data, image: {reference: data}}"
        path = tmp_path / "web.yaml"
        path.write_text(POD.replace("}]}", "}], volumes: [" + volume + "]}") % PINNED, encoding="utf-8")
        assert main(["explain", str(path), "--upgrade", "1.33..v1.36.1", "--fail-on", severity]) == code
        out = capsys.readouterr().out
        assert "─ image volume data: KC105\n" in out
        assert "1 object, Kubernetes 1.33 to 1.36: 1 changed object, " in out

    @pytest.mark.parametrize("option", ["--release", "--control-plane", "--node"])
    def test_an_upgrade_says_the_releases(self, manifest: Path, option: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", str(manifest), "--upgrade", "1.30..1.36", option, "1.36"]) == 2
        assert capsys.readouterr().err == f"kubecontainers: --upgrade cannot be given with {option}: it says the releases itself\n"

    def test_a_kubelet_newer_than_its_api_server(self, manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", str(manifest), "--control-plane", "1.30", "--node", "1.31"]) == 2
        assert "the node's release 1.31 is newer than the control plane's, 1.30" in capsys.readouterr().err

    def test_nothing_to_do(self, capsys: pytest.CaptureFixture[str]) -> None:
        for arguments in ([], ["explain"]):
            with pytest.raises(SystemExit) as stopped:
                main(arguments)
            assert stopped.value.code == 2
            assert "usage: kubecontainers" in capsys.readouterr().err

    def test_json(self, manifest: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", str(manifest), "--format", "json"]) == 0
        report = json.loads(capsys.readouterr().out)
        assert report["workloads"][0]["source"] == str(manifest)

    @pytest.mark.parametrize(
        ("image", "severity", "code"),
        [
            (PINNED, "info", 0),
            ("nginx:latest", "info", 1),
            ("nginx:latest", "warning", 0),
            ("Foo/Bar", "warning", 1),
            ("Foo/Bar", "error", 1),
        ],
    )
    def test_fail_on(self, tmp_path: Path, image: str, severity: str, code: int) -> None:
        path = tmp_path / "pod.yaml"
        path.write_text(POD % image, encoding="utf-8")
        assert main(["explain", str(path), "--fail-on", severity]) == code


class TestScreen:
    def test_colour_on_a_terminal(self, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.delenv("NO_COLOR", raising=False)
        assert main(["explain", str(manifest)]) == 0
        shown = terminal.getvalue()
        assert "\x1b[1m" in shown
        assert "└── " in shown
        assert "[red]" not in shown

    def test_progress_on_a_terminal_with_many_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for number in range(screen.MANY_FILES):
            (tmp_path / f"{number}.yaml").write_text(POD % PINNED, encoding="utf-8")
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("TERM", "xterm-256color")
        assert main(["explain", str(tmp_path)]) == 0
        assert "reading" in terminal.getvalue()
        assert f"{screen.MANY_FILES} workloads" in capsys.readouterr().out

    def test_an_output_that_cannot_show_everything(self, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
        assert main(["explain", str(manifest)]) == 0
        assert b"\\u251c\\u2500 container app   nginx:latest" in raw.getvalue()


class TestClosedStreams:
    @pytest.mark.parametrize("options", [[], ["--format", "json"]])
    def test_no_standard_output(
        self, manifest: Path, options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "stdout", None)
        assert main(["explain", str(manifest), *options]) == 2
        assert capsys.readouterr().err == "kubecontainers: the report cannot be written: there is no standard output\n"

    def test_no_standard_error(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        for number in range(screen.MANY_FILES):
            (tmp_path / f"{number}.yaml").write_text(POD % PINNED, encoding="utf-8")
        monkeypatch.setattr(sys, "stderr", None)
        assert main(["explain", str(tmp_path), str(tmp_path / "nowhere.yaml")]) == 2
        assert f"{screen.MANY_FILES} workloads" in capsys.readouterr().out


class TestEnds:
    @pytest.mark.parametrize(("options", "code"), [([], 0), (["--fail-on", "info"], 1)])
    def test_a_broken_pipe(self, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: int) -> None:
        monkeypatch.setattr(screen.Screen, "draw", failing(BrokenPipeError()))
        with (tmp_path / "out").open("w") as out:
            monkeypatch.setattr(sys, "stdout", out)
            assert main(["explain", str(manifest), *options]) == code
            out.write("lost")
        assert (tmp_path / "out").read_text() == ""

    def test_a_full_disk(self, manifest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(screen.Screen, "draw", failing(OSError(28, "No space left on device")))
        assert main(["explain", str(manifest)]) == 2
        assert capsys.readouterr().err == "kubecontainers: the report cannot be written: No space left on device\n"

    def test_as_a_module(self, manifest: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(sys, "argv", ["kubecontainers", "explain", str(manifest)])
        with pytest.raises(SystemExit) as stopped:
            runpy.run_module("kubecontainers", run_name="__main__")
        assert stopped.value.code == 0
        assert "Pod web" in capsys.readouterr().out


def failing(error: OSError) -> Any:
    def draw(shown: screen.Screen, nodes: object) -> None:
        raise error

    return draw


class TestProcess:
    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "kubecontainers", *arguments], capture_output=True, text=True, check=False, **options)

    def test_as_a_module(self, manifest: Path) -> None:
        done = self.run("explain", str(manifest), "--fail-on", "info")
        assert (done.returncode, done.stderr) == (1, "")

    @pytest.mark.parametrize(("options", "code"), [([], 0), (["--fail-on", "info"], 1)])
    def test_a_reader_that_goes_away_changes_nothing(self, tmp_path: Path, options: list[str], code: int) -> None:
        path = tmp_path / "many.yaml"
        path.write_text("---\n".join([POD % "nginx:latest"] * 500), encoding="utf-8")
        with subprocess.Popen(
            [sys.executable, "-m", "kubecontainers", "explain", str(path), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == code

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
    def test_an_output_that_is_full(self, manifest: Path) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "kubecontainers", "explain", str(manifest)], stdout=full, stderr=subprocess.PIPE, check=False
            )
        assert done.returncode == 2
        assert done.stderr.startswith(b"kubecontainers: the report cannot be written: ")
