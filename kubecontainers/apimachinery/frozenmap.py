"""The immutable mapping that stands wherever a value of this library holds a map."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from typing import TypeVar, overload

__all__ = ["FrozenMap"]

K = TypeVar("K")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
D = TypeVar("D")


class FrozenMap(Mapping[K, V_co]):
    """A mapping that compares by content, hashes, pickles and cannot change.

    >>> FrozenMap({"a": 1}) == {"a": 1}, hash(FrozenMap({"a": 1})) == hash(FrozenMap({"a": 1}))
    (True, True)
    >>> FrozenMap({"a": 1}) | {"b": 2}
    FrozenMap({'a': 1, 'b': 2})
    """

    __slots__ = ("_hash", "_items")

    def __init__(self, items: Mapping[K, V_co]) -> None:
        # Those of another are shared, since neither ever changes; to ask for an instance of an abstract class would take longer.
        self._items: dict[K, V_co] = items._items if type(items) is FrozenMap else dict(items)  # noqa: SLF001  # pyright: ignore[reportUnknownMemberType]
        self._hash: int | None = None

    def __getitem__(self, key: K) -> V_co:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def get(self, key: K, /) -> V_co | None: ...
    @overload
    def get(self, key: K, /, default: V_co | D) -> V_co | D: ...  # pyright: ignore[reportGeneralTypeIssues]  (as Mapping has it)
    def get(self, key: K, /, default: V_co | D | None = None) -> V_co | D | None:
        """Return an entry, or the default; the dict's own answer is many times faster than that of a ``Mapping``."""
        return self._items.get(key, default)

    def items(self) -> ItemsView[K, V_co]:
        """Return the entries; a dict's own view of them is many times faster than that of a ``Mapping``."""
        return self._items.items()

    def __or__(self, others: Mapping[K, V]) -> FrozenMap[K, V_co | V]:
        return FrozenMap({**self._items, **others})

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._items.items()))
        return self._hash

    def __reduce__(self) -> tuple[type[FrozenMap[K, V_co]], tuple[dict[K, V_co]]]:
        return FrozenMap, (self._items,)

    def __repr__(self) -> str:
        return f"FrozenMap({self._items!r})"
