"""The files of a credential provider configuration (``pkg/credentialprovider/plugin/config.go``, readCredentialProviderConfig).

A kubelet is given one file or, from 1.34 on, a directory of files, whose providers it joins. Here files are their names and what they hold;
``directories`` reads them.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable, Mapping

import attrs

from ...apimachinery.errors import KubeContainersError
from ...apimachinery.release import LATEST, Change, NotInRelease, Release
from ...golang.text import to_bytes, to_octets
from .config import CredentialProviderConfig, YAMLDecoder
from .invalid_config import InvalidProviderConfig

__all__ = [
    "CONFIG_DIRECTORY",
    "MergedProviderConfig",
    "ProviderFiles",
    "ProviderFilesProblem",
    "UnusableProviderFiles",
    "load_provider_config",
    "merge_provider_configs",
    "select_provider_config_files",
]

CONFIG_DIRECTORY = Change(
    since="1.34",
    summary="the configuration of credential providers may be a directory of files, and a name that stands twice in it is refused first",
)

SUFFIXES = (".json", ".yaml", ".yml")

ProviderFiles = str | bytes | Mapping[str, str | bytes | None]
"""What ``--image-credential-provider-config`` names: the content of a file, or of those in a directory, ``None`` for a subdirectory."""


class ProviderFilesProblem(enum.Enum):
    """Why files that can each be decoded make no configuration, or there are none."""

    MISSING = "nothing is there"
    UNREADABLE = "it cannot be read"
    NO_FILES = "no file of the directory ends in .json, .yaml or .yml"
    DUPLICATE_PROVIDER = "a provider stands there twice"


_HINTS = {
    ProviderFilesProblem.NO_FILES: "the ending must be in lower case, and files of subdirectories do not count",
    ProviderFilesProblem.DUPLICATE_PROVIDER: "a provider is named as its executable is, and only once in all the files together",
}


class UnusableProviderFiles(KubeContainersError):
    """What ``--image-credential-provider-config`` names makes no configuration; the kubelet exits then.

    ``name`` is the file, or the provider, that is meant, empty where there is only one; ``detail`` says more.
    """

    def __init__(self, problem: ProviderFilesProblem, name: str = "", detail: str = "", hint: str | None = None) -> None:
        hint = _HINTS.get(problem, "") if hint is None else hint
        super().__init__(problem, name, detail, hint)
        self.problem = problem
        self.name = name
        self.detail = detail
        self.hint = hint

    def _sentence(self) -> str:
        named = f" {self.name[:200]!r}:" if self.name else ""
        return f"no configuration of credential providers:{named} {self.detail or self.problem.value}"


@attrs.frozen
class MergedProviderConfig:
    """A configuration with all the providers of its files.

    ``files`` are the names of those that were read, in order, empty for a single file. ``hash`` is what the kubelet's metrics show for
    them, from 1.34 on.
    """

    config: CredentialProviderConfig
    files: tuple[str, ...] = ()
    hash: str = ""


def select_provider_config_files(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the files in a directory that a kubelet reads, in the order of reading: that of the bytes of their names.

    >>> select_provider_config_files(["b.yaml", "README.md", "10-a.json", "B.yml", ".yaml", "c.YAML"])
    ('.yaml', '10-a.json', 'B.yml', 'b.yaml')
    """
    return tuple(sorted((name for name in names if name.endswith(SUFFIXES)), key=to_octets))


def load_provider_config(files: ProviderFiles | None, yaml: YAMLDecoder, *, release: Release = LATEST) -> MergedProviderConfig:
    """Return the configuration that a kubelet of ``release`` reads, not yet validated.

    ``files`` is what one file holds, or the files of a directory; ``None`` where nothing is there. Raises ``UnusableProviderFiles``,
    ``InvalidProviderConfig``, and ``NotInRelease`` for a directory before 1.34.
    """
    if files is None:
        raise UnusableProviderFiles(ProviderFilesProblem.MISSING)
    if isinstance(files, Mapping):
        return merge_provider_configs(files, yaml, release=release)
    config = CredentialProviderConfig.parse(files, yaml, release=release)
    if CONFIG_DIRECTORY not in release:
        return MergedProviderConfig(config)
    _check_unique([("", config)])
    return MergedProviderConfig(config, (), _hash([_content(files)]))


def merge_provider_configs(
    files: Mapping[str, str | bytes | None], yaml: YAMLDecoder, *, release: Release = LATEST
) -> MergedProviderConfig:
    """Return the configuration that a kubelet of ``release`` makes of the files of a directory, not yet validated.

    ``files`` holds what each holds, by name, ``None`` for a subdirectory. All are decoded before their providers are compared. Raises
    ``UnusableProviderFiles``, ``InvalidProviderConfig`` with the name of the file, and ``NotInRelease`` before 1.34.
    """
    if CONFIG_DIRECTORY not in release:
        raise NotInRelease("a directory of credential provider configurations", release, "it may be one since 1.34; name a file")
    contents = {name: _content(content) for name, content in files.items() if content is not None}
    selected = select_provider_config_files(contents)
    if not selected:
        raise UnusableProviderFiles(ProviderFilesProblem.NO_FILES)
    configs = [(name, _parsed(name, contents[name], yaml, release)) for name in selected]
    _check_unique(configs)
    providers = tuple(provider for _, config in configs for provider in config.providers)
    return MergedProviderConfig(CredentialProviderConfig(providers), selected, _hash(contents[name] for name in selected))


def _parsed(name: str, content: bytes, yaml: YAMLDecoder, release: Release) -> CredentialProviderConfig:
    try:
        return CredentialProviderConfig.parse(content, yaml, release=release)
    except InvalidProviderConfig as error:
        found = InvalidProviderConfig(error.problem, error.detail, error.fields, name, error.hint)
    raise found


def _check_unique(configs: Iterable[tuple[str, CredentialProviderConfig]]) -> None:
    """Refuse a name that stands twice, in one file or in two."""
    first: dict[str, str] = {}
    for file, config in configs:
        for provider in config.providers:
            if provider.name in first:
                where = f", in {first[provider.name]} and in {file}" if file else ""
                detail = f"{ProviderFilesProblem.DUPLICATE_PROVIDER.value}{where}"
                raise UnusableProviderFiles(ProviderFilesProblem.DUPLICATE_PROVIDER, provider.name, detail)
            first[provider.name] = file


def _content(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else to_bytes(content)


def _hash(contents: Iterable[bytes]) -> str:
    """Return the hash over each file's length, in eight bytes, and content."""
    digest = hashlib.sha256()
    for content in contents:
        digest.update(len(content).to_bytes(8, "big") + content)
    return f"sha256:{digest.hexdigest()}"
