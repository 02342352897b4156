"""Whether a kubelet can register the plugins of its configuration (RegisterCredentialProviderPlugins).

Kubernetes keeps the rule in ``pkg/credentialprovider/plugin/plugin.go``. A kubelet that cannot register one exits. Here the directory of
plugins is the names in it and what they are; ``directories`` looks at a real one.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from ...apimachinery.errors import KubeContainersError, ValidationFailed
from ...apimachinery.release import LATEST, Change, Release
from ...golang.text import to_bytes
from .built_in import built_in_cloud_providers
from .config import CredentialProvider, YAMLDecoder
from .files import ProviderFiles, load_provider_config
from .validation import validate_credential_provider_config

__all__ = [
    "CONFIGURATION_ORDER",
    "EXECUTABLE_CHECKED",
    "BinaryKind",
    "ProviderNotRegistered",
    "RegistrationProblem",
    "register_credential_providers",
]

EXECUTABLE_CHECKED = Change(since="1.30", summary="a plugin must be a file that may be executed; before, anything of its name did")
CONFIGURATION_ORDER = Change(
    since="1.33",
    summary="plugins are registered apart from the node's own file and in the order of the configuration; before, by name with that file",
)

NODE_FILE = ".dockercfg"
"""The name under which kubelets register the node's own docker config file."""


class BinaryKind(enum.Enum):
    """What stands in the directory of plugins; links are followed."""

    EXECUTABLE = "a file that may be executed"
    FILE = "a file that may not be executed"
    DIRECTORY = "a directory"


class RegistrationProblem(enum.Enum):
    """Why a plugin is not registered, in the order in which a kubelet looks."""

    NO_DIRECTORY = "the directory of plugins is missing"
    NO_EXECUTABLE = "the directory of plugins has no such file"
    NOT_RUNNABLE = "it is no file that may be executed"
    REGISTERED_TWICE = "the name is taken"


_HINTS = {
    RegistrationProblem.NO_DIRECTORY: "it is that of --image-credential-provider-bin-dir",
    RegistrationProblem.NO_EXECUTABLE: "the name of a provider is the name of its executable, to the letter",
    RegistrationProblem.NOT_RUNNABLE: "chmod +x it",
    RegistrationProblem.REGISTERED_TWICE: "each name may be used once, and not that of a built-in provider",
}


class ProviderNotRegistered(KubeContainersError):
    """A plugin cannot be registered; the kubelet exits then. ``name`` is the provider's, empty where the whole directory is missing."""

    def __init__(self, problem: RegistrationProblem, name: str = "", hint: str | None = None) -> None:
        hint = _HINTS[problem] if hint is None else hint
        super().__init__(problem, name, hint)
        self.problem = problem
        self.name = name
        self.hint = hint

    def _sentence(self) -> str:
        named = f" {self.name[:200]!r}" if self.name else ""
        return f"credential provider{named} not registered: {self.problem.value}"


def register_credential_providers(
    files: ProviderFiles | None, binaries: Mapping[str, BinaryKind] | None, yaml: YAMLDecoder, *, release: Release = LATEST
) -> tuple[CredentialProvider, ...]:
    """Return the plugins that a kubelet of ``release`` registers when it starts, in the order in which it will ask them.

    ``files`` is what ``--image-credential-provider-config`` names, see ``load_provider_config``; ``binaries`` is what stands in
    ``--image-credential-provider-bin-dir``, by name, ``None`` where that is missing. The first failure is raised:
    ``ProviderNotRegistered``, ``InvalidProviderConfig``, ``UnusableProviderFiles``, ``NotInRelease`` or ``ValidationFailed``.
    """
    if binaries is None:
        raise ProviderNotRegistered(RegistrationProblem.NO_DIRECTORY)
    providers = load_provider_config(files, yaml, release=release)
    errors = validate_credential_provider_config(providers.config, release=release)
    if errors:
        raise ValidationFailed(errors)
    taken = _names_taken(release)
    for provider in providers.config.providers:
        _check_executable(provider.name, binaries, release)
        if provider.name in taken:
            raise ProviderNotRegistered(RegistrationProblem.REGISTERED_TWICE, provider.name)
        taken.add(provider.name)
    if CONFIGURATION_ORDER in release:
        return providers.config.providers
    return tuple(sorted(providers.config.providers, key=lambda provider: to_bytes(provider.name)))


def _names_taken(release: Release) -> set[str]:
    """Return the names under which the kubelet has registered providers of its own."""
    if CONFIGURATION_ORDER in release:
        return set()
    return {NODE_FILE, *(name for built_in in built_in_cloud_providers(release=release) for name in built_in.names)}


def _check_executable(name: str, binaries: Mapping[str, BinaryKind], release: Release) -> None:
    kind = binaries.get(name) if name else BinaryKind.DIRECTORY  # an empty name is that of the directory itself
    if kind is None:
        raise ProviderNotRegistered(RegistrationProblem.NO_EXECUTABLE, name)
    if kind is not BinaryKind.EXECUTABLE and EXECUTABLE_CHECKED in release:
        raise ProviderNotRegistered(RegistrationProblem.NOT_RUNNABLE, name)
