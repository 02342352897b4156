"""Docker config documents: ``config.json`` and the older ``.dockercfg``.

Kubernetes reads them with Go's JSON into structs (``pkg/credentialprovider/config.go``): names of fields match whatever their case, unknown
ones are passed over, ``null`` leaves a field as it was, one value of a wrong type spoils the whole document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject
from ..apimachinery.secret_text import SecretText
from ..golang.json import BadJSON, Members, Node, Number, decode, encode, struct_fields
from ..golang.text import to_octets
from ..golang.url import hide_user_information
from .credential import Credential, frozen_credentials, shown_credentials
from .docker_auth import encode_auth, parse_auth
from .invalid_docker_config import DockerConfigProblem, InvalidDockerConfig, UnknownDockerConfigFormat

__all__ = ["DockerConfig", "DockerConfigFormat", "IgnoredField"]

DockerConfigFormat = Literal["config.json", "dockercfg"]
"""``config.json`` holds its entries in ``auths``; the whole of a ``dockercfg`` is what stands there."""

_FORMATS: frozenset[str] = frozenset({"config.json", "dockercfg"})
_TEXT_FIELDS = ("username", "password", "email", "auth")
_TOKEN_FIELDS = ("identitytoken", "registrytoken")
_HELPER_FIELDS = ("credsStore", "credHelpers")


@attrs.frozen
class IgnoredField:
    """A field that docker reads and Kubernetes does not: a credential helper, or a token of an entry.

    ``key`` is that of the entry, ``None`` where the field stands beside ``auths``.
    """

    name: str
    key: str | None = None


@attrs.frozen
class DockerConfig:
    """The entries of a document, by their keys, which are case-sensitive.

    ``auths`` is ``None`` where the document has no map of entries, as ``{}`` has none. ``ignored`` are fields that somebody may have
    counted on, in the order of the document.

    >>> config = DockerConfig.parse('{"auths": {"registry.example": {"auth": "Y2k6aHVudGVyMg=="}}}')
    >>> config.auths["registry.example"].username
    'ci'
    """

    auths: FrozenMap[str, Credential] | None = attrs.field(
        default=None, converter=attrs.converters.optional(frozen_credentials), repr=shown_credentials
    )
    ignored: tuple[IgnoredField, ...] = ()

    @classmethod
    def parse(cls, text: str | bytes | SecretText, format: DockerConfigFormat = "config.json") -> DockerConfig:  # noqa: A002
        """Return the config in a document.

        Raises ``InvalidDockerConfig``, with the first field that is wrong, where Kubernetes would not read it, and
        ``UnknownDockerConfigFormat``.

        >>> DockerConfig.parse('{"registry.example": {"username": "ci"}}', "dockercfg").entries["registry.example"].username
        'ci'
        """
        if format not in _FORMATS:
            raise UnknownDockerConfigFormat(format)
        try:
            document = decode(text.reveal() if isinstance(text, SecretText) else text)
        except BadJSON as error:
            detail = f"{error.problem}, at character {error.position}"
        else:
            return _legacy_config(document) if format == "dockercfg" else _config(document)
        raise InvalidDockerConfig(DockerConfigProblem.SYNTAX, detail=detail)

    @property
    def entries(self) -> Mapping[str, Credential]:
        """The entries, none where there is no map of them."""
        return self.auths or FrozenMap({})

    def to_json(self, format: DockerConfigFormat = "config.json") -> JSONObject:  # noqa: A002
        """Return the document that Kubernetes would write, entries in the order of their keys, in the clear: it holds the passwords."""
        entries = {key: _entry_json(self.entries[key]) for key in sorted(self.entries, key=to_octets)}
        return entries if format == "dockercfg" else {"auths": entries}

    def to_text(self, format: DockerConfigFormat = "config.json") -> SecretText:  # noqa: A002
        r"""Return that document as text, byte for byte as Kubernetes writes it.

        >>> DockerConfig({"registry.example": Credential("ci", "a<b")}).to_text().reveal()
        '{"auths":{"registry.example":{"username":"ci","password":"a\\u003cb","auth":"Y2k6YTxi"}}}'
        """
        return SecretText(encode(self.to_json(format)))


def _entry_json(credential: Credential) -> JSONObject:
    fields = {
        "username": credential.username,
        "password": credential.password.reveal(),
        "email": credential.email,
        "auth": encode_auth(credential.username, credential.password).reveal(),
    }
    return {name: text for name, text in fields.items() if text}


# -------------------------------------------------------------------------------------------------------------------- reading


def _config(document: Node) -> DockerConfig:
    auths: dict[str, Credential] | None = None
    ignored: list[IgnoredField] = []
    members = _members(document, "")
    for name, value in struct_fields(members, ("auths", "HttpHeaders")):
        if name == "HttpHeaders":
            _check_headers(value)
        elif value is None:
            auths = None
        else:
            auths = {} if auths is None else auths
            auths.update(_entries(value, "auths", ignored))
    ignored += (IgnoredField(name) for name, value in struct_fields(members, _HELPER_FIELDS) if value)
    return DockerConfig(auths, tuple(ignored))


def _legacy_config(document: Node) -> DockerConfig:
    ignored: list[IgnoredField] = []
    return DockerConfig(None if document is None else _entries(document, "", ignored), tuple(ignored))


def _entries(value: Node, path: str, ignored: list[IgnoredField]) -> dict[str, Credential]:
    """Return the entries of a map; of a key that stands there twice the last counts, all of it."""
    entries: dict[str, Credential] = {}
    for key, entry in _members(value, path):
        shown = hide_user_information(key)
        at = f'{path}["{shown[:200]}"]'
        members = _members(entry, at)
        entries[key] = _entry(members, at)
        ignored += (IgnoredField(name, shown) for name, token in struct_fields(members, _TOKEN_FIELDS) if token)
    return entries


def _entry(members: Members, path: str) -> Credential:
    fields: dict[str, str] = {}
    for name, value in struct_fields(members, _TEXT_FIELDS):
        if value is not None:
            fields[name] = _text(value, f"{path}.{name}")
    auth = fields.pop("auth", "")
    email = fields.get("email", "")
    if not auth:
        return Credential(fields.get("username", ""), SecretText(fields.get("password", "")), email)
    return attrs.evolve(parse_auth(auth, path=f"{path}.auth"), email=email)


def _check_headers(value: Node) -> None:
    for name, header in _members(value, "HttpHeaders"):
        if header is not None:
            _text(header, f'HttpHeaders["{name[:200]}"]')


def _members(value: Node, path: str) -> Members:
    if isinstance(value, Members):
        return value
    if value is None:
        return Members()
    raise _wrong_type(path, "an object", value)


def _text(value: Node, path: str) -> str:
    if isinstance(value, str) and not isinstance(value, Number):
        return value
    raise _wrong_type(path, "a string", value)


def _wrong_type(path: str, expected: str, found: Node) -> InvalidDockerConfig:
    return InvalidDockerConfig(DockerConfigProblem.WRONG_TYPE, path, f"expected {expected}, found {_json_type(found)}")


def _json_type(value: Node) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, Number):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"
