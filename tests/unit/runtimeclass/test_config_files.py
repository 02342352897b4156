from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from kubecontainers.runtimeclass.config_files import LocalDisk, read_containerd_files, read_crio_files
from kubecontainers.runtimeclass.containerd import containerd_handlers
from kubecontainers.runtimeclass.containerd_files import select_containerd_files
from kubecontainers.runtimeclass.crio import crio_handlers
from kubecontainers.runtimeclass.toml_config import InvalidRuntimeConfig, RuntimeConfigProblem


class Disk:
    """Files by their paths; whatever is below ``/locked`` cannot be read."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files
        self.listed: list[str] = []

    def read(self, path: str, /) -> bytes | None:
        if path.startswith("/locked"):
            raise PermissionError(13, "Permission denied")
        content = self.files.get(path)
        return None if content is None else content.encode()

    def entries(self, directory: str, /) -> Iterable[tuple[str, bool]]:
        self.listed.append(directory)
        if directory.startswith("/locked"):
            raise PermissionError(13, "Permission denied")
        prefix = directory.rstrip("/") + "/"
        below = [path.removeprefix(prefix) for path in self.files if path.startswith(prefix)]
        return sorted({(name, bool(slash)) for name, slash, _ in (path.partition("/") for path in below)}, reverse=True)


MAIN = "/etc/containerd/config.toml"


def test_containerd_main_file_and_imports() -> None:
    files = {
        MAIN: "imports = ['conf.d/*.toml', '/a.toml', '/d*/e/f?.toml', '/none.toml']",
        "/etc/containerd/conf.d/b.toml": "imports = ['../config.toml', 'b.toml']",
        "/etc/containerd/conf.d/a.conf": "",
        "/a.toml": "",
        "/d1/e/f1.toml": "",
        "/d1/e/f12.toml": "",
        "/d2/x/f1.toml": "",
        "/d3": "",
    }
    disk = Disk(files)
    found = read_containerd_files(disk=disk)
    assert list(found) == [MAIN, "/etc/containerd/conf.d/b.toml", "/a.toml", "/d1/e/f1.toml"]
    assert set(disk.listed) == {"/etc/containerd/conf.d", "/", "/d1/e", "/d2/e", "/d3/e"}
    with pytest.raises(InvalidRuntimeConfig, match=r"none\.toml: there is no such file"):
        select_containerd_files(found)


def test_containerd_without_files() -> None:
    assert read_containerd_files(disk=Disk({})) == {}
    assert containerd_handlers(read_containerd_files(disk=Disk({}))).names == ("runc",)


def test_crio_main_file_and_drop_ins() -> None:
    files = {"/etc/crio/crio.conf": "a = 1", "/etc/crio/crio.conf.d/b": "", "/etc/crio/crio.conf.d/c/d": "", "/etc/crio/other": ""}
    assert sorted(read_crio_files(disk=Disk(files))) == ["/etc/crio/crio.conf", "/etc/crio/crio.conf.d/b", "/etc/crio/crio.conf.d/c/d"]
    assert list(read_crio_files("", disk=Disk(files)))[-1] == "/etc/crio/crio.conf.d/b" or len(read_crio_files("", disk=Disk(files))) == 2
    assert read_crio_files(drop_ins="", disk=Disk(files)) == {"/etc/crio/crio.conf": b"a = 1"}
    assert read_crio_files(disk=Disk({})) == {}


@pytest.mark.parametrize("imports", ["/locked/a.toml", "/locked/*.toml"])
def test_what_cannot_be_read(imports: str) -> None:
    with pytest.raises(InvalidRuntimeConfig) as caught:
        read_containerd_files(disk=Disk({MAIN: f"imports = ['{imports}']"}))
    error = caught.value
    assert error.problem is RuntimeConfigProblem.UNREADABLE
    assert str(error).endswith("it cannot be read: Permission denied")
    assert error.__context__ is None
    with pytest.raises(InvalidRuntimeConfig):
        read_crio_files("/locked/crio.conf", disk=Disk({}))
    with pytest.raises(InvalidRuntimeConfig):
        read_crio_files(drop_ins="/locked", disk=Disk({}))


def test_what_cannot_be_decoded() -> None:
    with pytest.raises(InvalidRuntimeConfig, match=f"{MAIN}:1: it is not TOML"):
        read_containerd_files(disk=Disk({MAIN: "imports = "}))


def test_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conf.d" / "more").mkdir(parents=True)
    (tmp_path / "config.toml").write_text("imports = ['conf.d/*.toml', 'gone/*.toml']")
    (tmp_path / "conf.d" / "kata.toml").write_text("")
    (tmp_path / "conf.d" / "more" / "x").write_text("[crio.runtime.runtimes.x]")
    main = str(tmp_path / "config.toml")
    found = read_containerd_files(main)
    assert list(found) == [main, str(tmp_path / "conf.d" / "kata.toml")]
    monkeypatch.chdir(tmp_path)
    assert read_containerd_files("config.toml") == found
    assert read_containerd_files("config.toml/x") == read_containerd_files("a\0b") == {}
    drop_ins = str(tmp_path / "conf.d")
    crio = read_crio_files("", drop_ins)
    assert set(crio) == {str(tmp_path / "conf.d" / "kata.toml"), str(tmp_path / "conf.d" / "more" / "x")}
    assert crio_handlers(crio, main="", drop_ins=drop_ins).serves("x")
    assert LocalDisk().entries("a\0b") == LocalDisk().entries(main) == []
    with pytest.raises(InvalidRuntimeConfig):
        read_crio_files(str(tmp_path))
