"""The credentials for one image, in the order in which they are tried, and what brings none.

The pod's secrets come first, then what the node has: its docker config file and what credential providers give
(``PullImage`` in ``pkg/kubelet/kuberuntime/kuberuntime_image.go``, ``pkg/credentialprovider/plugins.go``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, Pod
from ..apimachinery.release import LATEST, Change, Release
from ..credentials.credential import Credential, FileSource, ProviderSource, Source, frozen_credentials, shown_credentials
from ..credentials.docker_config import DockerConfig
from ..credentials.keyring import KeyExplanation, Keyring, KeyringMatch, KeyringUnion, repository_name
from ..credentials.pod_pull_secrets import MissingSecret, PodPullSecrets, select_pull_secrets
from ..credentials.providers.cache import ProviderCache
from ..credentials.providers.config import shown_patterns
from ..credentials.providers.matching import select_match_image
from ..credentials.providers.plugin_provider import ProvidedCredentials, ProviderOutcome
from ..credentials.providers.registration import NODE_FILE
from ..credentials.pull_secrets import PassedSecret, PullSecrets, read_pull_secrets
from ..golang.text import to_octets

__all__ = [
    "SEPARATE_NODE_KEYRINGS",
    "FixedProvider",
    "NodeCredentials",
    "Provide",
    "PullCredentials",
    "look_up_credentials",
    "pull_credentials",
]

SEPARATE_NODE_KEYRINGS = Change(
    since="1.33", summary="the node's docker config file is looked up before its credential providers, no longer together with them"
)

Provide = Callable[[str], ProvidedCredentials]
"""What gives the credentials of a provider for a normalised repository, such as ``PluginProvider.provide`` with its time and cache."""


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    if isinstance(texts, str):  # which would be a pattern of each letter
        raise MalformedObject("match_images", "a list of strings", "a string")
    return tuple(texts)


@attrs.frozen
class FixedProvider:
    """A credential provider that always gives the same, for tests and plans; ``credentials`` are ``None`` where its plugin fails.

    >>> provider = FixedProvider("quay", ("quay.io",), {"quay.io": Credential("ci", "hunter2")})
    >>> provider("quay.io/team/app").outcome.value
    'the plugin answered'
    """

    name: str
    match_images: tuple[str, ...] = attrs.field(converter=_texts, repr=shown_patterns)
    credentials: FrozenMap[str, Credential] | None = attrs.field(
        converter=attrs.converters.optional(frozen_credentials), repr=shown_credentials
    )
    release: Release = LATEST

    def __call__(self, repository: str) -> ProvidedCredentials:
        """Return what the provider gives for a repository."""
        source = ProviderSource(self.name)
        if select_match_image(self.match_images, repository, release=self.release) is None:
            return ProvidedCredentials(ProviderOutcome.IMAGE_NOT_MATCHED, ProviderCache(), source)
        if self.credentials is None:
            return ProvidedCredentials(ProviderOutcome.PLUGIN_FAILED, ProviderCache(), source, executed=True)
        return ProvidedCredentials(ProviderOutcome.ANSWERED, ProviderCache(), source, self.credentials, executed=True)


@attrs.frozen
class NodeCredentials:
    """What a node has of its own: its docker config file, if any, and its credential providers in the order of their configuration."""

    config: DockerConfig | None = None
    path: str = ""
    providers: tuple[Provide, ...] = ()


@attrs.frozen
class PullCredentials:
    """What is offered for an image, and what was missed.

    ``offered`` is in the order of trial: the runtime is asked to pull with one after the other until one succeeds, and without any where
    there is none. ``missing`` are names of pull secrets that bring none, ``passed`` secrets without a docker config, ``providers`` what
    each provider did. ``keyring`` is what was looked up.
    """

    image: str
    repository: str
    offered: tuple[KeyringMatch, ...]
    keyring: KeyringUnion = attrs.field(repr=False)
    missing: tuple[MissingSecret, ...] = ()
    passed: tuple[PassedSecret, ...] = ()
    providers: tuple[ProvidedCredentials, ...] = ()

    @property
    def is_anonymous(self) -> bool:
        """Whether the image is pulled without credentials."""
        return not self.offered

    @property
    def keys(self) -> tuple[KeyExplanation, ...]:
        """What every key that was compared has to do with the image: why it matches, or what failed first."""
        return self.keyring.explain_text(self.repository)


def pull_credentials(
    image: str,
    *,
    secrets: Iterable[JSONObject] = (),
    pod: Pod | JSONObject | None = None,
    node: NodeCredentials | None = None,
    release: Release = LATEST,
) -> PullCredentials:
    """Return the credentials that a kubelet of ``release`` would try for an image, and what brought none.

    ``image`` is the text of the container. ``secrets`` are the secrets that there are, of which ``pod`` names its own; without a pod, they
    are the pull secrets, in their order. Raises ``InvalidReference``, ``InvalidPullSecret``, both of which fail the pull, and
    ``MalformedObject``.

    >>> node = NodeCredentials(DockerConfig({"quay.io/team": Credential("ci", "hunter2"), "*.io": Credential("all", "hunter3")}))
    >>> [found.credential.username for found in pull_credentials("quay.io/team/app:1.0", node=node).offered]
    ['ci', 'all']
    """
    repository_name(image, release=release)  # a kubelet reads the image before the secrets
    named = PodPullSecrets(tuple(secrets)) if pod is None else select_pull_secrets(pod, secrets)
    found = look_up_credentials(image, read_pull_secrets(named.secrets, release=release), node=node, release=release)
    return attrs.evolve(found, missing=named.missing)


def look_up_credentials(
    image: str, secrets: PullSecrets, *, node: NodeCredentials | None = None, release: Release = LATEST
) -> PullCredentials:
    """Return the same for pull secrets that were read already, which spares reading them for every image. Raises ``InvalidReference``."""
    repository = repository_name(image, release=release)
    node = NodeCredentials() if node is None else node
    provided = tuple(provide(repository) for provide in node.providers)
    keyring = secrets.keyring | _node_keyring(node, provided, release)
    return PullCredentials(image, repository, keyring.lookup_text(repository), keyring, passed=secrets.passed, providers=provided)


def _node_keyring(node: NodeCredentials, provided: tuple[ProvidedCredentials, ...], release: Release) -> KeyringUnion:
    """Return the keyrings of the node: one for its file and one for all providers, or, up to 1.32, one for all."""
    file: list[tuple[DockerConfig, Source]] = [] if node.config is None else [(node.config, FileSource(node.path))]
    plugins: list[tuple[DockerConfig, Source]] = [(DockerConfig(one.credentials), one.source) for one in provided]
    if SEPARATE_NODE_KEYRINGS in release:
        return KeyringUnion((Keyring.of(file, release=release), Keyring.of(plugins, release=release)))
    return KeyringUnion((Keyring.of(sorted([*file, *plugins], key=_by_name), release=release),))


def _by_name(source: tuple[DockerConfig, Source]) -> bytes:
    name = source[1].name if isinstance(source[1], ProviderSource) else NODE_FILE
    return to_octets(name)
