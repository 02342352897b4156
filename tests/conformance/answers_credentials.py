"""Answers about docker configs, registry patterns, keyrings and pull secrets."""

from __future__ import annotations

import base64
from pathlib import PurePath
from typing import Any

from answering import Answer, Given, Value, answering, named

import kubecontainers as kc
from kubecontainers.credentials.credential import Credential, credential_hash
from kubecontainers.credentials.docker_auth import encode_auth, parse_auth
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.docker_config_files import DockerConfigDirectories, find_docker_config
from kubecontainers.credentials.invalid_docker_config import DockerConfigProblem, InvalidDockerConfig
from kubecontainers.credentials.keyring import Keyring, KeyringMatch, KeyringUnion
from kubecontainers.credentials.pull_secrets import InvalidPullSecret, pull_secret_keyring, read_pull_secrets
from kubecontainers.credentials.registry_key import is_default_registry_image
from kubecontainers.credentials.registry_pattern import InvalidRegistryPattern, MatchReason, RegistryPattern, RegistryURL
from kubecontainers.credentials.tracking import track_credential
from kubecontainers.golang.text import to_octets
from kubecontainers.pulling.pull_credentials import FixedProvider, NodeCredentials, pull_credentials


def read(text: str | dict[str, str]) -> str | bytes:
    """What a record gives as text, or as bytes where it could not be text."""
    return text if isinstance(text, str) else base64.b64decode(text["base64"])


def shown(text: str) -> str | dict[str, str]:
    """The other way."""
    octets = to_octets(text)
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(octets).decode()}


def release_of(given: Given, minor: str) -> kc.Release:
    return kc.Release(minor).with_gates(given.get("featureGates", {}), unknown="ignore", dependents="disable")


def credential(entry: dict[str, str]) -> Credential:
    return Credential(entry.get("username", ""), entry.get("password", ""), entry.get("email", ""))


def config(given: dict[str, Any]) -> DockerConfig:
    return DockerConfig({key: credential(entry) for key, entry in given["auths"].items()})


def registry_url_parse(given: Given, minor: str) -> Value:
    url = RegistryURL.parse(read(given["url"]), release=kc.Release(minor))
    labels = [shown(label) for label in url.labels]
    return {"host": shown(url.host), "path": shown(url.path), "hostParts": labels, "port": shown(url.port)}


def registry_url_match(given: Given, minor: str) -> Value:
    try:
        pattern = RegistryPattern.parse(read(given["glob"]), release=kc.Release(minor))
    except InvalidRegistryPattern:
        return {"error": "invalidGlob"}
    errors = {MatchReason.INVALID_IMAGE: "invalidTarget", MatchReason.BAD_LABEL: "badPattern"}
    found = pattern.explain(read(given["target"]))
    return {"error": errors[found.reason]} if found.reason in errors else {"ok": found.matched}


def docker_auth_field(given: Given, minor: str) -> Value:
    found = parse_auth(read(given["auth"]))
    again = encode_auth(found.username, found.password)
    return {"username": shown(found.username), "password": shown(found.password.reveal()), "reencoded": again.reveal()}


AUTH_ERRORS = {DockerConfigProblem.AUTH_NOT_BASE64: "invalidBase64", DockerConfigProblem.AUTH_WITHOUT_COLON: "missingColon"}


def _auths(found: DockerConfig) -> Value:
    if found.auths is None:
        return {"auths": None}
    return {"auths": {key: _entry(entry) for key, entry in found.auths.items()}}


def _entry(entry: Credential) -> Value:
    return {"username": shown(entry.username), "password": shown(entry.password.reveal()), "email": shown(entry.email)}


def docker_config_parse(given: Given, minor: str) -> Value:
    return _auths(DockerConfig.parse(read(given["contents"]), given["format"]))


def docker_config_search(given: Given, minor: str) -> Value:
    found = _search(given["files"], given["preferred"])
    return {"error": "notFound"} if found is None else {"ok": _auths(found)}


def _search(files: dict[str, str | None], preferred: str) -> DockerConfig | None:
    """What a process finds in files, ``None`` being a directory."""

    def read_file(path: PurePath) -> bytes:
        text = files.get(str(path))
        if text is None:
            raise OSError
        return text.encode()

    places = DockerConfigDirectories(PurePath(preferred) if preferred else None, PurePath("workdir"), PurePath("home"), PurePath("root"))
    return find_docker_config(places, read_file).config


def docker_keyring_lookup(given: Given, minor: str) -> Value:
    members = [_keyring(configs, kc.Release(minor)) for configs in given["keyrings"]]
    keyring = members[0] if len(members) == 1 else KeyringUnion(tuple(members))
    results: list[Value] = []
    for image in given["images"]:
        found = keyring.lookup_text(read(image))
        offered = [list(_entry(match.credential).values()) for match in found]
        results.append({"image": image, "found": bool(found), "credentials": offered})
    return {"index": [[shown(key) for key in member.index_keys] for member in members], "results": results}


def _keyring(configs: list[dict[str, Any]], release: kc.Release) -> Keyring:
    keyring = Keyring(release)
    for given in configs:
        keyring = keyring.with_config(config(given))
    return keyring


def auth_config_hash(given: Given, minor: str) -> str:
    names = {"serveraddress": "server_address", "identitytoken": "identity_token", "registrytoken": "registry_token"}
    return credential_hash(Credential(**{names.get(name, name): text for name, text in given.items()}))


def tracked(match: KeyringMatch, release: kc.Release) -> Value:
    """A credential with what the kubelet notes of it."""
    track = track_credential(match, release=release)
    kinds = {"secret": track.secret, "serviceAccount": track.service_account}
    source = {kind: {"namespace": of.namespace, "name": of.name, "uid": of.uid} for kind, of in kinds.items() if of is not None}
    return {**_entry(match.credential), "source": source or None, "hash": track.hash}


def pull_secrets(given: Given, minor: str) -> Value:
    release = release_of(given, minor)
    node = None if given.get("nodeConfig") is None else Keyring(release).with_config(config(given["nodeConfig"]))
    found = pull_secret_keyring(given["secrets"], node, release=release).lookup_text(given["image"])
    return {
        "found": bool(found),
        "secretsUsed": bool(read_pull_secrets(given["secrets"], release=release).used),
        "credentials": [tracked(match, release) for match in found],
    }


def pull_credentials_order(given: Given, minor: str) -> Value:
    release = kc.Release(minor)
    providers = tuple(_provider(provider, release) for provider in given["providers"])
    node = NodeCredentials(_search({"pref/config.json": given.get("nodeConfig")}, "pref"), "", providers)
    found = pull_credentials(given["image"], secrets=given["secrets"], node=node, release=release)
    offered = [tracked(match, release) for match in found.offered]
    return {"repository": found.repository, "credentials": [{k: v for k, v in one.items() if k != "hash"} for one in offered]}


def _provider(given: dict[str, Any], release: kc.Release) -> FixedProvider:
    auth = given["auth"]
    credentials = None if auth is None else {key: credential(entry) for key, entry in auth.items()}
    return FixedProvider(given["name"], given["matchImages"], credentials, release)


ANSWERS: dict[str, Answer] = {
    "registry_url_parse": answering(registry_url_parse, {InvalidRegistryPattern: named("invalidURL")}),
    "registry_url_match": registry_url_match,
    "default_registry_match": answering(lambda given, minor: is_default_registry_image(read(given["image"]))),
    "docker_auth_field": answering(docker_auth_field, {InvalidDockerConfig: lambda error: AUTH_ERRORS[error.problem]}),
    "docker_config_parse": answering(docker_config_parse, {InvalidDockerConfig: named("invalid")}),
    "docker_config_search": docker_config_search,
    "docker_keyring_lookup": answering(docker_keyring_lookup),
    "auth_config_hash": answering(auth_config_hash),
    "pull_secret_keyring": answering(pull_secrets, {InvalidPullSecret: named("invalidSecretData")}),
    "pull_credentials_order": answering(
        pull_credentials_order, {InvalidPullSecret: named("invalidSecretData"), kc.InvalidReference: named("invalidImageName")}
    ),
}
