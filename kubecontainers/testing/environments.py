"""Strategies of environments: variables and where they come from, env files, field paths, addresses; offered in ``strategies``."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.release import LATEST, Release
from ..environment.env_file import ENV_FILES, SINGLE_QUOTED_ENV_FILES
from .texts import labels, subdomains

__all__ = [
    "config_maps",
    "env_files",
    "env_from_lists",
    "env_lists",
    "env_names",
    "field_paths",
    "ip_texts",
    "nearly_valid_env_files",
    "nearly_valid_env_from_lists",
    "nearly_valid_env_lists",
]

JSON = dict[str, Any]

_FIRST = string.ascii_letters + "_"
_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.podIP",
)
_RESOURCES = ("limits.cpu", "requests.cpu", "limits.memory", "requests.ephemeral-storage", "limits.hugepages-2Mi")
_SOURCES: dict[str, JSON] = {
    "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"},
    "resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"},
    "configMapKeyRef": {"name": "settings", "key": "colour"},
    "secretKeyRef": {"name": "login", "key": "password", "optional": True},
}
_FILE: JSON = {"volumeName": "settings", "path": "app.env", "key": "COLOUR"}

# What does not go into a list of variables, mostly; the last of each is fine.
_WRONG_NAMES = ("", "A=B", "\t", "café", "9 lives")
_WRONG_FIELDS: dict[str, list[Any]] = {
    "value": ["both", ""],
    "configMapKeyRef": [{}, {"name": "A", "key": "k"}, {"name": "a", "key": "k k"}, {"name": "a", "key": "k"}],
    "fieldRef": [
        {"apiVersion": "v1"},
        {"apiVersion": "v2", "fieldPath": "metadata.name"},
        {"apiVersion": "v1", "fieldPath": "metadata.uid"},
    ],
    "resourceFieldRef": [
        {"resource": "limits.gpu"},
        {"resource": "limits.cpu", "divisor": "2"},
        {"resource": "limits.memory", "divisor": "1Mi"},
    ],
    "fileKeyRef": [{}, _FILE | {"path": "../x"}, _FILE | {"volumeName": "A"}, _FILE | {"path": "/x"}],
}
_MALFORMED: list[JSON] = [
    {"name": 7},
    {"name": "A", "value": 7},
    {"name": "A", "valueFrom": []},
    {"name": "A", "valueFrom": {"fieldRef": ""}},
]
_FROM: list[JSON] = [{}, {"configMapRef": {}}, {"secretRef": {"name": "A"}}, {"prefix": "A=", "secretRef": {"name": "a"}}, {"prefix": 7}]


def env_names(*, relaxed: bool = False) -> SearchStrategy[str]:
    """Names of variables that every release takes, or, ``relaxed``, those that are new in 1.30 too.

    >>> from hypothesis import find
    >>> find(env_names(), lambda name: "." in name)
    'a.'
    """
    if relaxed:
        printable = "".join(char for char in map(chr, range(0x20, 0x7F)) if char != "=")
        return env_names() | st.text(printable, min_size=1, max_size=8)
    return st.builds("{}{}".format, st.sampled_from(_FIRST), st.text(_FIRST + string.digits + "-.", max_size=6))


@st.composite
def env_lists(draw: DrawFn, *, min_size: int = 0, max_size: int = 4, release: Release = LATEST) -> list[JSON]:
    """Variables that the API server of ``release`` takes, from every source that it knows; names may repeat.

    >>> from hypothesis import find
    >>> find(env_lists(min_size=1), lambda variables: "value" in variables[0])
    [{'name': 'a', 'value': ''}]
    """
    return draw(st.lists(_variables(release), min_size=min_size, max_size=max_size))


@st.composite
def _variables(draw: DrawFn, release: Release) -> JSON:
    name = draw(env_names())
    kind = draw(st.sampled_from(["value", "nothing", "field", "resource", "other"]))
    if kind in {"value", "nothing"}:
        return {"name": name, "value": draw(st.text(max_size=5))} if kind == "value" else {"name": name}
    if kind == "field":
        return {"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": draw(st.sampled_from(_FIELDS))}}}
    if kind == "resource":
        return {"name": name, "valueFrom": {"resourceFieldRef": {"resource": draw(st.sampled_from(_RESOURCES)), "divisor": "1"}}}
    known: dict[str, JSON] = _SOURCES | ({"fileKeyRef": _FILE} if ENV_FILES in release else {})
    source = draw(st.sampled_from(sorted(known)))
    return {"name": name, "valueFrom": {source: dict(known[source])}}


@st.composite
def nearly_valid_env_lists(draw: DrawFn, *, release: Release = LATEST) -> list[JSON]:
    """Variables of which one may be wrong: its name, its source or that it has two; few cannot be decoded.

    >>> from hypothesis import given
    >>> @given(nearly_valid_env_lists())
    ... def test_my_webhook_agrees_with_kubernetes(variables):
    ...     ...
    """
    variables = draw(env_lists(min_size=1, release=release))
    position = draw(st.integers(0, len(variables) - 1))
    kind = draw(st.integers(0, 9))
    if kind == 0:
        variables[position] = draw(st.sampled_from(_MALFORMED))
    elif kind <= 2:  # noqa: PLR2004  (two of ten)
        variables[position] = variables[position] | {"name": draw(st.sampled_from(_WRONG_NAMES))}
    elif kind <= 7:  # noqa: PLR2004  (five of ten)
        field = draw(st.sampled_from(sorted(_WRONG_FIELDS)))
        found = draw(st.sampled_from([*_WRONG_FIELDS[field], _WRONG_FIELDS[field][-1]]))
        variables[position] = variables[position] | ({field: found} if field == "value" else {"value": "", "valueFrom": {field: found}})
    return variables


def env_from_lists(*, max_size: int = 3) -> SearchStrategy[list[JSON]]:
    """ConfigMaps and Secrets that all become variables, some with a prefix, as the API server takes them.

    >>> from hypothesis import find
    >>> find(env_from_lists(), lambda sources: sources != [])
    [{'configMapRef': {'name': '0'}}]
    """
    return st.lists(_from_sources(), max_size=max_size)


@st.composite
def _from_sources(draw: DrawFn) -> JSON:
    kind = draw(st.sampled_from(["configMapRef", "secretRef"]))
    source: JSON = {kind: {"name": draw(subdomains(max_size=10)), **draw(st.sampled_from([{}, {"optional": True}, {"optional": False}]))}}
    return {"prefix": draw(env_names()), **source} if draw(st.booleans()) else source


@st.composite
def nearly_valid_env_from_lists(draw: DrawFn) -> list[JSON]:
    """Entries as ``env_from_lists`` gives them, about half of them with one that is wrong.

    >>> from hypothesis import given
    >>> @given(nearly_valid_env_from_lists())
    ... def test_my_webhook_agrees_with_kubernetes(sources):
    ...     ...
    """
    sources = draw(env_from_lists())
    if draw(st.booleans()):
        sources.insert(draw(st.integers(0, len(sources))), draw(st.sampled_from(_FROM)))
    return sources


@st.composite
def config_maps(
    draw: DrawFn,
    *,
    names: SearchStrategy[str] | None = None,
    namespaces: SearchStrategy[str] | None = None,
    keys: SearchStrategy[str] | None = None,
) -> JSON:
    """ConfigMaps with some data: any texts, under keys that are names of variables, mostly, or those that ``keys`` gives.

    >>> from hypothesis import find
    >>> find(config_maps(names=st.just("settings"), namespaces=st.just("shop")), lambda config_map: True)
    {'metadata': {'name': 'settings', 'namespace': 'shop'}, 'data': {}}
    """
    metadata = {
        "name": draw(subdomains(max_size=10) if names is None else names),
        "namespace": draw(labels(max_size=8) if namespaces is None else namespaces),
    }
    known = env_names() | st.text(string.ascii_letters + string.digits + "-._", min_size=1, max_size=6)
    data = draw(st.dictionaries(known if keys is None else keys, st.text(max_size=6), max_size=4))
    binary = draw(st.sampled_from([{}, {}, {"binaryData": {"blob": "AA=="}}]))
    return {"metadata": metadata, "data": data, **binary}


@st.composite
def env_files(draw: DrawFn, *, release: Release = LATEST) -> tuple[bytes, dict[str, str]]:
    r"""Env files that a kubelet of ``release`` reads, each with what it sets.

    >>> from hypothesis import find
    >>> find(env_files(), lambda file: file[1] != {})
    (b"a=''\n", {'a': ''})
    """
    quotes = SINGLE_QUOTED_ENV_FILES in release
    text = st.characters(codec="utf-8", exclude_characters="'\r") if quotes else st.characters(codec="utf-8", exclude_categories=["C", "Z"])
    values = st.text(text, max_size=6).filter(lambda value: not value.endswith("\\"))
    held = draw(st.dictionaries(env_names(), values, max_size=4))
    lines: list[str] = []
    for name, value in held.items():
        lines += draw(st.sampled_from([[], [], ["# note"], ["", " \t"]]))
        indent, end = draw(st.sampled_from(["", "  ", "\t"])), draw(st.sampled_from(["", "\r"]))
        lines.append(
            f"{indent}{name}='{value}'{draw(st.sampled_from(['', ' # note']))}{end}" if quotes else f"{indent}{name} = {value}{end}"
        )
    return "".join(f"{line}\n" for line in lines).encode(), held


@st.composite
def nearly_valid_env_files(draw: DrawFn, *, release: Release = LATEST) -> bytes:
    """Env files with another line, or with a byte missing or changed; many are still read.

    >>> from hypothesis import given
    >>> @given(nearly_valid_env_files())
    ... def test_my_reader_agrees_with_kubernetes(content):
    ...     ...
    """
    content, _ = draw(env_files(release=release))
    position = draw(st.integers(0, len(content)))
    extra = draw(st.sampled_from([b"", b"A=1\n", b"A='1'\n", b"=", b"'", b"\\\n", b"#", b"\n", b" ", b"\xff", b"A='\n"]))
    dropped = draw(st.integers(0, 1))
    return content[:position] + extra + content[position + dropped :]


def field_paths() -> SearchStrategy[str]:
    """Field paths of the downward API, known and unknown, with and without a key.

    >>> from hypothesis import find
    >>> find(field_paths(), lambda path: "[" in path)
    "metadata.labels['app']"
    """
    keyed = st.builds(
        "{}['{}']".format,
        st.sampled_from(["metadata.labels", "metadata.annotations", "metadata.name"]),
        st.sampled_from(["app", "example.com/Team", "A/B", "a b", "", "x']['y"]),
    )
    others = (
        "status.podIPs",
        "status.hostIPs",
        "metadata.labels",
        "metadata.annotations",
        "spec.host",
        "status.phase",
        "spec.hostname",
        "",
    )
    return st.sampled_from((*_FIELDS, *others)) | keyed


def ip_texts() -> SearchStrategy[str]:
    """Texts of IP addresses, canonical and not, and some that are none.

    >>> from hypothesis import find
    >>> find(ip_texts(), lambda text: ":" in text)
    '::'
    """
    addresses = st.ip_addresses()
    spelled = st.one_of(
        addresses.map(str),
        addresses.map(lambda address: address.exploded.upper()),
        st.ip_addresses(v=4).map(lambda address: ".".join(f"{octet:03d}" for octet in address.packed)),
        st.ip_addresses(v=4).map("::ffff:{}".format),
    )
    return spelled | st.sampled_from(["", "bogus", "10.0.0", "fe80::1%eth0", "1.2.3.4.5", "::1::", "10.0.0.1\n"])
