"""Lists of API objects, which stand for their items, as kubectl takes them apart (``k8s.io/cli-runtime/pkg/resource``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from ..apimachinery.objects import JSONObject, is_list, is_object

__all__ = ["MAX_NESTED_LISTS", "is_object_list", "list_items", "listed_objects"]

MAX_NESTED_LISTS = 8


def is_object_list(value: JSONObject) -> bool:
    """Return whether an object is a ``List``, or one of the typed lists that the API server answers with.

    >>> is_object_list({"kind": "PodList", "apiVersion": "v1", "items": []}), is_object_list({"kind": "Pod"})
    (True, False)
    """
    kind = value.get("kind")
    if kind == "List":
        return True
    typed = isinstance(kind, str) and kind.endswith("List") and bool(value.get("apiVersion")) and "items" in value
    return typed and isinstance(value["items"], list | None)


def list_items(value: JSONObject) -> Iterator[object]:
    """Yield the items of a list; one of a typed list that does not say what it is gets the list's type, as in kubectl.

    >>> list(list_items({"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {}}]}))
    [{'metadata': {}, 'apiVersion': 'v1', 'kind': 'Pod'}]
    """
    items = value.get("items")
    kind = str(value["kind"]).removesuffix("List")
    for item in items if is_list(items) else ():
        if kind and is_object(item) and not item.get("kind") and not item.get("apiVersion"):
            yield {**item, "apiVersion": value["apiVersion"], "kind": kind}
        else:
            yield item


def listed_objects(value: object, *, lists_left: int = MAX_NESTED_LISTS) -> Iterator[JSONObject]:
    """Yield a JSON value, or the items in it where it is a list, and in theirs; lists that are nested too deep are not taken apart.

    >>> nodes = {"kind": "List", "items": [{"kind": "Node"}]}
    >>> [found["kind"] for found in listed_objects({"kind": "List", "items": [{"kind": "Pod"}, nodes]})]
    ['Pod', 'Node']
    """
    if not is_object(value) or not lists_left or not is_object_list(value):
        yield cast("JSONObject", value)  # one that is no object is Kubernetes' none either, which whoever reads it says
        return
    for item in list_items(value):
        yield from listed_objects(item, lists_left=lists_left - 1)
