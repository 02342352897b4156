"""Files that become the data of a Secret: the values of kubectl's ``--from-file``.

A source is ``path`` or ``key=path``. Kubernetes keeps the rules in ``k8s.io/kubectl/pkg/cmd/create/create_secret.go``. Files are read by
whoever implements ``SecretFiles``: ``GivenFiles`` has them in memory, ``secret_files.LocalFiles`` reads them from the disk.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.names import validate_config_map_key
from ..apimachinery.release import LATEST, Change, Release
from ..apimachinery.secret_text import SecretText
from ..golang.path_join import join_path
from ..golang.text import from_octets, to_octets
from .secret_types import DOCKER_CONFIG_JSON_KEY

__all__ = [
    "FILES_ARE_DOCKER_CONFIGS",
    "GivenFiles",
    "InvalidSecretArguments",
    "SecretArgumentsProblem",
    "SecretFiles",
    "read_secret_sources",
]

FILES_ARE_DOCKER_CONFIGS = Change(
    since="1.31",
    summary=(
        "kubectl create secret docker-registry --from-file=path makes the key .dockerconfigjson of the file, whatever its name, "
        "and takes no directory"
    ),
)


class SecretArgumentsProblem(enum.Enum):
    """Why kubectl would not make a Secret."""

    NAME_REQUIRED = "exactly one name is required"
    MISSING_ARGUMENTS = "user name, password and server are required, or a file"
    BAD_FILE_SOURCE = "a file source holds more than one '='"
    MISSING_KEY_NAME = "nothing stands before the '=' of a file source"
    MISSING_FILE_PATH = "nothing stands behind the '=' of a file source"
    FILE_NOT_READABLE = "the file is not there or cannot be read"
    KEY_FOR_DIRECTORY = "a directory cannot have a key"
    INVALID_KEY = "the key cannot stand in a Secret"
    DUPLICATE_KEY = "the key is there already"
    FLAG_SYNTAX = "this is no flag"
    UNKNOWN_FLAG = "there is no such flag"
    VALUE_MISSING = "the flag needs a value"
    NOT_BOOLEAN = "the value is neither true nor false"
    NOT_CSV = "the value cannot be split at its commas"
    UNKNOWN_CHOICE = "there is no such choice"


_HINTS = {
    SecretArgumentsProblem.NAME_REQUIRED: "give the Secret a name, such as regcred",
    SecretArgumentsProblem.MISSING_ARGUMENTS: "kubectl calls them --docker-username, --docker-password, --docker-server and --from-file",
    SecretArgumentsProblem.BAD_FILE_SOURCE: "rename the file, or copy it to a name without '='",
    SecretArgumentsProblem.MISSING_KEY_NAME: f"write {DOCKER_CONFIG_JSON_KEY}=path",
    SecretArgumentsProblem.MISSING_FILE_PATH: f"write {DOCKER_CONFIG_JSON_KEY}=path",
    SecretArgumentsProblem.KEY_FOR_DIRECTORY: "name the file in it, such as ~/.docker/config.json",
    SecretArgumentsProblem.INVALID_KEY: f"a pull secret has one key, {DOCKER_CONFIG_JSON_KEY}",
    SecretArgumentsProblem.DUPLICATE_KEY: f"a pull secret has one key, {DOCKER_CONFIG_JSON_KEY}: merge the files into one",
    SecretArgumentsProblem.FLAG_SYNTAX: "write --flag=value",
    SecretArgumentsProblem.NOT_CSV: "a path with a comma or a double quote stands in double quotes, each quote in it doubled",
}


class InvalidSecretArguments(KubeContainersError):
    """Arguments from which kubectl would make no Secret.

    ``problem`` is the first rule that they break; ``subject`` the file source, key or flag that breaks it, or empty. Passwords are no part
    of it.
    """

    def __init__(self, problem: SecretArgumentsProblem, subject: str = "", hint: str = "") -> None:
        hint = hint or _HINTS.get(problem, "")
        super().__init__(problem, subject, hint)
        self.problem = problem
        self.subject = subject
        self.hint = hint

    def _sentence(self) -> str:
        return f"{self.subject}: {self.problem.value}" if self.subject else self.problem.value


# ---------------------------------------------------------------------------------------------------------------------- files


class SecretFiles(Protocol):
    """Whoever reads files. No method raises for a file that is not there."""

    def is_directory(self, path: str) -> bool:
        """Return whether there is a directory at a path."""
        ...

    def regular_files(self, path: str) -> Sequence[str] | None:
        """Return the names of the regular files in a directory, sorted; links are left out. ``None`` if they cannot be listed."""
        ...

    def read(self, path: str) -> bytes | None:
        """Return what is in a file, ``None`` if it cannot be read."""
        ...


def _held(contents: Mapping[str, str | bytes]) -> FrozenMap[str, SecretText]:
    return FrozenMap({
        join_path(path): SecretText(content if isinstance(content, str) else from_octets(content)) for path, content in contents.items()
    })  # fmt: skip


@attrs.frozen
class GivenFiles:
    """Files in memory: their paths and what is in them, text or bytes, which is not shown.

    >>> files = GivenFiles({"docker/config.json": "{}"})
    >>> files.is_directory("docker"), files.regular_files("./docker"), files.read("config.json")
    (True, ['config.json'], None)
    """

    contents: FrozenMap[str, SecretText] = attrs.field(converter=_held)

    def is_directory(self, path: str) -> bool:
        """Return whether files stand below a path."""
        return any(True for _ in self._below(path))

    def regular_files(self, path: str) -> Sequence[str] | None:
        """Return the names of the files in a directory, sorted."""
        return sorted(name for name in self._below(path) if "/" not in name)

    def read(self, path: str) -> bytes | None:
        """Return what is in a file, ``None`` if there is none."""
        content = self.contents.get(join_path(path))
        return None if content is None else to_octets(content.reveal())

    def _below(self, path: str) -> Iterator[str]:
        clean = join_path(path)
        prefix = "" if clean == "." else f"{clean.rstrip('/')}/"
        if clean:
            yield from (name.removeprefix(prefix) for name in self.contents if name.startswith(prefix))


# -------------------------------------------------------------------------------------------------------------------- sources


def read_secret_sources(sources: Sequence[str], files: SecretFiles, *, release: Release = LATEST) -> dict[str, bytes]:
    """Return the data that file sources make, in the order of the sources.

    ``release`` is kubectl's. What is in a file is not looked at. Raises ``InvalidSecretArguments`` for the first source that kubectl
    refuses.

    >>> read_secret_sources(["config.json"], GivenFiles({"config.json": "{}"}))
    {'.dockerconfigjson': b'{}'}
    """
    data: dict[str, bytes] = {}
    for source in sources:
        for key, path in _entries(source, files, release):
            content = files.read(path)
            if content is None:
                raise InvalidSecretArguments(SecretArgumentsProblem.FILE_NOT_READABLE, path)
            if validate_config_map_key(key):
                raise InvalidSecretArguments(SecretArgumentsProblem.INVALID_KEY, key)
            if key in data:
                raise InvalidSecretArguments(SecretArgumentsProblem.DUPLICATE_KEY, key)
            data[key] = content
    return data


def _entries(source: str, files: SecretFiles, release: Release) -> list[tuple[str, str]]:
    """Return keys and paths of the files that one source names."""
    if "=" not in source and FILES_ARE_DOCKER_CONFIGS in release:
        source = f"{DOCKER_CONFIG_JSON_KEY}={source}"
    key, equals, path = source.partition("=")
    if not equals:
        key, path = _base_name(source), source
    elif "=" in path:
        raise InvalidSecretArguments(SecretArgumentsProblem.BAD_FILE_SOURCE, source)
    elif not key:
        raise InvalidSecretArguments(SecretArgumentsProblem.MISSING_KEY_NAME, source)
    elif not path:
        raise InvalidSecretArguments(SecretArgumentsProblem.MISSING_FILE_PATH, source)
    if not files.is_directory(path):
        return [(key, path)]
    if equals:
        raise InvalidSecretArguments(SecretArgumentsProblem.KEY_FOR_DIRECTORY, path)
    names = files.regular_files(path)
    if names is None:
        raise InvalidSecretArguments(SecretArgumentsProblem.FILE_NOT_READABLE, path)
    return [(name, join_path(path, name)) for name in names]


def _base_name(path: str) -> str:
    """Return Go's ``path.Base(path)``."""
    return path.rstrip("/").rpartition("/")[2] or ("/" if path else ".")
