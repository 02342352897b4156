"""Strategies of object metadata, of Secrets as the API server takes or refuses them, and of ServiceAccounts; offered in ``strategies``."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..golang.base64 import encode_std
from .texts import LOWER, labels, subdomains

__all__ = ["nearly_valid_object_metadata", "nearly_valid_secrets", "object_metadata", "opaque_secrets", "service_accounts"]

JSON = dict[str, Any]

_KEYS = ("app", "app.kubernetes.io/name", "example.com/x_y.z")
_TIMES = ("2025-01-31T12:00:00Z", "2025-01-31T14:00:00.5+02:00")
_OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "u1"}

# What does not go with good metadata, mostly; the last of each is fine.
_EDITS: dict[str, list[Any]] = {
    "name": ["", "A", "a" * 254, "a..b", "x\n", "a.b"],
    "generateName": ["-", "A-", "a.", "web-"],
    "namespace": ["", "a.b", "A", "a" * 64, "shop"],
    "labels": [{"": "x"}, {"a/b/c": ""}, {"a": "-"}, {"a": "x" * 64}, {"a": ""}],
    "annotations": [{"a b": ""}, {"/a": ""}, {"a": "x" * 262_144}, {"UPPER": "any\n"}],
    "ownerReferences": [
        [{}],
        [_OWNER | {"apiVersion": "v1", "kind": "Event"}],
        [_OWNER | {"controller": True}] * 2,
        [_OWNER | {"controller": True}],
    ],
    "finalizers": [["a b"], ["f"], ["orphan", "foregroundDeletion"], ["example.com/f", "orphan"]],
    "generation": [-1, 7],
}
_MALFORMED: list[JSON] = [{"name": 7}, {"labels": []}, {"finalizers": "f"}, {"creationTimestamp": "today"}, {"generation": 1.5}]

_TAKEN = ("{}", "null", '{"auths": "x"}', '{"auths": {}}')
_REFUSED = ("{bad", "", "[]", '{"a": 1e999}')
_KEYS_OF_DATA = ("a.b-c_D", "x" * 253, ".", "..", "..a", "a b", "", "a" * 254)
_OTHER_FIELDS: list[JSON] = [{}, {"type": "Opaque"}, {"type": ""}, {"immutable": True}, {"type": "kubernetes.io/dockercfg"}, {"data": None}]
_UNREADABLE: list[JSON] = [{"data": {"a": "?"}}, {"data": {"a": 7}}, {"stringData": {"a": 7}}, {"immutable": "yes"}]


@st.composite
def object_metadata(draw: DrawFn, *, namespaced: bool = True) -> JSON:
    """Metadata that the API server takes when an object is created or updated, as a client holds them.

    ``namespaced``: whether there is a namespace.

    >>> from hypothesis import find
    >>> find(object_metadata(namespaced=False), lambda metadata: True)
    {'name': '0'}
    """
    texts = st.text(LOWER, max_size=5)
    required: dict[str, SearchStrategy[Any]] = {"name": subdomains(max_size=30), **({"namespace": labels()} if namespaced else {})}
    optional: dict[str, SearchStrategy[Any]] = {
        "labels": st.dictionaries(st.sampled_from(_KEYS), texts, max_size=2),
        "annotations": st.dictionaries(st.sampled_from((*_KEYS, "UPPER")), st.text(max_size=5), max_size=2),
        "ownerReferences": st.just([dict(_OWNER)]),
        "finalizers": st.sampled_from([["example.com/f"], ["orphan"], []]),
        "generation": st.integers(0, 3),
        "resourceVersion": st.just("7"),
        "uid": st.just("u1"),
        "creationTimestamp": st.sampled_from((*_TIMES, None)),
    }
    return draw(st.fixed_dictionaries(required, optional=optional))


@st.composite
def nearly_valid_object_metadata(draw: DrawFn, *, namespaced: bool = True) -> JSON:
    """Metadata of which one field was set to something that may be wrong; some are still good, few cannot be decoded.

    >>> from hypothesis import given
    >>> @given(nearly_valid_object_metadata())
    ... def test_my_webhook_agrees_with_kubernetes(metadata):
    ...     ...
    """
    metadata = draw(object_metadata(namespaced=namespaced))
    kind = draw(st.integers(0, 7))
    if kind == 0:
        return metadata | draw(st.sampled_from(_MALFORMED))
    field = draw(st.sampled_from(sorted(_EDITS)))
    if not namespaced and field == "namespace":
        return metadata | {"namespace": draw(st.sampled_from(["", "shop"]))}
    good = _EDITS[field][-1]
    return metadata | {field: good if kind == 1 else draw(st.sampled_from([*_EDITS[field], good]))}


@st.composite
def opaque_secrets(
    draw: DrawFn,
    *,
    names: SearchStrategy[str] | None = None,
    namespaces: SearchStrategy[str] | None = None,
    keys: SearchStrategy[str] | None = None,
) -> JSON:
    """Secrets of no special type with any bytes in them, under any keys, or those that ``keys`` gives.

    >>> from hypothesis import find
    >>> find(opaque_secrets(names=st.just("login"), namespaces=st.just("shop")), lambda secret: secret["data"] != {})
    {'metadata': {'name': 'login', 'namespace': 'shop'}, 'type': 'Opaque', 'data': {'0': ''}}
    """
    metadata = {
        "name": draw(subdomains(max_size=10) if names is None else names),
        "namespace": draw(labels(max_size=8) if namespaces is None else namespaces),
    }
    known = st.text(string.ascii_letters + LOWER + "-_", min_size=1, max_size=6) if keys is None else keys
    values = (st.text(max_size=6).map(str.encode) | st.binary(max_size=6)).map(encode_std)
    return {"metadata": metadata, "type": "Opaque", "data": draw(st.dictionaries(known, values, max_size=4))}


@st.composite
def nearly_valid_secrets(draw: DrawFn) -> JSON:
    """Secrets that the API server may refuse: for their metadata, type, keys, or what is in them; about half of them are fine.

    >>> from hypothesis import given
    >>> @given(nearly_valid_secrets())
    ... def test_my_webhook_agrees_with_kubernetes(secret):
    ...     ...
    """
    kind = draw(st.sampled_from(["dockerconfigjson", "dockercfg"]))
    key = f".{kind}"
    secret: JSON = {
        "metadata": draw(object_metadata()),
        "type": f"kubernetes.io/{kind}",
        "data": {key: encode_std(draw(st.sampled_from(_TAKEN)).encode())},
    }
    return secret | draw(_edited_fields(key))


def _edited_fields(key: str) -> SearchStrategy[JSON]:
    """Fields of a Secret, one or none, that take the place of good ones."""

    def with_metadata(metadata: JSON) -> JSON:
        return {"metadata": metadata}

    def with_text(text: str) -> JSON:
        return {"stringData": {key: text}}

    def with_data(text: str) -> JSON:
        return {"data": {key: encode_std(text.encode())}}

    def with_key(other: str) -> JSON:
        return {"stringData": {other: "x"}}

    texts = st.sampled_from(_TAKEN + _REFUSED)
    return st.one_of(
        st.sampled_from(_OTHER_FIELDS),
        nearly_valid_object_metadata().map(with_metadata),
        texts.map(with_text),
        texts.map(with_data),
        st.sampled_from(_KEYS_OF_DATA).map(with_key),
        st.sampled_from(_UNREADABLE),
    )


@st.composite
def service_accounts(draw: DrawFn, *, namespaces: SearchStrategy[str] | None = None, names: SearchStrategy[str] | None = None) -> JSON:
    """ServiceAccounts with some pull secrets; some enforce that pods have no others.

    >>> from hypothesis import find
    >>> find(service_accounts(), lambda account: account["imagePullSecrets"])["imagePullSecrets"]
    [{'name': 'a'}]
    """
    annotation = "kubernetes.io/enforce-mountable-secrets"
    metadata = {
        "name": draw(st.just("default") | subdomains(max_size=10) if names is None else names),
        "namespace": draw(labels(max_size=8) if namespaces is None else namespaces),
        **draw(st.sampled_from([{}, {}, {"annotations": {annotation: "true"}}, {"annotations": {annotation: "no"}}])),
    }
    references: list[JSON] = [{"name": "a"}, {"name": "b"}, {"name": ""}]
    return {"metadata": metadata, "imagePullSecrets": draw(st.lists(st.sampled_from(references), max_size=3))}
