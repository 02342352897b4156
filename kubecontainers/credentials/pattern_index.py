"""Which of many registry patterns match an image, without comparing it with each.

Patterns are put away by port and number of labels, then label by label from the last, which is the registry's own; a shell pattern in a
label is found by the bytes before its first and after its last star, and by the longest run of bytes between two stars. The paths of one
host are sorted: those that an image's path begins with are the greatest that is not greater, if it is one, and prefixes of it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from ..golang.path_match import PathPattern
from ..golang.text import to_octets
from .registry_pattern import RegistryPattern, RegistryURL

__all__ = ["PatternIndex"]

T = TypeVar("T")


class PatternIndex:
    """Patterns, each with a number of the caller's; it does not change once it is made.

    >>> index = PatternIndex([(0, RegistryPattern.parse("*.example")), (1, RegistryPattern.parse("registry.example/team"))])
    >>> sorted(index.matching(RegistryURL.parse("registry.example/team/app")))
    [0, 1]
    """

    def __init__(self, patterns: Iterable[tuple[int, RegistryPattern]]) -> None:
        self._hosts: dict[tuple[str, int], _Labels] = {}
        ends: dict[int, _Labels] = {}
        for number, pattern in patterns:
            url = pattern.url
            node = self._hosts.setdefault((url.port, len(url.labels)), _Labels())
            for label, glob in zip(reversed(url.labels), reversed(pattern.globs), strict=True):
                if glob is None:  # this label matches nothing
                    break
                node = node.child(label, glob)
            else:
                node.numbers.setdefault(url.path, []).append(number)
                ends[id(node)] = node
        for node in ends.values():
            node.paths = _Paths(node.numbers)

    def matching(self, image: RegistryURL) -> list[int]:
        """Return the numbers of the patterns that match, in no order."""
        root = self._hosts.get((image.port, len(image.labels)))
        if root is None:
            return []
        found: list[int] = []
        nodes = [root]
        for label in reversed(image.labels):
            nodes = [child for node in nodes for child in node.children(label)]
        path = to_octets(image.path)
        for node in nodes:
            found += node.paths.matching(path)
        return found


class _Labels:
    """What the labels read so far lead to: labels that are texts, labels that are shell patterns, and paths at the end of the host.

    A shell pattern is found by what it begins with, then by what it ends with, then by what it holds; all of that is needed to match it,
    and the pattern itself decides.
    """

    __slots__ = ("globs", "numbers", "paths", "texts")

    def __init__(self) -> None:
        self.texts: dict[str, _Labels] = {}
        self.globs: _Texts[_Texts[_Texts[dict[str, tuple[PathPattern, _Labels]]]]] = _Texts()
        self.numbers: dict[str, list[int]] = {}
        self.paths = _NO_PATHS

    def child(self, label: str, glob: PathPattern | str) -> _Labels:
        """Return what a label leads to; it is made where there is nothing yet."""
        if isinstance(glob, str):
            return self.texts.setdefault(glob, _Labels())
        before, between, after = _fixed_texts(label)
        same = self.globs.setdefault(before, _Texts()).setdefault(after, _Texts()).setdefault(between, {})
        return same.setdefault(label, (glob, _Labels()))[1]

    def children(self, label: str) -> Iterator[_Labels]:
        """Yield what leads on from here for an image's label."""
        child = self.texts.get(label)
        if child is not None:
            yield child
        octets = to_octets(label)
        for same_beginning in self.globs.beginnings(octets):
            for same_ends in same_beginning.endings(octets):
                for same in same_ends.inside(octets):
                    for glob, child in same.values():
                        if glob.matches(octets):
                            yield child


class _Texts(Generic[T]):
    """Something for each of some texts, by their lengths: there are few, so that those in a label are found without trying every text."""

    __slots__ = ("_lengths",)

    def __init__(self) -> None:
        self._lengths: dict[int, dict[bytes, T]] = {}

    def setdefault(self, text: bytes, default: T) -> T:
        return self._lengths.setdefault(len(text), {}).setdefault(text, default)

    def beginnings(self, label: bytes) -> Iterator[T]:
        """Yield that of the texts with which a label begins."""
        for length, texts in self._lengths.items():
            if (begun := label[:length]) in texts:
                yield texts[begun]

    def endings(self, label: bytes) -> Iterator[T]:
        """Yield that of the texts with which a label ends."""
        for length, texts in self._lengths.items():
            if (end := label[max(len(label) - length, 0) :]) in texts:
                yield texts[end]

    def inside(self, label: bytes) -> Iterator[T]:
        """Yield that of the texts that a label holds, each once; it is the smaller number of texts that is gone through."""
        for length, texts in self._lengths.items():
            if len(texts) <= len(label):
                held: Iterable[bytes] = [text for text in texts if text in label]
            else:
                held = {text for at in range(len(label) - length + 1) if (text := label[at : at + length]) in texts}
            for text in held:
                yield texts[text]


def _fixed_texts(label: str) -> tuple[bytes, bytes, bytes]:
    """Return what a shell pattern holds before its first star, the longest between two, and after its last.

    They are empty for one with classes or escapes, which only a host in brackets has.
    """
    if any(special in label for special in "[\\?"):
        return b"", b"", b""
    before, *between, after = to_octets(label).split(b"*")
    return before, max(between, key=len, default=b""), after


class _Paths:
    """The paths of one host, sorted, each with the longest other one that it begins with."""

    __slots__ = ("_numbers", "_parents", "_sorted")

    def __init__(self, numbers: dict[str, list[int]]) -> None:
        octets = {to_octets(path): found for path, found in numbers.items()}
        self._sorted = sorted(octets)
        self._numbers = [octets[path] for path in self._sorted]
        self._parents: list[int] = []
        open_: list[int] = []  # each begins with the one before
        for position, path in enumerate(self._sorted):
            while open_ and not path.startswith(self._sorted[open_[-1]]):
                open_.pop()
            self._parents.append(open_[-1] if open_ else -1)
            open_.append(position)

    def matching(self, path: bytes) -> Iterator[int]:
        """Yield the numbers of the paths that ``path`` begins with."""
        position = bisect_right(self._sorted, path) - 1
        while position >= 0 and not path.startswith(self._sorted[position]):
            position = self._parents[position]
        while position >= 0:
            yield from self._numbers[position]
            position = self._parents[position]


_NO_PATHS = _Paths({})
