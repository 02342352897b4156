"""Columns of text, as Go's ``text/tabwriter`` aligns them.

A tab ends a cell. The cells that stand above one another in lines that follow one another are a column, and get the width of the widest of
them; what stands behind the last tab of a line belongs to none. So a line without a tab parts what is above it from what is below.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

__all__ = ["align"]


def align(text: str, *, padding: int = 2) -> str:
    r"""Return text with its cells padded to columns by blanks, ``padding`` of them at least between two cells.

    A vertical tab ends a cell too, a form feed ends a line and all columns.

    >>> print(align("name\tage\tnote\nweb\t12s\tfine\nlonger\t4m\tless so"))
    name    age  note
    web     12s  fine
    longer  4m   less so
    """
    return "\n".join(_aligned(part, padding) for part in text.replace("\v", "\t").split("\f"))


def _aligned(text: str, padding: int) -> str:
    lines = [line.split("\t") for line in text.split("\n")]
    left: Sequence[int] = range(len(lines))
    column = 0
    while left := [number for number in left if column < len(lines[number]) - 1]:
        for block in _blocks(left):
            width = max(len(lines[number][column]) for number in block) + padding
            for number in block:
                lines[number][column] = lines[number][column].ljust(width)
        column += 1
    return "\n".join("".join(line) for line in lines)


def _blocks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the runs of numbers that follow one another."""
    for _, run in itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        yield [number for _, number in run]
