from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath

import pytest

from kubecontainers.credentials.credential import Credential
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.docker_config_files import (
    KUBELET_ROOT,
    DockerConfigDirectories,
    FileReader,
    PassedReason,
    docker_config_format,
    find_docker_config,
    read_file,
)

HOME = DockerConfigDirectories(PurePath("/kubelet"), PurePath("/cwd"), PurePath("/home/ci"))
CI = '{"auths": {"a.io": {"username": "ci"}}}'
LEGACY = '{"a.io": {"username": "legacy"}}'


def reading(files: Mapping[str, str | None]) -> FileReader:
    """Read from a dictionary; ``None`` is a file that may not be read."""

    def read(path: PurePath) -> bytes:
        if str(path) not in files:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        text = files[str(path)]
        if text is None:
            raise PermissionError(13, "Permission denied", str(path))
        return text.encode()

    return read


def test_the_order_of_looking() -> None:
    assert [(str(path), format_) for path, format_ in HOME.places()] == [
        ("/kubelet/config.json", "config.json"),
        ("/cwd/config.json", "config.json"),
        ("/home/ci/.docker/config.json", "config.json"),
        ("/.docker/config.json", "config.json"),
        ("/kubelet/.dockercfg", "dockercfg"),
        ("/cwd/.dockercfg", "dockercfg"),
        ("/home/ci/.dockercfg", "dockercfg"),
        ("/.dockercfg", "dockercfg"),
    ]


def test_a_kubelet_without_home() -> None:
    places = [str(path) for path, _ in DockerConfigDirectories().places()]
    assert places[0] == str(KUBELET_ROOT / "config.json")
    assert places == [
        "/var/lib/kubelet/config.json",
        "/config.json",
        "/.docker/config.json",
        "/var/lib/kubelet/.dockercfg",
        "/.dockercfg",
    ]


def test_without_a_preferred_directory_it_is_the_working_one() -> None:
    places = [str(path) for path, _ in DockerConfigDirectories(None, PurePath("/cwd")).places()]
    assert places == [
        "/cwd/config.json",
        "/cwd/.docker/config.json",  # so is the home directory
        "/.docker/config.json",
        "/cwd/.dockercfg",
        "/.dockercfg",
    ]


@pytest.mark.parametrize(
    ("files", "path", "username"),
    [
        ({"/kubelet/config.json": CI, "/home/ci/.docker/config.json": "{}"}, "/kubelet/config.json", "ci"),
        ({"/kubelet/.dockercfg": LEGACY, "/.docker/config.json": CI}, "/.docker/config.json", "ci"),  # the newer format goes first
        ({"/home/ci/.dockercfg": LEGACY}, "/home/ci/.dockercfg", "legacy"),
        ({"/kubelet/config.json": "{", "/cwd/config.json": CI}, "/cwd/config.json", "ci"),
        ({"/kubelet/config.json": None, "/cwd/config.json": CI}, "/cwd/config.json", "ci"),
        ({"/kubelet/config.json": LEGACY, "/cwd/config.json": CI}, "/kubelet/config.json", None),  # no entries, and no error
        ({"/kubelet/config.json": "{}", "/cwd/config.json": CI}, "/kubelet/config.json", None),  # the search ends there
        ({"/kubelet/config.json": "null", "/cwd/config.json": CI}, "/kubelet/config.json", None),
    ],
)
def test_the_first_that_can_be_read(files: dict[str, str | None], path: str, username: str | None) -> None:
    found = find_docker_config(HOME, reading(files))
    assert str(found.path) == path
    assert found.config is not None
    assert dict(found.config.entries) == ({} if username is None else {"a.io": Credential(username)})


def test_what_is_passed_over() -> None:
    broken = '{"auths": {"a.io": {"auth": "hunter 2"}}}'
    found = find_docker_config(HOME, reading({"/kubelet/config.json": None, "/cwd/config.json": broken, "/home/ci/.dockercfg": "[]"}))
    assert (found.path, found.config) == (None, None)
    assert len(found.passed) == 8
    passed = {str(file.path): file for file in found.passed}
    assert [str(file.path) for file in found.passed] == [str(path) for path, _ in HOME.places()]
    assert (passed["/kubelet/config.json"].reason, passed["/kubelet/config.json"].detail) == (PassedReason.UNREADABLE, "Permission denied")
    assert passed["/.dockercfg"].detail == "No such file or directory"
    assert passed["/cwd/config.json"].reason is PassedReason.INVALID
    assert 'auths["a.io"].auth: auth is not base64' in passed["/cwd/config.json"].detail
    assert "expected an object" in passed["/home/ci/.dockercfg"].detail
    assert "hunter" not in repr(found)


def test_an_error_that_says_nothing() -> None:
    def read(path: PurePath) -> bytes:
        raise OSError

    assert {file.detail for file in find_docker_config(HOME, read).passed} == {""}


def test_files_of_this_machine(tmp_path: Path) -> None:
    directories = DockerConfigDirectories(tmp_path / "kubelet", tmp_path / "work", tmp_path / "home", tmp_path)
    assert find_docker_config(directories).config is None
    (tmp_path / "kubelet" / "config.json").mkdir(parents=True)  # a directory of that name
    (tmp_path / ".dockercfg").write_bytes(LEGACY.encode())
    found = find_docker_config(directories)
    assert found.config == DockerConfig({"a.io": Credential("legacy")})
    assert found.path == tmp_path / ".dockercfg"
    assert found.passed[0].detail == os.strerror(21)
    assert read_file(tmp_path / ".dockercfg") == LEGACY.encode()


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/a/config.json", "config.json"), ("/a/.dockercfg", "dockercfg"), ("my.dockercfg", "dockercfg"), (".dockercfg/a", "config.json")],
)
def test_format(path: str, expected: str) -> None:
    assert docker_config_format(PurePath(path)) == expected


def test_a_path_that_no_file_can_have_is_passed_over() -> None:
    found = find_docker_config(DockerConfigDirectories(PurePath("a\0b"), PurePath("a\0b"), None, PurePath("a\0b")))
    assert found.config is None
    assert {passed.reason for passed in found.passed} == {PassedReason.UNREADABLE}
