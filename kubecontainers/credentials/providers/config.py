"""The kubelet's ``CredentialProviderConfig``: which plugins it asks for credentials, and for which images.

It is the file, or from 1.34 on the directory of files, that ``--image-credential-provider-config`` names. Kubernetes reads it in
``pkg/credentialprovider/plugin/config.go``; the types are in ``k8s.io/kubelet/config/v1``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import attrs

from ...apimachinery.durations import to_duration
from ...apimachinery.errors import MalformedObject
from ...apimachinery.fields import ROOT, FieldPath
from ...apimachinery.objects import JSONObject, mapping_at, objects_at, text_at, texts_at
from ...apimachinery.release import LATEST, Release
from ...golang.duration import Duration
from ...golang.json import BadJSON, decode
from ...golang.text import from_bytes, to_bytes
from ...golang.url import hide_user_information
from .document import API_VERSION, KIND, read_provider_document
from .invalid_config import InvalidProviderConfig, ProviderConfigProblem

TOKEN_CACHE_TYPE = "Token"  # noqa: S105  (a cacheType, no token)
"""The ``cacheType`` with which each token has answers of its own."""

__all__ = ["CredentialProvider", "CredentialProviderConfig", "DecodedYAML", "TokenAttributes", "YAMLDecoder"]


# ----------------------------------------------------------------------------------------------------------------------- YAML


@attrs.frozen
class DecodedYAML:
    """The first document of a YAML stream on its way to JSON.

    ``value`` is what it holds, ``None`` where it is empty; of a key that is set twice in one mapping the last value counts. ``repeated``
    are the lines, from 1, on which a key was set again.
    """

    value: object = attrs.field(hash=False)
    repeated: tuple[int, ...] = ()


class YAMLDecoder(Protocol):
    """What reads YAML as Kubernetes does, such as ``kubecontainers.cli.provider_yaml.decode_provider_yaml``.

    It raises ``InvalidProviderConfig`` with the problem ``MALFORMED`` where the text is no YAML.
    """

    def __call__(self, text: bytes, /) -> DecodedYAML:
        """Return the first document of ``text``."""
        ...


# --------------------------------------------------------------------------------------------------------------------- values


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    if isinstance(texts, str):  # which would be an entry of each letter
        raise MalformedObject("", "a list of strings", "a string")
    return tuple(texts)


def shown_patterns(patterns: Iterable[str]) -> str:
    """Return how registry patterns are shown: without the passwords that somebody may have written into them."""
    return repr(tuple(map(hide_user_information, patterns)))


def _pairs(variables: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in variables)


def _names(variables: tuple[tuple[str, str], ...]) -> str:
    return f"<{len(variables)} variables>"


@attrs.frozen
class TokenAttributes:
    """What a plugin needs to know of the pod's ServiceAccount, since 1.33.

    ``require_service_account`` says whether the plugin is asked only for pods that have one, ``None`` where that is not set;
    ``cache_type``, since 1.34, is ``ServiceAccount`` or ``Token``: for whom what it answers may be cached.
    """

    service_account_token_audience: str = ""
    require_service_account: bool | None = None
    required_service_account_annotation_keys: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    optional_service_account_annotation_keys: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    cache_type: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the object of ``tokenAttributes`` with the fields that are set."""
        return _set_fields(
            serviceAccountTokenAudience=self.service_account_token_audience or None,
            cacheType=self.cache_type or None,
            requireServiceAccount=self.require_service_account,
            requiredServiceAccountAnnotationKeys=list(self.required_service_account_annotation_keys) or None,
            optionalServiceAccountAnnotationKeys=list(self.optional_service_account_annotation_keys) or None,
        )


@attrs.frozen
class CredentialProvider:
    """One plugin.

    ==========================  =============================================================================================
    ``name``                    the name of its executable, in the directory of plugins
    ``match_images``            patterns of the images for which it is asked
    ``default_cache_duration``  how long its answers are kept, unless they say so themselves; ``Duration``, ``timedelta`` or
                                seconds, ``None`` where it is not set
    ``api_version``             the version of the protocol, such as ``credentialprovider.kubelet.k8s.io/v1``
    ``args``, ``env``           its arguments, and variables as pairs of name and value, whose values are not shown
    ``token_attributes``        that it is given a token of the pod's ServiceAccount
    ==========================  =============================================================================================

    >>> CredentialProvider("ecr", ["*.dkr.ecr.*.amazonaws.com"], 43200).default_cache_duration
    Duration('12h0m0s')
    """

    name: str = ""
    match_images: tuple[str, ...] = attrs.field(default=(), converter=_texts, repr=shown_patterns)
    default_cache_duration: Duration | None = attrs.field(default=None, converter=attrs.converters.optional(to_duration))
    api_version: str = ""
    args: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    env: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_pairs, repr=_names)
    token_attributes: TokenAttributes | None = None

    def to_json(self) -> dict[str, object]:
        """Return the entry of ``providers`` with the fields that are set."""
        duration, attributes = self.default_cache_duration, self.token_attributes
        return _set_fields(
            name=self.name or None,
            matchImages=list(self.match_images) or None,
            defaultCacheDuration=None if duration is None else str(duration),
            apiVersion=self.api_version or None,
            args=list(self.args) or None,
            env=[{"name": name, "value": value} for name, value in self.env] or None,
            tokenAttributes=None if attributes is None else attributes.to_json(),
        )


def _in_order(providers: Iterable[CredentialProvider]) -> tuple[CredentialProvider, ...]:
    return tuple(providers)


@attrs.frozen
class CredentialProviderConfig:
    """The plugins of a kubelet, in the order of the configuration.

    Reading checks only what decoding does; for the rest see ``validate_credential_provider_config``.

    >>> config = CredentialProviderConfig.from_json({
    ...     "apiVersion": "kubelet.config.k8s.io/v1",
    ...     "kind": "CredentialProviderConfig",
    ...     "providers": [{"name": "ecr", "matchImages": ["*.dkr.ecr.*.amazonaws.com"], "defaultCacheDuration": "12h"}],
    ... })
    >>> [(provider.name, str(provider.default_cache_duration)) for provider in config.providers]
    [('ecr', '12h0m0s')]
    """

    providers: tuple[CredentialProvider, ...] = attrs.field(default=(), converter=_in_order)

    @classmethod
    def parse(cls, text: str | bytes, yaml: YAMLDecoder, *, release: Release = LATEST) -> CredentialProviderConfig:
        """Return the configuration that a kubelet of ``release`` decodes from the text of one file.

        What begins with a brace is JSON; all else is YAML, for ``yaml`` to read, and only its first document counts. Raises
        ``InvalidProviderConfig``.
        """
        content = text if isinstance(text, bytes) else to_bytes(text)
        if not from_bytes(content).lstrip().startswith("{"):
            found = yaml(content)
            return cls._from_document(found.value, found.repeated, release)
        try:
            document = decode(content)
        except BadJSON as error:
            detail = f"{error.problem}, at character {error.position + 1}"
        else:
            return cls._from_document(document, (), release)
        raise InvalidProviderConfig(ProviderConfigProblem.MALFORMED, detail, hint="what begins with a brace is read as JSON, not as YAML")

    @classmethod
    def from_json(cls, obj: JSONObject, *, release: Release = LATEST) -> CredentialProviderConfig:
        """Return the configuration that a kubelet of ``release`` decodes from an object; raises ``InvalidProviderConfig``."""
        return cls._from_document(obj, (), release)

    @classmethod
    def _from_document(cls, document: object, repeated: tuple[int, ...], release: Release) -> CredentialProviderConfig:
        obj = read_provider_document(document, repeated=repeated, release=release)
        return cls(_provider(entry, path) for path, entry in objects_at(obj, "providers", ROOT))

    def to_json(self) -> dict[str, object]:
        """Return a ``CredentialProviderConfig`` of ``kubelet.config.k8s.io/v1`` with the fields that are set."""
        return {"apiVersion": API_VERSION, "kind": KIND, "providers": [provider.to_json() for provider in self.providers]}


def _set_fields(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _provider(entry: JSONObject, path: FieldPath) -> CredentialProvider:
    duration, attributes = text_at(entry, "defaultCacheDuration", path), mapping_at(entry, "tokenAttributes", path)
    return CredentialProvider(
        text_at(entry, "name", path),
        texts_at(entry, "matchImages", path),
        Duration.parse(duration) if duration else None,
        text_at(entry, "apiVersion", path),
        texts_at(entry, "args", path),
        tuple((text_at(pair, "name", path), text_at(pair, "value", path)) for path, pair in objects_at(entry, "env", path)),
        None if attributes is None else _token_attributes(attributes, path.child("tokenAttributes")),
    )


def _token_attributes(obj: JSONObject, path: FieldPath) -> TokenAttributes:
    required = obj.get("requireServiceAccount")
    return TokenAttributes(
        text_at(obj, "serviceAccountTokenAudience", path),
        required if isinstance(required, bool) else None,
        texts_at(obj, "requiredServiceAccountAnnotationKeys", path),
        texts_at(obj, "optionalServiceAccountAnnotationKeys", path),
        text_at(obj, "cacheType", path),
    )
