"""Strategies of whatever JSON can hold, and of objects with something wrong in them; offered in ``strategies``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.objects import is_list, is_object

__all__ = ["damaged", "json_objects", "json_texts", "json_values"]

DEEPEST = 120

_FIELDS = (
    "apiVersion",
    "clusterIP",
    "containers",
    "data",
    "env",
    "envFrom",
    "ephemeralContainers",
    "image",
    "imagePullPolicy",
    "initContainers",
    "jobTemplate",
    "kind",
    "metadata",
    "name",
    "ports",
    "pullPolicy",
    "reference",
    "spec",
    "template",
    "value",
    "valueFrom",
    "volumes",
)


def json_texts() -> SearchStrategy[str]:
    r"""Texts as JSON can hold them: any characters, NUL and lone surrogates (``"\ud800"`` is valid JSON) among them.

    >>> from hypothesis import find
    >>> find(json_texts(), lambda text: True)
    ''
    """
    surrogates = st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF)
    return st.one_of(
        st.text(),
        st.sampled_from(_FIELDS),
        st.lists(st.characters() | surrogates | st.just("\0"), max_size=6).map(
            "".join
        ),  # not st.text, which would make one alphabet of them
    )


def json_values(*, max_leaves: int = 20) -> SearchStrategy[Any]:
    """Any JSON value: null, booleans, numbers, texts, lists, objects; sometimes more than a hundred levels deep.

    Keys are often names of fields that are read here. ``max_leaves`` bounds the number of scalars.

    >>> from hypothesis import find
    >>> find(json_values(), lambda value: True) is None
    True
    """
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        json_texts(),
    )
    wide = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | _objects(inner), max_leaves=max_leaves)
    deep = st.builds(_nested, wide, st.lists(st.none() | st.sampled_from(_FIELDS), min_size=1, max_size=4), st.integers(1, DEEPEST))
    return st.one_of(wide, wide, wide, deep)


def json_objects(*, max_leaves: int = 20) -> SearchStrategy[dict[str, Any]]:
    """Any JSON objects; ``json_values`` says more.

    >>> from hypothesis import given
    >>> @given(json_objects())
    ... def test_my_webhook_answers_anything(obj):
    ...     ...
    """
    return _objects(json_values(max_leaves=max_leaves))


@st.composite
def damaged(draw: DrawFn, objects: SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Objects in which one value, anywhere, is missing or replaced by any other.

    >>> from hypothesis import given
    >>> @given(damaged(st.just({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": []}})))
    ... def test_my_webhook_refuses_nonsense(pod):
    ...     ...
    """
    whole = draw(objects)
    paths = _paths(whole)
    read = [path for path in reversed(paths) if path[-1] in _FIELDS]
    path = draw(st.sampled_from(read or paths) | st.sampled_from(paths))
    new = draw(st.one_of(st.sampled_from(_WRONG), st.just(_MISSING), json_values(max_leaves=5)))
    edited: dict[str, Any] = _edited(whole, path, new)
    return edited


_MISSING: Any = object()
_WRONG: list[Any] = [7, "", [], {}, True, None, [[]]]


def _objects(values: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.one_of(st.sampled_from(_FIELDS), st.sampled_from(_FIELDS), json_texts()), values, max_size=5)


def _nested(value: Any, way: list[str | None], depth: int) -> Any:
    """Put a value inside lists (where the way says ``None``) and objects."""
    for level in range(depth):
        key = way[level % len(way)]
        value = [value] if key is None else {key: value}
    return value


def _entries(value: Any) -> list[tuple[str | int, Any]]:
    if is_object(value):
        return list(value.items())
    return list(enumerate(value)) if is_list(value) else []


def _paths(whole: dict[str, Any]) -> list[tuple[str | int, ...]]:
    """Where values stand, the outermost first; in an empty object the only place is one that is not there."""
    found: list[tuple[str | int, ...]] = []
    level: list[tuple[tuple[str | int, ...], Any]] = [((), whole)]
    while level:
        level = [((*path, key), entry) for path, value in level for key, entry in _entries(value)]
        found += [path for path, _ in level]
    return found or [("kind",)]


def _edited(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """Return the value with what stands at a path replaced, or left out."""
    key, rest = path[0], path[1:]
    entries = [(at, _edited(entry, rest, new) if rest else new) if at == key else (at, entry) for at, entry in _entries(value)]
    kept = [(at, entry) for at, entry in entries if entry is not _MISSING]
    return dict(kept) if is_object(value) else [entry for _, entry in kept]
