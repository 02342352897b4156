from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from kubecontainers.cli.main import main
from kubecontainers.images.media_types import OCI_INDEX, OCI_MANIFEST

INDEX = {
    "mediaType": OCI_INDEX,
    "manifests": [
        {"mediaType": OCI_MANIFEST, "digest": "sha256:1", "platform": {"os": "linux", "architecture": "amd64"}},
        {"mediaType": OCI_MANIFEST, "digest": "sha256:2", "platform": {"os": "linux", "architecture": "arm", "variant": "v7"}},
    ],
}


@pytest.fixture
def index(tmp_path: Path) -> str:
    path = tmp_path / "index.json"
    path.write_text(json.dumps(INDEX), encoding="utf-8")
    return str(path)


def test_the_usual_platforms(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", index]) == 0
    out, err = capsys.readouterr()
    assert "linux/amd64 gets linux/amd64  sha256:1\n" in out
    assert "linux/arm64 gets linux/arm/v7  sha256:2\n" in out
    assert err == ""


def test_platforms_by_name_from_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(INDEX).encode())))
    assert main(["index", "-", "--platform", "linux/arm/v6", "--platform", "linux/x86_64", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["nodes"]) == ["linux/arm/v6", "linux/amd64"]
    assert found["nodes"]["linux/arm/v6"]["reason"] == "NO_MATCH"
    assert found["unserved"] == ["linux/arm/v6"]


@pytest.mark.parametrize(("platform", "code"), [("linux/amd64", 0), ("linux/s390x", 1)])
def test_fail_on_miss(index: str, platform: str, code: int) -> None:
    assert main(["index", index, "--platform", platform, "--fail-on-miss"]) == code
    assert main(["index", index, "--platform", platform]) == 0


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("", [], "not an image index: it is no JSON, or holds a number too long to read (give the document"),
        ("[]", [], "the object: expected an object, found a list"),
        ('{"config": {}, "layers": []}', [], "it is the manifest of one image, not an index: config and layers"),
        ('{"manifests": [{"size": "1"}]}', [], "manifests[0].size: expected an integer of 64 bits, found a string"),
        ('{"manifests": []}', ["--media-type", "text/html"], "its media type is not that of an index: text/html"),
    ],
)
def test_what_is_no_index(tmp_path: Path, content: str, options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "index.json"
    path.write_text(content, encoding="utf-8")
    assert main(["index", str(path), *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"kubecontainers: {path}: ")
    assert said in err


def test_wrong_arguments(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["index", index, "--platform", "linux/*"])
    assert stopped.value.code == 2
    assert "not a platform: 'linux/*': '*': a specifier has no wildcards" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "said"), [("nowhere.json", "No such file"), ("null\0byte", "null byte")])
def test_what_cannot_be_read(name: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", name]) == 2
    assert said in capsys.readouterr().err
