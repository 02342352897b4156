"""ConfigMaps and Secrets that a container's variables ask for, each fetched once a container.

``makeEnvironmentVariables`` (``pkg/kubelet/kubelet_pods.go``) keeps them while it composes. One that is optional may be missing; that it
cannot be fetched is never forgiven.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..apimachinery.fields import FieldPath
from ..apimachinery.object_data import config_map_data, secret_data
from ..apimachinery.objects import JSONObject, boolean_at, text_at
from ..apimachinery.secret_text import SecretText
from ..golang.text import from_octets
from .failures import EnvironmentFailed, EnvironmentFailure
from .sources import EnvironmentSources, SourceUnavailable
from .variables import OriginKind

__all__ = ["CONFIG_MAP", "SECRET", "DataKind", "FetchedData", "FetchedObject"]


@attrs.frozen
class DataKind:
    """What differs between ConfigMaps and Secrets: the field of ``envFrom`` that names all keys, and what can go wrong."""

    kind: OriginKind
    all_field: str
    without_client: EnvironmentFailure
    get_failed: EnvironmentFailure
    not_found: EnvironmentFailure
    key_not_found: EnvironmentFailure


CONFIG_MAP = DataKind(
    OriginKind.CONFIG_MAP,
    "configMapRef",
    EnvironmentFailure.NO_CLIENT_FOR_CONFIG_MAP,
    EnvironmentFailure.CONFIG_MAP_GET_FAILED,
    EnvironmentFailure.CONFIG_MAP_NOT_FOUND,
    EnvironmentFailure.CONFIG_MAP_KEY_NOT_FOUND,
)
SECRET = DataKind(
    OriginKind.SECRET,
    "secretRef",
    EnvironmentFailure.NO_CLIENT_FOR_SECRET,
    EnvironmentFailure.SECRET_GET_FAILED,
    EnvironmentFailure.SECRET_NOT_FOUND,
    EnvironmentFailure.SECRET_KEY_NOT_FOUND,
)


@attrs.frozen
class FetchedObject:
    """What an object holds: its values by their keys, those of a Secret wrapped; ``subject`` is the object as ``namespace/name``."""

    subject: str
    values: Mapping[str, str | SecretText] = attrs.field(hash=False)


class FetchedData:
    """The objects of one namespace that were asked for so far."""

    def __init__(self, namespace: str, sources: EnvironmentSources) -> None:
        self._namespace = namespace
        self._sources = sources
        self._fetched: dict[tuple[DataKind, str], FetchedObject] = {}

    def fetch(self, data: DataKind, reference: JSONObject, path: FieldPath) -> FetchedObject | None:
        """Return the object that a reference, which stands at ``path``, names; ``None`` where it is optional and not there.

        Raises ``EnvironmentFailed``, and ``MalformedObject`` for an object that could not be decoded.
        """
        name = text_at(reference, "name", path)
        if (data, name) not in self._fetched:
            subject = f"{self._namespace}/{name}"
            if not self._sources.has_api_server:
                raise EnvironmentFailed(data.without_client, path, subject)
            values = self._values(data, name, path)
            if values is None:
                if boolean_at(reference, "optional", path):
                    return None
                raise EnvironmentFailed(data.not_found, path, subject)
            self._fetched[data, name] = FetchedObject(subject, values)
        return self._fetched[data, name]

    def _values(self, data: DataKind, name: str, path: FieldPath) -> Mapping[str, str | SecretText] | None:
        """Return what an object holds, ``None`` where there is none of this name."""
        try:
            return self._config_map(name) if data is CONFIG_MAP else self._secret(name)
        except SourceUnavailable as error:
            problem = str(error)
        raise EnvironmentFailed(data.get_failed, path, f"{self._namespace}/{name}", problem)

    def _config_map(self, name: str) -> Mapping[str, str] | None:
        config_map = self._sources.config_map(self._namespace, name)
        return None if config_map is None else config_map_data(config_map)

    def _secret(self, name: str) -> Mapping[str, SecretText] | None:
        secret = self._sources.secret(self._namespace, name)
        if secret is None:
            return None
        return {key: SecretText(from_octets(value or b"")) for key, value in (secret_data(secret) or {}).items()}
