"""Decoding a ``CredentialProviderConfig`` as the kubelet's scheme decodes it (``pkg/credentialprovider/plugin/config.go``, decode).

Names of fields are case-sensitive, only ``kind`` and ``apiVersion`` are looked for in any case. ``null`` is absent. What decoding comes
to is an object of ``kubelet.config.k8s.io/v1`` with nothing but known fields in it, each of its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import cast

import attrs

from ...apimachinery.fields import ROOT, FieldPath
from ...apimachinery.objects import JSONObject, is_list, is_object, json_type
from ...apimachinery.release import LATEST, Change, Release
from ...golang.duration import BadDuration, Duration
from ...golang.json import Members, Node, Number, fold, struct_fields
from ...golang.text import to_text
from .invalid_config import InvalidProviderConfig, ProviderConfigProblem

__all__ = ["API_VERSION", "CACHE_TYPE", "KIND", "PLUGIN_GROUP", "STRICT_DECODING", "TOKEN_ATTRIBUTES", "read_provider_document"]

STRICT_DECODING = Change(
    since="1.32", summary="a credential provider configuration is not decoded if a field is unknown, wrongly cased or set twice"
)
TOKEN_ATTRIBUTES = Change(since="1.33", summary="a credential provider may have tokenAttributes, in kubelet.config.k8s.io/v1 only")
CACHE_TYPE = Change(since="1.34", summary="tokenAttributes has the field cacheType, which must be set")
_PULL_RECORDS = Change(since="1.33", summary="the kubelet knows the kinds ImagePullIntent and ImagePulledRecord")
_BETA_PULL_RECORDS = Change(since="1.35", summary="ImagePullIntent and ImagePulledRecord are in kubelet.config.k8s.io/v1beta1")

GROUP = "kubelet.config.k8s.io"
PLUGIN_GROUP = "credentialprovider.kubelet.k8s.io"
KIND = "CredentialProviderConfig"
API_VERSION = f"{GROUP}/v1"
_INTERNAL = f"{GROUP}/__internal"

_MALFORMED = ProviderConfigProblem.MALFORMED


def read_provider_document(document: object, *, repeated: tuple[int, ...] = (), release: Release = LATEST) -> JSONObject:
    """Return the ``CredentialProviderConfig`` in a document.

    ``document`` is what JSON or YAML holds: ``Members``, of which a name may stand there twice, or mappings. ``repeated`` are the lines on
    which a key was set again, where mappings no longer show it. Raises ``InvalidProviderConfig``.
    """
    members = Members() if document is None else _members(document)
    if members is None:
        raise InvalidProviderConfig(_MALFORMED, f"expected an object, found {_type(document)}")
    api_version, kind = _type_meta(members)
    _check_type(api_version, kind, release)
    unwanted = [_Unwanted(f"a key is set again on line {line}") for line in repeated]
    if kind == KIND:
        fields = _plain(_object_of(_config_fields(api_version, release))(None, members, ROOT, unwanted))
    else:
        fields = None
        unwanted += [_Unwanted("unknown field providers", "providers") for name, _ in members if name == "providers"]
    if unwanted and STRICT_DECODING in release:
        raise _strict(unwanted)
    if is_object(fields):
        return fields
    raise InvalidProviderConfig(ProviderConfigProblem.WRONG_KIND, f"it is a {kind}")


def _type_meta(members: Members) -> tuple[str, str]:
    """Return ``apiVersion`` and ``kind``, each the last that is set, whatever the case of its name."""
    found = {"apiVersion": "", "kind": ""}
    for name, value in struct_fields(members, found):
        found[name] = _read_text(found[name], value, ROOT.child(name), [])
    return found["apiVersion"], found["kind"]


def _check_type(api_version: str, kind: str, release: Release) -> None:
    """Refuse what the kubelet's scheme does not know."""
    if api_version.count("/") > 1:
        raise InvalidProviderConfig(ProviderConfigProblem.WRONG_GROUP, fields=("apiVersion",))
    if not kind:
        raise InvalidProviderConfig(ProviderConfigProblem.MISSING_KIND, fields=("kind",))
    if not api_version.rpartition("/")[2]:
        raise InvalidProviderConfig(ProviderConfigProblem.MISSING_VERSION, fields=("apiVersion",))
    if (api_version, kind) not in _known_kinds(release):
        detail = f"there is no {kind[:100]} in {api_version[:100]}"
        raise InvalidProviderConfig(ProviderConfigProblem.NOT_REGISTERED, detail, ("apiVersion", "kind"))


def _known_kinds(release: Release) -> Iterator[tuple[str, str]]:
    for version in ("v1", "v1beta1", "v1alpha1", "__internal"):
        yield f"{GROUP}/{version}", KIND
        yield f"{PLUGIN_GROUP}/{version}", "CredentialProviderRequest"
        yield f"{PLUGIN_GROUP}/{version}", "CredentialProviderResponse"
    for version in ("v1beta1", "__internal"):
        yield f"{GROUP}/{version}", "KubeletConfiguration"
        yield f"{GROUP}/{version}", "SerializedNodeConfigSource"
    for change, versions in ((_PULL_RECORDS, ("v1alpha1", "__internal")), (_BETA_PULL_RECORDS, ("v1beta1",))):
        for version in versions if change in release else ():
            yield f"{GROUP}/{version}", "ImagePullIntent"
            yield f"{GROUP}/{version}", "ImagePulledRecord"


# --------------------------------------------------------------------------------------------------------- fields and their types


@attrs.frozen
class _Unwanted:
    """What strict decoding refuses."""

    sentence: str
    path: str = ""


def _strict(unwanted: list[_Unwanted]) -> InvalidProviderConfig:
    paths = tuple(dict.fromkeys(found.path for found in unwanted if found.path))
    return InvalidProviderConfig(ProviderConfigProblem.STRICT, "; ".join(found.sentence for found in unwanted[:_SHOWN]), paths)


_SHOWN = 10

_Read = Callable[[object, object, FieldPath, list[_Unwanted]], object]
"""Reads a member: what its field holds already, what is given, where, and where to note what is unwanted; returns what the field holds."""


def _config_fields(api_version: str, release: Release) -> Mapping[str, tuple[str, _Read]]:
    """Return the fields by their names in documents of a version, each with its name in ``v1`` and how it is read."""
    internal = api_version == _INTERNAL

    def named(fields: Mapping[str, _Read]) -> Mapping[str, tuple[str, _Read]]:
        return {_internal_name(name) if internal else name: (name, read) for name, read in fields.items()}

    provider: dict[str, _Read] = {
        "name": _read_text,
        "matchImages": _list_of(_read_text),
        "defaultCacheDuration": _read_duration,
        "apiVersion": _read_text,
        "args": _list_of(_read_text),
        "env": _list_of(_object_of(named({"name": _read_text, "value": _read_text}))),
    }
    if TOKEN_ATTRIBUTES in release and (internal or api_version == API_VERSION):
        token: dict[str, _Read] = {
            "serviceAccountTokenAudience": _read_text,
            "requireServiceAccount": _read_boolean,
            "requiredServiceAccountAnnotationKeys": _list_of(_read_text),
            "optionalServiceAccountAnnotationKeys": _list_of(_read_text),
        }
        if CACHE_TYPE in release:
            token["cacheType"] = _read_text
        provider["tokenAttributes"] = _optional(_object_of(named(token)))
    meta: dict[str, tuple[str, _Read]] = {"apiVersion": ("apiVersion", _read_text), "kind": ("kind", _read_text)}
    return {**meta, **named({"providers": _list_of(_object_of(named(provider)))})}


def _internal_name(name: str) -> str:
    """Return how a field is called in the kubelet's internal version, whose fields bear the names of Go."""
    return "APIVersion" if name == "apiVersion" else name[0].upper() + name[1:]


def _read_text(before: object, given: object, path: FieldPath, _unwanted: list[_Unwanted]) -> str:
    if given is None:
        return str(before or "")
    if isinstance(given, str) and not isinstance(given, Number):
        return to_text(given)
    raise _wrong_type(path, "a string", given)


def _read_boolean(_before: object, given: object, path: FieldPath, _unwanted: list[_Unwanted]) -> bool | None:
    if given is None or isinstance(given, bool):
        return given
    raise _wrong_type(path, "a boolean", given)


def _read_duration(_before: object, given: object, path: FieldPath, unwanted: list[_Unwanted]) -> str | None:
    if given is None:
        return None
    text = _read_text("", given, path, unwanted)
    try:
        Duration.parse(text)
    except BadDuration as error:
        problem = error.problem
    else:
        return text
    raise InvalidProviderConfig(
        _MALFORMED, f"{path}: not a duration: {problem}", (str(path),), hint="write a duration such as 12h or 1m30s"
    )


@attrs.define
class _Slice:
    """A list as Go holds it: ``length`` of the ``entries`` count, but those behind are still there when it grows again."""

    entries: list[object] = attrs.field(factory=list[object])
    length: int = 0


def _list_of(read: _Read) -> _Read:
    """Return what reads a list; one that is given again is read into the entries of the one before it, as Go does."""

    def read_list(before: object, given: object, path: FieldPath, unwanted: list[_Unwanted]) -> _Slice | None:
        if given is None:
            return None
        if not is_list(given) or isinstance(given, Members):
            raise _wrong_type(path, "a list", given)
        held = before if isinstance(before, _Slice) and given else _Slice()
        held.length = len(given)
        held.entries += [None] * (held.length - len(held.entries))
        for position, entry in enumerate(given):
            held.entries[position] = read(held.entries[position], entry, path.index(position), unwanted)
        return held

    return read_list


def _object_of(fields: Mapping[str, tuple[str, _Read]]) -> _Read:
    """Return what reads an object; ``null`` leaves it as it was."""
    by_fold = {fold(name): name for name in fields}

    def read_object(before: object, given: object, path: FieldPath, unwanted: list[_Unwanted]) -> dict[str, object]:
        members = Members() if given is None else _members(given)
        if members is None:
            raise _wrong_type(path, "an object", given)
        values: dict[str, object] = dict(before) if is_object(before) else {}
        seen = set[str]()
        for name, value in members:
            at = path.child(name)
            if name not in fields:
                meant = by_fold.get(fold(name))
                unwanted.append(_Unwanted(f"unknown field {at}" + (f", write {meant}" if meant else ""), str(at)))
                continue
            if name in seen:
                unwanted.append(_Unwanted(f"repeated field {at}", str(at)))
            seen.add(name)
            key, read = fields[name]
            values[key] = read(values.get(key), value, at, unwanted)
        return values

    return read_object


def _optional(read: _Read) -> _Read:
    """Return what reads an object that may be absent; ``null`` makes it so."""

    def read_optional(before: object, given: object, path: FieldPath, unwanted: list[_Unwanted]) -> object:
        return None if given is None else read(before, given, path, unwanted)

    return read_optional


def _members(value: object) -> Members | None:
    """Return the members of an object; those of a mapping are sorted, as Go sorts them on their way to JSON."""
    if isinstance(value, Members):
        return value
    if not is_object(value):
        return None
    members = ((_name(name), cast("Node", member)) for name, member in value.items())  # what is no JSON shows when it is read
    return Members(sorted(members, key=lambda member: member[0]))


def _name(key: object) -> str:
    """Return the name that a key is; one that is no text, which JSON cannot have, is told by its type."""
    return to_text(key) if isinstance(key, str) else f"({json_type(key)})"


def _plain(value: object) -> object:
    if isinstance(value, _Slice):
        return [_plain(entry) for entry in value.entries[: value.length]]
    return {name: _plain(member) for name, member in value.items()} if is_object(value) else value


def _wrong_type(path: FieldPath, expected: str, given: object) -> InvalidProviderConfig:
    return InvalidProviderConfig(_MALFORMED, f"{path}: expected {expected}, found {_type(given)}", (str(path),))


def _type(value: object) -> str:
    if isinstance(value, Members):
        return "an object"
    return "a number" if isinstance(value, Number) else json_type(value)
