from __future__ import annotations

import os
from pathlib import Path

import pytest

from kubecontainers.credentials.secret_files import LocalFiles
from kubecontainers.credentials.secret_sources import SecretFiles

FILES: SecretFiles = LocalFiles()


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    docker = tmp_path / "docker"
    (docker / "sub").mkdir(parents=True)
    (docker / "config.json").write_bytes(b"\xff{}")
    (docker / "B").touch()
    (docker / "link").symlink_to(docker / "B")
    (tmp_path / "way").symlink_to(docker)
    monkeypatch.chdir(tmp_path)
    return docker


def test_read(directory: Path) -> None:
    assert FILES.read("docker/config.json") == FILES.read(str(directory / "config.json")) == b"\xff{}"
    assert FILES.read("docker/link") == b""


@pytest.mark.parametrize("path", ["nowhere", "", "docker", "docker/config.json/", "docker/config.json/x", "a\0b", "\ud800"])
def test_what_cannot_be_read(directory: Path, path: str) -> None:
    assert FILES.read(path) is None


def test_directories(directory: Path) -> None:
    assert FILES.is_directory("docker")
    assert FILES.is_directory("way")
    assert FILES.is_directory(".")
    for path in ("docker/config.json", "nowhere", "", "a\0b", "\ud800"):
        assert not FILES.is_directory(path)


def test_only_regular_files_are_listed(directory: Path) -> None:
    assert FILES.regular_files("docker") == FILES.regular_files("way") == ["B", "config.json"]


@pytest.mark.parametrize("path", ["nowhere", "docker/config.json", "a\0b", "\ud800"])
def test_what_cannot_be_listed(directory: Path, path: str) -> None:
    assert FILES.regular_files(path) is None


def test_names_that_are_not_utf8(directory: Path) -> None:
    name = os.fsdecode(b"caf\xe9")
    try:
        (directory / name).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system has no such names")
    assert FILES.read(f"docker/{name}") == b"x"
    assert FILES.regular_files("docker") == ["B", name, "config.json"]
