"""Strategies of registry credentials: docker configs, keys and patterns, images that they match, keyrings, pull secrets.

Labels, ports and paths are drawn from few, so that an image often matches a pattern that was drawn beside it. Offered in ``strategies``.
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.release import LATEST, Release
from ..credentials.credential import Credential, FileSource, ObjectCoordinates, ProviderSource, SecretSource, Source
from ..credentials.docker_config import DockerConfig, DockerConfigFormat
from ..credentials.keyring import Keyring
from ..golang.json import Members, Node, Number
from ..golang.text import to_octets
from .references import registries, repositories
from .texts import labels, subdomains

__all__ = [
    "auth_texts",
    "credentials",
    "docker_config_texts",
    "docker_configs",
    "keyring_configs",
    "keyrings",
    "matched_images",
    "nearly_valid_auth_texts",
    "nearly_valid_docker_config_texts",
    "nearly_valid_pull_secrets",
    "nearly_valid_registry_patterns",
    "pull_secrets",
    "registry_keys",
    "registry_patterns",
]

_LABELS = ("a", "ab", "io", "eu-1")
_GLOBS = ("*", "*", "a*", "*b", "a*b", "*-1", "*u*", "*e*-*")
_PORTS = ("", "", "", ":5000", ":443", ":")
_PATHS = ("", "", "", "/", "/team", "/team", "/team/", "/team/app", "/te", "/images", "/v1", "/v2/team", "/*")
_FILLS = ("", "a", "b", "eu", "x-1")
_ENDS = ("", "", "/app", "/team/app", "s", "/", "-fork/app")
_HUB = ("https://index.docker.io/v1/", "index.docker.io", "docker.io", "https://index.docker.io/v1", "index.docker.io/library")
_HUB_IMAGES = ("nginx", "docker.io/library/nginx", "index.docker.io/team/app", "team/app", "localhost/app")
_ODD_PARTS = (
    "%",
    "%zz",
    "%41",
    "%2541",
    "%c3",
    "%ff",
    "[",
    "[::1]",
    ":",
    ":x",
    ":1:2",
    "@",
    "ci:x@",
    "?",
    "#",
    "#%",
    " ",
    "\n",
    "\\",
    "é",
    "{",
    "..",
)


@functools.cache
def credentials() -> SearchStrategy[Credential]:
    """Credentials of a user name, a password and perhaps an email, as a docker config holds them.

    >>> from hypothesis import find
    >>> find(credentials(), lambda credential: credential.username == "ci").username
    'ci'
    """
    users = st.sampled_from(["ci", "robot$shop", "00000000-0000-0000-0000-000000000000"]) | _texts(exclude=":")
    emails = st.just("") | st.just("") | st.sampled_from(["ci@shop.example"]) | _texts()
    return st.builds(Credential, users, st.sampled_from(["hunter2", "a<b&c", "a:b:"]) | _texts(), emails)


@functools.cache
def registry_patterns() -> SearchStrategy[str]:
    """Registry patterns: hosts, often with stars, with or without a port and a path.

    >>> from hypothesis import find
    >>> find(registry_patterns(), lambda pattern: pattern.startswith("*."))
    '*...'
    """
    label = st.one_of([st.sampled_from(_LABELS), st.sampled_from(_LABELS), st.sampled_from(_GLOBS)])
    hosts = st.lists(label, min_size=1, max_size=3).map(".".join)
    built = st.tuples(hosts, st.sampled_from(_PORTS), st.sampled_from(_PATHS)).map("".join)
    others = st.builds(_joined, registries().filter(lambda registry: "[" not in registry), repositories())
    return st.one_of(built, built, others)


@functools.cache
def registry_keys() -> SearchStrategy[str]:
    """Keys of docker configs: patterns, perhaps with a scheme, user information or an API version; those of Docker Hub.

    >>> from hypothesis import find
    >>> find(registry_keys(), lambda key: key.startswith("https://index.docker.io/") and key.endswith("/"))
    'https://index.docker.io/v1/'
    """
    before = st.sampled_from(["", "", "https://", "http://", "ci@", "https://ci:x@"])
    after = st.sampled_from(["", "", "", "/v1/", "/v2/", "?query", "#fragment"])
    return st.one_of(st.tuples(before, registry_patterns(), after).map("".join), registry_patterns(), st.sampled_from(_HUB))


@functools.cache
def nearly_valid_registry_patterns() -> SearchStrategy[str]:
    """Patterns and keys with something odd put in, which leaves about half of them valid.

    >>> from hypothesis import given
    >>> @given(nearly_valid_registry_patterns())
    ... def test_my_linter_agrees_with_kubernetes(pattern):
    ...     ...
    """
    return st.builds(_put_in, registry_keys(), st.integers(0, 20), st.sampled_from(_ODD_PARTS))


@st.composite
def matched_images(draw: DrawFn, patterns: Sequence[str] = ()) -> str:
    """Images, as texts that are looked up, of which many match one of ``patterns``, keys among them; some are of Docker Hub.

    >>> from hypothesis import find
    >>> find(matched_images(["*.registry.example:5000/team"]), lambda image: image.startswith("eu.registry"))
    'eu.registry.example:5000/team...'
    """
    others = registry_patterns() | st.sampled_from(_HUB_IMAGES)
    known = bool(patterns) and draw(st.integers(0, 3)) > 0
    pattern = draw(st.sampled_from(patterns) if known else others)
    image = pattern.removeprefix("https://").removeprefix("http://").replace("/v1/", "/").replace("/v2/", "/")
    while "*" in image:
        image = image.replace("*", draw(st.sampled_from(_FILLS)), 1)
    return image.rstrip("/") + draw(st.sampled_from(_ENDS))


# -------------------------------------------------------------------------------------------------------------- docker configs


@functools.cache
def auth_texts() -> SearchStrategy[str]:
    """Values of the field ``auth``: base64 of a user name, a colon and a password, padded or not, perhaps with line ends in it.

    >>> from hypothesis import find
    >>> find(auth_texts(), lambda auth: auth.startswith("Og"))
    'Og...'
    """
    padded = st.builds(_base64, st.binary(max_size=6), st.just(b":"), st.binary(max_size=9))
    return st.one_of(
        padded, padded, padded.map(lambda text: text.rstrip("=")), st.builds(_put_in, padded, st.integers(0, 9), st.just("\r\n"))
    )


@functools.cache
def nearly_valid_auth_texts() -> SearchStrategy[str]:
    """Values of ``auth`` with a character put in, or without colon; some are still valid.

    >>> from hypothesis import given
    >>> @given(nearly_valid_auth_texts())
    ... def test_my_tool_agrees_with_kubernetes(auth):
    ...     ...
    """
    odd = st.sampled_from(["=", "==", " ", "\n", "A", "A", "Ogo", "-", "_", "é", "\ud800", "\0", ":"])
    without_colon = st.builds(_base64, st.binary(max_size=9))
    return st.one_of(auth_texts(), st.builds(_put_in, auth_texts(), st.integers(0, 12), odd), without_colon)


def docker_configs(*, keys: SearchStrategy[str] | None = None, max_size: int = 5) -> SearchStrategy[DockerConfig]:
    """Docker configs, as values, of at most ``max_size`` entries.

    >>> from hypothesis import find
    >>> find(docker_configs(), lambda config: True)
    DockerConfig(auths=FrozenMap({}), ignored=())
    """
    return st.builds(DockerConfig, st.dictionaries(registry_keys() if keys is None else keys, credentials(), max_size=max_size))


def docker_config_texts(*, format: DockerConfigFormat = "config.json") -> SearchStrategy[str]:  # noqa: A002
    """Docker config documents that Kubernetes reads, as text: fields in any case, names twice, ``null``, fields that it ignores.

    >>> from hypothesis import given
    >>> @given(docker_config_texts())
    ... def test_my_tool_reads_it(text):
    ...     ...
    """
    return _documents(format).map(_written)


@st.composite
def nearly_valid_docker_config_texts(draw: DrawFn, *, format: DockerConfigFormat = "config.json") -> str:  # noqa: A002
    """Docker config documents in which one thing was changed, a value, a name or a character; some are still valid.

    >>> from hypothesis import given
    >>> @given(nearly_valid_docker_config_texts())
    ... def test_my_tool_agrees_with_kubernetes(text):
    ...     ...
    """
    document = draw(_documents(format))
    if draw(st.integers(0, 3)):
        return _written(_changed(draw, document))
    return _put_in(
        _written(document), draw(st.integers(0, 60)), draw(st.sampled_from(["", " ", "\n", ",", "}", "\0", "\ufeff", "//", "1", "\\"]))
    )


@functools.cache
def _documents(format_: DockerConfigFormat) -> SearchStrategy[Node]:
    entry = st.lists(
        st.one_of(
            st.tuples(_cased("username"), st.none() | _texts()),
            st.tuples(_cased("password"), st.none() | _texts()),
            st.tuples(_cased("email"), st.none() | _texts()),
            st.tuples(_cased("auth"), st.one_of(st.none(), st.just(""), auth_texts(), auth_texts())),
            st.tuples(st.sampled_from(["identitytoken", "registrytoken", "serveraddress", "Label", ""]), _anything()),
        ),
        max_size=4,
    ).map(Members)
    entries = st.lists(st.tuples(registry_keys(), st.one_of(entry, entry, st.none())), max_size=4).map(Members)
    if format_ == "dockercfg":
        return st.one_of(entries, entries, entries, st.none())
    headers = st.lists(st.tuples(_texts(), st.none() | _texts()), max_size=2).map(Members)
    member = st.one_of(
        st.tuples(_cased("auths"), entries),
        st.tuples(_cased("auths"), entries | st.none()),
        st.tuples(_cased("HttpHeaders"), st.none() | headers),
        st.tuples(st.sampled_from(["credsStore", "credHelpers", "psFormat", "auth", "\u0131"]), _anything()),
    )
    return st.one_of(*[st.lists(member, min_size=size, max_size=4).map(Members) for size in (1, 1, 2, 0)], st.none())


@functools.cache
def _cased(name: str) -> SearchStrategy[str]:
    """Return ways to write a field's name; most often the usual one."""
    return st.sampled_from([name, name, name, name.upper(), name.title(), name.replace("s", "\u017f")])


@functools.cache
def _anything() -> SearchStrategy[Node]:
    scalars: SearchStrategy[Node] = st.one_of(st.none(), st.booleans(), _texts(), st.sampled_from([Number("0"), Number("-1.50e3")]))
    lists: SearchStrategy[list[Node]] = st.lists(scalars, max_size=2)
    return st.one_of(scalars, lists, st.lists(st.tuples(_texts(), scalars), max_size=2).map(Members))


def _changed(draw: DrawFn, node: Node) -> Node:
    """Return a document with a value replaced, or a member renamed, left out or written twice; here, or further inside."""
    new = _anything() | nearly_valid_auth_texts()
    if not isinstance(node, Members) or not node:
        return draw(new)
    at = draw(st.integers(0, len(node) - 1))
    name, value = node[at]
    changes: list[Callable[[], list[tuple[str, Node]]]] = [
        lambda: [(name, _changed(draw, value))],
        lambda: [(name, _changed(draw, value))],
        lambda: [(name, value), (name, _changed(draw, value))],
        lambda: [(name, draw(new))],
        lambda: [(draw(_texts() | st.sampled_from(["auth", "auths", "password", "HttpHeaders"])), value)],
        list,
    ]
    return Members((*node[:at], *draw(st.sampled_from(changes))(), *node[at + 1 :]))


def _written(node: Node) -> str:
    if isinstance(node, Members):
        return "{" + ", ".join(f"{json.dumps(name)}: {_written(value)}" for name, value in node) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(_written, node)) + "]"
    return str(node) if isinstance(node, Number) else json.dumps(node)


# ------------------------------------------------------------------------------------------------------- keyrings and secrets


def keyring_configs(*, keys: SearchStrategy[str] | None = None, max_size: int = 4) -> SearchStrategy[list[tuple[DockerConfig, Source]]]:
    """At most ``max_size`` docker configs, each with its source: what keyrings are made of.

    >>> from hypothesis import find
    >>> find(keyring_configs(), lambda configs: True)
    []
    """
    coordinates = st.builds(ObjectCoordinates, labels(max_size=8), labels(max_size=8))
    sources: SearchStrategy[Source] = st.one_of(
        st.builds(SecretSource, coordinates),
        st.sampled_from([FileSource("/var/lib/kubelet/config.json")]),
        st.builds(ProviderSource, labels(max_size=8), st.none() | coordinates),
    )
    return st.lists(st.tuples(docker_configs(keys=keys), sources), max_size=max_size)


def keyrings(*, keys: SearchStrategy[str] | None = None, release: Release = LATEST) -> SearchStrategy[Keyring]:
    """Keyrings of some docker configs, of a kubelet of ``release``.

    >>> from hypothesis import given
    >>> @given(keyrings())
    ... def test_my_scheduler_finds_credentials(keyring):
    ...     ...
    """
    return keyring_configs(keys=keys).map(lambda configs: Keyring.of(configs, release=release))


@functools.cache
def pull_secrets() -> SearchStrategy[dict[str, Any]]:
    """Pull secrets as API objects, of either type, with a docker config that Kubernetes reads.

    >>> from hypothesis import find
    >>> find(pull_secrets(), lambda secret: True)["type"]
    'kubernetes.io/dockerconfigjson'
    """
    return st.one_of(
        st.builds(_secret, _metadata(), st.just("dockerconfigjson"), docker_config_texts()),
        st.builds(_secret, _metadata(), st.just("dockercfg"), docker_config_texts(format="dockercfg")),
    )


@st.composite
def nearly_valid_pull_secrets(draw: DrawFn) -> dict[str, Any]:
    """Pull secrets whose docker config, type or data may be wrong; some are right, some would be passed over.

    >>> from hypothesis import given
    >>> @given(nearly_valid_pull_secrets())
    ... def test_my_controller_agrees_with_kubernetes(secret):
    ...     ...
    """
    text = draw(nearly_valid_docker_config_texts() | nearly_valid_docker_config_texts(format="dockercfg"))
    secret = draw(
        pull_secrets() | st.builds(_secret, _metadata(), st.sampled_from(["dockerconfigjson", "dockercfg", "tls"]), st.just(text))
    )
    key = next(iter(secret["data"]))
    changes: list[dict[str, Any]] = [
        {},
        {"type": draw(st.sampled_from(["kubernetes.io/dockerconfigjson", "Opaque", "", None, 7]))},
        {"data": draw(st.sampled_from([None, {}, {"config.json": "e30="}, {key: ""}, {key: "e30"}, {key: None}, {key: 7}, []]))},
        {"stringData": {key: text}},
        {"metadata": draw(st.sampled_from([None, {}, {"name": 7}, "web"]))},
    ]
    return {**secret, **draw(st.sampled_from(changes))}


def _metadata() -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"name": subdomains(max_size=20), "namespace": labels(max_size=8), "uid": st.uuids().map(str)})


def _secret(metadata: dict[str, Any], kind: str, text: str) -> dict[str, Any]:
    data = {f".{kind}": _base64(to_octets(text))}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": f"kubernetes.io/{kind}", "data": data}


def _base64(*parts: bytes) -> str:
    return base64.b64encode(b"".join(parts)).decode()


@functools.cache
def _texts(exclude: str = "") -> SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters=exclude), max_size=6)


def _joined(registry: str, repository: str) -> str:
    return f"{registry}/{repository}"


def _put_in(text: str, at: int, new: str) -> str:
    return text[:at] + new + text[at:]
