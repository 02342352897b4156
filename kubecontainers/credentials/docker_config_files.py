"""The docker config file that a process finds on its node: an edge that reads files.

The order is that of ``ReadDockerConfigFile`` in ``pkg/credentialprovider/config.go``: the first file that can be read and parsed is taken,
files are never merged.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Protocol

import attrs

from .docker_config import DockerConfig, DockerConfigFormat
from .invalid_docker_config import InvalidDockerConfig

__all__ = [
    "DockerConfigDirectories",
    "FileReader",
    "FoundDockerConfig",
    "PassedFile",
    "PassedReason",
    "docker_config_format",
    "find_docker_config",
    "read_file",
]

KUBELET_ROOT = PurePath("/var/lib/kubelet")
"""Where a kubelet looks first, unless ``--root-dir`` says otherwise."""


class FileReader(Protocol):
    """What reads a file; ``OSError`` says that it cannot be read."""

    def __call__(self, path: PurePath) -> bytes:
        """Return what a file holds."""
        ...


def read_file(path: PurePath) -> bytes:
    """Read a file of this machine."""
    return Path(path).read_bytes()


@attrs.frozen
class DockerConfigDirectories:
    """Where a process looks: ``preferred``, its ``working`` directory, its ``home`` and the ``root`` of the file system.

    ``preferred`` is a kubelet's root directory. Where it or ``home`` is ``None``, unset, that is the working directory, as in Kubernetes.
    """

    preferred: PurePath | None = KUBELET_ROOT
    working: PurePath = PurePath("/")  # noqa: RUF009  (a PurePath does not change)
    home: PurePath | None = None
    root: PurePath = PurePath("/")  # noqa: RUF009

    def places(self) -> Iterator[tuple[PurePath, DockerConfigFormat]]:
        """Yield the files in the order of looking, each with its format."""
        preferred = self.working if self.preferred is None else self.preferred
        home = self.working if self.home is None else self.home
        for directory in dict.fromkeys((preferred, self.working, home / ".docker", self.root / ".docker")):
            yield directory / "config.json", "config.json"
        for directory in dict.fromkeys((preferred, self.working, home, self.root)):
            yield directory / ".dockercfg", "dockercfg"


class PassedReason(enum.Enum):
    """Why a file is passed over."""

    UNREADABLE = "it cannot be read"
    INVALID = "it is no docker config"


@attrs.frozen
class PassedFile:
    """A file that was passed over; ``detail`` says what is wrong with it, without what it holds."""

    path: PurePath
    reason: PassedReason
    detail: str = ""


@attrs.frozen
class FoundDockerConfig:
    """The file that is taken, and those before it; ``path`` and ``config`` are ``None`` where there is none."""

    path: PurePath | None
    config: DockerConfig | None
    passed: tuple[PassedFile, ...] = ()


def docker_config_format(path: PurePath) -> DockerConfigFormat:
    """Return the format of a file by its name: that of ``.dockercfg`` files, or else that of ``config.json``."""
    return "dockercfg" if path.name.endswith(".dockercfg") else "config.json"


def find_docker_config(directories: DockerConfigDirectories, read: FileReader = read_file) -> FoundDockerConfig:
    """Return the docker config that a process with these directories uses.

    ``read`` stands in for the file system in tests. A file with no entries is taken as well, and ends the search.

    >>> files = {"/var/lib/kubelet/config.json": b'{"auths": {"registry.example": {"username": "ci", "password": "hunter2"}}}'}
    >>> def read(path):
    ...     if str(path) not in files:
    ...         raise FileNotFoundError(path)
    ...     return files[str(path)]
    >>> str(find_docker_config(DockerConfigDirectories(), read).path)
    '/var/lib/kubelet/config.json'
    """
    passed: list[PassedFile] = []
    for path, format_ in directories.places():
        found = _read(path, format_, read)
        if isinstance(found, DockerConfig):
            return FoundDockerConfig(path, found, tuple(passed))
        passed.append(found)
    return FoundDockerConfig(None, None, tuple(passed))


def _read(path: PurePath, format_: DockerConfigFormat, read: FileReader) -> DockerConfig | PassedFile:
    try:
        return DockerConfig.parse(read(path), format_)
    except OSError as error:
        return PassedFile(path, PassedReason.UNREADABLE, error.strerror or "")
    except InvalidDockerConfig as error:
        return PassedFile(path, PassedReason.INVALID, str(error))
    except ValueError:  # a path with a NUL
        return PassedFile(path, PassedReason.UNREADABLE, "a path cannot hold a null character")
