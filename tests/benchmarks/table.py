"""The table that a benchmark prints."""

from __future__ import annotations

from collections.abc import Iterable

import attrs


@attrs.frozen
class Row:
    """One measurement: what, how long, how that compares, to what, and what is asked for."""

    what: str
    taken: str
    compared: str
    peer: str
    wanted: str


HEAD = Row("measured", "taken", "ratio", "against", "wanted")


def ratio(measured: float, peer: float) -> str:
    """Return a ratio as it is printed."""
    return f"{measured / peer:.2f}"


def text(rows: Iterable[Row]) -> str:
    """Return the rows under their head, in columns."""
    cells = [attrs.astuple(row) for row in (HEAD, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in cells)
