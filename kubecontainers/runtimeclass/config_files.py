"""The configuration of the container runtime on this machine: an edge that reads files.

What is read is what the runtime would read; what it makes is a matter of ``containerd_handlers`` and ``crio_handlers``.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from ..golang.path_join import join_path
from ..golang.path_match import PathPattern
from .containerd_files import CONTAINERD_CONFIG, ImportPattern, read_containerd_file
from .crio import CRIO_CONFIG, CRIO_DROP_INS
from .toml_config import InvalidRuntimeConfig, RuntimeConfigProblem

__all__ = ["ConfigDisk", "LocalDisk", "read_containerd_files", "read_crio_files"]


class ConfigDisk(Protocol):
    """A file system, as far as it is asked here; ``OSError`` says that something cannot be read."""

    def read(self, path: str, /) -> bytes | None:
        """Return the content of a file, ``None`` where there is nothing."""
        ...

    def entries(self, directory: str, /) -> Iterable[tuple[str, bool]]:
        """Return the names in a directory, each with whether it is a directory itself, and no link; none where it is none."""
        ...


class LocalDisk:
    """The file system of this machine."""

    def read(self, path: str, /) -> bytes | None:
        """Return the content of a file."""
        try:
            return Path(path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, ValueError):  # no path holds a NUL
            return None

    def entries(self, directory: str, /) -> Iterable[tuple[str, bool]]:
        """Return the names in a directory."""
        try:
            with os.scandir(directory) as found:
                return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return []


_LOCAL_DISK = LocalDisk()


def read_containerd_files(main: str = CONTAINERD_CONFIG, disk: ConfigDisk = _LOCAL_DISK) -> dict[str, bytes]:
    """Return the main file and all that it imports, by absolute path, for ``containerd_handlers``; one that is missing is left out.

    ``disk`` stands in for the file system in tests. Raises ``InvalidRuntimeConfig`` for what cannot be read, or cannot be decoded.
    """
    found: dict[str, bytes] = {}
    asked: set[str] = set()
    pending = deque([ImportPattern(join_path(str(Path(main).absolute())))])
    while pending:
        wanted = pending.popleft()
        for path in _expand(wanted, disk) if wanted.path not in asked else ():
            content = None if path in found else _read(path, disk)
            if content is not None:
                found[path] = content
                pending += read_containerd_file(content, path).imports
        asked.add(wanted.path)
    return found


def read_crio_files(main: str = CRIO_CONFIG, drop_ins: str = CRIO_DROP_INS, disk: ConfigDisk = _LOCAL_DISK) -> dict[str, bytes]:
    """Return the main file and all below the directory of drop-ins, for ``crio_handlers``; those that are missing are left out.

    ``disk`` stands in for the file system in tests. Raises ``InvalidRuntimeConfig`` for what cannot be read.
    """
    paths = [join_path(main)] if main else []
    paths += _below(join_path(drop_ins), disk) if drop_ins else ()
    contents = {path: _read(path, disk) for path in paths}
    return {path: content for path, content in contents.items() if content is not None}


def _expand(wanted: ImportPattern, disk: ConfigDisk) -> list[str]:
    """Return the paths that an import stands for, looking into those directories alone that it may match."""
    if wanted.parts is None:
        return [wanted.path]
    paths = [""]
    for part, name in zip(wanted.parts[1:], wanted.path.split("/")[1:], strict=True):
        paths = [found for path in paths for found in _matching(path, part, name, disk)]
    return paths


_META = frozenset("*?[\\")


def _matching(directory: str, part: PathPattern, name: str, disk: ConfigDisk) -> Iterator[str]:
    if not set(name) & _META:
        yield f"{directory}/{name}"
        return
    yield from (f"{directory}/{found}" for found, _ in _entries(directory or "/", disk) if part.matches(found))


def _below(directory: str, disk: ConfigDisk) -> Iterator[str]:
    pending = [directory]
    while pending:
        at = pending.pop()
        for name, is_directory in _entries(at, disk):
            path = join_path(at, name)
            if is_directory:
                pending.append(path)
            else:
                yield path


def _read(path: str, disk: ConfigDisk) -> bytes | None:
    try:
        return disk.read(path)
    except OSError as error:
        detail = error.strerror or ""
    raise InvalidRuntimeConfig(RuntimeConfigProblem.UNREADABLE, path, detail=detail)


def _entries(directory: str, disk: ConfigDisk) -> Iterable[tuple[str, bool]]:
    try:
        return disk.entries(directory)
    except OSError as error:
        detail = error.strerror or ""
    raise InvalidRuntimeConfig(RuntimeConfigProblem.UNREADABLE, directory, detail=detail)
