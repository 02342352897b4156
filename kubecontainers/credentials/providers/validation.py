"""Which credential provider configurations a kubelet refuses.

Kubernetes keeps the rules in ``pkg/credentialprovider/plugin/config.go`` (validateCredentialProviderConfig). A kubelet whose configuration
breaks one exits. Its field paths do not say which provider is meant; here the details do.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from ...apimachinery.fields import ROOT, FieldError, FieldErrorType, FieldPath
from ...apimachinery.names import NameRule, validate_qualified_name
from ...apimachinery.release import LATEST, Change, Release
from ...golang.duration import Duration
from ...golang.text import to_lower
from ...golang.url import hide_user_information
from ..registry_pattern import InvalidRegistryPattern, RegistryPattern
from .config import TOKEN_CACHE_TYPE, CredentialProvider, CredentialProviderConfig, TokenAttributes
from .document import CACHE_TYPE, PLUGIN_GROUP, TOKEN_ATTRIBUTES
from .protocol import PLUGIN_API_VERSIONS

__all__ = ["TOKEN_ATTRIBUTES_ALLOWED", "UNIQUE_NAMES", "ProviderConfigRule", "validate_credential_provider_config"]

UNIQUE_NAMES = Change(
    since="1.33", summary="two credential providers of one name break a validation rule; before, registering the second failed"
)
TOKEN_ATTRIBUTES_ALLOWED = Change(
    gate="KubeletServiceAccountTokenForCredentialProviders",
    since="1.33",
    summary="the configuration of a credential provider may use tokenAttributes",
)

TOKEN_API_VERSION = f"{PLUGIN_GROUP}/v1"
CACHE_TYPES = ("ServiceAccount", TOKEN_CACHE_TYPE)

_INVALID, _REQUIRED, _FORBIDDEN = FieldErrorType.INVALID, FieldErrorType.REQUIRED, FieldErrorType.FORBIDDEN
_NOT_SUPPORTED, _DUPLICATE = FieldErrorType.NOT_SUPPORTED, FieldErrorType.DUPLICATE


class ProviderConfigRule(enum.Enum):
    """The rules, in the order in which Kubernetes checks them; the values say what would be right."""

    NO_PROVIDERS = "there must be a provider"
    NAME_SLASH = "a name may hold no slash"
    NAME_SPACE = "a name may hold no space"
    NAME_DOT = "a name may not be a single dot"
    NAME_DOTS = "a name may not be two dots"
    NAME_TWICE = "a name may be used once"
    API_VERSION_MISSING = "the version of the protocol must be named"
    API_VERSION_UNKNOWN = "the version of the protocol must be one that the kubelet speaks"
    NO_MATCH_IMAGES = "there must be a pattern of images"
    MATCH_IMAGE = "a pattern must be a host, with port and path if need be, that reads as a URL"
    NO_DURATION = "how long answers are kept must be said"
    NEGATIVE_DURATION = "answers cannot be kept for less than no time"
    TOKEN_GATE = "the feature gate KubeletServiceAccountTokenForCredentialProviders must be on"  # noqa: S105
    NO_AUDIENCE = "the audience of the token must be named"
    NO_REQUIREMENT = "whether a ServiceAccount is required must be said"
    TOKEN_API_VERSION = "only credentialprovider.kubelet.k8s.io/v1 has tokens"  # noqa: S105
    REQUIRED_KEYS = "annotations can be required only of a required ServiceAccount"
    REQUIRED_KEY_NAME = "a required annotation must be a qualified name"
    REQUIRED_KEY_TWICE = "a required annotation may be named once"
    OPTIONAL_KEY_NAME = "an optional annotation must be a qualified name"
    OPTIONAL_KEY_TWICE = "an optional annotation may be named once"
    KEYS_IN_BOTH = "an annotation is either required or optional"
    NO_CACHE_TYPE = "for whom answers may be cached must be said: ServiceAccount or Token"
    CACHE_TYPE_UNKNOWN = "answers are cached by ServiceAccount or by Token"


_PROVIDERS = ROOT.child("providers")
_TOKEN = _PROVIDERS.child("tokenAttributes")
_REQUIRED_KEYS = _TOKEN.child("requiredServiceAccountAnnotationKeys")
_OPTIONAL_KEYS = _TOKEN.child("optionalServiceAccountAnnotationKeys")


def validate_credential_provider_config(config: CredentialProviderConfig, *, release: Release = LATEST) -> tuple[FieldError, ...]:
    """Return the rules that a configuration breaks, in Kubernetes' order.

    ``release`` is the kubelet's; fields that it does not know are passed over. An empty name breaks no rule here, though no executable can
    have it.

    >>> config = CredentialProviderConfig([CredentialProvider("ecr", ["*.dkr.ecr.*.amazonaws.com"], 43200)])
    >>> [str(error) for error in validate_credential_provider_config(config)]
    ['providers.apiVersion: Required: the version of the protocol must be named, in provider 1, ecr']
    """
    return tuple(_config(config, release))


def _config(config: CredentialProviderConfig, release: Release) -> Iterator[FieldError]:
    if not config.providers:
        yield FieldError(_PROVIDERS, _REQUIRED, ProviderConfigRule.NO_PROVIDERS, detail=ProviderConfigRule.NO_PROVIDERS.value)
    seen = set[str]()
    for number, provider in enumerate(config.providers, 1):
        checked = _Checked(f"provider {number}, {provider.name[:100]}" if provider.name else f"provider {number}")
        yield from _name(checked, provider.name)
        if provider.name in seen and UNIQUE_NAMES in release:
            yield checked.error(_PROVIDERS.child("name"), _DUPLICATE, ProviderConfigRule.NAME_TWICE, provider.name)
        seen.add(provider.name)
        yield from _provider(checked, provider, release)
        if provider.token_attributes is not None and TOKEN_ATTRIBUTES in release:
            yield from _token_attributes(checked, provider.token_attributes, provider.api_version, release)


@attrs.frozen
class _Checked:
    """The provider that is checked, for details."""

    which: str

    def error(self, path: FieldPath, kind: FieldErrorType, rule: ProviderConfigRule, value: str = "", more: str = "") -> FieldError:
        detail = f"{rule.value}: {more}" if more else rule.value
        return FieldError(path, kind, rule, value, f"{detail}, in {self.which}")


def _name(checked: _Checked, name: str) -> Iterator[FieldError]:
    broken = (
        (ProviderConfigRule.NAME_SLASH, "/" in name),
        (ProviderConfigRule.NAME_SPACE, " " in name),
        (ProviderConfigRule.NAME_DOT, name == "."),
        (ProviderConfigRule.NAME_DOTS, name == ".."),
    )
    for rule, is_broken in broken:
        if is_broken:
            yield checked.error(_PROVIDERS.child("name"), _INVALID, rule, name)


def _provider(checked: _Checked, provider: CredentialProvider, release: Release) -> Iterator[FieldError]:
    version, images = _PROVIDERS.child("apiVersion"), _PROVIDERS.child("matchImages")
    if not provider.api_version:
        yield checked.error(version, _REQUIRED, ProviderConfigRule.API_VERSION_MISSING)
    elif provider.api_version not in PLUGIN_API_VERSIONS:
        yield checked.error(version, _NOT_SUPPORTED, ProviderConfigRule.API_VERSION_UNKNOWN, provider.api_version)
    if not provider.match_images:
        yield checked.error(images, _REQUIRED, ProviderConfigRule.NO_MATCH_IMAGES)
    for pattern in provider.match_images:
        try:
            RegistryPattern.parse(pattern, release=release)
        except InvalidRegistryPattern as error:
            yield checked.error(images, _INVALID, ProviderConfigRule.MATCH_IMAGE, hide_user_information(pattern), error.problem)
    duration = _PROVIDERS.child("defaultCacheDuration")
    if provider.default_cache_duration is None:
        yield checked.error(duration, _REQUIRED, ProviderConfigRule.NO_DURATION)
    elif provider.default_cache_duration < Duration():
        yield checked.error(duration, _INVALID, ProviderConfigRule.NEGATIVE_DURATION, str(provider.default_cache_duration))


def _token_attributes(checked: _Checked, attributes: TokenAttributes, api_version: str, release: Release) -> Iterator[FieldError]:
    if TOKEN_ATTRIBUTES_ALLOWED not in release:
        yield checked.error(_TOKEN, _FORBIDDEN, ProviderConfigRule.TOKEN_GATE)
    if not attributes.service_account_token_audience:
        yield checked.error(_TOKEN.child("serviceAccountTokenAudience"), _REQUIRED, ProviderConfigRule.NO_AUDIENCE)
    if attributes.require_service_account is None:
        yield checked.error(_TOKEN.child("requireServiceAccount"), _REQUIRED, ProviderConfigRule.NO_REQUIREMENT)
    if api_version != TOKEN_API_VERSION:
        yield checked.error(_TOKEN, _FORBIDDEN, ProviderConfigRule.TOKEN_API_VERSION, api_version)
    yield from _annotation_keys(checked, attributes)
    if CACHE_TYPE not in release:
        return
    cache_type = _TOKEN.child("cacheType")
    if not attributes.cache_type:
        yield checked.error(cache_type, _REQUIRED, ProviderConfigRule.NO_CACHE_TYPE)
    elif attributes.cache_type not in CACHE_TYPES:
        yield checked.error(cache_type, _NOT_SUPPORTED, ProviderConfigRule.CACHE_TYPE_UNKNOWN, attributes.cache_type)


def _annotation_keys(checked: _Checked, attributes: TokenAttributes) -> Iterator[FieldError]:
    required, optional = attributes.required_service_account_annotation_keys, attributes.optional_service_account_annotation_keys
    if attributes.require_service_account is False and required:
        yield checked.error(_REQUIRED_KEYS, _FORBIDDEN, ProviderConfigRule.REQUIRED_KEYS)
    rules = ProviderConfigRule.REQUIRED_KEY_NAME, ProviderConfigRule.REQUIRED_KEY_TWICE
    yield from _keys(checked, required, _REQUIRED_KEYS, *rules)
    rules = ProviderConfigRule.OPTIONAL_KEY_NAME, ProviderConfigRule.OPTIONAL_KEY_TWICE
    yield from _keys(checked, optional, _OPTIONAL_KEYS, *rules)
    in_both = sorted({*required} & {*optional})
    if in_both:
        yield checked.error(_TOKEN, _INVALID, ProviderConfigRule.KEYS_IN_BOTH, ", ".join(in_both))


def _keys(
    checked: _Checked, keys: tuple[str, ...], path: FieldPath, name_rule: ProviderConfigRule, twice_rule: ProviderConfigRule
) -> Iterator[FieldError]:
    seen = set[str]()
    for key in keys:
        for broken in validate_qualified_name(to_lower(key)):
            yield checked.error(path, _INVALID, name_rule, key, _BROKEN[broken])
        if key in seen:
            yield checked.error(path, _DUPLICATE, twice_rule, key)
        seen.add(key)


_BROKEN = {
    NameRule.PARTS: "it holds more than one slash",
    NameRule.PREFIX_EMPTY: "nothing stands before the slash",
    NameRule.PREFIX_TOO_LONG: "what stands before the slash has more than 253 characters",
    NameRule.PREFIX_FORMAT: "what stands before the slash is no DNS name",
    NameRule.NAME_EMPTY: "the name is empty",
    NameRule.NAME_TOO_LONG: "the name has more than 63 characters",
    NameRule.NAME_FORMAT: "the name may have letters, digits and, inside, dashes, dots and underscores",
}
