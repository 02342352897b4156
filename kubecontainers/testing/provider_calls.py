"""Strategies of what a kubelet and the plugins of credential providers say to each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..credentials.credential import Credential
from ..credentials.providers.protocol import (
    PLUGIN_API_VERSIONS,
    CacheKeyType,
    CredentialProviderResponse,
    ServiceAccountDetails,
)
from ..images.reference import ImageReference
from .kubelet import durations
from .references import references, registries
from .texts import labels

__all__ = ["image_repositories", "nearly_valid_plugin_outputs", "plugin_responses", "service_account_details"]

_CACHE_KEY_TYPES = [known.value for known in CacheKeyType]


def image_repositories() -> SearchStrategy[str]:
    """Repositories as a kubelet gives them to credential providers: normalised, without tag and digest.

    >>> from hypothesis import find
    >>> find(image_repositories(), lambda image: True).count("/") > 0
    True
    """
    return references().map(lambda text: ImageReference.parse(text).name)


def plugin_responses() -> SearchStrategy[CredentialProviderResponse]:
    """Responses that a kubelet takes.

    >>> from hypothesis import find
    >>> find(plugin_responses(), lambda response: True).cache_key_type
    'Image'
    """
    duration = st.none() | durations(min_value=-10, max_value=100_000)
    credentials = st.builds(Credential, username=st.text(max_size=8), password=st.text(max_size=8))
    auth = st.dictionaries(registries() | st.text(max_size=8), credentials, max_size=3)
    return st.builds(CredentialProviderResponse, st.sampled_from(_CACHE_KEY_TYPES), duration, auth)


def service_account_details() -> SearchStrategy[ServiceAccountDetails]:
    """Details of ServiceAccounts, as plugins are told them; at times none.

    >>> from hypothesis import find
    >>> bool(find(service_account_details(), bool))
    True
    """
    annotations = st.dictionaries(
        st.builds("{}.example/{}".format, labels(max_size=5), labels(max_size=5)), st.text(max_size=8), max_size=3
    )
    return st.builds(ServiceAccountDetails, st.text(max_size=20), annotations)


_Edit = Callable[[DrawFn, dict[str, Any]], str]


@st.composite
def nearly_valid_plugin_outputs(draw: DrawFn, *, api_version: str = PLUGIN_API_VERSIONS[0]) -> str:
    """Texts that plugins write, something of which may be wrong; some are still taken, the more the older the kubelet.

    >>> from hypothesis import given
    >>> @given(nearly_valid_plugin_outputs())
    ... def test_my_proxy_survives_it(text):
    ...     ...
    """
    response = dict(draw(plugin_responses()).to_json(api_version=api_version))
    return draw(st.sampled_from(_EDITS))(draw, response)


def _unchanged(_draw: DrawFn, response: dict[str, Any]) -> str:
    return json.dumps(response)


def _padded(draw: DrawFn, response: dict[str, Any]) -> str:
    before, after = draw(st.sampled_from([("", "\n"), (" ", " "), ("\ufeff", ""), ("---\n", ""), ("done\n", ""), ("", "done")]))
    return before + json.dumps(response) + after


def _set(draw: DrawFn, response: dict[str, Any]) -> str:
    field = draw(st.sampled_from(list(response)))
    odd: list[object] = [
        None,
        "",
        5,
        [],
        {},
        False,
        "v1",
        "a/b/c",
        "Foo",
        "image",
        "Global",
        "1d",
        "5m",
        {"a": None},
        {"a": 1},
        {"a": {"username": 1}},
    ]
    return json.dumps({**response, field: draw(st.sampled_from(odd))})


def _renamed(draw: DrawFn, response: dict[str, Any]) -> str:
    field = draw(st.sampled_from(list(response)))
    name = draw(st.sampled_from([field.upper(), field.capitalize(), f"x{field}"]))
    return json.dumps({name if key == field else key: value for key, value in response.items()})


def _left_out(draw: DrawFn, response: dict[str, Any]) -> str:
    field = draw(st.sampled_from(list(response)))
    return json.dumps({key: value for key, value in response.items() if key != field})


def _repeated(draw: DrawFn, response: dict[str, Any]) -> str:
    field = draw(st.sampled_from(list(response)))
    value = draw(st.sampled_from([response[field], None]))
    return f"{json.dumps(response)[:-1]}, {json.dumps(field)}: {json.dumps(value)}}}"


def _entry_more(draw: DrawFn, response: dict[str, Any]) -> str:
    entry = draw(
        st.sampled_from(["null", "{}", '{"password": "a"}', '{"token": ""}', '{"Username": "a"}', '{"username": "a", "username": "b"}'])
    )
    entries = ", ".join(f'"{name}": {entry}' for name in draw(st.sampled_from([("a",), ("a", "b"), ("a", "a")])))
    return json.dumps({**response, "auth": 0}).replace('"auth": 0', f'"auth": {{{entries}}}')


_EDITS: list[_Edit] = [_unchanged, _padded, _set, _set, _renamed, _left_out, _repeated, _entry_more]
