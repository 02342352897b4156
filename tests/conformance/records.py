"""The recorded answers: reading them, and at which minors to ask."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent / "vectors"
LAST_RECORDED = 36

Record = dict[str, Any]


def families() -> list[str]:
    """Return the families that are here."""
    return sorted(path.name.removesuffix(".jsonl.gz") for path in VECTORS.glob("*.jsonl.gz"))


def records(family: str) -> Iterator[Record]:
    """Yield the records of a family."""
    with gzip.open(VECTORS / f"{family}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def expectations(record: Record) -> Iterator[tuple[str, Any]]:
    """Yield the minors to ask at, each with the recorded value: every change point, and the last minor before the next."""
    expected = record["expected"]
    starts = [int(minor.removeprefix("1.")) for minor, _ in expected]
    ends = [*(start - 1 for start in starts[1:]), LAST_RECORDED]
    for start, end, (_, value) in zip(starts, ends, expected, strict=True):
        yield f"1.{start}", value
        if end > start:
            yield f"1.{end}", value


def change_points(record: Record) -> set[str]:
    """Return the minors at which the recorded value changes."""
    return {minor for minor, _ in record["expected"][1:]}
