"""Strategies of credential provider configurations."""

from __future__ import annotations

from collections.abc import Callable

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.release import LATEST, Release
from ..credentials.providers.config import CredentialProvider, CredentialProviderConfig, TokenAttributes
from ..credentials.providers.document import CACHE_TYPE
from ..credentials.providers.protocol import PLUGIN_API_VERSIONS
from ..credentials.providers.validation import CACHE_TYPES, TOKEN_ATTRIBUTES_ALLOWED
from .kubelet import durations
from .texts import LOWER

__all__ = ["credential_provider_configs", "credential_providers", "nearly_valid_credential_provider_configs"]

_TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff"), max_size=8)
_NAMES = st.text(LOWER + "-._", min_size=1, max_size=12).filter(lambda name: name not in {".", ".."})
_MATCH_IMAGES = st.sampled_from(
    [
        "*.dkr.ecr.*.amazonaws.com",
        "*.azurecr.io",
        "gcr.io",
        "*.*.registry.example",
        "registry.example:8080/team",
        "",
        "https://gcr.io",
        "[::1]",
    ]
)
_KEYS = st.builds("{}{}".format, st.sampled_from(["", "example.com/", "Example.com/"]), st.text(LOWER, min_size=1, max_size=8))


@st.composite
def credential_providers(draw: DrawFn, *, release: Release = LATEST) -> CredentialProvider:
    """Plugins as a kubelet of ``release`` takes them, some of them with ``tokenAttributes`` where the release has these.

    >>> from hypothesis import find
    >>> find(credential_providers(), lambda provider: provider.token_attributes is not None).api_version
    'credentialprovider.kubelet.k8s.io/v1'
    """
    attributes = draw(st.none() | _token_attributes(release)) if TOKEN_ATTRIBUTES_ALLOWED in release else None
    return CredentialProvider(
        draw(_NAMES),
        draw(st.lists(_MATCH_IMAGES, min_size=1, max_size=3)),
        draw(durations(min_value=0)),
        draw(st.sampled_from(PLUGIN_API_VERSIONS)) if attributes is None else PLUGIN_API_VERSIONS[0],
        draw(st.lists(_TEXTS, max_size=2)),
        draw(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=2)),
        attributes,
    )


@st.composite
def _token_attributes(draw: DrawFn, release: Release) -> TokenAttributes:
    keys = draw(st.lists(_KEYS, max_size=4, unique=True))
    required = draw(st.integers(0, len(keys)))
    return TokenAttributes(
        draw(_TEXTS.filter(bool)),
        True if required else draw(st.booleans()),
        keys[:required],
        keys[required:],
        draw(st.sampled_from(CACHE_TYPES)) if CACHE_TYPE in release else "",
    )


def credential_provider_configs(*, release: Release = LATEST) -> SearchStrategy[CredentialProviderConfig]:
    """Credential provider configurations with which a kubelet of ``release`` starts, if the plugins are there.

    >>> from hypothesis import given
    >>> @given(credential_provider_configs())
    ... def test_my_node_setup_writes_it(config):
    ...     ...
    """
    providers = st.lists(credential_providers(release=release), min_size=1, max_size=3, unique_by=lambda provider: provider.name)
    return providers.map(CredentialProviderConfig)


@st.composite
def nearly_valid_credential_provider_configs(draw: DrawFn, *, release: Release = LATEST) -> CredentialProviderConfig:
    """Credential provider configurations of which one field was set to something that may not be right; some are still valid.

    >>> from hypothesis import given
    >>> @given(nearly_valid_credential_provider_configs())
    ... def test_my_node_setup_reports_what_is_wrong(config):
    ...     ...
    """
    config = draw(credential_provider_configs(release=release))
    edits = [*_EDITS, *([_edit_token_attributes] * len(_EDITS) if TOKEN_ATTRIBUTES_ALLOWED in release else [])]
    position = draw(st.integers(0, len(config.providers) - 1))
    edited = draw(st.sampled_from(edits))(draw, config.providers[position])
    times = draw(st.sampled_from([1] * 14 + [2]))
    providers = (*config.providers[:position], *[edited] * times, *config.providers[position + 1 :])
    return CredentialProviderConfig(draw(st.sampled_from([providers] * 29 + [()])))


def _edit_name(draw: DrawFn, provider: CredentialProvider) -> CredentialProvider:
    name = st.sampled_from([".", "..", "...", "", "a/b", "a b", " /", "a\tb"]) | _NAMES
    return attrs.evolve(provider, name=draw(name))


def _edit_images(draw: DrawFn, provider: CredentialProvider) -> CredentialProvider:
    images = st.lists(_MATCH_IMAGES | _MATCH_IMAGES | st.sampled_from(["a b", "a:b", "%", "[", "a:1:2", "*", "a.io/*"]), max_size=2)
    return attrs.evolve(provider, match_images=draw(images))


def _edit_duration(draw: DrawFn, provider: CredentialProvider) -> CredentialProvider:
    return attrs.evolve(provider, default_cache_duration=draw(st.none() | durations()))


def _edit_version(draw: DrawFn, provider: CredentialProvider) -> CredentialProvider:
    versions = st.sampled_from([*PLUGIN_API_VERSIONS, "", "v1", "credentialprovider.kubelet.k8s.io/v2"])
    return attrs.evolve(provider, api_version=draw(versions))


def _edit_token_attributes(draw: DrawFn, provider: CredentialProvider) -> CredentialProvider:
    keys = st.lists(_KEYS, max_size=1) | st.lists(_KEYS | st.sampled_from(["", "a/b/c", "/a", "-", "a", "Ab"]), max_size=2)
    attributes = st.builds(
        TokenAttributes,
        st.sampled_from([*["registry.example"] * 7, ""]),
        st.sampled_from([*[True] * 6, False, None]),
        st.just([]) | keys,
        st.just([]) | keys,
        st.sampled_from([*CACHE_TYPES * 4, "", "token"]),
    )
    version = draw(st.sampled_from([PLUGIN_API_VERSIONS[0]] * 7 + [provider.api_version]))
    return attrs.evolve(provider, api_version=version, token_attributes=draw(attributes))


_EDITS: list[Callable[[DrawFn, CredentialProvider], CredentialProvider]] = [_edit_name, _edit_images, _edit_duration, _edit_version]
