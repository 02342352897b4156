"""The words, and the JSON, in which reports speak of credentials; passwords have no part in either."""

from __future__ import annotations

from ..apimachinery.objects import JSONObject
from ..credentials.credential import FileSource, ProviderSource, SecretSource, Source
from ..credentials.keyring import KeyExplanation, KeyringMatch
from ..credentials.providers.plugin_provider import ProvidedCredentials

__all__ = ["key_json", "key_text", "match_json", "match_text", "provider_json", "source_json"]

_KINDS: dict[type[Source], str] = {SecretSource: "secret", FileSource: "file", ProviderSource: "provider"}


def match_text(match: KeyringMatch) -> str:
    """Say what is offered: whose, where it comes from, and the key that matched."""
    by = "as the key of Docker Hub" if match.by_default else "by its key"
    return f"{match.credential.username or '(no user name)'} of {match.source}, {by} {match.key.text}"


def key_text(key: KeyExplanation) -> str:
    """Say what a key has to do with an image."""
    if key.match is None:
        return "no: the key is no URL"
    if key.offered and not key.match.matched:
        return "yes: no other key matches, and this is the key of Docker Hub"
    return f"{'yes' if key.match.matched else 'no'}: {key.match}"


def match_json(match: KeyringMatch) -> JSONObject:
    """Return what is offered as JSON."""
    return {
        "username": match.credential.username,
        "source": source_json(match.source),
        "key": match.key.text,
        "byDefault": match.by_default,
    }


def key_json(key: KeyExplanation) -> JSONObject:
    """Return what a key has to do with an image as JSON; the reason is the name of its enum's member."""
    found: JSONObject = {} if key.match is None else {"expected": key.match.expected, "found": key.match.found, "label": key.match.label}
    reason = "NOT_A_URL" if key.match is None else key.match.reason.name
    return {"key": key.key, "source": source_json(key.source), "offered": key.offered, "reason": reason, **found}


def provider_json(provided: ProvidedCredentials) -> JSONObject:
    """Return what a credential provider did as JSON."""
    return {"name": provided.source.name, "outcome": provided.outcome.name, "executed": provided.executed}


def source_json(source: Source) -> JSONObject:
    """Return where credentials come from as JSON."""
    of: JSONObject
    if isinstance(source, SecretSource):
        of = {"namespace": source.coordinates.namespace, "name": source.coordinates.name}
    elif isinstance(source, FileSource):
        of = {"path": source.path}
    else:
        of = {"name": source.name}
    return {"kind": _KINDS[type(source)], **of}
