"""JSON that nobody can change, to show that a function leaves alone what it is given."""

from __future__ import annotations

from types import MappingProxyType

from ..apimachinery.objects import JSONObject, is_list, is_object

__all__ = ["plain", "read_only"]


def read_only(obj: JSONObject) -> JSONObject:
    """Return the same object without a ``dict`` or a ``list`` in it: mapping proxies and tuples instead, which refuse every change.

    >>> read_only({"spec": {"containers": [{"name": "app"}]}})["spec"]
    mappingproxy({'containers': (mappingproxy({'name': 'app'}),)})
    """
    return MappingProxyType({key: _read_only(value) for key, value in obj.items()})


def _read_only(value: object) -> object:
    if is_object(value):
        return read_only(value)
    return tuple(map(_read_only, value)) if is_list(value) else value


def plain(value: object) -> object:
    """Return the same JSON in dicts and lists, which compare and print as expected.

    >>> plain(read_only({"spec": {"containers": [{"name": "app"}]}}))
    {'spec': {'containers': [{'name': 'app'}]}}
    """
    if is_object(value):
        return {key: plain(entry) for key, entry in value.items()}
    return [plain(entry) for entry in value] if is_list(value) else value
