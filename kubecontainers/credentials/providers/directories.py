"""The directories of a node that hold credential providers and their configuration: an edge that reads files.

The paths are those of ``--image-credential-provider-config`` and ``--image-credential-provider-bin-dir``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Protocol

from .files import ProviderFiles, ProviderFilesProblem, UnusableProviderFiles, select_provider_config_files
from .registration import BinaryKind

__all__ = ["LocalFiles", "NodeFiles", "list_provider_binaries", "read_provider_config_files"]


class NodeFiles(Protocol):
    """A file system, as far as it is asked here; ``OSError`` says that something cannot be read."""

    def kind(self, path: PurePath, /) -> BinaryKind | None:
        """Return what stands at a path, links followed; ``None`` where nothing does."""
        ...

    def entries(self, directory: PurePath, /) -> Iterable[tuple[str, bool]]:
        """Return the names in a directory, each with whether it is a directory itself; a link is none."""
        ...

    def read(self, path: PurePath, /) -> bytes:
        """Return the content of a file."""
        ...


class LocalFiles:
    """The file system of this machine."""

    def kind(self, path: PurePath, /) -> BinaryKind | None:
        """Return what stands at a path."""
        try:
            mode = Path(path).stat().st_mode
        except (FileNotFoundError, NotADirectoryError, ValueError):  # no path holds a NUL
            return None
        if stat.S_ISDIR(mode):
            return BinaryKind.DIRECTORY
        return BinaryKind.EXECUTABLE if mode & _ANY_MAY_EXECUTE else BinaryKind.FILE

    def entries(self, directory: PurePath, /) -> Iterable[tuple[str, bool]]:
        """Return the names in a directory, each with whether it is a directory itself."""
        with os.scandir(directory) as found:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]

    def read(self, path: PurePath, /) -> bytes:
        """Return the content of a file."""
        return Path(path).read_bytes()


_ANY_MAY_EXECUTE = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH
_LOCAL_FILES = LocalFiles()


def read_provider_config_files(path: str | PurePath, files: NodeFiles = _LOCAL_FILES) -> ProviderFiles | None:
    """Return what ``load_provider_config`` takes: what the file at ``path`` holds or, of a directory, the files that a kubelet reads.

    ``None`` where nothing is there, and for an empty path; ``files`` stands in for the file system in tests. Raises
    ``UnusableProviderFiles`` for what cannot be read.
    """
    if path == "":
        return None
    path = PurePath(path)
    try:
        kind = files.kind(path)
        found = files.entries(path) if kind is BinaryKind.DIRECTORY else ()
    except OSError as error:
        detail = error.strerror or ""
    else:
        if kind is BinaryKind.DIRECTORY:
            selected = select_provider_config_files(name for name, is_directory in found if not is_directory)
            return {name: _read(path / name, files) for name in selected}
        return None if kind is None else _read(path, files)
    raise UnusableProviderFiles(ProviderFilesProblem.UNREADABLE, str(path), detail)


def _read(path: PurePath, files: NodeFiles) -> bytes:
    try:
        return files.read(path)
    except OSError as error:
        detail = error.strerror or ""
    raise UnusableProviderFiles(ProviderFilesProblem.UNREADABLE, str(path), detail)


def list_provider_binaries(directory: str | PurePath, files: NodeFiles = _LOCAL_FILES) -> dict[str, BinaryKind] | None:
    """Return what ``register_credential_providers`` takes: what stands in the directory of plugins, by name; ``None`` where it is missing.

    ``files`` stands in for the file system in tests. Raises ``UnusableProviderFiles`` for a directory that cannot be read.
    """
    if directory == "":
        return None
    directory = PurePath(directory)
    try:
        kind = files.kind(directory)
        entries = files.entries(directory) if kind is BinaryKind.DIRECTORY else ()
    except OSError as error:
        detail = error.strerror or ""
    else:
        found = {name: _kind(directory / name, files) for name, _ in entries}
        return None if kind is None else {name: there for name, there in found.items() if there is not None}
    raise UnusableProviderFiles(ProviderFilesProblem.UNREADABLE, str(directory), detail)


def _kind(path: PurePath, files: NodeFiles) -> BinaryKind | None:
    """Return what an entry is; one that cannot be looked at is as good as missing."""
    try:
        return files.kind(path)
    except OSError:
        return None
