from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePath

import pytest

from kubecontainers.credentials.providers.directories import list_provider_binaries, read_provider_config_files
from kubecontainers.credentials.providers.files import ProviderFilesProblem, UnusableProviderFiles
from kubecontainers.credentials.providers.registration import BinaryKind


class Broken:
    """A file system in which something cannot be read."""

    def __init__(self, *, broken: str) -> None:
        self.broken = broken

    def kind(self, path: PurePath, /) -> BinaryKind | None:
        self.check("kind", path)
        return BinaryKind.DIRECTORY if path.name == "dir" else BinaryKind.FILE

    def entries(self, directory: PurePath, /) -> Iterable[tuple[str, bool]]:
        self.check("entries", directory)
        return [("a.yaml", False), ("b", False)]

    def read(self, path: PurePath, /) -> bytes:
        self.check("read", path)
        return b""

    def check(self, what: str, path: PurePath) -> None:
        if f"{what} {path}" == self.broken:
            raise PermissionError(13, "Permission denied")


class TestConfiguration:
    def test_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "providers"
        file.write_bytes(b"kind: x")
        assert read_provider_config_files(file) == b"kind: x"
        assert read_provider_config_files(str(file)) == b"kind: x"

    def test_a_directory(self, tmp_path: Path) -> None:
        (tmp_path / "b.yaml").write_bytes(b"b")
        (tmp_path / "a.json").write_bytes(b"a")
        (tmp_path / "README").write_bytes(b"x")
        (tmp_path / "dir.yml").mkdir()
        (tmp_path / "link.yml").symlink_to("README")
        assert read_provider_config_files(tmp_path) == {"a.json": b"a", "b.yaml": b"b", "link.yml": b"x"}

    def test_a_link_to_a_directory_is_read_in_vain(self, tmp_path: Path) -> None:
        (tmp_path / "target").mkdir()
        (tmp_path / "link.yaml").symlink_to("target")
        with pytest.raises(UnusableProviderFiles) as caught:
            read_provider_config_files(tmp_path)
        assert (caught.value.problem, caught.value.name) == (ProviderFilesProblem.UNREADABLE, str(tmp_path / "link.yaml"))

    @pytest.mark.parametrize("name", ["missing", "file/below", "nul\0"])
    def test_nothing_there(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "file").touch()
        assert read_provider_config_files(tmp_path / name) is None

    def test_an_empty_path_is_not_the_working_directory(self) -> None:
        assert read_provider_config_files("") is None

    @pytest.mark.parametrize(
        ("broken", "path", "named"),
        [
            ("kind dir", "dir", "dir"),
            ("entries dir", "dir", "dir"),
            ("read dir/a.yaml", "dir", "dir/a.yaml"),
            ("read file", "file", "file"),
        ],
    )
    def test_unreadable(self, broken: str, path: str, named: str) -> None:
        with pytest.raises(UnusableProviderFiles, match="Permission denied") as caught:
            read_provider_config_files(path, Broken(broken=broken))
        assert (caught.value.problem, caught.value.name) == (ProviderFilesProblem.UNREADABLE, named)
        assert caught.value.__context__ is None


class TestBinaries:
    def test_a_directory(self, tmp_path: Path) -> None:
        (tmp_path / "plain").touch(mode=0o644)
        (tmp_path / "plugin").touch()
        (tmp_path / "plugin").chmod(0o755)
        (tmp_path / "dir").mkdir()
        (tmp_path / "link").symlink_to("plugin")
        (tmp_path / "broken").symlink_to("nowhere")
        assert list_provider_binaries(tmp_path) == {
            "plain": BinaryKind.FILE,
            "plugin": BinaryKind.EXECUTABLE,
            "dir": BinaryKind.DIRECTORY,
            "link": BinaryKind.EXECUTABLE,
        }

    def test_no_directory(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert list_provider_binaries("") is None
        assert list_provider_binaries(str(tmp_path / "missing")) is None
        assert list_provider_binaries(tmp_path / "file") == {}  # it exists, but no plugin is below it

    @pytest.mark.parametrize("broken", ["kind dir", "entries dir"])
    def test_unreadable(self, broken: str) -> None:
        with pytest.raises(UnusableProviderFiles, match="Permission denied"):
            list_provider_binaries("dir", Broken(broken=broken))

    def test_an_entry_that_cannot_be_looked_at(self) -> None:
        assert list_provider_binaries("dir", Broken(broken="kind dir/b")) == {"a.yaml": BinaryKind.FILE}
