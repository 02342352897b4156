"""What a credential provider of a kubelet gives for one pull (``provide`` in ``pkg/credentialprovider/plugin/plugin.go``).

Step by step: whether the image is its business; which ServiceAccount the pod has, with which annotations and which token, where the
provider wants to know (``tokenAttributes``); what its cache holds; and only then the plugin. Each step can end the matter without
credentials, and the pull goes on with those of other sources.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Protocol

import attrs

from ...apimachinery.fields import ROOT
from ...apimachinery.frozenmap import FrozenMap
from ...apimachinery.objects import JSONObject, Pod, mapping_at, root_object, text_at, text_map_at
from ...apimachinery.release import LATEST, Change, Release
from ...apimachinery.secret_text import SecretText, to_secret
from ...golang.duration import Duration, DurationLike
from ...golang.text import to_text
from ..credential import Credential, ObjectCoordinates, ProviderSource, frozen_credentials, shown_credentials
from .cache import CacheKeyTooLong, CacheOutcome, ProviderCache, service_account_key
from .config import TOKEN_CACHE_TYPE, CredentialProvider, TokenAttributes
from .execution import PluginFailed, PluginFailure, PluginRunner, call_plugin
from .matching import select_match_image
from .protocol import CredentialProviderResponse, PluginHost, ServiceAccountDetails

__all__ = [
    "ECHOED_TOKEN_REFUSED",
    "SERVICE_ACCOUNT_KNOWN",
    "TOKENS_FOR_PROVIDERS",
    "PluginProvider",
    "ProvidedCredentials",
    "ProviderOutcome",
    "ServiceAccountReader",
    "ServiceAccountTokenRequest",
]

TOKENS_FOR_PROVIDERS = Change(
    gate="KubeletServiceAccountTokenForCredentialProviders",
    since="1.33",
    summary="a credential provider with tokenAttributes is given a token of the pod's ServiceAccount",
)
ECHOED_TOKEN_REFUSED = Change(
    since="1.34", summary="a response that has the ServiceAccount's token itself as a password is dropped, unless cacheType is Token"
)
SERVICE_ACCOUNT_KNOWN = Change(
    since="1.34", summary="credentials of a provider that was given a token are known to be the ServiceAccount's"
)


@attrs.frozen
class ServiceAccountTokenRequest:
    """For which ServiceAccount a token is wanted, for whom it shall be good, and to which pod it is bound."""

    service_account: ObjectCoordinates
    audience: str
    pod: ObjectCoordinates

    def to_json(self) -> JSONObject:
        """Return the ``TokenRequest`` that is created as ``token`` below the ServiceAccount."""
        bound = {"apiVersion": "v1", "kind": "Pod", "name": self.pod.name, "uid": self.pod.uid}
        spec = {"audiences": [self.audience], "boundObjectRef": bound}
        return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}


class ServiceAccountReader(Protocol):
    """How ServiceAccounts and their tokens are come by: from an API server, or from what a test holds."""

    def get(self, namespace: str, name: str) -> JSONObject | None:
        """Return a ServiceAccount as it is on the wire, ``None`` where it cannot be read."""
        ...

    def request_token(self, request: ServiceAccountTokenRequest) -> SecretText | str | None:
        """Return a token, ``None`` where there is none to be had."""
        ...


class ProviderOutcome(enum.Enum):
    """What a provider did for a pull, and why it has no credentials where it has none."""

    CACHED = "the cache had the answer"
    ANSWERED = "the plugin answered"
    IMAGE_NOT_MATCHED = "no pattern of matchImages matches the image"
    NO_SERVICE_ACCOUNT = "the pod names no ServiceAccount, which the provider requires"
    SERVICE_ACCOUNT_UNREADABLE = "the ServiceAccount cannot be read"
    ANNOTATION_MISSING = "the ServiceAccount lacks an annotation that the provider requires"
    NO_TOKEN = "no token of the ServiceAccount was to be had"  # noqa: S105
    KEY_TOO_LONG = "a part of the cache key would be longer than 65535 bytes"
    PLUGIN_FAILED = "the plugin failed"
    TOKEN_ECHOED = "the plugin gave the ServiceAccount's token back as a password"  # noqa: S105
    UNKNOWN_CACHE_KEY_TYPE = "the plugin's cacheKeyType is neither Image nor Registry nor Global"


@attrs.frozen
class ProvidedCredentials:
    """What a provider gives for one pull.

    ``credentials`` are by registry pattern, none unless ``outcome`` is ``CACHED`` or ``ANSWERED``; whether they match the image, only a
    keyring tells. ``executed`` says whether the plugin was run, ``cache`` is the provider's after the pull, ``source`` where the
    credentials come from. ``failure`` is that of the plugin, ``missing`` the annotation that the ServiceAccount lacks.
    """

    outcome: ProviderOutcome
    cache: ProviderCache
    source: ProviderSource
    credentials: FrozenMap[str, Credential] = attrs.field(
        factory=lambda: FrozenMap[str, Credential]({}), converter=frozen_credentials, repr=shown_credentials
    )
    executed: bool = False
    failure: PluginFailed | None = None
    missing: str = ""


@attrs.frozen
class _Identity:
    """Whose pull it is: the ServiceAccount, if any, what the plugin is told of it, and its part of the cache key."""

    service_account: ObjectCoordinates | None = None
    details: ServiceAccountDetails = attrs.field(factory=ServiceAccountDetails)
    key: bytes = b""


@attrs.frozen(eq=False)
class PluginProvider:
    """A credential provider at work in a kubelet: its configuration, and what it needs to run its plugin.

    ``service_accounts`` is only needed by a provider with ``tokenAttributes``; without it no ServiceAccount can be read. ``release`` is the
    kubelet's. What the provider remembers is no part of it: ``provide`` takes a ``ProviderCache`` and returns the next.

    >>> class Plugin:
    ...     def run(self, call):
    ...         version = "credentialprovider.kubelet.k8s.io/v1"
    ...         fields = f'"kind": "CredentialProviderResponse", "apiVersion": "{version}", "cacheKeyType": "Image", "cacheDuration": "1m"'
    ...         return PluginResult('{%s, "auth": {"quay.io": {"username": "ci", "password": "hunter2"}}}' % fields)
    >>> from kubecontainers.credentials.providers.execution import PluginResult
    >>> config = CredentialProvider("quay", ("quay.io",), api_version="credentialprovider.kubelet.k8s.io/v1")
    >>> first = PluginProvider(config, Plugin()).provide("quay.io/team/app", now=0)
    >>> second = PluginProvider(config, Plugin()).provide("quay.io/team/app", now=30, cache=first.cache)
    >>> first.outcome.value, second.outcome.value, second.credentials["quay.io"].username
    ('the plugin answered', 'the cache had the answer', 'ci')
    """

    config: CredentialProvider
    runner: PluginRunner
    host: PluginHost = attrs.field(factory=PluginHost)
    service_accounts: ServiceAccountReader | None = None
    release: Release = LATEST

    def provide(
        self, image: str, *, now: DurationLike, cache: ProviderCache | None = None, pod: Pod | JSONObject | None = None
    ) -> ProvidedCredentials:
        """Return the credentials that the provider has for a pull at ``now``, or why it has none.

        ``image`` is a normalised repository, without tag and digest. ``now`` is a time as ``cache`` knows it; without a cache, one that was
        made at 0 is taken. ``pod`` is the pod that pulls, read only where the provider has ``tokenAttributes``. Raises ``MalformedObject``
        for a pod or a ServiceAccount of the wrong shape, and ``InvalidDuration``.
        """
        remembered = ProviderCache() if cache is None else cache
        repository = to_text(image)
        if select_match_image(self.config.match_images, repository, release=self.release) is None:
            return self._nothing(ProviderOutcome.IMAGE_NOT_MATCHED, remembered)
        identity = self._identify(pod, remembered)
        if isinstance(identity, ProvidedCredentials):
            return identity
        found = remembered.lookup(repository, now=now, service_account_key=identity.key, release=self.release)
        if found.outcome is CacheOutcome.KEY_TOO_LONG:
            return self._nothing(ProviderOutcome.KEY_TOO_LONG, found.cache)
        if found.credentials is not None:
            return ProvidedCredentials(ProviderOutcome.CACHED, found.cache, self._source(identity), found.credentials)
        return self._ask(repository, identity, found.cache, now)

    def _ask(self, image: str, identity: _Identity, cache: ProviderCache, now: DurationLike) -> ProvidedCredentials:
        """Run the plugin, and keep its answer."""
        try:
            response = call_plugin(self.config, image, self.runner, host=self.host, service_account=identity.details, release=self.release)
        except PluginFailed as error:
            executed = error.failure is not PluginFailure.UNSUPPORTED_API_VERSION
            return attrs.evolve(self._nothing(ProviderOutcome.PLUGIN_FAILED, cache), executed=executed, failure=error)
        refusal = self._refusal(response, identity.details.token)
        if refusal is not None:
            return attrs.evolve(self._nothing(refusal, cache), executed=True)
        kept = cache.store(
            image,
            response,
            default_duration=self.config.default_cache_duration or Duration(),
            now=now,
            service_account_key=identity.key,
            release=self.release,
        )
        return ProvidedCredentials(ProviderOutcome.ANSWERED, kept, self._source(identity), response.auth, executed=True)

    def _refusal(self, response: CredentialProviderResponse, token: SecretText) -> ProviderOutcome | None:
        """Return why a response is dropped, if it is."""
        attributes = self.config.token_attributes
        may_echo = attributes is not None and attributes.cache_type == TOKEN_CACHE_TYPE
        echoed = token and any(credential.password == token for credential in response.auth.values())
        if echoed and not may_echo and ECHOED_TOKEN_REFUSED in self.release:
            return ProviderOutcome.TOKEN_ECHOED
        return ProviderOutcome.UNKNOWN_CACHE_KEY_TYPE if response.key_type is None else None

    def _identify(self, pod: Pod | JSONObject | None, cache: ProviderCache) -> _Identity | ProvidedCredentials:
        """Return whose pull it is, or what the provider gives because that cannot be told."""
        attributes = self.config.token_attributes
        if attributes is None or not attributes.service_account_token_audience or TOKENS_FOR_PROVIDERS not in self.release:
            return _Identity()
        bound_to, name = _pod_identity(pod)
        if not name:
            if attributes.require_service_account:
                return self._nothing(ProviderOutcome.NO_SERVICE_ACCOUNT, cache)
            return _Identity()
        service_account = self.service_accounts.get(bound_to.namespace, name) if self.service_accounts else None
        if self.service_accounts is None or service_account is None:
            return self._nothing(ProviderOutcome.SERVICE_ACCOUNT_UNREADABLE, cache)
        uid, annotations = _service_account_identity(service_account)
        missing = [key for key in attributes.required_service_account_annotation_keys if key not in annotations]
        if missing:
            return attrs.evolve(self._nothing(ProviderOutcome.ANNOTATION_MISSING, cache), missing=missing[0])
        coordinates = ObjectCoordinates(bound_to.namespace, name, uid)
        token = self.service_accounts.request_token(
            ServiceAccountTokenRequest(coordinates, attributes.service_account_token_audience, bound_to)
        )
        if token is None:
            return self._nothing(ProviderOutcome.NO_TOKEN, cache)
        details = ServiceAccountDetails(to_secret(token), _chosen(annotations, attributes))
        try:
            key = service_account_key(coordinates, details, cache_type=attributes.cache_type, release=self.release)
        except CacheKeyTooLong:
            return self._nothing(ProviderOutcome.KEY_TOO_LONG, cache)
        return _Identity(coordinates, details, key)

    def _nothing(self, outcome: ProviderOutcome, cache: ProviderCache) -> ProvidedCredentials:
        return ProvidedCredentials(outcome, cache, ProviderSource(self.config.name))

    def _source(self, identity: _Identity) -> ProviderSource:
        known = SERVICE_ACCOUNT_KNOWN in self.release
        return ProviderSource(self.config.name, identity.service_account if known else None)


def _pod_identity(pod: Pod | JSONObject | None) -> tuple[ObjectCoordinates, str]:
    """Return which pod it is, and the name of its ServiceAccount."""
    if pod is None:
        return ObjectCoordinates(), ""
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    return _coordinates(root_object(pod)), text_at(spec, "serviceAccountName", ROOT.child("spec"))


def _service_account_identity(service_account: JSONObject) -> tuple[str, Mapping[str, str]]:
    """Return the UID and the annotations of a ServiceAccount."""
    metadata = mapping_at(root_object(service_account), "metadata", ROOT) or {}
    return text_at(metadata, "uid", ROOT.child("metadata")), text_map_at(metadata, "annotations", ROOT.child("metadata"))


def _coordinates(obj: JSONObject) -> ObjectCoordinates:
    path = ROOT.child("metadata")
    metadata = mapping_at(obj, "metadata", ROOT) or {}
    return ObjectCoordinates(text_at(metadata, "namespace", path), text_at(metadata, "name", path), text_at(metadata, "uid", path))


def _chosen(annotations: Mapping[str, str], attributes: TokenAttributes) -> Mapping[str, str]:
    """Return the annotations that the provider asks for, as far as they are there."""
    keys = (*attributes.required_service_account_annotation_keys, *attributes.optional_service_account_annotation_keys)
    return {key: annotations[key] for key in keys if key in annotations}
